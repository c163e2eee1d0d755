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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal
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
# Opens whatever is folded, and marks it; gives how much that was.
UNFOLD = """() => {
  const folded = document.querySelectorAll("main details:not([open])");
  folded.forEach((details) => (details.open = details.dataset.unfolded = true));
  return folded.length;
}"""
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
# Two thirds of axe-core's time go into the contrast of each text with its ground. Once a page is unfolded, only what
# that has brought to light is new to it; all other rules see the whole page again.
JUDGE = """([only, within]) => {
  const newly = document.querySelector("[data-unfolded]") ? "[data-unfolded], [data-unfolded] *" : "*";
  axe.configure({rules: [{id: "color-contrast", selector: newly}]});
  // Without its preloading, which asks for the style sheets a second time and may not when they are files.
  const rules = only.length ? {runOnly: only} : {};
  return axe.run(within ?? document, {resultTypes: ["violations"], preload: false, ...rules});
}"""
# The rules that look at colours. All others look at texts, attributes, and whether and where elements are drawn.
COLOURS = ["color-contrast", "link-in-text-block"]
# What the others see, and what colours there are. Not what is folded, which is seen once it is unfolded; nor the style
# of a box without area, of which a banner that may roll down has one.
FORM = """() => {
  const unseen = "details:not([open]) > :not(summary)";
  const elements = [...document.body.querySelectorAll("*")].filter((element) => !element.closest(unseen));
  const form = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const marked = [...element.attributes].filter(({ name }) => name !== "style" || width * height);
    const texts = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const drawn = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    return [
      element.localName,
      ...marked.map(({ name, value }) => `${name}=${value}`),
      drawn && [...[x + scrollX, y + scrollY, width, height].map(Math.round), ...texts.map(({ data }) => data)],
    ];
  };
  const colours = (element) => {
    const { color, backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
    return [color, backgroundColor, backgroundImage, opacity];
  };
  const { lang, dataset } = document.documentElement;
  const found = [[innerWidth, lang, document.title, elements.map(form)], [dataset, elements.map(colours)]];
  return found.map((one) => JSON.stringify(one));
}"""
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
    for source in before:
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
    """What axe-core has judged of one page in several states: of another width or scheme, from a file, unfolded.

    Of a state that is the same as one that was judged, nothing is judged again: most pages are, from a file as over
    http. Where all elements are alike and at the same places, only what looks at colours is.
    """

    def __init__(self) -> None:
        self.states: set[tuple[str, str]] = set()
        self._forms: set[str] = set()

    def violations(self, page: Page) -> list[str]:
        """What axe-core finds wrong with `page` as it stands and has not looked at before, a sentence for each rule."""
        form, colours = page.evaluate(FORM)
        if (form, colours) in self.states:
            return []
        found = _violations(page, COLOURS if form in self._forms else [])
        self.states.add((form, colours))
        self._forms.add(form)
        return found


def violations(page: Page, within: Locator | None = None) -> list[str]:
    """What axe-core finds wrong with `page` as it stands, or with what is `within` an element, a sentence a rule.

    A whole page takes seconds; where only a figure has changed, that figure is enough.
    """
    return _violations(page, [], within)


def _violations(page: Page, only: Sequence[str], within: Locator | None = None) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(JUDGE, [only, within and within.element_handle()])["violations"]
    return [
        f"axe, {rule['id']}: {rule['help']}: {rule['nodes'][0]['html'][:160]} ({rule['nodes'][0]['target']})"
        for rule in found
    ]


def faults(browser: Browser, addresses: Sequence[str], variants: Sequence[Variant] = VARIANTS) -> list[str]:
    """All faults of one page in its `variants`, at each of its `addresses`, http or file, folded and unfolded.

    Opened in the first variant it is moved to all the others, and opened once more in the last. If it was not the same
    when it had been moved there, it is opened in each. At a second address it is opened in the last, and in each if it
    is not the same there as at the first address.
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
    if look(first, *variants) and variants[1:] and look(first, variants[-1]):
        for variant in variants[1:-1]:
            look(first, variant)
    for address in others:
        if look(address, variants[-1]):
            for variant in variants[:-1]:
                look(address, variant)
    return list(dict.fromkeys(found))


def _faults_in(page: Page, met: list[str], judged: Judged, variants: Sequence[Variant]) -> Iterator[str]:
    """What is wrong with an opened page in each of `variants`, to which it is moved; then once more unfolded."""
    for unfolded in (False, True):
        if unfolded and not page.evaluate(UNFOLD):
            return
        for width, scheme in reversed(variants) if unfolded else variants:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.evaluate(SETTLE)
            states = [*unstarted_figures(page), *judged.violations(page), *scrolls_sideways(page)]
            yield from (f"{fault} ({width} px, {scheme}" for fault in [*met, *states])
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
