// What the person writes to the bot.
import { post } from './api.js';
import { complain } from './popup.js';
import { personPath } from './store.js';

export async function say(text) {
  try { await post(personPath('/messages'), { text }); } catch (error) { complain(error); }
}
