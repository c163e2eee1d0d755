// The map of an error of two weights, with lines of one height, and a point on it that can be dragged.
// SURFACES and SLOPES, the error and its slopes at a place, are read from graphs. Needs stage.js and contours.js before it.

const LOW = -2, HIGH = 2, GRID = 61, SIDE = 330, LEFT = 34, TOP = 10, LEVELS = 9;
const across = scale(LOW, HIGH, LEFT, LEFT + SIDE), up = scale(LOW, HIGH, TOP + SIDE, TOP);
const spot = ([w1, w2]) => [across(w1), up(w2)];
const pair = ([w1, w2], decimals = 2) => `(${fixed(w1, decimals)}, ${fixed(w2, decimals)})`;

// Error and slopes at a place: the mean over the chosen examples, or over all.
function errorAt(key, [w1, w2], chosen = SURFACES[key].examples) {
  const each = chosen.map(example => SLOPES[key]({ w1, w2, ...example })), mean = name => each.reduce((sum, one) => sum + one[name], 0) / each.length;
  return { E: mean("E"), d1: mean("d1"), d2: mean("d2") };
}

// What never changes of a map is drawn once: its lines, the nearer together the steeper, and the shade of what is high.
const drawn = {};
function ground(key) {
  if (drawn[key]) return drawn[key];
  const { low, lowest } = SURFACES[key], place = k => LOW + (k * (HIGH - LOW)) / (GRID - 1);
  const numbers = Array.from({ length: GRID * GRID }, (_, k) => errorAt(key, [place(k % GRID), place(Math.floor(k / GRID))]).E);
  const top = Math.max(...numbers), path = (parts, kind, close) =>
    parts.length ? `<path class="${kind}" d="${parts.map(part => `M${part.map(([a, b]) => spot([place(a), place(b)]).map(v => v.toFixed(1)).join(",")).join("L")}${close}`).join("")}"/>` : "";
  const levels = Array.from({ length: LEVELS }, (_, k) => crossing(numbers, low + (top - low) * ((k + 1) / (LEVELS + 1)) ** 2, GRID));
  const goals = lowest.map(spot).map(([x, y]) => `<path class="goal" d="M${(x - 8).toFixed(1)},${y.toFixed(1)}h16m-8,-8v16"/>`).join("");
  return (drawn[key] = levels.filter((_, k) => k % 2 === 0).map(({ above }) => path(above, "high", "Z")).join("") +
    levels.map(({ between }) => path(between, "contour", "")).join("") + goals);
}

function map(key, title, said, content) {
  const axes = [-2, -1, 0, 1, 2].map(v => label(across(v), TOP + SIDE + 18, fixed(v, 0)) + label(LEFT - 6, up(v) + 5, fixed(v, 0), "", "end")).join("");
  return picture("map", title, said, LEFT + SIDE + 8, TOP + SIDE + 26,
    `<rect class="ground" x="${LEFT}" y="${TOP}" width="${SIDE}" height="${SIDE}"/>` + framed(LEFT, TOP, SIDE, SIDE, ground(key) + content) + axes +
    label(LEFT + SIDE - 8, TOP + SIDE - 9, "w₁", "name on-map", "end") + label(LEFT + 8, TOP + 18, "w₂", "name on-map", "start"));
}

// An arrow that begins at a place of the map.
function arrow(from, [dx, dy], kind, text) {
  const [x, y] = spot(from), [tx, ty] = spot([from[0] + dx, from[1] + dy]), far = Math.hypot(tx - x, ty - y) || 1, [a, b] = [(tx - x) / far, (ty - y) / far];
  const head = [[tx, ty], [tx - 12 * a - 6 * b, ty - 12 * b + 6 * a], [tx - 12 * a + 6 * b, ty - 12 * b - 6 * a]].map(p => p.map(v => v.toFixed(1)).join(",")).join("L");
  return line(x, y, tx - 8 * a, ty - 8 * b, `shaft ${kind}`) + `<path class="head ${kind}" d="M${head}Z"/>` +
    label(tx + 14 * a, ty + 14 * b + 5, text, `on-map ${kind}`);
}

// Lets a pointer drag a point of the map, whose place two traits hold.
function draggableOnMap(pictures, model, traits) {
  let box = null;
  const move = ({ clientX, clientY }) => {
    const unit = box.width / (LEFT + SIDE + 8), at = [across.inverse((clientX - box.left) / unit), up.inverse((clientY - box.top) / unit)];
    put(model, Object.fromEntries(traits.map((trait, k) => [trait, onSlider(at[k], LOW, HIGH)])));
  };
  pictures.addEventListener("pointerdown", event => {
    const target = event.target.closest('[data-part="map"]');
    if (!target || event.button) return;
    box = target.getBoundingClientRect();
    pictures.setPointerCapture(event.pointerId);
    move(event);
    event.preventDefault();
  });
  pictures.addEventListener("pointermove", event => { if (box) move(event); });
  for (const end of ["pointerup", "pointercancel"]) pictures.addEventListener(end, () => { box = null; });
}
