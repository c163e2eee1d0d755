// The numbers of another network, drawn from a seed, as backprop_lib/by_hand/problems.py draws them: whole tenths that are
// fair by the rules of by_hand/fairness.py. Those rules are data, FAIR and ROUNDED, and what a kind of problem asks of its
// numbers stands in its `spec`. Needs random.js, the calculation and its mistakes, and these tables with DRAWN.

const LAST_SEED = 2 ** 32 - 1;

const VARIED = {
  differ: some => new Set(some).size === some.length,
  "differ in size": some => new Set(some.map(Math.abs)).size === some.length,
  "both signs": some => Math.min(...some) < 0 && Math.max(...some) > 0,
  "one 1": some => some.reduce((a, b) => a + b) === 10,
};

const WAYS = {
  "half up": x => Math.floor(x + 0.5 + UNSEEN),
  down: x => Math.floor(x + UNSEEN),
  "to 0": x => Math.sign(x) * Math.floor(Math.abs(x) + UNSEEN),
};

function roundedTo(value, decimals, way = "half up") {
  const scale = Number(`1e${decimals}`);
  return WAYS[way](value * scale) / scale;
}

function drawTenths({ sorts, drawn }, next) {
  const rows = { ...DRAWN, ...drawn };
  return Object.fromEntries(Object.entries(sorts).map(([name, sort]) => [name, rows[sort][next() % rows[sort].length]]));
}

const inOnes = tenths => Object.fromEntries(Object.entries(tenths).map(([name, k]) => [name, k / 10]));

const holdsFor = ({ kinds, when }, kind, facts) =>
  kinds.includes(kind) && Object.entries(when).every(([fact, known]) => known.includes(facts[fact]));

// What a sum, or a mean, is made of; of anything else, that alone.
const termsOf = ([kind, ...inner]) => (kind === "quotient" ? termsOf(inner[0]) : kind === "sum" ? inner[0] : [[1, [kind, ...inner]]]);

// For each line how it is rounded, and the rules with the formulas that each looks at there.
function rehearsalOf({ calculation, facts }) {
  return calculation.lines.map(line => ({
    ...line,
    rounding: ROUNDED.find(row => holdsFor(row, line.kind, line.place.facts)),
    asked: FAIR.filter(rule => holdsFor(rule, line.kind, { ...facts, ...line.place.facts })).map(rule => ({
      rule,
      of: rule.of && partAt(rule.of, line.place),
      wrong: slipsOf(calculation, line.key).filter(({ name, usual }) => rule.slips.includes(name) && usual >= rule.usual).map(({ part }) => part),
      terms: termsOf(line.part),
    })),
  }));
}

// Whether the usual slips will show in a problem: the calculation is rehearsed in rounded numbers, and each rule tried.
function isFair(spec, tenths) {
  if (!spec.varied.every(([asked, names]) => VARIED[asked](names.map(name => tenths[name])))) return false;
  spec.calculation ??= calculationOf(networkOf(spec.description));
  spec.rehearsal ??= byName(Object.fromEntries(rehearsalOf(spec).map(line => [line.key, line])));
  const given = byName(inOnes(tenths)), numbers = byName({ ...given }), signed = new Map();
  function number(key) {
    if (!(key in numbers)) {
      const { part, rounding } = spec.rehearsal[key], value = evaluated(part, number);
      numbers[key] = rounding ? roundedTo(value, rounding.decimals, rounding.way) : value;
    }
    return numbers[key];
  }
  const termsIn = terms => terms.map(([sign, part]) => sign * evaluated(part, number)).filter(Boolean);
  function keeps({ rule, of, wrong, terms }, value, size) {
    if (rule.terms) {
      const found = termsIn(terms), whole = Math.abs(found.reduce((a, b) => a + b, 0)), [least, most] = rule.terms;
      return found.map(Math.abs).every(term => least * whole <= term + SLACK && term <= most * whole + SLACK);
    }
    if (rule.slips.length) {
      const put = rule.decimals === null ? number : key => roundedTo(number(key), rule.decimals);
      return wrong.every(part => Math.abs(evaluated(part, put) - value) >= rule.part * size - SLACK);
    }
    const looked = Math.abs(of ? evaluated(of, number) : value);
    return (rule.least === null || looked >= rule.least - SLACK) && (rule.most === null || looked <= rule.most + SLACK);
  }
  for (const { key, asked } of Object.values(spec.rehearsal)) {
    if (!asked.length) continue;
    const value = number(key), size = Math.abs(value - (given[key.replace(/_next$/, "")] ?? 0));
    for (const one of asked) {
      const { signs } = one.rule, groups = signed.get(one.rule) ?? [];
      if (signs) signed.set(one.rule, signs === "lines" ? [[...groups.flat(), value]] : [...groups, termsIn(one.terms)]);
      else if (!(one.rule.zero && size === 0) && !keeps(one, value, size)) return false;
    }
  }
  return [...signed.values()].every(groups => groups.some(VARIED["both signs"]));
}

// The given numbers of a problem, by name.
function anotherNetwork(spec, seed) {
  const next = mulberry32(seed);
  for (;;) {
    const tenths = drawTenths(spec, next);
    if (isFair(spec, tenths)) return inOnes(tenths);
  }
}
