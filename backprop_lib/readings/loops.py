"""The reading as a loop over rounds and examples, in plain numbers: what Numba compiles, and Python runs without it.

A network of matrices is lowered to the numbers of one example; the loop adds up its gradients over a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, repeat
from typing import Any

import numpy as np

from ..graph.lower import underscored
from ..graph.nodes import Node, label
from .python import FROM_MATH, PYTHON
from .straight_line import Program

_WORDS = "batch every first k last order place record round_ rounds share total turn"
LANGUAGE = replace(PYTHON, reserved=PYTHON.reserved | set(_WORDS.split()))


@dataclass(frozen=True)
class Loop:
    """What is computed in one round, as graphs for a single example.

    Parameters
    ----------
    examples : sequence of Node
        The variables that take another row for each example, of shape (1, size).
    loss : Node
        Of one example; recorded as the mean over all.
    slopes : mapping of Node to Node
        For each parameter that is learned the gradient of `loss`.
    update : callable
        `update(parameter, slope)` gives the next values of the parameter, and of all variables that go with it.
    watched : mapping of str to Node
        Nodes to record, for each example, or parameters.
    together : bool
        Whether one pass over all examples gives gradient and records together: for steps that see all of them, each
        recorded. Otherwise records have a pass of their own.
    """

    examples: Sequence[Node]
    loss: Node
    slopes: Mapping[Node, Node]
    update: Callable[[Node, Node], Mapping[Node, Node]]
    watched: Mapping[str, Node]
    together: bool


@dataclass(frozen=True)
class Written:
    """A loop as text, and what it is called with.

    Attributes
    ----------
    source : str
        `def rounds(…)`.
    parameters : tuple of str
        The variables it takes, in this order: arrays, of which the updated ones are written to, and numbers; then
        `order` (rounds or 1, examples), `batch`, `rounds`, `every`, and a history for the loss and
        for each watched node.
    statements : int
        How many are carried out for each example.
    """

    source: str
    parameters: tuple[str, ...]
    statements: int


def written(loop: Loop, nested: bool = False) -> Written:
    """The loop as the source of one Python function, which takes arrays, or nested lists for plain Python.

    Numbers of Python are several times faster one by one than those of an array.
    """

    def at(index: tuple[int | str, ...]) -> str:
        return "".join(f"[{k}]" for k in index) if nested else f"[{', '.join(map(str, index))}]"

    slope_of = {parameter: _like(parameter) for parameter in loop.slopes}
    following: dict[Node, Node] = {}
    for parameter, slope in slope_of.items():
        following |= loop.update(parameter, slope)
    arriving = {label(slope): loop.slopes[parameter] for parameter, slope in slope_of.items()}
    seen = {"loss_of_one": loop.loss, **{f"{key}_watched": node for key, node in loop.watched.items()}}
    forward = _program({**seen, **{f"{key}_of_one": node for key, node in arriving.items()}} if loop.together else seen)
    backward = forward if loop.together else _program({f"{key}_of_one": node for key, node in arriving.items()})
    rule = _program({f"{label(node)}_next": value for node, value in following.items()})

    shapes = {**forward.shapes, **backward.shapes, **rule.shapes}
    data = [label(node) for node in loop.examples]
    state = [name for name in shapes if name not in data and name not in arriving]
    examples = f"len({data[0]})"

    def each(names: Iterable[str], line: str, texts: Callable[[str], Sequence[str]] = lambda name: [""]) -> list[str]:
        """One line for every element of the variables, about its own name, its place, and a text."""
        return [
            line.format(local=underscored(name, index), name=name, at=at(index), row=at(("k", *index[1:])), text=t)
            for name in names
            for index, t in zip(np.ndindex(shapes[name]), chain(texts(name), repeat("")), strict=False)
            if shapes[name]
        ]

    changing = [label(node) for node in following]
    row = each(data, "{local} = {name}{row}")
    zero = each(arriving, "{local} = 0.0")
    add_up = each(arriving, "{local} += {text}", lambda name: backward.elements[f"{name}_of_one"])
    update = [
        *each(arriving, "{local} *= share"),
        *rule.statements,
        *each(changing, "{local} = {text}", lambda name: rule.elements[f"{name}_next"]),
    ]
    per_example, per_round = _records(loop, forward)
    judge = [*row, *forward.statements, f"total += {forward.elements['loss_of_one'][0]}"]
    record = [f"loss_history[record] = total / {examples}", *per_round]
    count = "record = (round_ + every - 1) // every"
    due = "if round_ == record * every or round_ == rounds:"
    end = ["if round_ == rounds:", "    break"]
    if loop.together:
        watch = [due, *_indented(per_example)] if per_example else []
        body = [count, *zero, "total = 0.0", f"for k in range({examples}):", *_indented([*judge, *watch, *add_up])]
        body += [due, *_indented(record), *end, f"share = 1 / {examples}", *update]
    else:
        look = ["total = 0.0", f"for k in range({examples}):", *_indented([*judge, *per_example]), *record]
        learn = ["for place in range(first, last):", *_indented(["k = turn[place]", *row])]
        learn += _indented([*backward.statements, *add_up])
        body = [count, due, *_indented(look), *end, "turn = order[round_ % len(order)]"]
        body += [f"for first in range(0, {examples}, batch):"]
        body += _indented(
            [f"last = min(first + batch, {examples})", *zero, *learn, "share = 1 / (last - first)", *update]
        )
    lines = [*each(state, "{local} = {name}{at}"), "for round_ in range(rounds + 1):", *_indented(body)]
    lines += each(changing, "{name}{at} = {local}")
    parameters = (*data, *state)
    given = [*parameters, "order", "batch", "rounds", "every", *(f"{key}_history" for key in ("loss", *loop.watched))]
    helpers = dict.fromkeys([*forward.helpers, *backward.helpers, *rule.helpers])
    source = "".join(f"{helper}\n\n" for helper in helpers) + f"def rounds_of_training({', '.join(given)}):\n"
    return Written(source + "\n".join(_indented(lines)) + "\n", parameters, len(backward.statements) + len(add_up))


def _records(loop: Loop, forward: Program) -> tuple[list[str], list[str]]:
    """Statements that record what is watched: for each example, and once a round."""
    per_example, per_round = [], []
    variables = set(forward.parameters) - {label(node) for node in loop.examples}
    for key, node in loop.watched.items():
        texts = forward.elements[f"{key}_watched"]
        if label(node) in variables and not node.parents:
            per_round += [f"{key}_history[record, {k}] = {text}" for k, text in enumerate(texts)]
        else:
            per_example += [f"{key}_history[record, k, {j}] = {text}" for j, text in enumerate(texts)]
    return per_example, per_round


def _program(outputs: Mapping[str, Node]) -> Program:
    return Program(LANGUAGE, "rounds_of_training", outputs, element=underscored)


def _like(parameter: Node) -> Node:
    """The variable that stands for the gradient of a parameter in the rule of an update."""
    return Node(parameter.operation, shape=parameter.shape, name=f"slope_{label(parameter)}")


def _indented(lines: Sequence[str], levels: int = 1) -> list[str]:
    return ["    " * levels + line for line in lines]


@cache
def compiled(source: str, with_numba: bool) -> Callable[..., Any]:
    """The function of a written loop; the same text is compiled only once."""
    names: dict[str, Any] = dict(FROM_MATH)
    exec(source, names)  # our own text, written from a graph
    if with_numba:
        from numba import njit

        for name in names.keys() - FROM_MATH.keys() - {"__builtins__"}:
            names[name] = njit(error_model="numpy")(names[name])
    function: Callable[..., Any] = names["rounds_of_training"]
    return function
