"""Random graphs over all operations of the table, on which every reading must agree with `evaluate`.

    python -m tests.random_graphs 100000 --seed 1 --workers 2

Sizes coincide as often as not: squares, ones, as many runs as rows. Each node is computed while the graph is drawn, so
that an operand for which an operation is not defined, or so steep that rounding would be magnified, is never taken;
nothing needs to be said of a new row. What disagrees is made smaller, and printed as a program that shows it again.
"""

from __future__ import annotations

import argparse
import copy
import inspect
import pickle
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from math import prod
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from backprop_lib import (
    ACTIVATIONS,
    Compiled,
    GraphError,
    Node,
    concatenate,
    constant,
    evaluate,
    expression,
    gradient,
    gradients,
    hessian_vector,
    jacobian_vector,
    javascript,
    max_of,
    mean_of,
    sigmoid,
    softmax,
    stack,
    sum_of,
    transpose,
    variable,
    vector_jacobian,
)
from backprop_lib.checking.finite_differences import held_fixed
from backprop_lib.graph import OPERATIONS, topological_order
from backprop_lib.graph.fold import inputs, value_of
from backprop_lib.graph.nodes import CONSTANT, VARIABLE, broadcast, elementwise, matmul, put, reshape, unbroadcast
from backprop_lib.graph.positions import chosen
from backprop_lib.graph.scalarize import scalarized, underscored
from backprop_lib.graph.substitute import substituted
from backprop_lib.readings.arrays import ArrayProgram
from backprop_lib.readings.python import NUMBA_LONGEST, defined, python
from tests.alarm import in_time
from tests.node import Node as NodeJs

TOLERANCE = 1e-12
"""How far two readings may differ, relative to the largest number that went into the result."""

LARGEST, STEEPEST, NUDGE = 30.0, 40.0, 1e-2
"""Of what is drawn: the largest number; the steepest slope, and how far operands are moved to find it."""

SECONDS = 60
"""Of its own work, within which a reading must have read a graph."""

LONGEST_FORMULA = 60
"""Operations on single numbers up to which a formula is read by SymPy, which takes its time."""

STEP = 1e-3
"""Of finite differences, over four points on either side, whose error goes with its fourth power."""

NAMES = (
    "h",
    "E",
    "v0",
    "v1",
    "one",
    "ones",
    "again",
    "c0",
    "x_T",
    "exp",
    "log",
    "max",
    "sigmoid",
    "Math",
    "add",
    "out",
)
"""For nodes in between: those too that a program would choose itself."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A random graph: some of its nodes, and for each variable its value, or one for each of several runs."""

    number: tuple[int, ...]
    tops: list[Node]
    values: Mapping[str, np.ndarray]


# Drawing


class Pen:
    """Draws one graph, and computes each of its nodes as it is made."""

    def __init__(self, number: tuple[int, ...]):
        self.rng = np.random.default_rng([*number, 0])
        few, many = (int(self.rng.integers(1, 4)) for _ in range(2))
        self.sizes = (few, few if self.rng.random() < 0.4 else many)
        self.runs = int(self.choice([*self.sizes, 2, 3]))
        self.values: dict[Node, np.ndarray] = {}
        self.known: list[Node] = []
        for k in range(int(self.rng.integers(2, 5))):
            leaf = variable(f"{'abcd'[k]}{number[-1]}", self.shape())
            runs = (self.runs,) if k == 0 or self.rng.random() < 0.5 else ()
            self.take(leaf, self.rng.uniform(-2, 2, (*runs, *leaf.shape)))
        for _ in range(int(self.rng.integers(0, 3))):
            fixed = constant(
                np.ones(self.shape()) if self.rng.random() < 0.3 else self.rng.uniform(-2, 2, self.shape())
            )
            self.take(fixed, fixed.attributes["value"])
        self.variables = [node for node in self.known if node.operation is VARIABLE]

    def choice(self, among: Any) -> Any:
        return among[int(self.rng.integers(len(among)))]

    def shape(self) -> tuple[int, ...]:
        """A shape of up to three axes, whose sizes coincide as often as not."""
        axes = self.choice([0, 1, 1, 2, 2, 2, 2, 3])
        return tuple(int(self.choice([*self.sizes, *self.sizes, 1])) for _ in range(axes))

    def take(self, node: Node, value: np.ndarray) -> None:
        self.values[node] = value
        self.known.append(node)

    def operand(self) -> Node:
        """One of the nodes so far, the latest more often than the others."""
        return self.choice(self.known[-4:] if self.rng.random() < 0.6 else self.known)

    def draw(self, number: tuple[int, ...]) -> Drawn:
        for _ in range(int(self.rng.integers(3, 12))):
            self.step()
        tops = [node for node in dict.fromkeys([self.known[-1], self.operand()]) if inputs([node])]
        return Drawn(number, tops or self.variables[:1], {leaf.name: self.values[leaf] for leaf in self.variables})

    def step(self) -> None:
        """One more node, if it can be had in a few attempts."""
        name = self.choice([*OPERATIONS, *FORMULAS])
        for attempt in range(6):
            node = self.made(name, (None, tamed, doubled)[attempt // 2])
            if node is not None and node not in self.values and self.sound(node):
                self.known.append(node)
                if self.rng.random() < 0.3 and node.name is None:
                    self.name(node)
                return

    def name(self, node: Node) -> None:
        free = set(NAMES) - {other.name for other in self.known}
        if free:
            node.named(self.choice(sorted(free)))

    def made(self, name: str, prepared: Callable[[Node], Node] | None) -> Node | None:
        """A node of this operation, of operands that are prepared or as they are; None where they do not fit."""

        def operand() -> Node:
            node = self.operand()
            return node if prepared is None else prepared(node)

        if name in FORMULAS:
            build, row = FORMULAS[name], None
        elif name in BUILT:
            build, row = BUILT[name], None
        else:
            build, row = partial(by_row, name), OPERATIONS[name]
        if row is not None and not row.elementwise and not row.folds:
            raise LookupError(f"no word on how a node of '{name}' is built: give it a line in BUILT")
        try:
            return build(self, operand)
        except GraphError:  # shapes that do not fit
            return None

    def sound(self, node: Node) -> bool:
        """Whether the node, and all that was built for it, is defined, moderate, and neither steep nor at a kink."""
        found = dict(self.values)
        for part in topological_order([node]):
            if part in found:
                continue
            if part.operation is CONSTANT:
                found[part] = part.attributes["value"]
                continue
            operands = [found[parent] for parent in part.parents]
            with np.errstate(all="ignore"):
                value = value_of(part, *operands)
                if not np.abs(value).max() <= LARGEST:
                    return False
                above, below = (
                    value_of(part, *(x + sign * NUDGE * (-1) ** k for k, x in enumerate(operands))) for sign in (1, -1)
                )
                flat = np.abs(above - below).max() <= 2 * STEEPEST * NUDGE
                smooth = np.abs(above - 2 * value + below).max() <= STEEPEST * NUDGE**2
            if not (flat and smooth):
                return False
            found[part] = value
        self.values = found
        return True


def tamed(x: Node) -> Node:
    """Between 0.2 and 0.9, where functions are defined that are not everywhere."""
    return 0.2 + 0.7 * sigmoid(x)


def doubled(x: Node) -> Node:
    """Between 1.2 and 2.2, where others are."""
    return 1.2 + sigmoid(x)


def arity(name: str) -> int:
    """How many operands an operation takes."""
    return len(inspect.signature(OPERATIONS[name].pullback).parameters) - 2 if name != "power" else 1


def by_row(name: str, pen: Pen, operand: Callable[[], Node]) -> Node:
    """A node of an operation on single elements, or of one that folds the last axis, from its row alone."""
    row = OPERATIONS[name]
    if row.folds:
        node = operand()
        if node.shape == ():
            raise GraphError("A number.", "an axis to fold", "a vector.")
        return Node(row, (node,), (*node.shape[:-1], 1))
    return elementwise(name, *(operand() for _ in range(arity(name))))


def power(pen: Pen, operand: Callable[[], Node]) -> Node:
    return operand() ** pen.choice([0, 1, 2, 2, 3, -1, -2, 0.5, 0.7, 1.5])


def repeated(pen: Pen, operand: Callable[[], Node]) -> Node:
    node = operand()
    target = pen.shape()
    try:
        fits = np.broadcast_shapes(node.shape, target) == target
    except ValueError:
        fits = False
    return broadcast(node, target if fits else (pen.sizes[0], *node.shape)[-3:]) if fits else node * 1.0


def added_up(pen: Pen, operand: Callable[[], Node]) -> Node:
    """A sum over some axes, of which a 1 is left, or that are gone if they come first."""
    node = operand()
    kept = [1 if pen.rng.random() < 0.5 else size for size in node.shape]
    while kept and kept[0] == 1 and pen.rng.random() < 0.5:
        kept.pop(0)
    return unbroadcast(node, tuple(kept))


def rearranged(pen: Pen, operand: Callable[[], Node]) -> Node:
    node = operand()
    sizes = list(node.shape)
    pen.rng.shuffle(sizes)
    return reshape(
        node, pen.choice([tuple(sizes), (prod(sizes),), (1, prod(sizes)), (*sizes, 1)[-3:], (prod(sizes), 1)])
    )


def along_an_axis(function: Callable[..., Node]) -> Callable[..., Node]:
    """Along one axis or several, or none that is said; the axes stay, or are gone."""

    def along(pen: Pen, operand: Callable[[], Node]) -> Node:
        node = operand()
        axes = range(-len(node.shape), 0)
        several = tuple(axis for axis in axes if pen.rng.random() < 0.5) or None
        keeps = {"keepdims": True} if pen.rng.random() < 0.3 and function is not softmax else {}
        return function(node, axis=pen.choice([None, *axes, several]), **keeps)

    return along


def some_of(pen: Pen, operand: Callable[[], Node]) -> Node:
    """Elements of a node by an index of every kind."""
    node = operand()
    kinds = (
        lambda size: int(pen.rng.integers(-size, size)),
        lambda size: slice(None, None, pen.choice([1, -1, 2])),
        lambda size: slice(int(pen.rng.integers(size)), None),
        lambda size: pen.rng.integers(-size, size, size=int(pen.rng.integers(1, 4))).tolist(),
    )
    index = [pen.choice(kinds)(size) for size in node.shape]
    return node[tuple(pen.choice([index, [..., *index[1:]], [None, *index], index[:1]]))][..., None]


def put_back(pen: Pen, operand: Callable[[], Node]) -> Node:
    """Elements among zeros, and on one another."""
    node = operand()
    count = prod(node.shape) + 1
    places = pen.rng.integers(count, size=node.shape)
    return put(node, chosen((count,), places, "zeros"), (count,))


def side_by_side(pen: Pen, operand: Callable[[], Node]) -> Node:
    """Nodes of one shape along an axis that they have, or a new one."""
    node, other = operand(), operand()
    parts = [node, other if other.shape == node.shape else -node]
    along = pen.choice([concatenate, stack])
    return along(parts, int(pen.rng.integers(len(node.shape) + (along is stack))) if node.shape else 0)


BUILT: dict[str, Callable[[Pen, Callable[[], Node]], Node]] = {
    "power": power,
    "matmul": lambda pen, operand: matmul(operand(), operand()),
    "transpose": lambda pen, operand: operand().mT,
    "broadcast": repeated,
    "unbroadcast": added_up,
    "reshape": rearranged,
    "take": some_of,
    "put": put_back,
    "concatenate": side_by_side,
}
"""How the rows are built for which the row alone does not say it."""

FORMULAS: dict[str, Callable[[Pen, Callable[[], Node]], Node]] = {
    "the sum": along_an_axis(sum_of),
    "the mean": along_an_axis(mean_of),
    "the largest": along_an_axis(max_of),
    "the softmax": along_an_axis(softmax),
    "axes in another order": lambda pen, operand: transpose(
        node := operand(), tuple(pen.rng.permutation(len(node.shape)).tolist())
    ),
    "products of many matrices": lambda pen, operand: stack([(node := operand()), node * node]) @ operand(),
    "a product with itself": lambda pen, operand: (node := operand()) @ node.mT,
    "an activation": lambda pen, operand: ACTIVATIONS[pen.choice(sorted(ACTIVATIONS))](operand()),
}
"""What is put together from several rows."""


def drawn(*number: int) -> Drawn:
    """The graph of this number."""
    return Pen(number).draw(number)


# What is asked of a graph


class Question:
    """A graph, what is asked of it, and what `evaluate` says.

    Asked are its tops, a number that they are brought to, the slopes of that by every variable, and products with
    matrices of derivatives.
    """

    def __init__(self, graph: Drawn, js: NodeJs | None = None):
        self.graph, self.js, self.leaves = graph, js, list(inputs(graph.tops).values())
        self.all_runs = {leaf.name: graph.values[leaf.name] for leaf in self.leaves}
        self.runs = {
            leaf.name: len(value)
            for leaf in self.leaves
            if np.ndim(value := self.all_runs[leaf.name]) > len(leaf.shape)
        }
        self.one_run = {name: value[0] if name in self.runs else value for name, value in self.all_runs.items()}
        self.rng = rng = np.random.default_rng([*graph.number, 1])
        first = graph.tops[0]
        parts = [sum_of(top * rng.uniform(0.5, 1.5, top.shape)) for top in graph.tops]
        total = sum(parts[1:], parts[0])
        self.outputs = {f"top{k}": top for k, top in enumerate(graph.tops)} | {"total": total}
        self.outputs |= {f"slope{k}": slope for k, slope in enumerate(gradients(total, self.leaves))}
        self.chosen = int(rng.integers(len(self.leaves)))
        leaf = self.leaves[self.chosen]
        self.along, self.across = rng.uniform(-1, 1, leaf.shape), rng.uniform(-1, 1, first.shape)
        if rng.random() < 0.5:
            self.outputs["curved"] = hessian_vector(total, leaf, self.along)
        if leaf in topological_order([first]) and rng.random() < 0.3:
            self.outputs["forward"] = jacobian_vector(first, leaf, self.along)
            self.outputs["backward"] = vector_jacobian(first, leaf, self.across)
        self.nodes = list(self.outputs.values())
        order = topological_order(self.nodes)
        self.value = dict(zip(order, evaluate(order, self.all_runs), strict=True))
        self.scale = scales(self.value)

    def of_first_run(self, node: Node) -> np.ndarray:
        value = np.asarray(self.value[node])
        return value[0] if value.ndim > len(node.shape) else value

    def slope(self, leaf: Node) -> Node:
        return self.outputs[f"slope{self.leaves.index(leaf)}"]


def scales(value: Mapping[Node, Any]) -> dict[Node, float]:
    """For each node the largest number that went into it, of which rounding is a share."""
    found: dict[Node, float] = {}
    for node, own in value.items():
        found[node] = max([float(np.abs(own).max()), *(found[parent] for parent in node.parents)])
    return found


def disagreements(found: Mapping[str, Any], expected: Mapping[str, Any], scale: Mapping[str, float]) -> Iterator[str]:
    """Where a reading says something else than is expected."""
    for key, value in expected.items():
        one, other = np.asarray(found[key], dtype=float), np.asarray(value)
        if one.shape != other.shape:
            yield f"{key} has shape {one.shape}, not {other.shape}"
        elif not np.all(np.abs(one - other) <= TOLERANCE * scale[key]):
            yield f"{key} is {one.tolist()}, not {other.tolist()}"


Reading = Callable[[Question], Iterator[str]]


def of_one_run(compute: Callable[[Question], Mapping[str, Any]]) -> Reading:
    """A reading that gives all outputs for the first run."""

    def read(question: Question) -> Iterator[str]:
        expected = {key: question.of_first_run(node) for key, node in question.outputs.items()}
        scale = {key: question.scale[node] for key, node in question.outputs.items()}
        yield from disagreements(compute(question), expected, scale)

    return read


def as_lists(values: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {name: value.tolist() for name, value in values.items()}


@of_one_run
def in_python(question: Question) -> dict[str, Any]:
    function = defined(python("compute", question.outputs), "compute", False)
    return dict(zip(question.outputs, function(**as_lists(question.one_run)), strict=True))


@of_one_run
def in_javascript(question: Question) -> Any:
    assert question.js is not None
    return question.js(f"export {javascript('answer', question.outputs)}", as_lists(question.one_run))


@of_one_run
def by_compiled(question: Question) -> Any:
    return Compiled("compute", question.outputs, numba=False)(question.one_run)


def each_by_itself(question: Question) -> Iterator[str]:
    """Alone, an output takes the numbers of all variables that it came from, and so does what is derived from it.

    What has vanished makes no difference: the gradient by it is 0.
    """
    of_the_first = list(inputs([question.outputs["top0"]]).values())
    for key, node in question.outputs.items():
        known = [*node.came_from] or list(inputs([node]).values())
        expected = of_the_first if key in ("forward", "backward") else question.leaves if node.came_from else known
        if set(known) != set(expected):
            yield f"{key} came from {known}, not {expected}"
            continue
        values = {leaf.name: question.all_runs[leaf.name] for leaf in known}
        if not np.array_equal(evaluate(node, values), question.value[node]):
            yield f"{key} alone is another"
        for leaf in set(known) - set(topological_order([node])):
            if np.any(evaluate(gradient(sum_of(node), leaf), values)):
                yield f"{key} has a slope by {leaf}, of which nothing is left"


@of_one_run
def as_numbers_alone(question: Question) -> dict[str, Any]:
    elements = scalarized(question.nodes, underscored)
    alone = [part for node in question.nodes for part in elements[node].flat]
    values = elements_of(question.one_run)
    found = iter(evaluate(alone, {name: values[name] for name in inputs(alone)}))  # not all elements need be taken
    return {
        key: np.reshape([next(found) for _ in range(prod(node.shape))], node.shape)
        for key, node in question.outputs.items()
    }


def elements_of(values: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Each element under the name that it has alone."""
    return {underscored(name, at): float(value[at]) for name, value in values.items() for at in np.ndindex(value.shape)}


def in_symbols(question: Question) -> Iterator[str]:
    """As expressions of SymPy, with numbers put in: of the outputs that are small."""
    import sympy

    numbers = elements_of(question.one_run)
    exact = {sympy.Symbol(name, real=True): sympy.Float(value, 30) for name, value in numbers.items()}
    elements = scalarized(question.nodes, underscored)
    for key, node in question.outputs.items():
        if len(topological_order(elements[node].flat)) <= LONGEST_FORMULA:
            parts = sympy.flatten([expression(node)] if node.shape == () else expression(node).tolist())
            found = np.reshape([float(sympy.N(part.xreplace(exact), 20, chop=True)) for part in parts], node.shape)
            yield from disagreements({key: found}, {key: question.of_first_run(node)}, {key: question.scale[node]})


def in_place(question: Question) -> Iterator[str]:
    """In arrays, those of some variables with an axis of runs; called twice, which must change nothing."""
    expected = {key: question.value[node] for key, node in question.outputs.items()}
    scale = {key: question.scale[node] for key, node in question.outputs.items()}
    bound = ArrayProgram("compute", question.outputs, runs=question.runs).bound(ordered(question, question.all_runs))
    for _ in range(2):
        with np.errstate(all="ignore"):
            bound()
        yield from disagreements({key: bound[key] for key in expected}, expected, scale)


def ordered(question: Question, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays that may be written to, some of them not in order, row by row."""
    return {name: np.array(value, order="CF"[question.rng.random() < 0.3]) for name, value in values.items()}


def updated_in_place(question: Question) -> Iterator[str]:
    """In arrays that are updated, by their slopes or by any value of their shape, while others are exchanged."""
    rng, updates = question.rng, {}
    for leaf in question.leaves:
        fit = [node for node in question.value if node.shape == leaf.shape]
        kind = rng.random()
        if kind < 0.75:
            updates[leaf] = leaf - 0.01 * question.slope(leaf) if kind < 0.4 else fit[int(rng.integers(len(fit)))]
    seen = {key: node for key, node in question.outputs.items() if rng.random() < 0.5}
    seen |= {f"next_{leaf.name}": following for leaf, following in updates.items() if rng.random() < 0.5}
    order = topological_order([*seen.values(), *updates.values(), *updates])
    used = inputs(order)
    if not order:
        return
    runs = {name: number for name, number in question.runs.items() if name in used}
    for leaf in updates if runs else ():  # what runs differ in reaches what is updated
        runs[leaf.name] = max(runs.values())
    values = {name: question.all_runs[name] for name in used}
    arrays = ordered(
        question,
        {
            name: np.broadcast_to(values[name], (*([runs[name]] if name in runs else []), *used[name].shape))
            for name in used
        },
    )
    bound = ArrayProgram("compute", seen, updates, runs).bound(dict(arrays))
    wanted = seen | {f"{leaf.name}, updated,": following for leaf, following in updates.items()}
    for turn in range(3):
        exchanged = {name: arrays[name] * 0.9 for name, leaf in used.items() if leaf not in updates and turn == 1}
        arrays |= exchanged
        try:
            value = dict(zip(order, evaluate(order, arrays), strict=True))
        except GraphError:
            return  # the variables have run away, into what is not defined
        scale = scales(value)
        if not max(scale.values()) < 1e3:
            return  # or far
        with np.errstate(all="ignore"):
            bound(**exchanged)
        found = {key: bound[key] for key in seen} | {f"{leaf.name}, updated,": arrays[leaf.name] for leaf in updates}
        expected = {key: np.broadcast_to(value[node], np.shape(found[key])) for key, node in wanted.items()}
        for told in disagreements(found, expected, {key: scale[node] for key, node in wanted.items()}):
            yield f"in turn {turn}, {told}"


def another(question: Question) -> Iterator[str]:
    """Pickled, copied, or built again from other variables, a graph gives the same to the last digit."""
    own = {leaf: variable(f"{leaf.name}_", leaf.shape) for leaf in question.leaves}
    renamed = {f"{name}_": value for name, value in question.all_runs.items()}
    for how, nodes, values in (
        ("pickled", pickle.loads(pickle.dumps(question.nodes)), question.all_runs),
        ("copied", copy.deepcopy(question.nodes), question.all_runs),
        ("replaced", substituted(question.nodes, own), renamed),
    ):
        for (key, node), one in zip(question.outputs.items(), evaluate(nodes, values), strict=True):
            if not np.array_equal(one, question.value[node]):
                yield f"{how}, {key} is another"


POINTS = STEP * np.array([-2, -1, -0.5, 0.5, 1, 2])


def by_differences(question: Question) -> Iterator[str]:
    """The slopes, and products with the matrices of derivatives, are what small steps along a direction measure."""
    outputs, value = question.outputs, question.value
    names = [leaf.name for leaf in question.leaves]
    way = {leaf.name: question.rng.uniform(-1, 1, leaf.shape) for leaf in question.leaves}
    slope = sum(over_elements(value[question.slope(leaf)] * way[leaf.name], leaf.shape) for leaf in question.leaves)
    measured = [("the slope", "total", way, slope)]
    chosen, first = question.leaves[question.chosen], outputs["top0"]
    only = {name: question.along if name == chosen.name else 0.0 for name in names}
    if "curved" in outputs:
        measured.append(("the product with the Hessian", f"slope{question.chosen}", only, value[outputs["curved"]]))
    if "forward" in outputs:
        measured.append(("the product with the Jacobian", "top0", only, value[outputs["forward"]]))
        across = over_elements(value[outputs["forward"]] * question.across, first.shape)
        back = over_elements(value[outputs["backward"]] * question.along, chosen.shape)
        if not np.allclose(across, back, rtol=1e-10, atol=TOLERANCE * question.scale[outputs["backward"]]):
            yield f"forward and backward differ: {across} and {back}"
    for what, key, direction, exact in measured:
        moved = {
            leaf.name: question.all_runs[leaf.name].reshape(-1, *leaf.shape)
            + POINTS.reshape(-1, 1, *(1,) * len(leaf.shape)) * direction[leaf.name]
            for leaf in question.leaves
        }
        fixed, values = held_fixed([outputs[key]], question.all_runs)
        [own] = substituted([outputs[key]], fixed)
        moved = {name: moved.get(name, values[name]) for name in inputs([own])}
        at = np.asarray(evaluate(own, moved))
        missing = 2 - (at.ndim - len(own.shape))  # the axes of steps and of runs, where it is the same in all
        at = np.broadcast_to(at, (len(POINTS), 1)[:missing] + at.shape)
        two, one, half = at[5] - at[0], at[4] - at[1], at[3] - at[2]
        coarse, fine = (8 * one - two) / (12 * STEP), (8 * half - one) / (6 * STEP)
        size = 1 + question.scale[outputs[key]] + np.abs(exact).max()
        doubt = np.abs(coarse - fine).max()
        if doubt > 1e-5 * size:
            raise GraphError("Steps of two sizes differ.", "a graph that is smooth nearby", "another one.")
        if not np.all(np.abs(fine - exact) <= 3 * doubt + 1e-9 * size):
            yield f"{what} is {np.asarray(exact).tolist()}, and measured {fine.tolist()}"


def over_elements(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The sums over all axes but those of runs."""
    return np.sum(array, axis=tuple(range(-len(shape), 0)))


READINGS: dict[str, tuple[Reading, int]] = {
    "finite differences": (by_differences, 1),
    "arrays in place": (in_place, 1),
    "arrays updated in place": (updated_in_place, 1),
    "plain Python": (in_python, 1),
    "JavaScript": (in_javascript, 1),
    "Compiled": (by_compiled, 1),
    "each by itself": (each_by_itself, 1),
    "numbers alone": (as_numbers_alone, 1),
    "another graph": (another, 1),
    "symbols": (in_symbols, 20),
}
"""Each reading, and of how many graphs it is given one."""


@dataclass
class Report:
    """What came of some graphs: how many each reading read, what was refused, and what disagreed."""

    read: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __add__(self, other: Report) -> Report:
        return Report(*(getattr(self, name) + getattr(other, name) for name in vars(self)))

    def __str__(self) -> str:
        parts = (("read", self.read), ("operations", self.rows), ("refused", self.refused))
        told = [
            f"{title}:\n" + "".join(f"  {n:9,}  {what}\n" for what, n in part.most_common()) for title, part in parts
        ]
        return "".join(told) + "\n\n".join(self.wrong)


def complaints(graph: Drawn, js: NodeJs, names: Collection[str] = READINGS, report: Report | None = None) -> list[str]:
    """What these readings say of a graph that `evaluate` does not."""
    told: list[str] = []
    report = report or Report()
    try:
        question = Question(graph, js)
    except GraphError as error:
        report.refused[f"evaluate: {error.expected}"] += 1
        return told
    report.rows.update({node.operation.name for node in question.value})
    for name in names:
        read, every = READINGS[name]
        if graph.number[-1] % every:
            continue
        report.read[name] += 1
        try:
            with in_time(SECONDS, "ITIMER_PROF", "SIGPROF"):
                told += [f"{name}: {text}" for text in read(question)]
        except GraphError as error:
            report.refused[f"{name}: {error.expected}"] += 1
        except Exception as error:
            told.append(f"{name}: {type(error).__name__}, {error}")
    return told


class Batch:
    """Small graphs as one function of plain numbers, since Numba takes long for each that it compiles."""

    def __init__(self) -> None:
        self.outputs: dict[str, Node] = {}
        self.told: list[tuple[Drawn, str, float, float]] = []
        self.values: dict[str, float] = {}
        self.length = 0

    def add(self, question: Question) -> None:
        """One more graph, if there is room for it."""
        elements = scalarized(question.nodes, underscored)
        parts = [(key, node, at) for key, node in question.outputs.items() for at in np.ndindex(node.shape)]
        length = len(topological_order(elements[node][at] for _, node, at in parts))
        if self.length + length > NUMBA_LONGEST:
            return
        self.length += length
        self.values |= elements_of(question.one_run)
        for key, node, at in parts:
            self.outputs[f"y{len(self.outputs)}"] = elements[node][at]
            value = question.of_first_run(node)[at]
            self.told.append((question.graph, f"{key}{list(at)}", float(value), TOLERANCE * question.scale[node]))

    def complaints(self) -> Iterator[tuple[Drawn, str]]:
        """Where Numba computes something else."""
        function = defined(python("compute", self.outputs), "compute", numba=True)
        found = function(*(self.values[name] for name in inputs(self.outputs.values())))
        for (graph, key, expected, bound), number in zip(self.told, found, strict=True):
            if not abs(number - expected) <= bound:
                yield graph, f"Numba: {key} is {number}, not {expected}"


def held(numbers: Iterable[tuple[int, ...]]) -> Report:
    """What comes of the graphs of these numbers; of those that disagree the first few are made smaller."""
    report, js, batch = Report(), NodeJs(), Batch()
    for number in numbers:
        graph = drawn(*number)
        if told := complaints(graph, js, report=report):
            if len(report.wrong) < MOST_SHRUNK:
                graph = smaller(graph, js, told[0].partition(":")[0])
            report.wrong.append(written(graph) + "".join(f"# {line}\n" for line in told))
        elif batch.length < 0.9 * NUMBA_LONGEST:
            with suppress(GraphError):  # one that is counted already
                batch.add(Question(graph))
    js.close()
    report.read["Numba"] = len({graph for graph, *_ in batch.told})
    report.wrong += [f"{written(graph)}# {told}\n" for graph, told in batch.complaints()]
    return report


MOST_SHRUNK = 3
"""Graphs that are made smaller, which takes some time each."""


def smaller(graph: Drawn, js: NodeJs, name: str) -> Drawn:
    """A smaller graph on which this reading still disagrees: nodes become variables, or one of their operands."""
    tries, shrinks = 0, True
    while shrinks:
        shrinks = False
        for candidate in reduced(graph):
            if not inputs(candidate.tops):
                continue  # of constants alone, nothing can be asked
            tries += 1
            if tries > 300:
                return graph
            if complaints(candidate, js, [name]):
                graph, shrinks = candidate, True
                break
    return graph


def reduced(graph: Drawn) -> Iterator[Drawn]:
    """Graphs that are smaller by a top, or by all that a node is computed from, or by a node."""
    for top in graph.tops if len(graph.tops) > 1 else ():
        yield replace(graph, tops=[other for other in graph.tops if other is not top])
    order = [node for node in topological_order(graph.tops) if node.parents]
    leaves = inputs(order)
    found = dict(zip(order, evaluate(order, {name: graph.values[name] for name in leaves}), strict=True))
    for node in order:
        cut = variable(f"x{len(graph.values)}", node.shape)
        yield replace(
            graph,
            tops=substituted(graph.tops, {node: cut}),
            values={**graph.values, cut.name: np.asarray(found[node])},
        )
        for parent in node.parents:
            if parent.shape == node.shape:
                yield replace(graph, tops=substituted(graph.tops, {node: parent}))


def written(graph: Drawn) -> str:
    """A program that builds the graph and asks all readings again."""
    called: dict[Node, str] = {}
    lines = [
        "import numpy as np",
        "from numpy import array",
        "from backprop_lib.graph import OPERATIONS, Node, constant, variable",
        "from backprop_lib.graph.positions import Positions",
        "from tests.random_graphs import Drawn, NodeJs, complaints",
    ]
    for node in topological_order(graph.tops):
        called[node] = f"n{len(called)}"
        operands = "".join(f"{called[parent]}, " for parent in node.parents)
        made = (
            f"Node(OPERATIONS[{node.operation.name!r}], ({operands}), {node.shape}, {node.attributes}, {node.name!r})"
        )
        if node.operation is CONSTANT:
            made = f"constant({node.attributes['value'].tolist()})"
        elif node.operation is VARIABLE:
            made = f"variable({node.name!r}, {node.shape})"
        lines.append(f"{called[node]} = {made}")
    values = ", ".join(f"{name!r}: array({graph.values[name].tolist()})" for name in inputs(graph.tops))
    tops = ", ".join(called[top] for top in graph.tops)
    lines += [
        f"graph = Drawn({graph.number}, [{tops}], {{{values}}})",
        'print(*complaints(graph, NodeJs()), sep="\\n")',
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Hold every reading of random graphs against `evaluate`.")
    parser.add_argument("graphs", type=int, nargs="?", default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    told = parser.parse_args()
    pieces = [
        [(told.seed, k) for k in range(first, min(first + 250, told.graphs))] for first in range(0, told.graphs, 250)
    ]
    with ProcessPoolExecutor(told.workers) as pool:
        report = Report()
        for piece in tqdm(pool.map(held, pieces), total=len(pieces), unit="piece"):
            print(*piece.wrong, sep="\n\n", end="", flush=True)  # at once, since many graphs take hours
            report += piece
    print(report)
    raise SystemExit(bool(report.wrong))


if __name__ == "__main__":
    main()
