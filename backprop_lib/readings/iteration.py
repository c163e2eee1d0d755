"""The reading as an iteration: one update, carried out for many rounds, in Python, by Numba, or in a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from ..graph.errors import GraphError, brief, checked_mapping, is_whole, listing
from ..graph.nodes import Node
from ..graph.validation import by_name, check_held, label, real_number
from .javascript import JAVASCRIPT, fields
from .loops import ARRAYS, SCRIPT, iterated
from .python import defined, python_function, with_numba

MOST_ROUNDS = 10**9


class Iteration:
    """Many rounds of one update, ready to run: compiled by Numba where it is installed, else as plain Python.

    Parameters
    ----------
    updates : mapping of Node to Node
        For each variable that changes, its value in the next round. All change at once, at the end of a round.
    watched : mapping of str to Node
        The numbers to record in every round.
    numba : bool, optional
        Whether to use Numba; when not said, wherever it is installed and the program is short enough.

    Attributes
    ----------
    source : str
        The function as text: it takes the variables, how many `rounds`, and for each key of `watched` an array to write
        to; it returns the updated variables.
    how : str
        "Numba" or "plain Python": which was chosen.

    Raises
    ------
    GraphError
        For nodes that are not numbers, a name that the language reserves, or if Numba was asked for where it cannot be
        had.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """

    def __init__(self, updates: Mapping[Node, Node], watched: Mapping[str, Node], numba: bool | None = None):
        program, loop = iterated(ARRAYS, "iterate", updates, watched)
        self._updated, self._watched, self._parameters = [*map(label, updates)], [*watched], program.parameters
        given = [*program.parameters, "rounds", *(f"{key}_history" for key in watched)]
        body = [loop, f"return {', '.join(self._updated)},"]
        self.source = python_function("iterate", given, program.helpers, body)
        self._numba = with_numba(numba, "an iteration", len(program.statements))
        self.how = "Numba" if self._numba else "plain Python"

    @cached_property
    def _function(self) -> Callable[..., tuple[float, ...]]:
        return defined(self.source, "iterate", self._numba)

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
        given = self._checked(values)
        if not is_whole(rounds, 0, MOST_ROUNDS):
            raise GraphError(
                f"{brief(rounds)} rounds were asked for.", f"a whole number, 0 to {MOST_ROUNDS:,}", "10_000, say."
            )
        rounds = int(rounds)
        check_held((rounds + 1) * len(self._watched), f"The history of {rounds:,} rounds", "fewer rounds.")
        history: dict[str, Any] = {
            key: np.empty(rounds + 1) if self._numba else [0.0] * (rounds + 1) for key in self._watched
        }
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
        after = dict(zip(self._updated, final, strict=True))
        return {key: np.asarray(column) for key, column in history.items()}, after

    def _checked(self, values: Mapping[str, float]) -> list[float]:
        """The values of the variables in order, each a finite number; other values are left out."""
        given = by_name(checked_mapping(values, "The values", '{"w": 0.5}'))
        if missing := [name for name in self._parameters if name not in given]:
            raise GraphError(
                f"No value was given for {listing(missing)}.",
                f"a value for each of {listing(self._parameters)}",
                "add it to the values.",
            )
        return [real_number(given[name], f"Variable '{name}'") for name in self._parameters]


def javascript_iteration(
    name: str, updates: Mapping[Node, Node], watched: Mapping[str, Node], rounding: str | None = None
) -> str:
    """The same as the source of one JavaScript function.

    Parameters
    ----------
    name : str
        What the function is called.
    updates, watched
        As for `Iteration`.
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
    syntax = SCRIPT
    if rounding is not None:
        if not (isinstance(rounding, str) and all(part.isidentifier() for part in rounding.split("."))):
            raise GraphError(f"rounding={brief(rounding)} was given.", "the name of a function", '"Math.fround", say.')
        rounded = replace(JAVASCRIPT, statement=lambda key, text: f"const {key} = {rounding}({text});")
        syntax = replace(SCRIPT, language=rounded)
    program, loop = iterated(syntax, name, updates, watched)
    histories = {key: f"{key}_history" for key in watched}
    final = {variable: variable for variable in map(label, updates)}
    body = [
        *program.helpers,
        *(f"{variable} = {rounding}({variable});" for variable in program.parameters if rounding),
        *(f"const {history} = new Float64Array(rounds + 1);" for history in histories.values()),
        loop,
        f"return {fields({'history': fields(histories), 'final': fields(final)})};",
    ]
    return JAVASCRIPT.text([(f"function {name}({{ {', '.join(program.parameters)} }}, rounds) {{", body)])
