"""The book on another Python: `make elsewhere`, or with its name: `make elsewhere OTHER=python3.12`.

Without a name it is the newest of this machine but for the one that runs this, or, if that cannot install the parts of
the book, the next. There the site is built, a chapter is executed and held against its notebook, and the tests run that
need no browser. All of it happens in a copy of this checkout, with an environment of its own, since what is built does
not say which Python has built it. Nothing has to be installed for this module itself.
"""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRIED = ["--keep-going", "html", "executed", "CHAPTERS=one-weight", "check", "TESTS=library or site or thorough"]
OLDEST = (3, 11)
PROBE = "import sys; print(sys.implementation.name, *sys.version_info[:4])"
Version = tuple[int, ...]


def versions(candidates: Iterable[str | Path]) -> dict[Version, str]:
    """Those of some programs that are a released Python which the book supports: the last of each minor version.

    Each is asked itself: a name says little, and pyenv puts a program on the PATH for versions that it then refuses.
    """
    found: dict[Version, str] = {}
    for candidate in map(str, candidates):
        try:
            told = subprocess.run([candidate, "-c", PROBE], capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if answer := re.fullmatch(r"cpython (\d+) (\d+) (\d+) final\s*", told.stdout):
            found.setdefault(tuple(map(int, answer.groups())), candidate)
    latest = {version[:2]: version for version in sorted(found) if version >= OLDEST}
    return {version: found[version] for version in latest.values()}


def programs() -> Iterator[Path]:
    """What may be a Python on this machine: by its name on the PATH, or kept by pyenv."""
    for folder in os.get_exec_path():
        yield from (
            path for path in Path(folder).glob("python3*") if re.fullmatch(r"python3(\.\d+)?(\.exe)?", path.name)
        )
    yield from Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv").glob("versions/*/bin/python3")


def others(found: dict[Version, str], running: Version) -> list[Version]:
    """All but the running one, the newest first; the running one where there is no other."""
    return sorted((version for version in found if version[:2] != running[:2]), reverse=True) or [running]


def copied(root: Path, folder: Path) -> None:
    """Make `folder` a copy of the checkout, but for what .gitignore names: that stays as an earlier run has left it."""
    lines = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = [".git", *(line.rstrip("/") for line in lines if line)]
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if not any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns(*ignored), dirs_exist_ok=True)


def make(folder: Path, *arguments: str) -> bool:
    """Call make in a copy, with nothing that a make around it was told. Returns whether it succeeded."""
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    return subprocess.run(["make", *arguments], cwd=folder, env=own).returncode == 0


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Try the book on the Python that is named, or on the newest other one; returns the exit code."""
    running = sys.version_info[:3]
    found = versions(arguments or [sys.executable, *programs()])
    order = list(found) if arguments else others(found, running)
    if order == [running] and not arguments:
        print(f"Only Python {dotted(running)} was found: what follows tries the book on the same one, in a copy.")
    for version in order:
        folder = root / ".elsewhere" / dotted(version[:2])
        print(f"Python {dotted(version)} ({found[version]}) in {folder}", flush=True)
        copied(root, folder)
        if make(folder, ".venv/ready", f"PYTHON={found[version]}"):
            passed = make(folder, *TRIED)
            print(f"On Python {dotted(version)} {'all is well' if passed else 'something failed: see above'}.")
            return 0 if passed else 1
        print(f"The parts of the book cannot be installed on Python {dotted(version)}.", flush=True)
    print(f"Not tried: {' '.join(arguments) or 'none of these'} is a Python from 3.11 on with the parts of the book.")
    return 1


def dotted(version: Version) -> str:
    """A version as it is written."""
    return ".".join(map(str, version))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
