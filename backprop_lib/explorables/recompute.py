"""The explorables of the chapter *Computational graphs*: what must be computed again when an input moves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import traitlets

from ..graph import GraphError, Node, descendants, topological_order, variable, variables
from ..graph.errors import checked_choice
from ..graph.fold import inputs
from ..graph.nodes import CONSTANT
from ..readings.drawing.graphs import STYLE as DRAWING_STYLE
from ..readings.drawing.graphs import drawing
from ..readings.formula import HTML, formula, split, write
from ..readings.javascript import javascript
from .base import Explorable, Slider, constants, module, styles

START = {"w": 0.5, "x": 2.0, "b": 1.0, "t": 3.0, "lambda_": 0.4}
"""Where the inputs stand at first."""

FARTHEST = 20.0
"""How far an input may be from 0, on either side."""

ONCE = {name: (name,) for name in START}
COPIES = {"w_1": ("w_1",), "w_2": ("w_2",), "w": ("w_1", "w_2")} | {name: (name,) for name in START if name != "w"}
"""What a reader can move in the graph with one weight, and in that with a copy for each use: the inputs, by key."""

LOOKS = ("u_5", "E", "J")
"""The operations that a reader can look back from."""

ASKED = ("w", "t", "lambda_")
"""The inputs that `WhatChanges` asks about, in this order."""


def weight_decay_cost(copies: bool = False) -> Node:
    """An error with weight decay, J = ½(wx + b − t)² + λw², in the variables `w`, `x`, `b`, `t` and `lambda_`.

    Parameters
    ----------
    copies : bool
        Whether each use of the weight has a variable of its own: `w_1` in the error, `w_2` in the penalty.

    Returns
    -------
    Node, a number

    Notes
    -----
    After Figure 6.8 (d) of Goodfellow et al. (2016), for a single weight. Chapter *Computational graphs*.
    """
    w_1, w_2 = variables("w_1 w_2") if copies else variables("w") * 2
    x, b, t, lambda_ = variables("x b t lambda_")
    f = (w_1 * x + b).named("f")
    E = (0.5 * (f - t) ** 2).named("E")
    return (E + lambda_ * w_2**2).named("J")


_GRAPHS: dict[str, tuple[Node, Mapping[str, Sequence[str]]]] = {
    "once": (weight_decay_cost(), ONCE),
    "copies": (weight_decay_cost(copies=True), COPIES),
}


def _keys(order: list[Node]) -> dict[Node, str]:
    """What each node but the fixed numbers is called: its name, else u_1, u_2, … in the order of the drawing."""
    unnamed = [node for node in order if node.name is None and node.operation is not CONSTANT]
    return {node: node.name for node in order if node.name} | {node: f"u_{k}" for k, node in enumerate(unnamed, 1)}


def _drawn(J: Node, keys: Mapping[Node, str], **options: Any) -> str:
    """The drawing, its boxes marked by key."""
    found = drawing(J, names="u", direction="down", **options)
    svg = found.svg
    for mark, node in found.nodes.items():
        svg = svg.replace(f'data-node="{mark}"', f'data-node="{keys.get(node, mark)}"')
    return svg


def _start(J: Node) -> dict[str, float]:
    return {name: START["w" if name in COPIES["w"] else name] for name in inputs([J])}


def _program() -> str:
    """JavaScript: `once(values)` and `copies(values)`, every value of the two graphs by key, and SPEC."""
    programs, specification = [], {}
    for name, (J, moves) in _GRAPHS.items():
        order = topological_order([J])
        keys = _keys(order)
        by_key = {key: node for node, key in keys.items()}
        programs.append(javascript(name, by_key))
        specification[name] = {
            "svg": _drawn(J, keys),
            "numbered": _drawn(J, keys, values=_start(J), gradients_of=J),  # two lines that the page's program fills
            "steps": [_step(node, keys) for node in order if node.parents],
            "moves": [
                {
                    "key": key,
                    "inputs": names,
                    "redone": [keys[node] for node in descendants([by_key[name] for name in names], [J])],
                }
                for key, names in moves.items()
            ],
            "looks": [
                {"key": key, "met": [keys[node] for node in topological_order([by_key[key]])[:-1] if node in keys]}
                for key in LOOKS
            ],
        }
    return "\n".join([*programs, constants(SPEC=specification)])


def _step(node: Node, keys: Mapping[Node, str]) -> dict[str, str]:
    """One operation as HTML, its operands by name: what it is called, and how it is computed."""
    operands = tuple(variable(keys[parent]) if parent in keys else parent for parent in node.parents)
    alone = Node(node.operation, operands, (), node.attributes)
    return {"key": keys[node], "name": _HTML.name(keys[node]), "formula": write(formula(alone), _HTML)}


def _name(name: str) -> str:
    stem, index = split(name)
    return f"<i>u</i><sup>({index})</sup>" if stem == "u" else HTML.name(name)


def _power(base: str, exponent: str) -> str:
    return HTML.power(f"({base})" if base.endswith("</sup>") else base, exponent)


_HTML = replace(HTML, name=_name, power=_power)


class _OnTheGraph(Explorable):
    """An explorable that draws one of the two graphs of `weight_decay_cost`."""

    _css = Explorable._css + DRAWING_STYLE + styles("recompute.css")
    file = ""

    def __init__(self, **traits: Any):
        super().__init__(_esm=module("stage.js", "recompute.js", self.file, program=_program()), **traits)


class WhatChanges(_OnTheGraph):
    """A question in three rounds: mark every operation that has to be done again when an input moves.

    Parameters
    ----------
    guesses : dict of str to list of str
        For each input asked about and answered, `w`, `t` and `lambda_` in turn, the operations that were marked.
    round : int
        Which of the three is on show, from 0.

    Notes
    -----
    Chapter *Computational graphs*.
    """

    file = "what_changes.js"
    asked = traitlets.List(traitlets.Unicode(), list(ASKED), read_only=True).tag(sync=True)
    guesses = traitlets.Dict(value_trait=traitlets.List(traitlets.Unicode()), key_trait=traitlets.Unicode()).tag(
        sync=True
    )
    round = traitlets.Int(0, min=0).tag(sync=True)

    def __repr__(self) -> str:
        return "Which operations of J must be done again when w moves? When t moves? When λ moves?"


class Recompute(_OnTheGraph):
    """The graph of `weight_decay_cost` and its values; what a move does again has a heavy outline and "was → is".

    A reader can also look back from an operation: then all that it is computed from has the outline.

    Parameters
    ----------
    values : dict of str to float
        Where the inputs start, where that is not START.
    chosen : str
        The input that moves: `w`, `x`, `b`, `t` or `lambda_`; with copies also `w_1` or `w_2`, and `w` is both. Or the
        operation to look back from: `J`, `E`, or `u_5`, which is the penalty.
    by : float, −2 to 2
        How far it moves.
    copies : bool
        Whether each use of the weight has a copy of its own.
    tried : list of str
        What has been moved.

    Raises
    ------
    GraphError
        For an input that there is not, or a value that is not finite or too far from 0.

    Notes
    -----
    Chapter *Computational graphs*.
    """

    file = "recompute_view.js"
    values = traitlets.Dict(value_trait=traitlets.Float(), key_trait=traitlets.Unicode()).tag(sync=True)
    chosen = traitlets.Unicode("w").tag(sync=True)
    by = traitlets.Float(0.1).tag(sync=True)
    copies = traitlets.Bool(False).tag(sync=True)
    tried = traitlets.List(traitlets.Unicode()).tag(sync=True)
    sliders = (Slider("by", "change by", -2, 2, 0.1, "+.1f"),)

    def __init__(self, **traits: Any):
        values = traits.get("values", {})
        super().__init__(**{**traits, "values": START | dict(values) if isinstance(values, Mapping) else values})

    @traitlets.validate("chosen")
    def _known(self, proposal: Any) -> str:
        return checked_choice(proposal["value"], [*COPIES, *LOOKS], "value", "w is the weight.")

    @traitlets.validate("values")
    def _usable(self, proposal: Any) -> dict[str, float]:
        for name, value in proposal["value"].items():
            checked_choice(name, START, "value", "w is the weight.")
            if not (math.isfinite(value) and abs(value) <= FARTHEST):
                raise GraphError(
                    f"'{name}' starts at {value:g}.", f"a number from −{FARTHEST:g} to {FARTHEST:g}", "0.5."
                )
        values: dict[str, float] = proposal["value"]
        return values
