"""The reading as JavaScript: straight-line source, which the sliders of the static site run with no kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..graph.errors import GraphError, brief
from ..graph.nodes import Node
from .code_generation import Language, Program, rounds_program

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
    body = [*program.helpers, *program.statements, f"return {{ {_fields(program.results)} }};"]
    return _function(name, f"{{ {', '.join(program.parameters)} }}", body)


def javascript_rounds(
    name: str, updates: Mapping[Node, Node], watched: Mapping[str, Node], rounding: str | None = None
) -> str:
    """The source of one JavaScript function that carries out many rounds of an update, and records what is watched.

    Parameters
    ----------
    name : str
        What the function is called.
    updates : mapping of Node to Node
        For each variable that changes, its value in the next round. All change at once, at the end of a round.
    watched : mapping of str to Node
        The numbers to record in every round.
    rounding : str, optional
        A JavaScript function that every number goes through when it is given or computed: `Math.fround` for single
        precision. Constants stay as they are written.

    Returns
    -------
    str
        `function name({ w, x, eta }, rounds) { … }`, which returns `{ history, final }`: for each key of `watched` a
        Float64Array of `rounds + 1` values, the first before any update, and the variables after the last.

    Raises
    ------
    GraphError
        As `javascript` does, and for nodes that are not numbers.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """
    language, given = JAVASCRIPT, []
    if rounding is not None:
        if not (isinstance(rounding, str) and all(part.isidentifier() for part in rounding.split("."))):
            raise GraphError(f"rounding={brief(rounding)} was given.", "the name of a function", '"Math.fround", say.')
        language = replace(language, statement=lambda key, text: f"const {key} = {rounding}({text});")
    program, following, records = rounds_program(language, name, updates, watched)
    if rounding:
        given = [f"{variable} = {rounding}({variable});" for variable in program.parameters]
    # Where the next value of one variable is another variable, that one must not have changed before it is copied.
    before = {text: f"${text}_now" for text in following.values() if text in following}
    copies = [f"const {copy} = {text};" for text, copy in before.items()]
    body = [
        *program.helpers,
        *given,
        f"const $history = {{ {', '.join(f'{key}: new Float64Array($rounds + 1)' for key in records)} }};",
        "for (let $round = 0; ; $round++) {",
        *(f"  {line}" for line in [*copies, *program.statements]),
        *(f"  $history.{key}[$round] = {text};" for key, text in records.items()),
        f"  if ($round === $rounds) return {{ history: $history, final: {{ {', '.join(following)} }} }};",
        *(f"  {variable} = {before.get(text, text)};" for variable, text in following.items()),
        "}",
    ]
    return _function(name, f"{{ {', '.join(program.parameters)} }}, $rounds", body)


def _fields(results: Mapping[str, str]) -> str:
    return ", ".join(key if key == text else f"{key}: {text}" for key, text in results.items())


def _function(name: str, parameters: str, body: list[str]) -> str:
    return f"function {name}({parameters}) {{\n" + "".join(f"  {line}\n" for line in body) + "}\n"
