// Before any formula: one weight to drag, one error to watch, and the places already tried.
// `one_weight({ w, x, t, eta })` above is read from the graph.

const NAME = "Find the weight by hand";
const LOW = -1, HIGH = 3, TOP = 2, H_NUDGE = 0.001;
const errorAt = (w, { x, t }) => one_weight({ w, x, t, eta: 0 }).E;
const tried = ({ been = [], ...state }) => {
  const others = been.filter(w => w !== state.w);
  return { ...state, been: others.length < been.length ? been : [...been, state.w], others, E: errorAt(state.w, state), nudged: errorAt(state.w + H_NUDGE, state) };
};

function field(now) {
  const { w, E, others, nudge } = now;
  const W = 520, H = 250, left = 44, right = 430, top = 14, bottom = 208, bar = 474;
  const across = scale(LOW, HIGH, left, right), up = scale(0, TOP, bottom, top);
  const axis = ticks(LOW, HIGH, 4).map(v => label(across(v), bottom + 18, shown(v))).join("") +
    ticks(0, TOP, 4).map(e => line(left, up(e), right, up(e), "grid") + label(left - 7, up(e) + 4, shown(e, 3), "", "end")).join("");
  const trail = others.map(v => `<circle class="been" cx="${across(v).toFixed(1)}" cy="${up(errorAt(v, now)).toFixed(1)}" r="3.5"/>`).join("");
  const here = line(across(w), bottom, across(w), up(E), "drop") + `<circle class="iterate first" cx="${across(w).toFixed(1)}" cy="${up(E).toFixed(1)}" r="9"/>`;
  const gauge = `<rect class="gauge" x="${bar - 14}" y="${top}" width="28" height="${bottom - top}" rx="4"/>` +
    `<rect class="level" x="${bar - 14}" y="${up(Math.min(E, TOP)).toFixed(1)}" width="28" height="${(bottom - up(Math.min(E, TOP))).toFixed(1)}" rx="4"/>` + label(bar, bottom + 18, "error", "name");
  const said = `The error is ${shown(E)} at w = ${shown(w)}. ${others.length ? `${others.length} places tried before are marked.` : ""}`;
  return picture("field", nudge ? "Drag the point. What does a nudge do to the error?" : "Drag the point. How small can you make the error?", said, W, H,
    axis + line(left, bottom, right, bottom, "axis") + framed(left - 10, top - 10, right - left + 20, bottom - top + 20, trail + here) +
    gauge + label(right, bottom + 36, "weight w", "name", "end"));
}

const explorable = {
  name: NAME,
  traits: ["w", "x", "t", "nudge"],
  memory: ["been"],
  panels: field,
  readout: ({ w, E, nudge, nudged }) =>
    `At w = <b>${shown(w)}</b> the error is <b>${shown(E)}</b>.` +
    (nudge ? ` Nudge w by ${H_NUDGE}: the error changes by ${shown(nudged - E, 3)}; divided by the nudge, that is <b>${fixed((nudged - E) / H_NUDGE, 4)}</b>.` : ""),
};

export const still = state => stillOf(explorable)(tried(state));

export default {
  render({ model, el }) {
    return stage({ model, el }, {
      ...explorable,
      prepare: tried,
      setUp: ({ pictures }) => draggable(pictures, "field", {
        moved: fraction => put(model, { w: onSlider(scale(44 / 520, 430 / 520, LOW, HIGH)(fraction), LOW, HIGH) }),
      }),
    });
  },
};
