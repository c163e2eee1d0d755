"""Mathematics set while the book is built, by KaTeX in Node: pages hold the finished HTML and load no script for it.

A renderer of our own in place of sphinxcontrib-katex: that one's server is reached through a socket that it may not
have opened yet, so that a build fails at random, and it does not start where package.json says "module". Here the
two talk through pipes.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from tools.site import front_end

Formula = nodes.math | nodes.math_block
LOGGER = logging.getLogger(__name__)
SCRIPT = Path(__file__).resolve().parents[2] / "web" / "katex.mjs"
PUNCTUATION = ".,;:!?)’”"
# KaTeX would number each line of these by itself, beside the number that Sphinx gives the whole.
NUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|gather|equation)\}")


class MathematicsError(Exception):
    """LaTeX that KaTeX cannot set; the message is KaTeX's own."""


class Katex:
    """A Node process that sets formulas, one at a time, from the first that is asked for until `close`."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def set(self, latex: str, display: bool = False) -> str:
        """The HTML and MathML of the formula `latex`. Raises MathematicsError when KaTeX cannot read it."""
        if self.process is None:
            self.process = subprocess.Popen(
                [front_end.node(), str(SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        assert self.process.stdin and self.process.stdout, "both are pipes"
        print(json.dumps({"latex": latex, "display": display}), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise front_end.FrontEndError("Node ended before it had set all mathematics; its own words are above.")
        answer = json.loads(line)
        if "error" in answer:
            raise MathematicsError(answer["error"])
        return str(answer["html"])

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            assert self.process.stdin and self.process.stdout, "both are pipes"
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


KATEX = Katex()
set_formula = lru_cache(maxsize=None)(KATEX.set)


def html_of(node: Formula, display: bool) -> str:
    """The HTML of a formula's node; a formula that cannot be set is a warning, and appears as its LaTeX."""
    latex = NUMBERED.sub(r"\\\1{\2*}", node.astext())
    try:
        return set_formula(latex, display)
    except MathematicsError as problem:
        LOGGER.warning("%s", problem, location=node, type="mathematics")
        return f"<code>{html.escape(latex)}</code>"


class KeepPunctuation(SphinxPostTransform):
    """Hand a formula the full stop or comma after it: a browser may break the line between the two."""

    default_priority = 20
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Move the sign out of the text into the formula's attribute `after`."""
        for formula in list(self.document.findall(nodes.math)):
            after = formula.next_node(nodes.Text, descend=False, siblings=True, ascend=False)
            if after and formula.parent.index(after) == formula.parent.index(formula) + 1 and after[0] in PUNCTUATION:
                formula["after"] = after[0]
                formula.parent.replace(after, nodes.Text(after[1:]))


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line; a short one is not parted from the sign after it."""
    formula, after = html_of(node, False), node.get("after", "")
    short = formula.count('class="base"') <= 2
    if _in_table_head(node):
        formula = f'<span class="bp-spoken">{plain_text(formula)}</span><span aria-hidden="true">{formula}</span>'
    together = ' style="white-space: nowrap"' if after and short else ""
    translator.body.append(f'<span class="math"{together}>{formula}{after}</span>')
    raise nodes.SkipNode


def _in_table_head(node: nodes.Node) -> bool:
    """Whether a formula names a column: its name is said again with each cell, and MathML does not count as a name."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.thead):
            return True
    return False


def plain_text(formula: str) -> str:
    """The signs of a formula in a row, from its MathML: enough for the short ones that name columns."""
    mathml = re.sub(r"<annotation.*?</annotation>", "", formula.partition("</math>")[0], flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "", mathml)


def visit_display(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, with its number and the link to it, if it has one."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(html_of(node, True))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make KaTeX the renderer of mathematics."""
    app.add_post_transform(KeepPunctuation)
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.connect("build-finished", lambda app, error: KATEX.close())
    return {"parallel_read_safe": True, "parallel_write_safe": False}
