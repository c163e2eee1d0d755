"""A sheet of numbers worked out by hand, held against its problem: `check` says which are right, and what went wrong.

Names are read as people write them: `dE/dw5`, `∂E/∂w₅`, `dw5` and `d_E_total_d_w5` are one and the same.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..graph.errors import GraphError, brief, checked_choice, checked_mapping, nearest
from ..graph.validation import real_number
from ..networks.network import LAYOUTS, Example, checked_example
from ..readings.formula import HTML
from ..readings.palette import notebook_style
from .calculation import HandCalculation
from .judging import TOLERANCE, Judge, Verdict
from .numerals import Numeral, numeral

ERRORS = ("e", "etotal", "l", "j", "c", "loss", "cost", "error", "totalerror")
"""What the total error is called."""

UNIT_WORDS = {
    "net": ("net", "z", "in", "netinput"),
    "out": ("out", "a", "y", "o", "output", ""),
    "exp": ("exp", "e^", "enet"),
    "slope": ("slope", "f'", "sigma'", "dout/dnet", "doutdnet"),
    "arriving": ("arriving", *(f"d{e}/dout" for e in ERRORS), *(f"d{e}dout" for e in ERRORS)),
    "delta": ("delta", *(f"d{e}/dnet" for e in ERRORS), *(f"d{e}dnet" for e in ERRORS)),
}
"""What the numbers of a unit are called, before its name."""

MARKS = {
    "right": "✓",
    "follows": "→",
    "wrong": "✗",
    "short": "…",
    "cannot tell": "?",
    "unreadable": "?",
    "empty": "",
}


def plain(name: str) -> str:
    """A name in small letters and digits, as far as it is told from others."""
    text = unicodedata.normalize("NFKC", name).lower().replace("∂", "d").replace("δ", "delta").replace("σ", "sigma")
    text = re.sub(r"\^?\((\d+)\)$", r"ex\1", text.replace("′", "'").replace("η", "eta"))
    return re.sub(r"[\s_{}\\().·*^,:$]", "", text)


def spellings(calculation: HandCalculation) -> dict[str, str]:
    """The key of a number by each of the ways in which its name is written, all in `plain` letters."""
    network = calculation.network
    found: dict[str, str] = {}

    def known(key: str, names: Iterable[str]) -> None:
        for name in (key, *names):
            found.setdefault(plain(name), key)

    for line in calculation.lines:
        found[plain(line.key)] = line.key
    for n in network.example_numbers:
        end = network.suffix(n)
        for unit in network.units:
            for kind, words in UNIT_WORDS.items():
                if (key := f"{kind}_{unit}{end}") in calculation.by_key:
                    known(key, (f"{word}{unit}{end}" for word in words))
        if end:
            known(network.error_name(n), (f"{e}{end}" for e in ERRORS))
            for name in network.learned:
                key = f"d_{network.error_name(n)}_d_{name}"
                known(key, (f"{one}{end}" for one in _gradients_of(name)))
                known(key, (f"d{e}{mark}/d{name}" for e in ERRORS for mark in (end, n)))
    known("E_total", ERRORS)
    for name in network.learned:
        known(f"d_E_total_d_{name}", _gradients_of(name))
        known(f"{name}_next", (f"{name}new", f"new{name}", f"{name}+", f"{name}'", f"{name}neu", f"{name}updated"))
    return found


def _gradients_of(name: str) -> Iterator[str]:
    for e in ERRORS:
        yield f"d{e}/d{name}"
        yield f"d{e}d{name}"
    yield from (f"d{name}", f"grad{name}", f"{name}grad", f"gradientof{name}", f"g{name}")


def _arrays(calculation: HandCalculation, layout: str) -> dict[str, np.ndarray]:
    """For each name of a vector or matrix of a layer, the keys of its elements; of several examples, a row each."""
    network = calculation.network
    found: dict[str, np.ndarray] = {}
    by_ends = {(c.source, c.target): c.name for c in network.connections}
    for k, (below, above) in enumerate(zip(network.layers, network.layers[1:], strict=False), 1):
        for kind, words in UNIT_WORDS.items():
            rows = [[f"{kind}_{unit}{network.suffix(n)}" for unit in above] for n in network.example_numbers]
            if all(key in calculation.by_key for row in rows for key in row):
                keys = np.array(rows if network.examples > 1 else rows[0], dtype=object)
                found |= {f"{word}{k}": keys for word in words if word}
        names = [[by_ends.get((a, b), "") for b in above] for a in below]
        biases = [by_ends.get(("1", b), "") for b in above]
        for letter, table in (("w", names), ("b", biases)):
            matrix = np.array(table, dtype=object)
            matrix = matrix.T if layout == "out, in" and letter == "w" else matrix
            if (matrix != "").all() and set(matrix.flat) <= set(network.learned):
                gradients = np.vectorize("d_E_total_d_{}".format, otypes=[object])(matrix)
                found |= {plain(one): gradients for one in _gradients_of(f"{letter}{k}")}
                following = np.vectorize("{}_next".format, otypes=[object])(matrix)
                found |= {f"{letter}{k}{one}": following for one in ("next", "new", "+", "'", "updated")}
    return found


def read_sheet(
    calculation: HandCalculation, sheet: Mapping[str, Any], layout: str = "in, out"
) -> tuple[dict[str, Numeral], dict[str, str]]:
    """The numbers of a sheet by the keys of their lines, and the names that nobody knows, each with a hint."""
    known, arrays = spellings(calculation), _arrays(calculation, layout)
    found: dict[str, Numeral] = {}
    unknown: dict[str, str] = {}
    for name, written in checked_mapping(sheet, "A sheet", '{"out_h1": 0.5933, "dE/dw5": "0,0822"}').items():
        letters, told = (plain(name), name) if isinstance(name, str) else ("", brief(name))
        values = _listed_values(written)
        if values is not None:
            keys = arrays.get(letters)
            if keys is None:
                unknown[told] = (
                    "vectors and matrices are called net1, out1, delta1, dW1, db1, W1_next and so on, by layer"
                )
            elif values.shape != keys.shape:
                shape = f"shape {keys.shape}, and this one has {values.shape}"
                hint = ", its transpose: say layout" if values.shape == keys.shape[::-1] != keys.shape else ""
                unknown[told] = f"it should be of {shape}{hint}"
            else:
                found |= {key: numeral(value) for key, value in zip(keys.flat, values.flat, strict=True)}
        elif letters in known:
            found[known[letters]] = numeral(written)
        else:
            unknown[told] = nearest(told, [*calculation.by_key], "names such as out_h1, delta_o1, dE/dw5 and w5_next")
    return found, unknown


def _listed_values(written: Any) -> np.ndarray | None:
    """What was given as a list or matrix; None if it is one number, or nothing that can be read so."""
    if not isinstance(written, list | tuple | np.ndarray):
        return None
    try:
        values = np.array(written, dtype=object)
    except Exception:  # whatever the members of a list do when they are asked for their length
        return None
    return values if values.ndim else None


@dataclass(frozen=True)
class SheetReport:
    """What `check` found.

    Attributes
    ----------
    calculation : HandCalculation
    sheet : dict of str to Numeral
        What was written down, by the key of its line.
    verdicts : dict of str to Verdict
        In the order of the calculation.
    unknown : dict of str to str
        Names that are no number of this calculation, each with a hint.
    """

    calculation: HandCalculation
    sheet: Mapping[str, Numeral]
    verdicts: Mapping[str, Verdict]
    unknown: Mapping[str, str]

    @cached_property
    def words(self) -> dict[str, str]:
        """What to call each number in a sentence."""
        return calculation_words(self.calculation)

    @property
    def right(self) -> int:
        """How many numbers are right, those included that follow from earlier ones."""
        return sum(verdict.kind in ("right", "follows") for verdict in self.verdicts.values())

    def says(self, key: str) -> str:
        """What is said of one number, in a sentence or two; nothing if it is right."""
        return saying(self.calculation, self.verdicts[key], self.sheet, self.words)

    @property
    def summary(self) -> str:
        """The sheet in a sentence."""
        judged = [verdict for verdict in self.verdicts.values() if verdict.kind != "empty"]
        counts = {kind: sum(v.kind == kind for v in judged) for kind in MARKS}
        told = [f"{counts['right']} of {len(judged)} numbers are right"]
        told += [f"{counts['follows']} follow from earlier ones"] * bool(counts["follows"])
        others = (
            ("wrong", "wrong"),
            ("short", "too short"),
            ("cannot tell", "undecided"),
            ("unreadable", "unreadable"),
        )
        told += [f"{counts[kind]} {word}" for kind, word in others if counts[kind]]
        return ", ".join(told) + "."

    def text(self) -> str:
        """The summary, then a line for every number that is not right."""
        lines = [self.summary]
        for key, verdict in self.verdicts.items():
            if says := self.says(key):
                lines.append(f"{MARKS[verdict.kind]} {self.words[key]} ({key}), {self.sheet[key].text}: {says}")
        lines += [f"? “{name}” is no number of this calculation: {hint}" for name, hint in self.unknown.items()]
        return "\n".join(lines)

    def data(self) -> list[dict[str, Any]]:
        """A record for each number: its key, what was written, the verdict, the mistakes by name, and the words."""
        return [
            {
                "key": key,
                "written": self.sheet[key].text,
                "kind": verdict.kind,
                "mistakes": [slip.name for _, slip in verdict.slips],
                "made in": [line for line, _ in verdict.slips],
                "follows from": list(verdict.earlier),
                "says": self.says(key),
            }
            for key, verdict in self.verdicts.items()
        ]

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        rows = [
            (HTML.symbol(key), self.sheet[key].text, MARKS[verdict.kind], self.says(key) or verdict.kind)
            for key, verdict in self.verdicts.items()
        ]
        rows += [
            (html.escape(name), "", "?", f"no number of this calculation: {hint}")
            for name, hint in self.unknown.items()
        ]
        body = "".join(
            f'<tr><th scope="row">{symbol}</th><td>{html.escape(written)}</td>'
            f'<td><span aria-hidden="true">{mark}</span> {html.escape(says)}</td></tr>'
            for symbol, written, mark, says in rows
        )
        heads = "".join(f'<th scope="col">{head}</th>' for head in ("number", "yours", "verdict"))
        style = f"<style>{notebook_style('.bp-sheet-report')}</style>"
        return (
            f'<div class="bp-sheet-report">{style}<p>{html.escape(self.summary)}</p>'
            f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
        )


def check(
    example: Example, sheet: Mapping[str, Any], layout: str = "in, out", tolerance: float = TOLERANCE
) -> SheetReport:
    """Hold a sheet that was filled by hand against its problem.

    Each number is judged from the numbers that its writer had before it, so that an error carried forward is no new
    error; a wrong one is held against every known mistake. What was not written down is worked out from what was.

    Parameters
    ----------
    example : Example
        The network and its given numbers.
    sheet : mapping of str to number or text
        What was written down, by name, such as "net_h1", "delta_o1", "dE/dw5" or "w5_next"; of a whole layer as a
        list or matrix: "out1", "dW1", "db1". Give texts where the digits count: "0.5900" has four of them.
    layout : str
        Which axis of a matrix counts the units below: "in, out" or "out, in".
    tolerance : float
        How far a number may be off and still be right, as a part of itself; of a new weight, of the step it made.

    Returns
    -------
    SheetReport
        Shows itself as text and in a notebook; `data()` for programs.

    Raises
    ------
    GraphError
        If the example or the sheet is none.

    Notes
    -----
    Introduced in the chapter *Your own network*.

    Examples
    --------
    >>> from backprop_lib.networks.network import SOURCES
    >>> print(check(SOURCES, {"w5_next": 0.4411}))
    0 of 1 numbers are right, 1 wrong.
    ✗ the new value of w5 (w5_next), 0.4411: This number comes out if the step is added. Go against the gradient: \
old − η · gradient.
    """
    checked_example(example)
    checked_choice(layout, LAYOUTS, "layout", "'in, out' for a row for each unit below.")
    tolerance = real_number(tolerance, "The tolerance")
    if not 0 <= tolerance < 1:
        raise GraphError(f"A tolerance of {tolerance:g}.", "a part between 0 and 1", "0.005 for half a percent.")
    calculation = HandCalculation(example.network)
    found, unknown = read_sheet(calculation, sheet, layout)
    return SheetReport(calculation, found, Judge(calculation, example, found, tolerance).verdicts, unknown)


def calculation_words(calculation: HandCalculation) -> dict[str, str]:
    """What to call each number of a calculation in a sentence: "the net input of h1"."""
    return {**calculation.network.words, **{line.key: line.title for line in calculation.lines}}


SAYINGS = {
    "unreadable": "“{text}” is not a number that can be read here. Try something like −0.123, 0,123 or 3e-4.",
    "short": "Right as far as it goes; write more digits.",
    "follows": "It follows from {earlier}, so look there first.",
    "alike": "It goes with your number for {names}: what may have happened there gives this one as well.",
    "yours": "your number for {names}",
    "not yours": "{names}, which is not on the sheet and was not right",
    "none of yours": "{names}, which are not on the sheet and were not all right",
    "cannot tell": "This does not fit, and from here nobody can tell where it went wrong.",
    "missing": "This does not fit, and from here nobody can tell where it went wrong: write down {names} as well.",
    "slips": "This number comes out if {causes}. {advice}",
    "slips too": "It comes out as well if {causes}. {advice}",
    "elsewhere": "{told} (this would be {line}, which is not on the sheet)",
    "sign": "The size is right, the sign is not.",
    "power of ten": "The digits are right, the decimal point is not.",
    "another": "That is {name}; something else is asked here.",
    "wrong": "None of the known mistakes gives this number: work it out once more.",
}
"""What is said of a number; a page says the same."""

MOST_LISTED = 3
"""Earlier numbers that are named in a sentence."""


def saying(
    calculation: HandCalculation, verdict: Verdict, sheet: Mapping[str, Numeral], words: Mapping[str, str]
) -> str:
    """The sentence on a verdict, which does not give the right number away; nothing where all is well."""
    key, told = verdict.key, SAYINGS
    on_sheet = {name for name, found in sheet.items() if found.value is not None}
    match verdict.kind:
        case "right" | "empty":
            return ""
        case "unreadable":
            return told["unreadable"].format(text=sheet[key].text.strip())
        case "follows" if verdict.note == "alike":
            return told["alike"].format(names=words[verdict.earlier[0]])
        case "follows":
            written = [words[name] for name in verdict.earlier if name in on_sheet]
            others = [words[name] for name in verdict.earlier]
            form = "yours" if written else "none of yours" if len(others) > 1 else "not yours"
            earlier = told[form].format(names=_listed((written or others)[:MOST_LISTED]))
            return told["follows"].format(earlier=earlier)
        case "cannot tell":
            needs = calculation.by_key[key].needs
            missing = [words[name] for name in needs if name in calculation.by_key and name not in on_sheet]
            return told["missing"].format(names=_listed(missing[:2])) if missing else told["cannot tell"]
        case "short":
            return told["short"]
    if verdict.slips:
        causes: dict[str, list[str]] = {}
        for line, slip in verdict.slips:
            told_of = slip.told if line == key else told["elsewhere"].format(told=slip.told, line=words[line])
            causes.setdefault(slip.advice, []).append(told_of)
        return " ".join(
            told["slips too" if k else "slips"].format(causes=", or if ".join(one), advice=advice)
            for k, (advice, one) in enumerate(causes.items())
        )
    if verdict.note in ("", "sign", "power of ten"):
        return told[verdict.note or "wrong"]
    return told["another"].format(name=words[verdict.note])


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
