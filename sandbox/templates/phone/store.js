// What the page knows, and who wants to hear of it.
import { get } from './api.js';

export const store = {
  people: [],
  person: null,
  theme: localStorage.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
  platform: localStorage.platform || 'ios',
  themes: null,
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

export const personPath = (rest) => `/people/${store.person.id}${rest}`;
export const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(' ');
