"""The systems that are raced, with what the book promises of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.ours import OURS, WITH, WITHOUT
from benchmarks.race import Limit, Program, Promise, System
from benchmarks.systems import deep, digits, encoder, hand_worked, momentum, ten_starts


def _all(system: str, peers: Mapping[str, Callable[[], Program]]) -> dict[str, Callable[[], Program]]:
    return {**peers, **OURS.get(system, {})}


SYSTEMS = {
    "hand-worked": System(
        f"hand-worked 2-2-2 network, {hand_worked.UPDATES:,} updates",
        hand_worked.UPDATES,
        _all("hand-worked", hand_worked.PEERS),
        [
            Promise(WITH, "C at -O3", most=1.2),
            Promise(WITH, "PyTorch", least=2_000),
            *(Promise(WITH, peer, least=1) for peer in ("PyTorch, lean", "autograd", "micrograd", "JAX, jit and scan")),
            Promise(WITHOUT, "PyTorch", least=40),
            Promise(WITHOUT, "micrograd", least=20),
        ],
    ),
    "own-loop": System(
        "the same network in a reader's own loop, one update",
        hand_worked.CALLS,
        _all("own-loop", {name: hand_worked.PEERS[name] for name in ("PyTorch", "PyTorch, lean", "autograd")}),
        [
            Promise("ours, evaluate", "PyTorch, lean", least=5),
            Limit("ours, one function compiled", 10e-6, hand_worked.CALLS),
        ],
        each=True,
    ),
    "deep": System(
        f"a chain of {deep.LINKS:,} sigmoids: built, differentiated, evaluated; one link",
        deep.LINKS,
        _all("deep", deep.PEERS),
        [Promise("ours", "PyTorch", most=2), Promise("ours", "autograd", least=1)],
        each=True,
    ),
    "ten-starts": System(
        f"2-2-2-2 network, {len(ten_starts.STARTS)} starts, {ten_starts.EPOCHS:,} epochs",
        ten_starts.EPOCHS,
        _all("ten-starts", ten_starts.PEERS),
        [
            Promise(WITH, "PyTorch", least=1_000),
            Promise(WITH, "dictionaries", least=100),
            Promise(WITHOUT, "PyTorch", least=50),
            Promise(WITHOUT, "dictionaries", least=5),
        ],
    ),
    "momentum": System(
        f"2-512-32-1 network, momentum, {momentum.UPDATES} single updates",
        momentum.UPDATES,
        _all("momentum", momentum.PEERS),
        [Promise("ours", "NumPy, as the report has it", most=1.2), Promise("ours", "PyTorch", least=1)],
    ),
    "encoder": System(
        f"8-3-8 encoder, {len(encoder.STARTS)} seeds, {encoder.EPOCHS:,} epochs",
        encoder.EPOCHS,
        _all("encoder", encoder.PEERS),
        [
            Promise(WITH, "NumPy, seed by seed", least=20),
            Promise(WITHOUT, "NumPy, seed by seed", least=10),
            Promise(WITH, "PyTorch", least=50),
            Promise(WITHOUT, "PyTorch", least=50),
        ],
    ),
    "digits": System(
        "784-128-10 network, batch of 128, one update",
        digits.UPDATES,
        _all("digits", digits.PEERS),
        [Promise("ours", "NumPy, in place", most=1.2), Promise("ours", "PyTorch", most=2)],
        each=True,
    ),
}
"""By the name that selects it: `python -m benchmarks hand-worked`."""
