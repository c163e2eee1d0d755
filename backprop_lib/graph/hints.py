"""What to write in place of what other libraries have: their functions and methods by name, and ours for each.

`{x}` stands for the node that was asked, `y` for another, `w` for a node to differentiate by; a test runs every line.
"""

from __future__ import annotations

import dis
import math
from types import FrameType

_ALIKE = "exp log sqrt sin cos tanh sigmoid softplus relu softmax transpose"
_ACTIVATIONS = "elu selu silu leaky_relu"
_PAIRS = {
    "absolute({x})": "abs absolute fabs",
    "sum_of({x})": "sum reduce_sum nansum fsum",
    "mean_of({x})": "mean reduce_mean average nanmean",
    "max_of({x})": "max amax reduce_max nanmax",
    "min_of({x})": "min amin reduce_min nanmin",
    "mean_of(({x} - mean_of({x})) ** 2)": "var nanvar",
    "sqrt(mean_of(({x} - mean_of({x})) ** 2))": "std nanstd",
    "sqrt(sum_of({x} ** 2))": "norm",
    "exp(sum_of(log({x})))": "prod",
    "{x} @ y": "dot matmul mm bmm mv inner vdot tensordot einsum",
    "{x}[:, None] * y": "outer",
    "log_sum_exp({x})": "logsumexp logaddexp reduce_logsumexp",
    "{x} - log_sum_exp({x}, keepdims=True)": "log_softmax",
    "sum_of(y * (log_sum_exp({x}) - {x}))": "cross_entropy nll_loss",
    "sigmoid({x})": "expit logistic",
    "log(sigmoid({x}))": "logsigmoid log_sigmoid",
    "{x} ** 2": "pow power float_power square",
    "2 ** {x}": "exp2",
    "exp({x}) - 1": "expm1",
    "log(1 + {x})": "log1p",
    "log({x}) / log(2.0)": "log2",
    "log({x}) / log(10.0)": "log10",
    "{x} ** (1 / 3)": "cbrt",
    "{x} ** -0.5": "rsqrt",
    "1 / {x}": "reciprocal",
    "sin({x}) / cos({x})": "tan",
    "0.5 * (exp({x}) - exp(-{x}))": "sinh",
    "0.5 * (exp({x}) + exp(-{x}))": "cosh",
    "sqrt({x} ** 2 + y ** 2)": "hypot",
    "{x} / absolute({x})": "sign copysign",
    "minimum(maximum({x}, 0.0), 1.0)": "clip clamp clip_by_value",
    "mask * {x} + (1 - mask) * y": "where select piecewise masked_fill",
    "maximum({x}, 0.0)": "maximum greater greater_equal less less_equal heaviside fmax clamp_min gt ge lt le",
    "minimum({x}, 0.0)": "minimum fmin clamp_max",
    "{x} + y": "add add_",
    "{x} - y": "subtract sub sub_",
    "{x} * y": "multiply mul mul_",
    "{x} / y": "divide true_divide div",
    "-{x}": "neg negative",
    "reshape({x}, -1)": "reshape view ravel flatten resize squeeze",
    "{x}[None]": "unsqueeze expand_dims atleast_1d atleast_2d newaxis",
    "transpose({x}, (1, 0))": "permute swapaxes moveaxis rollaxis",
    "{x}.T": "t",
    "concatenate([{x}, y])": "concatenate cat concat hstack append",
    "stack([{x}, y])": "stack vstack column_stack",
    "{x}[[0, 1]]": "take gather index_select take_along_axis",
    "{x}[::-1]": "flip flipud",
    "stop_gradient({x})": "detach stop_gradient no_grad",
    "gradient({x}, w)": "backward gradient value_and_grad derivative",
    "gradient(E, {x})": "grad",
    "jacobian({x}, w)": "jacfwd jacrev",
    "evaluate({x}, values)": "item numpy tolist data value eval asnumpy get argmax argmin argsort sort any all round "
    "floor ceil trunc rint isnan isinf isfinite isclose",
    "{x}.shape": "size numel dim ndim rank get_shape",
    "np.zeros({x}.shape)": "zeros_like empty_like",
    "np.ones({x}.shape)": "ones_like full_like",
}

INSTEAD: dict[str, str] = {
    **{name: f"{name}({{x}})" for name in _ALIKE.split()},
    **{name: f'ACTIVATIONS["{name}"]({{x}})' for name in _ACTIVATIONS.split()},
    **{name: written for written, names in _PAIRS.items() for name in names.split()},
}
"""By the name that a function, a method or an attribute has elsewhere: an expression that does it here."""

NOT_NEEDED = {
    **dict.fromkeys(
        ("requires_grad", "requires_grad_", "retain_grad", "zero_grad", "is_leaf", "grad_fn", "trainable"),
        "nothing: gradient(E, w) differentiates by any node, and adds to nothing that was there before.",
    ),
    **dict.fromkeys(
        ["clone", "copy", "dtype", "device", "to", "cuda", "cpu", "type", "astype", "float", "double", "contiguous"],
        "nothing: no node is ever changed, and all numbers are float64, in the memory of this machine.",
    ),
}
"""What others must say, and what there is to say here."""

MISSING = "an expression of exp, log, sin, cos, sqrt and the signs; or a new row of the table: see CONTRIBUTING.md."


def instead(name: str, x: str) -> str | None:
    """What to write for a function or an attribute of that name; None where nothing is known of it."""
    if name in NOT_NEEDED:
        return NOT_NEEDED[name]
    called = x if x.isidentifier() else "x"
    return f"{INSTEAD[name].format(x=called)}." if name in INSTEAD else None


def called_by(frame: FrameType) -> str:
    """Which function of Python's `math` a frame is just calling, such as `exp` in `math.exp(x)`; "" if it is none."""
    places = [*frame.f_code.co_positions()]
    line, _, column, _ = places[frame.f_lasti // 2]
    for step in dis.get_instructions(frame.f_code):
        starts = step.positions and (step.positions.lineno, step.positions.col_offset)
        if step.offset < frame.f_lasti and starts == (line, column) and hasattr(math, str(step.argval)):
            return str(step.argval)
    return ""
