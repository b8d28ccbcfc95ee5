// Shows a Mini App and plays Telegram's part towards it.
// Protocol: https://core.telegram.org/api/web-events
import { post } from './api.js';
import { $, el, icon } from './dom.js';
import { complain, confirmBox, popup, toast } from './popup.js';
import { request } from './requests.js';
import { chatPath, on, store, tell } from './store.js';
import { answerTo, wordsFor } from './unsupported.js';
import { noteUse } from './use.js';

let app = null;

export async function openApp(how, title) {
  try {
    // Another chat may be open by the time the app wants something of its own.
    const [bot, path, person] = [store.bot, chatPath(''), store.person];
    const opened = await post(`${path}/open`, { ...how, theme: store.theme, platform: store.platform });
    if (app) destroy();
    start(opened.url, title || opened.title, { bot, path, person, how });
  } catch (error) {
    complain(error);
  }
}

function start(url, title, from) {
  const frame = el('iframe', {
    title, src: url,
    sandbox: 'allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads',
    allow: 'clipboard-write; fullscreen',
  });
  const bar = el('header', { class: 'app-bar' },
    el('button', { type: 'button', class: 'app-close', id: 'app-close', onclick: leave }, icon('close'), 'Close'),
    el('strong', {}, title, el('small', {}, 'mini app')),
    el('span', { class: 'app-corner' },
      el('button', { type: 'button', class: 'app-fold', 'aria-label': 'Minimise', onclick: fold }, icon('down')),
      el('button', { type: 'button', class: 'app-more', 'aria-label': 'More', onclick: more }, icon('more'))));
  const loading = el('div', { class: 'app-loading', role: 'status' }, el('span', { class: 'spinner' }), el('span', { class: 'visually-hidden' }, 'Opening'));
  const body = el('div', { class: 'app-body' }, frame, loading);
  const foot = el('footer', { class: 'app-foot', hidden: true });
  app = {
    frame, bar, body, foot, loading, title, url, ...from,
    origin: new URL(url).origin, main: null, secondary: null, back: false, settings: false, confirm: false,
    resize: new ResizeObserver(() => sendViewport()),
    // Before its first message the frame shows no page of the app yet.
    listens: false,
    // The colours that the app asked for, by the part that wears them.
    colors: { bar: {}, body: {}, foot: {} },
  };
  const sheet = el('div', { class: 'app-sheet', role: 'dialog', 'aria-label': title }, bar, body, foot);
  $('miniapp').replaceChildren(el('div', { class: 'app-shade' }), sheet);
  $('miniapp').hidden = false;
  app.resize.observe(body);
  // A page that never says it is ready is shown all the same.
  frame.addEventListener('load', () => setTimeout(reveal, 600));
  noteUse(app);
  frame.focus();
}

const reveal = () => { if (app) app.loading.hidden = true; };

function destroy() {
  if (!app) return;
  app.resize.disconnect();
  $('miniapp').hidden = true;
  $('miniapp').classList.remove('folded');
  $('miniapp').replaceChildren();
  app = null;
}

// Puts the app aside without closing it, or brings it back.
function fold() {
  const folded = $('miniapp').classList.toggle('folded');
  const button = app.bar.querySelector('.app-fold');
  button.setAttribute('aria-label', folded ? 'Open again' : 'Minimise');
  button.replaceChildren(icon(folded ? 'up' : 'down'));
  tellApp('visibility_changed', { is_visible: !folded });
}

// The corner button: back inside the app where it asked for that, else out.
async function leave() {
  noteUse(app);
  if (app.back) return tellApp('back_button_pressed');
  if (app.confirm && !await confirmBox('Changes that you made may not be saved.', 'Close anyway')) return undefined;
  return destroy();
}

async function more() {
  const choice = await popup({
    title: app.title,
    buttons: [
      app.settings && { id: 'settings', text: 'Settings', type: 'default' },
      { id: 'reload', text: 'Reload page', type: 'default' },
      { id: 'close', text: 'Close', type: 'destructive' },
      { id: '', type: 'cancel' },
    ].filter(Boolean),
  });
  if (choice === 'settings') tellApp('settings_button_pressed');
  // The frame goes back to the address it was opened with, as Telegram does.
  if (choice === 'reload') { app.loading.hidden = false; app.listens = false; app.frame.src = 'about:blank'; app.frame.src = app.url; }
  if (choice === 'close' && (!app.confirm || await confirmBox('Changes that you made may not be saved.', 'Close anyway'))) destroy();
}

// ---- Messages. Only the origin that was opened is listened to. ---------------
window.addEventListener('message', (event) => {
  if (!app || event.source !== app.frame.contentWindow || event.origin !== app.origin) return;
  let message;
  try { message = typeof event.data === 'string' ? JSON.parse(event.data) : event.data; } catch { return; }
  app.listens = true;
  if (message && typeof message.eventType === 'string') answer(message.eventType, message.eventData || {});
});

async function answer(method, data) {
  const asking = app;
  const known = Object.hasOwn(handlers, method);
  if (known) return handlers[method](data);
  if (wordsFor(method)) return toast(wordsFor(method));
  const event = await request(method, asking, data) || answerTo(method, data);
  // The person may have closed it meanwhile, or opened another.
  if (event && app === asking) tellApp(...event);
  return undefined;
}

// A page that was not there yet asks for what it needs when it comes.
function tellApp(eventType, eventData = {}) {
  if (app && app.listens) app.frame.contentWindow.postMessage(JSON.stringify({ eventType, eventData }), app.origin);
}

const sendTheme = () => tellApp('theme_changed', { theme_params: store.themes[store.theme] });
function sendViewport() {
  if (!app) return;
  const box = app.body.getBoundingClientRect();
  const data = { width: box.width, height: box.height, is_state_stable: true, is_expanded: true };
  tellApp('viewport_changed', data);
}

// What the phone's own edges cover: the line at the bottom, where no button of
// Telegram's keeps the app away from it. The status bar is above the sheet.
const LINES = { ios: 34, android: 24, tdesktop: 0 };
const NO_INSETS = { top: 0, bottom: 0, left: 0, right: 0 };
const sendSafeArea = () => app && tellApp('safe_area_changed', { ...NO_INSETS, bottom: app.foot.hidden ? LINES[store.platform] : 0 });

const handlers = {
  iframe_ready: () => {},
  web_app_ready: reveal,
  web_app_expand: sendViewport,
  web_app_request_viewport: sendViewport,
  web_app_request_theme: sendTheme,
  web_app_request_safe_area: () => sendSafeArea(),
  web_app_request_content_safe_area: () => tellApp('content_safe_area_changed', NO_INSETS),
  web_app_close: destroy,
  web_app_setup_back_button: (data) => { app.back = !!data.is_visible; drawBack(); },
  web_app_setup_settings_button: (data) => { app.settings = !!data.is_visible; },
  web_app_setup_closing_behavior: (data) => { app.confirm = !!data.need_confirmation; },
  web_app_setup_main_button: (data) => { app.main = data; drawFoot(); },
  web_app_setup_secondary_button: (data) => { app.secondary = data; drawFoot(); },
  web_app_set_header_color: (data) => { app.colors.bar = data; dress(); },
  web_app_set_background_color: (data) => { app.colors.body = data; dress(); },
  web_app_set_bottom_bar_color: (data) => { app.colors.foot = data; dress(); },
  web_app_trigger_haptic_feedback: feel,
  web_app_open_link: (data) => tell('link', data.url),
  web_app_open_tg_link: (data) => { tell('link', 'https://t.me' + data.path_full); if (!/startapp/.test(data.path_full)) destroy(); },
  web_app_data_send: async (data) => {
    if (!app.how.button || !app.how.button.text) return;
    await post(`${app.path}/web-app-data`, { data: data.data, button_text: app.how.button.text }).catch(complain);
    destroy();
  },
};

// The parts around the app wear what it asked for. A colour that was named
// after the theme's changes with it.
function dress() {
  if (!app) return;
  for (const [part, data] of Object.entries(app.colors)) {
    const color = (data.color_key ? store.themes[store.theme][data.color_key] : data.color) || '';
    app[part].style.background = color;
    // Words stay readable on a colour of the app's own.
    app[part].classList.toggle('on-dark', !data.color_key && isDark(color));
    app[part].classList.toggle('on-light', !data.color_key && isLight(color));
  }
}

const luminance = (color) => {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  return hex ? hex.slice(1).reduce((sum, part, at) => sum + parseInt(part, 16) * [0.299, 0.587, 0.114][at], 0) : NaN;
};
const isDark = (color) => luminance(color) < 128;
const isLight = (color) => luminance(color) >= 128;

function drawBack() {
  const button = app.bar.querySelector('.app-close');
  button.classList.toggle('goes-back', app.back);
  button.replaceChildren(...(app.back ? [icon('back'), 'Back'] : [icon('close'), 'Close']));
}

function drawFoot() {
  const make = (data, event, kind) => {
    if (!data || !data.is_visible || !data.text) return null;
    const button = el('button', {
      type: 'button', class: `app-button ${kind}` + (data.has_shine_effect ? ' shine' : ''),
      disabled: !data.is_active, 'aria-busy': data.is_progress_visible ? 'true' : null,
      onclick: () => { noteUse(app); tellApp(event); },
    }, data.is_progress_visible ? el('span', { class: 'spinner' }) : data.text);
    if (data.color) button.style.background = data.color;
    if (data.text_color) button.style.color = data.text_color;
    return button;
  };
  const main = make(app.main, 'main_button_pressed', 'main');
  const secondary = make(app.secondary, 'secondary_button_pressed', 'secondary');
  const position = app.secondary ? app.secondary.position : 'left';
  app.foot.replaceChildren(...[secondary, main].filter(Boolean));
  app.foot.className = `app-foot at-${position || 'left'}`;
  const hidden = !main && !secondary;
  if (app.foot.hidden !== hidden) { app.foot.hidden = hidden; sendSafeArea(); }
}

// There is no motor in a screen: a short glow and a shake stand in for it.
let feeling;
function feel(data) {
  noteUse(app);
  const box = $('haptic');
  const kind = data.type === 'notification' ? data.notification_type : data.type === 'impact' ? data.impact_style : 'selection';
  box.className = 'haptic';
  void box.offsetWidth;
  box.className = `haptic felt ${kind || ''}`;
  $('device').classList.toggle('shaken', kind === 'error' || kind === 'heavy' || kind === 'rigid');
  clearTimeout(feeling);
  feeling = setTimeout(() => { box.className = 'haptic'; $('device').classList.remove('shaken'); }, 450);
  if (navigator.vibrate && navigator.userActivation && navigator.userActivation.hasBeenActive) navigator.vibrate(15);
}

on('theme', () => { dress(); sendTheme(); });
on('platform', sendSafeArea);
on('person', destroy);
// The chat that was chosen is not to stand behind the app of another.
on('bot', () => { if (app && !$('miniapp').classList.contains('folded')) fold(); });
// A press inside the frame is not seen, but that the frame has the keys now.
window.addEventListener('blur', () => { if (app && document.activeElement === app.frame) noteUse(app); });
document.addEventListener('visibilitychange', () => tellApp('visibility_changed', { is_visible: document.visibilityState === 'visible' }));

