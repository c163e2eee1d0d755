"""Training: gradient descent, with or without momentum, of one network or of many starts at once.

What is trained is always the same graph. Which reading of it computes is a question of size only: plain numbers, which
Numba compiles where it is installed, for small networks; NumPy, in place, for large ones. `Training.how` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any

import numpy as np

from ..graph import GraphError, Node, gradients, variable
from ..graph.errors import brief, checked_choice, checked_count, checked_flag
from ..graph.substitute import substituted
from ..graph.validation import Array, check_held, label, real_array
from ..readings.arrays import ArrayProgram, Bound
from ..readings.loops import ARRAYS, LISTS, TrainingLoop, Written, compiled, javascript_loop, python_loop
from ..readings.python import NUMBA_LONGEST, with_numba
from ..sweeps.progress import bar
from ..sweeps.results import Results
from .layers import Layers, checked_layers

Rule = Callable[[Node, Node], dict[Node, Node]]

SECONDS_A_STATEMENT, SECONDS_A_CALL, SECONDS_A_PRODUCT = 4e-8, 1e-6, 1e-9
"""Roughly what plain Python needs for a statement, NumPy for a call, and its arithmetic for one multiplication."""

WORTH_COMPILING = 0.5
"""Seconds of plain Python or NumPy from which it pays to wait for Numba's compiler."""


@dataclass(frozen=True)
class Training:
    """What came of a training.

    Attributes
    ----------
    history : dict of str to ndarray
        `loss` and whatever else was watched, recorded before each of the `epochs`, and after the last:
        of shape (records, …), or (runs, records, …) if there were several.
    epochs : ndarray, shape (records,)
        How many epochs lay behind each record.
    parameters : dict of str to ndarray
        Those of the network, after the last epoch.
    how : str
        Which reading of the graph computed, and why.
    diverged : ndarray, shape (runs,) or ()
        For each run the epoch at which its loss was first found to be no finite number; −1 where it stayed one.
    """

    history: Mapping[str, Array]
    epochs: Array
    parameters: Mapping[str, Array]
    how: str
    diverged: Array

    @property
    def loss(self) -> Array:
        """The history of the loss."""
        return self.history["loss"]

    def table(self) -> Results:
        """The history as a table: a row for each run and record, a column for each number; `.write(path)` stores it."""
        runs = self.diverged.size
        columns = {"run": np.repeat(np.arange(runs), len(self.epochs))} if self.diverged.ndim else {}
        columns["epoch"] = np.tile(self.epochs, runs)
        for name, values in self.history.items():
            flat = values.reshape(len(columns["epoch"]), -1).T
            shape = values.shape[self.diverged.ndim + 1 :]
            places = [f"[{','.join(map(str, index))}]" for index in np.ndindex(shape)] if shape else [""]
            columns |= {f"{name}{place}": numbers for place, numbers in zip(places, flat, strict=True)}
        return Results(columns, [name for name in ("run", "epoch") if name in columns])

    def __str__(self) -> str:
        runs, lost = self.diverged.size, self.diverged[self.diverged >= 0]
        several = f" of {runs} run{'s' * (runs != 1)}" if self.diverged.ndim else ""
        told = f"{self.epochs[-1]:,} epochs{several}: {self.how}."
        if lost.size:
            whose = f"In {lost.size} of {runs} runs the" if several else "The"
            told += f"\n{whose} loss left the range of numbers, first at epoch {lost.min():,}: "
            told += "try a smaller learning rate."
        return told


def train(
    network: Layers,
    X: Any,
    T: Any,
    start: Mapping[str, Any],
    *,
    learning_rate: float | Sequence[float],
    epochs: int,
    momentum: float | None = None,
    batch: int | None = None,
    shuffle: int | None = None,
    watch: Sequence[str] = (),
    every: int = 1,
    reading: str | None = None,
    progress: bool = True,
) -> Training:
    """Train a network by gradient descent.

    Each step moves every learned parameter by −`learning_rate` times the gradient of the mean loss of a batch, all at
    once. With momentum, as in Chin (2021), a velocity v ← `momentum`·v + `learning_rate`·gradient is kept and the
    parameter moved by −v.

    Parameters
    ----------
    network : Layers
    X : array_like, shape (examples, inputs)
    T : array_like, shape (examples, outputs)
        The targets; for the cross-entropies shares from 0 to 1, for the categorical one adding up to 1 in each row.
    start : mapping of str to array_like
        The first values of the parameters, as `network.start` draws them: of one run, or each with a leading axis of
        several runs.
    learning_rate : float or sequence of float
        The learning rate; several of them make several runs.
    epochs : int
        How often all examples are gone through.
    momentum : float, optional
        Between 0 and 1; when not said, plain gradient descent.
    batch : int, optional
        How many examples a step is computed from: 1 is online learning; when not said, all.
    shuffle : int, optional
        A seed: the examples come in another order in every epoch and run. When not said, in the order given.
    watch : sequence of str
        What to record besides the loss: names of parameters, or of other nodes of `network.batch()`, such as `out2`,
        which are recorded for each example.
    every : int
        Record every so many epochs, and at the end.
    reading : str, optional
        "Numba", "plain Python" or "NumPy"; when not said, the one that should be fastest.
    progress : bool
        Whether work of more than two seconds shows a bar. `TQDM_DISABLE=1` silences all.

    Returns
    -------
    Training

    Raises
    ------
    GraphError
        For data, parameters or numbers that do not fit the network, a reading that cannot be had, or a history of more
        numbers than memory holds, which `every` shortens.

    Notes
    -----
    Introduced in the chapter *Vectors and tensors*.

    Examples
    --------
    >>> network = Layers(2, 2, 1)
    >>> training = train(network, [[0, 1]], [[1]], network.start(seed=1), learning_rate=0.5, epochs=100)
    >>> bool(training.loss[-1] < training.loss[0])
    True
    """
    checked_flag(progress, "progress")
    job = _Job(network, X, T, start, learning_rate, epochs, momentum, batch, shuffle, watch, every)
    chosen = job.chosen(reading)
    with np.errstate(all="ignore"):
        history = (job.by_arrays if chosen == "NumPy" else job.by_numbers)(chosen, progress)
    lost = ~np.isfinite(history["loss"])
    diverged = np.where(lost.any(axis=1), job.recorded[lost.argmax(axis=1)], -1)
    own = 0 if job.runs is None else slice(None)
    return Training(
        history={key: values[own] for key, values in history.items()},
        epochs=job.recorded,
        parameters={name: job.state[name][own] for name in network.shapes},
        how=job.how(chosen),
        diverged=diverged[own],
    )


def javascript_training(name: str, network: Layers, *, momentum: bool = False, watch: Sequence[str] = ()) -> str:
    """The training of a network as the source of one JavaScript function: what `train` does, in a page.

    Parameters
    ----------
    name : str
        What the function is called.
    network : Layers
    momentum : bool
        Whether velocities are kept.
    watch : sequence of str
        As for `train`.

    Returns
    -------
    str
        `function name({ X, T, W1, …, learning_rate }, rounds, { every = 1, batch = all, order = null })`. All arrays
        are flat, row by row: the examples, the parameters, with momentum a velocity `v_W1` for each, and `order`, the
        numbers of the examples in each round, one round after the other. Parameters and velocities are updated in
        place, so that a page can go on from where it was. It returns an object of Float64Arrays: `loss`, the mean over
        the examples, and each name watched, recorded before the first round, every so many, and after the last.

    Raises
    ------
    GraphError
        For names that there are not, or a network of more than 2,000 statements an example.

    Notes
    -----
    Introduced in the chapter *Two hidden layers*.
    """
    checked_flag(momentum, "momentum")
    loop = _loop(checked_layers(network), momentum, _checked_watch(network, watch), together=False)
    return javascript_loop(name, loop)


def _rule(momentum: bool, rate: Node | float = 1.0) -> Rule:
    """What one step makes of a parameter, and of its velocity, from the gradient."""
    share = variable("momentum")

    def with_velocity(parameter: Node, slope: Node) -> dict[Node, Node]:
        velocity = variable(f"v_{label(parameter)}", parameter.shape)
        faster = share * velocity + rate * slope
        return {velocity: faster, parameter: parameter - faster}

    return with_velocity if momentum else lambda parameter, slope: {parameter: parameter - rate * slope}


def _slopes(loss: Node, nodes: Mapping[str, Node], learned: Sequence[str]) -> dict[Node, Node]:
    """The gradient of the loss of a batch by each parameter that is learned."""
    parameters = [nodes[name] for name in learned]
    return dict(zip(parameters, gradients(loss, parameters), strict=True))


@cache
def _loop(network: Layers, momentum: bool, watched: tuple[str, ...], together: bool) -> TrainingLoop:
    """What a training does, for the loops in plain numbers."""
    one = network.batch(1)
    seen = {name: one.nodes[name] for name in watched}
    rule, means, updates = _rule(momentum, variable("learning_rate")), dict[Node, Node](), dict[Node, Node]()
    for parameter, slope in _slopes(one.loss, one.nodes, network.learned).items():
        mean = variable(f"slope_{label(parameter)}", parameter.shape)
        means[mean] = slope
        updates |= rule(parameter, mean)
    return TrainingLoop([one.X, one.T], one.loss, means, updates, seen, together)


@cache
def _loop_in_python(network: Layers, momentum: bool, watched: tuple[str, ...], together: bool, nested: bool) -> Written:
    return python_loop(_loop(network, momentum, watched, together), LISTS if nested else ARRAYS)


@cache
def _program(
    network: Layers,
    momentum: bool,
    recorded: tuple[str, ...],
    learn: bool,
    examples: int,
    runs: int,
    own: tuple[str, ...],
) -> ArrayProgram:
    """What is recorded of so many examples, a step on them, or both, in arrays; with an axis of runs for several.

    `own` names what each run has of its own besides parameters: the rate, or the examples.
    """
    joined = learn and _joins(network)
    nodes = _joined(network, examples) if joined else network.batch(examples).nodes
    learned = (JOINT, *network.learned[2:]) if joined else network.learned
    outputs, rule = {name: nodes[name] for name in recorded}, _rule(momentum)
    updates: dict[Node, Node] = {}
    # The rate goes into the loss, and so into small arrays, and not into every gradient.
    for parameter, step in _slopes(variable("learning_rate") * nodes["loss"], nodes, learned).items() if learn else ():
        updates |= rule(parameter, step)
    state = [*network.shapes, *learned, *(f"v_{name}" for name in learned), *own]
    return ArrayProgram("step" if learn else "look", outputs, updates, dict.fromkeys(state, runs) if runs > 1 else {})


JOINT = "W1_b1"
"""The weights of the first layer, and below them its biases, as one more row."""


def _joins(network: Layers) -> bool:
    return network.learned[:2] == ("W1", "b1")


def _joined(network: Layers, examples: int) -> dict[str, Node]:
    """The nodes of a batch whose inputs have a column of ones, by which the biases of the first layer are multiplied.

    Then a product computes what took a product and a sum, and its gradient what took a product and a sum over rows.
    """
    nodes = network.batch(examples).nodes
    inputs, units = network.shapes["W1"]
    X, both = variable("X", (examples, inputs + 1)), variable(JOINT, (inputs + 1, units))
    again = substituted(list(nodes.values()), {nodes["net1"]: (X @ both).named("net1")})
    return {**dict(zip(nodes, again, strict=True)), "X": X, JOINT: both}


class _Job:
    """One call of `train`: what was given, checked, and brought to arrays."""

    def __init__(
        self, network: Layers, X: Any, T: Any, start: Mapping[str, Any], learning_rate: Any, epochs: Any, momentum: Any,
        batch: Any, shuffle: Any, watch: Sequence[str], every: Any,
    ):  # fmt: skip
        self.network = checked_layers(network)
        self.X, self.T = network.checked_data(X, T)
        self.epochs, self.every = checked_count(epochs, "epochs", 0), checked_count(every, "every", 1)
        self.batch = len(self.X) if batch is None else min(checked_count(batch, "batch", 1), len(self.X))
        seed = None if shuffle is None else checked_count(shuffle, "shuffle", 0)
        self.shuffle = None if self.whole else seed  # where a step sees all examples, their order is nothing
        self.momentum = None if momentum is None else _share(momentum)
        rates, given = real_array(learning_rate, "The learning rate"), network.checked_parameters(start)
        self.runs = self._number_of_runs(given, rates)
        count = self.runs or 1
        self.rates = np.broadcast_to(rates, (count,))
        self.state = {
            name: np.array(np.broadcast_to(given[name], (count, *shape))) for name, shape in network.shapes.items()
        }
        if self.momentum is not None:
            self.state |= {f"v_{name}": np.zeros((count, *network.shapes[name])) for name in network.learned}
        self.watched = _checked_watch(network, watch)
        rows, nodes = self.epochs // self.every + 2, network.batch(len(self.X)).nodes
        entries = 1 + sum(prod(nodes[name].shape) for name in self.watched)
        check_held(
            rows * count * entries,
            f"The history of {self.epochs:,} epochs",
            f"every={100 * self.every}, or less to watch.",
        )
        self.recorded = np.append(np.arange(0, self.epochs, self.every), self.epochs)

    def _number_of_runs(self, given: Mapping[str, Array], rates: Array) -> int | None:
        extra = {name: array.shape[: array.ndim - len(self.network.shapes[name])] for name, array in given.items()}
        extra["learning_rate"] = rates.shape
        counts = {axes for axes in extra.values() if axes}
        if len(counts - {(1,)}) > 1 or any(len(axes) > 1 for axes in counts):
            found = ", ".join(f"'{name}' {axes}" for name, axes in extra.items() if axes)
            told = f"The axes of several runs do not fit together: {found}."
            expected = "one axis of runs, the same number for each that has it"
            raise GraphError(told, expected, "network.start(seed=1, runs=10) for ten, and one rate or ten.")
        return max(axes[0] for axes in counts) if counts else None

    @property
    def whole(self) -> bool:
        """Whether every step is computed from all examples."""
        return self.batch == len(self.X)

    def loop(self, nested: bool) -> Written:
        """The loop in plain numbers."""
        return _loop_in_python(self.network, self.momentum is not None, self.watched, self.together, nested)

    @property
    def together(self) -> bool:
        """Whether a step computes all that is to be recorded anyway."""
        return self.whole and self.every == 1

    # Which reading

    def chosen(self, wanted: str | None) -> str:
        """The reading that was asked for, or else the fastest that can be had."""
        if wanted is not None:
            if checked_choice(wanted, ("Numba", "plain Python", "NumPy"), "reading", "leave it out.") == "Numba":
                with_numba(True, "the training")
            return wanted
        seconds = self._seconds()
        fastest = min(seconds, key=lambda name: seconds[name])
        pays = seconds[fastest] > WORTH_COMPILING and self._products() <= NUMBA_LONGEST
        return "Numba" if pays and with_numba(None, "the training", self.loop(False).statements) else fastest

    def _products(self) -> int:
        return sum(prod(shape) for shape in self.network.shapes.values())

    def _seconds(self) -> dict[str, float]:
        """Roughly how long the readings that need no compiler would take."""
        count, steps = len(self.rates), self.epochs * -(-len(self.X) // self.batch)
        products = 3 * self._products() * count * self.epochs * len(self.X)
        calls = steps * 12 * len(self.network.activations) * (1 + count / 20)
        return {
            "plain Python": 2 * products * SECONDS_A_STATEMENT,
            "NumPy": calls * SECONDS_A_CALL + products * SECONDS_A_PRODUCT,
        }

    def how(self, chosen: str) -> str:
        """A phrase that says which reading computed, and why."""
        if chosen == "NumPy":
            return "NumPy, in place"
        way = "compiled by Numba" if chosen == "Numba" else "plain Python"
        return f"{way}, {self.loop(False).statements} statements an example"

    # In plain numbers

    def by_numbers(self, chosen: str, progress: bool) -> dict[str, Array]:
        """One run after the other, in plain numbers."""
        nested = chosen == "plain Python"

        def kept(array: Array) -> Any:
            return array.tolist() if nested else array

        loop = self.loop(nested)
        function = compiled(loop.source, with_numba=not nested)
        history = self._empty_history()
        numbers = {"momentum": self.momentum or 0.0, "X": kept(self.X), "T": kept(self.T)}
        pieces = [(run, *chunk) for run in range(len(self.rates)) for chunk in self._chunks()]
        for run, first, rounds in _with_bar(pieces, progress):
            state = {name: kept(values[run]) for name, values in self.state.items()}
            given = {**numbers, **state, "learning_rate": float(self.rates[run])}
            records = slice(first // self.every, -(-(first + rounds) // self.every) + 1)
            places = {key: record[run, records] for key, record in history.items()}
            flat = [v.reshape(len(v), -1) if key in self.network.shapes else v for key, v in places.items()]
            order = kept(self._order(run, first, rounds))
            function(*(given[name] for name in loop.parameters), order, self.batch, rounds, self.every, *flat)
            for name, values in state.items() if nested else ():
                self.state[name][run] = values
        return history

    def _chunks(self) -> list[tuple[int, int]]:
        """First epoch and number of epochs of the pieces between which a bar can move: one, if the work is short."""
        pieces = min(50, 1 + int(min(self._seconds().values()) / 2))
        size = max(1, self.epochs // pieces // self.every) * self.every
        return [(first, min(size, self.epochs - first)) for first in range(0, self.epochs or 1, size)]

    def _order(self, run: int, first: int, rounds: int) -> Array:
        """For each epoch the order in which a run goes through the examples, shape (rounds, examples)."""
        if self.shuffle is None:
            return np.arange(len(self.X))[None]
        rows = [np.random.default_rng([self.shuffle, run, first + k]).permutation(len(self.X)) for k in range(rounds)]
        return np.array(rows, dtype=int).reshape(rounds, len(self.X))

    # As arrays

    def by_arrays(self, _: str, progress: bool) -> dict[str, Array]:
        """All runs at once, in arrays."""
        self._join()
        history = self._empty_history()
        recorded = ("loss", *(name for name in self.watched if name not in self.state))
        look = self._bound(len(self.X), recorded, learn=False)
        sizes = {self.batch, len(self.X) % self.batch or self.batch}
        steps = {size: self._bound(size, recorded if self.together else (), learn=True) for size in sizes}
        step, whole = steps[self.batch], self.whole
        batches = [slice(begin, begin + self.batch) for begin in range(0, len(self.X), self.batch)]
        for first, rounds in _with_bar(self._chunks(), progress):
            orders = (
                [self._order(run, first, rounds) for run in range(len(self.rates))] if self.shuffle is not None else []
            )
            for epoch in range(first, first + rounds):
                due = epoch % self.every == 0
                if due:
                    self._record(history, self.state, epoch)
                if due and not self.together:
                    look()
                    self._record(history, look, epoch)
                for rows in batches:
                    if whole:
                        step()
                    else:
                        chosen = self._rows(orders, epoch - first, rows)
                        X = self.heard[chosen]
                        steps[X.shape[-2]](X=X, T=self.T[chosen])
                if self.together:
                    self._record(history, step, epoch)
        look()
        self._record(history, self.state, self.epochs)
        self._record(history, look, self.epochs)
        return history

    def _join(self) -> None:
        """Bring the weights and biases of the first layer into one array: see `_joined`."""
        self.heard, self.joint = self.X, {}
        if _joins(self.network):
            self.heard = np.column_stack([self.X, np.ones(len(self.X))])
            self.X = self.heard[:, :-1]
            for v in ("v_", "") if self.momentum is not None else ("",):
                weights, biases = self.state[f"{v}W1"], self.state[f"{v}b1"]
                both = self.joint[v + JOINT] = np.concatenate([weights, biases[:, None]], axis=1)
                self.state |= {f"{v}W1": both[:, :-1], f"{v}b1": both[:, -1]}

    def _rows(self, orders: Sequence[Array], round_: int, rows: slice) -> Any:
        """Which examples a step is computed from: of all runs the same, or of each its own."""
        if not orders:
            return rows
        each = np.stack([order[round_, rows] for order in orders])
        return each if len(orders) > 1 else each[0]

    def _bound(self, examples: int, recorded: tuple[str, ...], learn: bool) -> Bound:
        """A step, tied to the arrays of this training."""
        several = len(self.rates) > 1
        own: tuple[str, ...] = ("learning_rate",) if len(set(self.rates)) > 1 else ()
        own += ("X", "T") if learn and self.shuffle is not None else ()
        count = len(self.rates)
        program = _program(self.network, self.momentum is not None, recorded, learn, examples, count, own)
        arrays = {name: values if several else values[0] for name, values in {**self.state, **self.joint}.items()}
        rate = self.rates.copy() if "learning_rate" in own else self.rates[0]
        numbers = {"learning_rate": np.asarray(rate), "momentum": np.asarray(self.momentum or 0.0)}
        return program.bound({**arrays, "X": self.heard if learn else self.X, "T": self.T, **numbers})

    def _record(self, history: Mapping[str, Array], seen: Mapping[str, Array] | Bound, epoch: int) -> None:
        for key, record in history.items():
            if (key in self.state) is (seen is self.state):
                record[:, -(-epoch // self.every)] = seen[key]

    def _empty_history(self) -> dict[str, Array]:
        nodes, count = self.network.batch(len(self.X)).nodes, len(self.rates)
        shapes = {"loss": (), **{name: nodes[name].shape for name in self.watched}}
        return {key: np.empty((count, len(self.recorded), *shape)) for key, shape in shapes.items()}


def _with_bar(pieces: Sequence[Any], progress: bool) -> Any:
    """The pieces, one after the other; where there are several, a bar may show how far they are."""
    return bar(pieces, shown=True, desc="training") if progress and len(pieces) > 1 else pieces


def _checked_watch(network: Layers, watch: Any) -> tuple[str, ...]:
    """The names, each once, if they are of nodes that can be recorded."""
    if not isinstance(watch, Sequence):
        raise GraphError(f"{brief(watch)} was to be watched.", "a list of names", '["W1", "out2"], say.')
    known = [name for name in network.batch().nodes if name not in ("X", "T", "loss")]
    names = (watch,) if isinstance(watch, str) else tuple(watch)
    return tuple(dict.fromkeys(checked_choice(name, known, "name to watch", "leave it out.") for name in names))


def _share(momentum: Any) -> float:
    array = real_array(momentum, "The momentum")
    if array.shape != () or not 0 <= array < 1:
        raise GraphError(f"momentum={brief(momentum)} was given.", "a number from 0, and less than 1", "0.9 is usual.")
    return float(array)
