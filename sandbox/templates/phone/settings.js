// Settings: the person's account, devices and password.
import { del, get, patch, post, put } from './api.js';
import { $, ago, avatar, el, icon } from './dom.js';
import { complain, confirmBox, popup, toast } from './popup.js';
import { cell, current, group, head, refresh, show } from './screens.js';
import { fullName, loadChats, loadPeople, personPath, store } from './store.js';
import { loadChat } from './chat.js';
import { scanScreen } from './scan.js';

const LANGUAGES = { en: 'English', ru: 'Русский', 'pt-br': 'Português (BR)', de: 'Deutsch' };

export function settingsBody() {
  const person = store.person;
  return el('div', { class: 'page' },
    el('div', { class: 'profile' }, avatar(person.first_name, person.id, 'large'),
      el('h2', {}, fullName(person)),
      el('p', {}, `+${person.phone}`, person.username && ` · @${person.username}`)),
    group(null, null,
      cell({ label: 'Devices', iconName: 'devices', onclick: () => show(devicesScreen()) }),
      cell({ label: 'Two-Step Verification', iconName: 'key', value: person.has_password ? 'On' : 'Off', onclick: password }),
      cell({ label: 'Language', iconName: 'language', value: LANGUAGES[person.language] || person.language, onclick: language }),
      cell({ label: 'Blocked bots', iconName: 'stop', value: store.chats.filter((chat) => chat.blocked).length || 'None', onclick: block })),
    group('Account', null,
      el('div', { class: 'cell fact' }, el('span', { class: 'cell-label' }, 'User id'), el('code', {}, person.id)),
      el('div', { class: 'cell fact' }, el('span', { class: 'cell-label' }, 'Data centre'), el('span', { class: 'cell-value' }, person.home_dc))),
    el('div', { id: 'codes' }));
}

async function password() {
  try {
    if (store.person.has_password) {
      if (!await confirmBox('New devices will then need no password to sign in.', 'Turn off', 'Turn off the password?')) return;
      await del(personPath('/password'));
    } else {
      const words = await ask('Two-Step Verification', 'A password that new devices will be asked for.', 'Password');
      if (!words) return;
      const hint = await ask('Password hint', 'Shown to whoever is asked for the password. May stay empty.', 'Hint');
      if (hint === null) return;
      await put(personPath('/password'), hint ? { password: words, hint } : { password: words });
    }
    await loadPeople();
    refresh();
    toast(store.person.has_password ? 'The password is set.' : 'The password is off.');
  } catch (error) { complain(error); }
}

const ask = (title, message, label) => popup({
  title, message, input: { 'aria-label': label, placeholder: label, autocomplete: 'off' },
  buttons: [{ id: 'cancel', type: 'cancel' }, { id: 'ok', type: 'ok' }],
});

async function language() {
  const choice = await popup({
    title: 'Language', message: 'Told to bots as language_code.',
    buttons: [...Object.entries(LANGUAGES).map(([id, text]) => ({ id, text, type: 'default' })), { id: '', type: 'cancel' }],
  });
  if (!choice) return;
  await patch(personPath(''), { language: choice }).catch(complain);
  await loadPeople();
  await loadChat().catch(complain);
  refresh();
}

async function block() {
  const { blocked, bot } = await whichChat() || {};
  if (!bot) return;
  const yes = await confirmBox(blocked ? `${bot.name} will be able to write again.` : `${bot.name} will not be able to write.`, blocked ? 'Unblock' : 'Block');
  if (!yes) return;
  const path = `/bots/${bot.id}${personPath('/block')}`;
  await (blocked ? del(path) : post(path)).catch(complain);
  await Promise.all([loadChats(), loadChat()]).catch(complain);
  refresh();
}

// The only one, or the one that the person names.
async function whichChat() {
  if (store.chats.length === 1) return store.chats[0];
  const choice = await popup({
    title: 'Blocked bots',
    buttons: [
      ...store.chats.map(({ bot, blocked }) => ({
        id: String(bot.id), text: `${blocked ? 'Unblock' : 'Block'} ${bot.name}`, type: blocked ? 'default' : 'destructive',
      })),
      { id: '', type: 'cancel' },
    ],
  });
  return store.chats.find(({ bot }) => String(bot.id) === choice);
}

// ---- Devices. -----------------------------------------------------------------
export function devicesScreen() {
  return {
    name: 'devices',
    build: () => el('div', { class: 'settings' }, head('Devices'),
      el('div', { class: 'page' },
        el('div', { class: 'hero' }, el('span', { class: 'hero-icon' }, icon('scan')),
          el('p', {}, 'Sign in to this account on another device by scanning a QR code.'),
          el('button', { type: 'button', class: 'wide filled', onclick: () => show(scanScreen()) }, 'Link Desktop Device')),
        group('This device', null, el('div', { class: 'cell device-row' }, el('span', { class: 'cell-icon tone-devices' }, icon('devices')),
          el('span', { class: 'cell-label' }, 'This phone', el('small', {}, 'Local Telegram · online')))),
        el('div', { id: 'devices', 'aria-live': 'polite' }))),
    enter: drawDevices,
    update: drawDevices,
  };
}

const STATES = { accepted: 'signing in…', password_pending: 'waiting for the password' };

async function drawDevices() {
  const box = $('devices');
  if (!box) return;
  let devices;
  try { devices = (await get(personPath('/authorizations'))).filter((device) => device.state !== 'ended'); } catch (error) { complain(error); return; }
  if ($('devices') !== box || !current() || current().name !== 'devices') return;
  const rows = devices.map((device) => el('button', { type: 'button', class: 'cell device-row', onclick: () => end(device) },
    el('span', { class: 'cell-icon tone-lock' }, icon('devices')),
    el('span', { class: 'cell-label' }, device.device_model || 'Unknown device',
      el('small', {}, [device.app_name, device.app_version].filter(Boolean).join(' ')),
      el('small', {}, [device.system_version, `DC ${device.dc}`, STATES[device.state] || ago(device.active_at)].filter(Boolean).join(' · '))),
    icon('next')));
  box.replaceChildren(
    rows.length
      ? group('Active sessions', 'Tap a session to end it.', rows, el('button', { type: 'button', class: 'cell danger', onclick: endAll }, 'Terminate all other sessions'))
      : group('Active sessions', null, el('p', { class: 'empty' }, 'No other device is signed in.')));
}

async function end(device) {
  if (!await confirmBox(`${device.device_model || 'This device'} will be signed out.`, 'Terminate', 'Terminate session?')) return;
  await del(personPath(`/authorizations/${device.hash}`)).catch(complain);
  drawDevices();
}

async function endAll() {
  if (!await confirmBox('All devices but this phone will be signed out.', 'Terminate', 'Terminate sessions?')) return;
  await del(personPath('/authorizations')).catch(complain);
  drawDevices();
}
