"""Formulas with a switch in them, such as max(x, 0) or x > 0, written by cases as on paper.

A graph computes the leaky ReLU as 0.01·x + 0.99·max(x, 0), and its slope as 0.01 + 0.99·[x > 0]. On paper stands what
comes of it: x if x > 0, otherwise 0.01·x; and 1 if x > 0, otherwise 0.01. It is found by asking, for the smallest part
that holds all of a switch, what is left of it where one side is the greater, where both are equal, and where the other
is. No rule knows the name of an activation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..graph.nodes import OPERATIONS
from .parts import (
    ONE,
    ZERO,
    Call,
    Cases,
    Condition,
    Number,
    Part,
    Power,
    Product,
    Quotient,
    Sum,
    divided,
    is_nothing,
    mapped,
    multiplied,
    negative,
    opposite,
    parts_of,
    shortest,
    size,
    summed,
    terms_of,
)

SWITCHES: dict[str, Callable[[int, Part, Part], Part]] = {
    "maximum": lambda side, a, b: a if side > 0 else b,
    "minimum": lambda side, a, b: a if side < 0 else b,
    "greater": lambda side, a, b: ONE if side > 0 else ZERO,
}
"""What is left of an operation on a and b where a − b is positive, 0 or negative: `side` is 1, 0 or −1."""


@dataclass(frozen=True)
class Switch:
    """Two parts that are compared."""

    left: Part
    right: Part

    @classmethod
    def of(cls, a: Part, b: Part) -> Switch:
        """The same as it is read most easily: the number on the right, no minus on the left, a > b for a − b > 0."""
        if isinstance(a, Number) and not isinstance(b, Number):
            a, b = b, a
        match a, b:
            case _, Number(0.0) if negative(a) and not isinstance(a, Number):
                return cls.of(opposite(a), b)
            case Sum(((1, one), (-1, other))), Number(0.0):
                return cls(one, other)
        return cls(a, b)

    def side(self, a: Part, b: Part) -> int:
        """1 if a and b are compared as these are, −1 if the other way round, 0 if they are not."""
        if is_nothing(summed((1, a), (-1, b), (-1, self.left), (1, self.right))):
            return 1
        return -1 if is_nothing(summed((1, a), (-1, b), (1, self.left), (-1, self.right))) else 0


LONGEST = 200
"""Names and numbers of a formula that is still read as a whole: in a longer one each switch stands for itself."""


def with_cases(part: Part) -> Part:
    """The formula, with cases for its switches where these read better, and the 0 first in max(0, x)."""
    if not _is_long(part):
        for switch in _switches(part):
            part = _decided(part, switch)
    settled: dict[int, Part] = {}  # by identity: a part that a graph shares is looked at once

    def settle(inner: Part) -> Part:
        if id(inner) not in settled:
            settled[id(inner)] = _settled(mapped(inner, settle))
        return settled[id(inner)]

    return settle(part)


def _is_long(part: Part) -> bool:
    count, waiting = 0, [part]
    while waiting and count <= LONGEST:
        inner = parts_of(waiting.pop())
        count += not inner
        waiting += inner
    return count > LONGEST


def _switches(part: Part) -> list[Switch]:
    """The different switches in a formula, each before those within it."""
    found: list[Switch] = []
    if isinstance(part, Call) and part.function in SWITCHES:
        found.append(Switch.of(*part.arguments))
    for inner in parts_of(part):
        for switch in _switches(inner):
            if not any(other.side(switch.left, switch.right) for other in found):
                found.append(switch)
    return found


def _side(part: Part, switch: Switch) -> int:
    return switch.side(*part.arguments) if isinstance(part, Call) and part.function in SWITCHES else 0


def _holds(part: Part, switch: Switch) -> bool:
    return bool(_side(part, switch)) or any(_holds(inner, switch) for inner in parts_of(part))


def _decided(part: Part, switch: Switch) -> Part:
    """The part with cases at the smallest place that holds all of a switch; as it is, where this says no more."""
    if _side(part, switch):
        return _cases(part, switch) or part if _is_greater(part) else part
    holding = [_holds(inner, switch) for inner in parts_of(part)]
    if not any(holding):
        return part
    match part:
        case Sum(terms):
            mine = [term for term, holds in zip(terms, holding, strict=True) if holds]
            rest = [term for term, holds in zip(terms, holding, strict=True) if not holds]
            mine, rest = _gathered(mine, rest, switch)
            if len(mine) > 1 and (found := _cases_of_sum(mine, switch)):
                before = min(map(terms.index, mine))
                return summed(*rest[:before], found, *rest[before:])
        case Product(coefficient, factors):
            held = [factor for factor, holds in zip(factors, holding, strict=True) if holds]
            others = [factor for factor, holds in zip(factors, holding, strict=True) if not holds]
            whole = _cases(multiplied(1.0, *held), switch) if len(held) > 1 else _decided(held[0], switch)
            if whole and whole != held[0]:
                return _scaled(coefficient, whole, others)
        case Quotient(above, below) if holding == [True, False] and _masks(mask := _decided(above, switch)):
            return _within(mask, lambda piece: divided(piece, below))
        case _ if sum(holding) > 1 and (found_here := _cases(part, switch)):
            return found_here
    return mapped(part, lambda inner: _decided(inner, switch))


def _gathered(
    mine: list[tuple[int, Part]], rest: list[tuple[int, Part]], switch: Switch
) -> tuple[list[tuple[int, Part]], list[tuple[int, Part]]]:
    """The terms that hold a switch, and with them those that become one with a term of some case."""
    size, left = _terms_left(mine, switch), []
    for term in rest:
        with_it = _terms_left([*mine, term], switch)
        if with_it <= size + 1:
            mine, size = [*mine, term], with_it
        else:
            left.append(term)
    return mine, left


def _terms_left(terms: list[tuple[int, Part]], switch: Switch) -> int:
    """How many terms the cases of a sum have, for one side and the other."""
    cases = (_under(summed(*terms), switch, side) for side in (1, -1))
    return sum(len(terms_of(part)) for part in cases if part != ZERO)


def _cases_of_sum(terms: list[tuple[int, Part]], switch: Switch) -> tuple[int, Part] | None:
    sign = 1 if any(sign > 0 for sign, _ in terms) else -1
    found = _cases(summed(*((sign * inner, part) for inner, part in terms)), switch)
    return None if found is None else (sign, found)


def _scaled(coefficient: float, part: Part, others: list[Part]) -> Part:
    """A product with cases: a number goes into cases of numbers, and all of it into cases that are 0 but for one."""
    numbers = not others and isinstance(part, Cases) and all(isinstance(piece, Number) for piece in _pieces(part))
    if numbers or (_masks(part) and not any(map(_branches, others))):
        return _within(part, partial(multiplied, coefficient, *others))
    return multiplied(coefficient, *others, part)


def _masks(part: Part) -> bool:
    """Whether it lets something pass in one case and nothing in the others."""
    return isinstance(part, Cases) and sum(piece != ZERO for piece in _pieces(part)) == 1


def _pieces(cases: Cases) -> tuple[Part, ...]:
    return (*(piece for _, piece in cases.pieces), cases.otherwise)


def _within(part: Part, change: Callable[[Part], Part]) -> Part:
    assert isinstance(part, Cases)
    return Cases(tuple((condition, change(piece)) for condition, piece in part.pieces), change(part.otherwise))


def _cases(part: Part, switch: Switch) -> Part | None:
    """A part that holds a switch, by cases; None where this would say it at greater length."""
    above, equal, below = (_under(part, switch, side) for side in (1, 0, -1))
    if found := _absolute(above, equal, below, switch):
        return found
    if not _same(equal, below) and not _same(equal, above):
        for piece in (below, above):
            if _same(shortest(_replaced(piece, switch.left, switch.right)), equal):
                equal = piece
                break
    pieces = [above, below] if _same(equal, below) or _same(equal, above) else [above, equal, below]
    if any(_branches(piece) for piece in pieces) or sum(map(size, pieces)) > size(part):
        return None
    greater, less, same = (Condition(switch.left, sign, switch.right) for sign in "><=")
    if _same(above, below):
        return above if _same(equal, above) else Cases(((same, equal),), above)
    if _same(equal, below):
        return Cases(((greater, above),), below)
    if _same(equal, above):
        return Cases(((less, below),), above)
    return Cases(((greater, above), (less, below)), equal)


def _absolute(above: Part, equal: Part, below: Part, switch: Switch) -> Part | None:
    """A multiple of |left − right|, if that is what the cases come to."""
    if not _same(equal, ZERO) or not _same(below, opposite(above)):
        return None
    difference = summed((1, switch.left), (-1, switch.right))
    for number in {number for number, _ in terms_of(above)}:
        if is_nothing(summed((1, above), (-1, multiplied(number, difference)))):
            return multiplied(number, Call("absolute", difference))
    return None


def _same(one: Part, other: Part) -> bool:
    return one == other or is_nothing(summed((1, one), (-1, other)))


def _is_greater(part: Part) -> bool:
    return isinstance(part, Call) and part.function == "greater"


def _branches(part: Part) -> bool:
    """Whether there is a comparison in it, or cases."""
    return _is_greater(part) or isinstance(part, Cases) or any(map(_branches, parts_of(part)))


def _under(part: Part, switch: Switch, side: int) -> Part:
    """What is left of a part where one side of a switch is the greater, 1 or −1, or both are equal, 0."""
    if found := _side(part, switch):
        assert isinstance(part, Call)
        a, b = part.arguments
        return _under(SWITCHES[part.function](found * side, a, b), switch, side)
    return _folded(mapped(part, lambda inner: _under(inner, switch, side)))


def _folded(part: Part) -> Part:
    """The part with what can be worked out in the head worked out."""
    match part:
        case Sum():
            return shortest(part)
        case Call(function, Number(0.0), ()) if function in OPERATIONS:
            value = float(OPERATIONS[function].value(0.0))
            return Number(value) if value in (0, 0.5, 1) else part
        case Power(Number(value), float(exponent) | int(exponent)) if value in (0, 1) and exponent > 0:
            return Number(value)
    return part


def _replaced(part: Part, old: Part, new: Part) -> Part:
    return new if part == old else _folded(mapped(part, lambda inner: _replaced(inner, old, new)))


def _settled(part: Part) -> Part:
    """Cases for a comparison that is left, and a number before what it is compared with; all else as it is."""
    match part:
        case Call("greater", a, (b,)):
            return Cases(((Condition(a, ">", b), ONE),), ZERO)
        case Call(("maximum" | "minimum") as function, a, (Number() as b,)):
            return Call(function, b, (a,))
    return part
