"""Find numbers typed in the prose of the book: every figure a reader sees is computed, or it drifts.

    python -m tools.text.typed_numbers    prints file:line: number; 1 if any

Prose is what a reader reads: text, mathematics, headings, tables, captions and alternative texts.  Code,
labels, link targets and references are not.  Small whole numbers (to 99) are words of the language; a
decimal, a percentage, a power of ten, a thousands separator or a third digit makes a figure.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.text.prose import regions

ROOT = Path(__file__).resolve().parents[2]
ADVICE = "compute it in a code cell and write {{ name | format }}; if it needs no computing, see CONTEXTS"
HIDDEN = "\0"  # stands for each character that is not prose: neither a space nor part of a word

_SPACE = "[ \u00a0\u2009\u202f]"
_GROUPED = rf"[1-9]\d{{0,2}}(?:(?:,|\{{,\}}|\\,|{_SPACE})\d{{3}})+(?!\d)"
FIGURE = re.compile(
    rf"""(?<!\d)(?<!\d\.)(?:
        10 \^ (?: \{{ [-+−]?\d+ \}} | [-+−]?\d+ ) | 10 [⁺⁻]?[⁰¹²³⁴-⁹]+      # a power of ten
      | (?: {_GROUPED} | \d+ | (?<!\.) ) (?:\.\d+)+ (?: [eE][-+−]?\d+ )?      # a decimal, or 6.5.5
      | \d+ [eE][-+−]?\d+                                                     # 1e-5
      | {_GROUPED}                                                            # 10,000
      | \d+ (?= (?:{_SPACE}|\\,|\$){{0,3}} (?: \\?% | per[ ]?cent\b ) )        # 12 %
      | \d{{3,}}                                                              # 784
    )""",
    re.X,
)

PRODUCTS = [
    "Python", "Jupyter Book", "JupyterLab", "Jupyter Notebook", "Jupytext", "MyST-NB", "Sphinx",
    "nbval", "nbgrader", "NumPy", "SymPy", "Matplotlib", "ipywidgets", "anywidget", "Numba", "Dask",
    "PyTorch", "JAX", "autograd", "micrograd", "Node", "Node.js", "KaTeX", "MathJax", "Firefox",
    "Chrome", "Chromium", "Safari", "Ubuntu", "Debian", "macOS", "Windows", "WCAG", "CC BY", "CC BY-SA",
    "ECMAScript", "SVG", "HTML", "CSS", "Version", "version", "versions",
]  # fmt: skip
PLACES = [
    "chapter", "section", "equation", "figure", "table", "page", "algorithm", "exercise", "theorem",
    "volume", "line", "part",
]  # fmt: skip
PLACES_IN_SHORT = ["sec", "eq", "fig", "p", "vol", "alg"]  # before a full stop
SERIES = ["arXiv", "doi", "ISBN", "ISSN", "RFC", "ISO", "IEEE", "PEP", "UTF", "SHA", "HTTP"]
# A number before one of these words counts something, whatever stands before it.
COUNTED = [
    "cell", "epoch", "example", "figure", "image", "input", "iteration", "line", "node", "number",
    "operation", "output", "parameter", "point", "round", "run", "sample", "second", "statement", "step",
    "unit", "update", "value", "weight",
]  # fmt: skip
MEASURED = ["passes", "times", "ms", "µs", "s"]


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"


_IS_COUNT = rf"(?:\d|[.,]\d|\s*%|\s+(?:per ?cent|{_any_of(COUNTED)}s?|{_any_of(MEASURED)})\b)"
_NUMBERED = rf"\(?[1-9]\d*(?:\.\d+)*[a-z]?\)?(?!{_IS_COUNT})"
_VERSION = rf"v?\d{{1,3}}(?:\.\w+)*(?!{_IS_COUNT})"

# What excuses a figure: the words around it, and why.  In mathematics nothing does.
CONTEXTS = {
    "a date": r"\b(?:19|20)\d\d-\d\d-\d\d\b",
    "a year": rf"(?<![\w.,=×−-])(?<![=×−]\s)(?:19|20)\d\d(?!\w|{_IS_COUNT})",
    "a version is the name of a release": (
        rf"\b{_any_of(PRODUCTS)}[\s*]+{_VERSION}"
        rf"(?:(?:\s*–\s*|\s+(?:to|and|or)\s+){_VERSION})*"
    ),
    "a place in a source": (
        rf"(?i:\b{_any_of(PLACES)}|\b{_any_of(PLACES_IN_SHORT)}\.|§)\s*{_NUMBERED}(?:\s*[–-]\s*{_NUMBERED})?"
    ),
    "places in a source": (
        rf"(?i:\b{_any_of(PLACES)}s|\b(?:{_any_of(PLACES_IN_SHORT)}s|pp)\.|§§)\s*{_NUMBERED}"
        rf"(?:(?:\s*[,–-]\s*|\s+(?:to|and|or)\s+){_NUMBERED})*"
    ),
    "the number of a source": r"(?<![\w.,^])00[0-4](?!\w|[.,]\d|\s*%)",
    "the number of a standard or a publication": rf"\b{_any_of(SERIES)}[\s:-]{{1,2}}[\dX][\w./-]*",
}
EXCUSED = re.compile("|".join(CONTEXTS.values()))


@dataclass(frozen=True)
class Finding:
    """A typed figure: where it stands and the line it stands in."""

    page: str
    line: int
    figure: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.figure}    in: {self.sentence}"


def typed_numbers(text: str, page: str = "") -> list[Finding]:
    """The figures typed in the prose of one page, in order."""
    prose, is_math = _prose(text)
    excused = [found.span() for found in EXCUSED.finditer(prose)]
    lines = text.split("\n")
    findings = []
    for found in FIGURE.finditer(prose):
        start, end = found.span()
        is_excused = any(first <= start and end <= last for first, last in excused)
        if not is_math[start] and (is_excused or _ends_a_name(prose, start)):
            continue
        line = text.count("\n", 0, start) + 1
        findings.append(Finding(page, line, found[0].strip(), lines[line - 1].strip()))
    return findings


def _prose(text: str) -> tuple[str, list[bool]]:
    """The page with all but its prose hidden, and for each character whether it is mathematics."""
    shown, is_math = [], []
    for region in regions(text):
        words = text[region.start : region.end]
        shown.append(words if region.kind == "prose" else re.sub(r"[^\n]", HIDDEN, words))
        is_math += [region.in_math] * len(words)
    return "".join(shown), is_math


def _ends_a_name(prose: str, start: int) -> bool:
    """Whether the digits are part of a word, as in float128 (in mathematics `\\times0.5` is not a word)."""
    before = prose[start - 1 : start]
    return before.isalnum() or before == "_"


def in_book(root: Path = ROOT) -> list[Finding]:
    """The figures typed anywhere in `book/`: chapters and plain pages."""
    pages = sorted((root / "book").rglob("*.md"))
    return [
        finding
        for page in pages
        for finding in typed_numbers(page.read_text(encoding="utf-8"), page.relative_to(root).as_posix())
    ]


def main(root: Path = ROOT) -> int:
    """The command line; returns its exit status."""
    findings = in_book(root)
    for finding in findings:
        print(finding)
    if findings:
        print(f"\n{len(findings)} typed: {ADVICE} in tools/text/typed_numbers.py")
    return int(bool(findings))


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    sys.exit(main())
