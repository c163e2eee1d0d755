"""What all pictures share: letters, names with their indices, and the frame round the whole.

A picture must come out the same everywhere, so widths are taken from a table that no usual font exceeds.
"""

from __future__ import annotations

import hashlib
import html
import re

from ...graph.errors import GraphError, brief
from ..formula import split

Piece = tuple[str, str]
"""Some letters and how they stand: "" upright, "i" italic, "sub" or "sup"."""

Label = str | tuple[Piece, ...]
"""Upright letters, or several pieces of which some stand otherwise."""

_ALIKE = {"iljI.,:;'|![] ": 36, "ftr()-⁻¹": 44, "mwMW@%→": 98, "ABCDEFGHJKLNOPQRSTUVXYZ&Σ": 76, "+−×÷=∂": 68}
WIDTHS = {letter: width for letters, width in _ALIKE.items() for letter in letters}
"""Hundredths of the size of the letters."""

UNLISTED = 64
"""What a letter takes that is not in the table, such as a digit."""

SMALL = 74
"""An index, in hundredths of the size of its name."""


def name_label(name: str) -> tuple[Piece, ...]:
    """A name as the book sets it: one letter in italics, its index lowered."""
    stem, index = split(name)
    return ((stem, "i" if len(stem) == 1 else ""), *(((index, "sub"),) if index else ()))


def _pieces(label: Label) -> tuple[Piece, ...]:
    return ((label, ""),) if isinstance(label, str) else label


def width(label: Label, size: int) -> int:
    """Pixels that a label takes at a size of letters, rather too many than too few."""
    hundredths = sum(
        WIDTHS.get(letter, UNLISTED) * (SMALL if kind in ("sub", "sup") else 100) // 100
        for text, kind in _pieces(label)
        for letter in text
    )
    return hundredths * size // 100 + 1


def svg_text(label: Label, x: int, y: int, kind: str, size: int) -> str:
    """A `<text>` element. It brings size and colour along, for a host that takes the style sheet away."""
    place = f'x="{x}" y="{y}" font-size="{size}" text-anchor="middle"'
    return f'<text class="{kind}" {place}>{set_pieces(label, size)}</text>'


def set_pieces(label: Label, size: int) -> str:
    """What stands in a `<text>` element."""
    pieces, shift = [], 0
    for text, style in _pieces(label):
        wanted = {"sub": size // 4, "sup": -(size * 2 // 5)}.get(style, 0)
        move = f' dy="{wanted - shift}"' if wanted != shift else ""
        shift = wanted
        small = f' font-size="{size * SMALL // 100}"' if wanted else ""
        slant = ' font-style="italic"' if style == "i" else ""
        plain = not (move or small or slant)
        pieces.append(html.escape(text) if plain else f"<tspan{move}{small}{slant}>{html.escape(text)}</tspan>")
    return "".join(pieces)


_XML = re.compile("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
"""What may stand in a picture: its format knows no other letters."""


def checked_text(value: object, role: str) -> str:
    """The value itself if it is text that a picture can hold; `role` opens the error message."""
    if isinstance(value, str) and _XML.fullmatch(value):
        return value
    raise GraphError(
        f"{role} was given as {brief(value)}.", "text, without control characters", "letters in quotes, such as 'h1'."
    )


PHONE = 340
"""Pixels that any screen has: a picture no wider never scrolls."""


def document(inner: str, wide: int, high: int, title: str, description: str) -> str:
    """A picture as SVG, with its title and what is read aloud in its place tied to it."""
    title, description = html.escape(title), html.escape(description)
    id = f"bp-{hashlib.sha256((title + description + inner).encode()).hexdigest()[:10]}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'style="--wide:{wide}px" role="img" aria-labelledby="{id}-t {id}-d" fill="currentColor" '
        f'font-family="system-ui, sans-serif"><title id="{id}-t">{title}</title><desc id="{id}-d">{description}</desc>'
        f"{inner}</svg>"
    )


def framed(svg: str, wide: int, title: str, caption: str, legend: str = "", kind: str = "bp-drawing") -> str:
    """A picture with its caption, in a frame that scrolls sideways where there is not enough room for it."""
    scrolls = f' role="group" tabindex="0" aria-label="{html.escape(title)}"' if wide > PHONE else ""
    return (
        f'<figure class="{kind}"><div class="bp-scroll"{scrolls}>{svg}</div><figcaption>'
        f'<span class="bp-caption">{html.escape(caption)}</span> '
        f'<span class="bp-legend">{html.escape(legend)}</span></figcaption></figure>'
    )
