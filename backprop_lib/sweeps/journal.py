"""A file to which each result is appended as soon as it is there, so that work that was broken off goes on from it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..graph.errors import GraphError, brief


class Journal:
    """Lines of JSON: the first says of what work, and each other holds something that is finished.

    Parameters
    ----------
    path : Path, optional
        When not said, nothing is kept.
    work : mapping
        What the first line says; a file that begins otherwise is refused.
    name : str
        What the work is called in a message.
    """

    form = "JSON"
    """What a line is, in words."""

    def __init__(self, path: Path | None, work: Mapping[str, Any], name: str):
        self.path, self.name, self.trouble = path, name, ""
        self.header = json.dumps(work).encode() + b"\n"
        if path is None:
            return
        try:
            self._open(path)
        except OSError as error:
            told, hint = f"{path} cannot be written: {error.strerror or error}.", "another folder, or more room."
            raise GraphError(told, "a file that can be written", hint) from None

    def take(self, line: Any) -> None:
        """Read what a line holds; any ValueError or TypeError says that it is not of this form."""
        raise NotImplementedError

    def _open(self, path: Path) -> None:
        if path.exists() and not path.is_file():
            raise OSError("it is no file")
        text = path.read_bytes() if path.exists() else b""
        whole = text[: text.rfind(b"\n") + 1]
        if whole or not self.header.startswith(text):
            self._read(whole or text)
        if whole != text:  # a last line that was cut off is done again
            os.truncate(path, len(whole))
        self.stream = path.open("ab", buffering=0)
        if not whole:
            self._write(self.header)

    def _read(self, text: bytes) -> None:
        first, *lines = text.splitlines(keepends=True)
        if first != self.header:
            told = f"{self.path} begins with {brief(first.decode('utf-8', 'replace').strip())}."
            expected = f"the file of this {self.name}, which begins with {self.header.decode().strip()}"
            raise GraphError(told, expected, "another name for the file; or delete it, if it is no longer needed.")
        for number, line in enumerate(lines, 2):
            try:
                self.take(json.loads(line))
            except (ValueError, TypeError):
                told = f"Line {number} of {self.path} is {brief(line)}."
                raise GraphError(told, self.form, "delete that line: what it holds is then done again.") from None

    def write_down(self, lines: Sequence[Any]) -> bool:
        """Hand the lines to the system, at once; and whether they are kept."""
        if self.path is None or self.trouble or not lines:
            return False
        try:
            self._write("".join(json.dumps(line) + "\n" for line in lines).encode())
        except OSError as error:
            self.trouble = f"{self.path} could not be written to: {error.strerror or error}."
        return not self.trouble

    def _write(self, data: bytes) -> None:
        while data:  # a nearly full disk may take a part
            data = data[self.stream.write(data) :]

    def close(self) -> None:
        """Close the file."""
        if self.path is not None:
            self.stream.close()
