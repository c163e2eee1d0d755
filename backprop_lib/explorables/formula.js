// Formulas that travel as data: what they come to, and how they are written, as readings/formula.py does both.
// `part` is what `as_data` gives, `numbers` a function from a key to a number. No page is needed.

const templated = (template, ...parts) => template.split("{}").map((text, k) => text + (parts[k] ?? "")).join("");

// A table by names that a reader may have chosen: "constructor" is no key of it before it is set.
const byName = entries => Object.assign(Object.create(null), entries);

// What a formula comes to.
function evaluated([kind, ...inner], numbers) {
  const value = part => evaluated(part, numbers);
  switch (kind) {
    case "name": return numbers(inner[0]);
    case "number": return inner[0];
    case "product": {
      const values = inner[1].map(value), found = values.reduce((result, factor) => result * factor, inner[0]);
      return Number.isNaN(found) && vanishes(...inner, values) ? 0 : found;
    }
    case "sum": return inner[0].map(([sign, term]) => sign * value(term)).reduce((result, term) => result + term);
    case "quotient": return value(inner[0]) / value(inner[1]);
    case "power": return value(inner[0]) ** (typeof inner[1] === "number" ? inner[1] : value(inner[1]));
    case "call": {
      const operands = inner.slice(1).map(value);
      return operands.some(Number.isNaN) ? NaN : FUNCTIONS[inner[0]](...operands);
    }
    case "cases": return value(holding(inner, numbers).piece);
  }
  throw new TypeError(`A formula holds no ${kind}.`);
}

// Whether it is 0 times the logarithm of 0, which is taken to be 0, as in the error of an output that is sure.
function vanishes(coefficient, factors, values) {
  const logarithms = factors.every(([kind, name], k) => Number.isFinite(values[k])
    || (kind === "call" && name === "log"));
  return logarithms && [coefficient, ...values].includes(0) && !values.some(Number.isNaN);
}

// The case that holds, and the comparison that says so, as it comes out.
function holding([pieces, otherwise], numbers) {
  let comparison;
  for (const [[left, sign, right], piece] of pieces) {
    const [a, b] = [left, right].map(side => evaluated(side, numbers)), found = a > b ? ">" : a < b ? "<" : "=";
    comparison = [left, found, right];
    if (found === sign) return { piece, comparison };
  }
  return { piece: otherwise, comparison };
}

// A number at its six digits, in signs or in words.
function numberIn(style, value) {
  const text = Number.isFinite(value) ? shown(value, 6) : Number.isNaN(value) ? "no number" : value > 0 ? "∞" : "−∞";
  return style.spoken.reduce((told, [sign, word]) => told.replaceAll(sign, word), text);
}

// A name and its index: w5 is w and 5, net_h1 is net and h1, eta is η alone.
function stemOf(name) {
  const at = name.indexOf("_"), glued = name.match(/^([\p{L}\p{Nl}\p{No}]+)(\p{Nd}+)$/u);
  let [stem, index] = at < 0 ? [name, ""] : [name.slice(0, at), name.slice(at + 1)];
  if (!index && glued) [stem, index] = glued.slice(1);
  return [Object.hasOwn(NOTATION.greek, stem) ? NOTATION.greek[stem] : stem, index.replaceAll("_", ",")];
}

function nameIn(style, name) {
  const plain = text => (style.escapes ? escaped(text).replaceAll("'", "&#x27;") : text);
  const [letters, index] = stemOf(name),
    stem = plain(Object.hasOwn(style.stems, letters) ? style.stems[letters] : letters);
  const below = /^[a-z]$/.test(stem) && /^\p{Nd}+$/u.test(index) ? style.name.counted : style.name.index;
  const sign = templated([...stem].length === 1 ? style.name.letter : style.name.word, stem);
  return sign + (index ? templated(below, plain(index)) : "");
}

// The sign for a value: a name, `d_E_d_w` for the derivative of E by w, `w_next` for the next value of w,
// `w_last` for its last step, `E_ex2` for E in the second example.
function symbolOf(key, style) {
  const derivative = key.match(/^d_(.+)_d_(.+)$/);
  if (derivative) return templated(style.derivative, ...derivative.slice(1).map(name => symbolOf(name, style)));
  const example = key.match(/^(.+)_ex(\d+)$/);
  if (example) return templated(style.of_example, symbolOf(example[1], style), example[2]);
  for (const [ending, form] of [["_next", style.following], ["_last", style.last_step]]) {
    if (key.endsWith(ending)) return templated(form, nameIn(style, key.slice(0, -ending.length)));
  }
  return nameIn(style, key);
}

// The formula in one notation, NOTATION.html or NOTATION.words; with names, or with a number for each.
const written = (part, style, numbers = null) => writtenAt(part, style, numbers, true)[0];

// The same, in brackets if it is a sum: as it stands in a product.
const writtenFactor = (part, style, numbers = null) =>
  bracketed(writtenAt(part, style, numbers, false), NOTATION.levels.PRODUCT, style);

// The comparison that decides which case of a formula holds, with its numbers: 0.35 > 0. Empty without cases.
const reasonOf = ([kind, ...inner], style, numbers) =>
  kind === "cases" ? comparedIn(holding(inner, numbers).comparison, style, numbers) : "";

function bracketed([text, tightness], atLeast, style) {
  if (tightness >= atLeast) return text;
  return templated(tightness === NOTATION.levels.CASES ? style.bracketed_cases : style.bracket, text);
}

function comparedIn([left, sign, right], style, numbers) {
  const [a, b] = [left, right]
    .map(side => bracketed(writtenAt(side, style, numbers, true), NOTATION.levels.SUM, style));
  return a + { ">": style.greater, "<": style.less, "=": style.equal }[sign] + b;
}

// The text, and how tightly it holds together. `opening`: whether a minus sign may stand first here.
function writtenAt([kind, ...inner], style, numbers, opening) {
  const { CASES, SUM, SIGNED, OPERATOR, PRODUCT, FRACTION, POWER, ATOM } = NOTATION.levels;
  const held = (part, atLeast, first = false) => bracketed(writtenAt(part, style, numbers, first), atLeast, style);
  switch (kind) {
    case "name": {
      if (!numbers) return [symbolOf(inner[0], style), ATOM];
      const value = numbers(inner[0]), text = numberIn(style, value);
      return [!opening && style.brackets_numbers && value < 0 ? `(${text})` : text, ATOM];
    }
    case "number": {
      const [value] = inner, half = (value < 0 ? style.opposite : "") + style.half;
      const text = Math.abs(value) === 0.5 ? half : numberIn(style, value);
      return [value >= 0 || opening ? text : templated(style.bracket, text), ATOM];
    }
    case "product": {
      const [coefficient, factors] = inner, size = Math.abs(coefficient), sign = coefficient < 0 ? style.opposite : "";
      const front = size === 1 ? [] : [size === 0.5 ? style.half : numberIn(style, size)];
      const first = opening && !sign && !front.length;
      const texts = factors.map((factor, k) => held(factor, k ? FRACTION : PRODUCT, first && k === 0));
      const all = size === 0.5 && !numbers ? [style.half + style.after_half + texts.join(style.times)]
        : [...front, ...texts];
      return [sign + all.join(style.times), sign ? SIGNED : PRODUCT];
    }
    case "sum": {
      const texts = inner[0].map(([side, term], k) => {
        const joint = k ? (side > 0 ? style.plus : style.minus) : side > 0 ? "" : style.opposite;
        return joint + held(term, k || side < 0 ? OPERATOR : SIGNED, opening && k === 0 && side > 0);
      });
      return [texts.join(""), SUM];
    }
    case "quotient":
      return [templated(style.fraction, ...inner.map(part => held(part, style.in_fraction, true))),
        style.fraction_holds];
    case "power": {
      const [base, exponent] = inner;
      const raised = typeof exponent === "number" ? numberIn(style, exponent) : held(exponent, SUM, true);
      const below = held(base, ATOM);
      return [raised === "2" ? templated(style.square, below) : templated(style.power, below, raised), POWER];
    }
    case "call": {
      const [name, ...operands] = inner, form = style.functions[name],
        texts = operands.map(part => held(part, CASES, true));
      const listed = form.split("{}").length > 2 ? texts : [texts.join(", ")];
      return [templated(form, ...listed), NOTATION.holds[name] ?? ATOM];
    }
    case "cases": {
      if (numbers) return writtenAt(holding(inner, numbers).piece, style, numbers, opening);
      const [pieces, otherwise] = inner;
      const texts = pieces.map(([condition, piece]) =>
        templated(style.case, held(piece, SUM, true), comparedIn(condition, style, numbers)));
      texts.push(templated(style.otherwise, held(otherwise, SUM, true)));
      return [templated(style.cases, texts.join(style.between)), CASES];
    }
  }
  throw new TypeError(`A formula holds no ${kind}.`);
}
