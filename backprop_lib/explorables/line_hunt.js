// A line to drag until the four points lie on their sides, and a board of the sixteen functions. Needs line.js before it.

const NAME = "Find the line by hand";
const CELL_WIDE = 84, CELL_TALL = 84, COLUMNS = 4;

function hunted({ function: key, w1, w2, b, solved = [] }) {
  const unit = { w1, w2, b }, seen = answersOf(unit, key), all = seen.every(isRight);
  return { key, unit, seen, all, solved: all && !solved.includes(key) ? [...solved, key] : solved };
}

// Each function as its four points, in the places where they lie.
function board({ key: chosen, solved }) {
  const cells = LOGICAL.map(([key], n) => {
    const x = (n % COLUMNS) * CELL_WIDE, y = Math.floor(n / COLUMNS) * CELL_TALL, done = solved.includes(key);
    const dots = CORNERS.map(([x1, x2], k) => {
      const [px, py] = [x + 26 + x1 * 27, y + 56 - x2 * 27];
      return key[k] === "1" ? `<circle class="one" cx="${px}" cy="${py}" r="7"/>` : `<rect class="zero" x="${px - 6}" y="${py - 6}" width="12" height="12"/>`;
    }).join("");
    return `<g class="function${key === chosen ? " chosen" : ""}${done ? " done" : ""}" data-node="${key}"><rect class="cell" x="${x + 4}" y="${y + 4}" width="${CELL_WIDE - 8}" height="${CELL_TALL - 8}" rx="6"/>${dots}` +
      `${done ? label(x + CELL_WIDE - 15, y + 24, "✓", "tick") : ""}</g>`;
  }).join("");
  const told = solved.length ? `Done for ${[...solved].sort().map(key => `${[...key].join(" ")}, ${NAMES[key]}`).join("; ")}.` : "Done for none yet.";
  return picture("board", `The sixteen functions: ${solved.length} done`, told, COLUMNS * CELL_WIDE, 4 * CELL_TALL, cells);
}

const explorable = {
  name: NAME,
  traits: ["function", "w1", "w2", "b"],
  memory: ["solved"],
  panels: now => plane({ ...now, title: "Drag the ends of the line" }) + board(now),
  readout: ({ key, unit, seen, all, solved }) => {
    const off = seen.filter(one => !isRight(one));
    return `<b>${escaped(NAMES[key])}</b>, with net = ${formula(unit)}: ` + (all ? "<b>all four points are on their sides</b>."
      : `<b>${4 - off.length} of 4</b> points are on their sides; not ${off.map(one => `${pointed(one)}, where net is ${shown(one.net, 6)} and the target ${one.t}`).join("; nor ")}.`) +
      ` Done: ${solved.length} of ${LOGICAL.length} functions.`;
  },
};

export const still = state => without(stillOf(explorable)(hunted(state)));

export default {
  render({ model, el }) {
    return stage({ model, el }, {
      ...explorable,
      prepare: hunted,
      setUp: ({ pictures }) => {
        const now = () => weightsOf(stateOf(model, ["w1", "w2", "b"])), choose = key => put(model, { function: key });
        const swapped = ({ w1, w2, b }) => ({ w1: 0 - w1, w2: 0 - w2, b: 0 - b });
        const { deaf } = controls(pictures, model, button("swap", "Swap the sides"), choose, { swap: () => put(model, swapped(now())) });
        const loose = grips(pictures, now, unit => put(model, unit));
        pictures.addEventListener("click", event => {
          const key = event.target.closest("[data-node]")?.dataset.node;
          if (key) choose(key);
        });
        return () => { deaf(); loose(); };
      },
    });
  },
};
