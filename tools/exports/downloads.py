"""What a reader can take along: the library as a wheel, and notebooks that say how to install it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tomllib
from pathlib import Path

from flit_core import buildapi

logging.getLogger("flit_core").setLevel(logging.WARNING)

MARK = "bp-install"
# A fixed date for the files within the wheel, so that the same library gives the same bytes.
EPOCH = "1767225600"


class DownloadError(Exception):
    """A download that could not be made, in words."""


def wheel_name(root: Path) -> str:
    """The file name of the library's wheel, from pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['name'].replace('-', '_')}-{project['version']}-py3-none-any.whl"


def prepare(root: Path, out: Path) -> None:
    """Build the library's wheel into `out`/downloads and put the first cell into the notebooks to download.

    Raises DownloadError when the wheel cannot be built.
    """
    name = build_wheel(root, out / "downloads")
    for notebook in sorted((out / "_sources" / "notebooks").glob("*.ipynb")):
        add_first_cell(notebook, name)


def build_wheel(root: Path, folder: Path) -> str:
    """Build the library's wheel into `folder`, from which any older one goes; returns its file name."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    os.environ.setdefault("SOURCE_DATE_EPOCH", EPOCH)
    try:
        with contextlib.chdir(root):
            return str(buildapi.build_wheel(str(folder)))
    except Exception as problem:  # flit raises many kinds, each with a sentence for the author of pyproject.toml
        raise DownloadError(f"the library's wheel could not be built: {problem}") from problem


def first_cell(wheel: str) -> dict[str, object]:
    """The Markdown cell that says how to run a downloaded notebook."""
    return {
        "cell_type": "markdown",
        "id": MARK,
        "metadata": {"tags": [MARK]},
        "source": (
            "```{admonition} Before you run this notebook\n"
            f"It uses the book's library. Download `{wheel}` from the page *Read, run, teach* of the book, then:\n\n"
            f"`pip install {wheel} jupyterlab jupyterlab-myst`\n\n"
            "JupyterLab with `jupyterlab-myst` shows the page as the book does; "
            "elsewhere boxes and cross-references appear as plain text.\n"
            "```"
        ).splitlines(keepends=True),
    }


def add_first_cell(path: Path, wheel: str) -> None:
    """Put the cell in front of the notebook at `path`, in place of one put there before."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell.get("id") != MARK]
    notebook["cells"] = [first_cell(wheel), *cells]
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
