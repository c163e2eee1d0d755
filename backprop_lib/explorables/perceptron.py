"""The explorables of the chapter *Perceptrons*: a line that a reader drags, and one that the perceptron rule moves."""

from __future__ import annotations

from functools import cache
from typing import Any

import traitlets

from ..graph.errors import checked_choice
from ..networks.perceptron import CORNERS, LOGICAL, perceptron
from ..readings.javascript import javascript
from .base import Explorable, Slider, constants, module, styles

MOST = 4
"""Of a weight or bias that a reader sets. In steps of an eighth, all that the rule makes of them is exact."""

LONGEST = 80
"""How many looks at a point the rule may take."""


class _Line(Explorable):
    """One unit as a line in the square of its inputs, for a logical function that is chosen in a menu."""

    _css = Explorable._css + styles("chain.css", "boundary.css", "perceptron.css")
    files: tuple[str, ...] = ()
    function = traitlets.Unicode("0001").tag(sync=True)
    w1 = traitlets.Float(1.0).tag(sync=True)
    w2 = traitlets.Float(0.0).tag(sync=True)
    b = traitlets.Float(-0.5).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=module("stage.js", "line.js", *self.files, program=_program()), **traits)

    @traitlets.validate("function")
    def _known(self, proposal: Any) -> str:
        return checked_choice(proposal.value, LOGICAL, "logical function", '"0111", the targets of OR.')


class LineHunt(_Line):
    """A line to drag until the four points lie on their sides, and a board of the sixteen functions.

    Parameters
    ----------
    function : str
        The targets at (0, 0), (0, 1), (1, 0) and (1, 1); a reader changes this in a menu, or on the board.
    w1, w2, b : float, −4 to 4
        The weights of the unit, and its bias.
    solved : list of str
        The functions for which all four points have been on their sides.

    Raises
    ------
    GraphError
        For a function that there is not.

    Notes
    -----
    Chapter *Perceptrons*.
    """

    files = ("line_hunt.js",)
    solved = traitlets.List(traitlets.Unicode()).tag(sync=True)
    sliders = (
        Slider("w1", "weight w₁", -MOST, MOST, 0.125, ".3f"),
        Slider("w2", "weight w₂", -MOST, MOST, 0.125, ".3f"),
        Slider("b", "bias b", -MOST, MOST, 0.125, ".3f"),
    )


class PerceptronRule(_Line):
    """The perceptron rule, which moves a line from where the reader has put it, look by look.

    Parameters
    ----------
    function : str
        The targets at (0, 0), (0, 1), (1, 0) and (1, 1); a reader changes this in a menu.
    w1, w2, b : float, −4 to 4
        The weights of the unit at the start, and its bias.
    step : float, 0 to 80
        How many points have been looked at; a whole number.

    Raises
    ------
    GraphError
        For a function that there is not.

    Notes
    -----
    Chapter *Perceptrons*; the rule is that of S. Singh (2024), question 1.
    """

    files = ("perceptron.js",)
    function = traitlets.Unicode("0111").tag(sync=True)
    w1 = traitlets.Float(-1.0).tag(sync=True)
    w2 = traitlets.Float(1.0).tag(sync=True)
    step = traitlets.Float(0.0).tag(sync=True)
    sliders = (
        Slider("step", "points looked at", 0, LONGEST, 1, ".0f"),
        Slider("w1", "w₁ at the start", -MOST, MOST, 0.125, ".3f"),
        Slider("w2", "w₂ at the start", -MOST, MOST, 0.125, ".3f"),
        Slider("b", "b at the start", -MOST, MOST, 0.125, ".3f"),
    )


@cache
def _program() -> str:
    """JavaScript: the unit and its rule, read from their graph, and the functions."""
    return "\n".join(
        [
            javascript("perceptron", perceptron()),
            constants(CORNERS=CORNERS, LOGICAL=list(LOGICAL.items()), MOST=MOST, LONGEST=LONGEST),
        ]
    )
