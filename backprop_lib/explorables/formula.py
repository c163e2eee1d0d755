"""Formulas for a page: what formula.js asks for, read from the notations and from the table of operations.

A page gets a formula as `as_data` gives it. What JavaScript then does is what `readings/formula.py` does: bookkeeping.
"""

from __future__ import annotations

import html
import re
from dataclasses import fields
from typing import Any

from ..graph.nodes import OPERATIONS
from ..readings.formula import (
    GREEK,
    HOLDS,
    HTML,
    LEVELS,
    ON_PAPER,
    SPOKEN,
    WORDS,
    Names,
    Powers,
    Style,
    evaluates,
    shown,
)
from .base import constants

FILES = ("stage.js", "formula.js")
"""The files of a module that writes formulas, `formula_tables()` before them."""


def formula_tables() -> str:
    """The source of the tables that formula.js reads: `NOTATION`, how things are written, and `FUNCTIONS`."""
    notation = {"levels": LEVELS, "holds": HOLDS, "greek": GREEK, "html": style_data(HTML), "words": style_data(WORDS)}
    return "\n".join([constants(NOTATION=notation), *_functions()])


def style_data(style: Style) -> dict[str, Any]:
    """A notation as data: its templates, with {} for each part of a part, and its tables."""
    name, power = style.name, style.power
    assert isinstance(name, Names) and isinstance(power, Powers), "a notation that is given as templates"
    plain = {row.name: getattr(style, row.name) for row in fields(style)}
    return {
        **{key: value for key, value in plain.items() if isinstance(value, str | int)},
        "name": {"letter": name.letter, "word": name.word, "index": name.index, "counted": name.counted},
        "stems": dict(name.stems),
        "escapes": name.escape is html.escape,
        "power": power.form,
        "square": power.square,
        "functions": {function: style.function(function) for function in evaluates()},
        "spoken": [] if style.number is shown else SPOKEN,
    }


def _functions() -> list[str]:
    """JavaScript: all functions of formulas in one object, and what they need, as the table of operations has them."""
    texts, helpers = {name: text for name, (_, text) in ON_PAPER.items()}, []
    for name in evaluates():
        row = OPERATIONS.get(name)
        if row and isinstance(row.javascript, str):
            texts[name] = row.javascript
            helpers += [row.javascript_helper] * bool(row.javascript_helper)
    functions = (f"{name}: {_arrow(text)}" for name, text in texts.items())
    return [*helpers, f"const FUNCTIONS = {{ {', '.join(functions)} }};"]


def _arrow(text: str) -> str:
    """An expression with {0}, {1}, … in it as a function of these."""
    operands = [f"x{k}" for k in range(1 + max(map(int, re.findall(r"\{(\d+)\}", text))))]
    return f"({', '.join(operands)}) => {text.format(*operands)}"
