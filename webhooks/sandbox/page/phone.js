// One phone: the chat of one citizen with one account.
import { get, post, upload } from './api.js';
import { buttons, clock, draw } from './bubbles.js';
import { button, make, remember } from './dom.js';
import { translate, word } from './words.js';

const CAN = {
  zalo: ['follow', 'unfollow', 'block', 'close', 'reopen', 'react'],
  viber: ['follow', 'unfollow', 'close', 'reopen'],
  messenger: ['block', 'close', 'reopen', 'react', 'edit'],
  telegram: ['block', 'edit', 'react'],
};

export class Phone {
  constructor(look, title, openForm) {
    this.title = title;
    this.account = look.account;
    this.platform = look.platform;
    this.openForm = openForm;
    this.bubbles = new Map();
    this.person = null;
    this.state = null;
    this.root = document.getElementById('phone-template').content.firstElementChild.cloneNode(true);
    this.root.classList.add(`phone--${this.platform}`);
    this.root.id = `phone-${this.account}`;
    this.root.setAttribute('aria-labelledby', `tab-${this.account}`);
    this.root.querySelector('h2').id = `name-${this.account}`;
    this.chat = this.find('.phone__chat');
    this.chat.setAttribute('aria-labelledby', `name-${this.account}`);
    this.input = this.find('textarea');
    this.people = this.find('select');
    this.picker = this.find('input[type=file]');
    this.find('.staff').hidden = !look.has_inbox;
    this.find('.noinbox').hidden = look.has_inbox;
    for (const each of look.people) this.knows(each.id, each.name);
    this.listen();
    this.say();
  }

  find(selector) { return this.root.querySelector(selector); }

  // -- what is shown ---------------------------------------------------------------------------------------

  say() {
    translate(this.root);
    this.find('h2').textContent = this.title;
    this.find('.avatar').textContent = /\d{2,4}/.exec(this.title)?.[0] ?? [...this.title][0] ?? '';
    this.find('.phone__who p').textContent = word(`sub_${this.platform}`);
    this.find('.start').textContent = word(`start_${this.platform}`);
    this.find('.phone__start p').textContent = word(`hello_${this.platform}`);
    this.find('.staff').title = word('inbox_note');
    this.fillMenus();
    if (this.state) { this.drawState(); this.drawAll(); }
  }

  async begin() {
    const kept = remember(`person-${this.account}`);
    if (kept) {
      try { await this.show(kept); return; } catch (error) { if (error.status !== 404) throw error; }
    }
    await this.newPerson();
  }

  async newPerson() {
    const made = await post('/sandbox/people', { account: this.account });
    this.knows(made.phone.id, made.phone.name);
    await this.show(made.phone.id);
  }

  async show(person) {
    const found = await get('/sandbox/phone', { account: this.account, person });
    this.person = person;
    remember(`person-${this.account}`, person);
    this.knows(person, found.phone.name);
    this.people.value = person;
    this.bubbles = new Map(found.bubbles.map((each) => [each.id, each]));
    this.state = found.phone;
    this.drawAll();
    this.drawState();
  }

  knows(person, name) {
    if (![...this.people.options].some((each) => each.value === person)) {
      this.people.append(new Option(name, person));
    }
  }

  took(person, phone) {
    this.knows(person, phone.name);
    if (person !== this.person || phone.version < this.state.version) return;
    this.state = phone;
    this.drawState();
  }

  tookBubble(person, bubble) {
    if (person !== this.person) return;
    this.typing(person, false);
    const known = this.bubbles.has(bubble.id);
    this.bubbles.set(bubble.id, bubble);
    const element = draw(bubble, (each) => this.press(each));
    const old = known && this.chat.querySelector(`[data-bubble="${bubble.id}"]`);
    if (old) old.replaceWith(element); else { this.chat.append(element); this.toEnd(); }
  }

  drawAll() {
    this.chat.replaceChildren(...[...this.bubbles.values()].map((each) => draw(each, (choice) => this.press(choice))));
    this.toEnd();
  }

  drawState() {
    const { started, following, blocked, open, keyboard } = this.state;
    const fresh = !started && !this.bubbles.size;
    this.find('.phone__start').hidden = !fresh;
    this.find('.phone__compose').hidden = fresh;
    this.root.classList.toggle('phone--off', !open);
    this.find('.clock').textContent = clock(Date.now() / 1000);
    const follow = this.find('.follow');
    follow.hidden = !['zalo', 'viber'].includes(this.platform);
    follow.setAttribute('aria-pressed', String(following));
    const [no, yes] = this.platform === 'zalo' ? ['follow', 'following'] : ['subscribe', 'subscribed'];
    follow.textContent = following ? '✓' : word(no);
    follow.title = word(following ? yes : no);
    follow.setAttribute('aria-label', follow.title);
    const replies = this.find('.phone__replies');
    replies.hidden = !keyboard.length;
    replies.replaceChildren(...(keyboard.length ? [buttons(keyboard, (each) => this.press(each))] : []));
    let note = this.find('.phone__note');
    if (blocked || !open) {
      note ??= this.chat.insertAdjacentElement('afterend', make('p', 'phone__note'));
      note.textContent = word(blocked ? 'blocked' : 'screen_off');
    } else if (note) note.remove();
    this.toEnd();
  }

  typing(person, on) {
    if (person !== this.person) return;
    this.find('.typing')?.remove();
    if (on) { this.chat.append(make('p', 'typing', word('typing'))); this.toEnd(); }
  }

  toEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
    requestAnimationFrame(() => { this.chat.scrollTop = this.chat.scrollHeight; });
  }

  // -- what a thumb does -----------------------------------------------------------------------------------

  act(act, more = {}) {
    const { person } = this;
    return post('/sandbox/act', { account: this.account, person, act, ...more }).then(
      (answer) => this.took(person, answer.phone),
      (error) => this.complain(error),
    );
  }

  complain(error) {
    const note = make('p', 'phone__error', error.message);
    note.setAttribute('role', 'alert');
    this.chat.append(note);
    this.toEnd();
  }

  press(choice) {
    if (choice.action === 'form') { this.openForm(this); return; }
    this.act('press', { choice: choice.label });
  }

  sendText() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = '';
    this.grow();
    this.act('text', { text });
  }

  grow() {
    this.input.rows = Math.min(4, Math.max(1, this.input.value.split('\n').length, Math.ceil(this.input.value.length / 32)));
  }

  listen() {
    this.find('.start').addEventListener('click', () => this.act('open').then(() => this.input.focus()));
    this.find('.follow').addEventListener('click', () => this.act(this.state.following ? 'unfollow' : 'follow'));
    this.find('.phone__compose').addEventListener('submit', (event) => { event.preventDefault(); this.sendText(); });
    this.input.addEventListener('input', () => this.grow());
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.sendText(); }
    });
    this.people.addEventListener('change', () => this.show(this.people.value));
    this.find('.new').addEventListener('click', () => this.newPerson());
    this.find('.staff').addEventListener('submit', (event) => {
      event.preventDefault();
      const field = this.find('.staff input');
      const text = field.value.trim();
      if (!text) return;
      field.value = '';
      post('/sandbox/staff', { account: this.account, person: this.person, text }).catch((error) => this.complain(error));
    });
    this.picker.addEventListener('change', () => {
      const [file] = this.picker.files;
      this.picker.value = '';
      if (file) upload(this.account, this.person, file, '').catch((error) => this.complain(error));
    });
    for (const menu of this.root.querySelectorAll('.menu')) {
      menu.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') { menu.open = false; menu.querySelector('summary').focus(); }
      });
      menu.addEventListener('focusout', (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
    }
  }

  fillMenus() {
    const [more, attach] = this.root.querySelectorAll('.menu__list');
    const item = (label, run) => button(label, 'menu__item', (event) => {
      event.currentTarget.closest('.menu').open = false;
      run();
    });
    attach.replaceChildren(
      item(word('sample'), () => { this.input.value = word('sample_text'); this.grow(); this.input.focus(); }),
      item(word('photo'), () => this.act('photo')),
      item(word('upload'), () => this.picker.click()),
      item(word('album'), () => this.act('album')),
      item(word('location'), () => this.act('location')),
      item(word('own_phone'), () => this.act('phone')),
      item(word('other_phone'), () => this.act('phone', { phone: '84900765432', own: false })),
      item(word('voice'), () => this.act('voice')),
      item(word('video'), () => this.act('video')),
      item(word('sticker'), () => this.act('sticker')),
      item(word('file'), () => this.act('file')),
    );
    more.replaceChildren(...CAN[this.platform].map((name) => item(word(`a_${name}`), () => this.option(name))));
  }

  option(name) {
    if (name !== 'edit') { this.act(name); return; }
    const last = [...this.bubbles.values()].filter((each) => each.mine && each.kind === 'text').pop();
    const text = last && prompt(word('edit_prompt'), last.text);
    if (text) this.act('edit', { bubble: last.id, text });
  }
}
