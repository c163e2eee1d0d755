"""Built pages in a real browser: what is wrong with them for a reader.

    python -m tools.checks.browser PAGE…        pages below _build/html, such as book/how-to.html

Each page is looked at light and dark, wide and narrow, over http and from its file. A fault is a sentence: an error
in the console, a request to another host, a page that scrolls sideways, a figure that did not start, a violation
that axe-core finds.
The variable CHROME names the browser's program where it stands in no usual place.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import itertools
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
Scheme = Literal["light", "dark"]
WIDTHS = {"wide": 1280, "narrow": 390}
HEIGHT = 900
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
Variant = tuple[int, Scheme]
VARIANTS: tuple[Variant, ...] = tuple(itertools.product(WIDTHS.values(), SCHEMES))
PROGRAMS = [
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
]
# Opens whatever is folded, and gives how much that was; and folds it again.
UNFOLD = """() => {
  window.unfolded = [...document.querySelectorAll("main details:not([open])")];
  window.unfolded.forEach((details) => (details.open = true));
  return window.unfolded.length;
}"""
FOLD = "() => window.unfolded.forEach((details) => (details.open = false))"
# Until what was changed has faded in, fonts and figures have taken their places, and what measures them has done so.
# What fades where it is not drawn stands still, and is not waited for.
SETTLE = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame().then(frame);
  const fading = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity);
  const faded = Promise.allSettled(fading.map((one) => one.finished));
  await Promise.all([document.fonts.ready, Promise.race([faded, new Promise((done) => setTimeout(done, 1000))])]);
  await frame().then(frame);
}"""
# Before a page's own scripts: a page does not notice while something is taken away from it for a moment.
UNNOTICED = """for (const name of ["ResizeObserver", "IntersectionObserver", "MutationObserver"]) {
  const Plain = globalThis[name];
  globalThis[name] = class extends Plain {
    constructor(callback, options) {
      super((...told) => globalThis.unnoticed || callback(...told), options);
    }
  };
}"""
# Takes away all that no chosen element stands in and that stands in none, and gives what puts it back: axe-core looks
# at every element of a page, whatever it is asked.
PRUNED = """(chosen) => {
  const kept = new Set(chosen), around = new Set(), gone = [];
  const climb = function* (one) { for (let at = one.parentElement; at; at = at.parentElement) yield at; };
  for (const one of chosen) for (const at of climb(one)) around.add(at);
  const places = [...document.querySelectorAll("*")].map((one) => [one, one.scrollLeft, one.scrollTop]);
  const scrolled = places.filter(([, x, y]) => x || y);
  globalThis.unnoticed = true;
  for (const one of around) {
    if (kept.has(one) || [...climb(one)].some((at) => kept.has(at))) continue;
    for (const child of [...one.children]) {
      if (kept.has(child) || around.has(child) || child.matches("head, style, link")) continue;
      const place = document.createComment("");
      child.replaceWith(place);
      gone.push([place, child]);
    }
  }
  return async () => {
    for (const [place, child] of gone) place.replaceWith(child);
    for (const [one, x, y] of scrolled) one.scrollTo(x, y);
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
    globalThis.unnoticed = false;
  };
}"""
# All rules but some, on the page; or on an element, of which nothing else is needed.
JUDGE = """async ([but, within]) => {
  const putBack = within ? pruned([within]) : () => {};
  const { violations } = await axe.run(within ?? document, {
    resultTypes: ["violations"],
    preload: false, // which asks for the style sheets a second time, and may not when they are files
    rules: Object.fromEntries(but.map((rule) => [rule, { enabled: false }])),
  }).finally(putBack);
  return violations;
}"""
# The rules that look at colours, which take two thirds of axe-core's time: they paint the ground of each text anew. All
# others look at texts, attributes, and whether elements are drawn.
COLOURS = ["color-contrast", "link-in-text-block"]
# A text in 53 bits.
SHORT = """(text) => {
  let a = 0xdeadbeef, b = 0x41c6ce57;
  for (let k = 0; k < text.length; k++) {
    a = Math.imul(a ^ text.charCodeAt(k), 2654435761);
    b = Math.imul(b ^ text.charCodeAt(k), 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}"""
# See there: what judges colours.
_COLOURS_JS = (Path(__file__).parent / "colours.js").read_text(encoding="utf-8")
JUDGE_COLOURS = f"(given) => {{ const short = {SHORT};\nreturn (\n{_COLOURS_JS})(given); }}"
# A page's state, in short: what all rules see of it, and where that stands; and what all but those that look at colours
# see of each element that is drawn. Not what is folded, which is seen once it is unfolded, nor whether it is; nor the
# style of a box without area, of which a banner that may roll down has one.
FORM = (
    f"() => {{ const short = {SHORT};"
    + """
  const unseen = "details:not([open]) > :not(summary)";
  const WITHIN = "[role], main, nav, header, footer, aside, ul, ol, dl, table, figure, a, label";
  const { lang, dataset } = document.documentElement, state = [innerWidth, dataset], forms = new Set();
  const parents = [lang, document.title];
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest(unseen)) continue;
    const { x, y, width, height } = element.getBoundingClientRect(), { scrollWidth, clientWidth } = element;
    const isSeen = ({ name }) => name !== "open" && (name !== "style" || width * height);
    const marked = [...element.attributes].filter(isSeen);
    const told = [element.localName, ...marked.map(({ name, value }) => `${name}=${value}`)];
    const drawn = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (drawn) {
      const texts = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
      const around = element.parentElement.closest(WITHIN)?.localName;
      told.push(around, scrollWidth > clientWidth + 1, x + width < 0, ...texts.map(({ data }) => data));
      forms.add(short(told.join("|")));
    }
    const { color, backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
    const place = drawn && [x + scrollX, y + scrollY, width, height].map(Math.round);
    state.push([told, place, color, backgroundColor, backgroundImage, opacity]);
  }
  return [short(JSON.stringify([state, parents])), [...forms]];
}"""
)
# What a browser does not need here. This list takes the place of Playwright's, so that what stands there stands here;
# ours are the popups of the address bar: each window has two, which together cost as much as a page of the book.
NEEDLESS = [
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *(
        "HttpsFirstBalancedModeAutoEnable",
        "LensOverlay",
        "MediaRouter",
        "PaintHolding",
        "ThirdPartyStoragePartitioning",
    ),
    *("AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
]
# Without these a browser speaks to its maker's hosts on its own account, whatever the page does.
QUIET = [
    f"--disable-features={','.join(NEEDLESS)}",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes a connection half-way is no error of ours."""


@contextlib.contextmanager
def served(folder: Path = SITE) -> Iterator[str]:
    """Serve `folder` on a free port of this machine; gives the address, without a slash at its end."""
    server = _Server(("127.0.0.1", 0), functools.partial(_Silent, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def program() -> str | None:
    """The path of a Chromium or Chrome: the one that CHROME names, else one that is installed, else None."""
    return os.environ.get("CHROME") or next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium or Chrome: the one that `program` finds, else Playwright's own."""
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=[*QUIET, *sandbox])
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def opened(
    browser: Browser,
    address: str,
    width: int = 1280,
    scheme: Scheme = "light",
    script: bool = True,
    before: Sequence[str] = (),
) -> Iterator[tuple[Page, list[str]]]:
    """The page at `address`, drawn, with its figures started; gives it and the list of faults met on the way.

    `before` are scripts that run before the page's own.
    """
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, java_script_enabled=script
    )
    page = context.new_page()
    for source in (UNNOTICED, *before):
        page.add_init_script(source)
    met: list[str] = []
    page.on(
        "console",
        lambda message: met.append(f"console: {message.text}") if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: met.append(f"error: {error}"))
    page.on("requestfailed", lambda request: met.append(f"not loaded: {request.url}"))
    page.on("request", lambda request: met.append(f"another host: {request.url}") if _elsewhere(request.url) else None)
    try:
        page.goto(address, wait_until="load")
        if script and page.locator("script[type*='widget-view']").count():
            page.wait_for_selector("html[data-widgets=ready]", state="attached")
        yield page, met
    finally:
        context.close()


def _elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1"


def scrolls_sideways(page: Page) -> list[str]:
    """A fault if the page is wider than the window, naming what sticks out; otherwise nothing."""
    culprits = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("main *")]
           .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3)
           .map((e) => e.outerHTML.slice(0, 80))"""
    )
    return [f"scrolls sideways: {' and '.join(culprits)}"] if culprits else []


def unstarted_figures(page: Page) -> list[str]:
    """The notices of figures that could not start."""
    return [f"figure: {text}" for text in page.locator(".bp-notice").all_inner_texts()]


class Judged:
    """What axe-core has judged of one page in several states: of another width or scheme, from a file, folded.

    Of a state that is the same as one that was judged, nothing is judged again: most pages are, from a file as over
    http. Where nothing is drawn that was not drawn before, only what looks at colours is, and of that only what is new.
    """

    def __init__(self) -> None:
        self.states: set[str] = set()
        self._forms: set[str] = set()
        self._colours: set[str] = set()

    def violations(self, page: Page) -> list[str]:
        """What axe-core finds wrong with `page` as it stands and has not looked at before, a sentence for each rule."""
        state, forms = page.evaluate(FORM)
        if state in self.states:
            return []
        self.states.add(state)
        _load_axe(page)
        first, found = not self._forms, []
        if not self._forms.issuperset(forms):
            found += page.evaluate(JUDGE, [[] if first else COLOURS, None])
            self._forms.update(forms)
        told, settled = page.evaluate(JUDGE_COLOURS, [COLOURS, list(self._colours), not first])
        self._colours.update(settled)
        return _told([*found, *told])


def violations(page: Page, within: Locator | None = None) -> list[str]:
    """What axe-core finds wrong with `page` as it stands, or with what is `within` an element, a sentence a rule.

    A whole page takes seconds; where only a figure has changed, that figure is enough.
    """
    _load_axe(page)
    return _told(page.evaluate(JUDGE, [[], within and within.element_handle()]))


def _load_axe(page: Page) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        page.evaluate(f"() => {{ window.pruned = {PRUNED} }}")


def _told(found: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"axe, {rule['id']}: {rule['help']}: {rule['nodes'][0]['html'][:160]} ({rule['nodes'][0]['target']})"
        for rule in found
    ]


def faults(browser: Browser, addresses: Sequence[str], variants: Sequence[Variant] = VARIANTS) -> list[str]:
    """All faults of one page in its `variants`, at each of its `addresses`, http or file, folded and unfolded.

    Opened in the first variant at the first address it is moved to all the others, and at each further address it is
    opened in the last. If it was not the same there as when it had been moved there, it is opened in each.
    """
    found: list[str] = []
    judged = Judged()

    def look(address: str, *variants: Variant) -> bool:
        before = len(judged.states)
        with opened(browser, address, *variants[0]) as (page, met):
            page.wait_for_selector("html[data-settled]", state="attached")
            where = urlsplit(address).scheme
            found.extend(f"{fault}, {where})" for fault in _faults_in(page, met, judged, variants))
        return len(judged.states) > before

    first, *others = addresses
    look(first, *variants)
    for address in others or [first]:
        if (address, variants[-1]) != (first, variants[0]) and look(address, variants[-1]):
            started = {(first, variants[0]), (address, variants[-1])}
            for one in dict.fromkeys([first, address]):
                for variant in variants:
                    if (one, variant) not in started:
                        look(one, variant)
    return list(dict.fromkeys(found))


def _faults_in(page: Page, met: list[str], judged: Judged, variants: Sequence[Variant]) -> Iterator[str]:
    """What is wrong with an opened page in each of `variants`, to which it is moved: unfolded, and then as it opens."""
    folded = page.evaluate(UNFOLD)
    states = [*variants, *(reversed(variants) if folded else [])]
    for number, (width, scheme) in enumerate(states):
        if number == len(variants):
            page.evaluate(FOLD)
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.evaluate(SETTLE)
        found = [*unstarted_figures(page), *scrolls_sideways(page), *judged.violations(page)]
        yield from (f"{fault} ({width} px, {scheme}" for fault in [*met, *found])
        met.clear()


def main(pages: Sequence[str]) -> int:
    """Print the faults of each of `pages`; returns 1 if there was any."""
    number = 0
    with served() as home, chromium() as browser:
        for page in pages:
            for fault in faults(browser, [f"{home}/{page}", f"{SITE.as_uri()}/{page}"]):
                number += 1
                print(f"{page}: {fault}")
    print(f"{number} faults")
    return int(number > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [p.relative_to(SITE).as_posix() for p in sorted(SITE.glob("*/*.html"))]))
