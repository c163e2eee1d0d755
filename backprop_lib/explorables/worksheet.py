"""The explorables for one's own calculations: another network for pen and paper, and factor cards with blanks."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import traitlets
from traitlets.utils.bunch import Bunch

from ..by_hand.calculation import HandCalculation
from ..by_hand.fairness import FAIR, ROUNDED, SLACK, UNSEEN, facts_of
from ..by_hand.problems import (
    DRAWN,
    KINDS,
    another_network,
    calculation_of,
    checked_kind,
    checked_seed,
    network_of,
    sorts,
    varied,
)
from ..by_hand.scheme import product_as_written, sum_as_written
from ..graph.errors import GraphError, brief, checked_choice
from ..networks.network import SOURCES, Example, Network, checked_example
from ..readings.derivation import Derivation, Factor, Step, cards, slot
from ..readings.formula import HTML, WORDS
from ..readings.palette import paper_style
from ..readings.parts import Name, as_data
from .base import Explorable, constants, module
from .by_hand import hand_style
from .network import outline
from .scheme_data import FILES, scheme_tables

STYLE = paper_style("html.bp-printing, html.bp-printing body .bp-paper") + hand_style("worksheet.css")


@cache
def _worksheet_module() -> str:
    """Everything for all kinds of problems: the scheme of calculations and mistakes, and how numbers are drawn."""
    rules = constants(
        DRAWN=DRAWN,
        FAIR=[{**vars(rule), "of": rule.of and as_data(rule.of)} for rule in FAIR],
        ROUNDED=[vars(row) for row in ROUNDED],
        SLACK=SLACK,
        UNSEEN=UNSEEN,
        PROBLEMS={kind: _problem(kind) for kind in KINDS},
    )
    files = ("network.js", "answers.js", "sheets.js", "random.js", "another_network.js", "worksheet.js")
    return module(*FILES, *files, program="\n".join([scheme_tables(), rules]))


def _problem(kind: str) -> dict[str, Any]:
    """A kind of problem as its page has it."""
    row, network = KINDS[kind], network_of(kind)
    drawn = outline(calculation_of(kind))
    del drawn["tables"]  # the page makes them itself
    return {
        **drawn,
        "title": row.title,
        "description": network.description,
        "sorts": sorts(kind),
        "drawn": row.drawn,
        "varied": varied(kind),
        "facts": facts_of(network, row.first),
    }


class AnotherNetwork(Explorable):
    """Another network to work out with pen and paper: numbers from a seed, tables to fill and to print, and the key.

    Parameters
    ----------
    kind : str
        A name in `KINDS` of `by_hand/problems.py`, such as "2-2-2", "tanh-2-2-1" or "examples-2-2-1".
    seed : int
        0 to 4,294,967,295. On a page of the book, `?network=3-2-1&seed=17` in its address goes before both.

    Raises
    ------
    GraphError
        For a kind or a seed that there is not.

    Notes
    -----
    `answers` holds what was typed: for each problem, such as "2-2-2/1", the texts by the key of their cell; `current`
    the key of the last cell that was entered, `emptied` what was typed before the cells were emptied.
    Chapter *By hand*.
    """

    _css = STYLE
    kind = traitlets.Unicode("2-2-2").tag(sync=True)
    seed = traitlets.Int(1).tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)
    current = traitlets.Unicode().tag(sync=True)
    emptied = traitlets.Dict().tag(sync=True)

    def __init__(self, kind: str = "2-2-2", seed: int = 1):
        super().__init__(_esm=_worksheet_module(), kind=checked_kind(kind), seed=checked_seed(seed))

    @traitlets.validate("kind")
    def _known_kind(self, proposal: Bunch) -> str:
        return checked_kind(proposal["value"])

    @traitlets.validate("seed")
    def _known_seed(self, proposal: Bunch) -> int:
        return checked_seed(proposal["value"])

    @property
    def example(self) -> Example:
        """The network on show, with its numbers."""
        return another_network(self.kind, self.seed)

    def __repr__(self) -> str:
        """What a viewer without widgets shows in place of the sheet: the problem."""
        numbers = ", ".join(f"{name} = {value:g}" for name, value in self.example.values.items())
        return f"{self.example.title}, to work out by hand: {numbers}"


def _fading_module(calculation: HandCalculation) -> str:
    """The same for all weights of a network, so that a page holds it once."""
    network = calculation.network
    found = {name: _cards(calculation, name) for name in (*network.weight_names, *network.bias_names)}
    data = {**outline(calculation), "description": network.description, "cards": found}
    program = "\n".join([scheme_tables(), constants(CALCULATION=data)])
    return module(*FILES, "network.js", "answers.js", "fading.js", program=program)


def _cards(calculation: HandCalculation, name: str) -> dict[str, Any]:
    """The factors of a weight's derivative and their product, as formulas."""
    step = calculation.derivation(name).result
    rows = (product_as_written(1.0, *(Name(factor.key) for factor in row)) for row in step.rows)
    tail = (Name(factor.key) for factor in step.tail)
    whole = product_as_written(1.0, sum_as_written(*((1, row) for row in rows)), *tail)
    factors = {factor.key: factor for factor in step.factors}
    return {
        "factors": [
            {"key": key, "part": as_data(factor.part), "same": _line_of(factor, calculation.network)}
            for key, factor in factors.items()
        ],
        "result": {"key": step.key, "part": as_data(whole)},
    }


def _line_of(factor: Factor, network: Network) -> str | None:
    """The line of the tables that finds the same number as a factor, if there is one."""
    unit = factor.by.partition("_")[2]
    if factor.of == f"out_{unit}":
        return f"slope_{unit}"
    return f"arriving_{unit}" if factor.of == network.total.name and unit in network.layers[-1] else None


def _place(kind: str, key: str) -> str:
    return f'<span data-{kind}="{key}"></span>'


def _blank_card(factor: Factor) -> str:
    """The card of a factor whose formula and value are left to the reader."""
    symbol = f'<span role="math" aria-label="{html.escape(factor.symbol(WORDS))}">{factor.symbol(HTML)}</span>'
    return (
        f'<li class="bp-card bp-card-blank" data-factor="{factor.key}"><p class="bp-question">'
        f'{html.escape(factor.question)}</p><p class="bp-formula">{symbol}</p>'
        f'<p class="bp-value">= {_place("blank", factor.key)}</p></li>'
    )


def faded(derivation: Derivation, blank: Collection[str]) -> str:
    """The cards of a derivation for a page's program to fill, with blanks for some factors and for the result.

    Where an answer is asked for stands `<span data-blank="KEY">`; where the product uses it, `<span data-echo="KEY">`.
    """
    step = derivation.result
    written, product = cards(derivation, live=True).split('<p class="bp-result">')
    for factor in step.factors:
        if factor.key in blank:
            for card in re.findall(rf'<li class="bp-card" data-factor="{factor.key}">.*?</li>', written):
                written = written.replace(card, _blank_card(factor))
            product = product.replace(slot(factor.key, True), _place("echo", factor.key))
    return f'{written}<p class="bp-result">{product.replace(slot(step.key), _place("blank", step.key))}'


class Fading(Explorable):
    """Factor cards of one weight, some of them blank, to be filled by the reader; then the product.

    Parameters
    ----------
    example : Example
        The network and its numbers.
    weight : str
        Whose cards: a weight or a bias.
    blank : int or str
        How many cards are blank, from the last one backwards; "all" for all.
    paths : sequence of int
        Which paths are blank altogether, counted from 1.

    Raises
    ------
    GraphError
        For an example that is none, an unknown weight, or more blanks or paths than there are.

    Notes
    -----
    `answers` holds what was typed, by the key of the factor, `checked` which of it was checked, `locked` whether the
    worked cards are shown.
    Chapter *By hand*.
    """

    _css = STYLE
    title = traitlets.Unicode().tag(sync=True)
    weight = traitlets.Unicode().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    paths: traitlets.List[Any] = traitlets.List().tag(sync=True)
    faded = traitlets.Unicode().tag(sync=True)
    worked = traitlets.Unicode().tag(sync=True)
    blanks = traitlets.List(traitlets.Unicode()).tag(sync=True)
    result = traitlets.Unicode().tag(sync=True)
    spoken = traitlets.Dict().tag(sync=True)
    symbols = traitlets.Dict().tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)
    checked = traitlets.List(traitlets.Unicode()).tag(sync=True)
    locked = traitlets.Bool(False).tag(sync=True)

    def __init__(self, example: Example = SOURCES, weight: str = "w6", blank: int | str = 1, paths: Sequence[int] = ()):
        network, calculation = checked_example(example).network, HandCalculation(example.network)
        names = (*network.weight_names, *network.bias_names)
        checked_choice(weight, names, "weight", "w1.")
        derivation = calculation.derivation(weight)
        blanks = _blanks(derivation.result, blank, paths)
        asked = {factor.key: factor.symbol for factor in derivation.result.factors}
        asked[derivation.result.key] = derivation.result.symbol
        super().__init__(
            _esm=_fading_module(calculation),
            title=example.title,
            weight=weight,
            values=dict(example.values),
            paths=_ways(calculation, weight),
            faded=faded(derivation, blanks),
            worked=cards(derivation, live=True),
            blanks=blanks,
            result=derivation.result.key,
            spoken={key: symbol(WORDS) for key, symbol in asked.items()},
            symbols={key: symbol(HTML) for key, symbol in asked.items()},
        )

    def __repr__(self) -> str:
        """What a viewer without widgets shows in place of the cards."""
        return f"Factor cards of {self.weight}, {len(self.blanks)} of them blank: run this cell to fill them"


def _ways(calculation: HandCalculation, name: str) -> list[dict[str, Any]]:
    """For each path of a weight, what to light in the diagram, all that its factors need, and its units in words."""
    network = calculation.network
    by_ends = {(c.source, c.target): c.name for c in network.weights}
    sources = {c.target: c.source for c in network.weights if c.name == name}
    return [
        {
            "units": [*filter(None, [sources.get(units[0])]), *units, network.target_of(units[-1])],
            "lines": [name, *(by_ends[pair] for pair in pairwise(units))],
            "through": " and ".join(units),
        }
        for units in calculation.path_units(name)
    ]


def _blanks(step: Step, blank: int | str, paths: Sequence[int]) -> list[str]:
    """The keys of the blank cards, in reading order."""
    keys = [factor.key for factor in step.factors]
    if blank == "all":
        blank = len(keys)
    if not (isinstance(blank, int) and not isinstance(blank, bool) and 0 <= blank <= len(keys)):
        raise GraphError(f"blank={brief(blank)}.", f"a whole number from 0 to {len(keys)}, or 'all'", "blank=1.")
    for path in paths:
        if path not in range(1, len(step.rows) + 1):
            raise GraphError(f"The path {brief(path)}.", f"from 1 to {len(step.rows)}", f"paths=[{len(step.rows)}].")
    wanted = {*keys[len(keys) - blank :], *(factor.key for path in paths for factor in step.rows[path - 1])}
    return [key for key in dict.fromkeys(keys) if key in wanted]
