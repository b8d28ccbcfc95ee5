// Formatted text as nodes. Entities count UTF-16 units, as JavaScript does.
import { el } from './dom.js';

export function formatted(text, entities, actions) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, sorted, actions);
}

function build(text, from, to, entities, actions) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (end <= start) continue;
    if (start > at) nodes.push(text.slice(at, start));
    const inner = entities.slice(index + 1).filter((other) => other.offset < end);
    nodes.push(wrap(entity, text.slice(start, end), build(text, start, end, inner, actions), actions));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

const TAGS = {
  bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's', code: 'code', pre: 'pre',
  blockquote: 'blockquote', expandable_blockquote: 'blockquote',
};

function wrap(entity, words, children, actions) {
  switch (entity.type) {
    case 'url': return link(/^[a-z]+:/.test(words) ? words : 'https://' + words, children, actions);
    case 'text_link': return link(entity.url, children, actions);
    case 'bot_command':
      return el('button', { type: 'button', class: 'command', onclick: () => actions.say(words) }, children);
    case 'spoiler':
      return el('button', {
        type: 'button', class: 'spoiler', 'aria-label': 'Hidden text, tap to show',
        onclick: (event) => event.currentTarget.classList.add('shown'),
      }, children);
    default:
      return TAGS[entity.type] ? el(TAGS[entity.type], {}, children) : el('span', { class: 'mention' }, children);
  }
}

function link(href, children, actions) {
  return el('a', {
    href, rel: 'noopener noreferrer', target: '_blank',
    onclick: (event) => { event.preventDefault(); actions.link(href); },
  }, children);
}
