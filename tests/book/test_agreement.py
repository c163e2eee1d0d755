"""What a reader sees must agree in two executions of a notebook; what no reader can see does not count."""

from __future__ import annotations

import base64
import copy
import io
import json
import re

import nbformat
import numpy as np
import pytest
from PIL import Image, ImageDraw

from tools.execution import agreement, chapters
from tools.execution.agreement import WIDGET_STATE, WIDGET_VIEW, differences, kept

MODEL = f"{0:032x}"

PROGRAM = """
// Weights after 150 epochs, 0.5 of them unused.
const weights = [[0.25, -1.75], [0, 3.0e-4]];
const said = "an error of 0.25", drawn = `<path d="M 0 0.25"/>`;
export default { render({ model, el }) { el.textContent = 8.170190394418601e-09 * weights[0][1]; } };
"""

SVG = """<svg role="img" aria-labelledby="bp-7c53f3cf8a-t" viewBox="0 0 800 400">
 <title id="bp-7c53f3cf8a-t">The error falls to 0.25</title>
 <desc>From the left to the right a curve falls.</desc>
 <defs><path id="m0e90d27825" d="M 0 3.5 L 0 -3.5"/></defs>
 <g clip-path="url(#p9639e30aec)">
  <path d="M 10 20.5 L 100.25 200 L 300 250.125" style="fill: none; stroke: #0b5c8f; stroke-width: 1.4"/>
  <path d="M 10 300 L 300 300" style="stroke: #aab4c2"/>
  <use xlink:href="#m0e90d27825" x="100.25" y="200"/>
 </g>
 <g transform="translate(40.5 12) scale(4)"><circle cx="3" cy="4" r="2"/></g>
 <text x="20" y="30" transform="rotate(-90 20 30)">0.25</text>
</svg>"""


def picture(line_at: float, colour: str = "black", size: tuple[int, int] = (60, 40)) -> str:
    """A PNG with one upright line, drawn eight times as large and reduced, so that its edges are soft."""
    large = Image.new("RGB", (8 * size[0], 8 * size[1]), "white")
    ImageDraw.Draw(large).rectangle([round(8 * line_at), 40, round(8 * line_at) + 12, 8 * size[1] - 40], fill=colour)
    stream = io.BytesIO()
    large.resize(size, Image.Resampling.BOX).save(stream, "png")
    return base64.b64encode(stream.getvalue()).decode()


def html(markup: str):
    return nbformat.v4.new_output("display_data", {"text/html": markup, "text/plain": "A figure"})


@pytest.fixture
def notebook():
    """A notebook with one of everything that is compared."""
    prose = nbformat.v4.new_markdown_cell("The error is 0.25.\nIt falls.")
    code = nbformat.v4.new_code_cell(
        "print(error)", execution_count=1, metadata={"mystnb": {"image": {"alt": "A line"}}}
    )
    view = {WIDGET_VIEW: {"model_id": MODEL}, "text/plain": "Counter(value=0.1234567890123)"}
    code.outputs = [
        nbformat.v4.new_output("stream", text="0.0312 0.0625\n"),
        html(SVG),
        nbformat.v4.new_output("display_data", {"image/png": picture(20)}),
        html(f'<svg viewBox="0 0 60 40"><image href="data:image/png;base64,{picture(30)}"/></svg>'),
        html('<svg viewBox="0 0 8 4"><path d="M 1 2"/></svg>'),
        nbformat.v4.new_output("display_data", view),
        nbformat.v4.new_output("stream", text="<0.5>\n"),
    ]
    state = {
        "_anywidget_id": "book.Counter",
        "_esm": PROGRAM,
        "answers": [[1.0, 0.0], [-2e-9, 0.5]],
        "answer": 0.3,
        "shown": True,
        "question": "How far from 0.25?",
        "worked": '<span title="0.25">a part</span>',
    }
    models = {MODEL: {"model_module": "anywidget", "model_name": "AnyModel", "state": state}}
    made = nbformat.v4.new_notebook(cells=[prose, code])
    made.metadata = nbformat.from_dict({
        "book": {"text_sha256": "0"},
        "language_info": {"name": "python", "version": "3.11"},
        "widgets": {WIDGET_STATE: {"state": models, "version_major": 2}},
    })  # fmt: skip
    return made


def replaced(old, new):
    """The change of one piece of the notebook's text."""

    def change(notebook):
        text = nbformat.writes(notebook)
        old_text, new_text = (json.dumps(piece)[1:-1] for piece in (old, new))
        assert old_text in text, old
        return nbformat.reads(text.replace(old_text, new_text, 1), as_version=4)

    return change


def changed(*steps):
    """The change of what stands at the end of those steps, by the function that comes last."""
    *way, name, new = steps

    def change(notebook):
        place = notebook
        for step in way:
            place = place[step]
        place[name] = new(place[name])
        return notebook

    return change


STATE = ("metadata", "widgets", WIDGET_STATE, "state")
TRAITS = (*STATE, MODEL, "state")
OUTPUTS = ("cells", 1, "outputs")

SEEN = {
    "a digit in the prose": (replaced("error is 0.25", "error is 0.26"), "cell 0 (The error is 0.26.), source: "),
    "a digit in what is printed": (replaced("0.0312 0", "0.0313 0"), 'stored "0.0312 0.0625\\n", now "0.0313'),
    "a digit in what only looks like markup": (replaced("<0.5>", "<0.6>"), "cell 1 (print(error)), output 7"),
    "the code": (replaced("print(error)", "print(errors)"), "cell 1 (print(errors)), source"),
    "the number before a cell": (changed("cells", 1, "execution_count", lambda k: k + 1), "stored 1, now 2"),
    "an alternative text": (replaced("A line", "Two lines"), "image, alt: stored"),
    "a word in the title of a drawing": (replaced("error falls to", "error rises to"), "text/html, a text"),
    "a digit in the title of a drawing": (replaced("falls to 0.25", "falls to 0.24"), 'falls to 0.25"'),
    "a word in the description of a drawing": (replaced("a curve falls", "a curve rises"), "a text"),
    "a digit in the lettering of a drawing": (replaced(">0.25</text>", ">0.2</text>"), "a text"),
    "a line moved by two pixels": (replaced("L 300 250.125", "L 300 252.125"), "d, number 6: stored 250.125, now 252"),
    "a mark moved by a fifth of a pixel": (replaced('x="100.25"', 'x="100.45"'), "<use> x, number 1"),
    "a missing path": (replaced('  <path d="M 10 300 L 300 300" style="stroke: #aab4c2"/>\n', ""), "stored <path d="),
    "one path more": (replaced("  <use", '  <path d="M 0 0"/>\n  <use'), "now <path d="),
    "one point less": (replaced(" L 300 250.125", ""), "<path> d: stored"),
    "a colour": (replaced("stroke: #0b5c8f", "stroke: #b4470b"), "<path> style"),
    "the width of a line": (replaced("stroke-width: 1.4", "stroke-width: 1.5"), "<path> style"),
    "a mark of another form": (replaced('<use xlink:href="#m0', '<use xlink:href="#m1'), "<use> xlink"),
    "a place that is magnified": (replaced('cx="3"', 'cx="3.03"'), "<circle> cx"),
    "a place in a small drawing": (replaced("M 1 2", "M 1 2.005"), "<path> d, number 2"),
    "a lettering that is turned": (replaced("rotate(-90", "rotate(-89.5"), "<text> transform, rotate, number 1"),
    "a group that is moved": (replaced("translate(40.5", "translate(42.5"), "<g> transform, translate, number 1"),
    "a group that is stretched": (replaced("scale(4)", "scale(4.01)"), "<g> transform, scale, number 1"),
    "a line of a picture moved by two pixels": (
        changed(*OUTPUTS, 2, "data", "image/png", lambda _: picture(22)), "image/png: ",
    ),
    "a picture of another size": (
        changed(*OUTPUTS, 2, "data", "image/png", lambda _: picture(20, size=(60, 41))), "now 60 × 41 pixels",
    ),
    "a line of a picture in a drawing": (replaced(picture(30), picture(32)), "<image> href: "),
    "an output": (changed(*OUTPUTS[:-1], "outputs", lambda outputs: outputs[:-1]), "output 7: gone"),
    "a kind of output": (changed(*OUTPUTS, 1, "data", "text/plain", lambda _: None), "now nothing"),
    "a cell": (changed("cells", lambda cells: cells[1:]), "cell 0 (The error is 0.25.): gone"),
    "a new cell": (changed("cells", lambda cells: [*cells, cells[0]]), "cell 2 (The error is 0.25.): not stored"),
    "a constant of a program": (
        replaced("8.170190394418601e-09 *", "8.170198564609e-09 *"), "cell 1 (print(error)), Counter, state, _esm",
    ),
    "a weight in an array of a program": (replaced("-1.75]", "-1.750002]"), "state, _esm: stored"),
    "a number in place of a 0 in a program": (replaced("[0, 3.0e-4]", "[1e-12, 3.0e-4]"), "state, _esm: stored"),
    "a digit in a text of a program": (replaced("an error of 0.25", "an error of 0.26"), "state, _esm: stored"),
    "a digit in a comment of a program": (replaced("0.5 of them", "0.6 of them"), "state, _esm: stored"),
    "a statement of a program": (replaced(" * weights", " / weights"), "state, _esm: stored"),
    "the end of a program": (replaced("; } };\n", "; } };\n0"), "state, _esm: stored"),
    "a number of a model": (changed(*TRAITS, "answer", lambda one: one * (1 + 1e-6)), "Counter, state, answer: "),
    "a small number of a model's array": (changed(*TRAITS, "answers", 1, 0, lambda one: one * 1.01), "answers[1][0]: "),
    "the length of a model's array": (changed(*TRAITS, "answers", lambda one: one[:1]), "of length 2, now"),
    "a switch of a model": (changed(*TRAITS, "shown", lambda _: 1), 'state, shown: stored "true", now "1"'),
    "a question": (replaced("How far from 0.25?", "How far from 0.26?"), "state, question: stored"),
    "a digit in the markup of a model": (replaced('title="0.25', 'title="0.26'), "<span> title"),
    "a trait": (changed(*TRAITS[:-1], "state", lambda one: dict(list(one.items())[:-1])), "now nothing"),
    "a model": (changed(*STATE[:-1], "state", lambda _: {}), "no cell, a widget: stored"),
    "the text that it is of": (changed("metadata", "book", "text_sha256", lambda _: "1"), "the notebook's book"),
}  # fmt: skip


def noisy(text, noise):
    """The text, but each number with a fraction moved by what the noise says."""
    return re.sub(r"-?\d+\.\d+(?:e-?\d+)?(?![\d.])", lambda found: repr(noise(float(found[0]))), text)


UNSEEN = {
    "noise in the last digits of a program": replaced("18601e-09", "18603e-09"),
    "rounding noise in place of a 0 in a program": replaced("[0, 3.0e-4]", "[-1e-17, 3.0e-4]"),
    "noise of a model's number": changed(*TRAITS, "answer", lambda one: one * (1 + 1e-13)),
    "noise of a model's array": changed(*TRAITS, "answers", lambda _: [[1.0 + 1e-13, 1e-17], [-2e-9, 0.5]]),
    "a whole number without its point": changed(*TRAITS, "answers", 0, 0, lambda _: 1),
    "places moved by a hundredth of a pixel": changed(
        *OUTPUTS, 1, "data", "text/html",
        lambda svg: re.sub(r'(?<= d="|.x="|.y=")[^"]*', lambda found: noisy(found[0], lambda x: x + 0.01), svg),
    ),
    "other hashes in the names of a drawing": changed(
        *OUTPUTS, 1, "data", "text/html",
        lambda svg: svg.replace("7c53f3cf8a", "0123456789").replace("0e90d27825", "abcdefabcd"),
    ),
    "a colour by a step that no eye can see": replaced("stroke: #0b5c8f", "stroke: #0b5d8f"),
    "a turn of nothing, the other way": replaced("rotate(-90 20 30)", "rotate(-90.00001 20 30)"),
    "a line of a picture moved by less than a tenth": changed(
        *OUTPUTS, 2, "data", "image/png", lambda one: softened(one, 0.08)
    ),
    "noise in the plain text behind a widget": replaced("0.1234567890123", "0.1234567890124"),
    "the version of the kernel": changed("metadata", "language_info", "version", lambda _: "3.13"),
    "the id of a cell": changed("cells", 0, "id", lambda _: "other"),
}  # fmt: skip


def softened(encoded, by):
    """The picture, moved to the right by a part of a pixel."""
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))), float)
    moved = (1 - by) * pixels + by * np.roll(pixels, 1, axis=1)
    stream = io.BytesIO()
    Image.fromarray(moved.round().astype(np.uint8)).save(stream, "png")
    return base64.b64encode(stream.getvalue()).decode()


@pytest.mark.parametrize("what", SEEN)
def test_what_a_reader_sees_counts(notebook, what):
    change, told = SEEN[what]
    found = differences(notebook, change(copy.deepcopy(notebook)))
    assert any(told in line for line in found), found
    assert len(found) == 1 or "cell" in what, "one change is told once"


@pytest.mark.parametrize("what", UNSEEN)
def test_what_no_reader_can_see_does_not_count(notebook, what):
    other = UNSEEN[what](copy.deepcopy(notebook))
    assert nbformat.writes(other) != nbformat.writes(notebook)
    assert differences(notebook, other) == []
    other.cells[0].id = notebook.cells[0].id
    assert nbformat.writes(kept(notebook, other)) == nbformat.writes(notebook)


def test_a_faint_line_of_a_picture_is_seen_to_move(notebook):
    faint, moved = (changed(*OUTPUTS, 2, "data", "image/png", lambda _, at=at: picture(at, "#eee")) for at in (20, 22))
    one, other = (change(copy.deepcopy(notebook)) for change in (faint, moved))
    assert differences(one, other)
    assert differences(one, copy.deepcopy(one)) == []


def test_of_two_that_disagree_only_what_is_new_is_kept(notebook):
    fresh = copy.deepcopy(notebook)
    for change in (*UNSEEN.values(), replaced("The error is 0.25", "The error was 0.25")):
        fresh = change(fresh)
    result = kept(notebook, fresh)
    assert result.cells[0].source.startswith("The error was 0.25")
    assert result.cells[1] == notebook.cells[1]
    assert result.metadata == notebook.metadata
    changed_too = kept(notebook, replaced("0.0312 0", "0.0313 0")(SEEN["a number of a model"][0](fresh)))
    assert changed_too.cells[1].outputs[0].text.startswith("0.0313")
    assert changed_too.metadata.widgets[WIDGET_STATE].state[MODEL].state.answer == pytest.approx(0.3000003, rel=1e-9)


def test_the_outputs_of_a_cell_that_has_moved_are_kept(notebook):
    fresh = UNSEEN["places moved by a hundredth of a pixel"](copy.deepcopy(notebook))
    fresh.cells.insert(1, nbformat.v4.new_markdown_cell("A new paragraph."))
    result = kept(notebook, fresh)
    assert [cell.cell_type for cell in result.cells] == ["markdown", "markdown", "code"]
    assert result.cells[2].outputs == notebook.cells[1].outputs


@pytest.mark.parametrize("name", ["chain-rule", "vanishing-gradients"])
def test_the_noise_of_another_processor_in_a_chapter_does_not_count_but_a_step_of_it_does(name):
    stored = nbformat.read(chapters.ROOT / "notebooks" / f"{name}.ipynb", as_version=4)

    def disturbed(places, programs):
        other = copy.deepcopy(stored)
        for output in (output for cell in other.cells for output in cell.get("outputs", [])):
            if "<svg" in (markup := output.get("data", {}).get("text/html", "")):
                moved = re.sub(r'(?<= d=")[^"]*', lambda found: noisy(found[0], lambda x: x + places), markup)
                output["data"]["text/html"] = moved
        models = other.metadata.widgets[WIDGET_STATE].state
        for state in (model.state for model in models.values() if agreement.PROGRAM in model.state):
            # The constants that a graph has come to, not those of its author.
            found = r"\d\.\d{12,}(?:e-?\d+)?"
            state[agreement.PROGRAM] = "\n".join(
                line if "//" in line else re.sub(found, lambda one: repr(float(one[0]) * (1 + programs)), line)
                for line in state[agreement.PROGRAM].split("\n")
            )
        return other

    assert differences(stored, stored) == []
    assert disturbed(0.01, 0) != stored
    assert differences(stored, disturbed(0.01, 1e-13)) == []
    assert any("<path> d" in told for told in differences(stored, disturbed(2, 0)))
    if name == "vanishing-gradients":
        assert any("_esm" in told for told in differences(stored, disturbed(0, 1e-6)))
