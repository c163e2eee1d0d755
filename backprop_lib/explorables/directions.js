// The slope of an error in any direction, and the gradient that holds all of these slopes.
// `along`, what a step in a direction comes to, stands above, read from a graph, as all that contour_map.js needs.

const NAME = "The slope in a direction";
const NUDGE = 0.001, LENGTH = 0.8;
const exactly = value => (Math.abs(value) < 1e-12 ? 0 : value); // the cosine of 90° is meant to be 0

function looked({ surface, angle, w1, w2, gradient }) {
  const here = along({ w1, w2, angle, s: 0 }), there = along({ w1, w2, angle, s: NUDGE });
  const all = Array.from({ length: 73 }, (_, k) => ({ angle: 5 * k, slope: along({ w1, w2, angle: 5 * k, s: 0 }).slope }));
  return { surface, angle, w: [w1, w2], gradient, ...here, slope: exactly(here.slope), u: [here.u1, here.u2].map(exactly), change: exactly(there.E - here.E), all };
}

const number = value => shown(value, 3);

function compass({ surface, w, u, angle, d1, d2, length, gradient }) {
  const known = gradient && length > 0 ? arrow(w, [(-d1 / length) * LENGTH, (-d2 / length) * LENGTH], "against", "−∇E") : "", [x, y] = spot(w);
  const said = `A map of the error with lines of one height. From ${pair(w)} an arrow points in the direction of ${number(angle)} degrees.` +
    (gradient ? ` The gradient there is ${pair([d1, d2])}; a second arrow points against it.` : "");
  return map(surface, "Which way? Drag the point", said, known + arrow(w, u.map(part => part * LENGTH), "chosen", "") +
    `<circle class="iterate first" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="6.5"/>`);
}

function everyDirection({ all, angle, slope, length, gradient }) {
  const W = 380, H = 300, left = 50, right = 368, top = 16, bottom = 246, most = length > 0 ? length * 1.15 : 1;
  const x = scale(0, 360, left, right), y = scale(-most, most, bottom, top);
  const axes = ticks(-most, most, 4).map(v => line(left, y(v), right, y(v), v === 0 ? "axis" : "grid") + label(left - 7, y(v) + 5, number(v), "", "end")).join("") +
    [0, 90, 180, 270, 360].map(v => line(x(v), top, x(v), bottom, "grid") + label(x(v), bottom + 19, `${v}°`)).join("");
  const bounds = gradient ? [length, -length].map(v => line(left, y(v), right, y(v), "target")).join("") + label(right, y(length) - 5, "length of the gradient", "target-name", "end") : "";
  const said = `The slope against the direction, a wave with one crest and one trough. At ${number(angle)} degrees it is ${number(slope)}.` + (gradient ? ` Its crest and its trough are ${number(length)} from 0.` : "");
  return picture("directions", "The slope in every direction", said, W, H, axes + bounds + curve(all.map(one => [x(one.angle), y(one.slope)]), "wave") +
    line(x(angle), y(0), x(angle), y(slope), "drop") + `<circle class="iterate first" cx="${x(angle).toFixed(1)}" cy="${y(slope).toFixed(1)}" r="6.5"/>` +
    label(right, bottom + 40, "direction", "name", "end"));
}

function words({ w, u, angle, slope, change, d1, d2, length, gradient, E }) {
  return `At w = ${pair(w)} the error is ${number(E)}. In the direction of <b>${number(angle)}°</b>, u = ${pair(u)}, its slope is <b>${number(slope)}</b>: a nudge of ${NUDGE} that way changes it by ${number(change)}.` +
    (gradient ? ` The gradient is <b>${pair([d1, d2])}</b>, of length <b>${number(length)}</b>.` : "");
}

const explorable = {
  name: NAME,
  traits: ["surface", "angle", "w1", "w2", "gradient"],
  panels: now => compass(now) + everyDirection(now),
  readout: words,
};

export const still = state => stillOf(explorable)(looked(state));

export default {
  render({ model, el }) {
    return stage({ model, el }, {
      ...explorable,
      prepare: looked,
      setUp: ({ pictures }) => {
        pictures.insertAdjacentHTML("beforebegin", '<div class="bp-choices"><label class="bp-switch"><input type="checkbox"/><span>Show the gradient</span></label></div>');
        const box = pictures.previousElementSibling.querySelector("input");
        box.addEventListener("change", () => put(model, { gradient: box.checked }));
        draggableOnMap(pictures, model, ["w1", "w2"]);
        return following(model, ["gradient"], () => { box.checked = model.get("gradient"); });
      },
    });
  },
};
