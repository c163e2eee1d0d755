"""The reading as NumPy, in place: one function on whole arrays, which writes every value into memory made beforehand.

What the programs in plain numbers do for small networks, this one does for large ones: no array is made while it runs.
A broadcast is left to NumPy, equal values are computed once, and memory is used again when its value is not needed.
What stays the same from one call to the next is done once, when the function is tied to its arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import accumulate, count
from math import prod

import numpy as np

from ..graph.errors import GraphError, listing
from ..graph.fold import inputs, value_of
from ..graph.nodes import CONSTANT, VARIABLE, Node
from ..graph.operations import summed_axes
from ..graph.order import reachable, topological_order
from ..graph.positions import Positions
from ..graph.validation import Array, Shape, label
from .code_generation import checked_outputs, checked_updates
from .common_subexpressions import is_one, representatives
from .python import defined
from .rewrites import rewritten
from .vocabulary import of_numpy, written

FUNCTIONS = of_numpy() | {"add": np.add, "array": np.array, "broadcast_to": np.broadcast_to, "multiply": np.multiply}
"""What the programs need of NumPy: for the rows of the table, and for what they write themselves."""

VIEWS = ("broadcast", "reshape", "transpose")


class ArrayProgram:
    """A graph as one function that writes into arrays.

    Parameters
    ----------
    name : str
        What the function is called.
    outputs : mapping of str to Node
        What is to be had after each call.
    updates : mapping of Node to Node, optional
        For each variable that changes, its next value; all change at once. The others then are taken to keep theirs
        until they are exchanged.
    runs : mapping of str to int, optional
        The variables that have a leading axis of several runs, and their number of runs.

    Attributes
    ----------
    source : str
        The function as text: it takes all arrays, does once what need not be done again, and returns the function that
        computes.

    Raises
    ------
    GraphError
        If there is nothing to compute, or an update does not fit its variable.

    Notes
    -----
    Introduced in the chapter *Vectors and tensors*.
    """

    def __init__(
        self,
        name: str,
        outputs: Mapping[str, Node],
        updates: Mapping[Node, Node] | None = None,
        runs: Mapping[str, int] | None = None,
    ):
        self.name, updates = name, dict(updates or {})
        checked_updates(updates)
        nodes = [*(checked_outputs(name, outputs) if outputs or not updates else ()), *updates.values()]
        self._runs = dict(runs or {})
        self._leaves = inputs([*nodes, *updates])
        if taken := [name for name in self._leaves if name in FUNCTIONS]:
            raise GraphError(
                f"{listing(taken)} was to be a variable of the function '{name}'.",
                "names that no function of NumPy has",
                f"another name, such as {taken[0]}_.",
            )
        again = rewritten(nodes)
        first = representatives(topological_order(again[node] for node in nodes))
        self._outputs = {key: first[again[node]] for key, node in outputs.items()}
        self._updates = {variable: first[again[node]] for variable, node in updates.items()}
        order = topological_order([*self._outputs.values(), *self._updates.values()])
        self._changing = reachable(updates or self._leaves.values(), order)
        self._rearranged = {node.parents[0] for node in order if node.operation.name == "reshape" and not _keeps(node)}
        self._axis = self._axes([*self._leaves.values(), *order])
        self._names = {leaf: key for key, leaf in self._leaves.items()}
        self._taken = {*self._leaves, *FUNCTIONS, name}
        self._constants: dict[str, Array] = {}
        self._places: dict[Positions, str] = {}
        self._memory: dict[str, tuple[Shape, int]] = {}
        self._before: dict[str, str] = {}
        self._numbers = count()
        self._once: list[str] = []
        self._called: dict[str, str] = {}
        self.source = self._written([node for node in order if not _is_view(node) and node.parents])
        self.function: Callable[..., Callable[[], None]] = defined(self.source, name, needed=FUNCTIONS)
        """Takes the arrays, and gives what computes once more each time it is called."""

    def _axes(self, order: Iterable[Node]) -> dict[Node, Shape]:
        """For each node the axis of its runs, or none where it has but one value."""
        found: dict[Node, Shape] = {}
        for node in order:
            runs = self._runs.get(label(node)) if node.operation is VARIABLE else None
            found[node] = max((found[parent] for parent in node.parents), default=(runs,) if runs else ())
        return found

    def _whole(self, node: Node) -> Shape:
        return self._axis[node] + node.shape

    # What is computed, and into which memory

    def _written(self, steps: list[Node]) -> str:
        once = [node for node in steps if node not in self._changing]
        steps = once + [node for node in steps if node in self._changing]
        targets = self._targets(steps)
        copied = {variable: node for variable, node in self._updates.items() if targets.get(node) is not variable}
        kept = {_base(node) for node in (*self._outputs.values(), *copied.values(), *once)}
        slots = _slots(steps, {node: self._whole(node) for node in steps}, kept, targets)
        again = [self._kept(key, node, slots) for key, node in self._outputs.items() if _base(node) in self._updates]
        for node in steps:
            if node in targets:
                self._names[node] = label(targets[node])
            else:
                self._names[node] = self._fresh(node.name or f"v{len(self._memory)}")
                self._memory[self._names[node]] = (self._whole(node), slots[node])
            (again if node in self._changing else self._once).append(self._statement(node))
        if copied:
            texts = [self._text(node) + ".copy()" * (_base(node) in self._updates) for node in copied.values()]
            again.append(f"{', '.join(f'{label(variable)}[...]' for variable in copied)} = {', '.join(texts)}")
        parameters = [*self._leaves, *self._constants, *self._memory]
        inner = self._fresh("again")
        lines = [*self._once, f"def {inner}():", *(f"    {line}" for line in again or ["pass"]), f"return {inner}"]
        return f"def {self.name}({', '.join(parameters)}):\n" + "".join(f"    {line}\n" for line in lines)

    def _kept(self, key: str, node: Node, slots: Mapping[Node, int]) -> str:
        """A copy of an output that is a variable, or a look at one, which this call updates."""
        self._before[key] = name = self._fresh(f"{label(_base(node))}_before")
        self._memory[name] = (self._whole(node), len(slots) + len(self._before))
        return f"{name}[...] = {self._text(node)}"

    def _targets(self, steps: Sequence[Node]) -> dict[Node, Node]:
        """The next values that may be written straight into their variable: nothing reads the old value afterwards."""
        place, last_read = {node: k for k, node in enumerate(steps)}, _last_read(steps)
        targets: dict[Node, Node] = {}
        carried = {_base(node) for node in self._updates.values()}
        for variable, node in self._updates.items():
            if (
                node in self._changing
                and node.operation.elementwise
                and node not in targets
                and node not in self._rearranged  # a caller's array may lie in another order in memory than ours
                and variable not in carried
            ):
                fits = self._whole(node) == self._whole(variable)
                if fits and last_read.get(variable, -1) <= place[node]:
                    targets[node] = variable
        return targets

    # How it is written

    def _fresh(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def _called_once(self, text: str, name: str) -> str:
        """The name that a number, or a look at an array, is given before the first call."""
        if text not in self._called:
            self._called[text] = self._fresh(name)
            self._once.append(f"{self._called[text]} = {text}")
        return self._called[text]

    def _statement(self, node: Node) -> str:
        row, out = node.operation, self._names[node]
        operands = [self._text(parent, node if row.elementwise else None) for parent in node.parents]
        if row.name == "matmul" and node.parents[0].shape[-1] == 1:
            return f"multiply({operands[0]}, {operands[1]}, out={out})"  # of a column and a row: the same, and faster
        if row.name == "unbroadcast":
            return self._sum(node, operands[0], out)
        if row.name in ("take", "put"):
            return self._moved(node, operands[0], out)
        if row.name == "concatenate":
            return f"{', '.join(self._pieces(node, out))} = {', '.join(operands)}"
        if row.name == "reshape":
            return f"{out}[...] = {operands[0]}.reshape({self._whole(node)})"
        if row.numpy:
            return written(row.numpy, operands, out=out, **node.attributes)
        return f"{row.value.__name__}({', '.join(operands)}, out={out})"

    def _sum(self, node: Node, operand: str, out: str) -> str:
        source, target = node.attributes["source"], node.shape
        padded = (1,) * (len(source) - len(target)) + target
        out = out if padded == target else self._reshaped(out, node, padded)
        return f"add.reduce({operand}, axis={summed_axes(source, target)}, keepdims=True, out={out})"

    def _moved(self, node: Node, operand: str, out: str) -> str:
        """What takes elements from their places, or puts them there; each is chosen in the flattened array."""
        positions = node.attributes["positions"]
        if positions not in self._places:
            self._places[positions] = self._fresh(f"places{len(self._places) or ''}")
            self._constants[self._places[positions]] = positions.array
        places = self._places[positions]
        if node.operation.name == "take":
            whole = self._axis[node] + (prod(node.parents[0].shape),)
            return f'{operand}.reshape({whole}).take({places}, axis=-1, mode="clip", out={out})'
        flat = self._reshaped(out, node, (prod(node.shape),))
        add = f"add.at({flat}, (..., {places}), {operand})"
        return f"{out}[...] = 0.0; {add if positions.repeat else f'{flat}[..., {places}] = {operand}'}"

    def _pieces(self, node: Node, out: str) -> Iterable[str]:
        """The parts of an array that are filled by one operand each."""
        axis, sizes = node.attributes["axis"], node.attributes["sizes"]
        behind = ", :" * (-axis - 1)
        ends = list(accumulate(sizes))
        return (f"{out}[..., {end - size}:{end}{behind}]" for size, end in zip(sizes, ends, strict=True))

    def _reshaped(self, name: str, node: Node, shape: Shape) -> str:
        sizes = "x".join(map(str, shape)) or "number"
        return self._called_once(f"{name}.reshape({self._axis[node] + shape})", f"{name}_{sizes}")

    def _text(self, node: Node, consumer: Node | None = None) -> str:
        """What the operand is called; for an elementwise consumer, a broadcast is left to NumPy."""
        if node.operation.name == "broadcast" and consumer is not None:
            return self._text(node.parents[0], consumer)
        name = self._names[node] if node in self._names else self._looked_at(node)
        if consumer is None:
            return name
        if self._axis[node] and len(node.shape) < len(consumer.shape):
            axes = ", None" * (len(consumer.shape) - len(node.shape))
            name = self._called_once(f"{name}[:{axes}]", f"{name}_each")
        fixed = node not in self._changing and consumer in self._changing
        if fixed and 1 < prod(self._whole(node)) < prod(self._whole(consumer)):  # NumPy is faster on equal sizes
            return self._called_once(f"broadcast_to({name}, {self._whole(consumer)}).copy()", f"{name}_all")
        return name

    def _looked_at(self, node: Node) -> str:
        """The name of a constant, or of a look at an array."""
        if node.operation is CONSTANT:
            return self._constant(node)
        name = self._text(node.parents[0], node if node.operation.name == "broadcast" else None)
        if node.operation.name == "transpose":
            return self._called_once(f"{name}.mT", f"{name}_T")
        if node.operation.name == "reshape":
            return self._reshaped(name, node, node.shape)
        return self._called_once(f"broadcast_to({name}, {self._whole(node)})", f"{name}_wide")

    def _constant(self, node: Node) -> str:
        value = np.asarray(node.attributes["value"])
        ones = "ones" if value.shape else "one"
        name = ones if is_one(node) else f"c{next(self._numbers)}"
        if value.shape == () and np.isfinite(value):
            return self._called_once(f"array({float(value)!r})", name)
        self._names[node] = self._fresh(name)
        self._constants[self._names[node]] = value
        return self._names[node]

    # How it is used

    def bound(self, arrays: Mapping[str, Array]) -> Bound:
        """The function with its memory, and with the arrays that it reads and updates in place.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            For each variable an array of float64 of its shape, after the axis of runs if it has one. Those of updated
            variables are written to; then the others must keep their numbers, or be exchanged.
        """
        slots: dict[int, Array] = {}
        for shape, slot in self._memory.values():
            slots.setdefault(slot, np.empty(shape))
        memory = {name: slots[slot] for name, (_, slot) in self._memory.items()}
        return Bound(self, {**{name: arrays[name] for name in self._leaves}, **self._constants, **memory})

    def read(self, arrays: Mapping[str, Array], key: str) -> Array:
        """An output after a call, as an array that the next call overwrites."""
        if key in self._before:
            return arrays[self._before[key]]
        return self._view(arrays, self._outputs[key])

    def _view(self, arrays: Mapping[str, Array], node: Node) -> Array:
        if node.operation is CONSTANT:
            return np.asarray(node.attributes["value"])
        return arrays[self._names[node]] if node in self._names else value_of(node, self._view(arrays, node.parents[0]))


class Bound:
    """A function with the arrays it works on; calling it computes once, with some of them exchanged if asked for."""

    def __init__(self, program: ArrayProgram, arrays: dict[str, Array]):
        self._program, self._arrays = program, arrays
        self._again: Callable[[], None] | None = None

    def __call__(self, /, **exchanged: Array) -> None:
        if exchanged or self._again is None:
            self._arrays |= exchanged
            self._again = self._program.function(*self._arrays.values())
        self._again()

    def __getitem__(self, key: str) -> Array:
        return self._program.read(self._arrays, key)


def _is_view(node: Node) -> bool:
    """Whether the node only looks at the memory of its operand in another way."""
    if node.operation.name == "reshape":
        ours = bool(node.parents[0].parents) and node.parents[0].operation.name not in VIEWS
        return ours or _keeps(node)  # our memory is in order, row by row
    return node.operation.name in VIEWS


def _keeps(node: Node) -> bool:
    """Whether a `reshape` only adds axes of size 1, or leaves some out, so that it fits any order in memory."""
    source, target = ([size for size in node.attributes[key] if size > 1] for key in ("source", "target"))
    return source == target


def _base(node: Node) -> Node:
    """The node whose memory this one looks at."""
    while _is_view(node):
        node = node.parents[0]
    return node


def _last_read(steps: Sequence[Node]) -> dict[Node, int]:
    """The last step that reads the memory of each node."""
    return {_base(parent): place for place, node in enumerate(steps) for parent in node.parents}


def _slots(
    steps: Sequence[Node], shapes: Mapping[Node, Shape], kept: Collection[Node], targets: Collection[Node]
) -> dict[Node, int]:
    """The number of the array that each step writes into: one whose value is not needed any more, where there is one.

    An operation that works on one element at a time may write over an operand that it is the last to read.
    """
    last_read, free, new = _last_read(steps), defaultdict[Shape, list[int]](list), count()
    slots: dict[Node, int] = {}
    for place, node in enumerate(steps):
        read = dict.fromkeys(map(_base, node.parents))
        ended = [o for o in read if o in slots and last_read[o] == place and o not in kept]
        before, after = (ended, []) if node.operation.elementwise else ([], ended)
        for operand in before:
            free[shapes[operand]].append(slots[operand])
        if node not in targets:
            slots[node] = free[shapes[node]].pop() if free[shapes[node]] else next(new)
        for operand in after:
            free[shapes[operand]].append(slots[operand])
    return slots
