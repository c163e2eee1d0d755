"""A course in a real nbgrader: from a lab to what students get, from what they hand in to marks and feedback."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import sqlite3
import subprocess
import time
import urllib.request
from copy import deepcopy
from types import SimpleNamespace

import nbformat
import pytest

from tests.homework.by_code import FULL, NAME, NONE, ROOT, SOLVED, data, solved

ROSTER = """id,first_name,last_name
ada,Ada,Lovelace
oneil,Pat,"O'Neil, Jr."
eve,=1+1,=cmd
kim,Kim,Untouched
ned,Ned,Missing
bro,Bro,Ken
"""
CALLED = "import sys; from backprop_lib.homework.__main__ import main; sys.exit(main(sys.argv[1:]))"
ACTIVE = {
    '<script>document.title = "owned"</script>': "<script",
    "<img src=x onerror=alert(1)>": "<img",
    "<a href=javascript:alert(1)>a</a>": "<a href",
    "<!-- hidden -->": "<!--",
    "[a](javascript:alert(1))": "<a href",
    "[a][b]\n\n[b]: javascript:alert(1)\n": "<a href",
    "![a](https://example.org/seen.png)": "<img",
    r"$\href{javascript:alert(1)}{x}$": r"\href",
}
"""What a student may write, and what nbgrader makes of it where nobody takes care."""


def eve():
    """All that could be carried out by whoever looks at it."""
    notebook = deepcopy(SOLVED)
    notebook.cells[-1].source = "\n\n".join(["Since the *bias* is the weight of a 1, a < b, `delta_h[0]`.", *ACTIVE])
    notebook.cells[-1].attachments = {"a.png": {"image/svg+xml": "<svg onload='alert(1)'/>"}}
    shown = nbformat.v4.new_output("display_data", data={"text/html": "<script>alert(1)</script>"})
    notebook.cells.append(nbformat.v4.new_code_cell("'added by eve'", outputs=[shown]))
    notebook.cells.append(nbformat.v4.new_markdown_cell("\n\n".join(ACTIVE)))
    notebook.metadata["kernelspec"] = {"name": "<script>alert(1)</script>"}
    return data(notebook)


@pytest.fixture(scope="module")
def course(teaching, tmp_path_factory):
    """A course of six, made, handed in and graded as an instructor would, with hardly a PATH."""
    folder = tmp_path_factory.mktemp("teaching") / "course"
    roster = folder.with_name("roster.csv")
    roster.write_text(ROSTER, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "CI")}

    def run(*words):
        done = subprocess.run(
            [teaching, "-c", CALLED, *map(str, words)], cwd=ROOT, env=environment | {"PATH": "/usr/bin:/bin"},
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def put(student, notebook):
        path = folder / "submitted" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook)

    run("kit", folder, "--lab", ROOT / "labs" / f"{NAME}.md", "--roster", roster)
    release = folder / "release" / NAME / f"{NAME}.ipynb"
    put("ada", solved())
    put("oneil", solved("def update(w, gradient, eta): return 1 / 0"))
    put("eve", eve())
    put("kim", release.read_bytes())
    put("bro", b"{")
    first = run("grade", folder, "--lab", NAME, "--workers", "2", "--feedback")
    return SimpleNamespace(folder=folder, release=release, run=run, put=put, first=first)


def table(course):
    with (course.folder / "graded" / f"{NAME}.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def scores(course):
    """What stands in the gradebook's own tables: the automatic score of each cell of each student."""
    with sqlite3.connect(course.folder / "gradebook.db") as book:
        found = book.execute(
            "SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score, grade.needs_manual_grade"
            " FROM grade"
            " JOIN base_cell ON base_cell.id = grade.cell_id"
            " JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id"
            " JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id"
        ).fetchall()
    return {(student, cell): (score, bool(manual)) for student, cell, score, manual in found}


def test_students_get_no_solution_and_no_rubric(course):
    text = course.release.read_text(encoding="utf-8")
    assert text.count("raise NotImplementedError()") == 7 and "YOUR ANSWER HERE" in text
    for secret in ("SOLUTION", "math.exp", "sum_over_paths", "Rubric", "always 1"):
        assert secret in data(SOLVED).decode() and secret not in text


def test_the_first_use_stamps_the_version_of_the_schema_though_no_program_of_the_environment_is_on_the_path(course):
    with sqlite3.connect(course.folder / "gradebook.db") as book:
        [version] = book.execute("SELECT version_num FROM alembic_version").fetchall()
    assert re.fullmatch("[0-9a-f]{12}", version[0])


def test_the_gradebook_holds_the_points_and_what_a_person_must_still_mark(course):
    found = scores(course)
    expected = {"ada": FULL, "oneil": FULL | {"test-update": 0.0}, "eve": FULL, "kim": NONE, "bro": NONE}
    for student, points in expected.items():
        assert {cell: found[student, cell][0] for cell in FULL} == points
    own_words = {student: found[student, "explanation"] for student in expected}
    waits, empty = (None, True), (0.0, False)
    assert own_words == {"ada": waits, "oneil": waits, "eve": waits, "kim": empty, "bro": empty}
    assert "ned" not in {student for student, _ in found}


def test_the_table_has_a_row_for_everyone(course):
    rows = table(course)
    verdicts = {"ada": "graded", "oneil": "graded", "eve": "graded", "kim": "graded", "ned": "missing"}
    assert {name: row["verdict"] for name, row in rows.items()} == verdicts | {"bro": "not readable"}
    assert (rows["ada"]["points"], rows["ada"]["of"], rows["ada"]["to be marked"]) == ("15", "18", "1")
    assert "4 graded" in course.first.stdout and "'bro': not readable: no JSON" in course.first.stdout


def page(course, student):
    return (course.folder / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")


def test_feedback_says_what_went_wrong(course):
    assert "13.0 / 18.0" in page(course, "oneil") and "ZeroDivisionError: division by zero" in page(course, "oneil")
    assert "not readable: no JSON" in page(course, "bro")
    assert "NotImplementedError" in page(course, "kim")


def answers_of(html):
    """What a page shows of a student's own words."""
    return html[html.index("Since the <em>bias</em>") :]


def test_nothing_that_a_student_wrote_is_carried_out_by_whoever_reads_it(course):
    own = answers_of(page(course, "eve"))
    assert "added by eve" in own and "a &lt; b" in own and "<code>delta_h[0]</code>" in own
    for active in (*ACTIVE.values(), "onload="):
        assert active not in own.replace('<a href="https://example.org/seen.png">', ""), active


def test_what_is_not_carried_out_would_be_if_nobody_took_care(teaching):
    code = (
        "import json, sys; from nbconvert.filters.markdown_mistune import markdown2html_mistune as html\n"
        "print(json.dumps([html(text) for text in json.load(sys.stdin)]))"
    )
    done = subprocess.run([teaching, "-c", code], input=json.dumps(list(ACTIVE)), capture_output=True, text=True)
    for html, active in zip(json.loads(done.stdout), ACTIVE.values(), strict=True):
        assert active in html


def test_what_a_person_has_marked_stays_and_comes_into_the_table(course, teaching):
    mark = (
        "import sys; from nbgrader.api import Gradebook\n"
        f"with Gradebook('sqlite:///{course.folder}/gradebook.db') as book:\n"
        f"    grade = book.find_grade('explanation', '{NAME}', '{NAME}', 'ada')\n"
        "    grade.manual_score, grade.needs_manual_grade = 2.5, False\n"
        f"    other = book.find_grade('test-update', '{NAME}', '{NAME}', 'oneil')\n"
        "    other.manual_score, other.needs_manual_grade = 1.0, False\n"
        "    book.db.commit()\n"
    )
    subprocess.run([teaching, "-c", mark], check=True)
    course.run("grade", course.folder, "--lab", NAME, "--workers", "1")
    rows = table(course)
    assert [rows["ada"][name] for name in ("explanation", "points", "to be marked")] == ["2.5", "17.5", "0"]
    assert [rows["oneil"][name] for name in ("test-update", "points")] == ["1", "14"]
    assert scores(course)["ada", "explanation"] == (None, False)


def test_the_formgrader_shows_all_of_it(course, teaching):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        "JUPYTER_CONFIG_DIR": str(course.folder.parent / "configuration"),
        "PATH": f"{teaching.parent}:/usr/bin:/bin",
    }
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    server = subprocess.Popen(
        [teaching, "-m", "jupyter", "lab", *options, "--IdentityProvider.token=book"], cwd=course.folder,
        env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def got(path):
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": "token book"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    try:
        for _ in range(240):
            try:
                got("/api")
                break
            except OSError:
                time.sleep(0.25)
        found = {one["student"]: one for one in json.loads(got(f"/formgrader/api/submitted_notebooks/{NAME}/{NAME}"))}
        assert found["eve"]["code_score"] == 15 and found["eve"]["needs_manual_grade"] is True
        shown = got(f"/formgrader/submissions/{found['eve']['id']}")
        assert "the new weights: right" in shown
        assert not any(active in answers_of(shown) for active in ("<script>document", "<img src=x", 'href="javascript'))
    finally:
        server.terminate()
        server.wait(timeout=20)
