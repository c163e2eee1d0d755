"""What tests of a chapter share, beside the fixture `page`: how to take hold of a slider, what may never be shown."""

from __future__ import annotations

import re

STRAY = re.compile("NaN|undefined|Infinity|null")


def handle(box, label):
    """The handle of the slider whose label begins so."""
    return box.locator(f'.noUi-handle[aria-label^="{label}"]')
