// `CloudStorage` of Mini Apps, kept in this browser for each person and bot.
import { store } from './store.js';

export function personStorage(bot, { method, params }) {
  // The first bot's has no bot in its name, since it was once the only one.
  const first = bot === store.chats[0].bot.id;
  const prefix = first ? `cloud:${store.person.id}:` : `cloud@${bot}:${store.person.id}:`;
  const name = (key) => prefix + key;
  switch (method) {
    case 'saveStorageValue':
      localStorage.setItem(name(params.key), params.value);
      return { result: true };
    case 'getStorageValues':
      return { result: Object.fromEntries(params.keys.map((key) => [key, localStorage.getItem(name(key)) || ''])) };
    case 'deleteStorageValues':
      params.keys.forEach((key) => localStorage.removeItem(name(key)));
      return { result: true };
    case 'getStorageKeys':
      return { result: Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)) };
    default:
      return { error: 'METHOD_NOT_FOUND' };
  }
}
