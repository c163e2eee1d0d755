// The diagram of a small network, and formulas with their numbers put in: strings, from what network.py says.
//
// diagram(SPEC, options) gives a <figure class="bp-picture bp-network"> with one SVG. All options may be left out:
//   title, description   what stands above the picture; what is read aloud in its place
//   values: { w1: 0.15, i1: 0.05, t1: 0.01, out_h1: 0.59, delta_h1: 0.001, E_total: 0.3, w1_next: 0.149 }
//                        the numbers to write, by key (`by_hand(values)` gives all of them): weights, biases and their
//                        `_next` on their lines; inputs, net_… until out_… is there, out_…, t…, delta_… below the
//                        units; E_total below E. What is not in it, or is no finite number, is not written.
//   was: { w1: 0.2, out_h1: 0.52 }       earlier numbers, by key: "was → is" where the two differ
//   marked: ["h1", "w1", "E"]            units and lines with a heavy outline ("E" is the total error)
//   chosen: "w1"                         the weight, bias, input or target that the reader has picked
//   paths: [{ units: ["h1", "o1"], lines: ["w1", "w5"], off: false }]
//                        lit and numbered from 1 (first solid, second dashed); all else is faded
//   pick: true           each line, label and input gets data-pick="w1", for a page that lets readers click
// Every element of a line or unit carries data-part-of="w1" or "h1"; the line from an output to E has "o1:E", that of a
// bias both "b1" and "b1:h1", since a layer may share it.
//
// filled(html, values, digits = 6) puts numbers into the marked places `<span data-value="KEY" data-bracket></span>`;
// a place whose key is not in `values` stays empty. It needs no page, and neither does `diagram`.
// Where everything stands, and how names are set, comes from Python. Needs stage.js before it; the style is network.css.

const PATH_KINDS = ["one", "two", "three", "four"];

const isNumber = value => typeof value === "number" && Number.isFinite(value);

// A number where there is room for so many characters: with as many digits as fit, six at most.
const fitted = (value, room) => [6, 5, 4, 3, 2].map(digits => shown(value, digits)).find(text => text.length <= room) ?? shown(value, 1);

const filled = (html, values, digits = 6) =>
  html.replace(/<span data-value="([^"]+)"( data-bracket)?><\/span>/g, (place, key, bracket) => {
    if (!(key in values)) return place;
    const text = isNumber(values[key]) ? shown(values[key], digits) : "too large a number";
    return `<span data-value="${key}">${bracket && values[key] < 0 ? `(${text})` : text}</span>`;
  });

// A line moved sideways.
function beside([x1, y1, x2, y2], shift) {
  const far = Math.hypot(x2 - x1, y2 - y1), [dx, dy] = [((y1 - y2) / far) * shift, ((x2 - x1) / far) * shift];
  return [x1 + dx, y1 + dy, x2 + dx, y2 + dy];
}

function diagram(spec, options = {}) {
  const { title = "The network", description = "", values = {}, was = {}, marked = [], chosen = null, paths = null, pick = false } = options;
  const { width, height, radius, close, units: unit, error: [ex, ey], toError, names } = spec.picture, outputs = spec.layers.at(-1);
  const live = paths?.filter(path => !path.off) ?? [];
  const lit = new Set(live.flatMap(path => [...path.units, ...path.lines, ...path.units.filter(u => outputs.includes(u)).map(u => `${u}:E`), "E"]));
  const belongs = (name, base = "", also = "", heavy = marked.includes(name)) => {
    const classes = [base, heavy ? "marked" : "", name === chosen ? "chosen" : "", paths && !lit.has(name) && name !== chosen ? "faded" : ""];
    return `data-part-of="${name}${also}" class="${classes.filter(Boolean).join(" ")}"`;
  };
  // A bias that several units share is marked only where its unit is.
  const ofBias = (c, base) => belongs(c.name, base, ` ${c.name}:${c.target}`, marked.includes(c.name) && marked.includes(c.target));
  const picked = name => (pick ? ` data-pick="${name}"` : "");
  const changed = key => key in was && isNumber(was[key]) && isNumber(values[key]) && was[key] !== values[key];
  const text = (x, y, content, cls = "", anchor = "middle") => `<text class="${cls}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${content}</text>`;
  const plain = ([x1, y1, x2, y2]) => `x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"`;

  // The value of a weight or bias, with what it was or will be.
  const onLine = name => {
    if (!isNumber(values[name])) return "";
    if (isNumber(values[`${name}_next`])) return `→ ${fitted(values[`${name}_next`], 6)}`;
    if (!changed(name)) return fitted(values[name], 7);
    const both = `${shown(was[name], 6)} → ${shown(values[name], 6)}`;
    return both.length > 10 ? `→ ${fitted(values[name], 6)}` : both;
  };

  const weights = spec.connections.filter(c => !c.bias), biases = spec.connections.filter(c => c.bias);
  const rise = radius + (close ? 18 : 10); // where rows are close, a bias stands above the labels of the lines beside it
  const stub = ({ target }) => [unit[target][0], unit[target][1] - rise, unit[target][0], unit[target][1] - radius];
  const lines = weights.map(c => `<g ${belongs(c.name, "bp-edge")}${picked(c.name)}><line class="reach" ${plain(c.line)}/><line ${plain(c.line)}/></g>`).join("") +
    biases.map(c => `<g ${ofBias(c, "bp-edge bias")}${picked(c.name)}><line ${plain(stub(c))}/></g>`).join("") +
    outputs.map(u => `<g ${belongs(`${u}:E`, "bp-edge error")}><line ${plain(toError[u])}/></g>`).join("");

  // Each path as a strand of its own, side by side where they share a line, with its number on its last line, halfway
  // from the label to the unit further off.
  const strands = (paths ?? []).map((path, k) => {
    const cls = `path ${PATH_KINDS[k] ?? "four"}${path.off ? " off" : ""}`;
    const along = (whole, name) => {
      const sharing = paths.map((p, j) => j).filter(j => paths[j].lines.includes(name) || paths[j].units.some(u => `${u}:E` === name));
      const shift = sharing.length > 1 ? (sharing.indexOf(k) - (sharing.length - 1) / 2) * 6 : 0;
      return `<line class="${cls}" ${plain(beside(whole, shift))}/>`;
    };
    const own = path.lines.map(name => spec.connections.find(c => c.name === name && (path.units.includes(c.target)))).filter(Boolean);
    const drawn = own.map(c => (c.bias ? `<line class="${cls}" ${plain(stub(c))}/>` : along(c.line, c.name))).join("");
    const out = path.units.find(u => outputs.includes(u)), last = own.filter(c => !c.bias).at(-1);
    const [x1, , x2] = last?.line ?? [], far = last && (last.label[0] - x1 > x2 - last.label[0] ? last.source : last.target);
    const [from, to] = last ? [last.label, unit[far]] : [unit[out], [ex, ey]], [bx, by] = from.map((at, k) => (at + to[k]) / 2);
    const badge = paths.length < 2 ? "" :
      `<g class="badge ${PATH_KINDS[k] ?? "four"}${path.off ? " off" : ""}"><circle cx="${bx.toFixed(1)}" cy="${by.toFixed(1)}" r="10"/>${text(bx, by + 5, path.off ? "✕" : k + 1)}</g>`;
    return { drawn: drawn + along(toError[out], `${out}:E`), badge };
  });

  // Name and value in one row if they are short, else one above the other, close together.
  const tagged = (x, y, name, value, upwards) => {
    const said = `<tspan class="${/→/.test(value) ? "is" : "amount"}">${value}</tspan>`, rows = value.length > 5 ? 2 : 1;
    const { svg, blank, width: named } = names[name];
    const wide = rows === 2 ? Math.max(named, value.length * 7.6) : named + (value ? 4 + value.length * 7.5 : 0), top = upwards ? y - rows * 14 : y - rows * 7.5;
    return `<rect class="behind" x="${(x - wide / 2).toFixed(1)}" y="${top.toFixed(1)}" width="${wide}" height="${rows * 15}" rx="4"/>` + (rows === 2
      ? text(x, top + 9.5, svg, "bp-weight") + text(x, top + 26.5, said, "bp-weight")
      : text(x, top + 12.5, svg + (value && blank + said), "bp-weight"));
  };
  const labels = weights.map(c => {
    const [x, y] = c.label, level = c.line[1] === c.line[3];
    return `<g ${belongs(c.name, "tag")}${picked(c.name)}>${tagged(x, level ? y - 5 : y, c.name, onLine(c.name), level)}</g>`;
  }).join("") + biases.map(c => {
    const [x, y] = stub(c);
    return `<g ${ofBias(c, "tag bias")}${picked(c.name)}>${tagged(x, y, c.name, onLine(c.name), true)}</g>`;
  }).join("");

  // Below a unit, what is known about it, a line for each: [text, kind].
  const told = (key, sign = "", room = (close ? 7 : 9) - (sign ? 1 : 0)) => {
    if (!isNumber(values[key])) return [];
    if (!changed(key)) return [[`${sign}${fitted(values[key], room)}`, ""]];
    return [[`${sign}was ${fitted(was[key], room)}`, "was"], [`is ${fitted(values[key], room)}`, "is"]];
  };
  const below = ([x, y], lines, from = 0) => lines.map(([line, cls], k) => text(x, y + radius + 15 + (from + k) * 14.5, line, `bp-value ${cls}`)).join("");
  const units = spec.layers.flatMap((layer, depth) => layer.map(name => {
    const [x, y] = unit[name], input = depth === 0, output = `out_${name}`, target = `t${name.slice(1)}`;
    const known = [...(input ? told(name) : isNumber(values[output]) ? told(output) : told(`net_${name}`, "net ")), ...told(`delta_${name}`, "δ ")];
    const different = [name, `net_${name}`, output].some(changed);
    return `<g ${belongs(name, `bp-unit${input ? " bp-variable" : ""}${different ? " changed" : ""}`)}${input ? picked(name) : ""}>` +
      `<circle class="bp-box" cx="${x}" cy="${y}" r="${radius}"/>${text(x, y + 5, names[name].svg, "bp-name")}${below(unit[name], known)}</g>` +
      (outputs.includes(name) ? `<g ${belongs(target, "target-value")}${picked(target)}>${below(unit[name], told(target, names[target].svg + names[target].blank), known.length)}</g>` : "");
  })).join("");
  // E stands near the edge, so a long number below it ends there.
  const errors = told("E_total", "", 10), wide = errors.some(([line]) => line.length > 8);
  const aside = errors.map(([line, cls], k) => text(wide ? width - 1 : ex, ey + radius + 12 + k * 14.5, line, `bp-value ${cls}`, wide ? "end" : "middle"));
  const error = `<g ${belongs("E", `bp-unit error${changed("E_total") ? " changed" : ""}`)}><rect class="bp-box" x="${ex - 16}" y="${ey - 16}" width="32" height="32" rx="6"/>` +
    `${text(ex, ey + 5, '<tspan font-style="italic">E</tspan>', "bp-name")}${aside.join("")}</g>`;

  return picture("network", title, description, width, height,
    lines + strands.map(s => s.drawn).join("") + labels + units + error + strands.map(s => s.badge).join(""));
}
