// A prediction is a commitment: choose or type, lock in, and only then see what happens beside the guess.

const UNKNOWN = "I don't know";
const options = state => [...state.choices, UNKNOWN];

const isNumber = state => state.choices.length === 0;
const isUnknown = state => state.guess === UNKNOWN;
const isRight = state => isNumber(state)
  ? typedNumber(state.guess) !== null && Math.abs(typedNumber(state.guess) - state.answer) <= state.tolerance
  : state.guess === state.choices[state.answer];
const answerText = state => isNumber(state) ? shown(state.answer, 6) : state.choices[state.answer];

export const still = state =>
  `<div class="bp-prediction"><p class="bp-question">${escaped(state.question)}</p>` +
  (isNumber(state) ? "" : `<ul>${state.choices.map(c => `<li${state.code ? ' class="code"' : ""}>${escaped(c)}</li>`).join("")}</ul>`) +
  `<details><summary>Decide first, then open: ${isNumber(state) ? "the answer" : "what happens"}</summary><p><b>${escaped(answerText(state))}</b></p><p>${escaped(state.outcome)}</p></details></div>`;

function form(state) {
  const id = newId("ask");
  const choices = options(state).map((choice, k) =>
    `<label class="${state.code && choice !== UNKNOWN ? "code" : ""}"><input type="radio" name="${id}" value="${k}"/><span>${escaped(choice)}</span></label>`).join("");
  // No inputmode="decimal": the number pad of some phones has no minus sign.
  const entry =
    `<label class="bp-entry"><span>Your number</span><input type="text" autocomplete="off" aria-describedby="${id}-hint"/></label>` +
    `<label><input type="checkbox"/><span>${UNKNOWN}</span></label>`;
  return `<form class="bp-prediction" novalidate><fieldset><legend class="bp-question"><span class="bp-tag">${state.code ? "Find the slip" : "Predict"}</span> ${escaped(state.question)}</legend>` +
    `${isNumber(state) ? entry : choices}</fieldset>` +
    `<p class="bp-hint" id="${id}-hint" role="alert"></p><button type="submit">Lock in</button></form>`;
}

function result(state) {
  const verdict = isUnknown(state) ? "Now you do:" : isRight(state) ? "✓ As you predicted." : "✗ Not what you predicted. Good: now there is something to explain.";
  return `<div class="bp-prediction bp-locked" tabindex="-1"><p class="bp-question">${escaped(state.question)}</p>` +
    `<dl><div><dt>You said</dt><dd class="${state.code && !isUnknown(state) ? "code" : ""}">${escaped(state.guess)}</dd></div>` +
    `<div><dt>${state.code || isNumber(state) ? "Answer" : "What happens"}</dt><dd class="${state.code ? "code" : ""}">${escaped(answerText(state))}</dd></div></dl>` +
    `<p class="bp-verdict">${verdict}</p><p>${escaped(state.outcome)}</p><button type="button">Ask me again</button></div>`;
}

export default {
  render({ model, el }) {
    const traits = ["question", "choices", "answer", "tolerance", "outcome", "code", "guess"];
    const state = () => Object.fromEntries(traits.map(trait => [trait, model.get(trait)]));
    const commit = guess => put(model, { guess });
    const draw = ({ focus = false } = {}) => {
      const now = state();
      el.innerHTML = now.guess ? result(now) : form(now);
      if (focus) el.querySelector(now.guess ? ".bp-locked" : "input").focus();
    };
    const redraw = () => draw({ focus: el.contains(document.activeElement) });
    const hint = text => { el.querySelector(".bp-hint").textContent = text; };
    el.addEventListener("submit", event => {
      event.preventDefault();
      const now = state();
      if (!isNumber(now)) {
        const chosen = el.querySelector("input:checked");
        return chosen ? commit(options(now)[Number(chosen.value)]) : hint("Choose one first. “I don't know” is a choice.");
      }
      if (el.querySelector("input[type=checkbox]").checked) return commit(UNKNOWN);
      const text = el.querySelector("input[type=text]").value;
      if (typedNumber(text) === null) {
        return hint(text.trim() ? `“${text.trim()}” is not a number that can be read here. Try something like −0.5, 1200 or 3e-4.` : "Type a number first, or tick “I don't know”.");
      }
      commit(text.trim());
    });
    el.addEventListener("click", event => { if (event.target.closest(".bp-locked button")) commit(""); });
    draw();
    return listening(model, { guess: redraw });
  },
};
