// What all explorables share: numbers in words a reader knows, scales, and a stage that redraws once a frame.
// Drawing is a pure function from state to markup, so a page can carry its still picture before any script runs.

const escaped = text => String(text).replace(/[&<>"]/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

const superscript = power => String(power).replace(/./g, c => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);

// A number as the book prints it: so many significant digits, a true minus, powers of ten where they save zeros.
function shown(value, digits = 4) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    return `${mantissa.replace("-", "−")} × 10${superscript(Number(power))}`;
  }
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

const fixed = (value, decimals) => value.toFixed(decimals).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");

// A number as people type it: true minus signs, a comma for the point, spaces around. Null where that is none, or where
// "1,000" could be a thousand or one; "0,125" can only be an eighth.
function typedNumber(text) {
  const plain = text.trim().replace(/[−–]/g, "-");
  if (/^[-+]?[1-9]\d{0,2},\d{3}$/.test(plain)) return null;
  const number = /^[-+]?(\d+[.,]?\d*|[.,]\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain.replace(",", ".")) : NaN;
  return Number.isFinite(number) ? number : null;
}

// A linear scale from data to pixels, with its inverse.
function scale(low, high, from, to) {
  const at = value => from + ((value - low) / (high - low)) * (to - from);
  at.inverse = pixel => low + ((pixel - from) / (to - from)) * (high - low);
  return at;
}

// Of the numbers that a slider from low to high can have, in steps of a twentieth, the nearest.
const onSlider = (value, low, high) => Math.min(high, Math.max(low, Math.round(value * 20) / 20 + 0));

// About `count` round numbers between low and high.
function ticks(low, high, count) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw);
  const result = [];
  for (let k = Math.ceil(low / step); k * step <= high + step * 1e-9; k++) result.push(Number((k * step).toPrecision(12)));
  return result;
}

const line = (x1, y1, x2, y2, kind) =>
  `<line class="${kind}" x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`;

const label = (x, y, text, kind = "", anchor = "middle") =>
  `<text class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(text)}</text>`;

const curve = (points, kind) =>
  `<path class="${kind}" d="${points.map(([x, y], k) => (k ? "L" : "M") + x.toFixed(1) + "," + y.toFixed(1)).join("")}"/>`;

// One picture: the title is seen, the description is read aloud.
const picture = (part, title, description, width, height, content) =>
  `<figure class="bp-picture bp-${part}"><figcaption>${escaped(title)}</figcaption>` +
  `<svg data-part="${part}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(description)}">${content}</svg></figure>`;

// Content that does not reach beyond its frame.
const framed = (x, y, width, height, content) =>
  `<svg x="${x}" y="${y}" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">${content}</svg>`;

const stillOf = ({ name, panels, readout }) => state =>
  `<div class="bp-explorable" role="group" aria-label="${escaped(name)}"><div class="bp-panels">${panels(state)}</div>` +
  `<p class="bp-readout">${readout(state)}</p></div>`;

// What a model holds. A slider works out its numbers by percentages: its 3 may be 3.0000000000000004, which a reader never sees.
const stateOf = (model, traits) => Object.fromEntries(traits.map(trait => {
  const value = model.get(trait);
  return [trait, typeof value === "number" ? Number(value.toPrecision(12)) : value];
}));

function put(model, changes) {
  for (const [trait, value] of Object.entries(changes)) model.set(trait, value);
  model.save_changes();
}

// Calls each listener whenever its trait changes; gives what ends that.
function listening(model, listeners) {
  const pairs = Object.entries(listeners);
  for (const [trait, listener] of pairs) model.on(`change:${trait}`, listener);
  return () => { for (const [trait, listener] of pairs) model.off(`change:${trait}`, listener); };
}

// Calls `follow` now and whenever one of the traits changes: for controls, which stay while pictures are drawn anew.
function following(model, traits, follow) {
  follow();
  return listening(model, Object.fromEntries(traits.map(trait => [trait, follow])));
}

// Draws now and, at most once a frame, whenever one of the traits changes: what the model holds by then, not what it held
// when a change asked for it. A drawing that takes longer than a frame may gives true after a part of it; with the next
// frame it goes on from whatever the model holds then, so that nothing is ever finished for a state that is past.
function keepDrawn(model, traits, draw) {
  let waiting = 0;
  const drawn = () => {
    waiting = 0;
    if (draw(stateOf(model, traits))) redraw();
  };
  const redraw = () => { waiting ||= requestAnimationFrame(drawn); };
  const deaf = listening(model, Object.fromEntries(traits.map(trait => [trait, redraw])));
  drawn();
  return {
    redraw,
    stop: () => {
      deaf();
      cancelAnimationFrame(waiting);
    },
  };
}

// An id that no other figure on the page has. Each figure is a module of its own, so the page has to count.
function newId(kind) {
  globalThis.bpFiguresDrawn = (globalThis.bpFiguresDrawn ?? 0) + 1;
  return `bp-${kind}-${globalThis.bpFiguresDrawn}`;
}

// Puts an explorable on the page and redraws it as `keepDrawn` does. `prepare` gives all that is drawn; if not all of it is
// worked out yet, it is `unfinished`. What a reader has met so far is state as well: `prepare` adds to the traits in `memory`.
// The readout is seen at once; a screen reader hears it when the reader's hand has come to rest.
function stage({ model, el }, { name, traits, memory = [], panels, readout, prepare = s => s, setUp = () => {} }) {
  el.innerHTML =
    `<div class="bp-explorable" role="group" aria-label="${escaped(name)}"><div class="bp-panels"></div>` +
    `<p class="bp-readout"></p><p class="bp-heard" role="status"></p></div>`;
  const root = el.firstElementChild, [pictures, words, heard] = root.children;
  let silence = 0, first = true;
  const draw = state => {
    const now = prepare(state);
    pictures.innerHTML = panels(now);
    words.innerHTML = readout(now);
    clearTimeout(silence);
    if (!first) silence = setTimeout(() => { heard.textContent = words.textContent; }, 600);
    first = false;
    if (memory.length) put(model, Object.fromEntries(memory.map(trait => [trait, now[trait]])));
    return now.unfinished;
  };
  const { redraw, stop } = keepDrawn(model, [...traits, ...memory], draw);
  const tearDown = setUp({ root, pictures, model, redraw });
  return () => {
    stop();
    clearTimeout(silence);
    tearDown?.();
  };
}

// Lets a pointer drag inside the picture called `part`. `moved(fraction)` gets where it is across the width, 0 to 1.
// The listeners stand on the frame that stays, since the pictures in it are drawn anew with each move.
function draggable(pictures, part, { grabbed = () => {}, moved, released = () => {} }) {
  let box = null;
  const where = event => moved(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
  pictures.addEventListener("pointerdown", event => {
    const target = event.target.closest(`[data-part="${part}"]`);
    if (!target || event.button) return;
    box = target.getBoundingClientRect();
    pictures.setPointerCapture(event.pointerId);
    grabbed();
    where(event);
    event.preventDefault();
  });
  pictures.addEventListener("pointermove", event => { if (box) where(event); });
  for (const end of ["pointerup", "pointercancel"]) pictures.addEventListener(end, () => { if (box) { box = null; released(); } });
}
