"""Numbers as people write them: with a comma or a point, a true minus, a fraction, a power of ten, blanks inside."""

from __future__ import annotations

import math
import re
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


def _read(text: str) -> tuple[float, float, int] | None:
    """Value, half a unit in the last place, and how many digits count."""
    for sign, fraction in FRACTIONS.items():
        text = text.replace(sign, f" {fraction}")
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
    """The text with ASCII signs: blanks inside are dropped, a comma is a point where it can be no thousands' sign."""
    text = re.sub(r"[\s_'\u2019\u00a0\u202f\u2009]", "", text).replace("−", "-").replace("–", "-")
    raised = re.search(r"10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", text)
    if raised:
        text = text[: raised.start(1)] + "^" + raised[1].translate(RAISED)
    text = text.lower()
    if "," in text and "." not in text and text.count(",") == 1:
        text = text.replace(",", ".")
    if power := POWER.search(text):
        front = text[: power.start()]
        if front and front not in "+-" and ("^" in power[0] or "**" in power[0]):
            return f"{front}e{power[1]}"
    return text


def _decimal(text: str) -> tuple[float, float, int] | None:
    """The same of a number without a fraction."""
    if not (found := NUMBER.fullmatch(text)):
        return None
    value, decimals, power = float(text), found[1] or found[2] or "", int(found[3] or 0)
    if not math.isfinite(value) or power > 300:
        return None
    mantissa = re.sub(r"e.*", "", text)
    digits = re.sub(r"\D", "", mantissa).lstrip("0")
    return value, 0.5 * 10.0 ** (power - len(decimals)), max(1, len(digits))
