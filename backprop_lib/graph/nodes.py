"""Nodes: the boxes of a computational graph, each with an operation, its parents, and a shape.

A graph is not an object of its own: it is what one finds by following the parents of a node.
Nodes are compared by identity, so `w * x` written twice is two nodes, and `w` used twice is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np

from . import validation
from .alignment import check_alignment
from .positions import Positions, chosen
from .validation import Shape, WithoutValue, in_words, label


class Node(WithoutValue):
    """One value of a computation, and where it comes from; what it refuses, and how it is copied, its bases say.

    Parameters
    ----------
    operation : Operation
    parents : tuple of Node
        The operands, in order.
    shape : tuple of int
        Of the value; `()` for a number.
    attributes : dict
        What the operation must know besides its operands, such as an exponent.
    name : str or None
        What the book calls it, such as `E_total`.

    Attributes
    ----------
    came_from : tuple of Node
        Of a gradient, and of little else: see `origins`.

    Notes
    -----
    Introduced in the chapter *One weight*; after Goodfellow et al. (2016), section 6.5.1.
    """

    __slots__ = ("__weakref__", "attributes", "came_from", "name", "operation", "parents", "shape")
    operation: Operation
    parents: tuple[Node, ...]
    came_from: tuple[Node, ...]

    def __init__(
        self,
        operation: Operation,
        parents: tuple[Node, ...] = (),
        shape: Shape = (),
        attributes: Mapping[str, Any] | None = None,
        name: str | None = None,
    ):
        self.operation = operation
        self.parents = parents
        self.shape = shape
        self.attributes = dict(attributes) if attributes else NONE
        self.name = name
        self.came_from = ()

    def named(self, name: str) -> Node:
        """Give this node its name, and return it: `E = (half * r**2).named("E")`."""
        self.name = validation.checked_new_name(self, name)
        return self

    def __repr__(self) -> str:
        if self.operation is VARIABLE:
            return f"<variable {self.name}, {in_words(self.shape)}>"
        made_from = ", ".join(label(parent) for parent in self.parents)
        return f"<{label(self)} = {self.operation.name}({made_from}), {in_words(self.shape)}>"

    # The signs of Python, for a node with a node, and for a node with a number on either side.

    def __add__(self, other: Any) -> Node:
        return _of_two("add", self, other)

    def __radd__(self, other: Any) -> Node:
        return _of_two("add", other, self)  # other + self

    def __sub__(self, other: Any) -> Node:
        return _of_two("subtract", self, other)

    def __rsub__(self, other: Any) -> Node:
        return _of_two("subtract", other, self)  # other - self

    def __mul__(self, other: Any) -> Node:
        return _of_two("multiply", self, other)

    def __rmul__(self, other: Any) -> Node:
        return _of_two("multiply", other, self)  # other * self

    def __truediv__(self, other: Any) -> Node:
        return _of_two("divide", self, other)

    def __rtruediv__(self, other: Any) -> Node:
        return _of_two("divide", other, self)  # other / self

    def __neg__(self) -> Node:
        return elementwise("negate", self)

    def __pow__(self, exponent: Any) -> Node:
        if isinstance(exponent, Node | np.ndarray):
            return _of_two("raise", self, exponent)
        return elementwise("power", self, exponent=validation.checked_exponent(self, exponent))

    def __rpow__(self, base: Any) -> Node:
        return _of_two("raise", base, self)  # base ** self

    def __matmul__(self, other: Any) -> Node:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Node:
        return matmul(other, self)  # other @ self

    @property
    def T(self) -> Node:  # noqa: N802, as NumPy has it
        """The matrix with rows and columns exchanged."""
        validation.check_matrix(self)
        return Node(OPERATIONS["transpose"], (self,), self.shape[::-1])

    @property
    def mT(self) -> Node:  # noqa: N802, as NumPy has it
        """The same of many matrices at once, along the last two axes."""
        validation.check_matrices(self)
        return Node(OPERATIONS["transpose"], (self,), (*self.shape[:-2], self.shape[-1], self.shape[-2]))

    def __getitem__(self, index: Any) -> Node:
        return take(self, chosen(self.shape, index, label(self)))

    def __array_ufunc__(self, function: np.ufunc, method: str, *operands: Any, **options: Any) -> Node:
        """What `array * node` and `np.exp(node)` come to: the row of the table whose value is NumPy's function."""
        if method == "__call__" and not options:
            if function in _BY_SIGN:
                return _BY_SIGN[function](*map(as_node, operands))
            for row in OPERATIONS.values():
                if row.value is function and row.elementwise:
                    return elementwise(row.name, *operands)
        name = function.__name__
        self._refuse_numpy(name, _REDUCTIONS.get(name, name) if method == "reduce" else name)


# Leaves


def variable(name: str, shape: int | Shape = ()) -> Node:
    """An input of a computation, whose value is given when the graph is read.

    Parameters
    ----------
    name : str
        A Python identifier, unique in the graphs it stands in.
    shape : int or tuple of int
        `()` for a number, `3` or `(3,)` for a vector, `(2, 3)` for a matrix.

    Returns
    -------
    Node
        Without parents.

    Raises
    ------
    GraphError
        If the name is no identifier, or the shape no tuple of positive whole numbers.

    Notes
    -----
    Introduced in the chapter *Computational graphs*.
    """
    return Node(VARIABLE, shape=validation.checked_shape(name, shape), name=validation.checked_name(name))


def variables(names: str) -> tuple[Node, ...]:
    """Several numbers at once, `w, x, t = variables("w x t")`: see `variable`.

    Parameters
    ----------
    names : str
        Identifiers, at least one, with spaces between them.

    Notes
    -----
    Introduced in the chapter *One weight*.
    """
    return tuple(variable(name) for name in validation.checked_names(names))


def constant(value: Any) -> Node:
    """A fixed number, or array of numbers, as a node.

    Parameters
    ----------
    value : number or array_like
        Finite real numbers, else a GraphError; kept as float64.

    Returns
    -------
    Node
        Of the shape of the value.

    Notes
    -----
    Introduced in the chapter *Computational graphs*.
    """
    array = validation.real_array(value, "A constant of a graph")
    return Node(CONSTANT, (), array.shape, {"value": array})


def as_node(operand: Any) -> Node:
    """The operand itself if it is a node, else a constant."""
    return operand if isinstance(operand, Node) else constant(operand)


# Operations on one element at a time, and those that see shapes


def elementwise(name: str, *operands: Any, **attributes: Any) -> Node:
    """The node of an operation that works on one element at a time, its operands brought to one shape first."""
    parents = tuple(map(as_node, operands))
    shape = parents[0].shape
    if len(parents) > 1:
        check_alignment(name, *parents)
        shape = validation.common_shape(name, parents)
        parents = tuple(broadcast(node, shape) for node in parents)
    return Node(OPERATIONS[name], parents, shape, attributes)


def _of_two(name: str, left: Any, right: Any) -> Node:
    """The same for two operands, of which most have one shape already, as most nodes of a graph are made."""
    a, b = as_node(left), as_node(right)
    return Node(OPERATIONS[name], (a, b), a.shape) if a.shape == b.shape else elementwise(name, a, b)


def matmul(left: Any, right: Any) -> Node:
    """The product of matrices; a vector on the left counts as a row, on the right as a column, as in NumPy.

    Axes before the last two count matrices, and are brought to one shape first.
    """
    a, b = as_node(left), as_node(right)
    leading = validation.checked_product(a, b)
    rows = a if len(a.shape) > 1 else reshape(a, (1, *a.shape))
    columns = b if len(b.shape) > 1 else reshape(b, (*b.shape, 1))
    if leading and len(columns.shape) == 2:  # one matrix for all: one product of all rows with it
        rows = reshape(rows, (prod(rows.shape[:-1]), rows.shape[-1]))
    elif leading:
        rows, columns = (broadcast(x, leading + x.shape[-2:]) for x in (rows, columns))
    product = Node(OPERATIONS["matmul"], (rows, columns), (*rows.shape[:-1], columns.shape[-1]))
    return reshape(product, leading + a.shape[-2:-1] + b.shape[-1:] * (len(b.shape) > 1))


def broadcast(x: Node, target: Shape) -> Node:
    """`x` repeated until it has the shape `target`; `x` itself where it has it already."""
    return x if x.shape == target else _reshaped("broadcast", x, target)


def unbroadcast(x: Node, target: Shape) -> Node:
    """`x` summed until it has the shape `target`: what carries a gradient back through `broadcast`, and every sum.

    The target is a shape from which `broadcast` would lead to that of `x`: () for the sum of all elements.
    """
    return x if x.shape == target else _reshaped("unbroadcast", x, target)


def reshape(x: Any, target: int | Shape) -> Node:
    """The same elements in the same order, in another shape.

    Parameters
    ----------
    x : Node or array_like
    target : int or tuple of int
        With as many elements: `(12,)`, or 12, flattens a matrix of shape (4, 3), row after row. One size may be −1: it
        is what is left.

    Returns
    -------
    Node

    Raises
    ------
    GraphError
        If the target has another number of elements.

    Notes
    -----
    Introduced in the chapter *Vectors and tensors*.
    """
    node = as_node(x)
    if isinstance(target, tuple) and node.shape == target:
        return node
    target = validation.checked_target(node, target)
    return node if node.shape == target else _reshaped("reshape", node, target)


def take(x: Node, positions: Positions) -> Node:
    """The elements of `x` at these places of the flattened array; `x` in another shape if they are all, in order."""
    places = positions.array
    if np.array_equal(places.reshape(-1), np.arange(prod(x.shape))):
        return reshape(x, places.shape)
    return Node(OPERATIONS["take"], (x,), places.shape, {"positions": positions, "source": x.shape})


def put(x: Node, positions: Positions, target: Shape) -> Node:
    """The elements of `x` at their places in zeros of the shape `target`, added up where they come to the same."""
    return Node(OPERATIONS["put"], (x,), target, {"positions": positions, "target": target})


def _reshaped(name: str, x: Node, target: Shape) -> Node:
    return Node(OPERATIONS[name], (x,), target, {"source": x.shape, "target": target})


# The table of operations

Text = str | Callable[..., str]


@dataclass(frozen=True, eq=False)
class Operation:
    """One row of the table of operations: all that the library knows of one primitive.

    Parameters
    ----------
    name : str
        The verb, as in `multiply`.
    value : callable
        `value(*arrays, **attributes)`: arrays in, array out. Axes of several *runs* may stand before those of a node's
        shape, so axes are counted from the end.
    pullback : callable
        `pullback(g, node, *parents)`: the gradient `g` at the output carried back to each parent, or None where none
        goes. Nodes of this same table, and a product or a sum with `g` in it, so that a gradient is a graph again.
    symbolic : callable or None
        `symbolic(sympy, *elements, **attributes)`, one element at a time; None for a row on whole arrays, whose `value`
        moves, multiplies or adds elements of any kind, or which `folds`.
    javascript, python : str or callable
        The same as an expression: `"Math.exp({0})"`, or `javascript(*operands, **attributes)`.
    javascript_helper, python_helper : str
        A definition which that expression needs, written once above the function.
    numpy : str or callable
        What writes the value into the array `{out}`, which may be an operand's own; not needed where `value` is a ufunc
        of NumPy, or changes a shape.
    folds : str
        The operation on two elements that this one carries along the last axis, of which a size of 1 is left.
    sign : str
        What it is drawn as; its name, unless it has a sign of its own.
    words : str
        How it is read aloud, if not as a function under its name: what is said between two operands, or before one, as
        the sign then stands; or a sentence with `{}` for each operand.

    Notes
    -----
    Attributes are the `exponent` of a power, `source` and `target` of what changes a shape, the `positions` of what is
    taken or put, `axis` and `sizes` of what stands side by side, a constant's `value`.
    Introduced in the chapter *Reading the engine*.
    """

    name: str
    value: Callable[..., Any] = lambda: None
    pullback: Callable[..., tuple[Node | None, ...]] = lambda *_: ()
    symbolic: Callable[..., Any] | None = None
    javascript: Text = ""
    javascript_helper: str = ""
    python: Text = ""
    python_helper: str = ""
    numpy: Text = ""
    folds: str = ""
    sign: str = ""
    words: str = ""

    @property
    def elementwise(self) -> bool:
        """Whether it works on one element at a time."""
        return self.symbolic is not None

    def __reduce__(self) -> tuple[Callable[[str], Operation], tuple[str]]:
        return _operation_named, (self.name,)  # so that a copied or pickled graph finds its rows again


NONE: Mapping[str, Any] = MappingProxyType({})
"""The attributes of a node whose operation has none to know."""

VARIABLE = Operation("variable")
CONSTANT = Operation("constant")
OPERATIONS: dict[str, Operation] = {}
"""The table: filled in `operations.py`, whose rows are all that can be done with nodes.

Introduced in the chapter *Reading the engine*."""


def _raised(a: Node, b: Node) -> Node:
    return a ** (float(b.attributes["value"]) if b.operation is CONSTANT and b.shape == () else b)


_BY_SIGN: Mapping[Any, Callable[..., Node]] = {np.matmul: matmul, np.power: _raised, np.square: lambda x: x**2}
"""Functions of NumPy that are no row of the table, but have a sign."""

_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logaddexp": "logsumexp"}
"""What is reduced by an operation on two elements, as a function of its own."""


def _operation_named(name: str) -> Operation:
    return {"variable": VARIABLE, "constant": CONSTANT, **OPERATIONS}[name]
