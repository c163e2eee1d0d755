"""Measures of the site: how fast an explorable answers, what a page weighs, how long a build takes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from statistics import median, quantiles

from playwright.sync_api import Browser

from benchmarks.clock import timed
from benchmarks.report import Result, spread
from tools.checks.browser import ROOT, SITE, served
from tools.checks.weigh import weigh

CHAPTER, BY_HAND = "notebooks/one-weight.html", "notebooks/by-hand.html"

# From the moment the slider hears of a move to the moment after the frame that shows it.
WATCH_FRAMES = """
panel => {
  window.frames_ms = [];
  let moved = null;
  window.addEventListener("pointermove", () => { moved ??= performance.now(); }, true);
  new MutationObserver(() => {
    const from = moved, channel = new MessageChannel();
    moved = null;
    if (from === null) return;
    channel.port1.onmessage = () => window.frames_ms.push(performance.now() - from);
    channel.port2.postMessage(0);
  }).observe(panel, { childList: true, subtree: true });
}
"""
WATCH_FIRST_DRAWING = """
new MutationObserver((_, observer) => {
  if (!document.querySelector(".widget-subarea .bp-panels svg")) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.drawn_ms = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""


def frames(browser: Browser) -> Iterator[Result]:
    """How long a move of a slider takes to be seen: of one weight, and of a network that trains for 10,000 rounds."""
    times = moves(browser, CHAPTER, ".bp-stack")
    measured = f"{quantiles(times, n=20)[-1]:.1f} ms (median {median(times):.1f}, {len(times)} moves)"
    yield Result("slider move to finished frame, 95th percentile", measured, "at most 16 ms")
    times = moves(browser, BY_HAND, ".bp-by-hand")
    measured = f"{median(times):.1f} ms (95th percentile {quantiles(times, n=20)[-1]:.1f}, {len(times)} moves)"
    yield Result("the same with 10,000 rounds of training, median", measured, "at most 16 ms")


def moves(browser: Browser, name: str, mark: str) -> list[float]:
    """Milliseconds from each move of a page's slider to the frame that shows it; `mark` tells its figure."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((SITE / name).as_uri())
    box = page.locator(".bp-panel-box", has=page.locator(mark)).filter(has=page.locator(".noUi-handle")).last
    box.wait_for()
    handle = box.locator(".noUi-handle").first
    handle.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    place, track = handle.bounding_box(), box.locator(".noUi-target").first.bounding_box()
    assert place and track, "the slider is not on the page"
    y = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + place["width"] / 2, y)
    page.mouse.down()
    box.locator(".bp-panels").evaluate(WATCH_FRAMES)
    for sweep in range(5):
        for k in range(1, 50):  # one move for each of the slider's steps, so that every move asks for a new picture
            part = k / 50 if sweep % 2 == 0 else 1 - k / 50
            page.mouse.move(track["x"] + part * track["width"], y)
    page.mouse.up()
    page.wait_for_timeout(100)
    times: list[float] = page.evaluate("window.frames_ms")
    page.close()
    return times


def first_drawing(browser: Browser) -> Iterator[Result]:
    """How long a page takes, from being opened as a file, until the explorable on its first screen is live."""
    for name in (CHAPTER, BY_HAND, "notebooks/index.html"):
        times = []
        for _ in range(11):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.add_init_script(WATCH_FIRST_DRAWING)
            page.goto((SITE / name).as_uri())
            page.wait_for_function("window.drawn_ms")
            times.append(page.evaluate("window.drawn_ms"))
            context.close()
        times = times[1:]  # the first warms the browser up
        yield Result(f"{name}, from disk to live figure", spread(times, "ms", 0), "at most 500 ms")


def weights(browser: Browser) -> Iterator[Result]:
    """What a page loads in all, each part gzipped."""
    kinds = [("book/how-to.html", "prose", 160), ("book/notation.html", "with mathematics", 220)]
    kinds += [(CHAPTER, "with explorables", 490), (BY_HAND, "with explorables", 490)]
    with served() as home:
        for page, kind, limit in kinds:
            parts = weigh(browser, f"{home}/{page}")
            total = sum(part.weight for part in parts) / 1000
            yield Result(f"{page}, {kind}, gzipped", f"{total:.0f} KB in {len(parts)} parts", f"at most {limit} KB")


def builds() -> Iterator[Result]:
    """How long the site takes to build, from nothing and with nothing changed."""
    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    yield Result("clean `make html`, all parts installed", spread([timed_build()], "s", 1), "at most 60 s")
    again = [timed_build() for _ in range(3)]
    yield Result("`make html` with nothing changed", spread(again, "s", 1), "at most 10 s")


def timed_build() -> float:
    """Seconds of one `make html`."""
    command = [sys.executable, "-m", "tools.site", "html"]
    return timed(partial(subprocess.run, command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL))
