// The start of the page: phones, tabs, drawer, the event stream that keeps them true.
import { get } from './api.js';
import { make } from './dom.js';
import { Drawer } from './drawer.js';
import { Phone } from './phone.js';
import { language, setLanguage, startLanguage, translate } from './words.js';

const NAMES = { zalo: 'Zalo', viber: 'Viber', messenger: 'Messenger', telegram: 'Telegram' };
const phones = new Map();
let drawer = null;

function say() {
  document.documentElement.lang = language();
  for (const each of document.querySelectorAll('[data-lang]')) {
    each.setAttribute('aria-pressed', String(each.dataset.lang === language()));
  }
  translate(document);
  for (const phone of phones.values()) phone.say();
  drawer?.say();
}

function choose(account, focus = false) {
  for (const [name, phone] of phones) {
    const chosen = name === account;
    phone.root.classList.toggle('phone--chosen', chosen);
    const tab = document.getElementById(`tab-${name}`);
    tab.setAttribute('aria-selected', String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen && focus) tab.focus();
    if (chosen) phone.toEnd();
  }
}

function addTab(look) {
  const tab = make('button', `tab tab--${look.platform}`, look.account === look.platform ? NAMES[look.platform] : look.account);
  tab.type = 'button';
  tab.id = `tab-${look.account}`;
  tab.setAttribute('role', 'tab');
  tab.setAttribute('aria-controls', `phone-${look.account}`);
  tab.addEventListener('click', () => choose(look.account));
  document.getElementById('tabs').append(tab);
}

document.getElementById('tabs').addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const names = [...phones.keys()];
  const now = names.findIndex((name) => phones.get(name).root.classList.contains('phone--chosen'));
  choose(names[(now + step + names.length) % names.length], true);
});

function openForm(phone) {
  const dialog = document.getElementById('form');
  const form = dialog.querySelector('form');
  const name = phone.state.name;
  Object.assign(form.elements.name, { value: name });
  form.elements.phone.value = `0${phone.state.phone.slice(2)}`;
  form.elements.address.value = '12 Lê Lợi';
  form.elements.ward.value = 'Phường Bến Thành';
  form.elements.city.value = 'Thành phố Hồ Chí Minh';
  dialog.returnValue = '';
  dialog.onclose = () => {
    if (dialog.returnValue !== 'send') return;
    const fields = Object.fromEntries(['name', 'phone', 'address', 'ward', 'city'].map((key) => [key, form.elements[key].value]));
    phone.act('form', fields);
  };
  dialog.showModal();
}

function fillHeader(state) {
  document.title = state.title;
  document.getElementById('title').textContent = state.title;
  document.getElementById('links').replaceChildren(...state.links.map(({ label, url }) => {
    const link = make('a', 'login', label);
    link.href = url;
    return link;
  }));
}

async function load() {
  const state = await get('/sandbox/state');
  fillHeader(state);
  for (const look of state.accounts) {
    if (phones.has(look.account)) continue;
    addTab(look);
    const phone = new Phone(look, state.title, openForm);
    phones.set(look.account, phone);
    document.getElementById('phones').append(phone.root);
  }
  if (!document.querySelector('.phone--chosen') && phones.size) choose(phones.keys().next().value);
  if (drawer) drawer.load(state); else drawer = new Drawer(state);
  await Promise.all([...phones.values()].map((phone) => phone.begin()));
  document.body.dataset.ready = 'yes';
}

function listen() {
  const stream = new EventSource('/sandbox/events');
  const on = (kind, take) => stream.addEventListener(kind, (event) => take(JSON.parse(event.data)));
  on('bubble', ({ account, person, bubble }) => phones.get(account)?.tookBubble(person, bubble));
  on('phone', ({ account, person, phone }) => phones.get(account)?.took(person, phone));
  on('typing', ({ account, person, on: typing }) => phones.get(account)?.typing(person, typing));
  on('wire', (entry) => drawer?.tookWire(entry));
  on('incident', (incident) => drawer?.tookIncident(incident));
  on('faults', ({ account, faults }) => drawer?.tookFaults(account, faults));
  stream.addEventListener('open', () => { document.getElementById('lost').hidden = true; load(); });
  stream.addEventListener('error', () => { document.getElementById('lost').hidden = false; });
}

for (const each of document.querySelectorAll('[data-lang]')) {
  each.addEventListener('click', () => { setLanguage(each.dataset.lang); say(); });
}
document.getElementById('form-cancel').addEventListener('click', () => document.getElementById('form').close('cancel'));
startLanguage();
say();
listen();
