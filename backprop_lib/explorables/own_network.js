// Your own network: chosen, typed in, seen, worked out, checked and trained, with no kernel.
// What may be chosen and the numbers stand in typed_network.js, what is seen in own_views.js; here is the page.
// Needs both before it, and all that these need; PRESETS and CHOICES come from Python.

const TITLE = "Your own network";
const ANCHOR = "bp-own-network", PARAMETER = "own", STORE = "backprop-book/own-network";
const TRAITS = ["description", "typed", "wiring", "pasted", "weights_from", "view", "mode", "step", "weight", "way",
  "example", "rounds", "answers", "current", "before", "remembered"];

const NARROW = 700; // pixels of a diagram that a step has room beside

const isTexts = value => isRecord(value) && Object.values(value).every(isText);
const onlyTexts = value =>
  Object.fromEntries(Object.entries(isRecord(value) ? value : {}).filter(([, text]) => isText(text)));
const within = (value, low, high) => Math.min(high, Math.max(low, Math.round(value) || 0));

const WORKED_OUT = new Map(), REMEMBERED = 8; // networks that were on show lately, with their lines: none changes

function workedOut(description) {
  const key = JSON.stringify(description);
  if (!WORKED_OUT.has(key)) {
    if (WORKED_OUT.size >= REMEMBERED) WORKED_OUT.delete(WORKED_OUT.keys().next().value);
    const network = networkOf(description);
    WORKED_OUT.set(key, { network, calculation: withErrors(calculationOf(network)), drawn: drawnNetwork(network),
      groups: groupsOf(network) });
  }
  return WORKED_OUT.get(key);
}

// A description with its parts in one order, so that two that say the same are the same text.
const inOrder = description => Object.fromEntries(Object.keys(SHORT).map(name => [name, description[name]]));

// The state as it is drawn: what cannot be is replaced by what the first of the famous networks has.
function settled(state) {
  const description = refusalOf(state.description) ? PRESETS[0].description : inOrder(state.description),
    made = workedOut(description), { network, calculation } = made;
  const typed = onlyTexts(state.typed), { given, missing, says } = readNumbers(network, typed),
    odd = oddTargets({ description, network, given });
  // out − t is not the delta where the targets are odd
  const values = missing.length || odd ? null : valuesOf(calculation, given);
  const names = [...network.weightNames, ...network.biasNames],
    problem = checksum(JSON.stringify([description, given]));
  return {
    ...made, description, typed, given, missing, says, odd, values, problem,
    parameters: names.map(name => ({ name, html: nameHtml(name) })), // for the labels of tables
    wiring: isText(state.wiring) ? state.wiring : "", pasted: onlyTexts(state.pasted),
    weightsFrom: state.weights_from === "to" ? "to" : "from",
    view: Object.hasOwn(VIEWS, state.view) ? state.view : "tables",
    mode: Object.hasOwn(MODES, state.mode) ? state.mode : "filled",
    way: Object.hasOwn(WAYS, state.way) ? state.way : "paths",
    step: within(state.step, 0, calculation.lines.length - 1),
    weight: names.includes(state.weight) ? state.weight : names[0], example: within(state.example, 1, network.examples),
    rounds: within(state.rounds, 1, MOST_ROUNDS), cells: cleaned(state.answers)[problem] ?? {}, current: state.current,
    before: beforeOf(state.before),
  };
}

// What can be had back: the network with its numbers, the cells of a sheet, or both.
function beforeOf(before) {
  const { description, typed, same, cells, problem } = isRecord(before) ? before : {};
  return { ...(isTexts(typed) && { description, typed, same: same === true }),
    ...(isText(problem) && isRecord(cells) && { cells: cleaned({ cells }).cells, problem }) };
}

const presetOf = now =>
  PRESETS.findIndex(({ description, typed }) => JSON.stringify(description) === JSON.stringify(now.description)
    && Object.entries(typed).every(([place, text]) => now.typed[place] === text));

// The answers when a network is corrected: it is the same sheet, kept for what it is a sheet of now, with what was
// typed into cells of lines that are gone.
function carried(answers, from, to) {
  const { [from.problem]: cells = {}, ...others } = cleaned(answers);
  return from.problem === to.problem || !Object.keys(cells).length ? cleaned(answers)
    : cleaned({ ...others, [to.problem]: cells });
}

// What is shown where a link cannot be followed: what the page starts with.
const toldInstead = (why, now) =>
  `The link to a network cannot be followed: ${why}. Instead, this is ${PRESETS[presetOf(now)]?.title ?? "the network that this page starts from"}.`;

// What is chosen

const option = (value, text, chosen) =>
  `<option value="${escaped(value)}"${String(value) === String(chosen) ? " selected" : ""}>${escaped(text)}</option>`;
const select = (key, name, options, chosen) =>
  `<label>${name} <select aria-label="${name}" data-choice="${key}" data-at="${key}" data-value="${escaped(chosen)}">${options.map(([value, text]) => option(value, text, chosen)).join("")}</select></label>`;
const counts = (low, high) => Array.from({ length: high - low + 1 }, (_, k) => [low + k, low + k]);
const tick = (key, text, on) =>
  `<label class="bp-switch"><input type="checkbox" data-choice="${key}" data-at="${key}"${on ? " checked" : ""}/> <span>${text}</span></label>`;

function builder(now) {
  const { description, network } = now,
    { sizes, activation, biases, loss, examples, reduction, momentum, learn_biases: learn } = description,
    preset = presetOf(now);
  const layers = sizes.map((size, k) => {
    const kinds = Object.entries(SCHEME.titles).filter(([name]) => name !== "softmax" || size > 1);
    return `<fieldset class="bp-layer"><legend>${capital(layerName(network, k))}</legend>${select(`units-${k}`, "units", counts(1, CHOICES.units), size)}` +
      (k ? select(`activation-${k - 1}`, "activation", kinds, activation[k - 1])
        + select(`biases-${k - 1}`, "biases", Object.entries(CHOICES.biases), biases[k - 1]) : "") + "</fieldset>";
  }).join("");
  const offered = offeredLosses(activation),
    missing = Object.keys(SCHEME.losses).filter(name => !offered.includes(name))
      .map(name => SCHEME.losses[name].short);
  const why = missing.length
    ? `<p class="bp-why">${capital(listed(missing))} ${missing.length > 1 ? "are" : "is"} not offered: the outputs must lie between 0 and 1, as those of ${listed(CHOICES.between)} units do.</p>` : "";
  const famous = select("preset", "Start from",
    [...(preset < 0 ? [["", "what you have typed"]] : []), ...PRESETS.map(({ title }, k) => [k, title])],
    preset < 0 ? "" : preset);
  return `<div class="bp-choose">${famous}${button("undo", "Back to what was there", ` data-at="undo"${now.before.typed ? "" : " hidden"}`)}</div>` +
    `<div class="bp-choose">${select("layers", "Layers", counts(...CHOICES.layers), sizes.length)}${select("examples", "Examples", counts(1, CHOICES.examples), examples)}` +
    (examples > 1 ? select("reduction", "The error is their", [["mean", "mean"], ["sum", "sum"]], reduction)
      : "") + "</div>" +
    `<div class="bp-layers">${layers}</div><div class="bp-choose">${select("loss", "Error", offered.map(name => [name, SCHEME.losses[name].title]), loss)}` +
    (network.biasNames.length ? tick("learn_biases", "the biases learn", learn) : "")
      + tick("momentum", "momentum", momentum) + `${why}</div>`;
}

const folded = (key, title, html) =>
  `<details class="bp-fold" data-fold="${key}"><summary>${title}</summary><div>${html}</div></details>`;
const area = (key, rows, name) =>
  `<textarea rows="${rows}" spellcheck="false" autocapitalize="off" aria-label="${escaped(name)}" data-text="${key}" data-at="text-${key}"></textarea>`;

const wiringBox = now => folded("wiring", "Names and lines of the weights",
  "<p>A line for each weight: its name, where it comes from, where it leads. Call them as your sheet does; leave lines out, skip a layer, " +
  "or give two lines one name, and they share a weight.</p>" +
  `${area("wiring", within(now.network.weights.length + 1, 4, 12), "Names and lines of the weights")}<p class="bp-says" data-says="wiring"></p>` +
  `<div class="bp-bar">${button("rewire", "Use these lines", ' class="bp-main" data-at="rewire"')}` +
  `${button("plain", "All lines, called w1, w2, …", ' data-at="plain"')}</div>`);

// How a group's numbers are pasted: of what shape, and what a row of it stands for.
function pasteBox(group, weightsFrom) {
  const [height, width] = [group.names.length, group.names[0].length],
    list = !group.weights && (height === 1 || width === 1);
  const shape = group.weights && weightsFrom === "to"
    ? `${several(width, "row")} of ${height}: a row for each unit that lines lead to`
    : `${several(height, "row")} of ${width}${group.weights ? ": a row for each unit that lines come from" : height > 1 ? ": a row for each example" : ""}`;
  return folded(group.key, `Paste a ${list ? "list" : "matrix"}`,
    (group.weights ? select("weights_from", "My matrices are", [["from", "(in, out)"], ["to", "(out, in)"]],
      weightsFrom) : "") +
    `<p>${shape}. Rows end with a line, a semicolon or an upright stroke; between numbers stand blanks, tabs or commas; brackets do not matter.</p>` +
    `${area(group.key, 3, `${group.title}, to paste`)}<p class="bp-says" data-told="${group.key}" role="alert"></p>` +
    `<div class="bp-bar">${button("take", "Take these numbers", ` class="bp-main" data-group="${group.key}" data-at="take-${group.key}"`)}</div>`);
}

function numbersForm(now, id) {
  const { network, groups } = now, seen = new Set(), places = placesByName(network),
    isEmpty = name => !(now.typed[places[name]] ?? "").trim();
  const entry = (name, row) => {
    const ends = network.weights.filter(c => c.name === name).map(c => `${c.source}→${c.target}`).join(", "),
      key = `number-${escaped(name)}`;
    const beside = ends ? ` <span class="bp-ends">${escaped(ends)}</span>` : row
      ? `<span class="bp-heard">, ${escaped(row)}</span>` : "";
    return `<div class="bp-entry"><label for="${id}-${key}">${nameHtml(name.replace(/_ex\d+$/, ""))}${beside}</label>` +
      `<input type="text" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="next" maxlength="${MOST_LETTERS}" id="${id}-${key}" ` +
      `data-number="${escaped(name)}" data-at="${key}" aria-describedby="${id}-${key}-says"/>` +
      `<p class="bp-says" id="${id}-${key}-says" data-says="${escaped(name)}"></p></div>`;
  };
  const parts = groups.map(group => {
    const lines = (group.weights ? turned(group.names) : group.names).map((names, j) => {
      const fresh = names.filter(name => name !== null && !seen.has(name)), row = group.weights ? "" : group.rows[j];
      fresh.forEach(name => seen.add(name));
      return fresh.length ? `<div class="bp-row">${row ? `<span class="bp-chip-title">${row}</span>` : ""}${fresh.map(name => entry(name, row)).join("")}</div>` : "";
    }).join("");
    const paste = group.names.flat().filter(Boolean).length > 1 ? pasteBox(group, now.weightsFrom) : "";
    const odd = group.key === "targets" ? '<p class="bp-says" data-odd aria-live="polite"></p>' : "";
    return `<fieldset class="bp-group"><legend>${escaped(group.title)}</legend>${lines}${odd}${paste}</fieldset>`;
  }).join("");
  return parts + `<div class="bp-bar">${button("sign-number", "±", ' class="bp-touch" aria-label="change the sign" data-at="sign-number"')}${button("slash", "a/b", ' class="bp-touch" aria-label="a fraction line" data-at="slash"')}` +
    `${button("fill", "Fill what is empty", ` data-at="fill"${network.given.some(isEmpty) ? "" : ' aria-disabled="true"'}`)}</div>`;
}

// What is still wanted before anything can be worked out.
function wanted({ missing, says, network }) {
  if (!missing.length) return "";
  const wrong = missing.filter(name => says[name]), empty = missing.filter(name => !says[name]),
    few = names => (names.length > 12 ? `${names.slice(0, 10).map(nameHtml).join(", ")} and ${names.length - 10} more`
      : listed(names.map(nameHtml)));
  return `<p class="bp-wanted"><b>${several(network.given.length - missing.length, "number")} of ${network.given.length} ${missing.length === network.given.length ? "are" : "stand"} there.</b>` +
    `${empty.length ? ` Still wanted: ${few(empty)}.` : ""}${wrong.length ? ` To be mended: ${few(wrong)}.` : ""} Then everything is worked out.</p>`;
}

const undone = ({ values, calculation }) => values && calculation.lines.some(line => !Number.isFinite(values[line.key]))
  ? '<p class="bp-wanted">Some of these numbers cannot be computed: they are too large for a computer, or the logarithm of 0, or a division by 0. They are shown as “no number”.</p>' : "";

function mainOf(now, id, run) {
  const view = VIEWS[now.view];
  if (now.values || view.works?.(now)) return view.main(now, id, run);
  const empty = `<p class="bp-ask">An empty sheet can be had before: choose it here.</p>${chooseMode(now, id)}`;
  return `<p class="bp-ask">${now.odd ? escaped(now.odd) : "This is worked out as soon as all numbers are there."}</p>${now.view === "tables" ? empty : ""}`;
}

function pictureOf(now) {
  const view = VIEWS[now.view],
    choose = now.network.examples > 1 && !(now.values && now.view === "steps")
      ? `<div class="bp-choose">${select("example", "Example on show", counts(1, now.network.examples), now.example)}</div>` : "";
  return choose + (now.values && view.picture ? view.picture(now)
    : plainDiagram(now, now.values && view.values ? view.values(now) : now.given));
}

const footOf = now =>
  `<div class="bp-bar bp-print">${button("print-sheet", "Print the sheet", ' data-at="print-sheet"')}${button("print-key", "Print the key", ` data-at="print-key"${now.values ? "" : ' aria-disabled="true"'}`)}` +
  `<span class="bp-linked"><a class="bp-link" data-at="link">Link to this network</a></span></div>` +
  folded("python", "Continue in Python", now.values
    ? `<pre class="bp-python" tabindex="0" role="group" aria-label="lines of Python" data-at="python">${escaped(pythonOf(now.description, now.given))}</pre>` +
      `<div class="bp-bar">${button("copy", "Copy", ' data-at="copy"')}<span class="bp-copied"></span></div>`
    : "<p>The lines stand here as soon as all numbers are there.</p>");

export function still(state) {
  const now = settled(state);
  const body = now.values
    ? `${plainDiagram(now)}${conventions(now)}${now.calculation.tables.map(table => fullTable(now, table)).join("")}`
      : plainDiagram(now);
  return unbroken(`<div class="bp-explorable bp-by-hand bp-worksheet bp-own" id="${ANCHOR}" role="group" aria-label="${TITLE}"><noscript><p>A network of your own needs a script; this one is worked out for all.</p></noscript>${body}</div>`).replaceAll(' tabindex="0"', "");
}

// The page

const frame = id =>
  `<div class="bp-explorable bp-by-hand bp-worksheet bp-own" id="${ANCHOR}" role="group" aria-label="${TITLE}"><p class="bp-hint" id="${id}-hint" role="alert"></p>` +
  `<section aria-label="The network"><p class="bp-own-title">1 The network</p><div data-area="builder"></div><div data-area="wiring"></div></section>` +
  `<section aria-label="The numbers"><p class="bp-own-title">2 The numbers</p><div data-area="numbers"></div></section>` +
  `<section aria-label="The calculation"><p class="bp-own-title">3 The calculation</p><div data-area="wanted"></div>` +
  `<div class="bp-tabs" role="tablist" aria-label="Views of the calculation">${Object.entries(VIEWS).map(([key, { tab }]) => `<button type="button" role="tab" id="${id}-${key}" aria-controls="${id}-panel" data-view="${key}">${tab}</button>`).join("")}</div>` +
  `<div class="bp-panels" role="tabpanel" id="${id}-panel"><div data-area="picture"></div><div data-area="main"></div><p class="bp-readout" data-area="readout"></p></div><div data-area="foot"></div></section><p class="bp-heard" role="status"></p></div>`;

export default {
  render({ model, el }) {
    const id = newId("own"), own = onOwnPage(), views = Object.keys(VIEWS);
    el.innerHTML = frame(id);
    const root = el.firstElementChild, hint = root.querySelector(".bp-hint"),
      heard = root.querySelector("[role=status]"), panel = root.querySelector("[role=tabpanel]");
    const current = () => settled(stateOf(model, TRAITS)); // which may be ahead of what is drawn
    const change = changes => put(model, changes);
    let silence = 0, saved = 0, first = true;

    // New markup for an area, with what was folded open, and the focus where it was.
    const fill = (name, html) => {
      const area = root.querySelector(`[data-area="${name}"]`);
      if (area.drawn === html) return;
      const held = area.contains(document.activeElement) ? document.activeElement : null,
        open = [...area.querySelectorAll("details[open]")].map(one => one.dataset.fold);
      const { selectionStart: from, selectionEnd: to } = held ?? {};
      area.innerHTML = unbroken(html);
      area.drawn = html;
      for (const one of open) area.querySelector(`details[data-fold="${one}"]`)?.setAttribute("open", "");
      const again = held && [...area.querySelectorAll("[data-at]")]
        .find(one => one.dataset.at === held.dataset.at && one.matches("input, select, textarea, button, a, pre, div"));
      again?.focus({ preventScroll: true });
      if (again && from !== undefined && again.matches("input[type=text], textarea")) {
        again.value = held.value;
        again.setSelectionRange(from, to);
      }
    };
    const write = (input, text) => { if (input.value !== text) input.value = text; };

    const sync = now => {
      const { network } = now, places = placesByName(network);
      for (const tab of root.querySelectorAll("[role=tab]")) {
        tab.ariaSelected = String(tab.dataset.view === now.view);
        tab.tabIndex = tab.dataset.view === now.view ? 0 : -1;
      }
      panel.setAttribute("aria-labelledby", `${id}-${now.view}`);
      panel.classList.toggle("bp-beside", now.view === "steps" && now.drawn.picture.width <= NARROW);
      for (const one of root.querySelectorAll("select[data-choice]")) one.value = one.dataset.value;
      for (const box of root.querySelectorAll("[data-number]")) {
        write(box, now.typed[places[box.dataset.number]] ?? "");
        box.ariaInvalid = now.says[box.dataset.number] && !(box.dataset.number in now.given) ? "true" : null;
      }
      for (const one of root.querySelectorAll("[data-says]"))
        one.textContent = one.dataset.says === "wiring" ? wiringSays(now) : now.says[one.dataset.says] ?? "";
      for (const box of root.querySelectorAll("[data-text]"))
        if (box !== document.activeElement)
        write(box, box.dataset.text === "wiring" ? now.wiring || wiringText(network) : now.pasted[box.dataset.text]
          ?? "");
      root.querySelector("[data-odd]").textContent = now.odd;
      const rounds = root.querySelector("[data-rounds-field]"), range = root.querySelector("[data-range]");
      if (rounds && rounds !== document.activeElement) write(rounds, String(now.rounds));
      if (range) {
        range.value = now.step + 1;
        range.ariaValueText = `step ${now.step + 1} of ${now.calculation.lines.length}`;
      }
      if (now.view === "tables" && now.mode === "check" && now.values) markSheet(now);
      const link = root.querySelector(".bp-link");
      link.hidden = !own;
      link.href = addressOf(now);
    };

    const wiringSays = now => {
      if (!now.wiring.trim()) return "";
      const why = wiringRefusal(now.description, wiringOf(now.wiring));
      return why ? `${capital(why)}.` : "";
    };

    function markSheet(now) {
      const marks = marksOfSheet(now), { words } = now.calculation;
      refill(root, textsOf(now.cells));
      showMarks(root, marks);
      for (const place of root.querySelectorAll("output[data-from]")) {
        const text = now.cells[place.dataset.from]?.[0].trim() ?? "";
        place.textContent = text || "from above";
        place.classList.toggle("bp-missing", !text);
      }
      for (const part of root.querySelectorAll(".bp-part")) {
        const keys = answerFields(part).map(box => box.dataset.key);
        showHints(part.querySelector(".bp-hints"),
          keys.filter(key => marks[key]?.says).map(key => [escaped(words[key]), marks[key].says]));
        part.querySelector(".bp-count").textContent =
          `${keys.filter(key => marks[key]?.kind === "right").length} of ${keys.length} right`;
      }
      const empty = root.querySelector('[data-do="empty"]');
      empty.textContent = now.before.cells && now.before.problem === now.problem ? "Undo: fill them again"
        : "Empty all cells";
      empty.ariaDisabled = String(!Object.keys(now.cells).length
        && !(now.before.cells && now.before.problem === now.problem));
    }

    const addressOf = now => {
      const parts = new URLSearchParams(own ? location.search : "");
      parts.set(PARAMETER, linkOf(now.description, now.typed));
      return `?${parts}#${ANCHOR}`;
    };
    const fullAddress = now =>
      (own && /^http/.test(location.protocol) ? `${location.origin}${location.pathname}${addressOf(now)}` : "");
    // The address goes along once the reader's hand rests, where the browser lets it.
    const keepAddress = () => {
      if (!own) return;
      clearTimeout(saved);
      saved = setTimeout(() => {
        try {
          history.replaceState(history.state, "", addressOf(current()));
        } catch { /* some browsers refuse that to a page opened from a file: there is the link */ }
      }, 500);
    };

    const draw = state => {
      const now = settled(state), run = now.view === "training" && now.values ? trained(now) : null;
      fill("builder", builder(now));
      fill("wiring", wiringBox(now));
      fill("numbers", numbersForm(now, id));
      fill("wanted", wanted(now) + undone(now));
      fill("picture", pictureOf(now));
      fill("main", mainOf(now, id, run));
      const words = (run && VIEWS.training.readout(now, run)) ?? "",
        readout = root.querySelector('[data-area="readout"]');
      readout.hidden = !words;
      fill("readout", words);
      fill("foot", footOf(now));
      sync(now);
      clearTimeout(silence);
      if (!first && now.values)
        silence = setTimeout(() => { heard.textContent = VIEWS[now.view].heard?.(now) ?? readout.textContent; }, 600);
      first = false;
      return run?.unfinished;
    };

    // What was typed before it is overwritten all at once, for "Back to what was there".
    // Whether that is the same sheet, too: another network to start from has another one.
    const keeping = (now, same = true) => ({ before: { description: now.description, typed: now.typed, same } });
    const correct = changes => {
      const now = current(), { before = now.before } = changes,
        after = settled({ ...stateOf(model, TRAITS), ...changes });
      const emptied = before.cells && before.problem === now.problem ? { before: { ...before, problem: after.problem } }
        : {};
      change({ ...changes, ...emptied, answers: carried(model.get("answers"), now, after) });
      if (own) store(STORE, { ...carried(stored(STORE), now, after), ...model.get("answers") });
      keepAddress();
    };
    const decide = choice => {
      const now = current(),
        { says, description, remembered, lost } = chosenAnew(now.description, model.get("remembered"), choice);
      hint.textContent = says;
      if (!description) return redraw();
      correct({ ...(lost && keeping(now)), description, remembered, wiring: "",
        ...(String(description.sizes) === String(now.description.sizes) ? {} : { example: 1, step: 0 }) });
    };
    const chosen = {
      preset: k => {
        if (k === "") return;
        hint.textContent = "";
        change({ ...keeping(current(), false), description: PRESETS[k].description,
          typed: { ...current().typed, ...PRESETS[k].typed }, wiring: "", step: 0, example: 1, weight: "" });
        keepAddress();
      },
      weights_from: from => change({ weights_from: from }),
      example: n => change({ example: Number(n) }),
      mode: mode => change({ mode }),
      weight: weight => change({ weight }),
      way: way => change({ way }),
    };
    const choose = (key, value) => {
      const [name, k] = key.split("-"), worth = ["units", "layers", "examples"].includes(name) ? Number(value) : value;
      if (Object.hasOwn(chosen, name)) chosen[name](value);
      else if (name === "units") decide({ layer: Number(k), size: worth });
      else if (k) decide({ layer: Number(k) + 1, [name]: worth });
      else decide({ [name]: worth });
    };

    const type = (name, text) => {
      const now = current();
      correct({ typed: { ...now.typed, [placesByName(now.network)[name]]: text } });
    };
    const take = (group, text) => {
      const now = current(), found = pasted(group, text, now.weightsFrom), places = placesByName(now.network);
      if (found.texts) correct({ ...keeping(now),
        typed: { ...now.typed,
          ...Object.fromEntries(Object.entries(found.texts).map(([name, one]) => [places[name], one])) } });
      return found.says;
    };
    const cellsAre = cells => {
      const now = current(), { [now.problem]: old, ...others } = cleaned(model.get("answers"));
      model.set("answers", cleaned({ ...others, [now.problem]: cells }));
      if (own) store(STORE, { ...stored(STORE), ...model.get("answers") });
    };
    const setCell = (key, text, state) => cellsAre({ ...current().cells, [key]: [text, state] });

    function check(keys) {
      const now = current(), typed = keys.filter(key => now.cells[key]?.[0].trim()), { words } = now.calculation;
      cellsAre({ ...now.cells, ...Object.fromEntries(typed.map(key => [key, [now.cells[key][0], "checked"]])) });
      model.save_changes();
      const marks = marksOfSheet(current()), right = typed.filter(key => marks[key]?.kind === "right").length;
      const says = typed.filter(key => marks[key]?.says).map(key => `${words[key]}: ${marks[key].says}`);
      heard.textContent = typed.length ? `${right} of ${typed.length} right. ${says.join(" ")}`
        : "Nothing to check yet. Fill a cell first.";
      if (!typed.length) answerFields(root)[0]?.focus();
      return marks;
    }

    const lastNumber = () => root.querySelector(`[data-number="${CSS.escape(model.get("current"))}"]`)
      ?? root.querySelector("[data-number]");
    const actions = {
      undo: () => {
        const { before } = current();
        hint.textContent = "";
        if (!before.typed || refusalOf(before.description)) return;
        const to = { ...keeping(current(), before.same), description: before.description, typed: before.typed,
          wiring: "" };
        if (before.same) return correct(to);
        change(to);
        keepAddress();
      },
      rewire: () => {
        const now = current(), lines = wiringOf(now.wiring || wiringText(now.network)),
          why = wiringRefusal(now.description, lines);
        if (why) return void (hint.textContent = `These lines wire no network: ${why}.`);
        const plain = JSON.stringify(wiringOf(wiringText(networkOf({ ...now.description,
          connections: null })))) === JSON.stringify(lines);
        hint.textContent = "The lines are used.";
        const connections = plain ? null : lines;
        if (JSON.stringify(connections) === JSON.stringify(now.description.connections)) return change({ wiring: "" });
        correct({ ...keeping(now), description: { ...now.description, connections }, wiring: "" });
      },
      plain: () => {
        const now = current();
        hint.textContent = "Every unit hears every unit of the layer below, and the weights are called w1, w2, and so on.";
        if (!now.description.connections) return change({ wiring: "" });
        hint.textContent += " “Back to what was there” brings your lines and their names back.";
        correct({ ...keeping(now), description: { ...now.description, connections: null }, wiring: "" });
      },
      take: (_, { group: key }) => {
        const now = current(), group = now.groups.find(one => one.key === key),
          says = take(group, now.pasted[key] ?? "");
        root.querySelector(`[data-told="${key}"]`).textContent = says;
      },
      fill: () => {
        const now = current(), places = placesByName(now.network),
          fresh = now.network.given.filter(name => !(now.typed[places[name]] ?? "").trim());
        if (!fresh.length) return;
        correct({ typed: { ...now.typed,
          ...Object.fromEntries(fresh.map(name => [places[name], chosenFor(name, places[name])])) } });
      },
      "sign-number": () => changeSign(lastNumber()),
      slash: () => {
        const box = lastNumber();
        box.value += "/";
        box.dispatchEvent(new Event("input", { bubbles: true }));
        box.focus();
      },
      sign: part => changeSign(answerFields(part).find(box => box.dataset.key === model.get("current"))
        ?? answerFields(part)[0]),
      check: () => check(cellsOfSheet(current())),
      empty: () => {
        const now = current(), { before } = now, undo = before.cells && before.problem === now.problem;
        if (!undo && !Object.keys(now.cells).length) return;
        cellsAre(undo ? before.cells : {});
        const { cells, problem, ...rest } = before;
        change({ before: undo ? rest : { ...rest, cells: now.cells, problem: now.problem } });
      },
      rounds: (_, { rounds }) => change({ rounds: Number(rounds) }),
      "go-on": () => {
        const now = current(), run = now.values && trained(now, 0);
        if (!run || run.unfinished || !run.kept) return;
        const places = placesByName(now.network),
          texts = Object.fromEntries(now.network.given.map(name =>
            [places[name], run.after[name] === now.given[name] ? now.typed[places[name]]
              : numberText(run.after[name])]));
        correct({ ...keeping(now), typed: { ...now.typed, ...texts } });
        hint.textContent = `After ${several(now.rounds, "round")} these are the numbers. “Back to what was there” brings the old ones again.`;
      },
      "print-sheet": () => printAlone(unbroken(ownSheet(current(), fullAddress(current())))),
      "print-key": () => { if (current().values) printAlone(unbroken(ownKey(current(), fullAddress(current())))); },
      copy: async () => {
        const lines = root.querySelector(".bp-python"), said = root.querySelector(".bp-copied");
        try {
          await navigator.clipboard.writeText(lines.textContent);
          hint.textContent = said.textContent = "Copied.";
        } catch {
          getSelection().selectAllChildren(lines);
          hint.textContent = said.textContent = "Selected: copy it with the keyboard.";
        }
      },
    };

    const go = step => change({ step: within(step, 0, current().calculation.lines.length - 1) });
    const steps = { first: () => 0, back: () => current().step - 1, next: () => current().step + 1,
      last: () => Infinity };
    const goTo = where => go(where === "last" ? current().calculation.lines.length - 1 : steps[where]());
    const show = key => {
      change({ view: key });
      root.querySelector(`[data-view="${key}"]`).focus();
    };

    root.addEventListener("click", event => {
      const clicked = event.target.closest("button, [data-pick]");
      if (!clicked || clicked.ariaDisabled === "true") return;
      const { do: action, view, go: where, step, pick } = clicked.dataset;
      if (action) actions[action](clicked.closest(".bp-part"), clicked.dataset);
      if (view) show(view);
      if (where) goTo(where);
      if (step) go(Number(step));
      if (pick && [...current().network.weightNames, ...current().network.biasNames].includes(pick))
        change({ weight: pick });
    });
    keepFocus(root);
    root.addEventListener("pointerdown",
      event => { if (event.target.closest('[data-do="sign-number"], [data-do="slash"]')) event.preventDefault(); });
    root.addEventListener("input", event => {
      const { target } = event, { number, text, range, key } = target.dataset;
      if (number !== undefined) type(number, target.value);
      else if (text === "wiring") change({ wiring: target.value });
      else if (text) change({ pasted: { ...current().pasted, [text]: target.value } });
      else if (range) go(Number(target.value) - 1);
      else if (target.closest(".bp-answer")) {
        setCell(key, target.value, "");
        redraw();
      }
    });
    root.addEventListener("change", event => {
      const { target } = event, { choice } = target.dataset;
      if (choice) choose(choice, target.type === "checkbox" ? target.checked : target.value);
      else if (target.matches("[data-rounds-field]")) {
        const word = target.value.trim(),
          count = /^\d{1,3}(?:[ ,.']?\d{3})*$|^\d+$/.test(word) ? Number(word.replace(/\D/g, "")) : NaN;
        if (count >= 1 && count <= MOST_ROUNDS) {
          hint.textContent = "";
          change({ rounds: count });
        } else hint.textContent =
          `“${word.slice(0, 20)}” is no number of rounds: a whole number from 1 to ${counted(MOST_ROUNDS)}.`;
      } else if (target.closest(".bp-answer")) model.save_changes();
      redraw();
    });
    root.addEventListener("focusin", event => {
      const { number, key } = event.target.dataset;
      if (number ?? (event.target.closest(".bp-answer") && key)) model.set("current", number ?? key);
    });
    root.addEventListener("focusout", () => redraw()); // a field that nobody is in shows what is kept
    root.addEventListener("paste", event => {
      const { number } = event.target.dataset, text = event.clipboardData?.getData("text") ?? "";
      if (number === undefined || readingsOf(text)[0].flat().length < 2) return;
      const group = current().groups.find(one => one.names.flat().includes(number));
      event.preventDefault();
      hint.textContent = `${group.title}: ${take(group, text)}`;
    });
    root.addEventListener("keydown", event => {
      const { target } = event, tab = target.closest("[role=tab]");
      if (tab) {
        const at = views.indexOf(tab.dataset.view),
          to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: views.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        return show(views[(to + views.length) % views.length]);
      }
      if (target.matches(".bp-step")) {
        const to = { ArrowRight: "next", ArrowDown: "next", ArrowLeft: "back", ArrowUp: "back", Home: "first",
          End: "last" }[event.key];
        if (!to) return;
        event.preventDefault();
        return goTo(to);
      }
      if (event.key !== "Enter" || !target.matches("input[type=text]")) return;
      event.preventDefault();
      const boxes = target.dataset.number !== undefined ? [...root.querySelectorAll("[data-number]")]
        : target.closest(".bp-answer") ? answerFields(root) : null;
      if (!boxes) return target.dispatchEvent(new Event("change", { bubbles: true }));
      if (target.closest(".bp-answer")) check([target.dataset.key]);
      boxes[boxes.indexOf(target) + 1]?.focus();
    });

    if (own) {
      const asked = new URLSearchParams(location.search).get(PARAMETER), found = asked === null ? {} : fromLink(asked);
      if (found.description)
        for (const [trait, value] of Object.entries({ description: found.description,
          typed: { ...model.get("typed"), ...found.typed } })) model.set(trait, value);
      model.set("answers", { ...cleaned(model.get("answers")), ...stored(STORE) });
      if (found.refused) {
        hint.textContent = toldInstead(found.refused, current());
        keepAddress();
      }
    }
    const { redraw, stop } = keepDrawn(model, TRAITS, draw);
    return () => {
      stop();
      clearTimeout(silence);
      clearTimeout(saved);
    };
  },
};
