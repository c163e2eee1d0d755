"""Layered networks as pictures: every unit and every line, names apart from each other, long layers cut short."""

from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lib.networks.drawing import network_drawing
from backprop_lib.networks.layout import FIRST, MOST, RADIUS
from backprop_lib.networks.network import SOURCES
from backprop_lib.readings.drawing.svg_text import name_label, width
from tests.refusal import refusal

SVG = "{http://www.w3.org/2000/svg}"


def named(network):
    return {(c.source, c.target): c.name for c in network.weights}


def parsed(drawn):
    return ElementTree.fromstring(drawn.svg)


def units(drawn):
    return {g.get("data-node"): g for g in parsed(drawn).iter(f"{SVG}g") if "bp-unit" in (g.get("class") or "").split()}


def lines(drawn):
    return [p for p in parsed(drawn).iter(f"{SVG}path") if "bp-edge" in p.get("class").split()]


@given(sizes=st.lists(st.integers(1, 40), min_size=2, max_size=5), valued=st.booleans())
@settings(max_examples=15)
def test_every_unit_and_line_is_drawn_and_of_a_long_layer_the_first_and_the_last(sizes, valued):
    whole = network_drawing(sizes)
    values = {unit: 0.25 for layer in whole.layers for unit in layer} if valued else {}
    drawn = network_drawing(sizes, values=values)
    kept = [layer if len(layer) <= MOST else (*layer[:FIRST], layer[-1]) for layer in drawn.layers]
    assert set(units(drawn)) == {unit for layer in kept for unit in layer}
    ends = [(line.get("data-from"), line.get("data-to")) for line in lines(drawn)]
    assert sorted(ends) == sorted((a, b) for before, after in pairwise(kept) for a in before for b in after)
    counts = [t.text for t in parsed(drawn).iter(f"{SVG}text") if t.get("class") == "bp-more" and t.text != "⋮"]
    assert counts == [f"{size - FIRST - 1} more" for size in sizes if size > MOST]
    wide, high = (int(parsed(drawn).get(key)) for key in ("width", "height"))
    circles = [group.find(f"{SVG}circle") for group in units(drawn).values()]
    middles = [(int(c.get("cx")), int(c.get("cy")), int(c.get("r"))) for c in circles]
    for x, y, r in middles:
        assert r < x < wide - r and r < y < high - r
    for (x, y, r), (to_x, to_y, _) in combinations(middles, 2):
        assert (x - to_x) ** 2 + (y - to_y) ** 2 > (2 * r) ** 2


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 4, 2), (1, 3), (4, 4), (5, 2), (2, 5), (1, 1)])
def test_names_of_weights_keep_apart_from_each_other_and_from_units(sizes):
    layers = network_drawing(sizes).layers
    pairs = [(a, b) for before, after in pairwise(layers) for a in before for b in after]
    drawn = network_drawing(sizes, weights={pair: f"w{k}" for k, pair in enumerate(pairs, 1)})
    labels = [t for t in parsed(drawn).iter(f"{SVG}text") if t.get("class") == "bp-weight"]
    assert len(labels) == len(pairs)
    half = {label: width(name_label("".join(label.itertext())), 14) / 2 for label in labels}
    place = {label: (int(label.get("x")), int(label.get("y")) - 5) for label in labels}
    for one, other in combinations(labels, 2):
        (x, y), (to_x, to_y) = place[one], place[other]
        assert abs(x - to_x) > half[one] + half[other] or abs(y - to_y) >= 14
    for label, (x, y) in place.items():
        for at_x, at_y in drawn.layout.places.values():
            assert abs(x - at_x) >= half[label] + RADIUS or abs(y - at_y) >= RADIUS


def test_a_path_and_values_and_names_of_ones_own():
    network = SOURCES.network
    values = dict(zip(network.units, SOURCES.value(*map(network.output, network.units)), strict=True))
    drawn = network_drawing(network.layers, weights=named(network), values=values, highlight=["i1", "h2", "o1"])
    lit = [
        (line.get("data-from"), line.get("data-to")) for line in lines(drawn) if "bp-lit" in line.get("class").split()
    ]
    assert lit == [("i1", "h2"), ("h2", "o1")]
    marked = [name for name, group in units(drawn).items() if group.find(f"{SVG}path") is not None]
    assert marked == ["i1", "h2", "o1"]
    texts = ["".join(text.itertext()) for text in units(drawn)["h1"].iter(f"{SVG}text")]
    assert texts == ["h1", f"{values['h1']:.4f}"]
    told = drawn.description
    assert (
        "w3 from i1 to h2" in told and told.endswith("Marked: i1, h2, o1.") and "Hidden layer 1: h1 is 0.5933" in told
    )
    root = parsed(drawn)
    assert root.get("aria-labelledby").split() == [root.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")]
    assert "and 34 more" in network_drawing([40, 1]).description
    own = network_drawing([["x<y", "b"], ["c"]], title="a & b")
    assert set(units(own)) == {"x<y", "b", "c"} and "a &amp; b" in own._repr_html_()
    assert network_drawing([1] * 12).layers[2] == ("h2_1",)
    assert network_drawing(network.sizes).layers == network.layers


def test_errors_say_what_to_do():
    assert "[3]" in refusal(lambda: network_drawing([3])).given
    assert "at least one unit" in refusal(lambda: network_drawing([2, 0])).expected
    assert "'a'" in refusal(lambda: network_drawing([["a"], ["a"]])).given
    for options in ({"values": {"h9": 1}}, {"highlight": ["h9"]}, {"weights": {("i1", "h9"): "w"}}):
        assert "'h9'" in refusal(lambda options=options: network_drawing([2, 2, 1], **options)).given
