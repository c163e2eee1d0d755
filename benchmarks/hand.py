"""Measures of the hand-worked network: rounds in Python and in the browser, proofs, and the chapter itself."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np

from backprop_lib.hand import HandCalculation
from backprop_lib.networks import SOURCES
from backprop_lib.readings.python import Rounds
from benchmarks.report import Result, spread

ROUNDS = 10_000
ROOT = Path(__file__).parents[1]


def timed(run: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def rounds_in_python(_browser) -> Iterator[Result]:
    """10,000 rounds as plain Python, by Numba and by PyTorch eager: in turns, one thread, float64, equal results."""
    network = SOURCES.network
    plain = Rounds(network.updates(), {"E": network.total}, numba=False)
    runs: dict[str, Callable] = {"plain Python": lambda: plain(SOURCES.values, ROUNDS)[0]["E"][-1]}
    if find_spec("numba"):
        fast = Rounds(network.updates(), {"E": network.total}, numba=True)
        runs["Numba"] = lambda: fast(SOURCES.values, ROUNDS)[0]["E"][-1]
        yield Result("Numba compiles the rounds, once", spread([timed(runs["Numba"])], "s", 2), "")
    if find_spec("torch"):
        runs["PyTorch eager"] = rounds_with_an_optimiser
        runs["PyTorch, update by hand"] = rounds_in_pytorch
    ends = {name: run() for name, run in runs.items()}
    assert np.allclose(list(ends.values()), ends["plain Python"], rtol=1e-9), ends
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(3):  # in turns, so that a noisy minute falls on all of them
        for name, run in runs.items():
            for _ in range(1 if name.startswith("PyTorch") else 5):
                times[name].append(timed(run))
    for name, seconds in times.items():
        yield Result(f"{ROUNDS:,} rounds by hand, {name}", spread([1000 * s for s in seconds], "ms", 2), "")
    promised = {"Numba": 2_000, "plain Python": 40}
    for name, factor in promised.items():
        if name not in times or "PyTorch eager" not in times:
            missing = " and ".join({"Numba", "PyTorch eager"} - set(times))
            yield Result(f"{name} against PyTorch eager", f"not measured: {missing} not installed", f"{factor:,} times")
            continue
        ratio, leaner = (
            median(times[other]) / median(times[name]) for other in ("PyTorch eager", "PyTorch, update by hand")
        )
        measured = f"{ratio:,.0f} times faster ({leaner:,.0f}, updated by hand)"
        yield Result(f"{name} against PyTorch eager", measured, f"at least {factor:,} times")


def rounds_with_an_optimiser() -> float:
    """The same rounds as PyTorch's own tutorials write them, with modules and an optimiser; the error at the end."""
    import torch

    torch.set_num_threads(1)
    v = SOURCES.values
    hidden, output = (torch.nn.Linear(2, 2, dtype=torch.float64) for _ in range(2))
    with torch.no_grad():
        hidden.weight.copy_(torch.tensor([[v["w1"], v["w2"]], [v["w3"], v["w4"]]], dtype=torch.float64))
        output.weight.copy_(torch.tensor([[v["w5"], v["w6"]], [v["w7"], v["w8"]]], dtype=torch.float64))
        for layer, bias in ((hidden, "b1"), (output, "b2")):
            layer.bias.fill_(v[bias]).requires_grad_(False)
    model = torch.nn.Sequential(hidden, torch.nn.Sigmoid(), output, torch.nn.Sigmoid())
    optimiser = torch.optim.SGD([hidden.weight, output.weight], lr=v["eta"])
    half_squares = torch.nn.MSELoss(reduction="sum")
    inputs = torch.tensor([v["i1"], v["i2"]], dtype=torch.float64)
    target = torch.tensor([v["t1"], v["t2"]], dtype=torch.float64)
    for _ in range(ROUNDS):
        optimiser.zero_grad()
        (0.5 * half_squares(model(inputs), target)).backward()
        optimiser.step()
    return 0.5 * half_squares(model(inputs), target).item()


def rounds_in_pytorch() -> float:
    """The same with nothing but tensors and `backward`: the leanest that PyTorch's eager mode allows."""
    import torch

    torch.set_num_threads(1)
    v = {name: torch.tensor(value, dtype=torch.float64) for name, value in SOURCES.values.items()}
    inputs, target = torch.stack([v["i1"], v["i2"]]), torch.stack([v["t1"], v["t2"]])
    hidden = torch.tensor([[v["w1"], v["w2"]], [v["w3"], v["w4"]]], dtype=torch.float64, requires_grad=True)
    output = torch.tensor([[v["w5"], v["w6"]], [v["w7"], v["w8"]]], dtype=torch.float64, requires_grad=True)

    def error():
        outs = torch.sigmoid(output @ torch.sigmoid(hidden @ inputs + v["b1"]) + v["b2"])
        return 0.5 * ((outs - target) ** 2).sum()

    for _ in range(ROUNDS):
        error().backward()
        with torch.no_grad():
            for weights in (hidden, output):
                weights -= v["eta"] * weights.grad
                weights.grad = None
    return error().item()


def proofs(_browser) -> Iterator[Result]:
    """SymPy proves all eight gradients, in a fresh process each time, imports apart."""
    program = (
        "import time, sympy\n"
        "from backprop_lib import prove_gradients\n"
        "from backprop_lib.networks import SOURCES\n"
        "start = time.perf_counter()\n"
        "network = SOURCES.network\n"
        "assert all(prove_gradients(network.total, [network.nodes[w] for w in network.weight_names]))\n"
        "print(time.perf_counter() - start)\n"
    )
    times = [
        float(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout)
        for _ in range(5)
    ]
    yield Result("SymPy proves all gradients of 2-2-2", spread(times, "s", 2), "at most 1 s")


def chapter(_browser) -> Iterator[Result]:
    """The notebook of *By hand*, executed from start to end with a kernel of its own."""
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "jupyter", "execute", str(ROOT / "notebooks/by-hand.ipynb")]
            command += ["--output", str(Path(folder) / "by-hand.ipynb")]
            times.append(timed(partial(subprocess.run, command, check=True, capture_output=True)))
    yield Result("the notebook By hand, start to end", spread(times, "s", 1), "at most 20 s")


def derivations(_browser) -> Iterator[Result]:
    """All derivations, lines and tables of the network, read from its graph."""
    times = [timed(lambda: HandCalculation(SOURCES.network).values(SOURCES)) for _ in range(5)]
    yield Result("every number of a calculation by hand", spread([1000 * s for s in times], "ms", 0), "")


MEASURES = [rounds_in_python, proofs, derivations, chapter]
