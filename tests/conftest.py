"""What all tests share: Hypothesis without chance, a Node to run modules in, the built site, and a browser."""

from __future__ import annotations

import os
import subprocess
import sys

os.environ["TQDM_DISABLE"] = "1"  # before anything imports tqdm, which looks here only then

from types import ModuleType

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.node import Node
from tools.checks.browser import chromium, opened, program, served
from tools.execution import chapters, experiments
from tools.execution.chapters import ROOT
from tools.exports.downloads import build_wheel
from tools.site import build as builder

settings.register_profile("the same every time", derandomize=True, database=None, deadline=None)
settings.load_profile("the same every time")


# What takes long: the site, a browser, mypy, nbgrader; what builds the site, executes chapters, repeats experiments.
HEAVY_FIXTURES, HEAVY_MODULES = {"site", "browser", "mypy", "teaching"}, (builder, chapters, experiments)


def is_of_the_library(item):
    """Whether a test is not thorough, and needs nothing that takes long: no fixture, at any remove, and no module."""
    if not isinstance(item, pytest.Function) or item.get_closest_marker("thorough"):  # the first is a notebook's cell
        return False
    modules = [value for value in vars(item.module).values() if isinstance(value, ModuleType)]
    return HEAVY_FIXTURES.isdisjoint(item.fixturenames) and not any(module in HEAVY_MODULES for module in modules)


ONE_BY_ONE = ("tests/site/test_page_faults.py", "tests/site/test_page_moved.py")
FIRST = f"{ONE_BY_ONE[0]}::test_every_page_that_was_published_is_looked_at"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Browsers wait for frames as much as they work, so two processes share a processor; four at most, for memory."""
    processors = os.cpu_count() or 1
    return min(4, processors if config.option.markexpr else 2 * processors)


@pytest.hookimpl(tryfirst=True)  # before `-m library` chooses
def pytest_collection_modifyitems(items):
    """Mark the tests of the library alone, and those of the site that need no browser; and bring all tests in an order.

    They are found by what they use, not by hand. First comes the one test for which the site is built, and beside it
    the files that need no site: nobody waits for it. Last come those that any process can take, so that all of them
    have work until the end.
    """
    for item in items:
        if is_of_the_library(item):
            item.add_marker("library")
        elif "site" in (used := getattr(item, "fixturenames", ())) and "browser" not in used:
            item.add_marker("site")
    others = {item.path for item in items if not item.get_closest_marker("library")}
    items.sort(key=lambda item: (item.nodeid != FIRST, item.path in others, item.nodeid.startswith(ONE_BY_ONE)))


class ByFile(LoadScopeScheduling):
    """The tests of a file share a process, and with it what is made for them: a kernel, a JupyterLab, a browser.

    But the longest files by far need nothing of the kind: their tests go one by one to whichever process has time.
    """

    def _split_scope(self, nodeid):
        file = nodeid.split("::", 1)[0]
        return nodeid if file in ONE_BY_ONE else file


@pytest.hookimpl(optionalhook=True)  # there is none where pytest runs without xdist
def pytest_xdist_make_scheduler(config, log):
    """How `make test` spreads the tests over several processes."""
    config.option.loadscopereorder = False  # they are in the order in which they are to start
    return ByFile(config, log)


@pytest.fixture(scope="session")
def node():
    """One Node process for the session: see tests/node.py."""
    process = Node()
    yield process
    process.close()


@pytest.fixture(scope="session")
def site():
    """The folder of the built site, brought up to date; any warning of the build is an error."""
    return builder.html().parent


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The library's wheel, which tests/book/test_packaging.py holds to be the one that is published."""
    folder = tmp_path_factory.mktemp("wheel")
    return folder / build_wheel(ROOT, folder)


@pytest.fixture(scope="session")
def installed_wheel(wheel, tmp_path_factory):
    """The folder into which the wheel has been installed, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), str(wheel)]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="module")
def address(site):
    """The site's address on this machine."""
    with served() as home:
        yield home


@pytest.fixture
def plant(site):
    """`plant(page, change)`: the name of a copy of one of the site's pages, its text changed, there for one test."""
    folder, planted = site / "planted", []

    def start(page, change):
        copy = folder / f"{os.getpid()}-{len(planted)}.html"  # a process that tests beside this one has others
        planted.append(copy)
        folder.mkdir(exist_ok=True)
        copy.write_text(change((site / page).read_text(encoding="utf-8")), encoding="utf-8")
        return copy.relative_to(site).as_posix()

    yield start
    for copy in planted:
        copy.unlink()


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium or Chrome. Where there is none the test is skipped by name, but fails under CI."""
    if program() is None:
        reason = "no Chromium or Chrome found: install one, or set CHROME to its path"
        (pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip)(reason)
    with chromium() as running:
        yield running


@pytest.fixture
def page(request, site, browser):
    """The page whose address the module of the test calls CHAPTER; afterwards it must have met no fault."""
    with opened(browser, request.module.CHAPTER) as (page, met):
        yield page
        assert met == []
