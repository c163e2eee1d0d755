"""The explorable of the chapter *Frameworks*: a program whose conventions can be changed, and which digits survive."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import traitlets
from traitlets.utils.bunch import Bunch

from ..graph import Node, gradients, softplus, variable, variables
from ..graph.errors import checked_choice
from ..networks.network import SOURCES, Example, Network, P
from ..readings.iteration import javascript_iteration
from .base import Explorable, Slider, constants, module, styles

LONGEST_RUN = 10_000
NETWORK = Network(2, 2, 2)
PARAMETERS = (*NETWORK.weight_names, *NETWORK.bias_names)
OUTPUTS = len(NETWORK.layers[-1])


@dataclass(frozen=True)
class Choice:
    """A row of the table of losses: its key, the kind of error, by what it is multiplied, and how it is written.

    Parameters
    ----------
    key, kind : str
    scale : float
        What the sum over the outputs is multiplied by.
    pytorch, jax : str
    """

    key: str
    kind: str
    scale: float
    pytorch: str
    jax: str


LOSSES = (
    Choice("half", "squares", 0.5, 'mse_loss(out, T, reduction="sum") / 2', "jnp.sum((out - T)**2) / 2"),
    Choice("sum", "squares", 1.0, 'mse_loss(out, T, reduction="sum")', "jnp.sum((out - T)**2)"),
    Choice("mean", "squares", 1 / OUTPUTS, "mse_loss(out, T)", "jnp.mean((out - T)**2)"),
    Choice("entropies", "entropies", 1.0, 'bce(out, T, reduction="sum")', "jnp.sum(bce(out, T))"),
    Choice("mean_entropy", "entropies", 1 / OUTPUTS, "bce(out, T)", "jnp.mean(bce(out, T))"),
)
"""What can stand in the line of the loss; the first is the book's."""


def _square(unit: str, target: Node) -> Node:
    return (NETWORK.output(unit) - target) ** 2


def _entropy(unit: str, target: Node) -> Node:
    net = NETWORK.nodes[f"net_{unit}"]
    return softplus(net) - target * net


KINDS = {"squares": _square, "entropies": _entropy}
EXAMPLES = {"P": P, "sources": SOURCES}
CHOICES = {
    "example": tuple(EXAMPLES),
    "loss": tuple(row.key for row in LOSSES),
    "precision": ("float64", "float32"),
    "package": ("PyTorch", "JAX"),
}
"""By trait, what can be chosen."""


def same_gradient_program(kind: str) -> tuple[dict[Node, Node], dict[str, Node]]:
    """A round of training as PyTorch has it: each gradient goes into a buffer, and a step is taken from there.

    Parameters
    ----------
    kind : str
        "squares", or "entropies" for the binary cross-entropy; summed over the outputs and multiplied by `scale`.

    Returns
    -------
    updates : dict of Node to Node
        For each parameter, and its buffer `grad_w1`, …, what it is next. A buffer is multiplied by `keep` before it
        takes a gradient: 0 is a buffer set to zero. A step is `eta` times the buffer; for biases, `eta_bias`.
    watched : dict of str to Node
        `loss`; `error`, which is the book's; `o1` and `o2`; and the buffers that a round fills.

    Notes
    -----
    Chapter *Frameworks*.
    """
    nodes = NETWORK.nodes
    by_unit = KINDS[checked_choice(kind, KINDS, "kind of loss", "see LOSSES.")]
    first, second = (by_unit(unit, nodes[NETWORK.target_of(unit)]) for unit in NETWORK.layers[-1])
    scale, keep, eta_bias = variables("scale keep eta_bias")
    loss = scale * (first + second)
    updates: dict[Node, Node] = {}
    watched = {"loss": loss, "error": NETWORK.total, "o1": nodes["out_o1"], "o2": nodes["out_o2"]}
    slopes = gradients(loss, [nodes[name] for name in PARAMETERS])
    for name, slope in zip(PARAMETERS, slopes, strict=True):
        buffer = variable(f"grad_{name}")
        filled = (keep * buffer + slope).named(f"filled_{name}")
        rate = NETWORK.eta if name in NETWORK.weight_names else eta_bias
        updates |= {buffer: filled, nodes[name]: nodes[name] - rate * filled}
        watched[f"filled_{name}"] = filled
    return updates, watched


def same_gradient_values(example: Example) -> dict[str, float]:
    """The numbers that the program of one of the hand-worked networks starts from, its settings left out."""
    given, own = example.values, example.network
    values = {name: given[name] for name in ("i1", "i2", "t1", "t2", "eta", *NETWORK.weight_names)}
    biases = {f"b_{c.target}": given[c.name] for c in own.biases}
    return {
        **values,
        **biases,
        "eta_bias": given["eta"] if own.learn_biases else 0.0,
        **{f"grad_{name}": 0.0 for name in PARAMETERS},
    }


class SameGradient(Explorable):
    """A training program whose conventions can be changed in place, and which digits of what it prints are the book's.

    Parameters
    ----------
    example : str
        "P", or "sources": which of the hand-worked networks.
    loss : str
        A key of the table `LOSSES`.
    precision : str
        "float64" or "float32".
    zeroed : bool
        Whether the gradients are set to zero between rounds.
    turned : bool
        Whether the weights are transposed into the package's layout.
    package : str
        "PyTorch" or "JAX", in which there is neither anything to zero nor to transpose.
    rounds : float
        A whole number up to 10,000. All but this are changed in the lines of the program.

    Raises
    ------
    GraphError
        For a choice that there is not.

    Notes
    -----
    Chapter *Frameworks*.
    """

    _css = Explorable._css + styles("same_gradient.css")
    example = traitlets.Unicode("P").tag(sync=True)
    loss = traitlets.Unicode("half").tag(sync=True)
    precision = traitlets.Unicode("float64").tag(sync=True)
    zeroed = traitlets.Bool(True).tag(sync=True)
    turned = traitlets.Bool(True).tag(sync=True)
    package = traitlets.Unicode("PyTorch").tag(sync=True)
    rounds = traitlets.Float(1_000.0).tag(sync=True)
    sliders = (Slider("rounds", "rounds", 1, LONGEST_RUN, 0.25, ",.0f", logarithmic=True),)

    def __init__(self, **traits: Any):
        super().__init__(_esm=module("stage.js", "same_gradient.js", program=_program()), **traits)

    @traitlets.validate(*CHOICES)
    def _known(self, proposal: Bunch) -> str:
        name = proposal.trait.name
        return checked_choice(proposal.value, CHOICES[name], name, f"{CHOICES[name][0]!r}, say.")


def _program() -> str:
    """JavaScript: the two programs in both precisions, the table of losses, and the numbers of the networks."""
    programs = [javascript_iteration(kind, *same_gradient_program(kind), "narrow") for kind in KINDS]
    data = {
        "losses": [asdict(row) for row in LOSSES],
        "values": {key: same_gradient_values(example) for key, example in EXAMPLES.items()},
        "longest": LONGEST_RUN,
    }
    return "\n".join(
        [
            f"function inPrecision(narrow) {{\n{''.join(programs)}return {{ {', '.join(KINDS)} }};\n}}",
            "const PROGRAMS = { float64: inPrecision(number => number), float32: inPrecision(Math.fround) };",
            constants(SPEC=data),
        ]
    )
