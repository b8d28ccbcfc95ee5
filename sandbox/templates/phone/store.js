// What the page knows, and who wants to hear of it.
import { get } from './api.js';

export const store = {
  people: [],
  person: null,
  theme: localStorage.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
  platform: localStorage.platform || 'ios',
  themes: null,
  // The chats with all bots, the one that is open, and its bot's id.
  chats: [],
  bot: null,
  chat: null,
};

const listeners = new Map();

export function on(name, callback) {
  if (!listeners.has(name)) listeners.set(name, []);
  listeners.get(name).push(callback);
}

export function tell(name, detail) {
  for (const callback of listeners.get(name) || []) callback(detail);
}

export async function loadPeople() {
  const people = await get('/people');
  store.people = people;
  const id = store.person ? store.person.id : Number(new URLSearchParams(location.search).get('person') || localStorage.person);
  store.person = people.find((person) => person.id === id) || people[0] || null;
  tell('people');
}

export function choose(person) {
  store.person = person;
  localStorage.person = person.id;
  tell('people');
  tell('person');
}

export function setTheme(theme) {
  store.theme = theme;
  localStorage.theme = theme;
  tell('theme');
}

export function setPlatform(platform) {
  store.platform = platform;
  localStorage.platform = platform;
  tell('platform');
}

// The chats with all bots; the one that was open last is open.
export async function loadChats() {
  const person = store.person.id;
  let chats;
  let heard;
  // What happened while the answer was on its way may not be in it.
  do {
    heard = news;
    chats = await get(`/people/${person}/chats`);
    if (person !== store.person.id) return;
  } while (heard !== news);
  store.chats = chats;
  const last = store.bot || Number(new URLSearchParams(location.search).get('bot') || localStorage.bot);
  store.bot = (chatWith(last) || chats[0]).bot.id;
  tell('chats');
}

// How much was heard from the chats so far.
let news = 0;
export function noteNews() { news += 1; }

export function chooseBot(id) {
  if (id === store.bot) return;
  store.bot = id;
  localStorage.bot = id;
  tell('chats');
  tell('bot');
}

export const chatWith = (bot) => store.chats.find((one) => one.bot.id === bot);
export const unreadIn = (chats) => chats.reduce((sum, one) => sum + one.unread, 0);

export const personPath = (rest) => `/people/${store.person.id}${rest}`;
export const chatPath = (rest) => `/bots/${store.bot}${personPath(rest)}`;
export const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(' ');
