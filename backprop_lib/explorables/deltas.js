// The node deltas of untrained deep networks, layer by layer, and what theory expects of them.
// `nets_of`, `sent_below`, UNITS, `spread` and `averages` stand above, read from graphs; nothing here differentiates.

const NAME = "Node deltas of a deep network";
const NETWORKS = 9, ROWS = 12, PART = 0.01;
const range = count => Array.from({ length: count }, (_, k) => k);
const median = numbers => { const sorted = [...numbers].sort((a, b) => a - b), k = sorted.length >> 1; return sorted.length % 2 ? sorted[k] : (sorted[k - 1] + sorted[k]) / 2; };
const rootMeanSquare = numbers => {
  const largest = Math.max(...numbers.map(Math.abs)) || 1; // whose square may be too large, or too small, for a float
  return largest * Math.sqrt(numbers.reduce((sum, x) => sum + (x / largest) ** 2, 0) / numbers.length);
};

// Numbers of mean 0 and variance 1, drawn evenly.
function drawn(seed, count) {
  const next = mulberry32(seed);
  return range(count).map(() => ((next() + 0.5) / 2 ** 31 - 1) * HALF_RANGE);
}

const WEIGHTS = new Map();
const seedOf = (draw, network, layer) => (draw * NETWORKS + network) * 64 + layer;

// The weights into a layer, in blocks of so many units; the same however deep the network.
function weights(draw, network, layer) {
  const seed = seedOf(draw, network, layer);
  if (!WEIGHTS.has(seed)) {
    const numbers = drawn(seed, WIDTH * WIDTH);
    WEIGHTS.set(seed, range(WIDTH / BLOCK).map(b => range(WIDTH).map(i => numbers.slice(i * WIDTH + b * BLOCK, i * WIDTH + (b + 1) * BLOCK))));
  }
  return WEIGHTS.get(seed);
}

// One network, forward and back. The error is a sum of the last outputs, each times a number drawn by chance.
function passes({ depth, activation, draw }, deviation, network) {
  const unit = UNITS[activation], nets = [], deltas = [];
  let h = drawn(seedOf(draw, network, 0), WIDTH);
  for (let layer = 1; layer <= depth; layer++) {
    const net = weights(draw, network, layer).flatMap(W => nets_of({ h, W, deviation }).net);
    nets.push(net);
    h = net.map(x => unit({ net: x, arriving: 0 }).out);
  }
  let arriving = drawn(seedOf(draw, network, 63), WIDTH);
  for (let layer = depth; layer >= 1; layer--) {
    const delta = nets[layer - 1].map((x, j) => unit({ net: x, arriving: arriving[j] }).delta);
    deltas.unshift(delta);
    const parts = weights(draw, network, layer).map((W, b) => sent_below({ W, deviation, delta: delta.slice(b * BLOCK, (b + 1) * BLOCK) }).below);
    arriving = range(WIDTH).map(i => parts.reduce((sum, part) => sum + part[i], 0));
  }
  return { nets, deltas };
}

// For each layer from the first on, what the mean square of the deltas is multiplied by on the way down to it.
function* squaredFactors(activation, variance) {
  for (let q = variance; ;) {
    const units = spread({ deviation: Math.sqrt(q) }).nets.map(net => UNITS[activation]({ net, arriving: 0 }));
    const { next, squared } = averages({ out: units.map(unit => unit.out), slope: units.map(unit => unit.slope), variance });
    yield squared;
    q = next;
  }
}

const varianceOf = ({ start, scale }) => VARIANCES[start] * scale ** 2;

// The logarithm of each layer's share of the deltas of the last one.
function expected({ activation, depth, ...weights }) {
  const factors = squaredFactors(activation, varianceOf(weights));
  const steps = range(depth - 1).map(() => 0.5 * Math.log10(factors.next().value));
  return steps.reduceRight((logs, step) => [logs[0] + step, ...logs], [0]);
}

// How many hidden layers there may be until theory gives the first less than a hundredth, or more than a hundred times.
function reach({ activation, ...weights }) {
  let log = 0, depth = 1;
  for (const squared of squaredFactors(activation, varianceOf(weights))) {
    log += 0.5 * Math.log10(squared);
    if (!(Math.abs(log) <= -Math.log10(PART)) || depth >= FARTHEST) return { depth, log };
    depth++;
  }
}

function computed(state) {
  const depth = Math.round(state.depth), now = { ...state, depth }, variance = varianceOf(now);
  const networks = range(NETWORKS).map(k => passes(now, Math.sqrt(variance / WIDTH), k));
  const logs = networks.map(({ deltas }) => {
    const sizes = deltas.map(rootMeanSquare);
    return sizes.map(size => Math.log10(size / sizes[depth - 1]));
  });
  const [activation, start, scale] = now.kept.split(" ");
  return {
    ...now, variance, networks, logs,
    middle: range(depth).map(k => median(logs.map(line => line[k]))),
    theory: expected(now), limit: reach(now),
    other: now.kept ? { activation, start, scale: Number(scale), line: expected({ activation, start, scale: Number(scale), depth }) } : null,
  };
}

const times = scale => (Math.abs(scale - 1) < 5e-3 ? "" : ` × ${shown(scale, 3)}`);
const setting = ({ activation, start, scale }) => `${WRITTEN[activation]}, ${WRITTEN[start]}${times(scale)}`;
const size = log => shown(10 ** log, 2);

function axisOf(logs) {
  const least = Math.min(-3, ...logs), most = Math.max(1, ...logs);
  const step = [1, 2, 3, 5, 10, 20, 30, 50].find(s => Math.ceil(most / s) - Math.floor(least / s) <= 6) ?? 100;
  return { low: Math.floor(least / step) * step, high: Math.ceil(most / step) * step, step };
}

function depthPicture({ depth, logs, middle, theory, other, networks, limit }) {
  const W = 400, left = 54, right = 392, top = 150, bottom = 336, first = 14, pitch = 9.6;
  const across = scale(1, depth, left + 12, right - 8), room = (right - left - 20) / Math.max(depth - 1, 8);
  const { low, high, step } = axisOf([...logs.flat().filter(Number.isFinite), ...theory, ...(other?.line ?? [])]);
  const up = scale(low, high, bottom, top), power = p => (p ? "10" + superscript(p) : "1");
  const inside = log => up(Math.max(low, Math.min(high, log)));
  const levels = range(Math.round((high - low) / step) + 1).map(k => low + k * step);
  const grid = levels.map(p => line(left, up(p), right, up(p), "grid") + label(left - 6, up(p) + 5, power(p), "", "end")).join("");
  const marks = [...new Set([1, ...ticks(1, depth, 5).filter(k => Number.isInteger(k) && k > 0.12 * depth && depth - k > 0.06 * depth), depth])]
    .map(k => line(across(k), bottom, across(k), bottom + 4, "axis") + label(across(k), bottom + 19, k === 1 ? "layer 1" : String(k))).join("");
  const drawnLine = (values, kind) => curve(values.map((log, k) => [across(k + 1), inside(log)]), kind);
  const { deltas } = networks[0], whole = rootMeanSquare(deltas[depth - 1]), radius = Math.min(4.2, room * 0.46);
  const dots = deltas.flatMap((layer, k) => layer.slice(0, ROWS).map((delta, j) => {
    const log = Math.log10(Math.abs(delta) / whole), kind = !delta ? "unit silent" : log > 1 ? "unit louder" : "unit";
    const r = delta ? radius * Math.max(0.06, Math.min(1, 1 + log / 4)) : radius * 0.5;
    return `<circle class="${kind}" cx="${across(k + 1).toFixed(1)}" cy="${(first + j * pitch).toFixed(1)}" r="${r.toFixed(2)}"/>`;
  })).join("");
  const hundredth = up(Math.log10(PART));
  const key = (x, y, kind, text) => line(x, y - 5, x + 26, y - 5, kind) + label(x + 32, y, text, "", "start");
  const said = `${ROWS} units of each of ${depth} layers, as dots that are the smaller the smaller the delta. Below them, on a logarithmic axis, the size of the deltas of each layer ` +
    `as a part of that of the last: in the middle of ${NETWORKS} networks ${size(middle[0])} at the first layer; theory ${size(theory[0])}.`;
  return picture("deltas", "Deltas of units, and of layers; the error is on the right", said, W, 410,
    label(left - 6, first + 5, "units", "", "end") + dots + grid +
    line(left, hundredth, right, hundredth, "limit") + label(right, hundredth + 14, "1 %", "name", "end") +
    logs.map(values => drawnLine(values, "one")).join("") + (other ? drawnLine(other.line, "kept") : "") +
    drawnLine(theory, "theory") + drawnLine(middle, "median") +
    line(left, bottom, right, bottom, "axis") + marks +
    key(left, 376, "median", `middle of ${NETWORKS} networks`) + key(left + 218, 376, "theory", "theory") +
    (other ? key(left, 398, "kept", `theory: ${setting(other)}`) : ""));
}

function slopePicture({ activation, networks, variance, depth }) {
  const W = 290, left = 30, right = 282, top = 14, bottom = 230, farthest = 4, bins = 32;
  const across = scale(-farthest, farthest, left, right), up = scale(-0.15, 1.85, bottom, top);
  const nets = networks.flatMap(network => network.nets.slice(0, depth - 1).flat()), counts = Array(bins).fill(0);
  for (const net of nets) counts[Math.max(0, Math.min(bins - 1, Math.floor(((net + farthest) / (2 * farthest)) * bins)))]++;
  const most = Math.max(...counts), base = up(0), wide = (right - left) / bins;
  const bars = counts.map((count, k) => (count ? rectangle(left + k * wide, base - (count / most) * (base - top - 20), wide, (count / most) * (base - top - 20), "nets") : "")).join("");
  const slope = net => UNITS[activation]({ net, arriving: 0 }).slope;
  const line_ = curve(range(161).map(k => (k - 80) / 20 + 1e-9).map(net => [across(net), up(slope(net))]), "slope");
  const mean = nets.reduce((sum, net) => sum + slope(net) ** 2, 0) / nets.length, factor = Math.sqrt(variance * mean);
  const row = (y, text, value, kind = "") => label(left - 22, y, text, kind, "start") + label(right, y, value, "reading", "end");
  const said = `The slope of ${WRITTEN[activation]} over net inputs from −4 to 4, and how often each net input occurs. The mean square of the slopes is ${shown(mean, 3)}.`;
  return picture("slopes", `Slope of ${WRITTEN[activation]}, and the net inputs`, said, W, 356,
    [0, 1].map(v => line(left, up(v), right, up(v), "grid") + label(left - 6, up(v) + 5, String(v), "", "end")).join("") + bars + line_ +
    line(left, base, right, base, "axis") + [-4, -2, 0, 2, 4].map(v => line(across(v), base, across(v), base + 4, "axis") + label(across(v), base + 20, shown(v))).join("") +
    label(right, base + 40, "net input", "name", "end") +
    row(292, "inputs × variance of weights", shown(variance, 3)) + row(314, "× mean of slope²", shown(mean, 3)) +
    line(left - 22, 320, right, 320, "axis") + row(339, "root of it: factor of a layer", shown(factor, 3), "name"));
}

const rectangle = (x, y, width, height, kind) =>
  `<rect class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>`;

function farthest({ depth, log }) {
  if (log < 0 && log < Math.log10(PART)) return depth < 2 ? "Theory: even of 2 layers, the first gets less than 1 %." : `Theory: up to <b>${depth}</b> layers, the first gets at least 1 %.`;
  if (log > -Math.log10(PART)) return depth < 2 ? "Theory: even of 2 layers, the first gets more than 100 times as much." : `Theory: up to <b>${depth}</b> layers, the first gets at most 100 times as much.`;
  return `Theory: even of <b>${FARTHEST.toLocaleString("en")}</b> layers, the first gets between 1 % and 100 times as much.`;
}

function words(now) {
  const { depth, middle, theory, limit } = now, share = middle[0];
  if (!Number.isFinite(share)) return `${setting(now)}: in most of the ${NETWORKS} networks nothing at all arrives at the first layer. ${farthest(limit)}`;
  return `${setting(now)}: the first of ${depth} hidden layers gets <b>${size(share)}</b> times the deltas of the last; theory says ${size(theory[0])}. ` +
    `So a layer multiplies them by <b>${shown(10 ** (share / (depth - 1)), 3)}</b>. ${farthest(limit)}`;
}

const explorable = {
  name: NAME,
  traits: ["depth", "scale", "activation", "start", "draw", "kept"],
  panels: now => depthPicture(now) + slopePicture(now),
  readout: words,
};

export const still = state => stillOf(explorable)(computed(state));

// Two menus and two buttons. They stand outside the pictures, which are drawn anew with each move.
function choices(pictures, model) {
  const menu = (trait, name, keys) => `<label>${name} <select data-trait="${trait}">` +
    keys.map(key => `<option value="${key}">${WRITTEN[key]}</option>`).join("") + "</select></label>";
  pictures.insertAdjacentHTML("beforebegin", `<div class="bp-choices">${menu("activation", "activation", Object.keys(UNITS))}${menu("start", "start", Object.keys(VARIANCES))}` +
    '<button type="button" data-act="draw">Other weights</button><button type="button" data-act="keep" aria-pressed="false">Keep this line</button></div>');
  const box = pictures.previousElementSibling, menus = [...box.querySelectorAll("select")], keep = box.querySelector("[data-act=keep]");
  const set = (trait, value) => put(model, { [trait]: value });
  const follow = () => {
    menus.forEach(menu => { menu.value = model.get(menu.dataset.trait); });
    keep.ariaPressed = String(Boolean(model.get("kept")));
    keep.textContent = model.get("kept") ? "Forget the line" : "Keep this line";
  };
  menus.forEach(menu => menu.addEventListener("change", () => set(menu.dataset.trait, menu.value)));
  box.querySelector("[data-act=draw]").addEventListener("click", () => { WEIGHTS.clear(); set("draw", model.get("draw") + 1); });
  keep.addEventListener("click", () => set("kept", model.get("kept") ? "" : ["activation", "start", "scale"].map(trait => model.get(trait)).join(" ")));
  return following(model, ["activation", "start", "kept"], follow);
}

export default {
  render({ model, el }) {
    return stage({ model, el }, { ...explorable, prepare: computed, setUp: ({ pictures }) => choices(pictures, model) });
  },
};
