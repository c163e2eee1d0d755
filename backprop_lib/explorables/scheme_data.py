"""Calculations on paper for a page: what calculation.js, mistakes.js and judging.js ask for, as data.

Formulas of lines, activations, losses and mistakes are read from the graph; JavaScript puts names into their roles.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ..by_hand import judging, mistakes, numerals
from ..by_hand.calculation import DELTA_HEADINGS, GOALS, loss_heading, slope_heading
from ..by_hand.scheme import ACTIVATIONS_BY_HAND, FORMULAS, KINDS, SATURATED, Formula
from ..by_hand.sheet import MOST_LISTED, SAYINGS
from ..graph import ACTIVATIONS, LOSSES
from ..networks.network import OF_ALL, OF_UNITS
from ..readings.parts import as_data
from .base import constants
from .formula import FILES as FORMULA_FILES
from .formula import formula_tables

FILES = (*FORMULA_FILES, "calculation.js", "mistakes.js", "judging.js")
"""The files of a module that works out and judges a calculation, `scheme_tables()` before them."""

JUDGING = (
    "TOLERANCE", "FEWEST", "MOST_DIGITS", "LAST_ROUNDING", "MOST_PAIRED", "MOST_TRIED", "FAR", "NOT_RIGHT", "NAMED",
    "ROUNDED", "TELLING", "WHOLE", "NOTHING",
)  # fmt: skip
"""What both judges go by."""

ERRORS = {
    "half_squared_error": ("½ Σ (out − t)², half the squared error", "half the squared error"),
    "squared_error": ("Σ (out − t)², the squared error", "the squared error"),
    "mean_squared_error": ("the mean of (out − t)² over the outputs", "the mean squared error"),
    "mean_absolute_error": ("the mean of |out − t| over the outputs", "the mean absolute error"),
    "binary_cross_entropy": ("−Σ (t ln out + (1 − t) ln (1 − out)), binary cross-entropy", "binary cross-entropy"),
    "categorical_cross_entropy": ("−Σ t ln out, categorical cross-entropy", "categorical cross-entropy"),
}
"""Each loss as a choice, and in a sentence."""


@cache
def scheme_tables() -> str:
    """The source of the tables that these files read: `SCHEME`, and those of formula.js."""
    return "\n".join([formula_tables(), constants(SCHEME=scheme_data())])


def scheme_data() -> dict[str, Any]:
    """The scheme of every calculation on paper, and of its mistakes, as data that JSON can hold."""
    return {
        "goals": GOALS,
        "kinds": {name: vars(kind) for name, kind in KINDS.items()},
        "formulas": [*map(_formula, FORMULAS)],
        "saturated": [*map(_formula, SATURATED)],
        "losses": {name: _loss(name) for name in LOSSES},
        "titles": {name: row.title for name, row in ACTIVATIONS.items() if row.learned is None},
        "slopes": {name: slope_heading(name) for name in ACTIVATIONS_BY_HAND},
        "deltas": DELTA_HEADINGS,
        "words": OF_ALL,
        "of_units": OF_UNITS,
        "mistakes": [_mistake(row) for row in mistakes.MISTAKES],
        "most_subsets": mistakes.MOST_SUBSETS,
        "fractions": numerals.FRACTIONS,
        "longest_number": numerals.LONGEST,
        "doubtful": numerals.DOUBTFUL,
        "sayings": SAYINGS,
        "most_listed": MOST_LISTED,
        **{name.lower(): getattr(judging, name) for name in JUDGING},
    }


def _formula(row: Formula) -> dict[str, Any]:
    return {"kind": row.kind, "when": row.when, "part": as_data(row.part)}


def _loss(name: str) -> dict[str, Any]:
    row, [title, short] = LOSSES[name], ERRORS[name]
    words = {"title": title, "short": short, "slope": loss_heading(name)}
    return {"stands_for": row.stands_for, "averages_outputs": row.averages_outputs, **words}


def _mistake(row: mistakes.Mistake) -> dict[str, Any]:
    instead = row.instead if isinstance(row.instead, str) else as_data(row.instead)
    return {**vars(row), "instead": instead}
