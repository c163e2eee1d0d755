"""Tables as people have them: separated by commas, semicolons or tabs, in whatever encoding; and written so that they
open well in a spreadsheet and run nothing there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..by_hand.numerals import numeral
from ..graph.errors import GraphError, brief

MARKS_OF_ORDER = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = ",;\t"
RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""
LARGEST = 100_000_000
"""Bytes of the largest table that is read."""


@dataclass(frozen=True)
class Row:
    """One row of a table, and the line of the file in which it ends."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table that was read.

    Parameters
    ----------
    name : str
        That of its file.
    header : tuple of str
    rows : tuple of Row
        Rows with nothing in them are left out.
    notes : tuple of str
        What was odd about it, in sentences.
    separator : str
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    separator: str = ","


def read_table(path: str | Path) -> Table:
    """A table from a file.

    Raises
    ------
    GraphError
        If there is no such file, it cannot be opened, or holds nothing.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except OSError as problem:
        told = f"{path.name} cannot be read: {problem.strerror}."
        raise GraphError(told, "a table in a file", "the path of a CSV file.") from problem
    if size > LARGEST:
        raise GraphError(f"{path.name} has {size:,} bytes.", f"at most {LARGEST:,}", "a class list, or its answers.")
    return parsed(content, path.name)


def parsed(content: bytes, name: str) -> Table:
    """A table from the bytes of a file of that name."""
    text, _, notes = decoded(content)
    text = text.replace("\0", "")
    lines = text.splitlines()
    separator = _separator(next((line for line in lines if line.strip()), ""))
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        found = [Row(reader.line_num, tuple(cell.strip() for cell in cells)) for cells in reader]
    finally:
        csv.field_size_limit(limit)
    found = [row for row in found if any(row.cells)]
    if not found:
        raise GraphError(f"{name} holds nothing.", "a header and a row for each student", "another file.")
    if text.count('"') % 2:
        notes.append("A quotation mark is opened and never closed: the file may have been cut off.")
    header, rows = found[0].cells, found[1:]
    cut = [row.line for row in rows if len(row.cells) < len(header)]
    if cut:
        notes.append(f"Fewer cells than the header has: line {', '.join(map(str, cut[:5]))}.")
    if not text.endswith(("\n", "\r")) and cut and cut[-1] == rows[-1].line:
        notes.append("The last line ends early: the file may have been cut off.")
    return Table(name, header, tuple(rows), tuple(notes), separator)


def decoded(content: bytes) -> tuple[str, str, list[str]]:
    """The text of a file, its encoding, and what was odd about its letters."""
    for mark, encoding in MARKS_OF_ORDER:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), encoding, []
    try:
        return content.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        told = "The file is not in UTF-8 and was read as Windows-1252: look at the names with accents."
        return content.decode("cp1252", errors="replace"), "cp1252", [told]


def _separator(header: str) -> str:
    """What stands between the cells of a header; of equals, the comma."""
    plain = "".join(header.split('"')[::2])
    return max(SEPARATORS, key=plain.count)


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; a number stays one."""
    return f"'{text}" if text.startswith(RUNS) and numeral(text).value is None else text


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table that a spreadsheet opens as it is meant, whatever stands in its cells."""
    write_bytes(path, csv_bytes(header, rows))


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The bytes of such a table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in (header, *rows):
        writer.writerow([harmless(one_line(str(cell))) for cell in row])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def one_line(text: str) -> str:
    """A text without what would part it into lines."""
    return " ".join(text.split()) if any(sign in text for sign in "\n\r\t\v\f\u2028\u2029") else text


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole: what stood there stays until the new one is complete.

    Raises
    ------
    GraphError
        If nothing can be written there.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as problem:
        told = f"{brief(str(path))} cannot be written: {problem.strerror}."
        raise GraphError(told, "a place that may be written to", "--out with another folder.") from problem
