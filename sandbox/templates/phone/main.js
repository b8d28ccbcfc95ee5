// Starts the page and keeps its parts together.
import { follow, get } from './api.js';
import { $, el } from './dom.js';
import { loadChat, openChat, receive } from './chat.js';
import { noteInList, startBots } from './bots.js';
import { openHome } from './home.js';
import { back, current, refresh } from './screens.js';
import { startRoom } from './room.js';
import { loadChats, loadPeople, noteNews, on, store } from './store.js';
import { redrawTelegram, showCodes } from './codes.js';
import { startSidebar } from './sidebar.js';

let unfollow = null;

async function begin() {
  store.themes = await get('/themes');
  dress();
  startRoom();
  startBots();
  startSidebar();
  await loadPeople();
  if (store.person) await enter();
  else $('screens').replaceChildren(el('p', { class: 'nobody' }, 'No one lives here yet. Add a person in the panel.'));
  tick();
  setInterval(tick, 10000);
}

// Listens first: what is said while the chats are on their way is heard.
async function enter() {
  if (unfollow) unfollow();
  const person = store.person.id;
  const following = follow(person, hear, line);
  unfollow = following.end;
  await following.begun;
  if (person !== store.person.id) return;
  await loadChats();
  if (person !== store.person.id) return;
  await enterChat();
  await showCodes();
}

async function enterChat() {
  await loadChat();
  openHome('chats');
  openChat(back);
}

const readAgain = () => Promise.all([loadChats(), loadChat()]).catch(() => {});

let lost = false;
function line(up) {
  const box = $('live');
  box.textContent = up ? 'live' : 'reconnecting…';
  box.classList.toggle('up', up);
  // What happened while the line was down is read again.
  if (up && lost) { readAgain(); refresh(); }
  lost = !up;
}

async function hear(event) {
  noteNews();
  if (event.kind === 'chat') return readAgain();
  if (event.kind !== 'account') {
    noteInList(event);
    return event.bot === store.bot ? receive(event) : undefined;
  }
  // All bots' chats bring it.
  if (event.bot !== store.bot) return undefined;
  await loadPeople().catch(() => {});
  showCodes();
  if (current() && current().name !== 'chat') refresh();
  return undefined;
}

// The page wears the colours of the person's Telegram.
function dress() {
  const root = document.documentElement;
  root.dataset.theme = store.theme;
  root.dataset.platform = store.platform;
  for (const [name, color] of Object.entries(store.themes[store.theme])) {
    root.style.setProperty('--tg-' + name.replace(/_/g, '-'), color);
  }
}

function tick() {
  $('clock').textContent = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

on('theme', dress);
on('platform', dress);
on('person', () => enter().catch((error) => { $('live').textContent = error.message; }));
on('bot', () => enterChat().catch((error) => { $('live').textContent = error.message; }));
on('chats', () => { if (current()) refresh(); });
on('chat', () => { if (current()) refresh(); });
on('codes', redrawTelegram);
on('codes', () => { if (current() && current().name === 'home') refresh(); });
on('unread', () => { if (current() && current().name === 'home') refresh(); });
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible' && store.person) readAgain(); });

begin().catch((error) => {
  $('live').textContent = 'stopped';
  $('screens').replaceChildren(el('p', { class: 'nobody', role: 'alert' }, `The sandbox does not answer: ${error.message}`));
});

