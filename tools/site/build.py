"""The site: `python -m tools.site html` builds it into _build/html, `python -m tools.site serve` also serves it.

What is current is left alone: the front end, and the whole build when none of its inputs has changed since the last
one that succeeded. A chapter whose text is not the one it was executed from is refused by name; building never
executes anything.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

from tools.execution import chapters
from tools.execution.digest import digest
from tools.site import front_end

ROOT = Path(__file__).resolve().parents[2]
# What a page is made of; `tools` because it holds the extension.
INPUTS = [
    *("book", "notebooks", "web", "tools", "backprop_lib"),
    *("_config.yml", "_toc.yml", "package-lock.json", "pyproject.toml"),
]
DEFAULT_PORT = 8000
PATIENCE = 600  # seconds


class SiteError(Exception):
    """Why the site could not be built or served, in words."""


def refuse_stale(names: Sequence[str]) -> None:
    """Raise SiteError if there are chapters, called `names`, whose notebooks were made from another text."""
    if names:
        listed = ", ".join(names)
        raise SiteError(
            f"Not built: {listed} changed since last executed.\n"
            "Run `make notebooks` (python -m tools.execution.chapters) first, then build again."
        )


def warn_of_library(names: Sequence[str]) -> str:
    """The sentence that tells which chapters were executed when the library was another; empty if none were."""
    listed = ", ".join(names)
    told = f"Note: what these chapters load of backprop_lib has changed since they were executed: {listed}.\n"
    return f"{told}`make notebooks` brings them up to date." if names else ""


def inputs_digest(root: Path = ROOT) -> str:
    """A short name for all that the site is made of."""
    root = Path(root)
    return digest([root / name for name in INPUTS], root)


def run_sphinx(root: Path = ROOT) -> None:
    """Build the pages; every warning is an error. Raises SiteError if there was one."""
    # Through its function, not its script: that finds this Python's Jupyter Book whatever the PATH.
    book = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", book, "build", ".", "-W", "-n", "--keep-going", "-q"]
    if subprocess.run(command, cwd=root, env={**os.environ, "PYTHONUTF8": "1"}).returncode:
        raise SiteError("The pages could not be built without a warning; each is named above, with its page.")


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Let one process at a time build below `root`. SQLite's locks work everywhere, and end with the process."""
    (root / "_build").mkdir(exist_ok=True)
    lock = sqlite3.connect(root / "_build" / "building", timeout=PATIENCE, isolation_level=None)
    with contextlib.closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as problem:
            raise SiteError(f"Another process has been building this site for over {PATIENCE} s.") from problem
        yield


def html(root: Path = ROOT) -> Path:
    """Bring the site up to date and say where it is. Raises SiteError or front_end.FrontEndError."""
    with alone(Path(root)):
        return brought_up_to_date(Path(root))


def brought_up_to_date(root: Path) -> Path:
    """Build what has changed below `root`; returns the first page."""
    started = time.monotonic()
    refuse_stale(chapters.stale(root))
    if note := warn_of_library(chapters.library_changed(root)):
        print(note)
    front_end.ensure(root)
    page, stamp, wanted = root / "_build" / "html" / "index.html", root / "_build" / "site-inputs", inputs_digest(root)
    current = page.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted
    if not current:
        if not stamp.exists():
            forget_build(root)
        stamp.unlink(missing_ok=True)
        forget_removed_pages(root)
        run_sphinx(root)
        stamp.write_text(wanted, encoding="utf-8")
    verb = "is up to date" if current else "was built"
    print(f"The site {verb} in {time.monotonic() - started:.1f} s: {page}", flush=True)
    return page


def listed_pages(root: Path = ROOT) -> list[str]:
    """Names of the pages in the table of contents, such as `book/how-to`. Raises SiteError where it cannot be read."""
    try:
        return list(parse_toc_yaml(Path(root) / "_toc.yml"))
    except (MalformedError, yaml.YAMLError) as problem:
        raise SiteError(f"_toc.yml cannot be read as a table of contents: {problem}") from problem


def forget_build(root: Path) -> None:
    """Start afresh after a build that failed: Sphinx tells each warning once, and the next time would pass over it."""
    for part in ("html", ".doctrees"):
        shutil.rmtree(root / "_build" / part, ignore_errors=True)


def forget_removed_pages(root: Path) -> None:
    """Start afresh when a page has left the table of contents: Sphinx would keep publishing it."""
    listed = listed_pages(root)
    for page in (root / "_build" / "html").glob("*/*.html"):
        name = page.relative_to(root / "_build" / "html").with_suffix("").as_posix()
        if name.startswith(("book/", "notebooks/")) and name not in listed:
            shutil.rmtree(root / "_build" / "html")
            return


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, silently, and has the browser ask each time whether a file has changed."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    # On Windows a second server could otherwise take the same port, and neither would say so.
    allow_reuse_address = os.name != "nt"


def port_from(environment: Mapping[str, str]) -> int:
    """The port that `environment` names in PORT, 8000 if it names none. Raises SiteError where that is no port."""
    text = environment.get("PORT", str(DEFAULT_PORT))
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise SiteError(f"PORT is {text!r}; it must be a whole number from 0 to 65535, as in PORT=8001.")
    return int(text)


def listen(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server of `folder` on 127.0.0.1. Raises SiteError where `port` is taken."""
    handler = functools.partial(_Handler, directory=str(folder))
    try:
        return _Server(("127.0.0.1", port), handler)
    except OSError as problem:
        raise SiteError(
            f"Port {port} cannot be used ({problem.strerror}): another program has it, perhaps an earlier copy.\n"
            f"Choose another one in the variable PORT, for instance PORT={port + 1 if port < 65535 else DEFAULT_PORT}."
        ) from problem


def serve(root: Path = ROOT) -> None:
    """Bring the site up to date and serve it until the reader presses Ctrl+C."""
    with listen(Path(root) / "_build" / "html", port_from(os.environ)) as server:  # a taken port is told before a build
        html(root)
        print(f"Open http://127.0.0.1:{server.server_address[1]}/ in a browser. Press Ctrl+C to stop.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


def main(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name; returns the exit code."""
    commands = {"html": html, "serve": serve}
    return front_end.obey(commands, arguments, __doc__, SiteError, front_end.FrontEndError)
