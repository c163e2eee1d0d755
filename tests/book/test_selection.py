"""Which tests `make check` runs, and in which order `make test` starts: found by what a test uses, not by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.conftest import FIRST, HEAVY_MODULES, ONE_BY_ONE, is_of_the_library, pytest_collection_modifyitems
from tests.site import test_page_faults


@pytest.fixture
def needing(request):
    """`needing(fixture)`: a test of this file that needs that fixture."""

    def start(fixture):
        names = {}
        exec(f"def test_planted({fixture}): pass", names)
        return pytest.Function.from_parent(request.node.parent, name="test_planted", callobj=names["test_planted"])

    return start


@pytest.mark.parametrize("fixture", ["tmp_path", "node"])
def test_a_test_that_needs_nothing_heavy_is_of_the_library(needing, fixture):
    assert is_of_the_library(needing(fixture))


@pytest.mark.parametrize("fixture", ["site", "browser", "address", "plant", "page"])
def test_a_test_that_needs_the_site_or_a_browser_at_whatever_remove_is_not(needing, fixture):
    assert not is_of_the_library(needing(fixture))


@pytest.mark.parametrize("module", HEAVY_MODULES, ids=lambda module: module.__name__)
def test_a_test_whose_file_builds_or_executes_is_not(needing, request, monkeypatch, module):
    monkeypatch.setattr(request.module, "planted", module, raising=False)
    assert not is_of_the_library(needing("tmp_path"))


def test_a_test_that_takes_long_by_itself_is_not(needing):
    test = needing("tmp_path")
    test.add_marker("thorough")
    assert not is_of_the_library(test)


def test_a_cell_of_a_notebook_is_not():
    assert not is_of_the_library(SimpleNamespace(fixturenames=[]))


def test_the_site_is_built_first_and_what_any_process_can_take_comes_last():
    def item(nodeid, library=False):
        return SimpleNamespace(nodeid=nodeid, path=nodeid.split("::")[0], get_closest_marker=lambda _: library)

    mixed = [item("mixed.py::one", library=True), item("mixed.py::two")]
    one_by_one, first, light = item(f"{ONE_BY_ONE[0]}::a_page"), item(FIRST), item("light.py::one", library=True)
    items = [one_by_one, *mixed, first, light]
    pytest_collection_modifyitems(items)
    assert items == [first, light, *mixed, one_by_one]


def test_the_test_that_is_to_be_first_is_there():
    assert hasattr(test_page_faults, FIRST.rpartition("::")[2])
