"""Random calls of the public surface, with junk in any place: each gives a result, or an error that says what to do.

    python -m tests.random_junk 200000 --seed 1

A call that does not fit the signature of its function may be answered by Python itself.
"""

from __future__ import annotations

import argparse
import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from tqdm.auto import tqdm

import backprop_lib
from tests.library import test_bad_input as known

SURFACE = {
    name: (getattr(backprop_lib, name), inspect.signature(getattr(backprop_lib, name)))
    for name in backprop_lib.__all__
    if callable(getattr(backprop_lib, name)) and name not in known.INNER
}
"""The public functions and classes, but for those that only the library makes."""

RIGHT: list[Callable[[], Any]] = [
    *(lambda value=value: value for _, *right in known.CALLS.values() for value in right),
]
"""What is right in some place, and so leads further than junk."""


def in_an_array(one: Any) -> np.ndarray:
    array = np.empty(2, dtype=object)
    array[0] = one
    return array


class Call:
    """A random call: a public name, and what it is given."""

    def __init__(self, seed: int, number: int):
        self.rng = np.random.default_rng([seed, number])
        self.name = self.choice(list(SURFACE))
        self.function, self.signature = SURFACE[self.name]
        self.positional: list[Any] = []
        self.by_name: dict[str, Any] = {}
        self.left_out = False
        own = [right for key, (_, *right) in known.CALLS.items() if key.split(",")[0] == self.name]
        suited = self.choice(own) if own else []
        for place, parameter in enumerate(self.signature.parameters.values()):
            self.fill(parameter, suited[place : place + 1])

    def choice(self, among: Any) -> Any:
        return among[int(self.rng.integers(len(among)))]

    def fill(self, parameter: inspect.Parameter, suited: list[Any]) -> None:
        if parameter.kind is parameter.VAR_POSITIONAL:
            self.positional += [self.value(suited) for _ in range(int(self.rng.integers(0, 3)))]
        elif parameter.kind is parameter.VAR_KEYWORD:
            self.by_name |= {name: self.value([]) for name in ("w", "x") if self.rng.random() < 0.3}
        elif self.rng.random() < (0.98 if parameter.default is parameter.empty else 0.4):
            if parameter.kind is parameter.KEYWORD_ONLY or self.left_out:
                self.by_name[parameter.name] = self.value(suited)
            else:
                self.positional.append(self.value(suited))
        else:
            self.left_out = True  # what follows is given by name

    def value(self, suited: list[Any]) -> Any:
        """What suits the place, or is right elsewhere, or junk, perhaps inside something."""
        kind = self.rng.random()
        if kind < 0.4 and suited:
            return suited[0]
        return self.choice(RIGHT)() if kind < 0.6 else self.junk()

    def junk(self) -> Any:
        one = known.JUNK[self.choice(list(known.JUNK))]()
        inside: dict[str, Callable[[], Any]] = {
            "a list": lambda: [one],
            "a tuple": lambda: (one, self.junk()),
            "a dict": lambda: {self.choice(["w", "x", "m", "E", "", 1, None, known.w]): one},
            "an array": lambda: in_an_array(one),
            "an iterator": lambda: iter([one]),
        }
        return self.choice(list(inside.values()))() if self.rng.random() < 0.25 else one

    def __str__(self) -> str:
        words = [type(value).__name__ for value in self.positional]
        words += [f"{name}={type(value).__name__}" for name, value in self.by_name.items()]
        return f"{self.name}({', '.join(words)})"

    def complaint(self) -> str | None:
        """What came out, in words, if it should not have."""
        told = known.came_out(lambda: self.function(*self.positional, **self.by_name))
        if told is None or not told.startswith("TypeError"):
            return told
        try:
            self.signature.bind(*self.positional, **self.by_name)
        except TypeError:
            return None
        return told


def complaints(seed: int, count: int) -> Iterator[tuple[str, str | None]]:
    """The name of each call, and what was wrong with what came out."""
    for number in range(count):
        call = Call(seed, number)
        told = call.complaint()
        yield call.name, told and f"Call({seed}, {number}), {call}: {told}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Call the public surface with junk.")
    parser.add_argument("calls", type=int, nargs="?", default=3000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    called, wrong = Counter[str](), []
    for name, told in tqdm(complaints(given.seed, given.calls), total=given.calls):
        called[name] += 1
        wrong += [told] if told else []
    print(f"{called.total():,} calls of {len(called)} names, {len(wrong)} answered wrongly", *wrong, sep="\n")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
