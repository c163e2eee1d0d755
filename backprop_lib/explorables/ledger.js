// What all derivatives of a graph in layers cost, in three ledgers: path by path, forward mode, reverse mode.
// Nothing is known here but the graph that is drawn: its paths are followed and its sweeps carried out, and what is
// multiplied on the way is counted, as backprop_lib/checking/costs.py does it. A first factor, with nothing before it, is free.

const NAME = "Three ledgers";
const MOST_WIDE = 5, MOST_DEEP = 5;

const counted = number => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const many = (number, one) => `${counted(number)} ${one}${number === 1 ? "" : "s"}`;
const within = (value, low, high) => Math.min(high, Math.max(low, Math.round(value) || low));

// Layers of nodes from the many ends to the single one, whichever of the two is the input; an edge leads from one of
// the many towards the single end.
function graphOf(width, depth) {
  const layers = [], nodes = [];
  for (let k = 0; k <= depth; k++) {
    layers.push(Array.from({ length: k < depth ? width : 1 }, (_, j) => nodes.push({ layer: k, row: j }) - 1));
  }
  const edges = layers.slice(1).flatMap((layer, k) => layers[k].flatMap(from => layer.map(to => ({ from, to, uses: 0 }))));
  const out = nodes.map((_, node) => edges.filter(edge => edge.from === node));
  return { layers, nodes, edges, out, ends: layers[0], single: layers.at(-1)[0] };
}

// The nodes in which paths can be merged, from the single end on; where only one way leads on, there is none to merge.
const mergeable = ({ layers, out }) => layers.slice(1, -1).reverse().flat().filter(node => out[node].length > 1);

// Every path from `node` to the first node that is known: how many there are, and what they take.
function follow(graph, node, known) {
  const found = { paths: 0, multiplications: 0 };
  const walk = (at, path) => {
    if (!known.has(at)) return graph.out[at].forEach(edge => walk(edge.to, [...path, edge]));
    found.paths += 1;
    found.multiplications += at === graph.single ? path.length - 1 : path.length;
    for (const edge of path) edge.uses += 1;
  };
  walk(node, []);
  return found;
}

// One sweep along the edges from `start`; `ahead` says where an edge begins and ends in that direction.
function sweep(edges, start, [begin, end]) {
  const reached = new Set([start]);
  let multiplications = 0;
  for (const edge of edges) {
    if (!reached.has(edge[begin])) continue;
    reached.add(edge[end]);
    if (edge[begin] !== start) multiplications += 1;
  }
  return multiplications;
}

function account({ width, depth, turned, merged }) {
  const [wide, deep] = [within(width, 1, MOST_WIDE), within(depth, 2, MOST_DEEP)];
  const graph = graphOf(wide, deep), order = mergeable(graph), count = Math.min(order.length, Math.max(0, Math.round(merged) || 0));
  const first = graph.ends.map(node => follow(graphOf(wide, deep), node, new Set([graph.single])));
  const known = new Set([graph.single]), sums = [];
  // A node with one way on has nothing to merge: its number is the slope of that way, there for whoever comes.
  if (count > 0) for (const node of graph.layers.at(-2)) { follow(graph, node, known); known.add(node); }
  for (const node of order.slice(0, count)) {
    sums.push({ node, ...follow(graph, node, known) });
    known.add(node);
  }
  const paths = graph.ends.map(node => ({ node, ...follow(graph, node, known) }));
  const fromMany = graph.ends.map(node => sweep(graph.edges, node, ["from", "to"]));
  const fromOne = [sweep([...graph.edges].reverse(), graph.single, ["to", "from"])];
  const total = numbers => numbers.reduce((sum, number) => sum + number, 0);
  return {
    width: wide, depth: deep, turned: Boolean(turned), graph, order, merged: count, sums, paths,
    forward: turned ? fromOne : fromMany, reverse: turned ? fromMany : fromOne,
    allPaths: total(first.map(f => f.paths)), atFirst: total(first.map(f => f.multiplications)),
    totals: {
      paths: total([...sums, ...paths].map(f => f.multiplications)),
      forward: total(turned ? fromOne : fromMany), reverse: total(turned ? fromMany : fromOne),
    },
  };
}

const endName = ({ turned }, row) => `${turned ? "y" : "x"}${row + 1}`;
const singleName = ({ turned }) => (turned ? "x" : "E");

function graphPicture(now) {
  const { graph, turned, depth, width } = now, W = 440, gap = 46, top = 8, H = top + gap * width + 34;
  const across = scale(turned ? depth : 0, turned ? 0 : depth, 28, W - 28);
  const place = node => {
    const { layer, row } = graph.nodes[node], size = graph.layers[layer].length;
    return [across(layer), top + gap * (row + (width - size) / 2) + 14];
  };
  const lines = graph.edges.map(edge => {
    const [[x1, y1], [x2, y2]] = [place(edge.from), place(edge.to)];
    return `<line class="${edge.uses > 1 ? "used often" : "used once"}" data-uses="${edge.uses}" stroke-width="${(1.2 + 1.1 * Math.log2(edge.uses)).toFixed(1)}" ` +
      `x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`;
  }).join("");
  const done = new Set(now.sums.map(sum => sum.node)), next = now.order[now.merged];
  const circles = graph.nodes.map((node, k) => {
    const [x, y] = place(k), end = k === graph.single ? singleName(now) : node.layer === 0 ? endName(now, node.row) : "";
    const kind = done.has(k) ? "merged" : k === next ? "next" : end ? "end" : "";
    return `<g class="node ${kind}"><circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="14"/>${label(x, y + 5, done.has(k) ? "Σ" : end, "name")}</g>`;
  }).join("");
  const between = graph.layers.slice(1).map((_, k) => {
    const uses = graph.edges.filter(edge => graph.nodes[edge.from].layer === k).map(edge => edge.uses), [low, high] = [Math.min(...uses), Math.max(...uses)];
    return label((across(k) + across(k + 1)) / 2, H - 8, low === high ? `${counted(low)}×` : `${counted(low)}–${counted(high)}×`, high > 1 ? "often-name" : "once-name");
  }).join("");
  const said = `A graph in layers, from left to right: ${turned ? `one input x, ${depth} layers of ${width} nodes, the last of them the outputs` : `${depth} layers of ${width} nodes, the first of them the inputs, and one output E`}; each node is joined to all of the next layer. ` +
    `Paths are merged in ${now.merged} of ${now.order.length} nodes. ${graph.edges.some(e => e.uses > 1) ? `One line is used as often as ${counted(Math.max(...graph.edges.map(e => e.uses)))} times.` : "Each line is used once."}`;
  return picture("layers", "How often each slope is used, path by path", said, W, H, lines + circles + between);
}

// A ledger: its lines, the sum below them, and a bar as long as the sum, where the full width is all paths in full.
function ledger(title, lines, total, now) {
  const rows = lines.map(([what, number, kind = ""]) => `<tr class="${kind}"><th scope="row">${what}</th><td>${counted(number)}</td></tr>`).join("");
  const least = Math.min(...Object.values(now.totals)) === total ? " least" : "";
  return `<table class="bp-ledger${least}"><caption>${title} <small>multiplications</small></caption><tbody>${rows}</tbody><tfoot><tr><th scope="row">sum</th><td>${least ? '<span class="bp-least">least</span> ' : ""}${counted(total)}</td></tr></tfoot></table>` +
    `<div class="bp-bar" aria-hidden="true"><i style="width:${Math.max(0.6, Math.min(100, 100 * total / Math.max(1, now.atFirst))).toFixed(1)}%"></i></div>`;
}

function ledgers(now) {
  const layers = [...new Set(now.sums.map(sum => now.graph.nodes[sum.node].layer))];
  const merged = layers.map(layer => {
    const here = now.sums.filter(sum => now.graph.nodes[sum.node].layer === layer);
    return [`${here.length === 1 ? "1 node" : `${here.length} nodes`} merged`, here.reduce((sum, one) => sum + one.multiplications, 0), "sum"];
  });
  const each = now.paths.map(({ node, paths, multiplications }) => [`${endName(now, now.graph.nodes[node].row)}: ${many(paths, "path")}`, multiplications]);
  const sweeps = (found, name) => found.map((number, row) => [`a sweep from ${found.length === 1 ? name : endName(now, row)}`, number]);
  const named = kind => sweeps(now[kind], (kind === "forward") === now.turned ? singleName(now) : endName(now, 0));
  return `<div class="bp-ledgers"><div>${ledger("Path by path", [...merged, ...each], now.totals.paths, now)}</div>` +
    `<div>${ledger("Forward mode", named("forward"), now.totals.forward, now)}</div><div>${ledger("Reverse mode", named("reverse"), now.totals.reverse, now)}</div></div>`;
}

function told(now) {
  const { totals, allPaths, order, merged, turned } = now, sweeps = kind => many(now[kind].length, "sweep");
  const ends = turned ? `One input, ${now.width === 1 ? "one output" : `${now.width} outputs`}` : `${now.width === 1 ? "One input" : `${now.width} inputs`}, one output`;
  const start = `${ends}, ${many(allPaths, "path")}: <b>${counted(now.atFirst)}</b> multiplications path by path, <b>${counted(totals.forward)}</b> in forward mode (${sweeps("forward")}), <b>${counted(totals.reverse)}</b> in reverse mode (${sweeps("reverse")}).`;
  if (order.length === 0) return `${start} No node has more than one way on, so there is nothing to merge.`;
  if (merged === 0) return start;
  if (merged < order.length) return `${start} With the paths merged in ${merged} of ${order.length} nodes, path by path takes <b>${counted(totals.paths)}</b>.`;
  return `${start} With the paths merged in all ${order.length} nodes, path by path takes <b>${counted(totals.paths)}</b>: every slope is used once, and it <b>has become ${turned ? "forward" : "reverse"} mode</b>.`;
}

const explorable = {
  name: NAME,
  traits: ["width", "depth", "turned", "merged"],
  panels: now => `<div class="bp-ledger-board">${graphPicture(now)}${ledgers(now)}</div>`,
  readout: told,
};

export const still = state => stillOf(explorable)(account(state)).replace('class="bp-explorable"', 'class="bp-explorable bp-three-ledgers"');

const BUTTONS = [["one", "merge one node"], ["all", "merge all"], ["undo", "undo one"], ["none", "all paths in full"]];

export default {
  render({ model, el }) {
    const state = () => account(stateOf(model, explorable.traits));
    return stage({ model, el }, {
      ...explorable,
      prepare: account,
      setUp: ({ root, pictures }) => {
        root.classList.add("bp-three-ledgers");
        pictures.insertAdjacentHTML("beforebegin", `<div class="bp-buttons">${BUTTONS.map(([key, name]) => `<button type="button" data-merge="${key}">${name}</button>`).join("")}` +
          `<label class="bp-switch"><input type="checkbox"/><span>turn the graph round: one input, many outputs</span></label></div>`);
        const controls = pictures.previousElementSibling, box = controls.querySelector("input");
        const change = changes => put(model, changes);
        const follow = () => {
          const { merged, order, turned } = state();
          box.checked = turned;
          for (const button of controls.querySelectorAll("button")) {
            button.ariaDisabled = String(["one", "all"].includes(button.dataset.merge) ? merged === order.length : merged === 0);
          }
        };
        controls.addEventListener("click", event => {
          const key = event.target.closest("[data-merge]")?.dataset.merge;
          if (!key) return;
          const { merged, order } = state();
          change({ merged: { one: Math.min(order.length, merged + 1), all: order.length, undo: Math.max(0, merged - 1), none: 0 }[key] });
        });
        box.addEventListener("change", () => change({ turned: box.checked }));
        return following(model, explorable.traits, follow);
      },
    });
  },
};
