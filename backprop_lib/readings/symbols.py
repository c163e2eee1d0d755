"""The reading as symbols: SymPy expressions, and proofs that a derivative is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from ..graph.arguments import checked_node, checked_number
from ..graph.errors import GraphError
from ..graph.fold import fold, inputs
from ..graph.gradient import gradients
from ..graph.nodes import VARIABLE, Node
from ..graph.order import topological_order
from ..graph.scalarize import scalarized, underscored
from ..graph.validation import Array, label

if TYPE_CHECKING:
    import sympy

DEEPEST = 60
"""Operations laid inside one another: beyond about 80, SymPy's own recursion gives out."""

MOST_OPERATIONS = 2_000
"""Operations on single numbers: SymPy sorts what it adds at every step, so a sum takes the square of its length."""

MOST_PIECES, MOST_NESTED = 14, 5
"""Expressions with kinks that a proof may have to sort out, which takes time like the power of their number."""

MOST_BITS = 5_000
"""How long a fixed number may be that is worked out exactly; it is some 1,500 digits."""


def expression(node: Node) -> sympy.Expr | sympy.Array:
    """The node as a SymPy expression in its variables.

    Parameters
    ----------
    node : Node

    Returns
    -------
    sympy.Expr, or sympy.Array for a node that is not a number
        Variables are real symbols of the same name. A constant such as 0.1 is read as the decimal that it prints as,
        so it becomes 1/10. The sigmoid stays a function σ(x); `.rewrite(sympy.exp)` opens it.

    Raises
    ------
    GraphError
        If operations lie more than 60 deep inside one another, there are more than 2,000, a fixed number would have
        thousands of digits, or two variables would share a symbol.

    Notes
    -----
    Introduced in the chapter *One weight*.
    """
    import sympy

    _refuse_depth(checked_node(node, "The node to read"))
    _refuse_size(node)
    elements = scalarized([node], underscored)
    _refuse_shared({leaf: elements[leaf] for leaf in inputs([node]).values()})
    read = fold(
        elements[node].flat,
        variable=lambda leaf: sympy.Symbol(label(leaf), real=True),
        constant=lambda leaf: sympy.Rational(repr(float(leaf.attributes["value"]))),
        apply=partial(_applied, sympy),
    )
    found = [read[element] for element in elements[node].flat]
    return found[0] if node.shape == () else sympy.Array(found, node.shape)


def _applied(sympy: Any, step: Node, *operands: Any) -> Any:
    """One operation in SymPy, which works out fixed numbers exactly, however long that takes."""
    for operand in operands:
        factor, _ = operand.as_coeff_Mul()
        bits = max(abs(factor.p).bit_length(), factor.q.bit_length()) - 1 if factor.is_Rational else 0
        if bits * abs(step.attributes.get("exponent", 1)) > MOST_BITS:
            raise GraphError(
                f"A fixed number of {label(step)} would be written with thousands of digits.",
                "powers of fixed numbers that are short enough to be exact",
                "a smaller exponent; or read the graph as numbers.",
            )
    return step.operation.symbolic(sympy, *operands, **step.attributes)  # type: ignore[misc]


def is_gradient(claimed: Node, output: Node, wrt: Node) -> bool:
    """Whether SymPy can prove that `claimed` is the derivative of `output` with respect to `wrt`.

    The witness is independent of the engine: SymPy differentiates the expression of `output` by its own rules, and the
    difference must simplify to zero.

    Parameters
    ----------
    claimed, output, wrt : Node
        Numbers; `wrt` a variable.

    Returns
    -------
    bool
        False where SymPy finds no proof, also when the two are equal.

    Raises
    ------
    GraphError
        If one of them is no number, `wrt` is no variable, SymPy cannot read them, see `expression`, or there are too
        many kinks.

    Notes
    -----
    Introduced in the chapter *One weight*.
    """
    _refuse_unprovable({"claimed derivative": claimed, "output": output, "variable": wrt}, wrt)
    return _is_derivative(expression(claimed), expression(output), expression(wrt))


def prove_gradient(output: Node, wrt: Node) -> bool:
    """Whether SymPy proves the engine's own derivative of `output` with respect to `wrt`.

    Parameters
    ----------
    output, wrt : Node
        As for `is_gradient`, which says what is proved.

    Returns
    -------
    bool

    Raises
    ------
    GraphError
        As `is_gradient` does.

    Notes
    -----
    Introduced in the chapter *One weight*.
    """
    return prove_gradients(output, [wrt])[0]


def prove_gradients(output: Node, wrt: Sequence[Node]) -> list[bool]:
    """Whether SymPy proves the engine's own derivatives of `output` with respect to several variables.

    Parameters
    ----------
    output : Node
    wrt : sequence of Node

    Returns
    -------
    list of bool
        In the order of `wrt`; what is proved is what `is_gradient` says.

    Raises
    ------
    GraphError
        As `is_gradient` does.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """
    wrt = list(wrt) if isinstance(wrt, Sequence) else [wrt]
    for node in wrt:
        _refuse_unprovable({"output": output, "variable": node}, node)
    whole = expression(output)
    return [
        _is_derivative(expression(claimed), whole, expression(node))
        for claimed, node in zip(gradients(output, wrt), wrt, strict=True)
    ]


def _is_derivative(claimed: sympy.Expr, whole: sympy.Expr, symbol: sympy.Symbol) -> bool:
    import sympy

    difference = sympy.diff(whole, symbol) - claimed
    expanded = sympy.expand(difference)
    if expanded == 0:  # enough for most, and a hundred times faster
        return True
    pieces = expanded.atoms(sympy.Piecewise)
    nested = any(len(piece.atoms(sympy.Piecewise)) > 1 for piece in pieces)
    if len(pieces) > (MOST_NESTED if nested else MOST_PIECES):
        raise GraphError(
            f"A proof has to sort out {len(pieces)} kinks{', one inside another' if nested else ''}.",
            f"at most {MOST_PIECES}, or {MOST_NESTED} if one lies inside another, beyond which SymPy finds no end",
            "prove one layer at a time; or gradient_check(...), which compares numbers.",
        )
    return bool(sympy.simplify(difference.rewrite(sympy.exp)) == 0)


def _refuse_unprovable(roles: Mapping[str, Node], wrt: Node) -> None:
    for role, node in roles.items():
        checked_number(node, f"The {role}")
    if wrt.operation is not VARIABLE:
        raise GraphError(
            f"SymPy was to differentiate with respect to {label(wrt)}, which is computed from others.",
            "a variable: SymPy knows no other symbols",
            "build the part above it from a variable in its place, and prove that.",
        )


def _refuse_shared(elements: Mapping[Node, Array]) -> None:
    owners: dict[str, Node] = {}
    for leaf, array in elements.items():
        for name in map(label, array.flat):
            if owners.setdefault(name, leaf) is not leaf:
                raise GraphError(
                    f"'{name}' would stand for a value of '{owners[name].name}' and of '{leaf.name}'.",
                    "one symbol for each value; element 0 of a vector 'x' becomes 'x_0'",
                    f"another name for '{leaf.name}'.",
                )


def _refuse_size(node: Node) -> None:
    steps = [step for step in topological_order([node]) if step.parents]
    inner = {step: 2 * step.parents[0].shape[-1] if step.operation.name == "matmul" else 1 for step in steps}
    count = sum(max(inner[step] * prod(step.shape), *(prod(p.shape) for p in step.parents)) for step in steps)
    if count > MOST_OPERATIONS:
        raise GraphError(
            f"{label(node)} comes to some {count:,} operations on single numbers.",
            f"at most {MOST_OPERATIONS:,}, beyond which SymPy takes too long",
            "read a smaller part of the graph as symbols, and the whole as numbers.",
        )


def _refuse_depth(node: Node) -> None:
    depth = fold([node], lambda leaf: 0, lambda leaf: 0, lambda step, *depths: 1 + max(depths))[node]
    if depth > DEEPEST:
        raise GraphError(
            f"{label(node)} holds operations {depth:,} deep inside one another.",
            f"at most {DEEPEST}, the depth that SymPy can follow",
            "read a shorter part of the graph as symbols, and the whole as numbers.",
        )
