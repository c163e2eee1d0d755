"""The figure *Which product fits?*, run in Node: its verdicts and numbers are NumPy's, for every size and product."""

import itertools
import re

import numpy as np
import pytest

from backprop_lib import GraphError, evaluate, gradients
from backprop_lib.explorables import Shapes
from backprop_lib.explorables.shapes import FACTORS, MOST, NUMBERS, layer_graph
from backprop_lib.graph.fold import inputs
from backprop_lib.networks.layers import Layers
from tests.library.test_explorable_modules import STRAY, call, grid, links_to, number, readout, stills, to_digits

SIZES = [*itertools.product((1, 2, 3, 5), repeat=3), (4, 2, 3)]
STATES = [
    {"examples": n, "inputs": d, "units": m, "row": 2, "column": 3, "by": by, "product": k}
    for n, d, m in SIZES
    for by in FACTORS
    for k in range(8)
]
VERDICTS = {
    "apart": "there is no such product",
    "shape": "the wrong shape",
    "wrong": "its numbers are wrong",
    "right": "those of the gradient",
}


@pytest.fixture(scope="module")
def drawn(node):
    return list(zip(STATES, stills(node, Shapes(), STATES), strict=True))


def layer(n, d, m):
    """The layer at these sizes, from a network of just that size: values, node delta and gradients, by name."""
    given = {"X": NUMBERS["X"], "W": NUMBERS["W"], "T": NUMBERS["T"], "b": [NUMBERS["b"]]}
    cut = {"X": (n, d), "W": (d, m), "T": (n, m), "b": (1, m)}
    arrays = {key: np.array(table, float)[: cut[key][0], : cut[key][1]] for key, table in given.items()}
    nodes = Layers(d, m).batch(n).nodes
    wanted = gradients(nodes["loss"], [nodes[name] for name in ("net1", "W1", "X", "b1")])
    values = evaluate(wanted, X=arrays["X"], W1=arrays["W"], b1=arrays["b"][0], T=arrays["T"])
    factors = {**arrays, "δ": values[0], "1": np.ones((n, 1))}
    return factors, dict(zip("WXb", [values[1], values[2], values[3][None]], strict=True))


def factors_of(html, by):
    """The two factors of the chosen product, as the readout names them: each with whether it is transposed."""
    words = readout(html).split(":")[0].split()
    return [(word.rstrip("ᵀ"), word.endswith("ᵀ")) for word in words]


def matrices(html, state):
    factors, wanted = layer(state["examples"], state["inputs"], state["units"])
    chosen = [factors[name].T if turned else factors[name] for name, turned in factors_of(html, state["by"])]
    return chosen, wanted[state["by"]]


def expected(chosen, wanted):
    left, right = chosen
    if left.shape[1] != right.shape[0]:
        return "apart"
    if (left @ right).shape != wanted.shape:
        return "shape"
    return "right" if np.allclose(left @ right, wanted, atol=1e-12) else "wrong"


def test_no_setting_shows_what_is_not_a_number(drawn):
    for state, html in drawn:
        assert not STRAY.search(html), (state, STRAY.search(html))


def test_the_verdict_is_the_one_that_numpy_finds(drawn):
    seen = set()
    for state, html in drawn:
        verdict = expected(*matrices(html, state))
        assert [name for name, words in VERDICTS.items() if words in readout(html)] == [verdict], state
        seen.add(verdict)
    assert seen == set(VERDICTS)


def test_the_eight_products_are_all_there_and_the_first_is_not_the_right_one(drawn):
    for state, html in drawn:
        assert {name for name, _ in factors_of(html, state["by"])} == set(FACTORS[state["by"]])
    for by in FACTORS:
        here = [(s, h) for s, h in drawn if s["by"] == by and (s["examples"], s["inputs"], s["units"]) == (4, 2, 3)]
        assert len({tuple(factors_of(html, by)) for _, html in here}) == 8
        verdicts = [expected(*matrices(html, state)) for state, html in here]
        assert verdicts[0] == "apart" and verdicts.count("right") == 1


def test_where_all_sizes_differ_from_one_exactly_one_product_is_right(drawn):
    """Shapes alone do not tell, but numbers do: also where all eight products have the right shape."""
    for n, d, m in itertools.product((2, 3, 5), repeat=3):
        for by in FACTORS:
            here = [
                expected(*matrices(html, state))
                for state, html in drawn
                if (state["examples"], state["inputs"], state["units"], state["by"]) == (n, d, m, by)
            ]
            assert here.count("right") == 1, (n, d, m, by)


def test_the_tally_counts_all_eight(drawn):
    groups = itertools.groupby(
        drawn, key=lambda pair: tuple(pair[0][key] for key in ("examples", "inputs", "units", "by"))
    )
    for key, group in groups:
        pairs = list(group)
        verdicts = [expected(*matrices(html, state)) for state, html in pairs]
        formed, fitting = 8 - verdicts.count("apart"), verdicts.count("wrong") + verdicts.count("right")
        for _, html in pairs:
            told = re.search(r"Of the eight products, (\d) can be formed and (\d) ha(?:s|ve) the shape", readout(html))
            assert (int(told[1]), int(told[2])) == (formed, fitting), key


def test_the_sum_written_out_is_the_element_that_numpy_computes(drawn):
    checked = 0
    for state, html in drawn:
        (left, right), _ = matrices(html, state)
        told = re.search(r"Row (\d) of \S+ with column (\d) of \S+: (.+) = (\S+(?: × 10\S+)?)\. Of", readout(html))
        assert bool(told) == (left.shape[1] == right.shape[0]), state
        if told:
            i, j = int(told[1]) - 1, int(told[2]) - 1
            assert (i, j) == (min(2, left.shape[0]) - 1, min(3, right.shape[1]) - 1)
            terms = [term.split(" · ") for term in told[3].split(" + ")]
            assert len(terms) == left.shape[1]
            for k, (a, b) in enumerate(terms):
                assert number(a.strip("()")) == to_digits(left[i, k], 3), state
                assert number(b.strip("()")) == to_digits(right[k, j], 3), state
            assert float(number(told[4])) == pytest.approx((left @ right)[i, j], rel=5e-3, abs=1e-15), state
            checked += 1
    assert checked > 500


def test_the_boxes_have_as_many_cells_as_the_matrices(drawn):
    for state, html in drawn:
        (left, right), _ = matrices(html, state)
        product, whole = (
            html[html.index(f'data-part="{part}"') :].split("</figure>")[0] for part in ("product", "layer")
        )
        made = left.shape[0] * right.shape[1] if left.shape[1] == right.shape[0] else 0
        assert len(re.findall('class="cell', product)) == left.size + right.size + made, state
        assert product.count("data-cell=") == made
        n, d, m = state["examples"], state["inputs"], state["units"]
        assert len(re.findall('class="cell', whole)) == n * d + d * m + m + 3 * n * m


def test_the_highlighted_row_and_column_are_those_of_the_element(drawn):
    for state, html in drawn:
        (left, right), _ = matrices(html, state)
        if left.shape[1] == right.shape[0]:
            assert len(re.findall('class="cell lit"', html)) == left.shape[1] + right.shape[0] + 1, state


def test_no_label_leaves_its_picture(drawn):
    for state, html in drawn:
        for width, height, content in re.findall(r'viewBox="0 0 (\d+) (\d+)"[^>]*>(.*?)</figure>', html, re.DOTALL):
            for kind, x, y, anchor, text in re.findall(
                r'<text class="([^"]*)" x="(\S+)" y="(\S+)" text-anchor="(\w+)">(.*?)<', content
            ):
                reach = (7.2 if kind == "number" else 8.6) * len(text)
                left = float(x) - {"start": 0, "middle": reach / 2, "end": reach}[anchor]
                assert left >= -6 and left + reach <= int(width) + 8, (state, text)
                assert 8 <= float(y) <= int(height), (state, text)


def test_numbers_stay_in_their_cells(drawn):
    for state, html in drawn:
        product = html[html.index('data-part="product"') :].split("</figure>")[0]
        numbers = re.findall(r'<text class="number"[^>]*>(.*?)<', product)
        if numbers:
            size = float(re.search(r'class="cell[^"]*" x="\S+" y="\S+" width="(\S+?)"', product)[1])
            assert max(len(text) for text in numbers) * 7.5 <= size + 1, state


def test_the_graph_of_the_largest_layer_holds_the_smaller_ones():
    """What is filled up with zeros changes neither the delta nor the gradients of what is there."""
    rng = np.random.default_rng(2)
    graph = layer_graph()
    for n, d, m in [(1, 1, 1), (4, 2, 3), (5, 5, 5), (2, 5, 1)]:
        _, wanted = layer(n, d, m)
        given = {key: np.array(NUMBERS[key], float) for key in ("X", "W", "T", "b")}
        given["X"][n:], given["X"][:, d:] = 0, 0
        given["W"][d:], given["W"][:, m:] = 0, 0
        given |= {"here": np.zeros((MOST, MOST)), "count": n}
        given["here"][:n, :m] = 1
        given["T"] = np.where(given["here"] == 1, given["T"], rng.uniform(size=(MOST, MOST)))
        names = {"dW": wanted["W"], "dX": wanted["X"], "db": wanted["b"][0]}
        for name, expected_value in names.items():
            node = graph[name]
            got = evaluate(node, {key: given[key] for key in inputs([node])})
            assert np.allclose(got[tuple(slice(0, size) for size in expected_value.shape)], expected_value)


def test_whatever_is_given_sizes_are_whole_and_within_bounds(node):
    states = grid(
        examples=[-3, 2.4, 99], inputs=[0, 5.6], units=[1e9], row=[-1, 9], column=[0.2], by=["W"], product=[3]
    )
    for state in states:
        seen = call(node, Shapes(), "looked", state)
        assert all(seen[key] in range(1, MOST + 1) for key in ("examples", "inputs", "units"))
        assert not STRAY.search(call(node, Shapes(), "still", state))
    strange = {"examples": 4, "inputs": 2, "units": 3, "row": 1, "column": 1, "by": "Q", "product": 11}
    assert not STRAY.search(call(node, Shapes(), "still", strange))


def test_every_slider_is_linked_in_the_browser():
    explorable = Shapes()
    explorable.panel()
    assert set(links_to(explorable)) == {row.trait for row in Shapes.sliders}


def test_a_gradient_or_product_that_there_is_not_is_refused():
    with pytest.raises(GraphError, match="'W', 'X'"):
        Shapes(by="H")
    with pytest.raises(GraphError, match="from 0 to 7"):
        Shapes(product=8)
    with pytest.raises(GraphError, match="from 1 to 5"):
        Shapes(units=6).panel()
