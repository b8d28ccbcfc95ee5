// "Scan QR code": what stands in for the phone's camera.
//
// A page cannot see the pixels of another page in its frame. So the person
// may: take a picture of the screen (with the browser's own question), drop or
// paste a screenshot, paste the link, or tap one of the codes that devices of
// this sandbox show at this moment.
import { get, post } from './api.js';
import { $, el, icon, time } from './dom.js';
import { complain, confirmBox, toast } from './popup.js';
import { back, head } from './screens.js';
import { personPath, store } from './store.js';

const POLL_MS = 1500;
let polling = null;

export function scanScreen() {
  return {
    name: 'scan',
    build,
    enter: () => { look(); polling = setInterval(look, POLL_MS); document.addEventListener('paste', pasted); },
    leave: () => { clearInterval(polling); document.removeEventListener('paste', pasted); },
    update: look,
  };
}

function build() {
  const link = el('input', { name: 'link', placeholder: 'tg://login?token=…', 'aria-label': 'Login link', autocomplete: 'off', spellcheck: false });
  const file = el('input', { type: 'file', accept: 'image/*', hidden: true, onchange: () => file.files[0] && readPicture(file.files[0]) });
  const canCapture = navigator.mediaDevices && navigator.mediaDevices.getDisplayMedia;
  return el('div', {
    class: 'settings scanner',
    ondragover: (event) => event.preventDefault(),
    ondrop: (event) => { event.preventDefault(); if (event.dataTransfer.files[0]) readPicture(event.dataTransfer.files[0]); },
  },
  head('Scan QR code'),
  el('div', { class: 'page' },
    el('div', { class: 'viewfinder', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'), el('i'), el('span')),
    el('section', { class: 'group' }, el('h3', {}, 'Codes on screens nearby'),
      el('div', { class: 'cells', id: 'nearby', 'aria-live': 'polite' }, el('p', { class: 'empty' }, 'Looking…')),
      el('p', { class: 'note' }, 'This page has no camera, and may not look into the frame of another page. The sandbox knows which codes its devices show right now: tap the one you would point the phone at.')),
    el('section', { class: 'group' }, el('h3', {}, 'Or read a picture'),
      el('div', { class: 'cells' },
        canCapture && el('button', { type: 'button', class: 'cell', onclick: capture }, el('span', { class: 'cell-icon tone-scan' }, icon('scan')), el('span', { class: 'cell-label' }, 'Point at a window', el('small', {}, 'Your browser asks which one')), icon('next')),
        el('button', { type: 'button', class: 'cell', onclick: () => file.click() }, el('span', { class: 'cell-icon tone-file' }, icon('file')), el('span', { class: 'cell-label' }, 'Choose a screenshot', el('small', {}, 'Or drop or paste one here')), icon('next'))),
      file),
    el('section', { class: 'group' }, el('h3', {}, 'Or paste the link'),
      el('form', { class: 'cells link-row', onsubmit: (event) => { event.preventDefault(); if (link.value.trim()) scan(link.value.trim()); } },
        link, el('button', { type: 'submit', class: 'plain' }, 'Scan')))));
}

const look = () => drawNearby($('nearby'));

// The newest code of each login that shows one at this moment. A login whose
// code was scanned shows none any more. Those of whoever holds the phone first.
async function shownCodes() {
  const tokens = await get('/tokens');
  const now = Date.now() / 1000;
  const used = new Set(tokens.filter((token) => token.accepted_by).map((token) => token.login));
  const newest = new Map();
  for (const token of tokens) {
    const seen = newest.get(token.login);
    const shown = token.online && token.expires_at > now && !used.has(token.login);
    if (shown && (!seen || seen.exported_at < token.exported_at)) newest.set(token.login, token);
  }
  const own = (token) => (token.probably_of === store.person.id ? 0 : 1);
  return [...newest.values()].sort((one, other) => own(one) - own(other) || other.began_at - one.began_at);
}

const ownerOf = (token) => store.people.find((person) => person.id === token.probably_of);

function whose(token) {
  const owner = ownerOf(token);
  const since = time(token.began_at);
  if (!owner) return `since ${since}`;
  return owner.id === store.person.id ? `yours · since ${since}` : `probably ${owner.first_name}’s · since ${since}`;
}

export async function drawNearby(box) {
  if (!box) return;
  let tokens;
  try { tokens = await shownCodes(); } catch { return; }
  if (!box.isConnected) return;
  const signature = `${store.person && store.person.id}|${tokens.map((token) => token.login).join()}`;
  if (box.dataset.signature === signature) return;
  box.dataset.signature = signature;
  const rows = tokens.map((token) => el('button', { type: 'button', class: 'cell nearby', data: { login: token.login, own: String(token.probably_of === store.person.id) }, onclick: () => ask(token) },
    el('span', { class: 'cell-icon tone-scan' }, icon('scan')),
    el('span', { class: 'cell-label' }, token.device_model || 'Unknown device', el('small', {}, whose(token))),
    icon('next')));
  box.replaceChildren(...(rows.length ? rows : [el('p', { class: 'empty' }, 'No device shows a code now.')]));
}

// Telegram's app asks too, and shows which device it is.
async function ask(token) {
  const owner = ownerOf(token);
  const others = owner && owner.id !== store.person.id ? `\n\n${owner.first_name} most likely began this. Scan it only to see what happens then.` : '';
  const yes = await confirmBox(`${token.device_model || 'The device'} will be signed in to the account of ${store.person.first_name}.${others}`, 'Scan', 'Link this device?', 'ok');
  if (!yes) return;
  // The code may have been renewed while the question was open.
  const shown = await shownCodes().catch(() => []);
  scan((shown.find((one) => one.login === token.login) || token).link);
}

async function scan(link) {
  try {
    const device = await post(personPath('/scan'), { link });
    toast(`Scanned: ${device.device_model || 'a new device'}`);
    if ($('nearby')) back();
  } catch (error) { complain(error); }
  // It leaves the lists at once.
  drawNearby($('room-nearby'));
  look();
}

// ---- Pictures. ------------------------------------------------------------------
function pasted(event) {
  const item = [...event.clipboardData.items].find((one) => one.type.startsWith('image/'));
  if (item) { event.preventDefault(); readPicture(item.getAsFile()); }
}

async function readPicture(blob) {
  try { await decode(await createImageBitmap(blob)); } catch { toast('This picture cannot be read.'); }
}

async function capture() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false, preferCurrentTab: true });
    const video = el('video', { srcObject: stream, muted: true });
    await video.play();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (await decode(video, attempt === 9)) return;
      await new Promise((resolve) => { video.requestVideoFrameCallback ? video.requestVideoFrameCallback(resolve) : setTimeout(resolve, 200); });
    }
  } catch (error) {
    if (error.name !== 'NotAllowedError') toast('The screen cannot be read.');
  } finally {
    if (stream) stream.getTracks().forEach((track) => track.stop());
  }
}

// Sends the shades of grey to the sandbox, which looks for codes.
async function decode(source, last = true) {
  const width = source.videoWidth || source.width;
  const height = source.videoHeight || source.height;
  const canvas = el('canvas', { width, height });
  const context = canvas.getContext('2d');
  context.drawImage(source, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at += 1) grey[at] = (299 * data[4 * at] + 587 * data[4 * at + 1] + 114 * data[4 * at + 2]) / 1000;
  const { codes } = await post('/qr-codes', new Blob([`P5 ${width} ${height} 255\n`, grey]));
  const link = codes.find((code) => code.startsWith('tg://login'));
  if (link) await scan(link);
  else if (last) toast(codes.length ? 'This is not a login code.' : 'There is no code in this picture.');
  return Boolean(link);
}
