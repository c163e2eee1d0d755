"""*Teach with it*: every command of the guide does what the guide says, in its order, from an empty folder."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess

import pytest

from backprop_lib.by_hand.numerals import numeral
from backprop_lib.homework.__main__ import main
from backprop_lib.homework.feedback import SIGNS
from backprop_lib.homework.issued import issue
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.marking import VERDICTS
from backprop_lib.homework.practice import ANSWERS, CLASS, HANDED_IN, STRANGER, right, write_practice
from backprop_lib.homework.roster import read_roster
from tests.homework.by_code import NAME, ROOT
from tests.homework.test_canvas import analysis
from tests.homework.test_moodle import cell, export, row

GUIDE = (ROOT / "book" / "teach.md").read_text(encoding="utf-8")
LIBRARY = "python -m backprop_lib.homework "
LAB, SALT = LABS["by-hand"], b"the secret of this course"
BY_CODE = ("doctor", "kit", "grade", "mkdir", "cp")
"""How the commands begin that are tried in the environment that has nbgrader."""


def commands(text):
    """The commands of a page, but for those that set something up."""
    blocks = re.findall(r"^```console\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if not line.startswith(("make ", ". "))]


def is_by_code(command):
    return command.removeprefix(LIBRARY).startswith(BY_CODE)


def table(path, key):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {line[key]: line for line in csv.DictReader(file)}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of an instructor who has followed the guide with the made-up class, up to the code labs."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "course.salt").write_bytes(SALT)
    write_practice(LAB, folder / "course.salt", folder)
    issued = issue(read_roster(folder / CLASS, SALT), LAB, SALT)
    typed = [[one.student.code, *right(one).values()] for one in issued]
    handed_in = zip((one.student for one in issued), typed, strict=True)
    exported = [row("", student.name, student.email, response=cell(own)) for student, own in handed_in]
    export(folder / "responses.csv", exported)
    who = [(one.student.name, f"{k}", one.student.id, "", "", "", "", "1") for k, one in enumerate(issued)]
    analysis(folder / "analysis.csv", list(zip(who, typed, strict=True)))
    with (folder / "gradebook.csv").open("w", encoding="utf-8", newline="") as file:
        own = [(one.student.name, f"{k}", one.student.id, "A") for k, one in enumerate(issued)]
        header = [("Student", "ID", "SIS User ID", "Section"), ("    Points Possible", "", "", "")]
        csv.writer(file).writerows([*header, *own])
    (folder / CLASS).unlink()
    (folder / ANSWERS).unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for command in commands(GUIDE):
            if not is_by_code(command):
                assert command.startswith(LIBRARY), command
                assert main(shlex.split(command.removeprefix(LIBRARY))) == 0, command
    return folder


def test_what_the_guide_says_of_each_of_the_twenty_comes_true(course):
    told = {
        name: (handed_in, gets)
        for names, handed_in, gets in re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", GUIDE, flags=re.MULTILINE)
        for name in (names.split(", ") if "Jr." not in names else [names])
    }
    found = table(course / "friday" / "grades.csv", "id")
    most = len(LAB.asked["2-2-2"])
    points = {"every": most, "all but one": most - 1, "half of": most / 2, "nothing": 0, "a row": 0}
    for k, (name, handed_in, _) in enumerate(HANDED_IN, 1):
        said, gets = told[name]
        assert said == handed_in, name
        came_to = float(found[f"s{k:02}"]["points"])
        if gets.startswith("half for"):
            assert 0 < came_to < most
        else:
            [expected] = [number for words, number in points.items() if gets.startswith(words)]
            assert came_to == expected, name
    assert found[STRANGER]["points"] == "" and "class list" in found[STRANGER]["status"]
    assert "problem of" in found["s16"]["notes"] and "attempts" in found["s15"]["notes"]


@pytest.mark.parametrize("lab", LABS)
def test_in_every_lab_one_mistake_costs_one_point_and_what_is_no_answer_nothing_but_its_own(lab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "course.salt").write_bytes(SALT)
    assert main(["practice", "--lab", lab]) == 0
    assert main(["mark", ANSWERS, "--roster", CLASS, "--lab", lab]) == 0
    found = table(tmp_path / "marks" / "grades.csv", "id")
    for k, (name, handed_in, _) in enumerate(HANDED_IN, 1):
        points, out_of = (float(found[f"s{k:02}"][column]) for column in ("points", "out of"))
        if "digits" not in handed_in and handed_in.startswith("all right"):
            assert points == out_of, name
        if "known mistake" in handed_in:
            assert points == out_of - 1, (name, handed_in)
        if handed_in.startswith(("nothing", "formulas")):
            assert points <= zeros(tmp_path, lab, k), name


def zeros(folder, lab, k):
    """How many right numbers of a student are 0, as behind a unit that is off."""
    one = issue(read_roster(folder / CLASS, SALT), LABS[lab], SALT)[k - 1]
    return sum(one.values[key] == 0 for key in one.asked)


def test_every_file_that_the_guide_names_is_there(course):
    for folder, names in re.findall(r"^\| in `(\w+)` \| what it is \|\n\|.*\n((?:\|.*\n)+)", GUIDE, flags=re.MULTILINE):
        for name in re.findall(r"^\| `([^`|]+)`", names, flags=re.MULTILINE):
            if not name.endswith(".pdf"):  # which needs a browser
                assert (course / folder / name).exists(), name
    assert len(list((course / "friday" / "feedback").iterdir())) == len(HANDED_IN)


def test_marks_go_back_to_moodle_and_canvas(course):
    back = table(course / "grades-for-moodle.csv", "Email address")
    assert len(back) == len(HANDED_IN)
    filled = table(course / "gradebook-filled.csv", "SIS User ID")
    assert filled["s01"][LAB.title] == filled["s20"][LAB.title] == f"{len(LAB.asked['2-2-2'])}"


def test_the_sessions_name_each_lab_and_no_other():
    named = set(re.findall(r"^\| \d+ \|.*\| `([a-z-]+)` \|$", GUIDE, flags=re.MULTILINE))
    assert named == set(LABS)


def test_students_read_of_every_verdict_with_its_sign():
    page = (ROOT / "book" / "hand-in.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\S) \| (.+?) \|", page, flags=re.MULTILINE) == [
        (SIGNS[verdict], words) for verdict, words in VERDICTS.items()
    ]


def test_every_number_that_students_read_how_to_write_can_be_read():
    page = (ROOT / "book" / "hand-in.md").read_text(encoding="utf-8").partition("## How to write a number")[2]
    rows = re.findall(r"^\| (`.+`) \|", page.partition("\n## ")[0], flags=re.MULTILINE)
    read = [{numeral(text).value for text in re.findall("`(.+?)`", row)} for row in rows]
    assert [sorted(values) for values in read] == [[0.593], [0.593], [-0.04], [0.0003], [1 / 3, 0.5], [1234.5]]


def test_a_code_lab_goes_from_its_text_to_the_gradebook(course, teaching):
    (course / "labs").mkdir()
    for ending, name in ((".md", NAME), (".py", NAME.replace("-", "_"))):
        to = LAB.name if ending == ".md" else LAB.name.replace("-", "_")
        shutil.copy(ROOT / "labs" / f"{name}{ending}", course / "labs" / f"{to}{ending}")
    environment = os.environ | {"PATH": os.pathsep.join([str(teaching.parent), os.environ["PATH"]])}
    for command in filter(is_by_code, commands(GUIDE)):
        done = subprocess.run(shlex.split(command), cwd=course, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    graded = table(course / "course" / "graded" / f"{LAB.name}.csv", "student")
    assert float(graded["s01"]["points"]) > 0 == float(graded["s02"]["points"])
    assert len(graded) == len(HANDED_IN)
    assert list((course / "course" / "feedback" / "s01" / LAB.name).glob("*.html"))
