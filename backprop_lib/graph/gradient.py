"""The gradient of a graph, as a graph: backpropagation, symbol to symbol."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from math import prod
from operator import add
from typing import Any

import numpy as np

from .arguments import checked_like, checked_list, checked_node, checked_order, checked_output
from .nodes import Node, as_node, broadcast, constant, unbroadcast, variable
from .order import reachable, topological_order
from .validation import check_held


def gradient(output: Node, wrt: Node) -> Node:
    """The derivative of a number with respect to one node, as a new graph.

    Parameters
    ----------
    output : Node
        A number, shape `()`.
    wrt : Node
        Any node that the output is computed from.

    Returns
    -------
    Node
        Of the shape of `wrt`. It can be read in every way that any graph can be read, and differentiated again.

    Raises
    ------
    GraphError
        If `output` is not a number, or is not computed from `wrt`.

    Notes
    -----
    Introduced in the chapter *One weight*; after Goodfellow et al. (2016), section 6.5.5.
    """
    return gradients(output, [wrt])[0]


def gradients(output: Node, wrt: Iterable[Node]) -> list[Node]:
    """The derivatives of a number with respect to several nodes, in one backward pass.

    Parameters
    ----------
    output : Node
        A number, shape `()`.
    wrt : iterable of Node
        Any nodes that the output is computed from.

    Returns
    -------
    list of Node
        Each of the shape of its node, in the order of `wrt`.

    Raises
    ------
    GraphError
        As `gradient` does.

    Notes
    -----
    Introduced in the chapter *Backpropagation*.
    """
    return _checked_sweep(checked_output(output), checked_list(wrt), constant(1.0))


def vector_jacobian(output: Node, wrt: Node, vector: Any) -> Node:
    """The product vᵀJ of a vector with the Jacobian matrix ∂output/∂wrt, in one backward pass.

    Parameters
    ----------
    output, wrt : Node
        Of any shape.
    vector : Node or array_like
        Of the shape of `output`: how much each of its elements counts.

    Returns
    -------
    Node
        Of the shape of `wrt`.

    Raises
    ------
    GraphError
        If the shapes differ, or `output` is not computed from `wrt`.

    Notes
    -----
    Equation 6.46 of Goodfellow et al. (2016). Introduced in the chapter *Vectors and tensors*.
    """
    seed = checked_like(as_node(vector), output, "output")
    return _checked_sweep(output, [wrt], seed)[0]


def jacobian_vector(output: Node, wrt: Node, vector: Any) -> Node:
    """The product Jv of the Jacobian matrix ∂output/∂wrt with a vector: how the output moves when `wrt` moves along v.

    Parameters
    ----------
    output, wrt : Node
        Of any shape.
    vector : Node or array_like
        Of the shape of `wrt`.

    Returns
    -------
    Node
        Of the shape of `output`.

    Raises
    ------
    GraphError
        If the shapes differ, or `output` is not computed from `wrt`.

    Notes
    -----
    Two backward passes. The first carries an unknown u from the output to uᵀJ, which is linear in u; the second, from
    uᵀJv back to u, finds Jv.
    Introduced in the chapter *Vectors and tensors*.
    """
    direction = checked_like(as_node(vector), wrt, "node to differentiate by")
    carried = variable("carried", checked_node(output, "The output").shape)
    back = _checked_sweep(output, [wrt], carried)[0]
    product = unbroadcast(back * direction, ())
    return _sweep(product, [carried], constant(1.0))[0]


def jacobian(output: Node, wrt: Node) -> Node:
    """All derivatives ∂output/∂wrt at once: one backward pass for each element of the output.

    Parameters
    ----------
    output, wrt : Node
        Of any shape.

    Returns
    -------
    Node
        Of the output's shape followed by that of `wrt`: (n, m) for a vector of n by a vector of m.

    Raises
    ------
    GraphError
        If `output` is not computed from `wrt`, or its rows would take more than 0.8 GB.

    Notes
    -----
    Meant for looking at: its size is the product of both. Introduced in the chapter *Vectors and tensors*.
    """
    checked_order(output, [wrt])
    return _jacobian(output, wrt)


def _jacobian(output: Node, wrt: Node) -> Node:
    whole, count = output.shape + wrt.shape, prod(output.shape)
    # Each row is computed in the shape of the whole, and held twice: by itself, and added to those before.
    check_held(
        2 * count * prod(whole),
        f"A Jacobian of {count:,} rows",
        "jacobian_vector(...), vector_jacobian(...) or hessian_vector(...): a product with it, without the matrix.",
    )
    rows = []
    for one in np.eye(count):
        chosen = one.reshape(output.shape)
        row = _sweep(output, [wrt], constant(chosen))[0]
        its_place = chosen.reshape(output.shape + (1,) * len(wrt.shape))
        rows.append(its_place * broadcast(row, whole))  # 0 but in its place
    return reduce(add, rows)


def hessian(output: Node, wrt: Node) -> Node:
    """The second derivatives of a number: the Jacobian of its gradient.

    Parameters
    ----------
    output, wrt : Node
        As for `gradient`.

    Returns
    -------
    Node
        Of the shape of `wrt` twice over: (n, n) for a vector of n.

    Raises
    ------
    GraphError
        As `gradient` and `jacobian` do.

    Notes
    -----
    Introduced in the chapter *Vectors and tensors*.
    """
    return _jacobian(gradient(output, wrt), wrt)  # whose gradient may be constant, so nothing is asked of it


def hessian_vector(output: Node, wrt: Node, vector: Any) -> Node:
    """The product Hv of the Hessian of a number with a vector, in two backward passes and without the matrix.

    Parameters
    ----------
    output, wrt : Node
        As for `gradient`.
    vector : Node or array_like
        Of the shape of `wrt`.

    Returns
    -------
    Node
        Of the shape of `wrt`.

    Raises
    ------
    GraphError
        As `gradient` does, or if the shapes differ.

    Notes
    -----
    The second pass carries v back through the gradient, to vᵀH; and H is symmetric.
    Introduced in the chapter *Vectors and tensors*.
    """
    seed = checked_like(as_node(vector), wrt, "node to differentiate by")
    return _sweep(gradient(output, wrt), [wrt], seed)[0]


def _checked_sweep(output: Node, wrt: Sequence[Node], seed: Node) -> list[Node]:
    return _sweep(output, wrt, seed, checked_order(output, wrt))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """All that a sweep makes is kept: looking for garbage meanwhile would find none, and take longer than the sweep."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_nothing_collected()
def _sweep(output: Node, wrt: Sequence[Node], seed: Node, order: Sequence[Node] | None = None) -> list[Node]:
    """One backward pass: what `seed`, arriving at the output, comes to at each of `wrt`."""
    order = order or topological_order([output])
    # What moves when one of `wrt` does: no other node matters.
    on_the_way = reachable(wrt, order)
    arrived = {output: seed}
    # Descendants first: at a node's turn, all that reaches it has arrived.
    for node in reversed(order):
        if node not in arrived or on_the_way.isdisjoint(node.parents):
            continue
        parts = node.operation.pullback(arrived[node], node, *node.parents)
        for parent, part in zip(node.parents, parts, strict=True):
            if part is not None and parent in on_the_way:
                before = arrived.get(parent)
                arrived[parent] = part if before is None else before + part
    return [arrived[node] if node in arrived else constant(np.zeros(node.shape)) for node in wrt]
