"""What a chapter loads of a folder while it is executed: its modules, and whatever they read or list there."""

from __future__ import annotations

import inspect
from pathlib import Path


def recorder(folder: Path, record: Path) -> str:
    """A program that has a Python write into `record` what it loads of `folder` from then on."""
    return f"{inspect.getsource(_write_down)}\n_write_down({str(folder)!r}, {str(record)!r})\ndel _write_down\n"


def loaded(record: Path) -> list[Path]:
    """The files that a `recorder` has written down, and the folders that were listed.

    Those of processes that were forked are among them. Those of other processes are not: these load what the chapter
    itself has loaded before it hands them a function.
    """
    return sorted({Path(line) for line in record.read_text(encoding="utf-8").splitlines()})


def _write_down(folder: str, record: str) -> None:
    # A program of its own: whatever it needs is imported here, and no name is left where a chapter could see it.
    import os
    import sys
    from pathlib import Path

    top, seen = os.path.realpath(folder), set()

    def heard(event: str, told: tuple[object, ...]) -> None:
        named = None
        if event == "exec":  # of a module too, whose source is not opened where its compiled form is kept
            named = getattr(told[0], "co_filename", None)
        elif event == "open":
            named = told[0]
        elif event in ("os.listdir", "os.scandir"):
            # An import lists the folders in which it searches, and would find the same if another module were there.
            by_import = sys._getframe(1).f_code.co_filename.startswith("<frozen importlib")
            named = None if by_import else told[0]
        if not isinstance(named, str | bytes | os.PathLike):
            return
        try:
            path = os.path.realpath(os.fsdecode(named))
            if path in seen or not f"{path}{os.sep}".startswith(top + os.sep) or "__pycache__" in path:
                return
            seen.add(path)
            with Path(record).open("a", encoding="utf-8") as lines:
                lines.write(f"{path}\n")
        except (OSError, ValueError):  # no path at all
            return

    Path(record).touch()
    sys.addaudithook(heard)
