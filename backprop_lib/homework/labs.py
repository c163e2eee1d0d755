"""The labs: what each asks in numbers, and where its notebook stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..graph.errors import checked_choice

__all__ = ["LABS", "Lab"]


@dataclass(frozen=True)
class Lab:
    """One lab.

    Parameters
    ----------
    name : str
        What it is called in a command and in file names.
    title : str
    chapters : tuple of str
        The pages of the book that it goes with, by their names.
    asked : mapping of str to tuple of str
        For each kind of problem that it draws from, the keys of the numbers that are asked, in order.
    explain : str
        The one question that is answered in words and that a person marks.
    """

    name: str
    title: str
    chapters: tuple[str, ...]
    asked: Mapping[str, tuple[str, ...]]
    explain: str = ""


def _keys(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LABS = {
    lab.name: lab
    for lab in (
        Lab(
            "one-weight",
            "Gradient descent by hand",
            ("one-weight", "gradient-descent"),
            {
                "one-weight-2": _keys(
                    "out_o1_ex1 out_o1_ex2 E_ex1 E_ex2 E_total d_E_ex1_d_w1 d_E_ex2_d_w1 d_E_total_d_w1 w1_next"
                )
            },
            "Why does the new weight go against the slope? "
            "And by which sign, in the errors of two epochs in a row, would you notice that the learning rate is too "
            "large, and why is it one?",
        ),
        Lab(
            "sigmoid",
            "The sigmoid and the chain rule",
            ("sigmoid", "chain-rule"),
            {
                "one-unit": _keys(
                    "net_o1 out_o1 slope_o1 E_total arriving_o1 delta_o1 d_E_total_d_w1 d_E_total_d_w2 "
                    "w1_next b_o1_next"
                )
            },
            "The output of a unit is 0.98, and its target 0. "
            "Which factor of its delta keeps it from learning, although it is so wrong, and why does that hold for all "
            "of its weights at once?",
        ),
        Lab(
            "by-hand",
            "Backpropagation by hand",
            ("by-hand", "backpropagation"),
            {
                "2-2-2": _keys(
                    "net_h1 net_h2 out_h1 out_o1 E_total delta_o1 delta_o2 delta_h1 d_E_total_d_w5 "
                    "d_E_total_d_w1 w5_next w1_next"
                )
            },
            "The biases learn, too. "
            "Which gradient does the bias of h1 get, and why do you need no new calculation for it? "
            "And what would go wrong if the hidden deltas were worked out with the new weights in place of the old "
            "ones?",
        ),
        Lab(
            "any-network",
            "Any network by hand",
            ("your-own-network", "backpropagation"),
            {
                "tanh-2-2-1": _keys(
                    "net_h1 out_h1 out_o1 E_total delta_o1 delta_h1 d_E_total_d_w5 d_E_total_d_w1 w5_next w1_next"
                ),
                "relu-2-3-1": _keys("net_h1 out_o1 E_total delta_o1 delta_h1 delta_h2 delta_h3 d_E_total_d_w7 w7_next"),
                "softmax-2-2-3": _keys(
                    "net_h1 out_h1 out_h2 net_o1 out_o1 out_o2 delta_o1 delta_o2 delta_h1 d_E_total_d_w5 "
                    "d_E_total_d_w1 w5_next"
                ),
                "examples-2-2-1": _keys(
                    "out_h1_ex1 out_h2_ex1 out_h1_ex2 out_h2_ex2 out_o1_ex1 out_o1_ex2 delta_o1_ex1 "
                    "delta_o1_ex2 delta_h1_ex1 d_E_total_d_w5 d_E_total_d_w1 w5_next"
                ),
            },
            "Why do the weights into a ReLU whose net input is below 0 learn nothing from this example? "
            "And what must happen before they learn again?",
        ),
        Lab(
            "two-hidden-layers",
            "Two hidden layers",
            ("two-hidden-layers",),
            {
                "deep-2-2-2-1": _keys(
                    "out_h1 out_h2 out_g1 out_g2 out_o1 delta_o1 delta_g1 delta_g2 delta_h1 d_E_total_d_w9 "
                    "d_E_total_d_w5 d_E_total_d_w1"
                )
            },
            "A program lets the error fall in every epoch. "
            "Why does this not show that its gradients are right? "
            "And how would you find out, for one of its weights?",
        ),
        Lab(
            "linear-and-xor",
            "Linear units and XOR",
            ("linear-and-xor",),
            {
                "linear-2-2-1": _keys(
                    "out_h1 out_h2 out_o1 E_total delta_o1 delta_h1 d_E_total_d_w5 d_E_total_d_w1 w5_next w1_next"
                )
            },
            "Why can no network of straight units get XOR right, however many layers it has? "
            "And what does an activation between the layers change in that?",
        ),
        Lab(
            "encoder",
            "The encoder",
            ("encoder",),
            {
                "encoder-3-2-3": _keys(
                    "net_h1 net_h2 out_h1 out_h2 out_o1 out_o2 delta_o1 delta_o2 delta_o3 delta_h1 "
                    "d_E_total_d_w7 w7_next"
                )
            },
            "Exactly one input is 1, and the others are 0. "
            "Why does such a network lose nothing without the biases of its hidden units? "
            "And why may it need those of its outputs?",
        ),
        Lab(
            "vanishing-gradients",
            "Vanishing gradients",
            ("vanishing-gradients",),
            {
                "chain-1-1-1-1": _keys(
                    "out_h1 out_g1 out_o1 slope_h1 slope_g1 delta_o1 delta_g1 delta_h1 d_E_total_d_w3 d_E_total_d_w1"
                )
            },
            "Somebody takes tanh in place of the sigmoid, since its slope is 1 and not ¼ at its steepest, and says "
            "that gradients can no longer vanish. "
            "Why may they vanish all the same? "
            "And what decides together whether they do?",
        ),
    )
}
"""By name."""


def checked_lab(name: str) -> Lab:
    """One of LABS, or a GraphError that lists them."""
    return LABS[checked_choice(name, LABS, "lab", "'by-hand', say.")]
