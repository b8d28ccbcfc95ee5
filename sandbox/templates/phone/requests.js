// What Mini Apps ask of the person and of Telegram's server. Each answers with
// an event and its data, or with nothing.
import { del, post } from './api.js';
import { complain, popup } from './popup.js';
import { chatWith, store } from './store.js';
import { personStorage } from './storage.js';

const askTo = async (title, message, yes) => await popup({
  title, message, buttons: [{ id: 'cancel', type: 'cancel' }, { id: 'yes', type: 'ok', text: yes }],
}) === 'yes';

// The contact that each person shared last, with its signature, by bot.
const contacts = new Map();
const contactKey = (app) => `${app.person.id}:${app.bot}`;

const requests = {
  web_app_open_popup: async (app, data) => {
    const id = await popup(data);
    return ['popup_closed', id === null ? {} : { button_id: id }];
  },
  web_app_request_write_access: async (app) => {
    const yes = await askTo('Allow messages?', 'This bot will be able to send you messages.', 'Allow');
    return ['write_access_requested', { status: yes && await done(post(`${app.path}/write-access`)) ? 'allowed' : 'cancelled' }];
  },
  // As in Telegram, the bot gets a message with the contact, and the app may
  // fetch the same with a signature.
  web_app_request_phone: async (app) => {
    const question = `${chatWith(app.bot).bot.name} will know your phone number, +${app.person.phone}. This can be useful for integration with other services.`;
    if (!await askTo('Share your phone number?', question, 'Share contact')) return ['phone_requested', { status: 'cancelled' }];
    if (app.bot === store.bot && store.chat.blocked) await done(del(`${app.path}/block`));
    const shared = await done(post(`${app.path}/contact`));
    if (shared) contacts.set(contactKey(app), shared.response);
    return ['phone_requested', { status: shared ? 'sent' : 'cancelled' }];
  },
  // A page may read the clipboard only of whoever pressed something in it:
  // Telegram's clients hand nothing out either, but to apps of the menu.
  web_app_read_text_from_clipboard: async (app, data) => ['clipboard_text_received', { req_id: data.req_id }],
  web_app_invoke_custom_method: async (app, data) => ['custom_method_invoked', { req_id: data.req_id, ...custom(app, data) }],
};

function custom(app, data) {
  if (data.method === 'getRequestedContact') return { result: contacts.get(contactKey(app)) || '' };
  return personStorage(app.bot, data);
}

// What came of a request; `null` if it was refused, which the person is told.
async function done(asked) {
  try { return (await asked) || true; } catch (error) { complain(error); return null; }
}

// The answer to what an app asks for, or nothing if it is no such request.
export function request(method, app, data) {
  return requests[method] ? requests[method](app, data) : null;
}
