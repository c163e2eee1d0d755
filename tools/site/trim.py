"""What a page need not load: the theme's style rules that match nothing in the book, and the icons nobody sees.

The theme's style sheets are 64 kB gzipped and its icon fonts 300 kB, of which the book uses a small part. PurgeCSS cuts
the first, in web/trim.mjs, and fontTools the second, to what the style that is left draws.
"""

from __future__ import annotations

import io
import logging
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it reports every table it touches

SCRIPT = Path(__file__).resolve().parents[2] / "web" / "trim.mjs"
ICON_CHARACTER = re.compile(r"[\ue000-\uf8ff]")
ESCAPED_CHARACTER = re.compile(r"\\([ef][0-9a-f]{3})\b")


class TrimError(Exception):
    """Why the style could not be cut, in the words of Node."""


def trimmed(theme: Iterable[str], own: str, folder: Path, content: Iterable[Path], node: str) -> str:
    """One style sheet: of the theme's what `content` may use, and all of our own.

    The theme's rules are a layer, so that ours prevail however particular its selectors are.

    Parameters
    ----------
    theme : iterable of str
        The theme's style sheets, files in `folder`.
    own : str
        The text of ours.
    folder : Path
    content : iterable of Path
        Pages and scripts: whatever word stands in them may be a name in the theme's.
    node : str
        The path of Node.

    Raises
    ------
    TrimError
        For a style sheet that is missing, or cannot be read.
    """
    entry = "\n".join([*(f'@import "./{sheet}" layer(theme);' for sheet in theme), own])
    run = subprocess.run(
        [node, str(SCRIPT), str(folder), *map(str, content)],
        input=entry,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if run.returncode or run.stderr:
        raise TrimError(run.stderr.strip())
    return run.stdout


def characters_drawn(sheet: str) -> set[str]:
    """The icon characters that the style sheet `sheet` writes (`content: "\\f0da"`, or the character)."""
    return set(ICON_CHARACTER.findall(sheet)) | {chr(int(code, 16)) for code in ESCAPED_CHARACTER.findall(sheet)}


def subset_font(font: Path, characters: Iterable[str]) -> bytes:
    """The bytes of a WOFF2 font with only `characters` of the file `font`; the same input gives the same bytes."""
    options = subset.Options(
        flavor="woff2", layout_features=[], hinting=False, desubroutinize=True, notdef_outline=True
    )
    reduced = TTFont(font, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(c) for c in characters])
    cutter.subset(reduced)
    reduced.flavor = "woff2"
    out = io.BytesIO()
    reduced.save(out)
    return out.getvalue()
