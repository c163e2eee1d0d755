"""What the programs share: the sigmoid of those in NumPy; the layers and the loop of those in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmarks.race import needed

Numbers = NDArray[np.float64]


def sigmoid(x: Numbers) -> Numbers:
    """Of each element, as a program by hand has it."""
    ones: Numbers = 1 / (1 + np.exp(-x))
    return ones


def flat(arrays: Iterable[ArrayLike]) -> Numbers:
    """All numbers of some arrays, row by row, array by array."""
    return np.concatenate([np.ravel(array) for array in arrays])


def pytorch() -> Any:
    """PyTorch, if it is installed, on one thread."""
    torch = needed("torch")
    torch.set_num_threads(1)
    return torch


def dense(torch: Any, weights: Numbers, bias: Numbers | None, learn_bias: bool = True) -> Any:
    """A layer that starts from these weights, shape (units, inputs), and this bias, shape (units,)."""
    units, inputs = weights.shape
    layer = torch.nn.Linear(inputs, units, bias=bias is not None, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weights))
        if bias is not None:
            layer.bias.copy_(torch.tensor(bias)).requires_grad_(learn_bias)
    return layer


def trained(model: Any, optimiser: Any, loss: Any, batches: Iterable[tuple[Any, Any]]) -> None:
    """The loop that PyTorch's own tutorials write, one update for each batch."""
    for inputs, target in batches:
        optimiser.zero_grad()
        loss(model(inputs), target).backward()
        optimiser.step()


def two_layers_trained(
    torch: Any, start: Sequence[Numbers], between: Any, rate: float, loss: Any, batches: Iterable[tuple[Any, Any]]
) -> Numbers:
    """W1, b1, W2 and b2 of two layers after training, in a row; what follows the second layer is left to the loss."""
    W1, b1, W2, b2 = start
    hidden, output = dense(torch, W1.T, b1), dense(torch, W2.T, b2)
    model = torch.nn.Sequential(hidden, between, output)
    trained(model, torch.optim.SGD(model.parameters(), lr=rate), loss, batches)
    return flat(part.detach().numpy() for part in (hidden.weight.T, hidden.bias, output.weight.T, output.bias))


def half_squares(torch: Any) -> Callable[[Any, Any], Any]:
    """½ the sum of the squared errors."""
    squares = torch.nn.MSELoss(reduction="sum")
    return lambda output, target: 0.5 * squares(output, target)
