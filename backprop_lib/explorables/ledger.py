"""An explorable of the chapter *Backpropagation*: what all derivatives of a graph in layers cost, in three ledgers."""

from __future__ import annotations

from typing import Any

import traitlets

from .base import Explorable, Slider, module, styles


class Ledger(Explorable):
    """Three ledgers of multiplications for one graph in layers: path by path, forward mode and reverse mode.

    Parameters
    ----------
    width : float, 1 to 5
        The nodes in a layer; a whole number.
    depth : float, 2 to 5
        The layers of so many nodes. One node more, joined to all of the last layer, is the output.
    turned : bool
        Whether the graph is turned round: the single node is the input, and the layer furthest from it the outputs.
    merged : int
        In how many nodes the paths are merged, counted from the single node.

    Notes
    -----
    What counts is what `backprop_lib.checking.costs` counts: multiplications, the slopes being given.
    Chapter *Backpropagation*.
    """

    _css = Explorable._css + styles("ledger.css")
    width = traitlets.Float(3.0).tag(sync=True)
    depth = traitlets.Float(4.0).tag(sync=True)
    turned = traitlets.Bool(False).tag(sync=True)
    merged = traitlets.Int(0, min=0).tag(sync=True)
    sliders = (
        Slider("width", "nodes in a layer", 1, 5, 1, ".0f"),
        Slider("depth", "layers", 2, 5, 1, ".0f"),
    )

    def __init__(self, **traits: Any):
        super().__init__(_esm=module("stage.js", "ledger.js"), **traits)
