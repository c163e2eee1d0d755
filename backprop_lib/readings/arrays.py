"""The reading as NumPy, in place: one function on whole arrays, which writes every value into memory made beforehand.

What the programs in plain numbers do for small networks, this one does for large ones: no array is made while it runs.
A broadcast is left to NumPy, equal values are computed once, and memory is used again when its value is not needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from ..graph.errors import GraphError, listing
from ..graph.interpret import inputs, value_of
from ..graph.nodes import CONSTANT, OPERATIONS, VARIABLE, Node
from ..graph.order import topological_order
from ..graph.refusals import Array, Shape, checked_node, label
from .straight_line import checked_updates

FUNCTIONS = "add divide exp expm1 greater log logaddexp matmul maximum multiply negative power subtract tanh"


class InPlace:
    """A graph as one function that writes into arrays.

    Parameters
    ----------
    name : str
        What the function is called.
    outputs : mapping of str to Node
        What is to be had after each call.
    updates : mapping of Node to Node, optional
        For each variable that changes, its next value; all change at once.
    runs : mapping of str to int, optional
        The variables that have a leading axis of several runs, and their number of runs.

    Attributes
    ----------
    source : str
        The function as text.

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
        self.name, self.outputs, self.updates = name, dict(outputs), dict(updates or {})
        checked_updates(self.updates)
        nodes = [checked_node(node, f"The output '{key}'") for key, node in self.outputs.items()]
        nodes += self.updates.values()
        if not nodes:
            raise GraphError(f"The function '{name}' was given no outputs.", "at least one node", '{"E": E}, say.')
        self._runs = dict(runs or {})
        self._leaves = inputs([*nodes, *self.updates])
        if taken := [name for name in self._leaves if name in FUNCTIONS.split()]:
            raise GraphError(
                f"{listing(taken)} was to be a variable of the function '{name}'.",
                "names that no function of NumPy has",
                f"another name, such as {taken[0]}_.",
            )
        self._canonical = _numbered(topological_order(nodes))
        self._steps = self._ordered([self._canonical[node] for node in nodes])
        self._count: dict[Node, int] = {}
        for node in topological_order(self._canonical.values()):
            self._count[node] = max((self._count[parent] for parent in node.parents), default=0)
            if node.operation is VARIABLE:
                self._count[node] = self._runs.get(label(node), 0)
        self._names: dict[Node, str] = {leaf: key for key, leaf in self._leaves.items()}
        self._constants: dict[str, Array] = {}
        self._memory: dict[str, tuple[Shape, int]] = {}
        self._before: dict[str, str] = {}
        self.source = self._written()
        self._function: Callable[..., None] = _defined(self.source, name)

    # What is to be computed, in which order

    def _ordered(self, wanted: Sequence[Node]) -> list[Node]:
        """The nodes that need a statement: all but leaves, constants, and those that are only looked at otherwise."""
        return [node for node in topological_order(wanted) if not _is_view(node) and not _is_leaf(node)]

    def _written(self) -> str:
        kept = {_base(self._canonical[node]) for node in self.outputs.values()}
        last_read: dict[Node, int] = {}
        for place, node in enumerate(self._steps):
            for parent in node.parents:
                last_read[_base(parent)] = place
        in_place = self._in_place(last_read)
        following = {variable: self._canonical[node] for variable, node in self.updates.items()}
        kept |= {_base(node) for variable, node in following.items() if in_place.get(node) is not variable}
        free: dict[tuple[Shape, int], list[int]] = {}
        held: dict[Node, int] = {}
        lines: list[str] = []
        slots = 0
        for place, node in enumerate(self._steps):
            size = (node.shape, self._count[node])
            operands = [_base(parent) for parent in node.parents]
            dying = [o for o in dict.fromkeys(operands) if o in held and last_read[o] == place and o not in kept]
            if node in in_place:
                self._names[node] = label(in_place[node])
            else:
                same = [o for o in dying if (o.shape, self._count[o]) == size and node.operation.symbolic is not None]
                same = [o for o in same if not any(p is not o and _base(p) is o for p in node.parents)]
                if same:
                    held[node] = held.pop(same[0])
                    dying.remove(same[0])
                elif free.get(size):
                    held[node] = free[size].pop()
                else:
                    held[node], slots = slots, slots + 1
                self._names[node] = self._fresh(node)
                self._memory[self._names[node]] = (self._whole(node), held[node])
            lines += self._statement(node).splitlines()
            for operand in dying:
                free.setdefault((operand.shape, self._count[operand]), []).append(held.pop(operand))
        copies = {v: self._text(node) for v, node in following.items() if in_place.get(node) is not v}
        if copies:
            safe = [f"{text}.copy()" if _base(following[v]) in following else text for v, text in copies.items()]
            lines.append(f"{', '.join(f'{label(v)}[...]' for v in copies)} = {', '.join(safe)}")
        before = [line for key in self.outputs for line in self._kept_before(key, slots)]
        lines = before + lines
        parameters = [*self._leaves, *self._constants, *self._memory]
        return f"def {self.name}({', '.join(parameters)}):\n" + "".join(f"    {line}\n" for line in lines or ["pass"])

    def _kept_before(self, key: str, slots: int) -> list[str]:
        """A copy of an output that is a variable, or a look at one, which this call updates."""
        node = self._canonical[self.outputs[key]]
        if _base(node) not in self.updates:
            return []
        name = f"{key}_before"
        self._before[key] = name
        self._memory[name] = (self._whole(node), slots + len(self._before))
        return [f"{name}[...] = {self._text(node)}"]

    def _in_place(self, last_read: Mapping[Node, int]) -> dict[Node, Node]:
        """The next values that may be written straight into their variable: nothing reads the old value afterwards."""
        place = {node: k for k, node in enumerate(self._steps)}
        targets: dict[Node, Node] = {}
        carried = {_base(self._canonical[following]) for following in self.updates.values()}
        for variable, following in self.updates.items():
            node = self._canonical[following]
            if node in place and node.operation.symbolic and node not in targets and variable not in carried:
                fits = self._count[node] == self._runs.get(label(variable), 0) and node.shape == variable.shape
                if fits and last_read.get(variable, -1) <= place[node]:
                    targets[node] = variable
        return targets

    # How it is written

    def _fresh(self, node: Node) -> str:
        taken = {*self._leaves, *self._memory, *self._constants, *FUNCTIONS.split(), *self.outputs, self.name}
        name = node.name if node.name and node.name not in taken else f"v{len(self._memory)}"
        while name in taken:
            name += "_"
        return name

    def _whole(self, node: Node) -> Shape:
        return ((self._count[node],) if self._count[node] else ()) + node.shape

    def _statement(self, node: Node) -> str:
        row, out = node.operation, self._names[node]
        operands = [self._text(parent, node if row.symbolic else None) for parent in node.parents]
        if row.name == "matmul" and node.parents[0].shape[-1] == 1:
            return f"multiply({operands[0]}, {operands[1]}, out={out})"  # of a column and a row: the same, and faster
        if row.name == "unbroadcast":
            return self._sum(node, operands[0], out)
        if callable(row.numpy):
            return row.numpy(*operands, out=out, **node.attributes)
        if row.numpy:
            return row.numpy.format(*operands, out=out)
        return f"{row.value.__name__}({', '.join(operands)}, out={out})"

    def _sum(self, node: Node, operand: str, out: str) -> str:
        source, target = node.attributes["source"], node.shape
        padded = (1,) * (len(source) - len(target)) + target
        axes = tuple(k - len(source) for k, size in enumerate(padded) if size == 1 and source[k] != 1)
        if len(source) == len(target):
            return f"add.reduce({operand}, axis={axes}, keepdims=True, out={out})"
        if len(axes) == len(source) - len(target):
            return f"add.reduce({operand}, axis={axes}, out={out})"
        return f"{out}[...] = add.reduce({operand}, axis={axes}).reshape({self._whole(node)})"

    def _text(self, node: Node, consumer: Node | None = None) -> str:
        """The operand as text; for an elementwise consumer, a broadcast is left to NumPy."""
        if node.operation.name == "broadcast" and consumer is not None:
            return self._text(node.parents[0], consumer)
        if node.operation is CONSTANT:
            text = self._constant(node.attributes["value"])
        elif node in self._names:
            text = self._names[node]
        elif node.operation.name == "transpose":
            text = f"{self._text(node.parents[0])}.mT"
        elif node.operation.name == "reshape":
            text = f"{self._text(node.parents[0])}.reshape({self._whole(node)})"
        else:
            text = f"broadcast_to({self._text(node.parents[0], node)}, {self._whole(node)})"
        if consumer is not None and self._count[node] and len(node.shape) < len(consumer.shape):
            text += f"[:{', None' * (len(consumer.shape) - len(node.shape))}]"
        return text

    def _constant(self, value: Array) -> str:
        if value.shape == ():
            return repr(float(value)).removesuffix(".0")
        name = f"c{len(self._constants)}"
        while name in self._leaves:
            name += "_"
        self._constants[name] = np.ascontiguousarray(value)
        return name

    # How it is used

    def bound(self, arrays: Mapping[str, Array]) -> Bound:
        """The function with its memory, and with the arrays that it reads and updates in place.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            For each variable an array of float64 of its shape, after the axis of runs if it has one. Those of updated
            variables are written to.
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
        return self._view(arrays, self._canonical[self.outputs[key]])

    def _view(self, arrays: Mapping[str, Array], node: Node) -> Array:
        if node.operation is CONSTANT:
            return np.asarray(node.attributes["value"])
        return arrays[self._names[node]] if node in self._names else value_of(node, self._view(arrays, node.parents[0]))


class Bound:
    """A function with the arrays it works on; calling it computes once, with some of them exchanged if asked for."""

    def __init__(self, program: InPlace, arrays: dict[str, Array]):
        self._program, self._arrays = program, arrays
        self._places = {name: place for place, name in enumerate(arrays)}
        self._given = list(arrays.values())
        self._function = program._function

    def __call__(self, **exchanged: Array) -> None:
        for name, array in exchanged.items():
            self._given[self._places[name]] = self._arrays[name] = array
        self._function(*self._given)

    def __getitem__(self, key: str) -> Array:
        return self._program.read(self._arrays, key)


def _is_leaf(node: Node) -> bool:
    return node.operation in (VARIABLE, CONSTANT)


def _is_view(node: Node) -> bool:
    return node.operation.name in ("broadcast", "reshape", "transpose")


def _base(node: Node) -> Node:
    """The node whose memory this one looks at."""
    while _is_view(node):
        node = node.parents[0]
    return node


def _numbered(order: Sequence[Node]) -> dict[Node, Node]:
    """For each node the first one that is equal to it: of equal operations on equal operands one is enough.

    Operations on constants are carried out, and multiplications by one left out.
    """
    canonical: dict[Node, Node] = {}
    known: dict[Any, Node] = {}
    for node in order:
        parents = tuple(canonical[parent] for parent in node.parents)
        if node.operation is VARIABLE:
            canonical[node] = node
            continue
        if node.operation is CONSTANT:
            value = np.asarray(node.attributes["value"])
            key: Any = (value.shape, value.tobytes())
            canonical[node] = known.setdefault(key, node)
            continue
        if node.operation.name != "broadcast" and all(_source(p).operation is CONSTANT for p in parents):
            with np.errstate(all="ignore"):
                value = value_of(node, *(_constant_value(p, whole=node.operation.symbolic is None) for p in parents))
            folded = Node(CONSTANT, shape=value.shape, attributes={"value": value})
            folded = known.setdefault((value.shape, value.tobytes()), folded)
            canonical[node] = folded if value.shape == node.shape else _spread(folded, node.shape, known)
            continue
        if node.operation.name == "multiply":
            ones = [
                p for p in parents if _source(p).operation is CONSTANT and np.all(_source(p).attributes["value"] == 1)
            ]
            if ones:
                canonical[node] = parents[1 - parents.index(ones[0])]
                continue
        row = node.operation
        if row.name == "unbroadcast" and prod(node.shape) == prod(parents[0].shape):
            row = OPERATIONS["reshape"]  # a sum over axes of size 1
        key = (row.name, parents, tuple(sorted(node.attributes.items())))
        if key not in known:
            same = parents == node.parents and row is node.operation
            known[key] = node if same else Node(row, parents, node.shape, node.attributes, node.name)
        canonical[node] = known[key]
    return canonical


def _constant_value(node: Node, whole: bool) -> Array:
    value: Array = _source(node).attributes["value"]
    return value_of(node, value) if whole and node.operation is not CONSTANT else value


def _source(node: Node) -> Node:
    return node.parents[0] if node.operation.name == "broadcast" else node


def _spread(node: Node, target: Shape, known: dict[Any, Node]) -> Node:
    attributes = {"source": node.shape, "target": target}
    key = ("broadcast", (node,), tuple(sorted(attributes.items())))
    return known.setdefault(key, Node(OPERATIONS["broadcast"], (node,), target, attributes))


def _defined(source: str, name: str) -> Callable[..., None]:
    names: dict[str, Any] = {word: getattr(np, word) for word in [*FUNCTIONS.split(), "broadcast_to"]}
    exec(source, names)  # our own text, written from a graph
    function: Callable[..., None] = names[name]
    return function
