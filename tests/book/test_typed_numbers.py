"""No number is typed in the book: each kind of figure is found wherever a reader reads, and no more."""

import pytest

from tools.execution.chapters import ROOT
from tools.text.typed_numbers import in_book, main, typed_numbers

FIGURES = [
    "0.5", ".5", "1,000.25", "0.05011", "12 %", "12%", "12.5 %", "12 per cent", "5 percent",
    "1e-5", "3.2e-05", "10⁻⁵", "10^{-3}", "10^6", "10^{-12}", "10,000", "10 000", "100", "784", "1000",
]  # fmt: skip
WHERE = {
    "prose": "The error falls to {} here.",
    "the end of a sentence": "The error falls to {}.",
    "brackets": "The error (then {}) falls.",
    "emphasis": "It is **{}** now.",
    "a heading": "## What {} means",
    "a list": "- first\n- then {} of them",
    "a table": "| a | b |\n|:--|:--|\n| `x` | {} |",
    "a quotation": "> It was {} once.",
    "inline mathematics": "so $E = {}$ here",
    "inline mathematics after a command": "so $a \\times{}$ here",
    "displayed mathematics": "$$\nE = {}\n$$ (eq-error)",
    "a math directive": "```{{math}}\n:label: eq-error\nE = {}\n```",
    "a math role": "so {{math}}`E = {}` here",
    "an admonition": "```{{admonition}} Title\n:class: tip\nIt is {} now.\n```",
    "a colon fence": ":::{{note}}\nIt is {} now.\n:::",
    "an admonition's title": ":::{{admonition}} It is {} now\nBody.\n:::",
    "a nested directive": "::::{{note}}\n:::{{tip}}\nIt is {} now.\n:::\n::::",
    "a figure's alternative text": "```{{figure}} a.svg\n:alt: It is {} now.\n```",
    "a figure's caption": "```{{figure}} a.svg\n:name: fig-a\n\nIt is {} now.\n```",
    "an image": "![It is {} now](a.svg)",
    "the text of a link": "[It is {} now](https://example.org/1)",
    "a code cell's alternative text": (
        "```{{code-cell}}\n---\nmystnb:\n  image:\n    alt: It is {} now.\n---\nx = 1\n```"
    ),
    "a code cell's folded caption": (
        "```{{code-cell}}\n---\nmystnb:\n  figure:\n    caption: >-\n      A line.\n      It is {} now.\n"
        "---\nx = 1\n```"
    ),
    "a footnote": "[^a]: It is {} now.",
    "words after code": "with `x` {} follows",
}

NEAR_MISSES = [
    "Two of 12 weights, 3-2-1 units, step 7 of 10.",
    "It took 99 rounds.",
    "Solved in 2016, and again in 2026.",
    "Rumelhart et al. (1986) wrote it; see also 1990–1999.",
    "Last verified 2026-11-22, that is on 22 November 2026.",
    "Use Python 3.11 to 3.14 with Jupyter Book 1.0.4, on Windows 11 or Ubuntu 24.04.",
    "**Python** 3.11, version 2.0 and versions 1.0 and 1.2.",
    "Text: CC BY 4.0. Contrast: WCAG 2.1, level AA.",
    "See section 6.5, Section 6.5.5, equation (6.45), eq. (2), Figure 6.8 and Algorithm 6.4.",
    "See sections 6.5 and 6.5.5, equations (6.45)–(6.47), pp. 533–536 and page 204.",
    "As source 003 does and 004 does not (000–004).",
    "In float64, by SHA-256 in UTF-8, after IEEE 754; arXiv:1412.6980.",
    "Call `train(0.5)` a hundred times.",
    "```python\nrate = 0.5\n```",
    "~~~\n0.5\n~~~",
    "```{code-cell}\n:tags: [hide-input]\nrate = 0.5\n```",
    "```{code-cell}\n---\nmystnb:\n  image:\n    width: 640\n    alt: A parabola.\n---\nrate = 0.5\n```",
    "```{code-block} python\nrate = 0.5\n```",
    "```{figure} a-100.svg\n:name: fig-100\n:width: 640px\n:alt: A parabola.\n\nA caption.\n```",
    "It is {{ x + 0.5 | .3f }} and $E = {{ errors[100] | .4f }}$.",
    "[here](https://example.org/0.5/1000) and <https://example.org/1000>, https://example.org/1000",
    "{cite}`goodfellow2016` and {numref}`Figure 0.5 <fig-100>` and {eq}`eq-0.5` and {doc}`page-100`",
    "(label-100)=\n# Title",
    "![A parabola](a.svg){width=640px}",
    "$x_1 + x_{12}^2 = 10$ and $10^n$ and $2^{10}$",
    "% It was 0.5 once",
    "<!-- It was\n0.5 once -->",
    "---\nversion: 0.5\nkernelspec:\n  name: python3\n---\n\nText.",
    "Wait... 5 more; a trailing 3.\n4. An item",
    "The number &#8722; is a sign.",
]


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("where", WHERE)
def test_a_typed_figure_is_found_wherever_a_reader_reads(figure, where):
    page = WHERE[where].format(figure)
    findings = typed_numbers(page)
    assert findings, f"{figure} was not found in {page!r}"
    line = page[: page.index(figure)].count("\n") + 1
    assert {finding.line for finding in findings} == {line}


@pytest.mark.parametrize("page", NEAR_MISSES)
def test_what_only_looks_like_a_figure_is_left_alone(page):
    assert [str(finding) for finding in typed_numbers(page)] == []


@pytest.mark.parametrize(
    ("sentence", "figure"),
    [
        ("After 2000 epochs it stops.", "2000"),
        ("A rate of 2000 % is silly.", "2000"),
        ("so n = 2000 here", "2000"),
        ("In Python 0.05 s are enough.", "0.05"),
        ("As Python 10,000 rounds take long.", "10,000"),
        ("In Numba 100 updates are nothing.", "100"),
        ("A part 12.5 % of all.", "12.5"),
        ("From 10 000 on.", "10 000"),
        ("The table 0.5 wide.", "0.5"),
        ("See section 6.5 and 0.05 there.", "0.05"),
        ("Python `x` 0.5", "0.5"),
        ("It says 0.003 there.", "0.003"),
    ],
)
def test_an_excuse_does_not_reach_further_than_it_should(sentence, figure):
    assert [finding.figure for finding in typed_numbers(sentence)] == [figure]


def test_no_context_excuses_a_figure_in_mathematics():
    assert [finding.figure for finding in typed_numbers("so $n = 1986$ here")] == ["1986"]


def test_a_finding_says_where_it_is_and_what_to_do(tmp_path, capsys):
    page = tmp_path / "book" / "part" / "page.md"
    page.parent.mkdir(parents=True)
    page.write_text("# Title\n\nIt is 0.5 now.\n", encoding="utf-8")
    assert main(tmp_path) == 1
    said = capsys.readouterr().out
    assert "book/part/page.md:3: 0.5    in: It is 0.5 now." in said
    assert "{{ name | format }}" in said


def test_a_book_without_typed_figures_passes(tmp_path, capsys):
    assert main(tmp_path) == 0
    assert capsys.readouterr().out == ""


def test_the_book_has_no_typed_figure():
    assert [str(finding) for finding in in_book(ROOT)] == []
