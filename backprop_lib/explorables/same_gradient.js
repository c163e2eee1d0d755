// A training program whose conventions are changed in its own lines, and which digits of what it prints are the book's.
// `PROGRAMS` and `SPEC` above are read from graphs: both kinds of loss, in both precisions; nothing here differentiates.

const NAME = "The same gradient?";
const { losses: LOSSES, values: VALUES, longest: LONGEST } = SPEC;
const DIGITS = 9;
const lossOf = key => LOSSES.find(row => row.key === key) ?? LOSSES[0];
const PARAMETERS = Object.keys(VALUES.P).filter(name => name.startsWith("grad_")).map(name => name.slice(5));
const BOOK = { loss: "half", precision: "float64", zeroed: true, turned: true };

// The weights as they come to lie when a matrix is copied without turning it: those from i2 to h1 and from i1 to h2 change places.
const crossed = ({ w2, w3, w6, w7, ...values }) => ({ ...values, w2: w3, w3: w2, w6: w7, w7: w6 });

function run({ example, loss, precision, zeroed, turned }, rounds) {
  const { kind, scale } = lossOf(loss), values = turned ? VALUES[example] : crossed(VALUES[example]);
  return PROGRAMS[precision][kind]({ ...values, scale, keep: zeroed ? 0 : 1 }, rounds);
}

const books = new Map();
function book(example) {
  if (!books.has(example)) {
    const whole = run({ ...BOOK, example }, LONGEST);
    books.set(example, { ...whole, w5: rounds => run({ ...BOOK, example }, rounds).final.w5 });
  }
  return books.get(example);
}

// A number's sign, power of ten and nine digits.
function digitsOf(value) {
  const [, minus, whole, rest, power] = value.toExponential(DIGITS - 1).match(/^(-?)(\d)\.(\d+)e([-+]\d+)$/);
  return { minus, digits: whole + rest, power: Number(power) };
}

const inFull = value => (value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6)
  ? value.toPrecision(DIGITS).replace("-", "−") : shown(value, DIGITS));

// How many digits of two numbers agree, from the first on.
function agreeing(one, other) {
  const [a, b] = [one, other].map(digitsOf);
  if (a.minus !== b.minus || a.power !== b.power || (one === 0) !== (other === 0)) return 0;
  const apart = [...a.digits].findIndex((digit, k) => digit !== b.digits[k]);
  return apart < 0 ? DIGITS : apart;
}

// The text of a number, cut behind its first so many digits; zeros that lead are none.
function cut(text, count) {
  let place = count ? text.search(/[1-9]/) : 0;
  for (let left = count; left > 0; place++) left -= /\d/.test(text[place]);
  return [text.slice(0, place), text.slice(place)];
}

const whole = ratio => [2, 0.5].find(factor => Math.abs(ratio / factor - 1) < 1e-5);

function row(name, ours, theirs, when = "") {
  const agree = agreeing(ours, theirs), ratio = theirs / ours;
  const verdict = agree === DIGITS ? `✓ ${agree} of ${DIGITS}` : Math.abs(ratio - 1) < 1e-4 ? `≈ ${agree} of ${DIGITS}`
    : whole(ratio) ? `✗ × ${whole(ratio)}` : theirs === 0 ? "✗ 0" : `✗ × ${shown(ratio, 3)}`;
  return { name, when, ours, theirs, agree, ratio, verdict };
}

function compared(state) {
  const rounds = Math.min(LONGEST, Math.max(1, Math.round(state.rounds)));
  const jax = state.package === "JAX", settings = { ...state, zeroed: state.zeroed || jax, turned: state.turned || jax };
  const right = book(state.example), done = run(settings, rounds);
  const slope = (history, name, round) => history[`filled_${name}`][round - 1];
  const at = (name, round) => row(`∂E/∂${name}`, slope(right.history, name, round), slope(done.history, name, round), `round ${round}`);
  const after = `after ${rounds.toLocaleString("en")}`;
  const rows = [
    row("E", right.history.loss[0], done.history.loss[0], "round 1"), at("w1", 1), at("w5", 1), at("w1", 2),
    row("w5", right.w5(rounds), done.final.w5, after), row("o1", right.history.o1[rounds], done.history.o1[rounds], after),
  ];
  const first = PARAMETERS.map(name => row(name, slope(right.history, name, 1), slope(done.history, name, 1)));
  const second = PARAMETERS.map(name => row(name, slope(right.history, name, 2), slope(done.history, name, 2)));
  const seen = [...new Set(Array.from({ length: 121 }, (_, k) => Math.round(rounds ** (k / 120))))];
  const series = seen.map(round => [round, right.history.error[round], done.history.error[round]]);
  return { ...settings, rounds, rows, first, second, series, o1: rows.at(-1) };
}

// The program. A control stands for what can be changed; `plain` has its choice in words, for pages without script.

const OPTIONS = {
  PyTorch: { loss: LOSSES.map(({ key, pytorch }) => [key, pytorch]), precision: [["float64", "float64"], ["float32", "float32"]], turned: [["true", "W.T"], ["false", "W"]] },
  JAX: { loss: LOSSES.map(({ key, jax }) => [key, jax]), precision: [["float64", "True"], ["float32", "False"]] },
};
const CALLED = { loss: "the loss", precision: "precision", turned: "what is copied into a layer" };

const LISTINGS = {
  PyTorch: [
    ["dtype = torch.", { trait: "precision" }],
    ["layer.weight.copy_(", { trait: "turned" }, ")  # both"],
    ["optimiser = SGD(learned, lr=", { value: "eta" }, ")"],
    ["for _ in range(", { value: "rounds" }, "):"],
    ["    out = model(X)"],
    ["    E = ", { trait: "loss" }],
    ["    ", { trait: "zeroed", code: "optimiser.zero_grad()" }],
    ["    E.backward()"],
    ["    optimiser.step()"],
  ],
  JAX: [
    ['jax.config.update("jax_enable_x64", ', { trait: "precision" }, ")"],
    ["def error(weights):"],
    ["    out = forward(weights, X)"],
    ["    return ", { trait: "loss" }],
    ["for _ in range(", { value: "rounds" }, "):"],
    ["    slopes = jax.grad(error)(weights)"],
    ["    weights = jax.tree.map(lambda w, slope:"],
    ["        w - ", { value: "eta" }, " * slope, weights, slopes)"],
  ],
};

const control = (kind, { trait, code, value }) => {
  if (value) return `<span data-value="${value}"></span>`;
  if (trait === "zeroed") return `<label class="bp-kept"><input type="checkbox" data-trait="zeroed"/><code>${code}</code></label>`;
  const options = OPTIONS[kind][trait].map(([key, text]) => `<option value="${key}">${escaped(text)}</option>`).join("");
  return `<select data-trait="${trait}" aria-label="${CALLED[trait]}">${options}</select>`;
};

const plain = state => (kind, { trait, code, value }) => {
  if (value) return value === "eta" ? VALUES[state.example].eta : state.rounds;
  if (trait === "zeroed") return state.zeroed ? code : `<s>${code}</s>`;
  return escaped(OPTIONS[kind][trait].find(([key]) => key === String(state[trait]))[1]);
};

const indented = text => text.replace(/^ +/, spaces => "\u00a0".repeat(spaces.length));
const listing = (kind, part) => `<div class="bp-code" data-package="${kind}">` +
  LISTINGS[kind].map(line => `<div class="bp-line">${line.map(piece => (piece.trait || piece.value ? part(kind, piece) : `<span>${escaped(indented(piece))}</span>`)).join("")}</div>`).join("") + "</div>";

// What comes of it

function digitsTable({ rows }) {
  const digits = ({ ours, theirs, agree }) => {
    const [same, other] = cut(inFull(theirs), agree);
    return `<span class="bp-digits">${inFull(ours)}</span><span class="bp-digits theirs">${same && `<b>${same}</b>`}${other && `<s>${other}</s>`}</span>`;
  };
  return `<table class="bp-agreement"><caption>The book's, and below it the program's</caption><thead><tr><th scope="col">number</th><th scope="col">digits</th><th scope="col">agree</th></tr></thead><tbody>` +
    rows.map(one => `<tr><th scope="row">${escaped(one.name)} <span>${escaped(one.when)}</span></th><td>${digits(one)}</td><td class="bp-agree">${one.verdict}</td></tr>`).join("") + "</tbody></table>";
}

const LOW = -6, NONE = -17;
const power = value => (value === 0 ? -400 : Math.log10(value));

function chart(part, title, said, rounds, low, high, ticksAt, content) {
  const W = 400, H = 196, left = 52, right = 388, top = 10, bottom = 150;
  const last = Math.max(1, Math.log10(rounds)), across = scale(0, last, left + 4, right), up = scale(low, high, bottom, top);
  const grid = ticksAt.map(p => line(left, up(p), right, up(p), "grid") + label(left - 7, up(p) + 5, p ? "10" + superscript(p) : "1", "", "end")).join("") +
    [0, 1, 2, 3, 4].filter(p => p <= last).map(p => label(across(p), bottom + 19, (10 ** p).toLocaleString("en"), "", last - p < 0.2 ? "end" : "middle")).join("");
  const place = ([round, value]) => [across(Math.log10(round)), up(Math.max(low, Math.min(high, power(value))))];
  return picture(part, title, said, W, H, grid + line(left, bottom, right, bottom, "axis") + content(place, { left, right, bottom }) + label(right, bottom + 40, "round", "name", "end"));
}

function errorsPicture({ series, rounds }) {
  const [, ours, theirs] = series.at(-1);
  const said = `The book's error by round, on logarithmic scales, for the book's program and for this one. After ${rounds} rounds it is ${shown(ours, 3)}, and here ${shown(theirs, 3)}.`;
  return chart("errors", "The error: wide the book's, dashed this program's", said, rounds, LOW, 0.3, [-6, -4, -2, 0], (place, { right, bottom }) =>
    (power(theirs) < LOW ? label(right, bottom - 8, `at the end ${shown(theirs, 2)}`, "reading", "end") : "") + curve(series.map(([round, right]) => place([round, right])), "book-error") + curve(series.map(([round, , mine]) => place([round, mine])), "program-error"));
}

function apartPicture({ series, rounds }) {
  const gaps = series.map(([round, right, mine]) => [round, Math.abs(mine / right - 1)]), none = gaps.every(([, gap]) => gap === 0);
  const most = Math.max(...gaps.map(([, gap]) => gap));
  const said = none ? "The two errors are the same in every round, to the last bit."
    : `By what part of itself the error differs from the book's, by round, on logarithmic scales: at most ${shown(most, 2)}, at the end ${shown(gaps.at(-1)[1], 2)}.`;
  return chart("apart", "How far the two are apart, as a part of the error", said, rounds, NONE, 3, [-16, -12, -8, -4, 0], (place, { left, bottom }) => (none
    ? label(left + 12, bottom - 12, "no difference in any round", "reading", "start")
    : curve(gaps.map(place), "trail")));
}

const range = ratios => [Math.min(...ratios), Math.max(...ratios)];

function words(now) {
  const { first, second, o1, rounds, zeroed, turned, loss } = now, [low, high] = range(first.map(({ ratio }) => ratio));
  const least = Math.min(...first.map(({ agree }) => agree)), factor = whole(low) === whole(high) && whole(low);
  const start = least === DIGITS ? `All ${first.length} gradients of the first round agree in <b>all ${DIGITS} digits</b>.`
    : factor ? `All gradients of the first round are <b>${factor} times</b> the book's: a factor, which a learning rate ${factor === 2 ? "half as large" : "twice as large"} would take back.`
      : Math.max(Math.abs(low - 1), Math.abs(high - 1)) < 1e-4 ? `The gradients of the first round agree to <b>${shown(Math.max(high - 1, 1 - low), 1)}</b> of themselves: what single precision leaves.`
        : `The gradients of the first round are between <b>${shown(low, 3)}</b> and <b>${shown(high, 3)}</b> times the book's: no factor can repair that. ` +
          (turned ? "Another error is being made small." : "It is another network, and nothing said so.");
  const growing = zeroed ? "" : ` In the second round each gradient still holds the first: ∂E/∂w1 is <b>${shown(second[0].ratio, 3)}</b> times what it should be.`;
  const half = loss === "mean" && least === DIGITS ? " The mean over two outputs happens to be the half." : "";
  const end = o1.agree === DIGITS ? `still agrees in all ${DIGITS} digits`
    : Math.abs(o1.ratio - 1) < 1e-4 ? `agrees in <b>${o1.agree}</b> digits` : `is <b>${shown(o1.theirs, 6)}</b>, where the book has ${shown(o1.ours, 6)}`;
  return `${start}${half}${growing} After ${rounds.toLocaleString("en")} round${rounds > 1 ? "s" : ""} o1 ${end}.`;
}

const explorable = {
  name: NAME,
  traits: ["example", "loss", "precision", "zeroed", "turned", "package", "rounds"],
  panels: now => digitsTable(now) + `<div class="bp-stack">${errorsPicture(now)}${apartPicture(now)}</div>`,
  readout: words,
};

export const still = state => {
  const now = compared(state);
  return stillOf(explorable)(now).replace('<div class="bp-panels">', `<div class="bp-program">${listing(now.package, plain(now))}</div><div class="bp-panels bp-compared">`);
};

const NETWORKS = [["P", "P"], ["sources", "of the sources"]];

// The program stands outside the pictures, which are drawn anew with each change.
function choices(pictures, model) {
  const name = newId("package");
  const packages = Object.keys(LISTINGS).map(kind => `<label><input type="radio" name="${name}" value="${kind}" data-trait="package"/>${kind}</label>`).join("");
  const networks = NETWORKS.map(([key, text]) => `<option value="${key}">${text}</option>`).join("");
  pictures.classList.add("bp-compared");
  pictures.insertAdjacentHTML("beforebegin", `<div class="bp-program"><div class="bp-heading"><span role="radiogroup" aria-label="package">${packages}</span>` +
    `<label>network <select data-trait="example" aria-label="network">${networks}</select></label><button type="button">As in the book</button></div>${listing("PyTorch", control)}${listing("JAX", control)}</div>`);
  const program = pictures.previousElementSibling, controls = [...program.querySelectorAll("[data-trait]")], back = program.querySelector("button");
  const traits = explorable.traits;
  const follow = () => {
    for (const one of controls) {
      const value = model.get(one.dataset.trait);
      if (one.type === "checkbox") one.checked = value;
      else if (one.type === "radio") one.checked = one.value === value;
      else one.value = String(value);
      one.closest(".bp-line")?.classList.toggle("changed", one.dataset.trait in BOOK && value !== BOOK[one.dataset.trait]);
    }
    back.ariaDisabled = String(Object.entries(BOOK).every(([trait, value]) => model.get(trait) === value));
    for (const part of program.querySelectorAll("[data-package]")) part.hidden = part.dataset.package !== model.get("package");
    for (const part of program.querySelectorAll("[data-value]"))
      part.textContent = part.dataset.value === "eta" ? VALUES[model.get("example")].eta : Math.round(model.get("rounds"));
  };
  for (const one of controls) one.addEventListener("change", () => {
    const { trait } = one.dataset;
    put(model, { [trait]: one.type === "checkbox" ? one.checked : trait === "turned" ? one.value === "true" : one.value });
  });
  back.addEventListener("click", () => put(model, BOOK));
  return following(model, traits, follow);
}

export default {
  render: ({ model, el }) => stage({ model, el }, { ...explorable, prepare: compared, setUp: ({ pictures }) => choices(pictures, model) }),
};
