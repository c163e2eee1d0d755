"""Checking a backward pass: every gradient beside its exact value and beside a nudge, and the first that differs.

A mistake on the way back spoils all that comes after it. So the gradients stand in the order of the backward pass, and
each that is wrong is worked out again from the numbers before it, right or wrong: only where that gives another number
was a mistake made.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from html import escape
from operator import add
from typing import Any

import numpy as np

from ..graph import GraphError, Node, constant, gradient, gradients, sum_of, topological_order, variable
from ..graph.arguments import checked_node
from ..graph.errors import brief, checked_mapping, listing, nearest
from ..graph.fold import inputs
from ..graph.substitute import substituted
from ..graph.validation import Array, by_name, in_words, real_array
from ..readings.derivation import delta_name
from ..readings.formula import shown
from ..readings.numbers import evaluate, one_run
from .finite_differences import WIDEST, Nudged, nudged

AGREES, KINK, PARTS, FOLLOWS, UNDECIDED = "agrees", "at a kink", "differs", "follows", "not decided"

VERDICTS = {
    AGREES: "the numbers are the same, within the tolerance",
    KINK: "the slopes on the two sides differ, and the number is one of them or between them",
    PARTS: "the numbers differ, and the mistake is in the step that leads here",
    FOLLOWS: "the numbers differ, but the step is right: it went on from a wrong number",
    UNDECIDED: "nudging gives no number that is certain enough to say",
}
"""What can be found of a gradient."""


@dataclass(frozen=True, eq=False)
class CheckedGradient:
    """What was found of one gradient; each number is an array where the value is one.

    Parameters
    ----------
    name : str
        The value that the output is differentiated by.
    symbol : str
        The gradient as it is written, such as `∂E/∂net_h1`; of an array, the element that the row shows.
    claimed : ndarray or None
        What was to be checked; None where that is the engine's own gradient.
    exact, approximate : ndarray
        The engine's gradient, and the one found by nudging.
    uncertain : ndarray
        How far off the approximate one may be.
    place : tuple of int
        The element that the row shows: the one that differs most, or else the largest.
    verdict : str
        One of VERDICTS.
    message : str
        Of a gradient that does not simply agree: both numbers, and what that means.
    """

    name: str
    symbol: str
    claimed: Array | None
    exact: Array
    approximate: Array
    uncertain: Array
    place: tuple[int, ...]
    verdict: str
    message: str = ""


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """Every gradient that was checked, in the order of the backward pass; a notebook shows a table.

    Parameters
    ----------
    rows : tuple of CheckedGradient
    tolerance : float
        The part of a number by which two numbers may differ and still agree.
    """

    rows: tuple[CheckedGradient, ...]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether all gradients agree; at a kink, whether they lie between the slopes of the two sides."""
        return all(row.verdict in (AGREES, KINK) for row in self.rows)

    @property
    def first(self) -> CheckedGradient | None:
        """Where the backward pass goes wrong: the first gradient that differs, or None."""
        return next((row for row in self.rows if row.verdict == PARTS), None)

    @property
    def messages(self) -> list[str]:
        """What there is to say, in the order of the backward pass, of all that does not simply agree or follow."""
        return [row.message for row in self.rows if row.message]

    @property
    def summary(self) -> str:
        """How many gradients agree, in a sentence."""
        found = Counter(row.verdict for row in self.rows)
        told = [f"{n} {words[n > 1]}" for verdict, (_, *words) in _TOLD.items() if (n := found[verdict])]
        return f"Of {len(self.rows)} gradients, compared to one part in {1 / self.tolerance:,.0f}: {', '.join(told)}."

    def _table(self) -> list[list[str]]:
        claims = any(row.claimed is not None for row in self.rows)
        head = ["gradient", "verdict", *(["yours"] if claims else []), "exact", "approximate"]
        return [head, *(_cells(row, claims) for row in self.rows)]

    def __repr__(self) -> str:
        table = self._table()
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table]
        return "\n".join([*(line.rstrip() for line in lines), self.summary, *self.messages])

    def _repr_html_(self) -> str:
        head, *body = self._table()
        right = ' style="text-align: right"'
        heads = "".join(f'<th scope="col"{right * (k > 1)}>{escape(cell)}</th>' for k, cell in enumerate(head))
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{_TOLD[row.verdict][0]} {escape(verdict)}</td>'
            + "".join(f"<td{right}>{escape(cell)}</td>" for cell in numbers)
            + "</tr>"
            for row, (name, verdict, *numbers) in zip(self.rows, body, strict=True)
        )
        told = "".join(f"<p>{escape(message)}</p>" for message in (self.summary, *self.messages))
        return (
            f'{told}<div style="overflow-x: auto" tabindex="0" role="group" aria-label="Gradients checked">'
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


_TOLD = {
    AGREES: ("✓", "agrees", "agree"),
    KINK: ("∧", "is at a kink", "are at a kink"),
    PARTS: ("✗", "differs", "differ"),
    FOLLOWS: ("↳", "follows from a wrong number", "follow from wrong numbers"),
    UNDECIDED: ("?", "is not decided", "are not decided"),
}
"""The sign of each verdict, and how it is told of one gradient and of several."""


def gradient_check(
    output: Node,
    values: Mapping[str, Any],
    claimed: Mapping[str, Any] | None = None,
    *,
    step: float = WIDEST,
    tolerance: float = 1e-6,
) -> GradientCheck:
    """Check the gradients of a number by every named value of its graph, or the gradients that somebody worked out.

    Parameters
    ----------
    output : Node
        A number, such as a total error.
    values : mapping of str to number or array
        A value for each variable, of its shape: one run.
    claimed : mapping of str to number or array, optional
        Gradients to check, each by the name of the value that the output is differentiated by: `{"w5": 0.0822}`, or
        `"dE_dw5"`, or, for a net input, `"delta_h1"`. Without them the engine's own gradients are checked: by every
        variable, and by every intermediate value that has a name.
    step : float
        The widest nudge, as a part of the value, or of 1 where the value is smaller.
    tolerance : float
        The part of a number by which two may differ and still agree. For numbers that were rounded to four digits on
        paper, `1e-3`.

    Returns
    -------
    GradientCheck
        `ok`; `first`, the first gradient that differs, in the order of the backward pass, so that it names the root of
        a mistake and not its consequences; and a row for each.

    Raises
    ------
    GraphError
        For a name that is not in the graph or stands twice in it, a value that is missing or of another shape, and what
        is not a finite number.

    Notes
    -----
    To nudge an intermediate value, the graph is cut open there. The approximate gradients come with an estimate of
    their own error, and two numbers agree when that explains their difference: see `differences.nudged`.
    After `cmp` in A. Karpathy's lecture "Becoming a backprop ninja" (2022).
    Introduced in the chapter *By hand*.

    Examples
    --------
    >>> from backprop_lib import gradient_check, variables
    >>> w, x, t = variables("w x t")
    >>> off_by = (w * x - t).named("off_by")
    >>> E = (0.5 * off_by**2).named("E")
    >>> gradient_check(E, {"w": 0.5, "x": 2, "t": 3}, {"off_by": -2, "w": 4}).first.name
    'w'
    """
    check = _Check(output, values, _fraction("step", step), _fraction("tolerance", tolerance))
    claims = {} if claimed is None else check.claims(claimed)
    rows: list[CheckedGradient] = []
    for name in claims or [name for name in check.named if check.named[name] is not output]:
        rows.append(check.row(name, claims, rows))
    return GradientCheck(tuple(rows), check.tolerance)


def _fraction(name: str, value: Any) -> float:
    array = real_array(value, f"The {name}")
    if array.shape == () and 0 < array < 1:
        return float(array)
    raise GraphError(f"{name}={brief(value)}.", "a number between 0 and 1", f"leave it out, or {name}=1e-3, say.")


class _Check:
    """One graph at one point: its named values, in the order of the backward pass, and their gradients."""

    def __init__(self, output: Node, values: Mapping[str, Any], step: float, tolerance: float):
        self.output, self.step, self.tolerance = checked_node(output, "The output"), step, tolerance
        self.order = topological_order([output])
        self.given = dict(checked_mapping(values, "The point to check at", '{"w": 0.5, "x": 2}'))
        self.named = _by_name(_backward(self.order))
        nodes = list(self.named.values())
        slopes = gradients(output, nodes)
        found = [np.asarray(value) for value in one_run([*self.order, *slopes], self.given, "check")]
        every = dict(zip(self.order, found, strict=False))
        self.values = {name: every[node] for name, node in self.named.items()}
        self.exact = dict(zip(self.named, found[len(self.order) :], strict=True))
        self.given = {name: self.values[name] for name in inputs([output])}
        self.fixed = {node: variable(name, node.shape) for name, node in self.named.items()}
        """For each named node a variable in its place, where the graph is cut open."""
        self.consumers: dict[Node, set[Node]] = {node: set() for node in self.order}
        for node in self.order:
            for parent in node.parents:
                self.consumers[parent].add(node)

    def claims(self, claimed: Mapping[str, Any]) -> dict[str, Array]:
        """The claimed gradients by name, in the order of the backward pass."""
        if not checked_mapping(claimed, "What was claimed", '{"w5": 0.0822}'):
            raise GraphError(
                "No gradient was claimed: {}.", "one at least", "leave it out, to check the engine's own gradients."
            )
        spelled, found = self._spellings(), {}
        for key, value in by_name(claimed).items():
            name = spelled.get(key) if isinstance(key, str) else None
            if name is None:
                raise GraphError(
                    f"A gradient was claimed for {brief(key)}.",
                    f"the names of values in this graph: {listing(self.named)}",
                    nearest(key.name or "" if isinstance(key, Node) else brief(key), spelled, "one of these names."),
                )
            if name in found:
                raise GraphError(f"{self.symbol(name)} was claimed twice.", "one number for each gradient", "keep one.")
            found[name] = real_array(value, f"The claimed {self.symbol(name)}")
            if found[name].shape != self.named[name].shape:
                raise GraphError(
                    f"The claimed {self.symbol(name)} has {in_words(found[name].shape)}.",
                    f"{in_words(self.named[name].shape)}: a gradient has the shape of the value it is taken by",
                    "a sum along an axis that is still missing, or one too many? or transposed?",
                )
        return {name: found[name] for name in self.named if name in found}

    def _spellings(self) -> dict[str, str]:
        whole = self.output.name or ""
        spelled = {delta_name(name): name for name in self.named if name.startswith("net_")}
        for short in (whole.partition("_")[0], whole):
            for name in self.named:
                spelled |= {f"d{short}_d{name}": name, f"d_{short}_d_{name}": name, f"∂{short}/∂{name}": name}
        return spelled | {name: name for name in self.named}

    def symbol(self, name: str, place: tuple[int, ...] = ()) -> str:
        where = f"[{', '.join(map(str, place))}]" if place else ""
        return f"∂{self.output.name or ''}/∂{name}{where}"

    def row(self, name: str, claims: Mapping[str, Array], done: Sequence[CheckedGradient]) -> CheckedGradient:
        """What is found of one gradient, after those that come before it on the way back."""
        node, exact, claim = self.named[name], self.exact[name], claims.get(name)
        near = nudged(self.output, node, self.values[name], self.given, self.step)
        found = {UNDECIDED: self._vague(exact, near), PARTS: self._off(exact, near.slope, near.uncertain, near)}
        if claim is not None:  # then the two witnesses must agree with each other before they judge
            unsure = found[PARTS] | ~np.isfinite(near.rounding)
            found = {UNDECIDED: unsure, PARTS: self._off(claim, exact, near.rounding, near)}
        found[KINK] = near.kink
        verdict = next((verdict for verdict, where in found.items() if where.any()), AGREES)
        off = np.abs(near.slope - exact if claim is None else claim - exact)
        place = _largest(np.where(found.get(verdict, True), off if verdict == PARTS else np.abs(exact), -1.0))
        row = CheckedGradient(name, self.symbol(name, place), claim, exact, near.slope, near.uncertain, place, verdict)
        if verdict == UNDECIDED:
            return replace(row, message=_told_undecided(row))
        if verdict == KINK:
            return replace(row, message=_told_kink(row, near))
        if verdict == AGREES:
            return row
        step = _Step(self, node, claims)
        if step.gives(exact if claim is None else claim, near.rounding):
            return replace(row, verdict=FOLLOWS)
        return replace(row, message=self._told_parts(row, near, step, done))

    def _off(self, one: Array, other: Array, allowed: Array, near: Nudged) -> Array:
        """Where two gradients differ, and the value is not at a kink that would explain it."""
        low, high = np.minimum(near.below, near.above), np.maximum(near.below, near.above)
        room = 1e-3 * (high - low)
        excused = near.kink & (low - room <= one) & (one <= high + room)
        unlike: Array = ~self.same(one, other, allowed) & ~excused
        return unlike

    def _vague(self, exact: Array, near: Nudged) -> Array:
        """Where nudging is so uncertain that to agree with it means nothing."""
        enough = np.maximum(np.sqrt(self.tolerance) * np.abs(exact), 1e3 * near.rounding)
        return np.asarray(~((near.uncertain <= enough) & np.isfinite(near.uncertain)) & ~near.kink)

    def same(self, one: Array, other: Array, allowed: Array) -> Array:
        """Where two arrays agree: within the tolerance, or what their error allows."""
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(one), np.abs(other))
            return np.asarray((np.abs(one - other) <= self.tolerance * size + allowed) | (one == other))

    def _told_parts(self, row: CheckedGradient, near: Nudged, step: _Step, done: Sequence[CheckedGradient]) -> str:
        where = self._where(row, step, done)
        if row.claimed is None:
            engine, nudge = _pair(row.exact[row.place], row.approximate[row.place])
            return f"{row.symbol}: the engine gives {engine}, nudging {nudge}; {where} {step.operations}"
        yours, exact = _pair(row.claimed[row.place], row.exact[row.place])
        guess = step.guess(row.claimed, lambda one, other: bool(self.same(one, other, near.rounding).all()))
        return " ".join(filter(None, [f"{row.symbol}: yours {yours}, exact {exact}; {where}", step.used, guess]))

    def _where(self, row: CheckedGradient, step: _Step, done: Sequence[CheckedGradient]) -> str:
        if not step.known:
            return "this is where the way back starts."
        look = f"look at the step from {_and(step.sources)} to {row.name}."
        if not done:
            return f"it is the first that was checked, so {look}"
        if all(earlier.verdict in (AGREES, KINK) for earlier in done):
            return f"everything before it agrees, so {look}"
        return f"it does not follow from the numbers before it either: {look}"


class _Step:
    """The last step of the way back to a node: from the nearest gradients before it that are known.

    Parameters
    ----------
    check : _Check
    node : Node
    claims : mapping of str to ndarray
        The gradients that somebody worked out; the step goes on from these, right or wrong. Empty if from the engine's.
    """

    def __init__(self, check: _Check, node: Node, claims: Mapping[str, Array]):
        self.check, self.node = check, node
        known = {check.named[name] for name in claims or check.named} | {check.output}
        self.between, self._engine, stack = {node}, not claims, [node]
        found: set[Node] = set()
        while stack:
            after = check.consumers[stack.pop()]
            found |= after & known
            stack += after - known - self.between
            self.between |= after - known
        self.known = [node for node in dict.fromkeys([*check.named.values(), check.output]) if node in found]
        self.sources = [source.name or "the output" for source in self.known]
        self.arriving = [self._arriving(source, claims) for source in self.known]
        self._opened = [self._open(source) for source in self.known]
        self._carried = [sum_of(constant(g) * part) for g, part in zip(self.arriving, self._opened, strict=True)]

    def _arriving(self, source: Node, claims: Mapping[str, Array]) -> Array:
        """The gradient that the step goes on from: the one claimed, or else the engine's."""
        if source.name is None:
            return np.ones(())
        claimed: Array = np.nan_to_num(claims.get(source.name, self.check.exact[source.name]))
        return claimed

    def _open(self, source: Node) -> Node:
        """A source as a graph of the node, and of named values that stay as they are when the node is nudged."""
        moving = {*self.between, source} - {self.node}
        return substituted([source], {node: own for node, own in self.check.fixed.items() if node not in moving})[0]

    @cached_property
    def _slopes(self) -> list[Node]:
        """What arrives by way of each source, as a graph of the named values that it takes."""
        fixed, slopes = self.check.fixed, []
        for source, opened, carried in zip(self.known, self._opened, self._carried, strict=True):
            slope = gradient(carried, fixed[self.node])
            slopes += substituted([slope], {opened: fixed[source]} if source in fixed else {})
        return slopes

    @cached_property
    def _taken(self) -> dict[str, Array]:
        """The named values that the step takes."""
        return {name: self.check.values[name] for name in inputs(self._slopes)}

    @cached_property
    def parts(self) -> list[Array]:
        """What arrives by way of each source."""
        return [np.asarray(part) for part in evaluate(self._slopes, self._taken)]

    @cached_property
    def total(self) -> Array:
        """What the gradient comes to when the step is done right."""
        return sum(self.parts, np.zeros(self.node.shape)) if self.known else np.ones(())

    def gives(self, claimed: Array, allowed: Array) -> bool:
        """Whether the step, done right, leads to a gradient. The engine is not asked about its own: nudging is."""
        check, node = self.check, self.node
        if not (self._engine and self.known):
            return bool(check.same(claimed, self.total, allowed).all())
        own, whole = check.fixed[node], reduce(add, self._carried)
        near = nudged(whole, own, check.values[str(own.name)], check.values, check.step)
        return bool(check.same(claimed, near.slope, near.uncertain).all())

    @property
    def operations(self) -> str:
        """The operations between the sources and the node, in the order of the way back, as a sentence."""
        way = [node for node in self.check.order if node is not self.node and node in {*self.between, *self.known}]
        names = dict.fromkeys(node.operation.name for node in reversed(way))
        return f"Its operations: {', '.join(names)}."

    @property
    def used(self) -> str:
        """The values that the step takes, as a sentence; of arrays only the names."""
        values = self._taken.items()
        told = [f"{name} = {shown(float(value))}" if value.shape == () else name for name, value in values]
        return f"It uses {_and(told)}: have you the same?" if told else ""

    def guess(self, claimed: Array, same: Callable[[Array, Array], bool]) -> str:
        """A mistake that gives the number claimed, as a sentence, if one of the usual ones does."""
        wrong = [
            (-self.total, "the sign is turned round"),
            (2 * self.total, "there is a factor of 2 too many"),
            (self.total / 2, "there is a factor of ½ too many"),
        ]
        if len(self.parts) > 1:
            paths = zip(self.sources, self.parts, strict=True)
            wrong += [(self.total - part, f"the path through {name} is missing") for name, part in paths]
        if all(part.shape == self.node.shape for part in self.arriving):
            arriving = sum(self.arriving, np.zeros(self.node.shape))
            wrong.append((arriving, "the derivative of the step itself is left out"))
        told = (f"Yours comes out if {words}." for number, words in wrong if number.any() and same(claimed, number))
        return next(told, "")


def _told_undecided(row: CheckedGradient) -> str:
    exact, uncertain = shown(row.exact[row.place]), shown(row.uncertain[row.place], 2)
    return (
        f"{row.symbol}: the engine gives {exact}, nudging {_approximate(row)}, give or take {uncertain}. "
        "That decides nothing; try another step."
    )


def _told_kink(row: CheckedGradient, near: Nudged) -> str:
    below, above = (shown(side[row.place], 4) for side in (near.below, near.above))
    number = shown((row.exact if row.claimed is None else row.claimed)[row.place])
    return (
        f"{row.symbol}: a kink, where the slope is {below} on one side and {above} on the other. "
        f"Any number from the one to the other may be taken for it; here it is {number}."
    )


def _backward(order: Sequence[Node]) -> list[Node]:
    """The nodes in the order in which a backward pass by hand meets them: by how far back from the output they lie."""
    steps = dict.fromkeys(order, 0)
    for node in reversed(order):
        for parent in node.parents:
            steps[parent] = max(steps[parent], steps[node] + 1)
    return sorted(order, key=steps.__getitem__)


def _by_name(nodes: Iterable[Node]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for node in nodes:
        if node.name is not None and found.setdefault(node.name, node) is not node:
            raise GraphError(
                f"Two values of the graph are called '{node.name}'.",
                "one name for each value, so that a gradient belongs to one of them",
                "build the graph with another name for one of the two.",
            )
    return found


def _largest(sizes: Array) -> tuple[int, ...]:
    """The first place of the largest number, or of one so near to it that rounding might have decided."""
    sizes = np.nan_to_num(sizes, nan=np.inf)
    return tuple(int(k) for k in np.argwhere(sizes >= sizes.max() * (1 - 1e-9))[0])


def _cells(row: CheckedGradient, claims: bool) -> list[str]:
    claimed = [shown(row.claimed[row.place])] if claims and row.claimed is not None else []
    return [row.symbol, row.verdict, *claimed, shown(row.exact[row.place]), _approximate(row)]


def _approximate(row: CheckedGradient) -> str:
    """The approximate gradient, with no more digits than are certain."""
    number, uncertain = row.approximate[row.place], row.uncertain[row.place]
    if not math.isfinite(uncertain) or not math.isfinite(number):
        return "none"
    if abs(number) <= 3 * uncertain:
        return "0"
    return shown(number, max(1, min(6, math.floor(math.log10(abs(number) / uncertain)))) if uncertain else 6)


def _pair(one: float, other: float) -> tuple[str, str]:
    """Two numbers with as many digits as show that they differ, six at least."""
    return next(
        (pair for digits in range(6, 18) if len(set(pair := (shown(one, digits), shown(other, digits)))) > 1),
        (shown(one, 17), shown(other, 17)),
    )


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
