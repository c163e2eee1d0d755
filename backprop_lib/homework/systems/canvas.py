"""Canvas: a quiz that collects what stands on the sheets, its student analysis read, and its own gradebook filled.

The rules are those of Canvas's sources (lib/gradebook_importer.rb, student_analysis.rb) and of the QTI 1.2 that
text2qti writes for it; readers among the tests follow them. No live Canvas was at hand: nothing here was tried on one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from ...graph.errors import GraphError, listing
from ..answers import Collected, Submission, boxes
from ..csv_files import Table, decoded
from ..labs import Lab
from ..marking import Marked
from ..roster import NOT_STUDENTS, Roster, Student, plain
from .archives import zipped
from .moodle import box_titles, document

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
QUIZ = "http://canvas.instructure.com/xsd/cccv1p0"
PLACEHOLDER = "as on your sheet"
"""An answer that a question must have; no points hang on it."""


# A quiz that collects


def collecting_quiz(lab: Lab) -> bytes:
    """A QTI 1.2 package with a question for the code on the sheet, and one for each number: the same for all.

    The questions ask for short texts, since Canvas rounds what is typed into a numerical one, and turns what is smaller
    than 0.0001 into 0. None gives points: the answers are marked at home. Each has the key of its cell in brackets in
    its text, which is how `from_student_analysis` knows its column.
    """
    ident = f"backprop_{re.sub('[^a-z0-9]', '_', lab.name)}"
    asked = [("The code on your sheet", "code"), *zip(box_titles(lab), boxes(lab), strict=True)]
    root = ET.Element("questestinterop", {"xmlns": QTI})
    assessment = ET.SubElement(root, "assessment", {"ident": ident, "title": lab.title})
    _fields(assessment, {"cc_maxattempts": "1"})
    section = ET.SubElement(assessment, "section", {"ident": "root_section"})
    for k, (title, box) in enumerate(asked):
        _item(section, f"{ident}_{k}", f"[{box}] {title}")
    return zipped(
        {
            "imsmanifest.xml": document(_manifest(ident)),
            f"{ident}/{ident}.xml": document(root),
            f"{ident}/assessment_meta.xml": document(_meta(ident, lab)),
        }
    )


def _fields(parent: ET.Element, fields: Mapping[str, str]) -> None:
    data = ET.SubElement(parent, "qtimetadata")
    for label, entry in fields.items():
        field = ET.SubElement(data, "qtimetadatafield")
        ET.SubElement(field, "fieldlabel").text = label
        ET.SubElement(field, "fieldentry").text = entry


def _item(section: ET.Element, ident: str, asked: str) -> None:
    item = ET.SubElement(section, "item", {"ident": ident, "title": asked})
    _fields(
        ET.SubElement(item, "itemmetadata"),
        {
            "question_type": "short_answer_question",
            "points_possible": "0",
            "original_answer_ids": f"{ident}_a",
            "assessment_question_identifierref": f"{ident}_ref",
        },
    )
    shown = ET.SubElement(item, "presentation")
    text = ET.SubElement(ET.SubElement(shown, "material"), "mattext", {"texttype": "text/html"})
    text.text = f"<p>{html.escape(asked)}</p>"
    response = ET.SubElement(shown, "response_str", {"ident": "response1", "rcardinality": "Single"})
    ET.SubElement(ET.SubElement(response, "render_fib"), "response_label", {"ident": "answer1", "rshuffle": "No"})
    processing = ET.SubElement(item, "resprocessing")
    limits = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    ET.SubElement(ET.SubElement(processing, "outcomes"), "decvar", limits)
    condition = ET.SubElement(processing, "respcondition", {"continue": "No"})
    equal = ET.SubElement(ET.SubElement(condition, "conditionvar"), "varequal", {"respident": "response1"})
    equal.text = PLACEHOLDER
    ET.SubElement(condition, "setvar", {"action": "Set", "varname": "SCORE"}).text = "100"


def _manifest(ident: str) -> ET.Element:
    root = ET.Element("manifest", {"identifier": f"{ident}_manifest", "xmlns": PACKAGE})
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "schema").text = "IMS Content"
    ET.SubElement(metadata, "schemaversion").text = "1.1.3"
    ET.SubElement(root, "organizations")
    resources = ET.SubElement(root, "resources")
    quiz = ET.SubElement(resources, "resource", {"identifier": ident, "type": "imsqti_xmlv1p2"})
    ET.SubElement(quiz, "file", {"href": f"{ident}/{ident}.xml"})
    ET.SubElement(quiz, "dependency", {"identifierref": f"{ident}_meta"})
    kind, path = "associatedcontent/imscc_xmlv1p1/learning-application-resource", f"{ident}/assessment_meta.xml"
    meta = ET.SubElement(resources, "resource", {"identifier": f"{ident}_meta", "type": kind, "href": path})
    ET.SubElement(meta, "file", {"href": path})
    return root


def _meta(ident: str, lab: Lab) -> ET.Element:
    root = ET.Element("quiz", {"identifier": ident, "xmlns": QUIZ})
    settings = {
        "title": lab.title,
        "description": "<p>Copy the code and your numbers from your sheet, as they stand there. "
        "Nothing is judged here: your marks follow.</p>",
        "shuffle_answers": "false",
        "scoring_policy": "keep_latest",
        "hide_results": "always",
        "show_correct_answers": "false",
        "quiz_type": "assignment",
        "points_possible": "0.0",
        "allowed_attempts": "1",
        "one_question_at_a_time": "false",
        "available": "false",
    }
    for tag, text in settings.items():
        ET.SubElement(root, tag).text = text
    return root


# Its student analysis


QUESTION = re.compile(r"\d+:\s")
"""How the heading of a question's column begins in classic quizzes: its number there, and then its text."""


def _columns(table: Table, lab: Lab) -> dict[str, list[int]]:
    """The columns of each box by the key in brackets in their headings; an edited question has a second one."""
    known = {"code", *boxes(lab)}
    found: dict[str, list[int]] = {}
    for k, head in enumerate(table.header):
        named = [key for key in re.findall(r"\[([^\[\]]*)\]", head) if key in known]
        if named:
            found.setdefault(named[0], []).append(k)
    return found


def is_student_analysis(table: Table, lab: Lab) -> bool:
    """Whether a table is a student analysis of a quiz for this lab."""
    return bool(_columns(table, lab))


def from_student_analysis(table: Table, lab: Lab) -> Collected:
    """Canvas's student analysis of a collecting quiz; its first columns may be named in another language."""
    columns = _columns(table, lab)
    heads = [plain(head) for head in table.header]
    first = min(k for found in columns.values() for k in found)
    first = min([first, *(k for k, head in enumerate(table.header) if QUESTION.match(head))])
    attempt = heads.index("attempt") if "attempt" in heads[:first] else None
    submitted = heads.index("submitted") if "submitted" in heads[:first] else None
    ids = [heads.index(head) for head in ("sis_id", "id") if head in heads[:first]]
    name = heads.index("name") if "name" in heads[:first] else 0
    found = []
    for row in table.rows:
        cells = [*row.cells, *[""] * (len(heads) - len(row.cells))]

        def typed(box: str, cells: list[str] = cells) -> str:
            return next((cells[k] for k in columns.get(box, ()) if cells[k]), "")

        known = [next((cells[k] for k in ids if cells[k]), ""), cells[name] if name < first else "", typed("code")]
        who = tuple(dict.fromkeys(filter(None, known)))
        order = [cells[k] for k in (attempt, submitted) if k is not None and cells[k]]
        note = "" if len(row.cells) >= len(heads) else "The row has fewer cells than the header."
        answers = {box: typed(box) for box in boxes(lab)}
        found.append(Submission(who, answers, f"{table.name}, line {row.line}", "".join(order[:1]), note))
    missing = [box for box in boxes(lab) if box not in columns]
    told = f"No column has the key {listing(missing)} in brackets in its heading."
    return Collected(tuple(found), (*table.notes, *([told] if missing else [])))


# Grades back


@dataclass(frozen=True)
class Filled:
    """A gradebook that was filled: its bytes, and in sentences what the instructor should look at."""

    content: bytes
    notes: tuple[str, ...]


NO_ASSIGNMENT = re.compile(r"(current|final) (score|points|grade)|override (score|grade|status)")
"""What Canvas takes for a column of its own, and skips, wherever it stands in a heading."""

IDS = ("sis user id", "sis login id", "integration id", "id")
"""The columns of a gradebook in which an id may stand, the surest first."""


def filled_gradebook(content: bytes, name: str, marked: Iterable[Marked], title: str) -> Filled:
    """The instructor's own exported gradebook, with points in the column of one assignment.

    All else stays as it is to the byte. The column is the one headed `title`, with or without Canvas's number behind
    it; if there is none, a new one is put at the end. Whoever handed in nothing keeps what stands there.

    Raises
    ------
    GraphError
        If the file is no gradebook of Canvas.
    """
    text, encoding, notes = decoded(content)
    if text.encode(encoding) != content:
        expected, hint = "a file whose letters can be read and written back", "the file as Canvas exports it, in UTF-8."
        raise GraphError(f"{name} is damaged, or was saved in another encoding.", expected, hint)
    records = list(_records(text))
    heads = [plain(_value(text[a:b])) for a, b in records[0]] if records else []
    if len(heads) < 3 or not {"id", "section"} <= set(heads):
        raise GraphError(
            f"{name} has the columns {listing(heads[:8])}.",
            "a gradebook that was exported from Canvas, with Student, ID and Section",
            "Grades, Export, in Canvas, and the file as it comes.",
        )
    separator = text[records[0][0][1]]
    number = re.compile(rf"{re.escape(plain(title))}( \(\d+\))?")
    if NO_ASSIGNMENT.search(plain(title)):
        raise GraphError(
            f"“{title}” for a column.", "no name of Canvas's own columns", "another title, such as “Lab 1”."
        )
    columns = [k for k, head in enumerate(heads) if number.fullmatch(head)]
    if len(columns) > 1:
        told = f"{len(columns)} columns of {name} are headed “{title}”."
        raise GraphError(told, "one of them", "its title with Canvas's number behind it, as it stands there.")
    column = columns[0] if columns else None
    marks = list(marked)
    found, missing = _matched(text, records[1:], heads, marks)
    changes: dict[int, str] = {}
    if column is None:
        changes[0] = _field(title, separator)
        notes = [*notes, f"There was no column “{title}”: Canvas will ask what the new one is."]
    out_of = f"{max((one.out_of for one in marks), default=0):.6g}"
    for k, record in enumerate(records[1:], 1):
        first = plain(_value(text[slice(*record[0])]))
        if first.startswith("points possible") and column is None:
            changes[k] = out_of
        elif first.startswith("points possible") and column is not None and column < len(record):
            possible = _value(text[slice(*record[column])]).strip()
            if possible and possible.replace(",", ".") not in (out_of, f"{float(out_of):.2f}", f"{float(out_of):.1f}"):
                notes = [*notes, f"“{title}” has {possible} points in Canvas, and {out_of} here."]
        elif k in found and found[k].status == "marked":
            changes[k] = f"{round(found[k].points, 2):.6g}"
    filled = _with_changes(text, records, changes, column, separator)
    return Filled(filled.encode(encoding), (*notes, *missing))


def _records(text: str) -> Iterator[list[tuple[int, int]]]:
    """Where the fields of each record of a CSV file begin and end, quotation marks included."""
    header = re.split(r"[\r\n]", text, maxsplit=1)[0]
    bare = "".join(header.split('"')[::2])
    separator = ";" if bare.count(";") > bare.count(",") else ","
    record: list[tuple[int, int]] = []
    start, quoted = 0, False
    for k, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in (separator, "\n", "\r"):
            if sign == separator or record or k > start:
                record.append((start, k))
            start = k + 1
            if sign != separator and record:
                yield record
                record = []
    if record or start < len(text):
        yield [*record, (start, len(text))]


def _value(field: str) -> str:
    """What a field says."""
    field = field.strip().lstrip("\ufeff")
    return field[1:-1].replace('""', '"') if len(field) > 1 and field[0] == field[-1] == '"' else field


def _field(value: str, separator: str) -> str:
    quoted = any(sign in value for sign in (separator, '"', "\n", "\r"))
    return '"' + value.replace('"', '""') + '"' if quoted else value


def _with_changes(
    text: str, records: list[list[tuple[int, int]]], changes: Mapping[int, str], column: int | None, separator: str
) -> str:
    """The text with new values in one column; without a column, with one field more in every record."""
    pieces, at = [], 0
    for k, record in enumerate(records):
        if column is None:
            end = record[-1][1]
            pieces += [text[at:end], separator + changes.get(k, "")]
            at = end
        elif k in changes:
            if column >= len(record):
                end = record[-1][1]
                pieces += [text[at:end], separator * (column + 1 - len(record)) + changes[k]]
                at = end
            else:
                start, end = record[column]
                pieces += [text[at:start], changes[k]]
                at = end
    return "".join([*pieces, text[at:]])


def _matched(
    text: str, records: list[list[tuple[int, int]]], heads: list[str], marks: list[Marked]
) -> tuple[dict[int, Marked], list[str]]:
    """The marks that belong into each record, by its number; and who is on one side only."""
    roster = Roster(tuple(one.student for one in marks))
    by_id = {one.student.id: one for one in marks}
    found: dict[int, Marked] = {}
    notes: list[str] = []
    for k, record in enumerate(records, 1):
        cells = dict(zip(heads, (_value(text[a:b]).strip() for a, b in record), strict=False))
        name = cells.get(heads[0], "")
        if plain(name).startswith(NOT_STUDENTS) or not any(cells.get(head) for head in (heads[0], *IDS)):
            continue
        last, comma, first = name.partition(", ")
        ids = {s.id for head in IDS if (s := roster.find(cells.get(head, "")))}
        named = [roster.find(one) for one in (name, f"{first} {last}" if comma else "")]
        ids = ids or {s.id for s in named if isinstance(s, Student)}
        if len(ids) == 1:
            found[k] = by_id[ids.pop()]
        else:
            why = "belongs to several students" if ids else "is on no class list"
            notes.append(f"“{name}” of the gradebook {why}, and was left as it is.")
    lacking = [one for one in marks if one.status == "marked" and all(one is not other for other in found.values())]
    notes += [f"“{one.student.name or one.student.id}” has marks, and no row in the gradebook." for one in lacking]
    return found, notes
