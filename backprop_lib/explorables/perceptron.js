// The perceptron rule from a line of the reader's own, look by look: a pure function of the start and the number of looks.
// Needs line.js before it.

const NAME = "The perceptron rule";
const ROWS = 8, A_SECOND = 3; // looks that the table shows, and that are taken in a second
const TRAITS = ["function", "w1", "w2", "b", "step"];

// One look at the point whose turn it is: what the unit says there, and the unit as it is afterwards.
function look(unit, key, count) {
  const which = count % CORNERS.length, [x1, x2] = CORNERS[which], t = Number(key[which]);
  const { net, out, w1_next: w1, w2_next: w2, b_next: b } = perceptron({ ...unit, x1, x2, t });
  return { count: count + 1, which, x1, x2, t, net, out, unit: { w1, w2, b } };
}

const settled = looks => looks.length >= CORNERS.length && looks.slice(-CORNERS.length).every(isRight);

function walked({ function: key, w1, w2, b, step }) {
  const start = { w1, w2, b }, looks = [], most = Math.min(LONGEST, Math.max(0, Math.round(step)));
  let unit = start;
  while (looks.length < most) {
    looks.push(look(unit, key, looks.length));
    unit = looks.at(-1).unit;
  }
  return { key, start, unit, looks, seen: answersOf(unit, key), rests: settled(looks) };
}

// How many looks there are after the next correction; or, if there is none, after looks at all points without one.
function afterNext(state) {
  const { key, unit, looks } = walked(state), all = [...looks];
  for (let here = unit; all.length < LONGEST && !settled(all); here = all.at(-1).unit) {
    all.push(look(here, key, all.length));
    if (!isRight(all.at(-1))) break;
  }
  return all.length;
}

function table({ looks }) {
  const heads = ["", "point", "t", "net", "out", "w₁", "w₂", "b"].map((name, k) => (k ? `<th scope="col">${name}</th>` : "<td></td>")).join("");
  const rows = Array.from({ length: ROWS }, (_, k) => looks[Math.max(0, looks.length - ROWS) + k]).map(one => {
    if (!one) return `<tr><td colspan="8">&nbsp;</td></tr>`;
    const right = isRight(one);
    return `<tr class="${right ? "" : "bp-corrected"}"><th scope="row">${one.count}</th><td>${pointed(one)}</td><td>${one.t}</td><td>${shown(one.net, 5)}</td>` +
      `<td>${one.out}${right ? "" : ' <span class="bp-off">✗</span>'}</td>${[one.unit.w1, one.unit.w2, one.unit.b].map(value => `<td>${shown(value, 5)}</td>`).join("")}</tr>`;
  }).join("");
  return `<figure class="bp-picture bp-looks"><figcaption>Looks, with the weights after each</figcaption><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></figure>`;
}

const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

function words({ key, unit, looks, seen, rests }) {
  const last = looks.at(-1), right = seen.filter(isRight).length, corrections = looks.filter(one => !isRight(one)).length;
  const here = `net = ${formula(unit)}, and <b>${right} of 4</b> points are on their sides for ${escaped(NAMES[key])}.`;
  if (!last) return `Nothing has been looked at yet: ${here}`;
  const sign = last.t > last.out ? "added" : "subtracted";
  const did = isRight(last) ? "answered right, so nothing moved" : `answered with ${last.out} instead of ${last.t}, so the point was ${sign}`;
  return `Look ${last.count}: ${pointed(last)} was ${did}. After <b>${counted(corrections, "correction")}</b> ${here}` +
    (rests ? " Four looks in a row were right: <b>it has settled</b>." : looks.length === LONGEST ? " It has not settled." : "");
}

const explorable = {
  name: NAME,
  traits: TRAITS,
  panels: now => plane({ ...now, before: now.looks.length ? now.start : null, looked: now.looks.at(-1)?.which, title: "The line, and where it started" }) + table(now),
  readout: words,
};

export const still = state => without(stillOf(explorable)(walked(state)));

export default {
  render({ model, el }) {
    return stage({ model, el }, {
      ...explorable,
      prepare: walked,
      setUp: ({ pictures }) => {
        const state = () => stateOf(model, TRAITS), now = () => walked(state());
        const begin = unit => put(model, { ...unit, step: 0 }), go = step => put(model, { step });
        const calm = matchMedia("(prefers-reduced-motion: reduce)");
        let timer = 0;
        const pause = () => { clearInterval(timer); timer = 0; play.textContent = "Run"; };
        const tick = () => {
          const { looks, rests } = now();
          if (!rests && looks.length < LONGEST) return go(looks.length + 1);
          pause();
          follow();
        };
        const run = () => {
          if (timer) return pause();
          play.textContent = "Pause";
          timer = setInterval(tick, 1000 / A_SECOND);
          tick();
        };
        const alone = act => () => { pause(); act(); };
        const { bar, deaf } = controls(pictures, model,
          button("play", "Run") + button("one", "Next point") + button("next", "Next correction") + button("back", "Start again") + button("zero", "All weights 0"),
          key => { pause(); put(model, { function: key, step: 0 }); },
          { play: run, one: alone(() => go(now().looks.length + 1)), next: alone(() => go(afterNext(state()))), back: alone(() => go(0)), zero: alone(() => begin({ w1: 0, w2: 0, b: 0 })) });
        const at = action => bar.querySelector(`[data-action="${action}"]`), play = at("play");
        const loose = grips(pictures, () => now().unit, unit => { pause(); begin(unit); });
        const follow = () => {
          const { looks, rests, start } = now(), over = rests || looks.length >= LONGEST;
          for (const action of ["play", "one", "next"]) at(action).ariaDisabled = String(over && !(action === "play" && timer));
          at("back").ariaDisabled = String(!looks.length);
          at("zero").ariaDisabled = String(!looks.length && Object.values(start).every(value => value === 0));
        };
        const still = () => { play.hidden = calm.matches; if (calm.matches) pause(); };
        const unheard = following(model, TRAITS, follow);
        calm.addEventListener("change", still);
        still();
        return () => { pause(); deaf(); unheard(); loose(); calm.removeEventListener("change", still); };
      },
    });
  },
};
