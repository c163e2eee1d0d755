"""The plots of the chapter *Gradient descent*."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ..figures import COLOURS, Picture, figure, panels, picture
from ..graph.validation import Array
from .surfaces import SURFACES, Surface, descend, with_momentum

REACH, LINES = 2.0, 9
"""How far a map reaches, and how many lines of one height it has."""

LEVELS = [0.5 * (0.5 + 0.5 * k) ** 2 for k in range(5)]
"""The heights of the lines around a lowest point."""


def _draw_map(axes: Axes, surface: Surface, colour: str = "muted", dashes: str = "solid") -> None:
    """Lines of one height, at even steps of its root, so that those of a bowl lie evenly."""
    along = np.linspace(-REACH, REACH, 61)
    heights = surface.on_grid(along, along)
    low = heights.min()
    levels = low + (heights.max() - low) * ((np.arange(LINES) + 0.5) / LINES) ** 2
    axes.contour(along, along, heights, levels=levels, colors=COLOURS[colour], linewidths=1.1, linestyles=dashes)


def map_with_place(surface: Surface, at: tuple[float, float]) -> Picture:
    """A map of a surface around its lowest point, longer than high, with a dot at one place.

    Parameters
    ----------
    surface : Surface
        With a lowest point near the middle.
    at : pair of float
        The weights at the dot.

    Returns
    -------
    Picture

    Notes
    -----
    Introduced in the chapter *Gradient descent*.
    """
    drawn, axes = figure(figsize=(5.4, 2.9))
    across, up = np.linspace(-2.1, 2.1, 127), np.linspace(-0.9, 0.9, 55)
    heights = surface.on_grid(across, up)
    axes.contour(across, up, heights, levels=LEVELS, colors=COLOURS["muted"], linewidths=1.1)
    axes.plot(*surface.lowest[0], "+", color=COLOURS["good"], markersize=12, markeredgewidth=2.5)
    axes.plot(*at, "o", color=COLOURS["accent"], markersize=8)
    axes.annotate("you", at, (8, 4), textcoords="offset points", color=COLOURS["accent"], fontweight="bold")
    axes.set(aspect="equal", xlabel="w₁", ylabel="w₂", xticks=range(-2, 3), yticks=[-0.5, 0, 0.5])
    axes.grid(False)
    return picture(
        drawn,
        "A map of an error of two weights, with lines of one height.",
        "Lines of one height are ellipses, some three times as long as high, around the lowest point, a cross at "
        f"({surface.lowest[0][0]:g}, {surface.lowest[0][1]:g}). A dot at ({at[0]:g}, {at[1]:g}) marks where you stand: "
        "to the right of the cross, and a little above it.",
    )


def map_of_examples(surface: Surface, at: tuple[float, float], rate: float) -> Picture:
    """The errors of two examples on one map and their mean on another, with a step against each gradient.

    Parameters
    ----------
    surface : Surface
        With two examples.
    at : pair of float
        The weights before the step.
    rate : float
        The learning rate of the step.

    Returns
    -------
    Picture

    Notes
    -----
    Introduced in the chapter *Gradient descent*.
    """
    names = [f"point {k}: x = {x:g}, t = {t:g}" for k, (x, t) in enumerate(surface.examples, 1)]
    drawn, (alone, together) = panels(2, figsize=(3.6, 3.6))
    told = []
    shown = [(alone, Surface(surface.E, [example])) for example in surface.examples] + [(together, surface)]
    for (axes, part), colour, dashes in zip(
        shown, ("accent", "warm", "ink"), ("solid", "dashed", "solid"), strict=True
    ):
        _draw_map(axes, part, "muted" if axes is together else colour, dashes)
        down = -rate * part.gradient(at)
        told.append(f"({down[0] + 0:.2f}, {down[1] + 0:.2f})".replace("-", "−"))
        arrow = {"arrowstyle": "-|>", "color": COLOURS[colour], "linewidth": 2.4, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", xy=(at[0] + down[0], at[1] + down[1]), xytext=(at[0], at[1]), arrowprops=arrow)
    for axes in (alone, together):
        axes.plot(*at, "o", color=COLOURS["ink"])
        axes.set(aspect="equal", xlabel="w₁", ylabel="w₂", xticks=range(-2, 3), yticks=range(-2, 3))
        axes.grid(False)
    alone.set_title("each point alone", fontsize=11)
    together.set_title("the mean of both", fontsize=11)
    together.plot(*surface.lowest[0], "+", color=COLOURS["good"], markersize=12, markeredgewidth=2.5)
    return picture(
        drawn,
        f"Lines of one height. Solid, {names[0]}; dashed, {names[1]}. The arrows are steps of η = {rate:g}.",
        f"Two maps. In the first, each point alone has straight parallel lines of one height: a valley without an end, "
        f"and the two run in different directions. In the second their mean is a bowl with one lowest point. The steps "
        f"from one place are {told[0]} for the first point, {told[1]} for the second, and {told[2]}, half their sum, "
        f"for both.",
    )


def error_by_rate(keys: Sequence[str], start: Sequence[float], steps: int) -> Picture:
    """The error left on two surfaces after so many steps, for each learning rate, with their borders.

    Parameters
    ----------
    keys : pair of str
        Which of `SURFACES`.
    start : pair of float
    steps : int

    Returns
    -------
    Picture

    Notes
    -----
    Introduced in the chapter *Gradient descent*.
    """
    drawn, axes = figure()
    told = []
    for key, colour, dashes in zip(keys, ("accent", "warm"), ("-", (0, (5, 2))), strict=True):
        surface = SURFACES[key]
        border = 2 / surface.curvatures()[1]
        rates: Array = np.linspace(0.02, 1.12, 89) * border
        left = [surface.error(descend(surface, start, with_momentum(rate), steps)[-1]) for rate in rates]
        axes.semilogy(rates, left, color=COLOURS[colour], linestyle=dashes)
        axes.axvline(border, color=COLOURS["bad"], linewidth=1.2, linestyle=(0, (1, 2)))
        axes.text(border, 0.1, f" {border:.3g}", color=COLOURS["bad"], fontsize=10)
        axes.text(border / 2, 8, key, color=COLOURS[colour], fontweight="bold", ha="center")
        told.append(f"on the surface {key} it is lowest at {rates[np.argmin(left)]:.2f}, and soars beyond {border:.3g}")
    axes.set(xlabel="learning rate η", ylabel=f"error after {steps} steps", ylim=(1e-12, 1e2), xlim=(0, None))
    return picture(
        drawn,
        f"The error left after {steps} steps. The dotted lines stand at 2 divided by the largest curvature.",
        "Two curves of error against learning rate: " + "; ".join(told) + ".",
    )
