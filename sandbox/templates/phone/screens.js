// The screens inside the phone: one on top of another, and a way back.
import { $, el, icon } from './dom.js';

const stack = [];

export function show(screen, { replace = false } = {}) {
  if (replace) while (stack.length) leave(stack.pop());
  stack.push(screen);
  render(replace ? '' : 'push');
}

export function back() {
  if (stack.length < 2) return;
  leave(stack.pop());
  render('pop');
}

export const current = () => stack[stack.length - 1];

function leave(screen) { if (screen.leave) screen.leave(); }

function render(motion) {
  const screen = current();
  const box = $('screens');
  const node = screen.build();
  node.classList.add('screen');
  if (motion) node.classList.add(motion);
  box.replaceChildren(node);
  if (screen.enter) screen.enter(node);
}

// Builds the screen again where it is, without motion.
export function refresh() {
  const screen = current();
  if (screen && screen.update) screen.update();
  else if (screen) render('');
}

export function head(title, { subtitle, action, onBack = back, face, waiting } = {}) {
  return el('header', { class: 'bar' },
    onBack && el('button', { type: 'button', class: 'bar-back', 'aria-label': 'Back', onclick: onBack }, icon('back'), waiting),
    el('div', { class: 'bar-title' }, el('h2', {}, title), subtitle && el('p', {}, subtitle)),
    face || action || el('span', { class: 'bar-space' }));
}

export function cell({ label, value, iconName, tone, onclick, href, note }) {
  return el('button', { type: 'button', class: `cell ${tone || ''}`, onclick, href },
    iconName && el('span', { class: `cell-icon tone-${iconName}` }, icon(iconName)),
    el('span', { class: 'cell-label' }, label, note && el('small', {}, note)),
    value !== undefined && el('span', { class: 'cell-value' }, value),
    onclick && !tone && icon('next'));
}

export const group = (title, note, ...cells) => el('section', { class: 'group' },
  title && el('h3', {}, title), el('div', { class: 'cells' }, cells), note && el('p', { class: 'note' }, note));
