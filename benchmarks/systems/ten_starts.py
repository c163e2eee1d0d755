"""A 2-2-2-2 network of sigmoids from ten random starts: Kussainova, homework report 1.

Inputs 0.2 and 0.6, targets 0.1 and 0.9; the biases 0.25 and 0.45 of the hidden layers stay, the outputs have none;
½ the squared error, learning rate 0.01. Every program returns the weights w1 to w12 of each run, shape (runs, 12).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from math import exp
from typing import Any

import numpy as np

from benchmarks.race import Program
from benchmarks.systems.shared import Numbers, dense, half_squares, pytorch, trained

EPOCHS = 10_000
INPUTS, TARGETS, BIASES, RATE = (0.2, 0.6), (0.1, 0.9), (0.25, 0.45, 0.0), 0.01
STARTS = np.random.default_rng(0).uniform(0.001, 0.5, size=(10, 12))
"""w1 to w12 of each run, unit by unit: w1 and w2 lead to the first unit of the first hidden layer."""


def by_dictionaries(starts: Numbers = STARTS) -> Program:
    """Plain Python, in the form that the report describes: each neuron a dictionary, the network a list of lists."""

    def network(weights: Sequence[float]) -> list[list[dict[str, Any]]]:
        pairs = [list(weights[k : k + 2]) for k in range(0, len(weights), 2)]
        return [
            [{"weights": pair, "bias": bias} for pair in pairs[2 * depth : 2 * depth + 2]]
            for depth, bias in enumerate(BIASES)
        ]

    def forward(layers: list[list[dict[str, Any]]]) -> None:
        signal: Sequence[float] = INPUTS
        for layer in layers:
            for neuron in layer:
                net = sum(weight * value for weight, value in zip(neuron["weights"], signal, strict=True))
                neuron["output"] = 1 / (1 + exp(-net - neuron["bias"]))
            signal = [neuron["output"] for neuron in layer]

    def backward(layers: list[list[dict[str, Any]]]) -> None:
        blame = [neuron["output"] - target for neuron, target in zip(layers[-1], TARGETS, strict=True)]
        for depth in reversed(range(len(layers))):
            for neuron, part in zip(layers[depth], blame, strict=True):
                neuron["delta"] = part * neuron["output"] * (1 - neuron["output"])
            blame = [sum(neuron["weights"][k] * neuron["delta"] for neuron in layers[depth]) for k in range(2)]

    def update(layers: list[list[dict[str, Any]]]) -> None:
        signal: Sequence[float] = INPUTS
        for layer in layers:
            for neuron in layer:
                for k, value in enumerate(signal):
                    neuron["weights"][k] -= RATE * neuron["delta"] * value
            signal = [neuron["output"] for neuron in layer]

    def run(epochs: int) -> Numbers:
        ends = []
        for start in starts.tolist():
            layers = network(start)
            for _ in range(epochs):
                forward(layers)
                backward(layers)
                update(layers)
            ends.append([weight for layer in layers for neuron in layer for weight in neuron["weights"]])
        return np.array(ends)

    return run


def by_pytorch(starts: Numbers = STARTS) -> Program:
    """PyTorch as its own tutorials write it, one run after the other."""
    torch = pytorch()
    inputs, targets = (torch.tensor(numbers, dtype=torch.float64) for numbers in (INPUTS, TARGETS))
    biases = [np.full(2, BIASES[0]), np.full(2, BIASES[1]), None]

    def run(epochs: int) -> Numbers:
        ends = []
        for start in starts.reshape(-1, 3, 2, 2):
            layers = [dense(torch, weights, bias, False) for weights, bias in zip(start, biases, strict=True)]
            model = torch.nn.Sequential(*(part for layer in layers for part in (layer, torch.nn.Sigmoid())))
            optimiser = torch.optim.SGD([layer.weight for layer in layers], lr=RATE)
            trained(model, optimiser, half_squares(torch), repeat((inputs, targets), epochs))
            ends.append(np.concatenate([layer.weight.detach().ravel() for layer in layers]))
        return np.array(ends)

    return run


def by_pytorch_at_once(starts: Numbers = STARTS) -> Program:
    """PyTorch with all runs along a leading axis, which takes some thought, and spares nine calls of ten."""
    torch = pytorch()
    inputs, targets = (torch.tensor(numbers, dtype=torch.float64)[:, None] for numbers in (INPUTS, TARGETS))

    def run(epochs: int) -> Numbers:
        layers = [torch.tensor(weights, requires_grad=True) for weights in starts.reshape(-1, 3, 2, 2).swapaxes(0, 1)]
        optimiser = torch.optim.SGD(layers, lr=RATE)
        for _ in range(epochs):
            optimiser.zero_grad()
            signal = inputs
            for weights, bias in zip(layers, BIASES, strict=True):
                signal = torch.sigmoid(weights @ signal + bias)
            (0.5 * ((signal - targets) ** 2).sum()).backward()
            optimiser.step()
        return np.stack([layer.detach().numpy() for layer in layers], axis=1).reshape(len(starts), -1)

    return run


PEERS = {
    "dictionaries": by_dictionaries,
    "PyTorch": by_pytorch,
    "PyTorch, all runs at once": by_pytorch_at_once,
}
