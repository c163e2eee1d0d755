"""The shared question: predict, lock in, and only then see what happens beside the guess."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets

from ..graph.errors import GraphError, brief
from ..graph.validation import real_array
from .base import Explorable, module


class Prediction(Explorable):
    """A question that the reader commits to before the answer appears.

    Parameters
    ----------
    question : str
    choices : list of str
        What can be chosen; "I don't know" is added. Empty for a number that is typed.
    answer : int or float
        The index of the right choice, or the right number.
    outcome : str
        What happens, and why: shown once the guess is locked in.
    tolerance : float
        How far a typed number may be off.
    code : bool
        Whether the choices are lines of a calculation, set in a monospaced type.

    Raises
    ------
    GraphError
        For an empty question or outcome, an answer that is not among the choices or no number, or an unknown option.

    Notes
    -----
    `guess` holds what was locked in, or the empty string: with a kernel a cell below can look at it.
    """

    question = traitlets.Unicode().tag(sync=True)
    choices = traitlets.List(traitlets.Unicode()).tag(sync=True)
    answer = traitlets.Float().tag(sync=True)
    tolerance = traitlets.Float(1e-9).tag(sync=True)
    outcome = traitlets.Unicode().tag(sync=True)
    code = traitlets.Bool(False).tag(sync=True)
    guess = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        question: str,
        choices: Sequence[str] = (),
        *,
        answer: float,
        outcome: str,
        tolerance: float = 1e-9,
        code: bool = False,
    ):
        choices = _words(choices)
        for role, text in (("question", question), ("outcome", outcome)):
            if not (isinstance(text, str) and text.strip()):
                raise GraphError(f"The {role} of a prediction is {brief(text)}.", "a sentence", "say it in words.")
        if choices and answer not in range(len(choices)):
            raise GraphError(
                f"The answer {brief(answer)} to “{question}”.",
                f"the index of one of the {len(choices)} choices, from 0 to {len(choices) - 1}",
                "choices.index(...) of the right one.",
            )
        super().__init__(
            _esm=module("stage.js", "prediction.js"),
            question=question,
            choices=choices,
            answer=float(real_array(answer, f"The answer to “{question}”")),
            outcome=outcome,
            tolerance=tolerance,
            code=code,
        )

    def __repr__(self) -> str:
        """What a viewer without widgets shows in place of the question: the question, and not its answer."""
        return " / ".join([self.question, *self.choices])


def _words(choices: Sequence[str]) -> list[str]:
    if not isinstance(choices, str) and all(isinstance(choice, str) for choice in choices):
        return list(choices)
    raise GraphError(
        f"The choices of a prediction are {brief(choices)}.",
        "a list of sentences, or none for a number",
        '["Up", "Down"].',
    )
