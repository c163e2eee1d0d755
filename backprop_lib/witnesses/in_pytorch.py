"""The book's networks in PyTorch, as its users write them; the chapter *Frameworks* shows these lines."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy, mse_loss

from . import FEW, ROUNDS

LOSSES = {
    "half_squared_error": lambda out, T: mse_loss(out, T, reduction="sum") / (2 * len(T)),
    "binary_cross_entropy": lambda out, T: binary_cross_entropy(out, T, reduction="sum") / len(T),
    "squares": nn.MSELoss(reduction="sum"),
    "mean square": nn.MSELoss(),
    "cross-entropies": nn.BCELoss(reduction="sum"),
    "mean cross-entropy": nn.BCELoss(),
}


def two_layers(start, dtype):
    layers = []
    for W, b in [(start["W1"], start["b1"]), (start["W2"], start["b2"])]:
        layer = nn.Linear(*W.shape, dtype=dtype)
        with torch.no_grad():  # a copy is no part of the computation
            layer.weight.copy_(torch.tensor(W.T))  # a row for each unit
            layer.bias.copy_(torch.tensor(b))
        layers += [layer, nn.Sigmoid()]
    return nn.Sequential(*layers)


def train(model, learned, X, T, loss, rate, rounds):
    optimiser = torch.optim.SGD(learned, lr=rate)
    for _ in range(rounds):
        optimiser.zero_grad()
        loss(model(X), T).backward()
        optimiser.step()


def train_without_zero_grad(model, learned, X, T, loss, rate, rounds):
    optimiser = torch.optim.SGD(learned, lr=rate)
    for _ in range(rounds):
        loss(model(X), T).backward()
        optimiser.step()


def _ready(problem, precision):
    dtype = getattr(torch, precision)
    model = two_layers(problem.start, dtype)
    return model, torch.tensor(problem.X, dtype=dtype), torch.tensor(problem.T, dtype=dtype)


def _by_name(arrays):
    """In the order of `model.parameters()`: a weight matrix, its biases, and so on; matrices turned as the book's."""
    return {name: array.detach().numpy().T for name, array in zip(("W1", "b1", "W2", "b2"), arrays, strict=True)}


def version():
    """Of PyTorch, without what it was built for."""
    return str(torch.__version__).partition("+")[0]


def result(problem, loss, precision):
    """The loss, and its gradients."""
    model, X, T = _ready(problem, precision)
    E = LOSSES[loss](model(X), T)
    E.backward()
    return {"loss": E.detach().numpy(), **_by_name(p.grad for p in model.parameters())}


def _learned(problem, model):
    return [p for name, p in zip(problem.start, model.parameters(), strict=True) if name in problem.network.learned]


def after(problem, precision):
    """All parameters after a few rounds with the book's loss."""
    model, X, T = _ready(problem, precision)
    train(model, _learned(problem, model), X, T, LOSSES[problem.network.loss], problem.learning_rate, FEW)
    return _by_name(model.parameters())


def history(problem, precision, training=train):
    """The error and the outputs of one example after so many rounds."""
    model, X, T = _ready(problem, precision)
    records, done = [], 0
    for rounds in ROUNDS:
        training(
            model, _learned(problem, model), X, T, LOSSES[problem.network.loss], problem.learning_rate, rounds - done
        )
        done, out = rounds, model(X).detach()
        records.append([LOSSES[problem.network.loss](out, T).numpy(), *out[0].numpy()])
    return records


def never_zeroed(problem):
    """The same of the program that forgets a line."""
    return history(problem, "float64", train_without_zero_grad)
