"""Letters in a picture: names with their indices, and how wide they are on any machine.

A picture must come out the same everywhere, so widths are taken from a table that no usual font exceeds.
"""

from __future__ import annotations

import html
import re

from .formula import split

Piece = tuple[str, str]
"""Some letters and how they stand: "" upright, "i" italic, "sub" or "sup"."""

Label = tuple[Piece, ...]

_WIDTHS = {"iljI.,:;'|![] ": 36, "ftr()-⁻¹": 44, "mwMW@%→": 98, "ABCDEFGHJKLNOPQRSTUVXYZ&Σ": 76, "+−×÷=∂": 68}
_WIDTH = {letter: width for letters, width in _WIDTHS.items() for letter in letters}
"""Hundredths of the size of the letters; what is not listed, such as a digit, takes 64."""

SMALL = 74
"""An index, in hundredths of the size of its name."""


def name_label(name: str) -> Label:
    """A name as the book sets it: one letter in italics, its index lowered."""
    stem, index = split(name)
    return ((stem, "i" if len(stem) == 1 else ""), *(((index, "sub"),) if index else ()))


def width(label: Label, size: int) -> int:
    """Pixels that a label takes at a size of letters, rather too many than too few."""
    hundredths = sum(
        _WIDTH.get(letter, 64) * (SMALL if kind in ("sub", "sup") else 100) // 100
        for text, kind in label
        for letter in text
    )
    return hundredths * size // 100 + 1


def svg_text(label: Label, x: int, y: int, kind: str, size: int, anchor: str = "middle") -> str:
    """A `<text>` element. It brings size and colour along, for a host that takes the style sheet away."""
    pieces, shift = [], 0
    for text, style in label:
        wanted = {"sub": size // 4, "sup": -(size * 2 // 5)}.get(style, 0)
        move = f' dy="{wanted - shift}"' if wanted != shift else ""
        shift = wanted
        small = f' font-size="{size * SMALL // 100}"' if wanted else ""
        slant = ' font-style="italic"' if style == "i" else ""
        plain = not (move or small or slant)
        pieces.append(html.escape(text) if plain else f"<tspan{move}{small}{slant}>{html.escape(text)}</tspan>")
    return f'<text class="{kind}" x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}">{"".join(pieces)}</text>'


def plain(label: Label) -> str:
    """The letters alone; what is raised or lowered in brackets stays in them."""
    return re.sub(r"\s+", " ", "".join(text for text, _ in label)).strip()
