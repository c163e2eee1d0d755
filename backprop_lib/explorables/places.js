// Where the diagram of a network stands that Python has never seen: the rules of networks/layout.py, and those by which
// network.py sets names, with the same measures. PLACES and LETTERS come from there. Layers are short enough to be
// drawn whole. Needs stage.js and formula.js before it.

const tenth = value => Math.round(value * 10) / 10;

// The ends of a line from a unit to another, or to what has another rim.
function between([x, y], [toX, toY], rim = PLACES.radius) {
  const far = Math.hypot(toX - x, toY - y), across = (toX - x) / far, down = (toY - y) / far;
  return [x + across * PLACES.radius, y + down * PLACES.radius, toX - across * rim, toY - down * rim].map(tenth);
}

// The middle of each unit.
function spotsOf(layers) {
  const [left, top] = PLACES.origin, [wide, high] = PLACES.label, rows = layers.map(layer => layer.length),
    most = Math.max(...rows);
  const sharing = Math.max(...rows.slice(1).map((count, k) => Math.min(count, rows[k]))) + 1;
  const row = Math.max(most > 2 ? PLACES.close : PLACES.roomy, high * sharing);
  const column = Math.max(PLACES.column, (PLACES.radius + Math.floor(wide / 2) + PLACES.apart) * sharing);
  return Object.fromEntries(layers.flatMap((layer, depth) => layer.map((unit, k) =>
    [unit, [left + depth * column, top + Math.floor(((most - rows[depth]) * row) / 2) + k * row]])));
}

// The middle of a name on a line where no two meet: as near to the larger layer as the other has units.
function labelAt(layers, places, source, target) {
  const [[x, y], [toX, toY]] = [places[source], places[target]];
  const [before, after] = [source, target].map(unit => layers.find(layer => layer.includes(unit)).length);
  const [part, whole] = after <= before ? [1, after + 1] : [before, before + 1];
  return [x + Math.floor(((toX - x) * part) / whole), y + Math.floor(((toY - y) * part) / whole)];
}

// A name in the letters of a picture, the blank between it and a number, and how wide it is.
function setName(name) {
  const [stem, index] = stemOf(name),
    pieces = [[stem, [...stem].length === 1 ? "i" : ""], ...(index ? [[index, "sub"]] : [])];
  const alone = setPieces(pieces), hundredths = pieces.flatMap(([text, kind]) =>
    [...text].map(letter =>
      Math.floor(((LETTERS.widths[letter] ?? LETTERS.width) * (kind === "sub" ? LETTERS.small : 100)) / 100)));
  const width = Math.floor((hundredths.reduce((sum, one) => sum + one, 0) * LETTERS.size) / 100) + 1;
  return { svg: alone, blank: setPieces([...pieces, [" ", ""]]).slice(alone.length), width };
}

// The same, cut where it would not fit beside a unit: all of it stands in the tables.
function fittedName(name) {
  const letters = [...name], fits = count => setName(`${letters.slice(0, count).join("")}…`).width <= PLACES.label[0];
  if (setName(name).width <= PLACES.label[0]) return setName(name);
  return setName(`${letters.slice(0, upTo(letters.length).filter(fits).at(-1) ?? 1).join("")}…`);
}

function setPieces(pieces) {
  let shift = 0;
  return pieces.map(([text, kind]) => {
    const wanted = kind === "sub" ? Math.floor(LETTERS.size / 4) : 0,
      move = wanted === shift ? "" : ` dy="${wanted - shift}"`;
    shift = wanted;
    const small = wanted ? ` font-size="${Math.floor((LETTERS.size * LETTERS.small) / 100)}"` : "",
      slant = kind === "i" ? ' font-style="italic"' : "";
    return move || small || slant ? `<tspan${move}${small}${slant}>${escaped(text)}</tspan>` : escaped(text);
  }).join("");
}

// What `diagram` of network.js needs of a network: { layers, connections, picture }.
function drawnNetwork({ layers, weights, biases }) {
  const units = spotsOf(layers), all = Object.values(units), outputs = layers.at(-1),
    close = Math.max(...layers.map(layer => layer.length)) > 2;
  const [x, y] = [0, 1].map(k => Math.max(...all.map(place => place[k]))),
    error = [x + PLACES.toError, Math.floor((PLACES.origin[1] + y) / 2)];
  const names = [...Object.keys(units), ...weights.map(c => c.name), ...biases.map(c => c.name),
    ...outputs.map(targetOf)];
  return {
    layers,
    connections: [
      ...weights.map(c => ({ ...c, line: between(units[c.source], units[c.target]),
        label: labelAt(layers, units, c.source, c.target) })),
      ...biases.map(c => ({ ...c, bias: true })),
    ],
    picture: {
      width: error[0] + PLACES.right, height: y + PLACES.below, radius: PLACES.radius, close, units, error,
      toError: Object.fromEntries(outputs.map(unit => [unit, between(units[unit], error, PLACES.errorRim)])),
      names: Object.fromEntries(names.map(name => [name, fittedName(name)])),
    },
  };
}

const targetOf = unit => `t${unit.slice(1)}`;
