"""Our programs for each piece of work, as a chapter would write them.

A function here gets no argument but whether to use Numba; it returns a `Program` that starts from the same numbers, and
returns the same weights in the same order, as those of the module of the same name in `benchmarks/systems/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from backprop_lib.networks import SOURCES, Network
from backprop_lib.readings.python import Rounds
from benchmarks.race import Program, needed
from benchmarks.systems import ten_starts as starts


def hand_worked(numba: bool) -> Program:
    """The rounds of the chapter *By hand*."""
    rounds = _rounds(SOURCES.network, numba)
    return lambda updates: np.array(list(rounds(SOURCES.values, updates)[1].values()))


def ten_starts(numba: bool) -> Program:
    """The same rounds for a deeper network, one start after the other."""
    network = Network(2, 2, 2, 2, biases="layer", learn_biases=False)
    rounds = _rounds(network, numba)
    given = dict(zip(("i1", "i2", "t1", "t2"), (*starts.INPUTS, *starts.TARGETS), strict=True))
    given |= dict(zip(("b1", "b2", "b3"), starts.BIASES, strict=True)) | {"eta": starts.RATE}
    runs = [given | dict(zip(network.weight_names, start, strict=True)) for start in starts.STARTS.tolist()]
    return lambda epochs: np.array([list(rounds(values, epochs)[1].values()) for values in runs])


def _rounds(network: Network, numba: bool) -> Rounds:
    if numba:
        needed("numba")
    return Rounds(network.updates(), {}, numba=numba)


WITH, WITHOUT = "ours, with Numba", "ours, without Numba"


def _both(program: Callable[[bool], Program]) -> dict[str, Callable[[], Program]]:
    return {WITH: partial(program, True), WITHOUT: partial(program, False)}


OURS: Mapping[str, Mapping[str, Callable[[], Program]]] = {
    "hand-worked": _both(hand_worked),
    "ten-starts": _both(ten_starts),
}
"""By system and by contestant. A system without a row is raced by the others alone, and its promises say so."""
