"""An explorable of the chapter *Backpropagation*: a backward sweep in which nobody speaks before having heard all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from ..checking.costs import reports
from ..graph import Node, gradients
from ..readings.drawing.graphs import STYLE as DRAWING_STYLE
from ..readings.drawing.graphs import drawing
from ..readings.numbers import evaluate
from .base import Explorable, module, styles


class BackwardSweep(Explorable):
    """A graph whose nodes report backward, one after the other; a node that has not heard everything is refused.

    Parameters
    ----------
    output : Node
        A number.
    wrt : sequence of Node
        The inputs whose gradients are wanted.
    values : mapping of str to float
        A value for every variable.
    order : list of str
        Which nodes have reported, by name, in order; none at first.

    Raises
    ------
    GraphError
        If the output is no number, or not computed from one of `wrt`, or a value is missing.

    Notes
    -----
    Every number is read from the graph in Python; the page only adds reports up. Chapter *Backpropagation*.
    """

    _css = Explorable._css + DRAWING_STYLE + styles("backward_sweep.css")
    order = traitlets.List(traitlets.Unicode()).tag(sync=True)
    tried = traitlets.Unicode().tag(sync=True)
    """The node that was last asked to report and could not."""

    def __init__(self, output: Node, wrt: Sequence[Node], values: Mapping[str, float], **traits: Any):
        specification = json.dumps(sweep_specification(output, wrt, values), ensure_ascii=False).replace("</", "<\\/")
        program = f"const SPEC = {specification};"
        super().__init__(_esm=module("stage.js", "backward_sweep.js", program=program), **traits)


def sweep_specification(output: Node, wrt: Sequence[Node], values: Mapping[str, float]) -> dict[str, Any]:
    """What the page is told: the drawing, and each node of the sweep with the reports that it hears and makes.

    Nodes stand in an order in which they can report; inputs come last.
    """
    made = reports(output, wrt, values)
    nodes = list(dict.fromkeys([*(report.of for report in made), *wrt]))
    picture = drawing(output, values, gradients_of=output, direction="down", title="Who has reported to whom")
    ids = {node: id for id, node in picture.nodes.items()}
    names = {box.id: box.called for box in picture.boxes}
    totals = evaluate([*picture.nodes.values(), *gradients(output, nodes)], values)[len(picture.nodes) :]
    return {
        "drawing": picture.html,
        "output": names[ids[output]],
        "nodes": [
            {
                "id": ids[node],
                "name": names[ids[node]],
                "total": total,
                "heard": [{"from": ids[r.of], "number": r.number} for r in made if r.by is node],
                "reports": [{"to": ids[r.by], "number": r.number} for r in made if r.of is node],
            }
            for node, total in zip(nodes, totals, strict=True)
        ],
    }
