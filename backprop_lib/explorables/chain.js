// A nudge of x that travels along parallel number lines to z; all lines are magnified alike, so what is longer was stretched.
// STEPS, `step_direct` and how they are written stand above, read from graphs; nothing here differentiates anything.

const NAME = "A nudge travels";
const LOW = -2, HIGH = 2, TINIEST = 16;
const WIDTH = 400, HERE = 150, EDGE = 8, TRACK = [34, 366], FIRST_ROW = 58, PITCH = 98, FORWARDS = 176, BACKWARDS = 76;
const UNITS = [48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1]; // pixels for each h: the first with which every bar fits
const written = (key, variable) => WRITTEN[key].replace("{}", variable);
const shownNudge = h => shown(h, 1).replace(/^1 × /, "");
const inNudges = length => (length !== 0 && Math.abs(length) < 5e-4 ? "almost 0" : shown(length, 3));
const factor = value => (value < 0 ? `(${shown(value)})` : shown(value));

// What every node is before the nudge and after it, and what each slope says of it.
function valuesAt(x, { inner, outer, bypass }) {
  const first = STEPS[inner]({ x }), second = STEPS[outer]({ x: first.value }), direct = step_direct({ x });
  const z = bypass ? second.value + direct.value : second.value;
  return { x, u: first.value, v: second.value, w: direct.value, z, slopes: [first.slope, second.slope, direct.slope] };
}

function nudged(state, h) {
  const { slopes, ...start } = valuesAt(state.x, state), { slopes: _, ...end } = valuesAt(state.x + h, state);
  const moves = Object.fromEntries(Object.keys(start).map(name => [name, end[name] - start[name]]));
  const told = slopes[0] * slopes[1] + (state.bypass ? slopes[2] : 0);
  return { h, start, moves, slopes, told, ratio: moves.z / h, gap: Math.abs(moves.z / h - told) };
}

function travelled(state) {
  const powers = Array.from({ length: TINIEST + 1 }, (_, k) => Number(`1e-${k}`)).filter(h => h > state.h * 1.01);
  const been = [...powers, state.h].map(h => nudged(state, h));
  return { ...state, ...been.at(-1), been: been.map(({ h, gap }) => ({ h, gap })) };
}

// One row for each number line: what it is called, where it stands, how far it moves, and how far the slope says.
function rowsOf({ start, moves, slopes, h, inner, outer, bypass }) {
  const last = bypass ? "v" : "z";
  const rows = [
    { name: "x", head: `x = ${shown(start.x)}`, at: start.x, move: moves.x, told: h },
    { name: "u", head: `u = ${written(inner, "x")} = ${shown(start.u)}`, at: start.u, move: moves.u, told: slopes[0] * moves.x,
      step: [slopes[0], `the slope at x = ${shown(start.x)}`] },
    { name: last, head: `${last} = ${written(outer, "u")} = ${shown(start.v)}`, at: start.v, move: moves.v, told: slopes[1] * moves.u,
      step: [slopes[1], `the slope at u = ${shown(start.u)}`] },
  ];
  return bypass ? [...rows, { name: "z", head: `z = v + ${DIRECT} = ${shown(start.z)}`, at: start.z, move: moves.z, told: moves.v + moves.w, parts: [moves.v, moves.w] }] : rows;
}

// From one number that a computer's float can hold to the next, going away from zero or towards it.
const spacing = size => (size ? 2 ** (Math.floor(Math.log2(size)) - 52) : 0);
const spacings = at => {
  const size = Math.abs(at), pair = [spacing(size * (1 - 2 ** -53)), spacing(size)];
  return at < 0 ? pair.reverse() : pair;
};

function numbersThere(at, y, pixels) {
  const [below, above] = spacings(at).map(gap => gap * pixels);
  const closest = 4, radius = Math.min(2.8, 0.35 * Math.max(below, above));
  const dot = x => `<circle class="float" cx="${x.toFixed(1)}" cy="${y}" r="${radius.toFixed(1)}"/>`;
  const side = (gap, sign) => gap < closest ? "" : Array.from({ length: Math.floor((sign < 0 ? HERE - EDGE : WIDTH - EDGE - HERE) / gap) }, (_, k) => dot(HERE + sign * (k + 1) * gap)).join("");
  return Math.max(below, above) < closest ? "" : dot(HERE) + side(below, -1) + side(above, 1);
}

function axis(at, y, pixels, h) {
  const across = scale(at, at + 1, HERE, HERE + pixels);
  const marks = h < 1e-3 ? "" : ticks(across.inverse(EDGE), across.inverse(WIDTH - EDGE), 5).map(value => {
    const x = across(value), fits = x > EDGE + 20 && x < WIDTH - EDGE - 20;
    return line(x, y, x, y + 4, "axis") + (fits ? label(x, y + 18, shown(value, 7)) : "");
  }).join("");
  return line(EDGE, y, WIDTH - EDGE, y, "axis") + marks + line(HERE, y - 30, HERE, y + 5, "here") + numbersThere(at, y, pixels);
}

// A hatched bar from one place to another, whichever lies to the right; the second path is hatched the other way.
function bar(from, to, y, height, kind) {
  const left = Math.max(EDGE, Math.min(from, to)), width = Math.min(WIDTH - EDGE, Math.max(from, to)) - left;
  const middle = 2 * left + width, drawn = hatched(left, y, Math.max(0.01, width), height, "nudge");
  return `<g class="${kind}"${kind === "path-two" ? ` transform="translate(${middle.toFixed(2)} 0) scale(-1 1)"` : ""}>${drawn}</g>`;
}

const beam = (y1, to1, y2, to2) =>
  `<path class="beam" d="M${HERE},${y1}L${to1.toFixed(1)},${y1}L${to2.toFixed(1)},${y2}L${HERE},${y2}Z"/>`;

function rowPicture(row, y, { h, unit }) {
  const place = move => HERE + (move / h) * unit, end = place(row.move), top = y + 12, axisY = y + 36;
  const told = row.parts || Math.abs(place(row.told) - end) < 1 ? "" : rectangle(Math.min(HERE, place(row.told)), top - 5, Math.abs(place(row.told) - HERE), 27, "told");
  const bars = row.parts
    ? bar(HERE, place(row.parts[0]), top, 11, "path-one") + bar(place(row.parts[0]), place(row.parts[0]) + (row.parts[1] / h) * unit, top + 11, 11, "path-two") +
      line(end, top - 3, end, axisY + 5, "arrived")
    : bar(HERE, end, top, 22, "path-one");
  const reached = [HERE, end, place(row.parts ? row.parts[0] : row.told)], right = row.move >= 0;
  const beside = right ? Math.max(...reached) + 7 : Math.min(...reached) - 7;
  const length = row.name === "x" && Math.abs(row.move / h - 1) < 5e-3 ? "h" : `${inNudges(row.move / h)} h`;
  return axis(row.at, axisY, unit / h, h) + bars + told + label(beside, y + 28, length, "reading", right ? "start" : "end") +
    label(EDGE, y + 2, row.head, "name", "start") +
    (row.step ? `<text x="${EDGE}" y="${y - 19}" text-anchor="start"><tspan class="reading">↓ × ${factor(row.step[0])}</tspan>, ${row.step[1]}</text>` : "") +
    (row.parts ? label(EDGE, y - 19, "↓ two paths arrive, laid end to end", "", "start") : "");
}

function track({ x }) {
  const across = scale(LOW, HIGH, ...TRACK), y = 16;
  return line(...[TRACK[0], y, TRACK[1], y], "axis") +
    [-2, -1, 0, 1, 2].map(v => line(across(v), y - 4, across(v), y + 4, "axis") + label(across(v), y + 19, shown(v))).join("") +
    label(EDGE, y + 5, "x", "name", "start") + `<circle class="iterate first" cx="${across(x).toFixed(1)}" cy="${y}" r="9"/>`;
}

function linesPicture(now) {
  const rows = rowsOf(now), { h, bypass, slopes } = now, height = FIRST_ROW + PITCH * rows.length - 36;
  const lengths = rows.flatMap(row => [row.move, row.told, ...(row.parts ?? [])]).map(move => move / h);
  const unit = UNITS.find(size => lengths.every(length => size * length <= FORWARDS && -size * length <= BACKWARDS)) ?? 1;
  const y = rows.map((_, k) => FIRST_ROW + PITCH * k), end = move => HERE + (move / h) * unit;
  const beams = rows.slice(1).map((row, k) => beam(y[k] + 36, end(rows[k].move), y[k + 1] + 12, end(row.parts ? row.parts[0] : row.move))).join("");
  const rail = !bypass ? "" : `<path class="rail" d="M${WIDTH - 16},${y[0] + 36}H${WIDTH - 4}V${y[3] + 28}H${WIDTH - 16}"/>` +
    label(WIDTH - 10, y[1] - 19, `× ${shown(slopes[2])}, directly`, "second", "end");
  const said = `Number lines for ${rows.map(row => row.name).join(", ")}, all magnified alike. ` + rows.map(row => `${row.head}, and moves by ${inNudges(row.move / h)} h`).join(". ") +
    (bypass ? `. At z the movement of v and ${shown(slopes[2])} h, which x sends directly, are laid end to end.` : ".");
  return picture("chain", "Drag the point. Its nudge is magnified", said, WIDTH, height,
    track(now) + framed(0, 40, WIDTH, height - 40, beams) + rail + rows.map((row, k) => rowPicture(row, y[k], { h, unit })).join(""));
}

function differencesPicture({ been, bypass, told }) {
  const W = 290, H = 340, left = 46, right = 282, top = 12, bottom = 270, low = -17, high = 3;
  const across = scale(-TINIEST, 0, left + 12, right - 12), up = scale(low, high, bottom, top);
  const power = p => (p ? "10" + superscript(p) : "1");
  const grid = [-16, -12, -8, -4, 0].map(p => line(left, up(p), right, up(p), "grid") + label(left - 6, up(p) + 5, power(p), "", "end")).join("") +
    [-16, -12, -8, -4, 0].map(p => line(across(p), bottom, across(p), bottom + 4, "axis") + label(across(p), bottom + 20, power(p))).join("");
  const points = been.map(({ h, gap }) => [across(Math.log10(h)), up(Math.max(low, Math.min(high, gap ? Math.log10(gap) : low)))]);
  const dots = points.map(([x, y], k) => `<circle class="iterate${k === points.length - 1 ? " first" : ""}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${k === points.length - 1 ? 7 : 4}"/>`).join("");
  const last = been.at(-1), what = bypass ? "sum" : "product";
  const said = `How far the ratio is from the ${what} of slopes, ${shown(told)}, on logarithmic scales, for nudges from 1 down to ${shownNudge(last.h)}. ` +
    `At the first the difference is ${shown(been[0].gap, 2)}, at the last ${shown(last.gap, 2)}.`;
  return picture("differences", `How far the ratio is from the ${what}`, said, W, H,
    grid + line(left, bottom, right, bottom, "axis") + curve(points, "trail") + dots +
    label(right, bottom + 42, "nudge h", "name", "end") + (been.some(({ gap }) => !gap) ? label(left, bottom + 64, "on the axis: no difference", "", "start") : ""));
}

// Below this a difference is what rounding leaves of none.
const ROUNDING = 1e-12;
const inWords = gap => (gap === 0 ? "none" : gap < ROUNDING ? "none but rounding" : shown(gap, 2));

function words({ h, x, moves, slopes, told, ratio, been, bypass }) {
  const [first, second, direct] = slopes.map(factor), here = been.at(-1), best = been.reduce((a, b) => (b.gap < a.gap ? b : a));
  const noise = moves.x === 0 ? " No float lies between x and x + h, so nothing moves at all."
    : here.gap > Math.max(ROUNDING, 2 * best.gap) ? ` At h = ${shownNudge(best.h)} it was smaller: ${inWords(best.gap)}.` : "";
  return `At x = ${shown(x)} a nudge of ${shownNudge(h)} moves z by ${shown(moves.z, 3)}. Divided by the nudge, that is a ratio of <b>${shown(ratio, 6)}</b>. ` +
    `The slopes say ${first} × ${second}${bypass ? ` + ${direct}` : ""} = <b>${shown(told, 6)}</b>. Difference: <b>${inWords(here.gap)}</b>.${noise}`;
}

const explorable = {
  name: NAME,
  traits: ["x", "h", "inner", "outer", "bypass", "differences"],
  panels: now => linesPicture(now) + (now.differences ? differencesPicture(now) : ""),
  readout: words,
};

export const still = state => stillOf(explorable)(travelled(state));

// The two functions and the second path. They stand outside the pictures, which are drawn anew with each move.
function choices(pictures, model) {
  const menu = (trait, variable) => `<label><span></span> <select data-trait="${trait}">` +
    Object.keys(WRITTEN).map(key => `<option value="${key}">${written(key, variable)}</option>`).join("") + "</select></label>";
  pictures.insertAdjacentHTML("beforebegin", `<div class="bp-choices">${menu("inner", "x")}${menu("outer", "u")}` +
    `<label class="bp-switch"><input type="checkbox" data-trait="bypass"/><span>x also moves z directly: z = v + ${DIRECT}</span></label></div>`);
  const controls = [...pictures.previousElementSibling.querySelectorAll("[data-trait]")];
  const property = control => (control.type === "checkbox" ? "checked" : "value");
  const name = (menu, computed, from) => {
    menu.previousElementSibling.textContent = `${computed} =`;
    menu.ariaLabel = `${computed} =, a function of ${from}`; // without it the name would hold every option
  };
  const follow = () => {
    controls.forEach(control => { control[property(control)] = model.get(control.dataset.trait); });
    name(controls[0], "u", "x");
    name(controls[1], model.get("bypass") ? "v" : "z", "u");
  };
  for (const control of controls) control.addEventListener("change", () => put(model, { [control.dataset.trait]: control[property(control)] }));
  return following(model, controls.map(control => control.dataset.trait), follow);
}

export default {
  render({ model, el }) {
    return stage({ model, el }, {
      ...explorable,
      prepare: travelled,
      setUp: ({ pictures }) => {
        draggable(pictures, "chain", {
          moved: fraction => put(model, { x: onSlider(scale(LOW, HIGH, ...TRACK).inverse(fraction * WIDTH), LOW, HIGH) }),
        });
        return choices(pictures, model);
      },
    });
  },
};
