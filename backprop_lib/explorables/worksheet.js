// Another network: the problem that a seed draws, tables to fill, on the screen or on paper, and the key.
// PROBLEMS above holds, by shape, the description of the network, its diagram and its tables.
// Needs stage.js, network.js, the calculation and its judge, answers.js, sheets.js, random.js and another_network.js.

const NAME = "Another network, to work out by hand";
const ANCHOR = "bp-worksheet"; // where a link to a problem leads
const STORE = "backprop-book/worksheet";
const ALLOWED = 0.005; // half a percent, as the sheet says
const problemKey = (shape, seed) => `${shape}/${seed}`;

function problem(shape, seed) {
  const spec = PROBLEMS[shape], given = anotherNetwork(spec, seed);
  const calculation = (spec.calculation ??= calculationOf(networkOf(spec.description)));
  return { ...spec, shape, seed, given, calculation, words: calculation.words, values: valuesOf(calculation, given) };
}

const cellsOf = ({ tables }) => tables.flatMap(table => table.rows.flatMap(row => row.cells.filter(cell => !cell.given).map(cell => cell.key)));

// The address of a problem

function queryFor(shape, seed, query = "") {
  const parts = new URLSearchParams(query);
  parts.set("network", shape);
  parts.set("seed", seed);
  return `?${parts}`;
}

const readSeed = text => (/^\s*\d{1,10}\s*$/.test(text) && Number(text) <= LAST_SEED ? Number(text) : null);

// What an address asks for, with what is on show for all that it leaves out; `refused` says what it asks for in vain.
function readAddress(query, { shape, seed }) {
  const parts = new URLSearchParams(query), wanted = { shape: parts.get("network"), seed: parts.get("seed") }, refused = [];
  if (wanted.shape !== null && !Object.hasOwn(PROBLEMS, wanted.shape)) refused.push(`the network “${wanted.shape}”; there are ${Object.keys(PROBLEMS).join(", ")}`);
  if (wanted.seed !== null && readSeed(wanted.seed) === null) refused.push(`the seed “${wanted.seed}”; a seed is a whole number up to ${LAST_SEED}`);
  return refused.length ? { shape, seed, refused } : { shape: wanted.shape ?? shape, seed: wanted.seed === null ? seed : readSeed(wanted.seed), refused };
}

// The sheet, on the screen and on paper

// What a cell holds before anything is worked out: a number that is given, or nothing.
const isGiven = ({ given }, { key }) => key in given || key === "1";
const givenText = ({ given }, { key }) => (key === "1" ? "1" : shown(given[key], 6));

const blankTable = (now, table) => tableOf(now, table, cell =>
  isGiven(now, cell) ? givenText(now, cell) : cell.given ? '<span class="bp-carried"></span>' : "");
const filledTable = (now, table) => tableOf(now, table, cell => (isGiven(now, cell) ? givenText(now, cell) : shown(now.values[cell.key], 6)));

const numbersOf = ({ parameters, given }, kind) =>
  parameters.filter(p => p.kind === kind).map(p => `${p.html} = ${shown(given[p.name], 6)}`).join(", ");

function pictureOf(now) {
  const { layers, shape, given } = now, [inputs, hidden, outputs] = layers.map(layer => layer.length);
  const described = `${inputs} inputs, ${hidden} hidden units, ${outputs} output${outputs > 1 ? "s" : ""}. ` +
    now.parameters.map(p => `${now.words[p.name]}${now.words[p.name] === p.name ? "" : ` (${p.name})`}: ${shown(given[p.name], 6)}`).join("; ") + ".";
  return diagram(now, { title: `Network ${shape}, seed ${now.seed}`, description: described, values: given });
}

const conventions = (now, more = "") =>
  `<ul class="bp-conventions"><li>Inputs ${numbersOf(now, "input")}; target${now.layers[2].length > 1 ? "s" : ""} ${numbersOf(now, "target")}; learning rate <i>η</i> = ${shown(now.given.eta, 6)}.</li>` +
  "<li>Sigmoid units, out = <i>σ</i>(net) = 1/(1 + <i>e</i><sup>−net</sup>). Half the squared error, <i>E</i> = ½ Σ (out − <i>t</i>)<sup>2</sup>.</li>" +
  "<li>Fill A from the inputs on, B from the outputs back, then C. All weights and biases move at once, from the old ones.</li>" +
  `<li>Carry six significant digits. Three of yours should agree with the key: half a percent is allowed, of a new weight half a percent of its step.</li>${more}</ul>`;

const head = (now, more) => `<div class="bp-sheet-head">${pictureOf(now)}${conventions(now, more)}</div>`;

const sheetTitle = (kind, { shape, seed }, address, more = "") =>
  `<p class="bp-sheet-title"><b>${kind}: network ${shape}, seed ${seed}</b>${more}</p>${address ? `<p class="bp-sheet-address">${escaped(address)}</p>` : ""}`;

const blankSheet = (now, address = "") =>
  `<div class="bp-sheet">${sheetTitle("By hand", now, address, '<span class="bp-sheet-name">Name</span>')}` +
  `${head(now, "<li>Into hatched cells copy what an earlier table has found.</li>")}${now.tables.map(table => blankTable(now, table)).join("")}</div>`;

const keySheet = (now, address = "") =>
  `<div class="bp-sheet bp-sheet-key">${sheetTitle("Key", now, address)}${now.tables.map(table => filledTable(now, table)).join("")}` +
  `<p class="bp-sheet-error">The error before the update is <i>E</i><sub>total</sub> = ${shown(now.values.E_total, 6)}. All numbers to six significant digits.</p></div>`;

export const still = ({ shape, seed }) => {
  const now = problem(shape, seed);
  return `<div class="bp-explorable bp-worksheet" id="${ANCHOR}" role="group" aria-label="${escaped(NAME)}">` +
    `<noscript><p>Other networks, and that of a link with a seed, need a script; this one is for all.</p></noscript>${blankSheet(now)}` +
    `<details><summary>The key: work it out first, then open</summary>${keySheet(now)}</details></div>`;
};

// The mark of each cell that was checked or shown: { kind, says }.
function marksOf(now, cells) {
  const texts = textsOf(cells), verdicts = judged(now.calculation, now.given, texts, ALLOWED);
  const marked = Object.entries(cells).filter(([key, [text, state]]) => Object.hasOwn(verdicts, key) && state && text.trim());
  return Object.fromEntries(marked.map(([key, [, state]]) =>
    [key, state === "shown" ? { kind: "shown", says: "" } : { kind: verdicts[key].kind, says: saying(now.calculation, verdicts[key], texts) }]));
}

function tally(now, marks) {
  const all = cellsOf(now), count = kind => all.filter(key => marks[key]?.kind === kind).length;
  return { all: all.length, right: count("right"), shown: count("shown") };
}

// The page

const frame = (id, now) =>
  `<div class="bp-explorable bp-worksheet" id="${ANCHOR}" role="group" aria-label="${escaped(NAME)}">` +
  `<div class="bp-choose"><label>Network <select>${Object.keys(PROBLEMS).map(shape => `<option>${shape}</option>`).join("")}</select></label>` +
  `<label>Seed <input type="text" class="bp-seed" inputmode="numeric" autocomplete="off" aria-describedby="${id}-seed"/></label>` +
  `${button("another", "Another one")}<a class="bp-link">Link to this problem</a></div>` +
  `<p class="bp-hint" id="${id}-seed" role="alert"></p><div class="bp-problem"></div><p class="bp-heard" role="status"></p></div>`;

const liveTable = (id, now, table) =>
  `<div class="bp-part" data-table="${table.letter}">` +
  tableOf(now, table, cell => (isGiven(now, cell) ? givenText(now, cell) : cell.given ? `<output data-from="${cell.key}"></output>` : answerField(id, cell.key, now.words[cell.key]))) +
  `<div class="bp-bar">${button("check", `Check table ${table.letter}`, ' class="bp-main"')}${button("show", "")}${signButton}<span class="bp-count"></span></div>` +
  '<ul class="bp-hints"></ul></div>';

const liveProblem = (id, now) =>
  head(now) + now.tables.map(table => liveTable(id, now, table)).join("") +
  `<p class="bp-progress"><progress max="${cellsOf(now).length}" value="0" aria-label="cells that are right"></progress><span></span></p>` +
  `<div class="bp-bar bp-print">${button("print-sheet", "Print the sheet")}${button("print-key", "Print the key")}${button("empty", "Empty all cells")}</div>` +
  `<details class="bp-key"><summary>Show the key</summary>${keySheet(now)}</details>`;

export default {
  render({ model, el }) {
    const id = newId("sheet"), own = onOwnPage();
    el.innerHTML = frame(id);
    const root = el.firstElementChild, body = root.querySelector(".bp-problem"), select = root.querySelector("select");
    const seedField = root.querySelector(".bp-seed"), hint = root.querySelector(".bp-hint"), heard = root.querySelector(".bp-heard");
    let now = null;

    const all = () => model.get("answers");
    const name = () => problemKey(now.shape, now.seed);
    const cells = () => all()[name()] ?? {};
    const field = key => body.querySelector(`input[data-key="${key}"]`);
    const keep = changed => {
      const { [name()]: old, ...others } = all();
      model.set("answers", cleaned({ ...others, [name()]: changed }));
      if (own) store(STORE, { ...stored(STORE), ...model.get("answers") });
    };
    const set = (key, text, state) => keep({ ...cells(), [key]: [text, state] });

    const link = () => queryFor(now.shape, now.seed, own ? location.search : "");
    const fullAddress = () => (own && /^http/.test(location.protocol) ? `${location.origin}${location.pathname}${link()}` : "");

    // Marks, hints and numbers carried over, as they follow from what was typed.
    function mark() {
      const marks = marksOf(now, cells()), count = tally(now, marks);
      showMarks(body, marks);
      for (const place of body.querySelectorAll("output[data-from]")) {
        const text = cells()[place.dataset.from]?.[0].trim() ?? "";
        place.textContent = text || `from ${place.dataset.from.startsWith("delta") ? "B" : "A"}`;
        place.classList.toggle("bp-missing", !text);
      }
      for (const part of body.querySelectorAll(".bp-part")) {
        const keys = answerFields(part).map(box => box.dataset.key);
        showHints(part.querySelector(".bp-hints"), keys.filter(key => marks[key]?.says).map(key => [escaped(now.words[key]), marks[key].says]));
        const wanted = keys.find(key => key === model.get("current")) ?? keys.find(key => marks[key]?.kind !== "right") ?? keys[0];
        const show = part.querySelector('[data-do="show"]');
        show.dataset.key = wanted;
        show.textContent = `Show ${now.words[wanted]}`;
        part.querySelector(".bp-count").textContent = `${keys.filter(key => marks[key]?.kind === "right").length} of ${keys.length} right`;
      }
      body.querySelector('[data-do="empty"]').textContent = name() in model.get("emptied") ? "Undo: fill them again" : "Empty all cells";
      body.querySelector("progress").value = count.right + count.shown;
      body.querySelector(".bp-progress span").textContent =
        count.right + count.shown < count.all ? `${count.right} of ${count.all} right${count.shown ? `, ${count.shown} shown` : ""}`
          : count.shown ? `All ${count.all} stand, ${count.right} of them by your own hand.` : `All ${count.all} are right. Now another one, of another shape?`;
    }

    function draw() {
      now = problem(model.get("shape"), model.get("seed"));
      body.innerHTML = liveProblem(id, now);
      select.value = now.shape;
      seedField.value = now.seed;
      refill(body, textsOf(cells()));
      root.querySelector(".bp-link").href = `${link()}#${ANCHOR}`;
      mark();
    }

    // To another problem; its address goes into the page's where the browser lets it.
    function go(shape, seed) {
      hint.textContent = "";
      put(model, { shape, seed, current: "", emptied: {} });
      if (!own) return;
      try {
        history.replaceState(history.state, "", `${queryFor(shape, seed, location.search)}${location.hash}`);
      } catch { /* some browsers refuse that to a page opened from a file: there is the link */ }
    }

    function check(keys, what) {
      const filled = keys.filter(key => cells()[key]?.[0].trim());
      keep({ ...cells(), ...Object.fromEntries(filled.filter(key => cells()[key][1] !== "shown").map(key => [key, [cells()[key][0], "checked"]])) });
      model.save_changes();
      const marks = marksOf(now, cells()), right = filled.filter(key => ["right", "shown"].includes(marks[key].kind)).length;
      const says = filled.filter(key => marks[key].says).map(key => `${now.words[key]}: ${marks[key].says}`);
      heard.textContent = filled.length ? `${what}: ${right} of ${filled.length} right. ${says.join(" ")}` : `${what}: nothing to check yet. Fill a cell first.`;
      if (!filled.length) body.querySelector(`input[data-key="${keys[0]}"]`).focus();
      return marks;
    }

    const actions = {
      another: () => go(now.shape, 1 + Math.floor(Math.random() * 9999)),
      check: part => check(answerFields(part).map(box => box.dataset.key), `Table ${part.dataset.table}`),
      show: (part, { key }) => {
        const text = shown(now.values[key], 6);
        field(key).value = text;
        set(key, text, "shown");
        model.save_changes();
        heard.textContent = `${now.words[key]} is ${text}`;
      },
      sign: part => changeSign(answerFields(part).find(box => box.dataset.key === model.get("current")) ?? answerFields(part)[0]),
      empty: () => {
        const before = model.get("emptied")[name()], typed = cells();
        keep(before ?? {});
        put(model, { emptied: before ? {} : { [name()]: typed } });
      },
      "print-sheet": () => printAlone(blankSheet(now, fullAddress())),
      "print-key": () => printAlone(keySheet(now, fullAddress())),
    };

    root.addEventListener("click", event => {
      const clicked = event.target.closest("[data-do]");
      if (clicked) actions[clicked.dataset.do](clicked.closest(".bp-part"), clicked.dataset);
    });
    keepFocus(root);
    root.addEventListener("input", event => {
      const key = event.target.dataset.key;
      if (!key) return;
      set(key, event.target.value, "");
    });
    root.addEventListener("focusin", event => {
      if (!event.target.dataset.key) return;
      model.set("current", event.target.dataset.key);
    });
    root.addEventListener("keydown", event => {
      if (event.key !== "Enter" || !event.target.matches("input")) return;
      event.preventDefault();
      const key = event.target.dataset.key;
      if (!key) return event.target.blur();
      const marks = check([key], now.words[key]);
      if (marks[key]?.kind === "right") answerFields(body).find(box => !box.value.trim())?.focus();
    });
    root.querySelector(".bp-link").hidden = !own;
    root.addEventListener("change", event => {
      if (event.target === select) go(select.value, now.seed);
      else if (event.target === seedField) {
        const seed = readSeed(seedField.value);
        if (seed === null) {
          hint.textContent = `“${seedField.value.trim()}” is no seed: a whole number from 0 to ${LAST_SEED}.`;
          seedField.value = now.seed;
        } else go(now.shape, seed);
      } else if (event.target.dataset.key) model.save_changes();
    });

    // From outside: another problem, or answers typed into another view of the same sheet.
    const refilled = () => {
      refill(body, textsOf(cells()));
      mark();
    };
    if (own) {
      const asked = readAddress(location.search, { shape: model.get("shape"), seed: model.get("seed") });
      for (const [trait, value] of Object.entries({ shape: asked.shape, seed: asked.seed, answers: { ...all(), ...stored(STORE) } })) model.set(trait, value);
      draw();
      if (asked.refused.length) hint.textContent = `The address asks for ${asked.refused.join(", and for ")}. This is network ${asked.shape}, seed ${asked.seed} instead.`;
    } else draw();
    return listening(model, { shape: draw, seed: draw, answers: refilled, current: mark, emptied: mark });
  },
};
