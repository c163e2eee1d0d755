"""All that a graph refuses, and the words for it: what was given, what was expected, what to try."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from keyword import iskeyword
from math import inf, isfinite, prod
from numbers import Real
from typing import Any, NoReturn, TypeGuard
from unicodedata import normalize

import numpy as np

from .copying import Linked
from .errors import GraphError, NoAttributeError, brief, is_whole
from .hints import INSTEAD, MISSING, NOT_NEEDED, called_by, instead

Shape = tuple[int, ...]
Array = np.ndarray


def label(node: Linked) -> str:
    """What to call a node in a sentence: its name, its number, or what it is the result of."""
    if node.name is not None:
        return node.name
    kind = node.operation.name
    return str(node.attributes["value"]) if kind == "constant" else f"({kind})"


def in_words(shape: Shape) -> str:
    """A shape in words: "a number", or "shape (2, 3)"."""
    return f"shape {shape}" if shape else "a number"


def told(node: Linked) -> str:
    """A node with its shape."""
    return f"{label(node)} with {in_words(node.shape)}"


_FIRST = "To go on with a number, evaluate(...) the node first."
"""How a hint ends to what has no value yet."""


def _one_of_two(node: Linked) -> str:
    """A hint: what stands for a choice between two values, in a graph."""
    x = node.name or "x"
    return f"maximum({x}, 0.0) for max({x}, 0), minimum({x}, 0.0) for min({x}, 0), relu({x}) for {x} where {x} > 0."


class WithoutValue(Linked):
    """What a node refuses when it is taken for a number, since it has no value until it is evaluated."""

    __slots__ = ()
    __iter__ = None  # or Python would ask for element 0, 1, 2, … of what has none

    def _no_value(self, happened: str, expected: str, hint: str) -> NoReturn:
        raise GraphError(f"{label(self)} is a node and has no value yet, but {happened}.", expected, hint)

    def __bool__(self) -> NoReturn:
        expected = "a number after `if`, `and`, `or`, `not`"
        self._no_value("Python had to decide whether it is true", expected, f"{_one_of_two(self)} {_FIRST}")

    def _compared(self, other: Any) -> Any:
        return self._no_value("it was compared", "numbers on both sides of < and >", f"{_one_of_two(self)} {_FIRST}")

    __lt__ = __le__ = __gt__ = __ge__ = _compared

    def _as_number(self, *_: Any) -> Any:
        name = called_by(sys._getframe(1))
        hint = f"exp(x), sqrt(x) or sin(x) of this library, if a function of math was meant. {_FIRST}"
        if name:
            hint = f"{instead(name, label(self)) or MISSING} Python's math.{name} takes numbers alone."
        return self._no_value("it was to be a plain number", "a node to stay a node until it is evaluated", hint)

    __float__ = __int__ = __complex__ = __round__ = __trunc__ = __floor__ = __ceil__ = _as_number

    def __abs__(self) -> NoReturn:
        raise GraphError(f"abs({label(self)}) was asked for.", "a function of this library", "absolute(...).")

    def __array_function__(self, function: Any, *_: Any) -> NoReturn:
        self._refuse_numpy(function.__name__, function.__name__)

    def _refuse_numpy(self, name: str, meant: str) -> NoReturn:
        raise GraphError(
            f"NumPy's {name} was given the node {label(self)}, which has no value yet.",
            "the signs + - * / ** @ and the functions of this library, such as exp and sum_of",
            instead(meant, label(self)) or f"{MISSING} {_FIRST}",
        )

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not isinstance(vars(WithoutValue).get(name), _Elsewhere)]


class _Elsewhere:
    """An attribute that others have: a descriptor, since `__getattr__` would make every attribute slower."""

    def __init__(self, name: str):
        self.name = name

    def __get__(self, node: Linked | None, _: type) -> NoReturn:
        x = label(node) if node is not None else "x"
        raise NoAttributeError(
            f"{x}.{self.name} was asked for, which a node does not have.",
            "the signs + - * / ** @, x.T, x.shape, x[...] and the functions of this library",
            instead(self.name, x) or MISSING,
        )


for _name in {*INSTEAD, *NOT_NEEDED}:
    setattr(WithoutValue, _name, _Elsewhere(_name))


# What stands in a graph


def one_spelling(name: Any) -> Any:
    """A name in the form that Python gives a keyword: µ, as a keyboard types it, becomes the Greek μ."""
    return normalize("NFKC", name) if isinstance(name, str) else name


def by_name(*given: Mapping[Any, Any]) -> dict[Any, Any]:
    """All that is given by name, each name in one spelling, if none is given twice."""
    found: dict[Any, Any] = {}
    for key, value in (pair for part in given for pair in part.items()):
        name = one_spelling(key)
        if name in found:
            expected = "one for each name, µ and μ being the same to Python"
            raise GraphError(f"Two values were given for {brief(name)}.", expected, "keep one of them.")
        found[name] = value
    return found


def is_word(name: Any) -> TypeGuard[str]:
    """Whether a program may call something by this name."""
    return isinstance(name, str) and name.isidentifier() and not iskeyword(name) and name != "__debug__"


def checked_name(name: Any) -> str:
    """The name of a node, in one spelling."""
    spelled = one_spelling(name)
    if is_word(spelled):
        return spelled
    raise GraphError(
        f"A node was to be called {brief(name)}.",
        "a Python identifier: letters, digits and _, not starting with a digit, and no word of the language",
        "'net_h1', say, for the net input of unit h1.",
    )


def checked_names(names: Any) -> list[str]:
    """The names in a text."""
    if isinstance(names, str) and names.split():
        return names.split()
    raise GraphError(f"The variables were given as {brief(names)}.", "their names in one text", '"w x", say.')


def checked_new_name(node: Linked, name: Any) -> str:
    """The name for a node that has none yet, or has this one."""
    if node.name in (None, checked_name(name)):
        return checked_name(name)
    second = "build the expression a second time" if node.parents else f"write 1 * {node.name}, a node of its own,"
    raise GraphError(
        f"A node that is already called '{node.name}' was to be called '{name}'.",
        "one name for a node: it may stand in several graphs",
        f"{second} and name that one '{name}'.",
    )


MOST_AXES, MOST_ELEMENTS, MOST_HELD = 16, 2**31, 10**8
"""Axes and elements of a shape; numbers that one call computes and holds at once, which take 0.8 GB."""


def checked_shape(name: Any, shape: Any) -> Shape:
    """The shape of a variable as a tuple."""
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if len(sizes) <= MOST_AXES and all(is_whole(size, 1) for size in sizes):
        checked = tuple(map(int, sizes))  # or a product of NumPy's numbers may overflow
        if prod(checked) <= MOST_ELEMENTS:
            return checked
    raise GraphError(
        f"Variable {brief(name)} was given the shape {brief(shape)}.",
        f"a tuple of at most {MOST_AXES} positive whole numbers, {MOST_ELEMENTS:,} elements in all, or () for a number",
        "3 for a vector of three, (2, 3) for a matrix of two rows and three columns.",
    )


def check_held(count: int, what: str, hint: str) -> None:
    """Refuse to compute more numbers than memory may hold; `what` they are for opens the error message."""
    if count > MOST_HELD:
        raise GraphError(f"{what} would hold {count:,} numbers at once.", f"at most {MOST_HELD:,}", hint)


def real_number(value: Any, role: str) -> float:
    """The value as a float, if it is one finite real number; `role` opens the error message."""
    array = real_array(value, role)
    if array.shape != ():
        raise GraphError(f"{role} was given as {in_words(array.shape)}.", "one number", "0.5, say.")
    return float(array)


def real_array(value: Any, role: str) -> Array:
    """The value as a float64 array, if it is one of finite real numbers.

    Parameters
    ----------
    value : number or array_like
    role : str
        What the value is for, to open the error message with.
    """
    # As nearly all are.
    if type(value) is float and isfinite(value):
        return np.array(value)
    if type(value) is np.ndarray and value.dtype == np.float64 and value.size and np.isfinite(value).all():
        return value.copy()

    def refuse(what: str, hint: str) -> NoReturn:
        given = f"{role} was given {brief(value)}, {what}."
        raise GraphError(given, "a number or an array of finite real numbers", hint) from None

    if _is_masked(value):
        refuse("in which values are masked", "array.filled(...) it first.")
    try:
        array = value if isinstance(value, np.ndarray) else np.asarray(value)
    except ValueError:
        refuse("whose rows differ in length", "rows of equal length.")
    except Exception:  # whatever an object raises that NumPy asks for its numbers
        refuse("of which NumPy makes no array", "plain numbers, or a list of them.")
    if any(isinstance(part, WithoutValue) for part in (array.flat if array.dtype == object else ())):
        refuse("which holds a node", "evaluate(...) the node first.")
    if array.dtype.kind not in "iuf":
        plain = "a plain number such as 0.5, without quotes; float(...) makes one of text, fractions and the like."
        refuse(f"of type {type(value).__name__}", plain)
    if array.size == 0:
        refuse("which is empty", "at least one number.")
    with np.errstate(over="ignore"):  # what overflows is refused below
        array = np.array(array, dtype=np.float64)
    if not np.isfinite(array).all():
        hint = "look at the step before: did training diverge, or was something divided by zero?"
        if np.isneginf(array).any() and np.isfinite(array[~np.isneginf(array)]).all():
            hint = "-1e9 in place of -inf: to a softmax it is the same, and slopes stay numbers; else " + hint
        refuse("which is not finite", hint)
    return array


def _is_masked(value: Any, depth: int = MOST_AXES) -> bool:
    """Whether elements are masked, also inside a list, where NumPy makes NaN of them with a warning."""
    if isinstance(value, list | tuple):
        return depth > 0 and any(_is_masked(part, depth - 1) for part in value)
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.is_masked(value))


def checked_exponent(base: Linked, exponent: Any) -> float:
    try:
        number = float(exponent) if isinstance(exponent, Real) and not isinstance(exponent, bool) else inf
    except OverflowError:  # a whole number beyond the range of float64
        number = inf
    if isfinite(number):
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    raise GraphError(
        f"{label(base)} was raised to {brief(exponent)}.",
        "a finite number as exponent, or a node",
        "x**2 for a square.",
    )


# Shapes that must fit


def common_shape(name: str, nodes: Sequence[Linked]) -> Shape:
    """The shape to which the operands of an operation on single elements are brought."""
    shapes = {node.shape for node in nodes}
    if len(shapes) == 1:
        return shapes.pop()
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        left, right = nodes
        raise GraphError(
            f"{name} was given {told(left)} and {told(right)}.",
            "shapes that agree from the right, where a size of 1 fits any other",
            f"declare both with the same shape, {left.shape} or {right.shape}; or is one of them meant as a number?",
        ) from None


def checked_product(a: Linked, b: Linked) -> Shape:
    """The axes before the last two of a product of matrices, if two nodes can be multiplied so."""
    if a.shape and b.shape and a.shape[-1] == b.shape[-2:][0]:
        if len(a.shape) <= 2 >= len(b.shape):
            return ()
        try:
            return np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        except ValueError:  # refused below
            pass
    raise GraphError(
        f"matmul was given {told(a)} and {told(b)}.",
        "vectors or matrices, as many columns on the left as rows on the right, and axes before these that agree",
        "* multiplies element by element, also with a number; .T exchanges rows and columns.",
    )


def check_matrix(x: Linked) -> None:
    """Whether a node is a matrix, which can be transposed."""
    if len(x.shape) != 2:
        given = f"{label(x)}, {in_words(x.shape)}, was to be transposed."
        hint = "leave a number or a vector as it is." if len(x.shape) < 2 else ".mT for the last two axes of many."
        raise GraphError(given, "a matrix, of two axes", hint)


def check_matrices(x: Linked) -> None:
    """Whether the last two axes of a node can be exchanged."""
    if len(x.shape) < 2:
        check_matrix(x)


def checked_target(x: Linked, target: Any) -> Shape:
    """The shape that a node is to take, if it has as many elements; one size may be −1."""
    sizes = target if isinstance(target, tuple) else (target,)
    if len(sizes) <= MOST_AXES and all(is_whole(size, -1) for size in sizes):
        known = prod(int(size) for size in sizes if size != -1)
        left = prod(x.shape) // known if known else 0
        found = tuple(left if size == -1 else int(size) for size in sizes)
        if prod(found) == prod(x.shape) and sum(size == -1 for size in sizes) < 2:
            return found
    raise GraphError(
        f"{label(x)}, {in_words(x.shape)}, was to be arranged in the shape {brief(target)}.",
        f"a shape with {prod(x.shape)} elements",
        f"({prod(x.shape)},), which makes one long vector of it.",
    )


def checked_axes(x: Linked, axis: Any) -> tuple[int, ...]:
    """One axis of a node, or several, each counted from the first and in order; all where none is said."""
    if axis is None:
        return tuple(range(len(x.shape)))
    axes = [checked_axis(x, one) for one in axis] if isinstance(axis, tuple) else [checked_axis(x, axis)]
    if axes and len(set(axes)) == len(axes):
        return tuple(sorted(axes))
    given = f"The axes {brief(axis)} of {label(x)} were asked for."
    raise GraphError(given, "each axis once, and one at least", "axis=(0, 1), say; or no axis for all elements.")


def checked_axis(x: Linked, axis: Any) -> int:
    """An axis of a node, counted from the first."""
    if is_whole(axis, -len(x.shape), len(x.shape) - 1):
        return int(axis) % len(x.shape)
    raise GraphError(
        f"Axis {brief(axis)} of {label(x)} was asked for, which has {in_words(x.shape)}.",
        f"an axis from {-len(x.shape)} to {len(x.shape) - 1}" if x.shape else "a vector or a matrix",
        "axis=-1 for the last one, or no axis for all elements.",
    )


def checked_order_of_axes(x: Linked, axes: Any) -> tuple[int, ...]:
    """The axes of a node in another order, each counted from the first."""
    if isinstance(axes, tuple) and len(axes) == len(x.shape):
        order = tuple(checked_axis(x, axis) for axis in axes)
        if len(set(order)) == len(order):
            return order
    raise GraphError(
        f"The axes of {told(x)} were to come in the order {brief(axes)}.",
        f"a tuple of all {len(x.shape)} axes",
        f"{tuple(range(len(x.shape)))[::-1]}, the other way round; .mT exchanges the last two.",
    )


def check_beside(first: Linked, other: Linked, axis: int | None = None) -> bool:
    """Whether two nodes have one shape, but for one axis perhaps."""
    one, two = ([size for k, size in enumerate(node.shape) if k != axis] for node in (first, other))
    if one == two and len(first.shape) == len(other.shape):
        return True
    raise GraphError(
        f"{told(first)} and {told(other)} were to be put side by side.",
        "the same shape" + (f", but for axis {axis}" if axis is not None else ""),
        "reshape(...) one of them; concatenate(...) along an axis that they have, stack(...) along a new one.",
    )


def checked_operand(name: str, reduction: str, x: Linked, other: Any) -> Any:
    """What to compare with, if it does not look like an axis to reduce along."""
    if not isinstance(other, float) and is_whole(other, -len(x.shape), -1):
        raise GraphError(
            f"{name} was given {told(x)} and the whole number {other}, with which it would compare every element.",
            f"two values to compare; the {'largest' if name == 'maximum' else 'smallest'} along an axis is {reduction}",
            f"{reduction}(x, axis={other}); or {name}(x, {float(other)}), if the number is meant.",
        )
    return other


def check_targets(output: Linked, target: Linked) -> None:
    """Whether there is a target for each output, or a number for all."""
    if target.shape in (output.shape, ()):
        return
    hint = "reshape(...) one of them."
    if output.shape and target.shape in (output.shape[:-1], (*output.shape[:-1], 1)):
        hint = row_of_each(output.shape[-1])
    given = f"A loss was given outputs, {told(output)}, and targets, {told(target)}."
    raise GraphError(given, f"a target for each output, {in_words(output.shape)}", hint)


def row_of_each(classes: int) -> str:
    """A hint: what to give in place of the numbers of classes."""
    if classes == 1:
        return "targets[:, None], which makes a column of them."
    return (
        f"np.eye({classes})[numbers], if they are numbers of classes: a row of {classes} for each, 1 for the right one."
    )
