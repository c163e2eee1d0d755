"""What a gradient costs: counted by doing it, on real graphs, and not by a formula.

Four counts, each with its own rule of what counts:

- `path_by_path`, `forward_mode` and `reverse_mode` multiply the slopes along a graph, by the chain rule in three
  orders. Only multiplications count. A factor that nothing has been multiplied with yet is free, so a path of m edges
  takes m − 1. The slopes themselves are given.
- `operations` counts the arithmetic of any graph, a gradient included, each value computed once, or computed anew
  wherever it is used.
- `chain` counts how often the function of a chain is evaluated for its value and its derivative together.
- `reports` counts nothing: it lists what each node of a backward sweep says to each of its operands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import count
from math import prod
from operator import add
from typing import NamedTuple

from ..graph import GraphError, Node, gradient, gradients, topological_order, variable
from ..graph.arguments import checked_node
from ..graph.errors import brief, checked_count, is_whole, listing, nearest
from ..graph.fold import inputs
from ..graph.nodes import CONSTANT, VARIABLE
from ..graph.order import reachable
from ..graph.validation import label
from ..readings.derivation import local_derivatives
from ..readings.numbers import evaluate

MOST_PATHS = 1_000_000
"""Paths that are still followed one by one."""


class Edge(NamedTuple):
    """An arrow of a graph of slopes: `of` moves `slope` times as far as `by`, dimensionless."""

    by: str
    of: str
    slope: float


@dataclass(frozen=True)
class Slopes:
    """A graph as the chain rule sees it: names, and between them edges with the number that stands on each.

    Made by `local_slopes`.

    Parameters
    ----------
    edges : tuple of Edge
        In an order in which a forward pass can take them: all edges into a name come before any edge out of it.
    """

    edges: tuple[Edge, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name once, in the order in which a forward pass meets it."""
        return tuple(dict.fromkeys(name for edge in self.edges for name in (edge.by, edge.of)))


def local_slopes(outputs: Sequence[Node], between: Iterable[Node], values: Mapping[str, float]) -> Slopes:
    """The slopes on the edges between some nodes of a graph; whatever lies between two of them becomes one edge.

    Parameters
    ----------
    outputs : sequence of Node
        Numbers.
    between : iterable of Node
        The nodes to keep, all named; the outputs are kept too. Of the others no derivative is asked for.
    values : mapping of str to float
        A value for every variable; more are ignored.

    Raises
    ------
    GraphError
        For a node that has no name, or is no number.

    Notes
    -----
    Each slope is ∂of/∂by with the other kept nodes held still, read by `evaluate` from the graph that `gradient` gives.
    Introduced in the chapter *Backpropagation*.
    """
    kept = {_named(node) for node in (*between, *outputs)}
    nodes = [node for node in topological_order(outputs) if node in kept]
    arrows = [(by, of, slope) for of in nodes if of.parents for by, slope in local_derivatives(of, nodes).items()]
    slopes = [slope for _, _, slope in arrows]
    found = evaluate(slopes, {name: values[name] for name in inputs(slopes) if name in values})
    pairs = zip(arrows, found, strict=True)
    return Slopes(tuple(Edge(label(by), label(of), slope) for (by, of, _), slope in pairs))


def _named(node: Node) -> Node:
    if checked_node(node, "A node to keep").name is None or node.shape != ():
        raise GraphError(
            f"A node to keep is {brief(node)}.",
            "a number with a name",
            'node.named("u"), and one graph element by element.',
        )
    return node


def layered(*sizes: int) -> Slopes:
    """The slopes of a graph in layers, every node computed from all nodes of the layer before: `layered(1, 5, 5, 1)`.

    The first layer is `a1`, `a2`, …, the second `b1`, …; no two edges have the same slope.

    Raises
    ------
    GraphError
        For fewer than two layers, more than twelve, or a size that is no positive whole number.
    """
    if not (2 <= len(sizes) <= 12 and all(is_whole(size, 1) for size in sizes)):
        raise GraphError(
            f"Layers of the sizes {brief(sizes)}.", "2 to 12 layers, each of 1 node or more", "layered(1, 5, 5, 1)."
        )
    number = count(2)
    rows = [[variable(f"a{k + 1}") for k in range(sizes[0])]]
    for letter, size in zip("bcdefghijkl", sizes[1:], strict=False):
        sums = [reduce(add, [(1 + 1 / next(number)) * node for node in rows[-1]]) for _ in range(size)]
        rows.append([node.named(f"{letter}{k}") for k, node in enumerate(sums, 1)])
    return local_slopes(rows[-1], [node for row in rows for node in row], {label(node): 1.0 for node in rows[0]})


class _Multiplier:
    """Multiplies, and counts how often. What nothing has been multiplied with yet is None, and is free."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, so_far: float | None, slope: float) -> float:
        if so_far is None:
            return slope
        self.count += 1
        return so_far * slope


@dataclass(frozen=True)
class Account:
    """All derivatives of some outputs by some inputs, and what they cost.

    Attributes
    ----------
    derivatives : dict of (str, str) to float
        By output and input, in this order.
    lines : tuple of (str, int)
        What the account consists of, an entry for each input or sweep: what was done, and its multiplications.
    passes : int
        How many paths were followed, or how many sweeps it took.
    """

    derivatives: dict[tuple[str, str], float] = field(repr=False)
    lines: tuple[tuple[str, int], ...]
    passes: int

    @property
    def multiplications(self) -> int:
        return sum(count for _, count in self.lines)


def paths(graph: Slopes, by: str, of: str) -> Iterator[tuple[Edge, ...]]:
    """Every path from one name to another, as its edges in the order of a forward pass.

    Raises
    ------
    GraphError
        For a name that is not in the graph, or more than a million paths.
    """
    _check(graph, [by, of])
    return (path for _, path in _paths(graph, by, [of]))


def _paths(graph: Slopes, by: str, ends: Collection[str]) -> Iterator[tuple[str, tuple[Edge, ...]]]:
    """Every path from a name to the first end that it meets, with that end."""
    ways, out = Counter({by: 1}), dict[str, list[Edge]]()
    useful = _reached(ends, _turned(graph.edges))
    for edge in graph.edges:
        if edge.of in useful and edge.by not in ends:
            ways[edge.of] += ways[edge.by]
            out.setdefault(edge.by, []).append(edge)
    number = sum(ways[end] for end in ends)
    if number > MOST_PATHS:
        raise GraphError(
            f"The {number:,} paths that lead on from {by} were to be followed one by one.",
            f"at most {MOST_PATHS:,}",
            "count_paths, which follows none, or reverse_mode, which need not.",
        )
    waiting: list[tuple[str, tuple[Edge, ...]]] = [(by, ())]
    while waiting:
        name, path = waiting.pop()
        if name in ends:
            yield name, path
        else:
            waiting += [(edge.of, (*path, edge)) for edge in reversed(out.get(name, []))]


def count_paths(graph: Slopes, by: str, of: str) -> int:
    """How many paths lead from one name to another, found without following any."""
    _check(graph, [by, of])
    ways = Counter({by: 1})
    for edge in graph.edges:
        ways[edge.of] += ways[edge.by]
    return ways[of]


def path_by_path(graph: Slopes, by: Sequence[str], of: Sequence[str], merged: Sequence[str] = ()) -> Account:
    """Each derivative as the sum over its paths, every path multiplied out from one end to the other.

    Parameters
    ----------
    graph : Slopes
    by, of : sequence of str
        The derivative of each `of` by each `by`.
    merged : sequence of str
        Names in which all paths onwards are merged: how far the output moves with such a name is found once, and every
        path that comes through the name ends there with that number. With all names merged nothing is left of the
        paths but the edges.

    Notes
    -----
    Introduced in the chapter *Backpropagation*; after Goodfellow et al. (2016), section 6.5.
    """
    _check(graph, [*by, *of, *merged])
    found: dict[tuple[str, str], float] = {}
    lines: Counter[str] = Counter()
    passes = 0
    for result in of:
        known: dict[str, float | None] = {result: None}
        for one in [*(name for name in reversed(graph.names) if name in merged and name != result), *by]:
            times, total = _Multiplier(), 0.0
            for end, path in _paths(graph, one, known):
                product = reduce(times, (edge.slope for edge in path), known[end])
                total += 1.0 if product is None else product
                passes += 1
            lines[one] += times.count
            if one in merged:
                known[one] = total
            if one in by:
                found[result, one] = total
    return Account(found, tuple(lines.items()), passes)


def forward_mode(graph: Slopes, by: Sequence[str], of: Sequence[str]) -> Account:
    """One sweep for each input, from it to the outputs: how far every name moves when this input does.

    A sweep takes each edge once, and only edges on a way to an output.
    """
    _check(graph, [*by, *of])
    found, lines = _swept(by, of, _on_the_way(graph, by, of))
    return Account({(result, one): slope for (one, result), slope in found.items()}, lines, len(by))


def reverse_mode(graph: Slopes, by: Sequence[str], of: Sequence[str]) -> Account:
    """One sweep for each output, from it to the inputs: how far this output moves when any name does.

    A sweep takes each edge once, and only edges on a way from an input. This is backpropagation.
    """
    _check(graph, [*by, *of])
    found, lines = _swept(of, by, _turned(_on_the_way(graph, by, of)))
    return Account(found, lines, len(of))


def _swept(
    starts: Sequence[str], ends: Sequence[str], edges: Sequence[Edge]
) -> tuple[dict[tuple[str, str], float], tuple[tuple[str, int], ...]]:
    """What one sweep from each start brings to each end, and how many multiplications it takes."""
    found: dict[tuple[str, str], float] = {}
    lines = []
    for start in starts:
        times = _Multiplier()
        reached = _sweep(start, edges, times)
        found |= {(start, end): reached.get(end, 0.0) for end in ends}
        lines.append((start, times.count))
    return found, tuple(lines)


def _sweep(start: str, edges: Sequence[Edge], times: _Multiplier) -> dict[str, float]:
    """What reaches each name from the start: products along edges, added where they meet."""
    reached: dict[str, float | None] = {start: None}
    for edge in edges:
        if edge.by in reached:
            part = times(reached[edge.by], edge.slope)
            reached[edge.of] = (reached.get(edge.of) or 0.0) + part
    return {name: 1.0 if value is None else value for name, value in reached.items()}


def _on_the_way(graph: Slopes, by: Iterable[str], of: Iterable[str]) -> list[Edge]:
    forward = _reached(by, graph.edges)
    backward = _reached(of, _turned(graph.edges))
    return [edge for edge in graph.edges if edge.by in forward and edge.of in backward]


def _turned(edges: Sequence[Edge]) -> list[Edge]:
    """The same arrows, each pointing the other way, in an order for a backward pass."""
    return [Edge(edge.of, edge.by, edge.slope) for edge in reversed(edges)]


def _reached(start: Iterable[str], edges: Iterable[Edge]) -> set[str]:
    found = set(start)
    for edge in edges:
        if edge.by in found:
            found.add(edge.of)
    return found


def _check(graph: Slopes, names: Iterable[str]) -> None:
    known = graph.names
    for name in names:
        if name not in known:
            told = listing(known) if len(known) < 20 else f"a name such as '{known[0]}' or '{known[-1]}'"
            raise GraphError(f"The name {brief(name)} is not in the graph.", told, nearest(name, known, "graph.names."))


def operations(outputs: Sequence[Node], stored: bool = True) -> Counter[str]:
    """The arithmetic of a graph: how many operations on numbers, by name, it takes to compute the outputs.

    Parameters
    ----------
    outputs : sequence of Node
        Of any shape; a vector counts with all its elements, and summing n numbers as n − 1 additions.
    stored : bool
        Whether a value that is used several times is computed once and stored; if not, it is computed anew for each.

    Notes
    -----
    Variables, constants and the mere repeating of a number cost nothing.
    Introduced in the chapter *Backpropagation*; after Fantahun (2023), section 3.
    """
    order = topological_order(outputs)
    uses: Counter[Node] = Counter(dict.fromkeys(outputs, 1))
    for node in reversed(order):
        for parent in node.parents:
            uses[parent] += uses[node]
    found: Counter[str] = Counter()
    for node in order:
        name, number = _arithmetic(node)
        found[name] += number * (1 if stored else uses[node])
    return +found


def _arithmetic(node: Node) -> tuple[str, int]:
    if node.operation in (VARIABLE, CONSTANT) or node.operation.name == "broadcast":
        return node.operation.name, 0
    if node.operation.name == "unbroadcast":
        return "add", prod(node.parents[0].shape) - prod(node.shape)
    return node.operation.name, prod(node.shape)


@dataclass(frozen=True)
class ChainCost:
    """A chain worked out, value and derivative together.

    Attributes
    ----------
    value, derivative : float
    evaluations : int
        How often the function was evaluated; its derivative is evaluated once for each link, however one goes about it.
    held : int
        The most values of the chain, the start included, that were kept at one time.
    """

    value: float
    derivative: float
    evaluations: int
    held: int


def chain(step: Node, length: int, start: float, every: int | None = 1) -> ChainCost:
    """The value and the derivative of f(f(…f(w))), and how often f was evaluated.

    Parameters
    ----------
    step : Node
        f(x), a number computed from one variable.
    length : int
        How many times f stands in the chain.
    start : float
        w.
    every : int or None
        Which values the forward pass keeps: with 1 all, with 4 every fourth, the start always. What is missing on the
        way back is computed from the nearest value before it, and kept until it has been used. With None, only the
        start is kept, and what is missing is computed anew each time.

    Raises
    ------
    GraphError
        For a step with several variables, or a length or distance that is no positive whole number.

    Notes
    -----
    Introduced in the chapter *Backpropagation*; after Fantahun (2023), equations 6.50 to 6.53.
    """
    found = inputs([checked_node(step, "The step of a chain")])
    if len(found) != 1:
        raise GraphError(f"A step with the variables {listing(found)}.", "one variable", "x, and f built from it.")
    checked_count(length, "The length of a chain", 1)
    if every is not None:
        checked_count(every, "The distance of the values kept", 1)
    [(name, x)] = found.items()
    slope, evaluations = gradient(step, x), 0

    def f(value: float) -> float:
        nonlocal evaluations
        evaluations += 1
        return float(evaluate(step, {name: value}))

    kept, value = {0: start}, start
    for k in range(1, length + 1):
        value = f(value)
        if every is not None and k % every == 0 and k < length:
            kept[k] = value
    most, derivative = len(kept), 1.0
    for k in reversed(range(length)):
        last = max(kept)
        needed = kept[last]
        for j in range(last + 1, k + 1):
            needed = f(needed)
            if every is not None:
                kept[j] = needed
        most = max(most, len(kept))
        derivative *= float(evaluate(slope, {name: needed} if inputs([slope]) else {}))
        if k:
            kept.pop(k, None)
    return ChainCost(value, derivative, evaluations, most)


class Report(NamedTuple):
    """What a node says to one of its operands in a backward sweep: its own gradient times the slope between them."""

    of: Node
    by: Node
    number: float


def reports(output: Node, wrt: Sequence[Node], values: Mapping[str, float]) -> list[Report]:
    """All reports of a backward sweep from one number, in an order in which they can be made.

    Parameters
    ----------
    output : Node
    wrt : sequence of Node
        The inputs whose gradients are wanted; a node that none of them reaches makes no report and gets none.
    values : mapping of str to float
        A value for every variable.

    Returns
    -------
    list of Report
        One for each arrow: `a * a` reports to `a` twice. The gradient of a node is the sum of all reports made to it.
    """
    order = topological_order([output])
    moving = reachable(wrt, order)
    senders = [node for node in reversed(order) if node in moving and not moving.isdisjoint(node.parents)]
    totals = gradients(output, senders)
    arrows = [
        (node, parent, part)
        for node, total in zip(senders, totals, strict=True)
        for parent, part in zip(node.parents, node.operation.pullback(total, node, *node.parents), strict=True)
        if parent in moving and part is not None
    ]
    parts = [part for _, _, part in arrows]
    numbers = evaluate(parts, {name: values[name] for name in inputs(parts) if name in values})
    return [Report(node, parent, number) for (node, parent, _), number in zip(arrows, numbers, strict=True)]
