"""Nodes: the boxes of a computational graph, each with an operation, its parents, and a shape.

A graph is not an object of its own: it is what one finds by following the parents of a node.
Nodes are compared by identity, so `w * x` written twice is two nodes, and `w` used twice is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from keyword import iskeyword
from math import inf, isfinite, prod
from numbers import Real
from typing import Any, NoReturn, cast
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from .errors import GraphError, brief, is_whole

Shape = tuple[int, ...]
Array = NDArray[Any]


Text = str | Callable[..., str]


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
        `pullback(g, node, *parents)`: the gradient `g` at the output, as a node, carried back to each parent, or None
        where no gradient goes. Written in operations of this same table, and linear in `g`, so that a gradient can be
        read, and differentiated, again.
    symbolic : callable or None
        `symbolic(sympy, *elements, **attributes)`, one element at a time.
        None for an operation that only moves elements, or multiplies and adds them: its `value` serves any element.
    javascript, python : str or callable
        The same for one element as an expression: `"Math.exp({0})"`, or `javascript(*operands, **attributes)`.
    javascript_helper, python_helper : str
        A definition which that expression needs, written once above the function.
    numpy : str or callable
        Statements that write the value into the array `{out}`; a `value` that is a ufunc of NumPy needs none.
        Without `{out}` it is an expression that only looks at its operand in another way.
    folds : str
        The operation on two elements that this one carries along the last axis.

    Notes
    -----
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

    def __reduce__(self) -> tuple[Callable[[str], Operation], tuple[str]]:
        return _operation_named, (self.name,)  # so that a copied or pickled graph finds its rows again


VARIABLE = Operation("variable")
CONSTANT = Operation("constant")
OPERATIONS: dict[str, Operation] = {}
"""The table: filled in `operations.py`, whose rows are all that can be done with nodes.

Introduced in the chapter *Reading the engine*."""


def _operation_named(name: str) -> Operation:
    return {"variable": VARIABLE, "constant": CONSTANT, **OPERATIONS}[name]


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
        self.attributes = dict(attributes or {})
        self.name = name

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

    def __repr__(self) -> str:
        if self.operation is VARIABLE:
            return f"<variable {self.name}, {in_words(self.shape)}>"
        made_from = ", ".join(label(parent) for parent in self.parents)
        return f"<{label(self)} = {self.operation.name}({made_from}), {in_words(self.shape)}>"

    # The signs of Python, for a node with a node, and for a node with a number on either side.

    def __add__(self, other: Any) -> Node:
        return elementwise("add", self, other)

    def __radd__(self, other: Any) -> Node:
        return elementwise("add", other, self)  # other + self

    def __sub__(self, other: Any) -> Node:
        return elementwise("subtract", self, other)

    def __rsub__(self, other: Any) -> Node:
        return elementwise("subtract", other, self)  # other - self

    def __mul__(self, other: Any) -> Node:
        return elementwise("multiply", self, other)

    def __rmul__(self, other: Any) -> Node:
        return elementwise("multiply", other, self)  # other * self

    def __truediv__(self, other: Any) -> Node:
        return elementwise("divide", self, other)

    def __rtruediv__(self, other: Any) -> Node:
        return elementwise("divide", other, self)  # other / self

    def __neg__(self) -> Node:
        return elementwise("negate", self)

    def __pow__(self, exponent: Any) -> Node:
        return elementwise("power", self, exponent=_checked_exponent(self, exponent))

    def __rpow__(self, base: Any) -> Node:
        return as_node(base) ** self  # refused with words

    def __matmul__(self, other: Any) -> Node:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Node:
        return matmul(other, self)  # other @ self

    @property
    def T(self) -> Node:  # noqa: N802, as NumPy has it
        """The matrix with rows and columns exchanged."""
        if len(self.shape) != 2:
            raise GraphError(
                f"{label(self)}, {in_words(self.shape)}, was to be transposed.",
                "a matrix, of two axes",
                "leave a number or a vector as it is.",
            )
        return Node(OPERATIONS["transpose"], (self,), self.shape[::-1])

    def __bool__(self) -> NoReturn:
        self._no_value("Python had to decide whether it is true", "a number after `if`, `and`, `or`, `not`")

    def _compared(self, other: Any) -> Any:
        return self._no_value("it was compared", "numbers on both sides of < and >")

    __lt__ = __le__ = __gt__ = __ge__ = _compared

    def _as_number(self, *_: Any) -> Any:
        return self._no_value("it was to be a plain number", "a node to stay a node until it is evaluated")

    __float__ = __int__ = __complex__ = __round__ = _as_number

    def __abs__(self) -> Node:
        raise GraphError(f"abs({label(self)}) was asked for.", "a function of this library", "absolute(...).")

    def __copy__(self) -> Node:
        return self  # a node never changes, so one is enough

    def __deepcopy__(self, memo: Any) -> Node:
        return self

    def __reduce__(self) -> tuple[Callable[..., Node], tuple[Any, ...]]:
        before = None if _PICKLING.get() else _Before(self)
        return _unpickled, (before, self.operation, self.parents, self.shape, self.attributes, self.name)

    __iter__ = None  # or Python would ask for element 0, 1, 2, … of what has none

    def __getitem__(self, index: Any) -> Node:
        raise GraphError(
            f"The element {index!r} of {label(self)} was asked for.",
            "a whole node: elements of vectors and matrices are not nodes of their own",
            "sum_of(v * [1, 0, 0]) for element 0 of a vector of three; or evaluate(...) and take it from the numbers.",
        )

    def _no_value(self, happened: str, expected: str) -> NoReturn:
        raise GraphError(
            f"{label(self)} is a node and has no value yet, but {happened}.",
            expected,
            "evaluate(...) the node first, and go on with the number.",
        )

    def __array_ufunc__(self, function: np.ufunc, method: str, *operands: Any, **options: Any) -> Node:
        """What `array * node` and `np.exp(node)` come to: the row of the table whose value is NumPy's function."""
        if method == "__call__" and not options:
            if function is np.matmul:
                return matmul(*operands)
            for row in OPERATIONS.values():
                if row.value is function and row.symbolic is not None:
                    return elementwise(row.name, *operands)
        return self.__array_function__(function)

    def __array_function__(self, function: Any, *_: Any) -> Node:
        raise GraphError(
            f"NumPy's {function.__name__} was given the node {label(self)}, which has no value yet.",
            "the signs + - * / ** @ and the functions of this library, such as exp and sum_of",
            "write the expression with these; or evaluate(...) the node first, and give NumPy the numbers.",
        )


# How a graph travels: as a flat list, or the depth of a graph would be that of a recursion

_PICKLING = ContextVar("_PICKLING", default=False)


class _Before:
    """All that a node is computed from, to be pickled first, one after the other, each after its parents."""

    def __init__(self, node: Node):
        self.node = node

    def __reduce__(self) -> tuple[type[list[Any]], tuple[()], None, Iterator[Node]]:
        return list, (), None, self._flat()

    def _flat(self) -> Iterator[Node]:
        before = topological_order(self.node.parents)
        _PICKLING.set(True)  # the parents of each of them have been pickled already
        try:
            yield from before
        finally:
            _PICKLING.set(False)


def _unpickled(_: list[Node] | None, *parts: Any) -> Node:
    return Node(*parts)


# How nodes are put together


def elementwise(name: str, *operands: Any, **attributes: Any) -> Node:
    """The node of an operation that works on one element at a time, its operands brought to one shape first."""
    nodes = [as_node(operand) for operand in operands]
    shape = _common_shape(name, nodes)
    parents = tuple(broadcast(node, shape) for node in nodes)
    return Node(OPERATIONS[name], parents, shape, attributes)


def matmul(left: Any, right: Any) -> Node:
    """The product of matrices; a vector on the left counts as a row, on the right as a column, as in NumPy."""
    a, b = as_node(left), as_node(right)
    if not (a.shape and b.shape and len(a.shape) <= 2 and len(b.shape) <= 2 and a.shape[-1] == b.shape[0]):
        raise GraphError(
            f"matmul was given {label(a)} with {in_words(a.shape)} and {label(b)} with {in_words(b.shape)}.",
            "vectors or matrices, as many columns on the left as rows on the right",
            "* multiplies element by element, also with a number; .T exchanges rows and columns.",
        )
    rows = reshape(a, (1, *a.shape)[-2:])
    columns = reshape(b, (*b.shape, 1)[:2])
    product = Node(OPERATIONS["matmul"], (rows, columns), (rows.shape[0], columns.shape[1]))
    return reshape(product, a.shape[:-1] + b.shape[1:])


def broadcast(x: Node, target: Shape) -> Node:
    """`x` repeated until it has the shape `target`; `x` itself where it has it already."""
    return x if x.shape == target else _reshaped("broadcast", x, target)


def unbroadcast(x: Node, target: Shape) -> Node:
    """`x` summed until it has the shape `target`: what carries a gradient back through `broadcast`."""
    return x if x.shape == target else _reshaped("unbroadcast", x, target)


def reshape(x: Node, target: Shape) -> Node:
    """The same elements in the same order, in another shape.

    Parameters
    ----------
    x : Node
    target : tuple of int
        With as many elements: `(12,)` flattens a matrix of shape (4, 3), its rows one after the other.

    Raises
    ------
    GraphError
        If it has not as many.

    Notes
    -----
    Introduced in the chapter *Vectors and tensors*.
    """
    if prod(x.shape) != prod(target):
        raise GraphError(
            f"{label(x)}, {in_words(x.shape)}, was to be arranged in {in_words(target)}.",
            f"a shape with {prod(x.shape)} elements",
            f"({prod(x.shape)},), which makes one long vector of it.",
        )
    return x if x.shape == target else _reshaped("reshape", x, target)


def _reshaped(name: str, x: Node, target: Shape) -> Node:
    return Node(OPERATIONS[name], (x,), target, {"source": x.shape, "target": target})


def _common_shape(name: str, nodes: list[Node]) -> Shape:
    try:
        return np.broadcast_shapes(*(node.shape for node in nodes))
    except ValueError:
        left, right = nodes
        raise GraphError(
            f"{name} was given {label(left)} with {in_words(left.shape)} and {label(right)} with "
            f"{in_words(right.shape)}.",
            "shapes that agree from the right, where a size of 1 fits any other",
            f"declare both with the same shape, {left.shape} or {right.shape}; or is one of them meant as a number?",
        ) from None


def _checked_exponent(base: Node, exponent: Any) -> float:
    try:
        number = float(exponent) if isinstance(exponent, Real) and not isinstance(exponent, bool) else inf
    except OverflowError:  # a whole number beyond the range of float64
        number = inf
    if isfinite(number):
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    raise GraphError(
        f"{label(base)} was raised to {exponent!r}.",
        "a fixed, finite number as exponent",
        "x**2 for a square; for an exponent that varies, exp(exponent * log(x)).",
    )


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
    return Node(VARIABLE, shape=checked_shape(name, shape), name=checked_name(name))


def variables(names: str) -> tuple[Node, ...]:
    """Several numbers at once: `w, x, t = variables("w x t")`.

    Parameters
    ----------
    names : str
        Python identifiers with spaces between them.

    Returns
    -------
    tuple of Node
        A variable of shape `()` for each name.

    Raises
    ------
    GraphError
        If one of them is no identifier, or there is none.

    Notes
    -----
    Introduced in the chapter *One weight*.
    """
    if not isinstance(names, str) or not names.split():
        raise GraphError(
            f"The variables were given as {brief(names)}.", "their names in one text", 'variables("w x"), say.'
        )
    return tuple(variable(name) for name in names.split())


def constant(value: Any) -> Node:
    """A fixed number, or array of numbers, as a node.

    Parameters
    ----------
    value : number or array_like

    Returns
    -------
    Node
        Of the shape of the value, which is kept as float64.

    Raises
    ------
    GraphError
        If it is not made of finite real numbers.

    Notes
    -----
    Introduced in the chapter *Computational graphs*.
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
        f"{role} was given as {brief(value)}, of type {type(value).__name__}.",
        "a node",
        "the node itself: w, and not its name 'w'; for a fixed number, constant(...).",
    )


def checked_number(value: Any, role: str) -> Node:
    """The value itself if it is a node that is a number: see `checked_node`."""
    if checked_node(value, role).shape == ():
        return cast(Node, value)
    given = f"{role} is {label(value)}, which has {in_words(value.shape)}."
    raise GraphError(given, "a number", "sum_of(...) of it, or a graph that is built from numbers.")


def real_array(value: Any, role: str) -> Array:
    """The value as a float64 array, if it is one of finite real numbers.

    Parameters
    ----------
    value : number or array_like
    role : str
        What the value is for, to open the error message with.
    """

    def refuse(what: str, hint: str) -> NoReturn:
        given = f"{role} was given {brief(value)}, {what}."
        raise GraphError(given, "a number or an array of finite real numbers", hint) from None

    try:
        array = value if isinstance(value, np.ndarray) else np.asarray(value)
    except ValueError:
        refuse("whose rows differ in length", "rows of equal length.")
    if any(isinstance(part, Node) for part in (array.flat if array.dtype == object else ())):
        refuse("which holds a node", "evaluate(...) the node first.")
    if np.ma.is_masked(array):
        refuse("in which values are masked", "array.filled(...) it first.")
    if array.dtype.kind not in "iuf":
        plain = "a plain number such as 0.5, without quotes; float(...) makes one of text, fractions and the like."
        refuse(f"of type {type(value).__name__}", plain)
    if array.size == 0:
        refuse("which is empty", "at least one number.")
    with np.errstate(over="ignore"):  # what overflows is refused below
        array = np.array(array, dtype=np.float64)
    if not np.isfinite(array).all():
        hint = "look at the step before: did training diverge, or was something divided by zero?"
        refuse("which is not finite", hint)
    return array


def checked_name(name: Any) -> str:
    """The name in the form that Python gives a keyword: µ, as a keyboard types it, becomes the Greek μ."""
    if isinstance(name, str) and name.isidentifier() and not iskeyword(name):
        return normalize("NFKC", name)
    raise GraphError(
        f"A node was to be called {name!r}.",
        "a Python identifier: letters, digits and _, not starting with a digit, and no word of the language",
        "'net_h1', say, for the net input of unit h1.",
    )


MOST_AXES, MOST_ELEMENTS = 16, 2**31


def checked_shape(name: Any, shape: Any) -> Shape:
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if len(sizes) <= MOST_AXES and all(is_whole(size, 1) for size in sizes):
        checked = tuple(map(int, sizes))  # or a product of NumPy's numbers may overflow
        if prod(checked) <= MOST_ELEMENTS:
            return checked
    raise GraphError(
        f"Variable {name!r} was given the shape {shape!r}.",
        f"a tuple of at most {MOST_AXES} positive whole numbers, {MOST_ELEMENTS:,} elements in all, or () for a number",
        "3 for a vector of three, (2, 3) for a matrix of two rows and three columns.",
    )


def topological_order(outputs: Iterable[Node]) -> list[Node]:
    """All nodes that the outputs are computed from, each once and after its parents.

    A loop with a stack of its own and no recursion, so the depth of a graph has no limit.

    Parameters
    ----------
    outputs : iterable of Node

    Returns
    -------
    list of Node
        The outputs themselves are among them.

    Notes
    -----
    Introduced in the chapter *Computational graphs*.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    stack = [(output, False) for output in outputs][::-1]
    while stack:
        node, parents_done = stack.pop()
        if parents_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack += [(parent, False) for parent in reversed(node.parents)]
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
    given, order = set(sources), topological_order(outputs)
    reached = downstream(given, order)
    return [node for node in order if node in reached and node not in given]


def downstream(sources: Iterable[Node], order: Iterable[Node]) -> set[Node]:
    """The sources, and all nodes of a topological order that are computed from them."""
    reached = set(sources)
    for node in order:
        if not reached.isdisjoint(node.parents):
            reached.add(node)
    return reached
