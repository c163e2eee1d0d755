"""Functions to sweep, in a module of their own, since other processes must find them."""

import os
import time
from pathlib import Path

import numpy as np

from backprop_lib import Layers, train
from backprop_lib.networks.datasets import encoder


def halves(seed, size, rate=0.5):
    """One run."""
    return {"loss": (seed + 1) * size * rate, "whole": seed % 2 == 0}


def all_halves(seeds, size, rate=0.5):
    """The same, all runs of a cell at once."""
    return {"loss": (seeds + 1) * size * rate, "whole": seeds % 2 == 0}


def fails(seed, size):
    if seed == 1:
        raise ValueError("a planted\nfailure")
    return {"loss": size}


def all_fail(seeds, size):
    if size == 2:
        raise ValueError("a planted failure")
    return {"loss": seeds * size}


def told(seed, folder, size=1):
    """Leaves a mark for every time that it was run."""
    with (Path(folder) / f"{seed}-{size}").open("a") as marks:
        marks.write("x")
    return {"loss": seed * size}


def leaves(seed, folder):
    """Ends its worker, once its first neighbours have been finished; after that file is there, no longer."""
    mark = Path(folder) / "left"
    if seed == 5 and not mark.exists():
        mark.write_text("x")
        time.sleep(0.5)
        os._exit(1)
    time.sleep(0.05)
    return {"loss": seed}


def poisonous(seed, folder):
    """Ends every worker that tries it."""
    if seed == 3:
        os._exit(1)
    return {"loss": seed}


def slow(seed, folder):
    """Takes its time, and leaves word of the process it is in."""
    (Path(folder) / f"pid-{os.getpid()}").touch()
    time.sleep(0.1)
    return {"loss": seed**2}


def network(seeds, learning_rate, epochs=50):
    """A small training, all seeds at once."""
    net, (X, T) = Layers(4, 2, 4), encoder(4)
    starts = [net.start(seed=int(seed)) for seed in seeds]
    start = {name: np.stack([one[name] for one in starts]) for name in net.shapes}
    training = train(
        net, X, T, start, learning_rate=learning_rate, epochs=epochs, every=epochs, reading="NumPy", progress=False
    )
    return {"loss": training.loss[:, -1]}


def chaotic(seeds, rate):
    """Where the logistic map is after many steps."""
    x = np.array([np.random.default_rng(int(seed)).uniform(0.1, 0.9) for seed in seeds])
    for _ in range(200):
        x = rate * x * (1 - x)
    return {"x": x}


def named(seed, dataset, activation, rate):
    """Takes names."""
    return {"loss": len(dataset) * len(activation) * rate + seed}


def stops(seed):
    if seed == 2:
        raise KeyboardInterrupt
    return {"loss": seed}
