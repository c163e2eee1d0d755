"""A chapter's text becomes an executed notebook: the same bytes each time, with its numbers in place."""

import hashlib
import json
import sys
from pathlib import Path

import nbformat
import pytest

from tools.execution import chapters
from tools.execution.chapters import ROOT, ChapterError
from tools.text.placeholders import find

FRONT_MATTER = "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n"

WIDGETS = """
# Sliders and a picture

```{code-cell}
import anywidget, ipywidgets, traitlets

class Counter(anywidget.AnyWidget):
    _esm = "export default { render({ model, el }) { el.textContent = model.get('value') } }"
    value = traitlets.Float(0.5).tag(sync=True)

first, second = ipywidgets.FloatSlider(description="a"), ipywidgets.FloatSlider(description="b")
counter = Counter()
links = [ipywidgets.jslink((first, "value"), (second, "value")),
         ipywidgets.jslink((second, "value"), (counter, "value"))]
unseen = [ipywidgets.IntSlider(), ipywidgets.IntSlider()]
ipywidgets.VBox([first, second, counter])
```

```{code-cell}
counter
```

```{code-cell}
import sys
print("one"); print("a warning", file=sys.stderr); print("two")
{"set", "of", "words"}
```

The slider stands at {{ first.value | .1f }}.
"""


def write(root: Path, text: str, name: str = "chapter") -> Path:
    """A chapter of the given text in a book of its own."""
    path = root / "book" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FRONT_MATTER + text, encoding="utf-8", newline="\n")
    return path


def library(root: Path, text: str, name: str = "engine.py") -> None:
    """A file of the library of that book."""
    path = root / "backprop_lib" / name
    path.parent.mkdir(exist_ok=True)
    path.parent.joinpath("__init__.py").touch()
    path.write_text(text, encoding="utf-8")


def cell(*lines: str) -> str:
    return "\n".join(["```{code-cell}", *lines, "```", ""])


def failure(root: Path, text: str) -> str:
    """What is said of a chapter that cannot be executed."""
    with pytest.raises(ChapterError) as refused:
        chapters.execute(write(root, text))
    return str(refused.value)


def markdown(notebook) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


# Numbers in prose


def test_a_placeholder_sees_the_chapter_as_it_is_where_it_stands(tmp_path):
    notebook = chapters.execute(
        write(
            tmp_path,
            "```{code-cell}\nx = -1\n```\n\n"
            "Now {{ x | .1f }} and $x = {{ x | .1f }}$, not `{{ x | .1f }}`.\n\n"
            "```{code-cell}\nimport sympy\nx, y = 2, sympy.Symbol('w_1') / 3\n```\n\n"
            "Now {{ x | .1f }}, {{ [x] | text }}.\n\n$$\n{{ y | latex }}\n$$\n",
        )
    )
    assert markdown(notebook) == (
        "Now −1.0 and $x = -1.0$, not `{{ x | .1f }}`.\nNow 2.0, [2].\n\n$$\n\\frac{w_{1}}{3}\n$$"
    )
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == [1, 2]


def test_an_alternative_text_and_a_caption_see_what_their_cell_has_made(tmp_path):
    notebook = chapters.execute(
        write(
            tmp_path,
            "```{code-cell}\n---\nmystnb:\n  image:\n    alt: It falls to {{ x | .2f }}.\n  figure:\n"
            "    caption: |\n      From one to {{ x | .1f }}.\n---\nx = 0.25\n```\n",
        )
    )
    assert notebook.cells[0].metadata.mystnb.image.alt == "It falls to 0.25."
    assert notebook.cells[0].metadata.mystnb.figure.caption == "From one to 0.2.\n"


# The same bytes


def test_executing_twice_gives_the_same_bytes(tmp_path):
    chapter = write(tmp_path, WIDGETS)
    first, second = (chapters.to_text(chapters.execute(chapter)) for _ in range(2))
    assert first == second
    chapters.make(chapter)
    assert chapters.notebook_of(chapter).read_bytes() == first.encode("utf-8")


@pytest.fixture(scope="module")
def with_widgets(tmp_path_factory):
    return chapters.execute(write(tmp_path_factory.mktemp("widgets"), WIDGETS))


def test_widgets_are_kept_with_the_notebook_and_their_models_numbered_as_a_reader_meets_them(with_widgets):
    state = with_widgets.metadata.widgets[chapters.WIDGET_STATE].state
    view = with_widgets.cells[1].outputs[0].data[chapters.WIDGET_VIEW]
    assert sorted(state) == [f"{number:032x}" for number in range(len(state))]
    assert state[view.model_id].model_name == "VBoxModel"
    links = [state[number].state for number in sorted(state) if state[number].model_name == "LinkModel"]
    sliders = [state[end[0].removeprefix("IPY_MODEL_")] for end in (links[0].source, links[0].target)]
    assert [slider.state.description for slider in sliders] == ["a", "b"]


def test_a_notebook_tells_nothing_of_the_run_that_made_it(with_widgets):
    text = chapters.to_text(with_widgets)
    assert [cell.id for cell in with_widgets.cells] == [f"cell-{i:03d}" for i in range(len(with_widgets.cells))]
    assert with_widgets.cells[2].outputs[0].data["text/plain"].endswith("at 0x000000000000>")
    assert "version" not in with_widgets.metadata.language_info
    assert "execution" not in text.replace("execution_count", "")
    assert "jupytext" not in text
    assert with_widgets.metadata.kernelspec.name == "python3"
    assert text.endswith("}\n")
    assert "\r" not in text


def test_what_is_printed_is_one_output_for_each_stream(with_widgets):
    streams = [(out.name, out.text) for out in with_widgets.cells[3].outputs if out.output_type == "stream"]
    assert streams == [("stdout", "one\ntwo\n"), ("stderr", "a warning\n")]


def test_a_notebook_is_valid(with_widgets):
    nbformat.validate(with_widgets)


def test_line_ends_of_a_checkout_do_not_matter(tmp_path):
    chapter = write(tmp_path, "# Title\n")
    unix = chapters.text_hash(chapter)
    chapter.write_bytes(chapter.read_bytes().replace(b"\n", b"\r\n"))
    assert chapters.text_hash(chapter) == unix
    assert chapters.chapters(tmp_path) == [chapter]


def test_the_kernel_runs_in_the_folder_of_the_notebooks_and_free_of_the_authors_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = chapters.execute(
        write(
            tmp_path,
            "```{code-cell}\nimport os, pathlib, sys\n```\n\n"
            "{{ pathlib.Path.cwd().name | text }}\n\n"
            "{{ [os.environ[name] for name in ('PYTHONHASHSEED', 'TQDM_DISABLE')] | text }}\n\n"
            "{{ 'inline' in os.environ['MPLBACKEND'] | text }}\n\n"
            "{{ sys.prefix | text }}\n",
        )
    )
    assert markdown(notebook).split("\n\n") == ["notebooks", "['0', '1']", "True", sys.prefix]


def test_what_the_site_folds_is_folded_in_jupyterlab(tmp_path):
    cells = [f"```{{code-cell}}\n:tags: [{tag}]\n\n1 + 1\n```\n" for tag in (*chapters.FOLDS, "other")]
    notebook = chapters.execute(write(tmp_path, "\n".join(cells)))
    assert [cell.metadata.get("jupyter") for cell in notebook.cells] == [*chapters.FOLDS.values(), None]
    assert [cell.metadata.tags for cell in notebook.cells] == [[tag] for tag in (*chapters.FOLDS, "other")]


def test_an_error_that_is_wanted_is_kept_without_its_traceback(tmp_path):
    notebook = chapters.execute(write(tmp_path, "```{code-cell}\n:tags: [raises-exception]\n\n1 / 0\n```\n"))
    assert notebook.cells[0].outputs[0].traceback == ["ZeroDivisionError: division by zero"]


# What goes wrong


def test_a_failing_cell_is_told_by_chapter_line_source_and_exception(tmp_path):
    said = failure(
        tmp_path,
        "# Title\n\n```{code-cell}\ndef half(x):\n    return x / 0\n```\n\nText.\n\n"
        "```{code-cell}\n:tags: [hide-input]\n\ny = 1\nhalf(y)\n```\n",
    )
    assert said == "book/chapter.md, line 19: half(y)\n  ZeroDivisionError: division by zero"


def test_a_cell_that_is_not_python_is_told_by_its_line(tmp_path):
    said = failure(tmp_path, "```{code-cell}\nx = 1\ny = 2 3\n```\n")
    assert said.startswith("book/chapter.md, line 8: y = 2 3\n  SyntaxError: ")


def test_an_error_inside_a_library_also_names_the_place_there(tmp_path):
    said = failure(tmp_path, "```{code-cell}\nimport json\njson.loads('{')\n```\n")
    assert said.startswith("book/chapter.md, line 8: json.loads('{')\n  JSONDecodeError: ")
    assert "\n  raised at " in said
    assert len(said.splitlines()) == 3


def test_a_cell_that_does_not_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(chapters, "CELL_SECONDS", 1)
    said = failure(tmp_path, "```{code-cell}\nimport time\ntime.sleep(60)\n```\n")
    assert said == "book/chapter.md, line 7: the cell ran for over 1 s."


def test_a_kernel_that_dies_is_told_by_its_cell(tmp_path):
    said = failure(tmp_path, "```{code-cell}\nimport os\nos._exit(1)\n```\n")
    assert said == "book/chapter.md, line 7: the kernel died in this cell."


@pytest.mark.parametrize(
    ("placeholder", "problem", "advice"),
    [
        ("{{ y | .3f }}", "NameError: name 'y' is not defined.", "in a code cell above"),
        (
            "{{ x.slope | .3f }}",
            "AttributeError: 'float' object has no attribute 'slope'.",
            "in a code cell above",
        ),
        ("{{ x | d }}", "the format 'd' does not fit a value of type float", "make it one number"),
        ("{{ [x, x] | .3f }}", "the format '.3f' does not fit a value of type list", "make it one number"),
        ("{{ x - x + float('nan') | .3f }}", "its value is nan", "division by zero"),
        ("{{ x }}", "it lacks an expression or a format", "spaces around the bar"),
    ],
)
def test_a_placeholder_that_cannot_be_filled_is_told_by_line_and_what_to_try(tmp_path, placeholder, problem, advice):
    said = failure(tmp_path, f"```{{code-cell}}\nx = 0.5\n```\n\nIt is\n{placeholder} now.\n")
    assert said.startswith(f"book/chapter.md, line 11: {placeholder}\n  {problem}")
    assert advice in said.split("Try: ")[1]


def test_a_malformed_placeholder_is_told_before_anything_is_executed(tmp_path):
    said = failure(tmp_path, "```{code-cell}\nopen('trace', 'w')\n```\n\n{{ x }}\n")
    assert "line 10" in said
    assert not (tmp_path / "notebooks" / "trace").exists()


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("object()", "the address of an object"),
        ("import warnings\nwarnings.warn('careful')", "the number of a process"),
        ("import os\nprint(os.path.dirname(os.getcwd()))", "a path of this machine"),
    ],
)
def test_an_output_that_would_differ_next_time_is_refused(tmp_path, code, what):
    said = failure(tmp_path, f"```{{code-cell}}\n{code}\n```\n")
    assert said.startswith("book/chapter.md, line 7: the output of this cell shows ")
    assert what in said


def test_a_front_matter_that_is_not_yaml_is_told(tmp_path):
    chapter = write(tmp_path, "")
    chapter.write_text("---\nkernelspec: {name: [\n---\n\n# Title\n", encoding="utf-8")
    with pytest.raises(ChapterError, match=r"^book/chapter\.md: "):
        chapters.execute(chapter)


# Out of date


def test_only_pages_that_name_a_kernel_are_chapters(tmp_path):
    chapter = write(tmp_path, "# A chapter\n", "b")
    (tmp_path / "book" / "a.md").write_text("# A page\n\nkernelspec: no\n", encoding="utf-8")
    (tmp_path / "book" / "c.md").write_text("---\ntitle: A page\n---\n\nkernelspec:\n", encoding="utf-8")
    assert chapters.chapters(tmp_path) == [chapter]


def test_a_chapter_is_stale_until_its_notebook_is_of_its_text(tmp_path):
    chapter = write(tmp_path, "# Title\n")
    assert chapters.stale(tmp_path) == ["chapter"]
    chapters.make(chapter)
    assert chapters.stale(tmp_path) == []
    stored = json.loads(chapters.notebook_of(chapter).read_text(encoding="utf-8"))["metadata"]["book"]
    assert stored == {"text_sha256": hashlib.sha256(chapter.read_bytes()).hexdigest()}
    write(tmp_path, "# Another title\n")
    assert chapters.stale(tmp_path) == ["chapter"]


def test_a_notebook_that_a_merge_has_broken_is_stale(tmp_path):
    chapter = write(tmp_path, "# Title\n")
    chapters.notebook_of(chapter).parent.mkdir()
    chapters.notebook_of(chapter).write_text("<<<<<<< ours\n{}\n", encoding="utf-8")
    assert chapters.stale(tmp_path) == ["chapter"]


def test_a_changed_library_is_noticed_but_leaves_the_notebook_of_its_text(tmp_path):
    library(tmp_path, "one = 1\n")
    chapter = write(tmp_path, cell("import backprop_lib.engine"))
    assert chapters.library_changed(tmp_path) == []
    chapters.make(chapter)
    assert chapters.library_changed(tmp_path) == []
    library(tmp_path, "one = 2\n")
    assert chapters.library_changed(tmp_path) == ["chapter"]
    assert chapters.stale(tmp_path) == []


def run_main(arguments, root, capsys):
    """The command's exit status, and what it says it has done with each chapter."""
    status = chapters.main(arguments, root)
    return status, [line.split(",")[0] for line in capsys.readouterr().out.splitlines()]


def test_the_command_executes_what_changed_and_nothing_else(tmp_path, capsys):
    library(tmp_path, "one = 1\n")
    write(tmp_path, cell("import backprop_lib.engine"), "a")
    write(tmp_path, "# Title\n", "b")

    def run(*arguments):
        return run_main(arguments, tmp_path, capsys)

    assert run("--stale") == (1, ["a", "b"])
    assert run("a") == (0, ["a: executed"])
    assert run() == (0, ["a: unchanged", "b: executed"])
    assert run("--stale") == (0, [])
    assert run("--all", "book/a.md") == (0, ["a: the same"])
    library(tmp_path, "one = 2\n")
    assert run("a") == (0, ["a: the same"])
    assert run("a") == (0, ["a: unchanged"])
    (tmp_path / "_build" / "loaded.json").unlink()
    assert run("b") == (0, ["b: the same"])
    write(tmp_path, "# Another title\n", "b")
    assert run("b") == (0, ["b: executed"])
    assert run("--check") == (0, ["a: the same", "b: the same"])
    assert run("c")[0] == 1


def test_what_changes_in_the_library_is_executed_where_it_is_loaded_and_nowhere_else(tmp_path, capsys):
    """Two chapters, each with a module that reads a script: one of them only when asked, by a module imported late."""
    reading = "from pathlib import Path\ndef script(): return Path(__file__).with_suffix('.js').read_text()\n"
    for name in ("slope", "chain"):
        library(tmp_path, reading, f"{name}.py")
        library(tmp_path, "1", f"{name}.js")
    library(tmp_path, "def script():\n    from backprop_lib.chain import script\n    return script()\n", "late.py")
    library(tmp_path, "", "shared.py")
    write(tmp_path, cell("import backprop_lib.shared", "from backprop_lib.slope import script", "script()"), "a")
    write(tmp_path, cell("import backprop_lib.shared", "from backprop_lib.late import script", "script()"), "b")
    assert run_main([], tmp_path, capsys) == (0, ["a: executed", "b: executed"])

    def changed(name, text):
        library(tmp_path, text, name)
        return chapters.library_changed(tmp_path)

    assert changed("slope.js", "2") == ["a"]
    assert run_main([], tmp_path, capsys) == (0, ["a: executed", "b: unchanged"])
    assert changed("chain.js", "2") == ["b"]
    assert changed("slope.py", "import backprop_lib.new\n" + reading) == ["a", "b"]
    library(tmp_path, "one = 1\n", "new.py")
    assert run_main([], tmp_path, capsys) == (0, ["a: the same", "b: executed"])
    assert changed("new.py", "one = 2\n") == ["a"], "a module that was added since it was first executed"
    assert changed("another.py", "") == ["a"], "a module that nobody loads"
    assert changed("shared.py", "one = 1\n") == ["a", "b"]
    assert run_main([], tmp_path, capsys) == (0, ["a: the same", "b: the same"])
    (tmp_path / "backprop_lib" / "chain.js").unlink()
    assert chapters.library_changed(tmp_path) == ["b"], "a file that is gone"


def test_a_notebook_without_a_text_is_reported(tmp_path, capsys):
    chapters.make(write(tmp_path, "# Title\n"))
    (tmp_path / "book" / "chapter.md").unlink()
    assert chapters.orphans(tmp_path) == ["chapter"]
    assert chapters.main(["--stale"], tmp_path) == 1
    assert "notebooks/chapter.ipynb has no text book/chapter.md" in capsys.readouterr().out


def test_a_check_shows_how_a_notebook_differs_and_leaves_it(tmp_path, capsys):
    chapter = write(tmp_path, "```{code-cell}\nx = 0.5\nprint(x)\n```\n\nIt is {{ x | .1f }}.\n")
    chapters.make(chapter)
    notebook = chapters.notebook_of(chapter)
    altered = notebook.read_text(encoding="utf-8").replace("It is 0.5", "It is 0.6")
    notebook.write_text(altered, encoding="utf-8", newline="\n")
    assert chapters.main(["--check"], tmp_path) == 1
    said = capsys.readouterr().out
    assert "chapter: differs" in said
    assert "It is 0.6" in said
    assert "It is 0.5" in said
    assert notebook.read_text(encoding="utf-8") == altered


def test_one_chapter_that_fails_does_not_keep_the_next_from_being_made(tmp_path, capsys):
    write(tmp_path, "```{code-cell}\n1 / 0\n```\n", "a")
    write(tmp_path, "# Title\n", "b")
    assert chapters.main([], tmp_path) == 1
    said = capsys.readouterr().out
    assert "a: failed" in said
    assert "ZeroDivisionError" in said
    assert "b: executed" in said
    assert chapters.stale(tmp_path) == ["a"]


def test_a_chapter_that_comes_out_the_same_to_a_reader_is_left_as_it_is(tmp_path):
    library(tmp_path, "one = 1\n")
    chapter = write(tmp_path, cell("import backprop_lib.engine") + WIDGETS)
    assert chapters.make(chapter)
    notebook = chapters.notebook_of(chapter)
    # As a machine with another last digit, and another Python, would have stored it.
    other = notebook.read_text(encoding="utf-8").replace('"value": 0.5', '"value": 0.5000000000000001')
    other = other.replace('"nbconvert_exporter": "python"', '"nbconvert_exporter": "another"')
    notebook.write_text(other, encoding="utf-8", newline="\n")
    library(tmp_path, "one = 2\n")
    assert chapters.library_changed(tmp_path) == ["chapter"]
    assert chapters.check(chapter) == []
    assert not chapters.make(chapter)
    assert notebook.read_text(encoding="utf-8") == other != ""
    assert chapters.library_changed(tmp_path) == []
    notebook.write_text(other.replace("stands at 0.0", "stands at 0.1"), encoding="utf-8", newline="\n")
    [told] = chapters.check(chapter)
    assert "stands at 0.1" in told and "stands at 0.0" in told
    assert chapters.make(chapter)
    assert notebook.read_text(encoding="utf-8") == other, "nothing but what has changed is new"


# The book itself


@pytest.mark.parametrize("chapter", chapters.chapters(), ids=lambda chapter: chapter.stem)
def test_notebooks_hold_what_their_text_computes_with_nothing_but_the_wheel(chapter, installed_wheel, tmp_path):
    differences = chapters.check(chapter, folder=tmp_path, library=installed_wheel)
    assert not differences, "\n".join(differences)


def test_no_notebook_is_without_its_text():
    assert chapters.orphans() == []


def test_a_page_without_a_kernel_has_no_placeholder_to_fill():
    plain = set((ROOT / "book").glob("*.md")) - set(chapters.chapters())
    assert {page.name: find(page.read_text(encoding="utf-8")) for page in sorted(plain)} == {
        page.name: [] for page in plain
    }
