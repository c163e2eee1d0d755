"""Tables in long form, a row for each run: what a sweep returns, and what a file stores."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from ..graph.errors import GraphError, brief, checked_choice, checked_count, listing, nearest
from ..graph.validation import Array

__all__ = ["Results"]

Value = bool | int | float | str | None
"""What may stand in a place of a table."""

SHOWN = 5
"""Rows at either end of a table that a notebook shows."""


def plain(value: Any) -> Any:
    """A number of NumPy as one of Python; anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


class Results:
    """A table in long form: a row for each run, a column for each axis, the seed, each result, and the error.

    Parameters
    ----------
    columns : mapping of str to ndarray
        All of one length.
    axes : sequence of str
        Which columns say what was run.

    Attributes
    ----------
    columns : dict of str to ndarray
        Ready for a data frame. A result that a run does not have is not a number there.
    axes : tuple of str

    Notes
    -----
    Introduced in the chapter *Sweeps*.
    """

    def __init__(self, columns: Mapping[str, Array], axes: Sequence[str] = ()):
        self.columns = dict(columns)
        self.axes = tuple(axes)

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Value]], axes: Sequence[str]) -> Results:
        """The table of some rows: the axes first, then the seed, the results as they first appear, and the error."""
        found = dict.fromkeys(name for row in rows for name in row)
        first = [*axes, *(["seed"] if "seed" in found else [])]
        names = [*first, *(name for name in found if name not in {*first, "error"}), "error"]
        empty: dict[str, Value] = {"error": ""}
        columns = {name: _column([row.get(name, empty.get(name, np.nan)) for row in rows]) for name in names}
        return cls(columns, axes)

    def __getitem__(self, name: str) -> Array:
        return self.columns[checked_choice(name, self.columns, "column")]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return iter(self.rows())

    def rows(self) -> list[dict[str, Value]]:
        """The rows, in order, each as a dict."""
        columns = [column.tolist() for column in self.columns.values()]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*columns, strict=True)]

    def select(self, **wanted: Value) -> Results:
        """The rows in which columns have these values: `select(learning_rate=0.5, error="")`.

        Raises
        ------
        GraphError
            For a column that there is not, or a value that was not on its axis.
        """
        kept = np.ones(len(self), dtype=bool)
        for name, value in wanted.items():
            value = plain(value)
            if not isinstance(value, Value):
                raise GraphError(f"{name}={brief(value)} was to be selected.", "one number or text", f"{name}=1, say.")
            here = np.array([found == value for found in self[name].tolist()], dtype=bool)
            if name in self.axes and not here.any():
                there = list(dict.fromkeys(map(str, self[name].tolist())))
                told = f"The rows with {name}={brief(value)} were asked for."
                expected = f"a value that was swept: {listing(there) if len(there) < 30 else f'one of {len(there)}'}"
                raise GraphError(told, expected, nearest(str(value), there, "one of these, written as there."))
            kept &= here
        return self._kept(kept)

    @property
    def failed(self) -> Results:
        """The rows that have an error."""
        return self._kept(self.columns.get("error", np.full(len(self), "")) != "")

    def _kept(self, rows: Array) -> Results:
        return Results({name: column[rows] for name, column in self.columns.items()}, self.axes)

    def __repr__(self) -> str:
        results = [name for name in self.columns if name not in (*self.axes, "seed", "error")]
        failed = f", {len(self.failed):,} failed" if len(self.failed) else ""
        return f"<{len(self):,} runs over {listing(self.axes)}: {listing(results)}{failed}>"

    @property
    def _names(self) -> list[str]:
        """The columns that are shown and stored: errors only where there are some."""
        return [name for name in self.columns if name != "error" or len(self.failed)]

    def _repr_html_(self) -> str:
        names, rows = self._names, self.rows()
        gap: list[dict[str, Value]] = [dict.fromkeys(names, "…")] if len(rows) > 2 * SHOWN else []
        shown = rows if not gap else [*rows[:SHOWN], *gap, *rows[-SHOWN:]]
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join("<tr>" + "".join(f"<td>{_short(row[name])}</td>" for name in names) + "</tr>" for row in shown)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{len(self):,} rows</p>"

    def write(self, path: str | Path, digits: int | None = None) -> Path:
        """Store the table: as CSV, or as JSON lines, which the suffix of the path says.

        Parameters
        ----------
        path : str or Path
            It ends in `.csv` or `.jsonl`.
        digits : int, optional
            Round results to so many digits; when not said, all are kept.

        Returns
        -------
        Path

        Raises
        ------
        GraphError
            For another suffix, or a file that cannot be written.
        """
        file, form = _form(path)
        names, kept = self._names, {*self.axes, "seed"}
        digits = None if digits is None else checked_count(digits, "digits", 1)
        rows = ({name: row[name] if name in kept else _rounded(row[name], digits) for name in names} for row in self)
        try:
            file.write_text(form.write(names, rows), encoding="utf-8", newline="\n")
        except OSError as error:
            raise _refused(file, "written", error) from None
        return file

    @classmethod
    def read(cls, path: str | Path) -> Results:
        """A table that `write` has stored; the columns before the seed are its axes."""
        file, form = _form(path)
        try:
            rows = form.read(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise _refused(file, "read", error) from None
        except ValueError as error:
            told = f"{file} does not hold a table: {error}."
            raise GraphError(told, "what Results.write has stored", "write it again.") from None
        names = list(rows[0]) if rows else []
        return cls.of(rows, names[: names.index("seed")] if "seed" in names else [])


def _column(values: Sequence[Value]) -> Array:
    kinds = {type(value) for value in values}
    if kinds <= {int, float} or kinds in ({bool}, {str}):
        return np.array(values)
    if kinds == {bool, float}:  # a truth that some runs have not come to
        return np.array(values, dtype=np.float64)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _rounded(value: Value, digits: int | None) -> Value:
    return float(f"{value:.{digits}g}") if digits and isinstance(value, float) else value


def _short(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) else escape(str(value))


def _text(value: Value) -> str:
    """A value in a place of CSV: numbers as numbers; a text that would be read as one in quotes of its own."""
    if not isinstance(value, str):
        return json.dumps(value)
    return json.dumps(value) if not isinstance(_value(value), str) or value[:1] == '"' else value


def _value(text: str) -> Value:
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, Value) else text


def _as_csv(names: Sequence[str], rows: Iterable[Mapping[str, Value]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_text(value) for value in row.values()] for row in rows)
    return text.getvalue()


def _from_csv(text: str) -> list[dict[str, Value]]:
    names, *lines = list(csv.reader(StringIO(text, newline=""))) or [[]]
    return [{name: _value(place) for name, place in zip(names, line, strict=True)} for line in lines]


def _as_jsonl(names: Sequence[str], rows: Iterable[Mapping[str, Value]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _from_jsonl(text: str) -> list[dict[str, Value]]:
    rows = [json.loads(line) for line in text.splitlines()]
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("not each line is an object")
    return rows


@dataclass(frozen=True)
class Form:
    """A way to write rows, whose columns have these names, as text, and to read them again."""

    write: Callable[[Sequence[str], Iterable[Mapping[str, Value]]], str]
    read: Callable[[str], list[dict[str, Value]]]


FORMS = {".csv": Form(_as_csv, _from_csv), ".jsonl": Form(_as_jsonl, _from_jsonl)}


def checked_path(path: Any, suffixes: Sequence[str]) -> Path:
    """The path of a file that ends in one of the suffixes."""
    if isinstance(path, str | Path) and Path(path).suffix in suffixes and "\0" not in str(path):
        return Path(path)
    expected = f"a path that ends in {' or '.join(suffixes)}"
    raise GraphError(f"The file {brief(path)} was asked for.", expected, f'"results{suffixes[0]}", say.')


def _form(path: Any) -> tuple[Path, Form]:
    file = checked_path(path, tuple(FORMS))
    return file, FORMS[file.suffix]


def _refused(file: Path, done: str, error: OSError) -> GraphError:
    told = f"{file} cannot be {done}: {error.strerror or error}."
    return GraphError(told, "a file in a folder that there is", "check the path, and whether the disk is full.")
