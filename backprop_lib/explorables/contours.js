// Lines of one height on a grid of numbers: for the border of a network, and for the map of an error.

// Where numbers on a square grid cross a level: in each of its squares the part that lies above, and the line between.
function crossing(numbers, level, size) {
  const above = [], between = [];
  for (let row = 0; row < size - 1; row++) {
    let from = null;
    const full = column => { if (from !== null) above.push([[from, row], [column, row], [column, row + 1], [from, row + 1]]); from = null; };
    for (let column = 0; column < size - 1; column++) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      const values = corners.map(([x, y]) => numbers[y * size + x] - level);
      if (values.every(value => value > 0)) { from ??= column; continue; }
      full(column);
      const polygon = [], cuts = [];
      corners.forEach((corner, k) => {
        const next = (k + 1) % 4;
        if (values[k] > 0) polygon.push(corner);
        if (values[k] > 0 === values[next] > 0) return;
        const part = values[k] / (values[k] - values[next]);
        const cut = [0, 1].map(axis => corner[axis] + part * (corners[next][axis] - corner[axis]));
        polygon.push(cut);
        cuts.push(cut);
      });
      if (polygon.length) above.push(polygon);
      for (let k = 0; k + 1 < cuts.length; k += 2) between.push([cuts[k], cuts[k + 1]]);
    }
    full(size - 1);
  }
  return { above, between };
}
