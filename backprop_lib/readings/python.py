"""The reading as fast Python: straight-line source in plain numbers, compiled by Numba where that is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from keyword import kwlist
from typing import Any

from ..graph.errors import GraphError, checked_flag
from ..graph.nodes import Node
from ..graph.validation import one_spelling
from .code_generation import Language, Line, Program
from .vocabulary import of_python

NUMBA_LONGEST = 500
"""Statements that Numba compiles in about two seconds; a longer program runs as plain Python."""

FROM_MATH, _WORDS = of_python()
"""What the expressions of the table need of Python's own module `math`; and all words in them."""

PYTHON = Language(
    name="Python",
    column="python",
    statement=lambda name, expression: f"{name} = {expression}",
    reserved=_WORDS | {*kwlist, "__debug__", "range"},
    longest=20_000,
    indent="    ",
    close="",
)


def python(name: str, outputs: Mapping[str, Node]) -> str:
    """The source of one Python function that computes the outputs, in plain floats.

    Parameters
    ----------
    name : str
        What the function is called.
    outputs : mapping of str to Node
        What it returns: a tuple of numbers, or of nested lists of the node's shape, in this order.

    Returns
    -------
    str
        `def name(w, x): …`, a parameter for each variable, in order of appearance in the graph. It needs the functions
        of `FROM_MATH`.

    Raises
    ------
    GraphError
        For a name that the language reserves, nothing to compute, or more than 20,000 statements.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """
    program = Program(PYTHON, name, outputs)
    body: list[Line] = [*program.statements, f"return {', '.join(program.results.values())}"]
    return python_function(name, program.parameters, program.helpers, body)


def python_function(name: str, parameters: Sequence[str], helpers: Sequence[str], body: list[Line]) -> str:
    """A function as text, below the definitions that it needs."""
    before = "".join(f"{helper}\n\n" for helper in helpers)
    return PYTHON.text([(f"{before}def {name}({', '.join(parameters)}):", body)])


def with_numba(wanted: bool | None, what: str, statements: int = 0, numbers: bool = True) -> bool:
    """Whether Numba compiles a program: if that is not said, wherever it can be had and pays.

    Raises
    ------
    GraphError
        If it was asked for and is not installed, or the program is none of `numbers`, or a longer one than Numba takes.
    """
    known, short = find_spec("numba") is not None, statements <= NUMBA_LONGEST
    possible = known and short and numbers
    if wanted is None:
        return possible
    if checked_flag(wanted, "numba") and not possible:
        wrong = "its graph is not one of numbers" if not numbers else f"it would have {statements:,} statements"
        raise GraphError(
            f"Numba was to compile {what}, but {wrong if known else 'it is not installed'}.",
            f"a graph of numbers, at most {NUMBA_LONGEST} statements, and Numba installed",
            "leave it out, and it runs without; or pip install numba.",
        )
    return wanted


def defined(source: str, name: str, numba: bool = False, needed: Mapping[str, Any] = FROM_MATH) -> Callable[..., Any]:
    """The function of that name, from a program of ours; Numba compiles it, and what it needs, if it is to."""
    names = dict(needed)
    exec(source, names)  # our own text, written from a graph
    if numba:
        from numba import njit

        for word in names.keys() - needed.keys() - {"__builtins__"}:
            names[word] = njit(error_model="numpy")(names[word])
    function: Callable[..., Any] = names[one_spelling(name)]
    return function
