// The panel beside the phone: whose phone it is, and what surrounds it.
import { patch, post } from './api.js';
import { $, avatar, el } from './dom.js';
import { complain } from './popup.js';
import { choose, fullName, loadPeople, on, personPath, setPlatform, setTheme, store } from './store.js';
import { openApp } from './miniapp.js';
import { drawNearby } from './scan.js';
import { startSignIn } from './signin.js';

const NEARBY_MS = 1500;

export function startRoom() {
  choice('theme-choice', setTheme, () => store.theme);
  choice('platform-choice', setPlatform, () => store.platform);
  choice('state-choice', changeState, () => store.person && store.person.state);
  on('people', drawPeople);
  startSignIn();
  const look = () => { if (document.visibilityState === 'visible') drawNearby($('room-nearby')); };
  look();
  on('person', look);
  setInterval(look, NEARBY_MS);
  $('person-form').addEventListener('submit', create);
  $('link-form').addEventListener('submit', (event) => {
    event.preventDefault();
    if (event.currentTarget.reportValidity()) openApp({ start_param: $('start-param').value.trim() });
    setOpen(false);
  });
  $('room-open').addEventListener('click', () => setOpen(true));
  $('room-close').addEventListener('click', () => setOpen(false));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') setOpen(false); });
}

function setOpen(open) {
  document.body.classList.toggle('room-is-open', open);
  $('room-open').setAttribute('aria-expanded', String(open));
  if (open) $('room-close').focus();
}

function drawPeople() {
  $('people').replaceChildren(...store.people.map((person) => el('li', {}, el('button', {
    type: 'button', class: 'person', 'aria-current': store.person && person.id === store.person.id ? 'true' : null,
    onclick: () => { choose(person); setOpen(false); },
  },
  avatar(person.first_name, person.id),
  el('span', {}, el('strong', {}, fullName(person)), el('small', {}, facts(person)))))));
  for (const draw of redraws) draw();
}

const facts = (person) => [
  person.language, `DC ${person.home_dc}`, person.has_password && 'password',
  person.state !== 'active' && person.state,
].filter(Boolean).join(' · ');

// A row of exclusive buttons, moved through with the arrow keys.
const redraws = [];
function choice(id, set, read) {
  const buttons = [...$(id).querySelectorAll('button')];
  const draw = () => buttons.forEach((button) => {
    const chosen = button.dataset.value === read();
    button.setAttribute('aria-checked', String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  });
  buttons.forEach((button, index) => {
    button.addEventListener('click', async () => { await set(button.dataset.value); draw(); });
    button.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = buttons[(index + step + buttons.length) % buttons.length];
      next.focus();
      next.click();
    });
  });
  redraws.push(draw);
  draw();
}

async function changeState(state) {
  try {
    await patch(personPath(''), { state });
    await loadPeople();
  } catch (error) { complain(error); }
}

async function create(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
  fields.home_dc = Number(fields.home_dc);
  const problem = form.querySelector('.form-error');
  problem.textContent = '';
  try {
    const person = await post('/people', fields);
    form.reset();
    $('newcomer').open = false;
    await loadPeople();
    choose(store.people.find((one) => one.id === person.id));
  } catch (error) { problem.textContent = error.message; }
}
