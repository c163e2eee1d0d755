"""Sweeps written down: a YAML file says what is run, over which values, with how many seeds.

    python -m backprop_lib sweep.yml --workers 2 --out results.csv

The form is that of Onghena and Hilt, who kept their grids in such files, cut down to what a grid needs.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..graph import ACTIVATIONS
from ..graph.errors import GraphError, brief, checked_choice, checked_mapping, listing
from ..networks.datasets import DATASETS
from ..sweeps.processes import at_work
from ..sweeps.results import Results, Value, checked_path
from ..sweeps.sweep import Interrupted, checked_axis_values, checked_seeds, planned, sweep
from . import EXPERIMENTS, named

__all__ = ["Configuration"]

KEYS = ("program", "grid", "seeds")
TABLES: Mapping[str, Mapping[str, Any]] = {"dataset": DATASETS, "activation": ACTIVATIONS}
"""Axes whose values are names in a table of the library."""

NUMBER = re.compile(r"[-+]?[0-9]+(?:[.][0-9]*)?[eE][-+]?[0-9]+")


@dataclass(frozen=True)
class Configuration:
    """A sweep as a file says it.

    Parameters
    ----------
    program : str
        The name of an experiment of the book, or "module:function".
    grid : mapping of str to list
    seeds : int or list of int

    Notes
    -----
    Introduced in the chapter *Sweeps*.
    """

    program: str
    grid: Mapping[str, Sequence[Value]]
    seeds: int | Sequence[int]

    @classmethod
    def read(cls, path: str | Path) -> Configuration:
        """The configuration in a YAML file.

        Raises
        ------
        GraphError
            For a file that cannot be read or is no YAML, and for what it says that is not right, with the line.
        """
        return _read(checked_path(path, (".yml", ".yaml")))

    def sweep(
        self, executor: Executor | None = None, *, file: str | Path | None = None, progress: bool = True
    ) -> Results:
        """Carry it out: see `sweep`."""
        return sweep(program_named(self.program), self.grid, self.seeds, executor, file=file, progress=progress)


def program_named(name: str) -> Callable[..., Mapping[str, Any]]:
    """The function of an experiment of the book, by its name, or any other, by "module:function"."""
    if isinstance(name, str) and ":" in name:
        return named(name)
    hint = 'one of these; or "module:function", of your own.'
    return EXPERIMENTS[checked_choice(name, EXPERIMENTS, "program", hint)].load()


def _read(path: Path) -> Configuration:
    found, lines = _parsed(path)
    for key in found:
        with _at(path, lines[key,]):
            checked_choice(key, KEYS, "key", "leave it out.")
    for key in KEYS:
        with _at(path, 0):
            if found.get(key) is None:
                raise GraphError(f"there is no '{key}'.", f"a value for each of {listing(KEYS)}", f"{key}: ...")
    with _at(path, lines["program",]):
        program = found["program"]
        if not isinstance(program, str):
            raise GraphError(f"The program {brief(program)}.", "a name", "program: encoder, say.")
        function = program_named(program)
    with _at(path, lines["grid",]):
        checked_mapping(found["grid"], "The grid", "learning_rate: [0.1, 0.5]")
    grid = {}
    for name, values in found["grid"].items():
        with _at(path, lines["grid", name]):
            grid[name] = checked_axis_values(function, name, [values] if isinstance(values, Value) else values)
            for value in grid[name]:
                _check_value(name, value)
    with _at(path, lines["seeds",]):
        checked_seeds(found["seeds"])
    with _at(path, lines["grid",]):
        planned(function, grid, found["seeds"])
    return Configuration(program, grid, found["seeds"])


def _check_value(axis: str, value: Value) -> None:
    if axis in TABLES:
        checked_choice(value, TABLES[axis], axis)
    elif isinstance(value, str) and NUMBER.fullmatch(value):
        told = f"The axis '{axis}' has the text '{value}'."
        raise GraphError(told, "a number, which YAML sees only where it has a point", "1.0e-3, or 0.001, for 1e-3.")


def _parsed(path: Path) -> tuple[Mapping[Any, Any], dict[tuple[Any, ...], int]]:
    """What a file of YAML says, and in which lines its keys and its axes stand."""
    import yaml

    expected = f"lines that begin with {listing(f'{key}:' for key in KEYS)}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GraphError(f"{path} cannot be read: {error}.", "a text file in UTF-8", "check the path.") from None
    try:
        tree, found = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        told = f"no YAML: {getattr(error, 'problem', None) or error}."
        with _at(path, mark.line + 1 if mark else 0):
            raise GraphError(told, expected, "look at the indents, colons and brackets there.") from None
    if not isinstance(found, Mapping) or not isinstance(tree, yaml.MappingNode):
        with _at(path, 0):
            raise GraphError(f"it holds {brief(found)}.", expected, "program: encoder, say, in the first line.")
    lines: dict[tuple[Any, ...], int] = {}
    for place, node in [((), tree), *(((key.value,), value) for key, value in tree.value)]:
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            line, name = key.start_mark.line + 1, (*place, yaml.safe_load(yaml.serialize(key)))
            if name in lines:
                with _at(path, line):
                    raise GraphError(f"'{key.value}' is said twice.", "each key once", "leave one out.")
            lines[name] = line
    return found, lines


@contextmanager
def _at(path: Path, line: int) -> Iterator[None]:
    """Say in which line of a file an error was found."""
    try:
        yield
    except GraphError as error:
        where = f"{path}, line {line}" if line else f"{path}"
        raise GraphError(f"{where}: {error.given}", error.expected, error.hint) from None


# The command line


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: see the text above."""
    parser = argparse.ArgumentParser(prog="python -m backprop_lib", description="Carry out a sweep.")
    parser.add_argument("configuration", help="a YAML file with program, grid and seeds")
    parser.add_argument("--out", default="results.csv", help="where the table goes: .csv or .jsonl (%(default)s)")
    parser.add_argument("--file", help="finished runs, from which an interrupted sweep goes on (OUT with .runs.jsonl)")
    parser.add_argument("--workers", type=int, default=1, help="processes on this machine (%(default)s)")
    parser.add_argument("--scheduler", help="the address of a Dask scheduler, in place of processes")
    asked = parser.parse_args(arguments)
    try:
        out = checked_path(asked.out, (".csv", ".jsonl"))
        file = asked.file or out.with_suffix(".runs.jsonl")
        configuration = Configuration.read(asked.configuration)
        with at_work(asked.workers, asked.scheduler) as executor:
            results = configuration.sweep(executor, file=file)
        print(f"{results}, in {results.write(out)}")
    except GraphError as error:
        print(error, file=sys.stderr)
        return 2
    except Interrupted as stopped:
        print(stopped, file=sys.stderr)
        return 130
    return 1 if len(results.failed) else 0
