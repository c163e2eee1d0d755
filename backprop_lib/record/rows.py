'''How an author writes the record: what is printed as a row of a table, and behind it what checks it.

    CLAIMS = Rows()
    FORWARD = CLAIMS.at("section 4, forward pass")

    FORWARD.row("D01 | net_h1 | 0.3775")(value("net_h1"))

    @FORWARD.row("""D53 | the name of the total error | sum-squared error |
        The name alone says nothing of a factor ½; the formula beside it has one.""")
    def _has_no_half() -> Evidence: ...

The cells are `id | claim | printed | note`, as in `Claim`; a row may go over several lines, and has no note if the
verdict says enough. Rows stand in the record in the order in which they are written.
'''

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ..networks.network import SOURCES
from .checks import proved, worked
from .rule import Claim, Evidence, Reading, Result

Check = TypeVar("Check", bound=Callable[[], Result])
Note = str | Callable[[], str]


class Rows(list[Claim]):
    """The claims of a source, in its order."""

    def at(self, location: str) -> Place:
        """Where in the source rows stand, to add them there."""
        return Place(self, location)


@dataclass(frozen=True)
class Place:
    """Where in a source rows stand. What a method is given as `words` are cells with ` | ` between them."""

    claims: Rows
    location: str

    def row(self, words: str) -> UncheckedRow:
        """A row of any kind, to be called with what checks it: `id | claim | printed | note`."""
        return UncheckedRow(self, _cells(words))

    def unjudged(self, words: str) -> UncheckedRow:
        """A row that is computed too, but has no verdict; its note says why."""
        return UncheckedRow(self, _cells(words), uncheckable=True)

    def line(self, words: str, reading: Reading | None = None, note: Note = "") -> None:
        """A line of arithmetic, worked exactly from the figures that stand in it: `id | line | printed | note`."""
        id, line, *rest = _cells(words)
        self.row(" | ".join([id, f"worked as printed: {line}", *rest]))(worked(line), reading, note)

    def formula(self, words: str, checked: str = "", note: Note = "") -> None:
        """A printed formula, proved by SymPy; `checked` is how it reads where it is printed with signs of its own."""
        row = self.row(words)
        row(proved(checked or row.cells[2]), note=note)

    def remark(self, words: str, note: Note = "") -> None:
        """What has no measure, or cannot be told: `id | claim | printed | said in place of what is computed | note`."""
        id, claim, printed, said, *rest = _cells(words)
        UncheckedRow(self, [id, claim, printed, *rest], uncheckable=True)(lambda: Evidence(True, said), note=note)

    def given(self, words: str, *ours: str | float) -> None:
        """Numbers that a source starts from, beside those of our network, by name or as they are."""
        numbers = ", ".join(f"{SOURCES.values[one] if isinstance(one, str) else one:g}" for one in ours)
        self.remark(f"{words} | {numbers} | A choice of the author, from which the rest follows.")


@dataclass(frozen=True)
class UncheckedRow:
    """The cells of a row, to be called with what checks it, or set above a function that does."""

    place: Place
    cells: list[str]
    uncheckable: bool = False

    def __call__(self, compute: Check, reading: Reading | None = None, note: Note = "") -> Check:
        """Add the row; what checks it comes back as it was. The parameters are those of `Claim`."""
        id, claim, published, *notes = self.cells
        told: Note = notes.pop() if notes else note
        assert not notes, f"{id}: a row has no more cells than its note"
        row = Claim(id, self.place.location, claim, published, compute, told, reading, self.uncheckable)
        self.place.claims.append(row)
        return compute


def left_open(words: str, compute: Callable[[], Result]) -> Reading:
    """A reading of which the text leaves it open whether it is what it means."""
    return Reading(words, compute, open=True)


def _cells(words: str) -> list[str]:
    return " ".join(words.split()).split(" | ")
