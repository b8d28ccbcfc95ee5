// What the person writes to a bot.
import { post } from './api.js';
import { complain } from './popup.js';
import { chatPath } from './store.js';

export async function say(text) {
  try { await post(chatPath('/messages'), { text }); } catch (error) { complain(error); }
}
