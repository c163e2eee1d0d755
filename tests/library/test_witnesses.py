"""Independent programs on the book's networks: what the file says is what the engine says, and what they still say."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest

import backprop_lib.witnesses as witnesses
from backprop_lib import evaluate, gradients, mean_of, softplus, sum_of
from backprop_lib.explorables.same_gradient import same_gradient_program, same_gradient_values
from backprop_lib.networks.network import Network, P
from backprop_lib.networks.training import train
from backprop_lib.readings.iteration import Iteration
from backprop_lib.witnesses import EXAMPLES, FEW, PROBLEMS, PROGRAMS, ROUNDS, places, source, witness
from backprop_lib.witnesses.asking import ASKED, apart, ask, main, plain
from tests.refusal import refusal

HAND_WORKED = [example.title for example in EXAMPLES]
ASKED_FOR = [(title, loss) for title, losses in ASKED.items() for loss in losses]
ALMOST = 1e-12


def by_the_engine(title, loss):
    """What the engine says: the loss, written here once more, and its gradients."""
    problem = PROBLEMS[title]
    batch = problem.network.batch(len(problem.X))
    out, net, T = batch.nodes["out2"], batch.nodes["net2"], batch.T
    node = {
        "half_squared_error": lambda: sum_of(0.5 * (out - T) ** 2) / len(problem.X),
        "binary_cross_entropy": lambda: sum_of(softplus(net) - T * net) / len(problem.X),
        "squares": lambda: sum_of((out - T) ** 2),
        "mean square": lambda: mean_of((out - T) ** 2),
        "cross-entropies": lambda: sum_of(softplus(net) - T * net),
        "mean cross-entropy": lambda: mean_of(softplus(net) - T * net),
    }[loss]()
    given = {"X": problem.X, "T": problem.T, **problem.start}
    value, *slopes = evaluate([node, *gradients(node, [batch.nodes[name] for name in problem.start])], given)
    return {"loss": float(value), **{name: slope.tolist() for name, slope in zip(problem.start, slopes, strict=True)}}


def trained(title, rounds):
    problem = PROBLEMS[title]
    how = {
        "learning_rate": problem.learning_rate,
        "epochs": rounds,
        "watch": ["out2"],
        "progress": False,
        "reading": "plain Python",
    }
    return train(problem.network, problem.X, problem.T, problem.start, **how)


def disagreements(said, ours, tolerance=ALMOST):
    """Where two of these differ by more than the tolerance, as a part of what the engine says."""
    assert np.all(np.isfinite([gap for _, gap in apart(said, ours)]))
    return [path.strip() for path, gap in apart(said, ours) if gap > tolerance]


@pytest.mark.parametrize("package", PROGRAMS)
@pytest.mark.parametrize(("title", "loss"), ASKED_FOR)
def test_loss_and_gradients_are_the_engines(package, title, loss):
    said, ours = witness(package).results[title][loss], by_the_engine(title, loss)
    assert disagreements(said["float64"], ours) == []
    assert disagreements(said["float32"], ours, 2e-6) == []


@pytest.mark.parametrize("package", PROGRAMS)
@pytest.mark.parametrize("title", PROBLEMS)
def test_the_weights_after_a_few_rounds_are_the_engines(package, title):
    said = witness(package).after[title]
    ours = plain(dict(trained(title, FEW).parameters))
    assert disagreements(said["float64"], ours) == []
    assert disagreements(said["float32"], ours, 1e-5) == []


@pytest.mark.parametrize("package", PROGRAMS)
@pytest.mark.parametrize("title", HAND_WORKED)
def test_ten_thousand_rounds_are_the_engines(package, title):
    said, run = witness(package).history[title], trained(title, ROUNDS[-1])
    ours = [[run.loss[rounds], *run.history["out2"][rounds, 0]] for rounds in ROUNDS]
    assert disagreements(said["float64"], ours, 1e-9) == []
    assert disagreements(said["float32"], ours, 2e-5) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_gradients_that_are_never_zeroed_are_those_of_the_explorables_program(example):
    run = Iteration(*same_gradient_program("squares"), numba=False)
    history, _ = run({**same_gradient_values(example), "scale": 0.5, "keep": 1.0}, 10)
    said = witness("PyTorch").never_zeroed[example.title]
    for rounds, stored in zip((1, 10), said, strict=False):
        ours = [history[name][rounds] for name in ("error", "o1", "o2")]
        assert disagreements(stored, ours, 1e-9) == []


@pytest.mark.parametrize("package", PROGRAMS)
def test_single_precision_is_what_it_says(package):
    for results in witness(package).results.values():
        for said in results.values():
            for name, values in said["float32"].items():
                shortest = [float(str(np.float32(value))) for value in np.ravel(values)]
                assert shortest == np.ravel(values).tolist(), name


@pytest.mark.parametrize("package", PROGRAMS)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_gradients_by_name_are_those_of_the_hand_worked_network(package, example):
    said, network = witness(package).gradients[example.title], example.network
    names = [*network.weight_names, *network.bias_names]
    ours = dict(zip(names, example.value(*(network.gradients[name] for name in names)), strict=True))
    assert set(said) == set(ours) and disagreements(said, ours) == []


def test_every_weight_has_its_place():
    assert places(P.network)["w2"] == [("W1", (1, 0))]
    assert places(Network(2, 3, 1, biases="layer"))["b1"] == [("b1", (0,)), ("b1", (1,)), ("b1", (2,))]


def test_a_wrong_number_anywhere_in_the_file_would_be_found():
    said = copy.deepcopy(witness("JAX").results["the encoder"]["binary_cross_entropy"]["float64"])
    said["W2"][2][7] *= 1 + 1e-11
    assert disagreements(said, by_the_engine("the encoder", "binary_cross_entropy")) == ["W2"]
    slipped = by_the_engine("network P", "half_squared_error")
    said = witness("PyTorch").results["network P"]["squares"]["float64"]
    assert disagreements(said, slipped) == ["loss", *["W1"] * 4, "b1", "b1", *["W2"] * 4, "b2", "b2"]


def test_a_list_that_has_lost_an_element_is_found():
    with pytest.raises(ValueError):
        list(apart({"b1": [1.0]}, {"b1": [1.0, 2.0]}))


@pytest.mark.parametrize("package", PROGRAMS)
def test_a_witness_that_is_installed_still_says_so(package):
    pytest.importorskip(PROGRAMS[package][0])
    said, stored = ask(package), vars(witness(package))
    for what, tolerance in (("results", 1e-5), ("after", 1e-4), ("history", 1e-3)):
        for path, gap in apart(said[what], stored[what]):
            assert gap <= (1e-9 if "float64" in path else tolerance), (what, path)


@pytest.mark.parametrize(("package", "names"), [("PyTorch", ["LOSSES", "two_layers", "train"]), ("JAX", ["step"])])
def test_the_source_shown_is_the_source_run(package, names):
    text = Path(witnesses.__file__).with_name(f"{PROGRAMS[package][1]}.py").read_text(encoding="utf-8")
    for name in names:
        shown = source(package, name)
        assert f"\n\n{shown}\n" in text
        assert re.match(rf"(@.*\n)?(def )?{name}\b", shown)
    assert source(package, *names) == "\n\n\n".join(source(package, name) for name in names)


def test_what_there_is_not_is_named():
    assert "'Torch'" in refusal(lambda: witness("Torch")).given
    assert "PyTorch" in refusal(lambda: witness("Torch")).expected
    assert "'Autograd'" in refusal(lambda: source("Autograd", "train")).given
    assert "'trian'" in refusal(lambda: source("PyTorch", "trian")).given


def test_titles_are_the_problems_own():
    assert len(PROBLEMS) == len(EXAMPLES) + 1
    assert all(title == problem.title for title, problem in PROBLEMS.items())
    assert set(ASKED) == set(PROBLEMS)


def test_the_comparison_says_when_there_is_nothing_to_compare(monkeypatch, capsys):
    monkeypatch.setattr("backprop_lib.witnesses.asking.present", list)
    assert main() == 1
    assert "None of PyTorch, JAX is installed" in capsys.readouterr().out


def test_the_comparison_tells_the_largest_difference(monkeypatch, capsys):
    said = copy.deepcopy(vars(witness("JAX")))
    said["results"]["network P"]["squares"]["float64"]["loss"] *= 1.5
    monkeypatch.setattr("backprop_lib.witnesses.asking.present", lambda: ["JAX"])
    monkeypatch.setattr("backprop_lib.witnesses.asking.ask", lambda package: said)
    assert main() == 0
    told = capsys.readouterr().out
    assert "results, float64: apart by 5.0e-01" in told and "after, float64: apart by 0.0e+00" in told
