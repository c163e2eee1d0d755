"""Matplotlib figures in the book's one style: drawn in the colours of the page, light or dark, and told in words.

A figure is stored as SVG inside the page, so its lettering is text, and its colours are the page's own variables.
"""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLOURS = {
    "ink": "#1c2430",
    "muted": "#566072",
    "line": "#aab4c2",
    "accent": "#0b5c8f",
    "warm": "#b4470b",
    "good": "#1b6e43",
    "bad": "#b3261e",
}
"""The palette by role: each becomes the page's variable `--bp-ROLE`, with this colour where there is none."""

# The type of the keys has a name in Matplotlib's newest versions only.
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "book",
    "font.family": "sans-serif",
    "font.size": 11,
    "figure.figsize": (7.2, 3.6),
    "figure.constrained_layout.use": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": COLOURS["muted"],
    "axes.labelcolor": COLOURS["ink"],
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.unicode_minus": True,
    "grid.color": COLOURS["line"],
    "grid.linestyle": (0, (2, 4)),
    "grid.linewidth": 0.8,
    "text.color": COLOURS["ink"],
    "xtick.color": COLOURS["muted"],
    "ytick.color": COLOURS["muted"],
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
}


def figure(**options: Any) -> tuple[Figure, Axes]:
    """A Matplotlib figure and its axes in the book's style; options go to `matplotlib.pyplot.subplots`."""
    with plt.rc_context(STYLE):
        return plt.subplots(**options)


@dataclass(frozen=True)
class Picture:
    """A finished figure: its markup, and what it says to a reader who does not see it."""

    svg: str
    title: str
    description: str

    def _repr_html_(self) -> str:
        return f'<figure class="bp-plot">{self.svg}<figcaption>{html.escape(self.title)}</figcaption></figure>'

    def __repr__(self) -> str:
        return f"Figure: {self.title.rstrip('.')}. {self.description}"


def picture(drawn: Figure, title: str, description: str) -> Picture:
    """Finish a figure for the page, and close it.

    Parameters
    ----------
    drawn : matplotlib Figure
        Coloured from `COLOURS` only.
    title : str
        The caption.
    description : str
        What there is to see in it, with its numbers computed: a screen reader reads this in place of the picture.
    """
    stream = io.StringIO()
    with plt.rc_context(STYLE):
        drawn.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    plt.close(drawn)
    return Picture(_page_svg(stream.getvalue(), description), title, description)


def _page_svg(svg: str, description: str) -> str:
    """The drawing alone, scaling with the page, without the identifiers that two figures would share."""
    svg = svg[svg.index("<svg") :]
    used = set(re.findall(r"#([\w-]+)", svg))
    svg = re.sub(r' id="([\w-]+)"', lambda m: m[0] if m[1] in used else "", svg)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    opening = f'<svg role="img" aria-label="{html.escape(description)}"'
    svg = re.sub(r'<svg\b([^>]*?) width="[^"]*"', r"<svg\1", svg, count=1)
    svg = re.sub(r'<svg\b([^>]*?) height="[^"]*"', r"<svg\1", svg, count=1).replace("<svg", opening, 1)
    for role, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--bp-{role}, {colour})")
    return svg.strip()
