"""The record as HTML: a plain table, which a style sheet sets as cards and filters, with no script."""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from ..readings.palette import notebook_style
from .rule import NOT_CHECKABLE, VERDICTS

ALL = "all"
SHORT = 16
"""Signs of a number: what is printed and computed leaves room for the note beside it."""
HIDDEN = 'style="display:none"'
"""On the element itself: JupyterLab takes the style sheet out of a notebook that is not trusted yet."""

HEADS = {
    "id": "Row",
    "verdict": "Verdict",
    "claim": "Claim",
    "published": "Printed",
    "computed": "Computed",
    "note": "Note",
    "where": "Where",
}


class Row(NamedTuple):
    """A row of the record, worked out: eight texts.

    Attributes
    ----------
    id : str
        A short name that stays, such as `D34`.
    source, location : str
        The citation, and where in the document it stands.
    claim, published : str
        What is printed there, in words, and as it is printed, with all its digits.
    computed : str
        What we compute: ten significant digits, or what a check found.
    verdict, note : str
        One of `VERDICTS`, and why.
    """

    id: str
    source: str
    location: str
    claim: str
    published: str
    computed: str
    verdict: str
    note: str

    @property
    def is_result(self) -> bool:
        """Whether the row is about one number that the source has worked out."""
        try:
            Decimal(self.published)
        except InvalidOperation:
            return False
        return self.verdict != NOT_CHECKABLE


COLUMNS = Row._fields


def anchor(id: str) -> str:
    """The name of a row on the page that shows the record."""
    return f"record-{id}"


def table(rows: Sequence[Row], labels: Mapping[str, str], linked: bool) -> str:
    """The rows as a table with its filters.

    Parameters
    ----------
    rows : sequence of Row
    labels : mapping of str to str
        For each citation, in order, its short name.
    linked : bool
        Whether rows get names to link to.
    """
    sources = {labels[row.source]: row.source for row in rows}
    verdicts = [verdict for verdict in VERDICTS if any(row.verdict == verdict for row in rows)]
    counts = Counter(pair for row in rows for pair in product((ALL, labels[row.source]), (ALL, slug(row.verdict))))
    # Radio buttons of one group share a name, which no other table on the page may have.
    group = hashlib.sha256(" ".join(row.id for row in rows).encode()).hexdigest()[:8]
    by_source = {ALL: "all", **sources}
    by_verdict = {ALL: "all", **{slug(verdict): signed(verdict) for verdict in verdicts}}
    empty = [pair for pair in product(sources, list(by_verdict)[1:]) if not counts[pair]]
    filters = [
        _filter("Source", f"source-{group}", by_source, by_verdict, lambda *chosen: counts[chosen]),
        _filter("Verdict", f"verdict-{group}", by_verdict, by_source, lambda *chosen: counts[chosen[::-1]]),
    ]
    heads = "".join(f'<th role="columnheader" scope="col">{head}</th>' for head in HEADS.values())
    body = "\n".join(_row(row, labels[row.source], linked) for row in rows)
    caption = "What the sources print, and what we compute, to ten significant digits."
    return (
        f'<div class="bp-record">\n<style>{_style()}{_rules(list(sources), list(by_verdict)[1:], empty)}</style>\n'
        f'<div class="bp-record-filters">{"".join(filters)}</div>\n'
        f'<p class="bp-record-none" role="status"><span {HIDDEN}>No row of this source has this verdict.</span></p>\n'
        f'<div class="bp-record-rows" role="region" aria-label="The rows of the record" tabindex="0">'
        f'<table role="table"><caption>{caption}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n<tbody role="rowgroup">\n{body}\n</tbody></table>'
        "</div>\n</div>"
    )


def slug(verdict: str) -> str:
    """A verdict as one word."""
    return verdict.replace(" ", "-")


def signed(verdict: str) -> str:
    """A verdict with its sign."""
    return f'<span aria-hidden="true">{VERDICTS[verdict]}</span> {verdict}'


def _filter(
    legend: str, name: str, choices: Mapping[str, str], others: Iterable[str], count: Callable[[str, str], int]
) -> str:
    """A group of radio buttons; each tells how many rows it shows under each choice of the other group."""
    options = "".join(
        f'<label><input type="radio" name="bp-{name}" value="{value}"{" checked" if value == ALL else ""}> {words} '
        + "".join(_counter(other, count(value, other)) for other in others)
        + "</label>"
        for value, words in choices.items()
    )
    return f'<fieldset class="bp-by-{legend.lower()}"><legend>{legend}</legend>{options}</fieldset>'


def _counter(under: str, number: int) -> str:
    return f'<span class="bp-count" data-under="{under}"{"" if under == ALL else f" {HIDDEN}"}>{number}</span>'


def _row(row: Row, label: str, linked: bool) -> str:
    cells = {
        "id": row.id,
        "verdict": signed(row.verdict),
        "claim": _text(row.claim),
        "published": _text(row.published),
        "computed": _text(row.computed),
        "note": _text(row.note),
        "where": _text(f"{row.source}, {row.location}"),
    }
    name = f' id="{anchor(row.id)}"' if linked else ""
    short = " data-short" if max(len(row.published), len(row.computed)) <= SHORT else ""
    told = "".join(
        f'<th role="rowheader" scope="row" class="bp-{key}">{cell}</th>'
        if key == "id"
        else f'<td role="cell" class="bp-{key}">{cell}</td>'
        for key, cell in cells.items()
    )
    return f'<tr role="row"{name} data-source="{label}" data-verdict="{slug(row.verdict)}"{short}>{told}</tr>'


def _text(words: str) -> str:
    """The text as HTML, with a true minus sign wherever none of a word's own hyphens stands."""
    return re.sub(r"(?<!\w)-", "−", html.escape(words))


@cache
def _style() -> str:
    lines = (Path(__file__).parent / "style.css").read_text(encoding="utf-8").splitlines()
    return notebook_style(".bp-record") + "\n".join(line for line in lines if not line.startswith("/*"))


def _rules(sources: Sequence[str], verdicts: Sequence[str], empty: Sequence[tuple[str, str]]) -> str:
    """What each choice hides and shows. A row that a link leads to stays."""
    rules = []
    for kind, other, values in (("source", "verdict", sources), ("verdict", "source", verdicts)):
        for value in values:
            chosen = f".bp-record:has(.bp-by-{kind} [value={value}]:checked)"
            rules.append(f"{chosen} tbody tr:not([data-{kind}={value}],:target){{display:none}}")
            rules.append(f"{chosen} .bp-by-{other} .bp-count{{display:none}}")
            rules.append(f"{chosen} .bp-by-{other} .bp-count[data-under={value}]{{display:inline!important}}")
    for source, verdict in empty:
        chosen = f":has(.bp-by-source [value={source}]:checked):has(.bp-by-verdict [value={verdict}]:checked)"
        rules.append(f".bp-record{chosen} .bp-record-none>span{{display:block!important}}")
    return "\n".join(rules)
