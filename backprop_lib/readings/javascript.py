"""The reading as JavaScript: straight-line source, which the sliders of the static site run with no kernel.

The graph of vectors is first brought down to one of numbers. Equal values are then written once, operations on
constants carried out, and multiplications by one left out: all exact, so the program computes what NumPy computes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..graph.errors import GraphError
from ..graph.interpret import by_element, inputs, interpret, object_array
from ..graph.nodes import CONSTANT, VARIABLE, Node, checked_node, constant, topological_order

LONGEST = 2_000
"""Statements that a JavaScript engine still compiles well; beyond, its speed falls off a cliff."""

_WORDS = (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends "
    "false finally for function if implements import in instanceof interface let new null package private protected "
    "public return static super switch this throw true try typeof var void while with yield Math __proto__"
)
RESERVED = frozenset(_WORDS.split())


def javascript(name: str, outputs: Mapping[str, Node]) -> str:
    """The source of one JavaScript function that computes the outputs.

    Parameters
    ----------
    name : str
        What the function is called.
    outputs : mapping of str to Node
        What it returns: an object with these keys, whose values are numbers, or nested arrays of the node's shape.

    Returns
    -------
    str
        `function name({ w, x }) { … return { E, slope }; }`. It takes one object with a value for each variable: a
        number, or nested arrays of the variable's shape. All arithmetic is in float64, and agrees with `evaluate` to
        a relative 1e-12 in one step.

    Raises
    ------
    GraphError
        For a name that JavaScript reserves, nothing to compute, or more than 2,000 statements.

    Notes
    -----
    Introduced in the chapter *One weight*.
    """
    if not isinstance(outputs, Mapping) or not outputs:
        raise GraphError(f"The function '{name}' was given no outputs.", "at least one node", '{"E": E}, say.')
    nodes = [checked_node(node, f"The output '{key}'") for key, node in outputs.items()]
    parameters = list(inputs(nodes))
    for word in [name, *outputs, *parameters]:
        _refuse_reserved(word)
    scalars = _brought_down(nodes)
    program = _Program(parameters)
    program.write([element for node in nodes for element in scalars[node].flat])
    results = {key: _nested(scalars[node], program) for key, node in outputs.items()}
    if len(program.statements) > LONGEST:
        raise GraphError(
            f"The function '{name}' would have {len(program.statements):,} statements.",
            f"at most {LONGEST:,}, beyond which JavaScript engines slow down",
            "compute fewer outputs, or a smaller network.",
        )
    returned = ", ".join(key if key == text else f"{key}: {text}" for key, text in results.items())
    body = [*program.helpers, *program.statements, f"return {{ {returned} }};"]
    return f"function {name}({{ {', '.join(parameters)} }}) {{\n" + "".join(f"  {line}\n" for line in body) + "}\n"


def _brought_down(nodes: Sequence[Node]) -> dict[Node, np.ndarray]:
    """The graph with one node for each element."""

    def elements_of(leaf: Node) -> np.ndarray:
        array = np.empty(leaf.shape, dtype=object)
        for index in np.ndindex(leaf.shape):
            array[index] = leaf if leaf.shape == () else Node(VARIABLE, name=_element_name(leaf, index))
        return array

    return interpret(
        nodes,
        variable=elements_of,
        constant=lambda leaf: object_array(np.frompyfunc(constant, 1, 1)(leaf.attributes["value"])),
        elementwise=by_element(
            lambda node, *elements: Node(
                node.operation, elements, (), node.attributes, node.name if node.shape == () else None
            )
        ),
    )


def _element_name(leaf: Node, index: tuple[int, ...]) -> str:
    return leaf.name + "".join(f"[{k}]" for k in index)


class _Program:
    """Statements, and the name or number that holds each node's value; equal statements are written once."""

    def __init__(self, parameters: Sequence[str]):
        self.statements: list[str] = []
        self.helpers: list[str] = []
        self.text: dict[Node, str] = {}
        self._constants: dict[Node, np.ndarray] = {}
        self._known: dict[str, str] = {}
        self._taken = {*parameters, *RESERVED}

    def write(self, outputs: Sequence[Node]) -> None:
        for node in topological_order(outputs):
            self.text[node] = self._written(node)

    def _written(self, node: Node) -> str:
        if node.operation is VARIABLE:
            return node.name
        if node.operation is CONSTANT:
            self._constants[node] = node.attributes["value"]
            return _number(self._constants[node])
        if all(parent in self._constants for parent in node.parents):
            with np.errstate(all="ignore"):
                value = node.operation.value(*(self._constants[p] for p in node.parents), **node.attributes)
            self._constants[node] = np.asarray(value)
            return _number(self._constants[node])
        operands = [self.text[parent] for parent in node.parents]
        if node.operation.name == "multiply" and "1" in operands:
            return operands[1 - operands.index("1")]
        helper = node.operation.javascript_helper
        if helper and helper not in self.helpers:
            self.helpers.append(helper)
        expression = node.operation.javascript(*operands, **node.attributes)
        if expression not in self._known:
            self._known[expression] = self._fresh_name(node.name)
            self.statements.append(f"const {self._known[expression]} = {expression};")
        return self._known[expression]

    def _fresh_name(self, wanted: str | None) -> str:
        name = wanted if wanted and wanted not in self._taken else f"v{len(self.statements)}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def _number(value: np.ndarray) -> str:
    """The number in the fewest digits that give it back, in parentheses if negative, so that `a - -1` is two signs."""
    if not np.isfinite(value):
        raise GraphError(
            f"A constant of the graph works out as {float(value)}.",
            "constants whose arithmetic stays finite",
            "look for a division by zero or a logarithm among the fixed numbers.",
        )
    text = repr(float(value)).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


def _nested(array: np.ndarray, program: _Program) -> str:
    if array.shape == ():
        return program.text[array[()]]
    return "[" + ", ".join(_nested(array[k : k + 1].reshape(array.shape[1:]), program) for k in range(len(array))) + "]"


def _refuse_reserved(word: str) -> None:
    if not (isinstance(word, str) and word.isidentifier()) or word in RESERVED:
        raise GraphError(
            f"{word!r} was to be a name in a JavaScript program.",
            "an identifier that the language does not keep for itself",
            "another name for the variable or output.",
        )
