"""Class lists as course systems export them, tables in whatever encoding, and codes that say nothing."""

from __future__ import annotations

import csv
import re

import pytest

from backprop_lib.graph.errors import GraphError
from backprop_lib.homework.csv_files import harmless, parsed, read_table, write_table
from backprop_lib.homework.roster import read_roster, read_salt
from tests.homework.classes import SALT, class_of, roster

PLAIN = 'id,name,email\n7,"O\'Neil, Jr.",neil@example.org\n8,Łukasz Ωmega,lo@example.org\n'
MOODLE = '"First name","Last name","ID number","Email address"\nAda,Lovelace,1815,ada@example.org\n'
GERMAN = "Vorname;Nachname;Matrikelnummer;E-Mail-Adresse\nÄnne;Groß;00123;ag@example.org\n"
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,By hand (12)\n"
    "    Points Possible,,,,,11\n"
    '"Turing, Alan",501,at1912,alan,S1,\n'
    '"Student, Test",502,,,S1,\n'
)


def listed(tmp_path, content, encoding="utf-8"):
    """The class list that a file with this content holds."""
    path = tmp_path / "roster.csv"
    path.write_bytes(content.encode(encoding))
    return read_roster(path, SALT)


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (PLAIN, [("7", "O'Neil, Jr."), ("8", "Łukasz Ωmega")]),
        (MOODLE, [("1815", "Ada Lovelace")]),
        (GERMAN, [("00123", "Änne Groß")]),
        (CANVAS, [("at1912", "Turing, Alan")]),
        ("email\nada@example.org\n", [("ada@example.org", "")]),
    ],
    ids=["plain", "Moodle", "in German", "Canvas", "addresses alone"],
)
def test_a_class_list_is_read_as_course_systems_export_it(tmp_path, content, known):
    assert [(student.id, student.name) for student in listed(tmp_path, content).students] == known


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_survive_the_encodings_of_spreadsheets(tmp_path, encoding):
    content = GERMAN.replace(";", "\t") if encoding == "utf-16" else GERMAN
    found = listed(tmp_path, content, encoding)
    assert [student.name for student in found.students] == ["Änne Groß"]
    assert bool(found.notes) == (encoding == "cp1252")  # it is said where letters were guessed


def test_one_id_twice_is_refused_with_both_lines(tmp_path):
    with pytest.raises(GraphError, match=r"'7' stands in lines 2 and 4"):
        listed(tmp_path, "id,name\n7,A\n8,B\n7 ,C\n")


@pytest.mark.parametrize("content", ["", "\n\n", "id,name\n", "a,b\n1,2\n", "\0\0\0"])
def test_what_is_no_class_list_is_refused_in_a_sentence(tmp_path, content):
    with pytest.raises(GraphError, match="Expected"):
        listed(tmp_path, content)


def test_a_file_that_was_cut_off_is_spoken_of():
    assert any("cut off" in note for note in parsed(b'id,name\n7,"Ada', "r.csv").notes)
    assert any("cut off" in note for note in parsed(b"id,name\n7,Ada\n8", "r.csv").notes)
    assert parsed(b"id,name\n7,Ada\n", "r.csv").notes == ()


def test_codes_differ_say_nothing_and_stay_when_others_leave():
    everybody = roster(500).students
    assert len({student.code for student in everybody}) == 500
    assert all(re.fullmatch("[2-9B-DF-HJ-NP-TV-Y]{3}-[2-9B-DF-HJ-NP-TV-Y]{3}", one.code) for one in everybody)
    fewer = roster(250).students
    assert [one.code for one in fewer] == [one.code for one in everybody[:250]]


def test_a_student_is_found_by_id_code_address_or_name_however_it_is_typed():
    found = roster(5)
    one = found.students[3]
    spelled = (one.id.upper(), one.code.lower(), one.code.replace("-", " "), f" {one.email.upper()} ", "student  3")
    assert all(found.find(known) is one for known in spelled)
    assert found.find("") is None
    assert found.find("nobody") is None


def test_problems_stay_when_others_join_and_no_two_are_alike():
    many, few = class_of(200), class_of(120)
    assert [one.seed for one in few] == [one.seed for one in many[:120]]
    assert len({tuple(one.example.values.values()) for one in many}) == 200


def test_a_salt_is_made_once_and_a_short_one_refused(tmp_path):
    path = tmp_path / "course.salt"
    with pytest.raises(GraphError, match="secret"):
        read_salt(path)
    made = read_salt(path, create=True)
    assert len(made) > 20
    assert read_salt(path, create=True) == read_salt(path) == made
    path.write_text("short")
    with pytest.raises(GraphError, match="5 characters"):
        read_salt(path)


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1", "=HYPERLINK(0)"])
def test_no_cell_that_is_written_runs_in_a_spreadsheet(tmp_path, cell):
    write_table(tmp_path / "t.csv", ("name",), [(cell,)])
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        [_, [found]] = csv.reader(file)
    assert found.startswith("'") or not found.startswith(("=", "+", "-", "@"))


def test_numbers_and_names_are_written_as_they_are(tmp_path):
    names = ["-0.5", "+3", "O'Neil, Jr.", 'Quote "Q"', "Ωμέγα", "李 小龍", "two lines"]
    assert [harmless(name) for name in names] == names
    write_table(tmp_path / "t.csv", ("name",), [(name,) for name in names])
    assert [row.cells[0] for row in read_table(tmp_path / "t.csv").rows] == names
