"""What a calculation by hand comes to when a mistake was made in it: what a judge works out in floats, as a graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, reduce
from operator import add, mul

from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.mistakes import slips
from backprop_lib.graph import Node, constant
from backprop_lib.graph.nodes import elementwise
from backprop_lib.readings.parts import Call, Name, Number, Part, Power, Product, Quotient, Sum


def mistakes(calculation: HandCalculation) -> dict[str, dict[str, Part]]:
    """Each known mistake, by what is told of it, with the formulas that it changes, by the key of their line."""
    found: dict[str, dict[str, Part]] = {}
    for line in calculation.lines:
        for slip in slips(calculation, line):
            found.setdefault(slip.told, {})[line.key] = slip.part
    return found


def slipped(calculation: HandCalculation, changed: Mapping[str, Part] | None = None) -> dict[str, Node]:
    """Every number of the calculation as it comes out with some of its formulas changed, carried on to the end.

    Parameters
    ----------
    calculation : HandCalculation
    changed : mapping of str to Part, optional
        What stands in some lines, by key. Without any, all is worked out as it should be.

    Returns
    -------
    dict of str to Node
        By the key of its line.
    """
    formulas = {line.key: line.part for line in calculation.lines} | dict(changed or {})
    given = {name: node for name, node in calculation.network.nodes.items() if not node.parents}
    given["eta"] = calculation.network.eta

    @cache
    def value(key: str) -> Node:
        return given[key] if key in given else built(formulas[key], value)

    return {key: value(key) for key in formulas}


def built(part: Part, value: Callable[[str], Node]) -> Node:
    """The graph of a formula, with `value(name)` for each name: the way back from `readings.formula.formula`."""
    match part:
        case Name(name):
            return value(name)
        case Number(number):
            return constant(number)
        case Product(coefficient, factors):
            front = [] if coefficient == 1 else [constant(coefficient)]
            return reduce(mul, [*front, *(built(factor, value) for factor in factors)])
        case Sum(terms):
            return reduce(add, [built(term, value) if sign > 0 else -built(term, value) for sign, term in terms])
        case Quotient(above, below):
            return built(above, value) / built(below, value)
        case Power(base, exponent):
            return built(base, value) ** exponent
        case Call(function):
            return elementwise(function, *(built(operand, value) for operand in part.arguments))
    raise TypeError(f"No graph is built from {part}.")
