"""The one question in words: nobody but a person marks it, and its points are added."""

from __future__ import annotations

import pytest

from backprop_lib.graph.errors import GraphError
from backprop_lib.homework.__main__ import main
from backprop_lib.homework.class_marks import mark_class
from backprop_lib.homework.csv_files import read_table, write_table
from backprop_lib.homework.feedback import feedback
from backprop_lib.homework.in_words import with_words, write_answers
from backprop_lib.homework.marking import EXPLAIN, Rule
from backprop_lib.homework.practice import right
from tests.homework.classes import class_of, handed_in

SAID = "They are the paths through o1 and o2; <b>both</b> change E."


@pytest.fixture
def marks():
    """A class of three: one has answered in words, one not, one has handed in nothing."""
    everybody = class_of(3)
    first, second, _ = everybody
    answered = handed_in(right(first) | {EXPLAIN: SAID}, first.student.code)
    return mark_class(everybody, [answered, handed_in(right(second), second.student.code)])


def test_the_answers_are_written_by_code_alone_and_points_come_back(marks, tmp_path):
    write_answers(marks, tmp_path)
    table = read_table(tmp_path / "in-words.csv")
    code = marks.marked[0].student.code
    assert [row.cells for row in table.rows] == [(code, SAID, "")]
    write_table(tmp_path / "filled.csv", table.header, [(code, SAID, "2,5")])
    found = with_words(marks, tmp_path / "filled.csv").marked
    asked = marks.marked[0].out_of
    assert [(one.points, one.out_of) for one in found] == [(asked + 2.5, asked + 3), (asked, asked + 3), (0, asked + 3)]
    assert "2.5 of 3 points" in feedback(found[0], Rule()) and "<b>both</b>" not in feedback(found[0], Rule())


@pytest.mark.parametrize("points", ["4", "-1", "nan", "=1+1", "many"])
def test_points_that_are_none_are_refused_with_their_line(marks, tmp_path, points):
    write_table(tmp_path / "filled.csv", ("code", "points"), [(marks.marked[0].student.code, points)])
    with pytest.raises(GraphError, match="Line 2"):
        with_words(marks, tmp_path / "filled.csv")


def test_a_table_without_codes_is_refused(marks, tmp_path):
    write_table(tmp_path / "filled.csv", ("name", "points"), [("Ada", "3")])
    with pytest.raises(GraphError, match="code and points"):
        with_words(marks, tmp_path / "filled.csv")


def test_the_command_adds_them(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["practice", "--lab", "by-hand"]) == 0
    common = ["--roster", "class-of-twenty.csv", "--lab", "by-hand", "--out"]
    assert main(["mark", "answers-of-twenty.csv", *common, "first"]) == 0
    codes = [row.cells[0] for row in read_table("first/grades.csv").rows][:20]
    write_table(tmp_path / "words.csv", ("code", "points"), [(code, "3") for code in codes])
    assert main(["mark", "answers-of-twenty.csv", *common, "second", "--words", "words.csv"]) == 0
    points = [
        [float(row.cells[4]) for row in read_table(f"{name}/grades.csv").rows[:20]] for name in ("first", "second")
    ]
    assert [after - before for before, after in zip(*points, strict=True)] == [3.0] * 20
    capsys.readouterr()
