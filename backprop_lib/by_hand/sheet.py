"""A sheet of numbers worked out by hand, held against its problem: `check` says which are right, and what went wrong.

Names are read as people write them: `dE/dw5`, `∂E/∂w₅`, `dw5` and `d_E_total_d_w5` are one and the same.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..graph.errors import GraphError, brief, checked_choice, checked_mapping, nearest
from ..graph.validation import real_number
from ..networks.network import LAYOUTS, Example, checked_example
from ..readings.formula import HTML
from ..readings.palette import notebook_style
from .calculation import HandCalculation
from .judging import ROUNDED, TOLERANCE, Judge, Verdict
from .numerals import LONGEST, Numeral, is_doubtful, is_too_long, numeral, readings_of

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

OF_UNITS = tuple(f"{kind}_" for kind in UNIT_WORDS)
"""What the keys of these numbers begin with."""

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


@dataclass
class Reading:
    """What a sheet says, by the keys of its lines.

    Attributes
    ----------
    numbers : dict of str to Numeral
        Of a number that stands there twice and differs, the texts, which are no number.
    twice : dict of str to dict
        The names of these, each with its text.
    problems : dict of str to str
        Names of which nothing was taken, or not as it stands, each with a sentence.
    squares : dict of str to ndarray
        The keys of square matrices, which may be transposed and have the same shape.
    """

    numbers: dict[str, Numeral] = field(default_factory=dict)
    twice: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    squares: dict[str, np.ndarray] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, name: str, written: Any) -> None:
        """One number more; of two that agree, that with more digits stays."""
        one, other = numeral(written), self.numbers.get(key)
        if other is None:
            self.numbers[key], self._names[key] = one, name
        elif key not in self.twice and _agree(one, other):
            self.numbers[key] = max(other, one, key=lambda found: found.digits)
        else:
            texts = self.twice.setdefault(key, {self._names[key]: other.text})
            texts[name] = one.text
            self.numbers[key] = Numeral(", ".join(texts.values()))


def _agree(one: Numeral, other: Numeral) -> bool:
    """Whether one may be the other, rounded."""
    if one.value is None or other.value is None:
        return one.text.strip() == other.text.strip()
    return abs(one.value - other.value) <= ROUNDED * max(one.half, other.half)


def read_sheet(calculation: HandCalculation, sheet: Mapping[str, Any], layout: str = "in, out") -> Reading:
    """The numbers of a sheet by the keys of their lines, and what could not be taken, each with a hint."""
    known, arrays = spellings(calculation), _arrays(calculation, layout)
    found = Reading()
    for name, written in checked_mapping(sheet, "A sheet", '{"out_h1": 0.5933, "dE/dw5": "0,0822"}').items():
        letters, told = (plain(name), name) if isinstance(name, str) else ("", brief(name))
        keys = arrays.get(letters)
        one = letters in known or (keys is not None and keys.size == 1)
        values = _listed_values(written, None if one and numeral(written).value is not None else keys)
        if one and isinstance(written, str) and values is not None and keys is not None and values.shape != keys.shape:
            values = None  # a text under the name of a number, and no matrix that has the same name
        if values is None and one:
            found.add(known[letters] if letters in known or keys is None else keys.flat[0], told, written)
        elif keys is None:
            names = [*calculation.by_key], "names such as out_h1, delta_o1, dE/dw5 and w5_next"
            hint = nearest(told, *names) if values is None else LAYERS_HINT
            found.problems[told] = f"“{told}” is no number of this calculation: {hint}"
        elif values is None or values.shape != keys.shape:
            found.problems[told] = f"“{told}” {_misshapen(keys, values)}"
        else:
            for key, value in zip(keys.flat, values.flat, strict=True):
                found.add(key, told, value)
            if keys.ndim == 2 and keys.shape == keys.shape[::-1] != (1, 1):
                found.squares[told] = keys
    return found


LAYERS_HINT = "vectors and matrices are called net1, out1, delta1, dW1, db1, W1_next and so on, by layer"


def _misshapen(keys: np.ndarray, values: np.ndarray | None) -> str:
    """What a vector or matrix of a layer should be, of which one number was given, or one of another shape."""
    several, first = "matrix" if keys.ndim > 1 else "vector", keys.flat[0]
    if values is None:
        return f"is a {several} of shape {keys.shape}: give all of its numbers as a list; one of them is called {first}"
    should = f"should be of shape {keys.shape}, and has {values.shape}"
    weights = not first.startswith(OF_UNITS)
    if values.shape == keys.shape[::-1] != keys.shape:
        return f"{should}, its transpose: {SAY_LAYOUT if weights else 'give a row for each example'}"
    for shape in (keys.shape, keys.shape[::-1]) if weights and keys.ndim == 2 else ():
        if values.shape in ((shape[0] + 1, shape[1]), (shape[0], shape[1] + 1)):
            return f"{should}: if one row or column of it belongs to biases, give that one apart, as in db1 or b1_next"
    return should


SAY_LAYOUT = "say layout, which is 'in, out' for a row for each unit below, or 'out, in'"


def _listed_values(written: Any, keys: np.ndarray | None) -> np.ndarray | None:
    """What was given as a list or matrix, or as the text of one; None if it is one number, or cannot be read so."""
    if isinstance(written, str) and keys is not None:
        return _typed_values(written, keys)
    if not isinstance(written, list | tuple | np.ndarray):
        return None
    try:
        values = np.array(written, dtype=object)
    except Exception:  # whatever the members of a list do when they are asked for their length
        return None
    return values if values.ndim else None


def _typed_values(text: str, keys: np.ndarray) -> np.ndarray | None:
    """A text as rows of numbers: of the ways in which it can be read, that which has the right shape, or the first."""
    found = []
    for rows in readings_of(text):
        if len({len(row) for row in rows}) == 1 and all(
            numeral(cell).value is not None for row in rows for cell in row
        ):
            values = np.array(rows, dtype=object)
            found.append(values.ravel() if keys.ndim == 1 and 1 in values.shape else values)
    fitting = [values for values in found if values.shape == keys.shape]
    return next(iter(fitting + [values for values in found if values.size > 1]), None)


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
    problems : dict of str to str
        Names of which nothing was taken, or not as it stands, each with a sentence.
    twice : dict of str to dict
        Of a number that stands there under two names and differs, the names, each with its text.
    """

    calculation: HandCalculation
    sheet: Mapping[str, Numeral]
    verdicts: Mapping[str, Verdict]
    problems: Mapping[str, str]
    twice: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

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
        if key in self.twice:
            numbers = _listed([f"{text} for {name}" for name, text in self.twice[key].items()])
            return SAYINGS["twice"].format(numbers=numbers)
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
        return "\n".join([*lines, *(f"? {says}." for says in self.problems.values())])

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
        rows += [(html.escape(name), "", "?", f"{says}.") for name, says in self.problems.items()]
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
        list, matrix or text of one: "out1", "dW1", "db1". Give texts where the digits count: "0.5900" has four.
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
    found = read_sheet(calculation, sheet, layout)
    verdicts = Judge(calculation, example, found.numbers, tolerance).verdicts
    for name, keys in found.squares.items():
        turned = found.numbers | {a: found.numbers[b] for a, b in zip(keys.flat, keys.T.flat, strict=True)}
        if all(verdicts[key].kind in FITTING for key in keys.flat):
            continue
        others = Judge(calculation, example, turned, tolerance).verdicts
        if all(others[key].kind in FITTING for key in keys.flat):
            say = "give a row for each example" if keys.flat[0].startswith(OF_UNITS) else SAY_LAYOUT
            found.problems[name] = f"“{name}” has the right numbers, transposed, and is judged so: {say}"
            found.numbers, verdicts = turned, others
    return SheetReport(calculation, found.numbers, verdicts, found.problems, found.twice)


FITTING = ("right", "follows", "short")
"""The verdicts on numbers that are what somebody would write who made no mistake there."""


def calculation_words(calculation: HandCalculation) -> dict[str, str]:
    """What to call each number of a calculation in a sentence: "the net input of h1"."""
    return {**calculation.network.words, **{line.key: line.title for line in calculation.lines}}


SAYINGS = {
    "unreadable": "“{text}” is not a number that can be read here. Try something like −0.123, 0,123 or 3e-4.",
    "too long": f"More than {LONGEST} characters are not read as a number here: write fewer digits.",
    "read as": "“{text}” was read as {number}: a comma that stands alone begins the decimals here.",
    "twice": "The sheet says {numbers}, and these are one number: which of them is meant?",
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
    says, text = _saying(calculation, verdict, sheet, words), sheet[verdict.key].text.strip()
    if says and is_doubtful(text):
        return f"{says} {SAYINGS['read as'].format(text=text, number=text.replace(',', '.'))}"
    return says


def _saying(
    calculation: HandCalculation, verdict: Verdict, sheet: Mapping[str, Numeral], words: Mapping[str, str]
) -> str:
    key, told = verdict.key, SAYINGS
    on_sheet = {name for name, found in sheet.items() if found.value is not None}
    match verdict.kind:
        case "right" | "empty":
            return ""
        case "unreadable":
            kind = "too long" if is_too_long(sheet[key].text) else "unreadable"
            return told[kind].format(text=sheet[key].text.strip())
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
