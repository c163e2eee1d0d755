// One unit with a step as a line in the square of its inputs, with two handles where the line meets the frame.
// `perceptron({ w1, w2, b, x1, x2, t })` above is read from the graph, with CORNERS, LOGICAL, MOST and LONGEST beside it.
// Needs stage.js before it.

const LOW = -0.5, HIGH = 1.5, MIDDLE = 0.5, HALF = 1; // the frame, a square around the four points
const SIDE = 316, LEFT = 44, TOP = 10, WIDE = LEFT + SIDE + 12, TALL = TOP + SIDE + 74;
const SHORT = 0.4; // a line that only cuts off a corner of the frame cannot be taken hold of
const LEAST = 2; // how long the arrow of a dragged line is at least, so that eighths say where it points
const EIGHTH = 8;
const across = scale(LOW, HIGH, LEFT, LEFT + SIDE), up = scale(LOW, HIGH, TOP + SIDE, TOP);
const FRAME = [[LOW, LOW], [HIGH, LOW], [HIGH, HIGH], [LOW, HIGH]];
const NAMES = Object.fromEntries(LOGICAL);

const netAt = (unit, [x1, x2]) => perceptron({ ...unit, x1, x2, t: 0 }).net;
const answersOf = (unit, key) => CORNERS.map(([x1, x2], k) => ({ x1, x2, t: Number(key[k]), ...perceptron({ ...unit, x1, x2, t: Number(key[k]) }) }));
const isRight = ({ out, t }) => out === t;
const weightsOf = ({ w1, w2, b }) => ({ w1, w2, b });
const pointed = ({ x1, x2 }) => `(${x1}, ${x2})`;

// A sum as it is written: 2·x₁ − x₂ + 0.5.
function formula({ w1, w2, b }) {
  const term = (value, name) => `${value < 0 ? "−" : "+"} ${shown(Math.abs(value), 6)}${name}`;
  return `${term(w1, "·x₁")} ${term(w2, "·x₂")} ${term(b, "")}`.replace(/^\+ /, "").replace(/^− /, "−");
}

// Where the line leaves the frame, with the side of 1 to its right; null where it is not to be seen.
function ends(unit) {
  const { w1, w2 } = unit, size = Math.hypot(w1, w2), net = netAt(unit, [MIDDLE, MIDDLE]);
  if (size === 0) return null;
  const foot = [w1, w2].map(w => MIDDLE - (net * w) / size ** 2), along = [-w2 / size, w1 / size];
  let from = -Infinity, to = Infinity;
  foot.forEach((place, axis) => {
    const [low, high] = along[axis] === 0 ? (Math.abs(place - MIDDLE) < HALF ? [-Infinity, Infinity] : [0, -1])
      : [LOW, HIGH].map(edge => (edge - place) / along[axis]).sort((one, other) => one - other);
    from = Math.max(from, low);
    to = Math.min(to, high);
  });
  return to - from > SHORT ? [from, to].map(way => foot.map((place, axis) => place + way * along[axis])) : null;
}

// The unit whose line leads from one place to another, with an arrow about so long; null where they are too close.
function unitThrough([x, y], [u, v], size) {
  const length = Math.hypot(u - x, v - y);
  if (length < SHORT) return null;
  const plain = [(v - y) / length, (x - u) / length], off = -(plain[0] * x + plain[1] * y);
  const factor = Math.min(Math.max(LEAST, Math.min(MOST, size)), MOST / Math.max(...[...plain, off].map(Math.abs)));
  const [w1, w2, b] = [...plain, off].map(value => Math.round(value * factor * EIGHTH) / EIGHTH + 0);
  return { w1, w2, b };
}

// The place on the frame in whose direction a place lies, seen from the middle.
function onFrame(place) {
  const [x, y] = place.map(value => value - MIDDLE), reach = Math.max(Math.abs(x), Math.abs(y));
  return reach ? [x, y].map(value => MIDDLE + (value / reach) * HALF) : [HIGH, MIDDLE];
}

// Of a polygon, or a way between two places, the part where the net input is above 0.
function above(unit, places, closed) {
  const nets = places.map(place => netAt(unit, place)), kept = [];
  places.forEach((place, k) => {
    if (nets[k] > 0) kept.push(place);
    const next = (k + 1) % places.length;
    if ((!closed && !next) || nets[k] > 0 === nets[next] > 0) return;
    const part = nets[k] / (nets[k] - nets[next]);
    kept.push(place.map((value, axis) => value + part * (places[next][axis] - value)));
  });
  return kept;
}

const pathOf = (ways, kind, close = "") => (ways.length ? `<path class="${kind}" d="${ways.map(way => `M${way.map(([x, y]) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`).join("L")}${close}`).join("")}"/>` : "");

function side(unit) {
  const area = above(unit, FRAME, true), stripes = [];
  for (let k = 1; k < 16; k++) {
    const sum = 2 * LOW + k / 4, from = Math.max(LOW, sum - HIGH), to = Math.min(HIGH, sum - LOW);
    stripes.push(above(unit, [[from, sum - from], [to, sum - to]], false));
  }
  return pathOf(area.length ? [area] : [], "answered", "Z") + pathOf(stripes.filter(way => way.length > 1), "stripes");
}

// From the middle of what is seen of the line, in the direction of the weights; it is as long whatever their size.
function arrow(unit, [[x, y], [u, v]]) {
  const size = Math.hypot(unit.w1, unit.w2), tail = [(x + u) / 2, (y + v) / 2], way = [unit.w1 / size, unit.w2 / size];
  const at = (forth, aside) => [tail[0] + forth * way[0] - aside * way[1], tail[1] + forth * way[1] + aside * way[0]];
  const named = at(0.42, 0), free = CORNERS.every(([x1, x2]) => Math.hypot(named[0] - x1, named[1] - x2) > 0.2);
  return pathOf([[tail, at(0.3, 0)]], "normal") + pathOf([[at(0.33, 0), at(0.24, 0.05), at(0.24, -0.05)]], "tip", "Z") +
    (free ? label(across(named[0]), up(named[1]) + 5, "1", "side-name") : "");
}

function mark({ x1, x2, t, out }, looked) {
  const x = across(x1), y = up(x2), [px, py] = [x, y].map(value => value.toFixed(1));
  const body = t ? `<circle class="one" cx="${px}" cy="${py}" r="8"/>` : `<rect class="zero" x="${(x - 7).toFixed(1)}" y="${(y - 7).toFixed(1)}" width="14" height="14"/>`;
  return (looked ? `<circle class="looked" cx="${px}" cy="${py}" r="21"/>` : "") + (out === t ? "" : `<path class="wrong" d="M${x - 13},${y - 13}l26,26m0,-26l-26,26"/>`) + body;
}

const DEFAULT_ENDS = [[LOW, MIDDLE], [HIGH, MIDDLE]]; // where there is no line to be seen, its handles wait here

function handles(unit) {
  return (ends(unit) ?? DEFAULT_ENDS).map((place, k) => {
    const words = `x₁ = ${shown(place[0], 3)}, x₂ = ${shown(place[1], 3)}`, share = (Math.atan2(place[1] - MIDDLE, place[0] - MIDDLE) / (2 * Math.PI) + 1) % 1;
    return `<div class="bp-handle" data-pick="${k}" role="slider" tabindex="0" aria-label="${k ? "second" : "first"} end of the line" aria-valuemin="0" aria-valuemax="100" ` +
      `aria-valuenow="${Math.round(100 * share)}" aria-valuetext="${words}" style="left:${((100 * across(place[0])) / WIDE).toFixed(2)}%;top:${((100 * up(place[1])) / TALL).toFixed(2)}%"></div>`;
  }).join("");
}

// The square with its points, the line, and the side that is answered with 1; a line of before is drawn thin.
function plane({ unit, before = null, key, looked = null, title }) {
  const seen = answersOf(unit, key), line_ = ends(unit), old = before && ends(before);
  const axes = [0, 1].map(value => line(across(value), TOP + SIDE, across(value), TOP + SIDE + 4, "axis") + label(across(value), TOP + SIDE + 18, value) +
    line(LEFT - 4, up(value), LEFT, up(value), "axis") + label(LEFT - 9, up(value) + 5, value, "", "end")).join("") +
    label(across(MIDDLE), TOP + SIDE + 24, "input x₁", "name") + label(LEFT - 9, up(MIDDLE) + 5, "x₂", "name", "end");
  const legend = `<g transform="translate(${LEFT} ${TOP + SIDE + 58})"><circle class="one" cx="8" cy="-5" r="7"/>${label(22, 0, "target 1", "", "start")}` +
    `<rect class="zero" x="98" y="-11" width="12" height="12"/>${label(118, 0, "target 0", "", "start")}<path class="wrong" d="M196,-13l16,16m0,-16l-16,16"/>${label(220, 0, "wrong side", "", "start")}</g>`;
  const told = line_ ? `A line crosses the square from ${line_.map(([x, y]) => `(${shown(x, 3)}, ${shown(y, 3)})`).join(" to ")}; the side to its right is striped and answered with 1.`
    : `No line crosses the square; the middle is answered with ${netAt(unit, [MIDDLE, MIDDLE]) > 0 ? 1 : 0}.`;
  const points = seen.map(one => `${pointed(one)} has target ${one.t} and is answered with ${one.out}`).join("; ");
  const drawn = picture("plane", title, `${told} ${points}.`, WIDE, TALL,
    `<rect class="ground" x="${LEFT}" y="${TOP}" width="${SIDE}" height="${SIDE}"/>` + side(unit) + (old ? pathOf([old], "before") : "") +
    (line_ ? pathOf([line_], "border") + arrow(unit, line_) : "") + seen.map((one, k) => mark(one, k === looked)).join("") + axes + legend);
  return drawn.replace("</figure>", `<div class="bp-handles" style="aspect-ratio:${WIDE}/${TALL}">${handles(unit)}</div></figure>`);
}

const without = html => html.replace(/<div class="bp-handles".*?<\/div><\/div>/, ""); // there is nothing to drag without a script

const menu = () => `<label>function <select data-menu="function" aria-label="function">${LOGICAL.map(([key, name]) =>
  `<option value="${key}">${[...key].join(" ")}: ${escaped(name)}</option>`).join("")}</select></label>`;
const button = (action, text) => `<button type="button" data-action="${action}">${text}</button>`;

// Puts the menu and the buttons above the pictures. `choose(key)` is told of a function, `actions` of a button.
function controls(pictures, model, buttons, choose, actions) {
  pictures.insertAdjacentHTML("beforebegin", `<div class="bp-choices bp-training bp-lines">${menu()}<span class="bp-buttons">${buttons}</span></div>`);
  const bar = pictures.previousElementSibling, select = bar.querySelector("select");
  select.addEventListener("change", () => choose(select.value));
  bar.addEventListener("click", event => {
    const pressed = event.target.closest("[data-action]");
    if (pressed && pressed.ariaDisabled !== "true") actions[pressed.dataset.action]();
  });
  const deaf = following(model, ["function"], () => { select.value = model.get("function"); });
  return { bar, deaf };
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// Lets a pointer drag an end of the line along the frame, or arrow keys move it; the other end stays. `now()` is the unit
// that is drawn, and `moved(unit)` gets the new one.
function grips(pictures, now, moved) {
  const endsNow = () => ends(now()) ?? DEFAULT_ENDS, size = () => Math.hypot(now().w1, now().w2);
  const through = (end, place, other) => (end ? unitThrough(other, place, size()) : unitThrough(place, other, size()));
  let dragged = null, focused = null;
  pictures.addEventListener("pointerdown", event => {
    const handle = event.target.closest(".bp-handle");
    if (!handle || event.button) return;
    const end = Number(handle.dataset.pick);
    dragged = { end, other: endsNow()[1 - end] };
    pictures.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    event.preventDefault();
  });
  pictures.addEventListener("pointermove", event => {
    if (!dragged) return;
    const box = pictures.querySelector('[data-part="plane"]').getBoundingClientRect();
    const place = onFrame([across.inverse(((event.clientX - box.left) / box.width) * WIDE), up.inverse(((event.clientY - box.top) / box.height) * TALL)]);
    const unit = through(dragged.end, place, dragged.other);
    if (unit) moved(unit);
  });
  for (const end of ["pointerup", "pointercancel"]) pictures.addEventListener(end, () => { dragged = null; });
  pictures.addEventListener("keydown", event => {
    const way = ARROWS[event.key], handle = event.target.closest(".bp-handle");
    if (!way || !handle) return;
    event.preventDefault();
    const end = Number(handle.dataset.pick), places = endsNow(), unit = weightsOf(now());
    for (let reach = 0.1; reach < 1; reach += 0.1) { // in eighths, a short way may be none
      const next = through(end, onFrame(places[end].map((value, axis) => value + reach * way[axis])), places[1 - end]);
      if (!next || JSON.stringify(next) === JSON.stringify(unit)) continue;
      moved(next);
      return;
    }
  });
  // The handles are drawn anew with each move: the focus stays on the one that had it.
  pictures.addEventListener("focusin", event => { focused = event.target.dataset.pick ?? null; });
  pictures.addEventListener("focusout", event => queueMicrotask(() => { if (event.target.isConnected) focused = null; }));
  const anew = new MutationObserver(() => { if (focused !== null && !pictures.contains(document.activeElement)) pictures.querySelector(`.bp-handle[data-pick="${focused}"]`)?.focus({ preventScroll: true }); });
  anew.observe(pictures, { childList: true });
  return () => anew.disconnect();
}
