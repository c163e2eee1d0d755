"""The reading as fast Python: straight-line source in plain numbers, compiled by Numba where that is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from keyword import kwlist
from typing import Any

import numpy as np

from ..graph.errors import GraphError, brief, checked_flag, checked_mapping, is_whole, listing
from ..graph.nodes import Node
from ..graph.validation import by_name, check_held, label, one_spelling, real_number
from .code_generation import Language, Program, rounds_program
from .vocabulary import of_python

MOST_ROUNDS = 10**9

NUMBA_LONGEST = 500
"""Statements that Numba compiles in about two seconds; a longer program runs as plain Python."""

FROM_MATH, _WORDS = of_python()
"""What the expressions of the table need of Python's own module `math`; and all words in them."""

PYTHON = Language(
    name="Python",
    column="python",
    statement=lambda name, expression: f"{name} = {expression}",
    reserved=_WORDS | {*kwlist, "__debug__", "range", "round_", "rounds"},
    longest=20_000,
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
    body = [*program.statements, f"return {', '.join(program.results.values())}"]
    return _source(program, name, program.parameters, body)


def python_rounds(name: str, updates: Mapping[Node, Node], watched: Mapping[str, Node]) -> str:
    """The source of one Python function that carries out many rounds of an update, and records what is watched.

    Parameters
    ----------
    name, updates, watched
        As for `javascript_rounds`, the same loop in the other language.

    Returns
    -------
    str
        `def name(w, x, eta, rounds, E_history): …`: the variables, how many rounds, and for each key of `watched` a
        list or array of `rounds + 1` places to write to. It returns the updated variables.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """
    return _rounds(name, updates, watched)[1]


def _rounds(name: str, updates: Mapping[Node, Node], watched: Mapping[str, Node]) -> tuple[Program, str]:
    """The statements of a round, and the source of all rounds."""
    program, following, records = rounds_program(PYTHON, name, updates, watched)
    body = [
        "for round_ in range(rounds + 1):",
        *(f"    {line}" for line in program.statements),
        *(f"    {key}_history[round_] = {text}" for key, text in records.items()),
        "    if round_ < rounds:",
        f"        {', '.join(following)} = {', '.join(following.values())}",
        f"return {', '.join(following)},",
    ]
    given = [*program.parameters, "rounds", *(f"{key}_history" for key in records)]
    return program, _source(program, name, given, body)


class Rounds:
    """Many rounds of one update, ready to run: compiled by Numba where it is installed, else as plain Python.

    Parameters
    ----------
    updates, watched
        As for `python_rounds`.
    numba : bool, optional
        Whether to use Numba; when not said, wherever it is installed and the program is short enough.

    Attributes
    ----------
    how : str
        "Numba" or "plain Python": which was chosen.
    """

    def __init__(self, updates: Mapping[Node, Node], watched: Mapping[str, Node], numba: bool | None = None):
        program, self.source = _rounds("run_rounds", updates, watched)
        self.updates, self.watched, self._parameters = updates, watched, program.parameters
        if numba is None:
            numba = len(program.statements) <= NUMBA_LONGEST and find_spec("numba") is not None
        self.numba = checked_flag(numba, "numba")
        self.how = "Numba" if self.numba else "plain Python"

    @cached_property
    def _function(self) -> Callable[..., tuple[float, ...]]:
        return defined(self.source, "run_rounds", self.numba)

    def __call__(self, values: Mapping[str, float], rounds: int) -> tuple[dict[str, np.ndarray], dict[str, float]]:
        """Run so many rounds.

        Parameters
        ----------
        values : mapping of str to float
            For each variable its value, before the first round.
        rounds : int

        Returns
        -------
        history : dict of str to ndarray, shape (rounds + 1,)
            What was watched; entry 0 is before any update.
        final : dict of str to float
            The updated variables, after the last round.
        """
        given = checked_numbers(values, self._parameters)
        if not is_whole(rounds, 0, MOST_ROUNDS):
            raise GraphError(
                f"{brief(rounds)} rounds were asked for.", f"a whole number, 0 to {MOST_ROUNDS:,}", "10_000, say."
            )
        rounds = int(rounds)
        check_held((rounds + 1) * len(self.watched), f"The history of {rounds:,} rounds", "fewer rounds.")
        history = {key: np.empty(rounds + 1) if self.numba else [0.0] * (rounds + 1) for key in self.watched}
        try:
            final = self._function(*given, rounds, *history.values())
            if any(np.isnan(column).any() for column in (final, *history.values())):
                raise ArithmeticError("not a number")  # as Numba's functions do not
        except (ArithmeticError, ValueError) as error:  # as in log(-1)
            raise GraphError(
                f"A number left the range of float64, or is none ({error}).",
                "values that stay finite in every round",
                "a smaller learning rate, or smaller first values.",
            ) from None
        after = zip(map(label, self.updates), final, strict=True)
        return {key: np.asarray(column) for key, column in history.items()}, dict(after)


def checked_numbers(values: Mapping[str, float], names: Sequence[str]) -> list[float]:
    """The values of these variables, each a finite number, in this order; other values are left out."""
    values = by_name(checked_mapping(values, "The values", '{"w": 0.5}'))
    if missing := [name for name in names if name not in values]:
        raise GraphError(
            f"No value was given for {listing(missing)}.",
            f"a value for each of {listing(names)}",
            "add it to the values.",
        )
    return [real_number(values[name], f"Variable '{name}'") for name in names]


def defined(source: str, name: str, numba: bool) -> Callable[..., Any]:
    """The function of that name, from a program of ours; Numba compiles it, and what it needs, if it is to."""
    names: dict[str, Any] = dict(FROM_MATH)
    exec(source, names)  # our own text, written from a graph
    if numba:
        from numba import njit

        for word in names.keys() - FROM_MATH.keys() - {"__builtins__"}:
            names[word] = njit(error_model="numpy")(names[word])
    function: Callable[..., Any] = names[one_spelling(name)]
    return function


def _source(program: Program, name: str, parameters: list[str], body: list[str]) -> str:
    helpers = "".join(f"{helper}\n\n" for helper in program.helpers)
    return f"{helpers}def {name}({', '.join(parameters)}):\n" + "".join(f"    {line}\n" for line in body)
