"""Moodle's cloze questions, read as Moodle reads them: the patterns of question/type/multianswer, and its first match.

Written after `qtype_multianswer_extract_question`, `qtype_multianswer_validate_question` and `qtype_numerical_answer`.
"""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass
from decimal import Decimal
from xml.etree import ElementTree as ET

FRACTION = r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%"
ANSWER = r".+?(?<!\\|&)(?<!&amp;)(?=[~#}]|$)"
FEEDBACK = r".*?(?<!\\)(?=[~}]|$)"
ALTERNATIVE = rf"({FRACTION})?({ANSWER})(#({FEEDBACK}))?"
PART = rf"\{{([0-9]*):(NUMERICAL|NM|SHORTANSWER|SA|MW):({ALTERNATIVE}(~{ALTERNATIVE})*)\}}"
NUMBER = r"-?(?:(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?)"

LEGAL = (
    *("100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20"),
    *("16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0"),
)
"""Per cent of credit that an answer may have: `question_bank::fraction_options`."""


class RefusedError(Exception):
    """What Moodle's import says no to."""


@dataclass(frozen=True)
class Alternative:
    """An answer that is listed, with its credit and its feedback."""

    answer: str
    tolerance: float
    percent: Decimal
    feedback: str


@dataclass(frozen=True)
class Part:
    """One box of a cloze question."""

    weight: int
    numerical: bool
    alternatives: tuple[Alternative, ...]

    @property
    def width(self):
        """The characters of a box in which nothing is typed, without the bit that is left to chance."""
        return max(1, *(len(one.answer) for one in self.alternatives))

    def match(self, typed: str) -> Alternative | None:
        """The first answer that what is typed fits."""
        if not self.numerical:
            return next((one for one in self.alternatives if re.fullmatch(_wildcards(one.answer), typed.strip())), None)
        value = numerical(typed)
        for one in self.alternatives:
            if one.answer == "*":
                return one
            answer = float(one.answer)
            if value is not None and abs(value - answer) <= one.tolerance + 1e-14 * max(1, abs(answer)):
                return one
        return None


def _wildcards(answer):
    return ".*".join(map(re.escape, answer.split("*")))


def numerical(typed: str) -> float | None:
    """A number as `qtype_numerical_answer_processor::apply_units` reads it."""
    text = re.sub(r"(?:e|E|(?:x|\*|×)10(?:\^|\*\*))([+-]?\d+)", r"e\1", typed.replace(" ", ""))
    text = text.replace(",", "") if "." in text or text.count(",") > 1 else text.replace(",", ".")
    return float(text) if re.fullmatch(r"[+-]?(?:\d+(?:\.\d*)?|\d*\.\d+)(?:e[-+]?\d+)?", text, re.ASCII) else None


@dataclass(frozen=True)
class Cloze:
    """A cloze question that was imported: its text with {#1}, {#2} and so on, its parts, its files by name."""

    name: str
    text: str
    parts: tuple[Part, ...]
    files: dict[str, bytes]


def questions(content: bytes) -> list[Cloze]:
    """The cloze questions of an XML file."""
    root = ET.fromstring(content)
    assert root.tag == "quiz"
    return [_question(question) for question in root.iterfind("question") if question.get("type") == "cloze"]


def _question(question):
    asked = question.find("questiontext")
    assert asked.get("format") == "html"
    files = {file.get("name"): base64.b64decode(file.text, validate=True) for file in asked.iterfind("file")}
    assert all(file.get("path") == "/" and file.get("encoding") == "base64" for file in asked.iterfind("file"))
    text, parts = asked.findtext("text"), []
    while found := re.search(PART, text, re.DOTALL):
        parts.append(_part(found))
        text = text.replace(found[0], f"{{#{len(parts)}}}", 1)
    if re.search(r"\{\d*:", text):
        raise RefusedError(f"a part that is none: {text}")
    for name in re.findall(r"@@PLUGINFILE@@/([^\"]+)", text):
        if name not in files:
            raise RefusedError(f"no file {name}")
    if not parts:
        raise RefusedError("no parts")
    return Cloze(question.findtext("name/text"), text, tuple(parts), files)


def _part(found):
    numerical, rest, alternatives = found[2] in ("NUMERICAL", "NM"), found[3], []
    while one := re.search(rf"~?{ALTERNATIVE}", rest, re.DOTALL):
        percent = Decimal(100) if one[1] == "=" else Decimal(one[2].replace(",", ".")) if one[2] else Decimal(0)
        if str(percent) not in LEGAL:
            raise RefusedError(f"{percent} per cent")
        feedback = html.unescape(one[5] or "").replace(r"\}", "}").replace(r"\#", "#")
        answer, tolerance = one[3], 0.0
        if numerical and (number := re.fullmatch(rf"({NUMBER})(?::({NUMBER}))?", answer, re.DOTALL)):
            answer, tolerance = number[1], float(number[2] or 0)
        elif numerical and answer.strip() != "*":
            raise RefusedError(f"{answer} is no number")
        alternatives.append(Alternative(answer, tolerance, percent, feedback))
        rest = rest.split(one[0], 1)[1]
    if not any(one.percent == 100 for one in alternatives):
        raise RefusedError("no answer with full credit")
    return Part(int(found[1] or 1), numerical, tuple(alternatives))
