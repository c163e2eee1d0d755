// Ten starts of one network, trained here whenever something changes: their errors, and the way of their two outputs.
// ROUNDS, the training under each reading of the text, is read from graphs; TABLE holds what it starts from.
// Needs stage.js and random.js before it.

const NAME = "Ten starts";
const W = 420, H = 330, SIDE = 300;
const TOP_POWER = 0, LOW_POWER = -6; // of the errors that are drawn
const REACH = { false: [-0.5, 4], true: [-1.5, 4.5] }; // powers of ten of epochs, or of learning rate × epochs
const thousands = count => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
const power = p => (p === 0 ? "1" : p === 1 ? "10" : `10${superscript(p)}`);
const three = value => (value < 1e-20 ? "below 10⁻²⁰" : shown(value, 3)); // below that only rounding is left

// The epochs that are drawn: about sixteen to each power of ten.
const SCHEDULE = [0, ...new Set(Array.from({ length: 16 * 4 + 1 }, (_, k) => Math.round(10 ** (k / 16))))].filter(epoch => epoch <= TABLE.epochs);

function startOf(seed) {
  const next = mulberry32(seed), [low, high] = TABLE.between;
  return Object.fromEntries(TABLE.weights.map(name => [name, low + (high - low) * (next() / 2 ** 32)]));
}

// One run: what is drawn of it, and the first epoch with an error below the small one, or null.
function course(seed, rounds, eta) {
  let values = { ...TABLE.given, ...startOf(seed), eta }, reached = null;
  const points = [];
  SCHEDULE.forEach((epoch, k) => {
    const { history, final } = rounds(values, (SCHEDULE[k + 1] ?? epoch) - epoch);
    if (reached === null) {
      const found = history.E.findIndex(E => E < TABLE.small);
      reached = found < 0 ? null : epoch + found;
    }
    points.push({ epoch, E: history.E[0], o1: history.o1[0], o2: history.o2[0] });
    values = { ...values, ...final };
  });
  return { seed, points, reached, end: points.at(-1) };
}

let kept = { key: "" }; // the last training: choosing another start, or another axis, needs no new one

function trained(state) {
  const { learning_rate: eta, half, learn_biases, first, chosen } = state, key = [eta, half, learn_biases, first].join();
  if (kept.key !== key) {
    const rounds = ROUNDS[`${half} ${learn_biases}`];
    kept = { key, runs: Array.from({ length: TABLE.runs }, (_, k) => course(first + k, rounds, eta)) };
  }
  const place = Math.min(TABLE.runs, Math.max(1, Math.round(chosen)));
  return { ...state, eta, place, runs: kept.runs, own: kept.runs[place - 1] };
}

const others = ({ runs, own }) => runs.filter(run => run !== own);

const acrossOf = ({ scaled, eta }) => {
  const [low, high] = REACH[scaled], at = scale(low, high, 56, W - 12);
  return epoch => at(epoch === 0 ? low : Math.min(high, Math.max(low, Math.log10(scaled ? eta * epoch : epoch))));
};
const up = scale(LOW_POWER, TOP_POWER, H - 52, 12);
const height = E => up(Math.max(LOW_POWER, Math.min(TOP_POWER, E > 0 ? Math.log10(E) : LOW_POWER)));

// From where a curve leaves the picture on, it is not drawn.
function seen(points, { scaled, eta }) {
  const inside = ({ epoch, E }) => E > 10 ** LOW_POWER && (!scaled || epoch === 0 || Math.log10(eta * epoch) < REACH.true[1]);
  const end = points.findIndex(point => !inside(point));
  return end < 0 ? points : points.slice(0, end + 1);
}

function errors(now) {
  const across = acrossOf(now), bottom = H - 52, left = 56, right = W - 12, [low, high] = REACH[now.scaled];
  const powers = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, k) => Math.ceil(low) + k), at = scale(low, high, left, right);
  const grid = [0, -1, -2, -3, -4, -5, -6].map(p => line(left, up(p), right, up(p), "grid") + (p % 2 ? "" : label(left - 8, up(p) + 5, power(p), "", "end"))).join("") +
    powers.map(p => line(at(p), bottom, at(p), bottom + 5, "axis") + label(at(p), bottom + 21, now.scaled ? power(p) : thousands(10 ** p), "", p === high ? "end" : "middle")).join("") +
    line(left, bottom, right, bottom, "axis") + (now.scaled ? "" : label(left, bottom + 21, "0"));
  const path = run => curve(seen(run.points, now).map(({ epoch, E }) => [across(epoch), height(E)]), run === now.own ? "run own" : "run");
  const last = seen(now.own.points, now).at(-1), below = last.E <= 10 ** LOW_POWER;
  const mark = below ? `<path class="marker" d="M${across(last.epoch).toFixed(1)},${bottom}l-7,-11h14z"/>`
    : `<circle class="iterate first" cx="${across(last.epoch).toFixed(1)}" cy="${height(last.E).toFixed(1)}" r="6"/>`;
  const small = height(TABLE.small);
  const said = `The errors of ten starts against ${now.scaled ? "learning rate times epochs" : "epochs"}, both on logarithmic scales. ${bundle(now)}`;
  return picture("ten-errors", now.scaled ? "The errors, by learning rate × epochs" : "The errors, epoch by epoch", said, W, H,
    grid + line(left, small, right, small, "target") + label(left + 4, small - 6, "error 0.0001", "target-name", "start") +
    others(now).map(path).join("") + path(now.own) + mark +
    label(right, bottom + 44, now.scaled ? "η × epochs" : "epochs", "name", "end"));
}

function plane(now) {
  const across = scale(0, 1, 34, SIDE - 10), rise = scale(0, 1, SIDE - 40, 14), [x, y] = TABLE.targets;
  const axes = [0, 0.5, 1].map(v => line(across(0), rise(v), across(1), rise(v), "grid") + line(across(v), rise(0), across(v), rise(1), "grid") +
    label(across(v), rise(0) + 19, shown(v)) + label(across(0) - 7, rise(v) + 5, shown(v), "", "end")).join("");
  const spot = ({ o1, o2 }) => [across(o1), rise(o2)];
  const path = run => curve(run.points.map(spot), run === now.own ? "run own" : "run");
  const dot = (run, kind) => {
    const [cx, cy] = spot(run.end);
    return `<circle class="${kind}" cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="${run === now.own ? 6 : 3.5}"/>`;
  };
  const target = `<path class="goal" d="M${across(x) - 11},${rise(y)}h22M${across(x)},${rise(y) - 11}v22"/>` + label(across(x) + 15, rise(y) - 6, "target", "target-name", "start");
  const said = `The two outputs of the ten starts, on their way from about 0.6 each to the target, ${x} and ${y}. ` +
    `Start ${now.own.seed} ends at ${three(now.own.end.o1)} and ${three(now.own.end.o2)}.`;
  return picture("ten-outputs", "Where the two outputs go", said, SIDE, SIDE,
    axes + others(now).map(path).join("") + path(now.own) + target +
    others(now).map(run => dot(run, "marker other")).join("") + dot(now.own, "iterate first") +
    label(across(1) - 4, rise(0) - 8, "first output", "name", "end") +
    `<text class="name" transform="translate(${across(0) + 16} ${rise(0) - 8}) rotate(-90)">second output</text>`);
}

const counted = count => (count === 0 ? "none" : count === TABLE.runs ? "all" : String(count));
// A run that has not arrived, and whose outputs are as good as 0 or 1, learns no more.
const stuck = ({ end }) => end.E > TABLE.small && [end.o1, end.o2].every(o => Math.min(o, 1 - o) < 0.005);

function bundle({ runs }) {
  const ends = runs.map(run => run.end.E).sort((a, b) => a - b), [least, most] = [three(ends[0]), three(ends.at(-1))];
  return `After ${thousands(TABLE.epochs)} epochs ${ends.at(-1) < 1e-12 ? "all ten errors are below 10⁻¹²" : least === most ? `all ten errors are ${most}` : `the ten errors lie between ${least} and ${most}`}.`;
}

function words(now) {
  const { runs, own, eta } = now, arrived = runs.map(run => run.reached).filter(epoch => epoch !== null).sort((a, b) => a - b);
  const still = runs.filter(stuck).length;
  const when = arrived.length ? `, the first at epoch ${thousands(arrived[0])}${arrived.length > 1 ? `, the last at ${thousands(arrived.at(-1))}` : ""}` : "";
  return `η = <b>${shown(eta, 3)}</b>. ${bundle(now)} Of the ten, <b>${counted(arrived.length)}</b> came below 0.0001${when}. ` +
    (still ? `<b>${counted(still)[0].toUpperCase() + counted(still).slice(1)}</b> ${still === 1 ? "sits" : "sit"} where both outputs are as good as 0 or 1: the sigmoids are flat there, so almost nothing moves. ` : "") +
    `Start ${now.place} (seed ${own.seed}): error ${three(own.points[0].E)} → <b>${three(own.end.E)}</b>, outputs <b>${fixed(own.end.o1, 3)}</b> and <b>${fixed(own.end.o2, 3)}</b> for ${TABLE.targets.join(" and ")}.`;
}

const explorable = {
  name: NAME,
  traits: ["learning_rate", "half", "learn_biases", "first", "chosen", "scaled"],
  panels: now => errors(now) + plane(now),
  readout: words,
};

export const still = state => stillOf(explorable)(trained(state));

// The start whose curve, or way, passes nearest to a place in one of the pictures; null where none is near.
function nearest(now, part, x, y) {
  const across = acrossOf(now), spot = part === "ten-errors"
    ? ({ epoch, E }) => [across(epoch), height(E)]
    : ({ o1, o2 }) => [scale(0, 1, 34, SIDE - 10)(o1), scale(0, 1, SIDE - 40, 14)(o2)];
  const ways = now.runs.map((run, k) => ({ k, far: Math.min(...run.points.map(point => { const [a, b] = spot(point); return Math.hypot(a - x, b - y); })) }));
  const best = ways.reduce((a, b) => (b.far < a.far ? b : a));
  return best.far < 24 ? best.k + 1 : null;
}

// What cannot be a slider: two readings of the text, the axis, and ten others. They stand outside the pictures, which
// are drawn anew with each move.
function choices(pictures, model) {
  const box = (trait, text, on) => `<label class="bp-switch"><input type="checkbox" data-trait="${trait}" data-on="${on}"/><span>${text}</span></label>`;
  pictures.insertAdjacentHTML("beforebegin", `<div class="bp-ten-choices">${box("half", "no ½ in the loss", false)}` +
    `${box("learn_biases", "biases learn", true)}${box("scaled", "draw against η × epochs", true)}<button type="button" class="bp-again"></button></div>`);
  const bar = pictures.previousElementSibling, boxes = [...bar.querySelectorAll("input")], again = bar.querySelector("button");
  const follow = () => {
    boxes.forEach(control => { control.checked = model.get(control.dataset.trait) === (control.dataset.on === "true"); });
    const first = model.get("first");
    again.textContent = `Seeds ${first} to ${first + TABLE.runs - 1}: draw ten others`;
  };
  for (const control of boxes) control.addEventListener("change", () => put(model, { [control.dataset.trait]: control.checked === (control.dataset.on === "true") }));
  again.addEventListener("click", () => put(model, { first: model.get("first") + TABLE.runs > TABLE.last ? 0 : model.get("first") + TABLE.runs }));
  return following(model, [...boxes.map(control => control.dataset.trait), "first"], follow);
}

export default {
  render({ model, el }) {
    let now = null;
    return stage({ model, el }, {
      ...explorable,
      prepare: state => (now = trained(state)),
      setUp: ({ pictures }) => {
        const point = event => {
          const drawing = event.target.closest("[data-part]");
          if (!drawing) return;
          const place = drawing.getBoundingClientRect(), wide = drawing.viewBox.baseVal.width / place.width;
          const found = nearest(now, drawing.dataset.part, (event.clientX - place.left) * wide, (event.clientY - place.top) * wide);
          if (found !== null) put(model, { chosen: found });
        };
        pictures.addEventListener("pointermove", point);
        pictures.addEventListener("pointerdown", point);
        return choices(pictures, model);
      },
    });
  },
};
