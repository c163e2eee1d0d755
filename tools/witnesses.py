"""Ask independent programs for the gradients of the book's examples, and keep the answers: `python -m tools.witnesses`.

None of them is installed with the book. One that is found is asked; what others said before stays in the file.
"""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from backprop_lib.networks import SOURCES, Example, P
from backprop_lib.witnesses import FILE

EXAMPLES = (SOURCES, P)


def pytorch() -> dict[str, Any]:
    """The version of PyTorch, and its gradients, from layers written the way its users write them."""
    import torch

    return {
        "version": torch.__version__.partition("+")[0],
        "gradients": {example.title: _by_pytorch(torch, example) for example in EXAMPLES},
    }


def _by_pytorch(torch: ModuleType, example: Example) -> dict[str, float]:
    network, values = example.network, example.values
    numbers = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=name[0] in "wb") for name, value in values.items()
    }
    by_ends = {(c.source, c.target): numbers[c.name] for c in (*network.weights, *network.biases)}
    signal = torch.stack([numbers[unit] for unit in network.layers[0]])
    for below, above in zip(network.layers, network.layers[1:], strict=False):
        weight = torch.stack([torch.stack([by_ends[source, unit] for source in below]) for unit in above])
        bias = torch.stack([by_ends["1", unit] for unit in above])
        signal = torch.sigmoid(torch.nn.functional.linear(signal, weight, bias))
    target = torch.stack([numbers[network.target_of(unit)] for unit in network.layers[-1]])
    loss = 0.5 * torch.nn.functional.mse_loss(signal, target, reduction="sum")
    loss.backward()
    return {name: numbers[name].grad.item() for name in (*network.weight_names, *network.bias_names)}


WITNESSES = {"PyTorch": ("torch", pytorch)}
"""By package: the name it is imported by, and how to ask it."""


def main() -> int:
    """Ask every witness that is installed, and write the file."""
    stored = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    present = {package: ask for package, (module, ask) in WITNESSES.items() if find_spec(module)}
    if not present:
        print(f"None of {', '.join(WITNESSES)} is installed: install one beside the book, and run this again.")
        return 1
    for package, ask in present.items():
        stored[package] = ask()
        count = sum(map(len, stored[package]["gradients"].values()))
        print(f"{package} {stored[package]['version']}: {count} gradients")
    FILE.write_text(json.dumps(stored, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
