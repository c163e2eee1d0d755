// A filled sheet, judged as by_hand/judging.py does it: each number from the numbers that its writer had before it, and
// its mistake by name; numbers as people write them, as by_hand/numerals.py reads them. Needs mistakes.js before it.

// Numbers as they are written

const NUMERAL = /^[-+]?(?:\d+(?:\.(\d*))?|\.(\d+))(?:e([-+]?\d+))?$/;
// a whole number, and a fraction less than 1
const MIXED = /^\s*([-+−–]?)\s*([0-9]+)\s+([1-9][0-9]*)\s*\/\s*([1-9][0-9]*)\s*$/;
const POWER_OF_TEN = /(?:[·*×x]?10(?:\^|\*\*)?[({]?([-+]?\d+)[)}]?)$/;

// A number as it was written down: { text, value, half, digits }. The value is null where nobody can tell what is
// meant; half is half a unit in the last place that was written, digits how many of its digits count.
function numeral(written) {
  const text = String(written ?? ""), nothing = { text, value: null, half: 0, digits: 0 };
  const spaced = spacedFractions(text), plain = plainNumber(spaced), mixed = spaced.match(MIXED);
  if (isTooLong(text)) return nothing;
  if (mixed && Number(mixed[3]) < Number(mixed[4])) {
    const value = Number(mixed[2]) + mixed[3] / mixed[4];
    return { text, value: "-−–".includes(mixed[1] || "+") ? -value : value, half: 0, digits: 15 };
  }
  const at = plain.indexOf("/"), first = decimalOf(at < 0 ? plain : plain.slice(0, at));
  if (!first || at < 0) return first ? { text, ...first } : nothing;
  const second = decimalOf(plain.slice(at + 1));
  return second?.value ? { text, value: first.value / second.value, half: 0, digits: 15 } : nothing;
}

const spacedFractions = text =>
  Object.entries(SCHEME.fractions).reduce((found, [sign, fraction]) => found.replaceAll(sign, ` ${fraction}`), text);

// Whether a text has more characters than are read as a number.
const isTooLong = text => [...plainNumber(spacedFractions(text))].length > SCHEME.longest_number;

// Whether a number that is read as a decimal could have been meant as a thousand: 1,234.
const isDoubtful = text => new RegExp(`^${SCHEME.doubtful}$`).test(text.trim());

// The text with ASCII signs: blanks inside are dropped, a power of ten is written with an e.
function plainNumber(text) {
  const lowered = sign => "+-0123456789"["⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)];
  text = text.replace(/[\s_'\u2019\u00a0\u202f\u2009]/g, "").replace(/[−–]/g, "-");
  text = text.replace(/10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/, (_, raised) => `10^${raised.replace(/./g, lowered)}`).toLowerCase();
  const power = text.match(POWER_OF_TEN), front = power ? text.slice(0, power.index) : "";
  return front && !"+-".includes(front) && /\^|\*\*/.test(power[0]) ? `${front}e${power[1]}` : text;
}

// Groups of three parted by commas, or by points, and the decimals behind them.
const THOUSANDS = [
  /^([-+]?[1-9]\d{0,2}(?:(?:,\d{3}){2,}|(?:,\d{3})+(?=\.)))(\.\d*)?$/,
  /^([-+]?[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:\.\d{3})+(?=,)))(,\d*)?$/,
];

// The number with a point before its decimals, and nothing between its thousands.
function pointed(text) {
  let [mantissa, ...power] = text.split(/(?=e)/);
  for (const pattern of THOUSANDS) {
    const found = mantissa.match(pattern);
    if (found) mantissa = found[1].replace(/[,.]/g, "") + (found[2] ?? "").replace(",", ".");
  }
  if (/^[^,.]*,[^,.]*$/.test(mantissa)) mantissa = mantissa.replace(",", ".");
  return mantissa + power.join("");
}

function decimalOf(written) {
  const text = pointed(written);
  const found = text.match(NUMERAL), value = Number(text);
  if (!found || !Number.isFinite(value)) return null;
  const decimals = found[1] || found[2] || "", power = Number(found[3] ?? 0),
    half = 0.5 * 10 ** (power - decimals.length);
  if (power > 300) return null;
  const digits = text.replace(/e.*/, "").replace(/\D/g, "").replace(/^0+/, "");
  return { value, half, digits: Math.max(1, digits.length) };
}

function medianOf(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const evenRounded = value => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

// The sheet, a whole number without decimals read as one with as many as the other numbers have.
function withWholeNumbers(sheet) {
  const halves = Object.values(sheet).filter(({ value }) => value).map(({ half }) => half);
  const usual = halves.length ? medianOf(halves) : 0;
  const read = found => (found.half === SCHEME.whole ? { ...found, half: Math.min(found.half, usual) } : found);
  return Object.fromEntries(Object.entries(sheet).map(([key, found]) => [key, read(found)]));
}

// Formulas, worked out many times

const compiledParts = new WeakMap();

// A formula as a function of `v`, which gives the number of each name.
function compiled(part) {
  if (!compiledParts.has(part)) compiledParts.set(part, functionOf(part));
  return compiledParts.get(part);
}

function functionOf(part) {
  const [kind, ...inner] = part;
  switch (kind) {
    case "name": return v => v(inner[0]);
    case "number": return () => inner[0];
    case "product": {
      const [coefficient, factors] = [inner[0], inner[1].map(functionOf)];
      return v => {
        const found = factors.reduce((result, factor) => result * factor(v), coefficient);
        return Number.isNaN(found) ? evaluated(part, v) : found;
      };
    }
    case "sum": {
      const terms = inner[0].map(([sign, term]) => [sign, functionOf(term)]);
      return v => terms.reduce((result, [sign, term]) => result + sign * term(v), 0);
    }
    case "quotient": {
      const [above, below] = inner.map(functionOf);
      return v => above(v) / below(v);
    }
  }
  return v => evaluated(part, v);
}

// Judging

// A verdict on every number of a sheet: { key: { key, kind, slips: [{ at, name, told, advice }], earlier, note } }.
// The kind is right; follows, from earlier numbers that are not right; wrong; short, right with too few digits; cannot
// tell; empty; unreadable. `texts` holds what was written, by key.
function judged(calculation, given, texts, tolerance = SCHEME.tolerance) {
  const sheet = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, numeral(text)]));
  return new Judge(calculation, given, sheet, tolerance).verdicts();
}

// That some lines were worked out otherwise: by other formulas, `changed`, or so that they came to other numbers,
// `guessed`. What follows in the lines that were not written down is the same for all that are worked out from them,
// and is kept.
function supposition(changed = new Map(), guessed = new Map()) {
  return { changed, guessed, moved: [...changed.keys(), ...guessed.keys()], found: [new Map(), new Map()] };
}

class Judge {
  constructor(calculation, given, sheet, tolerance) {
    this.calculation = calculation;
    this.tolerance = tolerance;
    this.lines = new Map(calculation.lines.map(line => [line.key, line]));
    this.given = new Map([...Object.entries(given), [BIAS_INPUT, 1]]);
    this.sheet = withWholeNumbers(sheet);
    this.written = new Map(Object.entries(this.sheet)
      .filter(([key, { value }]) => value !== null && this.lines.has(key)));
    for (const name of ["adopted", "owned", "truths", "asItStands", "votes", "wheres", "unwritten"])
      this[name] = new Map();
    this.said = new Set(); // the mistakes that were named alone
    // Of earlier numbers of which nobody can tell yet how they came about: [key, ways, names], what each way changes,
    // and the mistakes that may have been made in the line itself.
    this.open = [];
    this.tries = SCHEME.most_tried;
    if (this.isCut()) this.written = new Map([...this.written]
      .map(([key, found]) => [key, { ...found, half: 2 * found.half }]));
    const digits = [...this.written.values()].map(found => found.digits);
    const carried = digits.length ? Math.min(SCHEME.most_digits, Math.max(SCHEME.fewest, evenRounded(medianOf(digits))))
      : 0;
    this.rounding = digits.length ? 0.5 * 10 ** (1 - carried) : 0;
    this.order = this.orderOfWork();
  }

  // Whether digits were cut off instead of rounded: some numbers say so, and none was rounded up.
  isCut() {
    let cut = 0;
    for (const [key, { value, half }] of this.written) {
      const truth = this.truth(key), away = (truth - value) * truth,
        short = Math.abs(truth - value) * (away < 0 ? -1 : 1);
      if (-SCHEME.rounded * half <= short && short < -SCHEME.nothing * Math.abs(truth)) return false;
      if (SCHEME.rounded * half < short && short <= 2 * SCHEME.rounded * half && half < SCHEME.whole) cut += 1;
    }
    return cut > 0;
  }

  verdicts() {
    const found = new Map();
    this.waiting = this.order.filter(key => this.written.has(key));
    for (const key of this.order) {
      if (!Object.hasOwn(this.sheet, key)) continue;
      if (this.written.has(key)) this.waiting.shift();
      found.set(key, { key, slips: [], earlier: [], note: "", ...this.verdict(key, found) });
    }
    return Object.fromEntries([...this.lines.keys()].filter(key => found.has(key)).map(key => [key, found.get(key)]));
  }

  // The lines in the order in which they are judged: of two gradients that of the later layer first.
  orderOfWork() {
    const layerOf = new Map(this.calculation.network.layers.flatMap((layer, depth) =>
      layer.map(unit => [unit, depth])));
    const rank = ({ goal, units }) => (goal > 2 ? 100 - Math.max(...units.map(unit => layerOf.get(unit) ?? 0)) : 0);
    return this.calculation.lines.map(line => [rank(line), line.key]).sort(([a], [b]) => a - b).map(([, key]) => key);
  }

  // The right number.
  truth(key) {
    if (this.given.has(key) || !this.lines.has(key)) return this.given.get(key) ?? NaN;
    if (!this.truths.has(key)) this.truths.set(key, lineValue(this.lines.get(key), name => this.truth(name)));
    return this.truths.get(key);
  }

  // What a number would be, and by how much rounding may have moved it: { value, spread }

  // A number as its writer had it: written down, or worked out from what was.
  own(key) {
    if (!this.owned.has(key)) this.owned.set(key, this.ownNumber(key));
    return this.owned.get(key);
  }

  ownNumber(key) {
    if (this.given.has(key) || !this.lines.has(key)) return { value: this.given.get(key) ?? NaN, spread: 0 };
    if (this.written.has(key)) return { value: this.written.get(key).value, spread: this.written.get(key).half };
    const { value, spread } = this.workedOut(this.partOf(key), name => this.own(name));
    return { value, spread: spread + this.rounding * Math.abs(value) };
  }

  workedOut(part, v, roughly = false) {
    const work = compiled(part), value = work(name => v(name).value);
    if (roughly) return { value, spread: 0 };
    let spread = 0;
    for (const name of namesIn(part)) {
      const moved = v(name).value + v(name).spread;
      if (v(name).spread !== 0) spread += Math.abs(work(other => (other === name ? moved : v(other).value)) - value);
    }
    return { value, spread };
  }

  // What the line would give if some lines that were not written down, or itself, were worked out otherwise. Roughly:
  // without what rounding may have done to it.
  supposed(key, { changed, guessed, moved, found: [exactly, rough] }, roughly = false) {
    const found = roughly ? rough : exactly;
    const v = name => {
      if (found.has(name)) return found.get(name);
      if (this.given.has(name) || this.written.has(name) || !this.lines.has(name)) return this.own(name);
      if (guessed.has(name)) return guessed.get(name);
      if (!changed.has(name) && !this.hasBehind(name, moved)) return this.own(name);
      found.set(name, { value: NaN, spread: 0 }); // in case two mistakes at once would go round in a circle
      const { value, spread } = this.workedOut(changed.get(name) ?? this.partOf(name), v, roughly);
      found.set(name, { value, spread: spread + this.rounding * Math.abs(value) });
      return found.get(name);
    };
    return this.workedOut(changed.get(key) ?? this.lines.get(key).part, v, roughly);
  }

  // What the line gives with the numbers that its writer had.
  asItIs(key) {
    if (!this.asItStands.has(key)) this.asItStands.set(key, this.supposed(key, supposition()));
    return this.asItStands.get(key);
  }

  // What the line would give, as `supposed`, if the number written down is what somebody with that would write; else
  // null. A number that is far from what was written is seen to be so without its rounding, which takes most of the
  // work.
  matching(key, other) {
    const right = this.asItIs(key), rough = this.supposed(key, other, true).value;
    const times = Math.abs(rough / right.value);
    const size = times > 1 && right.value ? times : 1;
    if (Number.isFinite(right.spread * size)) {
      const { half, value } = this.written.get(key);
      const near = SCHEME.far * (half + right.spread * size + SCHEME.last_rounding * Math.abs(rough));
      if (!(Math.abs(value - rough) <= near)) return null;
    }
    const found = this.supposed(key, other);
    return this.fits(key, found) ? found : null;
  }

  // The lines that were not written down from which a line is worked out, up to those that were.
  behind(key) {
    if (!this.unwritten.has(key)) {
      const found = new Set();
      for (const name of namesIn(this.lines.get(key).part)) {
        if (!this.lines.has(name) || this.written.has(name) || this.given.has(name)) continue;
        found.add(name);
        for (const earlier of this.behind(name)) found.add(earlier);
      }
      this.unwritten.set(key, found);
    }
    return this.unwritten.get(key);
  }

  hasBehind(key, names) {
    const behind = this.behind(key);
    return behind.size > 0 && names.some(name => behind.has(name));
  }

  // The same lines, the latest first.
  backwards(key) {
    const behind = this.behind(key);
    return behind.size ? this.order.filter(line => behind.has(line)).reverse() : [];
  }

  // What is held against it

  // What a difference is compared with: the number itself, or, of a new weight, the step that it has made.
  size(key, value) {
    return Math.abs(key.endsWith("_next") ? value - this.given.get(key.slice(0, -5)) : value);
  }

  // Whether the number written down is what somebody would write who got this estimate.
  fits(key, { value, spread }) {
    const { half, value: wrote } = this.written.get(key);
    const allowed = Math.max(SCHEME.rounded * half + spread + SCHEME.last_rounding * Math.abs(value), SCHEME.nothing);
    return Number.isFinite(value) && Math.abs(wrote - value) <= allowed;
  }

  isRight(key) {
    const { half, value } = this.written.get(key), truth = this.truth(key);
    return Math.abs(value - truth) <= Math.max(this.tolerance * this.size(key, truth), SCHEME.rounded * half,
      SCHEME.nothing);
  }

  // Whether so few digits were written that they say next to nothing.
  isShort(key) {
    const truth = this.truth(key), size = this.size(key, truth), { value, half } = this.written.get(key);
    return size > SCHEME.nothing && Math.abs(value - truth) > SCHEME.last_rounding * Math.abs(truth)
      && half > 0.05 * size;
  }

  // Whether a new weight was written with so few digits that what its step is off by can be anything.
  saysLittle(key) {
    const { half, value } = this.written.get(key);
    return key.endsWith("_next") && this.behind(key).size > 0
      && Math.abs(value - this.truth(key)) < SCHEME.telling * half;
  }

  // The verdict

  verdict(key, before) {
    if (!this.written.has(key)) return { kind: this.sheet[key].text.trim() ? "unreadable" : "empty" };
    if (this.isRight(key)) return { kind: this.isShort(key) ? "short" : "right" };
    if (this.fits(key, this.asItIs(key))) {
      const earlier = this.notRight(key, before);
      return { kind: earlier.length ? "follows" : "right", earlier };
    }
    const alike = this.alikeWith(key, before);
    if (alike) return alike;
    if (this.saysLittle(key)) return { kind: "short" };
    const named = this.named(key);
    if (named.length) {
      this.settle(key, named);
      if (named.length === 1) this.said.add(SAME([named[0].slip.name, named[0].slip.told]));
      const slips = named.map(({ line, slip: { name, told, advice } }) => ({ at: line, name, told, advice }));
      return { kind: "wrong", slips };
    }
    const guessed = this.guess(key);
    if (guessed) return { kind: "follows", earlier: [guessed] };
    const note = this.noted(key);
    if (note) return { kind: "wrong", note };
    return { kind: this.behind(key).size || !Number.isFinite(this.asItIs(key).value) ? "cannot tell" : "wrong" };
  }

  // The earlier numbers, not right themselves, that a line is worked out from.
  notRight(key, before) {
    const names = once([key, ...this.backwards(key)].flatMap(line => namesIn(this.partOf(line))));
    return names.filter(name => SCHEME.not_right.includes(before.get(name)?.kind) || this.adopted.has(name));
  }

  partOf(key) {
    return this.adopted.get(key) ?? this.lines.get(key).part;
  }

  // Go on with the mistake that gives a number; of several that do, with none until a later number tells which.
  settle(key, named) {
    const ways = named.map(({ changed }) => this.unwrittenOf(changed));
    if (once(ways.map(way => SAME([...way].sort()))).length === 1) this.adopt(ways[0]);
    else this.open.push([key, ways, named.filter(({ line }) => line === key).map(({ slip }) => slip.name)]);
  }

  // Go on with what was worked out otherwise in lines that were not written down.
  adopt(changed) {
    if (!changed.size) return;
    for (const [key, part] of changed) this.adopted.set(key, part);
    const isAdopted = way => way.size > 0 && [...way.keys()].every(key => changed.has(key));
    this.open = this.open.filter(([, ways]) => !ways.some(isAdopted));
    for (const known of [this.owned, this.asItStands, this.votes, this.wheres]) known.clear();
  }

  // That it follows from one of the mistakes of which one gave an earlier number, or from each; null if from none. What
  // may have been made in the line of that number itself may have been made in this line, too.
  alikeWith(key, before) {
    for (const [k, [first, ways, names]] of this.open.entries()) {
      const fitting = ways.filter(way => this.hasBehind(key, [...way.keys()]) && this.matching(key, supposition(way)));
      const again = this.slips(key).filter(slip => names.includes(slip.name) && this.gives(key, slip));
      if (fitting.length === 1 && !again.length) {
        this.adopt(fitting[0]);
        return { kind: "follows", earlier: this.notRight(key, before) };
      }
      if (fitting.length) {
        this.open[k] = [first, fitting, again.map(({ name }) => name)];
        return { kind: "follows", earlier: [first], note: "alike" };
      }
    }
    return null;
  }

  // The mistakes that give this number: one alone if it does, else two at once that are both usual.
  named(key) {
    const single = this.hypotheses(key), { digits, value } = this.written.get(key);
    // Too few digits to tell one in an earlier line from others; but what is nothing may have been so before.
    if (digits < SCHEME.fewest && value !== 0) {
      return this.nearest(key, single.filter(({ changed }) => changed.size === 1 && changed.has(key)));
    }
    const ways = this.open.flatMap(([, all]) => all).filter(way => this.hasBehind(key, [...way.keys()]));
    const besides = ways.flatMap(way =>
      single.map(({ line, slip, changed }) => ({ line, slip, changed: new Map([...way, ...changed]) })));
    const found = this.nearest(key, [...single, ...besides]);
    if (found.length) return found;
    if (this.stepDigits(key) < SCHEME.fewest) return []; // of two mistakes at once some always fit
    let usual = single.filter(({ slip }) => slip.usual);
    if (usual.length > SCHEME.most_paired) usual = usual.filter(({ line }) => line === key);
    const pairs = [];
    usual.forEach(({ line, slip, changed }, k) => {
      for (const { slip: other, changed: more } of usual.slice(k + 1)) {
        if (slip.name === other.name || [...more.keys()].some(name => changed.has(name))) continue;
        const both = {
          ...slip, name: `${slip.name}; ${other.name}`,
          told: `${slip.told}, and ${other.told}`, advice: `${slip.advice} ${other.advice}`,
        };
        pairs.push({ line, slip: both, changed: new Map([...changed, ...more]) });
      }
    });
    return this.nearest(key, pairs);
  }

  // How many digits say something: of a new weight those of its step.
  stepDigits(key) {
    const { value, half, digits } = this.written.get(key);
    return key.endsWith("_next") && half ? Math.log10(Math.max(1, this.size(key, value) / (2 * half))) : digits;
  }

  // Those that give this number and explain most of the sheet besides; of equals, one that was made before.
  nearest(key, hypotheses) {
    const right = this.asItIs(key), found = [];
    hypotheses.forEach((hypothesis, k) => {
      const { line, slip, changed } = hypothesis, estimate = this.matching(key, supposition(changed));
      if (!estimate || !(Math.abs(estimate.value - right.value) > right.spread)) return;
      const [byName, inWords] = line === key ? this.alike(slip) : [0, 0], score = this.explained(changed) + byName;
      found.push({ hypothesis, rank: [-score, Number(line !== key), Number(!slip.usual), changed.size, -inWords, k] });
    });
    found.sort(({ rank: a }, { rank: b }) => a.map((value, k) => value - b[k]).find(Boolean) ?? 0);
    const best = found.filter(({ rank }) => rank[0] === found[0].rank[0]).map(({ hypothesis }) => hypothesis);
    const again = best.filter(({ slip }) => this.said.has(SAME([slip.name, slip.told]))), named = new Map();
    for (const hypothesis of again.length ? again : best) {
      if (!named.has(hypothesis.slip.name)) named.set(hypothesis.slip.name, hypothesis);
    }
    return named.size <= SCHEME.named ? [...named.values()] : [];
  }

  // What a mistake changes in lines that were not written down.
  unwrittenOf(changed) {
    return new Map([...changed].filter(([key]) => !this.written.has(key)));
  }

  // How many more of the numbers that are still to be judged fit with a mistake than without it.
  explained(changed) {
    const unwritten = supposition(this.unwrittenOf(changed));
    let gained = 0;
    for (const other of this.waiting) {
      if (!this.hasBehind(other, unwritten.moved)) continue;
      gained += this.matching(other, unwritten) !== null;
      gained -= this.fits(other, this.asItIs(other)) || this.isRight(other);
    }
    return gained;
  }

  // How many numbers still to be judged fit with the same mistake in their own line: by name, and in its words.
  alike({ name, told }) {
    let byName = 0, inWords = 0;
    for (const other of this.waiting) {
      const same = this.slips(other).filter(slip => slip.name === name);
      if (!same.length || this.isRight(other) || this.fits(other, this.asItIs(other))) continue;
      const fitting = same.filter(slip => this.gives(other, slip));
      byName += fitting.length > 0;
      inWords += fitting.some(slip => slip.told === told);
    }
    return [byName, inWords];
  }

  // Whether a mistake, made in the line of a number itself, gives it.
  gives(key, { part }) {
    return this.matching(key, supposition(new Map([[key, part]]))) !== null;
  }

  slips(key) {
    return slipsOf(this.calculation, key);
  }

  // The known mistakes in this line, or in earlier ones that were not written down: in one, or in all alike.
  hypotheses(key) {
    const found = [], seen = new Set();
    for (const line of [key, ...this.backwards(key)]) {
      if (this.adopted.has(line)) continue;
      for (const slip of this.slips(line)) {
        if (line !== key && !this.mayTry()) return found;
        found.push({ line, slip, changed: new Map([[line, slip.part]]) });
        const same = SAME([slip.name, slip.told]), alike = this.everywhere().get(same);
        if (alike.size === Number(alike.has(line)) || (seen.has(same) && alike.get(line) === slip.part)) continue;
        seen.add(same);
        found.push({ line, slip, changed: new Map(alike).set(line, slip.part) });
      }
    }
    return found;
  }

  // Whether one formula more is tried for this sheet.
  mayTry() {
    if (!this.tries) return false;
    this.tries -= 1;
    return true;
  }

  // Each mistake, with what it makes of all lines that were not written down.
  everywhere() {
    if (this.ofAll) return this.ofAll;
    this.ofAll = new Map();
    for (const line of this.lines.keys()) {
      for (const slip of this.slips(line)) {
        const same = SAME([slip.name, slip.told]);
        if (!this.ofAll.has(same)) this.ofAll.set(same, new Map());
        if (!this.written.has(line)) this.ofAll.get(same).set(line, slip.part);
      }
    }
    return this.ofAll;
  }

  // A number that was not written down, as another of the sheet says it was, if this one fits with it.
  guess(key) {
    for (const line of this.backwards(key)) {
      if (!this.tries) return "";
      const own = this.own(line);
      for (const other of this.writtenWith().get(line) ?? []) {
        const vote = other === key ? null : this.solved(other, line);
        if (!vote || Math.abs(vote.value - own.value) <= vote.spread + own.spread) continue;
        if (!this.mayTry()) return "";
        if (this.matching(key, supposition(new Map(), new Map([[line, vote]])))) return line;
      }
    }
    return "";
  }

  // For each line the numbers of the sheet in whose formulas it stands, or in one that was not written down.
  writtenWith() {
    if (this.ofWritten) return this.ofWritten;
    this.ofWritten = new Map();
    for (const other of this.written.keys()) {
      for (const line of this.behind(other)) this.ofWritten.set(line, [...(this.ofWritten.get(line) ?? []), other]);
    }
    return this.ofWritten;
  }

  // What a line must have been for a later number of the sheet, if that hangs on it in a straight line.
  solved(key, line) {
    const both = SAME([key, line]);
    if (!this.votes.has(both)) this.votes.set(both, this.mayTry() ? this.straight(key, line) : null);
    return this.votes.get(both);
  }

  straight(key, line) {
    const at = (number, roughly) => this.supposed(key, this.where(line, number), roughly).value;
    const [low, middle, high] = [0, 1, 2].map(number => at(number, true)), slope = middle - low;
    if (slope === 0 || !(Math.abs(high - middle - slope) <= 1e-9 * Math.abs(slope))) return null;
    const zero = this.supposed(key, this.where(line, 0)), { half, value } = this.written.get(key);
    return { value: (value - zero.value) / slope, spread: (half + zero.spread) / Math.abs(slope) };
  }

  // That a line came to a number.
  where(line, value) {
    const both = SAME([line, value]);
    if (!this.wheres.has(both)) this.wheres.set(both, supposition(new Map(), new Map([[line, { value, spread: 0 }]])));
    return this.wheres.get(both);
  }

  // What else a wrong number may be: with another sign, another power of ten, or another number of the sheet.
  noted(key) {
    const found = this.written.get(key), { value, spread } = this.asItIs(key);
    if (!found.value || value === 0) return "";
    if (this.fits(key, { value: -value, spread })) return "sign";
    const shifted = [-3, -2, -1, 1, 2, 3].map(power => 10 ** power);
    if (shifted.some(times => this.fits(key, { value: value * times, spread: spread * times }))) return "power of ten";
    if (found.digits < SCHEME.fewest) return "";
    const others = [...this.lines.keys()].filter(other => !other.endsWith("_next") && this.fits(key, this.own(other)));
    return others.find(other => !comesFrom(this.calculation, other, key)) ?? "";
  }
}

// Verdicts in words

// How a number was read that could have been meant as a thousand; nothing of any other.
const readAs = text => (isDoubtful(text)
  ? filledIn(SCHEME.sayings["read as"], { text: text.trim(), number: text.trim().replace(",", ".") }) : "");

const filledIn = (template, words) => template.replace(/\{(\w+)\}/g, (_, word) => words[word]);

// The sentence on a verdict, which does not give the right number away; nothing where all is well.
function saying(calculation, verdict, texts) {
  const says = sayingOf(calculation, verdict, texts);
  return says && [says, readAs(texts[verdict.key])].filter(Boolean).join(" ");
}

function sayingOf(calculation, { key, kind, slips, earlier, note }, texts) {
  const { words, byKey } = calculation, told = SCHEME.sayings, inTurn = names => listed(names.map(name => words[name]));
  const onSheet = name => numeral(texts[name]).value !== null;
  switch (kind) {
    case "right": case "empty": return "";
    case "short": return told.short;
    case "unreadable": return filledIn(isTooLong(texts[key]) ? told["too long"] : told.unreadable,
      { text: texts[key].trim() });
    case "follows": {
      if (note === "alike") return filledIn(told.alike, { names: words[earlier[0]] });
      const written = earlier.filter(onSheet);
      const others = told[earlier.length > 1 ? "none of yours" : "not yours"];
      const from = filledIn(written.length ? told.yours : others,
        { names: inTurn((written.length ? written : earlier).slice(0, SCHEME.most_listed)) });
      return filledIn(told.follows, { earlier: from });
    }
    case "cannot tell": {
      const missing = namesIn(byKey[key].part).filter(name => name in byKey && !onSheet(name));
      return missing.length ? filledIn(told.missing, { names: inTurn(missing.slice(0, 2)) }) : told["cannot tell"];
    }
  }
  if (slips.length) {
    const causes = new Map();
    for (const { at, told: cause, advice } of slips) {
      const toldOf = at === key ? cause : filledIn(told.elsewhere, { told: cause, line: words[at] });
      causes.set(advice, [...(causes.get(advice) ?? []), toldOf]);
    }
    return [...causes].map(([advice, one], k) =>
      filledIn(told[k ? "slips too" : "slips"], { causes: one.join(", or if "), advice })).join(" ");
  }
  if (!note || ["sign", "power of ten"].includes(note)) return told[note || "wrong"];
  return filledIn(told.another, { name: words[note] });
}
