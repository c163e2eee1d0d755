"""A graph as one fast function: of plain numbers where it is small, of whole arrays where it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..graph import GraphError, Node, topological_order
from ..graph.errors import checked_mapping
from ..graph.fold import inputs
from ..graph.origins import origin_shapes
from .arrays import FUNCTIONS, ArrayProgram
from .code_generation import checked_outputs, checked_word
from .floats import in_order, ordinary
from .numbers import checked_values, evaluate
from .python import PYTHON, defined, python, with_numba

CALLED = replace(PYTHON, reserved=PYTHON.reserved | {*FUNCTIONS, "__builtins__"})
"""What no function may be called: it would hide what it needs itself."""


class Compiled:
    """A function that computes some nodes, much faster than `evaluate`, and whose source can be read.

    Parameters
    ----------
    name : str
        What the function is called.
    outputs : mapping of str to Node
        What it computes.
    numba : bool, optional
        Whether Numba compiles it; when not said, wherever Numba is installed and the graph is one of numbers, short
        enough for it.

    Attributes
    ----------
    source : str
        The function, to be printed: plain Python for a graph of numbers, NumPy in place for one of arrays.
    how : str
        Which of the two it is, and whether Numba compiles it.

    Raises
    ------
    GraphError
        If there is nothing to compute, or Numba was asked for where it cannot be had.

    Notes
    -----
    Introduced in the chapter *Reading the engine*.

    Examples
    --------
    >>> from backprop_lib import Compiled, variables
    >>> w, x = variables("w x")
    >>> Compiled("product", {"y": w * x})(w=0.5, x=3)
    {'y': 1.5}
    """

    def __init__(self, name: str, outputs: Mapping[str, Node], numba: bool | None = None):
        nodes = checked_outputs(name, outputs)
        name, self._outputs = checked_word(name, CALLED), dict(outputs)
        self._shapes = {key: leaf.shape for key, leaf in inputs(nodes).items()}
        order = topological_order(nodes)
        self._known = origin_shapes(order)
        self._numbers = all(node.shape == () for node in order)
        operations = len(order) - len(self._shapes)
        with_it = with_numba(numba, f"'{name}'", operations, self._numbers)
        if self._numbers:
            self.how = f"plain Python, {operations} operations" + (", compiled by Numba" if with_it else "")
            self.source = python(name, outputs)
            self._function = defined(self.source, name, with_it)
        else:
            self.how, program = "NumPy, in place", ArrayProgram(name, outputs)
            self.source = program.source
            self._bound = program.bound({key: np.zeros(shape) for key, shape in self._shapes.items()})

    def __call__(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> dict[str, Any]:
        """The outputs by name, as `evaluate` gives or refuses them: floats, or arrays that belong to the caller."""
        given = checked_mapping(values, "The values", '{"w": 0.5}') if values is not None else {}
        found = self._quickly(given, more) or self._carefully(given, more)
        return dict(zip(self._outputs, found, strict=True))

    def _quickly(self, given: Mapping[Any, Any], more: Mapping[str, Any]) -> Sequence[float] | None:
        """The outputs where all is made of ordinary numbers; else nothing."""
        numbers = in_order(ordinary(given, more), self._shapes, self._known) if self._numbers else None
        if numbers is None:
            return None
        try:
            found = self._function(*numbers)
        except (ArithmeticError, ValueError):  # plain Python raises them where NumPy goes on with inf or NaN
            return None
        found = found if len(self._outputs) > 1 else (found,)
        return found if all(value == value for value in found) else None

    def _carefully(self, given: Mapping[Any, Any], more: Mapping[str, Any]) -> list[Any]:
        arrays = checked_values(self._shapes, self._known, given, more)
        for name, array in arrays.items():
            if array.shape != self._shapes[name]:
                wrong = f"Variable '{name}' was given a value of shape {array.shape}."
                expected = f"one value, of shape {self._shapes[name]}"
                raise GraphError(wrong, expected, "evaluate(...) takes several runs at once.")
        if not self._numbers:
            with np.errstate(all="ignore"):
                self._bound(**arrays)
            found = [np.array(self._bound[key]) for key in self._outputs]
            if not any(np.isnan(value).any() for value in found):
                return found
        told: list[Any] = evaluate(list(self._outputs.values()), arrays)  # and where it went wrong
        return told
