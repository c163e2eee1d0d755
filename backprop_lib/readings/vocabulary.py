"""The names that the expressions of the table of operations need, so that a row says all that a program must know."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

import numpy as np

from ..graph.nodes import Operation, Text
from ..graph.operations import ROWS

ATTRIBUTES = (0, 1, 2, 0.5)
"""Numbers that an attribute, such as an exponent, is given: the expression may differ from one to another."""


def written(text: Text, operands: Sequence[str], **attributes: Any) -> str:
    """An expression of the table, of these operands."""
    return text.format(*operands, **attributes) if isinstance(text, str) else text(*operands, **attributes)


def of_python(rows: Sequence[Operation] = ROWS) -> tuple[dict[str, Callable[..., Any]], frozenset[str]]:
    """What the expressions in Python need of the module `math`, and all words that they use or define."""
    helpers = "\n".join(row.python_helper for row in rows)
    defined = {found.name for found in ast.walk(ast.parse(helpers)) if isinstance(found, ast.FunctionDef)}
    used = free(helpers).union(*(_words(row, row.python) for row in rows)) - defined
    needed = {word: getattr(math, word) for word in sorted(used) if hasattr(math, word)}
    for word in used - needed.keys():
        if not hasattr(builtins, word):
            raise LookupError(f"'{word}', of the table of operations, is no function of Python's, nor of `math`.")
    return needed, frozenset(used | defined)


def of_numpy(rows: Sequence[Operation] = ROWS) -> dict[str, Any]:
    """What writes the values of all rows into arrays: functions of NumPy by name."""
    ufuncs = [row.value for row in rows if isinstance(row.value, np.ufunc) and not row.numpy]
    words = set[str]().union(*(_words(row, row.numpy) for row in rows if row.numpy))
    return {function.__name__: function for function in ufuncs} | {word: getattr(np, word) for word in words}


def _words(row: Operation, text: Text) -> set[str]:
    """The names in an expression of one row, besides those of its operands."""
    operands = [f"operand_{k}" for k in range(len(signature(row.pullback).parameters) - 2)]
    named = list(signature(text).parameters)[len(operands) :] if callable(text) else ["out"]
    given = [{name: "operand_out" if name == "out" else value for name in named} for value in ATTRIBUTES]
    texts = [written(text, operands, **attributes) for attributes in given]
    return free("\n".join(texts)) - {*operands, "operand_out"}


def free(source: str) -> set[str]:
    """The names that a program reads and does not define."""
    nodes = list(ast.walk(ast.parse(source)))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return {node.id for node in nodes if isinstance(node, ast.Name)} - own
