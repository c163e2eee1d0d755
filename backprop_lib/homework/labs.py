"""The labs: what each asks in numbers, and where its notebook stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..graph.errors import checked_choice

__all__ = ["LABS", "Lab"]


@dataclass(frozen=True)
class Lab:
    """One lab.

    Parameters
    ----------
    name : str
        What it is called in a command and in file names.
    title : str
    chapters : tuple of str
        The pages of the book that it goes with, by their names.
    asked : mapping of str to tuple of str
        For each kind of problem that it draws from, the keys of the numbers that are asked, in order.
    explain : str
        The one question that is answered in words and that a person marks.
    """

    name: str
    title: str
    chapters: tuple[str, ...]
    asked: Mapping[str, tuple[str, ...]]
    explain: str = ""


def _keys(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LABS = {
    lab.name: lab
    for lab in (
        Lab(
            "by-hand",
            "Backpropagation by hand",
            ("by-hand", "backpropagation"),
            {
                "2-2-2": _keys(
                    "net_h1 out_h1 out_o1 E_total delta_o1 delta_o2 delta_h1 d_E_total_d_w5 d_E_total_d_w1 "
                    "w5_next w1_next"
                )
            },
            "Your number for the delta of h1 is a sum. What are its terms, and why are they added?",
        ),
    )
}
"""By name."""


def checked_lab(name: str) -> Lab:
    """One of LABS, or a GraphError that lists them."""
    return LABS[checked_choice(name, LABS, "lab", "'by-hand', say.")]
