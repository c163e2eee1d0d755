"""The one kind of error that the library raises on purpose, and the words it is made of."""

from collections.abc import Iterable
from difflib import get_close_matches


class GraphError(ValueError):
    """An error that speaks to a student: what was given, what was expected, what to try.

    Parameters
    ----------
    given, expected, hint : str
        One sentence or phrase each.
    """

    def __init__(self, given: str, expected: str, hint: str):
        super().__init__(given, expected, hint)
        self.given, self.expected, self.hint = given, expected, hint

    def __str__(self) -> str:
        return f"{self.given}\n  Expected: {self.expected}\n  Try: {self.hint}"


def listing(names: Iterable[str]) -> str:
    """The names in quotes, separated by commas; "none" where there are none."""
    return ", ".join(f"'{name}'" for name in names) or "none"


def nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    """A hint: the known name that looks most like the one given, or `otherwise`."""
    match = get_close_matches(name, list(known), n=1)
    return f"'{match[0]}', which looks like the name you meant." if match else otherwise
