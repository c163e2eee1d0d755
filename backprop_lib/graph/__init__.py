"""What a computation is: nodes, the table of operations, and the gradient, which is again a graph."""

from .errors import GraphError
from .gradient import gradient, gradients
from .interpret import interpret
from .nodes import Node, Operation, constant, descendants, topological_order, variable, variables
from .operations import OPERATIONS, exp, log, sigmoid, sum_of

__all__ = [
    "OPERATIONS",
    "GraphError",
    "Node",
    "Operation",
    "constant",
    "descendants",
    "exp",
    "gradient",
    "gradients",
    "interpret",
    "log",
    "sigmoid",
    "sum_of",
    "topological_order",
    "variable",
    "variables",
]
