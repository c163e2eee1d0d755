"""The explorable for a network of one's own: typed in, worked out, compared with a sheet, trained, with no kernel."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import traitlets
from traitlets.utils.bunch import Bunch

from ..by_hand.numerals import LONGEST
from ..graph.errors import GraphError, checked_choice
from ..networks.layers import ROUNDING
from ..networks.layout import APART, COLUMN, NUMBER, RADIUS
from ..networks.network import RESERVED, SOURCES, Example, Network, P, checked_example
from ..readings.drawing.svg_text import SMALL, UNLISTED, WIDTHS
from ..readings.palette import paper_style
from .base import Explorable, constants, module
from .by_hand import LARGEST, hand_style
from .network import BELOW, CLOSE, ERROR_RIM, LABEL, ORIGIN, RIGHT, ROOMY, TO_ERROR
from .scheme_data import FILES, scheme_tables

DEEPEST, WIDEST, MOST_EXAMPLES = 5, 6, 4
"""Layers, units in each, and examples that the page takes: what a sheet of paper holds."""

VIEWS, MODES, WAYS = ("tables", "steps", "cards", "training"), ("filled", "empty", "check"), ("paths", "deltas")

BIASES = {"unit": "one each", "layer": "one for all", "none": "none"}
"""Each kind of biases as a choice: of a layer, whose units have them."""


def _numbered(**series: list[float]) -> dict[str, float]:
    return {f"{name}{k}": value for name, values in series.items() for k, value in enumerate(values, 1)}


def _exam() -> Example:
    """A question as exams have it: tanh below softmax, cross-entropy, two examples."""
    network = Network(
        2, 2, 2, activation=["tanh", "softmax"], loss="categorical_cross_entropy", examples=2, reduction="mean"
    )
    values = _numbered(w=[0.5, -0.3, 0.2, 0.4, 0.6, -0.1, -0.4, 0.8])
    values |= {"b_h1": 0.1, "b_h2": -0.2, "b_o1": 0.0, "b_o2": 0.0, "eta": 0.1}
    values |= {"i1_ex1": 1.0, "i2_ex1": 0.5, "t1_ex1": 1.0, "t2_ex1": 0.0}
    values |= {"i1_ex2": -0.5, "i2_ex2": 1.0, "t1_ex2": 0.0, "t2_ex2": 1.0}
    return Example("an exam question: tanh, softmax, two examples", network, values)


def _xor() -> Example:
    """All four examples of XOR at once, from a start that finds its way."""
    values = _numbered(w=[0.8, -0.6, -0.5, 0.9, 0.7, 0.6]) | {"b_h1": -0.1, "b_h2": 0.1, "b_o1": -0.3, "eta": 2.0}
    for n, (first, second) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1)), 1):
        values |= {f"i1_ex{n}": float(first), f"i2_ex{n}": float(second), f"t1_ex{n}": float(first != second)}
    return Example("XOR, all four examples", Network(2, 2, 1, examples=4), values)


def _encoder() -> Example:
    """Four patterns, of which each has to come through two hidden units."""
    network = Network(4, 2, 4, examples=4)
    signs = [0.3, -0.2, 0.1, -0.4, -0.1, 0.4, -0.3, 0.2, 0.5, -0.5, -0.4, 0.3, 0.2, 0.4, -0.3, -0.2]
    values = _numbered(w=signs) | dict.fromkeys(network.bias_names, 0.1) | {"eta": 1.0}
    for n in network.example_numbers:
        for k in range(1, 5):
            values |= {f"i{k}_ex{n}": float(k == n), f"t{k}_ex{n}": float(k == n)}
    return Example("a 4-2-4 encoder", network, values)


@cache
def presets() -> tuple[Example, ...]:
    """The networks to start from. That of the sources is also known as Mazur's: the numbers are the same."""
    sources = Example("the network of the sources, which is Mazur's", SOURCES.network, SOURCES.values)
    return (sources, P, _xor(), _encoder(), _exam())


def typed(example: Example) -> dict[str, Any]:
    """An example as the page has it: what its network was told, and its numbers as texts, by their places."""
    return {"description": example.network.description, "typed": _texts(example)}


def _texts(example: Example) -> dict[str, str]:
    """The numbers of an example as a reader would type them, each by its place in the network."""
    places = _places(example.network)
    return {places[name]: _text(value) for name, value in example.values.items()}


def _text(value: float) -> str:
    """A number with all its digits, as a reader would type it: 2 for 2.0, with a true minus."""
    return re.sub("^-", "−", repr(float(value)).removesuffix(".0"))


def _places(network: Network) -> dict[str, str]:
    """Where each given number stands, as typed_network.js tells it; `placesByName` there says the same."""
    found = {}
    for n in network.example_numbers:
        for name in (*network.layers[0], *map(network.target_of, network.layers[-1])):
            found[name + network.suffix(n)] = f"{name}@{n}"
    for c in network.weights:
        found.setdefault(c.name, f"w:{c.source}>{c.target}")
    for c in network.biases:
        found.setdefault(c.name, f"b:{c.target if '_' in c.name else c.name[1:]}")
    if network.momentum:
        found |= {f"{name}_last": f"{found[name]}/last" for name in network.learned} | {"alpha": "alpha"}
    return found | {"eta": "eta"}


def choices() -> dict[str, Any]:
    """What may be chosen, with its words."""
    return {
        "layers": [2, DEEPEST],
        "units": WIDEST,
        "examples": MOST_EXAMPLES,
        "largest": LARGEST,
        "rounding": ROUNDING,
        "longest": LONGEST,
        "between": ["sigmoid", "softmax"],
        "reserved": RESERVED.pattern,
        "biases": BIASES,
    }


@cache
def _own_module() -> str:
    """Everything for all networks: the scheme of calculations and mistakes, and the networks to start from."""
    places = {
        "radius": RADIUS, "column": COLUMN, "apart": APART, "roomy": ROOMY, "close": CLOSE, "label": LABEL,
        "origin": ORIGIN, "right": RIGHT, "below": BELOW, "toError": TO_ERROR, "errorRim": ERROR_RIM,
    }  # fmt: skip
    letters = {"size": NUMBER, "small": SMALL, "width": UNLISTED, "widths": WIDTHS}
    famous = [{"title": example.title, **typed(example)} for example in presets()]
    tables = constants(PLACES=places, LETTERS=letters, CHOICES=choices(), PRESETS=famous)
    files = ("network.js", "answers.js", "sheets.js", "places.js", "typed_network.js", "own_views.js", "own_network.js")
    return module(*FILES, *files, program="\n".join([scheme_tables(), tables]))


STYLE = paper_style("html.bp-printing, html.bp-printing body .bp-paper") + hand_style(
    "by_hand.css", "worksheet.css", "own_network.css"
)


class OwnNetwork(Explorable):
    """A network of one's own: chosen, typed or pasted, worked out line by line, compared with a sheet, trained.

    Parameters
    ----------
    example : Example
        What it starts from; the network of the sources when none is given. On a page of the book, a link that a reader
        was given goes before it.
    view : str
        Which view of the calculation to start with: "tables", "steps", "cards" or "training".
    mode : str
        What the tables are: "filled", "empty", or fields to "check" a sheet.

    Raises
    ------
    GraphError
        If the example is none, or larger than the page takes: five layers of six units, and four examples.

    Notes
    -----
    `typed` holds the numbers as they were typed, by their places in the network; `answers` what was typed into the
    tables, by the network and its numbers, along with which they are kept when these are corrected; `before` what was
    there before it was overwritten all at once; `remembered` what was chosen for layers that are gone, or cannot be as
    they were.
    Chapter *Your own network*.
    """

    _css = STYLE
    description = traitlets.Dict().tag(sync=True)
    typed = traitlets.Dict().tag(sync=True)
    wiring = traitlets.Unicode().tag(sync=True)
    pasted = traitlets.Dict().tag(sync=True)
    weights_from = traitlets.Unicode("from").tag(sync=True)
    view = traitlets.Unicode("tables").tag(sync=True)
    mode = traitlets.Unicode("filled").tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    weight = traitlets.Unicode().tag(sync=True)
    way = traitlets.Unicode("paths").tag(sync=True)
    example = traitlets.Int(1).tag(sync=True)
    rounds = traitlets.Int(100).tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)
    current = traitlets.Unicode().tag(sync=True)
    before = traitlets.Dict().tag(sync=True)
    remembered = traitlets.Dict().tag(sync=True)

    def __init__(self, example: Example = SOURCES, view: str = "tables", mode: str = "filled"):
        checked_example(example)
        sizes, examples = example.network.sizes, example.network.examples
        if len(sizes) > DEEPEST or max(sizes) > WIDEST or examples > MOST_EXAMPLES:
            told = f"A network {'-'.join(map(str, sizes))} with {examples} examples."
            expected = f"up to {DEEPEST} layers of up to {WIDEST} units, and up to {MOST_EXAMPLES} examples"
            raise GraphError(told, expected, "HandCalculation(network), which takes larger ones.")
        self._title = example.title
        super().__init__(_esm=_own_module(), view=view, mode=mode, **typed(example))

    @traitlets.validate("view")
    def _known_view(self, proposal: Bunch) -> str:
        return checked_choice(proposal["value"], VIEWS, "view", "it starts with that one, and has all four")

    @traitlets.validate("mode")
    def _known_mode(self, proposal: Bunch) -> str:
        return checked_choice(proposal["value"], MODES, "kind of table", "'check' for fields to fill")

    def __repr__(self) -> str:
        """What a viewer without widgets shows in place of the figure."""
        sizes = "-".join(map(str, self.description["sizes"]))
        return f"OwnNetwork: {self._title}, a {sizes} network. Run this cell to type in one of your own."
