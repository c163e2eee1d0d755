"""The try on another Python: which ones there are, in what order, and in a copy that leaves the checkout alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.checks import elsewhere

ROOT = Path(__file__).parents[2]
RUNNING = sys.version_info[:3]
NEWER, NEWEST = (3, 98, 0), (3, 99, 1)


@pytest.fixture
def answering(monkeypatch):
    """`answering(answers)`: programs that answer so when they are asked for their version; others are not there."""

    def start(answers):
        def run(command, **_):
            if command[0] not in answers:
                raise FileNotFoundError(command[0])
            return subprocess.CompletedProcess(command, 0, answers[command[0]], "")

        monkeypatch.setattr(elsewhere.subprocess, "run", run)
        return [*answers, "missing"]

    return start


def test_of_each_minor_version_the_last_release_counts_and_nothing_that_is_none(answering):
    candidates = answering(
        {
            "python3.12": "cpython 3 12 1 final\n",
            "another 3.12": "cpython 3 12 4 final\n",
            "python3": "cpython 3 9 18 final\n",
            "python3.99": "cpython 3 99 0 beta\n",
            "pypy": "pypy 3 11 9 final\n",
            "python3.13": "",  # a shim of pyenv, for a version that is not selected
            "python3.100": "cpython 3 100 0 final\r\n",
        }
    )
    assert elsewhere.versions(candidates) == {(3, 12, 4): "another 3.12", (3, 100, 0): "python3.100"}


def test_the_python_that_runs_this_is_found_when_asked():
    assert elsewhere.versions([sys.executable]) == {RUNNING: sys.executable}


def test_what_may_be_a_python_stands_on_the_path_or_with_pyenv(tmp_path, monkeypatch):
    names = ["python3", "python3.12", "python3.13.exe", "python3-config", "python3.12-gdb"]
    kept = tmp_path / "pyenv" / "versions" / "3.13.0" / "bin" / "python3"
    for file in [*(tmp_path / name for name in names), kept]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert set(elsewhere.programs()) == {*(tmp_path / name for name in names[:3]), kept}


@pytest.fixture
def made(monkeypatch):
    """What make is called with, in which copies; nothing is copied, and whatever is in `made.failing` fails."""

    class Calls(list):
        failing: tuple[str, ...] = ()

        def __call__(self, folder, *arguments):
            self.append((folder.name, arguments[0]))
            return not {folder.name, arguments[0], f"{folder.name} {arguments[0]}"} & set(self.failing)

    calls = Calls()
    monkeypatch.setattr(elsewhere, "make", calls)
    monkeypatch.setattr(elsewhere, "copied", lambda *_: None)
    monkeypatch.setattr(elsewhere, "versions", lambda _: {RUNNING: "python", NEWER: "newer", NEWEST: "newest"})
    return calls


def test_the_newest_is_tried_and_no_other(made):
    assert elsewhere.main([]) == 0
    assert made == [("3.99", ".venv/ready"), ("3.99", "--keep-going")]


def test_what_fails_there_fails_here(made, capsys):
    made.failing = ("--keep-going",)
    assert elsewhere.main([]) == 1
    assert "On Python 3.99.1 something failed" in capsys.readouterr().out


def test_where_the_parts_cannot_be_installed_the_next_newest_is_tried(made, capsys):
    made.failing = ("3.99",)
    assert elsewhere.main([]) == 0
    assert made == [("3.99", ".venv/ready"), ("3.98", ".venv/ready"), ("3.98", "--keep-going")]
    assert "cannot be installed on Python 3.99.1" in capsys.readouterr().out
    made.failing = (".venv/ready",)
    assert elsewhere.main([]) == 1, "on none of them: that is no success"


def test_where_there_is_only_one_python_it_is_told_by_name(made, monkeypatch, capsys):
    monkeypatch.setattr(elsewhere, "versions", lambda _: {RUNNING: "python"})
    assert elsewhere.main([]) == 0 and len(made) == 2
    assert f"Only Python {elsewhere.dotted(RUNNING)} was found" in capsys.readouterr().out


def test_what_is_no_python_of_the_book_is_refused_by_name(capsys):
    assert elsewhere.main(["python3.5"]) == 1
    assert "python3.5" in capsys.readouterr().out


def test_a_copy_follows_its_checkout_and_keeps_what_was_built_there(tmp_path):
    root, folder = tmp_path / "book", tmp_path / "book" / ".elsewhere" / "3.99"

    def write(where, *names):
        for name in names:
            (where / name).parent.mkdir(parents=True, exist_ok=True)
            (where / name).write_text(f"{where.name} {name}", encoding="utf-8")

    def files(where):
        return {path.relative_to(where).as_posix() for path in where.rglob("*") if path.is_file()}

    write(root, "a/one.py", "a/__pycache__/one.pyc", ".ci/run", "_build/site", ".git/HEAD")
    (root / ".gitignore").write_text("_build/\n__pycache__/\n.elsewhere/\n", encoding="utf-8")
    write(folder, "a/gone.py", "gone/two.py", "gone.md", "_build/site")
    elsewhere.copied(root, folder)
    assert files(folder) == {"a/one.py", ".ci/run", ".gitignore", "_build/site"}
    assert (folder / "_build" / "site").read_text(encoding="utf-8") == "3.99 _build/site"


def test_the_makefile_has_what_is_made_there():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {word for word in elsewhere.TRIED if "=" not in word and word[0] != "-"} <= targets


def test_what_is_told_to_make_around_it_does_not_reach_make_in_the_copy(tmp_path, monkeypatch):
    (tmp_path / "Makefile").write_text("PYTHON := own\ntold:\n\ttest $(PYTHON) = own\n", encoding="utf-8")
    monkeypatch.setenv("MAKEFLAGS", " -- PYTHON=of-the-outer-one")
    assert elsewhere.make(tmp_path, "told")
    assert not elsewhere.make(tmp_path, "told", "PYTHON=another")
    assert not elsewhere.make(tmp_path, "missing")


def test_tests_are_known_by_what_they_use(request):
    assert [mark.name for mark in request.node.iter_markers()] == ["library"]
