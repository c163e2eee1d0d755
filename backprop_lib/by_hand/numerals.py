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
    plain = _plain(text)
    if len(plain) > LONGEST:
        return Numeral(text)
    above, slash, below = plain.partition("/")
    first = _decimal(above)
    if not slash or first is None:
        return Numeral(text) if slash or first is None else Numeral(text, *first)
    second = _decimal(below)
    if second is None or not second[0]:
        return Numeral(text)
    return Numeral(text, first[0] / second[0], 0.0, 15)


def _shortest(number: Any) -> str:
    """The text of a number, or of whatever stands in its place."""
    try:
        return repr(float(number)) if isinstance(number, Real) else brief(number)
    except (ArithmeticError, ValueError):
        return brief(number)


def _plain(text: str) -> str:
    """The text with ASCII signs: blanks inside are dropped, a comma is a point where it can be no thousands' sign."""
    for sign, fraction in FRACTIONS.items():
        text = text.replace(sign, fraction)
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
    """Value, half a unit in the last place, and how many digits count."""
    if not (found := NUMBER.fullmatch(text)):
        return None
    value = float(text)
    if not math.isfinite(value):
        return None
    decimals, power = found[1] or found[2] or "", int(found[3] or 0)
    mantissa = re.sub(r"e.*", "", text)
    digits = re.sub(r"\D", "", mantissa).lstrip("0")
    return value, 0.5 * 10.0 ** (power - len(decimals)), max(1, len(digits))
