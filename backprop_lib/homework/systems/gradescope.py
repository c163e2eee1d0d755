"""Gradescope: an autograder that marks numbers. It runs nothing that students hand in, and holds no secret.

The zip carries this library and who was asked what, worked out beforehand, so that the secret of the course stays at
home. In Gradescope's container `run_autograder` runs this module: it reads a table or JSON, and writes results.json.

The rules are those of Gradescope's autograder specifications; a test runs the archive as they say. No live Gradescope
was at hand: nothing here was tried on one.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ...by_hand.problems import another_network
from ...by_hand.sheet import calculation_words
from ...graph.errors import GraphError, checked_choice
from ..answers import Submission, from_table
from ..csv_files import read_table, write_bytes
from ..feedback import sentence
from ..issued import Issued
from ..labs import checked_lab
from ..marking import VERDICTS, Marked, Rule, mark
from ..roster import Student, code_of, plain
from .archives import zipped

VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
"""When students may see how a number was marked."""

LARGEST = 1_000_000
"""Bytes of the largest file with answers that is read."""

SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, as root, when the autograder is built.
set -euo pipefail
home="${AUTOGRADER:-/autograder}"
fit() { command -v "$1" > /dev/null && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; }
found=""
for python in python3 python3.14 python3.13 python3.12 python3.11; do
  if [ -z "$found" ] && fit "$python" 2> /dev/null; then found="$python"; fi
done
if [ -z "$found" ]; then
  apt-get update
  apt-get install -y python3.12 python3.12-venv || apt-get install -y python3.11 python3.11-venv
  for python in python3.12 python3.11; do
    if [ -z "$found" ] && fit "$python"; then found="$python"; fi
  done
fi
"$found" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet -r "$home/source/requirements.txt"
"""

RUN = """#!/usr/bin/env bash
# Gradescope runs this for every submission.
set -euo pipefail
home="${AUTOGRADER:-/autograder}"
cd "$home/source"
exec "${PYTHON:-$home/venv/bin/python}" -m backprop_lib.homework.systems.gradescope "$home"
"""


# At home


def autograder(issued: Sequence[Issued], rule: Rule | None = None, visibility: str = "after_due_date") -> bytes:
    """The zip to upload as an autograder.

    Parameters
    ----------
    issued : sequence of Issued
        The problems of a class, one lab. Students are told apart by their addresses.
    rule : Rule, optional
    visibility : str
        One of VISIBILITIES. What is visible at once can be tried again until it is right.

    Raises
    ------
    GraphError
        If a student has no address, or two have the same.
    """
    checked_choice(visibility, VISIBILITIES, "visibility", "'after_due_date'.")
    by_email: dict[str, Issued] = {}
    for one in issued:
        if not one.student.email or plain(one.student.email) in by_email:
            told = f"'{one.student.id}' has no address of their own in the class list."
            raise GraphError(told, "an address for each student", "a column called email, as Gradescope knows them.")
        by_email[plain(one.student.email)] = one
    course = {
        "lab": issued[0].lab.name,
        "rule": asdict(rule or Rule()),
        "visibility": visibility,
        "problems": {
            email: {"id": one.student.id, "code": one.student.code, "kind": one.kind, "seed": one.seed}
            for email, one in sorted(by_email.items())
        },
    }
    files = {
        "setup.sh": SETUP.encode(),
        "run_autograder": RUN.encode(),
        "requirements.txt": "".join(f"{pin}\n" for pin in pins()).encode(),
        "course.json": json.dumps(course, indent=1, ensure_ascii=False).encode(),
        **dict(_library()),
    }
    return zipped(files, ("setup.sh", "run_autograder"))


def pins() -> list[str]:
    """What the library needs, each in the version with which it was tested here."""
    needed = importlib.metadata.requires("backprop-lib") or []
    names = [re.match(r"[\w.-]+", one) for one in needed if "extra ==" not in one]
    return sorted(f"{name[0]}=={importlib.metadata.version(name[0])}" for name in names if name)


def _library() -> Iterator[tuple[str, bytes]]:
    """The files of the library, by their names in the zip."""
    home = Path(__file__).parents[2]
    for path in sorted(home.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(home.parent).as_posix(), path.read_bytes()


# There


def main(home: Path) -> None:
    """Mark the submission in the folders of Gradescope below `home`; whatever comes, there is a results.json."""
    course = json.loads((home / "source" / "course.json").read_text(encoding="utf-8"))
    try:
        results = _results(_marked(home, course), course["visibility"])
    except GraphError as error:
        results = {"score": 0, "output": f"Nothing was marked. {error}"}
    written = json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False)
    write_bytes(home / "results" / "results.json", written.encode())


def _marked(home: Path, course: dict[str, Any]) -> Marked:
    issued = _issued(home / "submission_metadata.json", course)
    return mark(issued, _submission(home / "submission", issued), Rule(**course["rule"]))


def _issued(metadata: Path, course: dict[str, Any]) -> Issued:
    """The problem of who handed it in; of a group, that of the first."""
    try:
        users = json.loads(metadata.read_text(encoding="utf-8"))["users"]
        emails = [str(user["email"]) for user in users]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        told = "Who handed this in cannot be read."
        raise GraphError(told, "users with addresses in the metadata", "again, or tell your instructor.") from problem
    known = [(email, course["problems"][plain(email)]) for email in emails if plain(email) in course["problems"]]
    if not known:
        hint = "your instructor, who can add the address to the class list."
        raise GraphError(f"{', '.join(emails)} is on no class list.", "an address of the class list", hint)
    email, asked = known[0]
    student = Student(asked["id"], "", email, asked["code"])
    example = another_network(asked["kind"], asked["seed"])
    return Issued(student, checked_lab(course["lab"]), asked["kind"], asked["seed"], example)


def _submission(folder: Path, issued: Issued) -> Submission:
    """The answers in the first file that can be read; no link is followed, and no folder looked into."""
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    told = []
    for path in files:
        if path.suffix.lower() in (".csv", ".json", ".txt") and path.is_file() and not path.is_symlink():
            try:
                return _read(path, issued)
            except GraphError as error:
                told.append(error.given)
    raise GraphError(
        " ".join(told) or "No file with answers was handed in.",
        "a table that ends in .csv, or a .json",
        "the file that the sheet saves, as it is.",
    )


def _read(path: Path, issued: Issued) -> Submission:
    if path.stat().st_size > LARGEST:
        raise GraphError(
            f"{path.name} is too large.", f"at most {LARGEST:,} bytes", "the file with your numbers alone."
        )
    if path.suffix.lower() == ".json":
        return Submission((), _from_json(path), path.name)
    rows = from_table(read_table(path)).submissions
    own = [row for row in rows if {code_of(who) or plain(who) for who in row.who} & _known_as(issued.student)]
    if not own and len(rows) != 1:
        told = f"{path.name} has {len(rows)} rows, and none with the code {issued.student.code}."
        raise GraphError(told, "one row, your own", "the code that stands on your sheet.")
    if not own and rows[0].who:
        told = f"The file has the code {rows[0].who[0][:20]}, and your sheet has {issued.student.code}."
        return replace(rows[0], note=told)
    return (own or rows)[-1]


def _known_as(student: Student) -> set[str]:
    return {code_of(student.code), plain(student.id), plain(student.email)}


def _from_json(path: Path) -> dict[str, str]:
    """The answers of an object with a number or a text for each key; numbers stay as they were typed."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as problem:
        told = f"{path.name} is no JSON that can be read."
        raise GraphError(told, "an object with a number for each key", '{"net_h1": 0.5930, …}') from problem
    if not isinstance(found, dict):
        told = f"{path.name} holds no object."
        raise GraphError(told, "an object with a number for each key", '{"net_h1": 0.5930, …}')
    return {key: text if isinstance(text, str) else json.dumps(text) for key, text in found.items()}


def _results(marked: Marked, visibility: str) -> dict[str, Any]:
    """The marks, in Gradescope's words: a test for each number."""
    words = calculation_words(marked.issued.calculation)
    most = marked.out_of / len(marked.cells)
    return {
        "output": " ".join([sentence(marked) if visibility == "visible" else "Your numbers were read.", *marked.notes]),
        "visibility": visibility,
        "tests": [
            {
                "name": f"{k}. {words[cell.key]}",
                "score": cell.points,
                "max_score": most,
                "output": f"You wrote “{cell.written[:60]}”: {VERDICTS[cell.verdict]}. {cell.says}".strip(),
                "visibility": visibility,
            }
            for k, cell in enumerate(marked.cells, 1)
        ],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
