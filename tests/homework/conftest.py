"""What the tests of homework share: whether there is a sandbox, and the environment in which nbgrader is."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import pytest

from backprop_lib.homework.code.doctor import doctor

BEYOND = pytest.skip if os.environ.get("CI", "").lower() != "true" else pytest.fail


@pytest.fixture(scope="session")
def sandbox():
    """A sandbox works here. Where none does the test is skipped by name, but on Linux fails under CI."""
    found = doctor()
    if not found.well:
        (BEYOND if platform.system() == "Linux" else pytest.skip)(f"no sandbox: {found.said}")


@pytest.fixture(scope="session")
def teaching(sandbox):
    """The Python beside which nbgrader is installed: `make teaching`. Without it as without a sandbox."""
    python = Path(f"{sys.prefix}-teaching", "bin", "python")
    if not python.exists():
        BEYOND("no environment with nbgrader: make teaching")
    return python
