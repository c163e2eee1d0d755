"""The explorable of the chapter *Linear and XOR*: where two hidden layers draw the line, while they learn."""

from __future__ import annotations

from typing import Any

import traitlets

from ..experiments.linear_xor import MOMENTUM, lab_data
from ..graph.errors import checked_choice
from ..networks.layers import Layers
from ..networks.training import javascript_training
from .base import Explorable, Slider, constants, module, styles

MOST_UNITS = 10
"""In a hidden layer. One program trains all sizes: a unit that is left out has a bias so low that it answers 0."""

LONGEST = 1_000
"""Epochs."""

DATA = {"linear": "linear: above or below the diagonal", "xor": "XOR: on the one diagonal or the other"}
"""The data sets, and what they are called in the menu."""

LINEAR_SEED = 1
"""Which of the linear data sets."""


class Boundary(Explorable):
    """What a network with two hidden layers answers all over the square, while it learns point by point.

    Parameters
    ----------
    data : str
        "linear" or "xor"; a reader changes this in a menu.
    first, second : float, 1 to 10
        Units in the hidden layers; whole numbers.
    learning_rate : float, 0.001 to 1
        The learning rate.
    momentum : float, 0 to 0.99
    epoch : float, 0 to 1000
        How far the training is; a whole number.
    seed : float
        Draws the first weights; a reader changes this with a button.
    speed : str
        How fast it plays: "slow", "medium" or "fast"; a reader changes this in a menu.

    Raises
    ------
    GraphError
        For data that there are not.

    Notes
    -----
    Chapter *Linear and XOR*; the network and the data are those of Chin (2021).
    """

    _css = Explorable._css + styles("chain.css", "boundary.css")
    data = traitlets.Unicode("xor").tag(sync=True)
    first = traitlets.Float(5.0).tag(sync=True)
    second = traitlets.Float(10.0).tag(sync=True)
    learning_rate = traitlets.Float(0.1).tag(sync=True)
    momentum = traitlets.Float(MOMENTUM).tag(sync=True)
    epoch = traitlets.Float(60.0).tag(sync=True)
    seed = traitlets.Float(1.0).tag(sync=True)
    speed = traitlets.Enum(["slow", "medium", "fast"], "medium").tag(sync=True)
    sliders = (
        Slider("epoch", "epochs", 0, LONGEST, 1, ".0f"),
        Slider("learning_rate", "learning rate η", 0.001, 1, 0.25, ".3g", logarithmic=True),
        Slider("momentum", "momentum", 0, 0.99, 0.01),
        Slider("first", "units in hidden layer 1", 1, MOST_UNITS, 1, ".0f"),
        Slider("second", "units in hidden layer 2", 1, MOST_UNITS, 1, ".0f"),
    )

    def __init__(self, **traits: Any) -> None:
        super().__init__(
            _esm=module("stage.js", "random.js", "contours.js", "boundary.js", program=_program()), **traits
        )

    @traitlets.validate("data")
    def _known(self, proposal: Any) -> str:
        return checked_choice(proposal.value, DATA, "set of data", '"xor".')


def _program() -> str:
    """JavaScript: the training of the largest network, read from its graph, and the data."""
    network = Layers(2, MOST_UNITS, MOST_UNITS, 1)
    learn = javascript_training("learn", network, momentum=True, watch=["out3"])
    sets = {}
    for key, name in DATA.items():
        X, T = lab_data(key, LINEAR_SEED)
        sets[key] = {"name": name, "X": X.ravel().tolist(), "T": T.ravel().tolist()}
    # A page carries this text: without its indentation it is a fifth shorter.
    lines = [line.strip() for line in learn.splitlines()]
    return "\n".join([*lines, constants(DATA=sets, SHAPES=network.shapes, UNITS=MOST_UNITS, LONGEST=LONGEST)])
