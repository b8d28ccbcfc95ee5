// What Telegram does when someone signs in with this person's number.
import { patch, post } from './api.js';
import { $ } from './dom.js';
import { complain, toast } from './popup.js';
import { loadPeople, on, personPath, store } from './store.js';

const TIMEOUT = 60;

export function startSignIn() {
  on('people', draw);
  $('code-way').addEventListener('change', deliver);
  $('code-fault').addEventListener('change', order);
}

function draw() {
  if (!store.person) return;
  const ways = store.person.code_delivery.ways.join(' ');
  const known = [...$('code-way').options].some((option) => option.value === ways);
  $('code-way').value = known ? ways : '';
}

async function deliver() {
  const ways = $('code-way').value.split(' ').filter(Boolean);
  if (!ways.length) return;
  try {
    await patch(personPath(''), { code_delivery: { ways, timeout: TIMEOUT } });
    await loadPeople();
  } catch (error) { complain(error); }
}

// The next call with this number is answered with an error, once.
async function order() {
  const chosen = $('code-fault').selectedOptions[0];
  $('code-fault').selectedIndex = 0;
  const [method, code, message] = chosen.value.split(' ');
  try {
    await post('/faults', { kind: 'rpc', method, error_code: Number(code), error_message: message, person: store.person.id, times: 1 });
    toast(`Next time: ${chosen.textContent}`);
  } catch (error) { complain(error); }
}
