"""Another network for pen and paper: numbers drawn from a seed, so that slips show, and the same in every program.

Everything here is arithmetic of whole numbers, which Python and a page's JavaScript carry out alike
(explorables/worksheet.js): the same seed is the same problem in a notebook, on a page and on paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache

from ..graph.errors import MOST, checked_choice, checked_count
from ..networks.network import Example, Network

__all__ = ["SHAPES", "another_network"]

SHAPES = {"2-2-2": (2, 2, 2), "3-2-1": (3, 2, 1), "2-3-2": (2, 3, 2)}
"""The networks that can be asked for: units in each layer, inputs first."""

DRAWN = {
    "weight": [k for k in range(-9, 10) if k],
    "bias": [k for k in range(-5, 6) if k],
    "input": [k for k in range(2, 16) if k != 10],
    "target": [0, 10],
    "eta": list(range(2, 10)),
}
"""What each kind of number is drawn from, in tenths. No input is 1: to leave out its factor would not show."""

FAIR = {
    "net_least": 5,
    "net_most": 110,
    "slip_part": 50,
    "path_part": 12,
    "sum_part": 4,
    "arriving_least": 200_000,
    "stale_part": 40,
    "step_least": 3_000,
}
"""What `is_fair` asks of the numbers.

net_least, net_most : hundredths
    How close to zero a net input may come, and how far from it: no unit is saturated.
slip_part
    A slip at one place puts a number there that is off by a 50th of it at least.
path_part, sum_part
    Each path is a 12th of the sum over paths at least, and the sum a quarter of each path: none may be left out
    unseen, and no two cancel.
arriving_least : ten-millionths
    What arrives at a hidden unit, at least.
stale_part
    New output weights in place of the old change what arrives by a 40th at least.
step_least : ten-millionths
    How far a hidden weight moves, at least.
"""


def another_network(shape: str = "2-2-2", seed: int = 1) -> Example:
    """A network with numbers of its own for every seed, in steps of a tenth.

    Parameters
    ----------
    shape : str
        One of SHAPES: "2-2-2", "3-2-1" or "2-3-2".
    seed : int
        0 to 4,294,967,295.

    Returns
    -------
    Example
        One bias for each unit, and all of them learn. No unit is saturated, two outputs have opposite targets, and
        the usual slips show in the third digit or before it: FAIR says by how much.

    Raises
    ------
    GraphError
        For a shape or a seed that there is not.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """
    shape, seed = checked_shape(shape), checked_seed(seed)
    network = network_of(shape)
    drawn = mulberry32(seed)
    while not is_fair(network, tenths := draw(network, drawn)):
        pass
    return Example(f"network {shape}, seed {seed}", network, {name: k / 10 for name, k in tenths.items()})


def checked_shape(shape: str) -> str:
    """The shape, or a GraphError if there is no such."""
    return checked_choice(shape, SHAPES, "network", "'2-2-2': two inputs, two hidden units, two outputs.")


def checked_seed(seed: int) -> int:
    """The seed, or a GraphError if it is none."""
    return checked_count(seed, "The seed", 0)


@cache
def network_of(shape: str) -> Network:
    """The network of one of SHAPES, built once."""
    return Network(*SHAPES[shape])


def mulberry32(seed: int) -> Iterator[int]:
    """Whole numbers from 0 to 2³² − 1 that look drawn by chance: the generator mulberry32, by T. Ettinger."""
    state = seed
    while True:
        state = (state + 0x6D2B79F5) & MOST
        mixed = (state ^ (state >> 15)) * (state | 1) & MOST
        mixed ^= (mixed + ((mixed ^ (mixed >> 7)) * (mixed | 61) & MOST)) & MOST
        yield mixed ^ (mixed >> 14)


def kinds(network: Network) -> dict[str, str]:
    """For each number of a problem, in the order in which they are drawn, which row of DRAWN it comes from."""
    targets = [network.target_of(unit) for unit in network.layers[-1]]
    given = {"weight": network.weight_names, "bias": network.bias_names, "input": network.layers[0], "target": targets}
    return {name: kind for kind, names in given.items() for name in names} | {"eta": "eta"}


def draw(network: Network, numbers: Iterator[int]) -> dict[str, int]:
    """One value in tenths for each number of a problem, fair or not."""
    return {name: DRAWN[kind][next(numbers) % len(DRAWN[kind])] for name, kind in kinds(network).items()}


SIGMOID = {k: math.floor(1000 / (1 + math.exp(-k / 100)) + 0.5) for k in range(-FAIR["net_most"], FAIR["net_most"] + 1)}
"""The sigmoid in thousandths by its argument in hundredths. No entry lies near a tie, so that all machines agree."""


def is_fair(network: Network, tenths: Mapping[str, int]) -> bool:
    """Whether the usual slips will show in a problem, decided by a rehearsal in whole numbers.

    Parameters
    ----------
    network : Network
        With one hidden layer, and a bias for each unit.
    tenths : mapping of str to int
        Its inputs, weights, biases, targets and `eta`, in tenths.
    """
    weight = {(c.source, c.target): tenths[c.name] for c in network.weights}
    if not _is_varied(network, tenths, weight):
        return False
    forward = _forward(network, tenths, weight)
    return forward is not None and _is_fair_backward(network, tenths, weight, *forward)


def _forward(
    network: Network, tenths: Mapping[str, int], weight: Mapping[tuple[str, str], int]
) -> tuple[dict[str, int], dict[str, int]] | None:
    """Outputs in thousandths and slopes in millionths; None where a slip would not show."""
    inputs, hidden, outputs = network.layers
    out, slope = {unit: 100 * tenths[unit] for unit in inputs}, {}
    for unit in (*hidden, *outputs):
        below = inputs if unit in hidden else hidden
        net = sum(weight[source, unit] * out[source] for source in below) + 1000 * tenths[f"b_{unit}"]
        net = (net + 50) // 100  # hundredths
        if not FAIR["net_least"] <= abs(net) <= FAIR["net_most"]:
            return None
        out[unit], twice = SIGMOID[net], SIGMOID[(SIGMOID[net] + 5) // 10]
        slope[unit] = out[unit] * (1000 - out[unit])
        slips = [(10 * net, out[unit]), (100 * net * (100 - net), slope[unit]), (twice * (1000 - twice), slope[unit])]
        slips += [(100 * weight[source, unit], out[source]) for source in below]
        if not all(_shows(wrong, right) for wrong, right in slips):
            return None
    return out, slope


def _is_fair_backward(
    network: Network,
    tenths: Mapping[str, int],
    weight: Mapping[tuple[str, str], int],
    out: Mapping[str, int],
    slope: Mapping[str, int],
) -> bool:
    """Whether the slips on the way back would show, and with several outputs some paths have opposite signs."""
    inputs, hidden, outputs = network.layers
    target = {unit: 100 * tenths[network.target_of(unit)] for unit in outputs}
    delta = {unit: (out[unit] - target[unit]) * slope[unit] // 1000 for unit in outputs}  # millionths
    squares = sum(delta[unit] ** 2 for unit in outputs)
    turns = 0
    for unit in hidden:
        paths = [delta[above] * weight[unit, above] for above in outputs]  # ten-millionths
        arriving = abs(sum(paths))
        step = tenths["eta"] * (arriving * slope[unit] // 10**6) * min(tenths[source] for source in inputs) // 100
        if not (
            arriving >= FAIR["arriving_least"]
            and all(abs(path) * FAIR["path_part"] >= arriving for path in paths)
            and all(abs(path) <= arriving * FAIR["sum_part"] for path in paths)
            and tenths["eta"] * out[unit] * squares * FAIR["stale_part"] >= arriving * 10**9
            and step >= FAIR["step_least"]
            and _shows(10 * sum(delta.values()), sum(paths))
        ):
            return False
        turns += min(paths) < 0 < max(paths)
    return turns > 0 or len(outputs) == 1


def _is_varied(network: Network, tenths: Mapping[str, int], weight: Mapping[tuple[str, str], int]) -> bool:
    """Whether targets, inputs, the weights of a layer, and the sizes of those that leave a unit, all differ."""
    inputs, hidden, outputs = network.layers
    layers = ((inputs, hidden), (hidden, outputs))
    return (
        _differ([tenths[network.target_of(unit)] for unit in outputs])
        and _differ([tenths[unit] for unit in inputs])
        and all(
            _differ(signed := [weight[a, b] for a in below for b in above]) and min(signed) < 0 < max(signed)
            for below, above in layers
        )
        and all(_differ([abs(weight[a, b]) for b in above]) for below, above in layers for a in below)
    )


def _differ(some: list[int]) -> bool:
    return len(set(some)) == len(some)


def _shows(wrong: int, right: int) -> bool:
    """Whether a wrong number differs from the right one by so much that it is noticed."""
    return abs(wrong - right) * FAIR["slip_part"] >= abs(right)
