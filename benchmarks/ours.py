"""Our programs for each piece of work, as a chapter would write them.

A function here gets no argument but whether to use Numba; it returns a `Program` that starts from the same numbers, and
returns the same weights in the same order, as those of the module of the same name in `benchmarks/systems/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from backprop_lib import Compiled, evaluate, gradient, sigmoid, variable
from backprop_lib.networks.layers import Layers
from backprop_lib.networks.network import SOURCES
from backprop_lib.networks.training import train
from backprop_lib.readings.iteration import Iteration
from benchmarks.race import Program, needed
from benchmarks.systems import digits as noise
from benchmarks.systems import encoder as patterns
from benchmarks.systems import momentum as points
from benchmarks.systems import ten_starts as starts
from benchmarks.systems.deep import START
from benchmarks.systems.shared import flat


def hand_worked(numba: bool) -> Program:
    """The rounds of the chapter *By hand*."""
    if numba:
        needed("numba")
    rounds = Iteration(SOURCES.network.updates(), {}, numba=numba)
    return lambda updates: np.array(list(rounds(SOURCES.values, updates)[1].values()))


def own_loop() -> Program:
    """The loop of a reader who asks for the numbers round by round."""
    updates = SOURCES.network.updates()
    names, outputs = [node.name for node in updates], [SOURCES.network.total, *updates.values()]

    def run(rounds: int) -> points.Numbers:
        values = dict(SOURCES.values)
        for _ in range(rounds):
            _, *new = evaluate(outputs, values)
            values |= zip(names, new, strict=True)
        return np.array([values[name] for name in names])

    run(2)  # the first two calls get the function ready
    return run


def own_function() -> Program:
    """The same with one function made beforehand."""
    updates = SOURCES.network.updates()
    outputs = {"E": SOURCES.network.total} | {node.name: after for node, after in updates.items()}
    step = Compiled("step", outputs)
    names = [node.name for node in updates]

    def run(rounds: int) -> points.Numbers:
        values = dict(SOURCES.values)
        for _ in range(rounds):
            new = step(values)
            del new["E"]
            values |= new
        return np.array([values[name] for name in names])

    run(1)  # Numba compiles
    return run


def deep() -> Program:
    """A graph, its gradient, and both values."""

    def run(links: int) -> points.Numbers:
        x = out = variable("x")
        for _ in range(links):
            out = sigmoid(out)
        return np.array(evaluate([out, gradient(out, x)], x=START))

    return run


def ten_starts(numba: bool) -> Program:
    """All starts in one call."""
    network = Layers(2, 2, 2, 2, biases=(True, True, False), learn_biases=False)
    given = {f"W{k}": starts.STARTS[:, 4 * k - 4 : 4 * k].reshape(-1, 2, 2).swapaxes(1, 2) for k in (1, 2, 3)}
    given |= {f"b{k}": np.full(2, starts.BIASES[k - 1]) for k in (1, 2)}
    reading = _reading(numba, "plain Python")

    def run(epochs: int) -> points.Numbers:
        end = _trained(
            network, starts.INPUTS, starts.TARGETS, given, epochs, learning_rate=starts.RATE, reading=reading
        )
        return np.concatenate([end[name].swapaxes(1, 2).reshape(-1, 4) for name in network.learned], axis=1)

    return run


def momentum() -> Program:
    """Single updates in NumPy, in place."""
    network = Layers(2, *(weights.shape[1] for weights in points.PROBLEM.weights))
    given = dict(zip(("W1", "W2", "W3"), points.PROBLEM.weights, strict=True))
    given |= {name: np.zeros(shape) for name, shape in network.shapes.items() if name[0] == "b"}
    X, T = points.PROBLEM.points, points.PROBLEM.labels

    def run(updates: int) -> points.Numbers:
        epochs, rest = divmod(updates, len(X))
        end = given
        for rows, times in ((slice(None), epochs), (slice(rest), 1 if rest else 0)):
            if times:
                options = {"learning_rate": points.RATE, "momentum": points.MOMENTUM, "batch": 1, "reading": "NumPy"}
                end = _trained(network, X[rows], T[rows], end, times, **options)
        return flat(end[name] for name in ("W1", "W2", "W3", "b1", "b2", "b3"))

    return run


def encoder(numba: bool) -> Program:
    """All seeds in one call. Our loss is a mean over the patterns, theirs a sum: so the rate is eight times theirs."""
    network = Layers(8, 3, 8, loss="binary_cross_entropy")
    given = dict(zip(network.shapes, map(np.stack, zip(*patterns.STARTS, strict=True)), strict=True))
    X, rate, reading = patterns.PATTERNS, patterns.RATE * len(patterns.PATTERNS), _reading(numba, "NumPy")

    def run(epochs: int) -> points.Numbers:
        end = _trained(network, X, X, given, epochs, learning_rate=rate, reading=reading)
        return np.concatenate([end[name].reshape(len(patterns.STARTS), -1) for name in network.shapes], axis=1)

    return run


def digits() -> Program:
    """One update after the other in NumPy, in place."""
    problem = noise.PROBLEM
    (inputs, hidden), outputs = problem.weights[0].shape, problem.weights[-1].size
    network = Layers(inputs, hidden, outputs, activation=["relu", "softmax"], loss="categorical_cross_entropy")
    given = dict(zip(network.shapes, problem.weights, strict=True))

    def run(updates: int) -> points.Numbers:
        X, T = problem.inputs, problem.targets
        end = _trained(network, X, T, given, updates, learning_rate=noise.RATE, reading="NumPy")
        return flat(end[name] for name in network.shapes)

    return run


def _trained(network: Layers, X: Any, T: Any, start: Any, epochs: int, **options: Any) -> Mapping[str, points.Numbers]:
    """The parameters in the end, with nothing recorded on the way."""
    return train(network, X, T, start, epochs=epochs, every=max(1, epochs), progress=False, **options).parameters


def _reading(numba: bool, otherwise: str) -> str:
    if numba:
        needed("numba")
    return "Numba" if numba else otherwise


WITH, WITHOUT = "ours, with Numba", "ours, without Numba"


def _both(program: Callable[[bool], Program]) -> dict[str, Callable[[], Program]]:
    return {WITH: partial(program, True), WITHOUT: partial(program, False)}


OURS: Mapping[str, Mapping[str, Callable[[], Program]]] = {
    "hand-worked": _both(hand_worked),
    "own-loop": {"ours, evaluate": own_loop, "ours, one function compiled": own_function},
    "deep": {"ours": deep},
    "ten-starts": _both(ten_starts),
    "momentum": {"ours": momentum},
    "encoder": _both(encoder),
    "digits": {"ours": digits},
}
"""By system and by contestant. A system without a row is raced by the others alone, and its promises say so."""
