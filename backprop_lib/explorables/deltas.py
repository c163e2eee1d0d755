"""The explorable of the chapter *Vanishing gradients*: how large the node deltas of a deep network are, by layer."""

from __future__ import annotations

from math import sqrt
from typing import Any, ClassVar

import traitlets

from ..experiments.vanishing import FARTHEST, NORMAL, SHARES, STARTS, UNITS, WIDTH, WRITTEN
from ..graph import Node, constant, gradient, sum_of, variable
from ..graph.errors import checked_choice
from ..readings.javascript import javascript
from .base import Explorable, Slider, constants, module, styles

BLOCK = 8
"""Units of a layer that one call of the program works out: a layer of 32 by 32 would be too many statements."""


def layer_graphs(width: int = WIDTH, units: int = BLOCK) -> dict[str, Node]:
    """Some units of a layer: their net inputs, and what they send down of their node deltas.

    Parameters
    ----------
    width : int
        Units in the layer below.
    units : int

    Returns
    -------
    dict of str to Node
        `net`, shape (units,), from what they hear, `h`, weights of variance 1, `W`, and `deviation`, which multiplies
        them all; and `below`, shape (width,), the gradient by `h` where that by the nets is `delta`.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*.
    """
    h, W, delta, deviation = (
        variable("h", width),
        variable("W", (width, units)),
        variable("delta", units),
        variable("deviation"),
    )
    net = (h @ W) * deviation
    return {"net": net, "below": gradient(sum_of(delta * net), h)}


def unit_graphs(activation: str) -> dict[str, Node]:
    """One unit: its output, its slope, and its node delta; all numbers.

    Parameters
    ----------
    activation : str
        A key of `experiments.vanishing.UNITS`.

    Returns
    -------
    dict of str to Node
        `out` and `slope` from `net`, and `delta`, the gradient by `net` where that by the output is `arriving`.

    Raises
    ------
    GraphError
        For an unknown activation.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*.
    """
    net, arriving = variable("net"), variable("arriving")
    out = UNITS[checked_choice(activation, UNITS, "activation")](net)
    return {"out": out, "slope": gradient(out, net), "delta": gradient(arriving * out, net)}


def theory_graphs() -> dict[str, Node]:
    """One layer of what theory expects: nets that are normally distributed, and the averages over them.

    Returns
    -------
    dict of str to Node
        `nets`, shape (points,), from their standard deviation, `deviation`; and from the outputs `out` and slopes
        `slope` there: `next`, the variance of the nets of the next layer, and `squared`, what the mean square of the
        deltas is multiplied by on the way back. `variance` is units × variance of the weights.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*.
    """
    out, slope = variable("out", len(NORMAL)), variable("slope", len(NORMAL))
    variance, shares = variable("variance"), constant(SHARES)
    return {
        "nets": variable("deviation") * constant(NORMAL),
        "next": variance * (shares @ out**2),
        "squared": variance * (shares @ slope**2),
    }


class DeltaByDepth(Explorable):
    """Untrained deep networks: the size of the node deltas in every layer, and where it comes from.

    Parameters
    ----------
    depth : float, 2 to 50
        How many hidden layers; a whole number.
    scale : float, ¼ to 4
        What all weights are multiplied by.
    activation : str
        A key of `experiments.vanishing.UNITS`. A reader changes this, and the start, above the picture.
    start : str
        A key of `experiments.vanishing.STARTS`: the variance of the weights, which are drawn evenly.
    draw : int
        Which weights; a reader draws others with a button.
    kept : str
        A line to compare with, as "activation start scale"; empty for none.

    Raises
    ------
    GraphError
        For an unknown activation or start.

    Notes
    -----
    Chapter *Vanishing gradients*.
    """

    _css = Explorable._css + styles("chain.css", "deltas.css")
    depth = traitlets.Float(20.0).tag(sync=True)
    scale = traitlets.Float(1.0).tag(sync=True)
    activation = traitlets.Unicode("sigmoid").tag(sync=True)
    start = traitlets.Unicode("glorot").tag(sync=True)
    draw = traitlets.Int(1).tag(sync=True)
    kept = traitlets.Unicode("").tag(sync=True)
    sliders: ClassVar[tuple[Slider, ...]] = (
        Slider("depth", "hidden layers", 2, 50, 1, ".0f"),
        Slider("scale", "all weights times", 0.25, 4, 0.05, ".2f", logarithmic=True),
    )

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=module("stage.js", "random.js", "deltas.js", program=_program()), **traits)

    @traitlets.validate("activation")
    def _known_activation(self, proposal: Any) -> str:
        return checked_choice(proposal.value, UNITS, "activation")

    @traitlets.validate("start")
    def _known_start(self, proposal: Any) -> str:
        return checked_choice(proposal.value, STARTS, "start")


def _program() -> str:
    """JavaScript: a block of a layer forward and backward, every activation, and the averages of theory."""
    layer, theory = layer_graphs(), theory_graphs()
    spread = {"nets": theory["nets"]}
    averages = {key: theory[key] for key in ("next", "squared")}
    return "\n".join(
        [
            javascript("nets_of", {"net": layer["net"]}),
            javascript("sent_below", {"below": layer["below"]}),
            javascript("spread", spread),
            javascript("averages", averages),
            *(javascript(f"unit_{name}", unit_graphs(name)) for name in UNITS),
            f"const UNITS = {{ {', '.join(f'{name}: unit_{name}' for name in UNITS)} }};",
            constants(
                WIDTH=WIDTH,
                BLOCK=BLOCK,
                HALF_RANGE=sqrt(3),  # of numbers drawn evenly with variance 1
                FARTHEST=FARTHEST,
                VARIANCES={name: variance for name, (_, variance) in STARTS.items()},
                WRITTEN=WRITTEN,
            ),
        ]
    )
