"""What every explorable is: a widget with a plain ES module, and ipywidgets sliders tied to its traits.

The sliders are tied in the browser (`jslink`), so they work on a page with no kernel; with one, the traits follow.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

from ..graph.errors import GraphError, checked_choice
from ..readings.palette import notebook_style

HERE = Path(__file__).parent


def module(*files: str, program: str = "") -> str:
    """One self-contained ES module: the program read from a graph, then the files one after the other.

    A widget carries its module as text and a page may be opened from a file, so nothing can be imported.
    """
    return "\n".join([program, *map(_text, files)])


def constants(**values: Any) -> str:
    """JavaScript: data for a module, each under its name."""
    return "\n".join(f"const {name} = {json.dumps(value, ensure_ascii=False)};" for name, value in values.items())


def styles(*files: str) -> str:
    """The rules of style sheets that stand beside the explorables, one after the other."""
    return "".join(map(_text, files))


def _text(file: str) -> str:
    return (HERE / file).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Slider:
    """A row of an explorable's table of controls: which trait, what to call it, from where to where.

    On a logarithmic slider equal ways are equal factors; `step` is then a part of a power of ten.
    """

    trait: str
    label: str
    low: float
    high: float
    step: float
    readout: str = ".2f"
    logarithmic: bool = False


class Explorable(anywidget.AnyWidget):
    """A picture that answers to its traits, in a notebook and on a page with no kernel."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = notebook_style(":is(.bp-explorable, .bp-prediction)") + styles("style.css")
    sliders: ClassVar[tuple[Slider, ...]] = ()

    def panel(self, *traits: str) -> ipywidgets.VBox:
        """The explorable below its sliders.

        Parameters
        ----------
        *traits : str
            Which sliders to show; all when none is named.

        Raises
        ------
        GraphError
            For a slider that there is not, or a value that its slider does not reach.
        """
        known = [row.trait for row in self.sliders]
        for trait in traits:
            checked_choice(trait, known, "slider", "panel() shows them all.")
        shown = [row for row in self.sliders if not traits or row.trait in traits]
        controls = ipywidgets.Box([self._slider(row) for row in shown])
        controls.add_class("bp-panel-controls")
        box = ipywidgets.VBox([controls, self])
        box.add_class("bp-panel-box")
        return box

    def __repr__(self) -> str:
        """What a viewer without widgets shows in place of the picture."""
        return f"{type(self).__name__}, an interactive picture: run this cell to see it"

    def _slider(self, row: Slider) -> ipywidgets.FloatSlider | ipywidgets.FloatLogSlider:
        value = getattr(self, row.trait)
        if not row.low <= value <= row.high:
            raise GraphError(
                f"'{row.trait}' is {value:g}.",
                f"a number from {row.low:g} to {row.high:g}",
                "one that its slider reaches.",
            )
        kind, reach = ipywidgets.FloatSlider, {"min": row.low, "max": row.high}
        if row.logarithmic:
            # The browser moves a value onto the slider's steps, so one of them has to be where it starts.
            steps = round((math.log10(value) - math.log10(row.low)) / row.step)
            reach = {"min": math.log10(value) - steps * row.step, "max": math.log10(row.high)}
            kind = ipywidgets.FloatLogSlider
        slider = kind(
            value=value,
            **reach,
            step=row.step,
            description=row.label,
            readout_format=row.readout,
            style={"description_width": "7em"},
        )
        ipywidgets.jslink((slider, "value"), (self, row.trait))
        return slider
