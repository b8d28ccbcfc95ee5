// The list of chats beside the open one, as a desktop has it.
import { $, el, icon } from './dom.js';
import { chatRows, openHome } from './home.js';
import { on } from './store.js';

export function startSidebar() {
  for (const news of ['chats', 'unread', 'person', 'codes']) on(news, draw);
}

function draw() {
  $('sidebar').replaceChildren(
    el('div', { class: 'side-chats' }, chatRows()),
    el('button', { type: 'button', class: 'side-settings', onclick: () => openHome('settings') }, icon('gear'), 'Settings'));
}
