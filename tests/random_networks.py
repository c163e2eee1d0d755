"""Random networks for a calculation by hand: of every kind that can be described, with numbers of their own."""

from __future__ import annotations

from random import Random

from backprop_lib.networks.network import Example, Network

HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "softplus", "silu", "identity", "softmax")
LAST = {
    "half_squared_error": HIDDEN,
    "squared_error": HIDDEN,
    "mean_squared_error": HIDDEN,
    "mean_absolute_error": HIDDEN,
    "binary_cross_entropy": ("sigmoid", "identity", "softmax"),
    "categorical_cross_entropy": ("softmax", "identity", "sigmoid"),
}
"""The losses, each with the activations of the outputs that it goes with."""


def random_network(random: Random, deepest: int = 4, widest: int = 3) -> Network:
    """A network of any kind: its layers, activations, loss, biases, examples, momentum and connections by chance."""
    sizes = [random.randint(1, widest) for _ in range(random.randint(2, deepest))]
    loss = random.choice(list(LAST))
    kinds = [random.choice(HIDDEN) for _ in sizes[2:]] + [random.choice(LAST[loss])]
    several = [kind == "softmax" for kind in kinds]
    several[-1] |= loss == "categorical_cross_entropy"
    sizes[1:] = [max(size, 1 + wide) for size, wide in zip(sizes[1:], several, strict=True)]
    dense = Network(*sizes)
    connections = None
    if random.random() < 0.3:
        connections = _rewired(random, dense)
    return Network(
        *sizes,
        activation=kinds,
        loss=loss,
        biases=[random.choice(("unit", "layer", "none")) for _ in kinds],
        learn_biases=random.random() < 0.8,
        examples=random.choice((1, 1, 1, 2, 3)),
        reduction=random.choice(("mean", "sum")),
        momentum=random.random() < 0.2,
        connections=connections,
    )


def _rewired(random: Random, dense: Network) -> list[tuple[str, str, str]]:
    """Connections of which one skips a layer, one is missing and two share a weight, as far as that can be."""
    found = [(c.name, c.source, c.target) for c in dense.weights]
    removable = [
        c
        for c in found
        if sum(other[1] == c[1] for other in found) > 1 and sum(other[2] == c[2] for other in found) > 1
    ]
    if removable and random.random() < 0.6:
        found.remove(random.choice(removable))
    if len(dense.layers) > 2 and random.random() < 0.6:
        found.append(("v1", random.choice(dense.layers[0]), random.choice(dense.layers[2])))
    if len(found) > 2 and random.random() < 0.5:
        one, other = random.sample(range(len(found)), 2)
        found[other] = (found[one][0], *found[other][1:])
    return found


def random_example(random: Random, network: Network, digits: int = 2) -> Example:
    """Numbers of a few digits for a network; its targets are such as its loss takes."""
    values = {name: round(random.uniform(-1, 1), digits) or 0.5 for name in network.given}
    values |= {"eta": round(random.uniform(0.1, 1), digits)}
    outputs = network.layers[-1]
    for n in network.example_numbers:
        targets = [network.target_of(unit) + network.suffix(n) for unit in outputs]
        if network.loss == "categorical_cross_entropy":
            right = random.choice(targets)
            values |= {name: float(name == right) for name in targets}
        elif network.loss == "binary_cross_entropy":
            values |= {name: float(random.random() < 0.5) for name in targets}
    return Example("a random network", network, values)
