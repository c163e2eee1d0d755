"""The three ledgers, run in Node: every count is the one that backprop_lib.checking.costs finds on the same graph."""

import re

import pytest

from backprop_lib import GraphError
from backprop_lib.checking.costs import count_paths, forward_mode, layered, path_by_path, reverse_mode
from backprop_lib.explorables import Ledger
from tests.library.test_explorable_modules import STRAY, call, grid, links_to, readout, stills

SHAPES = grid(width=[1, 2, 3, 4, 5], depth=[2, 3, 4, 5], turned=[False, True])
SMALL = grid(width=[2, 3], depth=[3, 4], turned=[False, True])


def graph_of(width, depth, turned, **_):
    """The same graph in Python, with the names of its inputs and outputs."""
    sizes = [width] * depth
    graph = layered(1, *sizes) if turned else layered(*sizes, 1)
    letters = "abcdef"
    many = [f"{letters[depth if turned else 0]}{k + 1}" for k in range(width)]
    single = [f"{letters[0 if turned else depth]}1"]
    return graph, *((single, many) if turned else (many, single))


def merge_order(width, depth):
    """Layers between the single end and the many, from the single end on, without the one beside it; by position."""
    return [(layer, row) for layer in range(depth - 2, 0, -1) for row in range(width)]


def account(node, **state):
    return call(node, Ledger(), "account", {"merged": 0, **state})


def cells(html):
    """The ledgers of a still figure: for each its title, its lines and its sum."""
    found = []
    for table in re.findall(r'<table class="bp-ledger.*?</table>', html, re.DOTALL):
        rows = re.findall(r'<th scope="row">(.*?)</th><td>(?:<span.*?</span> )?([\d,]+)</td>', table)
        numbers = [(what, int(number.replace(",", ""))) for what, number in rows]
        found.append((re.search("<caption>(.*?) <small>", table)[1], numbers[:-1], numbers[-1][1]))
    return found


@pytest.fixture(scope="module")
def drawn(node):
    states = [{**state, "merged": merged} for state in SHAPES for merged in (0, 1, 2, 99)]
    return list(zip(states, stills(node, Ledger(), states), strict=True))


def test_no_setting_shows_what_is_not_a_number(drawn):
    for state, html in drawn:
        assert not STRAY.search(html), (state, STRAY.search(html))


@pytest.mark.parametrize("state", SHAPES, ids=str)
def test_all_three_ledgers_agree_with_the_counts_in_python(node, state):
    graph, by, of = graph_of(**state)
    told = account(node, **state)
    accounts = {"paths": path_by_path, "forward": forward_mode, "reverse": reverse_mode}
    for name, mode in accounts.items():
        assert told["totals"][name] == mode(graph, by, of).multiplications, name
    assert told["allPaths"] == sum(count_paths(graph, one, result) for one in by for result in of)
    assert told["forward"] == [number for _, number in forward_mode(graph, by, of).lines]
    assert told["reverse"] == [number for _, number in reverse_mode(graph, by, of).lines]


@pytest.mark.parametrize("state", SMALL, ids=str)
def test_merging_node_by_node_agrees_with_python_at_every_step(node, state):
    # A graph turned round costs the same from its other end, so Python counts on the one that is not.
    width, depth = state["width"], state["depth"]
    graph, by, of = graph_of(width, depth, False)
    order = [f"{'abcdef'[layer]}{row + 1}" for layer, row in merge_order(width, depth)]
    before = None
    for merged in range(len(order) + 1):
        told = account(node, **state, merged=merged)["totals"]
        assert told["paths"] == path_by_path(graph, by, of, order[:merged]).multiplications
        assert before is None or told["paths"] < before, "every merging saves something"
        before = told["paths"]
    assert told["paths"] == told["forward" if state["turned"] else "reverse"]


def test_the_lines_of_each_ledger_add_up_to_its_sum_and_the_readout_says_the_same(drawn):
    for state, html in drawn:
        ledgers = cells(html)
        assert [title for title, _, _ in ledgers] == ["Path by path", "Forward mode", "Reverse mode"]
        for title, lines, total in ledgers:
            assert sum(number for _, number in lines) == total, (state, title)
        words = readout(html).replace(",", "")
        for _, _, total in ledgers:
            assert re.search(rf"\b{total}\b", words), (state, total)


def test_the_lines_of_the_drawing_say_how_often_each_slope_is_used(drawn):
    for state, html in drawn:
        uses = [int(number) for number in re.findall(r'data-uses="(\d+)"', html)]
        width, depth = state["width"], state["depth"]
        assert len(uses) == width**2 * (depth - 1) + width
        if state["merged"] == 0:
            graph, by, of = graph_of(**state)
            told = sum(
                number + count_paths(graph, one, result)
                for one in by
                for result in of
                for number in [path_by_path(graph, [one], [result]).multiplications]
            )
            assert sum(uses) == told, "a path of m edges, and m − 1 multiplications"
        if state["merged"] == 99 and depth > 2 and width > 1:
            assert set(uses) == {1} and "Each line is used once" in html
        assert all(
            (kind == "often") == (int(number) > 1)
            for kind, number in re.findall(r'class="used (\w+)" data-uses="(\d+)"', html)
        )


def test_the_least_of_the_three_is_marked_and_it_is_the_sweep_from_the_single_end(drawn):
    for state, html in drawn:
        least = min(total for _, _, total in cells(html))
        marked = [
            title
            for title, (_, _, total) in zip(("paths", "forward", "reverse"), cells(html), strict=True)
            if total == least
        ]
        assert html.count('<span class="bp-least">least</span>') == len(marked)
        assert ("forward" if state["turned"] else "reverse") in marked


def test_merging_is_done_as_far_as_it_can_be_whatever_is_given(node):
    for merged, told in {-3: 0, 2.4: 2, 1000: 6}.items():
        assert account(node, width=3, depth=4, turned=False, merged=merged)["merged"] == told
    for width, depth, kept in ((0, 0, (1, 2)), (9, 9, (5, 5)), (2.4, 3.6, (2, 4))):
        found = account(node, width=width, depth=depth, turned=False)
        assert (found["width"], found["depth"]) == kept


def test_no_label_leaves_the_picture(drawn):
    for state, html in drawn:
        width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', html).groups())
        for x, y, text in re.findall(r'<text class="[^"]*" x="(\S+)" y="(\S+)" text-anchor="middle">(.*?)<', html):
            assert float(x) - 4.3 * len(text) >= 0 and float(x) + 4.3 * len(text) <= width, (state, text)
            assert 8 <= float(y) <= height, (state, text)


def test_every_slider_is_linked_in_the_browser():
    explorable = Ledger()
    explorable.panel()
    sliders = links_to(explorable)
    assert set(sliders) == {row.trait for row in Ledger.sliders}
    for row in Ledger.sliders:
        assert (sliders[row.trait]["min"], sliders[row.trait]["max"], sliders[row.trait]["step"]) == (
            row.low,
            row.high,
            1,
        )


def test_a_start_that_the_slider_does_not_reach_is_refused():
    with pytest.raises(GraphError, match="from 2 to 5"):
        Ledger(depth=1.0).panel()
