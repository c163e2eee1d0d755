"""What may cross from the sandbox: a line of JSON that holds a finite number, a text, a truth, or lists of these."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

DEEPEST, MOST_ITEMS, LONGEST_TEXT, LARGEST = 6, 20_000, 2_000, 2**63
"""Lists within lists, values in all, letters of a text, and the size of a whole number."""


class NotAcceptedError(ValueError):
    """Something was sent that may not cross."""


def _no_number(name: str) -> Any:
    raise NotAcceptedError(f"{name} is no finite number")


def _no_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotAcceptedError("a name stands twice in what was sent")
    return found


def reply(line: bytes) -> tuple[int, Any, str]:
    """The number of the request that a line answers; the value that it gives; and the error, if it is one.

    Raises
    ------
    NotAcceptedError
        For anything else.
    """
    try:
        found = json.loads(line, parse_constant=_no_number, object_pairs_hook=_no_repetition)
    except NotAcceptedError:
        raise
    except (ValueError, RecursionError):
        raise NotAcceptedError("what was sent is no JSON") from None
    if not isinstance(found, dict) or set(found) not in ({"id", "value"}, {"id", "error"}):
        raise NotAcceptedError("what was sent is no reply")
    number, error = found["id"], found.get("error", "")
    if type(number) is not int or not isinstance(error, str) or len(error) > LONGEST_TEXT:
        raise NotAcceptedError("what was sent is no reply")
    value = found.get("value")
    _check(value)
    return number, value, error or ("an error without words" if "error" in found else "")


def _check(value: Any) -> None:
    left, seen = [(value, 0)], 0
    while left:
        one, depth = left.pop()
        seen += 1
        if isinstance(one, list):
            if depth >= DEEPEST:
                raise NotAcceptedError(f"lists stand within lists more than {DEEPEST} deep")
            if seen + len(left) + len(one) > MOST_ITEMS:
                raise NotAcceptedError(f"there are more than {MOST_ITEMS:,} values")
            left += [(item, depth + 1) for item in one]
        elif isinstance(one, str):
            if len(one) > LONGEST_TEXT:
                raise NotAcceptedError(f"a text has more than {LONGEST_TEXT:,} letters")
        elif isinstance(one, int):  # a truth is one, too
            if abs(one) > LARGEST:
                raise NotAcceptedError("a whole number is too large")
        elif isinstance(one, float):
            if not isfinite(one):  # 1e999 is one for JSON
                raise NotAcceptedError("a number is not finite")
        elif one is not None:
            raise NotAcceptedError("there are values that are neither numbers nor lists")
