// One input moves, and the graph says what is worked out again: "was → is".

const NAME = "What is computed again";
const WEIGHTS = ["w_1", "w_2", "w"];
const FARTHEST = 20;

const exactly = value => Number(value.toFixed(6)) + 0; // 0.1 + 0.2 is meant to be 0.3
const signed = value => (value > 0 ? "+" : "") + shown(value, 3);

// All that the picture shows: what moves, and by how much; or what is looked back from.
function move({ values, chosen, by, copies, tried = [] }) {
  const which = copies ? "copies" : "once", { numbered: svg, steps, moves, looks } = SPEC[which], run = RUN[which];
  const look = looks.find(l => l.key === chosen), choice = look ?? moves.find(m => m.key === chosen) ?? moves.find(m => m.key === "w");
  const start = { ...values, w_1: values.w, w_2: values.w };
  const after = ({ inputs }) => ({ ...start, ...Object.fromEntries(inputs.map(name => [name, exactly(start[name] + by)])) });
  const was = run(start), is = look ? was : run(after(choice));
  const known = [...tried, choice.key];
  return {
    svg, steps, choice, look, was, is,
    tried: by && !tried.includes(choice.key) ? known : tried,
    by: look ? 0 : by,
    title: titleOf(choice.key, copies),
    redone: by && !look ? choice.redone : [],
    ways: copies && !look ? WEIGHTS.map(key => ({ key, change: known.includes(key) ? run(after(moves.find(m => m.key === key))).J - was.J : null })) : [],
  };
}

const isComputed = ({ steps }, key) => steps.some(s => s.key === key);
const nameOf = ({ steps }, key) => steps.find(s => s.key === key)?.name ?? `<i>${titleOf(key)}</i>`;
const namesOf = (now, keys) => listed(keys.map(key => nameOf(now, key)));
const inputsOf = (now, keys) => keys.filter(key => !isComputed(now, key));
const change = ({ was, is }, key) => `from ${shown(was[key])} to ${shown(is[key])}`;

function kindOf({ look, choice, by, redone }, key) {
  if (look) return key === look.key ? "from" : look.met.includes(key) ? "met" : "beside";
  return redone.includes(key) ? "again" : by && choice.inputs.includes(key) ? "moved" : "";
}

function described(now) {
  const { look, choice, title, by, redone } = now;
  if (look) return `looking back from ${plainly(nameOf(now, look.key))}: ${plainly(namesOf(now, look.met))}`;
  return by ? `${title} goes ${change(now, choice.inputs[0])}; computed again: ${redone.map(key => `${plainly(nameOf(now, key))}, ${change(now, key)}`).join("; ")}` : "nothing has moved";
}

function drawn(now) {
  const { svg, was, is, look } = now;
  return graphPicture(look ? "The graph of J, and what is met on the way back" : "The graph of J, and what is worked out again",
    painted(svg, `The graph of J; ${described(now)}.`, key => {
      const kind = kindOf(now, key);
      return { kind, was: key in was ? shown(was[key], 3) : "", is: ["again", "moved"].includes(kind) ? `→ ${shown(is[key], 3)}` : "" };
    }));
}

const tally = ({ steps, redone }) =>
  `<span class="bp-tally" aria-hidden="true">${steps.map((_, k) => `<span class="${k < redone.length ? "done" : "kept"}"></span>`).join("")}</span>`;

// What each way out of w does to J, as far as the reader has tried it.
const ledger = ({ ways, by }) => ways.length ? `<span class="bp-ledger-title">What this does to J, by way of </span>` + ways.map(({ key, change }) =>
  `<span class="bp-way"><span>${titleOf(key, true)}: </span><span>${change === null ? "?" : by ? signed(change) : "nothing"} </span></span>`).join("") : "";

function moving(now) {
  const { choice, title, by, was, is, redone, steps } = now, [from] = choice.inputs;
  const kept = steps.map(s => s.key).filter(key => !redone.includes(key)), all = `of ${steps.length} operations`;
  const told = by
    ? `${title}: ${shown(was[from])} → ${shown(is[from])}. <b>${redone.length}</b> ${all} are done again` +
      `${kept.length ? `; ${namesOf(now, kept)} ${kept.length > 1 ? "keep their values" : "keeps its value"}` : ""}. J goes from ${shown(was.J)} to <b>${shown(is.J)}</b>. `
    : `Nothing has moved: <b>0</b> ${all} are done again, and J stays <b>${shown(is.J)}</b>. `;
  return tally(now) + told + ledger(now);
}

function looking(now) {
  const { look, was } = now, name = nameOf(now, look.key), others = inputsOf(now, Object.keys(was)).filter(key => !look.met.includes(key));
  return `Looking back from ${name}: it is computed from <b>${look.met.length}</b> other values, of which ${namesOf(now, inputsOf(now, look.met))} are inputs. ` +
    `${others.length ? `${namesOf(now, others)} cannot move it. ` : ""}A backward pass from ${name} visits these and no others. `;
}

const explorable = {
  name: NAME,
  traits: ["values", "chosen", "by", "copies"],
  memory: ["tried"],
  panels: drawn,
  readout: now => (now.look ? looking(now) : moving(now)),
};

export const still = state => stillOf(explorable)(move(state));

function controls(name, copies, chosen) {
  const { moves, looks, steps } = SPEC[copies ? "copies" : "once"];
  const chips = (legend, rows) => `<fieldset><legend>${legend}</legend>${rows.map(([key, text]) =>
    `<label><input type="radio" name="${name}" value="${key}"${key === chosen ? " checked" : ""}/><span>${text}</span></label>`).join("")}</fieldset>`;
  return chips("What moves", moves.map(({ key }) => [key, titleOf(key, copies)])) +
    chips("Or look back from", looks.map(({ key }) => [key, nameOf({ steps }, key)]));
}

// The controls stand outside the pictures, which are drawn anew with each move.
function setUp({ root, pictures, model }) {
  const name = newId("moves");
  for (const [attribute, value] of Object.entries({ tabindex: 0, role: "group", "aria-label": "The graph" })) pictures.setAttribute(attribute, value); // it may scroll
  pictures.insertAdjacentHTML("beforebegin", `<div class="bp-choices"><div></div><label class="bp-switch"><input type="checkbox"/><span>A copy of w for each use</span></label></div>`);
  pictures.insertAdjacentHTML("afterend", `<p class="bp-from-here"><button type="button">Start from here</button></p>`);
  const [choices, { firstElementChild: box }] = pictures.previousElementSibling.children, button = pictures.nextElementSibling.firstElementChild;
  const save = changes => put(model, changes);
  const state = () => stateOf(model, explorable.traits);
  const ends = () => {
    const { choice, is } = move(state());
    return !choice.inputs || (model.get("copies") && choice.key.startsWith("w_")) ? null : { ...model.get("values"), [choice.key]: is[choice.inputs[0]] };
  };
  const follow = () => {
    const copies = model.get("copies"), { choice } = move(state());
    if (choices.dataset.copies !== String(copies)) choices.innerHTML = controls(name, copies, choice.key);
    choices.dataset.copies = copies;
    choices.querySelector(`[value="${choice.key}"]`).checked = true;
    box.checked = copies;
    const next = ends();
    button.disabled = !model.get("by") || !next || Object.values(next).some(value => Math.abs(value) > FARTHEST);
  };
  choices.addEventListener("change", event => save({ chosen: event.target.value }));
  box.addEventListener("change", () => save({ copies: box.checked, chosen: "w" }));
  button.addEventListener("click", () => { save({ values: ends(), by: 0 }); root.querySelector("input:checked").focus(); });
  pictures.addEventListener("click", event => {
    const key = event.target.closest("[data-node]")?.dataset.node;
    if (choices.querySelector(`[value="${key}"]`)) save({ chosen: key });
  });
  return following(model, explorable.traits, follow);
}

export default {
  render({ model, el }) {
    return stage({ model, el }, { ...explorable, prepare: move, setUp });
  },
};
