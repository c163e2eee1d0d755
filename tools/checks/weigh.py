"""What a page weighs: the gzipped size of everything it loads.

    python -m tools.checks.weigh PAGE…          pages below _build/html, such as book/how-to.html

Each page is opened in a fresh Chromium, over http from this machine, and read to its end: what loads late counts.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Response as Answer

from tools.checks.browser import chromium, served

# Formats that are compressed already: a server sends them as they are.
COMPRESSED = {".woff2", ".png", ".jpg", ".gif", ".whl"}


@dataclass(frozen=True)
class Response:
    """One file that a page has loaded, and what it weighs in bytes, gzipped unless its format is compressed already."""

    address: str
    weight: int


def weigh(browser: Browser, address: str) -> list[Response]:
    """All that the page at `address` loads in `browser`, as a list of `Response`, heaviest first."""
    responses: list[Answer] = []
    page = browser.new_page()
    try:
        page.on("response", lambda response: responses.append(response))
        page.goto(address, wait_until="networkidle")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        # A figure's module is read from the page's own text: `blob:` and `data:` load nothing.
        loaded = {r.url: _weight(r) for r in responses if r.url.startswith("http")}
    finally:
        page.close()
    return sorted((Response(url, weight) for url, weight in loaded.items()), key=lambda r: -r.weight)


def _weight(response: Answer) -> int:
    body = response.body() if response.ok else b""
    return len(body) if Path(response.url.split("?")[0]).suffix in COMPRESSED else len(gzip.compress(body, 6))


def main(pages: Iterable[str]) -> None:
    """Print what each of `pages` weighs, response by response."""
    with served() as home, chromium() as browser:
        for page in pages:
            responses = weigh(browser, f"{home}/{page}")
            for response in responses:
                print(f"{response.weight / 1000:8.1f} kB  {response.address.removeprefix(home + '/')}")
            print(f"{sum(r.weight for r in responses) / 1000:8.1f} kB  {page}, all told\n")


if __name__ == "__main__":
    main(sys.argv[1:] or ["book/how-to.html", "book/notation.html", "notebooks/one-weight.html"])
