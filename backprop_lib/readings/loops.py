"""The reading as a loop over rounds and examples, in plain numbers: for Numba, for Python without it, for JavaScript.

A network of matrices is lowered to the numbers of one example; the loop adds up its gradients over a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import prod
from typing import Any

import numpy as np

from ..graph.nodes import Node
from ..graph.scalarize import Index, underscored
from ..graph.validation import Shape, label
from .code_generation import Language, Program
from .javascript import JAVASCRIPT
from .python import PYTHON, defined

Line = str | tuple[str, list["Line"]]
"""A statement, or what opens a block with the lines in it."""

Place = Sequence[int | str]


@dataclass(frozen=True)
class Syntax:
    """What a loop is spelled with.

    Parameters
    ----------
    language : Language
    new, end : str
        What stands before the first assignment to a variable, and after every statement.
    repeat : callable
        `repeat(variable, first, last, step)`: what opens a loop that ends before `last`.
    close : str
        What ends a block.
    record, last : str
        The statements that set the number of the next record, and the end of a batch.
    due, over : str
        What opens the condition that this round is recorded, and that it is the last.
    item : callable
        `item(array, place, sizes)`: an element of the data or of the state, whose array has these sizes.
    entry : callable
        The same for an element of a history.
    """

    language: Language
    new: str
    end: str
    repeat: Callable[[str, str, str, str], str]
    close: str
    record: str
    last: str
    due: str
    over: str
    item: Callable[[str, Place, Place], str]
    entry: Callable[[str, Place, Place], str]


def _for_in_range(name: str, first: str, last: str, step: str) -> str:
    bounds = [first, last, step] if step != "1" else [first, last] if first != "0" else [last]
    return f"for {name} in range({', '.join(bounds)}):"


def _by_commas(array: str, place: Place, sizes: Place) -> str:
    return f"{array}[{', '.join(map(str, place))}]"


def _by_brackets(array: str, place: Place, sizes: Place) -> str:
    return array + "".join(f"[{k}]" for k in place)


def _flat(array: str, place: Place, sizes: Place) -> str:
    """Of an array stored row by row."""
    if all(isinstance(k, int) for k in place):
        return f"{array}[{sum(int(k) * prod(map(int, sizes[n:])) for n, k in enumerate(place, 1))}]"
    text = str(place[0])
    for k, size in zip(place[1:], sizes[1:], strict=True):
        text = f"({text}) * {size} + {k}" if " " in text else f"{text} * {size} + {k}"
    return f"{array}[{text}]"


def _reserving(language: Language) -> Language:
    words = "batch every examples first k last order place record round_ rounds share total turn turns"
    return replace(language, reserved=language.reserved | set(words.split()))


ARRAYS = Syntax(
    _reserving(PYTHON),
    new="",
    end="",
    repeat=_for_in_range,
    close="",
    record="record = -(-round_ // every)",
    last="last = min(first + batch, examples)",
    due="if round_ == record * every or round_ == rounds:",
    over="if round_ == rounds:",
    item=_by_commas,
    entry=_by_commas,
)
"""Python with NumPy's arrays, which Numba compiles."""

LISTS = replace(ARRAYS, item=_by_brackets)
"""Plain Python with nested lists, whose numbers are several times faster one by one than those of an array."""

SCRIPT = Syntax(
    _reserving(JAVASCRIPT),
    new="let ",
    end=";",
    repeat=lambda name, first, last, step: f"for (let {name} = {first}; {name} < {last}; {name} += {step}) {{",
    close="}",
    record="let record = Math.ceil(round_ / every);",
    last="let last = Math.min(first + batch, examples);",
    due="if (round_ == record * every || round_ == rounds) {",
    over="if (round_ == rounds) {",
    item=_flat,
    entry=_flat,
)
"""JavaScript with flat arrays."""


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
        A function.
    parameters : tuple of str
        The variables it takes, in this order: arrays, of which the updated ones are written to, and numbers.
    statements : int
        How many are carried out for each example.
    """

    source: str
    parameters: tuple[str, ...]
    statements: int


def python_loop(loop: Loop, syntax: Syntax = ARRAYS) -> Written:
    """The loop as Python: `def rounds_of_training(…)`.

    After its `parameters` it takes `order` (rounds or 1, examples), `batch`, `rounds`, `every`, and a history to write
    to for the loss, and for each watched node.
    """
    body = _Body(loop, syntax, "rounds_of_training")
    first = [f"examples = len({body.data[0]})", "turns = len(order)"]
    given = [*body.parameters, "order", "batch", "rounds", "every", *(f"{key}_history" for key in body.widths)]
    opening = "".join(f"{helper}\n\n" for helper in body.helpers) + f"def rounds_of_training({', '.join(given)}):"
    return body.written(opening, first, [])


def javascript_loop(name: str, loop: Loop) -> Written:
    """As JavaScript: `function name({ X, W, learning_rate }, rounds, { every = 1, batch = all, order = null })`.

    All arrays are flat, row by row, the updated ones are written to, and `order` holds one round after the other. It
    returns an object of histories, by the keys of what is watched, and `loss`.
    """
    body = _Body(loop, SCRIPT, name)
    examples = f"{body.data[0]}.length / {body.shapes[body.data[0]][1]}"
    first = [
        *body.helpers,
        f"const examples = {examples};",
        "order ??= Int32Array.from({ length: examples }, (_, k) => k);",
        "const turns = order.length / examples, records = Math.ceil(rounds / every) + 1;",
        *(f"const {key}_history = new Float64Array(records{width});" for key, width in body.widths.items()),
    ]
    options = f"{{ every = 1, batch = {examples}, order = null }} = {{}}"
    histories = ", ".join(f"{key}: {key}_history" for key in body.widths)
    opening = f"function {name}({{ {', '.join(body.parameters)} }}, rounds, {options}) {{"
    return body.written(opening, first, [f"return {{ {histories} }};"])


class _Body:
    """What a loop does, line by line, in one syntax."""

    def __init__(self, loop: Loop, syntax: Syntax, name: str):
        self._loop, self._syntax, self._name = loop, syntax, name
        slope_of = {parameter: _like(parameter) for parameter in loop.slopes}
        rules = [loop.update(parameter, slope) for parameter, slope in slope_of.items()]
        following = {node: after for rule in rules for node, after in rule.items()}
        self._arriving = [label(slope) for slope in slope_of.values()]
        self._changing = [label(node) for node in following]
        learn = {f"{label(slope)}_of_one": loop.slopes[parameter] for parameter, slope in slope_of.items()}
        seen = {"loss_of_one": loop.loss, **{f"{key}_watched": node for key, node in loop.watched.items()}}
        self._forward = self._program({**seen, **learn} if loop.together else seen)
        self._backward = self._forward if loop.together else self._program(learn)
        self._rule = self._program({f"{label(node)}_next": value for node, value in following.items()})
        programs = (self._forward, self._backward, self._rule)
        self.helpers = list(dict.fromkeys(helper for program in programs for helper in program.helpers))
        self.shapes: dict[str, Shape] = {name: shape for program in programs for name, shape in program.shapes.items()}
        self.data = [label(node) for node in loop.examples]
        self._state = [name for name in self.shapes if name not in self.data and name not in self._arriving]
        self.parameters = (*self.data, *self._state)
        self.widths = {"loss": ""} | {
            key: f"{'' if self._once(node) else ' * examples'} * {prod(node.shape)}"
            for key, node in loop.watched.items()
        }
        """For each history what the number of records is multiplied with."""

    def _program(self, outputs: Mapping[str, Node]) -> Program:
        return Program(self._syntax.language, self._name, outputs, element=underscored)

    def _once(self, node: Node) -> bool:
        """Whether something watched is the same for all examples: a parameter."""
        return not node.parents and label(node) in self._state

    # Lines

    def _put(self, target: str, text: str, sign: str = "=") -> str:
        return f"{target} {sign} {text}{self._syntax.end}"

    def _new(self, target: str, text: str) -> str:
        return self._syntax.new + self._put(target, text)

    def _put_each(self, names: Sequence[str], program: Program, ending: str, sign: str = "=") -> list[Line]:
        """What changes each element of the variables, by what the program has under their names with this ending."""
        texts = (text for name in names for text in program.elements[name + ending])
        return [self._put(local, text, sign) for (local, *_), text in zip(self._elements(names), texts, strict=True)]

    def _item(self, name: str, at: Place) -> str:
        return self._syntax.item(name, at, self.shapes[name])

    def _repeat(self, name: str, body: list[Line], last: str, first: str = "0", step: str = "1") -> Line:
        return self._syntax.repeat(name, first, last, step), body

    def _elements(self, names: Sequence[str]) -> Iterator[tuple[str, str, Index]]:
        """What each element of the variables is called, of which variable it is, and where it stands there."""
        for name in names:
            for index in np.ndindex(self.shapes[name]):
                if index:
                    yield underscored(name, index), name, index

    def _row(self) -> list[Line]:
        """The numbers of example `k`."""
        return [self._new(local, self._item(name, ("k", *at[1:]))) for local, name, at in self._elements(self.data)]

    def _judge(self) -> list[Line]:
        loss = self._put("total", self._forward.elements["loss_of_one"][0], "+=")
        return [*self._row(), *self._forward.statements, loss]

    def _zero(self) -> list[Line]:
        return [self._new(local, "0.0") for local, *_ in self._elements(self._arriving)]

    def _add_up(self) -> list[Line]:
        return self._put_each(self._arriving, self._backward, "_of_one", "+=")

    def _update(self, examples: str) -> list[Line]:
        return [
            self._new("share", f"1 / {examples}"),
            *(self._put(local, "share", "*=") for local, *_ in self._elements(self._arriving)),
            *self._rule.statements,
            *self._put_each(self._changing, self._rule, "_next"),
        ]

    def _watched(self, once: bool) -> list[Line]:
        """What records what is watched: for each example, or once a record."""
        lines: list[Line] = []
        at, sizes = (("record",), ("records",)) if once else (("record", "k"), ("records", "examples"))
        for key, node in self._loop.watched.items():
            for j, text in enumerate(self._forward.elements[f"{key}_watched"] if self._once(node) is once else []):
                place = self._syntax.entry(f"{key}_history", (*at, j), (*sizes, prod(node.shape)))
                lines.append(self._put(place, text))
        return lines

    def _record(self) -> list[Line]:
        place = self._syntax.entry("loss_history", ("record",), ("records",))
        return [self._put(place, "total / examples"), *self._watched(once=True)]

    def _round(self) -> list[Line]:
        syntax, total = self._syntax, self._new("total", "0.0")
        lines: list[Line] = [syntax.record]
        end: Line = (syntax.over, [f"break{syntax.end}"])
        if self._loop.together:
            watch: list[Line] = [(syntax.due, of_each)] if (of_each := self._watched(once=False)) else []
            lines += [*self._zero(), total, self._repeat("k", [*self._judge(), *watch, *self._add_up()], "examples")]
            return [*lines, (syntax.due, self._record()), end, *self._update("examples")]
        look = self._repeat("k", [*self._judge(), *self._watched(once=False)], "examples")
        lines += [(syntax.due, [total, look, *self._record()]), end, self._new("turn", "round_ % turns")]
        chosen = self._new("k", syntax.item("order", ("turn", "place"), ("turns", "examples")))
        one = [chosen, *self._row(), *self._backward.statements, *self._add_up()]
        learn = self._repeat("place", one, "last", first="first")
        step = [syntax.last, *self._zero(), learn, *self._update("(last - first)")]
        return [*lines, self._repeat("first", step, "examples", step="batch")]

    def written(self, opening: str, first: list[str], last: list[str]) -> Written:
        """The whole function: what opens it, its first lines, the rounds, and its last lines."""
        lines: list[Line] = [
            *first,
            *(self._new(local, self._item(name, at)) for local, name, at in self._elements(self._state)),
            self._repeat("round_", self._round(), "rounds + 1"),
            *(self._put(self._item(name, at), local) for local, name, at in self._elements(self._changing)),
            *last,
        ]
        source = "\n".join(_rendered([(opening, lines)], self._syntax.close)) + "\n"
        return Written(source, self.parameters, len(self._backward.statements) + len(self._add_up()))


def _rendered(lines: Sequence[Line], close: str, depth: int = 0) -> Iterator[str]:
    for line in lines:
        header, inside = (line, None) if isinstance(line, str) else line
        yield "    " * depth + header
        if inside is not None:
            yield from _rendered(inside, close, depth + 1)
            if close:
                yield "    " * depth + close


def _like(parameter: Node) -> Node:
    """The variable that stands for the gradient of a parameter in the rule of an update."""
    return Node(parameter.operation, shape=parameter.shape, name=f"slope_{label(parameter)}")


@cache
def compiled(source: str, with_numba: bool) -> Callable[..., Any]:
    """The function of a written loop; the same text is compiled only once."""
    return defined(source, "rounds_of_training", with_numba)
