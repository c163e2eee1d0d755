// What is to be seen of a network that is typed in: its diagram, tables, lines, cards and training, as strings.
// `now` is what `settled` of own_network.js gives; its `values` are null until all numbers are there. Nothing here
// differentiates: the formulas of all lines are data, and what is done with them is bookkeeping.
// Needs stage.js, network.js, formula.js, the calculation, places.js, answers.js and sheets.js before it.

const nameSpoken = name => symbolOf(name, NOTATION.words);
const math = (html, spoken) => `<span role="math" aria-label="${escaped(spoken)}">${html}</span>`;
const counted = number => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const unbroken = html => html.replaceAll(" × 10", "\u00a0×\u00a010"); // a number is not broken at its power of ten

// One of a few, as a row of chips: [value, html] each. Its name is that of the trait.
const chips = (id, key, legend, choices, chosen) =>
  `<fieldset class="bp-chips"><legend>${legend}</legend>${choices.map(([value, html]) =>
    `<label><input type="radio" name="${id}-${key}" value="${escaped(value)}" data-choice="${key}" ` +
    `data-at="${key}-${escaped(value)}"${value === chosen ? " checked" : ""}/><span>${html}</span></label>`).join("")}</fieldset>`;

// The diagram

// The values of one example, under the names that an only example has.
function ofExample({ network }, values, n) {
  if (network.examples === 1) return values;
  const end = network.suffix(n), found = byName({});
  for (const [key, value] of Object.entries(values)) {
    if (key.endsWith(end)) found[key.slice(0, -end.length)] = value;
    else if (!/_ex\d+$/.test(key)) found[key] = value;
  }
  return Object.assign(found, { E_total: values[network.errorName(n)] });
}

const drawn = (now, values, options) =>
  wideDiagram(now.drawn, { ...options, title: options.title + (now.network.examples > 1 ? `, example ${now.example}` : ""), values: ofExample(now, values, now.example) });

const layersTold = ({ network }) => network.layers.map((layer, k) => `${layer.length} ${layerName(network, k)}`)
  .join(", ");

function plainDiagram(now, values = now.values ?? now.given) {
  const outputs = now.values && values === now.values ? now.network.layers.at(-1)
    .map(unit => `the output of ${unit} is ${told(now.values[`out_${unit}${now.network.suffix(now.example)}`])}`)
      .join(", ") : "";
  const old = Object.fromEntries(Object.entries(values).filter(([key]) => !key.endsWith("_next")));
  return drawn(now, old,
    { title: "The network", description: `Layers: ${layersTold(now)}.${outputs ? ` ${capital(outputs)}.` : ""}` });
}

// Tables

// A table that scrolls sideways where it has more columns than a phone has room for.
const scrolling = ({ letter, title, columns }, html) =>
  `<div class="bp-across"${columns.length > 5 ? ` tabindex="0" role="group" aria-label="${escaped(`table ${letter}, ${title}, which scrolls sideways`)}" data-at="table-${letter}"` : ""}>${html}</div>`;

// A table for how wrong the outputs are behind each table A, and one for the error of all examples before the last.
function withErrors(calculation) {
  const { network, tables, lines } = calculation,
    { examples, numbers, suffix, errorName, reduction, averages } = network, outputs = network.layers.at(-1);
  const wrong = lines.filter(line => line.goal === 1).map(line => line.key),
    rowOf = (label, key) => wrong.filter(one => one === key).map(() => ({ label, cells: [cell(key)] }));
  const each = n => ({
    letter: "E", title: examples > 1 ? `How wrong, example ${n}` : "How wrong",
    columns: ["unit", `E: ${SCHEME.losses[network.loss].short}`],
    rows: [...outputs.flatMap(unit => rowOf(unit, `E_${unit}${suffix(n)}`)),
      ...rowOf(outputs.length > 1 ? `${averages ? "mean" : "Σ"} ${outputs[0].replace(/\d+$/, "")}` : outputs[0],
        errorName(n))],
  });
  const all = { letter: "E", title: "How wrong, all examples",
    columns: ["error", ...numbers.map(n => `example ${n}`), reduction],
    rows: [{ label: "E", cells: [...numbers.map(n => cell(errorName(n), true)), cell("E_total")] }] };
  let n = 0;
  const placed = tables.flatMap(table => (table.letter === "A" ? [table, each(++n)] : [table]));
  return { ...calculation, tables: examples > 1 ? [...placed.slice(0, -1), all, placed.at(-1)] : placed };
}

const cellsOfSheet = ({ calculation }) => calculation.tables.flatMap(cellsOfTable);

// Of several examples the diagram of a sheet shows what they share: weights and biases.
function sheetHead(now, more = "") {
  const { network, given } = now, shared = [...network.weightNames, ...network.biasNames].filter(name => name in given);
  const values = network.examples > 1 ? Object.fromEntries(shared.map(name => [name, given[name]])) : given;
  const picture = drawn(now, values, { title: "The network", description: `Layers: ${layersTold(now)}.` });
  return `<div class="bp-sheet-head">${picture}${conventions(now, more)}</div>`;
}
const titled = (kind, address, more = "") =>
  `<p class="bp-sheet-title"><b>${kind}</b>${more}</p>${address ? `<p class="bp-sheet-address">${escaped(address)}</p>` : ""}`;

const ownSheet = (now, address = "") =>
  `<div class="bp-sheet bp-own">${titled("By hand: your own network", address, '<span class="bp-sheet-name">Name</span>')}` +
  `${sheetHead(now, "<li>Into hatched cells copy what an earlier table has found.</li>")}${now.calculation.tables.map(table => emptyTable(now, table)).join("")}</div>`;

const ownKey = (now, address = "") =>
  `<div class="bp-sheet bp-sheet-key bp-own">${titled("Key: your own network", address)}${now.calculation.tables.map(table => fullTable(now, table)).join("")}` +
  `<p class="bp-sheet-error">The error before the update is <i>E</i><sub>total</sub> = ${told(now.values.E_total)}. All numbers to six significant digits.</p></div>`;

// Checking a sheet

// The verdicts on all cells that were checked: judged together, since each is judged from those before it.
function marksOfSheet(now) {
  const { cells, calculation, given } = now,
    texts = Object.fromEntries(Object.entries(cells)
      .filter(([key, [text, state]]) => key in calculation.byKey && state && text.trim())
        .map(([key, [text]]) => [key, text]));
  const verdicts = Object.keys(texts).length && now.values ? judgedSheet(calculation, given, texts) : {};
  return Object.fromEntries(Object.entries(verdicts)
    .map(([key, verdict]) =>
      [key, cells[key][1] === "shown" ? { kind: "shown", says: "" }
        : { ...verdict, says: saying(calculation, verdict, texts) }]));
}

const lastJudged = { key: "", verdicts: {} }; // it takes a moment, and a page is drawn at every key that is pressed
function judgedSheet(calculation, given, texts) {
  const key = JSON.stringify([calculation.lines.map(line => line.key), given, texts]);
  if (key !== lastJudged.key) Object.assign(lastJudged, { key, verdicts: judged(calculation, given, texts) });
  return lastJudged.verdicts;
}

const checkedTable = (now, id, table, k) =>
  `<div class="bp-part" data-table="${k}">` +
  tableOf(now, table, cell => (!cell.key ? NOTHING : given(now, cell) ? givenText(now, cell)
    : cell.given ? `<output data-from="${cell.key}"></output>`
      : answerField(id, cell.key, now.calculation.words[cell.key]))) +
  `<div class="bp-bar">${button("check", "Check my sheet", ` class="bp-main" data-at="check-${k}" ` +
    `aria-label="Check my sheet, from table ${table.letter}, ${escaped(table.title)}"`)}${signButton}<span class="bp-count"></span></div>` +
  '<ul class="bp-hints"></ul></div>';

const MODES = { filled: "worked out", empty: "empty", check: "check my sheet" };

const chooseMode = (now, id) => chips(id, "mode", "The tables", Object.entries(MODES), now.mode);

const TABLES = {
  filled: (now, id, table) => scrolling(table, fullTable(now, table)),
  empty: (now, id, table) => scrolling(table, emptyTable(now, table)),
  check: checkedTable,
};

const tablesView = {
  tab: "Tables",
  main: (now, id) => {
    const tables = now.calculation.tables.map((table, k) => TABLES[now.mode](now, id, table, k)).join("");
    const ask = "Type what stands on your sheet, as much of it as there is. Each number is judged from those that you had before it.";
    const [above, below] = {
      filled: ["", `<p class="bp-sheet-error">The error is <i>E</i><sub>total</sub> = <b>${told(now.values?.E_total)}</b>.</p>`],
      empty: ["", ""],
      check: [`<p class="bp-ask">${ask}</p>`, `<div class="bp-bar">${button("empty", "", ' data-at="empty"')}</div>`],
    }[now.mode];
    return chooseMode(now, id) + above + tables + below;
  },
  values: now => (now.mode === "filled" ? now.values : now.given),
  works: now => now.mode === "empty",
};

// Steps

function lineHtml(now, { key, part, question }) {
  const { html, words } = NOTATION, v = name => now.values[name], why = reasonOf(part, html, v);
  const numbers = written(part, html, v), plain = part[0] === "name" || part[0] === "number";
  return `<p class="bp-step-question">${escaped(question)}</p><p class="bp-step-formula">${math(`${symbolOf(key, html)} = ${written(part, html)}`, `${symbolOf(key, words)} equals ${written(part, words)}`)}</p>` +
    (plain ? "" : `<p class="bp-step-numbers">= ${numbers}${why ? `, since ${why}` : ""}</p>`)
      + `<p class="bp-step-value">= <b>${told(v(key))}</b></p>`;
}

function goalsList(now) {
  const { lines } = now.calculation, at = lines[now.step].goal, last = lines.length - 1;
  return `<ol class="bp-goals">${SCHEME.goals.map((goal, k) => {
    const first = lines.findIndex(line => line.goal === k), done = k < at || (k === at && now.step === last), state = done ? "done" : k === at ? "now" : "to come";
    return `<li class="${state.replace(" ", "-")}"><button type="button" data-step="${first}" data-at="goal-${k}"${k === at ? ' aria-current="step"' : ""}>` +
      `<span aria-hidden="true">${done ? "✓" : k === at ? "▸" : "○"}</span> ${k + 1} ${goal}<span class="bp-heard">, ${state}</span></button></li>`;
  }).join("")}</ol>`;
}

const stepsView = {
  tab: "Step by step",
  main: now => {
    const { lines } = now.calculation, line = lines[now.step], end = lines.length - 1,
      off = at => (at ? ' aria-disabled="true"' : "");
    return goalsList(now)
      + `<div class="bp-step" role="group" tabindex="0" aria-label="The step. Arrow keys go back and forward." data-at="step"><p class="bp-step-count">Step ${now.step + 1} of ${lines.length}: ${SCHEME.goals[line.goal]}</p>${lineHtml(now, line)}</div>` +
      `<div class="bp-buttons"><button type="button" data-go="first" data-at="first"${off(now.step === 0)}>first</button><button type="button" data-go="back" data-at="back"${off(now.step === 0)}><span aria-hidden="true">◀</span> back</button>` +
      `<button type="button" data-go="next" data-at="next"${off(now.step === end)}>next <span aria-hidden="true">▶</span></button><button type="button" data-go="last" data-at="last"${off(now.step === end)}>last</button></div>` +
      `<label class="bp-range"><span class="bp-heard">step</span><input type="range" min="1" max="${lines.length}" step="1" data-range="step" data-at="range"/></label>`;
  },
  picture: now => {
    const { lines } = now.calculation, line = lines[now.step], units = line.units.filter(unit => unit !== "1"),
      n = exampleOf(line);
    const last = now.step === lines.length - 1,
      keys = lines.slice(0, now.step + 1).map(one => one.key).filter(key => last || !key.endsWith("_next"));
    const here = n ? { ...now, example: n } : now;
    return drawn(here, { ...now.given, ...Object.fromEntries(keys.map(key => [key, now.values[key]])) }, {
      title: "What is known so far",
      marked: [...line.units, ...line.connections,
        ...(line.goal === 1 ? ["E", ...units.map(unit => `${unit}:E`)] : [])],
      description: `The network after step ${now.step + 1}. Used in this step: ${listed([...units, ...line.connections.map(nameSpoken)])}.`,
    });
  },
  heard: now => {
    const { lines } = now.calculation, line = lines[now.step], words = NOTATION.words;
    return `Step ${now.step + 1} of ${lines.length}. ${line.question} ${symbolOf(line.key, words)} equals ${written(line.part, words)}, which is ${told(now.values[line.key])}.`;
  },
};

const exampleOf = ({ key }) => Number(key.match(/_ex(\d+)(?:_d_|$)/)?.[1] ?? 0);

// Cards: a weight's gradient as a product along each path, or by way of deltas

const MOST_PATHS = 8;

// The units from where a line ends to each output, path by path; null if there are too many to be told.
function pathsFrom({ network }, start) {
  const found = [], waiting = [[start]];
  while (waiting.length) {
    const path = waiting.pop(), onward = network.weights.filter(c => c.source === path.at(-1));
    if (network.layers.at(-1).includes(path.at(-1))) found.push(path);
    else waiting.push(...onward.map(c => [...path, c.target]).reverse());
    if (found.length + waiting.length > 50 * MOST_PATHS) return null;
  }
  return found;
}

// A factor of the chain rule: which number it is, the line or given number that it is read from, and its formula.
function factorOf(now, of, by, key) {
  const { calculation } = now, words = calculation.words,
    part = calculation.byKey[key]?.part ?? (key === "1" ? numberPart(1) : namePart(key));
  return { key: `d_${of}_d_${by}`, from: key, part,
    question: `How much does ${words[of] ?? nameSpoken(of)} change when ${words[by] ?? nameSpoken(by)} changes?` };
}

// The factors along each path, from the error to the weight: { paths: [{ units, lines, factors }] }, or { why } there
// are none.
function chainOf(now) {
  const { network, calculation, weight, example } = now, end = network.suffix(example),
    error = network.errorName(example), paths = [];
  const softmax = network.layers.slice(1)
    .some((layer, k) => network.activations[k] === "softmax" && !(k === network.layers.length - 2 && network.straight));
  if (softmax) return {
    why: "In a softmax layer every output hangs on every net input, so that a path has no slope of its own: here the deltas tell more." };
  for (const use of network.connections.filter(c => c.name === weight)) {
    for (const units of pathsFrom(now, use.target) ?? Array(MOST_PATHS + 1)) {
      if (!units || paths.length === MOST_PATHS)
        return { why: `More than ${MOST_PATHS} paths lead from ${nameSpoken(weight)} to the error; the deltas find what these share once.` };
      const factors = [], lines = [weight], out = units.at(-1),
        slope = unit => factorOf(now, `out_${unit}${end}`, `net_${unit}${end}`, `slope_${unit}${end}`);
      if (network.straight) factors.push(factorOf(now, error, `net_${out}${end}`, `delta_${out}${end}`));
      else factors.push(factorOf(now, error, `out_${out}${end}`, `arriving_${out}${end}`), slope(out));
      for (let k = units.length - 1; k > 0; k--) {
        const c = network.weights.find(one => one.source === units[k - 1] && one.target === units[k]);
        lines.push(c.name);
        factors.push(factorOf(now, `net_${units[k]}${end}`, `out_${units[k - 1]}${end}`, c.name), slope(units[k - 1]));
      }
      const source = use.source === BIAS_INPUT ? "1" : network.outputName(use.source) + end;
      factors.push(factorOf(now, `net_${use.target}${end}`, weight, source));
      paths.push({ units: [...(use.source === BIAS_INPUT ? [] : [use.source]), ...units], through: units, lines,
        factors: factors.filter(factor => !(factor.part[0] === "number" && factor.part[1] === 1)) });
      if (!paths.at(-1).factors.length) paths.at(-1).factors = factors.slice(-1);
    }
  }
  return { paths };
}

const valueOfFactor = (now, { from }) => (from === "1" ? 1 : now.values[from]);

function cardHtml(now, factor) {
  const { html, words } = NOTATION, v = name => now.values[name], { part } = factor, why = reasonOf(part, html, v),
    plain = part[0] === "name" || part[0] === "number";
  return `<li class="bp-card"><p class="bp-question">${escaped(factor.question)}</p><p class="bp-formula">${math(symbolOf(factor.key, html), symbolOf(factor.key, words))} <span class="bp-is">= ${math(written(part, html), written(part, words))}</span></p>` +
    (plain ? "" : `<p class="bp-numbers">= ${written(part, html, v)}${why ? `, since ${why}` : ""}</p>`)
      + `<p class="bp-value">= <b>${told(valueOfFactor(now, factor))}</b></p></li>`;
}

const bracketed1 = value => (value < 0 ? `(${told(value)})` : told(value));

function pathCards(now, paths) {
  const several = paths.length > 1, key = `d_${now.network.errorName(now.example)}_d_${now.weight}`,
    { html, words } = NOTATION;
  const products = paths.map(path => path.factors.map(factor => bracketed1(valueOfFactor(now, factor))).join(" · "));
  const rows = paths.map((path, k) =>
    `<div class="bp-path" role="group" aria-label="${several ? `path ${k + 1} of ${paths.length}, ` : ""}through ${escaped(listed(path.through))}" data-path="${k}">` +
    `${several ? `<p class="bp-path-name">path ${k + 1}<span> through ${listed(path.through)}</span></p>` : ""}<ol class="bp-cards">${path.factors.map(factor => cardHtml(now, factor)).join("")}</ol></div>`).join("");
  return `<div class="bp-derivation${several ? " bp-sum" : ""}" role="group" aria-label="${escaped(capital(symbolOf(key, words)))}"><div class="bp-product"><div class="bp-paths" style="--cards:${Math.max(...paths.map(path => path.factors.length))}">${rows}</div></div>` +
    `<p class="bp-result">${math(symbolOf(key, html), symbolOf(key, words))} = ${products.join(" + ")} = <b>${told(now.values[key] ?? pathSum(now, paths))}</b></p></div>`;
}

const pathSum = (now, paths) =>
  paths.reduce((sum, { factors }) => sum + factors.reduce((product, factor) => product * valueOfFactor(now, factor), 1),
    0);

// The lines that lead to a gradient by way of deltas, from the delta of the unit where the weight ends.
function deltaLines(now) {
  const { calculation, network, weight, example } = now, end = network.suffix(example),
    targets = network.connections.filter(c => c.name === weight).map(c => c.target);
  const keys = targets.flatMap(unit => [`arriving_${unit}${end}`, `slope_${unit}${end}`, `delta_${unit}${end}`]);
  return [...keys, ...(network.examples > 1 ? [`d_${network.errorName(example)}_d_${weight}`] : []),
    `d_E_total_d_${weight}`, `${weight}_next`].map(key => calculation.byKey[key]).filter(Boolean);
}

const WAYS = { paths: "along every path", deltas: "by way of deltas" };

const cardsView = {
  tab: "Cards",
  main: (now, id) => {
    const { paths, why } = chainOf(now), { network, calculation, weight } = now,
      learned = network.learned.includes(weight);
    const names = [...network.weightNames, ...network.biasNames], way = paths ? now.way : "deltas";
    const listOf = lines =>
      `<ol class="bp-lines">${lines.map(line => `<li>${lineHtml(now, line)}</li>`).join("")}</ol>`;
    const total = network.examples > 1 && learned ? listOf([calculation.byKey[`d_E_total_d_${weight}`]]) : "";
    const fixed = learned ? ""
      : `<p class="bp-ask">${nameHtml(weight)} is not learned here, so that no line asks for its gradient.</p>`;
    return chips(id, "weight", "Which weight?", names.map(name => [name, nameHtml(name)]), weight) +
      (paths ? chips(id, "way", "How?", Object.entries(WAYS), way) : `<p class="bp-ask">${why}</p>`) +
      (way === "paths" ? pathCards(now, paths) + total : listOf(deltaLines(now)) + fixed);
  },
  picture: now => {
    const { paths } = chainOf(now), through = (paths ?? []).map(path => listed(path.through)).join("; ");
    return drawn(now, now.given, {
      title: `How ${nameSpoken(now.weight)} reaches the error`, chosen: now.weight, pick: true,
      ...(paths ? { paths: paths.map(path => ({ units: path.units, lines: path.lines, off: false })) }
        : { marked: [now.weight] }),
      description: paths ? `The network with the paths from ${nameSpoken(now.weight)} to the error lit: through ${through}.` : `The network with ${nameSpoken(now.weight)} marked.`,
    });
  },
};

// Training

const MOST_ROUNDS = 10_000;

// A part as JavaScript, `slot(name)` being where its number is kept.
function sourceOf([kind, ...inner], slot) {
  const code = part => sourceOf(part, slot);
  switch (kind) {
    case "name": return slot(inner[0]);
    case "number": return `(${inner[0]})`;
    case "product": {
      const factors = inner[1].map(code), log = inner[1].findIndex(([call, name]) => call === "call" && name === "log");
      if (log < 0) return `(${[inner[0], ...factors].join(" * ")})`;
      return `((a, b) => (a === 0 ? 0 : a * b))(${[inner[0], ...factors.toSpliced(log, 1)].join(" * ")}, ${factors[log]})`;
    }
    case "sum": return `(${inner[0].map(([sign, term]) => `${sign < 0 ? "-" : "+"} ${code(term)}`).join(" ")})`;
    case "quotient": return `(${code(inner[0])} / ${code(inner[1])})`;
    case "power": return `Math.pow(${code(inner[0])}, ${typeof inner[1] === "number" ? inner[1] : code(inner[1])})`;
    case "call": return `F[${JSON.stringify(inner[0])}](${inner.slice(1).map(code).join(", ")})`;
    case "cases": return inner[0].reduceRight((rest, [[left, sign, right], piece]) => {
      const [a, b] = [code(left), code(right)],
        holds = sign === "=" ? `!(${a} > ${b} || ${a} < ${b})` : `${a} ${sign} ${b}`;
      return `(${holds} ? ${code(piece)} : ${rest})`;
    }, code(inner[1]));
  }
  throw new TypeError(`A formula holds no ${kind}.`);
}

// All rounds of training as one function, `run(v, E, from, to)`, from the formulas of the lines that a new weight
// needs.
function trainer({ network, lines, byKey }) {
  const slots = byName({}), slot = name => `v[${(slots[name] ??= Object.keys(slots).length)}]`, needed = new Set(),
    waiting = ["E_total", ...network.learned.map(name => `${name}_next`)];
  while (waiting.length) {
    const key = waiting.pop();
    if (!(key in byKey) || needed.has(key)) continue;
    needed.add(key);
    const { part, saturated } = byKey[key];
    waiting.push(...namesIn(part), ...(saturated ? namesIn(saturated) : []));
  }
  const used = lines.filter(line => needed.has(line.key)), error = used.findIndex(line => line.key === "E_total");
  const code = ({ key, part, saturated }) => `${slot(key)} = ${sourceOf(part, slot)};` +
    (saturated ? ` if (!Number.isFinite(${slot(key)})) ${slot(key)} = ${sourceOf(saturated, slot)};` : "");
  const steps = network.learned.flatMap(name => [
    ...(network.momentum ? [`${slot(`${name}_last`)} = ${slot(`${name}_next`)} - ${slot(name)};`] : []),
    `${slot(name)} = ${slot(`${name}_next`)};`,
  ]);
  const [forward, backward] = [used.slice(0, error + 1), used.slice(error + 1)].map(part => part.map(code).join("\n"));
  const program = new Function("v", "F", "E", "from", "to",
    `for (let k = from; ; k++) {\n${forward}\nE[k] = ${slot("E_total")};\nif (k === to) return;\n${backward}\n${steps.join("\n")}\n}`);
  return { slots, run: (v, E, from, to) => program(v, FUNCTIONS, E, from, to) };
}

const RUNS = { key: "", run: null, rounds: 0, ready: 0 };

// The error after each round so far, and the numbers at the end; called again it goes on where it stopped.
function trained(now, patience = 12) {
  const key = JSON.stringify([now.description, now.given, now.rounds]);
  if (RUNS.key !== key) {
    const program = trainer(now.calculation), v = new Float64Array(Object.keys(program.slots).length);
    for (const [name, at] of Object.entries(program.slots)) v[at] = now.given[name] ?? (name === "1" ? 1 : 0);
    Object.assign(RUNS, { key, program, v, E: new Float64Array(now.rounds + 1), done: 0 });
  }
  const { program, v, E } = RUNS, start = performance.now();
  while (RUNS.done < now.rounds && performance.now() - start < patience) {
    const to = Math.min(now.rounds, RUNS.done + 20);
    program.run(v, E, RUNS.done, to);
    RUNS.done = to;
  }
  const after = Object.fromEntries(now.network.given.map(name =>
    [name, name in program.slots ? v[program.slots[name]] : now.given[name]]));
  return { E, done: RUNS.done, unfinished: RUNS.done < now.rounds, after,
    kept: Object.values(after).every(Number.isFinite) && Number.isFinite(E[RUNS.done]) };
}

function curveOfLoss({ E, done }, rounds) {
  const W = 460, H = 300, left = 62, right = 440, top = 26, bottom = 246,
    points = [...new Set(Array.from({ length: 300 }, (_, k) => Math.round((rounds + 1) ** (k / 299)) - 1))]
      .filter(n => n <= done && Number.isFinite(E[n]));
  const most = Math.max(...points.map(n => E[n]).filter(Number.isFinite), 1e-12),
    height = 10 ** Math.ceil(Math.log10(most)),
    highest = [0.2, 0.5, 1].map(part => part * height).find(one => one >= most) ?? height;
  const across = scale(0, Math.log10(1 + rounds), left, right), up = scale(0, highest, bottom, top),
    at = n => [across(Math.log10(1 + n)), up(Math.max(0, E[n]))];
  const tens = [0, ...[1, 10, 100, 1_000, 10_000].filter(n => n <= rounds)], rows = [0, highest / 2, highest];
  const grid = rows.map(e =>
    line(left, up(e), right, up(e), "grid") + label(left - 6, up(e) + 5, shown(e, 2), "", "end"))
      .join("") + tens.map(n =>
        line(at(n)[0], bottom, at(n)[0], bottom + 5, "axis") + label(at(n)[0], bottom + 21, counted(n))).join("");
  const last = points.at(-1),
    marks = last === undefined ? "" : [...new Set([0, last])]
      .map(n => `<circle class="iterate" cx="${at(n)[0].toFixed(1)}" cy="${at(n)[1].toFixed(1)}" r="5"/>`).join("") +
    label(left + 10, Math.max(top + 4, at(0)[1] - 10), shown(E[0], 4), "reading",
      "start") + (last ? label(right, Math.min(bottom - 8, Math.max(top + 26, at(last)[1] - 12)), shown(E[last], 4),
        "reading", "end") : "");
  const said = `Error against round, rounds on a logarithmic axis. ${last === undefined ? "No number to be drawn." : `At the start the error is ${told(E[0])}, after ${counted(last)} ${last === 1 ? "round" : "rounds"} ${told(E[last])}.`}`;
  return picture("loss", "The error, round by round", said, W, H,
    grid + line(left, bottom, left, top, "axis") + line(left, bottom, right, bottom, "axis") + curve(points.map(at),
      "loss-line") + marks +
    label(right, bottom + 42, "rounds", "name", "end") + label(left + 6, top - 10, "error E", "name", "start"));
}

const trainingView = {
  tab: "Train",
  main: (now, id, run) => {
    const { network, given: numbers } = now, names = network.learned;
    const rows = names.map(name =>
      `<tr><th scope="row">${nameHtml(name)}</th><td>${shown(numbers[name], 6)}</td><td>${run.unfinished ? "…" : told(run.after[name])}</td></tr>`).join("");
    const fewer = [1, 100, 10_000]
      .map(n => button("rounds", counted(n),
        ` data-rounds="${n}" data-at="rounds-${n}"${now.rounds === n ? ' aria-current="true"' : ""}`)).join("");
    return `<div class="bp-rate"><label class="bp-field" for="${id}-rounds"><span>rounds</span><input type="text" inputmode="numeric" autocomplete="off" id="${id}-rounds" data-rounds-field data-at="rounds" aria-describedby="${id}-hint"/></label>${fewer}</div>` +
      `<div class="bp-split">${curveOfLoss(run, now.rounds)}<div><table class="bp-tried"><caption>What was learned</caption><thead><tr><th scope="col">name</th><th scope="col">before</th><th scope="col">after</th></tr></thead><tbody>${rows}</tbody></table></div></div>` +
      `<div class="bp-bar">${button("go-on", "Go on from these numbers", ` data-at="go-on"${run.unfinished || !run.kept ? ' aria-disabled="true"' : ""}`)}</div>`;
  },
  readout: (now, run) => {
    if (run.unfinished) return `Round ${counted(run.done)} of ${counted(now.rounds)} …`;
    const [first, end] = [run.E[0], run.E[now.rounds]],
      rises = run.E.subarray(1).filter((e, k) => e > run.E[k] * (1 + 1e-9)).length;
    if (!run.kept) return `<b>On the way the numbers leave what a computer can hold.</b> The learning rate is too large.`;
    const fell = end < first
      ? (rises ? ` In ${counted(rises)} of ${several(now.rounds, "round")} it rose.` : now.rounds > 1
        ? " It fell in every round, or stood still." : "") : " It is no smaller than it was.";
    return `<i>E</i> was ${told(first)}; after ${counted(now.rounds)} ${now.rounds === 1 ? "round" : "rounds"} it is <b>${told(end)}</b>.${fell}`;
  },
  values: now => now.given,
};

const VIEWS = { tables: tablesView, steps: stepsView, cards: cardsView, training: trainingView };
