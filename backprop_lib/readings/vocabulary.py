"""The names that the expressions of the table of operations need, so that a row says all that a program must know."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

import numpy as np

from ..graph.nodes import Operation, Text
from ..graph.operations import ROWS

ATTRIBUTES = (0, 1, 2, 0.5)
"""Numbers that an attribute, such as an exponent, is given: the expression may differ from one to another."""


def of_python(rows: list[Operation] = ROWS) -> tuple[dict[str, Callable[..., Any]], frozenset[str]]:
    """What the expressions in Python need of the module `math`, and all words that they use or define."""
    words = {word for row in rows for word in (*_words(row, row.python), *_free(row.python_helper))}
    helpers = ast.parse("\n".join(row.python_helper for row in rows))
    defined = {found.name for found in ast.walk(helpers) if isinstance(found, ast.FunctionDef)}
    needed = {word: getattr(math, word) for word in sorted(words - defined) if hasattr(math, word)}
    for word in words - defined - needed.keys():
        if not hasattr(builtins, word):
            raise LookupError(f"'{word}', of the table of operations, is no function of Python's, nor of `math`.")
    return needed, frozenset(words | defined)


def of_numpy(rows: list[Operation] = ROWS) -> dict[str, Any]:
    """What writes the values of all rows into arrays: functions of NumPy by name."""
    found: dict[str, Any] = {}
    for row in rows:
        if row.numpy:
            found |= {word: getattr(np, word) for word in _words(row, row.numpy)}
        elif isinstance(row.value, np.ufunc):
            found[row.value.__name__] = row.value
    return found


def _words(row: Operation, text: Text) -> Iterator[str]:
    """The names in an expression of one row, besides those of its operands."""
    operands = [f"operand_{k}" for k in range(len(signature(row.pullback).parameters) - 2)]
    named = list(signature(text).parameters) if callable(text) else []
    attributes = [name for name in named[len(operands) :] if name != "out"]
    out = {"out": "operand_out"} if not callable(text) or "out" in named else {}
    for value in ATTRIBUTES if attributes else (0,):
        given = {**out, **dict.fromkeys(attributes, value)}
        written = text(*operands, **given) if callable(text) else text.format(*operands, **given)
        yield from (word for word in _free(written) if not word.startswith("operand_"))


def _free(source: str) -> set[str]:
    """The names that a program reads and does not define."""
    nodes = list(ast.walk(ast.parse(source)))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return {node.id for node in nodes if isinstance(node, ast.Name)} - own
