// Known mistakes of a calculation on paper, as by_hand/mistakes.py has them: rows of SCHEME.mistakes, each another formula
// in one kind of line. Needs calculation.js before it.

const slipsOfAll = new WeakMap(); // calculation → { key: slips }

// The known mistakes that can be made in a line: [{ name, told, advice, part, usual }]. None leaves its formula as it is.
function slipsOf(calculation, key) {
  if (!slipsOfAll.has(calculation)) slipsOfAll.set(calculation, {});
  return (slipsOfAll.get(calculation)[key] ??= foundSlips(calculation, calculation.byKey[key]));
}

function foundSlips(calculation, line) {
  const facts = { ...line.place.facts, ...factsOfTheLine(line) }, found = new Map(), right = SAME(line.part);
  for (const mistake of SCHEME.mistakes) {
    if (!mistake.kinds.includes(line.kind)) continue;
    if (!Object.entries(mistake.when).every(([fact, known]) => known.includes(facts[fact]))) continue;
    for (const { place, words } of placesWithout(mistake.left_out, line.place)) {
      const part = changedPart(mistake.instead, line, place), text = part && SAME(part);
      if (!part || text === right || found.has(text) || !canUse(calculation, line.key, namesIn(part))) continue;
      const told = mistake.told.replace(/\{(\w+)\}/g, (_, word) => words[word]);
      found.set(text, { name: mistake.name, told, advice: mistake.advice, part, usual: mistake.usual });
    }
  }
  return [...found.values()];
}

function factsOfTheLine({ kind, place: { facts } }) {
  const several = fact => facts[fact] === "several", yes = flag => (flag ? "yes" : "no");
  return {
    single: yes(kind === "error" || !several("outputs")),
    off: yes(kind === "off" || facts.delta === "straight"),
    sums: yes(several("examples") && (kind === "gradient" || kind === "total")),
  };
}

// The place as it is, or with the rest of a set for every choice of elements that are left out, each with words for them.
function placesWithout(set, place) {
  if (!set) return [{ place, words: {} }];
  const elements = place.sets[set] ?? [];
  return choices(elements.length).map(left => {
    const names = left.map(k => elements[k].at[1]), several = names.length > 1;
    const rest = elements.filter((_, k) => !left.includes(k));
    return {
      place: { ...place, sets: { ...place.sets, rest } },
      words: { left: listed(names), s: several ? "s" : "", is: several ? "are" : "is" },
    };
  });
}

const listed = names => [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(" and ");

// In every way that leaves one; of a longer set one element or all but one.
function choices(count) {
  const sizes = count <= SCHEME.most_subsets ? upTo(count - 1) : [1, count - 1];
  return sizes.flatMap(size => combinationsOf(Array.from({ length: count }, (_, k) => k), size));
}

function combinationsOf(items, size) {
  if (!size) return [[]];
  return items.flatMap((item, k) => combinationsOf(items.slice(k + 1), size - 1).map(others => [item, ...others]));
}

function changedPart(instead, line, place) {
  if (instead === "error") return partAt(formulaOf("error", place.facts), place);
  if (typeof instead !== "string") return partAt(instead, place);
  const [first, role] = instead.split(" ");
  if (first === "*") return multipliedParts(1, place.roles[role], line.part);
  if (first === "/") return ["quotient", line.part, place.roles[role]];
  return multipliedParts(first === "−" ? -1 : Number(first), line.part);
}

// Whether a line could be worked out from these numbers: all are known, and none is worked out from it.
const canUse = (calculation, key, names) =>
  names.every(name => (calculation.rank.has(name) ? !comesFrom(calculation, name, key) : calculation.known.has(name)));

// Whether a line is worked out from another. An earlier one never is: so only what stands between is looked at.
function comesFrom({ byKey, rank }, name, key, seen = new Set()) {
  if (name === key) return true;
  if (!(rank.get(name) > rank.get(key)) || seen.has(name)) return false;
  seen.add(name);
  return namesIn(byKey[name].part).some(other => comesFrom({ byKey, rank }, other, key, seen));
}
