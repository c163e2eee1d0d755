"""The gradient of a graph, as a graph: backpropagation, symbol to symbol.

`_sweep` is all of it. What stands below says where a sweep begins and ends, and refuses what has no gradient.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from math import prod
from operator import add
from typing import Any

import numpy as np

from .arguments import checked_like, checked_list, checked_node, checked_order, checked_output
from .garbage import nothing_collected
from .nodes import Node, as_node, broadcast, constant, unbroadcast, variable
from .order import reachable, topological_order
from .origins import given_an_origin, origin
from .validation import check_held


@nothing_collected()  # which is quicker
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
        # Local derivatives times what has arrived; where paths meet, they are added.
        parts = node.operation.pullback(arrived[node], node, *node.parents)
        for parent, part in zip(node.parents, parts, strict=True):
            if part is not None and parent in on_the_way:
                before = arrived.get(parent)
                arrived[parent] = part if before is None else before + part
    return [arrived[node] if node in arrived else constant(np.zeros(node.shape)) for node in wrt]


def _checked_sweep(output: Node, wrt: Sequence[Node], seed: Node) -> list[Node]:
    return _sweep(output, wrt, seed, checked_order(output, wrt))


def _came_from(wrt: Node, others: Sequence[Node], found: Node) -> Node:
    """What was found of these others, which stay as they are: a vector may be its own product."""
    found = found * 1.0 if found in others else found
    given_an_origin([found], (*origin(topological_order(others)), wrt))
    return found


# Of a number


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
    What vanishes on the way stays known: the gradient of w·x by w is x alone, may be given a value for w all the same,
    and has the gradient 0 by w.
    Introduced in the chapter *One weight*; after Goodfellow et al. (2016), section 6.5.5.
    """
    return gradients(output, [wrt])[0]


def gradients(output: Node, wrt: Iterable[Node]) -> list[Node]:
    """The derivatives by several nodes, in their order and of their shapes, in one backward pass: see `gradient`.

    Notes
    -----
    Introduced in the chapter *Backpropagation*.
    """
    wrt = checked_list(wrt)
    order = checked_order(checked_output(output), wrt)
    found = _sweep(output, wrt, constant(1.0), order)
    given_an_origin(found, (*origin(order), *wrt))
    return found


def hessian(output: Node, wrt: Node) -> Node:
    """The second derivatives of a number, of the shape of `wrt` twice over: the Jacobian of its gradient.

    For a vector of n the shape is (n, n). As large as `jacobian` allows; for all else see `vector_jacobian`.
    """
    slope = gradient(output, wrt)
    return _came_from(wrt, [slope], _jacobian(slope, wrt))


def hessian_vector(output: Node, wrt: Node, vector: Any) -> Node:
    """The product Hv of the Hessian of a number with a vector, in two backward passes and without the matrix.

    Vector and product have the shape of `wrt`; for all else see `vector_jacobian`. The second pass carries v back
    through the gradient, to vᵀH; and H is symmetric.
    """
    seed = checked_like(as_node(vector), wrt, "node to differentiate by")
    slope = gradient(output, wrt)
    return _came_from(wrt, [slope, seed], _sweep(slope, [wrt], seed)[0])


# Of a vector or a matrix


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
    return _came_from(wrt, [output, seed], _checked_sweep(output, [wrt], seed)[0])


def jacobian_vector(output: Node, wrt: Node, vector: Any) -> Node:
    """The product Jv of the Jacobian matrix ∂output/∂wrt with a vector: how the output moves when `wrt` moves along v.

    The vector has the shape of `wrt`, and the product that of `output`; for all else see `vector_jacobian`.

    Two backward passes: the first carries an unknown u from the output to uᵀJ, which is linear in u; the second, from
    uᵀJv back to u, finds Jv.
    """
    direction = checked_like(as_node(vector), wrt, "node to differentiate by")
    carried = variable("carried", checked_node(output, "The output").shape)
    back = _checked_sweep(output, [wrt], carried)[0]
    product = unbroadcast(back * direction, ())
    return _came_from(wrt, [output, direction], _sweep(product, [carried], constant(1.0))[0])


def jacobian(output: Node, wrt: Node) -> Node:
    """All derivatives ∂output/∂wrt at once, of the shape of `output` followed by that of `wrt`: see `vector_jacobian`.

    For a vector of n by a vector of m the shape is (n, m). Meant for looking at: it takes a backward pass for each
    element of the output, and a GraphError refuses more rows than 0.8 GB hold.
    """
    checked_order(output, [wrt])
    return _came_from(wrt, [output], _jacobian(output, wrt))


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
