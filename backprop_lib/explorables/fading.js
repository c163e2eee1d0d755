// Factor cards of one weight, some of them blank: what is left out is worked out by the reader, and the product with it.
// CALCULATION above was read from the graph; the cards come as HTML from Python, `<span data-blank="KEY"></span>` where
// an answer is asked for and `<span data-echo="KEY"></span>` where it is used. Needs stage.js, network.js, the calculation and
// its judge, answers.js.

const ALLOWED = 0.005; // half a percent: three significant digits

const cardsOfWeights = {};

const fadingOf = state => {
  const onPaper = (CALCULATION.onPaper ??= calculationOf(networkOf(CALCULATION.description)));
  const cards = (cardsOfWeights[state.weight] ??= cardsOf(onPaper, CALCULATION.cards[state.weight]));
  const values = valuesOf(cards, valuesOf(onPaper, state.values));
  return { ...state, onPaper, cards, calculation: { ...CALCULATION, values, words: onPaper.words } };
};

// The cards as a calculation of their own, of which all else is given: a line for each factor, and one for the product. A
// factor that stands in a table of the calculation on paper has its mistakes.
function cardsOf(onPaper, { factors, result }) {
  const plain = { kind: "card", units: [], place: { roles: {}, sets: {}, facts: {} } };
  const lines = [...factors, result].map(({ key, part, same }) => ({ ...(same ? onPaper.byKey[same] : { ...plain, part }), key, goal: 0 }));
  return {
    network: onPaper.network, lines, byKey: Object.fromEntries(lines.map(line => [line.key, line])),
    rank: new Map(lines.map(({ key }, k) => [key, k])), known: new Set([...onPaper.network.given, ...onPaper.lines.map(line => line.key)]),
  };
}

// The verdict on every answer, with what to say: { key: { kind, says } }.
function verdictsOf(now) {
  const { onPaper, cards, spoken, values, result, answers } = now, asked = askedFor(now), found = {};
  const given = Object.fromEntries(Object.entries(now.calculation.values).filter(([key]) => !asked.includes(key)));
  const texts = Object.fromEntries(asked.map(key => [key, answers[key] ?? ""]));
  const named = { ...cards, words: { ...onPaper.words, ...spoken } };
  for (const verdict of Object.values(judged(cards, given, texts, ALLOWED))) {
    const { key, kind, slips, note } = verdict, wrong = ["wrong", "cannot tell"].includes(kind) && !slips.length && !note;
    // Of a product the mistakes of the whole way on paper are known.
    const elsewhere = wrong && key === result ? judged(onPaper, values, { [key]: texts[key] }, ALLOWED)[key].slips : [];
    const beside = wrong && key !== result && Object.keys(values).find(name => values[name] === numeral(texts[key]).value);
    const told = elsewhere.length ? { ...verdict, kind: "wrong", slips: elsewhere.map(slip => ({ ...slip, at: key })) } : beside ? { ...verdict, note: beside } : verdict;
    found[key] = { kind: told.kind, says: saying(named, told, texts) };
  }
  return found;
}

const askedFor = ({ blanks, result }) => [...blanks, result];

// The forward pass, and the way of the weight lit in it.
function pictureOf({ calculation, title, weight, paths }) {
  const { values, parameters, words, layers } = calculation;
  const seen = Object.fromEntries(Object.entries(values).filter(([key]) => key.startsWith("out_") || parameters.some(p => p.name === key)));
  const said = [...parameters.map(p => p.name), ...layers.slice(1).flat().map(unit => `out_${unit}`)].map(key => `${words[key]}: ${shown(values[key], 6)}`).join("; ");
  return diagram(calculation, {
    title: `${title[0].toUpperCase()}${title.slice(1)} after the forward pass`, values: seen, chosen: weight, paths,
    description: `The way of ${weight} to the error runs ${paths.length > 1 ? `along ${paths.length} paths` : "along one path"}, through ${paths.map(path => path.through).join("; and through ")}. ${said}.`,
  });
}

// The cards, with `inside(key)` in each blank, the first time that it is asked for, and `echo(key)` where it is used.
function cardsWith({ calculation, faded }, inside, echo) {
  const placed = new Set();
  return filled(faded, calculation.values)
    .replace(/<span data-blank="([^"]+)"><\/span>/g, (_, key) => {
      if (placed.has(key)) return `<span data-echo="${key}">${echo(key)}</span>`;
      placed.add(key);
      return inside(key);
    })
    .replace(/<span data-echo="([^"]+)"><\/span>/g, (_, key) => `<span data-echo="${key}">${echo(key)}</span>`);
}

const workedCards = ({ calculation, worked }) => filled(worked, calculation.values);

const instruction = ({ blanks }) =>
  `<p class="bp-fading-task">${blanks.length ? `Fill the ${blanks.length > 1 ? `${blanks.length} blank cards` : "blank card"}, then the product.` : "Work out the product."} Three significant digits are looked at: carry six.</p>`;

export const still = state => {
  const now = fadingOf(state);
  return `<div class="bp-explorable bp-fading" role="group" aria-label="Factor cards of ${escaped(state.weight)}">${pictureOf(now)}${instruction(now)}` +
    `${cardsWith(now, () => '<span class="bp-blank"></span>', () => '<span class="bp-blank"></span>')}` +
    `<details><summary>Fill the blanks first, then open: worked out</summary>${workedCards(now)}</details></div>`;
};

const asking = (id, now) =>
  `${pictureOf(now)}${instruction(now)}${cardsWith(now, key => answerField(id, key, now.spoken[key]), () => "")}` +
  '<ul class="bp-hints"></ul><div class="bp-bar"><button type="button" data-do="check" class="bp-main">Check</button>' +
  '<button type="button" data-do="lock">Lock in and see it worked out</button>' + signButton + '<span class="bp-count"></span></div>';

// Worked out, with what the reader had said for each blank.
function locked(now, verdicts) {
  const said = askedFor(now).map(key => {
    const text = (now.answers[key] ?? "").trim(), { kind } = verdicts[key];
    return `<div><dt>${now.symbols[key]}</dt><dd>${text ? `${escaped(text)} <b class="bp-said-${kind}"><span aria-hidden="true">${MARKS[kind]}</span> ${SPOKEN[kind]}</b>` : "left blank"}</dd></div>`;
  }).join("");
  return `${pictureOf(now)}<div class="bp-worked" tabindex="-1" role="group" aria-label="Worked out">${workedCards(now)}</div>` +
    `<p class="bp-said-title">You said</p><dl class="bp-said">${said}</dl><div class="bp-bar"><button type="button" data-do="again">Back to my answers</button></div>`;
}

export default {
  render({ model, el }) {
    const id = newId("fading"), names = ["values", "title", "weight", "paths", "faded", "worked", "blanks", "result", "spoken", "symbols", "answers", "checked", "locked"];
    el.innerHTML = `<div class="bp-explorable bp-fading" role="group" aria-label="Factor cards of ${escaped(model.get("weight"))}"><div></div><p class="bp-heard" role="status"></p></div>`;
    const root = el.firstElementChild, [body, heard] = root.children;
    let current = null;
    const now = () => fadingOf(Object.fromEntries(names.map(name => [name, model.get(name)])));
    const texts = () => model.get("answers");

    // Marks, hints, and the answers where the product uses them.
    function mark() {
      if (model.get("locked")) return;
      const state = now(), verdicts = verdictsOf(state);
      const marks = Object.fromEntries(state.checked.map(key => [key, verdicts[key]]).filter(([, verdict]) => verdict && verdict.kind !== "empty"));
      showMarks(body, marks);
      for (const place of body.querySelectorAll("[data-echo]")) {
        const text = (texts()[place.dataset.echo] ?? "").trim();
        place.innerHTML = text ? escaped(/^[-−]/.test(text) ? `(${text})` : text) : '<span class="bp-blank"></span>';
      }
      showHints(body.querySelector(".bp-hints"), askedFor(state).filter(key => marks[key]?.says).map(key => [state.symbols[key], marks[key].says]));
      const right = askedFor(state).filter(key => marks[key]?.kind === "right").length;
      body.querySelector(".bp-count").textContent = `${right} of ${askedFor(state).length} right`;
    }

    function draw() {
      const state = now();
      body.innerHTML = state.locked ? locked(state, verdictsOf(state)) : asking(id, state);
      refill(body, texts());
      mark();
    }

    function check(keys) {
      const state = now(), given = keys.filter(key => (texts()[key] ?? "").trim());
      put(model, { checked: [...new Set([...state.checked, ...given])] });
      const verdicts = verdictsOf(state), told = given.map(key => [key, verdicts[key]]);
      heard.textContent = given.length
        ? `${told.filter(([, { kind }]) => kind === "right").length} of ${given.length} right. ${told.filter(([, { says }]) => says).map(([key, { says }]) => `${state.spoken[key]}: ${says}`).join(" ")}`
        : "Nothing to check yet: fill a blank first.";
      if (!given.length) body.querySelector("input[data-key]").focus();
      return told;
    }

    const lock = value => put(model, { locked: value });
    const actions = {
      check: () => check(askedFor(now())),
      lock: () => { lock(true); body.querySelector(".bp-worked").focus(); },
      again: () => { lock(false); body.querySelector("input[data-key]").focus(); },
      sign: () => changeSign(current?.isConnected ? current : answerFields(body)[0]),
    };
    root.addEventListener("click", event => actions[event.target.closest("[data-do]")?.dataset.do]?.());
    keepFocus(root);
    root.addEventListener("focusin", event => { if (event.target.dataset.key) current = event.target; });
    root.addEventListener("input", event => {
      const { key } = event.target.dataset;
      if (!key) return;
      model.set("checked", model.get("checked").filter(one => one !== key));
      model.set("answers", { ...texts(), [key]: event.target.value });
    });
    root.addEventListener("change", () => model.save_changes());
    root.addEventListener("keydown", event => {
      const { key } = event.target.dataset;
      if (event.key !== "Enter" || !key) return;
      event.preventDefault();
      const [found] = check([key]);
      if (found?.[1].kind === "right") answerFields(body).find(box => !box.value.trim())?.focus();
    });
    const refilled = () => {
      refill(body, texts());
      mark();
    };
    draw();
    return listening(model, { locked: draw, checked: refilled, answers: refilled });
  },
};
