"""The interactive figures: each a Python class, an ES module of its own, and arithmetic that is read from a graph.

What this package offers is listed once, in `__init__.pyi`, which type checkers read too. A name is imported when it is
first asked for, so that a chapter loads the figures that it shows, and is executed anew when one of these has changed.
"""

import ast
from importlib import import_module
from pathlib import Path

_LISTED = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")).body
_HOMES = {name.name: line.module for line in _LISTED if isinstance(line, ast.ImportFrom) for name in line.names}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
