"""`python -m backprop_lib.homework`: sheets and keys for a class, and marks for what it hands in."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from ..graph.errors import GraphError
from .answers import Collected
from .class_marks import ATTEMPTS, mark_class
from .code import commands as code
from .in_words import with_words
from .issued import Issued, issue
from .labs import LABS, Lab, checked_lab
from .marking import Rule
from .marks_files import write_marks
from .practice import write_practice
from .roster import read_roster, read_salt
from .sheets import write_sheets
from .systems.commands import add_commands, add_ways_back, write_ways_back
from .systems.exports import read_answers


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        told: int | Sequence[str] = asked.run(asked)
    except (GraphError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if isinstance(told, int):  # it has said what it did
        return told
    print("\n".join(told))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backprop_lib.homework", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    labs = commands.add_parser("labs", help="list the labs")
    labs.set_defaults(run=_labs)

    practice = commands.add_parser("practice", help="a made-up class of twenty and its answers, to try a lab out with")
    practice.add_argument("--lab", required=True, help=f"one of {', '.join(LABS)}")
    practice.add_argument(
        "--salt", default="course.salt", type=Path, help="the file with the secret of the course (course.salt)"
    )
    practice.add_argument("--out", type=Path, default=Path(), help="the folder to write to (here)")
    practice.set_defaults(run=lambda asked: write_practice(checked_lab(asked.lab), asked.salt, asked.out))

    class_list = argparse.ArgumentParser(add_help=False)
    class_list.add_argument("--lab", required=True, help=f"one of {', '.join(LABS)}")
    class_list.add_argument(
        "--salt", default="course.salt", type=Path, help="the file with the secret of the course (course.salt)"
    )
    class_list.add_argument("--course", default="", help="what stands above every page")
    rule = Rule()
    class_list.add_argument(
        "--digits",
        type=int,
        default=rule.digits,
        help=f"significant digits that are asked for ({rule.digits}); as on the sheets, when you mark",
    )
    class_list.add_argument(
        "--follows",
        type=float,
        default=rule.follows,
        help="the part of a point for a number that follows from a wrong one (1)",
    )
    class_list.add_argument(
        "--short", type=float, default=rule.short, help="the part of a point for one with too few digits (0.5)"
    )

    sheets = commands.add_parser("sheets", parents=[class_list], help="a sheet and a key for every student")
    sheets.add_argument("roster", type=Path, help="the class list")
    sheets.add_argument("--out", type=Path, required=True, help="the folder to write to")
    sheets.set_defaults(run=_sheets)

    mark = commands.add_parser("mark", parents=[class_list], help="points, feedback and a report on the class")
    mark.add_argument("answers", type=Path, nargs="+", help="tables with answers, or folders of them")
    mark.add_argument("--roster", type=Path, required=True, help="the class list")
    mark.add_argument("--out", type=Path, default=Path("marks"), help="the folder to write to (marks)")
    mark.add_argument("--attempt", choices=ATTEMPTS, default="last", help="which attempt counts (last)")
    mark.add_argument("--codes", action="store_true", help="codes in place of names")
    mark.add_argument("--solutions", action="store_true", help="put the worked key into the feedback")
    mark.add_argument("--book", default="", help="the address of the book, for links")
    mark.add_argument("--words", type=Path, help="the table in-words.csv with the points that you gave")
    add_ways_back(mark)
    mark.set_defaults(run=_mark)

    add_commands(commands, class_list, _issued, _rule)
    code.add_commands(commands)
    return parser


def _labs(asked: argparse.Namespace) -> list[str]:
    wide = max(map(len, LABS))
    return [f"{lab.name:<{wide}}  {lab.title}: {', '.join(lab.asked)}" for lab in LABS.values()]


def _rule(asked: argparse.Namespace) -> Rule:
    return Rule(follows=asked.follows, short=asked.short, digits=asked.digits)


def _issued(asked: argparse.Namespace, create: bool = False) -> tuple[tuple[Issued, ...], list[str]]:
    lab = checked_lab(asked.lab)
    fresh = create and not asked.salt.exists()
    salt = read_salt(asked.salt, create)
    roster = read_roster(asked.roster, salt)
    told = [*roster.notes]
    if fresh:
        told.append(f"A new secret was written to {asked.salt}. Keep it: who was asked what follows from it.")
    return issue(roster, lab, salt), told


def _sheets(asked: argparse.Namespace) -> list[str]:
    issued, told = _issued(asked, create=True)
    told += write_sheets(issued, asked.out, _rule(asked), asked.course)
    return [
        *told,
        f"{len(issued)} sheets and keys are in {asked.out}. Give students what is in {asked.out / 'students'}.",
    ]


def _mark(asked: argparse.Namespace) -> list[str]:
    issued, told = _issued(asked)
    collected = [_collected(path, checked_lab(asked.lab), told) for path in _files(asked.answers)]
    submissions = [one for found in collected for one in found.submissions]
    told += [note for found in collected for note in found.notes]
    marks = mark_class(issued, submissions, _rule(asked), asked.attempt)
    if asked.words:
        marks = with_words(marks, asked.words)
    others = {name: getattr(asked, name) for name in ("course", "book", "codes", "solutions")}
    told += write_marks(marks, asked.out, _rule(asked), **others)
    return told + write_ways_back(asked, marks.marked)


def _files(given: list[Path]) -> list[Path]:
    """The tables that were named, and those in the folders that were."""
    found: list[Path] = []
    for path in given:
        found += sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not found:
        raise GraphError("No table with answers was found there.", "files that end in .csv", "the path of one.")
    return found


def _collected(path: Path, lab: Lab, told: list[str]) -> Collected:
    """What was handed in with a file; one of many that cannot be read stops nothing."""
    try:
        return read_answers(path, lab)
    except GraphError as error:
        told.append(f"{path.name} was left out. {error}")
        return Collected(())


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
