// The numbers of another network, drawn from a seed: what backprop_lib/by_hand/problems.py does, in the same whole numbers.
// Needs random.js, and DRAWN and FAIR, which are that module's tables.

const LAST_SEED = 2 ** 32 - 1;

const drawTenths = ({ kinds }, next) =>
  Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, DRAWN[kind][next() % DRAWN[kind].length]]));

const sigmoidThousandths = hundredths => Math.floor(1000 / (1 + Math.exp(-hundredths / 100)) + 0.5);

const sum = numbers => numbers.reduce((a, b) => a + b, 0);
const shows = ([wrong, right]) => Math.abs(wrong - right) * FAIR.slip_part >= Math.abs(right);
const differ = some => new Set(some).size === some.length;

// Whether targets, inputs, the weights of a layer, and the sizes of those that leave a unit, all differ.
function isVaried([inputs, hidden, outputs], targets, tenths, weight) {
  const layers = [[inputs, hidden], [hidden, outputs]];
  const varied = signed => differ(signed) && Math.min(...signed) < 0 && Math.max(...signed) > 0;
  return differ(targets) && differ(inputs.map(unit => tenths[unit])) &&
    layers.every(([below, above]) => varied(below.flatMap(a => above.map(b => weight[`${a} ${b}`])))) &&
    layers.every(([below, above]) => below.every(a => differ(above.map(b => Math.abs(weight[`${a} ${b}`])))));
}

// Outputs in thousandths and slopes in millionths; null where a slip would not show.
function forwardTenths([inputs, hidden, outputs], tenths, weight) {
  const out = Object.fromEntries(inputs.map(unit => [unit, 100 * tenths[unit]])), slope = {};
  for (const unit of [...hidden, ...outputs]) {
    const below = hidden.includes(unit) ? inputs : hidden;
    const exact = sum(below.map(source => weight[`${source} ${unit}`] * out[source])) + 1000 * tenths[`b_${unit}`];
    const net = Math.floor((exact + 50) / 100);
    if (Math.abs(net) < FAIR.net_least || Math.abs(net) > FAIR.net_most) return null;
    out[unit] = sigmoidThousandths(net);
    slope[unit] = out[unit] * (1000 - out[unit]);
    const twice = sigmoidThousandths(Math.floor((out[unit] + 5) / 10));
    const slips = [[10 * net, out[unit]], [100 * net * (100 - net), slope[unit]], [twice * (1000 - twice), slope[unit]]];
    if (![...slips, ...below.map(source => [100 * weight[`${source} ${unit}`], out[source]])].every(shows)) return null;
  }
  return { out, slope };
}

// Whether the slips on the way back would show, and with several outputs some paths have opposite signs.
function isFairBackward([inputs, hidden, outputs], targets, tenths, weight, { out, slope }) {
  const delta = outputs.map((unit, k) => Math.floor(((out[unit] - 100 * targets[k]) * slope[unit]) / 1000));
  const squares = sum(delta.map(d => d ** 2)), smallest = Math.min(...inputs.map(source => tenths[source]));
  let turns = 0;
  for (const unit of hidden) {
    const paths = outputs.map((above, k) => delta[k] * weight[`${unit} ${above}`]), arriving = Math.abs(sum(paths));
    const step = Math.floor((tenths.eta * Math.floor((arriving * slope[unit]) / 1e6) * smallest) / 100);
    const fair = arriving >= FAIR.arriving_least &&
      paths.every(path => Math.abs(path) * FAIR.path_part >= arriving && Math.abs(path) <= arriving * FAIR.sum_part) &&
      tenths.eta * out[unit] * squares * FAIR.stale_part >= arriving * 1e9 &&
      step >= FAIR.step_least &&
      shows([10 * sum(delta), sum(paths)]);
    if (!fair) return false;
    turns += Math.min(...paths) < 0 && Math.max(...paths) > 0;
  }
  return turns > 0 || outputs.length === 1;
}

// Whether the usual slips will show in a problem, decided by a rehearsal in whole numbers.
function isFair({ layers, connections }, tenths) {
  const targets = layers[2].map(unit => tenths[`t${unit.slice(1)}`]);
  const weight = Object.fromEntries(connections.filter(c => !c.bias).map(c => [`${c.source} ${c.target}`, tenths[c.name]]));
  if (!isVaried(layers, targets, tenths, weight)) return false;
  const forward = forwardTenths(layers, tenths, weight);
  return forward !== null && isFairBackward(layers, targets, tenths, weight, forward);
}

// The given numbers of a problem, by name.
function anotherNetwork(spec, seed) {
  const next = mulberry32(seed);
  for (;;) {
    const tenths = drawTenths(spec, next);
    if (isFair(spec, tenths)) return Object.fromEntries(Object.entries(tenths).map(([name, k]) => [name, k / 10]));
  }
}
