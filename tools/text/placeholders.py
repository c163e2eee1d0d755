"""Computed numbers in prose: `{{ history[1].error | .3f }}`.

An author writes what a number *is*; executing the chapter puts in what it *comes to*.
This module finds the placeholders of a Markdown text, says what to ask the chapter's kernel, and
sets the answer as a reader expects to see it.  It never runs anything: see `tools.execution.chapters` for that.
Where prose is, and where a placeholder in it, is told by `tools.text.prose`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.text.prose import Region, regions, split

NUMBER = re.compile(r"(?P<sign>[-+]?)(?P<digits>\d[\d,_]*\.?\d*|\.\d+)(?:[eE](?P<power>[-+]?\d+))?(?P<percent>%?)")
NOT_FINITE = re.compile(r"(?:[-+]?(?:nan|inf|oo|zoo)%?|-?\\infty|\\tilde\{\\infty\}|\\text\{NaN\})", re.I)
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class PlaceholderError(Exception):
    """A placeholder that cannot be filled, told to the author who wrote it."""

    def __init__(self, source: str, line: int, problem: str, advice: str):
        self.source, self.line, self.problem, self.advice = source, line, problem, advice
        super().__init__(f"line {line}: {source}\n  {problem}\n  Try: {advice}")


@dataclass(frozen=True)
class Placeholder:
    """One `{{ expression | format }}` and where it stands: offsets in its text, line in its file."""

    expression: str
    format: str
    source: str
    start: int
    end: int
    line: int
    in_math: bool

    @property
    def request(self) -> str:
        """The Python expression whose value, in the chapter's kernel, is the text to set."""
        # Imported by name, so that a chapter may call a variable `format` or `str`.
        # The newline ends a comment in the expression before the bracket closes.
        value = f"({self.expression}\n)"
        if self.format == "latex":
            return f"__import__('sympy').latex({value}, order='rev-lex')"
        if self.format == "text":
            return f"__import__('builtins').str({value})"
        return f"__import__('builtins').format({value}, {self.format!r})"

    @property
    def type_request(self) -> str:
        """The Python expression for the type of the value: tells a bad format from a bad expression."""
        return f"__import__('builtins').type(({self.expression}\n)).__name__"

    def error(self, problem: str, advice: str) -> PlaceholderError:
        """The error that says what is wrong with this placeholder."""
        return PlaceholderError(self.source, self.line, problem, advice)


# Finding and filling


def find(text: str, first_line: int = 1) -> list[Placeholder]:
    """The placeholders of a Markdown text, in order; `first_line` is the text's line in its file.

    Raises PlaceholderError for a placeholder that is not well formed.
    """
    found = []
    for region in regions(text):
        source = text[region.start : region.end]
        line = first_line + text.count("\n", 0, region.start)
        if region.kind == "placeholder":
            found.append(_read(source, region, line))
        elif region.kind == "markup" and re.search(r"\{\{\s", source):
            raise PlaceholderError(
                source.strip(),
                line,
                "a placeholder is not filled in an option, a link or a label.",
                "write it in the text, in mathematics, in a caption or in an :alt:.",
            )
    return found


def _read(source: str, region: Region, line: int) -> Placeholder:
    try:
        expression, form = split(source)
    except ValueError as error:
        raise PlaceholderError(source, line, *error.args) from None
    place = Placeholder(expression, form, source, region.start, region.end, line, region.in_math)
    if form == "latex" and not place.in_math:
        raise place.error("latex gives TeX, and this is not inside mathematics.", f"${source}$")
    return place


def fill(text: str, placeholders: Sequence[Placeholder], rendered: Sequence[str]) -> str:
    """The text with each placeholder replaced by what `render` made of it."""
    for place, words in zip(reversed(placeholders), reversed(rendered), strict=True):
        text = text[: place.start] + words + text[place.end :]
    return text


def render(place: Placeholder, formatted: str) -> str:
    """What a reader sees of a formatted value: a true minus sign in prose, TeX in mathematics.

    Raises PlaceholderError for NaN and infinity.
    """
    if NOT_FINITE.fullmatch(formatted.strip()):
        raise place.error(
            f"its value is {formatted.strip()}, which is no number to print.",
            "print the value in a code cell above and look for a division by zero or an overflow.",
        )
    number = NUMBER.fullmatch(formatted.strip())
    if number is None:
        return formatted
    digits = number["digits"]
    is_zero = not re.search("[1-9]", digits)
    sign = "" if is_zero and number["sign"] == "-" else number["sign"]
    power = int(number["power"] or 0)
    write = _as_tex if place.in_math else _as_prose
    return write(sign, digits, power, number["percent"])


def _as_tex(sign: str, digits: str, power: int, percent: str) -> str:
    # A bare comma would be set with a space after it, a bare % would start a TeX comment.
    digits = digits.replace(",", "{,}").replace("_", r"\_")
    return sign + digits + (rf" \times 10^{{{power}}}" if power else "") + percent.replace("%", r"\%")


def _as_prose(sign: str, digits: str, power: int, percent: str) -> str:
    scale = f" × 10{str(power).translate(SUPERSCRIPT)}" if power else ""
    return sign.replace("-", "−") + digits + scale + percent
