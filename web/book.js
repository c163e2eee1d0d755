/* Small repairs of a page that need a script; each page reads well without them. */

const overflowing = (element) => element.scrollWidth > element.clientWidth + 1;

/* What scrolls sideways must be reachable by keyboard, and say what it is to those who land on it. */
const scrollers = [
  [".katex-display", "Equation, scrolls sideways"],
  ["div.highlight pre, .cell_output pre", "Code, scrolls sideways"],
  [".pst-scrollable-table-container, .cell_output .output", "Table, scrolls sideways"],
];

function markScroller(element, label) {
  if (overflowing(element)) {
    element.tabIndex = 0;
    element.role = "group";
    element.ariaLabel = label;
  } else if (element.role === "group") {
    element.removeAttribute("tabindex");
    element.role = null;
    element.ariaLabel = null;
  }
}

function watchScrollers() {
  const labels = new Map();
  const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => markScroller(target, labels.get(target))));
  for (const [selector, label] of scrollers) {
    for (const element of document.querySelectorAll(selector)) {
      labels.set(element, label);
      observer.observe(element);
    }
  }
  // The fonts of mathematics arrive after the first measure and change it.
  document.fonts?.ready.then(() => labels.forEach((label, element) => markScroller(element, label)));
}

/* A menu closes when the reader turns to something else. */
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.bp-menu[open]")) {
    if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) {
      menu.open = false;
      if (event.type === "keydown") menu.querySelector("summary").focus();
    }
  }
}

/* On paper nothing can be opened: print what is folded, code excepted, then fold it again. */
function unfoldForPrint() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open], .bp-menu, .hide)")];
    opened.forEach((details) => (details.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((details) => (details.open = false)));
}

/* Sphinx fetches each found page to quote from it, which a browser refuses for files: then list titles only. */
function searchFromFile() {
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

/* What the search page quotes from a page it has found: its text, each formula once, without buttons and folded code. */
const unquoted = "script, style, .headerlink, .katex-html, .katex annotation, .bp-spoken, details.hide, .bp-still, .toctree-wrapper";

function quoteText() {
  if (typeof Search === "undefined") return;
  Search.htmlToText = (html) => {
    const article = new DOMParser().parseFromString(html, "text/html").querySelector("article");
    article?.querySelectorAll(unquoted).forEach((element) => element.remove());
    return article?.textContent ?? "";
  };
}

const ARRIVING_MS = 3000;
let hasMoved = false;
for (const kind of ["wheel", "touchmove", "pointerdown", "keydown", "hashchange"])
  addEventListener(kind, () => (hasMoved = true), { once: true, passive: true });

/* What keeps a reader who came in the middle where they are: at the place that the address names, if they are near it, and otherwise,
   when they went back or have moved since, with what is in sight where it is. Nothing for a reader at the top. */
function keeper() {
  const named = hasMoved ? null : document.querySelector(":target");
  if (named && Math.abs(named.getBoundingClientRect().top) < innerHeight) return () => named.scrollIntoView({ behavior: "instant" });
  const inSight = scrollY ? document.elementFromPoint(innerWidth / 2, innerHeight / 4) : null;
  const before = inSight?.getBoundingClientRect().top;
  return inSight && (() => scrollBy({ top: inSight.getBoundingClientRect().top - before, behavior: "instant" }));
}

/* The first screen stands: now the rest is laid out (book.css), so that a jump to a heading lands where the heading is. The reader is
   kept in place, also while fonts of mathematics and live figures arrive, unless they move. */
function settle() {
  const keep = keeper();
  document.documentElement.dataset.settled = "";
  if (!keep) return;
  keep();
  const watcher = new ResizeObserver(() => (hasMoved ? watcher.disconnect() : keep()));
  watcher.observe(document.querySelector("main"));
  setTimeout(() => watcher.disconnect(), ARRIVING_MS);
}

addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(settle));
quoteText();
watchScrollers();
unfoldForPrint();
searchFromFile();
addEventListener("click", closeMenus);
addEventListener("keydown", closeMenus);
