// Which product fits? The matrices of a layer as boxes of cells, and eight products of two of them.
// `layer({ X, … })` and `multiplied({ left, right })` above are read from graphs; nothing here differentiates anything.

const NAME = "Which product fits?", MOST = 5, TIMES = " × ";
const TARGET = { W: "∂E/∂W", X: "∂E/∂X", b: "∂E/∂b" };

const whole = value => Math.min(MOST, Math.max(1, Math.round(value)));
const sized = (rows, columns, at) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(i, j)));
const transposed = m => sized(m[0].length, m.length, (i, j) => m[j][i]);
const filledUp = m => sized(MOST, MOST, (i, j) => m[i]?.[j] ?? 0);
const shapeOf = m => [m.length, m[0].length];
const told = ([rows, columns]) => `${rows}${TIMES}${columns}`;

// The eight products of two factors: the natural order first, so that the first to be seen are not the ones that fit.
const PRODUCTS = [[0, 1], [1, 0]].flatMap(order => [[0, 0], [0, 1], [1, 1], [1, 0]].map(turned => ({ order, turned })));
const factorsOf = (by, k) => PRODUCTS[k].order.map(which => ({ name: FACTORS[by][which], turned: PRODUCTS[k].turned[which] === 1 }));
const written = ({ name, turned }) => name + (turned ? "ᵀ" : "");
const spoken = ({ name, turned }) => ({ "1": "ones", δ: "delta" }[name] ?? name) + (turned ? " transposed" : "");

// The layer at these sizes: what is not there is zero, and the error does not see it.
function atSizes(examples, inputs, units) {
  const cut = (rows, columns, table) => sized(rows, columns, (i, j) => table[i][j]);
  const X = cut(examples, inputs, NUMBERS.X), W = cut(inputs, units, NUMBERS.W);
  const here = filledUp(sized(examples, units, () => 1));
  const computed = layer({ X: filledUp(X), W: filledUp(W), b: NUMBERS.b, T: NUMBERS.T, here, count: examples });
  return {
    X, W, b: [NUMBERS.b.slice(0, units)], 1: sized(examples, 1, () => 1),
    net: cut(examples, units, computed.net), out: cut(examples, units, computed.out), δ: cut(examples, units, computed.delta),
    gradients: { W: cut(inputs, units, computed.dW), X: cut(examples, inputs, computed.dX), b: [computed.db.slice(0, units)] },
  };
}

// What one product comes to: whether its inner sizes meet, its shape, and whether its numbers are those of the gradient.
function judged(values, by, k) {
  const [A, B] = factorsOf(by, k).map(({ name, turned }) => (turned ? transposed(values[name]) : values[name]));
  const [p, q] = shapeOf(A), [inner, r] = shapeOf(B), wanted = values.gradients[by];
  if (q !== inner) return { A, B, p, q, inner, r, verdict: "apart" };
  const { product } = multiplied({ left: filledUp(A), right: filledUp(B) }), C = sized(p, r, (i, j) => product[i][j]);
  const fits = told(shapeOf(C)) === told(shapeOf(wanted));
  const right = fits && C.every((row, i) => row.every((value, j) => Math.abs(value - wanted[i][j]) <= 1e-12));
  return { A, B, C, p, q, inner, r, verdict: right ? "right" : fits ? "wrong" : "shape" };
}

function looked(state) {
  const [examples, inputs, units] = [state.examples, state.inputs, state.units].map(whole);
  const by = state.by in FACTORS ? state.by : "W", k = PRODUCTS[state.product] ? state.product : 0;
  const values = atSizes(examples, inputs, units), chosen = judged(values, by, k);
  const verdicts = PRODUCTS.map((_, other) => judged(values, by, other).verdict);
  const i = Math.min(whole(state.row), chosen.p) - 1, j = Math.min(whole(state.column), chosen.r) - 1;
  return { examples, inputs, units, by, k, values, chosen, verdicts, i, j, factors: factorsOf(by, k) };
}

// Pictures

const box = (x, y, width, height, kind) => `<rect class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>`;

// A matrix as a grid of cells; `lit(i, j)` says which of them are marked.
const cells = (x, y, size, [rows, columns], lit = () => false, inside = () => "") =>
  sized(rows, columns, (i, j) => box(x + j * size, y + i * size, size, size, `cell${lit(i, j) ? " lit" : ""}`) + inside(i, j, x + (j + 0.5) * size, y + (i + 0.5) * size)).flat().join("");

// As many digits as a cell has room for; the sentence below has more.
const inACell = value => (Math.abs(value) < 0.1 ? fixed(value, 2) : shown(value, 2));

function layerPicture({ values, examples, inputs, units, factors }) {
  const W = 400, H = 326, size = 20;
  const used = factors.map(({ name }) => name);
  const one = (name, caption, x, y) => {
    const [rows, columns] = shapeOf(values[name]);
    return cells(x, y, size, [rows, columns]) + (used.includes(name) ? box(x - 3, y - 3, columns * size + 6, rows * size + 6, "used") : "") +
      label(x, y - 28, caption, "name", "start") + label(x, y - 11, told([rows, columns]), "", "start");
  };
  const top = 48, below = 212, [first, second, third] = [8, 150, 292];
  const sign = (x, y, text) => label(x, y, text, "sign");
  const said = `The matrices of a layer, drawn to size. X has a row for each of ${examples} examples and a column for each of ${inputs} inputs; ` +
    `W has a column for each of ${units} units. net, out and δ are ${told([examples, units])}, the bias is one row of ${units}.`;
  return picture("layer", "What the layer has", said, W, H,
    one("X", "X", first, top) + sign(second - 22, top + 16, "·") + one("W", "W", second, top) + sign(third - 22, top + 16, "+") + one("b", "b", third, top) +
    one("net", "= net", first, below) + sign(second - 22, below + 14, "→") + one("out", "out", second, below) + one("δ", "δ = ∂E/∂net", third, below));
}

// The first factor lower left, the second upper right, the product where its rows and their columns cross.
function productPicture({ chosen, factors, by, values, i, j }) {
  const W = 400, H = 424, { A, B, C, p, q, inner, r } = chosen, gap = 16, left = 44, top = 52;
  const size = Math.min(44, (W - left - gap - 14) / (q + r), (H - top - gap - 34) / (inner + p));
  const x = left + q * size + gap, y = top + inner * size + gap, meets = Boolean(C), roomy = size >= 42;
  const number = table => (m, n, cx, cy) => (roomy ? label(cx, cy + 5, inACell(table[m][n]), "number") : "");
  const drawn = cells(left, y, size, [p, q], m => meets && m === i, number(A)) + cells(x, top, size, [inner, r], (_, n) => meets && n === j, number(B)) +
    (meets ? sized(p, r, (m, n) => `<g data-cell="${m + 1},${n + 1}">${cells(x + n * size, y + m * size, size, [1, 1], () => m === i && n === j, (_, __, cx, cy) => number(C)(m, n, cx, cy))}</g>`).flat().join("") +
      box(left, y + i * size, q * size, size, "frame") + box(x + j * size, top, size, inner * size, "frame") + box(x + j * size, y + i * size, size, size, "frame")
      : box(x, y, r * size, p * size, "missing") + label(x + (r * size) / 2, y + (p * size) / 2 + 5, r * size > 80 ? "no product" : "none", "alarm"));
  const names = label(left, y - 8, written(factors[0]), "name", "start") + label(x, top - 24, written(factors[1]), "name", "start") +
    label(left, y + p * size + 20, told([p, q]), "", "start") + label(x + 22, top - 24, told([inner, r]), "", "start");
  const inners = label(Math.max(60, left + (q * size) / 2), top - 24, `${q} ${meets ? "=" : "≠"} ${inner} ${meets ? "✓" : "✗"}`, meets ? "note" : "alarm");
  const sides = line(left, y, left + q * size, y, `inner ${meets ? "met" : "apart"}`) + line(x, top, x, top + inner * size, `inner ${meets ? "met" : "apart"}`);
  const result = meets ? label(x, y + p * size + 20, `${told([p, r])}`, "name", "start") : "";
  const elements = meets ? ` Row ${i + 1} of the first and column ${j + 1} of the second are marked, and the element where they cross.` : "";
  const said = `${spoken(factors[0])} of ${told([p, q])} at the lower left, ${spoken(factors[1])} of ${told([inner, r])} at the upper right. ` +
    (meets ? `The inner sizes are both ${q}, so there is a product, ${told([p, r])}, where they cross; ${by} is ${told(shapeOf(values.gradients[by]))}.` : `The inner sizes ${q} and ${inner} differ, so there is no product.`) + elements;
  return picture("product", `Your product for ${TARGET[by]}: ${written(factors[0])} ${written(factors[1])}`, said, W, H, drawn + sides + names + inners + result);
}

// Words

function sentence({ chosen, factors, by, values, verdicts }) {
  const { p, q, inner, r, verdict } = chosen, formula = factors.map(written).join(" "), wanted = shapeOf(values.gradients[by]);
  const sizes = `<b>${formula}</b>: ${told([p, q])} and ${told([inner, r])}`;
  if (verdict === "apart") return `${sizes}. The inner sizes ${q} and ${inner} do not meet: <b>there is no such product</b>.`;
  const made = `${sizes} give ${told([p, r])}`;
  if (verdict === "shape") return `${made}, but ${by} is ${told(wanted)}: <b>the wrong shape</b>.`;
  if (verdict === "wrong") return `${made}, the shape of ${by}, and still <b>its numbers are wrong</b>. Shapes can rule a product out; they cannot prove it right.`;
  const equal = verdicts.filter(one => one === "right").length;
  return `${made}, the shape of ${by}, and its numbers are <b>those of the gradient</b>` +
    `${equal > 1 ? `; but as some size is 1, so are those of ${equal - 1} other${equal > 2 ? "s" : ""}` : ""}.`;
}

function writtenOut({ chosen, factors, i, j }) {
  const { A, B, C, q } = chosen;
  if (!C) return "";
  const bracketed = value => (value < 0 ? `(${shown(value, 3)})` : shown(value, 3));
  const terms = Array.from({ length: q }, (_, m) => `${bracketed(A[i][m])} · ${bracketed(B[m][j])}`).join(" + ");
  return ` Row ${i + 1} of ${written(factors[0])} with column ${j + 1} of ${written(factors[1])}: ${terms} = <b>${shown(C[i][j], 3)}</b>.`;
}

function tally({ verdicts, by }) {
  const count = (...which) => verdicts.filter(v => which.includes(v)).length;
  return ` Of the eight products, ${count("shape", "wrong", "right")} can be formed and ${count("wrong", "right")} ${count("wrong", "right") === 1 ? "has" : "have"} the shape of ${by}.`;
}

const explorable = {
  name: NAME,
  traits: ["examples", "inputs", "units", "row", "column", "by", "product"],
  panels: now => productPicture(now) + layerPicture(now),
  readout: now => sentence(now) + writtenOut(now) + tally(now),
};

export const still = state => stillOf(explorable)(looked(state));

function choices(root, model) {
  const name = newId("shapes");
  const radio = (group, value, text, said) => `<label><input type="radio" name="${name}-${group}" value="${value}"${said ? ` aria-label="${said}"` : ""}/><span>${text}</span></label>`;
  root.insertAdjacentHTML("afterbegin", `<div class="bp-shapes"><fieldset><legend>The gradient by</legend>${Object.keys(FACTORS).map(by => radio("by", by, by)).join("")}</fieldset>` +
    `<fieldset><legend></legend></fieldset></div>`);
  const board = root.firstElementChild, [, products] = board.querySelectorAll("fieldset");
  let listed = "";
  const follow = () => {
    const by = model.get("by");
    if (by !== listed) {
      products.innerHTML = `<legend>${TARGET[by]} is</legend>` + PRODUCTS.map((_, k) => {
        const factors = factorsOf(by, k);
        return radio("product", k, factors.map(written).join(" "), factors.map(spoken).join(" times "));
      }).join("");
      listed = by;
    }
    board.querySelector(`input[value="${by}"]`).checked = true;
    products.querySelector(`input[value="${model.get("product")}"]`).checked = true;
  };
  board.addEventListener("change", ({ target }) => {
    const isProduct = products.contains(target);
    put(model, isProduct ? { product: Number(target.value) } : { by: target.value, product: 0 });
  });
  return following(model, ["by", "product"], follow);
}

export default {
  render({ model, el }) {
    return stage({ model, el }, {
      ...explorable,
      prepare: looked,
      setUp: ({ root, pictures }) => {
        const looksAt = ({ target }) => {
          const cell = target.closest("[data-cell]");
          if (!cell) return;
          const [row, column] = cell.dataset.cell.split(",").map(Number);
          put(model, { row, column });
        };
        for (const kind of ["pointerover", "click"]) pictures.addEventListener(kind, looksAt);
        return choices(root, model);
      },
    });
  },
};
