"""How the gradient of a long chain grows with its length: time, and the memory at its peak."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from backprop_lib import Node, evaluate, gradient, sigmoid, variable
from benchmarks.report import Result, duration

LENGTHS = (10, 100, 1_000, 10_000, 100_000)
PROMISED = "linear: an exponent of at most 1.1"


def chain_of(length: int) -> tuple[Node, Node]:
    """σ(σ(… σ(x))), so many nodes deep, and x."""
    x = node = variable("x")
    for _ in range(length):
        node = sigmoid(node)
    return node, x


def exponent(lengths: Sequence[float], costs: Sequence[float]) -> float:
    """The slope of the line through the logarithms: 1 where cost grows as length does, 2 where as its square."""
    return float(np.polyfit(np.log(lengths), np.log(costs), 1)[0])


def chain() -> Iterator[Result]:
    """The gradient of a chain as a graph, that graph's value, and the memory that both need."""
    built, valued, peaks = [], [], []
    for length in LENGTHS:
        repeats = min(20, max(1, 10_000 // length))
        output, x = chain_of(length)
        slope = gradient(output, x)
        built.append(_quickest(partial(gradient, output, x), repeats))
        valued.append(_quickest(partial(evaluate, slope, x=0.5), repeats))
        peaks.append(_peak(partial(_gradient_at_once, output, x)))
    longest = f"{LENGTHS[-1]:,} nodes"
    yield Result(f"gradient of a chain of {LENGTHS[0]} to {longest}", "")
    yield _row("the gradient as a graph", built, duration(built[-1:]))
    yield _row("its value", valued, duration(valued[-1:]))
    yield _row("memory at the peak", peaks, f"{peaks[-1] / 1e6:.0f} MB")


def _gradient_at_once(output: Node, x: Node) -> float:
    return float(evaluate(gradient(output, x), x=0.5))


def _row(what: str, costs: Sequence[float], largest: str) -> Result:
    grows = exponent(LENGTHS, costs)
    kept = "" if grows <= 1.1 else ": NOT KEPT"
    return Result(f"  {what}", f"n^{grows:.2f}; {largest} for the longest", PROMISED + kept)


def _quickest(run: Callable[[], object], repeats: int) -> float:
    """Processor seconds of the quickest of several calls: what disturbs a call only ever adds to it."""
    gc.collect()
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


def _peak(run: Callable[[], object]) -> float:
    """Bytes held at the worst moment of a call, beyond what was held before."""
    gc.collect()
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
