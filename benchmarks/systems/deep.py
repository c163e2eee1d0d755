"""A deep graph: σ(σ(… σ(x))) and its slope, from the first node to both numbers.

Every program returns the value and the slope, shape (2,).
"""

from __future__ import annotations

import numpy as np

from benchmarks.race import Program, needed
from benchmarks.systems.shared import Numbers, pytorch

LINKS, START = 100_000, 0.5


def by_pytorch() -> Program:
    """One tensor, and `backward`."""
    torch = pytorch()

    def run(links: int) -> Numbers:
        x = out = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        for _ in range(links):
            out = torch.sigmoid(out)
        out.backward()
        return np.array([out.item(), x.grad.item()])

    return run


def by_autograd() -> Program:
    """HIPS autograd, which has no sigmoid: four operations to a link."""
    numpy, value_and_grad = needed("autograd.numpy"), needed("autograd").value_and_grad

    def run(links: int) -> Numbers:
        def chain(x: float) -> float:
            for _ in range(links):
                x = 1 / (1 + numpy.exp(-x))
            return x

        return np.array(value_and_grad(chain)(START))

    return run


PEERS = {"PyTorch": by_pytorch, "autograd": by_autograd}
