"""Turn the text of each chapter, `book/NAME.md`, into the executed notebook `notebooks/NAME.ipynb`.

    python -m tools.execution.chapters             execute what changed: the text, or what it loads of the library
    python -m tools.execution.chapters --all       execute every chapter
    python -m tools.execution.chapters --check     execute in memory and compare with the notebooks; 1 if any differs
    python -m tools.execution.chapters --stale     list notebooks that are not of their text; 1 if any

Chapter names after these limit them.  A notebook changes in Git only when what a reader sees changes: on one machine
the same text and library always give the same bytes, and what another machine computes is kept only where the two do
not agree in the sense of `tools.execution.agreement`.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import io
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_core.utils import ensure_async
from jupytext.myst import MystMetadataParsingError, myst_to_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from tools.execution import agreement
from tools.execution.agreement import WIDGET_STATE, WIDGET_VIEW
from tools.execution.digest import digest
from tools.execution.loaded import loaded, recorder
from tools.text import placeholders
from tools.text.placeholders import Placeholder, PlaceholderError
from tools.text.prose import FORMATS

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = "backprop_lib"
CELL_SECONDS = 300
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT_CELL_METADATA = ("tags", "mystnb")
ADDRESS = re.compile(r"\bat 0x[0-9A-Fa-f]+")
MODEL_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
LINES_TOLD = 40

# What JupyterLab folds for the tags by which the site folds.
FOLDS = {
    "hide-input": {"source_hidden": True},
    "hide-output": {"outputs_hidden": True},
    "hide-cell": {"source_hidden": True, "outputs_hidden": True},
}
# What an output may not show, since the next execution would show another.
UNREPEATABLE = {
    ADDRESS: "the address of an object in memory",
    re.compile(r"ipykernel_\d+"): "a warning with the number of a process",
    re.compile(r"site-packages[/\\]"): "a path of this machine",
}


class ChapterError(Exception):
    """A chapter that cannot be made into a notebook, told to its author."""


# What there is, and what is out of date


def chapters(root: Path = ROOT) -> list[Path]:
    """The texts of the chapters: pages of `book/` whose front matter names a kernel."""
    return [page for page in sorted((root / "book").glob("*.md")) if _names_kernel(page)]


def _names_kernel(page: Path) -> bool:
    front_matter = re.match(r"---\n(.*?\n)---\s*(?:\n|$)", page.read_text(encoding="utf-8"), re.S)
    return bool(front_matter and re.search(r"^kernelspec\s*:", front_matter[1], re.M))


def notebook_of(chapter: Path) -> Path:
    """Where the executed notebook of a chapter's text is kept."""
    return chapter.parents[1] / "notebooks" / f"{chapter.stem}.ipynb"


def text_hash(chapter: Path) -> str:
    """SHA-256 of a chapter's text, the same whatever line ends Git checked it out with."""
    return hashlib.sha256(chapter.read_text(encoding="utf-8").encode("utf-8")).hexdigest()


def stale(root: Path = ROOT) -> list[str]:
    """Names of the chapters whose notebook is missing or was made from another text."""
    return [chapter.stem for chapter in chapters(root) if _is_stale(chapter)]


def _is_stale(chapter: Path) -> bool:
    notebook = notebook_of(chapter)
    if not notebook.exists():
        return True
    try:
        stored = json.loads(notebook.read_text(encoding="utf-8"))
    except ValueError:  # no longer JSON: a merge left its marks in it
        return True
    return bool(stored["metadata"].get("book", {}).get("text_sha256") != text_hash(chapter))


def orphans(root: Path = ROOT) -> list[str]:
    """Names of the notebooks whose text is gone."""
    texts = {chapter.stem for chapter in chapters(root)}
    return [path.stem for path in sorted((root / "notebooks").glob("*.ipynb")) if path.stem not in texts]


def library_changed(root: Path = ROOT) -> list[str]:
    """Names of the chapters last executed here when something that they load of the library was another.

    A chapter never executed in this checkout is not listed: nothing is known against its notebook.
    """
    stamps = _stamps(root)
    known = [chapter.stem for chapter in chapters(root) if chapter.stem in stamps]
    return [name for name in known if _has_changed(stamps[name], root)]


@dataclass(frozen=True)
class _Stamp:
    """What a chapter loaded of the library at its last execution in this checkout, as it was then."""

    loaded: list[str]  # places below the root
    digest: str


def _stamps(root: Path) -> dict[str, _Stamp]:
    path = root / "_build" / "loaded.json"
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: _Stamp(**stamp) for name, stamp in stored.items()}


def _stamp(chapter: Path, parts: Sequence[Path]) -> None:
    root = chapter.parents[1]
    places = [path.relative_to(root.resolve()).as_posix() for path in parts]
    stamps = _stamps(root) | {chapter.stem: _Stamp(places, _digest(places, root))}
    stored = {name: asdict(stamp) for name, stamp in stamps.items()}
    _write(root / "_build" / "loaded.json", json.dumps(stored, indent=1, sort_keys=True) + "\n")


def _has_changed(stamp: _Stamp, root: Path) -> bool:
    return stamp.digest != _digest(stamp.loaded, root)


def _digest(places: Sequence[str], root: Path) -> str:
    return digest([root / place for place in places], root)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


# Executing


@dataclass(frozen=True)
class _Text:
    """A chapter's text as a notebook not yet executed, with the line at which each cell stands."""

    name: str
    notebook: NotebookNode
    starts: list[int]  # of each cell, its options included
    lines: list[int]  # of each cell's source

    def error(self, line: int, message: str) -> ChapterError:
        return ChapterError(f"{self.name}, line {line}: {message}")


def execute(chapter: Path, folder: Path | None = None, library: Path | None = None) -> NotebookNode:
    """The executed notebook of one chapter (a path in `book/`), computed in memory.

    The kernel runs in `folder`, or in that of the notebooks, with the library that is installed in the folder
    `library`, or with the one beside `book/`.

    Raises ChapterError, with the line of the text, if a cell fails, a placeholder cannot be filled or
    an output would not be the same next time.
    """
    return _executed(chapter, folder, library)[0]


def _executed(
    chapter: Path, folder: Path | None = None, library: Path | None = None
) -> tuple[NotebookNode, list[Path]]:
    """The notebook that `execute` gives, and what the chapter has loaded of its library."""
    root = chapter.parents[1]
    library = library or root
    text = _read(chapter)
    folder = folder or notebook_of(chapter).parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        client = _ChapterClient(text, folder)
        record = Path(profile) / "loaded"
        _write(Path(profile) / "profile_default" / "startup" / "recorder.py", recorder(library / LIBRARY, record))
        try:
            client.check_placeholders()
            client.execute(env=_environment(profile, library))
            parts = loaded(record)
        except PlaceholderError as error:
            raise ChapterError(f"{text.name}, {error}") from None
        except CellExecutionError as error:
            raise _cell_failure(text, client.cell_index, error, root) from None
        except (CellTimeoutError, DeadKernelError) as error:
            died = isinstance(error, DeadKernelError)
            problem = "the kernel died in this cell." if died else f"the cell ran for over {CELL_SECONDS} s."
            raise text.error(text.lines[client.cell_index], problem) from None
    _forget_addresses_of_widgets(text.notebook)
    _check_repeatable(text, root)
    return _normalised(text.notebook, text_hash(chapter)), parts


def _read(chapter: Path) -> _Text:
    source = chapter.read_text(encoding="utf-8")
    name = f"{chapter.parent.name}/{chapter.name}"
    try:
        notebook = myst_to_notebook(source, add_source_map=True)
    except (MystMetadataParsingError, ValueError) as error:
        raise ChapterError(f"{name}: {error}") from None
    starts = [start + 1 for start in notebook.metadata.pop("source_map")]
    lines = []
    for start, cell in zip(starts, notebook.cells, strict=True):
        lines.append(_first_line(source, start, cell.source))
        cell.metadata = _cell_metadata(cell.metadata)
    return _Text(name, notebook, starts, lines)


def _first_line(text: str, start: int, source: str) -> int:
    """The line where a cell's source begins: its options and blank lines stand before it."""
    lines, wanted = text.splitlines(), source.splitlines()
    candidates = range(start, len(lines) + 1)
    return next((i for i in candidates if lines[i - 1 : i - 1 + len(wanted)] == wanted), start)


def _cell_metadata(metadata: NotebookNode) -> NotebookNode:
    kept = NotebookNode({key: metadata[key] for key in KEPT_CELL_METADATA if key in metadata})
    folds: dict[str, bool] = {}
    for tag in kept.get("tags", []):
        folds |= FOLDS.get(tag, {})
    return NotebookNode(kept, jupyter=NotebookNode(folds)) if folds else kept


def _environment(profile: str, library: Path) -> dict[str, str]:
    """The kernel's environment: nothing of the author's own settings may reach an output."""
    inherited = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    found_first = [str(library), *filter(None, [os.environ.get("PYTHONPATH")])]
    return inherited | {
        "PYTHONPATH": os.pathsep.join(found_first),
        "IPYTHONDIR": profile,
        "PYTHONHASHSEED": "0",
        "TQDM_DISABLE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else the debugger's start-up warning
    }


class _ChapterClient(NotebookClient):
    """Runs a chapter's cells in order, and at each Markdown cell asks the kernel for its numbers."""

    def __init__(self, text: _Text, folder: Path):
        super().__init__(
            text.notebook,
            timeout=CELL_SECONDS,
            record_timing=False,
            store_widget_state=True,
            coalesce_streams=True,  # else output is split where the kernel happened to flush
            resources={"metadata": {"path": str(folder)}},
            extra_arguments=["--log-level=ERROR"],  # else a warning, for each chapter, that it talks over TCP
        )
        self.text = text
        self.cell_index = 0

    def create_kernel_manager(self) -> KernelManager:
        """The kernel of this very Python: a "python3" the reader has installed may be another."""
        self.km = self.kernel_manager_class(
            kernel_name=KERNELSPEC["name"], kernel_spec_manager=KernelSpecManager(kernel_dirs=[])
        )
        return self.km

    def check_placeholders(self) -> None:
        """Find what is malformed before a kernel is started for it."""
        for index, cell in enumerate(self.nb.cells):
            for holder, key in _filled_places(cell):
                placeholders.find(holder[key], self._line(index, key))

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, *args: Any, **options: Any) -> NotebookNode:
        """Run a code cell, then fill what stands in the cell."""
        self.cell_index = cell_index
        cell = await super().async_execute_cell(cell, cell_index, *args, **options)
        for holder, key in _filled_places(cell):
            holder[key] = await self._filled(holder[key], self._line(cell_index, key))
        return cell

    def _line(self, index: int, key: str) -> int:
        # The options of a code cell stand before its source; where in them is not worth a YAML parser.
        return (self.text.lines if key == "source" else self.text.starts)[index]

    async def _filled(self, source: str, first_line: int) -> str:
        places = placeholders.find(source, first_line)
        if not places:
            return source
        replies = await self._evaluate([place.request for place in places])
        for place, reply in zip(places, replies, strict=True):
            if reply["status"] != "ok":
                raise await self._misfit(place, reply)
        formatted = [ast.literal_eval(reply["data"]["text/plain"]) for reply in replies]
        return placeholders.fill(source, places, list(map(placeholders.render, places, formatted)))

    async def _evaluate(self, expressions: Sequence[str]) -> list[dict[str, Any]]:
        """The kernel's answers to Python expressions, leaving no trace in its history or its counter."""
        asked = {str(index): expression for index, expression in enumerate(expressions)}
        client: Any = self.kc  # its declared type knows nothing of waiting for the reply
        options = {"silent": True, "store_history": False, "reply": True, "timeout": CELL_SECONDS}
        reply = await ensure_async(client.execute("", user_expressions=asked, **options))
        return [reply["content"]["user_expressions"][index] for index in asked]

    async def _misfit(self, place: Placeholder, reply: dict[str, Any]) -> PlaceholderError:
        """What went wrong: the expression itself, or only the format of its value."""
        problem = f"{reply['ename']}: {reply['evalue']}."
        [kind] = await self._evaluate([place.type_request])
        if kind["status"] != "ok":
            return place.error(problem, "define it in a code cell above: a placeholder sees no further.")
        type_name = kind["data"]["text/plain"].strip("'")
        return place.error(
            f"the format '{place.format}' does not fit a value of type {type_name} ({problem[:-1]}).",
            f"make it one number, or {FORMATS}.",
        )


def _filled_places(cell: NotebookNode) -> Iterator[tuple[NotebookNode, str]]:
    """Where a cell may hold placeholders: Markdown, and a code cell's alternative text and caption."""
    if cell.cell_type == "markdown":
        yield cell, "source"
    for kind in ("image", "figure"):
        told = cell.metadata.get("mystnb", {}).get(kind, {})
        yield from ((told, key) for key in ("alt", "caption") if key in told)


# When a cell fails


def _cell_failure(text: _Text, index: int, error: CellExecutionError, root: Path) -> ChapterError:
    """The line of the text that failed and its exception, in place of a page of traceback."""
    traceback = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
    inside = re.search(r"Cell In\[\d+\], line (\d+)", traceback)
    number = int(inside[1]) if inside else 1
    source = text.notebook.cells[index].source.splitlines()
    failing = source[number - 1].strip() if number <= len(source) else source[-1].strip()
    message = f"{failing}\n  {error.ename}: {error.evalue}"
    frames = re.findall(r"^File (.+?):(\d+), in (\w+)", traceback, re.M)
    if frames:
        path, line, function = frames[-1]
        message += f"\n  raised at {path.removeprefix(str(root) + os.sep)}:{line}, in {function}"
    return text.error(text.lines[index] + number - 1, message)


def _check_repeatable(text: _Text, root: Path) -> None:
    shown = UNREPEATABLE | {re.compile(re.escape(str(root))): "a path of this machine"}
    for cell, line in zip(text.notebook.cells, text.lines, strict=True):
        for words in (words for output in cell.get("outputs", []) for words in _words_of(output)):
            for pattern, what in shown.items():
                if found := pattern.search(words):
                    told = f"the output of this cell shows {what} ({found[0]}): the next will not."
                    hint = "print what a reader needs, or end the last line with a semicolon."
                    raise text.error(line, f"{told}\n  Try: {hint}")


def _forget_addresses_of_widgets(notebook: NotebookNode) -> None:
    """An anywidget's plain text is its address, which no reader sees: the widget stands in its place.

    A zero is put there and not a word, so that a pattern that knows an address knows this one too.
    """
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if WIDGET_VIEW in output.get("data", {}):
            output.data["text/plain"] = ADDRESS.sub("at 0x000000000000", output.data["text/plain"])


def _words_of(output: NotebookNode) -> Iterator[str]:
    """The texts of an output; not images, in whose code any word may occur by chance."""
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield f"{output.ename}: {output.evalue}"
    for kind, data in output.get("data", {}).items():
        is_words = kind.startswith("text/") or kind == "image/svg+xml"
        if is_words and not (kind == "text/plain" and WIDGET_VIEW in output.data):
            yield data


# The same bytes every time


def to_text(notebook: NotebookNode) -> str:
    """A notebook as it is kept in a file: keys sorted, one newline at the end."""
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def _normalised(notebook: NotebookNode, text_sha256: str) -> NotebookNode:
    """The notebook without what depends on the run: ids, versions, tracebacks with paths."""
    for key in ("jupytext", "jupyter"):
        notebook.metadata.pop(key, None)
    notebook.metadata["kernelspec"] = KERNELSPEC
    notebook.metadata["language_info"].pop("version", None)
    notebook.metadata["book"] = {"text_sha256": text_sha256}
    for index, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{index:03d}"
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    numbered: NotebookNode = nbformat.reads(_with_numbered_widgets(notebook), as_version=4)
    return numbered


def _with_numbered_widgets(notebook: NotebookNode) -> str:
    """The notebook's text with the random ids of its widget models replaced by their numbers."""
    models = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    outputs = [cell.get("outputs", []) for cell in notebook.cells]
    numbers = {model: f"{number:032x}" for number, model in enumerate(_widget_order(models, outputs))}
    return MODEL_ID.sub(lambda found: numbers.get(found[0], found[0]), to_text(notebook))


def _widget_order(models: dict[str, Any], outputs: list[Any]) -> list[str]:
    """The models as a reader meets them, then those no output leads to (links), by their content."""
    order: dict[str, int] = {}

    def visit(holder: object) -> None:
        for model in MODEL_ID.findall(json.dumps(holder, sort_keys=True)):
            if model in models and model not in order:
                order[model] = len(order)
                visit(models[model])

    def content(model: str) -> str:
        known = json.dumps(models[model], sort_keys=True)
        return MODEL_ID.sub(lambda found: str(order.get(found[0], "unreached")), known)

    visit(outputs)
    # Equal contents keep the order in which the chapter created them: sorting is stable.
    for model in sorted((model for model in models if model not in order), key=content):
        visit(model)
    return list(order)


# Comparing


def check(chapter: Path, folder: Path | None = None, library: Path | None = None) -> list[str]:
    """How a chapter's notebook differs from what its text computes now; empty if a reader would see no difference.

    `folder` and `library` are those of `execute`.
    """
    found = agreement.differences(_stored(chapter), execute(chapter, folder, library))
    more = [f"and {len(found) - LINES_TOLD} differences more"] if len(found) > LINES_TOLD else []
    return found[:LINES_TOLD] + more


def _stored(chapter: Path) -> NotebookNode:
    """A chapter's notebook as it is kept; an empty one where there is none, or a merge has left its marks in it."""
    stored: NotebookNode
    try:
        stored = nbformat.read(notebook_of(chapter), as_version=4)
    except (FileNotFoundError, NotJSONError):
        stored = nbformat.v4.new_notebook()
    return stored


# The command


def make(chapter: Path) -> bool:
    """Execute one chapter and keep what is new in its notebook; tells whether anything is."""
    stored = _stored(chapter)
    executed, parts = _executed(chapter)
    text = to_text(agreement.kept(stored, executed))
    is_new = text != to_text(stored)
    if is_new:
        _write(notebook_of(chapter), text)
    _stamp(chapter, parts)
    return is_new


def _needs_making(chapter: Path) -> bool:
    root = chapter.parents[1]
    stamp = _stamps(root).get(chapter.stem)
    return _is_stale(chapter) or stamp is None or _has_changed(stamp, root)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command line; returns its exit status."""
    options = _parser().parse_args(arguments)
    try:
        chosen = _chosen(options.names, root)
    except ChapterError as error:
        print(error)
        return 1
    lost = [] if options.names else orphans(root)
    for name in lost:
        print(f"notebooks/{name}.ipynb has no text book/{name}.md: delete it, or bring back the text")
    if options.stale:
        return _list_stale(chosen) or int(bool(lost))
    if options.check:
        return _each(chosen, _checked) or int(bool(lost))
    return _each(chosen, _remade if options.all else _brought_up_to_date)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.execution.chapters",
        description="Execute the chapters whose text, or what they load of the library, has changed.",
    )
    parser.add_argument("names", nargs="*", help="only these chapters")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--all", action="store_true", help="execute whether changed or not")
    mode.add_argument("--check", action="store_true", help="compare with what the texts compute now")
    mode.add_argument("--stale", action="store_true", help="list the notebooks that are not of their text")
    return parser


def _chosen(names: Sequence[str], root: Path) -> list[Path]:
    known = {chapter.stem: chapter for chapter in chapters(root)}
    wanted = [Path(name).stem for name in names] or list(known)
    if unknown := [name for name in wanted if name not in known]:
        raise ChapterError(f"no such chapter: {', '.join(unknown)} (there are: {', '.join(known)})")
    return [known[name] for name in wanted]


def _list_stale(chosen: Sequence[Path]) -> int:
    names = [chapter.stem for chapter in chosen if _is_stale(chapter)]
    for name in names:
        print(name)
    return int(bool(names))


def _each(chosen: Sequence[Path], treat: Callable[[Path], tuple[str, list[str]]]) -> int:
    """Treat every chapter, also after one has failed; one line each, then what is wrong with it."""
    status = 0
    for chapter in chosen:
        began = time.perf_counter()
        try:
            word, details = treat(chapter)
        except ChapterError as error:
            word, details = "failed", str(error).splitlines()
        print(f"{chapter.stem}: {word}, {time.perf_counter() - began:.1f} s", flush=True)
        for line in details:
            print(f"  {line}")
        status = 1 if details else status
    return status


def _remade(chapter: Path) -> tuple[str, list[str]]:
    return ("executed" if make(chapter) else "the same"), []


def _brought_up_to_date(chapter: Path) -> tuple[str, list[str]]:
    return _remade(chapter) if _needs_making(chapter) else ("unchanged", [])


def _checked(chapter: Path) -> tuple[str, list[str]]:
    found = check(chapter)
    return ("differs" if found else "the same"), found


if __name__ == "__main__":
    # A Windows console may not have the characters of a diff.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    sys.exit(main())
