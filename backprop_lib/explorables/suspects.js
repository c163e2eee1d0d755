// A line-up of suspects: predict how far each moves a printed error, test it, and see how many printed digits it gives.
// `PROGRAMS` and `SPEC` above are read from graphs: every program trains the network; nothing here differentiates.

const NAME = "The line-up";
const { suspects: SUSPECTS, figures: FIGURES, rounds: ROUNDS } = SPEC;
const GUESSES = ["Less than half of it", "About as much", "More than twice as much"];
const printedFigure = key => FIGURES.find(figure => figure.key === key).printed;
const numberOf = suspect => SUSPECTS.indexOf(suspect) + 1;

// Trains, with the weights rounded at the end of each round.
function roundingWeights(program) {
  return (values, rounds) => {
    const history = { E: [], o1: [], o2: [] };
    for (let now = values, round = 0; ; round++) {
      const { history: two, final } = program(now, 1);
      for (const key of Object.keys(history)) history[key].push(two[key][0]);
      if (round === rounds) return { history, final: Object.fromEntries(Object.keys(final).map(name => [name, now[name]])) };
      now = { ...now, ...Object.fromEntries(Object.entries(final).map(([name, value]) => [name, nine(value)])) };
    }
  };
}

// The leading part of a number, printed like the printed one, that agrees with it, and how many digits that is.
function compared(printed, value) {
  const ours = value.toFixed(printed.length - printed.indexOf(".") - 1);
  const apart = [...printed].findIndex((digit, k) => digit !== ours[k]);
  const same = ours.length !== printed.length ? 0 : apart < 0 ? printed.length : apart;
  const digits = text => text.replace(".", "").replace(/^[-0]+/, "").length;
  return { ours, same, agree: digits(printed.slice(0, same)), of: digits(printed) };
}

const found = new Map();

// What a suspect would have printed, beside what is printed.
function outcome(suspect) {
  if (found.has(suspect.key)) return found.get(suspect.key);
  const plain = PROGRAMS[suspect.program], run = suspect.rounded ? roundingWeights(plain) : plain;
  const { history } = run(suspect.values, ROUNDS), at = round => Math.max(0, round - suspect.behind);
  const gives = {
    E_0: history.E[0], w1: run(suspect.values, 1).final.w1, E_1: history.E[at(1)],
    o1: history.o1[at(ROUNDS)], o2: history.o2[at(ROUNDS)], E_end: history.E[at(ROUNDS)],
  };
  const figures = FIGURES.map(figure => ({ ...figure, ...compared(figure.printed, gives[figure.key]) }));
  const shift = gives.E_1 - RIGHT, ratio = shift / NEEDED;
  const answer = Math.abs(ratio) < 0.5 ? 0 : Math.abs(ratio) <= 2 ? 1 : 2;
  found.set(suspect.key, { figures, shift, ratio, answer, error: figures.find(figure => figure.key === "E_1") });
  return found.get(suspect.key);
}

const RIGHT = PROGRAMS.right(SUSPECTS.find(suspect => suspect.program === "right" && !suspect.behind).values, 1).history.E[1];
const NEEDED = Number(printedFigure("E_1")) - RIGHT;
const signed = value => (value > 0 ? "+" : "") + shown(value, 3).replace(" × ", "\u00a0×\u00a0");
const isWhole = figure => figure.agree === figure.of;
const sign = whole => (whole ? "✓" : "✗");
const digitsOf = ({ agree, of }) => `${agree} of ${of} digits`;

// One row for each suspect that has been tested, on a scale on which each line is a hundred times the one before.
function lineUp(tested) {
  const W = 430, H = 300, left = 36, right = 416, top = 34, bottom = 246, low = -11, high = 0;
  const across = scale(low, high, left, right), up = scale(0.3, SUSPECTS.length + 0.7, top, bottom);
  const place = shift => across(Math.max(low, Math.min(high, Math.log10(Math.abs(shift)))));
  const grid = [-10, -8, -6, -4, -2, 0].map(p => line(across(p), top, across(p), bottom, "grid") + label(across(p), bottom + 19, p ? "10" + superscript(p) : "1")).join("");
  const [from, to] = [place(NEEDED / 2), place(NEEDED * 2)];
  const band = `<rect class="wanted" x="${from.toFixed(1)}" y="${top}" width="${(to - from).toFixed(1)}" height="${bottom - top}"/>` +
    line(place(NEEDED), top - 6, place(NEEDED), bottom, "wanted-line") + label(place(NEEDED), top - 12, "wanted", "target-name");
  const rows = SUSPECTS.map((suspect, k) => label(left - 10, up(k + 1) + 5, k + 1, tested.includes(suspect) ? "name" : "", "end")).join("");
  const marks = tested.map(suspect => {
    const { shift } = outcome(suspect), x = place(shift), y = up(numberOf(suspect)), d = shift < 0 ? -1 : 1;
    return line(left, y, x, y, "reach") + `<path class="shift" d="M${(x - 6).toFixed(1)},${(y + 5 * d).toFixed(1)}h12l-6,${-11 * d}z"/>`;
  }).join("");
  const said = `How far each tested suspect moves the error after one round, on a logarithmic scale; wanted is ${signed(NEEDED)}. ` +
    (tested.length ? `${tested.map(suspect => `${numberOf(suspect)}, ${suspect.name}: ${signed(outcome(suspect).shift)}`).join("; ")}.` : "None is tested yet.");
  return picture("lineup", "How far each moves the error after one round (▲ up, ▼ down)", said, W, H,
    band + grid + line(left, bottom, right, bottom, "axis") + rows + marks + label(right, bottom + 42, "change of the error", "name", "end"));
}

const clue = figure =>
  `<li class="bp-clue ${isWhole(figure) ? "fits" : "differs"}"><p class="bp-clue-name">${escaped(figure.name)}</p>` +
  `<p><span class="bp-who">printed</span> <span class="bp-digits">${figure.printed}</span></p>` +
  `<p><span class="bp-who">program</span> <span class="bp-digits"><b>${figure.ours.slice(0, figure.same)}</b>${figure.ours.slice(figure.same)}</span></p>` +
  `<p class="bp-agree">${sign(isWhole(figure))} ${digitsOf(figure)}</p></li>`;

const clues = suspect => `<ul class="bp-clues">${outcome(suspect).figures.map(clue).join("")}</ul>`;

function verdict(suspect, guess) {
  const { shift, ratio, answer, error } = outcome(suspect);
  const said = guess === undefined || guess < 0 ? "" : guess === answer ? "✓ As you predicted. " : `✗ You said: ${GUESSES[guess].toLowerCase()}. `;
  const moved = `It moves the error by ${signed(shift)}, and ${signed(NEEDED)} is wanted: ${GUESSES[answer].toLowerCase()}` +
    `${ratio < 0 ? ", and the other way" : ""}.`;
  const fits = isWhole(error) ? `All ${error.of} printed digits of the error after one round come out.`
    : answer === 1 ? `The size is right, and still only ${error.agree} of ${error.of} digits come out.` : `Only ${error.agree} of ${error.of} digits come out.`;
  return `${said}${moved} ${fits}`;
}

const heading = suspect => `${numberOf(suspect)}. ${suspect.name}`;

export const still = () => {
  const groups = [...new Set(SUSPECTS.map(suspect => suspect.group))];
  const file = suspect => `<li><p><b>${escaped(suspect.name)}.</b> ${escaped(suspect.hypothesis)}</p>` +
    `<details><summary>Decide first, then open: what it gives</summary><p>${escaped(verdict(suspect))}</p>${clues(suspect)}</details></li>`;
  let count = 0;
  const list = group => {
    const members = SUSPECTS.filter(suspect => suspect.group === group), start = count + 1;
    count += members.length;
    return `<p class="bp-group">${escaped(group)}</p><ol start="${start}">${members.map(file).join("")}</ol>`;
  };
  return `<div class="bp-explorable bp-suspects" role="group" aria-label="${NAME}">${groups.map(list).join("")}` +
    `<details><summary>All of them on one scale</summary>${lineUp(SUSPECTS)}</details></div>`;
};

function frame() {
  const name = newId("suspects");
  const choice = suspect => `<label><input type="radio" name="${name}" value="${suspect.key}"/>` +
    `<span class="bp-no">${numberOf(suspect)}</span><span>${escaped(suspect.name)}</span><span class="bp-mark" data-mark="${suspect.key}"></span></label>`;
  const group = title => `<fieldset><legend>${escaped(title)}</legend>${SUSPECTS.filter(s => s.group === title).map(choice).join("")}</fieldset>`;
  return `<div class="bp-explorable bp-suspects" role="group" aria-label="${NAME}"><div class="bp-board">` +
    `<div class="bp-list">${[...new Set(SUSPECTS.map(s => s.group))].map(group).join("")}</div><div class="bp-file"></div>` +
    `<div class="bp-score"><div class="bp-panels"></div><p class="bp-readout" role="status"></p>` +
    `<button type="button" class="bp-again" data-again>Start again</button></div></div></div>`;
}

const ask = suspect =>
  `<p class="bp-file-name">${escaped(heading(suspect))}</p><p>${escaped(suspect.hypothesis)}</p>` +
  `<div class="bp-ask" role="group" aria-label="Your prediction"><p><span class="bp-tag">Predict</span> The error after one round must move by ${signed(NEEDED)}. How far will this move it?</p>` +
  `<p class="bp-buttons">${GUESSES.map((guess, k) => `<button type="button" data-guess="${k}">${guess}</button>`).join("")}<button type="button" class="bp-plain" data-guess="-1">I don't know: test it</button></p></div>`;

const evidence = (suspect, guess) =>
  `<p class="bp-file-name">${escaped(heading(suspect))}</p><p>${escaped(suspect.hypothesis)}</p><p class="bp-verdict" tabindex="-1">${escaped(verdict(suspect, guess))}</p>${clues(suspect)}`;

function tally(tested) {
  if (!tested.length) return `Choose a suspect, predict, and test it. None of the ${SUSPECTS.length} is tested yet.`;
  const giving = tested.filter(suspect => isWhole(outcome(suspect).error));
  const most = Math.max(...tested.map(suspect => outcome(suspect).figures.filter(isWhole).length));
  return `<b>${tested.length} of ${SUSPECTS.length}</b> tested. ` +
    (giving.length ? `All digits of the error after one round come from: <b>${giving.map(s => escaped(heading(s))).join("; ")}</b>. ` : "None of them gives all digits of the error after one round. ") +
    `No tested program gives more than ${most} of the ${FIGURES.length} figures.`;
}

export default {
  render({ model, el }) {
    el.innerHTML = frame();
    const [panels, file, words] = [".bp-panels", ".bp-file", ".bp-readout"].map(part => el.querySelector(part));
    const again = el.querySelector("[data-again]");
    const draw = () => {
      const guesses = model.get("tested"), tested = SUSPECTS.filter(suspect => suspect.key in guesses);
      const chosen = SUSPECTS.find(suspect => suspect.key === model.get("suspect")) ?? SUSPECTS[0];
      el.querySelector(`input[value="${chosen.key}"]`).checked = true;
      for (const suspect of SUSPECTS) {
        const mark = el.querySelector(`[data-mark="${suspect.key}"]`), done = tested.includes(suspect);
        mark.textContent = done ? `${sign(isWhole(outcome(suspect).error))} ${outcome(suspect).error.agree} of ${outcome(suspect).error.of}` : "";
      }
      panels.innerHTML = lineUp(tested);
      file.innerHTML = chosen.key in guesses ? evidence(chosen, guesses[chosen.key]) : ask(chosen);
      words.innerHTML = tally(tested);
      again.hidden = !tested.length;
    };
    const save = changes => put(model, changes);
    el.addEventListener("change", event => { if (event.target.type === "radio") save({ suspect: event.target.value }); });
    el.addEventListener("click", event => {
      const guess = event.target.closest("[data-guess]");
      if (guess) {
        save({ tested: { ...model.get("tested"), [model.get("suspect")]: Number(guess.dataset.guess) } });
        file.querySelector(".bp-verdict").focus({ preventScroll: true });
      }
      if (event.target.closest("[data-again]")) {
        save({ tested: {} });
        el.querySelector("input:checked").focus();
      }
    });
    return following(model, ["suspect", "tested"], draw);
  },
};
