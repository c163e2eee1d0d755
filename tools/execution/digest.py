"""By what is made anew that was made from files: a short name for what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path


def digest(paths: Iterable[Path], root: Path) -> str:
    """A short name for the contents and the places of all files in `paths` (files and folders)."""
    seen = hashlib.sha256()
    for path in sorted(_files(paths)):
        seen.update(path.relative_to(root).as_posix().encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (f for f in path.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
        elif path.is_file():
            yield path
