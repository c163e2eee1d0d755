"""The 8-3-8 encoder, all eight patterns at once, from ten seeds: Onghena and Hilt, *Implementing Backpropagation*.

Sigmoids in both layers; the delta of an output is a − y, that of the binary cross-entropy summed over outputs and
patterns; learning rate 0.5. Every program returns for each seed all weights and biases: shape (seeds, 59).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import numpy as np

from benchmarks.race import Program
from benchmarks.systems.shared import Numbers, flat, pytorch, sigmoid, two_layers_trained

EPOCHS, RATE = 10_000, 0.5
PATTERNS = np.eye(8)
"""Inputs and targets alike, shape (8, 8)."""

Start = tuple[Numbers, Numbers, Numbers, Numbers]
"""θ1 (8, 3), b1 (3,), θ2 (3, 8), b2 (8,): the order of the weights that a program returns, row by row."""


def start(seed: int) -> Start:
    """Normally distributed weights and biases."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((8, 3)), rng.standard_normal(3), rng.standard_normal((3, 8)), rng.standard_normal(8)


STARTS = [start(seed) for seed in range(10)]


def by_numpy(starts: Sequence[Start] = STARTS) -> Program:
    """A plain loop in NumPy, seed by seed."""

    def run(epochs: int) -> Numbers:
        ends = []
        for theta1, b1, theta2, b2 in starts:
            theta1, b1, theta2, b2 = theta1.copy(), b1.copy(), theta2.copy(), b2.copy()
            for _ in range(epochs):
                a2 = sigmoid(PATTERNS @ theta1 + b1)
                a3 = sigmoid(a2 @ theta2 + b2)
                delta3 = a3 - PATTERNS
                delta2 = (delta3 @ theta2.T) * a2 * (1 - a2)
                theta2 -= RATE * (a2.T @ delta3)
                b2 -= RATE * delta3.sum(axis=0)
                theta1 -= RATE * (PATTERNS.T @ delta2)
                b1 -= RATE * delta2.sum(axis=0)
            ends.append(flat((theta1, b1, theta2, b2)))
        return np.array(ends)

    return run


def by_pytorch(starts: Sequence[Start] = STARTS) -> Program:
    """PyTorch as its own tutorials write it, seed by seed."""
    torch = pytorch()
    patterns = torch.tensor(PATTERNS)
    loss = torch.nn.BCEWithLogitsLoss(reduction="sum")

    def run(epochs: int) -> Numbers:
        between, pair = torch.nn.Sigmoid(), (patterns, patterns)
        return np.array([two_layers_trained(torch, one, between, RATE, loss, repeat(pair, epochs)) for one in starts])

    return run


def by_pytorch_at_once(starts: Sequence[Start] = STARTS) -> Program:
    """PyTorch with all seeds along a leading axis, which takes some thought, and spares nine calls of ten."""
    torch = pytorch()
    patterns = torch.tensor(PATTERNS)
    loss = torch.nn.BCEWithLogitsLoss(reduction="sum")

    def run(epochs: int) -> Numbers:
        theta1, b1, theta2, b2 = (torch.tensor(np.stack(parts)) for parts in zip(*starts, strict=True))
        parameters = [part.requires_grad_() for part in (theta1, b1[:, None], theta2, b2[:, None])]
        theta1, b1, theta2, b2 = parameters
        targets = patterns.expand(len(starts), -1, -1)
        optimiser = torch.optim.SGD(parameters, lr=RATE)
        for _ in range(epochs):
            optimiser.zero_grad()
            loss(torch.sigmoid(patterns @ theta1 + b1) @ theta2 + b2, targets).backward()
            optimiser.step()
        return np.concatenate([part.detach().flatten(1).numpy() for part in parameters], axis=1)

    return run


PEERS = {
    "NumPy, seed by seed": by_numpy,
    "PyTorch": by_pytorch,
    "PyTorch, all seeds at once": by_pytorch_at_once,
}
