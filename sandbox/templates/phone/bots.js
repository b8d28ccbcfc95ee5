// The bots: which of their chats is open, and making another one.
import { post } from './api.js';
import { $, avatar, el } from './dom.js';
import { chatWith, chooseBot, loadChats, on, store, tell } from './store.js';

// Colours that are far apart, the usual one for the first.
const FIRST_HUE = 4;
const HUE_STEP = 2;

export function face(bot, size) {
  const place = Math.max(0, store.chats.findIndex((one) => one.bot.id === bot.id));
  return avatar(bot.name, FIRST_HUE + place * HUE_STEP, size);
}

export function startBots() {
  on('chats', drawBots);
  on('unread', drawBots);
  $('bot-form').addEventListener('submit', create);
}

// With one bot there is nothing to choose.
function drawBots() {
  const several = store.chats.length > 1;
  $('bots').hidden = !several;
  $('bots').replaceChildren(...(several ? store.chats : []).map(({ bot, unread }) => el('li', {}, el('button', {
    type: 'button', class: 'person', 'aria-current': bot.id === store.bot ? 'true' : null,
    onclick: () => { chooseBot(bot.id); $('room-close').click(); },
  },
  face(bot),
  el('span', {}, el('strong', {}, bot.name), el('small', {}, `@${bot.username}`)),
  unread > 0 && el('b', { class: 'badge', 'aria-label': `${unread} unread` }, unread)))));
}

// What happened in a chat, as the list of chats shows it.
export function noteInList(event) {
  const chat = chatWith(event.bot);
  if (!chat || event.kind === 'deleted') { loadChats().catch(() => {}); return; }
  const { message } = event;
  if (event.kind === 'message') {
    chat.last = message;
    // Dates are whole seconds.
    chat.heard = performance.now();
    chat.unread = message.author === 'bot' ? chat.unread + 1 : 0;
    chat.started = chat.started || message.author === 'person';
  } else if (event.kind === 'edited' && chat.last && chat.last.message_id === message.message_id) {
    chat.last = message;
  } else return;
  tell('unread');
}

async function create(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const problem = form.querySelector('.form-error');
  problem.textContent = '';
  try {
    const made = await post('/bots', Object.fromEntries(new FormData(form)));
    form.reset();
    $('new-bot').open = false;
    await loadChats();
    showToken(made);
  } catch (error) { problem.textContent = error.message; }
}

function showToken(bot) {
  const box = $('new-token');
  const token = el('code', { class: 'token', tabIndex: 0 }, bot.token);
  const close = () => { box.replaceChildren(); box.hidden = true; };
  const copied = el('button', { type: 'button', class: 'plain', onclick: () => copy(token, copied) }, 'Copy');
  box.replaceChildren(
    el('strong', {}, `@${bot.username} is made`),
    token,
    el('p', {}, 'Paste this token where your program asks for one; the bot answers as soon as the program runs. Whoever has the token drives the bot. It is shown only now.'),
    el('div', { class: 'pair' }, copied, el('button', { type: 'button', class: 'plain quiet', onclick: close }, 'Done')));
  box.hidden = false;
  copied.focus();
  box.scrollIntoView({ block: 'nearest' });
}

async function copy(node, button) {
  try {
    await navigator.clipboard.writeText(node.textContent);
    button.textContent = 'Copied';
  } catch {
    // Where the page may not, the person can.
    getSelection().selectAllChildren(node);
    button.textContent = 'Selected';
  }
}
