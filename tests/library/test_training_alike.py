"""Two rounds of training, of every activation with every loss, are in each reading what `evaluate` makes of them.

Sizes coincide: as many examples in a batch as outputs, or as units; as many inputs as units; as many runs as either.
"""

import numpy as np
import pytest

from backprop_lib import concatenate, evaluate, max_of, mean_of, minimum, sin, sqrt, stop_gradient
from backprop_lib.graph import ACTIVATIONS, LOSSES, gradients
from backprop_lib.graph.functions import Activation
from backprop_lib.networks.layers import Layers
from backprop_lib.networks.training import _program, javascript_training, train
from backprop_lib.readings import rewrites
from tests.library.test_random_graphs import sum_by_sizes

pytestmark = pytest.mark.thorough

INPUTS, UNITS, OUTPUTS, EXAMPLES, RATE, EPOCHS = 3, 3, 2, 6, 0.01, 2
TOLERANCE = 1e-12
RNG = np.random.default_rng(11)
X = RNG.uniform(-1, 1, (EXAMPLES, INPUTS))
T = RNG.dirichlet(np.ones(OUTPUTS), EXAMPLES)  # shares, which every loss takes
BATCHES, MOMENTA = (1, OUTPUTS, UNITS, EXAMPLES), (None, 0.7)
PAIRS = [(activation, loss) for activation in ACTIVATIONS for loss in LOSSES]
COMPILED = PAIRS[4::22]
"""Those that Numba compiles, too, which takes seconds for each."""


def network_of(activation, loss):
    return Layers(INPUTS, UNITS, OUTPUTS, activation=[activation, LOSSES[loss].stands_for or activation], loss=loss)


def by_evaluate(network, start, batch, momentum):
    """The losses before, between and after the rounds, and the parameters after them."""
    values, velocity = dict(start), dict.fromkeys(network.learned, 0.0)
    part, whole = network.batch(batch), network.batch(EXAMPLES)
    slopes = gradients(part.loss, [part.nodes[name] for name in network.learned])
    losses = [evaluate(whole.loss, {**values, "X": X, "T": T})]
    for _ in range(EPOCHS):
        for first in range(0, EXAMPLES, batch):
            rows = slice(first, first + batch)
            found = evaluate([part.loss, *slopes], {**values, "X": X[rows], "T": T[rows]})[1:]
            for name, slope in zip(network.learned, found, strict=True):
                velocity[name] = (momentum or 0.0) * velocity[name] + RATE * slope
                values[name] = values[name] - velocity[name]
        losses.append(evaluate(whole.loss, {**values, "X": X, "T": T}))
    return np.moveaxis(losses, 0, -1), values


def differences(expected, found):
    """How far losses and parameters are apart, as a share of the largest of their kind."""
    pairs = [(expected[0], found[0]), *((expected[1][name], found[1][name]) for name in expected[1])]
    return [np.abs(one - other).max() / (1 + np.abs(one).max()) for one, other in pairs]


def check(network, readings):
    start = network.start(biases=0.1, seed=2, runs=3)
    for k, (batch, momentum) in enumerate((batch, momentum) for batch in BATCHES for momentum in MOMENTA):
        runs = (None, OUTPUTS, UNITS)[k % 3]
        given = {name: value[0] if runs is None else value[:runs] for name, value in start.items()}
        expected = by_evaluate(network, given, batch, momentum)
        for reading in readings:
            told = {"learning_rate": RATE, "epochs": EPOCHS, "momentum": momentum, "batch": batch, "reading": reading}
            training = train(network, X, T, given, **told, progress=False)
            apart = differences(expected, (training.loss, training.parameters))
            assert max(apart) <= TOLERANCE, (reading, batch, momentum, runs, apart)


@pytest.mark.parametrize("activation, loss", PAIRS)
def test_training_is_what_evaluate_makes_of_it(activation, loss):
    numba = ["Numba"] if (activation, loss) in COMPILED else []
    check(network_of(activation, loss), ["NumPy", "plain Python", *numba])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_page_trains_as_evaluate_does(activation, node):
    networks = {f"{loss}_{k}": (network_of(activation, loss), m) for loss in LOSSES for k, m in enumerate(MOMENTA)}
    start = {key: network.start(biases=0.1, seed=2) for key, (network, _) in networks.items()}
    cases = []
    for key, (network, momentum) in networks.items():
        state = {name: value.ravel().tolist() for name, value in start[key].items()}
        state |= {f"v_{name}": [0.0] * len(state[name]) for name in network.learned}
        state |= {"X": X.ravel().tolist(), "T": T.ravel().tolist(), "learning_rate": RATE, "momentum": momentum}
        cases += [{"key": key, "state": state, "batch": batch} for batch in BATCHES]
    sources = [javascript_training(key, network, momentum=m is not None) for key, (network, m) in networks.items()]
    table = f"const table = {{ {', '.join(networks)} }};"
    each = f"({{ key, state, batch }}) => [table[key](state, {EPOCHS}, {{ batch }}).loss, state]"
    answers = node("\n".join([*sources, table, f"export const answer = cases => cases.map({each});"]), cases)
    for case, (losses, state) in zip(cases, answers, strict=True):
        network, momentum = networks[case["key"]]
        expected = by_evaluate(network, start[case["key"]], case["batch"], momentum)
        parameters = {name: np.reshape(state[name], shape) for name, shape in network.shapes.items()}
        apart = differences(expected, (np.array(list(losses.values())), parameters))
        assert max(apart) <= TOLERANCE, (case["key"], case["batch"], apart)


def crossed(x):
    """A layer in which units are chosen, put side by side, compared, and in part held fixed."""
    both = concatenate([x[..., :1], sin(x[..., 1:])[..., ::-1]], -1)
    level = mean_of(minimum(both, 0.5), -1, keepdims=True)
    return both / sqrt(1.0 + both**2) - stop_gradient(0.1 * max_of(both, -1, keepdims=True)) + level


def test_an_activation_on_whole_layers_trains_alike_in_every_reading(monkeypatch):
    monkeypatch.setitem(ACTIVATIONS, "crossed", Activation(crossed, "crossed", "glorot"))
    check(network_of("crossed", "half_squared_error"), ["NumPy", "plain Python"])


def test_a_sum_whose_axis_is_found_from_sizes_is_found(monkeypatch):
    network = network_of("softmax", "half_squared_error")
    monkeypatch.setitem(rewrites.REWRITES, "unbroadcast", sum_by_sizes)
    _program.cache_clear()
    with pytest.raises(AssertionError, match="NumPy"):
        check(network, ["NumPy"])
    monkeypatch.undo()
    _program.cache_clear()
    check(network, ["NumPy"])
