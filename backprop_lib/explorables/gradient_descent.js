// Gradient descent on an error of two weights: its way on the map, and the error after each step.
// `move`, one step, stands above, read from a graph, as all that contour_map.js needs. Nothing here differentiates anything.

const NAME = "Gradient descent on two weights";
const FAR = 1e6;
const SIZES = { all: "all of its points", two: "two points", one: "one point" }, COUNTS = { all: Infinity, two: 2, one: 1 };

// All that the pictures show, for one setting of the controls.
function walk({ surface, learning_rate: eta, momentum: alpha, batch, start_1, start_2, steps }) {
  const { examples, data } = SURFACES[surface], size = Math.min(examples.length, COUNTS[batch]), count = Math.round(steps);
  const way = [{ w: [start_1, start_2], ...errorAt(surface, [start_1, start_2]) }];
  let velocity = [0, 0];
  for (let k = 0; k < count && Math.max(...way[k].w.map(Math.abs)) <= FAR; k++) {
    const { w } = way[k], { d1, d2 } = errorAt(surface, w, Array.from({ length: size }, (_, j) => examples[(k * size + j) % examples.length]));
    const next = [d1, d2].map((slope, i) => move({ w: w[i], v: velocity[i], slope, eta, alpha }));
    velocity = next.map(one => one.v_next);
    const there = next.map(one => one.w_next);
    way.push({ w: there, ...errorAt(surface, there) });
  }
  return { surface, batch, eta, alpha, way, last: way.at(-1), taken: way.length - 1, gone: Math.max(...way.at(-1).w.map(Math.abs)) > FAR, epochs: ((way.length - 1) * size) / examples.length, data };
}

const many = (number, word) => `${shown(number, 3)} ${word}${number === 1 ? "" : "s"}`;
const size = value => shown(value, 3);

function wayOnMap({ surface, way, last, taken, gone }) {
  const marks = way.map(({ w }, k) => { const [x, y] = spot(w); return `<circle class="iterate${k ? "" : " first"}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${k ? 3.2 : 6.5}"/>`; }).reverse().join("");
  const [x, y] = spot(last.w), ring = taken && !gone ? `<circle class="last" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="7"/>` : "";
  const said = `A map of the error, ${SURFACES[surface].name}, with lines of one height. The way starts at ${pair(way[0].w)}; after ${many(taken, "step")} ` +
    (gone ? "it has run away." : `it is at ${pair(last.w)}. ${SURFACES[surface].lowest.length > 1 ? "The lowest points are" : "The lowest point is"} ${SURFACES[surface].lowest.map(w => pair(w)).join(" and ")}.`);
  return map(surface, "The way on the map; drag its start", said, curve(way.map(({ w }) => spot(w)), "trail") + marks + ring);
}

function errorByStep({ surface, way, taken, gone, last }) {
  const W = 380, H = 206, left = 44, right = 370, top = 12, bottom = 160, { low } = SURFACES[surface], lowest = low > 1e-3 ? -2 : -6, highest = 2;
  const x = scale(0, Math.max(1, taken), left, right), y = scale(lowest, highest, bottom, top), height = E => (E > 0 ? Math.log10(E) : -Infinity);
  const clipped = E => y(Math.min(highest, Math.max(lowest, height(E)))), points = way.map(({ E }, k) => [x(k), clipped(E)]);
  const grid = [-6, -4, -2, 0, 2].filter(p => p >= lowest).map(p => line(left, y(p), right, y(p), "grid") + label(left - 7, y(p) + 5, p ? "10" + superscript(p) : "1", "", "end")).join("") +
    ticks(0, Math.max(1, taken), Math.min(4, Math.max(1, taken))).map(k => label(x(k), bottom + 18, k)).join("");
  const floor = low > 1e-12 ? line(left, y(height(low)), right, y(height(low)), "target") + label(right, y(height(low)) + 18, "lowest error", "target-name", "end") : "";
  const marks = way.map(({ E }, k) => {
    const [px, py] = points[k];
    if (height(E) > highest) return `<path class="off above" d="M${(px - 4).toFixed(1)},${py + 7}h8l-4,-8z"/>`;
    if (height(E) < lowest) return `<path class="off below" d="M${(px - 4).toFixed(1)},${py - 7}h8l-4,8z"/>`;
    return `<circle class="iterate" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="2.8"/>`;
  }).join("");
  const said = `The error after each step, on a logarithmic scale. It starts at ${size(way[0].E)}; ${gone ? "it grows beyond all bounds." : `after ${many(taken, "step")} it is ${size(last.E)}.`}`;
  return picture("errors", "The error, step by step", said, W, H, grid + floor + curve(points, "trail") + marks + label(right, bottom + 36, "step", "name", "end"));
}

function lineThroughPoints({ data, last: { w } }) {
  if (!data.length) return "";
  const W = 380, H = 190, left = 44, right = 370, top = 10, bottom = 146, x = scale(-1.5, 2.5, left, right), y = scale(-1.5, 2.5, bottom, top);
  const axes = [-1, 0, 1, 2].map(v => line(left, y(v), right, y(v), "grid") + label(left - 7, y(v) + 5, fixed(v, 0), "", "end") + label(x(v), bottom + 18, fixed(v, 0))).join("");
  const answer = v => w[0] * v + w[1], marks = data.map(([a, t]) => `<rect class="example" x="${(x(a) - 5).toFixed(1)}" y="${(y(t) - 5).toFixed(1)}" width="10" height="10"/>`).join("");
  const gaps = data.map(([a, t]) => line(x(a), y(t), x(a), y(answer(a)), "gap")).join("");
  const said = `${data.length} points, and the line w₁ times x plus w₂ that the machine answers: with w₁ = ${shown(w[0], 3)} and w₂ = ${shown(w[1], 3)}.`;
  return picture("answers", "The points, and what the machine answers", said, W, H,
    axes + framed(left, top, right - left, bottom - top, gaps + line(x(-1.5), y(answer(-1.5)), x(2.5), y(answer(2.5)), "answer") + marks) + label(right, bottom + 36, "input x", "name", "end"));
}

function words({ surface, way, last, taken, gone, epochs, data, batch, eta, alpha }) {
  const { low, lowest } = SURFACES[surface], how = `η = ${shown(eta, 3)}, momentum ${shown(alpha, 3)}`;
  const passes = data.length ? `, that is <b>${many(epochs, "epoch")}</b>,` : "";
  if (gone) return `It <b>has run away</b>: after ${many(taken, "step")} the error is ${size(last.E)}, and growing (${how}).`;
  return `After <b>${many(taken, "step")}</b>${passes} w = <b>${pair(last.w, 3)}</b> and the error is <b>${size(last.E)}</b>; at the start it was ${size(way[0].E)}. ` +
    `The lowest is ${low < 1e-12 ? 0 : size(low)}, at ${lowest.map(w => pair(w)).join(" and ")} (${how}${data.length ? `, each step from ${SIZES[batch]}` : ""}).`;
}

const explorable = {
  name: NAME,
  traits: ["surface", "learning_rate", "momentum", "batch", "start_1", "start_2", "steps"],
  panels: now => wayOnMap(now) + `<div class="bp-stack">${errorByStep(now)}${lineThroughPoints(now)}</div>`,
  readout: words,
};

export const still = state => stillOf(explorable)(walk(state));

// Two menus, which stand outside the pictures, since these are drawn anew.
function menus(pictures, model) {
  const menu = (trait, text, options) => `<label>${text} <select data-menu="${trait}">` +
    Object.entries(options).map(([key, told]) => `<option value="${key}">${escaped(told)}</option>`).join("") + "</select></label>";
  const names = Object.fromEntries(Object.entries(SURFACES).map(([key, { name }]) => [key, name]));
  pictures.insertAdjacentHTML("beforebegin", `<div class="bp-choices">${menu("surface", "surface", names)}${menu("batch", "each step from", SIZES)}</div>`);
  const both = [...pictures.previousElementSibling.querySelectorAll("select")];
  for (const one of both) one.addEventListener("change", () => put(model, { [one.dataset.menu]: one.value }));
  return following(model, ["surface", "batch"], () => {
    for (const one of both) one.value = model.get(one.dataset.menu);
    both[1].disabled = !SURFACES[model.get("surface")].data.length;
  });
}

export default {
  render({ model, el }) {
    return stage({ model, el }, {
      ...explorable,
      prepare: walk,
      setUp: ({ pictures }) => {
        draggableOnMap(pictures, model, ["start_1", "start_2"]);
        return menus(pictures, model);
      },
    });
  },
};
