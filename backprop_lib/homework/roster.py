"""The class list: who is asked, read from what course systems export."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..graph.errors import GraphError, listing
from .csv_files import Table, read_table, write_bytes

COLUMNS = {
    "id": (
        *("id number", "idnumber", "student id", "sis user id", "matriculation number", "matrikelnummer", "matricule"),
        *("username", "user name", "login", "login id", "sis login id", "netid", "student number", "id"),
    ),
    "name": ("name", "full name", "student name", "student", "participant", "nom complet"),
    "first": ("first name", "firstname", "given name", "vorname", "prénom", "nombre"),
    "last": ("surname", "last name", "lastname", "family name", "nachname", "nom", "apellido(s)", "apellidos"),
    "email": ("email address", "email", "e-mail", "e-mail-adresse", "e-mail address", "mail", "adresse de courriel"),
}
"""What the columns of a class list are called, in small letters; the first that there is counts."""

NOT_STUDENTS = ("points possible", "student, test")
"""How rows of a Canvas gradebook begin that are no student's."""

LETTERS = "23456789BCDFGHJKMNPQRTVWXY"
"""Letters of a code: none that is read as another, and no vowels, so that they make no words."""
CODE_LENGTH = 6


@dataclass(frozen=True)
class Student:
    """One student of a class list.

    Parameters
    ----------
    id : str
        What tells the student from all others, and from which the numbers of the homework follow.
    name, email : str
    first, last : str
        The parts of the name, where the list has them.
    code : str
        What stands on the sheet, such as "K7F-3QD"; it says nothing of the student to others.
    line : int
        Of the class list.
    """

    id: str
    name: str = ""
    email: str = ""
    code: str = ""
    line: int = 0
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Roster:
    """A class: its students in the order of the list, found by whatever they are known by."""

    students: tuple[Student, ...]
    notes: tuple[str, ...] = ()
    _by: dict[str, list[Student]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, list[Student]] = {}
        for student in self.students:
            for known in {plain(student.id), plain(student.email), plain(student.code), code_of(student.code)} - {""}:
                found.setdefault(known, []).append(student)
        for student in self.students:
            if plain(student.name) and plain(student.name) not in found:
                same = [other for other in self.students if plain(other.name) == plain(student.name)]
                found[plain(student.name)] = same
        object.__setattr__(self, "_by", found)

    def find(self, known: str) -> Student | None:
        """The one student who has this id, code, address or name; None if there is none, or more than one."""
        for spelled in (plain(known), code_of(known)):
            if spelled and len(found := self._by.get(spelled, [])) == 1:
                return found[0]
        return None


def plain(text: str) -> str:
    """A name or id as it is compared: whatever its capitals, blanks, and how its accents are put together."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def code_of(text: str) -> str:
    """The letters of a code alone, with a mark before them, so that no name is taken for one."""
    letters = re.sub(r"[\s-]", "", text).upper()
    return f"code {letters}" if re.fullmatch(f"[{LETTERS}]{{{CODE_LENGTH}}}", letters) else ""


def read_roster(path: str | Path, salt: bytes = b"") -> Roster:
    """The class list in a file, and a code for each student.

    Parameters
    ----------
    path : str or Path
        A table with a row for each student, and columns for an id, a name, an address, as far as there are; exports of
        Moodle and Canvas do.
    salt : bytes, optional
        The secret of the course; without it the students have no codes.

    Raises
    ------
    GraphError
        If there is no column to tell students by, or two of them have one id.
    """
    table = read_table(path)
    columns = _columns(table)
    students: dict[str, Student] = {}
    notes = list(table.notes)
    for row in table.rows:
        cells = {role: row.cells[k] if k < len(row.cells) else "" for role, k in columns.items()}
        name = cells.get("name") or " ".join(filter(None, (cells.get("first", ""), cells.get("last", ""))))
        if plain(name).startswith(NOT_STUDENTS):
            continue
        known = cells.get("id") or cells.get("email", "") or name
        if not known:
            notes.append(f"Line {row.line} of the class list names nobody, and was left out.")
            continue
        if other := students.get(plain(known)):
            raise GraphError(
                f"'{known}' stands in lines {other.line} and {row.line} of {table.name}.",
                "an id for each student that no other has",
                "a column with student numbers, or one of the two lines taken out.",
            )
        parts = {role: cells.get(role, "") for role in ("email", "first", "last")}
        students[plain(known)] = Student(known, name, line=row.line, **parts)
    if not students:
        raise GraphError(f"{table.name} has a header and no students.", "a row for each student", "another file.")
    return Roster(with_codes(students.values(), salt) if salt else tuple(students.values()), tuple(notes))


def _columns(table: Table) -> dict[str, int]:
    """Which column is which."""
    heads = [plain(head.replace("_", " ")) for head in table.header]
    found = {role: heads.index(one) for role, known in COLUMNS.items() for one in [_first(known, heads)] if one}
    if not {"id", "email", "name", "last"} & found.keys():
        raise GraphError(
            f"{table.name} has the columns {listing(table.header)}.",
            "a header with id, name and email, or one of them",
            "a first line such as: id,name,email",
        )
    return found


def _first(known: Sequence[str], heads: Sequence[str]) -> str:
    return next((one for one in known if one in heads), "")


def with_codes(students: Iterable[Student], salt: bytes) -> tuple[Student, ...]:
    """The same students, each with a code; no two have one code."""
    taken: dict[str, str] = {}
    by_id = sorted(students, key=lambda student: student.id)
    for student in by_id:
        taken[student.id] = next(
            code for k in range(len(by_id) + 1) if (code := _code(salt, student.id, k)) not in taken.values()
        )
    return tuple(replace(one, code=taken[one.id]) for one in sorted(by_id, key=lambda student: student.line))


def _code(salt: bytes, student: str, k: int) -> str:
    number = int.from_bytes(drawn(salt, "code", student, str(k)), "big")
    letters = ""
    for _ in range(CODE_LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return f"{letters[:3]}-{letters[3:]}"


def drawn(salt: bytes, *of: str) -> bytes:
    """What looks drawn by chance to all who do not have the salt, and is the same whenever it is drawn: an HMAC."""
    return hmac.new(salt, "\0".join(of).encode(), hashlib.sha256).digest()


SHORTEST_SALT = 12


def read_salt(path: str | Path, create: bool = False) -> bytes:
    """The secret of a course, from a file; a new one is written there if it may be and there is none.

    Raises
    ------
    GraphError
        If there is none, or so short a one that it could be guessed.
    """
    path = Path(path)
    if not path.exists() and create:
        write_bytes(path, f"{secrets.token_urlsafe(24)}\n".encode())
    try:
        salt = path.read_bytes().strip()
    except OSError as problem:
        raise GraphError(
            f"The secret of the course was looked for in {path.name}: {problem.strerror}.",
            "the file that was there when the sheets were made",
            "--salt with its path; without it nobody can tell who was asked what.",
        ) from problem
    if len(salt) < SHORTEST_SALT:
        raise GraphError(
            f"The secret in {path.name} has {len(salt)} characters.",
            f"{SHORTEST_SALT} at least, so that nobody can guess it",
            "no such file: a new secret is then written there.",
        )
    return salt
