"""Rows of a table that a cell has shown are targets of links from any page: tried on a small book, built by Sphinx."""

from __future__ import annotations

import io
import re

import nbformat
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from tools.site import record_rows

CONF = """
extensions = ["myst_nb", "tools.site.record_rows"]
nb_execution_mode = "off"
exclude_patterns = ["out"]
html_theme = "basic"
"""
LINKS = "# {title}\n\nThe error is [0.291](#record-d34), as {{ref}}`record-d34` says, and [this](#record-D34) too.\n"


def table(*names):
    rows = "".join(f"<tr class='claim' id=\"record-{name}\"><td>{name}</td></tr>" for name in names)
    return f"<table>{rows}</table>"


def write_notebook(path, *names):
    """A chapter whose one cell shows a table with a row for each of `names`."""
    data = {"text/plain": "a table", "text/html": table(*names)}
    output = nbformat.v4.new_output("execute_result", data, execution_count=1)
    cell = nbformat.v4.new_code_cell("record", outputs=[output], execution_count=1, id="cell-001")
    title = nbformat.v4.new_markdown_cell(f"# Sources of {path.stem}", id="cell-000")
    path.parent.mkdir(exist_ok=True)
    metadata = {"language_info": {"name": "python", "pygments_lexer": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[title, cell], metadata=metadata), path)


def list_pages(book, *more):
    pages = ["a", "text/z", "notebooks/record", *more]
    (book / "index.md").write_text("# Book\n\n```{toctree}\n" + "\n".join(pages) + "\n```\n", encoding="utf-8")


@pytest.fixture
def book(tmp_path):
    """A book of two pages that link to a row of a third; the one is read before it, the other after it."""
    (tmp_path / "text").mkdir()
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    for page in ("a", "text/z"):
        (tmp_path / f"{page}.md").write_text(LINKS.format(title=page), encoding="utf-8")
    write_notebook(tmp_path / "notebooks" / "record.ipynb", "D33", "D34")
    list_pages(tmp_path)
    return tmp_path


def build(book):
    """Build what has changed, warnings being errors; gives the exit code and what was said."""
    out, said = book / "out", io.StringIO()
    strict = {"warningiserror": True, "keep_going": True, "confoverrides": {"nitpicky": True}}
    with docutils_namespace():
        app = Sphinx(book, book, out / "html", out / "trees", "html", status=None, warning=said, **strict)
        app.build()
    return app.statuscode, re.sub(r"\x1b\[[\d;]*m", "", said.getvalue())


def links(book, page):
    text = (book / "out" / "html" / f"{page}.html").read_text(encoding="utf-8")
    return re.findall(r'href="([^"]*#record[^"]*)"', text)


def test_a_row_is_found_whatever_else_its_tag_says():
    assert record_rows.rows_in(table("D1", "E2.b") + "<p id='record-F3'>record-G4 id=\"record-H5\"</p>") == [
        *("D1", "E2.b", "F3")
    ]


def test_a_link_leads_to_the_page_and_the_row_whether_read_before_the_record_or_after(book):
    assert build(book) == (0, "")
    assert links(book, "a") == ["notebooks/record.html#record-D34"] * 3
    assert links(book, "text/z") == ["../notebooks/record.html#record-D34"] * 3
    assert 'id="record-D34"' in (book / "out" / "html" / "notebooks" / "record.html").read_text(encoding="utf-8")
    assert ">D34</span></a> says" in (book / "out" / "html" / "a.html").read_text(encoding="utf-8")


def test_links_follow_a_row_to_another_page_and_miss_one_that_is_gone(book):
    assert build(book) == (0, "")
    write_notebook(book / "notebooks" / "record.ipynb", "D33")
    write_notebook(book / "notebooks" / "another.ipynb", "D34")
    list_pages(book, "notebooks/another")
    assert build(book) == (0, "")
    assert links(book, "text/z") == ["../notebooks/another.html#record-D34"] * 3
    write_notebook(book / "notebooks" / "another.ipynb", "D35")
    code, said = build(book)
    assert code
    for page in ("a.md", "text/z.md"):
        assert re.search(rf"{page}:3: WARNING: 'myst' cross-reference target not found: 'record-d34'", said)
        assert re.search(rf"{page}:3: WARNING: undefined label: 'record-d34'", said)


def test_a_row_that_there_is_twice_is_told_with_both_pages_until_one_is_gone(book):
    again = book / "text" / "again.ipynb"
    write_notebook(again, "d34")
    list_pages(book, "text/again")
    code, said = build(book)
    assert code
    assert re.search(r"again\.ipynb: WARNING: the id record-d34 is on this page and on notebooks/record", said)
    again.unlink()
    list_pages(book)
    assert build(book) == (0, "")
    assert links(book, "a") == ["notebooks/record.html#record-D34"] * 3
