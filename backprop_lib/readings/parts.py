"""The parts that a formula is made of, and the arithmetic that puts them together as a person would.

A formula keeps the order in which it was written, and leaves out what says nothing: a factor 1, a term 0, a product or
a sum of fixed numbers. A minus sign stands where it is seen, in front of a product or a fraction and never within it;
what can stand first without one does. Equal factors are a power, and a fraction of fractions is one fraction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any


@dataclass(frozen=True)
class Name:
    name: str


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Product:
    coefficient: float
    factors: tuple[Part, ...]


@dataclass(frozen=True)
class Sum:
    terms: tuple[tuple[int, Part], ...]
    """Each with its sign, 1 or -1."""


@dataclass(frozen=True)
class Quotient:
    above: Part
    below: Part


@dataclass(frozen=True)
class Power:
    base: Part
    exponent: float | Part


@dataclass(frozen=True)
class Call:
    function: str
    argument: Part
    others: tuple[Part, ...] = ()

    @property
    def arguments(self) -> tuple[Part, ...]:
        return (self.argument, *self.others)


@dataclass(frozen=True)
class Condition:
    """That one part is greater than another, `>`, less, `<`, or equal to it, `=`."""

    left: Part
    sign: str
    right: Part


@dataclass(frozen=True)
class Cases:
    """The part of the first condition that holds; where none does, `otherwise`."""

    pieces: tuple[tuple[Condition, Part], ...]
    otherwise: Part


@dataclass(frozen=True)
class Slope:
    """What is still to be differentiated."""

    by: str
    part: Part


@dataclass(frozen=True)
class Matmul:
    left: Part
    right: Part


@dataclass(frozen=True)
class Scaled:
    """A number before a matrix."""

    number: Part
    part: Part


@dataclass(frozen=True)
class Each:
    """A sum over a set that is known only where the formula is used: see `by_hand.scheme`."""

    over: str
    part: Part


Part = Name | Number | Product | Sum | Quotient | Power | Call | Cases | Slope | Matmul | Scaled | Each

ZERO, ONE = Number(0.0), Number(1.0)


def as_data(part: Part) -> list[Any]:
    """The formula as nested lists, which JSON can hold: `["sum", [[1, ["name", "w"]], [-1, ["number", 0.5]]]]`.

    A part is its kind, in small letters, and what it is made of: `["name", key]`, `["number", value]`,
    `["product", coefficient, factors]`, `["sum", [[sign, term], …]]`, `["quotient", above, below]`,
    `["power", base, exponent]`, the exponent a number or a part, `["call", function, *arguments]`,
    `["cases", [[[left, sign, right], part], …], otherwise]`, and `["each", over, part]`.
    """
    match part:
        case Name(name):
            return ["name", name]
        case Number(value):
            return ["number", value]
        case Product(coefficient, factors):
            return ["product", coefficient, [*map(as_data, factors)]]
        case Sum(terms):
            return ["sum", [[sign, as_data(term)] for sign, term in terms]]
        case Quotient(above, below):
            return ["quotient", as_data(above), as_data(below)]
        case Power(base, exponent):
            return ["power", as_data(base), exponent if isinstance(exponent, float | int) else as_data(exponent)]
        case Call(function):
            return ["call", function, *map(as_data, part.arguments)]
        case Cases(pieces, otherwise):
            listed = [[[as_data(c.left), c.sign, as_data(c.right)], as_data(piece)] for c, piece in pieces]
            return ["cases", listed, as_data(otherwise)]
        case Each(over, inner):
            return ["each", over, as_data(inner)]
    raise TypeError(f"A {type(part).__name__} is no formula of numbers.")


# Putting parts together


def summed(*terms: tuple[int, Part]) -> Part:
    """A sum, which begins with a term that needs no minus, if there is one."""
    flat: list[tuple[int, Part]] = []
    for sign, part in terms:
        if isinstance(part, Sum) and (_all_negative(part) or (sign == 1 and not flat)):
            flat += [(sign * inner, term) for inner, term in part.terms]
        elif part != ZERO:
            flat.append((-sign, opposite(part)) if negative(part) else (sign, part))
    flat = _over_one_line(_exponential(flat))
    if all(isinstance(part, Number) for _, part in flat):
        return Number(sum(sign * part.value for sign, part in flat if isinstance(part, Number)) + 0.0)
    if len(flat) == 1:
        return multiplied(*flat[0])
    first = next((k for k, (sign, _) in enumerate(flat) if sign > 0), 0)
    return Sum((flat[first], *flat[:first], *flat[first + 1 :]))


def multiplied(coefficient: float, *parts: Part) -> Part:
    """A product: a number, and what it is multiplied by."""
    factors: list[Part] = []
    waiting = list(reversed(parts))
    while waiting:
        match waiting.pop():
            case Number(value):
                coefficient *= value
            case Product(number, inner):
                coefficient *= number
                waiting += reversed(inner)
            case Sum() as total if _all_negative(total):
                coefficient = -coefficient
                waiting.append(opposite(total))
            case part:
                _join(factors, part)
    if coefficient == 0 or not factors:
        return Number(coefficient + 0.0)
    if len(factors) > 1 and any(isinstance(part, Quotient) for part in factors):
        return divided(multiplied(coefficient, *map(_above, factors)), multiplied(1.0, *map(_below, factors)))
    return factors[0] if coefficient == 1 and len(factors) == 1 else Product(coefficient, tuple(factors))


def divided(above: Part, below: Part) -> Part:
    """A fraction, what stands above and below its line freed of signs, fractions and common factors."""
    (number, factors), (divisor, others) = _factors(above), _factors(below)
    if any(isinstance(part, Quotient) for part in (*factors, *others)):
        return divided(
            multiplied(number, *map(_above, factors), *map(_below, others)),
            multiplied(divisor, *map(_below, factors), *map(_above, others)),
        )
    over, under = list(factors), list(others)
    for part in factors:
        _cancel(part, over, under)
    if divisor and number % divisor == 0:
        number, divisor = number / divisor, 1.0
    if number == 0 or (divisor == 1 and not under):
        return multiplied(number, *over)
    sign = -1.0 if (number < 0) != (divisor < 0) else 1.0
    return multiplied(sign, Quotient(multiplied(abs(number), *over), multiplied(abs(divisor), *under)))


def raised(base: Part, exponent: float | Part) -> Part:
    """A power; what is raised to 1 stays as it is, and a sign comes out of what is raised to a whole number."""
    if exponent in (1, ONE):
        return base
    if isinstance(exponent, float | int) and exponent == int(exponent) and negative(base):
        return multiplied((-1.0) ** exponent, Power(opposite(base), exponent))
    return Power(base, exponent)


def opposite(part: Part) -> Part:
    """The same with the other sign."""
    if isinstance(part, Sum) and _all_negative(part):
        return Sum(tuple((1, opposite(term) if sign > 0 else term) for sign, term in part.terms))
    return multiplied(-1.0, part)


def mapped(part: Part, change: Callable[[Part], Part]) -> Part:
    """The part with each part that it is made of changed, and put together again."""
    match part:
        case Product(coefficient, factors):
            return multiplied(coefficient, *map(change, factors))
        case Sum(terms):
            return summed(*((sign, change(term)) for sign, term in terms))
        case Quotient(above, below):
            return divided(change(above), change(below))
        case Power(base, exponent):
            return raised(change(base), exponent if isinstance(exponent, float | int) else change(exponent))
        case Call(function, argument, others):
            return Call(function, change(argument), tuple(map(change, others)))
        case Cases(pieces, otherwise):
            changed = tuple((Condition(change(c.left), c.sign, change(c.right)), change(p)) for c, p in pieces)
            return Cases(changed, change(otherwise))
        case Slope(by, sloped):
            return Slope(by, change(sloped))
        case Matmul(left, right):
            return Matmul(change(left), change(right))
        case Scaled(number, scaled):
            return Scaled(change(number), change(scaled))
    return part


def parts_of(part: Part) -> tuple[Part, ...]:
    """What a part is made of, in the order in which it was put together."""
    match part:
        case Product(_, factors):
            return factors
        case Sum(terms):
            return tuple(term for _, term in terms)
        case Quotient(one, other) | Matmul(one, other) | Scaled(one, other):
            return one, other
        case Power(base, exponent):
            return (base,) if isinstance(exponent, float | int) else (base, exponent)
        case Call():
            return part.arguments
        case Cases(pieces, otherwise):
            return (*(inner for c, piece in pieces for inner in (c.left, c.right, piece)), otherwise)
        case Slope(_, inner) | Each(_, inner):
            return (inner,)
    return ()


def size(part: Part) -> int:
    """How long a formula is: the names and numbers in it."""
    inner = parts_of(part)
    number = isinstance(part, Product) and abs(part.coefficient) != 1
    return number + sum(map(size, inner)) if inner else 1


def negative(part: Part) -> bool:
    """Whether a minus stands in front."""
    match part:
        case Product(number) | Number(number):
            return number < 0
    return isinstance(part, Sum) and _all_negative(part)


def _all_negative(total: Sum) -> bool:
    return all((sign < 0) != negative(term) for sign, term in total.terms)


def _factors(part: Part) -> tuple[float, tuple[Part, ...]]:
    match part:
        case Number(value):
            return value, ()
        case Product(coefficient, factors):
            return coefficient, factors
        case Sum() if _all_negative(part):
            return -1.0, (opposite(part),)
    return 1.0, (part,)


def _above(part: Part) -> Part:
    return part.above if isinstance(part, Quotient) else part


def _below(part: Part) -> Part:
    return part.below if isinstance(part, Quotient) else ONE


def _to_the(part: Part) -> tuple[Part, int]:
    """A base, and the whole number that it is raised to."""
    match part:
        case Power(base, float(exponent) | int(exponent)) if exponent > 0 and exponent == int(exponent):
            return base, int(exponent)
    return part, 1


def _at(base: Part, factors: Sequence[Part]) -> int | None:
    return next((k for k, factor in enumerate(factors) if _to_the(factor)[0] == base), None)


def _join(factors: list[Part], part: Part) -> None:
    """One more factor; where there is an equal one already, that one is raised."""
    base, exponent = _to_the(part)
    k = None if isinstance(part, Quotient) else _at(base, factors)
    if k is None:
        factors.append(part)
    else:
        factors[k] = Power(base, float(_to_the(factors[k])[1] + exponent))


def _cancel(part: Part, over: list[Part], under: list[Part]) -> None:
    base, _ = _to_the(part)
    up, down = _at(base, over), _at(base, under)
    if up is None or down is None:
        return
    left = _to_the(over.pop(up))[1] - _to_the(under.pop(down))[1]
    if left:
        side, place = (over, up) if left > 0 else (under, down)
        side.insert(place, raised(base, float(abs(left))))


def _exponential(terms: list[tuple[int, Part]]) -> list[tuple[int, Part]]:
    """The terms, with eˣ for (eˣ − 1) + 1."""
    for sign in (1, -1):
        less = next((k for k, (s, p) in enumerate(terms) if s == sign and _less_one(p)), None)
        if less is not None and (sign, ONE) in terms:
            inner = terms[less][1]
            assert isinstance(inner, Call)
            whole = (sign, Call("exp", inner.argument))
            terms = [whole if k == less else term for k, term in enumerate(terms)]
            terms.remove((sign, ONE))
    return terms


def _less_one(part: Part) -> bool:
    return isinstance(part, Call) and part.function == "expm1"


MOST_FRACTIONS, MOST_TERMS = 4, 24
"""How many fractions are brought over one line, and terms multiplied out, to see whether less is left."""


def _over_one_line(terms: list[tuple[int, Part]]) -> list[tuple[int, Part]]:
    """The terms, with one fraction for all fractions where fewer terms are then left above the line."""
    split: list[tuple[float, Part, Part]] = []
    kept: list[tuple[int, Part]] = []
    place = None
    for k, (sign, part) in enumerate(terms):
        match _factors(part):
            case number, (Quotient(above, below),):
                split.append((sign * number, above, below))
                place = k if place is None else place
            case _:
                kept.append((sign, part))
    if not 2 <= len(split) <= MOST_FRACTIONS:
        return terms
    common = reduce(_least_common, sorted((below for *_, below in split), key=size))
    widened = [(1, multiplied(number, above, divided(common, below))) for number, above, below in split]
    left = collected(Sum(tuple(widened)))
    if left is None or len(left) >= sum(len(terms_of(above)) for _, above, _ in split):
        return terms
    fraction = divided(from_terms(left), common)
    one = [] if fraction == ZERO else [(-1, opposite(fraction)) if negative(fraction) else (1, fraction)]
    return kept[:place] + one + kept[place:]


def _least_common(one: Part, other: Part) -> Part:
    """The simplest part that both divide."""
    missing = divided(other, one)
    return multiplied(1.0, one, _above(missing))


# A sum as terms

Term = tuple[float, tuple["Part", ...]]
"""A number, and what it is multiplied by."""


def terms_of(part: Part) -> list[Term]:
    """The part as a sum of terms."""
    if isinstance(part, Sum):
        return [(sign * number, factors) for sign, term in part.terms for number, factors in terms_of(term)]
    return [_factors(part)]


def from_terms(terms: Sequence[Term]) -> Part:
    """The sum of terms."""
    return summed(*((1, multiplied(number, *factors)) for number, factors in terms))


def collected(part: Part, multiplied_out: bool = True) -> list[Term] | None:
    """The terms of a part, brackets multiplied out if asked for, equal ones added; None if they are very many."""
    terms = _multiplied_out(part) if multiplied_out else terms_of(part)
    if terms is None:
        return None
    found: list[list[Any]] = []
    for number, factors in terms:
        same = next((entry for entry in found if _same_factors(entry[1], factors)), None)
        if same is None:
            found.append([number, factors, abs(number)])
        else:
            same[0] += number
            same[2] = max(same[2], abs(number))
    # What is left of equal numbers after rounding is nothing.
    return [(number, factors) for number, factors, size in found if abs(number) > 1e-14 * size]


def _multiplied_out(part: Part) -> list[Term] | None:
    out: list[Term] = []
    for number, factors in terms_of(part):
        choices = [terms_of(factor) for factor in factors]
        count = reduce(lambda n, terms: n * len(terms), choices, 1)
        if len(out) + count > MOST_TERMS:
            return None
        for chosen in product(*choices):
            numbers = reduce(lambda value, term: value * term[0], chosen, number)
            whole = multiplied(numbers, *(factor for term in chosen for factor in term[1]))
            out += [_factors(whole)]
    return [term for term in out if term[0] != 0]


def _same_factors(some: tuple[Part, ...], others: tuple[Part, ...]) -> bool:
    left = list(others)
    for factor in some:
        if factor not in left:
            return False
        left.remove(factor)
    return not left


def is_nothing(part: Part) -> bool:
    """Whether all of its terms cancel."""
    return collected(part) == []


def shortest(part: Part) -> Part:
    """The part with equal terms added, and brackets multiplied out where fewer terms are then left."""
    best = terms_of(part)
    for multiplied_out in (False, True):
        left = collected(part, multiplied_out)
        if left is not None and len(left) < len(best):
            best, part = left, from_terms(left)
    return part
