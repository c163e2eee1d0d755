"""Independent programs on the book's examples: what the file says is what the engine says, and what they still say."""

import pytest

from backprop_lib.networks import Network
from backprop_lib.witnesses import witness
from tests.refusal import refusal
from tools.witnesses import EXAMPLES, WITNESSES


def disagreements(said, example):
    """The names whose gradient differs from the engine's by more than 1e-12 of its size."""
    network = example.network
    names = [*network.weight_names, *network.bias_names]
    ours = dict(zip(names, example.value(*(network.gradients[name] for name in names)), strict=True))
    assert set(said) == set(ours)
    return [name for name in names if said[name] != pytest.approx(ours[name], rel=1e-12, abs=1e-17)]


@pytest.mark.parametrize("package", WITNESSES)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_witness_agrees_with_the_engine(package, example):
    assert disagreements(witness(package).gradients[example.title], example) == []


def test_a_wrong_gradient_in_the_file_would_be_found():
    [package, *_] = WITNESSES
    said = dict(witness(package).gradients[EXAMPLES[1].title])
    said["w3"] *= 1 + 1e-11
    assert disagreements(said, EXAMPLES[1]) == ["w3"]


@pytest.mark.parametrize("package", WITNESSES)
def test_a_witness_that_is_installed_still_says_so(package):
    module, ask = WITNESSES[package]
    pytest.importorskip(module)
    for example in EXAMPLES:
        assert disagreements(ask()["gradients"][example.title], example) == []


def test_an_unknown_witness_is_named():
    assert "'Torch'" in refusal(lambda: witness("Torch")).given
    assert "PyTorch" in refusal(lambda: witness("Torch")).expected


def test_examples_have_titles_of_their_own():
    assert len({example.title for example in EXAMPLES}) == len(EXAMPLES)
    assert all(isinstance(example.network, Network) for example in EXAMPLES)
