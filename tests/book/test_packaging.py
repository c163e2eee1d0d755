"""What is shipped: the environment, the wheel, the downloaded notebook, the workflows, and the README's own words."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import nbformat
import pytest
import yaml

from tools.checks import elsewhere
from tools.execution import chapters
from tools.exports.downloads import MARK
from tools.site import build as builder

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def test_the_pip_section_of_the_environment_gives_a_python_that_imports_the_library(tmp_path):
    """Conda itself cannot be tried without its channels: what it hands to pip can."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    for_pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    after = re.search(
        r"conda activate .*\n(python -m pip install .*)", (ROOT / "README.md").read_text(encoding="utf-8")
    )
    venv.create(tmp_path / "env", with_pip=True)
    python = python_of(tmp_path / "env")
    # The parts are here already, in the versions that the section asks for: pip has only what venv brings to exchange.
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    Path(own, "parts.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    # Conda writes the section to a file beside environment.yml, and gives it to pip.
    listed = ROOT / "_build" / "condaenv.requirements.txt"
    listed.parent.mkdir(exist_ok=True)
    listed.write_text("\n".join(for_pip).replace("-r ", "-r ../") + "\n", encoding="utf-8")
    told = run(python, "-m", "pip", "install", "--requirement", str(listed))
    assert "Requirement already satisfied: numpy" in told
    assert set(re.findall("Collecting ([a-z]+)", told)) <= {"pip", "setuptools"}
    run(python, *after[1].split()[1:])
    assert run(python, "-c", "import backprop_lib; print(backprop_lib.__version__)", cwd=tmp_path).strip() == "0.1.0"


def run(python, *arguments, cwd=ROOT, **more):
    done = subprocess.run([python, *arguments], cwd=cwd, capture_output=True, text=True, encoding="utf-8", **more)
    assert done.returncode == 0, f"{' '.join(map(str, arguments))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def test_the_published_wheel_is_the_one_that_the_chapters_are_executed_with(site, wheel):
    [published] = (SITE / "downloads").glob("*.whl")
    assert (published.name, published.read_bytes()) == (wheel.name, wheel.read_bytes())


def test_a_chapter_executed_with_the_wheel_finds_the_library_there_and_not_in_the_checkout(installed_wheel, tmp_path):
    chapter = tmp_path / "book" / "chapter.md"
    chapter.parent.mkdir()
    chapter.write_text(
        "---\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n"
        "```{code-cell}\nimport backprop_lib, pathlib\n```\n\n"
        "{{ pathlib.Path(backprop_lib.__file__).parents[1] | text }} {{ pathlib.Path.cwd() | text }}\n"
    )
    executed = chapters.execute(chapter, folder=tmp_path, library=installed_wheel)
    assert executed.cells[1].source == f"{installed_wheel} {tmp_path}"


@pytest.mark.parametrize("chapter", chapters.chapters(), ids=lambda chapter: chapter.stem)
def test_a_downloaded_notebook_is_the_stored_one_under_a_cell_that_says_how_to_run_it(site, chapter):
    stored = chapters.notebook_of(chapter)
    downloaded = nbformat.read(SITE / "_sources" / "notebooks" / stored.name, as_version=4)
    assert downloaded.cells.pop(0).id == MARK
    assert downloaded == nbformat.read(stored, as_version=4)


def test_the_wheel_holds_the_scripts_of_the_explorables(installed_wheel):
    parts = {path.name for path in (installed_wheel / "backprop_lib" / "explorables").iterdir()}
    assert {"stage.js", "one_weight.js", "hunt.js", "prediction.js", "style.css"} <= parts


def test_the_wheel_holds_the_results_of_the_experiments(installed_wheel):
    shipped = {path.name for path in (installed_wheel / "backprop_lib" / "experiments" / "results").iterdir()}
    assert shipped == {path.name for path in (ROOT / "backprop_lib" / "experiments" / "results").iterdir()}


LOCKS = ["requirements.txt", "requirements-teaching.txt"]


def test_no_lock_file_names_a_host():
    for name in [*LOCKS, "package-lock.json"]:
        hosts = re.findall(
            r"https?://\S*(?:pypi|pythonhosted|npmjs|registry|/simple)\S*", (ROOT / name).read_text(encoding="utf-8")
        )
        assert hosts == [], name


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_part_carries_its_hash(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    parts = re.split(r"\n(?=[a-zA-Z0-9])", text)
    assert all("--hash=sha256:" in part for part in parts if "==" in part)


def locked(lock):
    """The parts that a lock file names, each with its versions."""
    found = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: {version for other, version in found if other == name} for name, _ in found}


def test_the_locks_and_the_newest_environments_hold_every_extra():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    del extras["bench"]  # programs of others, to race against: the book is made without them
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"--extra (\w+)", makefile)) == set(extras)
    newest = re.findall(r"--editable \"\.\[([\w,]+)\]\"", makefile)
    assert {extra for those in newest for extra in those.split(",")} == set(extras)
    for lock in LOCKS:
        there = {name.replace("_", "-") for name in locked(lock)}
        held = [extra for extra in extras if (extra == "teaching") == (lock == LOCKS[1])]
        wanted = {re.match(r"[\w.-]+", part)[0] for extra in held for part in extras[extra]}
        assert {name.lower().replace("_", "-") for name in wanted} <= there


def test_nbgrader_stands_beside_the_same_parts_as_the_book_and_not_among_them():
    book, teaching = map(locked, LOCKS)
    assert {name: book[name] for name in teaching if name in book} == {n: teaching[n] for n in teaching if n in book}
    assert "nbgrader" in teaching and "nbgrader" not in book


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_follows_the_schema_of_its_host(path):
    done = check_workflow(path)
    assert done.returncode == 0, done.stdout


def test_the_schema_check_finds_a_broken_workflow(tmp_path):
    broken = tmp_path / "broken.yml"
    broken.write_text(WORKFLOWS[0].read_text(encoding="utf-8").replace("runs-on:", "run-on:"), encoding="utf-8")
    assert check_workflow(broken).returncode != 0


def check_workflow(path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    return subprocess.run(command, capture_output=True, text=True)


def test_workflows_call_targets_that_the_makefile_has():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    texts = [path.read_text(encoding="utf-8") for path in [*WORKFLOWS, ROOT / ".ci" / "run"]]
    called = {target for text in texts for target in re.findall(r"^(?: *run: )?make (\w+)", text, flags=re.MULTILINE)}
    assert called and called <= targets


def test_the_readme_lists_the_targets_that_the_makefile_has():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):[^=].*##", makefile, flags=re.MULTILINE))
    listed = set(re.findall(r"make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert targets <= listed


SAYS_WHICH_PYTHON = {
    "README.md": r"They need Python (3\.\d+) or newer",
    "pyproject.toml": r'requires-python = ">=(3\.\d+)"',
    "environment.yml": r"- python>=(3\.\d+)",
    "Makefile": r"Python (3\.\d+) or newer is needed",
    ".github/workflows/test.yml": r'python: \["(3\.\d+)", ',
}


def test_all_say_the_same_of_the_oldest_python_that_will_do():
    told = {name: re.search(said, (ROOT / name).read_text("utf-8"))[1] for name, said in SAYS_WHICH_PYTHON.items()}
    assert set(told.values()) == {".".join(map(str, elsewhere.OLDEST))}, told


def test_the_readme_example_computes_what_its_comments_say():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, flags=re.DOTALL)[1]
    *setup, first, second, third, fourth = [line for line in code.splitlines() if line and not line.startswith("#")]
    names: dict = {}
    exec("\n".join(setup), names)
    for line in (first, second, fourth):
        expression, said = line.split("#")
        assert str(eval(expression, names)) == said.split(",")[0].strip()
    assert eval(third.split("#")[0], names).startswith("function slope(")


def test_the_citation_file_names_the_version_of_the_library():
    import backprop_lib

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == backprop_lib.__version__


def test_importing_the_library_loads_no_part_that_takes_long():
    heavy = "'sympy', 'matplotlib', 'ipywidgets', 'numba', 'tqdm', 'yaml', 'distributed', 'sklearn', 'multiprocessing'"
    loaded = f"import sys, backprop_lib; print([m for m in ({heavy}) if m in sys.modules])"
    assert run(sys.executable, "-c", loaded).strip() == "[]"


@pytest.mark.parametrize("command", [["check", "."], ["format", "--check", "."]], ids=["linted", "formatted"])
def test_the_code_is_in_form(command):
    done = subprocess.run([sys.executable, "-m", "ruff", *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_replay_of_a_notebook_finds_an_output_that_was_changed(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1 / 8)", execution_count=1)])
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="0.125\n")]
    for printed, replayed in (("0.125\n", 0), ("0.126\n", 1)):
        notebook.cells[0].outputs[0]["text"] = printed
        nbformat.write(notebook, tmp_path / "one.ipynb")
        options = ["--nbval", "--nbval-current-env", f"--rootdir={tmp_path}", "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", "-q", *options, str(tmp_path / "one.ipynb")]
        assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == replayed


def test_a_reference_that_leads_nowhere_stops_the_build_of_the_site(site, tmp_path, capfd):
    """In a book of one page, built as the whole book is, and without a complaint until it refers to nothing."""
    for name in ["web", "tools", "backprop_lib", "_build/web"]:
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ["_config.yml", "pyproject.toml", "package.json", "README.md", "LICENSE"]:
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/page\n", encoding="utf-8")
    page = tmp_path / "book" / "page.md"
    page.parent.mkdir()
    page.write_text("(here)=\n# A page\n\nSee {ref}`here`.\n", encoding="utf-8")
    builder.run_sphinx(tmp_path)
    page.write_text("(here)=\n# A page\n\nSee {ref}`nowhere`.\n", encoding="utf-8")
    with pytest.raises(builder.SiteError):
        builder.run_sphinx(tmp_path)
    assert "undefined label: 'nowhere'" in capfd.readouterr().err
