"""The interactive figures: each a Python class, an ES module of its own, and arithmetic that is read from a graph."""

from .base import Explorable, Slider
from .by_hand import ByHand
from .one_weight import Hunt, OneWeight, descent_graph, one_weight_error
from .prediction import Prediction
from .shapes import Shapes
from .sigmoid import SigmoidChain, SigmoidSlope, sigmoid_chain_graph, sigmoid_graph
from .suspects import Suspects
from .worksheet import AnotherNetwork, Fading

__all__ = [
    "AnotherNetwork",
    "ByHand",
    "Explorable",
    "Fading",
    "Hunt",
    "OneWeight",
    "Prediction",
    "Shapes",
    "SigmoidChain",
    "SigmoidSlope",
    "Slider",
    "Suspects",
    "descent_graph",
    "one_weight_error",
    "sigmoid_chain_graph",
    "sigmoid_graph",
]
