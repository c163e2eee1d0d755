"""The explorable of the chapter *The encoder*: eight inputs on their way to the corners of a cube."""

from __future__ import annotations

import json
from typing import Any

import traitlets

from ..experiments.encoder import NEAR, NETWORK, SIZE, STARTS, first_parameters
from ..graph.errors import checked_choice
from ..networks.training import javascript_training
from .base import Explorable, Slider, module, styles

SEEDS, EPOCHS = 10, 1000
"""How many starts there are to choose from, and how many epochs are trained."""


class HiddenCode(Explorable):
    """The hidden code of the 8-3-8 encoder while it is learned: as points in a cube, as a table, and what it costs.

    The page trains the network anew whenever the rate or the start changes, with a program read from its graph.

    Parameters
    ----------
    learning_rate : float, 0.05 to 1.2
        For the sum of the gradients of the eight examples.
    seed : float, 0 to 9
        Which of the starts; a whole number.
    epoch : float, 0 to 1000
        How many epochs lie behind what is shown; a whole number.
    turn : float, −180 to 180
        By how many degrees the cube is turned about its upright axis.
    start : str
        How the first weights are drawn: "small" or "large".

    Raises
    ------
    GraphError
        For a start that there is not.

    Notes
    -----
    Chapter *The encoder*; after Onghena and Hilt, section 4.2.
    """

    _css = Explorable._css + styles("chain.css", "hidden_code.css")
    learning_rate = traitlets.Float(0.5).tag(sync=True)
    seed = traitlets.Float(0.0).tag(sync=True)
    epoch = traitlets.Float(150.0).tag(sync=True)
    turn = traitlets.Float(25.0).tag(sync=True)
    start = traitlets.Unicode("small").tag(sync=True)
    sliders = (
        Slider("epoch", "epoch", 0, EPOCHS, 1, ".0f"),
        Slider("learning_rate", "learning rate α", 0.05, 1.2, 0.05),
        Slider("seed", "start number", 0, SEEDS - 1, 1, ".0f"),
        Slider("turn", "turn the cube (degrees)", -180, 180, 1, ".0f"),
    )

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=module("stage.js", "hidden_code.js", program=_program()), **traits)

    @traitlets.validate("start")
    def _known(self, proposal: Any) -> str:
        return checked_choice(proposal.value, STARTS, "start", "see backprop_lib.experiments.encoder.")


def shipped_start(start: str, seed: int) -> dict[str, list[float]]:
    """The first parameters as the page has them: flat, to six digits.

    Parameters
    ----------
    start : str
        A name in `STARTS`.
    seed : int
    """
    drawn = first_parameters([seed], start)
    return {name: [float(f"{number:.6g}") for number in values.ravel()] for name, values in drawn.items()}


def _program() -> str:
    """JavaScript: the training, read from the graph of the network, and where it can begin."""
    starts = {start: [shipped_start(start, seed) for seed in range(SEEDS)] for start in STARTS}
    return "\n".join(
        [
            javascript_training("train_encoder", NETWORK, watch=("out1", "out2")),
            f"const FIRST = {json.dumps(starts, separators=(',', ':'))};",
            f"const SIZE = {SIZE}, EPOCHS = {EPOCHS}, NEAR = {NEAR};",
        ]
    )
