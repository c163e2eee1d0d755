"""The book's networks in JAX, as its users write them; the chapter *Frameworks* shows these lines."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

from . import FEW, ROUNDS

LOSSES = {
    "half_squared_error": lambda out, T: jnp.sum((out - T) ** 2) / (2 * len(T)),
    "binary_cross_entropy": lambda out, T: jnp.sum(cross_entropy(out, T)) / len(T),
    "squares": lambda out, T: jnp.sum((out - T) ** 2),
    "mean square": lambda out, T: jnp.mean((out - T) ** 2),
    "cross-entropies": lambda out, T: jnp.sum(cross_entropy(out, T)),
    "mean cross-entropy": lambda out, T: jnp.mean(cross_entropy(out, T)),
}


def cross_entropy(out, T):
    return -T * jnp.log(out) - (1 - T) * jnp.log(1 - out)


def forward(parameters, X):
    out1 = jax.nn.sigmoid(X @ parameters["W1"] + parameters["b1"])
    return jax.nn.sigmoid(out1 @ parameters["W2"] + parameters["b2"])


def error(parameters, X, T, loss):
    return LOSSES[loss](forward(parameters, X), T)


error_and_gradients = jax.value_and_grad(error)


def moved(value, rate, slope):
    return value - rate * slope


@partial(jax.jit, static_argnames="loss")
def step(parameters, rates, X, T, loss):
    slopes = jax.grad(error)(parameters, X, T, loss)
    return jax.tree.map(moved, parameters, rates, slopes)


def _ready(problem, precision):
    jax.config.update("jax_enable_x64", precision == "float64")
    return {name: jnp.array(value) for name, value in problem.start.items()}, jnp.array(problem.X), jnp.array(problem.T)


def version():
    """Of JAX."""
    return str(jax.__version__)


def result(problem, loss, precision):
    """The loss, and its gradients."""
    E, slopes = error_and_gradients(*_ready(problem, precision), loss)
    return {"loss": E, **slopes}


def _trained(problem, parameters, X, T, rounds):
    rates = {name: problem.learning_rate if name in problem.network.learned else 0.0 for name in parameters}
    for _ in range(rounds):
        parameters = step(parameters, rates, X, T, problem.network.loss)
    return parameters


def after(problem, precision):
    """All parameters after a few rounds with the book's loss."""
    return _trained(problem, *_ready(problem, precision), FEW)


def history(problem, precision):
    """The error and the outputs of one example after so many rounds."""
    parameters, X, T = _ready(problem, precision)
    records, done = [], 0
    for rounds in ROUNDS:
        parameters, done = _trained(problem, parameters, X, T, rounds - done), rounds
        records.append([error(parameters, X, T, problem.network.loss), *forward(parameters, X)[0]])
    return records
