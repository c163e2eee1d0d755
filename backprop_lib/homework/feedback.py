"""What a student gets back: the points, what is said of each number, and where in the book to read."""

from __future__ import annotations

import html

from ..by_hand.sheet import calculation_words
from ..readings.formula import HTML
from .in_words import MOST
from .marking import VERDICTS, Marked, MarkedCell, Rule
from .pages import table
from .sheets import key

SIGNS = {
    "right": "✓",
    "follows": "→",
    "repeated": "↻",
    "short": "…",
    "wrong": "✗",
    "empty": "–",
    "unreadable": "?",
}
"""Each verdict has a sign beside its word, and its colour says nothing more."""

READ = {
    "net": ("by-hand", "By hand"),
    "exp": ("vectors-and-tensors", "Vectors and tensors"),
    "out": ("sigmoid", "The sigmoid"),
    "slope": ("sigmoid", "The sigmoid"),
    "error": ("one-weight", "One weight"),
    "off": ("chain-rule", "The chain rule"),
    "arriving": ("backpropagation", "Backpropagation"),
    "delta": ("backpropagation", "Backpropagation"),
    "product": ("by-hand", "By hand"),
    "gradient": ("by-hand", "By hand"),
    "next": ("one-weight", "One weight"),
}
"""The page of the book that explains a kind of line; others are explained in *By hand*."""


def points(marked: Marked) -> str:
    """The points in a few words: "8.5 of 11 points"."""
    return f"{marked.points:g} of {marked.out_of:g} points"


def sentence(marked: Marked) -> str:
    """The marks in one sentence, for a file that a course system takes."""
    if marked.status != "marked":
        return "Nothing was handed in."
    told = [f"{cell.key}: {VERDICTS[cell.verdict]}. {cell.says}".strip() for cell in marked.cells if not _is_fine(cell)]
    return " ".join([f"{points(marked)}.", *(told or ["All numbers are right."])])


def _is_fine(cell: MarkedCell) -> bool:
    return cell.verdict == "right"


def feedback(marked: Marked, rule: Rule, book: str = "", course: str = "", solutions: bool = False) -> str:
    """The feedback for one student, as the inside of a page.

    Parameters
    ----------
    marked : Marked
    rule : Rule
    book : str, optional
        The address of the book, for links; without one its pages are named.
    course : str, optional
    solutions : bool, optional
        Whether the worked key follows.
    """
    issued, student = marked.issued, marked.student
    words = calculation_words(issued.calculation)
    name = html.escape(student.name or student.id)
    top = f'<p class="muted">{html.escape(course)}</p>' if course else ""
    head = (
        f"{top}<h1>{html.escape(issued.lab.title)}: marks</h1>"
        f'<p class="who"><span>{name}</span><span>code <span class="code">{student.code}</span></span>'
        f'<span class="points">{points(marked)}</span></p>'
    )
    if marked.status != "marked":
        return f"{head}<p>Nothing was handed in.</p>"
    rows = [_row(k, cell, words[cell.key]) for k, cell in enumerate(marked.cells, 1)]
    first = next((cell for cell in marked.cells if cell.verdict in ("wrong", "unreadable", "empty")), None)
    lead = (
        f"<p>Begin with {html.escape(words[first.key])}: it is the first number that is not right.</p>"
        if first
        else f"<p>Every number is right, or follows from yours{_too_short(marked)}.</p>"
    )
    rules = "".join(f"<li>{one}</li>" for one in rule.sentences)
    worked = f'<section class="key">{key(issued)}</section>' if solutions else ""
    return (
        f"{head}{lead}{table(('number', 'yours', 'verdict', 'points'), rows, kind='marks')}"
        f'{_in_words(marked)}{_reading(marked, book)}<h2>How it was marked</h2><ul class="rule">{rules}</ul>{worked}'
    )


def _too_short(marked: Marked) -> str:
    count = sum(cell.verdict == "short" for cell in marked.cells)
    return f"; {count} of them {'has' if count == 1 else 'have'} too few digits" if count else ""


def _in_words(marked: Marked) -> str:
    """The question in words, what was written, and the points for it, once a person has given them."""
    if not marked.in_words and marked.words is None:
        return ""
    given = "not marked yet" if marked.words is None else f"{marked.words:g} of {MOST} points"
    answer = html.escape(marked.in_words) or "Nothing was written here; it may stand on paper."
    question = html.escape(marked.issued.lab.explain)
    return f'<h2>In words: {given}</h2><p class="muted">{question}</p><p>{answer}</p>'


def _row(k: int, cell: MarkedCell, words: str) -> tuple[str, ...]:
    verdict = (
        f'<span class="verdict-{cell.verdict}"><span aria-hidden="true">{SIGNS[cell.verdict]}</span> '
        f"{VERDICTS[cell.verdict]}</span>"
    )
    says = f'<span class="says">{html.escape(cell.says)}</span>' if cell.says else ""
    written = html.escape(cell.written if len(cell.written) <= 40 else f"{cell.written[:39]}…")
    name = f'{k}. {HTML.symbol(cell.key)} <span class="says">{html.escape(words)}</span>'
    return name, f'<span class="written">{written}</span>', verdict + says, f"{cell.points:g}"


def _reading(marked: Marked, book: str) -> str:
    """The pages to read, the one for most of what went wrong first."""
    by_key = marked.issued.calculation.by_key
    found: dict[tuple[str, str], list[str]] = {}
    for cell in marked.cells:
        if cell.verdict in ("wrong", "repeated"):
            name, title = READ.get(by_key[cell.key].kind, ("by-hand", "By hand"))
            found.setdefault((name, title), []).append(cell.key)
    if not found:
        return ""
    ordered = sorted(found.items(), key=lambda one: -len(one[1]))
    items = []
    for (name, title), keys in ordered:
        link = f'<a href="{html.escape(book.rstrip("/"))}/{name}.html">{title}</a>' if book else f"<em>{title}</em>"
        items.append(f"<li>{link}: {', '.join(map(HTML.symbol, keys))}</li>")
    return f"<h2>Where to read</h2><ul>{''.join(items)}</ul>"
