"""The pages on the library: every public name stands there, says all that a reader needs, and leads to its chapter."""

from __future__ import annotations

import ast
import inspect
import pickle
import re
from html import unescape

import pytest

import backprop_lib
from backprop_lib.readings.iteration import Iteration
from tools.execution.chapters import ROOT, chapters
from tools.site import api
from tools.site.api import LIBRARY, Entry, entries, faults, page_labels

PUBLIC = entries(LIBRARY)
TITLES = page_labels()


@pytest.mark.parametrize("entry", PUBLIC, ids=lambda entry: entry.name)
def test_the_docstring_of_a_public_name_lacks_nothing(entry):
    assert faults(entry, TITLES) == []


def complete(x: float, *rest: float, **more: float) -> float:
    """Add some numbers.

    Parameters
    ----------
    x, *rest : float, or keywords
        What is added.

    Returns
    -------
    float

    Notes
    -----
    Introduced in the chapter
    *One weight*.
    """
    return x + sum(rest) + sum(more.values())


COMPLETE = inspect.getdoc(complete)  # not as it is indented here: from Python 3.13 on `__doc__` is not either


def planted(text: str) -> Entry:
    return Entry(LIBRARY, "complete", complete, text)


@pytest.mark.parametrize(
    "written, instead, fault",
    [
        (COMPLETE, "", "no docstring"),
        ("x, *rest :", "*rest :", "`x`"),
        ("x, *rest :", "x :", "`rest`"),
        (", or keywords", "", "`more`"),
        ("Parameters\n----------", "", "`x`"),
        ("Returns\n-------", "", "what it returns"),
        ("Introduced in the chapter\n*One weight*.", "After Singh (2024).", "which chapter introduces it"),
        ("*One weight*", "*One mountain*", "“One mountain”, which the book does not have"),
    ],
)
def test_what_a_docstring_lacks_is_found(written, instead, fault):
    assert faults(planted(COMPLETE), TITLES) == []
    found = faults(planted(COMPLETE.replace(written, instead)), TITLES)
    assert found and fault in " ".join(found)


def test_a_docstring_may_leave_to_another_what_it_has_in_common_with_it():
    assert len(faults(planted("Add some numbers."), TITLES)) == 5
    assert len(faults(planted("Add some numbers: see `gradient`."), TITLES)) == 3, "x, rest and more"
    assert planted("Add some numbers: see `gradient`.").chapter == "One weight"


def test_a_new_public_name_appears_by_itself_in_the_group_of_the_module_that_defines_it(monkeypatch):
    monkeypatch.setattr(backprop_lib, "__all__", [*backprop_lib.__all__, "complete", "Iteration"])
    monkeypatch.setattr(backprop_lib, "complete", complete, raising=False)
    monkeypatch.setattr(backprop_lib, "Iteration", Iteration, raising=False)
    assert "Iteration" in [entry.name for entry in api.group("Readings")]
    assert "complete" in [entry.name for entry in api.group("Networks and training")]
    assert "Iteration" not in [entry.name for entry in api.group("readings.iteration")], "no name stands on two pages"


def test_each_public_name_is_in_a_group_that_the_page_shows():
    page = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    for title in {entry.group for entry in PUBLIC}:
        assert f"{{api-table}} {title}\n" in page and f"{{api-details}} {title}\n" in page


def test_what_is_neither_a_group_nor_a_module_is_refused():
    with pytest.raises(LookupError, match="'The grpah' is neither"):
        api.group("The grpah")


def test_the_chapter_and_the_sources_in_a_docstring_become_links():
    notes = ["Text.", "", ".. rubric:: Notes", "", "Introduced in the chapter *By hand*; after Singh (2024), slide 3."]
    assert api.with_links(notes)[2:4] == [
        ":Note: After :ref:`Singh (2024) <singh2024>`, slide 3.",
        ":Introduced in: :ref:`By hand <by-hand>`",
    ]
    assert api.with_links(["After Nobody (1999)."]) == ["After Nobody (1999)."]
    assert api.with_links(["Two, see `gradient`, see `x`."]) == ["Two, see :py:obj:`~backprop_lib.gradient`, see `x`."]
    unknown = ["Text.", "", ".. rubric:: Notes", "", "Introduced in the chapter *By foot*."]
    assert ":Introduced in: By foot" in api.with_links(unknown)


@pytest.fixture(scope="module")
def page(site):
    return (site / "book" / "api.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def both_pages(site, page):
    return page + (site / "book" / "api-modules.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", PUBLIC, ids=lambda entry: entry.name)
def test_the_page_has_a_line_for_a_public_name_that_leads_to_its_details_and_its_chapter(page, entry):
    assert f'id="{entry.address}"' in page
    row = next(row for row in re.findall(r"<tr.*?</tr>", page, flags=re.DOTALL) if f'href="#{entry.address}"' in row)
    label = TITLES.get(entry.chapter, "")
    assert not label or re.search(rf'href="(\.\./notebooks/)?{label}\.html', row)


def imported_by_chapters() -> set[tuple[str, str]]:
    """Module and name of all that chapters import from the library."""
    cells = [
        cell
        for chapter in chapters()
        for cell in re.findall(r"^```\{code-cell\}.*?\n(.*?)^```", chapter.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    ]
    code = [re.sub(r"\A---\n.*?^---$|^:[^\n]*$", "", cell, flags=re.MULTILINE | re.DOTALL) for cell in cells]
    imports = [line for cell in code for line in ast.walk(ast.parse(cell))]
    return {
        (line.module, alias.name)
        for line in imports
        if isinstance(line, ast.ImportFrom) and line.module and line.module.startswith(LIBRARY)
        for alias in line.names
    }


def test_all_that_a_chapter_imports_is_on_a_page(both_pages):
    names = imported_by_chapters()
    assert (LIBRARY, "gradient") in names and len(names) > 30
    anchors = {anchor.rpartition(".")[2] for anchor in re.findall(rf'id="({LIBRARY}\.[\w.]+)"', both_pages)}
    assert {name for module, name in names if not is_module(module, name)} - anchors == set()


def is_module(package: str, name: str) -> bool:
    """Whether what is imported from a package is a module of it, or another package."""
    path = ROOT / package.replace(".", "/") / name
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_types_are_told_by_their_own_names(both_pages):
    visible = unescape(re.sub(r"<[^>]*>", "", both_pages.partition("<main")[2]))
    assert "Sequence[Node]" in visible
    assert not re.search(r"backprop_lib\.\w+\.nodes|collections\.abc|typing\.|0x[0-9a-f]{6}", visible)
    # What stands behind NumPy's alias depends on its version, and so on the Python that built the page.
    assert "dict[str, ndarray]" in visible and not re.search(r"NDArray|ndarray\[|dtype\[", visible)


def test_a_test_of_the_site_is_marked_as_one(request, site):
    assert [mark.name for mark in request.node.iter_markers()] == ["site"]


def test_a_change_anywhere_in_the_library_has_its_pages_made_again(site):
    environment = pickle.loads((site.parent / ".doctrees" / "environment.pickle").read_bytes())
    for page in ("book/api", "book/api-modules"):
        assert {ROOT / part for part in environment.dependencies[page]} >= set((ROOT / LIBRARY).rglob("*.py"))
