"""A pool for Moodle: variants of a lab as cloze questions, in which each box knows the right number and the wrong ones.

Of each box come first the right number, then every number that one early mistake of the one table leads to there, with
its feedback in the book's words. Unlike marking at home, a box sees no other box: that a number follows from a mistake
in an earlier one is told by its value alone, one that may follow or not counts as following, and what comes of two
mistakes at once is not known.

The rules are those of Moodle's question/type/multianswer and question/type/numerical, and a reader among the tests
follows them. No live Moodle was at hand: nothing here was tried on one.
"""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from xml.etree import ElementTree as ET

from ...by_hand.mistakes import Slip, slips
from ...by_hand.sheet import SAYINGS, calculation_words
from ...graph.errors import GraphError
from ...networks.drawing import NetworkDrawing, network_drawing
from ...networks.network import BIAS_INPUT, Network
from ...readings.formula import HTML, evaluated
from ...readings.palette import PRINTED
from ...readings.parts import Part
from ..issued import Issued
from ..sheets import conventions, given
from .moodle import cloze, document

FRACTIONS = (
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5),
    *(11.11111, 10, 5, 0),
)
"""The parts of a mark, in per cent, that Moodle takes; it refuses all others, 33 among them."""

DIGITS, DECIMALS = 4, 5
"""Significant digits that are asked for, and decimals of a new weight."""

STEPS = 5
"""By so many halves of the last digit a number may be off, since each earlier one was rounded too."""

FOLLOWS = "Look there first: this number follows from it."
"""What is said of a number that counts, since an earlier box shows the mistake."""

NAMED = 2
"""Mistakes that lead to one number are named together, up to so many."""

BARELY = 1.01
"""Times the tolerance of the right number; a wrong one has no room of its own that is not farther off."""

WIDEST = "1000000000000000"
"""A wrong answer that is as long in every box as none else: a box is as wide as its longest answer."""


PAPER = (
    f"svg {{ background: {PRINTED['surface']} }} "
    f".bp-weight {{ paint-order: stroke; stroke: {PRINTED['surface']}; stroke-width: 4px }}"
)
"""How a picture looks that stands in a file by itself."""

STYLED = {
    '<span class="bp-over"><span>': '<span style="display: inline-flex; flex-direction: column; text-align: center; '
    'vertical-align: middle; line-height: 1.2"><span style="border-bottom: 1px solid">'
}
"""Markup that a style sheet shapes in the book, with its style where there is none."""


@dataclass(frozen=True)
class Listed:
    """A number that a box knows.

    Parameters
    ----------
    value, tolerance : float
    credit : float
        The part of the mark.
    says : str
        The feedback.
    """

    value: float
    tolerance: float
    credit: float
    says: str


Cause = tuple[str, Slip]
"""The line in which a mistake was made, and the mistake."""

Supposition = tuple[Cause, Mapping[str, float]]
"""A mistake, and every number that comes out with it."""


def pool(variants: Sequence[Issued], follows: float = 0.5) -> bytes:
    """Moodle XML with a cloze question for each variant, in a category of their own.

    Parameters
    ----------
    variants : sequence of Issued
        Problems of one lab, issued to nobody in particular.
    follows : float
        What a number counts that follows from a mistake in an earlier box, as a part of a right one.

    Raises
    ------
    GraphError
        If Moodle has no such part of a mark.
    """
    percent = _legal(follows)
    quiz = ET.Element("quiz")
    category = ET.SubElement(ET.SubElement(quiz, "question", {"type": "category"}), "category")
    ET.SubElement(category, "text").text = f"$course$/top/{variants[0].lab.title}"
    for k, variant in enumerate(variants, 1):
        name, picture = f"network-{k}.svg", drawing(variant.example.network)
        shown = f'<img src="@@PLUGINFILE@@/{name}" alt="{html.escape(picture.description)}">' if picture else ""
        shown = shown or html.escape(in_words(variant.example.network))
        asked = cloze(quiz, f"{variant.lab.title}, variant {k}", _text(variant, shown, percent))
        if picture:
            file = ET.SubElement(asked, "file", {"name": name, "path": "/", "encoding": "base64"})
            svg = picture.svg.replace(">", f"><style>{PAPER}</style>", 1)
            file.text = base64.b64encode(svg.encode()).decode()
    return document(quiz)


def drawing(network: Network) -> NetworkDrawing | None:
    """The picture of a network; none of one that leaves lines out, or leads past a layer."""
    names = {(c.source, c.target): c.name for c in network.weights}
    if names.keys() != {pair for below, above in pairwise(network.layers) for pair in product(below, above)}:
        return None
    return network_drawing(network.layers, weights=names, title=f"The network, {'-'.join(map(str, network.sizes))}")


def in_words(network: Network) -> str:
    """The lines of a network, in a sentence."""
    return "The lines: " + ", ".join(f"{c.name} from {c.source} to {c.target}" for c in network.weights) + "."


def _legal(part: float) -> float:
    percent = next((one for one in FRACTIONS if abs(one - 100 * part) < 0.001), None)
    if percent is None:
        near = min(FRACTIONS, key=lambda one: abs(one - 100 * part))
        listed = ", ".join(f"{one:g}" for one in FRACTIONS)
        raise GraphError(f"A number that follows counts {part:g}.", f"one of {listed} per cent", f"{near / 100:g}.")
    return percent


def _text(issued: Issued, shown: str, percent: float) -> str:
    words, supposed = calculation_words(issued.calculation), suppositions(issued)
    rows = "".join(
        f'<tr><th scope="row">{k}. {HTML.symbol(key)}</th><td>{html.escape(words[key])}</td>'
        f"<td>{box(listed(issued, key, percent / 100, supposed))}</td></tr>"
        for k, key in enumerate(issued.asked, 1)
    )
    text = (
        f"<p>{shown}</p>{conventions(issued.calculation)}{given(issued)}"
        f"<p>Give {DIGITS} significant digits, and of a new weight {DECIMALS} decimals. Keep as many in between. "
        "Type a minus as the hyphen of your keyboard, and no fractions.</p>"
        f"<table><tbody>{rows}</tbody></table>"
    )
    for plain, styled in STYLED.items():
        text = text.replace(plain, styled)
    return text


def box(answers: Sequence[Listed]) -> str:
    """A box of a cloze question."""
    told = []
    for k, answer in enumerate(answers):
        credit = "=" if not k else f"%{100 * answer.credit:.7g}%"
        told.append(f"{credit}{answer.value:.8g}:{answer.tolerance:.4g}#{escaped(answer.says)}")
    wrong = escaped(SAYINGS["wrong"])
    return "{1:NUMERICAL:" + "~".join([*told, f"%0%{WIDEST}:0#{wrong}", f"%0%*#{wrong}"]) + "}"


def escaped(text: str) -> str:
    """A text as feedback within a cloze question, which Moodle takes for HTML that was escaped once more."""
    twice = html.escape(html.escape(text, quote=False), quote=False)
    return twice.replace("}", r"\}").replace("#", r"\#").replace("~", "&#126;")


# What a box knows


def listed(issued: Issued, key: str, follows: float, supposed: Sequence[Supposition]) -> list[Listed]:
    """The right number, then the wrong ones: no two can be meant by one answer.

    What a wrong number counts hangs on whether it follows from an earlier box, and not on which mistake it is.
    """
    truth = issued.values
    right = Listed(truth[key], _down(_tolerance(issued, key, truth[key])), 1.0, "Right.")
    found: list[tuple[float, float, list[Cause]]] = []
    for value, credit, cause in sorted(_wrong(issued, key, follows, supposed), key=lambda one: one[0]):
        if abs(value - right.value) <= right.tolerance * BARELY:
            continue
        if found and value - found[-1][0] <= _tolerance(issued, key, value) / STEPS:
            found[-1] = (found[-1][0], max(found[-1][1], credit), [*found[-1][2], cause])
        else:
            found.append((value, credit, [cause]))
    told = []
    for k, (value, credit, causes) in enumerate(found):
        beside = [abs(value - found[j][0]) * 0.49 for j in (k - 1, k + 1) if 0 <= j < len(found)]
        room = (abs(value - right.value) - right.tolerance) * 0.98
        tolerance = _down(min(_tolerance(issued, key, value), room, *beside))
        told.append(Listed(value, tolerance, credit, _says(issued, key, causes, credit)))
    return [right, *told]


def _down(value: float) -> float:
    """A number cut to three digits, so that writing it down makes no interval wider."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 2)
    return math.floor(value / unit) * unit


def _tolerance(issued: Issued, key: str, value: float) -> float:
    """How far an answer may be off that was rounded, as were the numbers before it."""
    if key.endswith("_next"):
        step = abs(value - issued.example.values[key.removesuffix("_next")])
        return STEPS * 0.5 * 10.0 ** (1 - DIGITS) * step + 0.51 * 10.0**-DECIMALS
    return STEPS * 0.5 * 10.0 ** (1 - DIGITS) * (abs(value) or 10.0**-DECIMALS)


def _wrong(
    issued: Issued, key: str, follows: float, supposed: Sequence[Supposition]
) -> Iterator[tuple[float, float, Cause]]:
    """The numbers that each early mistake leads to, with what they count."""
    truth, ancestors = issued.values, issued.calculation.ancestors(key)
    earlier = [one for one in issued.asked if one != key and one in ancestors]
    for cause, numbers in supposed:
        value = numbers[key]
        if math.isfinite(value) and value != truth[key]:
            seen = any(not abs(numbers[one] - truth[one]) <= _tolerance(issued, one, truth[one]) for one in earlier)
            yield value, follows if seen else 0.0, cause


def suppositions(issued: Issued) -> tuple[Supposition, ...]:
    """Each mistake, made in one line or in all alike, and every number that comes out."""
    calculation = issued.calculation
    alike: dict[tuple[str, str], dict[str, Part]] = {}
    single: list[tuple[Cause, dict[str, Part]]] = []
    for line in calculation.lines:
        for slip in slips(calculation, line):
            single.append(((line.key, slip), {line.key: slip.part}))
            alike.setdefault((slip.name, slip.told), {})[line.key] = slip.part
    everywhere = [
        ((line, slip), changed)
        for (line, slip), _ in single
        if len(changed := alike[slip.name, slip.told]) > 1 and next(iter(changed)) == line
    ]
    return tuple((cause, carried(issued, changed)) for cause, changed in [*single, *everywhere])


def carried(issued: Issued, changed: Mapping[str, Part]) -> dict[str, float]:
    """Every number of the calculation as it comes out with some of its formulas changed."""
    lines, values = issued.calculation.by_key, issued.example.values
    found: dict[str, float] = {BIAS_INPUT: 1.0}

    def number(name: str) -> float:
        if name in values:
            return values[name]
        if name not in found:
            found[name] = math.nan  # where mistakes go round in a circle
            found[name] = evaluated(changed.get(name) or lines[name].part, number)
        return found[name]

    return {name: number(name) for name in lines}


def _says(issued: Issued, key: str, causes: Sequence[Cause], credit: float) -> str:
    """The mistakes that lead to a number, those in its own line before others."""
    words = calculation_words(issued.calculation)
    told: dict[str, Slip] = {}
    for line, slip in sorted(causes, key=lambda cause: cause[0] != key):
        if all(slip.name != other.name for other in told.values()):
            told[slip.told if line == key else f"{slip.told} (for {words[line]})"] = slip
    advice = FOLLOWS if credit else next(iter(told.values())).advice
    return SAYINGS["slips"].format(causes=", or if ".join(list(told)[:NAMED]), advice=advice)
