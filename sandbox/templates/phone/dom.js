// Building pieces of the page.

export const $ = (id) => document.getElementById(id);

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class') node.className = value;
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (name in node && name !== 'list' && name !== 'form') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';
const PATHS = {
  back: 'M15 4 7 12l8 8', down: 'M5 9l7 7 7-7', up: 'M5 15l7-7 7 7', next: 'm9 5 7 7-7 7', send: 'M12 20V5M5.5 11.5 12 5l6.5 6.5',
  menu: 'M5 7h14M5 12h14M5 17h14', close: 'M6 6l12 12M18 6 6 18', more: 'M5 12h.01M12 12h.01M19 12h.01',
  chats: 'M4 5h16v11H11l-5 4v-4H4z', gear: 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2',
  devices: 'M4 6h11v9H4zM2 18h12M16 9h5v10h-5z', lock: 'M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z',
  language: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  stop: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.6 5.6l12.8 12.8', scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 12h8',
  call: 'M6 4h3l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v3a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2z', mail: 'M4 6h16v12H4zM4 7l8 6 8-6',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4', key: 'M14 10a4 4 0 1 0-3.5 3.9L13 11.5M12 12l8-8M17 7l2 2', app: 'M5 5h6v6H5zM13 5h6v6h-6zM5 13h6v6H5zM13 13h6v6h-6z',
};

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

export function avatar(name, id, size = '') {
  const letters = [...String(name)][0] || '?';
  return el('span', { class: `avatar hue-${Math.abs(Number(id)) % 7} ${size}`, 'aria-hidden': 'true' }, letters);
}

export const time = (seconds) => new Date(seconds * 1000)
  .toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export function ago(seconds) {
  const passed = Math.max(0, Math.round(Date.now() / 1000 - seconds));
  if (passed < 60) return 'just now';
  if (passed < 3600) return `${Math.floor(passed / 60)} min ago`;
  if (passed < 86400) return `${Math.floor(passed / 3600)} h ago`;
  return new Date(seconds * 1000).toLocaleDateString();
}
