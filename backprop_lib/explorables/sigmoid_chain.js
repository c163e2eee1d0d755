// Sigmoids in a row: the rectangle of each, and on a logarithmic scale what is left of the gradient after each.
// `sigmoid_chain({ x })` above is read from the graph; nothing here differentiates anything.

const NAME = "Sigmoids in a row";
const LONGEST = Object.keys(sigmoid_chain({ x: 0 })).filter(key => key.startsWith("best_")).length;
const numbered = (values, name) => Array.from({ length: LONGEST }, (_, k) => values[`${name}_${k + 1}`]);

function inARow({ count, x }) {
  const values = sigmoid_chain({ x }), k = Math.min(LONGEST, Math.max(1, Math.round(count)));
  const [outs, slopes, left, best] = ["out", "slope", "left", "best"].map(name => numbered(values, name));
  return { k, x, outs, slopes, left, best };
}

function unitsPicture({ k, x, outs, slopes }) {
  const W = 400, H = 248, cell = 64, unit = 46;
  const squares = outs.map((out, j) => {
    const px = 17 + cell * (j % 6), py = 30 + 108 * Math.floor(j / 6);
    if (j >= k) return rectangle(px, py, unit, unit, "unit-square");
    return label(px + unit / 2, py - 8, `${j + 1}`) + unitSquare(px, py, unit, { out, rest: 1 - out }) +
      label(px + unit / 2, py + unit + 19, fixed(slopes[j], 3), "name") +
      (j + 1 < k && j % 6 < 5 ? label(px + unit + 9, py + unit + 19, "×") : "");
  }).join("");
  const said = `${k} unit squares, one for each sigmoid, and in each a rectangle whose area is the slope of that sigmoid. ` +
    `The first, with net input ${shown(x)}, has the slope ${shown(slopes[0])}${k > 1 ? `; the last has ${shown(slopes[k - 1])}` : ""}.`;
  return picture("units", "Each sigmoid lets its area through", said, W, H, squares);
}

function leftPicture({ k, x, left, best }) {
  const W = 400, H = 248, start = 52, end = 388, top = 14, bottom = 196, low = -12;
  const across = scale(1, LONGEST, start + 12, end - 14), up = scale(low, 0, bottom, top);
  const height = value => up(Math.max(low, Math.log10(value)));
  const grid = [-12, -9, -6, -3, 0].map(p => line(start, up(p), end, up(p), "grid") + label(start - 7, up(p) + 5, p ? "10" + superscript(p) : "1", "", "end")).join("") +
    Array.from({ length: LONGEST }, (_, j) => label(across(j + 1), bottom + 20, j + 1)).join("");
  const points = values => values.slice(0, k).map((value, j) => [across(j + 1), height(value)]);
  const inPractice = points(left), atBest = points(best);
  const diamonds = atBest.map(([px, py]) => `<path class="best-case" d="M${px.toFixed(1)},${(py - 6).toFixed(1)}l6,6l-6,6l-6,-6z"/>`).join("");
  const dots = inPractice.map(([px, py]) => `<circle class="iterate" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="4"/>`).join("");
  const [lastX, lowest] = inPractice.at(-1), anchor = k > 6 ? "end" : "start";
  const names = label(lastX + (k > 6 ? 6 : 12), atBest.at(-1)[1] - (k > 6 ? 26 : 2), "at best", "target-name", anchor) +
    label(lastX + (k > 6 ? -12 : 2), Math.min(bottom - 4, lowest + 22), "this row", "reading", anchor);
  const said = `What is left of the gradient after 1 to ${k} sigmoids, on a logarithmic scale. At best it falls to ${shown(best[k - 1], 3)}; ` +
    `with net input ${shown(x)} at the first, to ${shown(left[k - 1], 3)}.`;
  return picture("left", "What is left of the gradient", said, W, H,
    grid + line(start, bottom, end, bottom, "axis") + curve(atBest, "best-case-trail") + curve(inPractice, "trail") + diamonds + dots + names +
    label(end, bottom + 42, "sigmoids in a row", "name", "end"));
}

const explorable = {
  name: NAME,
  traits: ["count", "x"],
  panels: now => unitsPicture(now) + leftPicture(now),
  readout: ({ k, x, left, best }) =>
    `After <b>${k}</b> sigmoid${k > 1 ? "s" : ""} at most ${best[0]}${superscript(k)} = <b>${shown(best[k - 1], 3)}</b> of the gradient is left. ` +
    `With a net input of ${shown(x)} at the first, <b>${shown(left[k - 1], 3)}</b> is.`,
};

export const still = state => stillOf(explorable)(inARow(state));

export default {
  render: ({ model, el }) => stage({ model, el }, { ...explorable, prepare: inARow }),
};
