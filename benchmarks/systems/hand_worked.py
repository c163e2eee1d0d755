"""The hand-worked 2-2-2 network, trained: Fantahun (2023), section 4, and Singh (2024), question 3.

Every program returns the weights w1 to w8, shape (8,).
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from backprop_lib.networks.network import SOURCES
from benchmarks.race import Missing, Program, needed
from benchmarks.systems.shared import Numbers, dense, flat, half_squares, pytorch, sigmoid, trained

UPDATES, CALLS = 10_000, 1_000


def _given(names: str) -> Numbers:
    return np.array([SOURCES.values[name] for name in names.split()])


INPUTS, TARGETS, RATE = _given("i1 i2"), _given("t1 t2"), SOURCES.values["eta"]
B1, B2 = SOURCES.values["b1"], SOURCES.values["b2"]
HIDDEN, OUTPUT = _given("w1 w2 w3 w4").reshape(2, 2), _given("w5 w6 w7 w8").reshape(2, 2)  # a row for each unit


def by_numpy() -> Program:
    """NumPy, written by hand."""

    def run(updates: int) -> Numbers:
        hidden, output = HIDDEN.copy(), OUTPUT.copy()
        for _ in range(updates):
            h = sigmoid(hidden @ INPUTS + B1)
            o = sigmoid(output @ h + B2)
            delta_o = (o - TARGETS) * o * (1 - o)
            delta_h = (delta_o @ output) * h * (1 - h)
            output -= RATE * np.outer(delta_o, h)
            hidden -= RATE * np.outer(delta_h, INPUTS)
        return flat((hidden, output))

    return run


def by_c() -> Program:
    """C, written by hand, compiled with -O3."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise Missing("there is no C compiler")
    source = Path(__file__).with_name("hand_worked.c")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        library = Path(folder) / "hand_worked.so"
        subprocess.run([compiler, "-O3", "-shared", "-fPIC", str(source), "-o", str(library), "-lm"], check=True)
        train = ctypes.CDLL(str(library)).train
    numbers = np.ctypeslib.ndpointer(np.float64, flags="C_CONTIGUOUS")
    train.argtypes, train.restype = [numbers, numbers, ctypes.c_long], None
    given = _given("i1 i2 b1 b2 t1 t2 eta")

    def run(updates: int) -> Numbers:
        weights = flat((HIDDEN, OUTPUT))
        train(given, weights, updates)
        return weights

    return run


def by_pytorch() -> Program:
    """PyTorch as its own tutorials write it, with modules and an optimiser."""
    torch = pytorch()
    inputs, targets = torch.tensor(INPUTS), torch.tensor(TARGETS)

    def run(updates: int) -> Numbers:
        hidden = dense(torch, HIDDEN, np.full(2, B1), learn_bias=False)
        output = dense(torch, OUTPUT, np.full(2, B2), learn_bias=False)
        model = torch.nn.Sequential(hidden, torch.nn.Sigmoid(), output, torch.nn.Sigmoid())
        optimiser = torch.optim.SGD([hidden.weight, output.weight], lr=RATE)
        trained(model, optimiser, half_squares(torch), repeat((inputs, targets), updates))
        return flat((hidden.weight.detach(), output.weight.detach()))

    return run


def by_lean_pytorch() -> Program:
    """Tensors, `backward`, and nothing else: the leanest that PyTorch's eager mode allows."""
    torch = pytorch()
    inputs, targets = torch.tensor(INPUTS), torch.tensor(TARGETS)

    def run(updates: int) -> Numbers:
        hidden, output = (torch.tensor(weights, requires_grad=True) for weights in (HIDDEN, OUTPUT))
        for _ in range(updates):
            outs = torch.sigmoid(output @ torch.sigmoid(hidden @ inputs + B1) + B2)
            (0.5 * ((outs - targets) ** 2).sum()).backward()
            with torch.no_grad():
                for weights in (hidden, output):
                    weights -= RATE * weights.grad
                    weights.grad = None
        return flat((hidden.detach(), output.detach()))

    return run


def by_autograd() -> Program:
    """HIPS autograd: NumPy's functions, traced anew in every update."""
    numpy, grad = needed("autograd.numpy"), needed("autograd").grad

    def sigmoid(x: Any) -> Any:
        return 1 / (1 + numpy.exp(-x))

    def error(weights: tuple[Any, Any]) -> Any:
        hidden, output = weights
        outs = sigmoid(numpy.dot(output, sigmoid(numpy.dot(hidden, INPUTS) + B1)) + B2)
        return 0.5 * numpy.sum((outs - TARGETS) ** 2)

    slopes = grad(error)

    def run(updates: int) -> Numbers:
        weights = (HIDDEN, OUTPUT)
        for _ in range(updates):
            weights = tuple(array - RATE * slope for array, slope in zip(weights, slopes(weights), strict=True))
        return flat(weights)

    return run


def by_jax() -> Program:
    """JAX: all updates one compiled loop."""
    jax = needed("jax")
    jax.config.update("jax_enable_x64", True)
    numpy = jax.numpy

    def error(weights: tuple[Any, Any]) -> Any:
        hidden, output = weights
        outs = jax.nn.sigmoid(output @ jax.nn.sigmoid(hidden @ INPUTS + B1) + B2)
        return 0.5 * numpy.sum((outs - TARGETS) ** 2)

    def update(weights: tuple[Any, Any], _: None) -> tuple[tuple[Any, Any], None]:
        return jax.tree.map(lambda array, slope: array - RATE * slope, weights, jax.grad(error)(weights)), None

    @partial(jax.jit, static_argnums=1)
    def train(weights: tuple[Any, Any], updates: int) -> Any:
        return jax.lax.scan(update, weights, length=updates)[0]

    start = (numpy.asarray(HIDDEN), numpy.asarray(OUTPUT))
    return lambda updates: flat(train(start, updates))


def by_micrograd() -> Program:
    """micrograd: a Python object for every number. It has no sigmoid, so it is given one in its own manner."""
    Value = needed("micrograd.engine").Value
    exp = needed("math").exp

    def sigmoid(x: Any) -> Any:
        out = Value(1 / (1 + exp(-x.data)), (x,), "sigmoid")

        def backward() -> None:
            x.grad += out.data * (1 - out.data) * out.grad

        out._backward = backward
        return out

    def layer(weights: Sequence[Any], signal: Sequence[Any], bias: float) -> list[Any]:
        rows = zip(weights[::2], weights[1::2], strict=True)
        return [sigmoid(first * signal[0] + second * signal[1] + bias) for first, second in rows]

    inputs, targets = INPUTS.tolist(), TARGETS.tolist()

    def run(updates: int) -> Numbers:
        weights = [Value(weight) for weight in flat((HIDDEN, OUTPUT)).tolist()]
        for _ in range(updates):
            outs = layer(weights[4:], layer(weights[:4], inputs, B1), B2)
            error = sum((out - target) ** 2 for out, target in zip(outs, targets, strict=True)) * 0.5
            for weight in weights:
                weight.grad = 0
            error.backward()
            for weight in weights:
                weight.data -= RATE * weight.grad
        return np.array([weight.data for weight in weights])

    return run


PEERS = {
    "NumPy": by_numpy,
    "C at -O3": by_c,
    "PyTorch": by_pytorch,
    "PyTorch, lean": by_lean_pytorch,
    "autograd": by_autograd,
    "micrograd": by_micrograd,
    "JAX, jit and scan": by_jax,
}
