"""Which elements an index chooses, as NumPy says it: by their places in the flattened array, whatever the index is."""

from __future__ import annotations

from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from .errors import GraphError, brief
from .validation import Array, Shape, check_held, in_words


class Positions:
    """An array of places; equal to another of the same places, so that equal choices are made once.

    Parameters
    ----------
    array : ndarray of int
        Of the shape of what is chosen.
    text : str
        The index as it was written.
    """

    def __init__(self, array: Array, text: str):
        self.array, self.text = array, text
        self.array.setflags(write=False)
        self._key = (array.shape, array.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Positions) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"Positions(np.array({self.array.tolist()}), {self.text!r})"

    @cached_property
    def repeat(self) -> bool:
        """Whether a place is chosen more than once."""
        return len(np.unique(self.array)) < self.array.size


def chosen(shape: Shape, index: Any, label: str) -> Positions:
    """The places that an index chooses from an array of this shape, which is called `label` in an error message."""
    text = written(index)
    check_held(prod(shape), f"The places of {label}[{text}]", "a smaller array.")

    def refuse(expected: str, hint: str) -> GraphError:
        given = f"The element [{text}] of {label} was asked for, which has {in_words(shape)}."
        return GraphError(given, expected, hint)

    try:
        found = np.arange(prod(shape)).reshape(shape)[index]
    except Exception as error:  # whatever NumPy, or an object that is asked for its index, raises
        told = f" ({error})" if isinstance(error, IndexError) and "out of bounds" in str(error) else ""
        fixed = "a fixed index, as NumPy has it: whole numbers, slices, ..., None, or arrays of whole numbers"
        raise refuse(fixed, f"x[0], x[:, 1] or x[[0, 2]], within the shape{told}.") from None
    if np.size(found) == 0:
        raise refuse("one element at least", "a slice that is not empty.")
    return Positions(np.array(found, dtype=np.intp), text)


def written(index: Any) -> str:
    """An index as one writes it between brackets."""
    parts = index if isinstance(index, tuple) else (index,)
    return ", ".join(map(_part, parts)) or "()"


def _part(part: Any) -> str:
    if isinstance(part, slice):
        start, stop, step = ("" if end is None else brief(end) for end in (part.start, part.stop, part.step))
        return f"{start}:{stop}" + (f":{step}" if step else "")
    if part is Ellipsis:
        return "..."
    return brief(part.tolist() if isinstance(part, np.ndarray | np.generic) else part)
