// A point on the sigmoid with its tangent; the bar cut at the output, and the rectangle whose area is the slope.
// `sigmoid_slope({ x })` above is read from the graph; nothing here differentiates anything.

const LOW = -6, HIGH = 6, H_NUDGE = 0.001;
const LEFT = 40, TOP = 28, BAR = 22;

// Where the curve stands in its picture; a length of 1 on the upright axis is `unit` pixels. The rectangle has that unit too.
function view(width, height, right, unit) {
  return { width, height, right, unit, bottom: TOP + unit, across: scale(LOW, HIGH, LEFT, right), up: scale(0, 1, TOP + unit, TOP) };
}
const ALONE = view(440, 262, 424, 190), BESIDE_BAR = view(400, 330, 300, 260);
const viewOf = ({ area }) => (area ? BESIDE_BAR : ALONE);
const sampled = Array.from({ length: 121 }, (_, k) => LOW + ((HIGH - LOW) * k) / 120);

const looked = ({ x, area, axis_hidden }) => ({
  x, area, hidden: area && axis_hidden, ...sigmoid_slope({ x }), nudged: sigmoid_slope({ x: x + H_NUDGE }).out,
});

function curvePicture(now) {
  const { x, out, slope, rest, area, hidden } = now, { width, height, right, unit, bottom, across, up } = viewOf(now);
  const here = [across(x), up(out)], rise = (-slope * unit) / ((right - LEFT) / (HIGH - LOW)), half = 62 / Math.hypot(1, rise);
  const tangent = line(here[0] - half, here[1] - rise * half, here[0] + half, here[1] + rise * half, "tangent");
  const bowl = curve(sampled.map(v => [across(v), up(sigmoid_slope({ x: v }).out)]), "bowl");
  const grid = [0, 0.5, 1].map(y => line(LEFT, up(y), right, up(y), "grid") + label(LEFT - 8, up(y) + 5, shown(y), "", "end")).join("");
  const axis = hidden ? label((LEFT + right) / 2, bottom + 22, "x is hidden")
    : ticks(LOW, HIGH, 6).map(v => line(across(v), bottom, across(v), bottom + 4, "axis") + label(across(v), bottom + 19, shown(v))).join("") +
      label(right, bottom + 37, "net input x", "name", "end") + line(here[0], bottom, ...here, "drop");
  const place = hidden ? "" : ` above x = ${shown(x)}`;
  const said = `An S-shaped curve between 0 and 1, flat at both ends and steepest at ½. The point stands at height ${shown(out)}${place}; the slope of its tangent is ${shown(slope)}.` +
    (area ? ` Beside it a bar of length 1, cut at that height: ${shown(out)} below, ${shown(rest)} above.` : "");
  return picture("sigmoid", area ? "The curve, and a bar cut at its height" : "Drag the point. Where is the curve steep?", said, width, height,
    grid + line(LEFT, bottom, right, bottom, "axis") + axis + label(LEFT - 8, TOP - 12, "output σ", "name", "start") +
    framed(LEFT - 10, TOP - 10, right - LEFT + 20, unit + 20,
      bowl + tangent + `<circle class="iterate first" cx="${here[0].toFixed(1)}" cy="${here[1].toFixed(1)}" r="8"/>`) +
    (area ? line(...here, right + 24, here[1], "drop") + cutBar(right + 24, here[1], bottom) : ""));
}

// The upright bar of length 1, cut at a height, with the names of its two pieces.
const cutBar = (x, cut, bottom) =>
  rectangle(x, cut, BAR, bottom - cut, "piece") + hatched(x, TOP, BAR, cut - TOP, "piece rest") +
  label(x + BAR + 8, Math.max(TOP + 34, (cut + bottom) / 2 + 5), "σ", "name", "start") +
  label(x + BAR + 8, Math.min(bottom - 24, (cut + TOP) / 2 + 5), "1 − σ", "name", "start");

function areaPicture({ out, rest, slope }) {
  const { width, height, unit, bottom } = BESIDE_BAR, left = 84, corner = [left + out * unit, TOP + rest * unit];
  const sides = rectangle(left, TOP - 10, out * unit, 10, "piece") + hatched(left - 10, TOP, 10, rest * unit, "piece rest");
  const names = label(Math.max(left + 34, (left + corner[0]) / 2), TOP - 15, `σ = ${shown(out)}`, "name") +
    label(left - 16, Math.max(TOP + 12, (TOP + corner[1]) / 2), "1 − σ", "name", "end") +
    label(left - 16, Math.max(TOP + 30, (TOP + corner[1]) / 2 + 18), shown(rest), "", "end");
  const said = `A unit square. In its upper left corner a rectangle, ${shown(out)} wide and ${shown(rest)} high, drawn to the same scale as the bar. Its area, ${shown(slope)}, is the slope.`;
  return picture("area", "The two pieces as sides of a rectangle", said, width, height,
    unitSquare(left, TOP, unit, { out, rest }) + sides + names + `<circle class="iterate" cx="${corner[0].toFixed(1)}" cy="${corner[1].toFixed(1)}" r="4.5"/>` +
    label(left + unit * 0.7, TOP + unit * 0.74, "area = slope", "name") + label(left + unit * 0.7, TOP + unit * 0.74 + 22, shown(slope), "reading") +
    label(left + unit / 2, bottom + 19, "all within a square of area 1"));
}

const NAME = "The slope of the sigmoid";
const inNudges = ({ x, out, nudged }) =>
  `At x = <b>${shown(x)}</b> the output is <b>${shown(out)}</b>. Nudge x by ${H_NUDGE}: the output changes by ${shown(nudged - out, 3)}; ` +
  `divided by the nudge, that is <b>${fixed((nudged - out) / H_NUDGE, 4)}</b>.`;
const inPieces = ({ x, out, rest, slope, hidden }) =>
  `${hidden ? "At a height of" : `At x = <b>${shown(x)}</b> the output is`} <b>${shown(out)}</b>. The slope is ${shown(out)} × ${shown(rest)} = <b>${shown(slope)}</b>` +
  `${hidden ? ", whatever x is" : ""}${out === rest ? ": the rectangle is a square, and larger than any other" : ""}.`;

const explorable = {
  name: NAME,
  traits: ["x", "area", "axis_hidden"],
  panels: now => curvePicture(now) + (now.area ? areaPicture(now) : ""),
  readout: now => (now.area ? inPieces(now) : inNudges(now)),
};

export const still = state => stillOf(explorable)(looked(state));

// The box that hides the axis. It stands outside the pictures, which are drawn anew with each move.
function hidingBox(root, pictures, model) {
  pictures.insertAdjacentHTML("afterend", `<label class="bp-switch"><input type="checkbox"/><span>Hide the axis of x</span></label>`);
  const box = pictures.nextElementSibling.firstElementChild;
  const follow = () => {
    box.checked = model.get("axis_hidden");
    root.classList.toggle("bp-axis-hidden", box.checked);
  };
  box.addEventListener("change", () => put(model, { axis_hidden: box.checked }));
  return following(model, ["axis_hidden"], follow);
}

export default {
  render({ model, el }) {
    return stage({ model, el }, {
      ...explorable,
      prepare: looked,
      setUp: ({ root, pictures }) => {
        draggable(pictures, "sigmoid", {
          moved: fraction => {
            const { width, across } = viewOf({ area: model.get("area") });
            put(model, { x: onSlider(across.inverse(fraction * width), LOW, HIGH) });
          },
        });
        return model.get("area") ? hidingBox(root, pictures, model) : undefined;
      },
    });
  },
};
