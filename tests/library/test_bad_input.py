"""Malformed input at every public function: what comes out is a valid result, or a GraphError that says what to do."""

import copy
import datetime
import functools
import importlib
import inspect
import operator
import os
import pickle
import warnings
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import backprop_lib
from backprop_lib import (
    ACTIVATIONS,
    LOSSES,
    Compiled,
    GraphError,
    Node,
    absolute,
    constant,
    drawing,
    evaluate,
    exp,
    gradient,
    log,
    relu,
    sigmoid,
    sum_of,
    variable,
    variables,
)
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.hypotheses import agreeing_digits, checked_rounds, suspect
from backprop_lib.by_hand.numerals import numeral
from backprop_lib.by_hand.problems import another_network, checked_kind, checked_seed
from backprop_lib.by_hand.sheet import check
from backprop_lib.checking.gradient_check import gradient_check
from backprop_lib.checking.steps_of_algebra import as_tex, as_text, first_wrong_line
from backprop_lib.experiments import encoder as encoder_module
from backprop_lib.experiments import named, results, two_hidden, vanishing
from backprop_lib.experiments.configurations import Configuration, program_named
from backprop_lib.experiments.encoder import ANN, all_right, curvature, first_parameters, outcome
from backprop_lib.experiments.encoder import encoder as encoder_experiment
from backprop_lib.experiments.encoder_printed import SIMPLIFIED
from backprop_lib.experiments.linear_xor import Model, lab, lab_data, lab_network, scores, twins
from backprop_lib.figures import heat_map
from backprop_lib.graph import functions, topological_order
from backprop_lib.networks.datasets import dataset, encoder, linear
from backprop_lib.networks.drawing import network_drawing
from backprop_lib.networks.layers import Layers, checked_layers, normal, uniform
from backprop_lib.networks.network import Example, Network, P, Printed, checked_example, checked_network
from backprop_lib.networks.training import javascript_training, train
from backprop_lib.readings.derivation import definitions, derivation
from backprop_lib.readings.formula import formula
from backprop_lib.readings.iteration import Iteration, javascript_iteration
from backprop_lib.readings.python import python
from backprop_lib.record import explained, quoted, row, table
from backprop_lib.sweeps.results import Results, checked_path
from backprop_lib.sweeps.sweep import checked_axis_values, checked_seeds, planned, sweep
from backprop_lib.witnesses import source, witness
from tests.alarm import has_alarm, in_time
from tests.refusal import refusal

SECONDS = 20
"""Within which every call must have ended, on the slowest machine."""

w, x = variables("w x")
v, m = variable("v", 3), variable("m", (2, 3))
E = ((w * x - 1) ** 2).named("E")
SLOPE = gradient(E, w)
VALUES = {"w": 1.0, "x": 2.0}
UPDATES = {w: w - 0.1 * SLOPE}
SMALL = P.network
DENSE = Layers(2, 2, 1)
START = DENSE.start(seed=1)
a = sympy.Symbol("a")


def parsed(drawn):
    """A picture that has been read as XML, and shown as a notebook shows it."""
    return ElementTree.fromstring(drawn.svg), drawn._repr_html_()


LONG = variable("u", 10**5)


def fitted(activation, loss, targets):
    """A training on two rows of targets, the first of them right."""
    network = Layers(2, 2, activation=activation, loss=loss)
    return train(network, np.eye(2), [[1, 0], targets], network.start(seed=1), learning_rate=0.1, epochs=1)


def swept(seed, size):
    """A function to sweep."""
    return {"loss": seed * 1.0}


NAMED = f"{__name__}:swept"
RESULTS = Results.of([{"size": 1, "seed": 0, "loss": 0.5}], ["size"])

SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow}

# For each function how it is called, and arguments with which it works: each in turn is replaced by something else.
CALLS = {
    "GraphError": (GraphError, "given", "expected", "hint"),
    "Node.named": (lambda name: (w * x).named(name), "f"),
    **{f"node {sign} …": (lambda other, act=act: act(w, other), 2.0) for sign, act in SIGNS.items()},
    **{f"… {sign} node": (lambda other, act=act: act(other, w), 2.0) for sign, act in SIGNS.items()},
    "node @ …": (lambda other: m @ other, np.ones(3)),
    "node […]": (lambda index: m[index], 0),
    **{
        name: (getattr(functions, name), v)
        for name in functions.__all__
        if callable(getattr(functions, name)) and [*inspect.signature(getattr(functions, name)).parameters] == ["x"]
    },
    **{f"ACTIVATIONS[{name!r}]": (function, v) for name, function in ACTIVATIONS.items()},
    **{f"LOSSES[{name!r}]": (function, m, m) for name, function in LOSSES.items()},
    "maximum": (backprop_lib.maximum, w, x),
    "minimum": (backprop_lib.minimum, m, v),
    **{
        name: (getattr(functions, name), m, 0, True)
        for name in ("sum_of", "mean_of", "max_of", "min_of", "log_sum_exp")
    },
    "softmax": (backprop_lib.softmax, m, 0),
    "reshape": (backprop_lib.reshape, m, (3, 2)),
    "transpose": (backprop_lib.transpose, m, (1, 0)),
    "concatenate": (backprop_lib.concatenate, [m, m], 0),
    "stack": (backprop_lib.stack, [w, x], 0),
    "constant": (constant, 1.0),
    "variable": (variable, "w", (2, 3)),
    "variables": (variables, "w x"),
    "evaluate": (evaluate, E, VALUES),
    "evaluate, several": (evaluate, [E, w], VALUES),
    "evaluate, by keyword": (lambda w, x: evaluate(E, w=w, x=x), 1.0, 2.0),
    "evaluate, an array": (lambda value: evaluate(m * 2, m=value), np.ones((2, 3))),
    "gradient": (gradient, E, w),
    "gradients": (backprop_lib.gradients, E, [w, x]),
    "vector_jacobian": (backprop_lib.vector_jacobian, v * v, v, np.ones(3)),
    "jacobian_vector": (backprop_lib.jacobian_vector, v * v, v, np.ones(3)),
    "jacobian": (backprop_lib.jacobian, v * v, v),
    "hessian": (backprop_lib.hessian, E, w),
    "hessian_vector": (backprop_lib.hessian_vector, E, w, 1.0),
    "expression": (backprop_lib.expression, E),
    "is_gradient": (backprop_lib.is_gradient, SLOPE, E, w),
    "prove_gradient": (backprop_lib.prove_gradient, E, w),
    "prove_gradients": (backprop_lib.prove_gradients, E, [w, x]),
    "javascript": (backprop_lib.javascript, "f", {"E": E}),
    "javascript, one output": (lambda node: backprop_lib.javascript("f", {"E": node}), E),
    "javascript_training": (
        lambda name, network, momentum, watch: javascript_training(name, network, momentum=momentum, watch=watch),
        "learn",
        DENSE,
        True,
        ["W1"],
    ),
    "javascript_iteration": (javascript_iteration, "f", UPDATES, {"E": E}, "Math.fround"),
    "python": (python, "f", {"E": E}),
    "Iteration": (Iteration, UPDATES, {"E": E}, False),
    "a run of an iteration": (Iteration(UPDATES, {"E": E}, False), VALUES, 2),
    "derivation": (derivation, E, w, {"E": "the error"}, False),
    "derivation, at": (lambda values: derivation(E, w).at(values).text(), VALUES),
    "definitions": (definitions, E),
    "formula": (formula, E),
    "Compiled": (Compiled, "f", {"E": E}),
    "Compiled, its name": (lambda name: Compiled(name, {"y": v * v})(v=np.ones(3)), "f"),
    "Compiled, called": (Compiled("f", {"E": E}, numba=False), VALUES),
    "drawing": (drawing, E, VALUES),
    "drawing, options": (
        lambda by, path, step, direction: drawing(
            E, VALUES, gradients_of=by, highlight=path, step=step, direction=direction
        ),
        E,
        [w, E],
        1,
        "right",
    ),
    "drawing, looks": (
        lambda title, names, shapes, digits: parsed(
            drawing(E, VALUES, title=title, names=names, shapes=shapes, digits=digits)
        ),
        "A title", "u", True, 3,
    ),
    "network_drawing": (lambda layers: parsed(network_drawing(layers)), [2, ["a", "b"]]),
    "network_drawing, a layer": (lambda layer: parsed(network_drawing([2, layer])), 3),
    "network_drawing, options": (
        lambda weights, values, path, title: parsed(
            network_drawing([2, 1], weights=weights, values=values, highlight=path, title=title)
        ),
        {("i1", "o1"): "w1"}, {"i1": 0.5}, ["i1", "o1"], "A title",
    ),
    "network_drawing, a weight": (
        lambda name: parsed(network_drawing([2, 1], weights={("i1", "o1"): name})), "w1"
    ),
    "network_drawing, a value": (lambda value: parsed(network_drawing([2, 1], values={"i1": value})), 0.5),
    "network_drawing, a unit": (lambda unit: parsed(network_drawing([[unit], 1], highlight=[unit])), "a"),
    "gradient_check": (gradient_check, E, VALUES, {"w": 4.0}),
    "gradient_check, options": (lambda step, tol: gradient_check(E, VALUES, step=step, tolerance=tol), 0.1, 1e-3),
    "Network": (lambda first, last: Network(first, 2, last), 2, 2),
    "Network, biases": (lambda kind, learn: Network(1, 1, biases=kind, learn_biases=learn), "unit", True),
    "Network, half": (lambda half: Network(1, 1, half=half), False),
    "Network, options": (
        lambda activation, loss, biases: Network(2, 2, activation=activation, loss=loss, biases=biases),
        ["tanh"], "squared_error", ["none"],
    ),
    "Network, more options": (
        lambda examples, reduction, momentum: Network(1, 1, examples=examples, reduction=reduction, momentum=momentum),
        2, "sum", True,
    ),
    "Network, connections": (lambda given: Network(1, 1, connections=given), [("w1", "i1", "o1")]),
    "Network, a connection": (lambda name, a, b: Network(1, 1, connections=[(name, a, b)]), "w1", "i1", "o1"),
    "Network, example": (
        lambda X, T, W, b: SMALL.example(X=X, T=T, W=W, b=b),
        [1, 2], [0, 1], [[[1, 2], [3, 4]], [[1, 2], [3, 4]]], [[1, 2], [3, 4]],
    ),
    "Printed": (lambda network, values: Printed("a sheet", network, values), SMALL, {"out_h1": 0.5}),
    "check": (check, P, {"out_h1": 0.5}),
    "check, options": (lambda layout, tolerance: check(P, {}, layout, tolerance), "in, out", 0.01),
    "check, a number": (lambda number: check(P, {"out_h1": number}), "0.5"),
    "numeral": (numeral, "0,5"),
    "Network, output": (SMALL.output, "h1"),
    "Network, target_of": (SMALL.target_of, "o1"),
    "Network, updates": (SMALL.updates, True, False),
    "checked_example": (checked_example, P),
    "checked_network": (checked_network, SMALL),
    "Example": (lambda network, values: Example("an example", network, values), SMALL, P.values),
    "Example, value": (P.value, SMALL.total),
    "Example, at": (lambda value: P.at(w1=value), 0.5),
    "HandCalculation": (HandCalculation, SMALL),
    "HandCalculation, derivation": (HandCalculation(SMALL).derivation, "w1", False),
    "HandCalculation, path_units": (HandCalculation(SMALL).path_units, "w1"),
    "HandCalculation, values": (HandCalculation(SMALL).values, P),
    "first_parameters": (first_parameters, [1, 2], "small"),
    "outcome": (outcome, SIMPLIFIED),
    "curvature": (curvature, {name: values[None] for name, values in SIMPLIFIED.items()}),
    "all_right": (
        lambda rate, epochs, start: all_right(learning_rate=rate, epochs=epochs, start=start), 0.5, 100, "small"
    ),
    "encoder, experiment": (
        lambda seeds, rate, epochs: encoder_experiment(seeds, learning_rate=rate, epochs=epochs), [1, 2], 0.5, 2
    ),
    "ANN": (ANN, 0.5, 2, 1, "small"),
    "ANN, training": (lambda X, Y: ANN(epochs=2).training(X, Y), np.eye(8), np.eye(8)),
    "ANN, options": (lambda rate, epochs: ANN(rate, epochs).training(np.eye(8), np.eye(8)), 0.5, 2),
    "ANN, predict": (
        lambda Bh, X: ANN().predict(SIMPLIFIED["W1"], SIMPLIFIED["W2"], Bh, SIMPLIFIED["b2"], X),
        np.zeros(3),
        np.eye(8),
    ),
    "heat_map": (heat_map, [[0.5]], [[("1", "0–2")]], ["a"], ["b"], ("rows", "columns"), "A title"),
    "uniform": (uniform, -1.0, 1.0),
    "normal": (normal, 1.0, 0.0),
    "Layers": (lambda first, last: Layers(first, 2, last), 2, 1),
    "Layers, options": (
        lambda activation, loss, biases, learn: Layers(
            2, 2, 1, activation=activation, loss=loss, biases=biases, learn_biases=learn
        ),
        ["tanh", "sigmoid"], "binary_cross_entropy", [True, False], True,
    ),
    "Layers, batch": (DENSE.batch, 2),
    "Layers, start": (
        lambda weights, biases, seed, runs, given: DENSE.start(weights, biases, seed=seed, runs=runs, given=given),
        normal(), [0.0, 0.1], 1, 2, {"W1": np.ones((2, 2))},
    ),
    "Layers, predict": (DENSE.predict, START, [[0, 1]]),
    "Layers, checked_examples": (lambda values: DENSE.checked_examples(values, "X"), [[0, 1]]),
    "Layers, checked_data": (DENSE.checked_data, [[0, 1]], [[1]]),
    "Layers, checked_parameters": (DENSE.checked_parameters, START),
    "checked_layers": (checked_layers, DENSE),
    "train": (lambda *data: train(*data, learning_rate=0.5, epochs=2), DENSE, [[0, 1]], [[1]], START),
    "train, steps": (
        lambda rate, epochs, momentum, batch, shuffle: train(
            DENSE, [[0, 1]], [[1]], START, learning_rate=rate, epochs=epochs, momentum=momentum, batch=batch,
            shuffle=shuffle, reading="NumPy",
        ),
        0.5, 2, 0.9, 1, 7,
    ),
    "train, record": (
        lambda watch, every, reading, progress: train(
            DENSE, [[0, 1]], [[1]], START, learning_rate=0.5, epochs=2, watch=watch, every=every, reading=reading,
            progress=progress,
        ),
        ["W1"], 1, "NumPy", False,
    ),
    "network, two hidden layers": (two_hidden.network, True, False),
    "starts, two hidden layers": (two_hidden.starts, [0, 1]),
    "trained, two hidden layers": (
        lambda seeds, half, learn, rate, epochs, every: two_hidden.trained(
            seeds, half=half, learn_biases=learn, learning_rate=rate, epochs=epochs, every=every
        ),
        [0, 1], True, False, 0.01, 10, 1,
    ),
    "two_hidden": (
        lambda seeds, half, learn, rate, epochs: two_hidden.two_hidden(
            seeds, half=half, learn_biases=learn, learning_rate=rate, epochs=epochs
        ),
        [0, 1], True, False, 0.01, 10,
    ),
    "sweep": (lambda *given: sweep(*given, progress=False), swept, {"size": [1]}, 2),
    "sweep, options": (
        lambda executor, file, progress: sweep(swept, {"size": [1]}, 1, executor, file=file, progress=progress),
        None, None, False,
    ),
    "sweep, an axis": (lambda values: sweep(swept, {"size": values}, 1, progress=False), [1, 2]),
    "sweep, a result": (lambda result: sweep(lambda seed: result, {}, 1, progress=False), {"loss": 1.0}),
    "sweep, results": (lambda result: sweep(lambda seeds: {"a": result}, {}, 2, progress=False), np.ones(2)),
    "planned": (planned, swept, {"size": [1]}, 2),
    "checked_axis_values": (checked_axis_values, swept, "size", [1, 2]),
    "checked_seeds": (checked_seeds, 2),
    "Results, select": (lambda value: RESULTS.select(size=value), 1),
    "Results, a column": (lambda name: RESULTS[name], "loss"),
    "Results, write": (RESULTS.write, os.devnull),
    "Results, read": (Results.read, os.devnull),
    "checked_path": (lambda path: checked_path(path, (".csv",)), "a.csv"),
    "Configuration": (lambda *given: Configuration(*given).sweep(progress=False), NAMED, {"size": [1]}, 2),
    "Configuration, read": (Configuration.read, os.devnull),
    "program_named": (program_named, NAMED),
    "named": (named, NAMED),
    "results": (results, "encoder"),
    "lab_network": (lab_network, "5-10", "sigmoid"),
    "lab_data": (lab_data, "linear", 1),
    "lab": (
        lambda seeds, data, hidden, rate, epochs: lab(
            seeds, data=data, hidden=hidden, learning_rate=rate, epochs=epochs
        ),
        [1, 2], "xor", "2-2", 0.1, 5,
    ),
    "twins": (lambda seeds, epochs: twins(seeds, epochs=epochs), [1, 2], 4),
    "scores": (scores, [[0.3], [0.6]], [[0], [1]]),
    "Model": (Model, (2, 2), 1, 0.1, 1, "sigmoid"),
    "Model, forward": (Model((2, 2), 1, 0.1).forward, [0.1, 0.2]),
    "Model, train": (Model((2, 2), 1, 0.1).train, [[0.1, 0.2]], [[1]]),
    "dataset": (lambda name, seed: dataset(name, seed=seed), "linear", 1),
    "linear": (linear, 1, 4),
    "encoder": (encoder, 3),
    "deep_network": (vanishing.deep_network, "relu", 2),
    "delta_sizes": (vanishing.delta_sizes, DENSE, START, [[0, 1]], [[1]]),
    "hidden_deltas": (vanishing.hidden_deltas, [1], "relu", "he", 2, 1.0),
    "deltas": (lambda seeds, depth: vanishing.deltas(seeds, activation="relu", start="he", depth=depth), [1], 2),
    "expected_deltas": (vanishing.expected_deltas, "relu", 2.0, 3),
    "trained": (
        lambda seed, activation, rate, start: vanishing.trained(
            seed, activation=activation, depth=1, learning_rate=rate, start=start, epochs=1
        ),
        1, "relu", 0.1, "he",
    ),
    "stored_shares": (vanishing.stored_shares, "relu", "he", 20),
    "accuracies": (vanishing.accuracies, "relu", 10, "plain"),
    "another_network": (another_network, "2-2-2", 1),
    "checked_kind": (checked_kind, "2-2-2"),
    "checked_seed": (checked_seed, 1),
    "as_tex": (as_tex, a**2 + 1),
    "as_text": (as_text, a**2 + 1),
    "first_wrong_line": (first_wrong_line, [a + a, 2 * a]),
    "table": (table, "Fantahun (2023)", "confirmed"),
    "row": (row, "D34"),
    "explained": (explained, "D34"),
    "quoted": (quoted, "D34"),
    "suspect": (suspect, "single"),
    "Suspect, printed": (suspect("biases").printed, 1),
    "Suspect, weights_after": (suspect("nine").weights_after, 1),
    "checked_rounds": (checked_rounds, 1),
    "agreeing_digits": (agreeing_digits, "0.0159", 0.0158),
    "witness": (witness, "PyTorch"),
    "source": (source, "PyTorch", "train"),
}  # fmt: skip
ALWAYS_REFUSED = {
    "GraphError",
    "Results, write", "Results, read", "Configuration, read",  # a file whose name has no suffix
    "results",  # there is none yet
}  # fmt: skip
PLACES = [(name, place) for name, (_, *right) in CALLS.items() for place in range(len(right))]

MODULES = (
    "by_hand.calculation", "by_hand.hypotheses", "by_hand.numerals", "by_hand.problems", "by_hand.sheet",
    "checking.gradient_check", "checking.steps_of_algebra",
    "experiments", "experiments.configurations", "experiments.encoder", "experiments.linear_xor",
    "experiments.two_hidden", "experiments.vanishing", "figures",
    "networks.datasets", "networks.drawing", "networks.layers", "networks.network", "networks.training",
    "readings.derivation", "readings.formula", "readings.iteration", "readings.javascript", "readings.numbers",
    "readings.python", "readings.symbols", "record", "sweeps.results", "sweeps.sweep", "witnesses",
)  # fmt: skip
INNER = {
    "ACTIVATIONS", "LOSSES", "Node",  # tables, whose functions are above; and a class that only the library makes
    "Connection", "Cell", "Line", "HandTable", "Table", "Source", "CandidateProgram", "Witness", "Problem",
    "CheckedGradient", "ProblemKind", "GradientCheck", "Batch", "Training",
    "Derivation", "WorkedDerivation", "Definition", "Step", "Factor", "Style", "Names", "Powers",  # results
    "glorot", "he", "lecun",  # take nothing
    "cards", "delta_name", "slot", "shown", "split", "write", "write_factor", "evaluated", "evaluates", "why",
    "aloud", "Printer",  # parts of the figures' own making
    "slope_heading", "loss_heading", "sum_name", "plain", "spellings", "read_sheet", "calculation_words", "saying",
    "Numeral", "Reading", "SheetReport", "is_doubtful", "is_too_long", "readings_of",  # of a sheet
    "named_below", "local_derivatives", "one_run", "evaluate_on_arrays",  # steps that several readings share
    "draw", "is_fair", "sorts", "varied", "in_ones", "mulberry32", "network_of", "calculation_of", "nine_decimals",
    "defined", "fields", "python_function", "with_numba",  # parts of a program
    "checked_values", "too_early", "main", "places",
    "two_numbers", "xor", "digits", "pixels",  # take nothing
    "Plan", "Experiment", "Interrupted", "Form",  # made by the library and its authors alone
    "NetworkDrawing",  # what a function above gives
    "figure", "panels", "picture", "Picture", "HeatMap", "Beside",  # Matplotlib, and what functions above give
    "attempt",  # what a worker runs, and what its numbers become
}  # fmt: skip
"""Public names that no student calls: each is made, or called, by the library and the figures alone."""


class Stranger:
    """An object of a class that the library has never heard of."""


def fails(*_, **__):
    raise RuntimeError("no answer")


class Incomparable:
    """An object that will not be compared, nor be a key."""

    __eq__ = __ne__ = __lt__ = __hash__ = fails


class Unshown:
    """An object that has no words for itself."""

    __repr__ = __str__ = __format__ = fails


class Uncounted:
    """An object that will be no list, number, truth or array."""

    __len__ = __iter__ = __getitem__ = __contains__ = __bool__ = __float__ = __int__ = __index__ = __array__ = fails


def nested_in_itself():
    ring = []
    ring.append(ring)
    return ring


JUNK = {
    "None": lambda: None,
    "True": lambda: True,
    "no text": lambda: "",
    "a name": lambda: "w",
    "a number as text": lambda: "0.5",
    "a sentence": lambda: "w, x and y",
    "a word of Python": lambda: "class",
    "odd characters": lambda: "\x00\ud800𝒳",
    "a long text": lambda: "w" * 5000,
    "bytes": lambda: b"w",
    "a complex number": lambda: 1j,
    "a huge whole number": lambda: 10**400,
    "a huge negative one": lambda: -(10**400),
    "zero": lambda: 0,
    "a negative number": lambda: -1,
    "a fraction of a number": lambda: 0.5,
    "not a number": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "nearly infinity": lambda: 1e308,
    "a Fraction": lambda: Fraction(1, 3),
    "a Decimal": lambda: Decimal("0.1"),
    "a Decimal that is none": lambda: Decimal("NaN"),
    "a whole number of NumPy": lambda: np.int64(2),
    "a truth of NumPy": lambda: np.bool_(True),
    "a single of NumPy": lambda: np.float32(0.5),
    "a complex number of NumPy": lambda: np.complex128(1j),
    "a date of NumPy": lambda: np.datetime64("2020-01-01"),
    "objects in an array": lambda: np.array([1, None], dtype=object),
    "nodes in an array": lambda: np.array([w, x], dtype=object),
    "texts in an array": lambda: np.array(["a"]),
    "an empty array": lambda: np.array([]),
    "an empty matrix": lambda: np.ones((2, 0)),
    "a vector": lambda: np.ones(3),
    "a matrix": lambda: np.ones((2, 3)),
    "many axes": lambda: np.ones((1,) * 20),
    "a record of NumPy": lambda: np.zeros(2, dtype=[("a", int)]),
    "a masked array": lambda: np.ma.array([1.0, 2.0], mask=[False, True]),
    "masked": lambda: np.ma.masked,
    "a symbol": lambda: sympy.Symbol("x"),
    "π": lambda: sympy.pi,
    "a whole number of SymPy": lambda: sympy.Integer(2),
    "a matrix of SymPy": lambda: sympy.Matrix([[1, 2]]),
    "an empty list": lambda: [],
    "an empty tuple": lambda: (),
    "an empty dict": lambda: {},
    "rows of different lengths": lambda: [[1, 2], [3]],
    "a mixed list": lambda: [1, "a"],
    "a list of None": lambda: [None],
    "a list of names": lambda: ["w"],
    "a list in itself": nested_in_itself,
    "a dict of None": lambda: {"w": None},
    "a dict without names": lambda: {1: 2},
    "a dict of nodes": lambda: {w: x},
    "a dict in a dict": lambda: {"w": {"x": 1}},
    "a dict of other names": lambda: {"wieght": 1.0, "x": 2.0},
    "a set": lambda: {1, 2},
    "a range": lambda: range(3),
    "a slice": lambda: slice(1),
    "a generator": lambda: (node for node in (w,)),
    "an empty generator": lambda: (node for node in ()),
    "a function": lambda: abs,
    "a class": lambda: int,
    "the class of nodes": lambda: Node,
    "a module": lambda: np,
    "an error": lambda: ValueError("w"),
    "an ellipsis": lambda: ...,
    "not implemented": lambda: NotImplemented,
    "a date": lambda: datetime.date(2020, 1, 1),
    "a stranger": Stranger,
    "what is not compared": Incomparable,
    "a list of what is not compared": lambda: [Incomparable()],
    "what is not shown": Unshown,
    "a dict of what is not shown": lambda: {Unshown(): Unshown()},
    "what is not counted": Uncounted,
    "a list of what is not counted": lambda: [Uncounted()],
    "an empty array in a list": lambda: [np.array([])],
    "arrays in a list": lambda: [np.ones(2), np.ones(3)],
    "a list of lists": lambda: [[], [[]]],
    "a lambda": lambda: lambda: None,
    "a dict of thousands of digits": lambda: {10**5000: 1},
    "half a letter": lambda: "\ud800",
    "sizes below zero": lambda: (-1, 2),
    "sizes of zero": lambda: (0,),
    "sizes that are no whole numbers": lambda: (2.0, True),
    "a node": lambda: w,
    "another node of the same name": lambda: variable("w"),
    "a node from elsewhere": lambda: variable("q") * 2,
    "a node that is a vector": lambda: v,
    "a node that is a matrix": lambda: m,
    "a constant": lambda: constant([1.0, 2.0]),
    "a list of nodes": lambda: [w, x],
    "a list of nodes and numbers": lambda: [w, 1.0],
}

NOT_OURS = {
    ("… / node", "a masked array"): "NumPy's masked arrays divide by themselves, and ask no node",
    ("… ** node", "a masked array"): "they raise themselves to a power as well",
    ("Layers, start", "a function"): "any function may draw weights; this one takes other arguments",
    ("Layers, start", "a lambda"): "the same",
    ("Layers, start", "a class"): "the same",
    ("Layers, start", "the class of nodes"): "the same",
    ("… ** node", "a matrix of SymPy"): "SymPy's matrices raise themselves to a power, and ask no node",
}
"""Where Python asks the other object first, and that one refuses in its own words."""

AWAITED: dict[tuple[str, int], str] = {}
"""Arguments that are still answered with an error of Python's own, and to what: to be mended, and then taken out."""


def answered(name, arguments):
    """What is wrong with what came out of one of CALLS: see `came_out`."""
    return came_out(lambda: CALLS[name][0](*arguments))


def came_out(action):
    """None if an action gives a result, or a GraphError with all that belongs to it; else what came out, in words."""
    with in_time(SECONDS, "ITIMER_PROF", "SIGPROF"), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # NumPy computed with what should have been refused
        # What it says of junk that is masked; the nan is refused.
        warnings.filterwarnings("ignore", "Warning: converting a masked element to nan", UserWarning)
        try:
            action()
        except GraphError as error:
            parts = (error.given, error.expected, error.hint)
            return None if all(isinstance(part, str) and part.strip() for part in parts) else f"an empty part: {parts}"
        except Exception as error:
            return f"{type(error).__name__}: {error!s:.120}"
    return None


@pytest.fixture(scope="module", autouse=True)
def stored_runs_are_read_once():
    """No junk reaches the file, and reading it takes longer than all else that `all_right` does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder_module, "results", functools.cache(encoder_module.results))
        yield


def pretty(place):
    return f"{place[0]}, argument {place[1] + 1}"


def awaited(place):
    return pytest.mark.xfail(strict=True, reason=f"not yet refused: {AWAITED[place]}") if place in AWAITED else ()


@pytest.mark.parametrize("place", [pytest.param(place, marks=awaited(place), id=pretty(place)) for place in PLACES])
def test_every_kind_of_junk_in_every_place_is_answered(place):
    name, number = place
    wrong = {}
    for kind, make in JUNK.items():
        arguments = list(CALLS[name][1:])
        arguments[number] = make()
        came_out = answered(name, arguments)
        if came_out is not None and (name, kind) not in NOT_OURS:
            wrong[kind] = came_out
    assert not wrong


@pytest.mark.parametrize("name", CALLS)
def test_the_right_arguments_are_right(name):
    assert answered(name, CALLS[name][1:]) is None
    if name not in ALWAYS_REFUSED:
        CALLS[name][0](*CALLS[name][1:])


numbers = st.one_of(st.integers(), st.floats(), st.complex_numbers(), st.decimals(), st.fractions(), st.booleans())
scraps = st.one_of(
    numbers,
    st.none(),
    st.text(max_size=8),
    st.binary(max_size=4),
    st.dates(),
    arrays.arrays(
        st.sampled_from(
            [np.float64, np.float32, np.int8, np.uint64, np.complex64, np.bool_, np.object_, "U3", "M8[s]"]
        ),
        arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    ),
    st.sampled_from(sorted(JUNK)).map(lambda kind: JUNK[kind]()),
)
junk = st.recursive(
    scraps,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.sampled_from(["w", "x", "m", "E", "w1", "o1", "", 1, None, w]), inner, max_size=3),
    ),
    max_leaves=4,
)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_junk_of_any_kind_in_several_places_is_answered(name, data):
    arguments = list(CALLS[name][1:])
    free = [place for place in range(len(arguments)) if (name, place) not in AWAITED]
    for place in data.draw(st.sets(st.sampled_from(free), min_size=1)) if free else ():
        arguments[place] = data.draw(junk)
    came_out = answered(name, arguments)
    assert came_out is None or any(isinstance(one, np.ma.MaskedArray | sympy.MatrixBase) for one in arguments)


def empty_part():
    raise GraphError("given", "expected", " ")


PLANTED = {
    "an error of Python's": (lambda: 1 + "w", "TypeError"),
    "an empty part": (empty_part, "an empty part"),
    "a warning": (lambda: np.float64(1e308) * 10, "RuntimeWarning"),
    "no end": (lambda: [None for _ in iter(int, 1)], "TimeoutError"),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_what_is_no_answer_is_seen(kind, monkeypatch):
    action, told = PLANTED[kind]
    if kind == "no end" and not has_alarm():
        pytest.skip("no alarm on this system")
    monkeypatch.setattr("tests.library.test_bad_input.SECONDS", 0.2)
    monkeypatch.setitem(CALLS, "planted", (action,))
    assert answered("planted", ()).startswith(told)


# What must not be taken in silence


MU, H, n, SIGNED = (
    variable("µ"),
    variable("E_history"),
    variable("n", (3, 4)),
    np.array([[1, -1, 1, 1]] * 2 + [[1] * 4]),
)
ELU = ACTIVATIONS["elu"]
NESTED = reduce(lambda y, _: sigmoid(y) * x, range(200), w).named("N")

TAKEN = {
    "an empty constant": lambda: constant([]),
    "an empty value": lambda: evaluate(E, w=[], x=1),
    "a masked constant": lambda: constant(np.ma.masked),
    "a masked element": lambda: constant(np.ma.array([1.0, 2.0], mask=[False, True])),
    "a masked element in a list": lambda: constant([[1.0, np.ma.masked]]),
    "masked arrays in a list": lambda: constant([np.ma.array([1.0, 2.0], mask=[False, True])]),
    "targets beyond 1 for a binary cross-entropy": lambda: fitted("sigmoid", "binary_cross_entropy", [5, 0]),
    "targets below 0 for a binary cross-entropy": lambda: fitted("sigmoid", "binary_cross_entropy", [-1, 0]),
    "targets beyond 1 for a categorical one": lambda: fitted("softmax", "categorical_cross_entropy", [-1, 2]),
    "targets that do not add up to 1": lambda: fitted("softmax", "categorical_cross_entropy", [1, 1]),
    "no targets that add up to 1": lambda: fitted("softmax", "categorical_cross_entropy", [0, 0]),
    "a history beyond memory": lambda: train(DENSE, [[0, 1]], [[1]], START, learning_rate=0.5, epochs=10**9),
    "a history of all watched beyond memory": lambda: train(
        DENSE, np.ones((500, 2)), np.ones((500, 1)), START, learning_rate=0.5, epochs=10**6, watch=["out2"]
    ),
    "rounds beyond memory": lambda: Iteration(UPDATES, {"E": E}, False)(VALUES, 10**9),
    "runs without end": lambda: DENSE.start(seed=1, runs=2**32 - 1),
    "parameters beyond memory": lambda: Layers(10**6, 10**6).start(seed=1),
    "many runs beyond memory": lambda: Layers(100, 100).start(seed=1, runs=10**5),
    "an interval beyond all numbers": lambda: uniform(-1e308, 1e308),
    "a Jacobian beyond memory": lambda: backprop_lib.jacobian(backprop_lib.exp(LONG), LONG),
    "a Hessian beyond memory": lambda: backprop_lib.hessian(backprop_lib.sum_of(LONG**3), LONG),
    "weights of another shape": lambda: DENSE.start(lambda rng, shape: np.ones(7), seed=1),
    "weights for more runs than asked for": lambda: DENSE.start(lambda rng, shape: np.ones((5, *shape)), seed=1),
    "no weights": lambda: DENSE.start(lambda rng, shape: None, seed=1),
    "weights that are no numbers": lambda: DENSE.start(lambda rng, shape: np.full(shape, np.nan), seed=1),
    "weights beyond all numbers": lambda: Layers(9, 9).start(normal(1e308), seed=1),
    "given for other runs": lambda: DENSE.start(seed=1, runs=3, given={"b1": np.ones((4, 2))}),
    "a network of a billion units": lambda: network_drawing([10**9, 1]),
    "layers of truths": lambda: network_drawing([True, True]),
    "text as layers": lambda: network_drawing("ab"),
    "a value of a unit that is no number": lambda: network_drawing([1, 1], values={"i1": np.nan}),
    "a weight from a unit to nothing": lambda: network_drawing([1, 1], weights={("i1",): "w"}),
    "a weight of a number": lambda: network_drawing([1, 1], weights={3: "w"}),
    "a weight past a layer": lambda: network_drawing([1, 1, 1], weights={("i1", "o1"): "w"}),
    "a weight backwards": lambda: network_drawing([1, 1], weights={("o1", "i1"): "w"}),
    "a billion digits": lambda: drawing(E, VALUES, digits=10**9),
    "a title that no picture holds": lambda: drawing(E, title="a\x0bb"),
    "more elements than there are": lambda: variable("v", 10**30),
    "no names": lambda: variables(""),
    "nothing to update": lambda: Iteration({}, {"E": E}),
    "text as a value of an iteration": lambda: Iteration(UPDATES, {"E": E}, False)({"w": "0.5", "x": 1}, 1),
    "no number as a value of an iteration": lambda: Iteration(UPDATES, {"E": E}, False)({"w": np.nan, "x": 1}, 1),
    "True rounds": lambda: Iteration(UPDATES, {"E": E}, False)(VALUES, True),
    "a program as a rounding": lambda: javascript_iteration("f", UPDATES, {"E": E}, "alert(1)//"),
    "an enormous layer": lambda: Network(10**6, 10**6),
    "half a truth": lambda: Network(2, 2, half=0.5),
    "another example's numbers": lambda: Example("P", Network(3, 2, 1), P.values),
    "a million rounds of a suspect": lambda: suspect("nine").printed(10**6),
    "a value given twice": lambda: evaluate(w * 2, {"w": 1}, w=2),
    "a value in two spellings": lambda: evaluate(MU * 2, {"µ": 1, "μ": 2}),
    "a value given twice to a function": lambda: Compiled("f", {"y": w * 2})({"w": 1}, w=2),
    "a keyword in other letters": lambda: variable("𝐢𝐟"),
    "a variable that Python keeps": lambda: variable("__debug__"),
    "a product that is no number": lambda: evaluate(exp(m) @ n, m=np.full((2, 3), 1e3), n=SIGNED),
    "the same in one of several runs": lambda: evaluate(exp(m) @ n, m=np.full((2, 3), 1e3), n=[abs(SIGNED), SIGNED]),
    "a root that is no number": lambda: Compiled("f", {"y": x**0.5}, numba=False)(x=-8),
    "an array that is no number": lambda: Compiled("f", {"y": log(v)})(v=[-1, 2, 3]),
    "rounds that give no number": lambda: Iteration({w: w**0.5 - 2}, {"E": w}, False)({"w": 0.5}, 3),
    "the same with Numba": lambda: Iteration({w: w**0.5 - 2}, {"E": w}, True)({"w": 0.5}, 3),
    "rounds of a logarithm": lambda: Iteration({w: log(w)}, {"E": w}, False)({"w": 0.5}, 3),
    "a variable called like a history": lambda: Iteration({H: H - 1}, {"E": H * 2}, False),
    "two spellings to watch": lambda: Iteration({w: w - 1}, {"µ": w, "μ": w}, False),
    "a derivation of several runs": lambda: derivation(E, w).at({"w": 1, "x": [1, 2]}),
    "a formula that never ends": lambda: derivation(NESTED, w),
    "a sum of thousands of symbols": lambda: backprop_lib.expression(sum_of(variable("q", 3000))),
    "a product of thousands": lambda: backprop_lib.expression(variable("a", (60, 60)) @ variable("b", (60, 60))),
    "a proof among kinks": lambda: backprop_lib.prove_gradient(absolute(relu(w * x) - 1), w),
    "a proof among kinks that bend": lambda: backprop_lib.prove_gradient(ELU(ELU(w * x)), w),
    "a comparison of many that are compared": lambda: backprop_lib.expression(
        backprop_lib.max_of(variable("a", 8)) * backprop_lib.max_of(backprop_lib.maximum(variable("b", 16), 0.0))
    ),
    "a number of endless digits": lambda: backprop_lib.expression(constant(2.0) ** 1e300),
    **{
        f"{kind} called {name!r}": lambda name=name, of=of: Compiled(name, {"y": exp(of + of)})
        for kind, of in (("a function of numbers", x), ("a function of arrays", v))
        for name in ("class", "", "1x", None, "add", "exp", "__debug__")
    },
}


HINTS = {
    "a name in capitals": (lambda: evaluate(w * x, W=0.5, x=2), "'w'"),
    "an activation in capitals": (lambda: Layers(2, 1, activation="ReLU"), "'relu'"),
    "biases in words": (lambda: Layers(2, 2, 1, biases=["yes", "no"]), "[True, True]"),
    "biases in an array": (lambda: DENSE.start(biases=np.array([0.1]), seed=1), "[0.0, 0.0]"),
    "a second name for a variable": (lambda: backprop_lib.sum_of(w).named("s"), "1 * w"),
    "a second name for a result": (lambda: (w * x).named("a").named("s"), "a second time"),
    "an array of names to watch": (
        lambda: train(DENSE, [[0, 1]], [[1]], START, learning_rate=0.5, epochs=1, watch=[np.array(["W1", "b1"])]),
        "leave it out",
    ),
    "a masked element in a list": (lambda: constant([1.0, np.ma.masked]), "filled"),
}


@pytest.mark.parametrize("kind", HINTS)
def test_a_hint_leads_on(kind):
    action, told = HINTS[kind]
    assert told in refusal(action).hint


def test_a_variable_gets_a_second_name_as_its_hint_says():
    assert (1 * w).named("s").name == "s"


@pytest.mark.parametrize("kind", TAKEN)
def test_what_can_only_be_a_mistake_is_not_taken_in_silence(kind):
    with in_time(SECONDS, "ITIMER_PROF", "SIGPROF"):
        refusal(TAKEN[kind])


IN_ANOTHER_SPELLING = {
    "evaluate": lambda: evaluate(TWICE, {"µ": 1}),
    "Compiled": lambda: Compiled("µ", {"y": TWICE}, numba=False)({"µ": 1})["y"],
    "Compiled, arrays": lambda: Compiled("µ", {"y": TWICE * np.ones(2)})({"µ": 1})["y"][0],
    "Iteration": lambda: Iteration({MU: TWICE}, {}, False)({"µ": 1}, 1)[1]["μ"],
    "gradient_check": lambda: gradient_check(TWICE, {"µ": 1}, {"µ": 2}).rows[0].exact,
    "derivation": lambda: derivation(SQUARE, MU).at({"µ": 1}).value,
    "drawing": lambda: 2 * drawing(TWICE, {"µ": 1}, highlight="µ").description.count("μ is 1"),
}
TWICE, SQUARE = MU * 2, (MU**2).named("square")


@pytest.mark.parametrize("reader", IN_ANOTHER_SPELLING)
def test_the_two_letters_that_look_alike_are_one_name(reader):
    assert IN_ANOTHER_SPELLING[reader]() == 2


def test_a_generator_of_nodes_gives_all_gradients():
    assert len(backprop_lib.gradients(E, (node for node in (w, x)))) == 2


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda node: pickle.loads(pickle.dumps(node))])
def test_a_copied_graph_is_read_like_the_first(copied):
    again = copied(E)
    assert evaluate(again, VALUES) == evaluate(E, VALUES)
    assert len(topological_order([again])) == len(topological_order([E]))


# Nothing is forgotten


def public():
    """The public names that a student may meet: those of the library, and what its modules define."""
    names = set(backprop_lib.__all__)
    for path in MODULES:
        module = importlib.import_module(f"backprop_lib.{path}")
        names |= {
            name
            for name, value in vars(module).items()
            if not name.startswith("_")
            and (inspect.isfunction(inspect.unwrap(value)) or inspect.isclass(value))
            and value.__module__ == module.__name__
        }
    return names


def covered():
    return {name.split(",")[0] for name in CALLS}


def test_every_public_name_has_an_entry():
    assert public() - covered() - INNER == set()
    assert not covered() & INNER


def test_every_entry_is_of_a_name_that_there_is():
    known = public() | {"Node.named", "Iteration", "Suspect"}
    assert {name for name in covered() if name.isidentifier()} <= known
    assert public() >= INNER
    assert set(AWAITED) <= set(PLACES)


def test_a_new_name_without_an_entry_is_seen(monkeypatch):
    def fresh():
        pass

    fresh.__module__ = "backprop_lib.networks.network"
    monkeypatch.setattr("backprop_lib.networks.network.fresh", fresh, raising=False)
    assert public() - covered() - INNER == {"fresh"}
