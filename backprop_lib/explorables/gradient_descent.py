"""The explorables of the chapter *Gradient descent*: the slope in a direction, and the way down on a map."""

from __future__ import annotations

from math import pi
from typing import Any

import traitlets

from ..graph import Node, constant, cos, gradient, sin, sqrt, variable, variables
from ..graph.errors import checked_choice
from ..graph.substitute import substituted
from ..networks.surfaces import SURFACES, W1, W2
from ..readings.javascript import javascript
from .base import Explorable, Slider, constants, module, styles

NAMES = {
    "bowl": "a round bowl",
    "valley": "a narrow valley",
    "two points": "a line for two points",
    "six points": "a line for six points",
    "two minima": "two minima, a saddle between",
}
"""What the surfaces are called in the menu."""


def step_graph() -> dict[str, Node]:
    """One step of gradient descent with momentum, for one weight.

    Returns
    -------
    dict of str to Node, all numbers
        `v_next` the velocity after the step, from the velocity `v` before it, the `slope`, the learning rate `eta` and
        the momentum `alpha`; `w_next` the weight after it, from the weight `w` before.

    Notes
    -----
    Chapter *Gradient descent*; after Chin (2021), Listing 4.
    """
    w, v, slope, eta, alpha = variables("w v slope eta alpha")
    v_next = (alpha * v + eta * slope).named("v_next")
    return {"v_next": v_next, "w_next": (w - v_next).named("w_next")}


def direction_graph(E: Node) -> dict[str, Node]:
    """What a way `s` from a place, in the direction of an angle, makes of an error of `w1` and `w2`.

    Parameters
    ----------
    E : Node
        A number, computed from the variables `w1` and `w2`.

    Returns
    -------
    dict of str to Node, all numbers
        `E` after the way; `slope` its derivative by `s`, by the chain rule over two paths; `u1` and `u2` how far each
        weight moves, where `s` moves by 1; `d1` and `d2` the slopes against the weights themselves; `length` that of
        the gradient.

    Notes
    -----
    Chapter *Gradient descent*.
    """
    s, angle = variable("s"), variable("angle")  # in degrees, from the axis of w1 towards that of w2
    turned = angle * constant(pi / 180)
    u1, u2 = cos(turned).named("u1"), sin(turned).named("u2")
    (moved,) = substituted([E], {W1: W1 + s * u1, W2: W2 + s * u2})
    d1, d2 = gradient(E, W1), gradient(E, W2)
    length = sqrt(d1**2 + d2**2)
    return {"E": moved, "slope": gradient(moved, s), "u1": u1, "u2": u2, "d1": d1, "d2": d2, "length": length}


def _maps(*keys: str) -> str:
    """JavaScript: errors and slopes of surfaces, and what a map of them shows."""
    programs, chosen, told = [], [], {}
    for k, key in enumerate(keys):
        surface = SURFACES[key]
        d1, d2 = surface.slopes
        programs.append(javascript(f"slopes_{k}", {"E": surface.E, "d1": d1, "d2": d2}))
        chosen.append(f'"{key}": slopes_{k}')
        told[key] = {
            "name": NAMES[key],
            "data": surface.examples,
            "examples": [{"x": x, "t": t} for x, t in surface.examples] or [{}],
            "lowest": surface.lowest.tolist(),
            "low": surface.error(surface.lowest[0]),
        }
    return "\n".join([*programs, f"const SLOPES = {{ {', '.join(chosen)} }};", constants(SURFACES=told)])


class Directions(Explorable):
    """The map of an error, and its slope in a direction that the reader turns.

    Parameters
    ----------
    angle : float, 0 to 360
        The direction, in degrees from the axis of w1 towards that of w2.
    w1, w2 : float, −2 to 2
        The place.
    gradient : bool
        Whether the gradient is shown; a reader changes this by hand.

    Notes
    -----
    Chapter *Gradient descent*.
    """

    _css = Explorable._css + styles("chain.css", "gradient_descent.css")
    surface = traitlets.Unicode("valley", read_only=True).tag(sync=True)
    angle = traitlets.Float(180.0).tag(sync=True)
    w1 = traitlets.Float(1.5).tag(sync=True)
    w2 = traitlets.Float(0.5).tag(sync=True)
    gradient = traitlets.Bool(False).tag(sync=True)
    sliders = (
        Slider("angle", "direction, in degrees", 0, 360, 5, ".0f"),
        Slider("w1", "weight w₁", -2, 2, 0.05),
        Slider("w2", "weight w₂", -2, 2, 0.05),
    )

    def __init__(self, **traits: Any) -> None:
        program = "\n".join([_maps("valley"), javascript("along", direction_graph(SURFACES["valley"].E))])
        files = ("stage.js", "contours.js", "contour_map.js", "directions.js")
        super().__init__(_esm=module(*files, program=program), **traits)


class GradientDescent(Explorable):
    """The way that gradient descent takes on the map of an error of two weights, and the error after each step.

    Parameters
    ----------
    surface : str
        "bowl", "valley", "two points", "six points" or "two minima"; a reader changes this in a menu.
    learning_rate : float, 0 to 1.2
    momentum : float, 0 to 0.95
    batch : str
        From how many points each step is computed, where there are any: "all", "two" or "one"; a reader changes this
        in a menu.
    start_1, start_2 : float, −2 to 2
        The weights before the first step.
    steps : float, 0 to 60
        How many to take; a whole number.

    Raises
    ------
    GraphError
        For a surface or a batch that there is not.

    Notes
    -----
    Chapter *Gradient descent*; momentum is that of Chin (2021).
    """

    _css = Directions._css
    surface = traitlets.Unicode("six points").tag(sync=True)
    learning_rate = traitlets.Float(0.3).tag(sync=True)
    momentum = traitlets.Float(0.0).tag(sync=True)
    batch = traitlets.Unicode("one").tag(sync=True)
    start_1 = traitlets.Float(-1.5).tag(sync=True)
    start_2 = traitlets.Float(1.5).tag(sync=True)
    steps = traitlets.Float(30.0).tag(sync=True)
    sliders = (
        Slider("learning_rate", "learning rate η", 0, 1.2, 0.01),
        Slider("momentum", "momentum α", 0, 0.95, 0.05),
        Slider("steps", "steps", 0, 60, 1, ".0f"),
        Slider("start_1", "first weight w₁", -2, 2, 0.05),
        Slider("start_2", "first weight w₂", -2, 2, 0.05),
    )

    def __init__(self, **traits: Any) -> None:
        program = "\n".join([_maps(*NAMES), javascript("move", step_graph())])
        files = ("stage.js", "contours.js", "contour_map.js", "gradient_descent.js")
        super().__init__(_esm=module(*files, program=program), **traits)

    @traitlets.validate("surface")
    def _known_surface(self, proposal: Any) -> str:
        return checked_choice(proposal.value, NAMES, "surface", '"valley".')

    @traitlets.validate("batch")
    def _known_batch(self, proposal: Any) -> str:
        return checked_choice(proposal.value, ("all", "two", "one"), "batch", '"all".')
