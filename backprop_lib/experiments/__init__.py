"""The experiments of the sources: what each of them sweeps, and the distributions that came of it.

A system of the sources is a function in a module beside this one. What takes longer than a chapter may is computed
once, by `python -m tools.execution.experiments`, and kept in `backprop_lib/experiments/results/NAME.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from ..graph.errors import GraphError, brief, checked_choice
from ..sweeps.results import Results, Value

__all__ = ["EXPERIMENTS", "Experiment", "results"]

FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Experiment:
    """A sweep whose results are kept.

    Parameters
    ----------
    function : str
        Module and name, "backprop_lib.experiments.encoder:encoder", so that nothing is imported before it is needed.
    grid : mapping of str to sequence
        For each axis its values.
    seeds : int
        So many runs in each cell.
    stable : float or str
        How closely another machine must come to what is kept: a relative tolerance for each number; or "distribution",
        where training is chaotic and single runs differ: the runs of a cell must be spread as they were.
    digits : int
        Digits of each result that are kept.
    checked : sequence of mapping
        Cells, each a value for every axis, that the tests compute again; when not said, the first and the last.

    Notes
    -----
    Introduced in the chapter *Sweeps*.
    """

    function: str
    grid: Mapping[str, Sequence[Value]]
    seeds: int
    stable: float | Literal["distribution"] = 1e-5
    digits: int = 6
    checked: Sequence[Mapping[str, Value]] = ()

    def load(self) -> Callable[..., Mapping[str, Any]]:
        """The function itself, imported now."""
        return named(self.function)

    @property
    def cells(self) -> Sequence[Mapping[str, Value]]:
        """The cells that are computed again."""
        ends = ({name: values[end] for name, values in self.grid.items()} for end in (0, -1))
        return self.checked or list(ends)


# Where training is chaotic, what is kept is how the runs are spread.
_chaotic = partial(Experiment, stable="distribution")
_lab = partial(_chaotic, "backprop_lib.experiments.linear_xor:lab", seeds=100, digits=4)
_deep = partial(_chaotic, "backprop_lib.experiments.vanishing:trained", seeds=10, digits=3)

_LARGE: dict[str, Sequence[Value]] = {"hidden": ["64-128", "512-32"], "learning_rate": [0.1, 0.01]}
_UNITS = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "silu", "prelu"]
_DEEP: dict[str, Sequence[Value]] = {"depth": [1, 2, 4, 6, 8, 10, 15, 20], "learning_rate": [0.01, 0.05, 0.25]}

EXPERIMENTS: dict[str, Experiment] = {
    "two_hidden": Experiment(
        "backprop_lib.experiments.two_hidden:two_hidden", {"half": [True, False], "learn_biases": [False, True]}, 200
    ),
    "two_hidden_rates": Experiment(
        "backprop_lib.experiments.two_hidden:two_hidden",
        {"learning_rate": [*(float(f"{m}e{p}") for p in range(-3, 3) for m in (1, 2, 5)), 1000.0]},
        50,
        checked=[{"learning_rate": 0.1}, {"learning_rate": 10.0}],  # single runs at rates above 20 are chaotic
    ),
    "encoder": _chaotic(
        "backprop_lib.experiments.encoder:encoder",
        {
            "start": ("small", "large"),
            "learning_rate": (0.001, 0.005, 0.01, 0.025, 0.05, 0.25, 0.3, 0.5, 0.7, 0.9),
            "epochs": (100, 300, 1000, 5000, 10_000),
        },
        seeds=40,  # single runs are chaotic at the highest rates
        digits=2,
        checked=(
            {"start": "small", "learning_rate": 0.3, "epochs": 300},
            {"start": "large", "learning_rate": 0.05, "epochs": 1000},
            {"start": "large", "learning_rate": 0.9, "epochs": 100},
        ),
    ),
    "lab_small": _lab(
        {"data": ["linear", "xor"], "hidden": ["5-10"], "learning_rate": [0.1, 0.01, 0.001], "epochs": [500]},
        checked=[{"data": "xor", "hidden": "5-10", "learning_rate": 0.1, "epochs": 500}],
    ),
    "lab_large_linear": _lab(
        {"data": ["linear"], **_LARGE, "epochs": [50]},
        checked=[{"data": "linear", "hidden": "64-128", "learning_rate": 0.01, "epochs": 50}],
    ),
    "lab_large_xor": _lab(
        {"data": ["xor"], **_LARGE, "epochs": [200]},
        checked=[{"data": "xor", "hidden": "64-128", "learning_rate": 0.01, "epochs": 200}],
    ),
    "lab_twins": _chaotic("backprop_lib.experiments.linear_xor:twins", {"epochs": [300]}, seeds=40, digits=3),
    "vanishing_deltas": Experiment(
        "backprop_lib.experiments.vanishing:deltas",
        {"activation": _UNITS, "start": ["glorot", "he", "plain"], "depth": [2, 5, 10, 20, 50]},
        20,
        digits=4,
    ),
    "vanishing_usual": _deep(
        {"activation": _UNITS, **_DEEP},
        checked=[
            {"activation": "sigmoid", "depth": 2, "learning_rate": 0.05},
            {"activation": "relu", "depth": 4, "learning_rate": 0.05},
        ],
    ),
    "vanishing_plain": _deep(
        {"start": ["plain"], "activation": ["sigmoid", "tanh", "relu"], **_DEEP},
        checked=[{"start": "plain", "activation": "tanh", "depth": 4, "learning_rate": 0.25}],
    ),
}
"""All experiments whose results are kept, by name.

Introduced in the chapter *Sweeps*."""


def named(function: str) -> Callable[..., Any]:
    """The function of that name, given as "module:name".

    Raises
    ------
    GraphError
        If there is no such module, or no such function in it.
    """
    expected, hint = "module:name of a function that can be imported", "check the spelling."
    if not isinstance(function, str) or not function.replace(":", "").replace(".", "").isidentifier():
        raise GraphError(f"The function {brief(function)} was asked for.", expected, hint)
    module, _, name = function.partition(":")
    try:
        found: Callable[..., Any] = getattr(import_module(module), name)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise GraphError(f"The function '{function}' cannot be had: {error}.", expected, hint) from None
    if not callable(found):
        raise GraphError(f"'{function}' is no function.", expected, hint)
    return found


def results(name: str) -> Results:
    """What came of an experiment, as it was kept.

    Parameters
    ----------
    name : str
        One of the `EXPERIMENTS`.

    Returns
    -------
    Results

    Raises
    ------
    GraphError
        For a name that there is not, or one whose results have not been computed.

    Notes
    -----
    Introduced in the chapter *Sweeps*.
    """
    file = FOLDER / f"{checked_choice(name, EXPERIMENTS, 'experiment')}.csv"
    if not file.is_file():
        told = f"The results of the experiment '{name}' are not there."
        raise GraphError(told, f"the file {file}", f"python -m tools.execution.experiments {name}.")
    return Results.read(file)
