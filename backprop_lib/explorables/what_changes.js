// Mark what has to be worked out again when an input moves, lock in, and only then see it in the graph.

const { svg: SVG, steps: STEPS, moves: MOVES } = SPEC.once;
const answerFor = input => MOVES.find(m => m.key === input).redone;
const namesIn = keys => listed(STEPS.filter(s => keys.includes(s.key)).map(s => s.name));
const question = input => `${titleOf(input)} moves. Mark every operation that has to be done again.`;

const asked = (input, chosen) => painted(SVG, `The graph of J, ${STEPS.length} operations.${input && ` ${titleOf(input)} moves.`}`,
  key => ({ kind: key === input ? "moved" : chosen.includes(key) ? "chosen" : "" }));

function judged(key, input, marked) {
  const changes = answerFor(input).includes(key), right = changes === marked.includes(key);
  return { changes, right, word: changes ? (right ? "changes" : "changes too") : "stays", sign: right ? "✓" : "✗" };
}

const answered = (input, marked) => painted(SVG, `The graph of J. With ${titleOf(input)} change: ${plainly(namesIn(answerFor(input)))}.`, key => {
  if (!STEPS.some(s => s.key === key)) return { kind: key === input ? "moved" : "" };
  const { changes, right, sign } = judged(key, input, marked);
  return { kind: `${changes ? "again" : "stays"}${right ? "" : " wrong"}`, sign };
});

function outcome(input, marked) {
  const answer = answerFor(input), missed = answer.filter(key => !marked.includes(key)), extra = marked.filter(key => !answer.includes(key));
  const verdict = missed.length || extra.length ? "✗ Not quite. Good: now there is something to explain." : "✓ Exactly as you marked.";
  const count = answer.length === STEPS.length ? `All ${answer.length} operations are` : `${answer.length} of ${STEPS.length} operations are`;
  return { verdict, sentence: `${count} done again: ${namesIn(answer)}.` + (missed.length ? ` You left out ${namesIn(missed)}.` : "") +
    (extra.length ? ` You marked ${namesIn(extra)}, to which no arrows lead from ${titleOf(input)}.` : "") };
}

const body = (picture, side) => `<div class="bp-split">${picture}${side}</div>`;

export const still = ({ asked: inputs }) =>
  `<div class="bp-prediction bp-what-changes"><p class="bp-question">Which operations have to be done again${inputs.map(input => ` when ${titleOf(input)} moves?`).join(" And")}</p>` +
  body(graphPicture("The graph of J", asked("", [])), `<ul class="bp-rows">${STEPS.map(s => `<li><span>${s.name} = ${s.formula}</span></li>`).join("")}</ul>`) +
  inputs.map(input => `<details><summary>Decide first, then open: ${titleOf(input)}</summary><p>${outcome(input, answerFor(input)).sentence}</p></details>`).join("") + `</div>`;

const form = (input, round, rounds) =>
  `<form class="bp-prediction bp-what-changes"><p class="bp-round">${round + 1} of ${rounds}</p>` +
  body(graphPicture("The graph of J", asked(input, [])), `<fieldset><legend class="bp-question"><span class="bp-tag">Predict</span> ${question(input)}</legend>` +
    STEPS.map(s => `<label><input type="checkbox" value="${s.key}"/><span>${s.name} = ${s.formula}</span></label>`).join("") +
    `<p class="bp-hint" role="alert"></p><button type="submit">Lock in</button></fieldset>`) + `</form>`;

function result(input, marked, round, inputs) {
  const { verdict, sentence } = outcome(input, marked), next = inputs[round + 1];
  const rows = STEPS.map(s => {
    const { right, word, sign } = judged(s.key, input, marked);
    return `<li class="${right ? "" : "wrong"}"><span>${s.name} = ${s.formula}</span> <b>${sign} ${word}</b></li>`;
  }).join("");
  return `<div class="bp-prediction bp-what-changes bp-locked" tabindex="-1"><p class="bp-round">${round + 1} of ${inputs.length}</p>` +
    body(graphPicture(`What ${titleOf(input)} changes`, answered(input, marked)), `<div><p class="bp-verdict">${verdict}</p><p>${sentence}</p><ul class="bp-rows">${rows}</ul>` +
      `<button type="button">${next ? `Next: ${titleOf(next)}` : "Start again"}</button></div>`) + `</div>`;
}

export default {
  render({ model, el }) {
    const inputs = model.get("asked"), guesses = () => model.get("guesses"), round = () => Math.min(inputs.length - 1, model.get("round"));
    const draw = () => {
      const focused = el.contains(document.activeElement), marked = guesses()[inputs[round()]];
      el.innerHTML = marked ? result(inputs[round()], marked, round(), inputs) : form(inputs[round()], round(), inputs.length);
      if (focused) el.querySelector(marked ? ".bp-locked" : "input").focus({ preventScroll: true });
    };
    const boxes = () => [...el.querySelectorAll("input")];
    const marks = () => boxes().filter(box => box.checked).map(box => box.value);
    const repaint = () => { el.querySelector(".bp-graph svg").outerHTML = asked(inputs[round()], marks()); };
    el.addEventListener("change", repaint);
    el.addEventListener("submit", event => {
      event.preventDefault();
      if (!marks().length) { el.querySelector(".bp-hint").textContent = "Mark at least one."; return; }
      put(model, { guesses: { ...guesses(), [inputs[round()]]: marks() } });
    });
    el.addEventListener("click", event => {
      const key = event.target.closest("form [data-node]")?.dataset.node, box = boxes().find(b => b.value === key);
      if (box) { box.checked = !box.checked; repaint(); }
      if (!event.target.closest(".bp-locked button")) return;
      const next = (round() + 1) % inputs.length;
      put(model, { round: next, guesses: next ? guesses() : {} });
    });
    return following(model, ["round", "guesses"], draw);
  },
};
