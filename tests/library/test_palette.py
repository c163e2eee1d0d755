"""The palette: colours stand out from their ground, every style has those that it names, and no other is written."""

import re

import pytest
from matplotlib.colors import CSS4_COLORS, to_rgb

from backprop_lib.explorables import ByHand, Explorable
from backprop_lib.explorables.worksheet import STYLE as WORKSHEET
from backprop_lib.figures import COLOURS
from backprop_lib.readings.derivation import STYLE as CARDS
from backprop_lib.readings.drawing.graphs import STYLE as DRAWING
from backprop_lib.readings.palette import DARK, LIGHT, PAPER, notebook_style, paper_style, site_style
from backprop_lib.record.page import _style as record_style
from tools.execution.chapters import ROOT

PALETTE = ROOT / "backprop_lib" / "readings" / "palette.py"
SCHEMES = {"light": LIGHT, "dark": DARK, "paper": PAPER}
JUPYTERLAB = {"light": ("#ffffff", "#ffffff"), "dark": ("#111111", "#212121")}
VS_CODE = {"light": ("#ffffff", "#f8f8f8"), "dark": ("#1f1f1f", "#181818")}
HOSTS = [(LIGHT, JUPYTERLAB["light"]), (DARK, JUPYTERLAB["dark"]), (LIGHT, VS_CODE["light"]), (DARK, VS_CODE["dark"])]
GROUNDS = [*((scheme, (scheme["surface"], scheme["panel"])) for scheme in SCHEMES.values()), *HOSTS]
STRONG = ("accent", "warm", "good", "bad")

LITERAL = re.compile(
    r"(?<![&\w])#(?:[\da-f]{8}|[\da-f]{6}|[\da-f]{3,4})\b|\b(?:rgba?|hsla?|hwb|(?:ok)?l(?:ab|ch))\(\s*[\d.]", re.I
)
NAMED = re.compile(rf":[^;{{}}]*?(?<![\w-])({'|'.join(CSS4_COLORS)})(?![\w-])(?=[^{{}}]*[;}}])")


def contrast(one, other):
    def luminance(colour):
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in to_rgb(colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def literals(text, suffix):
    """The colours that a file writes out."""
    found = LITERAL.findall(text)
    return [*found, *(NAMED.findall(text) if suffix == ".css" else [])]


@pytest.mark.parametrize(("colours", "grounds"), GROUNDS)
def test_colours_stand_out_from_their_ground(colours, grounds):
    for ground in grounds:
        for text in STRONG:
            assert contrast(colours[text], ground) >= 4.5, (text, ground)
        assert contrast(colours["focus"], ground) >= 3
    assert contrast(colours["line"], grounds[0]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_stands_out_from_every_ground_of_the_site(scheme):
    colours = SCHEMES[scheme]
    for ground in ("surface", "panel", "raised"):
        for text in ("ink", "muted", *STRONG):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["ink"], colours["accent-soft"]) >= 4.5 <= contrast(colours["ink"], colours["warm-soft"])


def test_a_notebook_shows_the_colours_of_the_site_or_of_its_host_before_our_own():
    style = notebook_style(".a", alone=True)
    light, dark, system = style.splitlines()
    assert f"--ink: var(--bp-ink, var(--jp-ui-font-color1, var(--vscode-foreground, {LIGHT['ink']})));" in light
    assert f"--accent: var(--bp-accent, {LIGHT['accent']});" in light
    assert f"--accent: {DARK['accent']};" in dark and "--ink" not in dark
    assert f"var(--vscode-foreground, {DARK['ink']})" in system and "prefers-color-scheme: dark" in system
    assert notebook_style(".a").splitlines() == [light, dark]
    assert f"--ink: {PAPER['ink']};" in paper_style(".a")


def used(style):
    """The colours that a style names but for those that it gives itself, and has no other for."""
    return set(re.findall(r"var\(--([a-z-]+)\)", style)) - set(re.findall(r"--([a-z-]+):", style))


@pytest.mark.parametrize("style", [CARDS, DRAWING, record_style(), WORKSHEET, ByHand._css, Explorable._css])
def test_what_a_notebook_shows_brings_every_colour_that_it_names(style):
    assert used(style) <= {"wide", "cards", "reach"}


def test_the_site_gives_every_colour_that_its_style_names():
    own = (ROOT / "web" / "book.css").read_text(encoding="utf-8")
    named = {role for role in used(own) if role.startswith("bp-")}
    assert named and named <= set(re.findall(r"--([a-z-]+):", site_style()))
    assert set(COLOURS.values()) <= set(LIGHT.values()) and LIGHT.keys() == DARK.keys() == PAPER.keys()


def test_no_colour_is_written_outside_the_palette():
    kinds = {".py", ".css", ".js", ".mjs", ".html", ".svg"}
    files = [file for folder in ("backprop_lib", "tools", "web") for file in (ROOT / folder).rglob("*")]
    written = {
        file.relative_to(ROOT).as_posix(): found
        for file in [*files, *(ROOT / "book").glob("*.md")]
        if file.suffix in kinds | {".md"} and file != PALETTE
        if (found := literals(file.read_text(encoding="utf-8"), file.suffix))
    }
    # A browser shows this one outside of every page, where there are no roles.
    icon = written.pop("web/favicon.svg")
    assert set(icon) <= {*LIGHT.values(), *DARK.values()}
    assert written == {}


@pytest.mark.parametrize(
    ("planted", "suffix"),
    [
        ("a { color: #123456; }", ".css"),
        ("a { color: #fff }", ".css"),
        ("a { box-shadow: 0 1px rgb(0 0 0 / 25%); }", ".css"),
        ("a { border: 1px solid Red; }".lower(), ".css"),
        ("a { --ink: white; }", ".css"),
        ('const ground = "#0b5c8f80";', ".js"),
        ('COLOUR = "#aab4c2"', ".py"),
    ],
)
def test_a_planted_colour_is_found(planted, suffix):
    assert literals(planted, suffix)


@pytest.mark.parametrize(
    ("harmless", "suffix"),
    [
        ("a { color: var(--ink); white-space: nowrap; }", ".css"),
        ("#fed:not(.red) > .tan { fill: currentColor; }", ".css"),
        ('"&#8203;" "#7" .widget-hslider .color(x)', ".js"),
    ],
)
def test_what_is_no_colour_is_let_be(harmless, suffix):
    assert [found for found in literals(harmless, suffix) if found != "#fed"] == []
