"""Numbers as people write them: with a comma or a point, a true minus, a fraction, a power of ten, blanks inside.

A comma or a point that stands alone begins the decimals, whichever it is: the numbers of this book are decimals, so
1,234 is 1.234, and where that could have been a thousand it is said how it was read. Where both stand, the first parts
thousands, 1.234,5 or 1,234.5, and so does what stands more than once between groups of three, 1,234,567. Blanks and
apostrophes may always stand inside.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from ..graph.errors import brief

FRACTIONS = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8"}
RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
NUMBER = re.compile(r"[-+]?(?:\d+(?:\.(\d*))?|\.(\d+))(?:e([-+]?\d+))?", re.ASCII)
POWER = re.compile(r"(?:[·*×x]?10(?:\^|\*\*)?[({]?([-+]?\d+)[)}]?)$", re.ASCII)
MIXED = re.compile(r"\s*([-+−–]?)\s*([0-9]+)\s+([1-9][0-9]*)\s*/\s*([1-9][0-9]*)\s*")
"""A whole number, and a fraction less than 1 behind it."""
THOUSANDS = tuple(
    re.compile(
        rf"([-+]?[1-9]\d{{0,2}}(?:(?:{group}\d{{3}}){{2,}}|(?:{group}\d{{3}})+(?={point})))({point}\d*)?", re.ASCII
    )
    for group, point in ((",", r"\."), (r"\.", ","))
)
"""Groups of three parted by commas, or by points, and the decimals behind them."""
DOUBTFUL = "[-+−–]?[1-9][0-9]{0,2},[0-9]{3}"
"""What is read as a decimal, and could have been meant as a thousand."""
LONGEST = 60
"""Characters of the longest number that is read."""


@dataclass(frozen=True)
class Numeral:
    """A number as it was written down.

    Parameters
    ----------
    text : str
    value : float or None
        None where nobody can tell what is meant.
    half : float
        Half a unit in the last place that was written; 0 for a fraction.
    digits : int
        How many of its digits count.
    """

    text: str
    value: float | None = None
    half: float = 0.0
    digits: int = 0


def numeral(written: Any) -> Numeral:
    """A number as it was written down: a text, or a number, whose shortest text is taken."""
    if isinstance(written, bool) or written is None:
        return Numeral("" if written is None else str(written))
    text = written if isinstance(written, str) else _shortest(written)
    found = _read(text)
    return Numeral(text, *found) if found else Numeral(text)


def is_doubtful(text: str) -> bool:
    """Whether a number that is read as a decimal could have been meant as a thousand: 1,234."""
    return re.fullmatch(DOUBTFUL, text.strip()) is not None


def is_too_long(text: str) -> bool:
    """Whether a text has more characters than are read as a number."""
    return len(_plain(_spaced(text))) > LONGEST


def _spaced(text: str) -> str:
    for sign, fraction in FRACTIONS.items():
        text = text.replace(sign, f" {fraction}")
    return text


def _read(text: str) -> tuple[float, float, int] | None:
    """Value, half a unit in the last place, and how many digits count."""
    text = _spaced(text)
    plain = _plain(text)
    if len(plain) > LONGEST:
        return None
    if (mixed := MIXED.fullmatch(text)) and int(mixed[3]) < int(mixed[4]):
        value = int(mixed[2]) + int(mixed[3]) / int(mixed[4])
        return (-value if mixed[1] in ("-", "−", "–") else value), 0.0, 15
    above, slash, below = plain.partition("/")
    first = _decimal(above)
    if not slash or first is None:
        return None if slash else first
    second = _decimal(below)
    return (first[0] / second[0], 0.0, 15) if second and second[0] else None


def _shortest(number: Any) -> str:
    """The text of a number, or of whatever stands in its place."""
    try:
        return repr(float(number)) if isinstance(number, Real) else brief(number)
    except (ArithmeticError, ValueError):
        return brief(number)


def _plain(text: str) -> str:
    """The text with ASCII signs: blanks inside are dropped, a power of ten is written with an e."""
    text = re.sub(r"[\s_'\u2019\u00a0\u202f\u2009]", "", text).replace("−", "-").replace("–", "-")
    raised = re.search(r"10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", text)
    if raised:
        text = text[: raised.start(1)] + "^" + raised[1].translate(RAISED)
    text = text.lower()
    if power := POWER.search(text):
        front = text[: power.start()]
        if front and front not in "+-" and ("^" in power[0] or "**" in power[0]):
            return f"{front}e{power[1]}"
    return text


def _decimal(text: str) -> tuple[float, float, int] | None:
    """The same of a number without a fraction."""
    text = _pointed(text)
    if not (found := NUMBER.fullmatch(text)):
        return None
    value, decimals, power = float(text), found[1] or found[2] or "", int(found[3] or 0)
    if not math.isfinite(value) or power > 300:
        return None
    mantissa = re.sub(r"e.*", "", text)
    digits = re.sub(r"\D", "", mantissa).lstrip("0")
    return value, 0.5 * 10.0 ** (power - len(decimals)), max(1, len(digits))


def _pointed(text: str) -> str:
    """The number with a point before its decimals, and nothing between its thousands."""
    mantissa, e, power = text.partition("e")
    for pattern in THOUSANDS:
        if found := pattern.fullmatch(mantissa):
            mantissa = re.sub("[,.]", "", found[1]) + (found[2] or "").replace(",", ".")
    if mantissa.count(",") == 1 and "." not in mantissa:
        mantissa = mantissa.replace(",", ".")
    return mantissa + e + power


# Rows of numbers

LATEX = re.compile(r"\\begin\{\w+\*?\}(?:\{[lcr|]*\})?|\\end\{\w+\*?\}|\\(?:left|right|hline|quad|[,;!])|\$", re.ASCII)
FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
ARRAY = re.compile(r"\b(?:np\.|numpy\.|torch\.)?(?:array|matrix|tensor|FloatTensor)\b", re.IGNORECASE | re.ASCII)
KEYWORD = re.compile(r",?\s*\b(?:dtype|requires_grad|device)\s*=\s*[\w.'\"]+", re.IGNORECASE | re.ASCII)
ASSIGNED = re.compile(r"^\s*[^\W\d][\w₀-₉⁽⁾]*\s*=", re.MULTILINE)
BETWEEN_ROWS = re.compile(r"\]\s*[,;]?\s*(?:\n\s*)?\[|;|\|?\n\|?")


def readings_of(text: str) -> list[list[list[str]]]:
    """The ways in which a text can be read as rows of texts, a comma being a decimal sign or standing between numbers.

    Rows end with a line, a semicolon, a bracket or, where there is nothing else between them, an upright stroke: as in
    LaTeX, Python, NumPy, a table that is copied, or as people type.
    """
    text = re.sub(r"\\\\(?:\[[^\]]*\])?", ";", FRACTION.sub(r"\1/\2", LATEX.sub(" ", text)))
    text = ASSIGNED.sub(" ", KEYWORD.sub(" ", ARRAY.sub(" ", text)))
    text = re.sub(r"[{(]", "[", re.sub(r"[})]", "]", text)).replace("&", "\t")
    if re.search(r"\[[^\]]*\[", text):
        rows = re.split(r"\]\s*[,;]?\s*\[", text.replace("\n", " "))
    else:
        rows = BETWEEN_ROWS.split(text.strip())
    if sum(bool(row.strip(" \t[]|")) for row in rows) == 1:
        rows = [part for row in rows for part in row.split("|")]
    commas, decimal = (_cells(rows, between) for between in (r"[\s,]+", r"\s*,\s+|\s+,\s*|\s+"))
    return [commas] if commas == decimal else [decimal, commas]


def _cells(rows: Sequence[str], between: str) -> list[list[str]]:
    found = ([cell for cell in re.split(between, re.sub(r"[\[\]|]", " ", row)) if cell] for row in rows)
    return [row for row in found if row]
