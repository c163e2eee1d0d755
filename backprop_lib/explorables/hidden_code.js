// Eight inputs as points in the cube of the three hidden outputs, while the network learns to tell them apart.
// `train_encoder` stands above, read from the graph of the network; here is only what its numbers look like.

const NAME = "The hidden code";
const HIDDEN = 3, WIDE = 400, HIGH = 392, MIDDLE = [200, 190], REACH = 208, TILT = 0.3, EYE = 3.4, MERGED = 0.07;
const STARTS = { small: "between 0 and 0.01", large: "normal, larger" };
const UNITS = [...Array(HIDDEN).keys()], INPUTS = [...Array(SIZE).keys()], CORNERS = [...Array(2 ** HIDDEN).keys()];
const identity = Array.from({ length: SIZE * SIZE }, (_, k) => (k % (SIZE + 1) ? 0 : 1));
const clamped = (value, low, high) => Math.min(high, Math.max(low, Math.round(value)));

// The whole training from one start. The last one is kept: an epoch or a turn changes nothing in it.
const trained = (() => {
  let key = "", run = null;
  return (learning_rate, seed, start) => {
    const wanted = [learning_rate, seed, start].join();
    if (wanted !== key) {
      const first = Object.fromEntries(Object.entries(FIRST[start][seed]).map(([name, values]) => [name, Float64Array.from(values)]));
      key = wanted;
      run = train_encoder({ X: identity, T: identity, ...first, learning_rate: SIZE * learning_rate }, EPOCHS); // its gradient is the mean
      run.right = Array.from({ length: EPOCHS + 1 }, (_, epoch) => INPUTS.filter(k => largest(run, epoch, k) === k).length);
    }
    return run;
  };
})();

const outputs = (run, epoch, input) => run.out2.subarray((epoch * SIZE + input) * SIZE, (epoch * SIZE + input + 1) * SIZE);
const hidden = (run, epoch, input) => [...run.out1.subarray((epoch * SIZE + input) * HIDDEN, (epoch * SIZE + input + 1) * HIDDEN)];
const largest = (run, epoch, input) => { const out = outputs(run, epoch, input); return out.indexOf(Math.max(...out)); };

// A hidden output near an end is a digit; what lies between is none yet.
const digit = a => (a < NEAR ? "0" : a > 1 - NEAR ? "1" : "½");

function learned(state) {
  const epoch = clamped(state.epoch, 0, EPOCHS), seed = clamped(state.seed, 0, FIRST[state.start].length - 1);
  const run = trained(state.learning_rate, seed, state.start);
  const rows = INPUTS.map(k => {
    const a2 = hidden(run, epoch, k), said = largest(run, epoch, k);
    return { input: k + 1, a2, code: a2.map(digit).join(""), said: said + 1, right: said === k, sure: outputs(run, epoch, k)[said] };
  });
  const corners = Object.fromEntries(CORNERS.map(c => { const code = c.toString(2).padStart(HIDDEN, "0"); return [code, rows.filter(row => row.code === code)]; }));
  const taken = Object.values(corners).filter(there => there.length).length;
  return { ...state, epoch, seed, run, rows, corners, taken, cost: run.loss[epoch], correct: run.right[epoch] };
}

// From the cube to the paper: turned about its upright axis, tilted, and a little smaller further back.
function projection(degrees) {
  const angle = (degrees * Math.PI) / 180, [c, s, ct, st] = [Math.cos(angle), Math.sin(angle), Math.cos(TILT), Math.sin(TILT)];
  return ([a, b, d]) => {
    const [x, up, z] = [a - 0.5, d - 0.5, b - 0.5], across = x * c + z * s, back = z * c - x * s;
    const near = up * st - back * ct, size = EYE / (EYE - near);
    return { x: MIDDLE[0] + REACH * size * across, y: MIDDLE[1] - REACH * size * (up * ct + back * st), near, size };
  };
}

// Points that cannot be told apart are one mark, with all their numbers on it.
function marks(rows) {
  const groups = [];
  for (const row of rows) {
    const group = groups.find(g => Math.hypot(...UNITS.map(k => g.a2[k] - row.a2[k])) < MERGED);
    if (group) group.rows.push(row);
    else groups.push({ a2: row.a2, rows: [row] });
  }
  return groups.map(({ a2, rows: members }) => {
    const numbers = members.map(row => row.input), whole = numbers.length > 2 && numbers.at(-1) - numbers[0] === numbers.length - 1;
    return { a2, right: members.every(row => row.right), text: whole ? `${numbers[0]}–${numbers.at(-1)}` : numbers.join(" ") };
  });
}

function cubePicture(now) {
  const at = projection(now.turn), corner = c => [(c >> 2) & 1, (c >> 1) & 1, c & 1];
  const placed = CORNERS.map(c => ({ c, code: corner(c).join(""), ...at(corner(c)) }));
  const farthest = placed.reduce((a, b) => (b.near < a.near ? b : a)).c;
  const edges = CORNERS.flatMap(c => [1, 2, 4].filter(bit => !(c & bit)).map(bit => [c, c | bit]));
  const drawnEdges = edges.map(([from, to]) => {
    const [a, b] = [placed[from], placed[to]];
    return line(a.x, a.y, b.x, b.y, from === farthest || to === farthest ? "edge behind" : "edge");
  }).join("");
  // Most of the way is gone early: every second epoch there, fewer later.
  const epochs = [...Array(now.epoch).keys()].filter(k => (k <= 300 ? k % 2 : k % 20) === 0).concat(now.epoch);
  const trails = INPUTS.map(k => curve(epochs.map(epoch => { const p = at(hidden(now.run, epoch, k)); return [p.x, p.y]; }), "way")).join("");
  const dots = placed.map(p => `<circle class="corner${now.corners[p.code].length ? " taken" : ""}" cx="${p.x.toFixed(1)}" cy="${p.y.toFixed(1)}" r="${(3.2 * p.size).toFixed(1)}"/>`).join("");
  const signs = placed.map(p => {
    const there = now.corners[p.code].length, [dx, dy] = [p.x - MIDDLE[0], p.y - MIDDLE[1]], far = Math.max(1, Math.hypot(dx, dy));
    return label(p.x + (27 * dx) / far, p.y + (24 * dy) / far + 5, there > 1 ? `${p.code} ×${there}` : p.code, there > 1 ? "code shared" : there ? "code taken" : "code");
  }).join("");
  const points = marks(now.rows).map(mark => ({ ...mark, ...at(mark.a2) })).sort((a, b) => a.near - b.near).map(mark => {
    const high = 11.5 * mark.size, wide = Math.max(high, 5 * mark.text.length);
    return `<rect class="seed${mark.right ? " right" : ""}" x="${(mark.x - wide).toFixed(1)}" y="${(mark.y - high).toFixed(1)}" width="${(2 * wide).toFixed(1)}" height="${(2 * high).toFixed(1)}" rx="${high.toFixed(1)}"/>` +
      label(mark.x, mark.y + 5, mark.text, mark.right ? "seed-name right" : "seed-name");
  }).join("");
  const said = `A cube; its three directions are the outputs of the three hidden units, from 0 to 1. ` +
    now.rows.map(row => `Input ${row.input} is at ${row.a2.map(a => fixed(a, 2)).join(", ")}`).join("; ") + ".";
  return picture("cube", "Where each input lies in the hidden layer", said, WIDE, HIGH, drawnEdges + dots + trails + points + signs);
}

function codeTable({ rows }) {
  const body = rows.map(row => `<tr><th scope="row">${row.input}</th>` +
    row.a2.map(a => `<td class="bp-a2" style="--part:${(100 * a).toFixed(1)}%">${fixed(a, 2)}</td>`).join("") +
    `<td class="bp-code">${row.code}</td><td>${row.said} <span class="${row.right ? "bp-right" : "bp-off"}">${row.right ? "✓" : "✗"}</span></td><td>${fixed(row.sure, 2)}</td></tr>`).join("");
  return `<figure class="bp-picture bp-codes"><figcaption>The same as a table</figcaption><table><thead><tr><th scope="col">input</th>` +
    `<th scope="colgroup" colspan="${HIDDEN}">hidden outputs a²</th><th scope="col">code</th><th scope="col">largest output</th><th scope="col">its a³</th></tr></thead><tbody>${body}</tbody></table></figure>`;
}

function curvesPicture({ run, epoch, cost, correct }) {
  const W = 400, H = 206, left = 40, right = 392, across = scale(0, EPOCHS, left, right);
  const low = -2, high = 1, up = scale(low, high, 112, 12), count = scale(0, SIZE, 178, 136), every = 4;
  const height = value => up(Math.min(high, Math.max(low, Math.log10(value))));
  const spots = Array.from({ length: EPOCHS / every + 1 }, (_, k) => k * every);
  const passed = spots.filter(k => k <= epoch).concat(epoch), future = [epoch, ...spots.filter(k => k > epoch)];
  const both = (epochs, kind) => epochs.length < 2 ? "" : curve(epochs.map(k => [across(k), height(run.loss[k])]), kind) + curve(epochs.map(k => [across(k), count(run.right[k])]), kind);
  const grid = [-2, -1, 0, 1].map(p => line(left, up(p), right, up(p), "grid") + label(left - 6, up(p) + 5, p < 0 ? shown(10 ** p) : String(10 ** p), "", "end")).join("") +
    [0, SIZE].map(n => line(left, count(n), right, count(n), "grid") + label(left - 6, count(n) + 5, n, "", "end")).join("") +
    [0, 250, 500, 750, 1000].map(k => label(across(k), H - 12, k, "", k === EPOCHS ? "end" : "middle")).join("");
  const names = label(right, up(0.45), "cost", "name", "end") + label(right, count(0) - 8, "inputs right", "name", "end");
  const here = line(across(epoch), 10, across(epoch), 178, "here") + [height(cost), count(correct)].map(y => `<circle class="iterate" cx="${across(epoch).toFixed(1)}" cy="${y.toFixed(1)}" r="5"/>`).join("");
  const said = `Two curves over ${EPOCHS} epochs. At epoch ${epoch} the cost is ${shown(cost, 3)}, and ${correct} of ${SIZE} inputs are right.`;
  return picture("curves", "Cost, each line a factor of ten, and inputs right", said, W, H, grid + names + both(future, "trail ahead") + both(passed, "trail past") + here);
}

function words({ epoch, cost, correct, taken, rows, learning_rate }) {
  const undecided = rows.filter(row => row.code.includes("½")).length;
  const codes = taken === SIZE ? "each has <b>a corner of its own</b>"
    : `<b>${taken}</b> of the ${SIZE} corners are taken${undecided ? `, and <b>${undecided}</b> input${undecided > 1 ? "s are" : " is"} at none` : ""}`;
  return `After ${epoch} epoch${epoch === 1 ? "" : "s"} at α = ${fixed(learning_rate, 2)} the cost is <b>${shown(cost, 3)}</b>. The largest output is right for <b>${correct}</b> of ${SIZE} inputs; ${codes}.`;
}

const explorable = {
  name: NAME,
  traits: ["learning_rate", "seed", "epoch", "turn", "start"],
  panels: now => cubePicture(now) + `<div class="bp-stack">${codeTable(now)}${curvesPicture(now)}</div>`,
  readout: words,
};

export const still = state => stillOf(explorable)(learned(state));

const SWAY = 0.15; // degrees an epoch
const halfTurn = degrees => ((((degrees + 180) % 360) + 360) % 360) - 180;

// The buttons, and where the first weights come from. They stand outside the pictures, which are drawn anew each time.
function controls(pictures, model) {
  const options = Object.entries(STARTS).map(([key, text]) => `<option value="${key}">${text}</option>`).join("");
  pictures.insertAdjacentHTML("beforebegin", `<div class="bp-choices bp-player"><button type="button" data-do="play"></button>` +
    `<button type="button" data-do="step">One epoch</button><button type="button" data-do="reset">Start over</button>` +
    `<label>first weights <select aria-label="first weights">${options}</select></label></div>`);
  const bar = pictures.previousElementSibling, play = bar.querySelector("button"), menu = bar.querySelector("select");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = 0, swayed = null;
  const epoch = () => clamped(model.get("epoch"), 0, EPOCHS);
  const named = () => { play.textContent = timer ? "❚❚ Pause" : "▶ Play"; };
  const stop = () => { cancelAnimationFrame(timer); clearTimeout(timer); timer = 0; named(); model.save_changes(); };
  // Where motion is unwelcome there are few pictures in place of a film.
  const next = () => { timer = calm.matches ? setTimeout(forward, 700) : requestAnimationFrame(forward); };
  const forward = () => {
    const now = Math.min(EPOCHS, epoch() + (calm.matches ? 25 : 1));
    // The cube turns a little by itself, until the reader turns it.
    if (!calm.matches && (swayed ?? model.get("turn")) === model.get("turn")) model.set("turn", (swayed = halfTurn(model.get("turn") + SWAY)));
    model.set("epoch", now);
    if (now < EPOCHS) next(); else stop();
  };
  const acts = {
    play: () => { if (timer) return stop(); if (epoch() === EPOCHS) model.set("epoch", 0); next(); named(); },
    step: () => { model.set("epoch", Math.min(EPOCHS, epoch() + 1)); stop(); },
    reset: () => { model.set("epoch", 0); stop(); },
  };
  bar.addEventListener("click", event => acts[event.target.dataset.do]?.());
  menu.addEventListener("change", () => put(model, { start: menu.value }));
  const deaf = following(model, ["start"], () => { menu.value = model.get("start"); });
  named();
  let from = null;
  draggable(pictures, "cube", {
    grabbed: () => { from = null; },
    moved: fraction => {
      from ??= { fraction, turn: model.get("turn") };
      put(model, { turn: Math.round(halfTurn(from.turn + 240 * (fraction - from.fraction))) });
    },
  });
  return () => { cancelAnimationFrame(timer); clearTimeout(timer); deaf(); };
}

export default {
  render({ model, el }) {
    return stage({ model, el }, { ...explorable, prepare: learned, setUp: ({ pictures }) => controls(pictures, model) });
  },
};
