"""One computational graph, many readings: the library that all chapters of the book share."""

# Names stand beside one another, so that all that is offered is seen at a glance.
# fmt: off
# isort: skip_file

from .by_hand.sheet import check
from .checking.gradient_check import gradient_check
from .graph import (
    GraphError, Node, constant, functions, gradient, gradients, hessian, hessian_vector, jacobian, jacobian_vector,
    reshape, variable, variables, vector_jacobian,
)
from .graph.functions import *  # noqa: F403, exported where they are defined, by `functions.__all__`
from .networks.layers import Layers
from .networks.network import Example, Network
from .networks.training import train
from .readings.compiled import Compiled
from .readings.drawing.graphs import drawing
from .readings.javascript import javascript
from .readings.numbers import evaluate
from .readings.symbols import expression, is_gradient, prove_gradient, prove_gradients
from .sweeps.sweep import sweep

__version__ = "0.1.0"

__all__ = [
    "Compiled", "Example", "GraphError", "Layers", "Network", "Node", "check", "constant", "drawing", "evaluate",
    "expression", "gradient", "gradient_check", "gradients", "hessian", "hessian_vector", "is_gradient", "jacobian",
    "jacobian_vector", "javascript", "prove_gradient", "prove_gradients", "reshape", "sweep", "train", "variable",
    "variables", "vector_jacobian",
]
__all__ += functions.__all__
