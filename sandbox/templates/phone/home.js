// The first screen of the phone: the list of chats, and Settings.
import { el, icon, time } from './dom.js';
import { face } from './bots.js';
import { openChat } from './chat.js';
import { head, back, show } from './screens.js';
import { chooseBot, store, unreadIn } from './store.js';
import { settingsBody } from './settings.js';
import { drawCodes, hasTelegram, lastCode, telegramScreen, unreadCodes } from './codes.js';

let tab = 'chats';

export function homeScreen() {
  return { name: 'home', build, enter: drawCodes, update: redraw };
}

function build() {
  return el('div', { class: 'home' },
    head(tab === 'chats' ? 'Chats' : 'Settings', { onBack: null }),
    tab === 'chats' ? el('div', { class: 'page flush' }, chatRows()) : settingsBody(),
    el('nav', { class: 'tabs', 'aria-label': 'Telegram' }, tabButton('chats', 'Chats', 'chats'), tabButton('settings', 'Settings', 'gear')));
}

function redraw() {
  const screen = document.querySelector('.home');
  if (!screen) return;
  const top = screen.querySelector('.page').scrollTop;
  const fresh = build();
  screen.replaceChildren(...fresh.childNodes);
  screen.querySelector('.page').scrollTop = top;
  drawCodes();
}

function tabButton(name, label, iconName) {
  return el('button', {
    type: 'button', class: 'tab', 'aria-current': tab === name ? 'page' : null,
    onclick: () => { tab = name; redraw(); },
  }, icon(iconName), el('span', {}, label), name === 'chats' && waiting() > 0 && el('b', { class: 'badge' }, waiting()));
}

const waiting = () => unreadIn(store.chats) + unreadCodes();

// Where something was said last stands first; Telegram's own chat above all.
export function chatRows() {
  const said = ({ last }) => (last ? last.date : 0);
  const seen = ({ heard }) => heard || 0;
  const rows = [...store.chats].sort((one, other) => said(other) - said(one) || seen(other) - seen(one)).map(chatRow);
  return hasTelegram() ? [telegramRow(), ...rows] : rows;
}

function telegramRow() {
  const unread = unreadCodes();
  return el('button', { type: 'button', class: 'chat-row telegram-row', onclick: () => show(telegramScreen()) },
    el('span', { class: 'avatar medium of-telegram', 'aria-hidden': 'true' }, icon('send')),
    el('span', { class: 'chat-words' }, el('strong', {}, 'Telegram'), el('span', {}, 'Login code. Do not give this code to anyone.')),
    el('span', { class: 'chat-side' }, el('time', {}, time(lastCode().sent_at)), unread > 0 && el('b', { class: 'badge' }, unread)));
}

function chatRow({ bot, last, unread }) {
  const words = last ? last.text || last.caption || (last.contact ? 'Contact' : last.document ? last.document.file_name : 'Service message') : 'No messages yet';
  return el('button', { type: 'button', class: 'chat-row', data: { bot: bot.id }, 'aria-current': bot.id === store.bot ? 'true' : null, onclick: () => open(bot) },
    face(bot, 'medium'),
    el('span', { class: 'chat-words' }, el('strong', {}, bot.name), el('span', {}, words)),
    el('span', { class: 'chat-side' }, last && el('time', {}, time(last.date)), unread > 0 && el('b', { class: 'badge' }, unread)));
}

// Choosing another bot opens its chat by itself.
function open(bot) {
  if (bot.id === store.bot) { openHome('chats'); openChat(back); }
  else chooseBot(bot.id);
}

export function openHome(name = 'chats') {
  tab = name;
  show(homeScreen(), { replace: true });
}
