"""The reading as a drawing: a computational graph as an SVG that is seen, read aloud, and stepped through.

A box is a value, an arrow leads from a value to what is computed from it. What only moves elements is folded into its
arrow, and a constant stands beside each box that uses it.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import count, pairwise
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ...graph.arguments import checked_node
from ...graph.errors import (
    GraphError,
    brief,
    checked_choice,
    checked_count,
    checked_flag,
    is_whole,
    nearest,
    spelled_out,
)
from ...graph.gradient import gradients
from ...graph.nodes import CONSTANT, VARIABLE, Node
from ...graph.order import topological_order
from ...graph.validation import Shape, label, one_spelling
from ..formula import RAISED, WORDS, aloud, shown
from ..numbers import one_run
from ..palette import notebook_style
from .layout import Layout, Point, laid_out
from .svg_text import Label, checked_text, document, framed, name_label, svg_text, width

STYLE = notebook_style(".bp-drawing", alone=True) + Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
"""How drawings look, in a notebook as on the site."""

MOST_BOXES = 250
"""Boxes that a drawing still shows; more can be computed, but not read."""

MOST_DIGITS = 17
"""Digits after which a float64 has no more to tell."""

ANY_ORDER = {"add", "multiply"}
"""Operations whose arrows may arrive in any order; those of all others arrive in the order of the operands."""

MOVES = {"broadcast", "unbroadcast", "reshape"}
"""Operations that are folded into an arrow where they have no name and add nothing up."""

NAME, NUMBER, TRAVELS = 16, 14, 12
"""Sizes of letters in pixels: names and signs, numbers, shapes on arrows."""
ROWS = {"name": 21, "value": 18, "gradient": 19}
"""Heights of the lines in a box."""
PILL, PAD, RIM = 28, 9, 6
"""Height of an operation's sign; room beside a line of text; room round the whole drawing."""
GAP, APART = 34, 14
"""Least room between two ranks, what an arrow needs to bend, and between two boxes of a rank."""


@dataclass(frozen=True)
class Box:
    """One box of a drawing.

    Parameters
    ----------
    node : Node
    id : str
        Its name, or `#7` for the seventh node; a constant has a box, and an id, for each value that uses it.
    name, sign : Label
        Either may be empty.
    rows : dict of str to str
        What stands below the name: `value` and `gradient`, where there are any.
    called, spoken : str
        What to call it in a caption, and in words.
    """

    node: Node
    id: str
    name: Label
    sign: Label
    rows: Mapping[str, str]
    called: str
    spoken: str

    @property
    def kind(self) -> str:
        return {VARIABLE: "variable", CONSTANT: "constant"}.get(self.node.operation, "operation")

    @cached_property
    def lines(self) -> list[str]:
        """What stands in it below each other."""
        return [*(["name"] if self.name else []), *self.rows]

    @cached_property
    def pill(self) -> int:
        """The width of its sign."""
        if self.kind == "constant":
            return width(self.sign, NUMBER) + 10
        return max(PILL, width(self.sign, NAME) + 14) if self.sign else 0

    @cached_property
    def size(self) -> Point:
        """Width and height in pixels. A number may change: each has room for six digits and a sign."""
        if not self.lines:
            return self.pill, 24 if self.kind == "constant" else PILL
        texts = ["−0.12345", *(_line(row, text) for row, text in self.rows.items())] if self.rows else []
        column = max([width(self.name, NAME), *(width(text, NUMBER) for text in texts)]) + 2 * PAD
        return column + (self.pill + 5 if self.pill else 0), max(34, sum(ROWS[line] for line in self.lines) + 10)


@dataclass(frozen=True)
class Arrow:
    """An arrow from box to box, by number: the operand at this place of `target`, and the shape that travels."""

    source: int
    target: int
    operand: int
    shape: str


@dataclass(frozen=True)
class Drawing:
    """A computational graph as a picture, which shows itself in a notebook.

    Every box is a `<g class="bp-node" data-node="w">` with `text.bp-value` and `text.bp-gradient` where numbers were
    asked for, every arrow a `<path class="bp-edge" data-from="w" data-to="u" data-operand="0">`.

    Parameters
    ----------
    boxes : list of Box
        In an order in which they can be computed.
    arrows : list of Arrow
    layout : Layout
        Where they are.
    down : bool
        Whether arrows lead down, or to the right.
    of : Box or None
        What derivatives are shown of.
    lit_boxes, lit_arrows : set of int
        What is highlighted.
    title : str
        What the picture is called.
    stepped : callable
        The same drawing before its first step, where every box has a name, for its captions to speak of.
    step : int or None
        How far the passes have come; None when all is shown.
    """

    boxes: list[Box]
    arrows: list[Arrow]
    layout: Layout
    down: bool
    of: Box | None
    lit_boxes: set[int]
    lit_arrows: set[int]
    title: str
    stepped: Callable[[], Drawing]
    step: int | None = None

    @property
    def description(self) -> str:
        """What a screen reader reads in place of the picture: the computation in words, or this step of it."""
        return self.caption or self.computation

    @cached_property
    def forward(self) -> list[int]:
        """The boxes that are computed, in order."""
        return [k for k, box in enumerate(self.boxes) if box.kind == "operation"]

    @cached_property
    def backward(self) -> list[int]:
        """The boxes that a derivative reaches, from the output back."""
        return [k for k in reversed(range(len(self.boxes))) if "gradient" in self.boxes[k].rows]

    def operands(self, k: int) -> list[Box]:
        """The boxes that the arrows to a box come from, in the order of the operands."""
        return [self.boxes[arrow.source] for arrow in self.arrows if arrow.target == k]

    def carrying_back(self, k: int) -> list[int]:
        """The arrows along which a derivative comes back to a box."""
        reached = set(self.backward)
        return [n for n, arrow in enumerate(self.arrows) if arrow.source == k and arrow.target in reached]

    @cached_property
    def computation(self) -> str:
        """The computation in words, in order."""
        given = [_told(box, box.spoken, " is", "value") for box in self.boxes if box.kind == "variable"]
        told = [f"Given: {'; '.join(given)}."] if given else []
        for k in self.forward:
            box = self.boxes[k]
            step = _step(box.node, [operand.spoken for operand in self.operands(k)], in_words=True)
            told.append(f"{_told(box, f'{box.spoken} is {step}', ', which is', 'value')}.")
        if self.of:
            by = [_told(self.boxes[k], f"by {self.boxes[k].spoken}", " it is", "gradient") for k in self.backward]
            told.append(f"The derivatives of {self.of.spoken}: {'; '.join(by)}.")
        return " ".join(told)

    @property
    def nodes(self) -> dict[str, Node]:
        """The node behind each box, by the box's `data-node`."""
        return {box.id: box.node for box in self.boxes}

    @property
    def steps(self) -> int:
        """How many frames the passes take: the inputs, one for each value, one for each derivative."""
        return 1 + len(self.forward) + len(self.backward)

    def frames(self) -> list[Drawing]:
        """The passes one step at a time, each a drawing with its `caption`."""
        first = self.stepped()
        return [replace(first, step=k) for k in range(self.steps)]

    @property
    def caption(self) -> str:
        """What happens in this step, in a sentence; nothing when all is shown."""
        if self.step is None:
            return ""
        step = self.step
        if step == 0:
            return "Before the forward pass: only the inputs are known."
        if step <= len(self.forward) or self.of is None:
            return f"Forward, {step} of {len(self.forward)}: {self._computed(self.forward[step - 1])}."
        step -= len(self.forward)
        told = self._carried_back(self.backward[step - 1], self.of)
        return f"Backward, {step} of {len(self.backward)}: {told}."

    def _computed(self, k: int) -> str:
        box, operands = self.boxes[k], self.operands(k)
        told = [box.called, _step(box.node, [operand.called for operand in operands])]
        if "value" in box.rows:
            numbers = [operand.rows.get("value", operand.called) for operand in operands]
            told += [_step(box.node, [f"({text})" if text[0] == "−" else text for text in numbers]), box.rows["value"]]
        return " = ".join(dict.fromkeys(told))

    def _carried_back(self, k: int, of: Box) -> str:
        box = self.boxes[k]
        slope = f"∂{of.called}/∂{box.called} = {box.rows['gradient']}"
        if box is of:
            return f"{slope}, where every backward pass begins"
        arrows = self.carrying_back(k)
        over = f"the sum over {len(arrows)} arrows, " if len(arrows) > 1 else ""
        sources = dict.fromkeys(self.boxes[self.arrows[n].target].called for n in arrows)
        return f"{slope}, {over}back from {' and '.join(sources)}"

    @property
    def pending(self) -> set[int]:
        """The boxes whose value is not yet known."""
        return set() if self.step is None else set(self.forward[self.step :])

    @property
    def unreached(self) -> set[int]:
        """The boxes whose derivative is not yet known."""
        done = len(self.backward) if self.step is None else max(0, self.step - len(self.forward))
        return set(self.backward[done:])

    @property
    def now(self) -> int | None:
        """The box of this step."""
        return [*self.forward, *self.backward][self.step - 1] if self.step else None

    @property
    def is_backward(self) -> bool:
        """Whether this step is one of the backward pass."""
        return self.step is not None and self.step > len(self.forward)

    @property
    def extent(self) -> Point:
        """Width and height of the whole, in pixels."""
        wide, high = self.layout.extent[::-1] if self.down else self.layout.extent
        return wide + 2 * RIM, high + 2 * RIM

    @cached_property
    def svg(self) -> str:
        """The picture alone, with its title and its description."""
        edges = "".join(_arrow_svg(self, k) for k in range(len(self.arrows)))
        nodes = "".join(_box_svg(self, k) for k in range(len(self.boxes)))
        travelling = zip(self.arrows, self.layout.ways, strict=True)
        shapes = "".join(_shape_svg(arrow, way, self.down) for arrow, way in travelling if arrow.shape)
        edges = f'<g class="bp-edges" fill="none" stroke="currentColor">{edges}</g>'
        return document(f'{edges}{shapes}<g class="bp-nodes">{nodes}</g>', *self.extent, self.title, self.description)

    @property
    def html(self) -> str:
        """The picture and its caption, without the style: for an explorable, which brings `STYLE` along."""
        boxes, of = self.boxes, self.of
        named = [
            *(["name"] if any(box.name for box in boxes) else []),
            *(["value"] if any("value" in box.rows for box in boxes) else []),
            *([f"∂ the derivative of {of.called} by it"] if of else []),
        ]
        legend = f"In each box: {', '.join(named)}." if len(named) > 1 and not self.step else ""
        return framed(self.svg, self.extent[0], self.title, self.caption or self.title, legend)

    def _repr_html_(self) -> str:
        return f"<style>{STYLE}</style>{self.html}"

    def __repr__(self) -> str:
        return f"Drawing: {self.title.rstrip('.')}. {self.description}"


def drawing(
    outputs: Node | Sequence[Node],
    values: Mapping[str, Any] | None = None,
    *,
    gradients_of: Node | None = None,
    highlight: Iterable[Node | str] = (),
    step: int | None = None,
    direction: str = "right",
    title: str | None = None,
    names: str | None = None,
    shapes: bool = False,
    digits: int = 4,
) -> Drawing:
    """A computational graph as a picture.

    Parameters
    ----------
    outputs : Node or sequence of Node
    values : mapping of str to number or array, optional
        For each variable its value: every box shows what it comes to.
    gradients_of : Node, optional
        A number of the graph, such as the total error: every box that it is computed from shows its derivative by it.
        Needs `values`.
    highlight : sequence of Node or str, optional
        A path, by nodes or names: all ways from each to the next are drawn heavier, and marked.
    step : int, optional
        How far the passes have come: 0 for the inputs, then one value after the other, then one derivative after the
        other. `Drawing.frames()` gives all steps.
    direction : str
        "right", or "down" for a graph that is long and narrow.
    title : str, optional
        What the picture is called.
    names : str, optional
        "u" names what has no name u⁽¹⁾, u⁽²⁾, … in the order in which it is computed; otherwise it shows its operation.
    shapes : bool
        Whether each arrow says what shape travels on it.
    digits : int
        Significant digits of a number, 1 to 17.

    Returns
    -------
    Drawing

    Raises
    ------
    GraphError
        For values that do not fit, a derivative of what is no number or not in the graph, a name or step that is not
        there, a title that is no text, or a graph of more than 250 boxes.

    Notes
    -----
    Variables are rounded; what is computed has corners and the sign of its operation. Names u⁽ⁱ⁾ after Goodfellow et
    al. (2016), Figure 6.8. Introduced in the chapter *Computational graphs*.
    """
    listed = outputs if isinstance(outputs, (Sequence, Iterator)) else [outputs]
    wanted = [checked_node(node, "An output to draw") for node in listed]
    if not wanted:
        raise GraphError("A drawing of 0 outputs.", "at least one node", "drawing(E), say.")
    checked_choice(direction, ("right", "down"), "direction")
    if names is not None:
        checked_choice(names, ("u",), "kind of names")
    if not isinstance(highlight, (Node, str, Sequence)):
        raise GraphError(f"What to highlight was given as {brief(highlight)}.", "a list of nodes or names", "[w, E].")
    checked_flag(shapes, "shapes")
    digits = checked_count(digits, "digits", 1, MOST_DIGITS)
    title = None if title is None else checked_text(title, "The title")
    order = topological_order(wanted)
    rows = _rows(order, values, gradients_of, digits)
    boxes, arrows = _boxes_and_arrows(wanted, order, rows, names == "u" or step is not None)
    if len(boxes) > MOST_BOXES:
        raise GraphError(
            f"A drawing of {len(boxes)} boxes.",
            f"at most {MOST_BOXES}",
            "draw a part of the graph; or a network of vectors and matrices in place of one of numbers.",
        )
    if not shapes:
        arrows = [replace(arrow, shape="") for arrow in arrows]
    down = direction == "down"
    travels = max((width(arrow.shape, TRAVELS) for arrow in arrows), default=0) if shapes else 0
    layout = laid_out(
        [box.size[::-1] if down else box.size for box in boxes],
        [(arrow.source, arrow.target) for arrow in arrows],
        [box.node.operation.name not in ANY_ORDER for box in boxes],
        GAP + (min(travels, 2 * TRAVELS + 4) if down else travels),
        max(APART, travels) if down else APART,
    )
    stepped = partial(
        drawing, wanted, values, gradients_of=gradients_of, highlight=highlight, step=0, direction=direction,
        title=title, shapes=shapes, digits=digits,
    )  # fmt: skip
    of = next((box for box in boxes if box.node is gradients_of), None)
    lit = _lit(boxes, arrows, highlight)
    whole = Drawing(boxes, arrows, layout, down, of, *lit, title or _title(boxes, wanted), stepped)
    if step is not None and not is_whole(step, 0, whole.steps - 1):
        raise GraphError(
            f"Step {brief(step)} of a drawing.",
            f"a whole number from 0 to {whole.steps - 1}",
            "frames(), for all of them.",
        )
    return replace(whole, step=step)


# What there is to draw


def _rows(
    order: list[Node], values: Mapping[str, Any] | None, of: Node | None, digits: int
) -> dict[str, dict[Node, str]]:
    """What stands below the names, as it is written: each node's value, and the derivative of `of` by it."""
    if of is not None and checked_node(of, "What is to be differentiated") not in order:
        raise GraphError(
            f"Derivatives of {label(of)} were asked for, which the drawing does not show.",
            "a node of the drawn graph",
            f"give it among the outputs: drawing([…, {label(of)}], …).",
        )
    if of is not None and values is None:
        raise GraphError(
            f"Derivatives of {label(of)} were asked for, without values.",
            "a value for each variable",
            "drawing(E, {'w': 0.5, …}, gradients_of=E).",
        )
    if values is None:
        return {}
    known = [node for node in order if node.operation is not CONSTANT]
    wrt = [] if of is None else [node for node in topological_order([of]) if node.operation is not CONSTANT]
    slopes = [] if of is None else gradients(of, wrt)
    texts = [_number(value, digits) for value in one_run([*known, *slopes], values, "draw")]
    return {
        "value": dict(zip(known, texts, strict=False)),
        "gradient": dict(zip(wrt, texts[len(known) :], strict=True)),
    }


def _number(value: Any, digits: int) -> str:
    """A number as the book prints it; a short vector's numbers; of a larger array the shape."""
    if np.ndim(value) == 0:
        return shown(float(value), digits)
    if np.ndim(value) == 1 and np.size(value) <= 3:
        return f"[{', '.join(shown(float(v), min(digits, 3)) for v in value)}]"
    return _shape(np.shape(value))


def _shape(shape: Shape) -> str:
    return str(tuple(shape)) if shape else "number"


def _travelling(shape: Shape) -> str:
    """A shape as an arrow has it: without a gap, through which the arrow would be seen."""
    return "×".join(map(str, shape)) or "number"


def _is_folded(node: Node, outputs: Sequence[Node]) -> bool:
    if node.operation.name not in MOVES or node.name is not None or node in outputs:
        return False
    return prod(node.shape) >= prod(node.parents[0].shape)  # otherwise it is a sum


def _boxes_and_arrows(
    outputs: Sequence[Node], order: list[Node], rows: Mapping[str, Mapping[Node, str]], name_all: bool
) -> tuple[list[Box], list[Arrow]]:
    """Boxes in an order in which they can be computed, each constant right before what uses it."""
    number = {node: k for k, node in enumerate(order)}
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    place: dict[Node, int] = {}
    copies: Counter[str] = Counter()
    unnamed = count(1)

    def add(node: Node) -> int:
        id = node.name if node.name is not None and node.name not in copies else f"#{number[node]}"
        copies[id] += 1
        id += f".{copies[id]}" if copies[id] > 1 else ""
        shown_below = {row: texts[node] for row, texts in rows.items() if node in texts}
        name: Label = ()
        sign = _sign(node)
        if node.name is not None:
            name, called, spoken = name_label(node.name), node.name, WORDS.name(node.name)
        elif node.operation is CONSTANT:
            called, spoken = str(sign), aloud(str(sign))
        else:
            k = next(unnamed)
            name, called, spoken = (("u", "i"), (f"({k})", "sup")) if name_all else (), f"u({k})", f"u{k}"
        boxes.append(Box(node, id, name, sign, shown_below, called, spoken))
        return len(boxes) - 1

    for node in order:
        if (node.operation is CONSTANT and node not in outputs) or _is_folded(node, outputs):
            continue
        arriving: list[tuple[int, str]] = []
        for parent in node.parents:
            source = parent
            while _is_folded(source, outputs):
                source = source.parents[0]
            moved = _travelling(source.shape) if parent.shape else ""
            moved += f" → {_travelling(parent.shape)}" if source.shape != parent.shape else ""
            if source in node.parents[: len(arriving)]:
                moved = ""  # said by the first of two arrows between two boxes
            arriving.append((place[source] if source in place else add(source), moved))
        place[node] = add(node)
        arrows += [Arrow(source, place[node], k, moved) for k, (source, moved) in enumerate(arriving)]
    return boxes, arrows


def _sign(node: Node) -> Label:
    """What an operation does, or the number that a constant is."""
    if node.operation is VARIABLE:
        return ""
    if node.operation is CONSTANT:
        value = np.asarray(node.attributes["value"])
        return shown(float(value.flat[0]), 4) if (value == value.flat[0]).all() else _shape(value.shape)
    if node.operation.name == "power":
        return (("( )", ""), (shown(float(node.attributes["exponent"])), "sup"))
    if node.operation.name == "take":
        return f"[{node.attributes['positions'].text}]"
    return node.operation.sign or node.operation.name


def _lit(boxes: list[Box], arrows: list[Arrow], highlight: Iterable[Node | str]) -> tuple[set[int], set[int]]:
    """The boxes and arrows on all ways from each highlighted node to the next."""
    stops = [_found(boxes, wanted) for wanted in ([highlight] if isinstance(highlight, Node | str) else highlight)]
    after: list[set[int]] = [{k} for k in range(len(boxes))]
    for arrow in reversed(arrows):
        after[arrow.source] |= after[arrow.target]
    lit, ways = set(stops), set()
    for first, last in map(sorted, pairwise(stops)):
        between = {k for k in after[first] if last in after[k]}
        lit |= between
        ways |= {n for n, arrow in enumerate(arrows) if arrow.source in between and arrow.target in between}
    return lit, ways


def _found(boxes: list[Box], wanted: Node | str) -> int:
    name = one_spelling(wanted) if isinstance(wanted, str) else None  # nothing else is asked whether it is equal
    for k, box in enumerate(boxes):
        if box.node is wanted or box.id == name:
            return k
    names = [box.id for box in boxes]
    asked = label(wanted) if isinstance(wanted, Node) else spelled_out(wanted)
    raise GraphError(
        f"'{asked}' was to be highlighted.",
        "a node that the drawing shows, or the name of one",
        nearest(asked, names, f"one of {', '.join(names[:12])}."),
    )


# How it is told


def _title(boxes: list[Box], outputs: Sequence[Node]) -> str:
    named = [box.called for box in boxes if box.node in outputs and box.node.name is not None]
    return f"The graph of {' and '.join(named)}" if 0 < len(named) < 4 else "A computational graph"


def _told(box: Box, what: str, verb: str, row: str) -> str:
    return f"{what}{verb} {aloud(box.rows[row])}" if row in box.rows else what


def _step(node: Node, operands: Sequence[str], in_words: bool = False) -> str:
    """What is computed, from operands given as text."""
    if node.operation.name == "power":
        exponent = shown(float(node.attributes["exponent"]))
        if in_words:
            return WORDS.power(operands[0], aloud(exponent))
        return operands[0] + (exponent.translate(RAISED) if "." not in exponent else f"^{exponent}")
    row = node.operation
    if row.name == "take":
        return f"{operands[0]}[{node.attributes['positions'].text}]"
    sign = row.words if in_words else row.sign
    if row.name == "transpose" and not in_words:
        return f"{operands[0]}ᵀ"
    if "{}" in row.words and (in_words or row.sign.isalpha()):
        return row.words.format(*operands)
    if row.words:
        return f" {sign} ".join(operands) if len(operands) > 1 else f"{sign}{' ' * in_words}{operands[0]}"
    return f"{row.name} of {' and '.join(operands)}" if in_words else f"{row.sign or row.name}({', '.join(operands)})"


def _line(row: str, text: str) -> str:
    return f"∂ {text}" if row == "gradient" else text


# How it is set


def _classes(kind: str, **states: bool) -> str:
    return " ".join([kind, *(f"bp-{state}" for state, holds in states.items() if holds)])


def _arrow_svg(picture: Drawing, k: int) -> str:
    arrow, way = picture.arrows[k], picture.layout.ways[k]
    start, end = picture.boxes[arrow.source], picture.boxes[arrow.target]
    back = picture.is_backward and arrow.source == picture.now and k in picture.carrying_back(arrow.source)
    kind = _classes(
        "bp-edge",
        lit=k in picture.lit_arrows,
        pending=arrow.target in picture.pending,
        now=not picture.is_backward and arrow.target == picture.now,
        back=back,
    )
    ends = f'data-from="{html.escape(start.id)}" data-to="{html.escape(end.id)}" data-operand="{arrow.operand}"'
    return f'<path class="{kind}" {ends} d="{_path(way, picture.down, back)}"/>'


def _shape_svg(arrow: Arrow, way: Sequence[Point], down: bool) -> str:
    """The shape that travels, halfway; downwards, where shapes lie side by side, the second below the first."""
    t = 0.78 if down and arrow.operand else 0.5
    (along, across), (to_along, to_across) = way[-3:-1]
    place = (
        along + round((to_along - along) * (1.5 * t * (1 - t) + t**3)),
        across + round((to_across - across) * (3 * t**2 - 2 * t**3)),
    )
    (x, y), wide = _at(place, down), width(arrow.shape, TRAVELS)
    behind = _rect("bp-behind", x - wide // 2, y - TRAVELS // 2 - 1, wide, TRAVELS + 2, 3)
    return behind + svg_text(arrow.shape, x, y + 4, "bp-shape", TRAVELS)


def _at(point: Point, down: bool) -> Point:
    along, across = point
    return (across + RIM, along + RIM) if down else (along + RIM, across + RIM)


def _path(way: Sequence[Point], down: bool, back: bool) -> str:
    """Lines through ranks, curves between them, and a head at the end that it leads to."""

    def written(command: str, *points: Point) -> str:
        return command + " ".join("{} {}".format(*_at(point, down)) for point in points)

    pieces = [written("M", way[0])]
    for k, (before, after) in enumerate(pairwise(way)):
        middle = (before[0] + after[0]) // 2
        if k % 2 and before[1] != after[1]:
            pieces.append(written("C", (middle, before[1]), (middle, after[1]), after))
        elif before != after:
            pieces.append(written("L", after))
    (along, across), back_by = (way[0], -7) if back else (way[-1], 7)
    wings = [(along - back_by, across - 4), (along - back_by, across + 4)]
    return "".join([*pieces, written("M", wings[0]), written("L", (along, across), wings[1])])


def _box_svg(picture: Drawing, k: int) -> str:
    box, (x, y), (wide, high) = picture.boxes[k], _at(picture.layout.centres[k], picture.down), picture.boxes[k].size
    left, top = x - wide // 2, y - high // 2
    lit, pending = k in picture.lit_boxes, k in picture.pending
    kind = _classes(f"bp-node bp-{box.kind}", lit=lit, pending=pending, now=k == picture.now)
    parts = []
    if box.lines:
        parts.append(_rect("bp-box", left, top, wide, high, {"variable": min(high, 40) // 2}.get(box.kind, 6)))
    if box.sign:
        inset, tall = (5 if box.lines else 0), (high if box.kind == "constant" else PILL)
        size = NUMBER if box.kind == "constant" else NAME
        parts.append(_rect("bp-pill", left + inset, y - tall // 2, box.pill, tall, tall // 2))
        parts.append(svg_text(box.sign, left + inset + box.pill // 2, y + size // 3, "bp-sign", size))
    middle = left + wide // 2 + ((box.pill + 5) // 2 if box.pill else 0)
    line = y - sum(ROWS[row] for row in box.lines) // 2
    for row in box.lines:
        line += ROWS[row]
        hidden = pending if row == "value" else k in picture.unreached
        text = box.name if row == "name" else "" if hidden else _line(row, box.rows[row])
        parts.append(svg_text(text, middle, line - 5, f"bp-{row}", NAME if row == "name" else NUMBER))
    if lit:
        parts.append(mark(left + wide, top))
    return f'<g class="{kind}" data-node="{html.escape(box.id)}">{"".join(parts)}</g>'


def mark(x: int, y: int) -> str:
    """The sign at the corner of what lies on a highlighted path, which says so without colour."""
    return f'<path class="bp-mark" d="M{x} {y - 5}l5 5l-5 5l-5 -5z"/>'


def _rect(kind: str, x: int, y: int, wide: int, high: int, corner: int) -> str:
    return (
        f'<rect class="{kind}" x="{x}" y="{y}" width="{wide}" height="{high}" rx="{corner}" '
        'fill="none" stroke="currentColor"/>'
    )
