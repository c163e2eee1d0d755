"""The explorable of the chapter *Two hidden layers*: ten starts, trained anew as the learning rate moves."""

from __future__ import annotations

from itertools import product
from typing import Any

import traitlets

from ..experiments.two_hidden import BIASES, EPOCHS, RATE, SIZES, SMALL, WEIGHTS
from ..networks.datasets import two_numbers
from ..networks.network import Network
from ..readings.iteration import javascript_iteration
from .base import Explorable, Slider, constants, module, styles

RUNS, LAST = 10, 190
"""How many starts are shown, and the seed of the first of the last ten, after which those from 0 on come again."""


class TenStarts(Explorable):
    """The error of ten starts, epoch by epoch, and the way of their two outputs to the targets.

    Parameters
    ----------
    learning_rate : float, 0.001 to 1000
    chosen : float, 1 to 10
        Which of the ten is drawn thick and told of; a whole number.
    half : bool
        Whether the loss is half the squared error, or all of it. A reader changes this, and what follows, by hand.
    learn_biases : bool
        Whether training moves the biases of the hidden layers, too.
    scaled : bool
        Whether the errors are drawn against learning rate × epochs, and not against epochs.
    first : int
        The seed of the first of the ten, 0, 10, 20, …, 190: each seed is the same start as in Python.

    Notes
    -----
    Chapter *Two hidden layers*; after Kussainova, figure 2.
    """

    _css = Explorable._css + styles("ten_starts.css")
    learning_rate = traitlets.Float(RATE).tag(sync=True)
    chosen = traitlets.Float(1.0).tag(sync=True)
    half = traitlets.Bool(True).tag(sync=True)
    learn_biases = traitlets.Bool(False).tag(sync=True)
    scaled = traitlets.Bool(False).tag(sync=True)
    first = traitlets.Int(0, min=0, max=LAST).tag(sync=True)
    sliders = (
        Slider("learning_rate", "learning rate η", 0.001, 1000, 0.1, ".3r", logarithmic=True),
        Slider("chosen", "start shown thick", 1, RUNS, 1, ".0f"),
    )

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=module("stage.js", "random.js", "ten_starts.js", program=_program()), **traits)


def _program() -> str:
    """JavaScript: the training under each reading of the text, and what it starts from."""
    readings = list(product((True, False), repeat=2))
    names = {
        reading: f"rounds_{'half' if reading[0] else 'whole'}_{'learned' if reading[1] else 'fixed'}"
        for reading in readings
    }
    programs = [_rounds(name, half, learn) for (half, learn), name in names.items()]
    (inputs,), (targets,) = two_numbers()
    network = Network(*SIZES)
    levels = dict(zip(("h", "g", "o"), (*BIASES, 0.0), strict=True))
    given = dict(zip((*network.layers[0], "t1", "t2"), (*inputs, *targets), strict=True))
    given |= {name: levels[name[2]] for name in network.bias_names}
    table = {
        "given": given,
        "weights": network.weight_names,
        "between": WEIGHTS,
        "runs": RUNS,
        "last": LAST,
        "epochs": EPOCHS,
        "small": SMALL,
        "targets": targets.tolist(),
    }
    chosen = ", ".join(f'"{half} {learn}": {name}'.lower() for (half, learn), name in names.items())
    return "\n".join([*programs, f"const ROUNDS = {{ {chosen} }};", constants(TABLE=table)])


def _rounds(name: str, half: bool, learn_biases: bool) -> str:
    """The training as JavaScript. The outputs have no biases: theirs are 0, and stay."""
    network = Network(*SIZES, half=half, learn_biases=learn_biases)
    updates = {node: following for node, following in network.updates().items() if node.name not in ("b_o1", "b_o2")}
    return javascript_iteration(
        name, updates, {"E": network.total, "o1": network.nodes["out_o1"], "o2": network.nodes["out_o2"]}
    )
