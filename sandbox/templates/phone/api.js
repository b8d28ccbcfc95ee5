// The control interface, as the page calls it.

// What Telegram's error names mean to the person who holds the phone.
const WORDS = {
  AUTH_TOKEN_EXPIRED: 'This code has expired. Scan the new one.',
  AUTH_TOKEN_ALREADY_ACCEPTED: 'This code was used already.',
  AUTH_TOKEN_INVALIDX: 'This is not a login code of this sandbox.',
  AUTH_TOKEN_EXCEPTION: 'This device is signed in to this account already.',
  USER_DEACTIVATED_BAN: 'This account is banned.',
  PHONE_NUMBER_INVALID: 'The number must be 5 to 15 digits.',
  PHONE_NUMBER_OCCUPIED: 'Someone has this number already.',
  FIRSTNAME_INVALID: 'The first name must have 1 to 64 characters.',
};

export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body instanceof Blob) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers['content-type'] = 'application/json';
  }
  const response = await fetch('/control' + path, options);
  const text = await response.text();
  let answer = null;
  try { answer = text ? JSON.parse(text) : null; } catch { answer = { message: text }; }
  if (!response.ok) {
    const said = (answer && answer.error) || {};
    throw new Refused(response.status, said.message || '', said.detail || WORDS[said.message] || said.message || `Error ${response.status}`);
  }
  return answer;
}

export const get = (path) => call('GET', path);
export const post = (path, body) => call('POST', path, body);
export const put = (path, body) => call('PUT', path, body);
export const patch = (path, body) => call('PATCH', path, body);
export const del = (path) => call('DELETE', path);

// Server-sent events of one person, from all their chats; comes back by itself when the line drops.
// `begun` is over once they flow, or cannot.
export function follow(person, onEvent, onLine) {
  const source = new EventSource(`/control/people/${person}/chats/events`);
  const begun = new Promise((resolve) => {
    source.onopen = () => { onLine(true); resolve(); };
    source.onerror = () => { onLine(false); resolve(); };
  });
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  return { begun, end: () => source.close() };
}
