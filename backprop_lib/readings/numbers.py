"""The reading as numbers: the forward pass, in float64."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any, NoReturn

import numpy as np

from ..graph.arguments import checked_node
from ..graph.errors import GraphError, brief, checked_mapping, listing, nearest
from ..graph.fold import fold, value_of
from ..graph.nodes import Node
from ..graph.validation import Shape, by_name, in_words, label, real_array
from .floats import floats
from .steps import steps_to

LISTED = 12
"""Elements up to which a hint writes an array out."""


def evaluate(outputs: Node | Sequence[Node], values: Mapping[str, Any] | None = None, /, **more: Any) -> Any:
    """The values of one node, or of several, for given values of the variables.

    Parameters
    ----------
    outputs : Node or sequence of Node
    values : mapping, or keywords
        For each variable, by name, a value of its shape. Any leading axes are "runs": the graph is evaluated for each,
        `evaluate(E, w=[0.0, 0.5, 1.0], x=1, t=1)` for three weights at once. A gradient may also be given all that its
        output was given.

    Returns
    -------
    float, or ndarray of shape (runs, shape of the node), or a list of these when a sequence was asked for
        A node that is computed from no variable with runs has one value, and no axis for them.
        An overflow gives `inf`, without a warning: the caller sees divergence as what it is.

    Raises
    ------
    GraphError
        For a value that is missing, unknown, not a finite number or not of the declared shape, and when a result is
        not a number at all, as log(−1).

    Notes
    -----
    Introduced in the chapter *One weight*.

    Examples
    --------
    >>> from backprop_lib import evaluate, variables
    >>> w, x = variables("w x")
    >>> evaluate(w * x, w=0.5, x=3)
    1.5
    """
    wanted = list(outputs) if isinstance(outputs, (Sequence, Iterator)) else [outputs]
    for node in wanted:
        checked_node(node, "An output to evaluate")
    given = {} if values is None else checked_mapping(values, "The values", 'evaluate(E, {"w": 0.5})')
    results = floats(wanted, given, more)
    if results is None:
        results = evaluate_on_arrays(wanted, given, more)
    return results[0] if isinstance(outputs, Node) else results


def evaluate_on_arrays(wanted: Sequence[Node], *values: Mapping[Any, Any]) -> list[Any]:
    """The same for a list of nodes, whatever they are: `evaluate` is quicker where all is made of plain numbers."""
    steps = steps_to(wanted)
    arrays = checked_values(steps.shapes, steps.known, *values)
    found = steps(arrays)
    if found is None:
        _refuse_nan(wanted, arrays)
    return [_plain(array) for array in found]


def one_run(nodes: Sequence[Node], values: Mapping[str, Any], what: str) -> list[Any]:
    """What `evaluate` gives, if each node has one value of its own shape; `what` is what is done with one at a time."""
    found: list[Any] = evaluate(nodes, values)
    for node, value in zip(nodes, found, strict=True):
        if np.shape(value) != node.shape:
            raise GraphError(
                f"{label(node)} came to several runs, of shape {np.shape(value)}.",
                "one value for each variable, of its declared shape",
                f"{what} one run at a time.",
            )
    return found


def _plain(array: np.ndarray) -> Any:
    return float(array) if array.shape == () else array.copy()  # the caller's own, and writable


def checked_values(
    shapes: Mapping[str, Shape], known: Mapping[str, Shape], *values: Mapping[Any, Any]
) -> dict[str, np.ndarray]:
    """The values as arrays of float64, in the order of the shapes, if there is one that fits for each variable.

    What is `known` may be given a value too, which must fit, and is not needed.
    """
    given = by_name(*values)
    for name in given:
        if name not in known:
            raise GraphError(
                f"A value was given for {brief(name)}.",
                f"values for the variables of this graph, by name: {listing(known)}",
                nearest(
                    label(name) if isinstance(name, Node) else name,
                    known,
                    "leave it out, or build the graph from a variable of that name.",
                ),
            )
    for name, shape in shapes.items():
        if name not in given:
            raise GraphError(
                f"No value was given for '{name}'.",
                f"a value for each variable of this graph: {listing(shapes)}",
                f"{name}={np.zeros(shape).tolist() if prod(shape) <= LISTED else f'np.zeros({shape})'}, "
                "or the numbers that you mean.",
            )
    fitting = {**shapes, **{name: known[name] for name in given if name not in shapes}}
    arrays = {name: real_array(given[name], f"Variable '{name}'") for name in fitting}
    runs = {name: _runs(name, array, fitting[name]) for name, array in arrays.items()}
    _check_runs(runs)
    return {name: arrays[name] for name in shapes}


def _runs(name: str, array: np.ndarray, shape: Shape) -> Shape:
    """The leading axes of a value, before those that the variable declares."""
    count = array.ndim - len(shape)
    if count < 0 or array.shape[count:] != shape:
        hint = f"check the order of the axes, or declare variable('{name}', {array.shape})."
        if (1,) * -count + array.shape == shape:  # one row, without its brackets
            text = f"[{array.tolist()}]" if array.size <= LISTED else f"np.reshape(..., {shape})"
            hint = f"{name}={text}: a row for each example, also where there is only one; or {hint}"
        raise GraphError(
            f"Variable '{name}' was given {'a value of ' if array.shape else ''}{in_words(array.shape)}.",
            f"{in_words(shape)}, as declared, or that with leading axes for several runs",
            hint,
        )
    return array.shape[:count]


def _check_runs(runs: Mapping[str, Shape]) -> None:
    try:
        np.broadcast_shapes(*runs.values())
    except ValueError:
        told = ", ".join(f"'{name}' {axes}" for name, axes in runs.items() if axes)
        raise GraphError(
            f"The leading axes for several runs do not fit together: {told}.",
            "the same number of runs for every variable that has them",
            "give one value, or as many as the others have.",
        ) from None


def _refuse_nan(wanted: Sequence[Node], arrays: Mapping[str, np.ndarray]) -> NoReturn:
    """Name the first node whose value is not a number."""
    with np.errstate(all="ignore"):
        computed = fold(
            wanted,
            variable=lambda node: arrays[label(node)],
            constant=lambda node: node.attributes["value"],
            apply=value_of,
        )
    node, array = next((node, array) for node, array in computed.items() if np.isnan(array).any())
    where = tuple(np.argwhere(np.isnan(array))[0])
    runs = array.ndim - len(node.shape)
    whole = [np.broadcast_to(computed[p], array.shape[:runs] + p.shape)[where[:runs]] for p in node.parents]
    parts = [_part(node, k, operand, where[runs:]) for k, operand in enumerate(whole)]
    operands = ", ".join(f"{label(p)} = {part}" for p, part in zip(node.parents, parts, strict=True))
    raise GraphError(
        f"{label(node)} is not a number: {node.operation.name} of {operands}.",
        "operands for which the operation is defined, and not so large that they overflow",
        "log and fractional powers need positive numbers; a very large value may come from training that diverged.",
    )


def _part(node: Node, k: int, operand: np.ndarray, place: tuple[int, ...]) -> str:
    """What of its operand `k` goes into one element of a node: of a product of matrices the row or the column."""
    if node.operation.name == "matmul":
        column: tuple[Any, ...] = (*place[:-2], slice(None), place[-1])
        part = operand[place[:-1] if k == 0 else column]
    else:  # an axis along which elements are added up has a size of 1 afterwards, or is gone
        first = operand.ndim - len(place)
        kept = [n >= first and node.shape[n - first] == size for n, size in enumerate(operand.shape)]
        part = operand[tuple(place[n - first] if keep else slice(None) for n, keep in enumerate(kept))]
    return " ".join(np.array2string(part, precision=6, threshold=6).split()) if part.shape else f"{part:.6g}"
