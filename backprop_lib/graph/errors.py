"""The one kind of error that the library raises on purpose, and the words it is made of."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from numbers import Integral
from typing import Any, TypeGuard

MOST = 2**32 - 1
"""The largest whole number that anything is counted, or seeded, with."""


class GraphError(ValueError):
    """An error that speaks to a student: what was given, what was expected, what to try.

    Parameters
    ----------
    given, expected, hint : str
        One sentence or phrase each.

    Notes
    -----
    Introduced in the chapter *Reading the engine*.
    """

    def __init__(self, given: str, expected: str, hint: str):
        super().__init__(given, expected, hint)
        self.given, self.expected, self.hint = given, expected, hint

    def __str__(self) -> str:
        return f"{self.given}\n  Expected: {self.expected}\n  Try: {self.hint}"


class NoAttributeError(GraphError, AttributeError):
    """What is asked of an object that has no such attribute, so that Python may still ask whether it has one."""


def listing(names: Iterable[str]) -> str:
    """The names in quotes, separated by commas; "none" where there are none."""
    return ", ".join(f"'{name}'" for name in names) or "none"


def nearest(name: object, known: Iterable[str], otherwise: str) -> str:
    """A hint: the known name that looks most like the one given, whether in capitals or not, or `otherwise`."""
    spelled = {one.lower(): one for one in known}
    match = get_close_matches(spelled_out(name).lower(), list(spelled), n=1)
    return f"'{spelled[match[0]]}', which looks like the name you meant." if match else otherwise


def spelled_out(name: object) -> str:
    """A name as it stands, or what stands in its place."""
    return name if isinstance(name, str) else brief(name)


def brief(value: object) -> str:
    """What a value looks like in an error message: its repr on one line, cut off where it is long."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        text = "a whole number of thousands of digits" if isinstance(value, int) else _unshown(value)
    except Exception:
        text = _unshown(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _unshown(value: object) -> str:
    """What to call a value whose own words for it fail."""
    return f"<an object of type {type(value).__name__}>"


def checked_choice(value: object, known: Iterable[str], role: str, otherwise: str = "another spelling.") -> str:
    """The value itself if it is one of the names known; else a GraphError that lists them."""
    names = list(known)
    if isinstance(value, str) and value in names:
        return value
    hint = nearest(value, names, otherwise)
    raise GraphError(f"The {role} {brief(value)} was asked for.", f"one of {listing(names)}", hint)


def checked_flag(value: object, name: str) -> bool:
    """The value itself if it is True or False, as the parameter called `name` must be."""
    if isinstance(value, bool):
        return value
    raise GraphError(f"{name}={brief(value)}.", "True or False", f"{name}=True, or leave it out.")


def checked_mapping(value: object, role: str, example: str) -> Mapping[Any, Any]:
    """The value itself if it is a mapping; `role` says what it is for, to open the error message with."""
    if isinstance(value, Mapping):
        return value
    raise GraphError(f"{role}: {brief(value)} was given.", "a mapping, such as a dict", f"{example}, say.")


def is_whole(value: object, least: int, most: int = MOST) -> TypeGuard[int]:
    """Whether the value is a whole number, of Python or of NumPy, from `least` to `most`."""
    return isinstance(value, Integral) and not isinstance(value, bool) and least <= int(value) <= most


def checked_count(value: object, role: str, least: int, most: int = MOST) -> int:
    """The value as an int, if it is a whole number from `least` to `most`; `role` opens the error message."""
    if is_whole(value, least, most):
        return int(value)
    expected = f"a whole number, {least} or more, and at most {most:,}"
    raise GraphError(f"{role} was given as {brief(value)}.", expected, f"{max(least, 1)}, say.")
