"""The explorable of the chapter *The chain rule*: a nudge that travels, and the graphs that its steps are read from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import traitlets

from ..graph import Node, gradient, log, sigmoid, variable
from ..graph.errors import checked_choice
from ..readings.javascript import javascript
from .base import Explorable, Slider, constants, module, styles


@dataclass(frozen=True)
class Step:
    """A row of the table of functions: its key, how it is written of `{}`, and the graph that it builds on a node."""

    key: str
    written: str
    function: Callable[[Node], Node]


STEPS = (
    Step("line", "3{} + 1", lambda x: 3.0 * x + 1.0),
    Step("half", "−½{}", lambda x: -0.5 * x),
    Step("square", "{}²", lambda x: x**2),
    Step("logarithm", "ln(1 + {}²)", lambda x: log(1.0 + x**2)),
    Step("sigmoid", "σ({})", sigmoid),
)
"""The functions that a chain can be made of. All are defined, and none is steep, wherever the chain can take them."""

DIRECT = Step("direct", "2{}", lambda x: 2.0 * x)
"""The second way from x to z, which leaves out u."""

_BY_KEY = {step.key: step for step in STEPS}


def chain_graph(inner: str, outer: str, bypass: bool = False) -> dict[str, Node]:
    """Two functions in a chain, x to u to v, and z, which is v or, with a bypass, v + 2x.

    Parameters
    ----------
    inner, outer : str
        Keys of the table `STEPS`.
    bypass : bool
        Whether x also moves z directly.

    Returns
    -------
    dict of str to Node, all numbers
        `x`, `u`, `v` and `z`; the slopes `du_dx` and `dv_du`; and `dz_dx`, over all paths.

    Raises
    ------
    GraphError
        For a function that is not in the table.

    Notes
    -----
    Chapter *The chain rule*; after Fantahun (2023), equation (6.44).
    """
    first, second = _step(inner), _step(outer)
    x = variable("x")
    u = first.function(x).named("u")
    v = second.function(u).named("v")
    z = v + DIRECT.function(x) if bypass else v
    return {
        "x": x,
        "u": u,
        "v": v,
        "z": z,
        "du_dx": gradient(u, x),
        "dv_du": gradient(v, u),
        "dz_dx": gradient(z, x),
    }


class NudgedChain(Explorable):
    """Parallel number lines: a nudge of x travels to z, stretched at each line by the slope at that line's own point.

    Parameters
    ----------
    x : float, −2 to 2
        Where the chain starts.
    h : float, 1 down to 1e−16
        The nudge of x.
    inner, outer : str
        The two functions, keys of the table `STEPS`: "line", "half", "square", "logarithm", "sigmoid".
    bypass : bool
        Whether x also moves z directly, by 2x. A reader changes this, and the functions, above the lines.
    differences : bool
        Whether a second picture shows how far ratio and product are apart, for all nudges down to this one.

    Raises
    ------
    GraphError
        For a function that is not in the table.

    Notes
    -----
    Chapter *The chain rule*.
    """

    _css = Explorable._css + styles("chain.css")
    x = traitlets.Float(0.5).tag(sync=True)
    h = traitlets.Float(0.1).tag(sync=True)
    inner = traitlets.Unicode("line").tag(sync=True)
    outer = traitlets.Unicode("square").tag(sync=True)
    bypass = traitlets.Bool(False).tag(sync=True)
    differences = traitlets.Bool(True).tag(sync=True)
    sliders = (
        Slider("x", "start x", -2, 2, 0.05),
        Slider("h", "nudge h", 1e-16, 1, 1, ".1g", logarithmic=True),
    )

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=module("stage.js", "sigmoid.js", "chain.js", program=_program()), **traits)

    @traitlets.validate("inner", "outer")
    def _known(self, proposal: Any) -> str:
        return _step(proposal.value).key


def _step(key: str) -> Step:
    return _BY_KEY[checked_choice(key, _BY_KEY, "function", "add a row for it to the table STEPS.")]


def _program() -> str:
    """JavaScript: for each function its value and slope, read from its graph, and the table of how they are written."""
    x = variable("x")
    functions = []
    for step in (*STEPS, DIRECT):
        value = step.function(x)
        functions.append(javascript(f"step_{step.key}", {"value": value, "slope": gradient(value, x)}))
    direct = DIRECT.written.format("x")
    written = {step.key: step.written for step in STEPS}
    at = ", ".join(f"{step.key}: step_{step.key}" for step in STEPS)
    return "\n".join(
        [
            *functions,
            f"const STEPS = {{ {at} }};",
            constants(WRITTEN=written, DIRECT=direct),
        ]
    )
