// Dialogs inside the phone: they cover the screen, not the page.
import { $, el } from './dom.js';

const WORDS = { ok: 'OK', close: 'Close', cancel: 'Cancel' };

// Asks and waits; the id of the pressed button, or null if it was dismissed.
export function popup({ title, message, buttons, input }) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const field = input && el('input', { class: 'popup-input', ...input });
    const done = (id) => {
      layer.remove();
      if (before && before.focus) before.focus();
      resolve(input ? (id === null || id === 'cancel' ? null : field.value) : id);
    };
    const choices = buttons.map((button) => el('button', {
      type: button.type === 'ok' || input ? 'submit' : 'button',
      class: 'popup-button ' + button.type,
      onclick: (event) => { if (event.currentTarget.type !== 'submit' || button.type === 'cancel') { event.preventDefault(); done(button.id ?? ''); } },
      data: { id: button.id ?? '' },
    }, button.text || WORDS[button.type] || 'OK'));
    const form = el('form', {
      class: 'popup', role: 'alertdialog', 'aria-modal': 'true', 'aria-label': title || message,
      onsubmit: (event) => { event.preventDefault(); done(event.submitter ? event.submitter.dataset.id : 'ok'); },
      onkeydown: (event) => {
        if (event.key === 'Escape') { event.stopPropagation(); done(null); }
        if (event.key === 'Tab') keepInside(event, form);
      },
    },
    title && el('h3', {}, title), message && el('p', {}, message), field,
    el('div', { class: 'popup-buttons' + (choices.length > 2 ? ' stacked' : '') }, choices));
    const layer = el('div', {
      class: 'popup-shade',
      onclick: (event) => { if (event.target === layer) done(null); },
    }, form);
    $('popups').append(layer);
    (field || choices[choices.length - 1]).focus();
  });
}

function keepInside(event, form) {
  const all = [...form.querySelectorAll('button, input')];
  const edge = event.shiftKey ? all[0] : all[all.length - 1];
  if (document.activeElement === edge) {
    event.preventDefault();
    (event.shiftKey ? all[all.length - 1] : all[0]).focus();
  }
}

export const alertBox = (message, title) => popup({ title, message, buttons: [{ id: 'ok', type: 'ok' }] });

// Asks for a yes; `tone` is `ok` where nothing is lost by it.
export const confirmBox = async (message, yes, title, tone = 'destructive') => await popup({
  title, message,
  buttons: [{ id: 'cancel', type: 'cancel' }, { id: 'yes', type: tone, text: yes }],
}) === 'yes';

let hiding;
export function toast(text) {
  const box = $('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.hidden = true; }, 3500);
}

// What a refused request says, shown where the person looks.
export const complain = (error) => toast(error.message || 'That did not work.');
