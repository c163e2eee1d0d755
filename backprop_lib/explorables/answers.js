// Typed answers to a calculation: right or not, and what may have gone wrong. Strings and numbers, no page needed.
//
// A calculation is { values, steps, slips, words, same, results }:
//   values   every number by key, given or worked out (the program that was read from the graph)
//   steps    { net_h1: v => v("w1") * v("i1") + … }: the formula of each line of the calculation, in other keys
//   slips    [{ told, advice, steps }]: known slips, each with the formulas that it changes
//   words    what to call each number in a sentence
//   same     for a key without a step, the key of the line that finds the same number, if there is one
//   results  formulas to follow an answer by that are not those of `steps`, if there are any; `asked` names what they use
// Needs stage.js before it.

const PART = 0.005; // how far an answer may be off, as a part of the number: about three significant digits
const CLOSE = 0.001; // how near a number must come to what a slip gives
const DIGITS_ASKED = "three significant digits";

// What a difference is compared with: the number itself, or, of a new weight, the step that it has made.
const sizeOf = ({ values }, key, value) => (key.endsWith("_next") ? Math.abs(value - values[key.slice(0, -5)]) : Math.abs(value));

const isRightAnswer = (calculation, key, number) =>
  Math.abs(number - calculation.values[key]) <= PART * sizeOf(calculation, key, calculation.values[key]);

// Half a unit in the last place that was written.
function halfPlace(text) {
  const [, decimals = "", power = "0"] = text.trim().replace(/[−–]/g, "-").match(/^[-+]?\d*(?:[.,](\d*))?(?:e([-+]?\d+))?$/i) ?? [];
  return 0.5000001 * 10 ** (Number(power) - decimals.length);
}

// How far a text is from what somebody who got `value` would write: 0 as far as its digits tell, and no number if it is
// something else. `near` is how much a hand calculation may be off by its own rounding.
function distance(calculation, key, value, text, near = CLOSE) {
  const size = sizeOf(calculation, key, value), apart = Math.abs(typedNumber(text) - value);
  if (apart <= Math.min(halfPlace(text), PART * size)) return 0;
  return apart <= near * size ? apart : NaN;
}

const isMeant = (calculation, key, value, text, near) => !Number.isNaN(distance(calculation, key, value, text, near));

// All numbers of the calculation, each worked out when it is asked for, with some of its formulas changed.
function carriedOn({ values, steps }, changed) {
  const found = {};
  const v = key => {
    const step = changed[key] ?? steps[key];
    return step ? (found[key] ??= step(v)) : values[key];
  };
  return v;
}

// The earlier answers, not right themselves, from which this one follows.
function followsFrom(calculation, key, text, texts) {
  const used = [];
  const own = name => {
    const number = typedNumber(texts[name] ?? "");
    if (number === null || isRightAnswer(calculation, name, number)) return calculation.values[name];
    used.push(name);
    return number;
  };
  const value = (calculation.results?.[key] ?? calculation.steps[key])?.(own);
  return isMeant(calculation, key, value, text) ? used : [];
}

// The slips that give this number, and do not give the right one: those that come nearest, made in this very line first.
function slipsBehind(calculation, key, text) {
  const found = calculation.slips.map(slip => {
    const value = carriedOn(calculation, slip.steps)(key);
    const wrong = value !== undefined && !isRightAnswer(calculation, key, value);
    return { slip, value, apart: wrong ? distance(calculation, key, value, text) : NaN };
  });
  const nearest = Math.min(...found.map(({ apart }) => (Number.isNaN(apart) ? Infinity : apart)));
  return found.filter(({ apart }) => apart === nearest || apart <= 2 * nearest).sort((a, b) => (key in b.slip.steps) - (key in a.slip.steps));
}

// Another number of the same calculation that this one is: one that was worked out, by three digits at least, or, for a
// factor of a chain rule, one that is given, such as the weight beside it.
function mistakenFor(calculation, key, text) {
  const number = typedNumber(text), careful = Math.abs(number) >= 200 * halfPlace(text);
  return Object.keys(calculation.words).find(name => {
    const value = calculation.values[name];
    if (name === key || value === undefined || isRightAnswer(calculation, key, value)) return false;
    if (!(name in calculation.steps)) return !(key in calculation.steps) && value === number;
    return careful && !name.endsWith("_next") && isMeant(calculation, name, value, text, CLOSE / 10);
  });
}

const listed = names => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

// What to say to a wrong number, without giving the right one away.
function diagnosis(calculation, key, text, texts) {
  const at = calculation.same?.[key] ?? key, { words, values } = calculation;
  const earlier = followsFrom(calculation, key, text, texts);
  if (earlier.length) return `It follows from your number for ${listed([...new Set(earlier)].map(name => words[name] ?? calculation.asked[name]))}, so look there first.`;
  const [first, second] = slipsBehind(calculation, at, text).map(({ slip }) => slip);
  if (first) return `This number comes out if ${first.told}${second ? `, or if ${second.told}` : ""}. ${first.advice}`;
  if (isMeant(calculation, key, -values[key], text)) return "The size is right, the sign is not.";
  const other = mistakenFor(calculation, key, text);
  if (other) return `That is ${words[other]}; something else is asked here.`;
  return "None of the usual slips gives this number: work it out once more.";
}

const UNREADABLE = "is not a number that can be read here. Try something like −0.123, 0,123 or 3e-4.";

// The verdict on what was typed for a key: { kind: "empty" | "unreadable" | "right" | "short" | "wrong", says }.
function verdictOn(calculation, key, text, texts = {}) {
  if (!text.trim()) return { kind: "empty", says: "" };
  const number = typedNumber(text);
  if (number === null) {
    const thousands = /^[-+−–]?\d{1,3},\d{3}$/.test(text.trim()) ? "could be a thousand or one: write a point for the comma." : UNREADABLE;
    return { kind: "unreadable", says: `“${text.trim()}” ${thousands}` };
  }
  if (isRightAnswer(calculation, key, number)) return { kind: "right", says: "" };
  const cut = Math.abs(number - calculation.values[key]) <= halfPlace(text);
  if (number && cut && !slipsBehind(calculation, key, text).some(({ value }) => Math.abs(value - number) < 1e-9)) {
    const more = key.endsWith("_next") ? "more decimals, so that the step of the weight shows with three digits" : DIGITS_ASKED;
    return { kind: "short", says: `Right as far as it goes; write ${more}.` };
  }
  return { kind: "wrong", says: diagnosis(calculation, key, text, texts) };
}

// On a page: the fields that answers are typed into, and their marks.

const MARKS = { right: "✓", wrong: "✗", short: "…", unreadable: "?", shown: "→", follows: "↳", "cannot tell": "–" };
const SPOKEN = { right: "right", wrong: "not right", short: "too few digits", unreadable: "no number", shown: "shown", follows: "follows from an earlier number", "cannot tell": "cannot tell" };

const answerField = (id, key, name) =>
  '<span class="bp-answer" data-kind=""><input type="text" inputmode="decimal" enterkeyhint="next" autocomplete="off" spellcheck="false" ' +
  `data-key="${key}" aria-label="${escaped(name)}" aria-describedby="${id}-${key}"/><span class="bp-mark" id="${id}-${key}"></span></span>`;

const answerFields = body => [...body.querySelectorAll("input[data-key]")];

const markOf = kind => `<span aria-hidden="true">${MARKS[kind]}</span><span class="bp-heard">${SPOKEN[kind]}</span>`;

function showMarks(body, marks) {
  for (const box of answerFields(body)) {
    const kind = marks[box.dataset.key]?.kind ?? "";
    box.parentElement.dataset.kind = kind;
    box.ariaInvalid = ["wrong", "unreadable"].includes(kind) ? "true" : null;
    box.nextElementSibling.innerHTML = kind ? markOf(kind) : "";
  }
}

// A list that a screen reader is in stays as it is unless it changes.
function showHints(list, hints) {
  const markup = hints.map(([name, says]) => `<li><b>${name}</b>: ${escaped(says)}</li>`).join("");
  if (list.innerHTML !== markup) list.innerHTML = markup;
}

// What is typed stays: only fields that nobody is in take over what came from elsewhere.
function refill(body, texts) {
  for (const box of answerFields(body)) {
    const text = texts[box.dataset.key] ?? "";
    if (box !== document.activeElement && box.value !== text) box.value = text;
  }
}

// Phones have number pads without a minus sign. The button leaves the cursor, and the pad, where they are.
const signButton = '<button type="button" data-do="sign" class="bp-touch" aria-label="change the sign">±</button>';

function changeSign(box) {
  box.value = /^\s*[-−–]/.test(box.value) ? box.value.replace(/[-−–]/, "") : `−${box.value.trim()}`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

const keepFocus = root => root.addEventListener("pointerdown", event => { if (event.target.closest('[data-do="sign"]')) event.preventDefault(); });
