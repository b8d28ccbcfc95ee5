// Colours of the theme, made such that everything can be read: Telegram's themes,
// and those that people make, have hints and buttons that one can hardly see.
// What is readable stays as it is; the rest goes towards black or white until it is.
const sesameColours = (() => {
  "use strict";

  // A little more than the 4.5 that WCAG 2 asks for: browsers round.
  const ENOUGH = 4.6;
  const STEPS = 40;

  /** The parts of #rgb, #rrggbb, rgb(…) and rgba(…); `null`: it is no such colour. */
  function parse(text) {
    const hex = /^#([0-9a-f]{3,8})$/i.exec(text.trim());
    if (hex) {
      const digits = hex[1].length < 6 ? [...hex[1]].map((it) => it + it).join("") : hex[1];
      return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
    }
    const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(text.trim());
    return parts ? parts.slice(1, 4).map(Number) : null;
  }

  const write = (colour) => "#" + colour.map((it) => Math.round(it).toString(16).padStart(2, "0")).join("");
  /** So much of the first over the second. */
  const mix = (over, share, under) => over.map((it, at) => it * share + under[at] * (1 - share));

  function luminance(colour) {
    const [r, g, b] = colour.map((it) => {
      const part = it / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one, other) {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }

  const least = (colour, others) => Math.min(...others.map((it) => contrast(colour, it)));

  /** The colour nearest to this one that can be read on (or below) all of these. */
  function readable(colour, others) {
    let best = colour;
    for (let step = 0; step <= STEPS; step += 1) {
      for (const pole of [[0, 0, 0], [255, 255, 255]]) {
        const tried = mix(pole, step / STEPS, colour).map(Math.round);
        if (least(tried, others) >= ENOUGH) return tried;
        if (least(tried, others) > least(best, others)) best = tried;
      }
    }
    return best;
  }

  /** Sets what is readable for the theme that the page has now. */
  function apply(root) {
    const names = ["page", "card", "text", "hint", "label", "accent", "on-accent", "link", "danger", "warn"];
    for (const name of names) root.style.removeProperty("--" + name);
    const style = getComputedStyle(root);
    const theme = {};
    for (const name of names) {
      theme[name] = parse(style.getPropertyValue("--" + name));
      if (!theme[name]) return null;
    }
    const { page, card } = theme;
    const set = (name, others) => {
      theme[name] = readable(theme[name], others);
      root.style.setProperty("--" + name, write(theme[name]));
    };
    set("text", [page, card]);
    // A button is what it was in its text, or else its ground gives way.
    if (contrast(theme.accent, theme["on-accent"]) < ENOUGH) set("accent", [theme["on-accent"]]);
    const tints = [0.09, 0.12, 0.14].map((share) => mix(theme.accent, share, card));
    const below = [0.12, 0.14].map((share) => mix(theme.accent, share, page));
    // What it is read on moves with it.
    for (let round = 0; round < 3; round += 1) set("danger", [page, card, mix(theme.danger, 0.1, card)]);
    const alarm = mix(theme.danger, 0.1, card);
    set("hint", [page, card, alarm, mix(theme.hint, 0.14, page), mix(theme.text, 0.04, card)]);
    set("text", [page, card, mix(theme.hint, 0.14, page)]);
    set("link", [page, card, ...tints, ...below]);
    set("label", [page, card]);
    set("warn", [page, card]);
    // White on red, as Telegram has it, or what can be read.
    const onDanger = readable([255, 255, 255], [theme.danger]);
    root.style.setProperty("--on-danger", write(onDanger));
    return {
      accent: write(theme.accent), onAccent: write(theme["on-accent"]),
      danger: write(theme.danger), onDanger: write(onDanger),
    };
  }

  return { apply, contrast, parse, readable };
})();
