"""What the programs in Python and in JavaScript share: a graph of numbers as statements, one after the other.

It is written after `representatives`, so a program is short and computes what NumPy computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..graph.arguments import checked_node
from ..graph.errors import GraphError, brief, checked_mapping
from ..graph.fold import inputs
from ..graph.nodes import CONSTANT, VARIABLE, Node
from ..graph.order import topological_order
from ..graph.scalarize import Index, bracketed, scalarized
from ..graph.validation import in_words, label, one_spelling
from .common_subexpressions import representatives
from .vocabulary import written

MOST_ELEMENTS_A_STATEMENT = 8
"""What has more elements than this for each statement allowed is refused before it is lowered, which takes long."""

Line = str | tuple[str, list["Line"]]
"""A statement, or what opens a block with the lines in it."""


@dataclass(frozen=True)
class Language:
    """What the statements of two languages differ in.

    Parameters
    ----------
    name : str
    column : str
        The column of the table of operations that holds its expressions.
    statement : callable
        `statement(name, expression)` as text.
    reserved : frozenset of str
        Words that no variable may be called.
    longest : int
        Statements that its compilers still handle well.
    indent, close : str
        What the lines of a block begin with, and what ends it.
    """

    name: str
    column: str
    statement: Callable[[str, str], str]
    reserved: frozenset[str]
    longest: int
    indent: str
    close: str

    def text(self, lines: Sequence[Line]) -> str:
        """The lines, with those of a block set in."""
        return "".join(f"{line}\n" for line in self._set_in(lines))

    def _set_in(self, lines: Sequence[Line], before: str = "") -> Iterator[str]:
        for line in lines:
            header, inside = (line, None) if isinstance(line, str) else line
            yield before + header
            if inside is not None:
                yield from self._set_in(inside, before + self.indent)
                if self.close:
                    yield before + self.close


def checked_word(word: Any, language: Language) -> str:
    """The word in one spelling, if a program may call something by it."""
    spelled = one_spelling(word)
    if isinstance(spelled, str) and spelled.isidentifier() and spelled not in language.reserved:
        return spelled
    raise GraphError(
        f"{brief(word)} was to be a name in a {language.name} program.",
        "an identifier that the language does not keep for itself",
        "another name for the function, variable or output.",
    )


def checked_outputs(name: Any, outputs: Mapping[str, Node]) -> list[Node]:
    """What the function of that name is to compute, which must be at least one node."""
    if not isinstance(outputs, Mapping) or not outputs:
        raise GraphError(f"The function {brief(name)} was given no outputs.", "at least one node", '{"E": E}, say.')
    return [checked_node(node, f"The output {brief(key)}") for key, node in outputs.items()]


class Program:
    """Statements, and the name or number that holds each node's value; equal statements are written once.

    Parameters
    ----------
    language : Language
    name : str
        What the function is called; a GraphError that concerns it says so.
    outputs : mapping of str to Node
    element : callable
        What an element of a vector or matrix is called: see `scalarized`.
    """

    def __init__(
        self,
        language: Language,
        name: str,
        outputs: Mapping[str, Node],
        element: Callable[[str, Index], str] = bracketed,
    ):
        nodes = checked_outputs(name, outputs)
        self.shapes = {key: leaf.shape for key, leaf in inputs(nodes).items()}
        self.parameters = list(self.shapes)
        self.statements: list[str] = []
        self.helpers: list[str] = []
        self._language = language
        self._text: dict[Node, str] = {}
        self._known: dict[str, str] = {}
        self._taken = {*self.parameters, *language.reserved}
        for word in [name, *outputs, *self.parameters]:
            checked_word(word, language)
        self._refuse_length(
            name, sum(prod(node.shape) for node in topological_order(nodes)) // MOST_ELEMENTS_A_STATEMENT
        )
        elements = scalarized(nodes, element)
        order = topological_order([part for node in nodes for part in elements[node].flat])
        self._taken.update(label(leaf) for leaf in order if leaf.operation is VARIABLE)
        for part, first in representatives(order).items():
            if first not in self._text:
                self._text[first] = self._written(first)
            self._text[part] = self._text[first]
        self.elements = {key: [self._text[part] for part in elements[node].flat] for key, node in outputs.items()}
        """For each output the texts of its elements, row by row."""
        self._refuse_length(name, len(self.statements))
        self.results = {key: self._nested(elements[node]) for key, node in outputs.items()}
        """For each output the text that stands for its value: a name, a number, or nested lists of them."""

    def _written(self, node: Node) -> str:
        if node.operation is VARIABLE:
            return label(node)
        if node.operation is CONSTANT:
            return _number(node.attributes["value"])
        helper = getattr(node.operation, f"{self._language.column}_helper")
        if helper and helper not in self.helpers:
            self.helpers.append(helper)
        operands = [self._text[parent] for parent in node.parents]
        expression = written(getattr(node.operation, self._language.column), operands, **node.attributes)
        if expression not in self._known:
            self._known[expression] = self.fresh_name(node.name)
            self.statements.append(self._language.statement(self._known[expression], expression))
        return self._known[expression]

    def fresh_name(self, wanted: str | None) -> str:
        """The name that was wanted, or one like it, that nothing else in the program has."""
        name = wanted if wanted and wanted not in self._taken else f"v{len(self.statements)}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def _nested(self, array: np.ndarray) -> str:
        if array.shape == ():
            return self._text[array.item()]
        rows = (array[k : k + 1].reshape(array.shape[1:]) for k in range(len(array)))
        return "[" + ", ".join(self._nested(row) for row in rows) + "]"

    def _refuse_length(self, name: str, length: int) -> None:
        if length > self._language.longest:
            raise GraphError(
                f"The function {brief(name)} would have {length:,} statements.",
                f"at most {self._language.longest:,}, beyond which {self._language.name} engines slow down",
                "compute fewer outputs, or a smaller network.",
            )


def checked_updates(updates: Mapping[Node, Node]) -> None:
    """Refuse updates of what is no variable, and next values of another shape."""
    for node, following in checked_mapping(updates, "The updates", "{w: w - slope}").items():
        if checked_node(node, "A node to update").operation is not VARIABLE:
            raise GraphError(
                f"{label(node)} was to be updated, but it is computed from others.",
                "a variable, such as a weight",
                "update the variables that it is computed from.",
            )
        if checked_node(following, f"The next value of {label(node)}").shape != node.shape:
            raise GraphError(
                f"{label(node)}, {in_words(node.shape)}, was to become a value of {in_words(following.shape)}.",
                "a next value of the same shape",
                "sum_of(...) along the axis that is too many.",
            )


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
