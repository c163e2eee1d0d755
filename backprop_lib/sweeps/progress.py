"""The bar that long work shows after two seconds, in a terminal and in a notebook, unless it is told to be silent."""

from __future__ import annotations

import os
from typing import Any

DELAY = 2
"""Seconds before a bar is shown."""


def bar(*work: Any, shown: bool, **options: Any) -> Any:
    """A bar of tqdm.

    Parameters
    ----------
    work, options
        As for tqdm: what to go through, or a `total`; and what to call it.
    shown : bool
        Whether to show one. `TQDM_DISABLE=1` silences all; left to itself, tqdm does not look at it in a notebook.
    """
    from tqdm.auto import tqdm

    silent = not shown or os.environ.get("TQDM_DISABLE", "0") not in ("", "0")
    return tqdm(*work, delay=DELAY, leave=False, disable=silent, **options)
