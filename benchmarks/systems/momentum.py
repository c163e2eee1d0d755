"""Two hidden layers of sigmoids, updated after every single point, with momentum: Chin (2021).

With the gradient g of ½ the squared error, v ← 0.9 v + 0.01 g and w ← w − v. Every program returns the weights of
each layer, row by row, shape (inputs, units), and then the biases of each layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice, pairwise

import numpy as np

from benchmarks.race import Program
from benchmarks.systems.shared import Numbers, dense, flat, half_squares, pytorch, sigmoid, trained

RATE, MOMENTUM = 0.01, 0.9


@dataclass(frozen=True)
class Problem:
    """Points in the unit square, their labels, and weights to start from; biases start at 0.

    Parameters
    ----------
    points : ndarray, shape (points, 2)
    labels : ndarray, shape (points, 1)
        1 where the first coordinate is the larger.
    weights : sequence of ndarray
        Of each layer, shape (inputs, units), normally distributed.
    """

    points: Numbers
    labels: Numbers
    weights: Sequence[Numbers]

    @classmethod
    def random(cls, hidden: tuple[int, int], points: int = 100, seed: int = 0) -> Problem:
        """A problem with so many points and so many units in the two hidden layers."""
        rng = np.random.default_rng(seed)
        sizes = [2, *hidden, 1]
        places = rng.uniform(size=(points, 2))
        labels = np.where(places[:, :1] > places[:, 1:], 1.0, 0.0)
        return cls(places, labels, [rng.standard_normal(shape) for shape in pairwise(sizes)])


PROBLEM = Problem.random((512, 32))
UPDATES = len(PROBLEM.points)
"""One epoch: each point once, in order."""


def by_numpy(problem: Problem = PROBLEM) -> Program:
    """NumPy in the form that the report describes: a class with an attribute for every weight and every velocity."""

    def slope(y: Numbers) -> Numbers:  # of the sigmoid, from its value
        return y * (1 - y)

    class Model:
        def __init__(self) -> None:
            self.w1, self.w2, self.w3 = (weights.copy() for weights in problem.weights)
            self.b1, self.b2, self.b3 = (np.zeros((1, weights.shape[1])) for weights in problem.weights)
            self.v_w1, self.v_w2, self.v_w3 = (np.zeros(w.shape) for w in (self.w1, self.w2, self.w3))
            self.v_b1, self.v_b2, self.v_b3 = (np.zeros(b.shape) for b in (self.b1, self.b2, self.b3))

        def forward(self, inputs: Numbers) -> None:
            self.inputs = inputs
            self.a1 = sigmoid(np.dot(inputs, self.w1) + self.b1)
            self.a2 = sigmoid(np.dot(self.a1, self.w2) + self.b2)
            self.output = sigmoid(np.dot(self.a2, self.w3) + self.b3)

        def backward(self, error: Numbers) -> None:
            delta3 = error * slope(self.output)
            delta2 = np.dot(delta3, self.w3.T) * slope(self.a2)
            delta1 = np.dot(delta2, self.w2.T) * slope(self.a1)

            self.v_w1 = MOMENTUM * self.v_w1 + RATE * np.dot(self.inputs.T, delta1)
            self.v_w2 = MOMENTUM * self.v_w2 + RATE * np.dot(self.a1.T, delta2)
            self.v_w3 = MOMENTUM * self.v_w3 + RATE * np.dot(self.a2.T, delta3)
            self.v_b1 = MOMENTUM * self.v_b1 + RATE * np.sum(delta1, axis=0)
            self.v_b2 = MOMENTUM * self.v_b2 + RATE * np.sum(delta2, axis=0)
            self.v_b3 = MOMENTUM * self.v_b3 + RATE * np.sum(delta3, axis=0)

            self.w1 -= self.v_w1
            self.w2 -= self.v_w2
            self.w3 -= self.v_w3
            self.b1 -= self.v_b1
            self.b2 -= self.v_b2
            self.b3 -= self.v_b3

    def run(updates: int) -> Numbers:
        model = Model()
        for k in range(updates):
            one = slice(k % len(problem.points), k % len(problem.points) + 1)
            model.forward(problem.points[one])
            model.backward(model.output - problem.labels[one])
        return flat((model.w1, model.w2, model.w3, model.b1, model.b2, model.b3))

    return run


def by_pytorch(problem: Problem = PROBLEM) -> Program:
    """PyTorch as its own tutorials write it. Its velocity leaves the rate out, which comes to the same."""
    torch = pytorch()
    samples = list(zip(torch.tensor(problem.points).split(1), torch.tensor(problem.labels).split(1), strict=True))

    def run(updates: int) -> Numbers:
        layers = [dense(torch, weights.T, np.zeros(weights.shape[1])) for weights in problem.weights]
        model = torch.nn.Sequential(*(part for layer in layers for part in (layer, torch.nn.Sigmoid())))
        optimiser = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
        trained(model, optimiser, half_squares(torch), islice(cycle(samples), updates))
        return flat([*(layer.weight.detach().T for layer in layers), *(layer.bias.detach() for layer in layers)])

    return run


PEERS = {"NumPy, as the report has it": by_numpy, "PyTorch": by_pytorch}
