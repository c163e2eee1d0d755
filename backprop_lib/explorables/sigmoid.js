// What the explorables of the sigmoid share: a bar of length 1 cut in two, and the rectangle of its pieces.

// Slanted lines that fill a rectangle, so that a piece is told apart without its colour.
function hatched(x, y, width, height, kind) {
  const slants = Math.ceil((width + height) / 7);
  const strokes = Array.from({ length: slants }, (_, k) => line(x + 7 * k, y, x + 7 * k - height, y + height, "hatch")).join("");
  return framed(x, y, width, height, strokes) + rectangle(x, y, width, height, kind);
}

const rectangle = (x, y, width, height, kind) =>
  `<rect class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0, width).toFixed(1)}" height="${Math.max(0, height).toFixed(1)}"/>`;

// The rectangle σ × (1 − σ) in the upper left corner of its unit square, and the line on which its free corner runs.
const unitSquare = (x, y, unit, { out, rest }) =>
  rectangle(x, y, unit, unit, "unit-square") + line(x, y + unit, x + unit, y, "grid") + rectangle(x, y, out * unit, rest * unit, "piece-area");
