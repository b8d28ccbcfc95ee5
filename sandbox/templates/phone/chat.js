// The chat with a bot.
import { get, post, del } from './api.js';
import { $, avatar, el, icon, time } from './dom.js';
import { complain, popup, toast } from './popup.js';
import { head, show } from './screens.js';
import { chatPath, chatWith, on, store, tell, unreadIn } from './store.js';
import { face } from './bots.js';
import { formatted } from './text.js';
import { openApp } from './miniapp.js';
import { followLink } from './links.js';
import { say } from './writing.js';

const actions = { say, link: followLink };
const TYPING_MS = 5000;
let typing = null;
const pressing = new Map();

// What happens while a chat is on its way is shown in it once it is there: it
// may have happened after the answer was made.
let loads = 0;
let meanwhile = [];

export async function loadChat() {
  const path = chatPath('/chat');
  loads += 1;
  try {
    const chat = await get(path);
    if (path !== chatPath('/chat')) return;
    store.chat = Object.assign(chat, { person: store.person.id });
    for (const { bot, event } of meanwhile) if (bot === store.bot) change(chat, event);
    tell('chat');
  } finally {
    loads -= 1;
    if (loads === 0) meanwhile = [];
  }
}

export function chatScreen(onBack) {
  return {
    name: 'chat',
    build: () => build(onBack),
    enter: () => { draw(); seen(); },
    update: draw,
  };
}

function build(onBack) {
  const bot = store.chat.bot;
  return el('div', { class: 'chat' },
    head(bot.name, {
      onBack,
      waiting: el('b', { class: 'badge', id: 'elsewhere', hidden: true }),
      subtitle: el('span', { id: 'chat-status' }, 'bot'),
      face: el('button', {
        type: 'button', class: 'bar-face', 'aria-label': `About ${bot.name}`, onclick: () => about(bot),
      }, face(bot)),
    }),
    el('ol', { class: 'messages', id: 'messages', 'aria-label': 'Messages', 'aria-live': 'polite' }),
    el('div', { class: 'composer', id: 'composer' }));
}

export function draw() {
  const list = $('messages');
  if (!list) return;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const items = [];
  let day = '';
  for (const message of store.chat.messages) {
    const date = new Date(message.date * 1000).toLocaleDateString([], { day: 'numeric', month: 'long' });
    if (date !== day) items.push(el('li', { class: 'day' }, date));
    day = date;
    items.push(bubble(message));
  }
  if (!items.length) items.push(intro(store.chat.bot));
  list.replaceChildren(...items);
  if (atEnd || list.dataset.count !== String(store.chat.messages.length)) list.scrollTop = list.scrollHeight;
  list.dataset.count = store.chat.messages.length;
  drawElsewhere();
  drawComposer();
}

// How many messages of other bots wait, on the way back to the list.
function drawElsewhere() {
  const box = $('elsewhere');
  if (!box) return;
  const count = unreadIn(store.chats.filter((one) => one.bot.id !== store.bot));
  box.hidden = count === 0;
  box.textContent = count;
  box.setAttribute('aria-label', `${count} unread in other chats`);
}

function intro(bot) {
  return el('li', { class: 'intro' }, face(bot, 'large'), el('strong', {}, bot.name),
    el('p', {}, bot.description || 'What can this bot do? Press Start to find out.'));
}

function bubble(message) {
  if (message.web_app_data) return service(`You sent data to the bot with “${message.web_app_data.button_text}”`);
  if (message.write_access_allowed) return service('You allowed this bot to message you');
  if (message.contact) return contactBubble(message);
  const mine = message.author === 'person';
  const words = message.text !== undefined ? message.text : message.caption;
  const marks = message.entities || message.caption_entities;
  const body = el('div', { class: message.edit_date ? 'bubble edited' : 'bubble' },
    message.reply_to && quote(message.reply_to),
    message.document && documentCard(message.document),
    message.photo && el('img', { class: 'photo', alt: words || 'Picture', src: filePath(message.photo.at(-1)) }),
    words !== undefined && el('div', { class: 'words' }, formatted(words, marks, actions)),
    el('span', { class: 'meta' }, message.edit_date ? 'edited ' : '', el('time', {}, time(message.date))));
  return el('li', { class: 'message ' + (mine ? 'mine' : 'theirs'), data: { id: message.message_id } },
    body, message.reply_markup && keyboard(message));
}

function contactBubble(message) {
  const { first_name: first, last_name: last, phone_number: phone, user_id: id } = message.contact;
  const card = el('div', { class: 'document' }, avatar(first, id),
    el('span', {}, el('strong', {}, [first, last].filter(Boolean).join(' ')), el('small', {}, `+${phone}`)));
  return el('li', { class: 'message mine', data: { id: message.message_id } },
    el('div', { class: 'bubble' }, card, el('span', { class: 'meta' }, el('time', {}, time(message.date)))));
}

const service = (text) => el('li', { class: 'day' }, text);

function quote(id) {
  const message = store.chat.messages.find((one) => one.message_id === id);
  return el('div', { class: 'quote' }, message ? message.text || message.caption || (message.contact ? 'Contact' : 'File') : 'Deleted message');
}

const filePath = (file) => `/control/bots/${store.bot}/files/${file.file_id}`;

function documentCard(file) {
  return el('a', { class: 'document', href: filePath(file), download: file.file_name },
    el('span', { class: 'document-icon' }, icon('file')),
    el('span', {}, el('strong', {}, file.file_name), el('small', {}, size(file.file_size))));
}

const size = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

function keyboard(message) {
  return el('div', { class: 'inline-keyboard' }, message.reply_markup.inline_keyboard.map((row, r) => el('div', { class: 'inline-row' },
    row.map((button, column) => el('button', {
      type: 'button',
      class: 'inline-button' + (button.web_app ? ' opens-app' : button.url ? ' opens-link' : ''),
      onclick: (event) => press(event.currentTarget, { message_id: message.message_id, row: r, column }, button.text),
    }, button.text)))));
}

async function press(node, where, title) {
  node.classList.add('busy');
  try {
    const pressed = await post(chatPath('/press'), where);
    if (pressed.kind === 'callback') {
      pressing.set(pressed.callback_query_id, node);
      setTimeout(() => release(pressed.callback_query_id), 15000);
      return;
    }
    node.classList.remove('busy');
    if (pressed.kind === 'url') followLink(pressed.url);
    if (pressed.kind === 'web_app') openApp({ button: where }, title);
  } catch (error) {
    node.classList.remove('busy');
    complain(error);
  }
}

function release(id) {
  if (pressing.has(id)) pressing.get(id).classList.remove('busy');
  pressing.delete(id);
  for (const node of document.querySelectorAll('.inline-button.busy')) {
    if (![...pressing.values()].includes(node)) node.classList.remove('busy');
  }
}

async function seen() {
  if (store.chat.unread && document.visibilityState === 'visible') {
    store.chat.unread = 0;
    const listed = chatWith(store.bot);
    if (listed) listed.unread = 0;
    await post(chatPath('/read')).catch(() => {});
    tell('unread');
  }
}

// ---- The row at the bottom. -------------------------------------------------
function drawComposer() {
  const box = $('composer');
  const chat = store.chat;
  const kind = chat.blocked ? 'blocked' : !chat.started ? 'start' : 'input';
  const signature = JSON.stringify([store.bot, kind, chat.menu_button, chat.reply_keyboard, chat.commands.length]);
  if (box.dataset.signature === signature && box.dataset.person === String(store.person.id)) return;
  box.dataset.signature = signature;
  box.dataset.person = store.person.id;
  const rows = { blocked: restartRow, start: startRow, input: inputRow };
  box.replaceChildren(...rows[kind]().filter(Boolean));
}

const wide = (text, onclick) => el('button', { type: 'button', class: 'wide', onclick }, text);
const startRow = () => [wide('Start', () => say('/start'))];
const restartRow = () => [wide('Restart bot', async () => {
  try { await del(chatPath('/block')); await say('/start'); } catch (error) { complain(error); }
})];

function inputRow() {
  const chat = store.chat;
  const field = el('textarea', {
    id: 'field', rows: 1, maxLength: 4096, 'aria-label': 'Message',
    placeholder: (chat.reply_keyboard && chat.reply_keyboard.input_field_placeholder) || 'Message',
    oninput: () => { grow(field); commandList(field); },
    onkeydown: (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
    },
  });
  const submit = () => {
    const text = field.value.trim();
    if (!text) return;
    field.value = '';
    grow(field);
    commandList(field);
    say(text);
  };
  return [
    el('ul', { class: 'commands', id: 'commands', hidden: true }),
    el('form', { class: 'input-row', onsubmit: (event) => { event.preventDefault(); submit(); } },
      menuButton(field), field,
      el('button', { type: 'submit', class: 'send', 'aria-label': 'Send' }, icon('send'))),
    chat.reply_keyboard && replyKeyboard(chat.reply_keyboard),
  ];
}

function menuButton(field) {
  const button = store.chat.menu_button;
  if (button.type === 'web_app') {
    return el('button', { type: 'button', class: 'menu-button app', onclick: () => openApp({ menu: true }, button.text) }, icon('app'), button.text);
  }
  if (!store.chat.commands.length) return null;
  return el('button', {
    type: 'button', class: 'menu-button', 'aria-label': 'Commands',
    onclick: () => { const open = !$('commands').hidden; field.value = open ? '' : '/'; commandList(field); field.focus(); },
  }, icon('menu'), 'Menu');
}

function commandList(field) {
  const box = $('commands');
  const asked = /^\/(\w*)$/.exec(field.value);
  const found = asked ? store.chat.commands.filter((one) => one.command.startsWith(asked[1])) : [];
  box.hidden = !found.length;
  box.replaceChildren(...found.map((one) => el('li', {}, el('button', {
    type: 'button', onclick: () => { field.value = ''; commandList(field); say('/' + one.command); },
  }, el('b', {}, '/' + one.command), el('span', {}, one.description)))));
}

function replyKeyboard(keyboard_) {
  return el('div', { class: 'reply-keyboard' }, keyboard_.keyboard.map((row) => el('div', { class: 'inline-row' },
    row.map((button) => el('button', {
      type: 'button', class: 'reply-button',
      onclick: () => (button.web_app ? openApp({ button: { text: button.text } }, button.text) : post(chatPath('/press'), { text: button.text }).catch(complain)),
    }, button.text)))));
}

function grow(field) {
  field.style.height = 'auto';
  field.style.height = Math.min(field.scrollHeight, 120) + 'px';
  field.style.overflowY = field.scrollHeight > 120 ? 'auto' : 'hidden';
}

// ---- News. ------------------------------------------------------------------
export function receive(event) {
  if (loads > 0) meanwhile.push({ bot: event.bot, event });
  const chat = store.chat;
  if (!chat || chat.bot.id !== event.bot || chat.person !== store.person.id) return;
  switch (event.kind) {
    case 'message':
      if (event.message.author === 'bot') setTyping(null);
      change(chat, event);
      draw();
      if ($('messages')) seen();
      tell('unread');
      break;
    case 'edited':
    case 'deleted':
      change(chat, event);
      draw();
      break;
    case 'toast':
      release(event.toast.callback_query_id);
      if (event.toast.url) followLink(event.toast.url);
      else if (event.toast.text && event.toast.show_alert) popup({ message: event.toast.text, buttons: [{ type: 'ok' }] });
      else if (event.toast.text) toast(event.toast.text);
      break;
    case 'action': setTyping(event.action); break;
    default: loadChat().catch(complain);
  }
}

// A chat after something happened to its messages; the same if it knew.
function change(chat, event) {
  const id = event.message ? event.message.message_id : event.message_id;
  const known = chat.messages.some((one) => one.message_id === id);
  if (event.kind === 'message' && !known) {
    chat.messages.push(event.message);
    chat.started = chat.started || event.message.author === 'person';
    if (event.message.author === 'bot') chat.unread += 1;
  } else if (event.kind === 'edited') {
    chat.messages = chat.messages.map((one) => (one.message_id === id ? event.message : one));
  } else if (event.kind === 'deleted') {
    chat.messages = chat.messages.filter((one) => one.message_id !== id);
  }
}

function setTyping(action) {
  clearTimeout(typing);
  const status = $('chat-status');
  if (!status) return;
  status.textContent = action ? { typing: 'typing…', upload_document: 'sending a file…', upload_photo: 'sending a picture…' }[action] || 'busy…' : 'bot';
  status.classList.toggle('busy', !!action);
  if (action) typing = setTimeout(() => setTyping(null), TYPING_MS);
}

async function about(bot) {
  const blocked = store.chat.blocked;
  const choice = await popup({
    title: bot.name,
    message: `@${bot.username}` + (bot.description ? `\n\n${bot.description}` : ''),
    buttons: [
      { id: 'block', type: blocked ? 'default' : 'destructive', text: blocked ? 'Unblock the bot' : 'Stop and block the bot' },
      { id: '', type: 'close' },
    ],
  });
  if (choice !== 'block') return;
  const change = blocked ? del(chatPath('/block')) : post(chatPath('/block'));
  change.then(loadChat).catch(complain);
}

on('unread', drawElsewhere);

export const openChat = (onBack) => show(chatScreen(onBack));
