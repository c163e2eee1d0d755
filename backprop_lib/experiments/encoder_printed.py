"""What Onghena and Hilt print of their 8-3-8 network: weights, the calculation (4), and the matrices a2 and a3.

Typed here once, as printed; the names are those of `Layers`. From *Implementing Backpropagation*, section 4.2.
"""

from __future__ import annotations

import numpy as np

from ..graph.validation import Array


def _rows(text: str) -> Array:
    """Rows of printed numbers, a line each or with a semicolon between them, as an array; a single row as a vector."""
    rows = np.array([row.split() for row in text.strip().replace(";", "\n").splitlines()], dtype=float)
    return rows[0] if len(rows) == 1 else rows


TRAINED = {
    "W1": _rows("""
        -5.25844516 -5.31910958  3.31533522
        -5.09143686 -5.01381376 -5.48046244
         6.85743294  6.7211964   6.82052939
        -6.03262154  5.24289621  5.39924092
        -5.07946282  4.11669373 -4.99408253
         4.9689682  -6.06131745  5.43755129
         3.78014311 -5.35803243 -4.92205818
         5.41085372  5.27368885 -6.04221909"""),
    "b1": _rows("-0.47374828 -0.44330602 -0.49944612"),
    "W2": _rows("""
        -16.88616624 -16.26720537 13.5974542  -15.8073766  -16.33615775  14.17440653  16.01330057  14.57241913
        -16.82639622 -16.08679542 13.55759196  14.10931159  15.90499392 -15.86534944 -16.51598387  14.38181734
         16.22417328 -16.6452962  13.59938296  14.62926368 -16.33317598  14.54878863 -16.41888777 -15.79674816"""),
    "b2": _rows("-7.87191512 7.37285297 -34.23729987 -21.43018119 -8.01692089 -21.3683717 -7.9756832 -21.66416788"),
}
"""The weights that their training came to."""

SIMPLIFIED = {
    "W1": _rows("-5 -5 5; -5 -5 -5; 5 5 5; -5 5 5; -5 5 -5; 5 -5 5; 5 -5 -5; 5 5 -5"),
    "b1": _rows("0 0 0"),
    "W2": _rows("-5 -5 5 -5 -5 5 5 5; -5 -5 5 5 5 -5 -5 5; 5 -5 5 5 -5 5 -5 -5"),
    "b2": _rows("-2.5 2.5 -12.5 -7.5 -2.5 -7.5 -2.5 -7.5"),
}
"""The weights that they simplified these to."""

EQUATION_4 = {
    "code": _rows("0 0 1"),
    "weights": _rows("-5 -5 5 -5 -5 5 5 5; -5 -5 5 5 5 -5 -5 5; 5 -5 5 5 -5 5 -5 -5"),
    "bias": _rows("-2.5 2.5 -12.5 -7.5 -2.5 -7.5 -2.5 -7.5"),
    "result": _rows("2.5 -2.5 -7.5 -2.5 -7.5 -2.5 -7.5 -12.5"),
}
"""Equation (4): three factors, the column that each multiplies (here the rows), the bias, and the printed result."""

A2 = _rows("0 0 1; 0 0 0; 1 1 1; 0 1 1; 0 1 0; 1 0 1; 1 0 0; 1 1 0")
"""The printed activations of the hidden layer, a row for each input."""

A3_SHAPE = (9, 9)
"""The shape of the matrix printed as a3, which holds ones on its diagonal and zeros elsewhere."""

SHORT_INPUT = _rows("1 0 0 0 0 0 0")
"""The input that section 4.2 takes for an example, as printed."""
