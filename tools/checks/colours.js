// Of the texts and links of a page, judges one of all those that cannot but fare alike: of one size and colour, in the
// same nest of grounds, under and over the same other things. Where axe-core cannot tell of the one, it asks of all.
// Takes the rules that look at colours, the kinds that are settled, and whether to ask of the others, or only to tell
// them; gives what was found, and the others. `short` makes a few letters of a text: see browser.py.

async ([rules, settled, ask]) => {
  const known = new Set(settled);
  const kept = (make, held = new Map()) => (key) => (held.has(key) ? held : held.set(key, make(key))).get(key);
  const style = kept((element) => getComputedStyle(element));
  const box = kept((element) => element.getBoundingClientRect());
  const pseudo = kept((element) => ["::before", "::after"].map((part) => {
    const { content, backgroundColor, backgroundImage } = getComputedStyle(element, part);
    return content === "none" ? "" : [backgroundColor, backgroundImage];
  }));
  const traits = (element, names) => names.map((name) => style(element)[name]);
  const clear = (colour) => colour === "transparent" || /^rgba\(.*, 0\)$/.test(colour);
  // What is there for the ear only is clipped to a point.
  const isClipped = kept((element) => {
    if (!element) return false;
    const { width, height } = box(element);
    return (style(element).overflow === "hidden" && Math.min(width, height) <= 1) || isClipped(element.parentElement);
  });
  const isSeen = (element) => element.checkVisibility() && !isClipped(element);
  const all = [...document.body.querySelectorAll("*")].filter(isSeen);

  // What is painted, by its upper edge.
  const PICTURES = "img, svg, canvas, video, iframe, object, input, select, textarea, button";
  const isPainted = (element) => !clear(style(element).backgroundColor) || style(element).backgroundImage !== "none";
  const painters = all.filter((element) => isPainted(element) || element.matches(PICTURES));
  painters.sort((a, b) => box(a).top - box(b).top);
  const tops = painters.map((element) => box(element).top);
  const tallest = Math.max(0, ...painters.map((element) => box(element).height));
  function firstBelow(y) {
    let low = 0, high = tops.length;
    while (low < high) {
      const half = (low + high) >> 1;
      if (tops[half] < y) low = half + 1;
      else high = half;
    }
    return low;
  }

  // What a text's contrast depends on: its own looks, all that it stands in, and what else is painted at its place.
  const ground = kept((element) => {
    if (!element) return "";
    const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode, clip, clipPath } = style(element);
    const colour = clear(backgroundColor) ? "" : backgroundColor;
    const own = [colour, backgroundImage, opacity, filter, mixBlendMode, clip, clipPath, ...pseudo(element).flat()];
    const told = own.filter((one) => !["", "none", "1", "normal", "auto"].includes(one));
    return ground(element.parentElement) + (told.length ? `/${told}` : "");
  });
  const isText = (node) => node.nodeType === 3 && /[^\s\u200b-\u200d\ufeff]/.test(node.data); // not of no width
  const owned = kept((element) => [...element.childNodes].filter(isText));
  const range = document.createRange();
  const rectangles = (text) => (range.selectNodeContents(text), [...range.getClientRects()]);
  const places = kept((element) => (owned(element).length ? owned(element).flatMap(rectangles) : [box(element)]));
  const meet = (a, b, by = 0.5) =>
    a.left < b.right - by && b.left < a.right - by && a.top < b.bottom - by && b.top < a.bottom - by;
  const within = (a, b) => a.left > b.left - 1 && a.right < b.right + 1 && a.top > b.top - 1 && a.bottom < b.bottom + 1;
  const nearest = kept((element) => (!element || isPainted(element) ? element : nearest(element.parentElement)));
  const isOutside = (element) => {
    const here = nearest(element);
    return here && places(element).some((one) => !within(one, box(here)));
  };
  const meeting = kept((element) => {
    const found = new Set();
    for (const place of places(element)) {
      for (let k = firstBelow(place.top - tallest); k < tops.length && tops[k] < place.bottom; k++) {
        if (!painters[k].contains(element) && meet(place, box(painters[k]))) found.add(painters[k]);
      }
    }
    return found;
  });
  const OTHER = ["backgroundColor", "backgroundImage", "opacity", "position", "zIndex"];
  const told = (other) => [other.localName, ...traits(other, OTHER)].join();
  const others = (element) => [isOutside(element), ...new Set([...meeting(element)].map(told))];
  const LOOKS = ["color", "fontSize", "fontWeight", "textShadow", "webkitTextStroke", "textIndent", "visibility"];
  const isOff = (element) => element.closest("[disabled], [aria-disabled=true], [inert]") !== null;
  const what = (element) => [element.namespaceURI, element.matches("input, select, textarea"), isOff(element)];
  const traitsOf = (element) => [what(element), traits(element, LOOKS), ground(element), others(element)];
  const kind = kept((element) => traitsOf(element).join("|"));
  const SIGNS = ["fontFamily", "fontStyle", "display", "textDecorationLine", "textDecorationStyle", "border"];
  function sign(link) {
    let told = kind(link);
    for (let at = link; at; at = at.parentElement) {
      told += `>${traits(at, SIGNS)}${pseudo(at)}`;
      if (at !== link && !["inline", "contents", "ruby"].includes(style(at).display)) return `${told}>${kind(at)}`;
    }
    return told;
  }

  const groups = new Map();
  function put(rule, element, told) {
    const key = `${rule} ${short(told)}`;
    if (!known.has(key)) groups.set(key, [...(groups.get(key) ?? []), element]);
  }
  const CONTROLS = "input:not([type=range], [type=checkbox], [type=radio], [type=hidden]), select, textarea";
  for (const one of all) {
    if (owned(one).length || one.matches(CONTROLS)) put("color-contrast", one, kind(one));
    if (one.matches("a[href]")) put("link-in-text-block", one, sign(one));
  }

  const ruleOf = (key) => key.split(" ", 1)[0], markOf = (rule) => `data-of-${rule}`, found = [];
  async function unsure(chosen) {
    if (!chosen.length) return [];
    const asked = chosen.flatMap(([, elements]) => elements);
    for (const [key, elements] of chosen) for (const one of elements) one.setAttribute(markOf(ruleOf(key)), "");
    axe.configure({ rules: rules.map((id) => ({ id, selector: `[${markOf(id)}]` })) });
    const putBack = pruned([...asked, ...asked.flatMap((one) => [...meeting(one)])]);
    const options = { runOnly: rules, resultTypes: ["violations", "passes"], preload: false, elementRef: true };
    const told = await axe.run(document, options).finally(putBack);
    axe.reset();
    for (const [key, elements] of chosen) for (const one of elements) one.removeAttribute(markOf(ruleOf(key)));
    const plain = ({ html, target }) => ({ html, target }); // without the element
    found.push(...told.violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(plain) })));
    const sure = new Map(rules.map((id) => [id, new Set()]));
    for (const { id, nodes } of [...told.violations, ...told.passes]) {
      for (const { element } of nodes) sure.get(id).add(element);
    }
    return chosen.filter(([key, elements]) => !elements.some((one) => sure.get(ruleOf(key)).has(one)));
  }
  function sample(elements) {
    const long = elements.filter((element) => element.textContent.trim().length > 1);
    const from = long.length ? long : elements;
    return [...new Set([0, from.length >> 1, from.length - 1].map((k) => from[k]))];
  }
  if (ask) {
    const open = await unsure([...groups].map(([key, elements]) => [key, sample(elements)]));
    await unsure(open.map(([key]) => [key, groups.get(key)]).filter(([, elements]) => elements.length > 3));
  }
  return [found, [...groups.keys()]];
}
