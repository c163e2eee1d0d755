// Moves the figures of a page as readers do, only faster, and compares what they show with what fresh ones would.
// It runs before the page's own scripts, and puts itself between the page and the modules of its figures.

globalThis.moves = (() => {
  const figures = [], sources = [], Plain = Blob;
  const frame = () => new Promise(requestAnimationFrame);
  const any = (next, list) => list[next() % list.length];

  // Whole numbers below 2³², the same for a seed in every browser.
  const numbers = seed => () => {
    let t = (seed = (seed + 0x6d2b79f5) | 0);
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };

  globalThis.Blob = class extends Plain {
    constructor(parts, options) {
      if (options?.type !== "text/javascript") return super(parts, options);
      const source = (globalThis.planted ?? (text => text))(parts.join("")), number = sources.push(source) - 1;
      super([`${source.replace(/^export default /m, "const frontEnd = ")}\nexport default moves.joined(frontEnd, ${number});`], options);
    }
  };
  globalThis.printed = 0;
  globalThis.print = () => { printed += 1; };
  Element.prototype.setPointerCapture = () => {}; // of a pointer that is made up there is none

  // What the page takes for the module: it does all that the module does, and tells of each figure that it draws.
  const joined = (frontEnd, number) => ({
    ...frontEnd,
    render(context) {
      const names = new Set(), { model } = context;
      const noted = { ...model, get: name => { names.add(name); return model.get(name); } };
      figures.push({ number, names, model, el: context.el });
      return frontEnd.render({ ...context, model: noted });
    },
  });

  // What a figure shows: its markup, with what is chosen in its controls; a form that is not sent is the reader's own.
  // Left out: numbers that only tell one figure on a page from the others, what is folded, what is said in answer to an act.
  const isState = control => !control.closest("form");
  function pictureOf(el, { counts = isState, said = false, readout = true } = {}) {
    const copy = el.cloneNode(true), [from, to] = [el, copy].map(root => [...root.querySelectorAll("*")]);
    to.forEach((element, k) => {
      for (const name of ["id", "for", "name", "aria-describedby", "aria-controls", "aria-labelledby"]) {
        if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name).replace(/\d+/g, ""));
      }
      element.removeAttribute("open");
      if (!element.classList.length) element.removeAttribute("class");
      if (!element.matches("input, select")) return;
      element.removeAttribute("checked");
      if (counts(from[k])) element.setAttribute("data-shown", `${from[k].checked} ${from[k].value}`);
    });
    for (const part of copy.querySelectorAll(`.bp-heard${said ? "" : ", [role=alert]"}`)) part.replaceChildren();
    if (!readout) copy.querySelectorAll(".bp-panels ~ .bp-readout").forEach(words => words.replaceChildren());
    return copy.innerHTML;
  }

  async function settled(el, times = 4) {
    for (let before = "", same = 0; same < times; ) {
      await frame();
      await frame();
      const now = pictureOf(el);
      same = now === before ? same + 1 : 0;
      before = now;
    }
  }

  const scopeOf = ({ el }) => el.closest(".bp-panel-box") ?? el;
  const isSeen = element => element.checkVisibility({ visibilityProperty: true });
  const MARKED = "[data-node], [data-pick], [data-cell], [data-factor], svg[data-part]";
  const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];
  const KINDS = {
    ".noUi-handle": (control, next) => key(control, any(next, KEYS)),
    ".widget-readout": (control, next) => {
      control.textContent = any(next, ["3.5", "0.37", "7", "1", "-2", "1e3", "none"]);
      key(control, "Enter");
    },
    select: (control, next) => choose(control, any(next, [...control.options]).value),
    "input[type=range]": (control, next) => choose(control, Number(control.min) + (next() / 2 ** 32) * (control.max - control.min)),
    "input[type=text]": (control, next) => {
      control.focus();
      choose(control, any(next, ["0.5", "−1,25", "0.593269992", "3e2", "", "nothing", "1e9", "0"]));
      if (next() % 2) key(control, "Enter");
    },
    "button, summary, input[type=checkbox], input[type=radio]": control => { control.focus(); control.click(); },
    "[role=tab], [tabindex='0']:not(.noUi-handle, .widget-readout)": (control, next) => {
      control.focus();
      key(control, any(next, [...KEYS, "Enter", " "]));
    },
    [MARKED]: drag,
  };

  const key = (element, name) => {
    const options = { key: name, keyCode: name === "Enter" ? 13 : 0, bubbles: true, cancelable: true };
    for (const kind of ["keydown", "keyup"]) element.dispatchEvent(new KeyboardEvent(kind, options));
  };
  const choose = (control, value) => {
    control.value = value;
    for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
  };
  function drag(element, next) {
    const point = kind => {
      const { left, top, width, height } = element.getBoundingClientRect(), Kind = kind === "click" ? MouseEvent : PointerEvent;
      const at = { clientX: left + (next() / 2 ** 32) * width, clientY: top + (next() / 2 ** 32) * height };
      element.dispatchEvent(new Kind(kind, { bubbles: true, cancelable: true, pointerId: 1, isPrimary: true, ...at }));
    };
    const moving = Array(next() % 4).fill("pointermove");
    for (const kind of ["pointerover", "pointerdown", ...moving, "pointerup", "click"]) point(kind);
  }

  const controlsOf = (figure, kinds = Object.keys(KINDS)) => kinds.flatMap(kind =>
    [...scopeOf(figure).querySelectorAll(kind)].filter(control => isSeen(control) && !control.disabled).map(control => [kind, control]));

  // So many moves, one after the other, now and then with time between them for a promise or a frame.
  async function shake(figure, count, seed) {
    const next = numbers(seed);
    for (let k = 0; k < count; k++) {
      const here = Object.keys(KINDS).map(kind => controlsOf(figure, [kind])).filter(found => found.length);
      const [kind, control] = any(next, any(next, here));
      KINDS[kind](control, next);
      const pause = next() % 10;
      if (pause < 2) await frame();
      else if (pause < 4) await null;
    }
  }

  // The reader's hand comes to rest: what plays by itself is paused, nothing is pointed at or being typed.
  const playing = figure => [...scopeOf(figure).querySelectorAll("button")].filter(button => button.textContent.includes("Pause"));
  function pause(figure) {
    document.activeElement?.blur();
    for (const button of playing(figure)) button.click();
  }

  async function rest(figure) {
    pause(figure);
    figure.el.firstElementChild?.dispatchEvent(new PointerEvent("pointerleave"));
    await settled(figure.el);
  }

  // A figure that is drawn for the first time, from the state of another.
  async function fresh({ number, model: live, el: drawn }) {
    const address = URL.createObjectURL(new Plain([sources[number]], { type: "text/javascript" }));
    const frontEnd = (await import(address)).default, held = {}, listeners = [];
    URL.revokeObjectURL(address);
    const model = {
      get: name => (name in held ? held[name] : (held[name] = structuredClone(live.get(name)))),
      set: (name, value) => {
        if (JSON.stringify(model.get(name)) === JSON.stringify(value)) return;
        held[name] = value;
        for (const [event, listener] of listeners) if (event === `change:${name}`) listener();
      },
      save_changes: () => {},
      on: (event, listener) => listeners.push([event, listener]),
      off: () => {},
    };
    const el = document.createElement("div");
    drawn.after(el);
    const cleanUp = await frontEnd.render({ model, el });
    // What is chosen in a form that is not sent is as much of its state as what the model holds.
    const asked = [...el.querySelectorAll("form input")];
    [...drawn.querySelectorAll("form input")].forEach((input, k) => {
      if (input.checked === asked[k].checked && input.value === asked[k].value) return;
      asked[k].checked = input.checked;
      if (input.type === "text") asked[k].value = input.value;
      asked[k].dispatchEvent(new Event("change", { bubbles: true }));
    });
    return { el, end: () => { cleanUp?.(); el.remove(); } };
  }

  // Where two texts part, with what stands around.
  function apart(one, other) {
    const at = [...one].findIndex((letter, k) => letter !== other[k]), from = Math.max(0, (at < 0 ? one.length : at) - 150);
    return one === other ? null : { here: one.slice(from, from + 300), fresh: other.slice(from, from + 300) };
  }

  const stateOf = ({ names, model }) => Object.fromEntries([...names].map(name => [name, model.get(name)]));
  const nameOf = ({ model }) => model.get("_anywidget_id").split(".").at(-1);

  // The rows of a figure's table of sliders, by their labels: which trait, the step, and whether it is logarithmic.
  function slidersOf(figure) {
    const scripts = document.querySelectorAll('script[type="application/vnd.jupyter.widget-state+json"]');
    const models = Object.assign({}, ...[...scripts].map(script => JSON.parse(script.textContent).state));
    const modelOf = ([reference]) => models[reference.replace("IPY_MODEL_", "")];
    const links = Object.values(models).filter(({ model_name: name }) => name === "LinkModel").map(({ state }) => state);
    const own = links.filter(({ target }) => modelOf(target).state._anywidget_id === figure.model.get("_anywidget_id"));
    return Object.fromEntries(own.map(({ source, target: [, trait] }) => {
      const { model_name: kind, state } = modelOf(source);
      return [state.description, { trait, step: state.step, logarithmic: kind === "FloatLogSliderModel" }];
    }));
  }

  // Sliders whose handle stands a step or more from what the figure has.
  const astray = figure => Object.entries(slidersOf(figure)).filter(([label, { trait, step, logarithmic }]) => {
    const handle = scopeOf(figure).querySelector(`.noUi-handle[aria-label="${label}"]`), value = figure.model.get(trait);
    return handle && Math.abs(handle.closest(".noUi-target").noUiSlider.get() - (logarithmic ? Math.log10(value) : value)) > step;
  }).map(([label]) => label);

  // A figure that goes along in the address does so half a second after the reader's hand has come to rest, and a fresh one
  // begins with what the address says.
  const ADDRESS = 600;

  // How what a figure shows, once it has come to rest, differs from what a fresh one shows in its state; null if it does not.
  async function compared(figure) {
    await rest(figure);
    if (figure.el.querySelector(".bp-link")) await new Promise(done => setTimeout(done, ADDRESS));
    const lost = astray(figure), drawn = await fresh(figure).catch(error => ({ error }));
    if (drawn.error) return { error: String(drawn.error) };
    const { el, end } = drawn;
    await settled(el);
    const found = apart(pictureOf(figure.el), pictureOf(el));
    end();
    return lost.length ? { astray: lost } : found;
  }

  // The ways in which a reader would try a control, each a step or a few.
  const TRIES = {
    ".noUi-handle": control => [1, 4].flatMap(times => ["ArrowRight", "ArrowLeft"].map(name => () => Array(times).fill(name).forEach(one => key(control, one)))),
    select: control => [...control.options].filter(option => !option.selected).map(({ value }) => () => choose(control, value)),
    "input[type=range]": control => [1, -1, 3, -3].map(steps => () => choose(control, Number(control.value) + steps * control.step)),
    "input[type=text]": control => [() => { choose(control, "0.37"); key(control, "Enter"); }],
    "input[type=checkbox], input[type=radio], button": control => [() => { control.focus(); control.click(); }],
  };
  const PATIENCE = 15; // frames

  // The controls that move nothing to be seen from how the figure stands now. One that says itself that there is nothing
  // for it to do, and one that says that it is chosen, are not tried. Words below a picture do not count: many repeat what
  // the controls are set to. The text in a box for an answer, and the choice in a form
  // that is not sent, are seen in the control itself: what comes of them is hidden until the reader commits to it.
  async function idle(figure) {
    const own = control => control.closest("form, .bp-answer") !== null;
    const seen = () => [pictureOf(figure.el, { counts: own, said: true, readout: false }), printed].join();
    await settled(figure.el);
    const state = stateOf(figure), found = [];
    const needless = '[aria-disabled="true"], [aria-selected="true"], [aria-current]';
    const all = () => controlsOf(figure, Object.keys(TRIES)).filter(([, control]) => !control.matches(needless));
    const works = async (k, way) => {
      const [kind, control] = all()[k], before = seen();
      TRIES[kind](control)[way]();
      for (let frames = 0; frames < PATIENCE && (playing(figure).length || seen() === before); frames++) await frame();
      const led = document.activeElement !== control && figure.el.contains(document.activeElement); // to where to go on
      pause(figure);
      await settled(figure.el, 2); // what is seen on the way to the same picture is no effect
      const moved = led || seen() !== before;
      for (const [name, value] of Object.entries(state)) figure.model.set(name, value);
      await settled(figure.el, 2);
      return moved;
    };
    for (let k = 0; k < all().length; k++) {
      const [kind, control] = all()[k], told = `${control.ariaLabel ?? control.labels?.[0]?.textContent ?? control.textContent}`.trim();
      let moved = control.type === "radio" && control.checked;
      for (let way = 0; !moved && way < TRIES[kind](control).length; way++) moved = await works(k, way);
      if (!moved) found.push(told);
    }
    return found;
  }

  // Sees to it that what is pressed next reaches the figure.
  function focused(figure) {
    const scope = scopeOf(figure);
    if (!scope.contains(document.activeElement)) scope.querySelector("button, input, select, [tabindex='0']").focus();
  }

  return { figures, joined, nameOf, shake, compared, idle, focused };
})();
