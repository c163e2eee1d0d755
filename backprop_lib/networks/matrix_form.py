"""A network of layers, written out in matrices: forward pass, node deltas and gradients, each with its shapes.

An equation is one line of NumPy. Its LaTeX is read from that line, so what is printed is what can be run; and each is
tied to the node of the graph that it stands for, so that both can be compared.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any

import numpy as np

from ..graph import ACTIVATIONS, LOSSES, GraphError, Node, gradients, variable
from ..graph.errors import checked_choice
from ..graph.validation import Array, Shape
from ..readings.formula import (
    LATEX,
    Call,
    Matmul,
    Name,
    Number,
    Part,
    Power,
    Product,
    Quotient,
    Scaled,
    Style,
    Sum,
    write,
)
from ..readings.numbers import evaluate
from .layers import Layers

SIGNS = {"sigmoid": r"\sigma", "maximum": r"\max", "tanh": r"\tanh", "scale": r"\lambda", "alpha": r"\alpha"}
FORMS = {"greater": "[{} > {}]", "at_most": r"[{} \le {}]", "sum": r"\sum_{{\text{{examples}}}} {}"}
"""Functions and constants in LaTeX, and what is not written as a function; all else is set under its own name."""

PARTS = {"forward": "forward", "deltas": "node deltas", "gradients": "gradients"}


def _applied(activation: str, net: Array) -> Array:
    values: Array = evaluate(ACTIVATIONS[activation](variable("net", net.shape)), net=net)
    return values


NAMES: dict[str, Any] = {
    **vars(np),
    **{name: partial(_applied, name) for name in ACTIVATIONS},
    **{name: value for row in ACTIVATIONS.values() for name, value in row.constants.items()},
}
"""What a line may use besides the values above it."""


@dataclass(frozen=True)
class Equation:
    """One line: a value of the network, and how it comes from those before it.

    Attributes
    ----------
    name : str
        `net1`, `out1`, …; `delta1` for ∂E/∂net1; `dW1` for ∂E/∂W1.
    line : str
        The right side, in NumPy.
    part : str
        A key of `PARTS`.
    node : Node
        The node of the graph that it stands for.
    shapes : mapping of str to tuple of int
        Of every name in the line, and of its own.
    """

    name: str
    line: str
    part: str
    node: Node
    shapes: Mapping[str, Shape]

    def __str__(self) -> str:
        return f"{self.name} = {self.line}"

    @property
    def latex(self) -> str:
        """The equation, with the shape of each matrix written below it where it first stands."""
        left = _shaped(_symbol(self.name), self.shapes[self.name])
        return f"{left} &= {write(_read(ast.parse(self.line, mode='eval').body), _style(self.shapes))}"


@dataclass(frozen=True)
class LayerForm:
    """All equations of a network, in the order in which they can be computed."""

    network: Layers
    examples: int
    equations: tuple[Equation, ...]

    @property
    def nodes(self) -> dict[str, Node]:
        """For each equation, by name, the node of the graph that it stands for."""
        return {equation.name: equation.node for equation in self.equations}

    def latex(self, part: str | None = None) -> str:
        """The equations, or those of one part, as LaTeX: aligned, for display."""
        if part is not None:
            checked_choice(part, PARTS, "part", "latex() for all.")
        lines = [equation.latex for equation in self.equations if part in (None, equation.part)]
        return r"\begin{aligned}" + r" \\[0.6em] ".join(lines) + r"\end{aligned}"

    @property
    def source(self) -> str:
        """The equations as a program for NumPy."""
        lines: list[str] = []
        for part, equations in groupby(self.equations, lambda equation: equation.part):
            lines += [f"# {PARTS[part]}", *map(str, equations)]
        return "\n".join(lines)

    def at(self, parameters: Mapping[str, Any], X: Any, T: Any) -> dict[str, Array]:
        """What every equation comes to, computed by NumPy line after line, without the graph.

        Parameters
        ----------
        parameters : mapping of str to array_like
            As `Layers.start` gives them.
        X, T : array_like, shape (examples, inputs) and (examples, outputs)

        Raises
        ------
        GraphError
            For values that do not fit the network, or another number of examples than the equations were written for.
        """
        values = self.network.checked_parameters(parameters)
        for key, given in (("X", X), ("T", T)):
            values[key] = self.network.checked_examples(given, key)
            if len(values[key]) != self.examples:
                raise GraphError(
                    f"'{key}' was given with {len(values[key])} examples.",
                    f"{self.examples}, for which the equations were written",
                    f"layer_form(network, {len(values[key])}).",
                )
        for equation in self.equations:  # our own text, written from a network
            values[equation.name] = eval(equation.line, dict(NAMES), values)
        return {equation.name: values[equation.name] for equation in self.equations}

    def __repr__(self) -> str:
        return self.source

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def layer_form(network: Layers, examples: int = 1) -> LayerForm:
    """A network in the matrix form of layers: its forward pass, its node deltas, and its gradients.

    Parameters
    ----------
    network : Layers
    examples : int
        How many rows the inputs have; the loss is a mean over them.

    Returns
    -------
    LayerForm

    Raises
    ------
    GraphError
        For `softmax` anywhere but under its cross-entropy: each of its outputs hangs on every net input, so it has a
        matrix where others have a slope. And for `prelu`, which has a parameter besides, and for a bias that a layer
        shares.

    Notes
    -----
    The form of Chin (2021), Listing 4; of Onghena and Hilt, section 3, completed. Introduced in the chapter *Vectors
    and tensors*.
    """
    if "layer" in network.bias_kinds:
        told, expected = "A network in which a layer shares a bias.", "a bias for each unit, or none"
        raise GraphError(told, expected, 'biases="unit".')
    batch = network.batch(examples)
    depth = len(network.activations)
    layers = range(1, depth + 1)
    wanted = {f"delta{k}": batch.nodes[f"net{k}"] for k in layers}
    wanted |= {f"d{name}": batch.nodes[name] for name in network.shapes}
    nodes = {**batch.nodes, **dict(zip(wanted, gradients(batch.loss, list(wanted.values())), strict=True))}
    shapes = {name: node.shape for name, node in nodes.items()}
    equations: list[Equation] = []

    def add(part: str, name: str, line: str) -> None:
        equations.append(Equation(name, line, part, nodes[name], shapes))

    for k, activation in enumerate(network.activations, 1):
        bias = f" + b{k}" if f"b{k}" in shapes else ""
        add("forward", f"net{k}", f"{_out(network, k - 1)} @ W{k}{bias}")
        if activation != "identity":
            line = ACTIVATIONS[activation].line or f"{activation}(net)"
            add("forward", f"out{k}", _numbered(line, network, k))
    for k in reversed(layers):
        arriving = f"(delta{k + 1} @ W{k + 1}.T)" if k < depth else _at_the_output(network, examples)
        slope = "" if k == depth and LOSSES[network.loss].stands_for else _slope(network.activations[k - 1])
        line = arriving + (f" * {slope}" if slope else "")
        add("deltas", f"delta{k}", _numbered(line, network, k))
    for k in layers:
        add("gradients", f"dW{k}", f"{_out(network, k - 1)}.T @ delta{k}")
        if f"b{k}" in shapes:
            add("gradients", f"db{k}", f"delta{k}.sum(axis=0)")
    return LayerForm(network, examples, tuple(equations))


def _out(network: Layers, k: int) -> str:
    """What layer k hands on."""
    return "X" if k == 0 else f"net{k}" if network.activations[k - 1] == "identity" else f"out{k}"


def _at_the_output(network: Layers, examples: int) -> str:
    loss = LOSSES[network.loss]
    count = (examples if network.reduction == "mean" else 1) * (network.sizes[-1] if loss.averages_outputs else 1)
    return loss.slope + (f" / {count}" if count > 1 else "")


def _slope(activation: str) -> str:
    slope = ACTIVATIONS[activation].slope
    if slope is None:
        raise GraphError(
            f"The slope of {activation} was asked for.",
            "an activation of one net input and nothing else, or softmax under categorical_cross_entropy",
            "vector_jacobian carries a gradient back through it.",
        )
    return slope


def _numbered(line: str, network: Layers, k: int) -> str:
    """The line with `net` and `out` of layer k: names are replaced whole."""
    names = {"net": f"net{k}", "out": _out(network, k)}
    return re.sub(r"\b(net|out)\b", lambda name: names[name[0]], line)


# Lines of NumPy as LaTeX


def _symbol(name: str) -> str:
    letters = name.rstrip("0123456789")
    number = f"_{{{name[len(letters) :]}}}" if name != letters else ""
    if letters[0] == "d" and letters in ("dW", "db"):
        return rf"\frac{{\partial E}}{{\partial {letters[1:]}{number}}}"
    return {"net": r"\mathit{net}", "out": r"\mathit{out}", "delta": r"\delta"}.get(letters, letters) + number


def _function(name: str) -> str:
    sign = SIGNS.get(name, rf"\operatorname{{{{{name}}}}}".replace("_", r"\ "))
    return FORMS.get(name, f"{sign}({{}})")


def _style(shapes: Mapping[str, Shape]) -> Style:
    """The notation of one equation; each matrix has its shape below it where it first stands."""
    seen: set[str] = set()

    def symbol(name: str) -> str:
        letter, turned, _ = name.partition(".T")
        if letter not in shapes:
            return SIGNS.get(name, name)
        if letter in seen and not turned:
            return _symbol(letter)
        if turned:
            return _shaped(_symbol(letter) + r"^{\top}", shapes[letter][::-1])
        seen.add(letter)
        return _shaped(_symbol(letter), shapes[letter])

    return replace(
        LATEX, name=symbol, function=_function, fraction=r"\tfrac{{{}}}{{{}}}", times=r" \odot ", bracket="({})"
    )


def _shaped(symbol: str, shape: Shape) -> str:
    return rf"\underset{{{' × '.join(map(str, shape))}}}{{{symbol}}}".replace("×", r"\times")


def _read(node: ast.expr) -> Part:
    """The formula that a line of NumPy is."""
    match node:
        case ast.Constant(float(value) | int(value)):
            return Number(value)
        case ast.Name(name):
            return Name(name)
        case ast.Attribute(ast.Name(name), "T"):
            return Name(f"{name}.T")
        case ast.Compare(left, [sign], [right]):
            return Call("greater" if isinstance(sign, ast.Gt) else "at_most", _read(left), (_read(right),))
        case ast.Call(ast.Attribute(matrix, "sum")):  # along the first axis
            return Call("sum", _read(matrix))
        case ast.Call(ast.Name(name), [first, *others]):
            return Call(name, _read(first), tuple(map(_read, others)))
        case ast.UnaryOp(ast.USub(), operand):
            return Product(-1.0, (_read(operand),))
        case ast.BinOp(left, operation, right):
            return _of_two(operation, _read(left), _read(right))
    raise TypeError(f"No line of a layer form holds {ast.dump(node)}.")


def _of_two(operation: ast.operator, left: Part, right: Part) -> Part:
    match operation, left:
        case ast.Pow(), _:
            return Power(left, right)
        case ast.MatMult(), _:
            return Matmul(left, right)
        case ast.Div(), _:
            return Scaled(Quotient(Number(1), right), left)
        case ast.Mult(), Number():
            return Scaled(left, right)
        case ast.Mult(), Name(name) if name in NAMES:
            return Scaled(left, right)
        case ast.Mult(), Product(coefficient, factors):
            return Product(coefficient, (*factors, right))
        case ast.Mult(), _:
            return Product(1.0, (left, right))
        case ast.Add() | ast.Sub(), _:
            before = left.terms if isinstance(left, Sum) else ((1, left),)
            return Sum((*before, (1 if isinstance(operation, ast.Add) else -1, right)))
    raise TypeError(f"No line of a layer form holds {ast.dump(operation)}.")
