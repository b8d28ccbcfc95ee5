// The first screen of the phone: the list of chats, and Settings.
import { avatar, el, icon, time } from './dom.js';
import { openChat } from './chat.js';
import { head, back, show } from './screens.js';
import { store } from './store.js';
import { settingsBody, showCodes } from './settings.js';

let tab = 'chats';

export function homeScreen() {
  return { name: 'home', build, enter: showCodes, update: redraw };
}

function build() {
  return el('div', { class: 'home' },
    head(tab === 'chats' ? 'Chats' : 'Settings', { onBack: null }),
    tab === 'chats' ? el('div', { class: 'page flush' }, chatRow()) : settingsBody(),
    el('nav', { class: 'tabs', 'aria-label': 'Telegram' }, tabButton('chats', 'Chats', 'chats'), tabButton('settings', 'Settings', 'gear')));
}

function redraw() {
  const screen = document.querySelector('.home');
  if (!screen) return;
  const top = screen.querySelector('.page').scrollTop;
  const fresh = build();
  screen.replaceChildren(...fresh.childNodes);
  screen.querySelector('.page').scrollTop = top;
  showCodes();
}

function tabButton(name, label, iconName) {
  return el('button', {
    type: 'button', class: 'tab', 'aria-current': tab === name ? 'page' : null,
    onclick: () => { tab = name; redraw(); },
  }, icon(iconName), el('span', {}, label), name === 'chats' && store.chat && store.chat.unread > 0 && el('b', { class: 'badge' }, store.chat.unread));
}

function chatRow() {
  const { bot, messages, unread } = store.chat;
  const last = messages.at(-1);
  const words = last ? last.text || last.caption || (last.document ? last.document.file_name : 'Service message') : 'No messages yet';
  return el('button', { type: 'button', class: 'chat-row', onclick: () => openChat(back) },
    avatar(bot.name, 4, 'medium'),
    el('span', { class: 'chat-words' }, el('strong', {}, bot.name), el('span', {}, words)),
    el('span', { class: 'chat-side' }, last && el('time', {}, time(last.date)), unread > 0 && el('b', { class: 'badge' }, unread)));
}

export function openHome(name = 'chats') {
  tab = name;
  show(homeScreen(), { replace: true });
}
