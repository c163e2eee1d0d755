// A network that is typed in: what may be chosen, the numbers as they were typed, matrices that are pasted, the link
// that keeps it all, and the lines of Python that build it again. Strings and numbers, no page needed.
//
// `description` is what `Network.description` is in Python. What was typed is kept by its place in the network, such as
// "w:i1>h2" or "i1@2" (in example 2), so that it is still there when names change, or a layer is cut and grows again.
// Needs answers.js and the calculation before it; CHOICES comes from Python.

const BETWEEN = (value, low, high) => Number.isInteger(value) && value >= low && value <= high;
const isText = value => typeof value === "string";
const isPlain = value => typeof value === "object" && value !== null && !Array.isArray(value);
const several = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

// What may be chosen

const isOffered = (name, activations) => !SCHEME.losses[name].stands_for
  || CHOICES.between.includes(activations.at(-1));
const offeredLosses = activations => Object.keys(SCHEME.losses).filter(name => isOffered(name, activations));

// Why a description is none, in a sentence; "" if it is one.
function refusalOf(description) {
  if (!isPlain(description)) return "there is no network in it";
  const { sizes, activation, loss, biases, learn_biases: learn, examples, reduction, momentum,
    connections } = description;
  const depth = Array.isArray(sizes) ? sizes.length - 1 : 0,
    each = (list, known) => Array.isArray(list) && list.length === depth
      && list.every(one => isText(one) && Object.hasOwn(known, one));
  if (!BETWEEN(depth, CHOICES.layers[0] - 1, CHOICES.layers[1] - 1))
    return `a network has ${CHOICES.layers[0]} to ${CHOICES.layers[1]} layers here`;
  if (!sizes.every(size => BETWEEN(size, 1, CHOICES.units))) return `a layer has 1 to ${CHOICES.units} units here`;
  if (!each(activation, SCHEME.titles)) return "an activation is not known";
  if (activation.some((kind, k) => kind === "softmax" && sizes[k + 1] === 1))
    return "a softmax layer has two units or more";
  if (!isText(loss) || !Object.hasOwn(SCHEME.losses, loss)) return "the error is not known";
  if (!isOffered(loss, activation))
    return `${SCHEME.losses[loss].title} does not go with ${SCHEME.titles[activation.at(-1)]}`;
  if (!each(biases, CHOICES.biases)) return "the biases are of no known kind";
  if (!BETWEEN(examples, 1, CHOICES.examples)) return `there are 1 to ${CHOICES.examples} examples here`;
  if (!["mean", "sum"].includes(reduction) || typeof learn !== "boolean" || typeof momentum !== "boolean")
    return "a choice is not known";
  return connections === null ? "" : wiringRefusal(description, connections);
}

// Why these lines, [name, source, target] each, wire no network.
function wiringRefusal({ sizes, biases, examples, learn_biases: learn, momentum }, lines) {
  const layers = unitNames(sizes),
    depth = Object.fromEntries(layers.flatMap((layer, k) => layer.map(unit => [unit, k])));
  if (!Array.isArray(lines)) return "the lines are no list";
  for (const line of lines) {
    if (!Array.isArray(line) || line.length !== 3 || !line.every(isText))
      return "a line has a name, where it comes from and where it leads: w1 i1 h1";
    const [name, source, target] = line, unknown = [source, target].find(unit => !Object.hasOwn(depth, unit));
    if (unknown !== undefined) return `there is no unit ${unknown} here; there are ${layers.flat().join(", ")}`;
    if (depth[source] >= depth[target])
      return `a line leads to a later layer, which that from ${source} to ${target} does not`;
    if (!/^\p{L}[\p{L}\p{N}_]*$/u.test(name))
      return `“${name}” cannot be the name of a weight, which is a letter, then letters, digits and _`;
    if (new RegExp(CHOICES.reserved).test(name)) return `“${name}” means something else in a calculation`;
  }
  const pairs = lines.map(([, source, target]) => `${source}>${target}`),
    twice = pairs.find((pair, k) => pairs.indexOf(pair) < k);
  if (twice) return `two lines lead from ${twice.replace(">", " to ")}`;
  const deaf = layers.slice(1).flat().filter(unit => !lines.some(line => line[2] === unit));
  if (deaf.length) return `no line leads to ${listed(deaf)}`;
  const idle = layers.slice(0, -1).flat().filter(unit => !lines.some(line => line[1] === unit));
  if (idle.length) return `no line leaves ${listed(idle)}`;
  const others = [...examplesOf(examples)
    .flatMap(end => [...layers[0], ...layers.at(-1).map(unit => `t${unit.slice(1)}`)].map(name => name + end)),
    ...biases.flatMap((kind, k) =>
      (kind === "layer" ? [`b${k + 1}`] : kind === "unit" ? layers[k + 1].map(unit => `b_${unit}`) : []))];
  const taken = lines.find(([name]) => others.includes(name));
  return taken ? `“${taken[0]}” is already the name of another number` : "";
}

const examplesOf = count => (count > 1 ? Array.from({ length: count }, (_, k) => `_ex${k + 1}`) : [""]);

// The lines as people write them, one to a line of text: "w1 i1 h1", an arrow or a colon between if they like. What is
// lowered in print, w_{13} or w₁₃, is a plain index here.
function wiringOf(text) {
  const plain = text.replace(/_\{(\w+)\}/g, "_$1").replace(/[₀-₉]/g, digit => "₀₁₂₃₄₅₆₇₈₉".indexOf(digit));
  return plain.split(/[\n;]/).map(line => line.trim()).filter(Boolean)
    .map(line => line.split(/[\s,:()→>]+|->/).map(word => word.replace(/-$/, "")).filter(Boolean));
}

const wiringText = ({ weights }) => weights.map(c => `${c.name} ${c.source} ${c.target}`).join("\n");

// Another number of layers or units: of lines that were given, those stay that still join two units, and new units get
// lines to all of the next layer; names that the source gave stay with their lines. Layers are as they are wanted,
// where that can be.
function resized(description, sizes, wanted = wantedOf(description)) {
  const { activation, biases } = description, computing = lettersOf(sizes).slice(1);
  const fresh = description.sizes.length > 2 ? { activation: activation.at(-2), biases: biases.at(-2) }
    : { activation: "sigmoid", biases: biases[0] };
  const all = trait => computing.map(letter => (wanted.layers[letter] ?? fresh)[trait]),
    changed = { ...description, sizes, activation: all("activation"), biases: all("biases") };
  changed.activation = changed.activation.map((kind, k) =>
    (kind === "softmax" && sizes[k + 1] === 1 ? "sigmoid" : kind));
  if (description.connections && sizes.length === description.sizes.length) {
    const [old, now] = [description.sizes, sizes].map(unitNames), known = new Set(old.flat()),
      there = new Set(now.flat());
    const kept = description.connections.filter(([, source, target]) => there.has(source) && there.has(target)),
      names = new Set(kept.map(([name]) => name));
    let next = 1;
    const free = () => { while (names.has(`w${next}`)) next++; names.add(`w${next}`); return `w${next}`; };
    const fresh = now.slice(1)
      .flatMap((layer, k) =>
        layer.flatMap(target => now[k].filter(source => !known.has(source) || !known.has(target))
          .map(source => [source, target])));
    changed.connections = [...kept, ...fresh.map(pair => [free(), ...pair])];
  } else changed.connections = null;
  changed.loss = isOffered(wanted.loss, changed.activation) ? wanted.loss : offeredLosses(changed.activation)[0];
  return refusalOf(changed) ? { ...changed, connections: null } : changed;
}

// What a reader has chosen stays in mind where it cannot be, or has no layer for a while: by the letter of a layer its
// size, activation and biases, and the error.

const lettersOf = sizes => unitNames(sizes).map(layer => layer[0].replace(/\d+$/, ""));
const layersOf = ({ sizes, activation, biases }) =>
  Object.fromEntries(lettersOf(sizes)
    .map((letter, k) => [letter,
      k ? { size: sizes[k], activation: activation[k - 1], biases: biases[k - 1] } : { size: sizes[k] }]));
const isLayer = one => isPlain(one) && BETWEEN(one.size, 1, CHOICES.units)
  && Object.hasOwn(SCHEME.titles, one.activation) && Object.hasOwn(CHOICES.biases, one.biases);
const stampOf = description => checksum(JSON.stringify(Object.keys(SHORT).map(name => description[name])));

// `remembered` is of one description; of another, only those layers are taken that it has not.
function wantedOf(description, remembered) {
  const { of, layers, loss } = isPlain(remembered) ? remembered : {}, here = of === stampOf(description);
  const known = Object.fromEntries(Object.entries(isPlain(layers) ? layers : {}).filter(([, one]) => isLayer(one))),
    present = layersOf(description);
  return { layers: here ? { ...present, ...known } : { ...known, ...present },
    loss: here && isText(loss) && Object.hasOwn(SCHEME.losses, loss) ? loss : description.loss };
}

// A choice, made: { description, remembered, says }, or only why not. It is a trait of the network, or { layers: 4 },
// { layer: 1, size: 3 }, { layer: 1, activation: "tanh" }, { layer: 1, biases: "none" }.
function chosenAnew(description, remembered, { layers: count = description.sizes.length, layer, ...traits }) {
  const wanted = wantedOf(description, remembered), { sizes } = description,
    own = layer === undefined ? "" : lettersOf(sizes)[layer];
  if (own) wanted.layers[own] = { ...wanted.layers[own], ...traits };
  if (traits.loss) wanted.loss = traits.loss;
  const letters = lettersOf(Array(count).fill(1)), fresh = sizes.length > 2 ? sizes.at(-2) : 2,
    before = layersOf(description);
  const next = resized(own ? description : { ...description, ...traits },
    letters.map(letter => wanted.layers[letter]?.size ?? fresh), wanted);
  const lost = description.connections && !next.connections, sameSizes = String(next.sizes) === String(sizes);
  if (lost && sameSizes)
    return { says: `That cannot be chosen here: ${refusalOf({ ...next, connections: description.connections })}.` };
  const network = networkOf(next), says = [], words = name => SCHEME.losses[name].short;
  letters.slice(1).forEach((letter, k) => {
    const is = next.activation[k], was = before[letter]?.activation, name = layerName(network, k + 1),
      units = { outputs: "the outputs", hidden: "the hidden units" }[name] ?? `the units of ${name}`;
    if (is === was || (letter === own && is === traits.activation)) return;
    if (is !== (wanted.layers[letter]?.activation ?? is))
      says.push(`A softmax layer has two units or more: ${units} are now ${SCHEME.titles[is]}.`);
    else if (was) says.push(`${units[0].toUpperCase() + units.slice(1)} are ${SCHEME.titles[is]} again.`);
  });
  if (next.loss !== wanted.loss && next.loss !== description.loss) {
    says.push(`${words(wanted.loss)[0].toUpperCase() + words(wanted.loss).slice(1)} does not go with ${SCHEME.titles[next.activation.at(-1)]} outputs: the error is now ${words(next.loss)}.`);
  } else if (next.loss !== description.loss
    && next.loss !== traits.loss) says.push(`The error is ${words(next.loss)} again.`);
  if (lost) says.push("The lines that you gave do not fit these layers: every unit hears every unit of the layer below again. “Back to what was there” brings your lines and their names back.");
  return { description: next, remembered: { of: stampOf(next), layers: wanted.layers, loss: wanted.loss },
    says: says.join(" "), lost: Boolean(lost) };
}

// The numbers

// All given numbers, in groups as a sheet gives them: a matrix of names each, null where no line is, with what its rows
// and columns stand for.
function groupsOf(network) {
  const { layers, weights, biases, learned, momentum, examples } = network, ends = examplesOf(examples), found = [];
  const ex = ends.map((end, k) => (end ? `example ${k + 1}` : ""));
  const perExample = (key, title, names) =>
    found.push({ key, title, rows: ex, columns: names, names: ends.map(end => names.map(name => name + end)) });
  perExample("inputs", "Inputs", layers[0]);
  perExample("targets", "Targets", layers.at(-1).map(targetOf));
  layers.forEach((above, to) => layers.slice(0, to).forEach((below, from) => {
    const names = below.map(source =>
      above.map(target => weights.find(c => c.source === source && c.target === target)?.name ?? null));
    if (names.flat().some(Boolean))
      found.push({ key: `weights-${from}-${to}`,
        title: `Weights ${layerName(network, from)} → ${layerName(network, to)}`, weights: true, rows: below,
        columns: above, names });
  }));
  layers.slice(1).forEach((layer, k) => {
    const names = [...new Set(biases.filter(c => layer.includes(c.target)).map(c => c.name))];
    if (names.length) found.push({ key: `biases-${k + 1}`,
      title: `${names.length > 1 || layer.length === 1 ? "Biases" : "Bias"} of ${layerName(network, k + 1)}`,
      rows: [""], columns: names, names: [names] });
  });
  found.push({ key: "rates", title: momentum ? "Learning rate and momentum" : "Learning rate", rows: [""],
    columns: ["eta", ...(momentum ? ["alpha"] : [])], names: [["eta", ...(momentum ? ["alpha"] : [])]] });
  if (momentum) found.push({ key: "last", title: "Last steps", rows: [""], columns: learned,
    names: [learned.map(name => `${name}_last`)] });
  return found;
}

const layerName = ({ layers }, depth) =>
  (depth === 0 ? "inputs" : depth === layers.length - 1 ? "outputs" : layers.length === 3 ? "hidden"
    : `hidden ${depth}`);

// Where each given number stands, by name: "i1@1", "t1@2", "w:i1>h1", "b:h1", "b:1", "eta"; the last step of a weight
// ends in "/last".
function placesByName({ layers, weights, biases, learned, momentum, examples }) {
  const found = byName({});
  examplesOf(examples).forEach((end, k) =>
    [...layers[0], ...layers.at(-1).map(targetOf)].forEach(name => { found[name + end] = `${name}@${k + 1}`; }));
  for (const c of weights) found[c.name] ??= `w:${c.source}>${c.target}`;
  for (const c of biases) found[c.name] ??= c.name.includes("_") ? `b:${c.target}` : `b:${c.name.slice(1)}`;
  if (momentum) for (const name of learned) found[`${name}_last`] = `${found[name]}/last`;
  return Object.assign(found, { eta: "eta" }, momentum && { alpha: "alpha" });
}

// One number as it was typed: { value }, with { says } where it could have been meant otherwise; or only why it cannot
// be taken. Nothing typed is neither.
function takenAs(name, text) {
  const word = text.trim(), { value } = numeral(word), told = SCHEME.sayings;
  const short = word.length > 30 ? `${word.slice(0, 29)}…` : word;
  if (!word) return {};
  if (Math.abs(value ?? hugeOf(word)) > CHOICES.largest) return { says: tooLarge(short) };
  if (value === null) return { says: filledIn(isTooLong(word) ? told["too long"] : told.unreadable, { text: short }) };
  if (name === "eta" && value < 0) return { says: "A learning rate is not negative: it would climb." };
  return isDoubtful(word) ? { value, says: readAs(word) } : { value };
}

const hugeOf = word =>
  (/^[-+−–]?(\d+[.,]?\d*|[.,]\d+)(e\+?\d+)?$/i.test(word) ? Number(word.replace(/[−–]/, "-").replace(",", ".")) : 0);
const tooLarge = word =>
  `“${word}” is too large for this page, which takes up to ${String(CHOICES.largest).replace(/\B(?=(\d{3})+$)/g, ",")} either way.`;

// All given numbers as far as they can be read: { given, missing, says }, the last by name.
function readNumbers(network, typed) {
  const places = placesByName(network), given = byName({}), missing = [], says = byName({});
  for (const name of network.given) {
    const found = takenAs(name, typed[places[name]] ?? "");
    if (found.says) says[name] = found.says;
    if (found.value === undefined) missing.push(name);
    else given[name] = found.value;
  }
  return { given, missing, says };
}

// What is odd about the targets: categorical cross-entropy takes them as chances, of which one example's add up to 1.
function oddTargets({ description: { loss }, network, given }) {
  if (loss !== "categorical_cross_entropy" || !network.straight) return "";
  const { numbers, examples, suffix, layers, targetOf } = network;
  const odd = numbers.map(n =>
    [n, layers.at(-1).map(unit => given[targetOf(unit) + suffix(n)]).reduce((sum, target) => sum + target, 0)])
      .filter(([, sum]) => Math.abs(sum - 1) > CHOICES.rounding);
  const told = odd.map(([n, sum]) => `${examples > 1 ? `those of example ${n}` : "these"} come to ${shown(sum, 6)}`);
  return told.length ? `For this error the targets of an example add up to 1: ${listed(told)}.` : "";
}

const textsOfNumbers = (network, values) => {
  const places = placesByName(network);
  return Object.fromEntries(network.given.map(name => [places[name], numberText(values[name])]));
};

const numberText = value => String(value).replace("-", "−");

// For what is still empty, short decimals that look drawn by chance, the same for a place whenever it is filled.
function chosenFor(name, place) {
  if (name === "eta") return "0.5";
  if (name === "alpha") return "0.9";
  if (place.endsWith("/last")) return "0";
  let mixed = 7;
  for (const letter of place) mixed = (Math.imul(mixed ^ letter.charCodeAt(0), 16777619) >>> 0) ^ (mixed >>> 13);
  if (/^t/.test(place)) return String((mixed >>> 4) % 2);
  const size = (1 + ((mixed >>> 4) % 9)) / 10;
  return numberText(/^[wb]/.test(place) && mixed & 8 ? -size : size);
}

// Matrices

// The ways in which a text can be read as rows of texts, as `readings_of` of by_hand/numerals.py has them: a comma is a
// decimal sign or stands between numbers. Rows end with a line, a semicolon, a bracket or, where there is nothing else
// between them, an upright stroke.
const LATEX = /\\begin\{\w+\*?\}(?:\{[lcr|]*\})?|\\end\{\w+\*?\}|\\(?:left|right|hline|quad|[,;!])|\$/g;
const ARRAY = /\b(?:np\.|numpy\.|torch\.)?(?:array|matrix|tensor|FloatTensor)\b/gi;
const KEYWORD = /,?\s*\b(?:dtype|requires_grad|device)\s*=\s*[\w.'"]+/gi;

function readingsOf(text) {
  const plain = text.replace(LATEX, " ").replace(/\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/g, "$1/$2")
    .replace(/\\\\(?:\[[^\]]*\])?/g, ";").replace(ARRAY, " ").replace(KEYWORD, " ")
    .replace(/^\s*[\p{L}_][\w₀-₉⁽⁾]*\s*=/gmu, " ").replace(/[{(]/g, "[").replace(/[})]/g, "]").replace(/&/g, "\t");
  let rows = /\[[^\]]*\[/.test(plain) ? plain.replace(/\n/g, " ").split(/\]\s*[,;]?\s*\[/)
    : plain.trim().split(/\]\s*[,;]?\s*(?:\n\s*)?\[|;|\|?\n\|?/);
  if (rows.filter(row => /[^ \t[\]|]/.test(row)).length === 1) rows = rows.flatMap(row => row.split("|"));
  const cells = split => rows.map(row => row.replace(/[[\]|]/g, " ").split(split).filter(Boolean))
    .filter(row => row.length);
  const commas = cells(/[\s,]+/), decimal = cells(/\s*,\s+|\s+,\s*|\s+/);
  return JSON.stringify(commas) === JSON.stringify(decimal) ? [commas] : [decimal, commas];
}

const turned = rows => rows[0].map((_, k) => rows.map(row => row[k]));
const isRectangle = (rows, height, width) => rows.length === height && rows.every(row => row.length === width);

// What was pasted for a group, put into its places: { texts: { name: text }, says }, or only why not. `weightsFrom`
// says what the rows of a matrix of weights stand for, if its shape does not: the units that lines come "from", or lead
// "to".
function pasted(group, text, weightsFrom) {
  const [height, width] = [group.names.length, group.names[0].length], wanted = `${several(height, "row")} of ${width}`;
  const [from, to] = group.weights ? ["(in, out)", "(out, in)"] : ["", ""];
  if (!text.trim()) return { says: "Paste or type the numbers first." };
  const readings = readingsOf(text),
    readable = reading => reading.every(row => row.every(cell => isBlankCell(cell) || numeral(cell).value !== null));
  const fitting = readings.filter(readable).map(rows => [rows, wayOf(rows)]).find(([, way]) => way);
  if (!fitting) {
    const rows = readings.find(readable) ?? readings[0],
      odd = rows.flat().find(cell => !isBlankCell(cell) && numeral(cell).value === null);
    if (odd !== undefined)
      return { says: `“${odd.length > 30 ? `${odd.slice(0, 29)}…` : odd}” is not a number that can be read here. Nothing was changed.` };
    const lengths = [...new Set(rows.map(row => row.length))];
    const got = !rows.length ? "no number" : lengths.length > 1 ? `rows of ${listed(lengths.map(String))} numbers`
      : `${several(rows.length, "row")} of ${lengths[0]}`;
    const other = height !== width && (group.weights || height > 1) ? `, or ${several(width, "row")} of ${height}` : "";
    const one = group.weights && [[height + 1, width], [height, width + 1]]
      .find(([m, n]) => isRectangle(rows, m, n) || isRectangle(rows, n, m));
    const biases = one ? " If one row or column of it belongs to biases, give that one under “Biases”." : "";
    const wants = `${wanted}${other} ${(other ? width : height) === 1 ? "is" : "are"} wanted here`;
    return { says: `That is ${got}; ${wants}.${biases} Nothing was changed.` };
  }
  const [rows, way] = fitting, cells = { as: () => rows, turned: () => turned(rows), flat: () => flat(rows) }[way]();
  const stray = group.names.flatMap((line, j) => line.map((name, k) => [name, cells[j][k]]))
    .find(([name, cell]) => name === null && !isBlankCell(cell) && numeral(cell).value !== 0);
  if (stray) return { says: `“${stray[1]}” stands where there is no line. Nothing was changed.` };
  const texts = Object.fromEntries(group.names.flatMap((line, j) =>
    line.map((name, k) => [name, isBlankCell(cells[j][k]) ? "" : cells[j][k]])).filter(([name]) => name !== null));
  const how = !group.weights ? (way === "turned" && height > 1 ? ", a column for each example" : "") : way === "flat"
    ? ", in the order of their names"
    : height === width && height > 1 ? `, read as ${way === "turned" ? to : from}`
      : `, which can only be ${way === "turned" ? to : from}`;
  return { texts, says: `${several(Object.keys(texts).length, "number")} taken${how}.` };

  function wayOf(found) {
    const ways = [["as", isRectangle(found, height, width)], ["turned", isRectangle(found, width, height)]]
      .filter(([, fits]) => fits).map(([one]) => one);
    if (ways.length === 2) return group.weights && weightsFrom === "to" ? "turned" : "as";
    const all = found.flat().length, places = group.names.flat().filter(Boolean).length;
    return ways[0] ?? ((found.length === 1 || found.every(row => row.length === 1)) && all === places ? "flat" : null);
  }
  // A list: weights as their names go, unit by unit that they lead to; all else row by row.
  function flat(found) {
    const list = found.flat(), order = group.weights ? turned(group.names).flat() : group.names.flat(), by = {};
    order.filter(Boolean).forEach((name, k) => { by[name] = list[k]; });
    return group.names.map(line => line.map(name => (name === null ? "" : by[name])));
  }
}

const isBlankCell = cell => ["", "-", "–", "—", "·", ".", "None", "none"].includes(cell);

// The link

// A short sum of all letters: what was cut or altered has another one.
function checksum(text) {
  let sum = 0x811c9dc5;
  for (const letter of text) sum = Math.imul(sum ^ letter.codePointAt(0), 16777619) >>> 0;
  return sum.toString(36);
}

const SHORT = { sizes: "s", activation: "a", loss: "l", biases: "b", learn_biases: "f", examples: "e", reduction: "r",
  momentum: "m", connections: "c" };

// of one number as it was typed: what is longer than a number is still seen to be so
const MOST_LETTERS = 2 * CHOICES.longest;

function linkOf(description, typed) {
  const network = networkOf(description), places = placesByName(network);
  const data = { ...Object.fromEntries(Object.entries(SHORT).map(([name, letter]) => [letter, description[name]])),
    n: network.given.map(name => (typed[places[name]] ?? "").slice(0, MOST_LETTERS)) };
  const bytes = new TextEncoder().encode(JSON.stringify(data)),
    packed = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/",
      "_").replace(/=+$/, "");
  return `${packed}.${checksum(packed)}`;
}

// What a link keeps: { description, typed }, or { refused }, why it cannot be followed.
function fromLink(link) {
  const [packed, sum, ...more] = link.split("."), broken = { refused: "it was cut or altered on its way" };
  if (more.length || !packed || checksum(packed) !== sum) return broken;
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")),
      letter => letter.charCodeAt(0));
    const data = JSON.parse(new TextDecoder().decode(bytes)),
      description = Object.fromEntries(Object.entries(SHORT).map(([name, letter]) => [name, data[letter]]));
    const why = refusalOf(description);
    if (why) return { refused: why };
    const network = networkOf(description), places = placesByName(network);
    if (!Array.isArray(data.n) || data.n.length !== network.given.length
      || !data.n.every(text => isText(text) && text.length <= MOST_LETTERS)) return broken;
    return { description, typed: Object.fromEntries(network.given.map((name, k) => [places[name], data.n[k]])) };
  } catch {
    return broken;
  }
}

// The same example in Python

const pythonText = value =>
  (typeof value === "boolean" ? (value ? "True" : "False") : isText(value) ? `"${value}"` : String(value));
const pythonList = list => `[${list.map(pythonText).join(", ")}]`;
const allAlike = list => (new Set(list).size === 1 ? pythonText(list[0]) : pythonList(list));

function pythonOf(description, given) {
  const { sizes, activation, loss, biases, learn_biases: learn, examples, reduction, momentum,
    connections } = description;
  const told = [
    sizes.join(", "), `activation=${allAlike(activation)}`, `loss=${pythonText(loss)}`, `biases=${allAlike(biases)}`,
    ...(learn ? [] : ["learn_biases=False"]),
    ...(examples > 1 ? [`examples=${examples}`] : []),
    ...(reduction === "mean" ? [] : [`reduction=${pythonText(reduction)}`]), ...(momentum ? ["momentum=True"] : []),
    ...(connections ? [`connections=[${connections.map(([name, source, target]) => `("${name}", "${source}", "${target}")`).join(", ")}]`] : []),
  ];
  const numbers = Object.entries(given).map(([name, value]) => `"${name}": ${pythonText(value)}`);
  const folded = (items, indent) => {
    const lines = [""];
    for (const item of items) {
      if (lines.at(-1) && (lines.at(-1) + item).length > 92) lines.push("");
      lines[lines.length - 1] += `${lines.at(-1) ? " " : ""}${item},`;
    }
    return lines.map(line => indent + line).join("\n");
  };
  return `from backprop_lib.by_hand.calculation import HandCalculation\nfrom backprop_lib.networks.network import Example, Network\n\n` +
    `network = Network(\n${folded(told, "    ")}\n)\nvalues = {\n${folded(numbers, "    ")}\n}\n` +
    `example = Example("my own network", network, values)\nHandCalculation(network).values(example)\n`;
}
