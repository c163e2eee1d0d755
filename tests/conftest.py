"""What all tests share: Hypothesis without chance, a Node to run modules in, the built site, and a browser."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.node import Node
from tools import site as builder
from tools.browser import chromium, program

settings.register_profile("the same every time", derandomize=True, database=None, deadline=None)
settings.load_profile("the same every time")


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


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium or Chrome. Where there is none the test is skipped by name, but fails under CI."""
    if program() is None:
        reason = "no Chromium or Chrome found: install one, or set CHROME to its path"
        (pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip)(reason)
    with chromium() as running:
        yield running
