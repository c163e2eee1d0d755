"""Every page of the built site in a real browser, wide and narrow, light and dark, over http and from its file."""

from __future__ import annotations

import pytest

from tools.browser import SCHEMES, SITE, WIDTHS, faults
from tools.site import listed_pages

PAGES = [*(f"{name}.html" for name in listed_pages()), "search.html"]


def test_every_page_that_was_published_is_looked_at(site):
    """Whatever way a page has come into the book; the site's own address only leads on."""
    published = {page.relative_to(SITE).as_posix() for page in SITE.rglob("*.html")}
    assert {name for name in published if not name.startswith("planted/")} - {"index.html"} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS.values())
def test_a_page_has_no_fault(browser, address, name, scheme, width):
    """No request to another host, no complaint in the console, no violation for axe, no scrolling sideways."""
    assert faults(browser, [f"{address}/{name}", f"{SITE.as_uri()}/{name}"], width, scheme) == []


PLANTED = {
    "axe, image-alt": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    "axe, color-contrast": '<p style="color: #999; background: #fff">hard to read</p>',
    "axe, label": "<details><summary>Folded</summary><input></details>",
    "scrolls sideways": '<div style="width: 2000px">wide</div>',
    "console": "<script>console.error('planted')</script>",
    "another host": '<img alt="" src="http://127.0.0.2:9/planted.png">',
    "not loaded": '<link rel="stylesheet" href="missing.css">',
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_found(browser, plant, kind):
    name = plant("book/notation.html", lambda text: text.replace("</h1>", "</h1>" + PLANTED[kind], 1))
    found = faults(browser, [f"{SITE.as_uri()}/{name}"], width=390)
    assert any(fault.startswith(kind) for fault in found), found


def test_a_fault_of_only_one_protocol_is_found(browser, address, plant):
    """The second page is judged too, unless it is the same to the letter."""
    nameless = (
        "if (location.protocol === 'file:') document.querySelector('h1').insertAdjacentHTML('afterend', '<img src>')"
    )
    name = plant("book/notation.html", lambda text: text.replace("</body>", f"<script>{nameless}</script></body>"))
    found = faults(browser, [f"{address}/{name}", f"{SITE.as_uri()}/{name}"])
    assert [fault[-7:] for fault in found if fault.startswith("axe, image-alt")] == [" (file)"]
