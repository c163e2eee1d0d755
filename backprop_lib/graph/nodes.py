"""Nodes: the boxes of a computational graph, each with an operation, its parents, and a shape.

A graph is not an object of its own: it is what one finds by following the parents of a node.
Nodes are compared by identity, so `w * x` written twice is two nodes, and `w` used twice is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from keyword import iskeyword
from numbers import Integral
from typing import Any
from unicodedata import normalize

import numpy as np

from .errors import GraphError

Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Operation:
    """One row of the table of operations: all that the library knows of one primitive.

    Parameters
    ----------
    name : str
        The verb, as in `multiply`.
    value : callable
        Arrays in, array out. Shapes are those of the nodes, each with the same leading "runs" axes.
    pullback : callable
        `pullback(g, node, *parents)`: the gradient `g` at the output, as a node, carried back to each parent.
        Written in operations of this same table, so that a gradient can be read, and differentiated, again.
    symbolic : callable or None
        `symbolic(sympy, *elements, **attributes)`, one element at a time.
        None for an operation that only moves elements, or adds them: its `value` serves any type of element.
    javascript, python : callable or None
        `javascript(*operands, **attributes)`: the same for one element as an expression, its operands given as text.
    javascript_helper, python_helper : str
        A definition which that expression needs, written once above the function.
    """

    name: str
    value: Callable[..., Any] | None = None
    pullback: Callable[..., tuple[Node, ...]] | None = None
    symbolic: Callable[..., Any] | None = None
    javascript: Callable[..., str] | None = None
    javascript_helper: str = ""
    python: Callable[..., str] | None = None
    python_helper: str = ""


VARIABLE = Operation("variable")
CONSTANT = Operation("constant")


class Node:
    """One value of a computation, and where it comes from.

    Parameters
    ----------
    operation : Operation
    parents : tuple of Node
        The operands, in order.
    shape : tuple of int
        The shape of the value; `()` for a number.
    attributes : dict
        What the operation must know besides its operands, such as an exponent.
    name : str or None
        What the book calls it, such as `E_total`.

    Notes
    -----
    Introduced in the chapter *One weight*; after Goodfellow et al. (2016), section 6.5.1.
    """

    __slots__ = ("attributes", "name", "operation", "parents", "shape")

    def __init__(self, operation, parents=(), shape=(), attributes=None, name=None):
        self.operation: Operation = operation
        self.parents: tuple[Node, ...] = parents
        self.shape: Shape = shape
        self.attributes: dict[str, Any] = attributes or {}
        self.name: str | None = name

    def named(self, name: str) -> Node:
        """Give this node its name, and return it: `E = (half * r**2).named("E")`."""
        name = checked_name(name)
        if self.name not in (None, name):
            raise GraphError(
                f"A node that is already called '{self.name}' was to be called '{name}'.",
                "one name for a node: it may stand in several graphs",
                f"build the expression a second time and name that one '{name}'.",
            )
        self.name = name
        return self

    def __bool__(self) -> bool:
        raise GraphError(
            f"Python had to decide whether {label(self)} is true, but a node has no value yet.",
            "a number after `if`, `while`, `and`, `or`, `not`",
            "evaluate(...) the node first, and compare the number.",
        )

    def __repr__(self) -> str:
        if self.operation is VARIABLE:
            return f"<variable {self.name}, {in_words(self.shape)}>"
        made_from = ", ".join(label(parent) for parent in self.parents)
        return f"<{label(self)} = {self.operation.name}({made_from}), {in_words(self.shape)}>"


def label(node: Node) -> str:
    """What to call a node in a sentence: its name, its number, or what it is the result of."""
    if node.name is not None:
        return node.name
    if node.operation is CONSTANT:
        return str(node.attributes["value"])
    return f"({node.operation.name})"


def in_words(shape: Shape) -> str:
    """A shape in words: "a number", or "shape (2, 3)"."""
    return f"shape {shape}" if shape else "a number"


def variable(name: str, shape: int | Shape = ()) -> Node:
    """An input of a computation, whose value is given when the graph is read.

    Parameters
    ----------
    name : str
        A Python identifier, unique in the graphs it stands in.
    shape : int or tuple of int
        `()` for a number, `3` or `(3,)` for a vector, `(2, 3)` for a matrix.

    Raises
    ------
    GraphError
        If the name is no identifier, or the shape no tuple of positive whole numbers.
    """
    return Node(VARIABLE, shape=checked_shape(name, shape), name=checked_name(name))


def variables(names: str) -> tuple[Node, ...]:
    """Several numbers at once: `w, x, t = variables("w x t")`."""
    return tuple(variable(name) for name in names.split())


def constant(value: Any) -> Node:
    """A fixed number, or array of numbers, as a node.

    Raises
    ------
    GraphError
        If it is not made of finite real numbers.
    """
    array = real_array(value, "A constant of a graph")
    return Node(CONSTANT, shape=array.shape, attributes={"value": array})


def as_node(operand: Any) -> Node:
    """The operand itself if it is a node, else a constant."""
    return operand if isinstance(operand, Node) else constant(operand)


def checked_node(value: Any, role: str) -> Node:
    """The value itself if it is a node; `role` says what it is for, to open the error message with."""
    if isinstance(value, Node):
        return value
    raise GraphError(
        f"{role} was given as {_shown(value)}, of type {type(value).__name__}.",
        "a node",
        "the node itself: w, and not its name 'w'; for a fixed number, constant(...).",
    )


def real_array(value: Any, role: str) -> np.ndarray:
    """The value as a float64 array, if it is one of finite real numbers.

    Parameters
    ----------
    value : number or array_like
    role : str
        What the value is for, to open the error message with.
    """
    expected = "a number or an array of finite real numbers"
    try:
        array = np.asarray(value)
    except ValueError:
        raise GraphError(
            f"{role} was given {_shown(value)}, whose rows differ in length.", expected, "rows of equal length."
        ) from None
    if array.dtype.kind not in "iuf":
        raise GraphError(
            f"{role} was given {_shown(value)}, of type {type(value).__name__}.",
            expected,
            "a plain number such as 0.5, without quotes; float(...) makes one of text, fractions and the like.",
        )
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise GraphError(
            f"{role} was given {_shown(value)}, which is not finite.",
            expected,
            "look at the step before: did training diverge, or was something divided by zero?",
        )
    return array


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def checked_name(name: Any) -> str:
    """The name in the form that Python gives a keyword: µ, as a keyboard types it, becomes the Greek μ."""
    if isinstance(name, str) and name.isidentifier() and not iskeyword(name):
        return normalize("NFKC", name)
    raise GraphError(
        f"A node was to be called {name!r}.",
        "a Python identifier: letters, digits and _, not starting with a digit, and no word of the language",
        "'net_h1', say, for the net input of unit h1.",
    )


def checked_shape(name: Any, shape: Any) -> Shape:
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if all(isinstance(size, Integral) and not isinstance(size, bool) and size > 0 for size in sizes):
        return tuple(int(size) for size in sizes)
    raise GraphError(
        f"Variable {name!r} was given the shape {shape!r}.",
        "a tuple of positive whole numbers, or () for a number",
        "3 for a vector of three, (2, 3) for a matrix of two rows and three columns.",
    )


def topological_order(outputs: Iterable[Node]) -> list[Node]:
    """All nodes that the outputs are computed from, each after its parents.

    A loop with a stack of its own and no recursion, so the depth of a graph has no limit.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    for output in outputs:
        stack = [(output, False)]
        while stack:
            node, parents_done = stack.pop()
            if parents_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((parent, False) for parent in reversed(node.parents) if parent not in seen)
    return order


def descendants(sources: Iterable[Node], outputs: Iterable[Node]) -> list[Node]:
    """What has to be computed again when one of the sources changes.

    Parameters
    ----------
    sources, outputs : iterable of Node

    Returns
    -------
    list of Node
        All nodes that the outputs are computed from, or are, and that are themselves computed from a source, each after
        its parents; without the sources.

    Notes
    -----
    Introduced in the chapter *Computational graphs*.
    """
    reached = set(sources)
    found = []
    for node in topological_order(outputs):
        if node not in reached and not reached.isdisjoint(node.parents):
            reached.add(node)
            found.append(node)
    return found
