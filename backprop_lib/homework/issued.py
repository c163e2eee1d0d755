"""Who is asked what: a problem for each student of a class, the same whenever it is worked out again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from ..by_hand.calculation import HandCalculation
from ..by_hand.problems import another_network
from ..by_hand.strictness import fair_seed
from ..networks.network import Example, Network
from .labs import Lab
from .roster import Roster, Student, drawn

MOST_SEEDS = 10_000
"""So many are tried for a student; a lab whose answers never tell the mistakes apart is then refused."""


@dataclass(frozen=True)
class Issued:
    """The problem of one student.

    Parameters
    ----------
    student : Student
    lab : Lab
    kind : str
        Of the kinds that the lab draws from.
    seed : int
    example : Example
        The network and its given numbers.
    """

    student: Student
    lab: Lab
    kind: str
    seed: int
    example: Example

    @property
    def asked(self) -> tuple[str, ...]:
        """The keys of the numbers that are asked, in order."""
        return self.lab.asked[self.kind]

    @property
    def calculation(self) -> HandCalculation:
        """The calculation that is asked for."""
        return calculation_of(self.example.network)

    @cached_property
    def values(self) -> dict[str, float]:
        """Every number of the calculation, by key, at full precision."""
        return self.calculation.values(self.example)


@cache
def calculation_of(network: Network) -> HandCalculation:
    """The calculation for a network, made once."""
    return HandCalculation(network)


def issue(roster: Roster, lab: Lab, salt: bytes) -> tuple[Issued, ...]:
    """A problem for each student, in the order of the list; no two have the same numbers.

    It follows from the secret of the course, the lab and the student's id alone: no other student's problem changes
    when somebody joins or leaves.
    """
    found: dict[str, Issued] = {}
    taken: set[tuple[float, ...]] = set()
    for student in sorted(roster.students, key=lambda one: drawn(salt, "order", lab.name, one.id)):
        kinds = tuple(lab.asked)
        kind = kinds[int.from_bytes(drawn(salt, "kind", lab.name, student.id)[:8], "big") % len(kinds)]
        candidates = _seeds(salt, lab, student)
        while True:
            seed = fair_seed(kind, lab.asked[kind], candidates)
            example = another_network(kind, seed)
            numbers = tuple(example.values.values())
            if numbers not in taken:
                break
        taken.add(numbers)
        found[student.id] = Issued(student, lab, kind, seed, example)
    return tuple(found[student.id] for student in roster.students)


def _seeds(salt: bytes, lab: Lab, student: Student) -> Iterator[int]:
    """The seeds of a student, the first that is fair being theirs."""
    for k in range(MOST_SEEDS):
        yield int.from_bytes(drawn(salt, "seed", lab.name, student.id, str(k))[:4], "big")
