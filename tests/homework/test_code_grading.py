"""A folder of code labs, graded: each gets a row, whatever it is; all executors agree; what was killed resumes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from concurrent.futures import Executor, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

from backprop_lib.graph.errors import GraphError
from backprop_lib.homework.__main__ import main
from backprop_lib.homework.code.course import Course, table
from backprop_lib.homework.code.grading import Handed, Row, grade, graded, handed_in
from backprop_lib.homework.code.notebooks import LARGEST, MOST_CELLS
from backprop_lib.homework.code.sandbox import Limits
from backprop_lib.sweeps.processes import processes
from tests.homework.by_code import FULL, LAB, NAME, NONE, ROOT, SECRET, SMALL, UNTOUCHED, only, solved

pytestmark = pytest.mark.thorough

WRONG = solved("def update(w, gradient, eta): return w")
SOME = [Handed("ada", solved()), Handed("bob", WRONG), Handed("eve", b"{"), Handed("kim", UNTOUCHED)]


def put(folder, student, data, lab=NAME):
    path = folder / student / lab / f"{lab}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


def zip_bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}.ipynb", bytes(50 << 20))
    return packed.getvalue()


HOSTILE_NAMES = ["=1+1", "-rf", "a,b", 'quo"te', "new\nline", "<b>", ".hidden", "a" * 200, "\udcff", "$(reboot)"]
UNREADABLE = {
    "broken": (solved()[:-40], "no JSON"),
    "empty": (b"", "no JSON"),
    "binary": (bytes(range(256)), "no JSON"),
    "bomb": (zip_bomb(), "no JSON"),
    "deep": (b"[" * 200_000, "no JSON"),
    "long": (b"1" * 10_000, "no JSON"),
    "list": (b"[]", "no notebook"),
    "old": (b'{"nbformat": 3, "worksheets": []}', "no notebook"),
    "many": (only(*["pass"] * (MOST_CELLS + 1)), "cells"),
    "large": (b" " * (LARGEST + 1), "bytes"),
}


@pytest.fixture
def submitted(tmp_path):
    """A folder in which everything is found that may be found there."""
    folder = tmp_path / "submitted"
    put(folder, "ada", solved())
    put(folder, "bob", WRONG)
    for name, (data, _) in UNREADABLE.items():
        put(folder, name, data)
    for number, name in enumerate(HOSTILE_NAMES):
        put(folder, name, solved()) if number % 2 else (folder / name).mkdir()
    put(folder, "link", b"").unlink()
    (folder / "link" / NAME / f"{NAME}.ipynb").symlink_to(folder / "ada" / NAME / f"{NAME}.ipynb")
    (folder / "linked").symlink_to(folder / "ada")
    (folder / "inner").mkdir()
    (folder / "inner" / NAME).symlink_to(folder / "ada" / NAME)
    (folder / "folder" / NAME / f"{NAME}.ipynb").mkdir(parents=True)
    put(folder, "pipe", b"").unlink()
    os.mkfifo(folder / "pipe" / NAME / f"{NAME}.ipynb")
    (folder / "file").write_bytes(solved())
    (folder / "nothing").mkdir()
    return folder


def test_whatever_is_found_gets_a_row(sandbox, submitted):
    rows = {row.student: row for row in grade(LAB, list(handed_in(submitted, NAME, ["zoe"])), SECRET, limits=SMALL)}
    assert set(rows) == {path.name for path in submitted.iterdir()} | {"zoe"}
    assert rows["ada"].points == FULL and rows["bob"].total == sum(FULL.values()) - FULL["test-update"]
    assert (rows["zoe"].verdict, rows["nothing"].verdict) == ("missing", "missing")
    others = set(rows) - {"ada", "bob", "zoe", "nothing"}
    assert {rows[name].verdict for name in others} == {"not readable"}
    assert all(rows[name].points == NONE for name in others)
    for name, (_, said) in UNREADABLE.items():
        assert said in rows[name].reason
    assert all("name is none" in rows[name].reason for name in HOSTILE_NAMES)
    assert all("a link" in rows[name].reason for name in ("link", "linked", "inner"))


def test_the_table_holds_every_row_and_no_formula(sandbox, submitted):
    import csv

    rows = grade(LAB, list(handed_in(submitted, NAME, ["zoe"])), SECRET, limits=SMALL)
    most = FULL | {"explanation": 3.0}
    text = table(rows, most, {"ada": {"explanation": 2.5}, "bob": {"explanation": None}}).decode("utf-8-sig")
    found = {line["student"]: line for line in csv.DictReader(io.StringIO(text, newline=""))}
    assert len(found) == len(rows) and {"new line", 'quo"te', "a,b", "'=1+1"} <= set(found)
    assert not any(cell.startswith(tuple("=+-@")) for line in found.values() for cell in line.values())
    told = [(line["points"], line["of"], line["explanation"], line["to be marked"]) for line in found.values()]
    assert told[list(found).index("ada")] == ("17.5", "18", "2.5", "0")
    assert told[list(found).index("bob")] == ("13", "18", "", "1")
    assert found["zoe"]["verdict"] == "missing" and found["zoe"]["test-update"] == ""


def here():
    return [graded(LAB, one.student, one.notebook, SECRET, Limits(), [], True) for one in SOME]


def test_threads_and_processes_come_to_the_same_as_one_after_the_other(sandbox):
    expected = here()
    assert grade(LAB, SOME, SECRET) == expected
    with ThreadPoolExecutor(2) as threads, processes(2) as pool:
        assert grade(LAB, SOME, SECRET, threads) == expected
        assert grade(LAB, SOME, SECRET, pool) == expected


def test_a_dask_cluster_comes_to_the_same(sandbox):
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        assert grade(LAB, SOME, SECRET, client.get_executor()) == here()


def test_the_numbers_are_others_for_every_notebook_and_every_secret(sandbox):
    code = "def update(w, gradient, eta): return w[:1]"
    said = {
        graded(LAB, "ada", solved(*more), secret, Limits(), [], True).said["test-update"][0]
        for more, secret in [((code,), b"1"), ((code,), b"2"), (("pass", code), b"1"), ((code,), b"1")]
    }
    assert len(said) == 3


class Lost(Executor):
    """An executor whose workers never answer."""

    def submit(self, *given, **more):
        raise RuntimeError("the worker has gone")


def test_what_was_lost_with_a_worker_is_told_and_done_the_next_time(sandbox, tmp_path):
    journal = tmp_path / "journal.jsonl"
    rows = grade(LAB, SOME[:2], SECRET, Lost(), journal=journal)
    assert [(row.verdict, row.reason) for row in rows] == [("not graded", "RuntimeError: the worker has gone")] * 2
    assert [row.verdict for row in grade(LAB, SOME[:2], SECRET, journal=journal)] == ["graded"] * 2


def test_a_submission_that_was_graded_is_not_graded_again_unless_it_has_changed(sandbox, tmp_path):
    journal = tmp_path / "journal.jsonl"
    first = grade(LAB, SOME, SECRET, journal=journal)
    kept = journal.read_bytes()
    assert grade(LAB, SOME, SECRET, Lost(), journal=journal) == first and journal.read_bytes() == kept
    again = grade(LAB, [Handed("bob", solved()), *SOME[2:]], SECRET, journal=journal)
    assert again[0].points == FULL and again[1:] == first[2:]
    assert len(journal.read_bytes().splitlines()) == len(kept.splitlines()) + 1


def test_a_line_that_was_cut_off_is_graded_again_and_the_rest_is_not(sandbox, tmp_path):
    journal = tmp_path / "journal.jsonl"
    first = grade(LAB, SOME, SECRET, journal=journal)
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-20])
    assert grade(LAB, SOME, SECRET, journal=journal) == first and journal.read_bytes() == whole


@pytest.mark.parametrize(
    "change", [{"limits": Limits(seconds=19.0)}, {"lab": LAB.__class__(NAME, LAB.notebook, LAB.checks + "\n")}]
)
def test_a_journal_of_another_lab_or_with_other_limits_is_refused(sandbox, tmp_path, change):
    given = {"lab": LAB, "handed": SOME[:1], "secret": SECRET, "journal": tmp_path / "journal.jsonl"}
    grade(**given)
    with pytest.raises(GraphError, match="the file of this grading"):
        grade(**given | change)


CLASS = 12
KILLED = """
import sys
from pathlib import Path
from backprop_lib.homework.code.grading import Handed, grade
from backprop_lib.sweeps.processes import processes
from tests.homework.by_code import LAB, SECRET, solved

if __name__ == "__main__":
    handed = [Handed(f"student{number}", solved(f"x = {number}")) for number in range(int(sys.argv[2]))]
    with processes(2) as pool:
        grade(LAB, handed, SECRET, pool, journal=Path(sys.argv[1]))
"""


def test_a_grader_that_is_killed_resumes_with_nothing_lost_and_nothing_graded_twice(sandbox, tmp_path):
    journal, script = tmp_path / "journal.jsonl", tmp_path / "grader.py"
    script.write_text(KILLED)
    command = [sys.executable, str(script), str(journal), str(CLASS)]
    grader = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True)
    deadline = time.monotonic() + 120
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 3) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(grader.pid, signal.SIGKILL)
    grader.wait()
    kept = journal.read_bytes()
    whole = kept[: kept.rfind(b"\n") + 1]
    assert 3 < whole.count(b"\n") < 1 + CLASS
    handed = [Handed(f"student{number}", solved(f"x = {number}")) for number in range(CLASS)]
    with processes(2) as pool:
        rows = grade(LAB, handed, SECRET, pool, journal=journal)
    assert [row.points for row in rows] == [FULL] * CLASS
    lines = journal.read_bytes()
    assert lines.startswith(whole)
    students = [json.loads(line)[1]["student"] for line in lines.splitlines()[1:]]
    assert sorted(students) == sorted(one.student for one in handed)


@pytest.fixture
def course(tmp_path, submitted):
    """The folder of a course without a gradebook, and what was handed in."""
    course = Course(tmp_path)
    for path, data in ((course.source(NAME), LAB.notebook), (course.checks(NAME), LAB.checks.encode())):
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return course


def test_the_command_grades_a_folder_into_a_table(sandbox, course, capsys):
    assert main(["grade", str(course.folder), "--lab", NAME, "--workers", "1"]) == 0
    told = capsys.readouterr().out
    assert "2 graded" in told and "'broken': not readable: no JSON" in told and "your rights" not in told
    assert course.graded(NAME, "csv").read_text(encoding="utf-8").count("not readable") > len(UNREADABLE)


def test_the_command_says_what_is_risked_without_a_sandbox(course, capsys, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    command = ["grade", str(course.folder), "--lab", NAME, "--workers", "1"]
    assert main(command) == 2
    assert "There is no bwrap" in capsys.readouterr().err
    assert main([*command, "--no-sandbox"]) == 0
    assert "students' code runs with your rights" in capsys.readouterr().out


def test_the_command_says_what_is_missing_for_a_gradebook(course, capsys):
    if find_spec("nbgrader"):
        pytest.skip("nbgrader is installed here")
    course.gradebook.touch()
    assert main(["grade", str(course.folder), "--lab", NAME]) == 2
    assert 'pip install "backprop-lib[teaching]"' in capsys.readouterr().err


@pytest.mark.parametrize(
    "roster, said",
    [("colour\nred\n", "a header with id, name and email"), ("id\n../ada\n", "letters, digits")],
    ids=["no ids", "a path"],
)
def test_the_command_refuses_a_class_list_that_makes_no_folders(tmp_path, capsys, roster, said):
    path = tmp_path / "roster.csv"
    path.write_text(roster, encoding="utf-8")
    lab = ROOT / "labs" / f"{NAME}.md"
    assert main(["kit", str(tmp_path / "course"), "--lab", str(lab), "--roster", str(path)]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "course").exists()


def test_a_course_without_the_lab_is_told(tmp_path):
    with pytest.raises(GraphError, match="which makes a course"):
        Course(tmp_path).lab("one")


def test_the_secret_of_a_course_stays_and_is_for_its_owner_alone(tmp_path):
    course = Course(tmp_path)
    assert course.secret() == course.secret() and len(course.secret()) == 64
    assert Path(tmp_path, "secret").stat().st_mode & 0o077 == 0


def test_a_row_that_was_not_graded_has_no_points_in_the_table():
    text = table([Row("ada", "not graded", "lost", NONE)], FULL, {}).decode("utf-8-sig")
    assert text.splitlines()[1] == "ada,not graded,lost,,,,,,15,0"
