"""Slopes found by nudging: how a number changes when one value that it is computed from is made larger and smaller.

No derivative enters, so it is a witness for every derivative. It only ever runs the graph forward.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..graph import GraphError, Node, gradients, topological_order, variable
from ..graph.fold import inputs
from ..graph.origins import given_an_origin
from ..graph.substitute import substituted
from ..graph.validation import Array, label
from ..readings.numbers import evaluate

WIDEST = 2.0**-4
"""The first nudge, as a part of the value, or of 1 where the value is smaller."""

NUDGES = 11
"""How many nudges are tried, each a quarter of the one before."""

ORDERS = 4
"""How often the error is extrapolated away; each order removes the next even power of the nudge."""

AT_ONCE = 200_000
"""Numbers of the largest node that are held in memory at a time."""


@dataclass(frozen=True)
class Nudged:
    """What nudging tells of the derivative by one node. All arrays have the node's shape.

    Parameters
    ----------
    slope : ndarray
        The derivative, from central differences; NaN where none could be formed.
    uncertain : ndarray
        How far off the slope may be, as estimated from how much it still changed, and from rounding.
    below, above : ndarray
        The slopes on the two sides, from the smallest nudge that rounding leaves any good.
    kink : ndarray of bool
        Whether the two sides differ by an amount that does not shrink with the nudge.
    rounding : ndarray
        What rounding does to the derivative at the nudge where it does least: differences below it mean nothing.
    """

    slope: Array
    uncertain: Array
    below: Array
    above: Array
    kink: Array
    rounding: Array


def held_fixed(outputs: Sequence[Node], values: Mapping[str, Any]) -> tuple[dict[Node, Node], Mapping[str, Any]]:
    """A variable in place of each node that no gradient passes, and the values with those of these."""
    stops = [node for node in topological_order(outputs) if node.operation.name == "stop"]
    fixed = {node: variable(f"fixed_{k}", node.shape) for k, node in enumerate(stops)}
    found = evaluate(stops, {name: values[name] for name in inputs(stops)})
    return fixed, {**values, **{label(leaf): value for leaf, value in zip(fixed.values(), found, strict=True)}}


def nudged(output: Node, node: Node, point: Array, values: Mapping[str, float | Array], step: float = WIDEST) -> Nudged:
    """The derivative of a number by one of its nodes, found by nudging each element of the node.

    Parameters
    ----------
    output : Node
        A number.
    node : Node
        A node with a name that the output is computed from. Where it is computed itself, the graph is cut open there:
        it is nudged, and what it is computed from stays as it is.
    point : ndarray
        Its value.
    values : mapping of str to float or ndarray
        A value for each variable.
    step : float
        The widest nudge, as a part of the value, or of 1 where the value is smaller.

    Returns
    -------
    Nudged

    Notes
    -----
    Central differences for a whole row of nudges, extrapolated to the nudge 0; of all results the one whose error is
    estimated lowest: C. J. F. Ridders, "Accurate computation of F′(x) and F′(x) F″(x)", Advances in Engineering
    Software 4 (1982).
    """
    own = variable(node.name or "nudged", node.shape)
    fixed, values = held_fixed([output], values)
    (opened,) = substituted([output], {**fixed, node: own})
    if own not in topological_order([opened]):  # what a stop has cut off
        opened = 1.0 * opened
        given_an_origin([opened], [own])
    given = {name: values[name] for name, leaf in inputs([opened]).items() if leaf is not own}
    nodes = topological_order([opened])
    slopes, largest = gradients(opened, nodes), max(math.prod(inner.shape) for inner in nodes)
    flat = np.asarray(point, np.float64).reshape(-1)
    widest = step * 2.0 ** np.floor(np.log2(np.maximum(1.0, np.abs(flat))))  # powers of 2 add without rounding

    def found(wanted: Sequence[Node], points: Array) -> list[Array]:
        """Some nodes for each row, or NaN for all where one of them is not defined."""
        try:
            each = evaluate(wanted, given, **{str(own.name): points.reshape(len(points), *node.shape)})
            return [np.broadcast_to(one, (len(points), *of.shape)) for one, of in zip(each, wanted, strict=True)]
        except GraphError:
            return [np.full((len(points), *each.shape), np.nan) for each in wanted]

    def outputs(points: Array) -> Array:
        return found([opened], points)[0]

    def rounding(points: Array) -> Array:
        """About how far rounding may move the output: that of every value, carried on by that value's own gradient."""
        both = found([*nodes, *slopes], points)
        moved = (np.abs(value * slope) for value, slope in zip(both, both[len(nodes) :], strict=False))
        each = (part.sum(axis=tuple(range(-len(of.shape), 0))) for of, part in zip(nodes, moved, strict=True))
        return np.asarray(np.finfo(np.float64).eps * sum(each))

    here, rows = outputs(flat[np.newaxis])[0], max(1, AT_ONCE // largest)
    parts = [
        _of_elements(outputs, rounding, here, flat, np.arange(first, min(first + rows, flat.size)), widest)
        for first in range(0, flat.size, rows)
    ]
    return Nudged(*(np.concatenate(column).reshape(node.shape) for column in zip(*parts, strict=True)))


def _of_elements(
    outputs: Callable[[Array], Array],
    rounding: Callable[[Array], Array],
    here: float,
    flat: Array,
    places: Array,
    widest: Array,
) -> tuple[Array, ...]:
    """The fields of `Nudged` for some elements, one after the other."""
    own, steps = np.arange(len(places)), widest[places] * 4.0 ** -np.arange(NUDGES)[:, np.newaxis]
    sides = []
    with np.errstate(all="ignore"):
        for way in (-1, 1):
            shifted = np.tile(flat, (NUDGES, len(places), 1))
            shifted[:, own, places] += way * steps
            sides.append((shifted[:, own, places] - flat[places], np.stack([outputs(points) for points in shifted])))
        (back, lower), (forth, upper) = sides
        noise = np.stack([rounding(points) for points in shifted]) / steps  # at the point itself slopes may vanish
        slope, uncertain = _extrapolated((upper - lower) / (forth - back), noise)
        below, above = (here - lower) / -back, (upper - here) / forth
        return slope, uncertain, *_sides(below, above, noise), np.fmin.reduce(noise)


def _extrapolated(table: Array, noise: Array) -> tuple[Array, Array]:
    """The best extrapolation to the nudge 0 of each column, and its error."""
    own = np.arange(table.shape[1])
    best, lowest = np.full(len(own), np.nan), np.full(len(own), np.inf)
    for order in range(1, ORDERS + 1):
        weight = 16.0**order
        finer = (weight * table[1:] - table[:-1]) / (weight - 1)
        off = np.maximum(np.abs(finer - table[1:]), np.abs(finer - table[:-1])) + 2 * noise[order:]
        off[np.isnan(off)] = np.inf
        k = np.argmin(off, axis=0)
        better = off[k, own] < lowest
        best, lowest = np.where(better, finer[k, own], best), np.where(better, off[k, own], lowest)
        table = finer
    return best, lowest


def _sides(below: Array, above: Array, noise: Array) -> tuple[Array, Array, Array]:
    """The slopes on both sides at the smallest nudge that is not lost in noise, and whether they make a kink.

    On a smooth curve they differ by the nudge times the curvature, so a sixteenth of the nudge leaves a sixteenth.
    """
    own, size = np.arange(below.shape[1]), np.maximum(np.abs(below), np.abs(above))
    clear = np.isfinite(below) & np.isfinite(above) & (200 * noise < 1e-3 * size)
    clear[:2] = False
    last = len(clear) - 1 - np.argmax(clear[::-1], axis=0)
    jump, before = (np.abs(above - below)[k, own] for k in (last, last - 2))
    kink = clear.any(axis=0) & (jump > 0.5 * before) & (jump > 1e-3 * size[last, own])
    return below[last, own], above[last, own], kink
