"""A placeholder is found where a reader reads, says what it asks, and is set as a reader expects."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.text.placeholders import Placeholder, PlaceholderError, fill, find, render
from tools.text.prose import regions

PIECES = st.sampled_from(
    ["{{ x | .3f }}", "{{ ", " }}", "$", "$$", "`", "``", "```", "```{note}", ":::{tip}", ":::", "---",
     ":alt: a", "word ", "0.5", "\n", "\n\n", "| a |", "(label)=", "[a](b)", "{ref}`a`", "{math}`a", "<b>",
     "<!--", "-->", "% c", "\\begin{align}", "\\end{align}", "\\", "+++", "> ", "- "]
)  # fmt: skip
PAGES = st.lists(PIECES, max_size=20).map("".join)


def filled(text: str, value: object) -> str:
    """The text with every placeholder given the same value, formatted as the kernel would."""
    places = find(text)
    return fill(text, places, [render(place, format(value, place.format)) for place in places])


def in_prose(form: str = ".3f") -> Placeholder:
    return find(f"{{{{ x | {form} }}}}")[0]


def in_mathematics(form: str = ".3f") -> Placeholder:
    return find(f"${{{{ x | {form} }}}}$")[0]


# Found


@pytest.mark.parametrize(
    "text",
    [
        "The error is {{ x | .3f }}.",
        "# A heading with {{ x | .3f }}",
        "| a | {{ x | .3f }} |",
        "- an item of {{ x | .3f }}",
        "$E = {{ x | .3f }}$",
        "$$\nE = {{ x | .3f }}\n\n$$ (eq-error)",
        "```{math}\n:label: eq\nE = {{ x | .3f }}\n```",
        "\\begin{align}\nE &= {{ x | .3f }}\n\\end{align}",
        "so {math}`E = {{ x | .3f }}`",
        "$10^{{{ x | .3f }}}$",
        "```{admonition} A title\nIt is {{ x | .3f }}.\n```",
        ":::{admonition} Titled {{ x | .3f }}\n:class: tip\nBody.\n:::",
        "::::{note}\n:::{tip}\nIt is {{ x | .3f }}.\n:::\n::::",
        "```{figure} a.svg\n:alt: It falls to {{ x | .3f }}.\n```",
        "```{figure} a.svg\n:name: fig\n\nIt falls to {{ x | .3f }}.\n```",
        "![It falls to {{ x | .3f }}](a.svg)",
        "An odd ` and then {{ x | .3f }}",
        "In \\$, {{ x | .3f }} cost nothing",
    ],
)
def test_a_placeholder_is_found_wherever_a_reader_reads(text):
    assert [(place.expression, place.format) for place in find(text)] == [("x", ".3f")]


@pytest.mark.parametrize(
    "text",
    [
        "Write `{{ x | .3f }}` for it.",
        "Write ``a ` {{ x | .3f }}`` for it.",
        "```python\n{{ x | .3f }}\n```",
        "```\n{{ x }}\n```",
        "~~~\n{{ x | .3f }}\n~~~",
        "```{code-block} markdown\n:caption: how\n{{ x }}\n```",
        "````markdown\n```{note}\n{{ x | .3f }}\n```\n````",
        ":::{note}\n```markdown\n{{ x | .3f }}\n```\n:::",
        "% a remark on {{ x | .3f }}",
        "<!-- {{ x | .3f }}\n\n {{ x }} -->",
    ],
)
def test_a_placeholder_shown_as_code_is_left_alone(text):
    assert find(text) == []


def test_braces_of_tex_are_not_placeholders():
    assert find(r"$\frac{{a}}{{b}}$ and {{key}}") == []


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("{{ a | b | .3f }}", "a | b"),
        ('{{ losses["a | b"] | .3f }}', 'losses["a | b"]'),
        ('{{ table["}} |"] | .3f }}', 'table["}} |"]'),
        ('{{ {"a": {"b": x}}["a"]["b"] | .3f }}', '{"a": {"b": x}}["a"]["b"]'),
        ('{{ f"{x:.2f}" | text }}', 'f"{x:.2f}"'),
        ("{{ history[1].error | .3f }}", "history[1].error"),
    ],
)
def test_an_expression_may_hold_bars_braces_and_quotes(text, expression):
    assert [place.expression for place in find(text)] == [expression]


def test_two_placeholders_on_a_line_stay_two():
    assert [place.expression for place in find("| {{ a | d }} | {{ b | d }} |")] == ["a", "b"]


def test_a_placeholder_knows_its_line_and_whether_it_is_mathematics():
    places = find("One\n{{ x | d }}\n\n$a = \n{{ y | d }}$", first_line=10)
    assert [(place.line, place.in_math) for place in places] == [(11, False), (14, True)]


@given(PAGES)
def test_regions_cover_a_page_without_gap_or_overlap(page):
    assert "".join(page[region.start : region.end] for region in regions(page)) == page


@given(st.text().filter(lambda text: "{{" not in text))
def test_a_text_without_placeholders_is_unchanged(text):
    assert fill(text, find(text), []) == text


@given(st.text(alphabet="ab $`\n*_|{}", max_size=60).filter(lambda text: not re.search(r"\{\{\s", text)))
def test_markup_without_placeholders_is_unchanged(text):
    assert fill(text, find(text), []) == text


# Refused


@pytest.mark.parametrize(
    ("text", "problem", "advice"),
    [
        ("{{ x }}", "lacks an expression or a format", "spaces around the bar"),
        ("{{ x|.3f }}", "lacks an expression or a format", "spaces around the bar"),
        ("{{ | .3f }}", "lacks an expression or a format", "{{ expression | format }}"),
        ("{{ x | }}", "lacks an expression or a format", "{{ expression | format }}"),
        ("{{ x | .3f", "no closing }}", "on one line"),
        ("{{ x |\n.3f }}", "no closing }}", "on one line"),
        ("{{ x | three }}", "'three' is not a format", ".4f, .3g, ,d or .1%"),
        ("{{ x y | .3f }}", "not Python", "in a code cell first"),
        ("{{ x = 1 | .3f }}", "not Python", "in a code cell first"),
        ("{{ 0.5 | g }}", "a number typed is not computed", "name it in a code cell"),
        ("{{ 1 + 2 * 3 | d }}", "a number typed is not computed", "name it in a code cell"),
        ("{{ float('0.5') | g }}", "a number typed is not computed", "name it in a code cell"),
        ("{{ slope | latex }}", "not inside mathematics", "${{ slope | latex }}$"),
        ("```{figure} a.svg\n:width: {{ x | d }}\n```", "not filled in an option", ":alt:"),
        ("[there](page-{{ x | d }})", "not filled in an option, a link", "in the text"),
    ],
)
def test_a_malformed_placeholder_is_refused_with_its_line_and_what_to_try(text, problem, advice):
    with pytest.raises(PlaceholderError) as refused:
        find("\n\n" + text)
    message = str(refused.value)
    assert re.match(r"line [34]: ", message)
    assert problem in message
    assert advice in message.split("Try: ")[1]


def test_a_malformed_placeholder_does_not_swallow_the_next():
    with pytest.raises(PlaceholderError, match=r"line 1: \{\{ a \}\}\n"):
        find("{{ a }} and {{ b | .3f }}")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("form", [".3f", ".1%", ".2e", "g", ",.2F"])
def test_what_is_not_a_number_is_refused(value, form):
    with pytest.raises(PlaceholderError, match=r"(?s)no number to print.*division by zero"):
        render(in_prose(form), format(value, form))


@pytest.mark.parametrize("words", ["nan", "inf", r"\infty", r"\text{NaN}"])
def test_infinity_in_words_is_refused_too(words):
    with pytest.raises(PlaceholderError, match="no number to print"):
        render(in_mathematics("latex"), words)


# Set


@pytest.mark.parametrize(
    ("value", "form", "prose", "mathematics"),
    [
        (0.29837, ".4f", "0.2984", "0.2984"),
        (-1.5, ".2f", "−1.50", "-1.50"),
        (1.23e-5, ".1e", "1.2 × 10⁻⁵", r"1.2 \times 10^{-5}"),
        (-1.23e-5, ".1e", "−1.2 × 10⁻⁵", r"-1.2 \times 10^{-5}"),
        (6e23, "g", "6 × 10²³", r"6 \times 10^{23}"),
        (1.5, ".1e", "1.5", "1.5"),
        (10000, ",d", "10,000", "10{,}000"),
        (1234567.891, ",.1f", "1,234,567.9", "1{,}234{,}567.9"),
        (0.125, ".1%", "12.5%", r"12.5\%"),
        (-0.001, ".2f", "0.00", "0.00"),
        (-0.0, ".1%", "0.0%", r"0.0\%"),
        (0.5, "+.1f", "+0.5", "+0.5"),
        (0.5, "8.1f", "0.5", "0.5"),
    ],
)
def test_a_number_is_set_as_its_surroundings_ask(value, form, prose, mathematics):
    assert filled(f"is {{{{ x | {form} }}}}.", value) == f"is {prose}."
    assert filled(f"$x = {{{{ x | {form} }}}}$", value) == f"$x = {mathematics}$"


def test_words_and_tex_are_set_as_they_are():
    assert render(in_prose("text"), "diverges - slowly") == "diverges - slowly"
    assert render(in_mathematics("latex"), r"- \frac{1}{x}") == r"- \frac{1}{x}"


@given(st.floats(-1e12, 1e12), st.integers(0, 8), st.sampled_from("feg"), st.booleans())
def test_reading_back_what_was_set_gives_the_rounded_number(value, digits, kind, in_math):
    form = f".{digits}{kind}"
    shown = render(in_mathematics(form) if in_math else in_prose(form), format(value, form))
    assert read_back(shown) == float(format(value, form))


def read_back(shown: str) -> float:
    """The number that a reader reads, in prose or in TeX."""
    superscripts = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    plain = shown.replace("−", "-").replace(r" \times 10^{", " × 10").replace("}", "").translate(superscripts)
    mantissa, _, power = plain.partition(" × 10")
    return float(f"{mantissa}e{power or 0}")


def test_filling_keeps_all_else():
    text = "a {{ x | .1f }} b `{{ x | .1f }}`\n$c {{ x | .1f }} d$ e"
    assert filled(text, -0.25) == "a −0.2 b `{{ x | .1f }}`\n$c -0.2 d$ e"


# Asked


@pytest.mark.parametrize(
    ("form", "value", "answer"), [(".2f", 1.5, "1.50"), ("text", [1], "[1]"), (",d", 1000, "1,000")]
)
def test_what_is_asked_of_the_kernel_does_not_depend_on_the_chapters_names(form, value, answer):
    shadowed = {"x": value, "format": None, "str": None, "type": None}
    assert eval(in_prose(form).request, shadowed) == answer


def test_the_kernel_is_asked_for_tex_by_sympy():
    sympy = pytest.importorskip("sympy")
    assert eval(in_mathematics("latex").request, {"x": sympy.Symbol("w_1") / 2}) == r"\frac{w_{1}}{2}"


def test_a_comment_in_an_expression_does_no_harm():
    [place] = find("{{ x # the first | .1f }}")
    assert eval(place.request, {"x": 2}) == "2.0"
