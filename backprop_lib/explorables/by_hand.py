"""The explorable of the chapter *By hand*: a network to nudge, to follow along its paths, to step through, to train."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import ipywidgets
import traitlets
from traitlets.utils.bunch import Bunch

from ..by_hand.calculation import HandCalculation
from ..graph.errors import GraphError, brief, checked_choice
from ..networks.drawing import STYLE as NETWORK_STYLE
from ..networks.network import SOURCES, Example, checked_example
from ..readings.derivation import STYLE as CARDS_STYLE
from .base import Explorable, Slider, constants, module, styles
from .network import programs, specification

VIEWS = ("nudge", "paths", "steps", "training")
"""The four views of a calculation by hand."""

LARGEST = 1_000_000
"""Numbers beyond this size, on either side of 0, are not taken: what comes of them would tell a reader nothing."""


def hand_style(*files: str) -> str:
    """The style of explorables that show a network and its cards, and more of their own from `files`."""
    return Explorable._css + CARDS_STYLE + NETWORK_STYLE + styles("network.css", *files)


class ByHand(Explorable):
    """A calculation by hand in four views: nudge a number, follow a weight's paths, step through the lines, train.

    Parameters
    ----------
    example : Example
        The network and its numbers; those of the sources when none is given.
    view : str
        Which view to start with: "nudge", "paths", "steps" or "training". A reader can go to the others.
    selected : str
        The weight or bias to start with, or, to be nudged, an input or target.
    values : mapping of str to float
        Numbers that differ from those of the example, by name.
    step : int
        Which line of the calculation, from 0.
    off : sequence of int
        Which paths of the selected weight the formula leaves out, counted from 1.
    learning_rate : float
        That of the example when none is given.
    previous : str
        Whose cards were on show before those of the selected weight, if any.
    tried : list of dict
        What each number that was nudged did to the error.

    Raises
    ------
    GraphError
        If the example is none, the view or the weight is not known, or a number is not finite or beyond a million.

    Notes
    -----
    Chapter *By hand*; after Fantahun (2023), section 4, and Singh (2024), question 3.
    """

    _css = hand_style("by_hand.css")
    values = traitlets.Dict(value_trait=traitlets.Float(), key_trait=traitlets.Unicode()).tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    view = traitlets.Unicode().tag(sync=True)
    step = traitlets.Int(0, min=0).tag(sync=True)
    off = traitlets.List(traitlets.Int(min=1)).tag(sync=True)
    learning_rate = traitlets.Float().tag(sync=True)
    outside = traitlets.Bool(False).tag(sync=True)
    """Whether a slider for the learning rate stands outside the figure."""
    previous = traitlets.Unicode().tag(sync=True)
    tried = traitlets.List(traitlets.Dict()).tag(sync=True)
    sliders = (Slider("learning_rate", "learning rate η", 0.01, 1000, 0.05, ".3r", logarithmic=True),)

    def __init__(self, example: Example = SOURCES, view: str = "nudge", selected: str | None = None, **traits: Any):
        self._example = checked_example(example)
        calculation = HandCalculation(example.network)
        self._parameters = {name: value for name, value in example.values.items() if name != "eta"}
        self._weights = (*example.network.weight_names, *example.network.bias_names)
        given = {
            "title": example.title,
            "values": self._parameters,
            "eta": example.values["eta"],
            "largest": LARGEST,
        }
        program = "\n".join(
            [
                programs(calculation),
                constants(SPEC=specification(calculation), EXAMPLE=given),
            ]
        )
        super().__init__(
            _esm=module("stage.js", "network.js", "by_hand.js", program=program),
            view=view,
            selected=self._weights[0] if selected is None else selected,
            values={**self._parameters, **_mapping(traits.pop("values", {}))},
            learning_rate=traits.pop("learning_rate", example.values["eta"]),
            **traits,
        )

    def panel(self, *traits: str) -> ipywidgets.VBox:
        """The figure; started on its training, it stands below a slider for the learning rate."""
        if not traits and self.view != "training":
            box = ipywidgets.VBox([self])
            box.add_class("bp-panel-box")
            return box
        box = super().panel(*traits)
        self.outside = True
        return box

    def __repr__(self) -> str:
        """What a viewer without widgets shows in place of the figure."""
        [error] = self._example.at(**self.values).value(self._example.network.total)
        return (
            f"ByHand: {self._example.title}, a {'-'.join(map(str, self._example.network.sizes))} network whose total "
            f"error is {error:.6f}; the view “{self.view}” of {self.selected}. Run this cell to see and change it."
        )

    @traitlets.validate("view")
    def _known_view(self, proposal: Bunch) -> str:
        return checked_choice(proposal["value"], VIEWS, "view", "it starts with that one, and has all four")

    @traitlets.validate("selected")
    def _known_parameter(self, proposal: Bunch) -> str:
        return self._known_name(proposal["value"])

    @traitlets.validate("values")
    def _known_numbers(self, proposal: Bunch) -> dict[str, float]:
        found: dict[str, float] = proposal["value"]
        for name, value in found.items():
            _of_a_size(value, self._known_name(name))
        return {**self._parameters, **found}

    def _known_name(self, name: str) -> str:
        return checked_choice(name, self._parameters, "number of the network", "w1 is the first weight")

    @traitlets.validate("learning_rate")
    def _usable_rate(self, proposal: Bunch) -> float:
        rate = _of_a_size(proposal["value"], "learning_rate")
        if rate < 0:
            raise GraphError(f"A learning rate of {rate:g}.", "0 or more", "a negative one would climb.")
        return rate


def _mapping(values: Mapping[str, float]) -> dict[str, float]:
    if isinstance(values, Mapping):
        return dict(values)
    raise GraphError(f"The values are {brief(values)}.", "numbers by name", '{"w1": 0.4}.')


def _of_a_size(value: float, name: str) -> float:
    if math.isfinite(value) and abs(value) <= LARGEST:
        return value
    raise GraphError(f"'{name}' is {value:g}.", f"a number from −{LARGEST:,} to {LARGEST:,}", "one that can be drawn.")
