// Links that a person taps: Telegram's own stay inside, the rest ask first.
import { openApp } from './miniapp.js';
import { alertBox, popup } from './popup.js';
import { chooseBot, on, store } from './store.js';
import { say } from './writing.js';

// Links in a Mini App come this way.
on('link', followLink);

export async function followLink(address) {
  let url;
  try { url = new URL(address); } catch { return; }
  const own = ownBot(url);
  if (own) return openOwn(own, url.searchParams);
  if (url.protocol === 'tg:' && url.host === 'login') {
    return alertBox('To sign in on another device, scan this code in Settings > Devices > Link Desktop Device.');
  }
  if (!/^https?:$/.test(url.protocol)) return undefined;
  const choice = await popup({
    title: 'Open link', message: url.href,
    buttons: [{ id: 'cancel', type: 'cancel' }, { id: 'open', type: 'ok', text: 'Open' }],
  });
  if (choice === 'open') window.open(url.href, '_blank', 'noopener');
  return undefined;
}

// `t.me/<bot>?…` or `tg://resolve?domain=<bot>&…` for a bot of this sandbox.
function ownBot(url) {
  const named = url.hostname === 't.me' ? url.pathname.split('/')[1]
    : url.protocol === 'tg:' && url.host === 'resolve' ? url.searchParams.get('domain') : null;
  const name = (named || '').toLowerCase();
  const chat = store.chats.find((one) => one.bot.username.toLowerCase() === name);
  return chat ? chat.bot : null;
}

function openOwn(bot, parameters) {
  chooseBot(bot.id);
  if (parameters.has('startapp')) return openApp({ start_param: parameters.get('startapp') });
  if (parameters.has('start')) return say(`/start ${parameters.get('start')}`.trim());
  return undefined;
}
