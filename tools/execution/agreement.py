"""Whether two executions of one notebook agree, as a reader sees them.

The last digits of NumPy and of the linear algebra depend on the processor, and some of what a kernel says of itself on
its Python.  So what a reader sees must agree, and what no reader can see does not count:

- words, printed digits, and the structure of everything: exactly;
- places in a drawing: within a tenth of a pixel, as wide as it can be shown;
- a raster picture: as if its lines had moved by less than a tenth of a pixel;
- numbers in programs and in the models of widgets: within 1e-9 of themselves, or, in an array, within a few roundings
  of its largest number, since what stands there in place of 0 is noise.
"""

from __future__ import annotations

import base64
import copy
import difflib
import io
import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

import numpy as np
from nbformat import NotebookNode
from numpy.typing import NDArray
from PIL import Image  # comes with Matplotlib

RELATIVE = 1e-9
NOISE = 64 * float(np.finfo(float).eps)
"""Of the largest number of an array: what some dozens of roundings come to."""
PIXEL = 0.1
WIDEST = 800
"""Pixels: wider than the column of a page, so that no drawing is shown wider than this, or than its own units."""
SHOWN = 60
"""Characters of a text that are told, around the first in which it differs."""

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PROGRAM = "_esm"
"""The trait of a widget that holds its program."""
PLACES = {
    *("cx", "cy", "d", "dx", "dy", "height", "points", "r", "rx", "ry", "viewbox", "width"),
    *("x", "x1", "x2", "y", "y1", "y2"),
}
"""The attributes of a drawing that hold places and lengths."""
NAMES = {"aria-describedby", "aria-labelledby", "for", "id", "name"}
"""The attributes that name an element; Matplotlib's and our drawings' names are hashes of what they draw."""
PNG = "data:image/png;base64,"

HASH = re.compile(r"[0-9a-f]{8,}")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
COLOUR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.I)
TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/"  # comments and texts come first: what stands in them is neither a number nor a bracket
    r"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"""
    rf"|[A-Za-z_$][\w$]*|(?P<number>{NUMBER.pattern})|\s+|.",
    re.S,
)

InTexts = Callable[[str, str, str], Iterator[str]]
"""In what two texts differ, given the name by which they are kept."""


def differences(stored: NotebookNode, fresh: NotebookNode) -> list[str]:
    """What a reader would see differ between two notebooks, a line each; empty if they agree."""
    found = []
    for one, other in _paired(stored, fresh):
        if one and other:
            found += [f"{_where(other)}{told}" for told in _in_cells(one[1], other[1])]
        else:
            found += [f"{_where(cell)}: gone" for cell in (one,) if cell]
            found += [f"{_where(cell)}: not stored" for cell in (other,) if cell]
    places = _cells_of_models(fresh)
    for model, told in _in_models(stored, fresh):
        found.append(f"{places.get(model, 'no cell')}, {_class(_models(fresh).get(model, {}))}{told}")
    for key in sorted((stored.metadata.keys() | fresh.metadata.keys()) - {"language_info", "widgets"}):
        pair = (stored.metadata.get(key), fresh.metadata.get(key))
        found += [f"the notebook's {key}{told}" for told in _in_values(*pair, _in_words)]
    return found


def kept(stored: NotebookNode, fresh: NotebookNode) -> NotebookNode:
    """The fresh notebook, but with each output and each model as it is stored wherever the two agree."""
    result = copy.deepcopy(fresh)
    for one, other in _paired(stored, result):
        if one and other and "outputs" in other[1] and not list(_in_outputs(one[1], other[1])):
            other[1].outputs = one[1].outputs
    before, now = _models(stored), _models(result)
    differing = {model for model, _ in _in_models(stored, result)}
    now.update({model: before[model] for model in now if model not in differing})
    if "language_info" in stored.metadata:
        result.metadata.language_info = stored.metadata.language_info
    return result


# Cells and models

_Cell = tuple[int, NotebookNode]


def _paired(stored: NotebookNode, fresh: NotebookNode) -> Iterator[tuple[_Cell | None, _Cell | None]]:
    """The cells of two notebooks side by side, each with its number; None beside one that the other lacks."""
    sides = [list(enumerate(notebook.cells)) for notebook in (stored, fresh)]
    before, now = ([(cell.cell_type, cell.source) for _, cell in side] for side in sides)
    for _, i, j, k, m in difflib.SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        yield from itertools.zip_longest(sides[0][i:j], sides[1][k:m])


def _where(cell: _Cell) -> str:
    return f"cell {cell[0]} ({next(iter(cell[1].source.splitlines()), '')[:SHOWN]})"


def _in_cells(stored: NotebookNode, fresh: NotebookNode) -> Iterator[str]:
    for key in sorted((stored.keys() | fresh.keys()) - {"id", "outputs"}):
        yield from (f", {key}{told}" for told in _in_values(stored.get(key), fresh.get(key), _in_words))
    yield from _in_outputs(stored, fresh)


def _in_outputs(stored: NotebookNode, fresh: NotebookNode) -> Iterator[str]:
    before, now = stored.get("outputs", []), fresh.get("outputs", [])
    for number, (one, other) in enumerate(itertools.zip_longest(before, now), 1):
        if one is None or other is None:
            yield f", output {number}: {'not stored' if one is None else 'gone'}"
            return
        # A widget stands where its plain text would, which nobody reads.
        in_texts = _in_unread_texts if WIDGET_VIEW in one.get("data", {}) else _in_read_texts
        yield from (f", output {number}{told}" for told in _in_values(one, other, in_texts))


def _models(notebook: NotebookNode) -> dict[str, Any]:
    models: dict[str, Any] = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    return models


def _in_models(stored: NotebookNode, fresh: NotebookNode) -> Iterator[tuple[str, str]]:
    before, now = _models(stored), _models(fresh)
    for model in sorted(before.keys() | now.keys()):
        yield from ((model, told) for told in _in_values(before.get(model), now.get(model), _in_traits))


def _class(model: Mapping[str, Any]) -> str:
    """The class of a widget, by its model."""
    named = model.get("state", {}).get("_anywidget_id", model.get("model_name", "a widget"))
    return str(named).rpartition(".")[2]


def _cells_of_models(notebook: NotebookNode) -> dict[str, str]:
    """Where a reader first meets each model."""
    models, found = _models(notebook), dict[str, str]()
    for cell in enumerate(notebook.cells):
        waiting = [cell[1].get("outputs", [])]
        while waiting:
            for model in re.findall("[0-9a-f]{32}", json.dumps(waiting.pop())):
                if model in models and model not in found:
                    found[model] = _where(cell)
                    waiting.append(models[model])
    return found


# Values: what JSON is made of


def _in_values(
    stored: Any, fresh: Any, in_texts: InTexts, name: str = "", largest: float | None = None
) -> Iterator[str]:
    """In what two values differ; `largest` is the largest number of the array that they stand in."""
    if _is_number(stored) and _is_number(fresh):
        if not _alike(stored, fresh, largest or 0.0):
            yield f": stored {stored!r}, now {fresh!r}"
    elif isinstance(stored, str) and isinstance(fresh, str):
        if stored != fresh:
            yield from in_texts(name, stored, fresh)
    elif isinstance(stored, Mapping) and isinstance(fresh, Mapping):
        for key in sorted(stored.keys() | fresh.keys()):
            pair = (stored.get(key), fresh.get(key))
            yield from (f", {key}{told}" for told in _in_values(*pair, in_texts, key, largest))
            if (key in stored) != (key in fresh) and pair == (None, None):
                yield f", {key}: {'gone' if key in stored else 'not stored'}"
    elif isinstance(stored, list) and isinstance(fresh, list):
        if len(stored) != len(fresh):
            yield f": stored {_brief(stored)} of length {len(stored)}, now {_brief(fresh)} of length {len(fresh)}"
            return
        largest = max(map(abs, _numbers(stored)), default=0.0) if largest is None else largest
        for index, pair in enumerate(zip(stored, fresh, strict=True)):
            yield from (f"[{index}]{told}" for told in _in_values(*pair, in_texts, name, largest))
    elif stored is not fresh:  # what is left is true, false and null, or differs in kind
        yield f": stored {_brief(stored)}, now {_brief(fresh)}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers(value: Any) -> Iterator[float]:
    """All finite numbers in nested lists."""
    if isinstance(value, list):
        for entry in value:
            yield from _numbers(entry)
    elif _is_number(value) and math.isfinite(value):
        yield value


def _alike(stored: float, fresh: float, largest: float = 0.0) -> bool:
    if not (math.isfinite(stored) and math.isfinite(fresh)):
        return str(stored) == str(fresh)
    return abs(stored - fresh) <= max(RELATIVE * abs(stored), NOISE * largest)


def _in_words(name: str, stored: str, fresh: str) -> Iterator[str]:
    yield _excerpts(stored, fresh)


def _in_read_texts(name: str, stored: str, fresh: str) -> Iterator[str]:
    """Texts of an output, by their kind."""
    kinds = {"image/png": _in_pictures, "image/svg+xml": _in_markup, "text/html": _in_markup}
    yield from kinds[name](stored, fresh) if name in kinds else _in_words(name, stored, fresh)


def _in_unread_texts(name: str, stored: str, fresh: str) -> Iterator[str]:
    plain = name == "text/plain"
    yield from _in_programs(stored, fresh) if plain else _in_read_texts(name, stored, fresh)


def _in_traits(name: str, stored: str, fresh: str) -> Iterator[str]:
    """Texts of a widget's model: its program, markup, or words."""
    if name == PROGRAM:
        yield from _in_programs(stored, fresh)
    elif stored.startswith("<"):
        yield from _in_markup(stored, fresh)
    else:
        yield from _in_words(name, stored, fresh)


def _excerpts(stored: str, fresh: str) -> str:
    """Both texts around the first character in which they differ."""
    pairs = enumerate(zip(stored, fresh, strict=False))
    first = next((place for place, (one, other) in pairs if one != other), min(len(stored), len(fresh)))
    return f": stored {_around(stored, first)}, now {_around(fresh, first)}"


def _around(text: str, place: int) -> str:
    begin, end = max(0, place - SHOWN // 2), place + SHOWN // 2
    return f"{'…' * (begin > 0)}{json.dumps(text[begin:end], ensure_ascii=False)}{'…' * (end < len(text))}"


def _brief(value: Any) -> str:
    return "nothing" if value is None else _around(value if isinstance(value, str) else json.dumps(value), 0)


# Programs


def _in_programs(stored: str, fresh: str) -> Iterator[str]:
    """The first difference of two programs: all but their numbers exactly, in texts and comments those too."""
    before, now = (list(TOKEN.finditer(program)) for program in (stored, fresh))
    largest = _largest_around(before)
    for one, other, most in itertools.zip_longest(before, now, largest):
        if one and other:
            if one[0] == other[0]:
                continue
            if one["number"] and other["number"] and _alike(float(one[0]), float(other[0]), most):
                continue
        places = [token.start() if token else len(text) for token, text in ((one, stored), (other, fresh))]
        yield f": stored {_around(stored, places[0])}, now {_around(fresh, places[1])}"
        return


def _largest_around(tokens: Sequence[re.Match[str]]) -> list[float]:
    """For each token the largest number within the outermost brackets around it, 0 outside all of them."""
    largest, depth, opened = [0.0] * len(tokens), 0, 0
    for index, token in enumerate(tokens):
        if token[0] == "[":
            opened = index if depth == 0 else opened
            depth += 1
        elif token[0] == "]" and depth:
            depth -= 1
            if depth == 0:
                inside = [abs(float(other[0])) for other in tokens[opened:index] if other["number"]]
                largest[opened:index] = [max(inside, default=0.0)] * (index - opened)
    return largest


# Markup


class _Events(HTMLParser):
    """Markup as a list: each tag with its attributes, each text, and what a tenth of a pixel is where it stands."""

    def __init__(self, markup: str):
        super().__init__()
        self.found: list[_Event] = []
        self.names: dict[str, str] = {}
        self.tolerances = [PIXEL]
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = [(name, self._renamed(name, value or "")) for name, value in attrs]
        if tag in {"svg", "g"}:
            self.tolerances.append(self._tolerance_inside(tag, dict(attributes)))
        self.found.append(("tag", tag, attributes, self.tolerances[-1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"svg", "g"} and len(self.tolerances) > 1:
            self.tolerances.pop()
        self.found.append(("end", tag, [], 0.0))

    def handle_data(self, data: str) -> None:
        self.found.append(("text", data, [], 0.0))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data, [], 0.0))

    def _renamed(self, attribute: str, value: str) -> str:
        """The hashes in the names of elements become numbers, counted as they are met."""
        refers = "url(#" in value or (attribute.endswith("href") and value.startswith("#"))
        if attribute not in NAMES and not refers:
            return value
        return HASH.sub(lambda found: self.names.setdefault(found[0], f"name{len(self.names)}"), value)

    def _tolerance_inside(self, tag: str, attributes: dict[str, str]) -> float:
        box = [float(number) for number in NUMBER.findall(attributes.get("viewbox", ""))]
        if tag == "svg" and len(box) == 4:
            return PIXEL * min(1.0, box[2] / WIDEST)
        factors = re.findall(r"(?:scale|matrix)\(\s*([-+.\deE]+)", attributes.get("transform", ""))
        return self.tolerances[-1] / max(1.0, math.prod(abs(float(factor)) for factor in factors))


_Event = tuple[str, str, list[tuple[str, str]], float]


def _in_markup(stored: str, fresh: str) -> Iterator[str]:
    """What differs in two pieces of markup, up to the first tag that is another."""
    for one, other in itertools.zip_longest(_Events(stored).found, _Events(fresh).found):
        if one == other:
            continue
        if one and other and one[0] == other[0] == "text":
            yield f", a text{_excerpts(one[1], other[1])}"
        elif not (one and other and _shape(one) == _shape(other)):
            yield f": stored {_told(one)}, now {_told(other)}"
            return
        else:
            for (name, value), (_, another) in zip(one[2], other[2], strict=True):
                if value != another:
                    yield from (f", <{one[1]}> {name}{told}" for told in _in_attributes(name, value, another, one[3]))


def _shape(event: _Event) -> tuple[str, str, list[str]]:
    return event[0], event[1], [name for name, _ in event[2]]


def _told(event: _Event | None) -> str:
    if event is None:
        return "nothing"
    kind, word, attributes, _ = event
    tag = word + "".join(f" {name}={_brief(value)}" for name, value in attributes)
    return {"tag": f"<{tag[: 2 * SHOWN]}>", "end": f"</{word}>"}.get(kind, f"the {kind} {_brief(word)}")


def _in_attributes(name: str, stored: str, fresh: str, tolerance: float) -> Iterator[str]:
    """In what two values of one attribute differ; `tolerance` is a tenth of a pixel where it stands."""
    if name in PLACES:
        yield from _in_numbers(stored, fresh, itertools.repeat(tolerance))
    elif name == "transform":
        yield from _in_transforms(stored, fresh, tolerance)
    elif name in {"fill", "stroke", "style"}:
        yield from _in_styles(stored, fresh)
    elif name in {"href", "src", "xlink:href"} and stored.startswith(PNG) and fresh.startswith(PNG):
        yield from _in_pictures(stored.removeprefix(PNG), fresh.removeprefix(PNG))
    else:
        yield _excerpts(stored, fresh)


def _in_numbers(stored: str, fresh: str, tolerances: Iterator[float]) -> Iterator[str]:
    """The first difference of two texts of which each number has its tolerance."""
    if NUMBER.split(stored) != NUMBER.split(fresh):
        yield _excerpts(stored, fresh)
        return
    pairs = zip(NUMBER.findall(stored), NUMBER.findall(fresh), strict=True)
    for place, ((one, other), tolerance) in enumerate(zip(pairs, tolerances, strict=False), 1):
        if abs(float(one) - float(other)) > tolerance:
            yield f", number {place}: stored {one}, now {other}"
            return


def _in_transforms(stored: str, fresh: str, tolerance: float) -> Iterator[str]:
    """Lengths within the tolerance; what turns or stretches, so that the far end of a wide drawing moves no more."""
    before, now = (re.findall(r"(\w+)\(([^)]*)\)", text) for text in (stored, fresh))
    if [name for name, _ in before] != [name for name, _ in now]:
        yield _excerpts(stored, fresh)
        return
    for (name, numbers), (_, others) in zip(before, now, strict=True):
        factors = {"translate": 0, "rotate": 1, "matrix": 4}.get(name, 2)
        tolerances = itertools.chain([tolerance / WIDEST] * factors, itertools.repeat(tolerance))
        yield from (f", {name}{told}" for told in _in_numbers(numbers, others, tolerances))


def _in_styles(stored: str, fresh: str) -> Iterator[str]:
    """Colours to one step of 255, which no eye can see; all else exactly."""
    before, now = ([_channels(code) for code in COLOUR.findall(text)] for text in (stored, fresh))
    close = len(before) == len(now) and np.allclose(before, now, rtol=0, atol=1)
    if not close or COLOUR.sub("#", stored) != COLOUR.sub("#", fresh):
        yield _excerpts(stored, fresh)


def _channels(code: str) -> list[int]:
    digits = code[1:] if len(code) > 4 else "".join(2 * digit for digit in code[1:])
    return [int(digits[k : k + 2], 16) for k in (0, 2, 4)]


# Raster pictures


def _in_pictures(stored: str, fresh: str) -> Iterator[str]:
    """Whether two PNG pictures, in base64, show the same.

    A line that moves by a tenth of a pixel changes the pixels at its edges by a tenth of the contrast there.  So no
    pixel may change by more, and one in whose neighbourhood either picture is plain, by no more than rounding.
    """
    before, now = _pixels(stored), _pixels(fresh)
    if before.shape != now.shape:
        sizes = [f"{pixels.shape[1]} × {pixels.shape[0]} pixels" for pixels in (before, now)]
        yield f": stored {sizes[0]}, now {sizes[1]}"
        return
    contrast = np.minimum(_contrast(before), _contrast(now))
    off = (np.abs(before - now) > PIXEL * contrast + 2).any(axis=-1)
    if off.any():
        row, column = np.argwhere(off)[0]
        yield f": {off.sum()} of its pixels differ, the first in row {row}, column {column}"


def _pixels(picture: str) -> NDArray[np.float64]:
    """Red, green and blue as far as they cover the page, and how far they do, each from 0 to 255."""
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        colours = np.asarray(image.convert("RGBA"), float)
    return np.concatenate([colours[..., :3] * colours[..., 3:] / 255, colours[..., 3:]], axis=-1)


def _contrast(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far apart each channel is within a pixel's neighbourhood of three by three."""
    padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
    spread: NDArray[np.float64] = np.ptp(around, axis=(-2, -1))
    return spread
