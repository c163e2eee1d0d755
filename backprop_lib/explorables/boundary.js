// What a network answers all over the square while it learns, as a pure function of its settings and the epoch.
// `learn`, which trains the largest network in place, stands above with DATA, SHAPES, UNITS and LONGEST, read from a graph.
// Needs stage.js, random.js and contours.js before it.

const NAME = "Where the network draws the line";
const GRID = 31, LOW = -0.08, HIGH = 1.08; // answers are looked up on a grid that reaches a little beyond the points
const KEPT = 10; // every so many epochs the weights are kept, so that a reader can go back
const A_FRAME = 20; // epochs trained before the picture is drawn again
const SPEEDS = { slow: 2, medium: 12, fast: 60 }; // epochs a second
const OFF = -1000; // the bias of a unit that is left out: it answers 0, and learns nothing

const counted = Array.from({ length: GRID }, (_, k) => LOW + (k * (HIGH - LOW)) / (GRID - 1));
const EVERYWHERE = Float64Array.from(counted.flatMap(y => counted.flatMap(x => [x, y])));

// Normally distributed numbers, the same for a seed in every browser.
function normals(seed) {
  const bits = mulberry32(seed), next = () => bits() / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

// First weights: those of the largest network, whatever its size, so that a unit keeps its own when others come and go.
export function startOf({ seed, first, second }) {
  const draw = normals(seed), values = {};
  for (const [name, shape] of Object.entries(SHAPES)) {
    const count = shape.reduce((product, size) => product * size, 1);
    values[name] = name[0] === "W" ? Float64Array.from({ length: count }, draw) : new Float64Array(count);
    values[`v_${name}`] = new Float64Array(count);
  }
  values.b1.fill(OFF, first);
  values.b2.fill(OFF, second);
  return values;
}

const within = (value, low, high) => Math.min(high, Math.max(low, Math.round(value)));

const copied = values => Object.fromEntries(Object.entries(values).map(([name, array]) => [name, array.slice()]));

function judged(answers, targets) {
  const right = answers.filter((answer, k) => answer > 0.5 === targets[k] > 0.5).length;
  return { loss: answers.reduce((sum, answer, k) => sum + Math.abs(answer - targets[k]), 0) / targets.length, right };
}

// Trains as far as it is asked to, and keeps what it has been through. A typed number may lie between two epochs or units.
function trainer() {
  let run = null;
  return ({ speed, ...asked }, most = Infinity) => {
    const state = { ...asked, epoch: within(asked.epoch, 0, LONGEST), first: within(asked.first, 1, UNITS), second: within(asked.second, 1, UNITS) };
    const { epoch, ...setting } = state, key = JSON.stringify(setting), { X, T } = DATA[state.data];
    if (run?.key !== key) {
      const values = startOf(state);
      run = { key, kept: [copied(values)], here: { epoch: 0, values }, been: [] };
    }
    if (epoch < run.here.epoch) {
      const back = Math.floor(epoch / KEPT);
      run.here = { epoch: back * KEPT, values: copied(run.kept[back]) };
    }
    const { here } = run, numbers = { learning_rate: state.learning_rate, momentum: state.momentum };
    const until = Math.min(epoch, here.epoch + most);
    do {
      const rounds = Math.min(until, KEPT * (Math.floor(here.epoch / KEPT) + 1)) - here.epoch;
      const { out3 } = learn({ X, T, ...here.values, ...numbers }, rounds, { batch: 1 });
      for (let k = 0; k <= rounds; k++) run.been[here.epoch + k] ??= judged(out3.subarray(k * T.length, (k + 1) * T.length), T);
      run.answers = out3.slice(rounds * T.length);
      here.epoch += rounds;
      if (here.epoch % KEPT === 0) run.kept[here.epoch / KEPT] ??= copied(here.values);
    } while (here.epoch < until);
    const everywhere = learn({ X: EVERYWHERE, T: new Float64Array(GRID * GRID), ...here.values, ...numbers }, 0).out3;
    const been = run.been.slice(0, here.epoch + 1);
    return { ...state, at: here.epoch, unfinished: here.epoch < epoch, been, answers: run.answers, everywhere, points: DATA[state.data] };
  };
}

const SIDE = 316, LEFT = 30, TOP = 8;
const across = scale(LOW, HIGH, LEFT, LEFT + SIDE), up = scale(LOW, HIGH, TOP + SIDE, TOP);
const place = ([column, row]) => `${(LEFT + (column * SIDE) / (GRID - 1)).toFixed(1)},${(TOP + SIDE - (row * SIDE) / (GRID - 1)).toFixed(1)}`;
const shape = (parts, kind, close) => (parts.length ? `<path class="${kind}" d="${parts.map(part => `M${part.map(place).join("L")}${close}`).join("")}"/>` : "");

// Stripes where the answer is above one half, so that the sides differ without colour. Each ends on the border.
function stripes(everywhere) {
  const parts = [], last = GRID - 1;
  for (let sum = 2; sum < 2 * last; sum += 2) {
    const above = column => everywhere[(sum - column) * GRID + column] - 0.5;
    const border = column => column - above(column) / (above(column) - above(column - 1)); // between it and the one before
    let from = null;
    const low = Math.max(0, sum - last), high = Math.min(last, sum), end = to => { parts.push([[from, sum - from], [to, sum - to]]); from = null; };
    for (let column = low; column <= high; column++) {
      const inside = above(column) > 0;
      if (inside) from ??= column === low ? low : border(column);
      else if (from !== null) end(border(column));
      if (column === high && from !== null) end(high);
    }
  }
  return shape(parts, "stripes", "");
}

function mark(x, y, target, wrong) {
  const [px, py] = [across(x), up(y)].map(value => value.toFixed(1));
  const body = target > 0.5 ? `<circle class="one" cx="${px}" cy="${py}" r="5"/>` : `<rect class="zero" x="${(px - 4.5).toFixed(1)}" y="${(py - 4.5).toFixed(1)}" width="9" height="9"/>`;
  return wrong ? `<path class="wrong" d="M${px - 8},${py - 8}l16,16m0,-16l-16,16"/>${body}` : body;
}

function surface({ everywhere, points, answers, at, data, been }) {
  const levels = [0.1, 0.3, 0.5, 0.7, 0.9].map(level => crossing(everywhere, level, GRID)), count = points.T.length;
  const marks = Array.from(points.T, (target, k) => mark(points.X[2 * k], points.X[2 * k + 1], target, answers[k] > 0.5 !== target > 0.5)).join("");
  const axes = [0, 0.5, 1].map(value => label(across(value), TOP + SIDE + 16, shown(value)) + label(LEFT - 5, up(value) + 5, shown(value), "", "end")).join("");
  const legend = `<g transform="translate(${LEFT} ${TOP + SIDE + 38})"><circle class="one" cx="6" cy="-4" r="5"/>${label(16, 1, "target 1", "", "start")}` +
    `<rect class="zero" x="82" y="-8.5" width="9" height="9"/>${label(96, 1, "target 0", "", "start")}` +
    `<path class="wrong" d="M162,-12l16,16m0,-16l-16,16"/>${label(184, 1, "on the wrong side", "", "start")}</g>`;
  const share = everywhere.filter(answer => answer > 0.5).length / everywhere.length;
  const line = share === 0 || share === 1 ? `no line crosses the square, the network answers ${share ? "1" : "0"} everywhere` :
    `a line divides the square; the striped ${Math.round(100 * share)} percent of it are answered with 1`;
  const said = `The square of the ${data === "xor" ? "XOR" : "linear"} data after ${at} epochs: ${line}. ${been[at].right} of ${count} points lie on their side.`;
  return picture("boundary", "Striped and shaded: answers above ½", said, LEFT + SIDE + 8, TOP + SIDE + 48,
    `<rect class="ground" x="${LEFT}" y="${TOP}" width="${SIDE}" height="${SIDE}"/>` + levels.map(({ above }) => shape(above, "layer", "Z")).join("") +
    stripes(everywhere) + shape(levels[2].between, "border", "") + marks + axes + legend);
}

function progress({ been, at, points }) {
  const W = 320, H = 376, left = 40, right = 306, top = 14, bottom = 300, count = points.T.length;
  const end = [20, 50, 100, 200, 500, LONGEST].find(number => number >= been.length - 1), x = scale(0, end, left, right), y = scale(0, 1, bottom, top);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(value => line(left, y(value), right, y(value), "grid") + label(left - 6, y(value) + 5, shown(value), "", "end")).join("") +
    ticks(0, end, 4).map(value => line(x(value), bottom, x(value), bottom + 4, "axis") + label(x(value), bottom + 20, shown(value))).join("");
  const every = Math.max(1, Math.floor(been.length / 250));
  const path = (of, kind) => curve(been.map((one, k) => [x(k), y(of(one))]).filter((_, k) => k % every === 0 || k === been.length - 1 || k === at), kind);
  const loss = one => one.loss, accuracy = one => one.right / count;
  const dot = (of, kind) => `<circle class="${kind}" cx="${x(at).toFixed(1)}" cy="${y(of(been[at])).toFixed(1)}" r="6"/>`;
  const said = `From 0 to ${been.length - 1} epochs. At ${at}: mean absolute error ${shown(been[at].loss, 3)}, at the start ${shown(been[0].loss, 3)}; accuracy ${shown(accuracy(been[at]), 3)}, at the start ${shown(accuracy(been[0]), 3)}.`;
  const key = (row, kind, text) => line(left, bottom + row, left + 34, bottom + row, kind) + label(left + 42, bottom + row + 5, text, "", "start");
  return picture("progress", "How far it is", said, W, H,
    grid + line(left, bottom, right, bottom, "axis") + line(x(at), top, x(at), bottom, "now") + path(accuracy, "accuracy") + path(loss, "loss") +
    dot(accuracy, "accuracy-now") + dot(loss, "loss-now") + label(right, bottom + 38, "epochs", "name", "end") + key(44, "loss", "mean absolute error") + key(66, "accuracy", "accuracy"));
}

const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

function words({ at, unfinished, been, points, first, second, learning_rate, momentum, seed }) {
  const { loss, right } = been[at], count = points.T.length;
  return (unfinished ? "Training … " : "") + `After <b>${plural(at, "epoch")}</b> the mean absolute error is <b>${fixed(loss, 3)}</b>, and <b>${right} of ${count}</b> points ` +
    `(${Math.floor((100 * right) / count)} %) lie on their side of the line. Hidden units: ${first} and ${second}; η = ${shown(learning_rate, 3)}, momentum ${shown(momentum, 2)}, start number ${seed}.`;
}

const explorable = {
  name: NAME,
  traits: ["data", "first", "second", "learning_rate", "momentum", "epoch", "seed"],
  panels: now => surface(now) + progress(now),
  readout: words,
};

export const still = state => stillOf(explorable)(trainer()(state));

// Play, step, start again, other weights; the data and the speed. They stand outside the pictures, which are drawn anew.
function controls(pictures, model) {
  const button = (action, text) => `<button type="button" data-action="${action}">${text}</button>`;
  const menu = (name, text, options) => `<label>${text} <select data-menu="${name}" aria-label="${text}">` +
    Object.entries(options).map(([key, told]) => `<option value="${key}">${escaped(told)}</option>`).join("") + "</select></label>";
  pictures.insertAdjacentHTML("beforebegin", `<div class="bp-choices bp-training">${menu("data", "data", Object.fromEntries(Object.entries(DATA).map(([key, { name }]) => [key, name])))}` +
    `<span class="bp-buttons">${button("play", "Play")}${button("one", "+1 epoch")}${button("ten", "+10")}${button("start", "Back to 0")}${button("other", "Other weights")}</span>` +
    `${menu("speed", "speed", Object.fromEntries(Object.keys(SPEEDS).map(key => [key, key]))).replace("</label>", ' <span class="bp-pace"></span></label>')}</div>`);
  const bar = pictures.previousElementSibling, menus = [...bar.querySelectorAll("select")], speed = bar.querySelector('[data-menu="speed"]'), pace = bar.querySelector(".bp-pace");
  const play = bar.querySelector('[data-action="play"]'), still = matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0, last = 0, owed = 0;
  const go = epoch => put(model, { epoch: within(epoch, 0, LONGEST) });
  const pause = () => { cancelAnimationFrame(frame); frame = 0; play.textContent = "Play"; };
  const tick = time => {
    owed = Math.min(owed + ((time - last) / 1000) * SPEEDS[model.get("speed")], A_FRAME);
    last = time;
    if (owed >= 1) go(model.get("epoch") + Math.floor(owed));
    owed %= 1;
    if (model.get("epoch") >= LONGEST) pause();
    else frame = requestAnimationFrame(tick);
  };
  const actions = {
    play: () => {
      if (frame) return pause();
      play.textContent = "Pause";
      last = performance.now();
      frame = requestAnimationFrame(tick);
    },
    one: () => { pause(); go(model.get("epoch") + 1); },
    ten: () => { pause(); go(model.get("epoch") + 10); },
    start: () => { pause(); go(0); },
    other: () => put(model, { seed: model.get("seed") + 1 }),
  };
  bar.addEventListener("click", event => actions[event.target.closest("[data-action]")?.dataset.action]?.());
  for (const one of menus) one.addEventListener("change", () => put(model, { [one.dataset.menu]: one.value }));
  const follow = () => {
    menus.forEach(one => { one.value = model.get(one.dataset.menu); });
    pace.textContent = `${SPEEDS[speed.value]} epochs a second`;
  };
  const calm = () => { play.hidden = speed.parentElement.hidden = still.matches; if (still.matches) pause(); };
  const deaf = following(model, menus.map(one => one.dataset.menu), follow);
  still.addEventListener("change", calm);
  calm();
  return () => { pause(); deaf(); still.removeEventListener("change", calm); };
}

export default {
  render({ model, el }) {
    const trained = trainer();
    return stage({ model, el }, { ...explorable, prepare: state => trained(state, A_FRAME), setUp: ({ pictures }) => controls(pictures, model) });
  },
};
