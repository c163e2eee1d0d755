// What all sheets share that are filled by hand: their tables, what was typed into them and where a browser keeps it, paper.
// `now` has the network, its calculation, and the numbers that are given and worked out, by key.
// Needs stage.js, network.js and the calculation before it; the style is worksheet.css.

const short = column => column.split(/[=:]/)[0].trim();

function rowLabel({ parameters }, label) {
  const [name, ends = ""] = label.split(" "), known = parameters.find(p => p.name === name);
  return `${known ? known.html : escaped(name)}${ends ? ` <span class="bp-ends">${escaped(ends)}</span>` : ""}`;
}

// A table with `inside(cell)` in each place. Its roles are said, since narrow screens show its rows as blocks.
const tableOf = (now, { letter, title, columns, rows }, inside) =>
  `<table class="bp-table bp-table-${letter}" role="table"><caption><b>${letter}</b> ${escaped(title)} <span class="bp-how">${escaped(columns.filter(column => /[=:]/.test(column)).join("; "))}</span></caption>` +
  `<thead><tr role="row">${columns.map((column, k) => `<th scope="col" role="columnheader"${k && rows[0].cells[k - 1].given ? ' class="bp-given"' : ""}>${escaped(column)}</th>`).join("")}</tr></thead><tbody>` +
  rows.map(({ label, cells }) => `<tr role="row"><th scope="row" role="rowheader">${rowLabel(now, label)}</th>` +
    cells.map((cell, k) => `<td role="cell"${cell.given ? ' class="bp-given"' : ""} data-column="${escaped(short(columns[k + 1]))}">${inside(cell)}</td>`).join("") + "</tr>").join("") +
  "</tbody></table>";

const cellsOfTable = table => table.rows.flatMap(row => row.cells.filter(cell => cell.key && !cell.given).map(cell => cell.key));

const nameHtml = name => symbolOf(name, NOTATION.html);
const told = value => (Number.isFinite(value) ? shown(value, 6) : "no number");
const capital = text => text[0].toUpperCase() + text.slice(1);

// A diagram that scrolls sideways where it would get too small to be read.
function wideDiagram(spec, options) {
  const wide = spec.picture.width, name = escaped(`${options.title}: the diagram, which scrolls sideways`);
  const scrolls = wide > 520 ? ` tabindex="0" role="group" aria-label="${name}" data-at="diagram"` : "";
  return `<div class="bp-wide" style="--wide:${wide}px"${scrolls}>${diagram(spec, options)}</div>`;
}

// What stands in a cell before and after anything is worked out.
const given = ({ network }, { key }) => key === "1" || network.given.includes(key);
const givenText = (now, { key }) => (key === "1" ? "1" : key in now.given ? shown(now.given[key], 6) : "");

const emptyTable = (now, table) => tableOf(now, table, cell => (given(now, cell) ? givenText(now, cell) : cell.given ? '<span class="bp-carried"></span>' : cell.key ? "" : NOTHING));
const fullTable = (now, table) => tableOf(now, table, cell => (!cell.key ? NOTHING : given(now, cell) ? givenText(now, cell) : told(now.values[cell.key])));
const NOTHING = '<span class="bp-none">–</span>';

// What the network is and what is given, in sentences.
const numbersTold = (now, names) => names.map(name => `${nameHtml(name)} = ${name in now.given ? shown(now.given[name], 6) : "…"}`).join(", ");

function conventions(now, more = "") {
  const { network } = now, { layers, activations, loss, biases, learnBiases, examples, numbers, suffix, momentum } = network;
  const each = numbers.map(n => `${examples > 1 ? `Example ${n}: inputs` : "Inputs"} ${numbersTold(now, layers[0].map(unit => unit + suffix(n)))}; target${layers.at(-1).length > 1 ? "s" : ""} ${numbersTold(now, layers.at(-1).map(unit => network.targetOf(unit) + suffix(n)))}.`);
  const kinds = [...new Set(activations)], units = kinds.length === 1 ? `${capital(SCHEME.titles[kinds[0]])} units.` : `${capital(activations.map((kind, k) => `${SCHEME.titles[kind]} in ${layers[k + 1].join(", ")}`).join("; "))}.`;
  const mean = examples > 1 ? `, of the examples the ${network.reduction}` : "", rate = `Learning rate ${numbersTold(now, ["eta"])}${momentum ? `, momentum ${numbersTold(now, ["alpha"])}; last steps ${numbersTold(now, network.learned.map(name => `${name}_last`))}` : ""}.`;
  const fixedBiases = biases.length && !learnBiases ? ` The biases stay as they are: ${numbersTold(now, network.biasNames)}.` : "";
  const items = [...each, `${units} Error: ${SCHEME.losses[loss].title}${mean}.`, `${rate}${fixedBiases} All that is learned moves at once, from the old values.`];
  return `<ul class="bp-conventions">${items.map(item => `<li>${item}</li>`).join("")}${more}</ul>`;
}

// What was typed: for each problem, by cell, [text, state], the state being "" or "checked" or "shown".

const KEPT = 40; // so many problems keep their answers
const isEntry = entry => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string" && ["", "checked", "shown"].includes(entry[1]);
const isRecord = value => typeof value === "object" && value !== null && !Array.isArray(value);

// Only what can have been typed here, the latest problems last; a browser's store may hold anything.
function cleaned(answers) {
  const problems = Object.entries(isRecord(answers) ? answers : {}).filter(([, cells]) => isRecord(cells));
  return Object.fromEntries(problems.slice(-KEPT).map(([name, cells]) => [name, Object.fromEntries(Object.entries(cells).filter(([, entry]) => isEntry(entry)))]));
}

const textsOf = cells => Object.fromEntries(Object.entries(cells).map(([key, [text]]) => [key, text]));

// The page

const button = (action, text, more = "") => `<button type="button" data-do="${action}"${more}>${text}</button>`;

// Whether the page is the book's own, whose address and store a figure may use; in JupyterLab both belong to others.
const onOwnPage = () => document.querySelector('script[type="application/vnd.jupyter.widget-view+json"]') !== null;

function stored(name) {
  try {
    return cleaned(JSON.parse(localStorage.getItem(name)));
  } catch {
    return {};
  }
}

function store(name, answers) {
  try {
    localStorage.setItem(name, JSON.stringify(answers));
  } catch { /* a browser that keeps nothing: the answers last as long as the page */ }
}

// Prints one sheet and nothing else: on paper, all but a copy of it at the end of the page is left out (worksheet.css).
function printAlone(markup) {
  const paper = document.createElement("div"), root = document.documentElement;
  document.querySelector(".bp-paper")?.remove();
  paper.className = "bp-explorable bp-paper";
  paper.innerHTML = markup;
  document.body.append(paper);
  root.classList.add("bp-printing");
  const clear = () => { paper.remove(); root.classList.remove("bp-printing"); };
  // A phone says that it has printed before it does.
  addEventListener("afterprint", () => setTimeout(clear, matchMedia("(pointer: coarse)").matches ? 60_000 : 0), { once: true });
  print();
}
