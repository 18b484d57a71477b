// How one message looks: text, pictures, buttons, marks.
import { button, icon, make } from './dom.js';
import { language, word } from './words.js';

const CODE = /([A-Za-z0-9]+-\d{6}-[2-9A-HJ-NP-TV-Z]{5})/;
const TICKS = { sending: '◷', sent: '✓', delivered: '✓✓', seen: '✓✓', failed: '!' };
const BUTTON_ICONS = { url: 'link', call: 'call', form: 'form', share_phone: 'call', share_location: 'pin' };

export function draw(bubble, press) {
  const side = bubble.mine ? 'mine' : 'theirs';
  const row = make('div', `row row--${side} row--${bubble.kind}${bubble.staff ? ' row--staff' : ''}`);
  row.dataset.bubble = bubble.id;
  const box = make('div', 'bubble');
  const who = bubble.mine ? word('you') : bubble.sender || '';
  if (!bubble.mine && bubble.sender) {
    const name = make('p', 'bubble__from', bubble.sender);
    if (bubble.staff) name.prepend(icon('staff'));
    box.append(name);
  } else if (who) {
    box.append(make('span', 'hidden', `${who}: `));
  }
  if (bubble.media.length) box.append(pictures(bubble.media));
  if (bubble.text) box.append(words(bubble));
  box.append(foot(bubble));
  if (bubble.reaction) box.append(make('span', 'bubble__reaction', bubble.reaction));
  row.append(box);
  if (bubble.buttons.length) row.append(buttons(bubble.buttons, press));
  return row;
}

function words(bubble) {
  const text = make('p', 'bubble__text');
  const kindIcon = { contact: 'card', location: 'pin', form: 'form' }[bubble.kind];
  if (kindIcon) text.append(icon(kindIcon));
  let said = bubble.text;
  if (bubble.kind === 'article') {
    const [title, ...rest] = said.split('\n');
    text.append(make('strong', 'bubble__title', title));
    said = `\n${rest.join('\n')}`;
  }
  for (const piece of said.split(CODE)) {
    text.append(CODE.test(piece) && !bubble.mine ? make('strong', 'code', piece) : piece);
  }
  return text;
}

function pictures(media) {
  const box = make('div', `media media--${Math.min(media.length, 4)}`);
  for (const each of media) {
    const kind = each.kind === 'album' || each.kind === 'image' || each.kind === 'picture' ? 'photo' : each.kind;
    if (kind === 'photo' && each.url) {
      const image = make('img');
      image.src = each.url;
      image.alt = each.name;
      box.append(image);
    } else if ((kind === 'voice' || kind === 'audio') && each.url) {
      const sound = make('audio');
      sound.controls = true;
      sound.src = each.url;
      sound.setAttribute('aria-label', each.name);
      box.append(sound);
    } else {
      const file = make(each.url ? 'a' : 'span', 'media__file', each.name);
      if (each.url) { file.href = each.url; file.download = each.name; }
      file.prepend(icon(kind === 'video' || kind === 'voice' ? 'voice' : 'file'));
      box.append(file);
    }
  }
  return box;
}

function foot(bubble) {
  const line = make('p', 'bubble__foot');
  const when = make('time', '', clock(bubble.at));
  when.dateTime = new Date(bubble.at * 1000).toISOString();
  if (bubble.edited) line.append(make('span', '', word('edited')), ' ');
  line.append(when);
  if (bubble.mine && bubble.mark) {
    const ticks = make('span', `ticks ticks--${bubble.mark}`, TICKS[bubble.mark]);
    ticks.setAttribute('aria-hidden', 'true');
    line.append(' ', ticks, make('span', 'hidden', word(`m_${bubble.mark}`)));
  }
  if (bubble.unread) line.append(' ', make('span', 'unread', word('unread')));
  return line;
}

export function buttons(list, press) {
  const box = make('div', 'choices');
  let line = null;
  let row = null;
  for (const each of list) {
    if (line === null || each.row !== row) { line = make('div', 'choices__row'); box.append(line); row = each.row; }
    const element = button(each.label, `choice choice--${each.action}`, () => press(each));
    if (each.pressed) element.classList.add('choice--pressed');
    if (BUTTON_ICONS[each.action]) element.prepend(icon(BUTTON_ICONS[each.action]));
    line.append(element);
  }
  return box;
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(language() === 'vi' ? 'vi-VN' : 'en-GB', { hour: '2-digit', minute: '2-digit' });
}
