"""Matplotlib figures in the book's one style: drawn in the colours of the page, light or dark, and told in words.

A figure is stored as SVG inside the page, so its lettering is text, and its colours are the page's own variables.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..graph.errors import GraphError, brief
from ..graph.validation import real_array
from ..readings.palette import LIGHT

COLOURS = {role: LIGHT[role] for role in ("ink", "muted", "line", "accent", "warm", "good", "bad")}
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


def panels(count: int, **options: Any) -> tuple[list[Figure], list[Axes]]:
    """Several figures for one `picture`: side by side where there is room, one below the other on a phone."""
    drawn = [figure(**options) for _ in range(count)]
    return [one for one, _ in drawn], [axes for _, axes in drawn]


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


def picture(drawn: Figure | Sequence[Figure], title: str, description: str) -> Picture:
    """Finish a figure for the page, and close it.

    Parameters
    ----------
    drawn : matplotlib Figure, or several
        Coloured from `COLOURS` only; several, made by `panels`, become one picture.
    title : str
        The caption.
    description : str
        What there is to see in it, with its numbers computed: a screen reader reads this in place of the picture.
    """
    named = f'role="img" aria-label="{html.escape(description)}"'
    if isinstance(drawn, Figure):
        return Picture(_page_svg(drawn, named), title, description)
    beside = "".join(_page_svg(one, 'aria-hidden="true" style="flex:1 1 16rem;min-width:0"') for one in drawn)
    return Picture(f'<div {named} style="display:flex;flex-wrap:wrap">{beside}</div>', title, description)


def _page_svg(drawn: Figure, attributes: str) -> str:
    """The drawing alone, scaling with the page, without the identifiers that two figures would share."""
    stream = io.StringIO()
    with plt.rc_context(STYLE):
        drawn.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    plt.close(drawn)
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :]
    used = set(re.findall(r"#([\w-]+)", svg))
    svg = re.sub(r' id="([\w-]+)"', lambda m: m[0] if m[1] in used else "", svg)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    opening, rest = svg.removeprefix("<svg").split(">", 1)
    svg = f"<svg {attributes}" + re.sub(r' (width|height)="[^"]*"', "", opening) + ">" + rest
    for role, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--bp-{role}, {colour})")
    return svg.strip()


HEAT_STYLE = Path(__file__).with_name("figures.css").read_text(encoding="utf-8")
"""How heat maps look; the class thrice, so that the rules of the page for the tables of its text do not reach in."""
DEEPEST = 45
"""Percent of the accent colour in the deepest cell: more, and its numbers would be hard to read, light or dark."""


@dataclass(frozen=True)
class HeatMap:
    """A table whose cells are the deeper in colour the larger their share; each prints its number and its spread."""

    shares: Sequence[Sequence[float]]
    cells: Sequence[Sequence[tuple[str, str]]]
    rows: Sequence[str]
    columns: Sequence[str]
    names: tuple[str, str]
    title: str

    def _repr_html_(self) -> str:
        down, across = map(html.escape, self.names)
        heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in self.columns)
        body = "".join(
            f'<tr><th scope="row">{html.escape(name)}</th>{"".join(map(_heat_cell, shares, cells))}</tr>'
            for name, shares, cells in zip(self.rows, self.shares, self.cells, strict=True)
        )
        return (
            f"<style>\n{HEAT_STYLE}</style>"
            f'<figure class="bp-heat"><figcaption>{html.escape(self.title)}</figcaption><table>'
            f'<thead><tr><td></td><th scope="colgroup" colspan="{len(self.columns)}">{across}</th></tr>'
            f'<tr><th scope="col">{down}</th>{heads}</tr></thead><tbody>{body}</tbody></table></figure>'
        )

    def __repr__(self) -> str:
        return f"Table: {self.title.rstrip('.')}, for {len(self.rows)} × {len(self.columns)} cells."


@dataclass(frozen=True)
class Beside:
    """Heat maps side by side where there is room, else one below the other."""

    maps: Sequence[HeatMap]

    def _repr_html_(self) -> str:
        return f'<div class="bp-beside">{"".join(map_._repr_html_() for map_ in self.maps)}</div>'

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.maps))


def _heat_cell(share: float, cell: tuple[str, str]) -> str:
    number, spread = map(html.escape, cell)
    mixed = f"color-mix(in srgb, var(--bp-accent, {COLOURS['accent']}) {DEEPEST * share:.0f}%, transparent)"
    return f'<td style="background:{mixed}">{number}<small>{spread}</small></td>'


def heat_map(
    shares: Any,
    cells: Sequence[Sequence[tuple[str, str]]],
    rows: Sequence[str],
    columns: Sequence[str],
    names: tuple[str, str],
    title: str,
) -> HeatMap:
    """A table of results whose colour shows at a glance where they are good.

    It is a table, and no picture, so that its numbers keep their size on a phone and are read aloud cell by cell.

    Parameters
    ----------
    shares : array_like, shape (rows, columns)
        How deep each cell is coloured, from 0 to 1.
    cells : sequence of sequence of pairs of str
        What each cell prints: a number, and below it, smaller, its spread.
    rows, columns : sequence of str
        What stands before each row and above each column.
    names : pair of str
        What the rows are, and what the columns are.
    title : str
        The caption.

    Returns
    -------
    HeatMap

    Raises
    ------
    GraphError
        If shares and cells are not as many as rows and columns, a share lies outside 0 and 1, or a text is none.

    Notes
    -----
    Introduced in the chapter *The encoder*.
    """
    _check_texts(rows, "rows")
    _check_texts(columns, "columns")
    _check_texts(names, "names", 2)
    _check_texts([title], "title")
    array, expected = real_array(shares, "The shares of a heat map"), (len(rows), len(columns))
    for row in cells if isinstance(cells, Sequence) else [cells]:
        for cell in row if isinstance(row, Sequence) and not isinstance(row, str) else [row]:
            _check_texts(cell, "cells", 2)
    found = (len(cells), *{len(row) for row in cells})
    if array.shape != expected or found != expected:
        told = f"Shares of shape {array.shape} and cells of shape {found}."
        raise GraphError(told, f"{expected[0]} rows and {expected[1]} columns", "one for each row and column named.")
    if not ((array >= 0) & (array <= 1)).all():
        told = f"A share of {brief(array[(array < 0) | (array > 1)].flat[0])}."
        raise GraphError(told, "shares from 0 to 1", "the largest value as 1, the smallest as 0.")
    return HeatMap(array.tolist(), cells, rows, columns, names, title)


def _check_texts(given: Any, role: str, number: int | None = None) -> None:
    """Whether these are several texts, or so many."""
    listed = isinstance(given, Sequence) and not isinstance(given, str | bytes)
    if not listed or not all(isinstance(text, str) for text in given) or len(given) != (number or len(given)):
        told = f"The {role} of a heat map: {brief(given)}."
        raise GraphError(told, "a pair of texts" if number == 2 else "texts, in a list", '("8", "7–8"), say.')
