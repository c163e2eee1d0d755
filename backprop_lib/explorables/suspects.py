"""The explorable of the chapter *A bug in the seventh decimal*: the line-up of suspects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import traitlets
from traitlets.utils.bunch import Bunch

from ..by_hand.hypotheses import LONGEST_RUN, PROGRAMS, SUSPECTS, suspect
from ..graph.errors import GraphError, brief, listing
from ..readings.iteration import javascript_iteration
from .base import Explorable, constants, module, styles

FIGURES = {
    "E_0": "error at the start",
    "w1": "w1 after one round",
    "E_1": "error after one round",
    "o1": f"o1 at round {LONGEST_RUN:,}",
    "o2": f"o2 at round {LONGEST_RUN:,}",
    "E_end": f"error at round {LONGEST_RUN:,}",
}
"""The printed figures that each suspect is held against, and what they are called."""


class Suspects(Explorable):
    """A line-up: for each suspect a prediction, then what it would have printed beside what the sources print.

    Parameters
    ----------
    printed : mapping of str to str
        For each of FIGURES its printed text, with all digits, from the record of the sources.
    suspect : str
        Which one is chosen at first; a key of the table `backprop_lib.by_hand.hypotheses.SUSPECTS`.

    Raises
    ------
    GraphError
        For a suspect that there is not, or a figure that is missing, unknown or no decimal.

    Notes
    -----
    `tested` holds, for each suspect tested so far, which answer was predicted: 0, 1 or 2, and −1 for none.
    Chapter *A bug in the seventh decimal*; the figures are those of Fantahun (2023), section 4.
    """

    _css = Explorable._css + styles("suspects.css")
    suspect = traitlets.Unicode(SUSPECTS[0].key).tag(sync=True)
    tested = traitlets.Dict(value_trait=traitlets.Int()).tag(sync=True)

    def __init__(self, printed: Mapping[str, str], **traits: Any):
        _check_figures(printed)
        super().__init__(_esm=module("stage.js", "suspects.js", program=_program(printed)), **traits)

    @traitlets.validate("suspect")
    def _known(self, proposal: Bunch) -> str:
        return suspect(proposal.value).key


def _program(printed: Mapping[str, str]) -> str:
    """JavaScript: every program of the table, the table itself, and the printed figures."""
    functions = [
        javascript_iteration(f"run_{name}", program.updates, program.watched, program.rounding)
        for name, program in PROGRAMS.items()
    ]
    table = [
        {
            "key": row.key,
            "group": row.group,
            "name": row.name,
            "hypothesis": row.hypothesis,
            "program": row.program,
            "values": row.values,
            "behind": row.behind,
            "rounded": bool(row.weights),
        }
        for row in SUSPECTS
    ]
    figures = [{"key": key, "name": name, "printed": printed[key]} for key, name in FIGURES.items()]
    data = {"suspects": table, "figures": figures, "rounds": LONGEST_RUN}
    return "\n".join(
        [
            "const nine = value => Math.floor(value * 1e9 + 0.5) / 1e9;",
            *functions,
            f"const PROGRAMS = {{ {', '.join(f'{name}: run_{name}' for name in PROGRAMS)} }};",
            constants(SPEC=data),
        ]
    )


def _check_figures(printed: Mapping[str, str]) -> None:
    if not isinstance(printed, Mapping) or set(printed) != set(FIGURES):
        raise GraphError(
            f"Printed figures for {listing(sorted(printed))}.",
            f"one for each of {listing(FIGURES)}",
            'the text of each in a dictionary: {"E_0": row("D09").published, ...}.',
        )
    for key, text in printed.items():
        if not (isinstance(text, str) and re.fullmatch(r"0\.\d{1,15}", text)):
            raise GraphError(
                f"The printed figure {brief(text)} for '{key}'.",
                "the text of a decimal between 0 and 1, with all the digits that are printed",
                '"0.0159".',
            )
