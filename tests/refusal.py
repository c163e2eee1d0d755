"""How the tests look at an error that the library raises on purpose."""

import pytest

from backprop_lib import GraphError


def refusal(action):
    """The error that an action is refused with; it must say what was given, what expected, what to try."""
    with pytest.raises(GraphError) as caught:
        action()
    error = caught.value
    assert error.given and error.expected and error.hint
    assert str(error) == f"{error.given}\n  Expected: {error.expected}\n  Try: {error.hint}"
    return error
