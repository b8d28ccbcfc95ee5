// Tells the sandbox that the person uses the Mini App at this moment: a login
// that begins right then is most likely theirs.
import { post } from './api.js';

const PAUSE_MS = 500;
let noted = -PAUSE_MS;

export function noteUse(app) {
  if (!app || performance.now() - noted < PAUSE_MS) return;
  noted = performance.now();
  post(`/people/${app.person.id}/use`).catch(() => {});
}
