"""What a computation is: nodes, the table of operations, and the gradient, which is again a graph.

The engine is `nodes`, `operations`, `order` and `gradient`: read these first. `functions` puts operations together.
`fold` is the walk that the readings share, with numbers, symbols or nodes at the leaves; `scalarize` turns vectors
into numbers by it, and `substitute` builds a graph again. `origins` knows what has vanished from a gradient,
`positions` what an index chooses, `moves` how it is moved. `validation` says what a node may not be made of,
`alignment` what must not stand beside what, `arguments` what may not be asked of a graph, all in the words of `errors`,
and `hints` what to write in place of what others have; `copying`, `sympy_functions` and `garbage` hold what pickle,
SymPy and Python's collector need to know. Numbers are put in elsewhere: see `backprop_lib.readings`.
"""

# Names stand beside one another, so that all that is offered is seen at a glance.
# fmt: off
# isort: skip_file

from . import functions
from .errors import GraphError
from .functions import *  # noqa: F403, exported where they are defined, by `functions.__all__`
from .fold import fold
from .gradient import gradient, gradients, hessian, hessian_vector, jacobian, jacobian_vector, vector_jacobian
from .nodes import Node, Operation, constant, reshape, variable, variables
from .operations import OPERATIONS
from .order import descendants, topological_order

__all__ = [
    "OPERATIONS", "GraphError", "Node", "Operation", "constant", "descendants", "fold", "gradient", "gradients",
    "hessian", "hessian_vector", "jacobian", "jacobian_vector", "reshape", "topological_order", "variable",
    "variables", "vector_jacobian",
]
__all__ += functions.__all__
