// Login codes, as they reach the person: in the chat with Telegram, or past it
// (as a text message, a call, a letter), which shows above the screen.
import { get } from './api.js';
import { $, el, icon, time } from './dom.js';
import { group, head, show, current, refresh } from './screens.js';
import { personPath, store, tell } from './store.js';

const NOTICE_MS = 20000;
const WAYS = {
  app: ['Telegram', 'chats'], sms: ['Messages', 'chats'], sms_word: ['Messages', 'chats'], sms_phrase: ['Messages', 'chats'],
  call: ['Phone', 'call'], flash_call: ['Phone', 'call'], missed_call: ['Phone', 'call'], email: ['Mail', 'mail'], fragment: ['Fragment', 'app'],
};
const spoken = (code) => [...code].join('  ');
const WORDS = {
  app: ({ code }) => `Login code: ${code}. Do not give this code to anyone, even if they say they are from Telegram!`,
  sms: ({ code }) => `Telegram code ${code}`,
  sms_word: ({ code }) => `Your Telegram login word: ${code}`,
  sms_phrase: ({ code }) => `Your Telegram login phrase: ${code}`,
  call: ({ code }) => `A voice says: “Your Telegram code is ${spoken(code)}”`,
  flash_call: ({ caller }) => `Missed call from +${caller}`,
  missed_call: ({ caller }) => `Missed call from +${caller}`,
  email: ({ code }) => `Your Telegram login code is ${code}`,
  fragment: ({ code }) => `Login code for your anonymous number: ${code}`,
};

// Whose codes are known, and which of them were seen.
let owner = null;
let codes = [];
const seen = new Set();
const name = (code) => `${owner}:${code.sent_at}:${code.code}`;
const inChat = () => codes.filter((code) => code.way === 'app');

export const hasTelegram = () => inChat().length > 0;
export const unreadCodes = () => inChat().filter((code) => !seen.has(name(code))).length;
export const lastCode = () => inChat()[0];

// Reads them, shows what is new, and keeps the list in Settings.
export async function showCodes() {
  const person = store.person.id;
  const found = await get(personPath('/codes')).catch(() => []);
  if (person !== store.person.id) return;
  const first = owner !== person;
  owner = person;
  const known = new Set(codes.map(name));
  codes = found;
  const fresh = codes.filter((code) => !known.has(name(code)));
  const newest = fresh.find((code) => code.valid);
  if (newest && (!first || newest.way !== 'app')) notify(newest);
  if (!codes.some((code) => code.valid)) $('notices').replaceChildren();
  drawCodes();
  if (fresh.length || first) tell('codes');
}

// Above the screen, as a phone shows what comes in.
let hiding;
function notify(code) {
  const [app, picture] = WAYS[code.way];
  const words = WORDS[code.way](code);
  const close = () => $('notices').replaceChildren();
  const open = () => { close(); if (code.way === 'app') show(telegramScreen()); };
  $('notices').replaceChildren(el('button', { type: 'button', class: 'notice', data: { way: code.way }, onclick: open },
    el('span', { class: 'notice-icon' }, icon(picture)),
    el('span', { class: 'notice-words' }, el('strong', {}, app), el('span', {}, words))));
  clearTimeout(hiding);
  hiding = setTimeout(close, NOTICE_MS);
}

// Telegram's own chat. It can only be read.
export function telegramScreen() {
  const draw = () => {
    const list = $('codes-chat');
    if (!list) return;
    for (const code of inChat()) seen.add(name(code));
    list.replaceChildren(...inChat().toReversed().map(bubble));
    list.scrollTop = list.scrollHeight;
    tell('unread');
  };
  return {
    name: 'telegram',
    build: () => el('div', { class: 'chat' }, head('Telegram', { subtitle: 'service notifications' }),
      el('ol', { class: 'messages', id: 'codes-chat', 'aria-label': 'Messages of Telegram', 'aria-live': 'polite' })),
    enter: draw,
    update: draw,
  };
}

const bubble = (code) => el('li', { class: 'message theirs' }, el('div', { class: 'bubble' },
  el('div', { class: 'words' }, el('strong', {}, 'Login code: '), el('strong', { class: 'login-code' }, code.code),
    '. Do not give this code to anyone, even if they say they are from Telegram!\n\n'
    + 'This code can be used to log in to your Telegram account. We never ask it for anything else.\n\n'
    + 'If you did not ask for this code by trying to log in on another device, simply ignore this message.'),
  el('span', { class: 'meta' }, el('time', {}, time(code.sent_at)))));

// All that can still be used, also those that came past Telegram.
export function drawCodes() {
  const box = $('codes');
  if (!box) return;
  const valid = codes.filter((code) => code.valid);
  const row = (code) => el('div', { class: 'cell fact' }, el('code', { class: 'login-code' }, code.caller ? `+${code.caller}` : code.code),
    el('span', { class: 'cell-value' }, `${WAYS[code.way][0]} · ${time(code.sent_at)}`));
  box.replaceChildren(...(valid.length ? [group('Login codes', 'Never give a code to anyone. A code that is sent in a chat becomes void.', valid.map(row))] : []));
}

// The chat that is looked at stays as new as the list.
export const redrawTelegram = () => { if (current() && current().name === 'telegram') refresh(); };
