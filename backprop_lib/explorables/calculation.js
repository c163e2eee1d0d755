// A calculation on paper for any network of layers: its lines, its tables and its numbers, as by_hand/calculation.py
// has them. What stands in a line is in SCHEME, formulas in roles that were read from the graph; a place says what each
// role is there. A part is an array as `as_data` gives it. No page is needed; formula.js, SCHEME and FUNCTIONS stand
// before.

// Formulas in roles

const namePart = name => ["name", name];
const numberPart = value => ["number", value];
const SAME = JSON.stringify; // two parts are the same if this is

// The formula that a template is at a place; null where a role is not filled there.
function partAt(template, place, roles = place.roles) {
  const [kind, ...inner] = template;
  const at = part => partAt(part, place, roles), all = parts => allOrNull(parts.map(at));
  switch (kind) {
    case "name": return roles[inner[0]] ?? null;
    case "each": {
      const terms = allOrNull((place.sets[inner[0]] ?? [])
        .map(element => partAt(inner[1], place, { ...roles, ...element })));
      return terms?.length ? addedParts(terms.map(term => [1, term])) : null;
    }
    case "product": {
      const factors = all(inner[1]);
      return factors && multipliedParts(inner[0], ...factors);
    }
    case "sum": {
      const terms = all(inner[0].map(([, term]) => term));
      return terms && addedParts(terms.map((term, k) => [inner[0][k][0], term]));
    }
    case "quotient": {
      const parts = all(inner);
      return parts && dividedParts(...parts);
    }
    case "power": {
      const base = at(inner[0]);
      return base && ["power", base, inner[1]];
    }
    case "call": {
      const operands = all(inner.slice(1));
      return operands && ["call", inner[0], ...operands];
    }
    case "cases": {
      const [pieces, otherwise] = inner;
      const parts = all([...pieces.flatMap(([[left, , right], piece]) => [left, right, piece]), otherwise]);
      return parts && ["cases",
        pieces.map(([[, sign]], k) => [[parts[3 * k], sign, parts[3 * k + 1]], parts[3 * k + 2]]), parts.at(-1)];
    }
  }
  return template;
}

const allOrNull = parts => (parts.includes(null) ? null : parts);

// A sum: of one term, the term itself; a sum that stands first is not set in brackets.
function addedParts(terms) {
  const flat = [];
  for (const [sign, term] of terms) {
    if (term[0] === "sum" && sign === 1 && !flat.length) flat.push(...term[1]);
    else flat.push([sign, term]);
  }
  const [[sign, first]] = flat;
  return flat.length > 1 ? ["sum", flat] : sign === 1 ? first : multipliedParts(-1, first);
}

// A product: numbers go into its coefficient, and one factor alone is the factor itself.
function multipliedParts(coefficient, ...factors) {
  const kept = [];
  for (const factor of factors) {
    const [kind, value, inner] = factor;
    if (kind === "number" || kind === "product") coefficient *= value;
    if (kind === "product") kept.push(...inner);
    else if (kind !== "number") kept.push(factor);
  }
  if (!kept.length) return numberPart(coefficient);
  return coefficient === 1 && kept.length === 1 ? kept[0] : ["product", coefficient, kept];
}

const dividedParts = (above, below) => (SAME(below) === SAME(numberPart(1)) ? above : ["quotient", above, below]);

// What stands in a line of a kind where these facts hold: of the rows of SCHEME the first that agrees with them.
const rowOf = (rows, kind, facts) =>
  rows.find(row => row.kind === kind && Object.entries(row.when).every(([fact, value]) => facts[fact] === value));
const formulaOf = (kind, facts) => rowOf(SCHEME.formulas, kind, facts).part;
const saturatedFormulaOf = (kind, facts) => rowOf(SCHEME.saturated, kind, facts)?.part ?? null;

const namesOf = new WeakMap();

// The names in a formula, each once, in the order in which they stand there.
function namesIn(part) {
  if (!namesOf.has(part))
    namesOf.set(part, [...new Set(part[0] === "name" ? [part[1]] : partsOf(part).flatMap(namesIn))]);
  return namesOf.get(part);
}

// What a part is made of.
function partsOf([kind, ...inner]) {
  switch (kind) {
    case "product": return inner[1];
    case "sum": return inner[0].map(([, term]) => term);
    case "quotient": return inner;
    case "power": return typeof inner[1] === "number" ? [inner[0]] : inner;
    case "call": return inner.slice(1);
    case "cases": return [...inner[0].flatMap(([[left, , right], piece]) => [left, right, piece]), inner[1]];
  }
  return [];
}

// Networks

const BIAS_INPUT = "1";
const upTo = count => Array.from({ length: count }, (_, k) => k + 1);
const once = names => [...new Set(names)];

function unitNames(sizes) {
  const hidden = sizes.length - 2;
  const letters = ["i", ...(hidden <= 3 ? "hgf".slice(0, hidden) : upTo(hidden).map(k => `h${k}_`)), "o"];
  return sizes.map((size, depth) => upTo(size).map(k => letters[depth] + k));
}

// A network from what Python's `Network.description` says of it; whatever is left out is as `Network` has it.
function networkOf(description) {
  const { sizes, examples = 1, reduction = "mean", momentum = false, learn_biases: learnBiases = true } = description;
  const { loss = "half_squared_error", activation = "sigmoid", biases: biasKinds = "unit",
    connections = null } = description;
  const layers = unitNames(sizes),
    eachLayer = given => (Array.isArray(given) ? given : layers.slice(1).map(() => given));
  const units = layers.slice(1).flat(), outputs = layers.at(-1), standsFor = SCHEME.losses[loss].stands_for;
  const activations = [...eachLayer(activation)];
  if (standsFor && activations.at(-1) === "identity") activations[activations.length - 1] = standsFor;
  const weights = connections
    ? connections.map(([name, source, target]) => ({ name, source, target })).sort((a, b) =>
      units.indexOf(a.target) - units.indexOf(b.target))
    : layers.slice(1).flatMap((layer, k) => layer.flatMap(target => layers[k].map(source => ({ source, target }))))
      .map((ends, k) => ({ name: `w${k + 1}`, ...ends }));
  const biases = layers.slice(1).flatMap((layer, k) => eachLayer(biasKinds)[k] === "none" ? [] : layer.map(unit =>
    ({ name: eachLayer(biasKinds)[k] === "layer" ? `b${k + 1}` : `b_${unit}`, source: BIAS_INPUT, target: unit })));
  const network = {
    layers, units, weights, biases, activations, loss, examples, reduction, momentum, learnBiases,
    biasKinds: eachLayer(biasKinds),
    connections: [...weights, ...biases],
    weightNames: once(weights.map(c => c.name)),
    biasNames: once(biases.map(c => c.name)),
    straight: standsFor === activations.at(-1),
    averages: SCHEME.losses[loss].averages_outputs,
    numbers: upTo(examples),
    suffix: n => (examples > 1 ? `_ex${n}` : ""),
    errorName: n => (examples > 1 ? `E_ex${n}` : "E_total"),
    outputName: unit => (layers[0].includes(unit) ? unit : `out_${unit}`),
    targetOf: unit => `t${unit.slice(1)}`,
    activationOf: unit => activations[layers.findIndex(layer => layer.includes(unit)) - 1],
  };
  network.learned = [...network.weightNames, ...(learnBiases ? network.biasNames : [])];
  const perExample = (layer, named) => network.numbers.flatMap(n => layer.map(unit => named(unit) + network.suffix(n)));
  const steps = momentum ? [...network.learned.map(name => `${name}_last`), "alpha"] : [];
  network.given = [...perExample(layers[0], unit => unit), ...network.weightNames, ...network.biasNames,
    ...perExample(outputs, network.targetOf), ...steps, "eta"];
  network.words = wordsOf(network);
  return network;
}

// What the sum is called that a layer of softmax units divides by.
const sumName = layer => `sum_${layer[0].replace(/\d+$/, "").replace(/_+$/, "")}`;

// The names of all values of a network, those that its forward pass finds included.
function valueNames({ layers, activations, numbers, suffix, errorName, examples, given }) {
  const found = numbers.flatMap(n => [
    ...layers.slice(1).flatMap((layer, k) => (activations[k] === "softmax" ? ["net", "exp", "out"] : ["net", "out"])
      .flatMap(kind => layer.map(unit => `${kind}_${unit}`)).concat(activations[k] === "softmax" ? [sumName(layer)]
        : [])),
    ...(layers.at(-1).length > 1 ? layers.at(-1).map(unit => `E_${unit}`) : []),
  ].map(name => name + suffix(n)).concat(examples > 1 ? [errorName(n)] : []));
  return [...given, ...found, "E_total"];
}

// What to call each value in a sentence: "the net input of h1" for net_h1.
function wordsOf(network) {
  const words = byName(SCHEME.words), kinds = byName(SCHEME.of_units);
  for (const name of valueNames(network)) {
    const [, plain, n] = name.match(/^(.*?)(?:_ex(\d+))?$/), at = plain.indexOf("_");
    const told = at > 0 && at < plain.length - 1 ? kinds[plain.slice(0, at)] : undefined;
    if (name in words) continue;
    if (plain === "E") words[name] = `the error of example ${n}`;
    else if (plain.endsWith("_last")) words[name] = `the last step of ${plain.slice(0, -5)}`;
    else words[name] = (told ? `${told} ${plain.slice(at + 1)}` : network.layers[0].includes(plain) ? `input ${plain}`
      : plain) +
      (n ? ` in example ${n}` : "");
  }
  return words;
}

// Places

const SIDES_OF = ["net", "exp", "out", "slope", "arriving", "delta"];

// What is known of a unit in an example, each role with something before or behind its name.
function unitRoles({ layers, suffix }, unit, n, renamed = role => role) {
  const given = unit === BIAS_INPUT ? numberPart(1) : layers[0].includes(unit) ? namePart(unit + suffix(n)) : null;
  const roles = given ? [["net", given], ["out", given]]
    : SIDES_OF.map(role => [role, namePart(`${role}_${unit}${suffix(n)}`)]);
  return Object.fromEntries(roles.map(([role, part]) => [renamed(role), part]));
}

// For each line of the diagram the weight of a reader who numbers by the unit that a line leaves.
function crossedOf({ layers, weights }) {
  const ends = (a, b) => `${a}→${b}`;
  const found = Object.fromEntries(weights.map(c => [ends(c.source, c.target), c.name]));
  layers.slice(1).forEach((above, k) => {
    const names = weights.filter(c => layers[k].includes(c.source) && above.includes(c.target)).map(c => c.name);
    const lines = layers[k].flatMap(a => above.map(b => ends(a, b))).filter(line => line in found);
    lines.forEach((line, at) => (found[line] = names[at]));
  });
  return (a, b) => namePart(found[ends(a, b)] ?? "");
}

// What all places of a network share: its facts, and roles for its counts.
function commonOf({ layers, loss, averages, examples, reduction, momentum }) {
  const outputs = layers.at(-1).length, several = count => (count > 1 ? "several" : "one"),
    yes = flag => (flag ? "yes" : "no");
  const facts = {
    loss, outputs: several(outputs), averages: yes(averages), examples: several(examples), reduction,
    momentum: yes(momentum),
  };
  const roles = {
    eta: namePart("eta"),
    alpha: namePart("alpha"),
    outputs: numberPart(averages ? outputs : 1),
    every_output: numberPart(outputs),
    count: numberPart(reduction === "mean" ? examples : 1),
    every_example: numberPart(examples),
  };
  return { facts, roles };
}

// A place for each unit that computes in each example: placeOf(unit, n).
function placesOf(network, common) {
  const { layers, weights, biases, suffix } = network, crossed = crossedOf(network), found = {};
  const into = (lines, unit, n) => lines.filter(c => c.target === unit).map(c => {
    const source = unitRoles(network, c.source, n, role => `source_${role}`);
    const other = c.source === BIAS_INPUT ? namePart(c.name) : crossed(c.source, unit);
    return { weight: namePart(c.name), crossed: other, source: source.source_out, ...source };
  });
  layers.slice(1).forEach((layer, depth) => layer.forEach(unit => {
    const output = depth === layers.length - 2, onward = weights.filter(c => c.source === unit);
    const bias = biases.find(c => c.target === unit), first = biases.find(c => c.target === layer[0]);
    const facts = {
      ...common.facts,
      activation: network.activations[depth],
      layer: output ? "output" : "hidden",
      delta: output && network.straight ? "straight" : "by hand",
      paths: onward.length > 1 ? "several" : "one",
      bias: network.biasKinds[depth],
      units: layer.length > 1 ? "several" : "one",
    };
    for (const n of network.numbers) {
      const roles = {
        ...common.roles,
        ...unitRoles(network, unit, n),
        sum: namePart(sumName(layer) + suffix(n)),
        highest: layer.map(peer => unitRoles(network, peer, n).net)
          .reduce((one, other) => ["call", "maximum", one, other]),
        ...(bias && { bias: namePart(bias.name), first_bias: namePart(first.name) }),
        ...(output && { target: namePart(network.targetOf(unit) + suffix(n)) }),
      };
      const sets = {
        into: into(network.connections, unit, n),
        weights: into(weights, unit, n),
        onward: onward.map(c => ({
          at: namePart(c.target), weight: namePart(c.name), weight_next: namePart(`${c.name}_next`),
          crossed: crossed(unit, c.target), ...unitRoles(network, c.target, n, role => `${role}_above`),
        })),
        peers: layer.map(peer => {
          const of = unitRoles(network, peer, n);
          return { exp: of.exp, peer_net: of.net, peer_out: of.out, peer_arriving: of.arriving };
        }),
      };
      found[unit + suffix(n)] = { roles, sets, facts };
    }
  }));
  return (unit, n) => found[unit + suffix(n)];
}

// Where the gradient and the new value of a weight stand, or what one example adds to its gradient.
function weightPlace(network, common, name, n = 1) {
  const product = k => namePart(`d_${network.errorName(k)}_d_${name}`);
  const uses = network.connections.filter(c => c.name === name).map(c => {
    const source = unitRoles(network, c.source, n, role => `source_${role}`);
    return { at: namePart(c.target), weight: namePart(name), source: source.source_out,
      ...unitRoles(network, c.target, n, role => `${role}_to`), ...source };
  });
  const roles = {
    ...common.roles, weight: namePart(name), last: namePart(`${name}_last`),
    gradient: namePart(`d_E_total_d_${name}`), product: product(n),
  };
  const examples = network.numbers.map(k => ({ at: namePart(`example ${k}`), product: product(k) }));
  const of = network.biasNames.includes(name) ? "bias" : "weight";
  return { roles, sets: { uses, examples }, facts: { ...common.facts, of, uses: uses.length > 1 ? "several" : "one" } };
}

// Lines

// All lines of the calculation, in an order in which they can be worked out, and its tables.
function calculationOf(network) {
  const { layers, weights, suffix, numbers, examples, errorName, words } = network, outputs = layers.at(-1);
  const common = commonOf(network), placeOf = placesOf(network, common);
  const of = (unit, n) => (examples > 1 ? `${unit} in example ${n}` : unit);
  const line = (kind, key, about, place, units, connections = [], formula = kind) => {
    const { goal, title, question } = SCHEME.kinds[kind], part = partAt(formulaOf(formula, place.facts), place);
    const template = saturatedFormulaOf(formula, place.facts), saturated = template && partAt(template, place);
    return { saturated, kind, key, of: about, goal, title: title.replace("{}", about),
      question: question.replace("{}", about), part,
      units: once(units), connections: once(connections), place };
  };
  const unitLine = (kind, unit, n, units = [unit], connections = []) =>
    line(kind, `${SCHEME.kinds[kind].key}_${unit}${suffix(n)}`, of(unit, n), placeOf(unit, n), units, connections);
  const hasSlope = unit => placeOf(unit, 1).facts.activation !== "softmax"
    && placeOf(unit, 1).facts.delta !== "straight";
  const outLines = (unit, n) => [unitLine("out", unit, n), ...(hasSlope(unit) ? [unitLine("slope", unit, n)] : [])];
  const netLine = (unit, n) => {
    const into = network.connections.filter(c => c.target === unit);
    return unitLine("net", unit, n, [...into.map(c => c.source), unit], into.map(c => c.name));
  };
  const forward = n => layers.slice(1).flatMap((layer, depth) => network.activations[depth] !== "softmax"
    ? layer.flatMap(unit => [netLine(unit, n), ...outLines(unit, n)])
    : [
      ...layer.map(unit => netLine(unit, n)),
      ...layer.map(unit => unitLine("exp", unit, n)),
      line("sum", sumName(layer) + suffix(n), of(sumName(layer).slice(4), n), placeOf(layer[0], n), layer),
      ...layer.flatMap(unit => outLines(unit, n)),
    ]);
  const wrong = n => {
    const place = placeOf(outputs[0], n);
    const errors = outputs.map(unit => ({ at: namePart(unit), error: namePart(`E_${unit}${suffix(n)}`) }));
    const all = { ...place, sets: { ...place.sets, errors } };
    return [
      ...(outputs.length > 1 ? outputs.map(unit => unitLine("error", unit, n)) : []),
      line(examples > 1 ? "example error" : "total", errorName(n), `example ${n}`, all, outputs, [], "example error"),
    ];
  };
  const deltas = n => layers.slice(1).reverse().flatMap((layer, k) => {
    const straight = k === 0 && network.straight, found = { arriving: [], delta: [] };
    const byUnit = layer.flatMap(unit => {
      const onward = weights.filter(c => c.source === unit);
      const arriving = straight ? []
        : [unitLine(k === 0 ? "off" : "arriving", unit, n, [unit, ...onward.map(c => c.target)],
          onward.map(c => c.name))];
      const delta = unitLine("delta", unit, n);
      found.arriving.push(...arriving);
      found.delta.push(delta);
      return [...arriving, delta];
    });
    return network.activations.at(-1 - k) === "softmax" ? [...found.arriving, ...found.delta] : byUnit;
  });
  const ends = name => once(network.connections.filter(c => c.name === name).flatMap(c => [c.source, c.target]));
  const weightLine = (kind, key, name, n) =>
    line(kind, key, n ? of(words[name], n) : words[name], weightPlace(network, common, name, n ?? 1), ends(name),
      [name]);
  const products = n =>
    (examples > 1 ? network.learned.map(name => weightLine("product", `d_${errorName(n)}_d_${name}`, name, n)) : []);
  const total = () => {
    const sets = { examples: numbers.map(n => ({ error: namePart(errorName(n)) })) };
    return line("total", "E_total", "", { roles: common.roles, sets, facts: common.facts }, outputs);
  };
  const lines = [
    ...[forward, wrong, deltas, products].flatMap(part => numbers.flatMap(part)),
    ...(examples > 1 ? [total()] : []),
  ].sort((a, b) => a.goal - b.goal);
  lines.push(...network.learned.map(name => weightLine("gradient", `d_E_total_d_${name}`, name)));
  lines.push(...network.learned.map(name => weightLine("next", `${name}_next`, name)));
  const byKey = byName(Object.fromEntries(lines.map(one => [one.key, one])));
  const told = Object.fromEntries(lines.map(one => [one.key, one.title]));
  const rank = new Map(lines.map(({ key }, k) => [key, k]));
  return {
    network, lines, byKey, rank, known: new Set(network.given), tables: tablesOf(network, hasSlope),
    words: byName({ ...words, ...told }),
  };
}

// Every number that can be worked out from those that are given, by key; what is given goes before what a line would
// give.
function valuesOf({ lines }, given) {
  const values = byName({ [BIAS_INPUT]: 1, ...given });
  for (const { key, part, saturated } of lines) {
    if (key in values || !namesIn(part).every(name => name in values)) continue;
    values[key] = lineValue({ part, saturated }, name => values[name] ?? NaN);
  }
  return values;
}

// What a line comes to: where its formula comes to no finite number, what is computed in its place.
function lineValue({ part, saturated }, numbers) {
  const found = evaluated(part, numbers);
  if (!saturated || Number.isFinite(found)) return found;
  const other = evaluated(saturated, numbers);
  return Number.isFinite(other) ? other : found;
}

// Tables

const cell = (key = "", given = false) => ({ key, given });

// A forward, B deltas, C weights; several examples have an A, a B and a C each, and D for all weights.
function tablesOf(network, hasSlope) {
  const { layers, suffix, numbers, examples, learned, errorName, activations } = network;
  const several = examples > 1, titled = (title, n) => (several ? `${title}, example ${n}` : title);
  const computing = layers.slice(1).map((layer, depth) => ({ layer, kind: activations[depth] }));
  const last = network.momentum ? ["last step"] : [];
  const stepCells = name => [cell(name, true), ...last.map(() => cell(`${name}_last`, true)), cell(`${name}_next`)];
  const useCells = (name, n) => {
    const uses = network.connections.filter(c => c.name === name), [{ source, target }] = uses;
    if (uses.length > 1) return [cell(), cell()];
    return [cell(source === BIAS_INPUT ? source : network.outputName(source) + suffix(n), true),
      cell(`delta_${target}${suffix(n)}`, true)];
  };
  const lineOf = name =>
    `${name} (${network.connections.filter(c => c.name === name).map(c => `${c.source}→${c.target}`).join(", ")})`;
  const tableA = n => {
    const softmax = activations.includes("softmax") ? ["e to net"] : [];
    const net = network.biases.length ? "net = Σ weight × input + bias" : "net = Σ weight × input";
    const rows = computing.flatMap(({ layer, kind }) => [
      ...layer.map(u => ({ label: u, cells: [
        cell(`net_${u}${suffix(n)}`),
        ...softmax.map(() => (kind === "softmax" ? cell(`exp_${u}${suffix(n)}`) : cell())),
        cell(`out_${u}${suffix(n)}`),
        hasSlope(u) ? cell(`slope_${u}${suffix(n)}`) : cell(),
      ] })),
      ...(kind === "softmax"
        ? [{ label: `Σ ${sumName(layer).slice(4)}`, cells: [cell(), cell(sumName(layer) + suffix(n)), cell(), cell()] }]
          : []),
    ]);
    const out = activations.every(kind => kind === "softmax") ? "out = e to net / Σ" : "out";
    const kinds = once(computing.filter(({ layer }) => hasSlope(layer[0])).map(({ kind }) => kind));
    const slopes = kinds.map(kind =>
      (kinds.length > 1 ? `${SCHEME.titles[kind]} ${SCHEME.slopes[kind]}` : SCHEME.slopes[kind]));
    const slope = kinds.length > 1 ? `slope: ${slopes.join("; ")}` : kinds.length ? `slope = ${slopes[0]}` : "slope";
    return { letter: "A", title: titled("Forward", n), columns: ["unit", net, ...softmax, out, slope], rows };
  };
  const tableB = n => {
    const backward = [...computing].reverse();
    const straight = k => k === 0 && network.straight;
    const rows = backward.flatMap(({ layer }, k) => layer.map(u => ({ label: u, cells: [
      straight(k) ? cell() : cell(`arriving_${u}${suffix(n)}`),
      hasSlope(u) ? cell(`slope_${u}${suffix(n)}`, true) : cell(),
      cell(`delta_${u}${suffix(n)}`),
    ] })));
    const arriving = [...(network.straight ? [] : [SCHEME.losses[network.loss].slope]), "Σ δ × old weight"]
      .join(", or ");
    const hidden = backward.some(({ kind }, k) => kind === "softmax" && !straight(k));
    const titles = [...(hidden ? [SCHEME.deltas.softmax] : []), ...(network.straight ? [SCHEME.deltas.straight] : [])];
    const columns = ["unit", `arriving: ${arriving}`, "× slope", titles.join(", ") || SCHEME.deltas[""]];
    return { letter: "B", title: titled("Deltas", n), columns, rows };
  };
  const tableC = n => ({
    letter: "C", title: titled("Gradients", n), columns: ["weight (from→to)", "out of from", "δ of to", "gradient"],
    rows: learned.map(name =>
      ({ label: lineOf(name), cells: [...useCells(name, n), cell(`d_${errorName(n)}_d_${name}`)] })),
  });
  const weightTable = several
    ? {
      letter: "D", title: "Weights",
      columns: ["weight", ...numbers.map(n => `example ${n}`), network.reduction, "old", ...last, "new"],
      rows: learned.map(name => ({ label: name, cells: [
        ...numbers.map(n => cell(`d_${errorName(n)}_d_${name}`, true)), cell(`d_E_total_d_${name}`), ...stepCells(name),
      ] })),
    }
    : {
      letter: "C", title: "Weights",
      columns: ["weight (from→to)", "out of from", "δ of to", "gradient", "old", ...last, "new"],
      rows: learned.map(name =>
        ({ label: lineOf(name), cells: [...useCells(name, 1), cell(`d_E_total_d_${name}`), ...stepCells(name)] })),
    };
  return [...numbers.flatMap(n => [tableA(n), tableB(n), ...(several ? [tableC(n)] : [])]), weightTable];
}
