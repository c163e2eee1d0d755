"""The chapter *Reading the engine* shows the engine that runs: each block of source stands in the file it names."""

import json
import re

import pytest

from tools.execution.chapters import ROOT

BLOCK = re.compile(r"```python\n# (?P<file>backprop_lib/\S+\.py)\n\n(?P<text>.*?)\n```", re.DOTALL)


def shown():
    """File and text of every block of source that the executed chapter shows."""
    notebook = json.loads((ROOT / "notebooks" / "reading-the-engine.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    texts = ["".join(output.get("data", {}).get("text/markdown", "")) for output in outputs]
    return [(found["file"], found["text"]) for text in texts for found in BLOCK.finditer(text)]


def missing(file, text):
    """The first line that is not in the file, or not after the line shown before it."""
    rest = iter(_lines((ROOT / file).read_text(encoding="utf-8")))
    return next((line for line in _lines(text) if line not in rest), None)


def _lines(text):
    return [line.strip().rstrip(",") for line in text.splitlines() if line.strip()]


def test_each_block_of_source_stands_in_the_file_that_it_names():
    assert len(shown()) > 10 and len({file for file, _ in shown()}) > 3
    for file, text in shown():
        parts = re.split(r"\n\n(?=\S)", text)  # functions shown together need not follow each other in the file
        assert [missing(file, part) for part in parts] == [None] * len(parts)


@pytest.mark.parametrize("written, instead", [("reversed(order)", "order"), ("(g * b, g * a)", "(g * a, g * b)")])
def test_a_line_that_is_not_in_the_file_is_found(written, instead):
    (file, text), *_ = [(file, text) for file, text in shown() if written in text]
    assert missing(file, text) is None
    assert instead in missing(file, text.replace(written, instead))
