"""The reading as JavaScript: straight-line source, which the sliders of the static site run with no kernel."""

from __future__ import annotations

from collections.abc import Mapping

from ..graph.nodes import Node
from .code_generation import Language, Line, Program

_WORDS = (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends "
    "false finally for function if implements import in instanceof interface let new null package private protected "
    "public return static super switch this throw true try typeof var void while with yield Math __proto__"
)

JAVASCRIPT = Language(
    name="JavaScript",
    column="javascript",
    statement=lambda name, expression: f"const {name} = {expression};",
    reserved=frozenset(_WORDS.split()),
    longest=2_000,
    indent="  ",
    close="}",
)


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
    program = Program(JAVASCRIPT, name, outputs)
    body: list[Line] = [*program.helpers, *program.statements, f"return {fields(program.results)};"]
    return JAVASCRIPT.text([(f"function {name}({{ {', '.join(program.parameters)} }}) {{", body)])


def fields(values: Mapping[str, str]) -> str:
    """An object: the text of a value by each key."""
    return f"{{ {', '.join(key if key == text else f'{key}: {text}' for key, text in values.items())} }}"
