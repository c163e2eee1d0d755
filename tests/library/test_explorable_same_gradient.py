"""The program that is changed line by line, run in Node: its numbers are NumPy's, and those of PyTorch and JAX."""

import re
from functools import cache

import numpy as np
import pytest

from backprop_lib import GraphError
from backprop_lib.explorables import SameGradient
from backprop_lib.explorables.same_gradient import (
    CHOICES,
    EXAMPLES,
    LOSSES,
    PARAMETERS,
    same_gradient_program,
    same_gradient_values,
)
from backprop_lib.readings.iteration import Iteration
from backprop_lib.witnesses import ROUNDS, witness
from tests.library.test_explorable_modules import STRAY, call, grid, links_to, number, readout, stills, to_digits
from tests.refusal import refusal

BOOK = {"loss": "half", "precision": "float64", "zeroed": True, "turned": True, "package": "PyTorch"}
STATES = [
    *grid(**CHOICES, zeroed=[True, False], turned=[True, False], rounds=[1, 31.6, 1_000]),
    *grid(**{**CHOICES, "loss": ["half", "entropies"]}, zeroed=[True, False], turned=[True], rounds=[10_000]),
]
STORED = {
    "half": "half_squared_error",
    "sum": "squares",
    "mean": "mean square",
    "entropies": "cross-entropies",
    "mean_entropy": "mean cross-entropy",
}


@pytest.fixture(scope="module")
def drawn(node):
    return list(zip(STATES, stills(node, SameGradient(), STATES), strict=True))


def rows(html):
    """For each row of the table its name, the book's number, the program's, and the verdict; without markup."""
    found = []
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", html):
        name, cells = row.split("</th>")
        book, program = re.findall(r'<span class="bp-digits[^"]*">(.*?)</span>', cells)
        verdict = re.search(r'class="bp-agree">(.*?)</td>', cells)[1]
        found.append([re.sub("<.*?>", "", part) for part in (name, book, program, verdict)])
    return found


def as_run(state):
    """What holds in a package that has neither anything to zero nor to turn."""
    return {**state, "zeroed": True, "turned": True} if state["package"] == "JAX" else state


@cache
def by_numpy(example, loss, zeroed, turned):
    """The numbers of the table, by round, computed in Python in float64."""
    row = next(row for row in LOSSES if row.key == loss)
    values = same_gradient_values(EXAMPLES[example])
    if not turned:
        values |= {"w2": values["w3"], "w3": values["w2"], "w6": values["w7"], "w7": values["w6"]}
    updates, watched = same_gradient_program(row.kind)
    weight = {"w5": next(leaf for leaf in updates if leaf.name == "w5")}
    run = Iteration(updates, watched | weight, numba=False)
    return run({**values, "scale": row.scale, "keep": 0.0 if zeroed else 1.0}, 1_000)[0]


def expected(state):
    history, rounds = by_numpy(*(state[key] for key in ("example", "loss", "zeroed", "turned"))), round(state["rounds"])
    w1, w5 = history["filled_w1"], history["filled_w5"]
    return [history["loss"][0], w1[0], w5[0], w1[1], history["w5"][rounds], history["o1"][rounds]]


def test_no_setting_shows_what_is_not_a_number(drawn):
    for state, html in drawn:
        assert not STRAY.search(html), (state, STRAY.search(html))


def test_in_float64_the_digits_are_numpys(drawn):
    for state, html in drawn:
        if state["precision"] == "float32" or state["rounds"] > 1_000:
            continue
        run = as_run(state)
        for side, values in ((1, expected({**run, **BOOK})), (2, expected(run))):
            for row, value in zip(rows(html), values, strict=True):
                assert float(number(row[side])) == pytest.approx(value, rel=6e-9, abs=1e-300), (state, row)


def test_in_float32_they_are_those_of_a_program_that_keeps_seven(drawn):
    for state, html in drawn:
        if state["precision"] == "float32" and state["rounds"] <= 32 and as_run(state)["zeroed"]:
            for row, value in zip(rows(html), expected(as_run(state)), strict=True):
                assert float(number(row[2])) == pytest.approx(value, rel=1e-5), (state, row)
            shown = [float(number(row[2])) for row in rows(html)]
            assert np.allclose(np.float32(shown), shown, rtol=5.1e-9, atol=0), state


@pytest.mark.parametrize("package", ["PyTorch", "JAX"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_first_gradients_are_those_that_the_package_gives(drawn, package, example):
    said, seen = witness(package).results[EXAMPLES[example].title], set()
    for state, html in drawn:
        if state["package"] != package or state["example"] != example or not (state["turned"] and state["zeroed"]):
            continue
        stored = said[STORED[state["loss"]]][state["precision"]]
        loss, w1, w5 = (float(number(row[2])) for row in rows(html)[:3])
        close = 6e-9 if state["precision"] == "float64" else 1e-6
        assert [loss, w1, w5] == pytest.approx([stored["loss"], stored["W1"][0][0], stored["W2"][0][0]], rel=close)
        seen.add((state["loss"], state["precision"]))
    assert len(seen) == len(LOSSES) * 2


@pytest.mark.parametrize("example", EXAMPLES)
def test_long_trainings_end_where_pytorchs_end(node, example):
    said, title = witness("PyTorch"), EXAMPLES[example].title
    for precision, close in (("float64", 1e-8), ("float32", 2e-5)):
        states = [{**BOOK, "example": example, "precision": precision, "rounds": rounds} for rounds in ROUNDS]
        ends = [float(number(rows(html)[5][2])) for html in stills(node, SameGradient(), states)]
        assert ends == pytest.approx([o1 for _, o1, _ in said.history[title][precision]], rel=close)
    states = [{**BOOK, "example": example, "zeroed": False, "rounds": rounds} for rounds in ROUNDS[:2]]
    ends = [float(number(rows(html)[5][2])) for html in stills(node, SameGradient(), states)]
    assert ends == pytest.approx([o1 for _, o1, _ in said.never_zeroed[title][:2]], rel=1e-8)


def leading(one, other):
    """How many of nine digits two decimals share from the first on."""
    exact = [to_digits(float(number(text)), 9) for text in (one, other)]
    if len({(value.is_signed(), value.adjusted()) for value in exact}) > 1:
        return 0
    both = ["".join(map(str, value.as_tuple().digits)).ljust(9, "0") for value in exact]
    return next((k for k, pair in enumerate(zip(*both, strict=True)) if pair[0] != pair[1]), 9)


def test_as_many_digits_are_underlined_as_agree_and_the_others_are_struck(drawn):
    for state, html in drawn:
        marked = re.findall(r'<span class="bp-digits theirs">(?:<b>(.*?)</b>)?(?:<s>(.*?)</s>)?</span>', html)
        assert len(marked) == 6, state
        for (_, book, program, verdict), (same, other) in zip(rows(html), marked, strict=True):
            agree = leading(book, program)
            assert same + other == program
            underlined = re.sub(r"^0+", "", re.sub(r"\D", "", same))
            assert len(underlined) == agree or book == program, (state, book, program, same)
            if "of 9" in verdict:
                assert verdict[2:] == f"{agree} of 9", (state, book, program)
            assert (verdict[0] == "✓") == (agree == 9)


def verdicts(html):
    return [verdict for *_, verdict in rows(html)]


def one(node, **changes):
    (html,) = stills(node, SameGradient(), [{"example": "P", **BOOK, "rounds": 100, **changes}])
    return html


def test_as_in_the_book_all_agrees(node):
    for example in EXAMPLES:
        html = one(node, example=example)
        assert set(verdicts(html)) == {"✓ 9 of 9"} and "no difference in any round" in html


def test_the_mean_over_two_outputs_is_the_half(node):
    html = one(node, loss="mean")
    assert set(verdicts(html)) == {"✓ 9 of 9"} and "happens to be the half" in readout(html)


def test_without_the_half_all_is_doubled_and_the_cross_entropy_is_no_factor(node):
    html = one(node, loss="sum")
    assert verdicts(html)[:3] == ["✗ × 2"] * 3 and "2 times the book's: a factor" in readout(html)
    assert "no factor can repair that" in readout(one(node, loss="entropies"))
    said = witness("PyTorch").results["network P"]
    ratios = [
        np.ravel(said["cross-entropies"]["float64"][name]) / np.ravel(said["half_squared_error"]["float64"][name])
        for name in ("W1", "b1", "W2", "b2")
    ]
    low, high = np.concatenate(ratios).min(), np.concatenate(ratios).max()
    assert f"between {low:.3g} and {high:.3g} times" in readout(one(node, loss="entropies"))


def test_a_gradient_that_is_not_zeroed_shows_in_the_second_round(node):
    html = one(node, zeroed=False)
    assert verdicts(html)[:3] == ["✓ 9 of 9"] * 3 and verdicts(html)[3].startswith("✗")
    assert "still holds the first" in readout(html)


def test_a_matrix_that_is_not_turned_is_another_network(node):
    html = one(node, turned=False)
    values = EXAMPLES["P"].values
    crossed = EXAMPLES["P"].at(w2=values["w3"], w3=values["w2"], w6=values["w7"], w7=values["w6"])
    assert float(number(rows(html)[0][2])) == pytest.approx(crossed.value(crossed.network.total)[0], rel=1e-8)
    assert "another network, and nothing said so" in readout(html)


def test_jax_has_nothing_to_zero_and_nothing_to_turn(node):
    html = one(node, package="JAX", zeroed=False, turned=False)
    assert set(verdicts(html)) == {"✓ 9 of 9"}
    assert "jax.grad(error)(weights)" in html and "zero_grad" not in html and "W.T" not in html


def test_the_still_picture_shows_the_program_with_what_is_chosen(node):
    html = one(node, example="sources", loss="mean", precision="float32", zeroed=False, turned=False, rounds=56.2)
    lines = [re.sub("<.*?>", "", line) for line in re.findall(r'<div class="bp-line">(.*?)</div>', html)]
    text = "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")
    assert "dtype = torch.float32\nlayer.weight.copy_(W)" in text and "E = mse_loss(out, T)\n" in text
    assert "lr=0.5" in text and "range(56)" in text and "<s>optimiser.zero_grad()</s>" in html


@pytest.mark.parametrize(
    ("text", "count", "parts"),
    [
        ("0.00456", 2, ["0.0045", "6"]),
        ("−12.5", 3, ["−12.5", ""]),
        ("1.5", 0, ["", "1.5"]),
        ("10.25", 3, ["10.2", "5"]),
    ],
)
def test_a_number_is_cut_behind_its_digits(node, text, count, parts):
    assert call(node, SameGradient(), "cut", text, count) == parts


def test_the_gradients_are_counted(node):
    assert len(PARAMETERS) == 12
    assert "All 12 gradients" in readout(one(node))


@pytest.mark.parametrize("trait", CHOICES)
def test_an_unknown_choice_is_refused(trait):
    error = refusal(lambda: SameGradient(**{trait: "half a loss"}))
    assert "half a loss" in error.given and CHOICES[trait][0] in error.expected


def test_an_unknown_kind_is_refused():
    assert "'cubes'" in refusal(lambda: same_gradient_program("cubes")).given


def test_the_slider_is_linked_in_the_browser():
    explorable = SameGradient()
    explorable.panel()
    sliders = links_to(explorable)
    assert set(sliders) == {"rounds"}
    assert [sliders["rounds"][end] for end in ("min", "max", "value")] == [0, 4, 1_000]
    with pytest.raises(GraphError, match="from 1 to 10000"):
        SameGradient(rounds=20_000.0).panel()
