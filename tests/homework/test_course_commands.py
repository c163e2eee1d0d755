"""From a class list to a course system and back, with the commands alone."""

import csv
import io
import zipfile

import pytest

from backprop_lib.homework.__main__ import main
from backprop_lib.homework.issued import issue
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.roster import read_roster
from tests.homework.cloze import questions
from tests.homework.qti import quiz
from tests.homework.test_canvas import analysis
from tests.homework.test_moodle import cell, export, row

LAB, SALT = LABS["by-hand"], b"the secret of this course"
NAMES = (("s1", "Weiß, Zoë", "zoe@example.org"), ("s2", "=1+1", "bo@example.org"), ("s3", "李", "li@example.org"))


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder with a class list and a secret, and the problems of the class."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "course.salt").write_bytes(SALT)
    with (tmp_path / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "name", "email"), *NAMES])
    return issue(read_roster(tmp_path / "roster.csv", SALT), LAB, SALT)


def run(line):
    assert main(line.split()) == 0


def answers(issued):
    """The code, and every right number as the key prints it."""
    return [issued.student.code, *(f"{issued.values[key]:.6f}".replace(".", ",") for key in issued.asked)]


def points(path, column):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [one[column] for one in csv.DictReader(file)]


def test_moodle_there_and_back(course, tmp_path):
    run("collect --lab by-hand --in moodle --out quiz.xml")
    assert len(questions((tmp_path / "quiz.xml").read_bytes())) == 1
    rows = [row(email=one.student.email, response=cell(answers(one), "Teil {}: ")) for one in course[:2]]
    export(tmp_path / "responses.csv", rows)
    run("mark responses.csv --roster roster.csv --lab by-hand --moodle back.csv --column Lab")
    assert points(tmp_path / "back.csv", "Lab") == ["12", "12"]
    assert points(tmp_path / "back.csv", "Lab (feedback)") == ["12 of 12 points. All numbers are right."] * 2


def test_canvas_there_and_back(course, tmp_path):
    run("collect --lab by-hand --in canvas --out quiz.zip")
    assert quiz((tmp_path / "quiz.zip").read_bytes()).title == LAB.title
    who = [(one.student.name, str(k), one.student.id, "", "", "", "", "1") for k, one in enumerate(course)]
    analysis(tmp_path / "analysis.csv", list(zip(who, map(answers, course), strict=True)))
    book = io.StringIO()
    csv.writer(book).writerows([("Student", "ID", "SIS User ID", "Section"), ("  Points Possible", "", "", "")])
    csv.writer(book).writerows((one.student.name, "9", one.student.id, "A") for one in course)
    (tmp_path / "book.csv").write_text(book.getvalue(), encoding="utf-8", newline="")
    run("mark analysis.csv --roster roster.csv --lab by-hand --canvas book.csv")
    assert points(tmp_path / "book-filled.csv", LAB.title) == ["12"] * 4
    assert points(tmp_path / "book-filled.csv", "Student")[1:] == [name for _, name, _ in NAMES]


def test_a_table_there_and_back(course, tmp_path):
    run("table roster.csv --lab by-hand --out table.csv")
    filled = list(csv.reader(io.StringIO((tmp_path / "table.csv").read_text(encoding="utf-8-sig"))))
    assert [line[0] for line in filled[1:]] == [one.student.code for one in course]
    with (tmp_path / "filled.csv").open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows([filled[0], *map(answers, course)])
    run("mark filled.csv --roster roster.csv --lab by-hand --out marks")
    assert points(tmp_path / "marks" / "grades.csv", "points") == ["12"] * 3


def test_a_pool_and_an_autograder_are_written_and_are_the_same_twice(course, tmp_path):
    for name in ("one", "two"):
        run(f"pool --lab by-hand --variants 3 --out {name}.xml")
        run(f"gradescope roster.csv --lab by-hand --out {name}.zip")
    assert (tmp_path / "one.xml").read_bytes() == (tmp_path / "two.xml").read_bytes()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert len(questions((tmp_path / "one.xml").read_bytes())) == 3
    assert "run_autograder" in zipfile.ZipFile(tmp_path / "one.zip").namelist()


def test_a_gradebook_that_is_not_there_is_said_to_be_missing(course, tmp_path, capsys):
    run("table roster.csv --lab by-hand --out table.csv")
    assert main(["mark", "table.csv", "--roster", "roster.csv", "--lab", "by-hand", "--canvas", "none.csv"]) == 2
    assert "none.csv cannot be read" in capsys.readouterr().err
