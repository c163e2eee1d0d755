"""The interactive figures: each a Python class, an ES module of its own, and arithmetic that is read from a graph."""

from .backward_sweep import BackwardSweep
from .base import Explorable, Slider
from .boundary import Boundary
from .by_hand import ByHand
from .chain import NudgedChain, chain_graph
from .deltas import DeltaByDepth
from .hidden_code import HiddenCode
from .ledger import Ledger
from .one_weight import Hunt, OneWeight, descent_graph, one_weight_error
from .prediction import Prediction
from .recompute import Recompute, WhatChanges, weight_decay_cost
from .same_gradient import SameGradient
from .shapes import Shapes
from .sigmoid import SigmoidChain, SigmoidSlope, sigmoid_chain_graph, sigmoid_graph
from .suspects import Suspects
from .ten_starts import TenStarts
from .worksheet import AnotherNetwork, Fading

__all__ = [
    "AnotherNetwork",
    "BackwardSweep",
    "Boundary",
    "ByHand",
    "DeltaByDepth",
    "Explorable",
    "Fading",
    "HiddenCode",
    "Hunt",
    "Ledger",
    "NudgedChain",
    "OneWeight",
    "Prediction",
    "Recompute",
    "SameGradient",
    "Shapes",
    "SigmoidChain",
    "SigmoidSlope",
    "Slider",
    "Suspects",
    "TenStarts",
    "WhatChanges",
    "chain_graph",
    "descent_graph",
    "one_weight_error",
    "sigmoid_chain_graph",
    "sigmoid_graph",
    "weight_decay_cost",
]
