// Another network: the problem that a seed draws, tables to fill, on the screen or on paper, and the key.
// PROBLEMS above holds, by kind, the description of the network, its diagram, and what its numbers are drawn from.
// Needs stage.js, network.js, the calculation and its judge, answers.js, sheets.js, random.js and another_network.js.

const NAME = "Another network, to work out by hand";
const ANCHOR = "bp-worksheet"; // where a link to a problem leads
const STORE = "backprop-book/worksheet";
const ALLOWED = 0.005; // half a percent, as the sheet says
const problemKey = (kind, seed) => `${kind}/${seed}`;

function problem(kind, seed) {
  const spec = PROBLEMS[kind], given = anotherNetwork(spec, seed), { calculation } = spec;
  const { network, tables, words } = calculation;
  return { ...spec, kind, seed, network, tables, words, given, values: valuesOf(calculation, given) };
}

const cellsOf = ({ tables }) => tables.flatMap(cellsOfTable);

// The address of a problem

function queryFor(kind, seed, query = "") {
  const parts = new URLSearchParams(query);
  parts.set("network", kind);
  parts.set("seed", seed);
  return `?${parts}`;
}

const readSeed = text => (/^\s*\d{1,10}\s*$/.test(text) && Number(text) <= LAST_SEED ? Number(text) : null);

// What an address asks for, with what is on show for all that it leaves out; `refused` says what it asks for in vain.
function readAddress(query, { kind, seed }) {
  const parts = new URLSearchParams(query), wanted = { kind: parts.get("network"), seed: parts.get("seed") }, refused = [];
  if (wanted.kind !== null && !Object.hasOwn(PROBLEMS, wanted.kind)) refused.push(`the network “${wanted.kind}”; there are ${Object.keys(PROBLEMS).join(", ")}`);
  if (wanted.seed !== null && readSeed(wanted.seed) === null) refused.push(`the seed “${wanted.seed}”; a seed is a whole number up to ${LAST_SEED}`);
  return refused.length ? { kind, seed, refused } : { kind: wanted.kind ?? kind, seed: wanted.seed === null ? seed : readSeed(wanted.seed), refused };
}

// The sheet, on the screen and on paper

// What stands on the lines and at the units of the diagram: of several examples, only what they share.
function pictureOf(now) {
  const { kind, seed, words, given, network } = now, shared = now.parameters.filter(({ name }) => name in given);
  const called = name => (words[name] === name ? name : `${words[name]} (${name})`);
  const units = network.layers.map((layer, k) => `${layer.length} ${k === 0 ? "input" : k < network.layers.length - 1 ? "hidden unit" : "output"}${layer.length > 1 ? "s" : ""}`);
  const described = `${units.join(", ")}. ${shared.map(({ name }) => `${called(name)}: ${shown(given[name], 6)}`).join("; ")}.`;
  return wideDiagram(now, { title: `Network ${kind}, seed ${seed}`, description: described, values: given });
}

const SIGMOID = "<li><i>σ</i>(net) = 1/(1 + <i>e</i><sup>−net</sup>).</li>";

const orders = now =>
  (now.network.activations.includes("sigmoid") ? SIGMOID : "") +
  `<li>Fill the tables in their order, A from the inputs on, B from the outputs back.</li>` +
  "<li>Carry six significant digits. Three of yours should agree with the key: half a percent is allowed, of a new weight half a percent of its step.</li>";

const head = (now, more) => `<div class="bp-sheet-head">${pictureOf(now)}${conventions(now, orders(now) + (more ?? ""))}</div>`;

const sheetTitle = (what, { kind, seed }, address, more = "") =>
  `<p class="bp-sheet-title"><b>${what}: network ${kind}, seed ${seed}</b>${more}</p>${address ? `<p class="bp-sheet-address">${escaped(address)}</p>` : ""}`;

const blankSheet = (now, address = "") =>
  `<div class="bp-sheet">${sheetTitle("By hand", now, address, '<span class="bp-sheet-name">Name</span>')}` +
  `${head(now, "<li>Into hatched cells copy what an earlier table has found.</li>")}${now.tables.map(table => emptyTable(now, table)).join("")}</div>`;

const keySheet = (now, address = "") =>
  `<div class="bp-sheet bp-sheet-key">${sheetTitle("Key", now, address)}${now.tables.map(table => fullTable(now, table)).join("")}` +
  `<p class="bp-sheet-error">The error before the update is <i>E</i><sub>total</sub> = ${shown(now.values.E_total, 6)}. All numbers to six significant digits.</p></div>`;

export const still = ({ kind, seed }) => {
  const now = problem(kind, seed);
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
  `<div class="bp-choose"><label>Network <select>${Object.entries(PROBLEMS).map(([kind, { title }]) => `<option value="${kind}">${kind}: ${escaped(title)}</option>`).join("")}</select></label>` +
  `<label>Seed <input type="text" class="bp-seed" inputmode="numeric" autocomplete="off" aria-describedby="${id}-seed"/></label>` +
  `${button("another", "Another one")}<a class="bp-link">Link to this problem</a></div>` +
  `<p class="bp-hint" id="${id}-seed" role="alert"></p><div class="bp-problem"></div><p class="bp-heard" role="status"></p></div>`;

const liveTable = (id, now, table) =>
  `<div class="bp-part" data-table="${table.letter}">` +
  tableOf(now, table, cell => (!cell.key ? NOTHING : given(now, cell) ? givenText(now, cell) : cell.given ? `<output data-from="${cell.key}"></output>` : answerField(id, cell.key, now.words[cell.key]))) +
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
    const name = () => problemKey(now.kind, now.seed);
    const cells = () => all()[name()] ?? {};
    const field = key => body.querySelector(`input[data-key="${key}"]`);
    const keep = changed => {
      const { [name()]: old, ...others } = all();
      model.set("answers", cleaned({ ...others, [name()]: changed }));
      if (own) store(STORE, { ...stored(STORE), ...model.get("answers") });
    };
    const set = (key, text, state) => keep({ ...cells(), [key]: [text, state] });

    const link = () => queryFor(now.kind, now.seed, own ? location.search : "");
    const fullAddress = () => (own && /^http/.test(location.protocol) ? `${location.origin}${location.pathname}${link()}` : "");

    // Marks, hints and numbers carried over, as they follow from what was typed.
    function mark() {
      const marks = marksOf(now, cells()), count = tally(now, marks);
      showMarks(body, marks);
      for (const place of body.querySelectorAll("output[data-from]")) {
        const text = cells()[place.dataset.from]?.[0].trim() ?? "";
        place.textContent = text || `from ${now.tables.find(table => cellsOfTable(table).includes(place.dataset.from)).letter}`;
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
          : count.shown ? `All ${count.all} stand, ${count.right} of them by your own hand.` : `All ${count.all} are right. Now another one, of another kind?`;
    }

    function draw() {
      now = problem(model.get("kind"), model.get("seed"));
      body.innerHTML = liveProblem(id, now);
      select.value = now.kind;
      seedField.value = now.seed;
      refill(body, textsOf(cells()));
      root.querySelector(".bp-link").href = `${link()}#${ANCHOR}`;
      mark();
    }

    // To another problem; its address goes into the page's where the browser lets it.
    function go(kind, seed) {
      hint.textContent = "";
      put(model, { kind, seed, current: "", emptied: {} });
      if (!own) return;
      try {
        history.replaceState(history.state, "", `${queryFor(kind, seed, location.search)}${location.hash}`);
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
      another: () => go(now.kind, 1 + Math.floor(Math.random() * 9999)),
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
        } else go(now.kind, seed);
      } else if (event.target.dataset.key) model.save_changes();
    });

    // From outside: another problem, or answers typed into another view of the same sheet.
    const refilled = () => {
      refill(body, textsOf(cells()));
      mark();
    };
    if (own) {
      const asked = readAddress(location.search, { kind: model.get("kind"), seed: model.get("seed") });
      for (const [trait, value] of Object.entries({ kind: asked.kind, seed: asked.seed, answers: { ...all(), ...stored(STORE) } })) model.set(trait, value);
      draw();
      if (asked.refused.length) hint.textContent = `The address asks for ${asked.refused.join(", and for ")}. This is network ${asked.kind}, seed ${asked.seed} instead.`;
    } else draw();
    return listening(model, { kind: draw, seed: draw, answers: refilled, current: mark, emptied: mark });
  },
};
