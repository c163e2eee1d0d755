"""Moodle: a quiz that collects, its responses in any language and with whatever in them, grades with feedback."""

import csv
import io
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from backprop_lib.by_hand.numerals import numeral
from backprop_lib.homework.answers import boxes
from backprop_lib.homework.issued import issue
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.marking import Marked
from backprop_lib.homework.roster import Roster, Student
from backprop_lib.homework.systems import moodle
from backprop_lib.homework.systems.exports import read_answers
from backprop_lib.homework.systems.moodle import collecting_quiz, grades, parts
from tests.homework.cloze import LEGAL, RefusedError, questions

LAB = LABS["by-hand"]
[PROBLEM] = issue(Roster((Student("s17", code="K7F-3QD"),)), LAB, b"a secret of the course")
SEVERAL = replace(LAB, asked={"2-2-2": ("net_h1", "out_h1", "w1_next"), "3-2-1": ("net_h2", "out_o1")})
HEADER = ("Last name", "First name", "Email address", "Status", "Started", "Completed", "Duration", "Grade/12.00")
BEGUN = "14 March 2025, 9:31 AM"


def export(path, rows, response="Response", header=HEADER, encoding="utf-8-sig", delimiter=","):
    """A file as Moodle writes its responses: a row is what stands before them, then the responses."""
    text = io.StringIO()
    numbers = [f"{response} {k + 1}" for k in range(len(rows[0]) - len(header))]
    csv.writer(text, delimiter=delimiter).writerows([[*header, *numbers], *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def row(last="Weiß", first="Zoë", email="zoe@example.org", begun=BEGUN, told="12.00", response=""):
    return [last, first, email, "Finished", begun, "14 March 2025, 10:00 AM", "29 mins", told, response]


def cell(values, part="part {}: "):
    """A response as Moodle joins it."""
    return "; ".join(part.format(k + 1) + value for k, value in enumerate(values))


def only(path, lab=LAB):
    [submission] = read_answers(path, lab).submissions
    return submission


# The quiz


def test_a_collecting_quiz_asks_for_the_code_and_for_every_number_and_takes_whatever_is_typed():
    [question] = questions(collecting_quiz(LAB))
    assert len(question.parts) == 1 + len(boxes(LAB))
    assert "The code on your sheet" in question.text and "the net input of h1" in question.text
    for part in question.parts:
        for typed in ("0,5", "−3e-4", "½", "K7F-3QD", "=1+1", "nan", "a*b", "x" * 400):
            assert part.match(typed).percent == 100
        assert part.width >= 20


def test_where_students_have_networks_of_several_kinds_the_quiz_asks_by_the_numbers_on_the_sheet():
    assert boxes(SEVERAL) == ("1", "2", "3")
    [question] = questions(collecting_quiz(SEVERAL))
    assert len(question.parts) == 4 and "number 3 on your sheet" in question.text


def test_a_collecting_quiz_is_the_same_to_the_byte_and_holds_nobodys_numbers():
    assert collecting_quiz(LAB) == collecting_quiz(LAB)
    assert b"0.5" not in collecting_quiz(LAB)


@pytest.mark.parametrize("planted", [("=*~", "*~"), ("~%0%", "~%33%"), ("SHORTANSWER:", "SHORTANSWER")])
def test_the_reader_refuses_what_moodle_refuses(planted):
    with pytest.raises(RefusedError):
        questions(collecting_quiz(LAB).replace(planted[0].encode(), planted[1].encode()))
    assert "33" not in LEGAL


def test_no_xml_from_anywhere_is_ever_parsed():
    for path in Path(moodle.__file__).parent.rglob("*.py"):
        used = set(re.findall(r"\bET\.(\w+)", path.read_text(encoding="utf-8")))
        assert used <= {"Element", "SubElement", "indent", "tostring"}, path.name
        assert not re.search(r"minidom|sax|lxml|expat|pulldom", path.read_text(encoding="utf-8"))


# Responses


@pytest.mark.parametrize(
    "part", ["part {}: ", "Teil {}: ", "partie {} : ", "الجزء {}: ", "часть {}: ", "第 {} 部分：", "{}. osa: "]
)
def test_parts_are_told_by_position_in_any_language(tmp_path, part):
    values = ["K7F-3QD", *(f"0,{k}" for k in range(len(boxes(LAB))))]
    found = only(export(tmp_path / "a.csv", [row(response=cell(values, part))]))
    assert [found.who[-1], *found.answers.values()] == values
    assert tuple(found.answers) == boxes(LAB)


def test_every_spelling_of_a_number_comes_back_as_it_was_typed(tmp_path):
    typed = ["0,5930", "−0.0413", "3e-4", "½", "1 234,5", "4.2·10^-5", "=1+1", "nan", "9" * 400, "٠٫٥", '"0.5"', "-0,5"]
    found = only(export(tmp_path / "a.csv", [row(response=cell(["K7F-3QD", *typed]))]))
    assert list(found.answers.values()) == typed
    assert numeral(found.answers["net_h1"]).value == 0.593


@pytest.mark.parametrize("text", ["a; b", "see: below", "0.5; part 9", "12: x; 13: y", "part 2"])
def test_a_part_may_hold_semicolons_and_colons(tmp_path, text):
    values = ["K7F-3QD", text, "0.25"]
    found = only(export(tmp_path / "a.csv", [row(response=cell(values))]))
    assert found.answers["net_h1"] == text and found.answers["net_h2"] == "0.25"


def test_parts_that_are_empty_dashes_or_missing_are_empty(tmp_path):
    response = "part 1: K7F-3QD; part 2: ; part 3: -; part 5: 0.5"
    found = only(export(tmp_path / "a.csv", [row(response=response)]))
    assert [found.answers[key] for key in boxes(LAB)[:4]] == ["", "", "", "0.5"]
    assert parts("0.5", 13) == {}


@pytest.mark.parametrize("part", ["part {}: ", "{}: ", "{}. osa: "])
@pytest.mark.parametrize("text", [";" + " " * 200_000, "; " * 100_000, ";1" * 100_000, " ;2. " * 50_000, "9" * 400_000])
def test_a_response_that_was_made_to_take_long_takes_no_longer(part, text):
    begun = time.perf_counter()
    assert parts(cell(["K7F-3QD", text, "0.5"], part), 13)[1] == "K7F-3QD"
    assert time.perf_counter() - begun < 2


def test_short_answers_in_columns_of_their_own_are_read_by_position(tmp_path):
    values = ["K7F-3QD", *(f"0.{k}" for k in range(len(boxes(LAB))))]
    found = only(export(tmp_path / "a.csv", [[*row()[:-1], *values]], response="Antwort"))
    assert [found.who[-1], *found.answers.values()] == values


@pytest.mark.parametrize("shown", ["question", "right", "both"])
def test_columns_with_the_question_or_the_right_answer_are_left_aside(tmp_path, shown):
    header, before, after = list(HEADER), [], []
    if shown != "right":
        header, before = [*header, "Frage 1"], ["Copy your numbers: _____"]
    header.append("Antwort 1")
    if shown != "question":
        header, after = [*header, "Richtige Antwort 1"], [cell(["*"] * 13)]
    rows = [
        [*row(email=f"{name}@example.org")[:-1], *before, cell(["K7F-3QD", name]), *after] for name in ("ann", "bo")
    ]
    found = read_answers(export(tmp_path / "a.csv", rows, header=header), LAB).submissions
    assert [one.answers["net_h1"] for one in found] == ["ann", "bo"]


def test_short_answers_with_their_questions_and_a_grade_without_decimals_are_told_apart(tmp_path):
    header = [*HEADER[:-1], "Grade/1", *(f"{word} {k}" for k in (1, 2) for word in ("Question", "Response"))]
    rows = [[*row(email=f"{name}@example.org")[:-1], "Code?", "K7F-3QD", "Net?", name] for name in ("ann", "bo")]
    found = read_answers(export(tmp_path / "a.csv", rows, header=header), LAB).submissions
    assert [one.answers["net_h1"] for one in found] == ["ann", "bo"] and found[0].who[-1] == "K7F-3QD"


def test_who_somebody_is_goes_by_what_moodle_knows_and_last_by_the_code(tmp_path):
    header = ("Last name", "First name", "ID number", *HEADER[2:])
    found = only(
        export(tmp_path / "a.csv", [["Weiß", "Zoë", "s17", *row()[2:-1], cell(["K7F-3QD"] * 2)]], header=header)
    )
    assert found.who[:2] == ("s17", "zoe@example.org")
    assert "Zoë Weiß" in found.who and found.who[-1] == "K7F-3QD"


def test_headings_in_a_language_that_nobody_knows_still_give_address_and_answers(tmp_path):
    header = [f"Ω{k}x" for k in range(len(HEADER))]
    found = only(export(tmp_path / "a.csv", [row(response=cell(["K7F-3QD", "1"]))], response="Ψ", header=header))
    assert found.who[0] == "zoe@example.org" and found.answers["net_h1"] == "1"


@pytest.mark.parametrize("name", ['O\'Neil, "Jr."', "=1+1", "李小龍", "Ünal; Ş."])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_names_encodings_and_separators_of_all_sorts_are_read(tmp_path, name, encoding, delimiter):
    path = export(
        tmp_path / "a.csv", [row(last=name, response=cell(["c", "0,5"]))], "Response", HEADER, encoding, delimiter
    )
    found = only(path)
    assert f"Zoë {name}" in found.who and found.answers["net_h1"] == "0,5"


def test_a_file_in_windows_1252_is_read_and_said_to_be(tmp_path):
    collected = read_answers(export(tmp_path / "a.csv", [row(response=cell(["c", "½"]))], encoding="cp1252"), LAB)
    assert collected.submissions[0].answers["net_h1"] == "½" and "Windows-1252" in collected.notes[0]


@pytest.mark.parametrize("bytes_left", [-30, -200])
def test_a_file_that_was_cut_off_loses_no_row_and_is_noted(tmp_path, bytes_left):
    values = ["K7F-3QD", *(f"0.{k}" for k in range(len(boxes(LAB))))]
    path = export(tmp_path / "a.csv", [row(response=cell(values)), row("Bo", response=cell(values))])
    path.write_bytes(path.read_bytes()[:bytes_left])
    whole, cut = read_answers(path, LAB).submissions
    assert not whole.note and "cut off" in cut.note


def test_two_attempts_are_ordered_by_when_they_were_begun(tmp_path):
    rows = [row(begun="14 March 2025, 9:31 PM"), row(begun="14 March 2025, 10:02 AM")]
    for one, value in zip(rows, ("late", "early"), strict=True):
        one[-1] = cell(["c", value])
    found = read_answers(export(tmp_path / "a.csv", rows), LAB).submissions
    assert max(found, key=lambda one: one.attempt).answers["net_h1"] == "late"


def test_two_attempts_whose_times_cannot_be_read_are_noted(tmp_path):
    told = "14. maaliskuuta 2025, 21.31"
    rows = [[*row()[:4], told, told, *row()[6:-1], cell(["c", "1"])] for _ in range(2)]
    collected = read_answers(export(tmp_path / "a.csv", rows), LAB)
    assert [one.attempt for one in collected.submissions] == ["", ""]
    assert any("several attempts" in note for note in collected.notes)


def test_somebody_without_an_attempt_has_no_submission_and_an_empty_attempt_is_one(tmp_path):
    nobody = ["Nobody", "Ann", "ann@example.org", "-", "-", "-", "-", "-", "-"]
    found = read_answers(export(tmp_path / "a.csv", [nobody, row(response="-")]), LAB).submissions
    assert [one.who[0] for one in found] == ["zoe@example.org"] and set(found[0].answers.values()) == {""}


def test_numbers_on_the_sheet_take_the_place_of_keys_where_there_are_several_kinds(tmp_path):
    found = only(export(tmp_path / "a.csv", [row(response=cell(["c", "0.1", "0.2"]))]), SEVERAL)
    assert found.answers == {"1": "0.1", "2": "0.2", "3": ""}


def test_a_plain_table_with_a_code_is_none_of_moodles(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("code,w1,w2\nK7F-3QD,0.5,0.6\n")
    assert only(path).answers == {"w1": "0.5", "w2": "0.6"}


# Grades


def marked(student, points=9.5, status="marked"):
    problem = replace(PROBLEM, student=student)
    return Marked(problem, status, (), points, 12.0)


def test_grades_come_with_feedback_always_and_ids_as_they_were():
    students = [Student("=1+1", "=cmd", "a@example.org"), Student('O"Neil, Jr.', "x", "b@example.org"), Student("s3")]
    rows = [marked(students[0]), marked(students[1], 1 / 3), marked(students[2], status="no submission")]
    content = grades(rows, "Lab 1", lambda one: "" if one.points == 9.5 else "=HYPERLINK(1)\nSee h1, then o1.")
    found = list(csv.DictReader(io.StringIO(content.decode())))
    assert [one["ID number"] for one in found] == ["=1+1", 'O"Neil, Jr.']
    assert [one["Lab 1"] for one in found] == ["9.5", "0.333333"]
    assert all(one["Lab 1 (feedback)"] for one in found)
    assert found[1]["Lab 1 (feedback)"] == "'=HYPERLINK(1) See h1, then o1."
