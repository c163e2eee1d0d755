"""What a student gets, and what it comes to: a sheet with numbers of its own, and the worked key apart."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..by_hand.calculation import HandCalculation, HandTable
from ..by_hand.sheet import calculation_words
from ..graph import ACTIVATIONS
from ..readings.formula import HTML, shown, write
from .csv_files import write_bytes, write_table
from .issued import Issued
from .marking import Rule
from .pages import page, picture, print_to, table

COUNTS = ("no", "one", "two", "three", "four", "five", "six")


def sheet(issued: Issued, rule: Rule, course: str = "") -> str:
    """The sheet of one student, as the inside of a page: it holds nothing from which the answers can be read."""
    lab, words = issued.lab, calculation_words(issued.calculation)
    rows = [
        (
            f'<label for="{key}">{k}. {HTML.symbol(key)}</label>',
            html.escape(words[key]),
            f'<input id="{key}" name="{key}" inputmode="text" autocomplete="off" spellcheck="false">',
        )
        for k, key in enumerate(issued.asked, 1)
    ]
    explained = (
        f'<h2>In words</h2><div class="explain"><label for="explain">{html.escape(lab.explain)}</label>'
        '<textarea id="explain" name="explain" rows="4"></textarea></div>'
        if lab.explain
        else ""
    )
    return (
        f"{_head(issued, lab.title, course)}"
        f'<form data-code="{issued.student.code}" data-lab="{lab.name}">'
        f'<div class="problem">{picture(issued.example.network)}{conventions(issued.calculation)}</div>'
        f"{given(issued)}"
        "<h2>Your numbers</h2>"
        f"<p>Work out what is asked, in this order or in yours, and write down {_digits(rule)}.</p>"
        f"{table(('number', 'what it is', 'your answer'), rows, kind='answers')}{explained}"
        '<p class="screen"><button>Save my answers</button><button type="button" data-do="print">Print</button></p>'
        '<p class="screen" role="status"></p>'
        f'<h2>How it is marked</h2><ul class="rule">{"".join(f"<li>{one}</li>" for one in rule.sentences)}</ul></form>'
    )


def _digits(rule: Rule) -> str:
    digits, decimals = COUNTS[rule.digits], COUNTS[rule.decimals]
    return (
        f"at least {digits} significant digit{'s' * (rule.digits > 1)}, such as {0.0123456:.{rule.digits}g} or "
        f"{0.593217:.{rule.digits}g}; of a new weight, {decimals} decimals, such as {0.4123456:.{rule.decimals}f}"
    )


def _head(issued: Issued, title: str, course: str) -> str:
    before = f'<p class="muted">{html.escape(course)}</p>' if course else ""
    name = html.escape(issued.student.name or issued.student.id)
    code = f'<span>code <span class="code">{issued.student.code}</span></span>'
    return f'{before}<h1>{html.escape(title)}</h1><p class="who"><span>{name}</span>{code}</p>'


def given(issued: Issued) -> str:
    """The given numbers, each beside its name; of several examples, those of each on lines of their own."""
    network, values = issued.example.network, issued.example.values
    targets = [network.target_of(unit) for unit in network.layers[-1]]
    groups = []
    for n in network.example_numbers:
        told = f"example {n}" if network.examples > 1 else "given"
        groups.append((told, [name + network.suffix(n) for name in (*network.layers[0], *targets)]))
    groups.append(("weights", list(network.weight_names)))
    groups.append(("biases", list(network.bias_names)))
    groups.append(("last steps", [f"{name}_last" for name in network.learned if f"{name}_last" in values]))
    groups.append(("rates", [name for name in ("eta", "alpha") if name in values]))
    rows = "".join(
        f"<dt>{told}</dt><dd>{''.join(_pair(name, values[name]) for name in names)}</dd>"
        for told, names in groups
        if names
    )
    return f'<dl class="given">{rows}</dl>'


def _pair(name: str, value: float) -> str:
    return f"<span>{HTML.symbol(name)} = <b>{shown(value)}</b></span> "


def conventions(calculation: HandCalculation) -> str:
    """What is agreed on, read from the network: the outputs of each layer, the error, and what one step changes."""
    network = calculation.network
    told = []
    for layer in network.layers[1:]:
        kind = ACTIVATIONS[network.activation_of(layer[0])].title
        out = calculation.by_key[f"out_{layer[0]}{network.suffix(1)}"]
        told.append(f"{', '.join(map(HTML.name, layer))}: {kind}, {_equation(calculation, out.key)}")
    errors = [line for line in calculation.lines if line.goal == 1]
    shownerrors = [errors[0], *errors[-1:]] if len(errors) > 1 else errors
    told.append("error: " + "; ".join(_equation(calculation, line.key) for line in shownerrors))
    learned = (
        "the weights and the biases learn"
        if set(network.bias_names) & set(network.learned)
        else ("the weights learn, the biases stay" if network.bias_names else "the weights learn")
    )
    told.append(f"{learned}, all at once: {_equation(calculation, f'{network.learned[0]}_next')}")
    return f'<ul class="agreed">{"".join(f"<li>{one}</li>" for one in told)}</ul>'


def _equation(calculation: HandCalculation, key: str) -> str:
    return f"{HTML.symbol(key)} = {write(calculation.by_key[key].part, HTML)}"


def key(issued: Issued, course: str = "") -> str:
    """The worked key of one student: what was asked, then every number of the calculation."""
    calculation, values = issued.calculation, issued.values
    words = calculation_words(calculation)
    rows = [
        (
            f"{k}. {HTML.symbol(one)}",
            html.escape(words[one]),
            write(calculation.by_key[one].part, HTML),
            _six(values[one]),
        )
        for k, one in enumerate(issued.asked, 1)
    ]
    tables = "".join(_filled(one, values) for one in calculation.tables)
    return (
        f"{_head(issued, f'Key: {issued.lab.title}', course)}"
        f'<p class="muted">Problem {html.escape(issued.kind)}, seed {issued.seed}.</p>'
        f"{table(('number', 'what it is', 'comes from', 'right'), rows, 'What was asked', 'tables')}"
        f"<h2>All of it</h2>{tables}"
    )


def _six(value: float) -> str:
    return html.escape(shown(value))


def _filled(hand_table: HandTable, values: Mapping[str, float]) -> str:
    rows = [
        (html.escape(label), *(_six(values[cell.key]) if cell.key in values else "" for cell in cells))
        for label, cells in hand_table.rows
    ]
    heads = [html.escape(column) for column in hand_table.columns]
    inside = table(heads, rows, f"{hand_table.letter} {html.escape(hand_table.title)}", "tables")
    return f'<div class="tables-wide">{inside}</div>'


def write_sheets(issued: Sequence[Issued], out: Path, rule: Rule, course: str = "") -> list[str]:
    """Write a sheet and a key for each student, both for the class in one file, and who was asked what.

    Returns
    -------
    list of str
        What the instructor should know, in sentences.
    """
    title = issued[0].lab.title
    for one in issued:
        name = f"{one.student.code}.html"
        write_bytes(out / "students" / name, page(title, [sheet(one, rule, course)], script=True).encode())
        write_bytes(out / "keys" / name, page(f"Key: {title}", [key(one, course)]).encode())
    told: list[str] = []
    for name, write_one in (("sheets", lambda one: sheet(one, rule, course)), ("keys", lambda one: key(one, course))):
        source = out / f"{name}.html"
        write_bytes(source, page(f"{title}: {name}", map(write_one, issued)).encode())
        told += filter(None, [print_to(source, out / f"{name}.pdf")])
    rows = [(o.student.code, o.student.id, o.student.name, o.lab.name, o.kind, o.seed) for o in issued]
    write_table(out / "issued.csv", ("code", "id", "name", "lab", "kind", "seed"), rows)
    return told
