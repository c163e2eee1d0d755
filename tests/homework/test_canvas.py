"""Canvas: a quiz that collects, its student analysis, and the instructor's own gradebook, filled and else untouched."""

import csv
import html
import io
import re
import zipfile
from dataclasses import replace

import pytest

from backprop_lib.homework.answers import boxes
from backprop_lib.homework.issued import issue
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.marking import Marked
from backprop_lib.homework.roster import Roster, Student
from backprop_lib.homework.systems.archives import zipped
from backprop_lib.homework.systems.canvas import collecting_quiz, filled_gradebook
from backprop_lib.homework.systems.exports import read_answers
from tests.homework.gradebook import InvalidHeaderError, imported
from tests.homework.qti import quiz
from tests.refusal import refusal

LAB = LABS["by-hand"]
[PROBLEM] = issue(Roster((Student("s17", code="K7F-3QD"),)), LAB, b"a secret of the course")
SEVERAL = replace(LAB, asked={"2-2-2": ("net_h1", "out_h1", "w1_next"), "3-2-1": ("net_h2", "out_o1")})
FIRST = ("name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt")
ZOE = ("Zoë Weiß", "4711", "s17", "One", "1", "", "2025-03-14 09:31:00 UTC", "1")
TYPED = [
    "K7F-3QD",
    "0,5930",
    "−0.0413",
    "3e-5",
    "½",
    "1 234,5",
    "4.2·10^-5",
    "=1+1",
    "nan",
    "9" * 400,
    "٠٫٥",
    '"0.5"',
    "-0,5",
]


def analysis(path, rows, lab=LAB, first=FIRST, encoding="utf-8"):
    """A file as Canvas writes its student analysis: a question's number and text without tags, then its points."""
    asked = quiz(collecting_quiz(lab)).items
    header = list(first)
    for k, item in enumerate(asked):
        header += [f"{3000 + k}: {html.unescape(re.sub('<[^>]+>', '', item.html))}", item.points]
    written = []
    for who, typed in rows:
        answers = [item.kept(one) for item, one in zip(asked, typed, strict=True)]
        written.append([*who, *(cell for one in answers for cell in (one, 0)), len(asked), 0, 0])
    text = io.StringIO()
    csv.writer(text).writerows([[*header, "n correct", "n incorrect", "score"], *written])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


# The quiz


def test_a_collecting_quiz_asks_for_short_texts_and_every_printed_answer_comes_back_as_it_was_typed(tmp_path):
    [found] = read_answers(analysis(tmp_path / "a.csv", [(ZOE, TYPED)]), LAB).submissions
    assert [found.who[-1], *found.answers.values()] == TYPED
    assert tuple(found.answers) == boxes(LAB)


def test_a_numerical_question_would_have_lost_small_numbers():
    [first, *_] = quiz(collecting_quiz(LAB)).items
    assert first.kept("3e-5") == "3e-5" and replace(first, kind="numerical_question").kept("3e-5") == "0.0000"


def test_a_collecting_quiz_gives_no_points_hides_its_results_and_keeps_its_order():
    found = quiz(collecting_quiz(LAB))
    assert {item.kind for item in found.items} == {"short_answer_question"} and sum(i.points for i in found.items) == 0
    assert found.settings["hide_results"] == "always" and found.settings["shuffle_answers"] == "false"
    assert [re.findall(r"\[(\w+)\]", item.html) for item in found.items] == [["code"], *([key] for key in boxes(LAB))]


def test_a_collecting_quiz_is_the_same_to_the_byte():
    assert collecting_quiz(LAB) == collecting_quiz(LAB)


def test_where_students_have_networks_of_several_kinds_the_numbers_on_the_sheet_are_asked(tmp_path):
    [found] = read_answers(analysis(tmp_path / "a.csv", [(ZOE, ["c", "1", "2", "3"])], SEVERAL), SEVERAL).submissions
    assert found.answers == {"1": "1", "2": "2", "3": "3"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"imsqti_xmlv1p2", b"imsqti_xmlv2p1"),
        (b"assessment_meta.xml", b"meta.xml"),
        (b"varequal", b"varnone"),
        (b'ident="root_section"', b'ident="section"'),
        (b'respident="response1"', b'respident="response2"'),
    ],
)
def test_the_reader_refuses_what_canvas_would_not_read(old, new):
    with zipfile.ZipFile(io.BytesIO(collecting_quiz(LAB))) as archive:
        files = {name: archive.read(name).replace(old, new) for name in archive.namelist()}
    with pytest.raises((AssertionError, ValueError, KeyError, AttributeError)):
        quiz(zipped(files))


# The student analysis


def test_who_somebody_is_goes_by_what_canvas_knows_and_last_by_the_code(tmp_path):
    [found] = read_answers(analysis(tmp_path / "a.csv", [(ZOE, TYPED)]), LAB).submissions
    assert found.who == ("s17", "Zoë Weiß", "K7F-3QD")


def test_the_first_columns_may_be_fewer_or_named_in_another_language(tmp_path):
    first = ("Name", "id", "Abschnitt", "Abschnitt_id", "eingereicht")
    [found] = read_answers(analysis(tmp_path / "a.csv", [(ZOE[:2] + ZOE[3:6], TYPED)], first=first), LAB).submissions
    assert set(found.who) == {"4711", "Zoë Weiß", "K7F-3QD"} and found.answers["net_h1"] == TYPED[1]


@pytest.mark.parametrize("name", ['O\'Neil, "Jr."', "=1+1", "李小龍", "a\nb"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_names_and_encodings_of_all_sorts_are_read(tmp_path, name, encoding):
    path = analysis(tmp_path / "a.csv", [((name, *ZOE[1:]), TYPED)], encoding=encoding)
    [found] = read_answers(path, LAB).submissions
    assert name in found.who and found.answers["net_h2"] == TYPED[2]


def test_headings_without_a_number_of_canvas_are_known_by_their_keys(tmp_path):
    path = analysis(tmp_path / "a.csv", [(ZOE, TYPED)])
    path.write_text(re.sub(r"\b30\d\d: ", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    [found] = read_answers(path, LAB).submissions
    assert list(found.answers.values()) == TYPED[1:]


def test_two_attempts_are_told_apart_by_their_number(tmp_path):
    rows = [((*ZOE[:-1], str(k)), ["c", str(k), *TYPED[2:]]) for k in (2, 1)]
    found = read_answers(analysis(tmp_path / "a.csv", rows), LAB).submissions
    assert [(one.attempt, one.answers["net_h1"]) for one in found] == [("2", "2"), ("1", "1")]


def test_a_question_that_was_edited_has_two_columns_and_the_one_with_something_in_it_counts(tmp_path):
    path = analysis(tmp_path / "a.csv", [(ZOE, ["c", "", *TYPED[2:]])])
    table = list(csv.reader(io.StringIO(path.read_text())))
    table = [
        [*line[:-3], *more, *line[-3:]] for line, more in zip(table, (["9: [net_h1] x", 0], ["7", 0]), strict=True)
    ]
    text = io.StringIO()
    csv.writer(text).writerows(table)
    path.write_text(text.getvalue())
    [found] = read_answers(path, LAB).submissions
    assert found.answers["net_h1"] == "7"


def test_a_question_that_was_deleted_is_missed(tmp_path):
    path = analysis(tmp_path / "a.csv", [(ZOE, TYPED)])
    path.write_text(path.read_text().replace("[w1_next]", "w1"))
    collected = read_answers(path, LAB)
    assert collected.submissions[0].answers["w1_next"] == "" and "'w1_next'" in collected.notes[-1]


def test_a_file_that_was_cut_off_loses_no_row_and_is_noted(tmp_path):
    path = analysis(tmp_path / "a.csv", [(ZOE, TYPED), (("Bo", *ZOE[1:]), TYPED)])
    path.write_bytes(path.read_bytes()[:-30])
    collected = read_answers(path, LAB)
    assert len(collected.submissions) == 2 and collected.submissions[1].note and collected.notes


# The gradebook


BOOK = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Lab 1 (98),Essay (99),Final Score (read only)\r\n"
    ",,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,12.00,10.00,(read only)\r\n"
    '"Weiß, Zoë",4711,s17,zoe@example.org,"One, a",,7.5,70\r\n'
    '"O\'Neil, ""Jr."", Sean",4712,s18,sean,One,3.00,8,80\r\n'
    "=1+1,4713,,=cmd,One,,,\r\n"
    '"Ghost, Ann",4714,s99,ann,One,5.00,9,90\r\n'
    '"Student, Test",4715,,abc,One,,,\r\n'
).encode()
CLASS = (Student("s17", "Zoë Weiß"), Student("sean", "Sean"), Student("x3", "=1+1"), Student("s20", "Left Out"))


def marked(student, points=9.5, status="marked"):
    problem = replace(PROBLEM, student=student)
    return Marked(problem, status, (), points, 12.0)


def parsed(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_only_one_column_of_the_gradebook_is_filled_and_all_else_is_the_same_to_the_byte():
    filled = filled_gradebook(BOOK, "book.csv", map(marked, CLASS[:3]), "Lab 1")
    expected = BOOK.decode().replace('"One, a",,7.5', '"One, a",9.5,7.5').replace("One,3.00,8", "One,9.5,8")
    assert filled.content.decode() == expected.replace("=cmd,One,,", "=cmd,One,9.5,")


@pytest.mark.parametrize("title", ["Lab 1", "Lab 1 (98)", "Lab 2, by hand"])
def test_canvas_reads_the_points_of_each_student_and_nothing_else_anew(title):
    found = imported(filled_gradebook(BOOK, "book.csv", map(marked, CLASS[:3], (9.5, 11, 1 / 3)), title).content)
    before, column = imported(BOOK), "Lab 1 (98)" if "1" in title else title
    assert [found.grades[student][column] for student in ("4711", "4712", "4713")] == ["9.5", "11", "0.33"]
    assert float(found.possible[column]) == 12
    assert found.grades.keys() == before.grades.keys()
    for student, numbers in before.grades.items():
        others = {title: number for title, number in numbers.items() if title != column}
        assert others.items() <= found.grades[student].items()
    assert found.grades["4714"].get(column, "") == before.grades["4714"].get(column, "")


def test_canvas_reads_a_gradebook_with_semicolons_and_decimal_commas():
    book = (
        "Student;ID;SIS Login ID;Section;Lab 1 (98)\n  Points Possible;;;;12,00\nWeiß, Zoë;1;s17;A;\nBo;2;bo;A;3,50\n"
    )
    found = imported(filled_gradebook(book.encode(), "b.csv", [marked(CLASS[0])], "Lab 1").content)
    assert found.grades == {"1": {"Lab 1 (98)": "9.5"}, "2": {"Lab 1 (98)": "3.50"}}


@pytest.mark.parametrize("planted", [(b"Section", b"Group"), (b",ID,", b",Number,"), (b"Student,", b"Name,")])
def test_the_import_refuses_what_canvas_refuses(planted):
    with pytest.raises(InvalidHeaderError):
        imported(BOOK.replace(*planted, 1))


def test_filling_with_what_is_there_changes_no_byte():
    filled = filled_gradebook(BOOK, "book.csv", [], "Lab 1")
    assert filled.content == BOOK


def test_a_column_that_is_not_there_comes_last_with_its_points_possible():
    filled = filled_gradebook(BOOK, "book.csv", [marked(CLASS[0], 1 / 3)], "Lab 2, by hand")
    found = parsed(filled.content)
    assert [row[:-1] for row in found] == parsed(BOOK)
    assert [row[-1] for row in found] == ["Lab 2, by hand", "", "12", "0.33", "", "", "", ""]
    assert "no column" in filled.notes[0]


def test_who_is_on_one_side_only_is_named_and_left_as_it_was():
    notes = "\n".join(filled_gradebook(BOOK, "book.csv", map(marked, CLASS), "Lab 1").notes)
    assert "“Ghost, Ann” of the gradebook is on no class list" in notes and "“Left Out” has marks" in notes
    assert "Test" not in notes


def test_a_row_whose_ids_are_of_two_students_is_given_to_neither():
    two = [marked(Student("s17", "A"), 1), marked(Student("4711", "B"), 2)]
    filled = filled_gradebook(BOOK, "book.csv", two, "Lab 1")
    assert filled.content == BOOK and any("several students" in note for note in filled.notes)


def test_a_missing_submission_keeps_what_stands_there():
    content = filled_gradebook(BOOK, "book.csv", [marked(CLASS[1], 0, "no submission")], "Lab 1").content
    assert content == BOOK


def test_other_points_possible_in_canvas_are_noted():
    notes = filled_gradebook(BOOK, "book.csv", [marked(CLASS[0])], "Essay").notes
    assert any("10.00 points in Canvas, and 12 here" in note for note in notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_gradebook_with_semicolons_in_another_encoding_stays_as_it_is(encoding):
    book = "Student;ID;SIS Login ID;Section;Lab 1 (98)\n  Points Possible;;;;12,00\nWeiß, Zoë;1;s17;A;\nBo;2;bo;A;3,00"
    filled = filled_gradebook(book.encode(encoding), "b.csv", [marked(CLASS[0]), marked(Student("bo"), 2)], "Lab 1")
    assert filled.content == book.replace("s17;A;", "s17;A;9.5").replace("3,00", "2").encode(encoding)


@pytest.mark.parametrize(
    ("book", "told"),
    [
        (b"code,net_h1\nK7F-3QD,1\n", "columns"),
        (b"", "columns"),
        (BOOK.replace("ß".encode(), b"\xc3"), "damaged"),
        (BOOK.replace(b"Essay (99)", b"Lab 1 (99)"), "2 columns"),
    ],
)
def test_what_is_no_gradebook_is_refused(book, told):
    assert told in refusal(lambda: filled_gradebook(book, "book.csv", [marked(CLASS[0])], "Lab 1")).given


def test_a_title_that_canvas_would_skip_is_refused():
    assert (
        "Final score" in refusal(lambda: filled_gradebook(BOOK, "book.csv", [marked(CLASS[0])], "My Final score")).given
    )


def test_a_gradebook_that_was_cut_off_keeps_its_rows():
    content = filled_gradebook(BOOK[:-70], "book.csv", map(marked, CLASS[:2]), "Lab 1").content
    assert content.decode().count("9.5") == 2 and len(parsed(content)) == len(parsed(BOOK[:-70]))
