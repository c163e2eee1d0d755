"""Every page of the built site in a real browser, wide and narrow, light and dark, over http and from its file."""

from __future__ import annotations

import pytest

from tools.checks import browser as looking
from tools.checks.browser import SCHEMES, SITE, faults, violations
from tools.site.build import listed_pages

PAGES = [*(f"{name}.html" for name in listed_pages()), "search.html"]


def test_every_page_that_was_published_is_looked_at(site):
    """Whatever way a page has come into the book; the site's own address only leads on."""
    published = {page.relative_to(SITE).as_posix() for page in SITE.rglob("*.html")}
    assert {name for name in published if not name.startswith("planted/")} - {"index.html"} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault(browser, address, name):
    """No request to another host, no complaint in the console, no violation for axe, no scrolling sideways."""
    assert faults(browser, [f"{address}/{name}", f"{SITE.as_uri()}/{name}"]) == []


PLANTED = {
    "axe, image-alt": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    "axe, color-contrast": '<p style="color: #999; background: #fff">hard to read</p>',
    "axe, label": "<details><summary>Folded</summary><input></details>",
    "scrolls sideways": '<div style="width: 2000px">wide</div>',
    "console": "<script>console.error('planted')</script>",
    "another host": '<img alt="" src="http://127.0.0.2:9/planted.png">',
    "not loaded": '<link rel="stylesheet" href="missing.css">',
}


def planted_faults(browser, plant, markup, *variants):
    """What is found wrong with a page that has no fault of its own, once `markup` stands below its title."""
    name = plant("book/notation.html", lambda text: text.replace("</h1>", "</h1>" + markup, 1))
    return faults(browser, [f"{SITE.as_uri()}/{name}"], variants)


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_found(browser, plant, kind):
    found = planted_faults(browser, plant, PLANTED[kind], (390, "light"))
    assert any(fault.startswith(kind) for fault in found), found


FAINT = "{ color: #999; background: #fff }"
TEXT, NAMELESS, WIDE = '<p class="text">hard to read</p>', PLANTED["axe, image-alt"], PLANTED["scrolls sideways"]
LINK = '<p class="only">A sentence of many words, and in it <a href="#">a link</a> as in any other.</p>'
UNMARKED = "{ color: #333 !important; text-decoration: none !important; border: 0 !important }"
FOLDED = '<details><summary class="text">Folded</summary><div>{}</div></details>'
IN_ONE_STATE_ONLY = {
    "axe, color-contrast": [
        ("dark", 390, f"html[data-theme=dark] .text {FAINT}", TEXT),
        ("light", 1280, f"html[data-theme=light] .text {FAINT}", TEXT),
        ("light", 390, f"@media (width < 600px) {{ .text {FAINT} }}", TEXT),
        ("light", 1280, f"div > .text {FAINT}", FOLDED.format(TEXT)),
        ("light", 1280, f"details:not([open]) .text {FAINT}", FOLDED.format("")),
        ("light", 1280, f"details[open] .text {FAINT}", FOLDED.format("")),
    ],
    "axe, image-alt": [
        ("dark", 390, "html[data-theme=light] .only img { display: none }", f'<p class="only">{NAMELESS}</p>'),
        ("light", 390, "@media (width > 600px) { .only img { display: none } }", f'<p class="only">{NAMELESS}</p>'),
        ("dark", 1280, "html[data-theme=light] .only img { visibility: hidden }", f'<p class="only">{NAMELESS}</p>'),
        ("light", 1280, "", FOLDED.format(NAMELESS)),
    ],
    "axe, link-in-text-block": [
        (
            "dark",
            390,
            f"html[data-theme=dark] .only a {UNMARKED} html[data-theme=dark] .only {{ color: #444; background: #fff }}",
            LINK,
        ),
        (
            "light",
            1280,
            f"html[data-theme=light] .only a {UNMARKED} html[data-theme=light] .only {{ color: #444 }}",
            LINK,
        ),
    ],
    "scrolls sideways": [
        ("light", 390, "", WIDE.replace("2000px", "800px")),
        ("dark", 1280, "", FOLDED.format(WIDE)),
    ],
}


@pytest.mark.parametrize(
    "fault, scheme, width, style, markup",
    [(fault, *planted) for fault, several in IN_ONE_STATE_ONLY.items() for planted in several],
)
def test_a_fault_of_one_width_or_scheme_or_of_what_is_folded_is_found(
    browser, plant, fault, scheme, width, style, markup
):
    """Also where the other scheme, which has no such fault, was judged before."""
    variants = [(width, other) for other in sorted(SCHEMES, key=scheme.__eq__)]
    found = planted_faults(browser, plant, f"<style>{style}</style>{markup}", *variants)
    assert found and all(one.startswith(fault) for one in found), found


BELOW_TITLE = "document.querySelector('h1').insertAdjacentHTML('afterend', '{}')"
NARROW, FILE = "innerWidth < 600", "location.protocol === 'file:'"
DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
AT_THE_START = {
    "console": "console.error('planted')",
    "figure": BELOW_TITLE.format('<p class="bp-notice">could not start</p>'),
    "scrolls sideways": BELOW_TITLE.format(WIDE),
    "another host": BELOW_TITLE.format(PLANTED["another host"]),
    "axe, image-alt": BELOW_TITLE.format(NAMELESS),
}


def everywhere(browser, address, plant, script):
    """What is found wrong in all variants, over http and from its file, with a page that runs `script` at its end."""
    name = plant("book/notation.html", lambda text: text.replace("</body>", f"<script>{script}</script></body>"))
    return faults(browser, [f"{address}/{name}", f"{SITE.as_uri()}/{name}"])


@pytest.mark.parametrize("when, where", [(NARROW, "(390 px, "), (DARK, ", dark, "), (FILE, ", file)")])
def test_what_goes_wrong_only_in_a_page_that_starts_narrow_or_dark_or_from_its_file_is_found(
    browser, address, plant, when, where
):
    """A page that is moved from one variant to the next starts in the first one only."""
    found = everywhere(browser, address, plant, f"if ({when}) {{ {'; '.join(AT_THE_START.values())} }}")
    for fault in AT_THE_START:
        assert any(one.startswith(fault) and where in one for one in found), (fault, found)


def test_a_page_that_is_not_the_same_when_it_is_opened_as_when_it_is_moved_is_opened_in_every_variant(
    browser, address, plant
):
    marked, planted = "document.querySelector('h1').dataset.started = innerWidth", AT_THE_START["console"]
    found = everywhere(browser, address, plant, f"{marked}; if (!({NARROW}) && {DARK}) {planted}")
    assert [fault for fault in found if fault.endswith("http)")] == ["console: planted (1280 px, dark, http)"]


def test_a_page_that_is_the_same_everywhere_is_opened_twice(browser, address, monkeypatch):
    started, opened = [], looking.opened
    monkeypatch.setattr(looking, "opened", lambda *how: started.append(how[1:]) or opened(*how))
    http, file = (f"{home}/book/notation.html" for home in (address, SITE.as_uri()))
    assert faults(browser, [http, file]) == []
    assert started == [(http, 1280, "light"), (file, 390, "dark")]


def test_a_fault_of_only_one_protocol_is_found(browser, address, plant):
    """The second page is judged too, unless it is the same to the letter."""
    nameless = (
        "if (location.protocol === 'file:') document.querySelector('h1').insertAdjacentHTML('afterend', '<img src>')"
    )
    name = plant("book/notation.html", lambda text: text.replace("</body>", f"<script>{nameless}</script></body>"))
    found = faults(browser, [f"{address}/{name}", f"{SITE.as_uri()}/{name}"], [(1280, "light")])
    assert [fault[-6:] for fault in found if fault.startswith("axe, image-alt")] == [" file)"]


def test_a_figure_is_judged_alone_by_all_rules_on_what_is_in_it(browser, site):
    markup = f"<main><h1>Figures</h1><div id='one'>{NAMELESS}<input>{PLANTED['axe, color-contrast']}</div><p id='two'>A"
    with looking.opened(browser, "about:blank") as (page, _):
        page.set_content(f'<!doctype html><html lang="en"><title>Figures</title>{markup}')
        assert [one.split(":")[0] for one in violations(page, page.locator("#one"))] == [
            *("axe, color-contrast", "axe, image-alt", "axe, label")
        ]
        assert violations(page, page.locator("#two")) == []
