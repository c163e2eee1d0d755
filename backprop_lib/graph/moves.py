"""What is done to arrays whose elements are taken from places, put into places, and put side by side.

Axes of several runs may stand before those of a node.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .nodes import constant
from .positions import Positions
from .validation import Shape


def take_value(x: Any, positions: Positions, source: Shape) -> Any:
    """The elements at these places of the flattened array."""
    runs = x.shape[: x.ndim - len(source)]
    return x.reshape((*runs, -1))[..., positions.array]


def put_value(x: Any, positions: Positions, target: Shape) -> Any:
    """The elements in their places among zeros, added up where they come to the same one."""
    places, count = positions.array, prod(target)
    if x.dtype == object:  # nodes, of which none is to be added to a 0
        found: dict[int, Any] = {}
        for place, element in zip(places.flat, x.flat, strict=True):
            found[place] = found[place] + element if place in found else element
        elements = np.empty(count, dtype=object)
        elements[:] = [found[place] if place in found else constant(0.0) for place in range(count)]
        return elements.reshape(target)
    runs = x.shape[: x.ndim - places.ndim]
    total = np.zeros((*runs, count), dtype=x.dtype)
    if positions.repeat:
        where: Any = (..., places)  # which NumPy's hints do not know
        np.add.at(total, where, x)
    else:
        total[..., places] = x
    return total.reshape(runs + target)


def concatenate_value(*pieces: Any, axis: int, sizes: tuple[int, ...]) -> Any:
    """One after the other along an axis counted from the end; pieces of one value are repeated for all runs."""
    shapes = [(*x.shape[:axis], *x.shape[x.ndim + axis + 1 :]) for x in pieces]
    whole = np.broadcast_shapes(*shapes)
    place = len(whole) + axis + 1
    return np.concatenate(
        [np.broadcast_to(x, (*whole[:place], x.shape[axis], *whole[place:])) for x in pieces], axis=axis
    )
