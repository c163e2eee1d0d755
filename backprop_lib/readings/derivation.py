"""The reading as a derivation: the chain rule written out in named factors, each with its question and its numbers.

The named nodes of a graph are the words of a derivation. What lies unnamed between two of them becomes one factor, so
∂E/∂w₅ reads as three factors, and ∂E/∂w₁ as a sum over two paths with a common tail.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path

from ..graph.arguments import checked_node
from ..graph.errors import GraphError, checked_flag, checked_mapping
from ..graph.gradient import gradient, gradients
from ..graph.nodes import VARIABLE, Node, variable
from ..graph.order import reachable, topological_order
from ..graph.substitute import substituted
from ..graph.validation import by_name, label
from .formula import (
    HTML,
    LATEX,
    WORDS,
    Name,
    Number,
    Numbers,
    Part,
    Style,
    formula,
    named_below,
    why,
    write,
    write_factor,
)
from .numbers import one_run
from .palette import notebook_style

__all__ = ["Derivation", "Factor", "Step", "WorkedDerivation", "derivation"]

STYLE = notebook_style(".bp-derivation") + Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
"""How the cards look, in a notebook as on the site."""

MOST_PATHS = 8
"""Paths that a derivation still writes one by one; beyond, node deltas say the same in fewer lines."""


class _Derivative:
    """What one factor and a whole product share: a derivative of one name by another, or the delta of a node."""

    of: str
    by: str
    delta: bool

    @property
    def key(self) -> str:
        """What its value is called in a table of values or a program."""
        return delta_name(self.by) if self.delta else f"d_{self.of}_d_{self.by}"

    def symbol(self, style: Style) -> str:
        """Its sign: ∂of/∂by, or δ with the unit's name."""
        return style.symbol(self.key)

    def put_in(self, style: Style, numbers: Numbers | None) -> str:
        """Its number as it stands in a product, in brackets if it is negative; where there are none, its sign."""
        return write_factor(Name(self.key), style, numbers)


@dataclass(frozen=True)
class Factor(_Derivative):
    """One factor of a product: a local derivative, or the delta of a node from an earlier step.

    Parameters
    ----------
    of, by : str
        Which name's change is asked for, and which name changes.
    question : str
        The same in words.
    node : Node
        The factor in the graph that was read.
    part : Part
        Its formula, down to names.
    delta : bool
        Whether this is a delta that an earlier step has found.
    """

    of: str
    by: str
    question: str
    node: Node
    part: Part
    delta: bool = False


@dataclass(frozen=True)
class Step(_Derivative):
    """One derivative as a sum over paths: rows are paths, columns are factors, the common tail stands once.

    Parameters
    ----------
    of, by : str
        The derivative of which name, with respect to which.
    rows : tuple of tuple of Factor
        One row for each path, from the output towards `by`.
    tail : tuple of Factor
        What all rows end with; empty where there is one row.
    node : Node
        The derivative itself, in the graph that was read.
    delta : bool
        Whether the result is a node delta, which later steps use.
    """

    of: str
    by: str
    rows: tuple[tuple[Factor, ...], ...]
    tail: tuple[Factor, ...]
    node: Node
    delta: bool = False

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All factors in reading order."""
        return (*(factor for row in self.rows for factor in row), *self.tail)

    def via(self, row: int) -> tuple[str, ...]:
        """The name that tells one path from the others, or the two names if one is not enough."""
        names = [{factor.by for factor in path} for path in self.rows]
        mine = [factor.by for factor in self.rows[row]]
        for few in (*((name,) for name in mine), *combinations(mine, 2)):
            if not any(names[k].issuperset(few) for k in range(len(names)) if k != row):
                return few
        return tuple(mine)

    def written(self, style: Style, one: Callable[[Factor], str]) -> str:
        """The whole sum of products, with `one(factor)` for each factor."""
        paths = style.plus.join(style.times.join(map(one, row)) for row in self.rows)
        if self.tail and len(self.rows) > 1:
            paths = style.bracket.format(paths)
        return style.times.join([paths, *map(one, self.tail)])


def delta_name(name: str) -> str:
    """What the delta of a node is called: `delta_h1` for `net_h1`."""
    return f"delta_{name.removeprefix('net_')}"


class Derivation:
    """The derivative of a number with respect to one of the names it is computed from, written out.

    Made by `derivation`; `at(values)` puts numbers in.

    Attributes
    ----------
    steps : tuple of Step
        One step with all paths, or, in the form with node deltas, one for each delta and then the derivative asked for.
    """

    values: Mapping[str, float] | None = None

    def __init__(self, steps: Sequence[Step]):
        self.steps = tuple(steps)

    @property
    def result(self) -> Step:
        return self.steps[-1]

    def at(self, values: Mapping[str, float]) -> WorkedDerivation:
        """The same with numbers: `values` for every variable of the graph; more are ignored."""
        return WorkedDerivation(self, values)

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """The graph of every factor and result, by key."""
        found: dict[str, Node] = {}
        for step in self.steps:
            found |= {factor.key: factor.node for factor in step.factors} | {step.key: step.node}
        return found

    def latex(self) -> str:
        """One aligned display: for each step its symbols, its formulas, and where there are numbers, these."""
        lines = []
        for step in self.steps:
            lines.append(f"{step.symbol(LATEX)} &= {step.written(LATEX, lambda f: f.symbol(LATEX))}")
            lines.append(f"&= {step.written(LATEX, lambda f: write_factor(f.part, LATEX))}")
            if values := self.values:
                lines.append(f"&= {step.written(LATEX, lambda f: f.put_in(LATEX, values.__getitem__))}")
                lines.append(f"&= {LATEX.number(values[step.key])}")
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def text(self) -> str:
        """In words, one sentence a line, in the order of a calculation on paper: what a screen reader reads aloud."""
        return "\n".join(line for step in self.steps for line in _told(step, _numbers(self.values)))

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        # A notebook knows nothing of the book's style, so a derivation that stands alone brings it along.
        return f"<style>{STYLE}</style>{cards(self, self.values)}"


class WorkedDerivation(Derivation):
    """A derivation with its numbers: cards for a page, LaTeX, and words.

    Attributes
    ----------
    values : dict of str to float
        By name and by key, every value that the derivation mentions, at full precision.
    """

    values: dict[str, float]

    def __init__(self, written: Derivation, given: Mapping[str, float]):
        super().__init__(written.steps)
        self.derivation, nodes = written, dict(written.nodes)
        for node in topological_order(list(written.nodes.values())):
            if node.name is not None:
                nodes.setdefault(node.name, node)
        needed = {node.name for node in topological_order(list(nodes.values())) if node.operation is VARIABLE}
        given = by_name(checked_mapping(given, "The numbers of a derivation", '{"w": 0.5, "x": 2}'))
        chosen = {name: given[name] for name in given if name in needed}
        computed = one_run(list(nodes.values()), chosen, "put the numbers in for")
        self.values = dict(zip(nodes, computed, strict=True))

    @property
    def value(self) -> float:
        """The derivative itself."""
        return self.values[self.result.key]


def derivation(output: Node, wrt: Node, words: Mapping[str, str] | None = None, deltas: bool = False) -> Derivation:
    """The chain rule for one derivative, in named factors.

    Parameters
    ----------
    output : Node
        A number with a name, such as `E_total`.
    wrt : Node
        A number with a name that it is computed from, such as the weight `w1`.
    words : mapping of str to str, optional
        What to call a name in a question: "the net input of h1" for `net_h1`.
    deltas : bool
        Whether to go by way of node deltas, the derivatives with respect to the nodes called `net_…`, each found once;
        otherwise every path is written in full.

    Returns
    -------
    Derivation

    Raises
    ------
    GraphError
        If a node is no number or has no name, the output is not computed from `wrt`, an operation is not one that is
        written on paper, or there are more than eight paths.

    Notes
    -----
    After Fantahun (2023), section 4, and Singh (2024), question 3. Introduced in the chapter *By hand*.
    """
    for role, node in (("output", output), ("name to differentiate by", wrt)):
        if checked_node(node, f"The {role}").name is None:
            raise GraphError(f"The {role} is {label(node)}, which has no name.", "a named node", 'node.named("E").')
    if output is wrt:
        raise GraphError(f"The derivative of {output.name} by itself.", "by what it is computed from", "it is 1.")
    whole = gradient(output, wrt)  # refuses what is no number, or not connected
    words = {} if words is None else checked_mapping(words, "The words for names", '{"net_h1": "the net input of h1"}')
    net = _Net(output, wrt, words)
    if not checked_flag(deltas, "deltas"):
        return Derivation([net.step(wrt, whole, stops={})])
    stops = [node for node in net.from_the_output() if label(node).startswith("net_") and node is not wrt]
    found = dict(zip(stops, gradients(output, stops), strict=True))
    steps = [net.step(node, found[node], found) for node in stops]
    return Derivation([*steps, net.step(wrt, whole, found)])


@dataclass(frozen=True)
class Definition:
    """How one named value is computed: a line of the forward pass.

    Parameters
    ----------
    name : str
    node : Node
    part : Part
        The formula, down to the next names.
    """

    name: str
    node: Node
    part: Part


def definitions(output: Node) -> list[Definition]:
    """The forward pass of a graph: every named value that is computed, in an order in which it can be."""
    order = topological_order([checked_node(output, "The output")])
    named = [node for node in order if node.name is not None and node.parents]
    return [Definition(label(node), node, formula(node)) for node in named]


def local_derivatives(of: Node, by: Iterable[Node]) -> dict[Node, Node]:
    """The derivative of a node by each of the others that it is computed from with no other of them in between."""
    stand_ins = {node: variable(label(node)) for node in by if node is not of}
    [cut] = substituted([of], stand_ins)  # open at all of these nodes, so that none of them moves another
    used = set(topological_order([cut]))
    here = {node: stand_in for node, stand_in in stand_ins.items() if stand_in in used}
    slopes = gradients(cut, list(here.values()))
    return dict(zip(here, substituted(slopes, {copy: node for node, copy in here.items()} | {cut: of}), strict=True))


class _Net:
    """The named nodes between `wrt` and `output`, and the local derivative along each step from one to the next."""

    def __init__(self, output: Node, wrt: Node, words: Mapping[str, str]):
        self.output, self.words = output, words
        order = topological_order([output])
        affected = reachable([wrt], order)
        self.order = [node for node in order if node in affected and node.name is not None]
        self.above: dict[Node, list[Factor]] = {node: [] for node in self.order}
        for child in (node for node in self.order if node is not wrt):
            for parent, slope in local_derivatives(child, named_below(child)).items():
                if parent in self.above:
                    self.above[parent].append(self._asked(label(child), label(parent), slope, formula(slope)))
        self._leave_out_ones(wrt)

    def from_the_output(self) -> list[Node]:
        """The named nodes layer by layer, those nearest to the output first, and otherwise in order of appearance."""
        depth: dict[str, int] = {}
        for node in reversed(self.order):
            depth[label(node)] = max((depth[factor.of] + 1 for factor in self.above[node]), default=0)
        return sorted(self.order, key=lambda node: depth[label(node)])

    def _asked(self, of: str, by: str, node: Node, part: Part, delta: bool = False) -> Factor:
        """A factor with its question."""
        what, when = (self.words.get(name, WORDS.name(name)) for name in (of, by))
        return Factor(of, by, f"How much does {what} change when {when} changes?", node, part, delta)

    def _leave_out_ones(self, wrt: Node) -> None:
        """Pass over the names that a sum such as E_total = E_o1 + E_o2 adds up: their factors 1 say nothing."""
        for node in self.order:
            ups = self.above[node]
            if node is wrt or len(ups) != 1 or ups[0].part != Number(1.0):
                continue
            over = ups[0].of
            for lower in self.order:
                if any(factor.of == over for factor in self.above[lower]):
                    continue
                self.above[lower] = [
                    self._asked(over, f.by, f.node, f.part) if f.of == node.name else f for f in self.above[lower]
                ]

    def step(self, target: Node, whole: Node, stops: Mapping[Node, Node]) -> Step:
        """The derivative with respect to `target` as a sum over the paths to the output, or to the next deltas."""
        paths = self._paths(target, stops)
        if len(paths) > MOST_PATHS:
            raise GraphError(
                f"{len(paths)} paths lead from {label(target)} to {label(self.output)}.",
                f"at most {MOST_PATHS}",
                "derivation(..., deltas=True), which finds what the paths share once.",
            )
        common = 0
        if len(paths) > 1:
            while all(len(path) > common + 1 and path[-1 - common] is paths[0][-1 - common] for path in paths):
                common += 1
        rows = tuple(tuple(path[: len(path) - common]) for path in paths)
        return Step(label(self.output), label(target), rows, tuple(paths[0][len(rows[0]) :]), whole, target in stops)

    def _paths(self, target: Node, stops: Mapping[Node, Node]) -> list[list[Factor]]:
        by_name = {node.name: node for node in self.order}
        finished: list[list[Factor]] = []
        stack: list[list[Factor]] = [[factor] for factor in reversed(self.above[target])]
        while stack:
            path = stack.pop()
            top = by_name[path[0].of]
            if top in stops:
                part = Name(delta_name(label(top)))
                finished.append([self._asked(label(self.output), label(top), stops[top], part, delta=True), *path])
            elif top is self.output:
                finished.append(path)
            else:
                stack.extend([factor, *path] for factor in reversed(self.above[top]))
            if len(finished) + len(stack) > 50 * MOST_PATHS:
                break
        return finished


# Writing it out


def _told(step: Step, numbers: Numbers | None) -> Iterator[str]:
    several = len(step.rows) > 1
    asked = _capital(step.symbol(WORDS))
    if several:
        yield f"{asked} is a sum over {len(step.rows)} paths."
    for k, row in enumerate(step.rows):
        if several:
            yield f"{_capital(_path_label(step, k))}."
        yield from (_told_factor(factor, numbers) for factor in row)
    if step.tail:
        yield "What all paths end with."
        yield from (_told_factor(factor, numbers) for factor in step.tail)
    whole = step.written(WORDS, lambda factor: factor.put_in(WORDS, numbers))
    yield f"{asked} equals {whole}" + (f", which is {step.put_in(WORDS, numbers)}." if numbers else ".")


def _told_factor(factor: Factor, numbers: Numbers | None) -> str:
    names = write(factor.part, WORDS)
    if numbers is None:
        return f"{factor.question} The factor is {names}."
    worked, value = write(factor.part, WORDS, numbers), factor.put_in(WORDS, numbers)
    between = "" if worked in (names, value) else f": {worked}"
    which = f", which is {value}" if names != value else ""
    return f"{factor.question} The factor is {names}{between}{which}{_as(factor.part, WORDS, numbers)}."


def _as(part: Part, style: Style, numbers: Numbers) -> str:
    """Why it is this case that holds: ", as 0.35 > 0". Empty where there are none."""
    reason = why(part, style, numbers) if style.decides else ""
    return f", as {reason}" if reason else ""


def _path_label(step: Step, k: int) -> str:
    if len(step.rows) == 1:
        return "the factors, in order"
    return f"path {k + 1} of {len(step.rows)}, through {' and '.join(map(WORDS.name, step.via(k)))}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def cards(written: Derivation, values: Mapping[str, float] | None = None, live: bool = False) -> str:
    """The derivation as HTML: each path a named list, each factor a card.

    Parameters
    ----------
    written : Derivation
    values : mapping of str to float, optional
        By name and key; without them the cards hold formulas only.
    live : bool
        Whether to leave a marked place for each number instead, `<span data-value="out_o1">`, for a page's program to
        fill; `data-bracket` marks those that need brackets when negative.
    """
    if live:
        return "".join(_step_html(step, LIVE, lambda name: 0.0) for step in written.steps)
    return "".join(_step_html(step, HTML, _numbers(values)) for step in written.steps)


def _numbers(values: Mapping[str, float] | None) -> Numbers | None:
    return values.__getitem__ if values else None


def slot(name: str, bracket: bool = False) -> str:
    """The marked place for one number in a page that fills it by itself."""
    return f'<span data-value="{name}"{" data-bracket" if bracket else ""}></span>'


LIVE = replace(HTML, decides=False, instead=lambda name, value, bracket: slot(name, bracket))
"""HTML with a marked place for each number, whatever it is: so with all cases."""


def _step_html(step: Step, style: Style, numbers: Numbers | None) -> str:
    several = len(step.rows) > 1
    paths = "".join(
        f'<div class="bp-path" role="group" aria-label="{html.escape(_path_label(step, k))}" data-path="{k}">'
        f"{_path_name(step, k) if several else ''}{_card_list(row, style, numbers)}</div>"
        for k, row in enumerate(step.rows)
    )
    tail = (
        f'<div class="bp-tail" role="group" aria-label="what all paths end with" style="--cards:{len(step.tail)}">'
        f'<p class="bp-path-name">{"both" if len(step.rows) == 2 else "all"} paths<span> end with</span></p>'
        f"{_card_list(step.tail, style, numbers)}</div>"
    )
    total = f" = {write(Name(step.key), style, numbers)}" if numbers else ""
    return (
        f'<div class="bp-derivation{" bp-sum" * several}" role="group" '
        f'aria-label="{html.escape(_capital(step.symbol(WORDS)))}">'
        f'<div class="bp-product"><div class="bp-paths" style="--cards:{max(map(len, step.rows))}">{paths}</div>'
        f'{tail if step.tail else ""}</div><p class="bp-result">{_math(step.symbol(HTML), step.symbol(WORDS))} = '
        f"{step.written(HTML, lambda factor: factor.put_in(style, numbers))}{total}</p></div>"
    )


def _path_name(step: Step, k: int) -> str:
    through = " and ".join(map(HTML.name, step.via(k)))
    return f'<p class="bp-path-name">path {k + 1}<span> through {through}</span></p>'


def _card_list(factors: Sequence[Factor], style: Style, numbers: Numbers | None) -> str:
    return f'<ol class="bp-cards">{"".join(_card(factor, style, numbers) for factor in factors)}</ol>'


def _card(factor: Factor, style: Style, numbers: Numbers | None) -> str:
    part, symbol = factor.part, _math(factor.symbol(HTML), factor.symbol(WORDS))
    formula = _math(_unbroken(write(part, HTML)), write(part, WORDS))
    lines = [f'<p class="bp-question">{html.escape(factor.question)}</p>']
    told = symbol if factor.delta else f'{symbol} <span class="bp-is">= {formula}</span>'
    lines.append(f'<p class="bp-formula">{told}</p>')
    if numbers:
        if not isinstance(part, Name | Number):
            lines.append(
                f'<p class="bp-numbers">= {_unbroken(write(part, style, numbers))}{_as(part, style, numbers)}</p>'
            )
        lines.append(f'<p class="bp-value">= <b>{write(Name(factor.key), style, numbers)}</b></p>')
    return f'<li class="bp-card" data-factor="{factor.key}">{"".join(lines)}</li>'


def _unbroken(markup: str) -> str:
    """The same, but that no line ends within a slope such as out (1 − out)."""
    return markup.replace("(1 − ", "(1\u00a0−\u00a0")


def _math(markup: str, spoken: str) -> str:
    """A formula that is seen one way and read aloud another."""
    return f'<span role="math" aria-label="{html.escape(spoken)}">{markup}</span>'
