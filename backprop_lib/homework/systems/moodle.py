"""Moodle: a quiz that collects what stands on the sheets, its export of responses read, and grades with feedback.

The rules are those of Moodle's sources (question/type/multianswer, question/format/xml, mod/quiz/report/responses,
grade/import/csv), and a reader among the tests follows them. No live Moodle was at hand: nothing here was tried on one.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from ...by_hand.calculation import HandCalculation
from ...by_hand.problems import another_network
from ..answers import Collected, Submission, boxes
from ..csv_files import Table, harmless, one_line
from ..labs import Lab
from ..marking import Marked
from ..roster import COLUMNS, plain

ANY_TEXT = "=*"
"""Whatever is typed is taken; Moodle wants one answer with full credit."""

WIDTH = "%0%" + "0" * 24
"""An answer after one that takes all, so that none is ever held against it: a box is as wide as its longest answer."""

NOTHING = ("", "-")
"""What stands where nothing was answered."""

OF_ATTEMPT = 4
"""So many columns before the responses tell of the attempt: begun, completed, how long it took, and its grade."""

TIMES = ("%d %B %Y, %I:%M %p", "%d %B %Y %I:%M %p", "%d %B %Y, %H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M")
"""How a site may write when an attempt was begun, as far as it needs no words of another language."""


# A quiz that collects


def box_titles(lab: Lab) -> tuple[str, ...]:
    """What is asked in each of `boxes`, in words."""
    asked = boxes(lab)
    if asked[0].isdigit():
        return tuple(f"number {box} on your sheet" for box in asked)
    calculation = HandCalculation(another_network(next(iter(lab.asked)), 1).network)
    return tuple(calculation.by_key[key].title for key in asked)


def collecting_quiz(lab: Lab) -> bytes:
    """Moodle XML with one cloze question, the same for all: the code on the sheet, and a box for each number.

    It judges nothing: each box takes what is typed, and its answers are marked at home. So give the quiz no weight in
    the gradebook, and let students see no marks in it.
    """
    rows = [("The code on your sheet", "code"), *zip(box_titles(lab), boxes(lab), strict=True)]
    cells = "".join(
        f'<tr><th scope="row" style="text-align: left">{k or ""} {html.escape(title)}</th>'
        f"<td>{{1:SHORTANSWER:{ANY_TEXT}~{WIDTH}}}</td></tr>"
        for k, (title, _) in enumerate(rows)
    )
    text = (
        "<p>Copy the code and your numbers from your sheet, as they stand there. "
        "Nothing is judged here: your marks follow.</p>"
        f"<table><tbody>{cells}</tbody></table>"
    )
    quiz = ET.Element("quiz")
    cloze(quiz, f"{lab.title}: your numbers", text)
    return document(quiz)


def cloze(quiz: ET.Element, name: str, text: str) -> ET.Element:
    """A cloze question at the end of a quiz; returns its text, to which files may be added."""
    question = ET.SubElement(quiz, "question", {"type": "cloze"})
    ET.SubElement(ET.SubElement(question, "name"), "text").text = name
    asked = ET.SubElement(question, "questiontext", {"format": "html"})
    ET.SubElement(asked, "text").text = text
    ET.SubElement(ET.SubElement(question, "generalfeedback", {"format": "html"}), "text").text = ""
    ET.SubElement(question, "penalty").text = "0"
    ET.SubElement(question, "hidden").text = "0"
    return asked


def document(root: ET.Element) -> bytes:
    """An XML file. Text is escaped and not wrapped in CDATA, which to a reader of XML is the same."""
    ET.indent(root)
    written: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'.encode()


# Its export of responses


NUMBERED = re.compile(r"(.*?)\s*(\d{1,3})")
"""A heading such as "Response 1", in any language."""

LONGEST = 100
"""Characters of the longest such heading."""

LABEL = re.compile(r"\s*([^\d:：;]{0,40})1([^\d:：;]{0,10})[:：]")
"""How the first part of a response begins, "part 1:", in any language."""


def is_responses(table: Table) -> bool:
    """Whether a table is an export of responses: its last columns are numbered from 1."""
    return bool(_groups(table))


def _groups(table: Table) -> list[list[int]]:
    """The columns that are numbered from 1, by what stands before the number."""
    found: dict[str, list[int]] = {}
    for k, head in enumerate(table.header):
        if (
            len(head) < LONGEST
            and (numbered := NUMBERED.fullmatch(head))
            and int(numbered[2]) == len(found.get(numbered[1], ())) + 1
        ):
            found.setdefault(numbered[1], []).append(k)
    return [columns for columns in found.values() if columns[0] > 0]


def parts(response: str, count: int) -> dict[int, str]:
    """The parts of a response by number, "part 1: 0,5; part 2: …", whatever the site's word for part is."""
    if not (first := LABEL.match(response)):
        return {}
    before, after = (re.escape(side.strip()) for side in first.groups())
    starts: list[tuple[int, int, int]] = []
    at = 0
    for number in range(1, count + 1):
        words = r"\s*".join(filter(None, (before, str(number), after)))
        label = re.compile(rf"(?:^|;)\s*{words}\s*[:：]")
        if found := label.search(response, at):
            starts.append((number, found.start(), at := found.end()))
    ends = [start for _, start, _ in starts[1:]] + [len(response)]
    return {number: response[at:end].strip() for (number, _, at), end in zip(starts, ends, strict=True)}


def from_responses(table: Table, lab: Lab) -> Collected:
    """Moodle's export of responses, to a collecting quiz or to short answers in the same order, in any language."""
    asked = boxes(lab)
    groups = _groups(table)
    responses = _responses(table, groups)
    first = min(columns[0] for columns in groups)
    clozes = _clozes(table, responses)
    begun = next((k for k in range(first) if _all_times(table, k)), None)
    found = []
    for row in table.rows:
        cells = [_at(row.cells, k) for k in range(len(table.header))]
        who = _who(table, cells[:first])
        if all(cell in NOTHING for cell in (*cells[first - OF_ATTEMPT : first], *(cells[k] for k in responses))):
            continue  # somebody without an attempt
        each = dict(enumerate((cells[k] for k in responses), 1))
        texts = parts(cells[clozes[0]], len(asked) + 1) if clozes else each
        texts = {number: "" if text in NOTHING else text for number, text in texts.items()}
        answers = {box: texts.get(number, "") for number, box in enumerate(asked, 2)}
        names = tuple(dict.fromkeys(filter(None, (*who, texts.get(1, "")))))
        whole = len(row.cells) >= len(table.header) and not 0 < len(texts) < (len(asked) + 1 if clozes else 0)
        note = "" if whole else "Some answers are missing in this row: the file may have been cut off."
        attempt = _time(cells[begun]) if begun is not None else ""
        found.append(Submission(names, answers, f"{table.name}, line {row.line}", attempt, note))
    return Collected(tuple(found), (*table.notes, *_untimed(found)))


def _untimed(found: Sequence[Submission]) -> list[str]:
    names = [submission.who[0] for submission in found if submission.who and not submission.attempt]
    if len(set(names)) == len(names):
        return []
    return ["Somebody has several attempts, and when each was begun cannot be read: the last row counts."]


def _responses(table: Table, groups: Sequence[list[int]]) -> list[int]:
    """The columns with what students wrote, among those with questions before them and right answers after them."""
    for columns in groups:
        if _clozes(table, columns):
            return columns
    most = [columns for columns in groups if len(columns) == max(map(len, groups))]
    if len(most) == 2:
        asked = {_at(row.cells, most[0][0]) for row in table.rows}
        return most[1] if len(asked) == 1 < len(table.rows) else most[0]
    return most[len(most) // 2]


def _clozes(table: Table, columns: Sequence[int]) -> list[int]:
    """Those among some columns that hold responses in parts."""
    return [k for k in columns if any(len(parts(_at(row.cells, k), 2)) > 1 for row in table.rows)]


def _at(cells: Sequence[str], k: int) -> str:
    return cells[k] if k < len(cells) else ""


def _who(table: Table, cells: Sequence[str]) -> list[str]:
    """Ids, addresses and names of a row, the surest first."""
    heads = [plain(head) for head in table.header]

    def of(role: str) -> list[str]:
        return [cells[heads.index(known)] for known in COLUMNS[role] if known in heads[: len(cells)]]

    whole = " ".join(filter(None, (*of("first")[:1], *of("last")[:1])))
    addresses = [cell for cell in cells if "@" in cell]
    found = [*of("id"), *of("email"), *addresses, *of("name"), whole]
    if not any(cell not in NOTHING for cell in found):
        found = [" ".join(cells[1::-1]), " ".join(cells[:2])]  # in a language that is not known: the name stands first
    return list(dict.fromkeys(cell for cell in found if cell not in NOTHING))


def _time(text: str) -> str:
    """A moment in a form that sorts; nothing if it is none that can be read."""
    plainly = re.sub(r"^[A-Za-z]+day,\s*", "", " ".join(text.split()))
    for form in TIMES:
        try:
            return datetime.strptime(plainly, form).isoformat()
        except ValueError:
            continue
    return ""


def _all_times(table: Table, k: int) -> bool:
    cells = [cell for row in table.rows if (cell := _at(row.cells, k)) not in NOTHING]
    return bool(cells) and all(map(_time, cells))


# Grades back


def grades(marked: Iterable[Marked], title: str, feedback: Callable[[Marked], str]) -> bytes:
    """A table for Moodle's import of grades: grade *and* feedback, since importing one alone wipes out the other.

    Ids and addresses stand as the class list has them, so that Moodle finds its students. Whoever handed in nothing is
    left out: what Moodle has for them stays as it is.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["ID number", "Email address", title, f"{title} (feedback)"])
    for one in marked:
        if one.status == "marked":
            told = harmless(one_line(feedback(one))) or "Marked."
            writer.writerow([one.student.id, one.student.email, f"{one.points:.6g}", told])
    return text.getvalue().encode("utf-8")
