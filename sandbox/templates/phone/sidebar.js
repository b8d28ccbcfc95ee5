// The list of chats beside the open one, as a desktop has it.
import { $, el, icon } from './dom.js';
import { chatRows, openHome } from './home.js';
import { on, store } from './store.js';

export function startSidebar() {
  for (const news of ['chats', 'unread', 'person', 'codes', 'platform']) on(news, draw);
}

function draw() {
  const parts = store.platform === 'tdesktop' && store.chats.length ? [
    el('div', { class: 'side-chats' }, chatRows()),
    el('button', { type: 'button', class: 'side-settings', onclick: () => openHome('settings') }, icon('gear'), 'Settings'),
  ] : [];
  $('sidebar').replaceChildren(...parts);
}
