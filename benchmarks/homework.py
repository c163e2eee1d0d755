"""Measure of the chapter *Two hidden layers*: Kussainova's whole homework, from the seeds to the errors."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec

from backprop_lib.experiments.two_hidden import EPOCHS, RATE, network, starts
from backprop_lib.graph.validation import Array
from backprop_lib.networks.datasets import two_numbers
from backprop_lib.networks.training import train
from benchmarks.race import seconds
from benchmarks.report import Result, duration

PROMISED = {"plain Python": "at most 1 s", "Numba": "at most 0.05 s, compiled before"}


def whole(reading: str, epochs: int) -> Array:
    """The errors of ten starts, every one recorded."""
    X, T = two_numbers()
    return train(
        network(), X, T, starts(range(10)), learning_rate=RATE, epochs=epochs, reading=reading, progress=False
    ).loss  # fmt: skip


def homework() -> Iterator[Result]:
    """Processor seconds of the whole, in both readings."""
    for reading, promised in PROMISED.items():
        what = f"a whole homework, 10 x {EPOCHS:,} epochs, {reading}"
        if reading == "Numba" and find_spec("numba") is None:
            yield Result(what, "not measured: numba is not installed", promised)
            continue
        whole(reading, 1)
        yield Result(what, duration([seconds(partial(whole, reading), EPOCHS)[0] for _ in range(5)]), promised)
