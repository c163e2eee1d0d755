"""Rows of a table as targets of links: `[0.2910](#record-d34)` on any page leads to a `<tr id="record-D34">` elsewhere.

Sphinx knows the targets in the text of a page, but not those in the HTML that a cell has shown. Here each element there
whose id begins with `record-` becomes a label of Sphinx's own, so that a link to one that is nowhere is a warning, told
with the page it stands on, like that to any other label.
"""

from __future__ import annotations

import re
from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

LOGGER = logging.getLogger(__name__)
ROW = re.compile(r"""<\w[^<>]*\sid=(["'])record-(?P<name>[\w.-]+)\1""")


def rows_in(markup: str) -> list[str]:
    """The names of the rows in a piece of HTML, in their order: `D34` for `<tr id="record-D34">`."""
    return [row["name"] for row in ROW.finditer(markup)]


def remember_rows(app: Sphinx, doctree: nodes.document) -> None:
    """Note which rows a page has that was just read."""
    markup = (raw.astext() for raw in doctree.findall(nodes.raw) if "html" in raw.get("format", "").split())
    pages_rows(app.env)[app.env.docname] = [name for text in markup for name in rows_in(text)]


def forget_rows(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """Note that `page` is read anew, or is gone."""
    pages_rows(env).pop(page, None)


def pages_rows(env: BuildEnvironment) -> dict[str, list[str]]:
    """The names of the rows of each page. Sphinx keeps it, with the environment, from one build to the next."""
    rows: dict[str, list[str]] = vars(env).setdefault("record_rows", {})
    return rows


def register_rows(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Make each row a label, now that all pages are read; one that there is twice is a warning.

    Returns the pages to write again: all, when a target that they may link to has come, gone or moved. Sphinx itself
    writes only what was edited, and would keep links that lead nowhere.
    """
    standard = cast(StandardDomain, env.get_domain("std"))
    owners: dict[str, str] = {}
    for page, names in sorted(pages_rows(env).items()):
        for name in names:
            label = f"record-{name}".lower()  # as Sphinx looks labels up
            if label in owners:
                LOGGER.warning("the id record-%s is on this page and on %s", name, owners[label], location=page)
            owners[label] = page
            standard.anonlabels[label] = page, f"record-{name}"
            standard.labels[label] = page, f"record-{name}", name
    targets = dict(standard.anonlabels), dict(standard.labels)
    before = vars(env).get("link_targets", targets)
    vars(env)["link_targets"] = targets
    return [] if before == targets else sorted(env.found_docs)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect the above to Sphinx."""
    app.connect("env-purge-doc", forget_rows)
    app.connect("doctree-read", remember_rows)
    app.connect("env-updated", register_rows)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
