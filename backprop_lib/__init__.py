"""One computational graph, many readings: the library that all chapters of the book share."""

from .graph import GraphError, Node, constant, exp, gradient, gradients, log, sigmoid, sum_of, variable, variables
from .readings.javascript import javascript
from .readings.numbers import evaluate
from .readings.symbols import expression, is_gradient, prove_gradient, prove_gradients

__version__ = "0.1.0"

__all__ = [
    "GraphError",
    "Node",
    "constant",
    "evaluate",
    "exp",
    "expression",
    "gradient",
    "gradients",
    "is_gradient",
    "javascript",
    "log",
    "prove_gradient",
    "prove_gradients",
    "sigmoid",
    "sum_of",
    "variable",
    "variables",
]
