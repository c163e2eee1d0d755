"""One computational graph, many readings: the library that all chapters of the book share."""

# Names stand beside one another, so that all that is offered is seen at a glance.
# fmt: off
# isort: skip_file

from .checking.gradient_check import gradient_check
from .graph import (
    ACTIVATIONS, LOSSES, GraphError, Node, absolute, constant, exp, gradient, gradients, hessian, hessian_vector,
    jacobian, jacobian_vector, log, log_sum_exp, maximum, mean_of, relu, sigmoid, softmax, softplus, sum_of, tanh,
    variable, variables, vector_jacobian,
)
from .networks.layers import Layers
from .networks.training import train
from .readings.compiled import Compiled
from .readings.drawing.graphs import drawing
from .readings.javascript import javascript
from .readings.numbers import evaluate
from .readings.symbols import expression, is_gradient, prove_gradient, prove_gradients
from .sweeps.sweep import sweep

__version__ = "0.1.0"

__all__ = [
    "ACTIVATIONS", "LOSSES", "Compiled", "GraphError", "Layers", "Node", "absolute", "constant", "drawing", "evaluate",
    "exp", "expression", "gradient", "gradient_check", "gradients", "hessian", "hessian_vector", "is_gradient",
    "jacobian", "jacobian_vector", "javascript", "log", "log_sum_exp", "maximum", "mean_of", "prove_gradient",
    "prove_gradients", "relu", "sigmoid", "softmax", "softplus", "sum_of", "sweep", "tanh", "train", "variable",
    "variables", "vector_jacobian",
]
