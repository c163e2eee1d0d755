// A calculation by hand in four views of one network: nudge a number, follow the paths of a weight, step through the
// lines, train for many rounds. `by_hand`, `iterate`, SPEC and EXAMPLE above are read from a graph; nothing here
// differentiates anything. Each view is a table row: what stands in its areas is a pure function of the state.

const NAMES = SPEC.parameters.map(p => p.name), BY_NAME = Object.fromEntries(SPEC.parameters.map(p => [p.name, p]));
const OUTPUTS = SPEC.layers.at(-1), COMPUTING = SPEC.layers.slice(1).flat(), LAST = SPEC.lines.length - 1;
const NUDGE = 0.2, TINY = 1e-6, ROUNDS = 10_000, RATES = [0.01, 1000], MARKS = [1, 1_000, 10_000];
const KINDS = { weight: "Weights", bias: "Biases", input: "Inputs", target: "Targets" };

const tidy = value => Number(value.toPrecision(12)); // 0.2 + 0.2 + 0.2 is meant to be 0.6
const signed = (value, digits = 6) => (value > 0 ? "+" : "") + shown(value, digits);
const typed = value => String(tidy(value)).replace("-", "−");
const counted = number => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const listed = words => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);
const spokenName = name => name.replace("_", " ");
const inRange = value => isNumber(value) && Math.abs(value) <= EXAMPLE.largest;
const calculate = (values, eta) => ({ ...by_hand({ ...values, eta }), ...values, eta });

const told = value => (isNumber(value) ? shown(value, 6) : "too large a number");

// The state as it is drawn: what cannot be is replaced by what the example has.
function settled(state) {
  const values = Object.fromEntries(NAMES.map(name => [name, inRange(state.values?.[name]) ? state.values[name] : EXAMPLE.values[name]]));
  const eta = inRange(state.learning_rate) && state.learning_rate >= 0 ? tidy(state.learning_rate) : EXAMPLE.eta;
  const selected = NAMES.includes(state.selected) ? state.selected : NAMES[0];
  const weight = selected in SPEC.cards ? selected : NAMES[0], paths = SPEC.paths[weight];
  const off = paths.length < 2 ? [] : (state.off ?? []).filter(k => k >= 1 && k <= paths.length);
  return {
    values, eta, selected, weight, paths, off, previous: state.previous, tried: state.tried ?? [], view: state.view in VIEWS ? state.view : "nudge",
    step: Math.min(LAST, Math.max(0, Math.round(state.step) || 0)), outside: Boolean(state.outside), v: calculate(values, eta),
  };
}

// A unit whose sigmoid is flat passes hardly any error back.
function saturation(v) {
  const flat = COMPUTING.filter(unit => v[`slope_${unit}`] < TINY), slope = v[`slope_${flat[0]}`];
  if (flat.length === 0) return "";
  if (flat.length > 1) return `<b>${listed(flat)} are saturated</b>: their slopes are below ${shown(TINY, 1)}, so hardly any error passes back through them.`;
  return `<b>${flat[0]} is saturated</b>: its slope is ${slope === 0 ? "0, as far as a computer can tell" : shown(slope, 3)}, so hardly any error passes back through it.`;
}

const given = now => Object.fromEntries(NAMES.map(name => [name, now.values[name]]));
const numbersOf = (v, kind) => Object.fromEntries(COMPUTING.map(unit => [`${kind}_${unit}`, v[`${kind}_${unit}`]]));
const described = now => SPEC.layers[0].map(i => `${i} is ${shown(now.values[i], 6)}`).concat(COMPUTING.map(u => `the output of ${u} is ${shown(now.v[`out_${u}`], 6)}`)).join(", ");

// Nudge

// The same network with the selected number as the example has it: what a nudge is compared with.
function nudged(now) {
  const from = EXAMPLE.values[now.selected], to = now.values[now.selected];
  const was = from === to ? now.v : calculate({ ...now.values, [now.selected]: from }, now.eta);
  return { from, to, was, nudge: to - from, change: now.v.E_total - was.E_total, units: COMPUTING.filter(u => was[`out_${u}`] !== now.v[`out_${u}`]) };
}

// How far a bar of changes has to reach for every single nudge of the example's weights.
let reach = null;
function farthest() {
  const error = values => by_hand({ ...values, eta: EXAMPLE.eta }).E_total, start = error(EXAMPLE.values);
  const changes = Object.keys(SPEC.cards).flatMap(name => [-NUDGE, NUDGE].map(by => Math.abs(error({ ...EXAMPLE.values, [name]: EXAMPLE.values[name] + by }) - start)));
  return (reach ??= Math.max(...changes, 1e-12) * 1.15);
}

const roundUp = value => {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(m => m * power).find(top => top >= value * 1.0001) ?? value;
};

function errorBars(now) {
  const { was, change, nudge } = nudged(now), W = 340, H = 176, left = 8, right = 332;
  const top = roundUp(Math.max(now.v.E_total, was.E_total, 1e-12) * 1.05), along = scale(0, top, left, right);
  const parts = OUTPUTS.length > 1 ? OUTPUTS.map(unit => [`E ${unit}`, now.v[`E_${unit}`]]) : [["E", now.v.E_total]];
  let from = 0, bars = "";
  parts.forEach(([name, value], k) => {
    const [x, width] = [along(from), along(from + value) - along(from)];
    bars += `<rect class="share ${k % 2 ? "second" : "first"}" x="${x.toFixed(1)}" y="34" width="${Math.max(0, width).toFixed(1)}" height="26"/>`;
    if (width > 44) bars += label(x + width / 2, 52, name, "share-name");
    from += value;
  });
  const ticksBelow = [0, top / 2, top].map((e, k) => line(along(e), 60, along(e), 65, "axis") + label(along(e), 79, shown(e, 3), "", ["start", "middle", "end"][k])).join("");
  const mark = nudge === 0 ? "" : line(along(was.E_total), 28, along(was.E_total), 66, "before") + label(Math.min(right - 12, Math.max(left + 12, along(was.E_total))), 24, "was", "before-name");
  const widest = farthest(), middle = (left + right) / 2, half = (right - left) / 2 - 12, part = Math.max(-1, Math.min(1, change / widest));
  const beyond = Math.abs(change) > widest, tip = middle + part * half;
  const bar = `<rect class="gauge" x="${left}" y="118" width="${right - left}" height="22" rx="3"/>` +
    `<rect class="change ${change < 0 ? "less" : "more"}" x="${Math.min(middle, tip).toFixed(1)}" y="118" width="${Math.abs(tip - middle).toFixed(1)}" height="22"/>` +
    line(middle, 112, middle, 146, "axis") + (beyond ? label(change < 0 ? left + 6 : right - 6, 134, change < 0 ? "◀" : "▶", "beyond") : "");
  const said = `The total error is ${shown(now.v.E_total, 6)}${parts.length > 1 ? `, of which ${parts.map(([name, value]) => `${shown(value, 6)} is ${name}`).join(" and ")}` : ""}. ` +
    (nudge === 0 ? "Nothing has been nudged." : `Before the nudge it was ${shown(was.E_total, 6)}; it has changed by ${signed(change)}.`);
  return picture("error-bars", "The error, and how the nudge changed it", said, W, H,
    label(left, 24, "E", "name", "start") + bars + ticksBelow + mark +
    label(left, 108, "better", "", "start") + label(middle, 108, "change of E", "name") + label(right, 108, "worse", "", "end") + bar +
    label(middle, 164, nudge === 0 ? "no nudge yet" : signed(change), "reading"));
}

function triedTable(tried) {
  if (tried.length === 0) return "";
  const rows = tried.map(t => `<tr><th scope="row">${BY_NAME[t.name].html}${t.besides ? ` <small>with ${t.besides}</small>` : ""}</th>` +
    `<td>${signed(t.nudge)}</td><td>${signed(t.change, 3)}</td><td>${shown(t.change / t.nudge, 3)}</td></tr>`).join("");
  return `<table class="bp-tried"><caption>What you have tried</caption><thead><tr><th scope="col">number</th><th scope="col">nudge</th><th scope="col">change of <i>E</i></th><th scope="col">change ÷ nudge</th></tr></thead><tbody>${rows}</tbody></table>`;
}

// What has been tried, with what the nudge that is shown did.
function attempts(now) {
  const { nudge, change } = nudged(now);
  const others = NAMES.filter(name => name !== now.selected && now.values[name] !== EXAMPLE.values[name]);
  if (now.view !== "nudge" || nudge === 0) return now.tried;
  const found = { name: now.selected, nudge, change, besides: others.map(name => `${BY_NAME[name].html} = ${shown(now.values[name], 6)}`).join(", ") };
  const known = now.tried.some(one => one.name === found.name);
  return known ? now.tried.map(one => (one.name === found.name ? found : one)) : [...now.tried, found];
}

const nudgeView = {
  tab: "Nudge",
  areas: now => {
    const { was, units } = nudged(now), keys = ["E_total", now.selected, ...COMPUTING.map(u => `out_${u}`)];
    const before = Object.fromEntries(keys.map(key => [key, was[key]]));
    return {
      diagram: diagram(SPEC, {
        title: "The network", values: { ...given(now), ...numbersOf(now.v, "out"), E_total: now.v.E_total }, was: before, chosen: now.selected, pick: true,
        description: `A network: ${described(now)}, the total error is ${shown(now.v.E_total, 6)}. ` + (units.length ? `Changed by the nudge of ${spokenName(now.selected)}: ${listed(units)}.` : ""),
      }),
      bars: errorBars(now),
      tried: triedTable(attempts(now)),
    };
  },
  readout: now => {
    const { from, to, was, nudge, change, units } = nudged(now), name = BY_NAME[now.selected].html, E = "<i>E</i><sub>total</sub>";
    if (nudge === 0) return `${E} is <b>${shown(now.v.E_total, 6)}</b>. Push ${name} up or down by ${NUDGE}, or choose another number in the picture or in the list.`;
    const reached = units.length ? `Other values than before: ${listed(units)}.` : "No unit has another value than before.";
    return `${name}: ${shown(from, 6)} → <b>${shown(to, 6)}</b>. ${E}: ${shown(was.E_total, 6)} → <b>${shown(now.v.E_total, 6)}</b>, ` +
      `${change === 0 ? "no change at all" : `a change of <b>${signed(change)}</b>`}; divided by the nudge of ${signed(nudge)}, that is <b>${shown(change / nudge, 6)}</b>. ${reached}`;
  },
};

// Paths

// What the formula gives with the paths that count, and what a nudge of the weight measures.
function compared(now) {
  const name = now.weight, h = TINY * Math.max(1, Math.abs(now.values[name]));
  const error = by => by_hand({ ...now.values, eta: now.eta, [name]: now.values[name] + by }).E_total;
  const products = now.paths.map(path => now.v[path.product]);
  const formula = now.off.length ? products.reduce((sum, product, k) => (now.off.includes(k + 1) ? sum : sum + product), 0) : now.v[`d_E_total_d_${name}`];
  const measured = (error(h) - error(-h)) / (2 * h), size = Math.max(Math.abs(formula), Math.abs(measured));
  // What a nudge can measure is limited by the last digit of E.
  const blur = 4e-16 * (Math.abs(now.v.E_total) + 1e-3) / h + h * h;
  return { products, formula, measured, agree: Math.abs(formula - measured) <= 1e-5 * size + blur, h };
}

function sumTable(now) {
  const { products, formula, measured, agree, h } = compared(now), several = now.paths.length > 1;
  const rows = several ? now.paths.map((path, k) => {
    const out = now.off.includes(k + 1);
    return `<tr${out ? ' class="out"' : ""}><th scope="row"><label class="bp-switch"><input type="checkbox" data-switch="${k + 1}" data-key="switch-${k + 1}"${out ? "" : " checked"}/> <span>path ${k + 1} counts, through ${path.through}</span></label></th>` +
      `<td>${out ? `<s>${shown(products[k], 6)}</s> left out` : shown(products[k], 6)}</td></tr>`;
  }).join("") : "";
  const missing = now.off.length ? ` without path ${listed(now.off.map(String))}` : several ? ", all paths" : "";
  return `<table class="bp-compare"><caption>What the formula says, and what a nudge measures</caption><tbody>${rows}` +
    `<tr><th scope="row">formula${missing}</th><td><b>${shown(formula, 6)}</b></td></tr>` +
    `<tr><th scope="row">a nudge of ${BY_NAME[now.weight].html} by ±${shown(h, 1)}, measured</th><td><b>${shown(measured, 6)}</b></td></tr>` +
    `<tr class="${agree ? "agree" : "differ"}"><th scope="row">do they agree?</th><td>${agree ? "✓ yes" : "✗ no"}</td></tr></tbody></table>`;
}

// The cards of a weight, with its numbers. Coming from another weight, they say which of them stayed as they were.
function cardsOf(now) {
  const { previous } = now, before = new Set(previous && previous !== now.weight ? SPEC.paths[previous].flatMap(path => path.factors) : []);
  const mark = key => before.size === 0 ? "" : before.has(key) ? `<p class="bp-mark">✓ as for ${previous}</p>` : '<p class="bp-mark new">turned over</p>';
  const html = filled(SPEC.cards[now.weight], now.v)
    .replace(/<li class="bp-card" data-factor="([^"]+)">(.*?)<\/li>/g, (_, key, inner) =>
      `<li class="bp-card${before.size && !before.has(key) ? " bp-turned" : ""}" data-factor="${key}" data-key="card-${key}" tabindex="0">${inner}${mark(key)}</li>`)
    .replace(/data-path="(\d+)"/g, (whole, k) => (now.off.includes(Number(k) + 1) ? `${whole} data-off` : whole));
  return now.off.length ? html.replace('class="bp-derivation', 'class="bp-partial bp-derivation') : html;
}

const litPaths = now => now.paths.map((path, k) => ({ units: path.units, lines: [now.weight, ...path.connections], off: now.off.includes(k + 1) }));

const pathsView = {
  tab: "Paths",
  areas: now => {
    const route = (path, k) => `Path ${k + 1}: ${spokenName(now.weight)}, ${path.units.join(", ")}, E${now.off.includes(k + 1) ? ", switched off" : ""}`;
    return {
      diagram: diagram(SPEC, {
        title: `How ${spokenName(now.weight)} reaches the error`, values: given(now), chosen: now.weight, paths: litPaths(now), pick: true,
        description: `The network with the ${now.paths.length === 1 ? "one path" : `${now.paths.length} paths`} from ${spokenName(now.weight)} to the error lit. ${now.paths.map(route).join(". ")}.`,
      }),
      sum: sumTable(now),
      cards: cardsOf(now),
    };
  },
  readout: now => {
    const { formula, measured, agree } = compared(now), name = BY_NAME[now.weight].html;
    const slope = `<span class="bp-over"><span>∂<i>E</i></span><span>∂${name}</span></span>`;
    if (now.off.length === 0) {
      const how = now.paths.length === 1 ? `One path leads from ${name} to the error: its factors multiply.` : `${now.paths.length} paths lead from ${name} to the error: along each the factors multiply, and the paths add.`;
      return `${how} ${slope} = <b>${shown(formula, 6)}</b>, and a nudge measures ${shown(measured, 6)}${agree ? "" : ": too small a change to be measured among numbers of this size"}.`;
    }
    const without = now.off.length === now.paths.length ? "Without any path" : `Without path ${listed(now.off.map(String))}`;
    return agree
      ? `${without} the formula still gives <b>${shown(formula, 6)}</b> where a nudge measures <b>${shown(measured, 6)}</b>: what was left out is too small to matter here.`
      : `${without} the formula gives <b>${shown(formula, 6)}</b>, but a nudge measures <b>${shown(measured, 6)}</b>: <b>they disagree</b>. The change of ${name} takes every path, whatever the formula leaves out.`;
  },
};

// Steps

// What the diagram may show after a line: the given numbers, what has been found, and new weights once all are there.
function knownAfter(now) {
  const keys = SPEC.lines.slice(0, now.step + 1).map(l => l.key).filter(key => now.step === LAST || !key.endsWith("_next"));
  return { ...given(now), ...Object.fromEntries(keys.map(key => [key, now.v[key]])) };
}

function lineHtml(l, now) {
  const spoken = `${l.spoken} equals ${l.formulaSpoken}`;
  return `<p class="bp-step-question">${l.question}</p><p class="bp-step-formula"><span role="math" aria-label="${escaped(spoken)}">${l.symbol} = ${l.formula}</span></p>` +
    `<p class="bp-step-numbers">= ${filled(l.numbers, now.v)}</p><p class="bp-step-value">= <b>${told(now.v[l.key])}</b></p>`;
}

// What each of the five goals asks for, with the three places where a slip is easily made.
const GUIDE = [
  "Each unit adds its inputs times their weights, and its bias; then comes the sigmoid. The slope is written down while the output is fresh.",
  "Half the squared distance from the target, for each output; then the sum.",
  "From the outputs backwards. Deltas are carried back over the weights as they are, the <b>old</b> ones.",
  "For each weight, the output of where it comes from times the delta of where it leads.",
  "The picture keeps the old weights until <b>every</b> new one is there.",
];

function goalsList(now) {
  const at = SPEC.lines[now.step].goal;
  return `<ol class="bp-goals">${SPEC.goals.map((goal, k) => {
    const first = SPEC.lines.findIndex(l => l.goal === k), done = k < at || (k === at && now.step === LAST);
    const state = done ? "done" : k === at ? "now" : "to come";
    return `<li class="${state.replace(" ", "-")}"><button type="button" data-step="${first}" data-key="goal-${k}"${k === at ? ' aria-current="step"' : ""}>` +
      `<span aria-hidden="true">${done ? "✓" : k === at ? "▸" : "○"}</span> ${k + 1} ${goal}<span class="bp-heard">, ${state}</span></button></li>`;
  }).join("")}</ol>`;
}

const stepsView = {
  tab: "Step by step",
  areas: now => {
    const l = SPEC.lines[now.step];
    return {
      goals: goalsList(now),
      line: `<p class="bp-step-count">Step ${now.step + 1} of ${LAST + 1}: ${SPEC.goals[l.goal]}</p>${lineHtml(l, now)}`,
      diagram: diagram(SPEC, {
        title: "What is known so far", values: knownAfter(now), marked: [...l.units, ...l.connections, ...(l.goal === 1 ? ["E", ...l.units.map(u => `${u}:E`)] : [])],
        description: `The network after step ${now.step + 1}. Used in this step: ${listed([...l.units.filter(u => u !== "1"), ...l.connections.map(spokenName)])}.`,
      }),
    };
  },
  readout: now => {
    const { goal } = SPEC.lines[now.step];
    return now.step === LAST ? "That was one round. All new weights are put in place together, and the next round begins with them." : `<b>${goal + 1} ${SPEC.goals[goal]}.</b> ${GUIDE[goal]}`;
  },
  heard: now => {
    const l = SPEC.lines[now.step];
    return `Step ${now.step + 1} of ${LAST + 1}. ${l.question} ${l.spoken} equals ${l.formulaSpoken}, which is ${told(now.v[l.key])}.`;
  },
};

// On a page without script, the way back is folded: it holds what a reader is about to work out.
const FORWARD_GOALS = 2;
const allLines = now => `<div class="bp-lines">${SPEC.goals.map((goal, k) =>
  `<details${k < FORWARD_GOALS ? " open" : ""}><summary>${k + 1} ${goal}</summary><ol>${SPEC.lines.filter(l => l.goal === k).map(l => `<li>${lineHtml(l, now)}</li>`).join("")}</ol></details>`).join("")}</div>`;

// Training

const THINNED = [...new Set(Array.from({ length: 300 }, (_, k) => Math.round(ROUNDS ** (k / 299))))];
const LOWEST = -8;

function trained(values, eta) {
  const { history: { E }, final } = iterate({ ...values, eta }, ROUNDS);
  let rises = 0, lost = -1;
  for (let k = 0; k < ROUNDS; k++) {
    if (E[k + 1] > E[k] * (1 + 1e-9) && E[k + 1] > 10 ** LOWEST) rises++; // below, rounding makes it rise and fall
    if (lost < 0 && !Number.isFinite(E[k + 1])) lost = k + 1;
  }
  const kept = Object.values(final).every(Number.isFinite) && lost < 0;
  return { E, rises, lost, eta, after: kept ? calculate({ ...values, ...final }, eta) : null };
}

let lastStart = { key: null, run: null }; // the run at the example's rate stays while only the rate is moved
function startRun(now) {
  const key = NAMES.map(name => now.values[name]).join();
  if (lastStart.key !== key) lastStart = { key, run: trained(now.values, EXAMPLE.eta) };
  return lastStart.run;
}

function lossCurve(now, run, start) {
  const W = 400, H = 330, left = 52, right = 386, top = 18, bottom = 276;
  const across = scale(0, Math.log10(ROUNDS), left, right), up = scale(LOWEST, 0, bottom, top);
  const height = e => up(Math.min(0.3, Math.max(LOWEST, e > 0 ? Math.log10(e) : -Infinity)));
  const drawn = ({ E }) => THINNED.filter(n => Number.isFinite(E[n])).map(n => [across(Math.log10(n)), height(E[n])]);
  const grid = Array.from({ length: -LOWEST / 2 + 1 }, (_, k) => -2 * k).map(p => line(left, up(p), right, up(p), "grid") + label(left - 6, up(p) + 5, p ? `10${superscript(p)}` : "1", "", "end")).join("") +
    [1, 10, 100, 1_000, 10_000].map(n => line(across(Math.log10(n)), bottom, across(Math.log10(n)), bottom + 5, "axis") + label(across(Math.log10(n)), bottom + 21, counted(n), "", n === ROUNDS ? "end" : "middle")).join("");
  const same = run.eta === start.eta, faint = same ? "" : curve(drawn(start), "faint") + label(right - 4, height(start.E[ROUNDS]) - 8, `η = ${shown(start.eta, 3)}`, "faint-name", "end");
  const marks = MARKS.map(n => {
    if (!Number.isFinite(run.E[n])) return "";
    // The curve falls, so there is room above it on the right, and below it on the left.
    const [x, y] = [across(Math.log10(n)), height(run.E[n])], low = run.E[n] < 10 ** LOWEST;
    const [dx, dy, anchor] = n === MARKS[0] ? [7, low ? -12 : 23, "start"] : n === ROUNDS ? [4, low ? -12 : 24, "end"] : [5, low ? -32 : -10, low ? "middle" : "start"];
    return `<circle class="iterate" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5"/>` + label(x + dx, y + dy, (low ? "▼ " : "") + shown(run.E[n], 3), "reading", anchor);
  }).join("");
  const said = `Error against round, both axes logarithmic, learning rate ${shown(run.eta, 3)}. ` + MARKS.map(n => (Number.isFinite(run.E[n]) ? `After ${counted(n)} ${n === 1 ? "round" : "rounds"} the error is ${shown(run.E[n], 3)}.` : `After ${counted(n)} rounds there is no number left.`)).join(" ");
  return picture("loss", `The error, round by round, with η = ${shown(run.eta, 3)}`, said, W, H,
    grid + line(left, bottom + 10, left, top, "axis") + line(left, bottom, right, bottom, "axis") + faint + curve(drawn(run), "loss-line") + marks +
    label(right, bottom + 42, "rounds", "name", "end") + label(left + 5, top - 6, "error E", "name", "start"));
}

// What became of the training, in words.
function fate(run) {
  if (run.eta === 0) return "With a learning rate of 0 nothing moves: gradients are computed, and no weight changes.";
  if (run.after === null) return `<b>In round ${counted(Math.max(1, run.lost))} the numbers leave what a computer can hold.</b> The rate is far too large.`;
  const [first, end] = [run.E[0], run.E[ROUNDS]], flat = saturation(run.after), words = [];
  const stands = end > 0.9 * run.E[ROUNDS / 10];
  if (end >= first) words.push("<b>The error is no smaller than it was at the start.</b>");
  if (run.rises > 0) words.push(`In ${counted(run.rises)} of ${counted(ROUNDS)} rounds the error <b>rose</b>: steps that long jump across the valley.`);
  else if (end < first) words.push(run.E[1] < first / 20 ? "The first step alone did most of it." : "It fell in every round, or stood still.");
  if (stands && end > 0) words.push("From round 1,000 on it has hardly moved.");
  if (flat) words.push(flat + (stands ? " That is why." : ""));
  if (OUTPUTS.every(unit => run.after[`slope_${unit}`] < TINY) && end < TINY) words.push("Here the flat ends happen to be where the targets are; any other example would find a network that cannot learn.");
  return words.join(" ");
}

const trainingView = {
  tab: "Train",
  areas: (now, { run = trained(now.values, now.eta) } = {}) => {
    const after = run.after, weights = SPEC.learned.map(name => [name, now.values[name]]);
    return {
      loss: lossCurve(now, run, startRun(now)),
      diagram: diagram(SPEC, {
        title: after ? "The network after 10,000 rounds" : "The network before training", values: after ? { ...after, ...Object.fromEntries(Object.keys(after).filter(key => /_next$|^delta_|^net_/.test(key)).map(key => [key, null])) } : given(now),
        was: after ? Object.fromEntries(weights) : {},
        description: after ? `The network after ${counted(ROUNDS)} rounds: ${OUTPUTS.map(u => `the output of ${u} is ${shown(after[`out_${u}`], 6)}, its target ${shown(now.values[`t${u.slice(1)}`], 6)}`).join("; ")}.` : "The network before training.",
      }),
    };
  },
  readout: (now, { run = trained(now.values, now.eta) } = {}) => {
    const start = startRun(now), at = n => (Number.isFinite(run.E[n]) ? shown(run.E[n], 6) : "no number");
    const compare = run.eta === start.eta || !Number.isFinite(start.E[ROUNDS]) ? "" : ` With η = ${shown(start.eta, 3)} it is ${shown(start.E[ROUNDS], 3)}.`;
    return `η = ${shown(run.eta, 3)}: <i>E</i> was ${shown(run.E[0], 6)}; it is ${at(1)} after 1 round, ${at(1_000)} after 1,000 and <b>${at(ROUNDS)}</b> after 10,000.${compare} ${fate(run)}`;
  },
};

const VIEWS = { nudge: nudgeView, paths: pathsView, steps: stepsView, training: trainingView };

// What is read below the picture: the view's sentence, and a word on units that let nothing through.
function readoutOf(now, memory) {
  const flat = now.view === "training" ? "" : saturation(now.v);
  return VIEWS[now.view].readout(now, memory) + (flat ? ` ${flat}` : "");
}

const titleOf = now => `${EXAMPLE.title[0].toUpperCase()}${EXAMPLE.title.slice(1)}: ${VIEWS[now.view].tab.toLowerCase()}`;

// A number is not broken at its power of ten.
const unbroken = html => html.replaceAll(" × 10", "\u00a0×\u00a010");

export function still(state) {
  const now = settled(state), areas = VIEWS[now.view].areas(now);
  const body = {
    nudge: () => `<div class="bp-split">${areas.diagram}${areas.bars}</div>`,
    paths: () => `${areas.diagram}${areas.cards}`.replaceAll(' tabindex="0"', "").replace(/ data-key="[^"]*"/g, ""),
    steps: () => `${diagram(SPEC, { title: "The network", values: given(now), description: `The network with its given numbers. ${described(now)}.` })}${allLines(now)}`,
    training: () => `<div class="bp-split">${areas.loss}${areas.diagram}</div>`,
  }[now.view]();
  const words = now.view === "steps" ? saturation(now.v) : readoutOf(now);
  return unbroken(`<div class="bp-explorable bp-by-hand" role="group" aria-label="${escaped(titleOf(now))}">${body}${words && `<p class="bp-readout">${words}</p>`}</div>`);
}

// The live figure. What is typed or dragged in stays in the page; areas are redrawn around it.

function chips(id, names, legend) {
  const groups = Object.entries(KINDS).map(([kind, title]) => [title, SPEC.parameters.filter(p => p.kind === kind && names.includes(p.name))]).filter(([, found]) => found.length);
  return `<fieldset class="bp-chips"><legend>${legend}</legend>${groups.map(([title, found]) => `<span class="bp-chip-group"><span class="bp-chip-title">${title}</span>` +
    found.map(p => `<label><input type="radio" name="${id}-selected" value="${p.name}"/><span>${p.html}</span></label>`).join("") + "</span>").join("")}</fieldset>`;
}

const field = (id, name, html) => `<label class="bp-field" for="${id}-${name}"><span>${html}</span><input type="text" autocomplete="off" id="${id}-${name}" data-number="${name}" aria-describedby="${id}-hint"/></label>`;

const SKELETONS = {
  nudge: id => chips(id, NAMES, "Which number?") + `<div class="bp-split"><div data-area="diagram"></div><div class="bp-side">` +
    `<div class="bp-nudge"><button type="button" data-nudge="-1">− ${NUDGE}</button>${field(id, "selected", "")}<button type="button" data-nudge="1">+ ${NUDGE}</button><button type="button" data-back></button>` +
    `<input type="range" min="-3" max="3" step="0.05" data-range="selected"/></div><div data-area="bars"></div></div></div><div data-area="tried"></div>`,
  paths: id => chips(id, Object.keys(SPEC.cards), "Which weight?") + `<div class="bp-split"><div data-area="diagram"></div><div class="bp-side"><div data-area="sum"></div></div></div><div data-area="cards"></div>`,
  steps: id => `<div data-area="goals"></div><div class="bp-split"><div data-area="diagram"></div><div class="bp-side"><div class="bp-step" role="group" tabindex="0" aria-label="The step. Arrow keys go back and forward." data-key="step"><div data-area="line"></div></div>` +
    `<div class="bp-buttons"><button type="button" data-go="first">first</button><button type="button" data-go="back"><span aria-hidden="true">◀</span> back</button><button type="button" data-go="next">next <span aria-hidden="true">▶</span></button><button type="button" data-go="last">last</button></div>` +
    `<label class="bp-range"><span class="bp-heard">step</span><input type="range" min="1" max="${LAST + 1}" step="1" data-range="step"/></label></div></div>`,
  training: id => `<div class="bp-rate">${field(id, "rate", "learning rate <i>η</i>")}<input type="range" min="${Math.log10(RATES[0])}" max="${Math.log10(RATES[1])}" step="0.05" data-range="rate" aria-label="learning rate η"/>` +
    `<button type="button" data-rate="start">back to ${shown(EXAMPLE.eta, 3)}</button></div><div class="bp-split"><div data-area="loss"></div><div data-area="diagram"></div></div>`,
};

function allNumbers(id) {
  const groups = Object.entries(KINDS).map(([kind, title]) => [title, SPEC.parameters.filter(p => p.kind === kind)]).filter(([, found]) => found.length);
  return `<details class="bp-all"><summary>All numbers <span data-area="changed"></span></summary>` +
    groups.map(([title, found]) => `<div class="bp-fields" role="group" aria-label="${title}"><span class="bp-chip-title">${title}</span>${found.map(p => field(id, p.name, p.html)).join("")}</div>`).join("") +
    `<div class="bp-fields" role="group" aria-label="Learning rate"><span class="bp-chip-title">Rate</span>${field(id, "eta", "<i>η</i>")}</div></details>`;
}

// A typed number, or why it cannot be taken.
function taken(text, name, old) {
  const number = typedNumber(text), word = text.trim(), stays = `${spokenName(name)} stays ${shown(old, 6)}.`;
  if (!word) return { hint: `Type a number. ${stays}` };
  if (number === null && Math.abs(Number(word.replaceAll("−", "-"))) > EXAMPLE.largest || number !== null && Math.abs(number) > EXAMPLE.largest) {
    return { hint: `“${word}” is too large for this picture, which takes up to ${counted(EXAMPLE.largest)} either way. ${stays}` };
  }
  if (number === null) return { hint: `“${word}” is not a number that can be read here. Try something like −0.5, 12 or 3e-4. ${stays}` };
  if (name === "η" && number < 0) return { hint: `A learning rate is not negative: it would climb. ${stays}` };
  return { number };
}

const TRAITS = ["values", "selected", "view", "step", "off", "learning_rate", "outside", "previous", "tried"];

export default {
  render({ model, el }) {
    const id = newId("by-hand"), keys = Object.keys(VIEWS);
    el.innerHTML = `<div class="bp-explorable bp-by-hand" role="group"><div class="bp-tabs" role="tablist" aria-label="Views of the calculation">` +
      keys.map(key => `<button type="button" role="tab" id="${id}-${key}" aria-controls="${id}-panel" data-view="${key}">${VIEWS[key].tab}</button>`).join("") +
      `</div><div class="bp-panels" role="tabpanel" id="${id}-panel"></div><p class="bp-readout"></p><p class="bp-hint" id="${id}-hint" role="alert"></p>` +
      `<div class="bp-foot">${allNumbers(id)}<button type="button" data-reset>Undo all changes</button></div><p class="bp-heard" role="status"></p></div>`;
    const root = el.firstElementChild, panel = root.querySelector(".bp-panels"), words = root.querySelector(".bp-readout");
    const hint = root.querySelector(".bp-hint"), heard = root.querySelector("[role=status]");
    const current = () => settled(stateOf(model, TRAITS)); // which may be ahead of what is drawn
    const change = changes => put(model, { previous: "", ...changes });
    let shownView = null, silence = 0, first = true;

    // New markup for an area, with the focus where it was.
    const fill = (name, html) => {
      const area = root.querySelector(`[data-area="${name}"]`);
      if (!area || area.drawn === html) return;
      const key = area.contains(document.activeElement) ? document.activeElement.dataset.key : null;
      area.innerHTML = unbroken(html);
      area.drawn = html;
      if (key) area.querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
    };
    const write = (input, value) => {
      if (input !== document.activeElement || !input.dataset.editing) input.value = typed(value);
    };

    const sync = now => {
      for (const tab of root.querySelectorAll("[role=tab]")) {
        tab.ariaSelected = String(tab.dataset.view === now.view);
        tab.tabIndex = tab.dataset.view === now.view ? 0 : -1;
      }
      root.ariaLabel = titleOf(now);
      panel.setAttribute("aria-labelledby", `${id}-${now.view}`);
      const chosen = now.view === "paths" ? now.weight : now.selected;
      for (const radio of root.querySelectorAll('[type="radio"]')) radio.checked = radio.value === chosen;
      for (const input of root.querySelectorAll("[data-number]")) {
        const name = input.dataset.number;
        write(input, name === "selected" ? now.values[now.selected] : name === "eta" || name === "rate" ? now.eta : now.values[name]);
      }
      for (const range of root.querySelectorAll("[data-range]")) {
        const kind = range.dataset.range;
        range.value = kind === "selected" ? now.values[now.selected] : kind === "step" ? now.step + 1 : Math.log10(Math.max(now.eta, RATES[0]));
        range.ariaValueText = kind === "selected" ? shown(now.values[now.selected], 6) : kind === "step" ? `step ${now.step + 1} of ${LAST + 1}` : shown(now.eta, 3);
        if (kind === "selected") range.ariaLabel = spokenName(now.selected);
      }
      const own = root.querySelector('label[for$="-selected"] > span');
      if (own) own.innerHTML = BY_NAME[now.selected].html;
      const back = root.querySelector("[data-back]"), given = EXAMPLE.values[now.selected];
      if (back) {
        back.textContent = `back to ${shown(given, 6)}`;
        back.ariaDisabled = String(now.values[now.selected] === given);
      }
      root.querySelector(".bp-rate")?.toggleAttribute("hidden", now.outside);
      for (const button of root.querySelectorAll("[data-go]")) button.ariaDisabled = String(["first", "back"].includes(button.dataset.go) ? now.step === 0 : now.step === LAST);
      const different = NAMES.filter(name => now.values[name] !== EXAMPLE.values[name]).length + (now.eta !== EXAMPLE.eta);
      fill("changed", different ? `(${different} changed)` : "");
      root.querySelector("[data-reset]").hidden = different === 0;
    };

    const draw = state => {
      const now = settled(state);
      if (now.view !== shownView) {
        panel.innerHTML = SKELETONS[now.view](id);
        shownView = now.view;
      }
      const memory = now.view === "training" ? { run: trained(now.values, now.eta) } : {};
      for (const [name, html] of Object.entries(VIEWS[now.view].areas(now, memory))) fill(name, html);
      sync(now);
      words.innerHTML = unbroken(readoutOf(now, memory));
      put(model, { tried: attempts(now) });
      clearTimeout(silence);
      if (!first) silence = setTimeout(() => { heard.textContent = VIEWS[now.view].heard?.(now) ?? words.textContent; }, 600);
      first = false;
    };

    const assign = (name, value) => {
      hint.textContent = "";
      change({ values: { ...current().values, [name]: tidy(value) } });
    };
    const pick = name => {
      const { weight, previous } = current();
      hint.textContent = "";
      if (NAMES.includes(name)) change({ selected: name, off: [], previous: name === weight ? previous : weight });
    };
    const go = step => change({ step: Math.min(LAST, Math.max(0, step)) });
    const steps = { first: () => 0, back: () => current().step - 1, next: () => current().step + 1, last: () => LAST };
    const show = key => {
      change({ view: key });
      root.querySelector(`[data-view="${key}"]`).focus();
    };

    root.addEventListener("click", event => {
      const on = selector => event.target.closest(selector), now = current();
      const button = on("button"), part = on("[data-pick]");
      if (part && (now.view === "nudge" || part.dataset.pick in SPEC.cards)) return pick(part.dataset.pick);
      if (!button) return;
      const { view, nudge, back, go: where, step, rate, reset } = button.dataset;
      if (view) show(view);
      if (nudge) {
        const value = now.values[now.selected] + Number(nudge) * NUDGE;
        if (inRange(value)) assign(now.selected, value);
      }
      if (back !== undefined) assign(now.selected, EXAMPLE.values[now.selected]);
      if (where) go(steps[where]());
      if (step) go(Number(step));
      if (rate) change({ learning_rate: EXAMPLE.eta });
      if (reset !== undefined) {
        hint.textContent = "";
        change({ values: { ...EXAMPLE.values }, learning_rate: EXAMPLE.eta, off: [], tried: [] });
        root.querySelector("summary").focus();
      }
    });
    root.addEventListener("keydown", event => {
      const tab = event.target.closest("[role=tab]");
      if (tab) {
        const at = keys.indexOf(tab.dataset.view), to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: keys.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        show(keys[(to + keys.length) % keys.length]);
      } else if (event.target.closest(".bp-step")) {
        const to = { ArrowRight: "next", ArrowDown: "next", ArrowLeft: "back", ArrowUp: "back", Home: "first", End: "last" }[event.key];
        if (!to) return;
        event.preventDefault();
        go(steps[to]());
      } else if (event.key === "Enter" && event.target.matches("[data-number]")) {
        event.target.blur();
        event.target.focus();
      }
    });
    root.addEventListener("input", event => {
      const { range, number } = event.target.dataset;
      if (number) event.target.dataset.editing = "yes";
      if (range === "selected") assign(current().selected, Number(event.target.value));
      if (range === "step") go(Number(event.target.value) - 1);
      if (range === "rate") change({ learning_rate: Number((10 ** Number(event.target.value)).toPrecision(3)) });
    });
    root.addEventListener("change", event => {
      const { target } = event, { number, switch: path } = target.dataset, now = current();
      if (target.type === "radio") pick(target.value);
      if (path) change({ off: target.checked ? now.off.filter(k => k !== Number(path)) : [...now.off, Number(path)].sort() });
      if (!number) return;
      delete target.dataset.editing;
      const rate = number === "eta" || number === "rate", name = number === "selected" ? now.selected : number;
      const found = taken(target.value, rate ? "η" : name, rate ? now.eta : now.values[name]);
      if (found.hint) {
        hint.textContent = found.hint;
        sync(now);
      } else if (rate) {
        hint.textContent = "";
        change({ learning_rate: found.number });
      } else assign(name, found.number);
      redraw();
    });
    // A card that is pointed at or focused marks its place in the diagram.
    const markPlaces = factor => {
      for (const marked of root.querySelectorAll("svg .place")) marked.classList.remove("place");
      for (const part of SPEC.places[factor] ?? []) for (const found of root.querySelectorAll(`svg [data-part-of~="${part}"]`)) found.classList.add("place");
    };
    for (const kind of ["pointerover", "focusin"]) root.addEventListener(kind, event => markPlaces(event.target.closest?.("[data-factor]")?.dataset.factor));
    root.addEventListener("pointerleave", () => markPlaces(document.activeElement?.closest?.("[data-factor]")?.dataset.factor));
    root.addEventListener("focusout", event => {
      if (event.target.dataset?.number) delete event.target.dataset.editing;
      if (!event.relatedTarget?.closest?.("[data-factor]")) markPlaces(null);
    });

    const { redraw, stop } = keepDrawn(model, TRAITS, draw);
    return () => {
      stop();
      clearTimeout(silence);
    };
  },
};
