"""The reading as a loop over many rounds, in plain numbers: for Numba, for Python without it, for JavaScript.

A loop says which variables change, all at once, and what is recorded on the way. `iterated` writes one whose rounds are
an update each. A `TrainingLoop` goes through examples in each round; its network of matrices is lowered to the numbers
of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import prod
from typing import Any

import numpy as np

from ..graph.arguments import checked_number
from ..graph.errors import GraphError, brief, checked_mapping, listing
from ..graph.nodes import Node
from ..graph.scalarize import Index, underscored
from ..graph.validation import Shape, by_name, label
from .code_generation import Language, Line, Program, checked_updates
from .javascript import JAVASCRIPT, fields
from .python import PYTHON, defined, python_function

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
    record: str
    last: str
    due: str
    over: str
    item: Callable[[str, Place, Place], str]
    entry: Callable[[str, Place, Place], str]

    def put(self, target: str, text: str, sign: str = "=") -> str:
        """A statement that changes a variable."""
        return f"{target} {sign} {text}{self.end}"

    def first(self, target: str, text: str) -> str:
        """A statement that introduces one."""
        return self.new + self.put(target, text)

    def loop(self, name: str, body: list[Line], last: str, first: str = "0", step: str = "1") -> Line:
        """What is done for each value of a variable, which ends before `last`."""
        return self.repeat(name, first, last, step), body

    def rounds(self, body: list[Line]) -> Line:
        """What is done in rounds 0 to `rounds`, of which the last only looks, and ends with `stop`."""
        return self.loop("round_", body, "rounds + 1")

    @property
    def stop(self) -> Line:
        """What leaves the loop in its last round, before anything changes."""
        return self.over, [f"break{self.end}"]


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


ARRAYS = Syntax(
    PYTHON,
    new="",
    end="",
    repeat=_for_in_range,
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
    JAVASCRIPT,
    new="let ",
    end=";",
    repeat=lambda name, first, last, step: f"for (let {name} = {first}; {name} < {last}; {name} += {step}) {{",
    record="let record = Math.ceil(round_ / every);",
    last="let last = Math.min(first + batch, examples);",
    due="if (round_ == record * every || round_ == rounds) {",
    over="if (round_ == rounds) {",
    item=_flat,
    entry=_flat,
)
"""JavaScript with flat arrays."""


# An update in each round


def iterated(
    syntax: Syntax, name: str, updates: Mapping[Node, Node], watched: Mapping[str, Node]
) -> tuple[Program, Line]:
    """The program of one round, and the loop of them all, which leaves the updated variables in their names.

    Parameters
    ----------
    syntax : Syntax
    name : str
        What the function is called.
    updates : mapping of Node to Node
        For each variable that changes its value in the next round; all change at once.
    watched : mapping of str to Node
        What is recorded in every round, under the keys with `_history` after them.

    Raises
    ------
    GraphError
        If an updated node is no variable, or a node that is updated or watched is not a number.
    """
    checked_updates(updates)
    if not updates:
        raise GraphError("No variable was to be updated.", "at least one", "{w: w - eta * slope}, say.")
    for node in updates:
        checked_number(node, "A node to update")
    for key, node in checked_mapping(watched, "What to watch", '{"E": E}').items():
        checked_number(node, f"{brief(key)}, to be watched,")
    following = {f"{label(node)}_next": after for node, after in updates.items()}
    if clash := [key for key in watched if key in following]:
        raise GraphError(
            f"{listing(clash)} was to be watched.", "keys that no next value is called by", "another key for it."
        )
    words = {"round_", "rounds", *(f"{key}_history" for key in by_name(watched))}
    variables = {label(node): node for node in updates}
    program = Program(_reserving(syntax.language, words), name, {**following, **watched, **variables})
    after = {variable: program.results[key] for variable, key in zip(variables, following, strict=True)}
    # Where the next value of one variable is another variable, that one is about to change as well.
    before = {text: program.fresh_name(f"{text}_before") for text in after.values() if text in after}
    records = {key: syntax.entry(f"{key}_history", ("round_",), ("rounds",)) for key in watched}
    body: list[Line] = [
        *program.statements,
        *(syntax.put(place, program.results[key]) for key, place in records.items()),
        syntax.stop,
        *(syntax.first(copy, text) for text, copy in before.items()),
        *(syntax.put(variable, before.get(text, text)) for variable, text in after.items()),
    ]
    return program, syntax.rounds(body)


def _reserving(language: Language, words: Iterable[str]) -> Language:
    return replace(language, reserved=language.reserved.union(words))


# Examples in each round

WORDS = "batch every examples first k last order place record round_ rounds share total turn turns"
"""What a training calls its own variables."""


@dataclass(frozen=True)
class TrainingLoop:
    """What is computed in one round, as graphs for a single example.

    Parameters
    ----------
    examples : sequence of Node
        The variables that take another row for each example, of shape (1, size).
    loss : Node
        Of one example; recorded as the mean over all.
    means : mapping of Node to Node
        Variables that stand for a mean over the examples of a batch, and what it is the mean of: gradients of `loss`.
    updates : mapping of Node to Node
        For each variable that changes its next value, computed from those and from the others; all change at once.
    watched : mapping of str to Node
        Nodes to record, for each example, or parameters.
    together : bool
        Whether one pass over all examples gives gradient and records together: for steps that see all of them, each
        recorded. Otherwise records have a pass of their own.
    """

    examples: Sequence[Node]
    loss: Node
    means: Mapping[Node, Node]
    updates: Mapping[Node, Node]
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


def python_loop(loop: TrainingLoop, syntax: Syntax = ARRAYS) -> Written:
    """The loop as Python: `def rounds_of_training(…)`.

    After its `parameters` it takes `order` (rounds or 1, examples), `batch`, `rounds`, `every`, and a history to write
    to for the loss, and for each watched node.
    """
    body = _Body(loop, syntax, "rounds_of_training")
    first: list[Line] = [f"examples = len({body.data[0]})", "turns = len(order)"]
    given = [*body.parameters, "order", "batch", "rounds", "every", *(f"{key}_history" for key in body.widths)]
    source = python_function("rounds_of_training", given, body.helpers, [*first, *body.lines()])
    return Written(source, body.parameters, body.statements)


def javascript_loop(name: str, loop: TrainingLoop) -> str:
    """As JavaScript: `function name({ X, W, learning_rate }, rounds, { every = 1, batch = all, order = null })`.

    All arrays are flat, row by row, the updated ones are written to, and `order` holds one round after the other. It
    returns an object of histories, by the keys of what is watched, and `loss`.
    """
    body = _Body(loop, SCRIPT, name)
    examples = f"{body.data[0]}.length / {body.shapes[body.data[0]][1]}"
    first: list[Line] = [
        *body.helpers,
        f"const examples = {examples};",
        "order ??= Int32Array.from({ length: examples }, (_, k) => k);",
        "const turns = order.length / examples, records = Math.ceil(rounds / every) + 1;",
        *(f"const {key}_history = new Float64Array(records{width});" for key, width in body.widths.items()),
    ]
    options = f"{{ every = 1, batch = {examples}, order = null }} = {{}}"
    opening = f"function {name}({{ {', '.join(body.parameters)} }}, rounds, {options}) {{"
    last = f"return {fields({key: f'{key}_history' for key in body.widths})};"
    return JAVASCRIPT.text([(opening, [*first, *body.lines(), last])])


class _Body:
    """What a loop does, line by line, in one syntax."""

    def __init__(self, loop: TrainingLoop, syntax: Syntax, name: str):
        self._loop, self._syntax, self._name = loop, syntax, name
        self._arriving, self._changing = [*map(label, loop.means)], [*map(label, loop.updates)]
        learn = {f"{label(mean)}_of_one": of_one for mean, of_one in loop.means.items()}
        seen = {"loss_of_one": loop.loss, **{f"{key}_watched": node for key, node in loop.watched.items()}}
        self._forward = self._program({**seen, **learn} if loop.together else seen)
        self._backward = self._forward if loop.together else self._program(learn)
        self._rule = self._program({f"{label(node)}_next": value for node, value in loop.updates.items()})
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
        language = _reserving(self._syntax.language, WORDS.split())
        return Program(language, self._name, outputs, element=underscored)

    def _once(self, node: Node) -> bool:
        """Whether something watched is the same for all examples: a parameter."""
        return not node.parents and label(node) in self._state

    # Lines

    def _put_each(self, names: Sequence[str], program: Program, ending: str, sign: str = "=") -> list[Line]:
        """What changes each element of the variables, by what the program has under their names with this ending."""
        texts = (text for name in names for text in program.elements[name + ending])
        return [
            self._syntax.put(local, text, sign) for (local, *_), text in zip(self._elements(names), texts, strict=True)
        ]

    def _item(self, name: str, at: Place) -> str:
        return self._syntax.item(name, at, self.shapes[name])

    def _elements(self, names: Sequence[str]) -> Iterator[tuple[str, str, Index]]:
        """What each element of the variables is called, of which variable it is, and where it stands there."""
        for name in names:
            for index in np.ndindex(self.shapes[name]):
                if index:
                    yield underscored(name, index), name, index

    def _row(self) -> list[Line]:
        """The numbers of example `k`."""
        return [
            self._syntax.first(local, self._item(name, ("k", *at[1:]))) for local, name, at in self._elements(self.data)
        ]

    def _judge(self) -> list[Line]:
        loss = self._syntax.put("total", self._forward.elements["loss_of_one"][0], "+=")
        return [*self._row(), *self._forward.statements, loss]

    def _zero(self) -> list[Line]:
        return [self._syntax.first(local, "0.0") for local, *_ in self._elements(self._arriving)]

    def _add_up(self) -> list[Line]:
        return self._put_each(self._arriving, self._backward, "_of_one", "+=")

    def _update(self, examples: str) -> list[Line]:
        return [
            self._syntax.first("share", f"1 / {examples}"),
            *(self._syntax.put(local, "share", "*=") for local, *_ in self._elements(self._arriving)),
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
                lines.append(self._syntax.put(place, text))
        return lines

    def _record(self) -> list[Line]:
        place = self._syntax.entry("loss_history", ("record",), ("records",))
        return [self._syntax.put(place, "total / examples"), *self._watched(once=True)]

    def _round(self) -> list[Line]:
        syntax, total = self._syntax, self._syntax.first("total", "0.0")
        lines: list[Line] = [syntax.record]
        if self._loop.together:
            watch: list[Line] = [(syntax.due, of_each)] if (of_each := self._watched(once=False)) else []
            examples = syntax.loop("k", [*self._judge(), *watch, *self._add_up()], "examples")
            lines += [*self._zero(), total, examples]
            return [*lines, (syntax.due, self._record()), syntax.stop, *self._update("examples")]
        look = syntax.loop("k", [*self._judge(), *self._watched(once=False)], "examples")
        lines += [(syntax.due, [total, look, *self._record()]), syntax.stop, syntax.first("turn", "round_ % turns")]
        chosen = syntax.first("k", syntax.item("order", ("turn", "place"), ("turns", "examples")))
        one = [chosen, *self._row(), *self._backward.statements, *self._add_up()]
        learn = syntax.loop("place", one, "last", first="first")
        step = [syntax.last, *self._zero(), learn, *self._update("(last - first)")]
        return [*lines, syntax.loop("first", step, "examples", step="batch")]

    def lines(self) -> Iterator[Line]:
        """All rounds, and what brings arrays into numbers before them, and back afterwards."""
        for local, name, at in self._elements(self._state):
            yield self._syntax.first(local, self._item(name, at))
        yield self._syntax.rounds(self._round())
        for local, name, at in self._elements(self._changing):
            yield self._syntax.put(self._item(name, at), local)

    @property
    def statements(self) -> int:
        """How many are carried out for each example."""
        return len(self._backward.statements) + len(self._add_up())


@cache
def compiled(source: str, with_numba: bool) -> Callable[..., Any]:
    """The function of a written loop; the same text is compiled only once."""
    return defined(source, "rounds_of_training", with_numba)
