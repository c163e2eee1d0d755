"""A network of the size that reads digits, 784-128-10, updated on the same 128 samples again and again.

Hidden units max(0, x), softmax, the mean cross-entropy of a batch. Every program returns W1, b1, W2 and b2 in a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from benchmarks.race import Program
from benchmarks.systems.shared import Numbers, flat, pytorch, two_layers_trained

UPDATES, RATE = 50, 0.1


@dataclass(frozen=True)
class Problem:
    """Samples of noise with labels drawn by lot, and weights to start from.

    Parameters
    ----------
    inputs : ndarray, shape (batch, inputs)
        Between 0 and 1.
    labels : ndarray of int, shape (batch,)
    weights : tuple of ndarray
        W1 (inputs, hidden), b1 (hidden,), W2 (hidden, outputs), b2 (outputs,).
    """

    inputs: Numbers
    labels: NDArray[np.int64]
    weights: tuple[Numbers, Numbers, Numbers, Numbers]

    @classmethod
    def random(cls, inputs: int, hidden: int, outputs: int, batch: int, seed: int = 0) -> Problem:
        """A problem of this size; the weights are of the size that He et al. (2015) give for max(0, x)."""
        rng = np.random.default_rng(seed)
        samples, labels = rng.uniform(size=(batch, inputs)), rng.integers(outputs, size=batch)
        first, second = (
            np.sqrt(2 / size[0]) * rng.standard_normal(size) for size in ((inputs, hidden), (hidden, outputs))
        )
        return cls(samples, labels, (first, np.zeros(hidden), second, np.zeros(outputs)))

    @property
    def targets(self) -> Numbers:
        """A 1 in the place of each label, shape (batch, outputs)."""
        ones: Numbers = np.eye(self.weights[-1].size)[self.labels]
        return ones


PROBLEM = Problem.random(784, 128, 10, batch=128)


def by_numpy(problem: Problem = PROBLEM) -> Program:
    """NumPy written by hand, with care: every large array is written in place."""
    X, targets = problem.inputs, problem.targets
    hidden, delta1 = (np.empty((len(X), problem.weights[1].size)) for _ in range(2))
    outputs = np.empty(targets.shape)
    slopes1, slopes2 = np.empty(problem.weights[0].shape), np.empty(problem.weights[2].shape)

    def run(updates: int) -> Numbers:
        W1, b1, W2, b2 = (array.copy() for array in problem.weights)
        for _ in range(updates):
            np.matmul(X, W1, out=hidden)
            np.add(hidden, b1, out=hidden)
            np.maximum(hidden, 0, out=hidden)
            np.matmul(hidden, W2, out=outputs)
            np.add(outputs, b2, out=outputs)
            np.subtract(outputs, outputs.max(axis=1, keepdims=True), out=outputs)
            np.exp(outputs, out=outputs)
            np.divide(outputs, outputs.sum(axis=1, keepdims=True), out=outputs)

            delta2 = np.subtract(outputs, targets, out=outputs)
            delta2 *= RATE / len(X)  # here, on the smallest array, and not on the gradients
            np.matmul(delta2, W2.T, out=delta1)
            np.multiply(delta1, hidden > 0, out=delta1)

            np.subtract(W2, np.matmul(hidden.T, delta2, out=slopes2), out=W2)
            np.subtract(b2, delta2.sum(axis=0), out=b2)
            np.subtract(W1, np.matmul(X.T, delta1, out=slopes1), out=W1)
            np.subtract(b1, delta1.sum(axis=0), out=b1)
        return flat((W1, b1, W2, b2))

    return run


def by_pytorch(problem: Problem = PROBLEM) -> Program:
    """PyTorch as its own tutorials write it."""
    torch = pytorch()
    batch = torch.tensor(problem.inputs), torch.tensor(problem.labels)
    loss = torch.nn.CrossEntropyLoss()

    def run(updates: int) -> Numbers:
        return two_layers_trained(torch, problem.weights, torch.nn.ReLU(), RATE, loss, repeat(batch, updates))

    return run


PEERS = {"NumPy, in place": by_numpy, "PyTorch": by_pytorch}
