"""The quick way of the reading as numbers: a graph of numbers in plain floats, each of which is a burden to NumPy.

It comes to what the careful way comes to, to the last digit: the functions that it calls are those of the table.
Whatever is out of the ordinary, a mistake above all, it leaves to the careful way. A graph that was asked for is
written out as one function of Python, compiled if it is asked for again, and forgotten with its first output.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, cached_property
from math import inf, isfinite, nan
from typing import Any

import numpy as np

from ..graph.nodes import CONSTANT, OPERATIONS, VARIABLE, Node, Operation
from ..graph.order import topological_order
from ..graph.origins import origin_shapes
from ..graph.validation import Shape, label
from .python import defined
from .remembered import MOST_REMEMBERED, Remembered
from .vocabulary import free, written

LONGEST = 120
"""Characters of an expression that is written inside another: Python's compiler goes no deeper than some hundred."""

ORDINARY, LARGEST = (float, int, np.float64), 1e300

Floats = list[float]
Function = Callable[..., float]


def floats(outputs: Sequence[Node], values: Mapping[Any, Any], more: Mapping[str, Any]) -> Floats | None:
    """What the outputs come to for these values, or None where that is not for plain floats to say."""
    given = ordinary(values, more)
    if given is None or not outputs:
        return None
    written = _WRITTEN.get(outputs)
    try:
        with np.errstate(all="ignore"):
            if written is not None:
                numbers = in_order(given, written.names, written.known)
                return None if numbers is None else written.function(*numbers)
            order = topological_order(outputs)
            found = _walked(order, given)
    except (ArithmeticError, ValueError):  # which Python raises where NumPy goes on with inf or NaN
        return None
    if found is not None and len(found) <= MOST_REMEMBERED:
        _WRITTEN.keep(outputs, _Written(outputs, order))
    return None if found is None else [found[node] for node in outputs]


def ordinary(values: Mapping[Any, Any], more: Mapping[str, Any]) -> dict[Any, float] | None:
    """All values as floats, if they are ordinary finite numbers and none is given twice."""
    given = {**values, **more}
    if len(given) != len(values) + len(more):
        return None
    for name, value in given.items():
        if type(value) is not float:
            if type(value) not in ORDINARY or abs(value) > LARGEST:
                return None
            given[name] = float(value)
    return given if all(map(isfinite, given.values())) else None


def in_order(given: Mapping[Any, float] | None, names: Collection[str], known: Mapping[str, Shape]) -> Floats | None:
    """The value of each name, if nothing else has one but what is known, too, for a number."""
    if given is None or (len(given) != len(names) and not _are_known(given, known)):
        return None
    try:
        return [given[name] for name in names]
    except KeyError:
        return None


def _are_known(names: Collection[Any], known: Mapping[str, Shape]) -> bool:
    return all(known.get(name) == () for name in names)


def _walked(order: Sequence[Node], left: dict[Any, float]) -> dict[Node, float] | None:
    """What all nodes come to; None if one is not a number, or the values left are not just those of the variables."""
    found: dict[Node, float] = {}
    functions: dict[Operation, Function] = {}  # of the rows that know no attributes, which are nearly all
    for node in order:
        row, parents = node.operation, node.parents
        if node.shape:
            return None
        function = functions.get(row)
        if function is None:
            if row is CONSTANT:
                found[node] = float(node.attributes["value"])
                continue
            if row is VARIABLE:
                if label(node) not in left:
                    return None
                found[node] = left.pop(label(node))
                continue
            function, _ = _read(node)
            if not node.attributes:
                functions[row] = function
        if len(parents) == 2:  # as most have, and a list of them takes longer than the arithmetic
            first, second = parents
            value = function(found[first], found[second])
        else:
            value = function(*[found[parent] for parent in parents])
        if value != value:
            return None
        found[node] = value
    return found if not left or _are_known(left, origin_shapes(order)) else None


class _Written:
    """A graph as one function of Python, in which a value that is used once stands where it is used."""

    def __init__(self, outputs: Sequence[Node], order: Sequence[Node]):
        self.names = [label(node) for node in order if node.operation is VARIABLE]
        self.known = origin_shapes(order)
        read = {node: _read(node) for node in order if node.parents}
        calls = {node: function for node, (function, signs) in read.items() if not signs}
        names = {function: f"f{k}" for k, function in enumerate(dict.fromkeys(calls.values()))}
        hiding = [parent for node, (_, signs) in read.items() if not hands_on(signs) for parent in node.parents]
        looked_at = dict.fromkeys([*outputs, *hiding])
        uses = Counter(parent for node in read for parent in node.parents)
        text: dict[Node, str] = {}
        given, lines = [], []
        for k, node in enumerate(order):
            text[node] = name = f"v{k}"
            if node.operation is VARIABLE:
                given.append(name)
            elif node.operation is CONSTANT:
                number = float(node.attributes["value"])
                text[node] = repr(number) if number > 0 else f"({number!r})"
            else:
                operands = [text[parent] for parent in node.parents]
                listed = ", ".join(operands)
                written = f"{names[calls[node]]}({listed})" if node in calls else read[node][1].format(*operands)
                if uses[node] == 1 and node not in looked_at and len(written) < LONGEST:
                    text[node] = f"({written})"
                else:
                    lines.append(f"{name} = {written}")
        lines.append(f"total = sum(({', '.join(text[node] for node in looked_at)},))")
        lines.append(f"return [{', '.join(text[node] for node in outputs)}] if total == total else None")
        self._source = "\n ".join([f"def compiled({', '.join(given)}):", *lines])
        self._needed = {"inf": inf, "nan": nan, **{name: function for function, name in names.items()}}

    @cached_property
    def function(self) -> Callable[..., Floats | None]:
        """The outputs from the values of the variables, in their order; None if one is not a number."""
        return defined(self._source, "compiled", needed=self._needed)


_WRITTEN: Remembered[_Written] = Remembered()


# One operation on plain floats


def in_signs(node: Node) -> str:
    """The operation of a node as an expression in Python, if that is made of signs alone; else an empty text."""
    return _read(node)[1]


def hands_on(signs: str) -> bool:
    """Whether an operand that is not a number makes the value none either: arithmetic does so, a choice may not."""
    return bool(signs) and not any(map(str.isalpha, signs))


def _read(node: Node) -> tuple[Function, str]:
    return _on_floats(node.operation, len(node.parents), tuple(node.attributes.items()))


@cache
def _on_floats(row: Operation, count: int, attributes: tuple[tuple[str, Any], ...]) -> tuple[Function, str]:
    """The operation as a function of so many floats, and as an expression, if that is made of signs alone.

    What the table writes for Python serves where all that it calls are functions of NumPy in the table; or else the
    value itself. Both come to the same digits.
    """
    options = dict(attributes)
    template = written(row.python, [f"{{{k}}}" for k in range(count)], **options)
    places = [f"x{k}" for k in range(count)]
    source = f"lambda {', '.join(places)}: {template.format(*places)}" if template else row.name
    called = free(f"{row.python_helper}\n{source}")
    if not called:
        return eval(source), template
    table = {other.name: _by_value(other, {}) for other in OPERATIONS.values() if isinstance(other.value, np.ufunc)}
    if row.name in table or not called <= {"abs", *table}:
        return _by_value(row, options), ""
    exec(row.python_helper, table)
    return eval(source, table), ""


def _by_value(row: Operation, options: Mapping[str, Any]) -> Function:
    value = row.value
    if isinstance(value, np.ufunc):
        return lambda *operands: float(value(*operands))
    return lambda *operands: float(value(*map(np.asarray, operands), **options))
