"""The figures of the chapter *Perceptrons*: points that hidden units move, a line and a root, stairs and a slope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from . import COLOURS, Picture, figure, panels, picture

Line = tuple[Sequence[float], float]
"""Two weights and a bias, as of a unit with a step."""
LOW, HIGH = -0.6, 1.6


def folded(
    points: Sequence[Sequence[float]], targets: Sequence[int], hidden: Sequence[Line], output: Line, title: str
) -> Picture:
    """What two hidden units with a step make of points: their lines in the square, and where the points come to lie.

    Parameters
    ----------
    points : sequence of pairs of float
    targets : sequence of int
        0 or 1 for each point.
    hidden : two lines
        Of the hidden units.
    output : line
        Of the output, in the square of the hidden outputs.
    title : str
        The caption.
    """
    moved = [tuple(float(w[0] * x + w[1] * y + b > 0) for w, b in hidden) for x, y in points]
    drawn, (before, after) = panels(2, figsize=(3.5, 3.5))
    for axes, lines, names, places in (
        (before, hidden, ("h1", "h2"), points),
        (after, [output], ("o1",), moved),
    ):
        for line, name in zip(lines, names, strict=True):
            _draw_line(axes, line, name)
        for place, target in sorted(set(zip(map(tuple, places), targets, strict=True))):
            _mark(axes, place, target)
        axes.set(xlim=(LOW, HIGH), ylim=(LOW, HIGH), xticks=[0, 1], yticks=[0, 1], aspect="equal")
        axes.grid(visible=False)
    before.set(xlabel="input $x_1$", ylabel="input $x_2$")
    after.set(xlabel="output of h1", ylabel="output of h2")
    told = ", ".join(f"({x:g}, {y:g}) to ({u:g}, {v:g})" for (x, y), (u, v) in zip(points, moved, strict=True))
    return picture(
        drawn,
        title,
        "Two squares. On the left two parallel lines, each with an arrow to the side where its unit answers 1, cut off "
        f"one corner each. On the right the hidden units have moved {told}, and one line parts the points.",
    )


def _draw_line(axes: Axes, line: Line, name: str) -> None:
    """A line, the arrow of its weights from the middle of it, and its name."""
    (w1, w2), b = line
    size = np.hypot(w1, w2)
    foot = np.array([0.5, 0.5]) - (w1 * 0.5 + w2 * 0.5 + b) * np.array([w1, w2]) / size**2
    along, way = np.array([-w2, w1]) / size, np.array([w1, w2]) / size
    axes.plot(*np.array([foot - 3 * along, foot + 3 * along]).T, color=COLOURS["ink"], linewidth=1.8)
    axes.annotate("", foot + 0.32 * way, foot, arrowprops={"arrowstyle": "->", "color": COLOURS["ink"], "lw": 1.6})
    x, y = foot + 0.1 * way + 0.3 * along
    axes.text(x, y, name, color=COLOURS["ink"], ha="center", va="center", fontsize=10)


def _mark(axes: Axes, place: Sequence[float], target: int) -> None:
    """A full circle for the target 1, an open square for 0."""
    if target:
        axes.plot(*place, "o", color=COLOURS["accent"], markersize=10)
    else:
        axes.plot(*place, "s", markerfacecolor="none", markeredgecolor=COLOURS["warm"], markeredgewidth=2, markersize=9)


def overtaken(
    towards: Sequence[float], lengths: Sequence[float], *, least: float, most: float, bound: float, title: str
) -> Picture:
    """How far a perceptron has come after each correction, between the line and the root that its proof compares.

    Parameters
    ----------
    towards : sequence of float
        u · v after each correction, v the weights and u those of a line that parts the points.
    lengths : sequence of float
        The product of the lengths of u and v after each correction.
    least, most : float
        What u · v grows by at least at each correction; what that product is at most, by the root of their number.
    bound : float
        Where the two meet.
    title : str
        The caption.
    """
    count, ran = np.linspace(0, bound * 1.25, 300), np.arange(1, len(towards) + 1)
    drawn, axes = figure(figsize=(5.8, 3.3))
    axes.plot(count, least * count, color=COLOURS["accent"])
    axes.plot(count, most * np.sqrt(count), color=COLOURS["warm"], linestyle=(0, (5, 2)))
    axes.axvline(bound, color=COLOURS["bad"], linewidth=1.2, linestyle=(0, (1, 2)))
    axes.plot(ran, towards, "o", color=COLOURS["accent"], markersize=6)
    axes.plot(ran, lengths, "s", markerfacecolor="none", markeredgecolor=COLOURS["warm"], markersize=6)
    top = most * np.sqrt(bound * 1.25)
    half = bound / 2
    above = most * np.sqrt(half) + 0.06 * top
    axes.text(half, above, "$|u|\\,|v|$ is below", color=COLOURS["warm"], ha="right")
    axes.text(1.04 * half, 0.92 * least * half, "$u \\cdot v$ is above", color=COLOURS["accent"], ha="left")
    axes.text(bound * 0.985, 0.06 * top, "no further than here", color=COLOURS["bad"], ha="right", fontsize=10)
    axes.set(xlabel="corrections $k$", xlim=(0, bound * 1.25), ylim=(0, top * 1.12))
    return picture(
        drawn,
        title,
        f"A straight line and the curve of a square root, which meet at {bound:g} corrections; then the line is above. "
        f"The points of the run, {len(towards)} pairs near the left edge, lie between the two.",
    )


def stairs(
    weights: Sequence[float], errors: Mapping[str, Sequence[float]], here: float, name: str, title: str
) -> Picture:
    """The error against one weight, with steps and with sigmoids: stairs, and a slope.

    Parameters
    ----------
    weights : sequence of float
    errors : two sequences of float by name
        Of the network with steps, and of that with sigmoids.
    here : float
        A weight that is marked.
    name : str
        What the weight is called.
    title : str
        The caption.
    """
    drawn, axes = figure(figsize=(5.8, 3.1))
    told = []
    looks = (("warm", (0, (5, 2)), 0.03), ("accent", "-", 0.42))
    for (kind, values), (colour, dashes, share) in zip(errors.items(), looks, strict=True):
        axes.plot(weights, values, color=COLOURS[colour], linestyle=dashes)
        at = int(len(values) * share)
        axes.text(weights[at], values[at] + 0.02, kind, color=COLOURS[colour], va="bottom")
        levels = len(np.unique(np.round(values, 9)))
        told.append(
            f"with {kind} it takes {levels} values" if levels < 9 else f"with {kind} it falls and rises smoothly"
        )
    axes.axvline(here, color=COLOURS["muted"], linewidth=1, linestyle=(0, (1, 2)))
    axes.set(
        xlabel=name, ylabel="error E", xlim=(min(weights), max(weights)), ylim=(0, 1.2 * max(map(max, errors.values())))
    )
    return picture(drawn, title, f"The error against {name}: {'; '.join(told)}. A line marks {name} = {here:g}.")
