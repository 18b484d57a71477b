// The drawer: the wire, the faults, the rules that were broken.
import { post } from './api.js';
import { button, make } from './dom.js';
import { word } from './words.js';

const MOST = 200;

// JSON with indents, by reading the text: numbers beyond 2^53 must stay as they are, so nothing is parsed.
export function indented(text) {
  let out = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      out += letter;
      if (letter === '\\') { at += 1; out += text[at] ?? ''; } else if (letter === '"') quoted = false;
      continue;
    }
    if (/\s/.test(letter)) continue;
    if (letter === '"') quoted = true;
    if (letter === '}' || letter === ']') {
      depth -= 1;
      out += /[[{]$/.test(out) ? letter : `\n${'  '.repeat(Math.max(depth, 0))}${letter}`;
    } else if (letter === '{' || letter === '[') {
      depth += 1;
      out += letter;
      if (!/^\s*[\]}]/.test(text.slice(at + 1))) out += `\n${'  '.repeat(depth)}`;
    } else if (letter === ',') out += `,\n${'  '.repeat(depth)}`;
    else out += letter === ':' ? ': ' : letter;
  }
  return out;
}

function readable(body) {
  if (/^\s*[[{]/.test(body)) return indented(body).replace(/\\u([0-9a-fA-F]{4})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
  if (/^[\w.%-]+=/.test(body)) {
    return body.split('&').map((pair) => {
      const [name, value = ''] = pair.split('=');
      let plain = value;
      try { plain = decodeURIComponent(value.replaceAll('+', ' ')); } catch { plain = value; }
      return `${name} = ${/^[[{]/.test(plain) ? indented(plain) : plain}`;
    }).join('\n');
  }
  return body;
}

export class Drawer {
  constructor(state) {
    this.root = document.getElementById('drawer');
    this.body = document.getElementById('drawer-body');
    this.tools = document.getElementById('drawer-tools');
    this.title = document.getElementById('drawer-title');
    this.panel = null;
    this.account = '';
    this.paused = false;
    this.openers = [...document.querySelectorAll('[data-panel]')];
    for (const each of this.openers) each.addEventListener('click', () => this.toggle(each.dataset.panel));
    document.getElementById('drawer-close').addEventListener('click', () => this.toggle(this.panel));
    this.root.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.toggle(this.panel); });
    this.load(state);
  }

  load(state) {
    this.wire = state.wire;
    this.accounts = state.accounts;
    this.faults = state.faults;
    this.kinds = state.kinds;
    this.incidents = state.incidents;
    this.count();
    this.draw();
  }

  toggle(panel) {
    const opener = this.openers.find((each) => each.dataset.panel === (panel ?? this.panel));
    this.panel = this.panel === panel ? null : panel;
    for (const each of this.openers) each.setAttribute('aria-expanded', String(each.dataset.panel === this.panel));
    this.root.hidden = this.panel === null;
    document.body.classList.toggle('with-drawer', this.panel !== null);
    this.draw();
    if (this.panel) this.body.focus({ preventScroll: true }); else opener?.focus();
  }

  say() { this.draw(); }

  count() {
    const badge = document.getElementById('rules-count');
    badge.hidden = !this.incidents.length;
    badge.textContent = String(this.incidents.length);
  }

  tookWire(entry) {
    this.wire.push(entry);
    if (this.wire.length > MOST) this.wire.shift();
    if (this.panel === 'wire' && !this.paused && this.wanted(entry)) {
      this.body.querySelector('.empty')?.remove();
      this.body.prepend(this.line(entry));
      while (this.body.children.length > MOST) this.body.lastElementChild.remove();
    }
  }

  tookIncident(incident) {
    this.incidents.push(incident);
    this.count();
    if (this.panel === 'rules') this.draw();
  }

  tookFaults(account, faults) {
    this.faults[account] = faults;
    if (this.panel === 'faults' && !this.body.contains(document.activeElement)) this.draw();
  }

  wanted(entry) { return !this.account || entry.account === this.account; }

  draw() {
    if (!this.panel) return;
    this.title.textContent = word(this.panel);
    this.tools.replaceChildren();
    if (this.panel === 'wire') this.drawWire();
    if (this.panel === 'faults') this.body.replaceChildren(...this.accounts.map((each) => this.faultCard(each)));
    if (this.panel === 'rules') this.drawRules();
  }

  drawWire() {
    const choose = make('select');
    choose.setAttribute('aria-label', word('all_accounts'));
    choose.append(new Option(word('all_accounts'), ''), ...this.accounts.map((each) => new Option(each.account, each.account)));
    choose.value = this.account;
    choose.addEventListener('change', () => { this.account = choose.value; this.draw(); });
    const hold = button(word('pause'), 'toggle', () => {
      this.paused = !this.paused;
      hold.setAttribute('aria-pressed', String(this.paused));
      if (!this.paused) this.draw();
    });
    hold.setAttribute('aria-pressed', String(this.paused));
    this.tools.append(choose, hold);
    const lines = this.wire.filter((each) => this.wanted(each)).reverse().map((each) => this.line(each));
    this.body.replaceChildren(...(lines.length ? lines : [make('p', 'empty', word('no_wire'))]));
  }

  line(entry) {
    const box = make('details', `wire wire--${entry.direction} wire--${entry.platform}`);
    const head = make('summary');
    const arrow = make('span', 'wire__arrow', entry.direction === 'call' ? '→' : '←');
    arrow.title = word(entry.direction === 'call' ? 'to_platform' : 'to_gateway');
    const ok = entry.status >= 200 && entry.status < 300;
    head.append(
      arrow, make('span', 'wire__name', entry.account), make('span', 'wire__what', entry.event || `${entry.method} ${entry.path}`),
      make('span', `wire__status wire__status--${ok ? 'good' : 'bad'}`, entry.status ? String(entry.status) : word('no_answer')),
      make('span', 'wire__time', `${entry.took_ms} ms`),
    );
    box.append(head);
    box.addEventListener('toggle', () => {
      if (!box.open || box.children.length > 1) return;
      const headers = Object.entries(entry.headers).map(([name, value]) => `${name}: ${value}`).join('\n');
      if (entry.event) box.append(make('p', 'wire__path', `${entry.method} ${entry.path}`));
      if (entry.note) box.append(make('p', 'wire__note', entry.note));
      for (const [label, text] of [['headers', headers], ['request', readable(entry.body)], ['answer', readable(entry.answer)]]) {
        if (text) box.append(make('h3', '', word(label)), make('pre', '', text));
      }
    });
    return box;
  }

  drawRules() {
    if (!this.incidents.length) { this.body.replaceChildren(make('p', 'empty', word('no_rules'))); return; }
    const list = make('ul', 'rules');
    for (const each of [...this.incidents].reverse()) {
      const item = make('li');
      item.append(make('b', '', `${each.account} · ${each.rule}`), ' ', each.detail);
      list.append(item);
    }
    this.body.replaceChildren(list);
  }

  faultCard({ account, platform }) {
    const faults = this.faults[account];
    const send = (change) => post('/sandbox/faults', { account, ...change }).then(
      (answer) => { this.faults[account] = answer.faults; waiting.textContent = this.waiting(account); },
      (error) => { waiting.textContent = error.message; },
    );
    const card = make('fieldset', `fault fault--${platform}`);
    const waiting = make('output', 'fault__waiting', this.waiting(account));
    card.append(make('legend', '', account));
    const kind = make('select');
    kind.append(...this.kinds.map((each) => new Option(each, each)));
    const count = this.number('1', 1, 50);
    card.append(
      this.field('f_next', kind), this.field('f_count', count),
      button(word('f_add'), 'primary', () => send({ fail: kind.value, count: Number(count.value) })),
    );
    const delay = this.number(faults.delay, 0, 60);
    delay.addEventListener('change', () => send({ delay: Number(delay.value) }));
    const repeat = this.number(faults.duplicate, 1, 10);
    repeat.addEventListener('change', () => send({ duplicate: Number(repeat.value) }));
    card.append(this.field('f_delay', delay), this.field('f_duplicate', repeat));
    if (platform === 'messenger') {
      const batch = this.number(faults.batch, 1, 100);
      batch.addEventListener('change', () => send({ batch: Number(batch.value) }));
      card.append(this.field('f_batch', batch));
    }
    for (const name of ['shuffle', 'down']) {
      const box = make('input');
      box.type = 'checkbox';
      box.checked = faults[name];
      box.addEventListener('change', () => send({ [name]: box.checked }));
      card.append(this.field(`f_${name}`, box));
    }
    if (platform === 'zalo') card.append(button(word('f_expire'), '', () => send({ do: 'expire_tokens' })));
    if (['zalo', 'messenger'].includes(platform)) card.append(button(word('f_enable'), '', () => send({ do: 'enable_webhook' })));
    card.append(
      button(word('f_links'), '', () => send({ do: 'expire_links' })),
      button(word('f_clear'), '', () => send({ do: 'clear' }).then(() => this.draw())), waiting,
    );
    return card;
  }

  waiting(account) {
    const { waiting } = this.faults[account];
    return waiting ? `${waiting} ${word('f_waiting')}` : '';
  }

  number(value, least, most) {
    const input = make('input');
    Object.assign(input, { type: 'number', min: least, max: most, value });
    return input;
  }

  field(label, control) {
    const box = make('label', 'fault__field');
    box.append(make('span', '', word(label)), control);
    return box;
  }
}
