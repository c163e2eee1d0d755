// Gradient descent on one weight: the parabola with its steps, the error by epoch, the epoch factor on its line.
// `one_weight({ w, x, t, eta })` above is read from the graph; nothing here differentiates anything.

const NAME = "Gradient descent on one weight";
const ZONES = {
  diverges: { test: r => r < -1, mid: -1.5, name: "diverges", says: "every step lands further away: it diverges" },
  swings: { test: r => r === -1, at: -1, name: "swings for ever", says: "it swings between two weights for ever" },
  alternates: { test: r => r > -1 && r < 0, mid: -0.5, name: "alternates", says: "it closes in from alternating sides" },
  one_step: { test: r => r === 0, at: 0, name: "one step", says: "it arrives in one step" },
  one_side: { test: r => r > 0 && r < 1, mid: 0.5, name: "one side", says: "it closes in from one side" },
  stands: { test: r => r >= 1, at: 1, name: "stands still", says: "nothing moves" },
};
const says = zone => ZONES[zone]?.says ?? "it starts at the best weight, where the slope is 0, so nothing moves";
const exactly = r => (Math.abs(r - Math.round(r)) < 1e-9 ? Math.round(r) : r); // 1 − 0.1·10 is meant to be 0
// Two decimals, or four where two would round a factor onto a border that it does not touch.
const factorText = r => fixed(r, Number.isInteger(exactly(r)) || !Number.isInteger(Number(r.toFixed(2))) ? 2 : 4);
const zoneOf = factor => Object.keys(ZONES).find(key => ZONES[key].test(exactly(factor)));

// All that the pictures show, for one setting of the sliders.
function descent({ learning_rate: eta, start, x, t, epochs, found = [], frame = null }) {
  const steps = [];
  for (let w = start; steps.length <= epochs && Math.abs(w) < 1e100; w = steps.at(-1).w_next) {
    steps.push({ w, ...one_weight({ w, x, t, eta }) });
  }
  const { factor, slope } = steps[0], { w_best } = one_weight({ w: 0, x, t, eta }); // from 0, nothing is rounded off
  const best = Number.isFinite(w_best) ? w_best : null;
  const there = best !== null && Math.abs(slope) < 1e-12; // a start at the best weight tells nothing about the rate
  const zone = there ? "there" : zoneOf(factor);
  return {
    eta, start, x, t, epochs, steps, factor, best, zone, found: there || found.includes(zone) ? found : [...found, zone],
    frame: frame ?? frameFor(start, best ?? start, factor, steps[0].E),
  };
}

// What part of the plane to show. It widens smoothly as steps begin to overshoot, so that moving a slider never jumps.
function frameFor(start, best, factor, error) {
  const reach = Math.max(Math.abs(start - best), 0.5) * Math.min(2, Math.max(1, factor * factor)) * 1.3;
  const steepness = Math.abs(start - best) > 0 ? error / (start - best) ** 2 : 0;
  return { low: best - reach, high: best + reach, top: Math.max(steepness * reach * reach * 0.82, error * 1.3, 0.05) };
}

function parabola({ steps, eta, x, t, frame, best, zone }) {
  const W = 380, H = 330, left = 44, right = 370, top = 26, bottom = 288;
  const across = scale(frame.low, frame.high, left, right), up = scale(0, frame.top, bottom, top);
  const error = w => one_weight({ w, x, t, eta }).E;
  const bowl = Array.from({ length: 81 }, (_, k) => frame.low + ((frame.high - frame.low) * k) / 80).map(w => [across(w), up(error(w))]);
  const near = s => s.w >= frame.low && s.w <= frame.high && s.E <= frame.top;
  const gone = steps.findIndex(s => !near(s)), seen = steps.slice(0, gone < 0 ? 12 : Math.min(12, gone));
  let inside = "";
  steps.slice(1, seen.length + 1).forEach((s, k) => {
    const [fx, fy] = [across(steps[k].w), up(steps[k].E)], [dx, dy] = [across(s.w) - fx, up(s.E) - fy];
    const far = Math.max(1, Math.hypot(dx, dy) / 2000); // a hop out of the picture is drawn as far as it is seen
    inside += line(fx, fy, fx + dx / far, fy + dy / far, "hop");
  });
  seen.slice(0, 5).forEach((s, k) => {
    const dx = 1, dy = -(s.slope * (bottom - top)) / frame.top / ((right - left) / (frame.high - frame.low));
    const half = (k ? 26 : 46) / Math.hypot(dx, dy);
    inside += line(across(s.w) - dx * half, up(s.E) - dy * half, across(s.w) + dx * half, up(s.E) + dy * half, k ? "tangent later" : "tangent");
  });
  seen.forEach((s, k) => {
    inside += `<circle class="${k ? "iterate" : "iterate first"}" cx="${across(s.w).toFixed(1)}" cy="${up(s.E).toFixed(1)}" r="${k ? 4.5 : 8}"/>`;
  });
  const numbered = [];
  seen.slice(0, 6).forEach((s, k) => {
    const spot = [across(s.w) + (s.slope < 0 ? -15 : 15), up(s.E) - 7];
    if (numbered.every(([a, b]) => Math.hypot(a - spot[0], b - spot[1]) > 17)) {
      numbered.push(spot);
      inside += label(spot[0], spot[1], k, "count");
    }
  });
  const axis = ticks(frame.low, frame.high, 5).map(w => line(across(w), bottom, across(w), bottom + 4, "axis") + label(across(w), bottom + 18, shown(w, 6))).join("") +
    ticks(0, frame.top, 4).map(e => line(left - 4, up(e), left, up(e), "axis") + label(left - 7, up(e) + 4, shown(e, 3), "", "end")).join("");
  const alarm = zone === "diverges" ? label(right, top - 12, "diverges ↗", "alarm", "end") : "";
  const target = best === null ? "" : line(across(best), bottom, across(best), bottom - 9, "target") + label(across(best), bottom - 14, "best", "target-name");
  const said = `Error against weight, a parabola${best === null ? " that is flat here" : ` with its lowest point at ${shown(best)}`}. ` +
    `The steps start at w = ${shown(steps[0].w)}; ${says(zone)}.`;
  return picture("steps", "The steps, and the tangent that made each", said, W, H,
    axis + line(left, bottom, right, bottom, "axis") + line(left, top, left, bottom, "axis") + label(right, bottom + 34, "weight w", "name", "end") +
    label(left - 8, top - 12, "error E", "name", "start") + target + framed(left, top - 4, right - left, bottom - top + 9, curve(bowl, "bowl") + inside) + alarm);
}

function errorByEpoch({ steps, epochs, zone }) {
  const W = 380, H = 196, left = 44, right = 370, top = 12, bottom = 158, low = -12, high = 4;
  const across = scale(0, epochs, left, right), up = scale(low, high, bottom, top);
  const height = e => (e > 0 ? Math.log10(e) : -Infinity);
  const clipped = e => up(Math.min(high, Math.max(low, height(e))));
  const grid = [-12, -8, -4, 0, 4].map(p => line(left, up(p), right, up(p), "grid") + label(left - 7, up(p) + 4, p ? "10" + superscript(p) : "1", "", "end")).join("") +
    ticks(0, epochs, 4).map(k => label(across(k), bottom + 17, k)).join("");
  const points = steps.map((s, k) => [across(k), clipped(s.E)]);
  const marks = steps.map((s, k) => {
    const [px, py] = points[k], h = height(s.E);
    if (h > high) return `<path class="off above" d="M${px - 4},${py + 7}h8l-4,-8z"/>`;
    if (h < low) return `<path class="off below" d="M${px - 4},${py - 7}h8l-4,8z"/>`;
    return `<circle class="iterate" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3.2"/>`;
  }).join("");
  const fate = zone === "diverges" ? label(right - 4, top + 22, "diverges", "alarm", "end")
    : steps.some(s => s.E === 0) ? label(right, up(2), "▼ exactly 0", "note", "end")
    : steps.some(s => height(s.E) < low) ? label(right, up(2), "▼ below 10⁻¹²", "note", "end") : "";
  const last = steps.at(-1);
  const said = `Error by epoch on a logarithmic scale. It starts at ${shown(steps[0].E)}; ` +
    (zone === "diverges" ? "it grows with every epoch." : `after ${steps.length - 1} epochs it is ${shown(last.E)}.`);
  return picture("errors", "The error, epoch by epoch", said, W, H,
    grid + curve(points, "trail") + marks + fate + label(right, bottom + 34, "epoch", "name", "end"));
}

function factorLine({ factor, found }) {
  const W = 380, H = 122, left = 22, right = 358, y = 66;
  const at = scale(-2, 1, left, right), place = at(Math.max(-2, Math.min(1, factor)));
  const areas = Object.entries(ZONES).filter(([, z]) => z.mid !== undefined).map(([key, z]) => {
    const known = found.includes(key), from = at(z.mid - 0.5), to = at(z.mid + 0.5);
    return `<rect class="zone ${known ? key : "unknown"}" x="${from + 1.5}" y="${y - 11}" width="${to - from - 3}" height="22" rx="4"/>` +
      label(at(z.mid), y + 4, known ? z.name : "?", known ? "zone-name" : "unknown-name");
  }).join("");
  const borders = Object.entries(ZONES).filter(([, z]) => z.at !== undefined).map(([key, z]) => {
    const known = found.includes(key), anchor = z.at === 1 ? "end" : "middle", shift = z.at === 1 ? 12 : 0;
    return line(at(z.at), y - 14, at(z.at), y + 14, "axis") + label(at(z.at) , y + 29, fixed(z.at, 0)) +
      label(at(z.at) + shift, y + 46, known ? z.name : "?", known ? "zone-name" : "unknown-name", anchor);
  }).join("");
  const reading = factor < -2 ? `◀ ${factorText(factor)}` : factorText(factor);
  const marker = `<path class="marker" d="M${place.toFixed(1)},${y - 13}l-8,-13h16z"/>` +
    label(Math.min(right - 12, Math.max(left + 22, place)), y - 32, reading, "reading");
  const said = `The epoch factor, ${factorText(factor)}, on a line from −2 to 1. ` +
    `Kinds of behaviour met so far: ${found.map(key => ZONES[key].name).join(", ") || "none"}.`;
  return picture("factor", `The epoch factor (kinds met: ${found.length} of ${Object.keys(ZONES).length})`, said, W, H, areas + label(at(-2), y + 29, "−2") + borders + marker);
}

const explorable = {
  name: NAME,
  traits: ["learning_rate", "start", "x", "t", "epochs"],
  memory: ["found"],
  panels: now => parabola(now) + `<div class="bp-stack">${errorByEpoch(now)}${factorLine(now)}</div>`,
  readout: now => {
    const last = now.steps.at(-1), count = now.steps.length - 1;
    const opening = `Each epoch multiplies the distance to the best weight by <b>${factorText(now.factor)}</b>; ${says(now.zone)}.`;
    if (now.best === null) return "With x = 0 the output is 0 whatever the weight is: no weight is better than another, and <b>nothing moves</b>.";
    if (now.zone === "there") return `w = ${shown(now.start)} is the best weight: the slope there is 0, so <b>nothing moves</b>. Start somewhere else.`;
    return now.zone === "diverges"
      ? `${opening} After ${count} epochs the weight is <b>${shown(last.w, 3)}</b>, far from ${shown(now.best)}.`
      : `${opening} After ${count} epochs w = <b>${shown(last.w, 6)}</b> (best: ${shown(now.best, 6)}), E = <b>${shown(last.E, 3)}</b>.`;
  },
};

export const still = state => stillOf(explorable)(descent(state));

export default {
  render({ model, el }) {
    let frame = null, now = null;
    return stage({ model, el }, {
      ...explorable,
      prepare: state => (now = descent({ ...state, frame })),
      setUp: ({ pictures, redraw }) => draggable(pictures, "steps", {
        grabbed: () => { frame = now.frame; },
        moved: fraction => put(model, { start: onSlider(scale(44 / 380, 370 / 380, frame.low, frame.high)(fraction), -4, 4) }),
        released: () => { frame = null; redraw(); },
      }),
    });
  },
};
