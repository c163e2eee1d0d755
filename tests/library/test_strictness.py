"""What is asked of a problem that will be marked: every known mistake shows, and no two look alike."""

from itertools import count, islice

import pytest

from backprop_lib.by_hand.mistakes import MISTAKES
from backprop_lib.by_hand.problems import KINDS, another_network, calculation_of
from backprop_lib.by_hand.strictness import SILENT, TWINS, Trial, fair_seed, strict
from tests.refusal import refusal


def cells(kind, *begun):
    tables = calculation_of(kind).tables
    keys = [cell.key for table in tables for _, row in table.rows for cell in row if cell.key and not cell.given]
    return [key for key in keys if key.startswith(begun or "")]


each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
def test_a_fair_seed_is_found_soon_and_is_the_first(kind):
    asked = cells(kind)
    seed = fair_seed(kind, asked, islice(count(500), 60))
    assert strict(another_network(kind, seed), asked) == []
    assert all(strict(another_network(kind, skipped), asked) for skipped in range(500, seed))


@each_kind
def test_every_wrong_number_of_a_fair_problem_is_off_and_apart_from_the_next(kind):
    """Counted once more, from the mistakes alone: pair by pair."""
    asked = cells(kind, "net", "out", "delta", "d_E_total")
    seed = fair_seed(kind, asked, count(9000))
    example = another_network(kind, seed)
    right, found = calculation_of(kind).values(example), {}
    for key, _, slip, number in Trial(example.network, frozenset(asked)).wrong(right):
        found.setdefault(key, []).append((slip.name, number))
    for key, some in found.items():
        some = [(name, number) for name, number in some if number != pytest.approx(right[key], rel=1e-11, abs=1e-300)]
        assert all(abs(number - right[key]) >= 0.0099 * abs(right[key]) for _, number in some)
        for k, (name, number) in enumerate(some):
            for other, wrong in some[k + 1 :]:
                if name != other and frozenset({name, other}) not in TWINS:
                    assert f"{number:.3e}" != f"{wrong:.3e}", (key, name, other)


def test_a_mistake_shows_where_it_is_made_or_in_the_first_cell_that_is_asked():
    example = another_network("2-2-2", 3)
    right = calculation_of("2-2-2").values(example)

    def where(asked, name):
        return {key for key, line, slip, _ in Trial(example.network, frozenset(asked)).wrong(right) if line.key == name}

    assert where(["net_h1", "out_h1", "net_o1"], "net_h1") == {"net_h1"}
    assert where(["out_h1", "net_o1"], "net_h1") == {"out_h1"}
    assert where(["out_o1", "out_o2"], "net_h1") == {"out_o1", "out_o2"}


PLANTED = {
    "two biases alike": ({"b_h2": 0.1, "b_h1": 0.1}, "the first bias of the layer"),
    "opposite biases": ({"b_h2": 0.1, "b_h1": -0.1}, "two mistakes look alike: bias subtracted, and one bias for all"),
    "a weight like its input": ({"w1": 0.4, "i1": 0.4}, "the last factor is the weight itself"),
    "an answer of nothing": ({"w1": 0.2, "i1": 0.5, "w2": 0.1, "i2": 1.0, "b_h1": -0.2}, "net_h1 is less than 0.001"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_unfairness_is_told(planted):
    changes, words = PLANTED[planted]
    asked = cells("2-2-2")
    example = another_network("2-2-2", fair_seed("2-2-2", asked, count(0)))
    assert strict(example, asked) == []
    assert any(words in told for told in strict(example.at(**changes), asked))


def test_twins_are_pairs_that_no_numbers_tell_apart():
    """And only these: what is left of all pairs that agree in a cell for eight problems in a row is in the table."""
    asked_for = (("",), ("out", "delta", "d_E_total"), ("out",))
    always = set()
    for kind in KINDS:
        for begun in asked_for:
            asked = frozenset(
                cells(kind, *begun)
                + ([key for key in cells(kind) if key.endswith("_next")] if begun == ("out",) else [])
            )
            trial, pairs = Trial(calculation_of(kind).network, asked), None
            for seed in range(8):
                right = calculation_of(kind).values(another_network(kind, seed))
                where = {}
                for key, line, slip, number in trial.wrong(right):
                    if number != pytest.approx(right[key], rel=1e-11, abs=1e-300) or not trial.relu:
                        where.setdefault((key, f"{number:.8g}"), []).append((slip.name, line.key))
                here = {
                    (key, one, other)
                    for (key, _), names in where.items()
                    for one in names
                    for other in names
                    if one[0] < other[0]
                }
                pairs = here if pairs is None else pairs & here
            always |= {frozenset({one[0], other[0]}) for _, one, other in pairs}
    assert always - set(TWINS) == set()
    assert {frozenset(pair) for pair in TWINS} - always <= {frozenset({"sigmoid's slope", "target left out"})}


def test_twins_and_silent_mistakes_are_known_by_name():
    names = {row.name for row in MISTAKES}
    assert names >= set(SILENT) and names >= {name for pair in TWINS for name in pair}


def test_what_cannot_be_asked_is_refused():
    example = another_network("2-2-2", 1)
    assert "net_h9" in refusal(lambda: strict(example, ["net_h9"])).given
    refusal(lambda: strict(example, "net_h1"))
    refusal(lambda: strict("2-2-2", ["net_h1"]))
    refusal(lambda: fair_seed("9-9-9", ["net_h1"], [1]))
    assert "none is fair" in refusal(lambda: fair_seed("2-2-2", ["net_h1"], [])).given
