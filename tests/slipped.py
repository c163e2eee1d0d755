"""What a calculation by hand comes to when a slip was made in it: what a page works out in JavaScript, as a graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from operator import add, mul

from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.slips import Slip, changed_formulas
from backprop_lib.graph import Node, constant, exp, log, sigmoid
from backprop_lib.readings.formula import Call, Name, Number, Part, Power, Product, Quotient, Sum


def slipped(calculation: HandCalculation, slip: Slip | None = None) -> dict[str, Node]:
    """Every number of the calculation as it comes out with one slip, carried on to the end.

    Parameters
    ----------
    calculation : HandCalculation
    slip : Slip, optional
        Without one, all is worked out as it should be.

    Returns
    -------
    dict of str to Node
        By the key of its line.
    """
    formulas = {line.key: line.part for line in calculation.lines}
    formulas |= changed_formulas(calculation, slip) if slip else {}
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
        case Call(function, argument):
            return {"sigmoid": sigmoid, "exp": exp, "log": log}[function](built(argument, value))
