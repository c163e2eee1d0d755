"""The record of the sources: what they print, what we compute, and the verdict.

A row for each figure, formula and testable statement: of what Fantahun (2023) says of backpropagation and of its
section 4, of questions 2 and 3 of Singh (2024), of Chin (2021), of Kussainova's report, and of what Onghena and Hilt
print on their encoder. What is printed stands in `sources`, in a module for each source, and nothing else does: every
other number is computed, when it is asked for or in a sweep whose results are kept.
`rule` says how a verdict is found, `rows` how an author writes the record, and `page` shows it.

    python -m backprop_lib.record --csv FILE     writes the record as a table; - for standard output

Introduced in the chapter *Checking the sources*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from ..graph.errors import GraphError, brief, checked_choice, nearest
from . import page
from .page import COLUMNS, Row
from .rule import VERDICTS, Claim, told
from .sources import chin2021, chin2021_lab, fantahun2023, kussainova, onghena, singh2024

__all__ = ["COLUMNS", "SOURCES", "VERDICTS", "Row", "Source", "Table", "explained", "quoted", "row", "table"]


@dataclass(frozen=True)
class Source:
    """A document that the record checks: how it is cited, its label in the references, and its claims."""

    citation: str
    label: str
    claims: Sequence[Claim]


SOURCES = (
    Source("Fantahun (2023)", "fantahun2023", fantahun2023.CLAIMS),
    Source("Singh (2024)", "singh2024", singh2024.CLAIMS),
    Source("Chin (2021)", "chin2021", chin2021.CLAIMS + chin2021_lab.CLAIMS),
    Source("Kussainova", "kussainova", kussainova.CLAIMS),
    Source("Onghena and Hilt", "onghena", onghena.CLAIMS),
)


class Printer(Protocol):
    """What IPython prints with."""

    def text(self, words: str, /) -> None:
        """Print the words."""


class Table(tuple[Row, ...]):
    """Rows of the record; a notebook shows them as a table that can be filtered, without a script.

    Only the whole record gives its rows names to link to, so that no name stands twice in the book.
    """

    def counts(self) -> dict[str, int]:
        """How many rows have each verdict, in the order of `VERDICTS`."""
        found = Counter(row.verdict for row in self)
        return {verdict: found[verdict] for verdict in VERDICTS}

    def __repr__(self) -> str:
        told = ", ".join(f"{number} {verdict}" for verdict, number in self.counts().items())
        return f"A record of {len(self)} rows: {told}"

    def _repr_html_(self) -> str:
        labels = {source.citation: source.label for source in SOURCES}
        return page.table(self, labels, linked=len(self) == len(_CLAIMS))

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:
        """IPython would print a tuple, all rows of it."""
        printer.text(repr(self))


_CLAIMS = {claim.id: (source, claim) for source in SOURCES for claim in source.claims}


def table(source: str | None = None, verdict: str | None = None) -> Table:
    """The rows of the record in the order of the documents, all or some.

    Parameters
    ----------
    source : str, optional
        A citation, such as "Fantahun (2023)".
    verdict : str, optional
        "confirmed", "truncated", "ambiguous", "wrong" or "not checkable".

    Raises
    ------
    GraphError
        For a source or a verdict that there is not.
    """
    for role, given, known in (("source", source, [one.citation for one in SOURCES]), ("verdict", verdict, VERDICTS)):
        if given is not None:
            checked_choice(given, known, role, "table() shows all rows.")
    rows = (row(id) for id, (where, _) in _CLAIMS.items() if source in (None, where.citation))
    return Table(row for row in rows if verdict in (None, row.verdict))


def row(id: str) -> Row:
    """One row of the record, worked out; a GraphError for an id that there is not."""
    return _row(_claim(id)[1].id)


@cache
def _row(id: str) -> Row:
    source, claim = _claim(id)
    return Row(
        claim.id,
        source.citation,
        claim.location,
        claim.claim,
        claim.published,
        claim.computed,
        claim.verdict,
        claim.sentence,
    )


def explained(id: str) -> str:
    """What the reading of a row comes to, which its note names; a GraphError for an id that there is not.

    A row whose text fits has none: then it is the empty text.
    """
    _, claim = _claim(id)
    return "" if claim.explained is None else told(claim.explained)


def quoted(id: str) -> str:
    """What a row's source prints, in Markdown, linked to the row: `[0.291027924](#record-d34)`.

    For prose: `{{ quoted("D34") | text }}`. A GraphError for an id that there is not.
    """
    _, claim = _claim(id)
    words = claim.published.replace("-", "−") if _is_number(claim.published) else claim.published
    for sign in "\\`*_[]<>|$":
        words = words.replace(sign, f"\\{sign}")
    return f"[{words}](#{page.anchor(id).lower()})"


def _is_number(text: str) -> bool:
    return not text.strip("-0123456789.")


def _claim(id: str) -> tuple[Source, Claim]:
    if not (isinstance(id, str) and id in _CLAIMS):
        first, *_, last = _CLAIMS
        expected, hint = f"an id such as '{first}' or '{last}'", "table() shows all rows."
        raise GraphError(f"The row {brief(id)} was asked for.", expected, nearest(id, _CLAIMS, hint))
    return _CLAIMS[id]
