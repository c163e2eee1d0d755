"""A network of one's own, run in Node: what may be chosen, how numbers are read, links, cards, training."""

import json
import math
import re
from random import Random

import numpy as np
import pytest

from backprop_lib import GraphError
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.explorables import OwnNetwork
from backprop_lib.explorables.network import CLOSE, LABEL, ORIGIN, ROOMY, outline
from backprop_lib.explorables.own_network import (
    DEEPEST,
    MOST_EXAMPLES,
    WIDEST,
    choices,
    presets,
    typed,
)
from backprop_lib.explorables.scheme_data import ERRORS, scheme_data
from backprop_lib.graph import ACTIVATIONS, LOSSES
from backprop_lib.networks.layout import NetworkLayout
from backprop_lib.networks.network import SOURCES, Example, Network, P
from tests.library.test_explorable_modules import STRAY
from tests.random_networks import random_example, random_network
from tests.refusal import refusal

TRAITS = [
    *("description", "typed", "wiring", "pasted", "weights_from", "view", "mode", "step", "weight", "way", "example"),
    *("rounds", "answers", "current", "before", "remembered"),
]


def random_examples(seeds):
    """Random networks of all kinds, as large as the page takes."""
    for seed in seeds:
        random = Random(seed)
        network = random_network(random, deepest=random.choice((3, 5)))
        if max(network.sizes) <= WIDEST and network.examples <= MOST_EXAMPLES and len(network.sizes) <= DEEPEST:
            yield random_example(random, network)


EXAMPLES = [*presets(), *random_examples(range(60))]


@pytest.fixture(scope="module")
def widget():
    return OwnNetwork()


def one(node, widget, function, *arguments):
    """What it returns for one of them."""
    return many(node, widget, function, [arguments])[0]


def many(node, widget, function, arguments):
    """What one function of the module returns for each of many lists of arguments."""
    return node(f"{widget._esm}\nexport const answer = all => all.map(data => ({function})(...data));", arguments)


PLAIN = {name: getattr(OwnNetwork(), name) for name in TRAITS}


def state_of(worked, **changes):
    """What a figure that starts from an example holds, with some of its traits changed."""
    return PLAIN | typed(worked) | changes


# What may be chosen


def test_every_activation_and_loss_can_be_chosen_and_has_words():
    known = scheme_data()
    assert set(known["losses"]) == set(LOSSES) == set(ERRORS)
    assert set(known["titles"]) == {name for name, row in ACTIVATIONS.items() if row.learned is None}


def is_network(description):
    try:
        given = dict(description)
        Network(*given.pop("sizes"), **given)
    except GraphError:
        return False
    return True


def test_what_is_offered_is_what_python_takes(node, widget):
    """Every activation of the outputs with every loss; under a cross-entropy identity is for logits, in Python only."""
    base = Network(2, 2, 2).description
    asked = [base | {"activation": ["tanh", kind], "loss": loss} for kind in scheme_data()["titles"] for loss in LOSSES]
    for description, why in zip(asked, many(node, widget, "refusalOf", [[one] for one in asked]), strict=True):
        logits = description["activation"][-1] == "identity" and LOSSES[description["loss"]].stands_for
        assert (why == "") == (is_network(description) and not logits), (description, why)


def test_every_random_network_may_be_chosen(node, widget):
    asked = [[example.network.description] for example in EXAMPLES]
    assert set(many(node, widget, "refusalOf", asked)) == {""}


BAD = [
    ({"sizes": [2]}, "2 to 5 layers"),
    ({"sizes": [2, 7, 2]}, "1 to 6 units"),
    ({"sizes": [2, 2.5, 2]}, "1 to 6 units"),
    ({"sizes": "2-2-2"}, "2 to 5 layers"),
    ({"activation": ["sigmoid", "prelu"]}, "activation is not known"),
    ({"activation": ["constructor", "sigmoid"]}, "activation is not known"),
    ({"activation": ["sigmoid"]}, "activation is not known"),
    ({"activation": ["tanh", "tanh"], "loss": "binary_cross_entropy"}, "does not go with tanh"),
    ({"sizes": [2, 2, 1], "activation": ["tanh", "softmax"]}, "softmax layer has two units"),
    ({"loss": "hinge"}, "error is not known"),
    ({"biases": ["unit", "both"]}, "no known kind"),
    ({"examples": 5}, "1 to 4 examples"),
    ({"momentum": "yes"}, "a choice is not known"),
    ({"connections": []}, "no line leads to h1, h2, o1 and o2"),
    ({"connections": [["w1", "i1", "h9"]]}, "no unit h9"),
    ({"connections": [["w1", "o1", "h1"]]}, "to a later layer"),
    ({"connections": [["net_h1", "i1", "h1"]]}, "means something else"),
    ({"connections": [["1w", "i1", "h1"]]}, "cannot be the name"),
    ({"connections": [["w1", "i1", "h1"], ["w2", "i1", "h1"]]}, "two lines lead from i1 to h1"),
    ({"connections": 7}, "no list"),
]


def is_small(change):
    """What only the page refuses, having less room than Python; or what is no data of a description at all."""
    return change.get("sizes") == [2, 7, 2] or "examples" in change or change.get("connections") == 7


def test_what_cannot_be_is_refused_in_a_sentence(node, widget):
    base = Network(2, 2, 2).description
    found = many(node, widget, "refusalOf", [[base | change] for change, _ in BAD])
    for (change, words), why in zip(BAD, found, strict=True):
        assert words in why, (change, why)
        assert is_small(change) or not is_network(base | change), change


def test_a_name_that_another_number_has_is_refused(node, widget):
    network = Network(2, 2, 2, biases="layer").description
    for name in ("i1", "t2", "b1"):
        lines = [[name if k == 1 else f"w{k}", *ends] for k, ends in enumerate(ends_of(Network(2, 2, 2)), 1)]
        assert "already the name" in one(node, widget, "refusalOf", network | {"connections": lines})


def ends_of(network):
    return [(c.source, c.target) for c in network.weights]


def test_lines_are_read_as_people_write_them(node, widget):
    text = "w13 i1 h1\n w₁₄: i1 → h2 \nw_{23}, i2, h1; w24 (i2->h2)\n\n"
    assert one(node, widget, "wiringOf", text) == [
        ["w13", "i1", "h1"],
        ["w14", "i1", "h2"],
        ["w_23", "i2", "h1"],
        ["w24", "i2", "h2"],
    ]


def test_another_number_of_units_always_leaves_a_network(node, widget):
    asked, random = [], Random(3)
    for example in EXAMPLES:
        for _ in range(4):
            asked.append(
                [example.network.description, [random.randint(1, WIDEST) for _ in range(random.randint(2, DEEPEST))]]
            )
    for (before, sizes), after in zip(asked, many(node, widget, "resized", asked), strict=True):
        assert after["sizes"] == sizes
        assert is_network(after), (before, after)


def test_names_and_lines_stay_when_a_layer_grows_and_shrinks(node, widget):
    lines = [["w13", "i1", "h1"], ["w23", "i2", "h1"], ["w24", "i2", "h2"], ["w35", "h1", "o1"], ["w45", "h2", "o1"]]
    before = Network(2, 2, 1, connections=lines).description
    grown = one(node, widget, "resized", before, [2, 3, 1])
    assert [line for line in grown["connections"] if line in before["connections"]] == before["connections"]
    assert ["i1", "h2"] not in [line[1:] for line in grown["connections"]]
    again = one(node, widget, "resized", grown, [2, 2, 1])
    assert sorted(again["connections"]) == sorted(before["connections"])


CHOOSING = """(description, choices) => {
  let remembered = {};
  return choices.map(choice => {
    const made = chosenAnew(description, remembered, choice);
    if (made.description) ({ description, remembered } = made);
    return { description, says: made.says };
  });
}"""


def test_a_choice_that_cannot_stay_is_told_and_comes_back(node, widget):
    exam = presets()[-1].network.description
    one_output, two = one(node, widget, CHOOSING, exam, [{"layer": 2, "size": 1}, {"layer": 2, "size": 2}])
    assert one_output["description"]["activation"] == ["tanh", "sigmoid"]
    assert one_output["says"] == "A softmax layer has two units or more: the outputs are now sigmoid."
    assert two["description"] == exam and two["says"] == "The outputs are softmax again."
    tanh, again = one(
        node, widget, CHOOSING, exam, [{"layer": 2, "activation": "tanh"}, {"layer": 2, "activation": "softmax"}]
    )
    assert "does not go with tanh outputs: the error is now half the squared error" in tanh["says"]
    assert again == {"description": exam, "says": "The error is categorical cross-entropy again."}


def test_a_layer_that_is_cut_and_grows_again_is_what_it_was(node, widget):
    exam = presets()[-1].network.description
    steps = [{"layer": 1, "size": 4}, {"layer": 1, "biases": "none"}, {"layers": 2}, {"layers": 3}]
    _, before, cut, again = one(node, widget, CHOOSING, exam, steps)
    assert cut["description"]["activation"] == ["softmax"]
    assert again == before and before["description"]["sizes"] == [2, 4, 2]
    first = one(node, widget, CHOOSING, Network(2, 2, activation="softmax").description, [{"layers": 3}])[0]
    assert first["description"]["activation"] == ["sigmoid", "softmax"]


def test_what_was_remembered_of_another_network_is_not_taken(node, widget):
    ask = "(description, remembered, choice) => chosenAnew(description, remembered, choice)"
    exam = presets()[-1].network.description
    remembered = one(node, widget, ask, exam, {}, {"layer": 2, "size": 1})["remembered"]
    found = one(node, widget, ask, Network(2, 2, 1).description, remembered, {"layer": 2, "size": 2})
    assert found["description"] == Network(2, 2, 2).description and found["says"] == ""


def test_a_choice_that_takes_the_name_of_a_weight_changes_nothing(node, widget):
    lines = [["b1" if k == 0 else f"w{k}", *ends] for k, ends in enumerate(ends_of(Network(2, 2, 1)))]
    before = Network(2, 2, 1, connections=lines).description
    found = one(node, widget, CHOOSING, before, [{"layer": 1, "biases": "layer"}])[0]
    assert found["description"] == before and "“b1” is already the name of another number" in found["says"]


def test_lines_that_are_lost_with_a_layer_can_be_had_back_and_it_is_said(node, widget):
    lines = [[f"v{k}", *ends] for k, ends in enumerate(ends_of(Network(2, 2, 1)), 1)]
    before = Network(2, 2, 1, connections=lines).description
    deeper = one(node, widget, "chosenAnew", before, {}, {"layers": 4})
    assert deeper["lost"] and "“Back to what was there”" in deeper["says"]
    assert not one(node, widget, "chosenAnew", before, {}, {"layer": 1, "size": 3})["lost"]


def test_every_choice_leaves_a_network(node, widget):
    random, known, asked = Random(8), choices(), []
    for example in EXAMPLES:
        description = example.network.description
        picks = [
            {"layers": random.randint(2, DEEPEST)},
            *({"layer": 1, "size": random.randint(1, WIDEST)} for _ in range(2)),
            {"layer": 1, "biases": random.choice([*known["biases"]])},
            {"examples": random.randint(1, MOST_EXAMPLES)},
            {"momentum": True},
        ]
        asked.append([description, random.sample(picks * 3, 12)])
    for made in many(node, widget, CHOOSING, asked):
        assert all(is_network(one["description"]) for one in made)


# Where everything stands


def test_the_diagram_stands_where_python_puts_it(node, widget):
    networks = [example.network for example in EXAMPLES]
    found = many(
        node, widget, "description => drawnNetwork(networkOf(description))", [[n.description] for n in networks]
    )
    for network, drawn in zip(networks, found, strict=True):
        expected = json.loads(json.dumps(outline(HandCalculation(network))))
        assert drawn["picture"]["names"] == expected["picture"]["names"]
        for key in ("width", "height", "radius", "close", "units", "error"):
            assert drawn["picture"][key] == expected["picture"][key], (network, key)
        for unit, ends in expected["picture"]["toError"].items():
            assert drawn["picture"]["toError"][unit] == pytest.approx(ends, abs=0.1001)
        for c, other in zip(drawn["connections"], expected["connections"], strict=True):
            assert {key: c[key] for key in ("name", "source", "target")} == {
                key: other[key] for key in ("name", "source", "target")
            }
            if "line" in other:
                assert c["label"] == other["label"]
                assert c["line"] == pytest.approx(other["line"], abs=0.1001)


def test_a_planted_error_in_the_layout_is_found(node, widget):
    broken = widget._esm.replace("after <= before ?", "after < before ?")
    assert broken != widget._esm
    layout = NetworkLayout(P.network.layers, ROOMY, LABEL, ORIGIN)
    answer = "\nexport const answer = layers => labelAt(layers, spotsOf(layers), 'i1', 'h2');"
    right, wrong = (node(source + answer, P.network.layers) for source in (widget._esm, broken))
    assert right == [*layout.label_at("i1", "h2")] != wrong
    assert CLOSE < ROOMY


def test_each_given_number_has_the_same_place_as_in_python(node, widget):
    found = many(
        node, widget, "d => placesByName(networkOf(d))", [[example.network.description] for example in EXAMPLES]
    )
    for example, places in zip(EXAMPLES, found, strict=True):
        assert set(places) == set(example.network.given)
        assert {places[name] for name in example.network.given} == set(typed(example)["typed"])


def test_every_given_number_stands_in_one_group(node, widget):
    groups = many(node, widget, "d => groupsOf(networkOf(d))", [[example.network.description] for example in EXAMPLES])
    for example, found in zip(EXAMPLES, groups, strict=True):
        names = [name for group in found for line in group["names"] for name in line if name]
        assert set(names) == set(example.network.given)
        assert all(len(line) == len(group["columns"]) for group in found for line in group["names"])
        shared = len(example.network.weights) - len(example.network.weight_names)
        assert len(names) == len(example.network.given) + shared


def test_the_headings_of_tables_are_text_without_markup():
    """A page sets them as text, and so does a screen reader."""
    for example in EXAMPLES:
        for table in HandCalculation(example.network).tables:
            assert not re.search("[<>]/?[a-z]|&", " ".join(table.columns)), table.columns


# Numbers

TYPED = [
    *[("0.5", 0.5), ("0,5", 0.5), ("−0,25", -0.25), ("1/3", 1 / 3), ("-1/4", -0.25), ("3e-4", 3e-4), ("½", 0.5)],
    *[(" 7 ", 7), (".5", 0.5), ("+2", 2), ("1000000", 1e6), ("1,5", 1.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5)],
    *[
        ("1\N{NARROW NO-BREAK SPACE}234,5", 1234.5),
        ("1\N{THIN SPACE}234,5", 1234.5),
        ("3·10^-4", 3e-4),
        ("3·10⁻⁴", 3e-4),
    ],
]
REFUSED = [
    *[("x", "not a number"), ("1e308", "too large"), ("-1e7", "too large")],
    *[("1e999", "too large"), ("1/0", "not a number"), ("NaN", "not a number"), ("Infinity", "not a number")],
    *[("1.2.3", "not a number"), ("0x10", "not a number"), ("9" * 80, "too large"), ("1 2 x", "not a number")],
    *[("0." + "3" * 70, "More than 60 characters"), ("-0," + "3" * 70, "More than 60 characters")],
]


def test_numbers_are_read_as_people_type_them(node, widget):
    for (text, value), found in zip(
        TYPED, many(node, widget, "takenAs", [["w1", text] for text, _ in TYPED]), strict=True
    ):
        assert found == {"value": pytest.approx(value, rel=1e-15)}, text


def test_what_is_no_number_gets_a_sentence(node, widget):
    asked = [["w1", text] for text, _ in REFUSED]
    for (text, words), found in zip(REFUSED, many(node, widget, "takenAs", asked), strict=True):
        assert "value" not in found and words in found["says"], (text, found)
        assert len(found["says"]) < 160
    assert "not negative" in one(node, widget, "takenAs", "eta", "-1")["says"]
    assert one(node, widget, "takenAs", "w1", "1,234") == {
        "value": 1.234, "says": "“1,234” was read as 1.234: a comma that stands alone begins the decimals here."
    }  # fmt: skip
    assert one(node, widget, "takenAs", "w1", "  ") == {}


def test_numbers_that_python_has_are_read_back_to_the_last_bit(node, widget):
    for example in EXAMPLES[:20]:
        told = typed(example)
        found = one(node, widget, "(d, t) => readNumbers(networkOf(d), t)", told["description"], told["typed"])
        assert found["missing"] == [] and found["says"] == {}
        assert found["given"] == pytest.approx(dict(example.values), rel=1e-14)


def test_a_long_name_is_cut_in_the_diagram_where_it_would_run_behind_a_unit(node, widget):
    names = ["w1", "w_13", "from_the_first_input", "ω" * 40, "m" * 40]
    for name, found in zip(names, many(node, widget, "fittedName", [[name] for name in names]), strict=True):
        assert found["width"] <= LABEL[0]
        assert ("…" in found["svg"]) == (len(name) > 10)
        assert one(node, widget, "setName", name) == found or one(node, widget, "setName", name)["width"] > LABEL[0]


# Matrices

TWO_THREE = {"weights": True, "title": "W", "names": [["a", "b", "c"], ["d", "e", "f"]]}
SQUARE = {"weights": True, "title": "W", "names": [["a", "b"], ["c", "d"]]}
GAP = {"weights": True, "title": "W", "names": [["a", None], ["c", "d"]]}
ROWS = {"title": "X", "names": [["a", "b"], ["c", "d"], ["e", "f"]]}
LIST = {"title": "b", "names": [["a", "b", "c"]]}
ONE_TO_SIX = dict(zip("abcdef", "123456", strict=True))

PASTED = [
    (TWO_THREE, "1 2 3\n4 5 6", "from", ONE_TO_SIX),
    (TWO_THREE, "1 4\n2 5\n3 6", "from", ONE_TO_SIX),  # it fits one way only, whatever is chosen
    (TWO_THREE, "1 2 3\n4 5 6", "to", ONE_TO_SIX),
    (TWO_THREE, "[[1, 2, 3], [4, 5, 6]]", "from", ONE_TO_SIX),
    (TWO_THREE, "array([[1., 2., 3.],\n       [4., 5., 6.]])", "from", {k: f"{v}." for k, v in ONE_TO_SIX.items()}),
    (TWO_THREE, "tensor([[1, 2, 3], [4, 5, 6]], dtype=torch.float64)", "from", ONE_TO_SIX),
    (TWO_THREE, "[[1 2 3]\n [4 5 6]]", "from", ONE_TO_SIX),
    (TWO_THREE, "[1 2 3; 4 5 6]", "from", ONE_TO_SIX),
    (TWO_THREE, "W1 = np.array([[1, 2, 3], [4, 5, 6]])", "from", ONE_TO_SIX),
    (TWO_THREE, "1\t2\t3\r\n4\t5\t6\r\n", "from", ONE_TO_SIX),
    (TWO_THREE, "1 & 2 & 3 \\\\ 4 & 5 & 6", "from", ONE_TO_SIX),
    (TWO_THREE, "1, 2, 3; 4, 5, 6", "from", ONE_TO_SIX),
    (TWO_THREE, "1 2 3 | 4 5 6", "from", ONE_TO_SIX),
    (TWO_THREE, "| 1 2 3 |\n| 4 5 6 |", "from", ONE_TO_SIX),
    (TWO_THREE, "| 1 | 2 | 3 |\n| 4 | 5 | 6 |", "from", ONE_TO_SIX),
    (TWO_THREE, "W = \\begin{pmatrix} 1 & 2 & 3 \\\\ 4 & 5 & 6 \\end{pmatrix}", "from", ONE_TO_SIX),
    (
        TWO_THREE,
        "$\\left[\\begin{array}{ccc}\n1 & 2 & 3 \\\\[2pt]\n4 & 5 & 6\n\\end{array}\\right]$",
        "from",
        ONE_TO_SIX,
    ),
    (
        SQUARE,
        "\\begin{bmatrix}\\frac{1}{2} & -1 \\\\ 0,5 & 2\\end{bmatrix}",
        "from",
        {"a": "1/2", "b": "-1", "c": "0,5", "d": "2"},
    ),
    (TWO_THREE, "1,2,3\n4,5,6", "from", ONE_TO_SIX),
    (TWO_THREE, "1 4 2 5 3 6", "from", ONE_TO_SIX),  # in the order of the names: all that lead to one unit first
    (SQUARE, "1 2\n3 4", "from", dict(zip("abcd", "1234", strict=True))),
    (SQUARE, "1 2\n3 4", "to", dict(zip("acbd", "1234", strict=True))),
    (SQUARE, "0,1 0,2\n0,3 0,4", "from", dict(zip("abcd", ["0,1", "0,2", "0,3", "0,4"], strict=True))),
    (SQUARE, "0,1, 0,2; 0,3, 0,4", "from", dict(zip("abcd", ["0,1", "0,2", "0,3", "0,4"], strict=True))),
    (SQUARE, "0.1,0.2\n0.3,0.4", "from", dict(zip("abcd", ["0.1", "0.2", "0.3", "0.4"], strict=True))),
    (SQUARE, "1/2 −1/3\n½ 1e-3", "from", dict(zip("abcd", ["1/2", "−1/3", "½", "1e-3"], strict=True))),
    (GAP, "1 0\n3 4", "from", {"a": "1", "c": "3", "d": "4"}),
    (GAP, "1 -\n3 4", "from", {"a": "1", "c": "3", "d": "4"}),
    (ROWS, "1 2\n3 4\n5 6", "to", ONE_TO_SIX),
    (ROWS, "1 3 5\n2 4 6", "from", ONE_TO_SIX),
    (LIST, "1 2 3", "from", dict(zip("abc", "123", strict=True))),
    (LIST, "1\n2\n3", "from", dict(zip("abc", "123", strict=True))),
    (LIST, "[1, 2, 3]", "from", dict(zip("abc", "123", strict=True))),
    (LIST, "1,2,3", "from", dict(zip("abc", "123", strict=True))),
    (LIST, "{1, 2, 3}", "from", dict(zip("abc", "123", strict=True))),
    (LIST, "(1; 2; 3)", "from", dict(zip("abc", "123", strict=True))),
]

NOT_TAKEN = [
    (TWO_THREE, "1 2\n3 4", "That is 2 rows of 2; 2 rows of 3, or 3 rows of 2 are wanted"),
    (TWO_THREE, "1 2 3\n4 5", "rows of 3 and 2 numbers"),
    (TWO_THREE, "1 2 3\n4 5 6\n7 8 9", "belongs to biases"),
    (TWO_THREE, "1 2 3 4 | 5 6 7 8", "belongs to biases"),
    (TWO_THREE, "1 2 x\n4 5 6", "“x” is not a number"),
    (TWO_THREE, "", "first"),
    (TWO_THREE, "[[]]", "no number"),
    (GAP, "1 2\n3 4", "where there is no line"),
    (LIST, "1 2 3 4", "1 row of 4"),
    (LIST, "{}".format("1 " * 5000), "row of 5000"),
    (SQUARE, "<img src=x onerror=alert(1)>", "not a number"),
]


def test_matrices_are_read_in_all_the_ways_that_people_write_them(node, widget):
    asked = [[group, text, way] for group, text, way, _ in PASTED]
    for (_, text, way, expected), found in zip(PASTED, many(node, widget, "pasted", asked), strict=True):
        assert found.get("texts") == expected, (text, way, found)


def test_a_matrix_that_fits_one_way_only_is_taken_so_and_said(node, widget):
    assert "can only be (out, in)" in one(node, widget, "pasted", TWO_THREE, "1 4\n2 5\n3 6", "from")["says"]
    assert "can only be (in, out)" in one(node, widget, "pasted", TWO_THREE, "1 2 3\n4 5 6", "to")["says"]
    assert "read as (out, in)" in one(node, widget, "pasted", SQUARE, "1 2\n3 4", "to")["says"]


def test_what_is_no_matrix_of_this_shape_changes_nothing(node, widget):
    asked = [[group, text, "from"] for group, text, _ in NOT_TAKEN]
    for (_, text, words), found in zip(NOT_TAKEN, many(node, widget, "pasted", asked), strict=True):
        assert "texts" not in found and words in found["says"], (text[:40], found)


ONE_ROW, COLUMN = {"title": "Inputs", "names": [["a", "b"]]}, {"weights": True, "title": "W", "names": [["a"], ["b"]]}


def test_one_row_is_wanted_and_several_are(node, widget):
    for group, words in (
        (ONE_ROW, "1 row of 2 is wanted here"),
        (COLUMN, "2 rows of 1, or 1 row of 2 is wanted here"),
        (TWO_THREE, "2 rows of 3, or 3 rows of 2 are wanted here"),
        (ROWS, "3 rows of 2, or 2 rows of 3 are wanted here"),
    ):
        assert words in one(node, widget, "pasted", group, "1 2 3 4 5\n1 2 3 4 5", "from")["says"]


def test_a_column_stands_for_an_example_only_where_there_are_several(node, widget):
    assert one(node, widget, "pasted", ONE_ROW, "1\n2", "from")["says"] == "2 numbers taken."
    assert "a column for each example" in one(node, widget, "pasted", ROWS, "1 3 5\n2 4 6", "from")["says"]


def test_targets_that_are_no_chances_get_a_hint_under_categorical_cross_entropy(node, widget):
    ask, exam = "state => oddTargets(settled(state))", presets()[-1]
    told = typed(exam)["typed"]
    for texts, words in (
        ({}, ""),
        ({"t1@2": "1/3", "t2@2": "2/3"}, ""),
        ({"t1@2": "0.5", "t2@1": "0.25"}, "those of example 1 come to 1.25 and those of example 2 come to 1.5."),
        ({"t2@2": "0"}, "For this error the targets of an example add up to 1: those of example 2 come to 0."),
    ):
        state = state_of(exam, typed=told | texts)
        said = one(node, widget, ask, state)
        assert said.endswith(words) and bool(said) == bool(words), texts
        assert (one(node, widget, "state => settled(state).values", state) is None) == bool(words)
    assert one(node, widget, ask, state_of(exam, typed=told | {"t1@2": "", "t2@2": "x"})) == ""
    assert one(node, widget, ask, state_of(SOURCES)) == ""
    assert "data-odd" in one(node, widget, ALL, state_of(exam))


def test_random_junk_is_pasted_without_a_fault(node, widget):
    random, letters = Random(2), "0123456789.,;-−[]{}() \n\t/eEx&\\|½=W"
    texts = ["".join(random.choices(letters, k=random.randint(0, 40))) for _ in range(2000)]
    asked = [[group, text, "from"] for text in texts for group in (TWO_THREE, SQUARE, LIST)]
    for found in many(node, widget, "pasted", asked):
        assert found["says"] and not STRAY.search(found["says"])


# Links


@pytest.fixture(scope="module")
def links(node, widget):
    asked = [[*typed(example).values()] for example in EXAMPLES]
    return list(zip(EXAMPLES, many(node, widget, "linkOf", asked), strict=True))


def test_a_link_keeps_the_network_and_its_numbers(node, widget, links):
    found = many(node, widget, "fromLink", [[link] for _, link in links])
    for (example, link), kept in zip(links, found, strict=True):
        assert kept == typed(example)
        assert re.fullmatch(r"[\w.-]+", link)


def test_a_link_keeps_what_is_typed_even_if_it_is_no_number(node, widget):
    told = typed(SOURCES)
    told["typed"] |= {"w:i1>h1": "<b>ein Halb</b>", "eta": ""}
    link = one(node, widget, "linkOf", *told.values())
    assert one(node, widget, "fromLink", link) == told


@pytest.mark.parametrize("text", ["0." + "3" * 70, "9" * 500, " " * 90 + "x", "½" * 61, "𝟙" * 100, "\ud800" * 130])
def test_a_link_that_the_page_writes_it_reads_however_much_was_typed(node, widget, text):
    """A text that no field holds is cut, and is still no number."""
    told = typed(SOURCES)
    told["typed"] |= {"w:i1>h1": text}
    kept = one(node, widget, "(d, t) => fromLink(linkOf(d, t))", *told.values())
    assert kept["description"] == told["description"]
    assert {place: kept["typed"][place] for place in told["typed"] if place != "w:i1>h1"} == {
        place: told["typed"][place] for place in told["typed"] if place != "w:i1>h1"
    }
    assert "says" in one(node, widget, "takenAs", "w1", kept["typed"]["w:i1>h1"])


def test_a_link_that_was_cut_or_altered_is_refused(node, widget, links):
    random, asked = Random(5), []
    for _, link in links[:20]:
        asked += [link[: random.randrange(len(link))] for _ in range(10)]
        for _ in range(10):
            at = random.randrange(len(link))
            asked.append(link[:at] + random.choice("abcXYZ019-_.%é") + link[at + 1 :])
    asked = [text for text in asked if text not in {link for _, link in links}]
    for text, found in zip(asked, many(node, widget, "fromLink", [[text] for text in asked]), strict=True):
        assert set(found) == {"refused"}, text


def test_a_link_that_was_made_up_is_refused_like_any_description(node, widget):
    make = """data => {
      const packed = btoa(JSON.stringify(data)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
      return fromLink(`${packed}.${checksum(packed)}`);
    }"""
    short = {"s": [2, 2, 1], "a": ["tanh", "tanh"], "l": "squared_error", "b": ["unit", "unit"], "f": True, "e": 1}
    short |= {"r": "mean", "m": False, "c": None}
    for change, words in [
        ({"a": ["tanh", "softmax"]}, "two units"),
        ({"s": [2, 2000, 1]}, "units"),
        ({"n": ["1"]}, "altered"),
        ({"n": ["1" * 10_000] * 13}, "altered"),
        ({"n": [{}] * 13}, "altered"),
        ({"n": None}, "altered"),
    ]:
        assert words in one(node, widget, make, short | change)["refused"], change
    assert "refused" in one(node, widget, make, None)


def test_where_a_link_cannot_be_followed_what_is_shown_is_named(node, widget):
    ask = "state => toldInstead('it was cut', settled(state))"
    for example in presets():
        words = one(node, widget, ask, state_of(example))
        assert words == f"The link to a network cannot be followed: it was cut. Instead, this is {example.title}."
    assert "this is the network that this page" in one(node, widget, ask, state_of(P.at(w1=0.25)))


# In Python


def test_the_lines_of_python_build_the_same_example(node, widget):
    asked = [[example.network.description, dict(example.values)] for example in EXAMPLES]
    for example, lines in zip(EXAMPLES, many(node, widget, "pythonOf", asked), strict=True):
        names = {}
        exec(lines, names)  # our own text
        built = names["example"]
        assert built.network.description == example.network.description
        assert built.values == example.values
        assert max(map(len, lines.splitlines())) <= 120 or example.network.description["connections"]


# Cards and training


def test_the_factors_along_all_paths_add_up_to_the_gradient(node, widget):
    ask = """state => { const now = settled(state), { paths } = chainOf(now);
      return paths ? [pathSum(now, paths), now.weight, paths.length] : null; }"""
    asked = [
        [state_of(example, weight=name, example=n)]
        for example in EXAMPLES
        for name in example.network.learned[:: max(1, len(example.network.learned) // 4)]
        for n in example.network.example_numbers
    ]
    met = 0
    owners = [
        (example, name, n)
        for example in EXAMPLES
        for name in example.network.learned[:: max(1, len(example.network.learned) // 4)]
        for n in example.network.example_numbers
    ]
    for (example, name, n), found in zip(owners, many(node, widget, ask, asked), strict=True):
        if found is None:
            continue
        network, met = example.network, met + 1
        key = f"d_{network.error_name(n)}_d_{name}"
        expected = HandCalculation(network).values(example)[key]
        assert found[0] == pytest.approx(expected, rel=1e-9, abs=1e-12), (network, name, n)
    assert met > 100


def test_training_takes_the_same_steps_as_python(node, widget):
    run = """state => { const now = settled(state), { E, after } = trained(now, Infinity); return [[...E], after]; }"""
    chosen = EXAMPLES[:40]
    found = many(node, widget, run, [[state_of(example, rounds=12)] for example in chosen])
    for example, (errors, after) in zip(chosen, found, strict=True):
        calculation, values = HandCalculation(example.network), dict(example.values)
        for error in errors:
            worked = calculation.values(Example("", example.network, values))
            if not math.isfinite(worked["E_total"]) or abs(worked["E_total"]) > 1e6:
                break
            assert error == pytest.approx(worked["E_total"], rel=1e-7, abs=1e-12), example.network
            before = dict(values)
            learned = example.network.learned
            values |= {name: worked[f"{name}_next"] for name in learned}
            if example.network.momentum:
                values |= {f"{name}_last": values[name] - before[name] for name in learned}
        else:
            assert {name: after[name] for name in before} == pytest.approx(before, rel=1e-6, abs=1e-9)


def test_every_network_to_start_from_learns(node, widget):
    """XOR and the encoder from a start that finds its way: each output ends on its side of ½."""
    run = """state => { const now = settled(state), { E, kept } = trained(now, Infinity);
      return [E[0], E[now.rounds], kept]; }"""
    asked = [[state_of(example, rounds=10_000)] for example in presets()]
    for example, (first, last, kept) in zip(presets(), many(node, widget, run, asked), strict=True):
        assert kept and last < first / 20, example.title


# The tables


def test_every_line_of_the_calculation_has_one_cell(node, widget):
    """The errors too, which the tables of a sheet on paper leave out."""
    ask = """state => { const now = settled(state);
      return [now.calculation.lines.map(line => line.key), cellsOfSheet(now), now.calculation.tables]; }"""
    for example, (lines, cells, tables) in zip(
        EXAMPLES, many(node, widget, ask, [[state_of(example)] for example in EXAMPLES]), strict=True
    ):
        assert sorted(cells) == sorted(lines)
        known = set(example.network.given) | {"1"}
        for table in tables:  # a number is worked out before it is carried over
            assert all(len(row["cells"]) == len(table["columns"]) - 1 for row in table["rows"])
            places = [cell for row in table["rows"] for cell in row["cells"] if cell["key"]]
            assert all(cell["key"] in known for cell in places if cell["given"])
            known |= {cell["key"] for cell in places}


def test_an_error_that_is_not_right_is_judged(node, widget):
    state = checked_cells(node, widget, SOURCES, E_o1="0.5", E_o2="0.0235600", E_total="0.52356")
    marks = one(node, widget, "state => marksOfSheet(settled(state))", state | {"mode": "check"})
    assert [marks[key]["kind"] for key in ("E_o1", "E_o2", "E_total")] == ["wrong", "right", "follows"]
    assert 'data-key="E_o1"' in one(node, widget, ALL, state | {"mode": "check"})


# What was typed into the tables

CARRIED = """(state, all) => {
  let now = settled(state), { answers } = state;
  for (const changes of all) {
    const after = settled({ ...state, ...changes });
    answers = carried(answers, now, after);
    now = settled({ ...state, ...changes, answers });
  }
  return { cells: now.cells, marks: marksOfSheet(now), answers };
}"""


def checked_cells(node, widget, worked, **texts):
    """A state with such answers to what an example asks, all of them checked."""
    problem = one(node, widget, "state => settled(state).problem", state_of(worked))
    return state_of(worked, answers={problem: {key: [text, "checked"] for key, text in texts.items()}})


def test_what_was_typed_into_a_sheet_stays_when_the_network_is_corrected(node, widget):
    """The fields keep their texts, judged by the new numbers, and so do those whose lines are gone for a while."""
    state = checked_cells(node, widget, SOURCES, net_h1="0.3775", delta_o2="-0.04", net_h2="9")
    numbers, network = state["typed"], state["description"]
    corrected = [
        {"typed": numbers | {"i1@1": text}} for text in ("0.5", "", "half", "7")
    ] + [
        {"description": network | change}
        for change in (
            {"loss": "squared_error"}, {"activation": ["tanh", "sigmoid"]}, {"momentum": True}, {"learn_biases": False}
        )
    ] + [{"typed": numbers | {"eta": "0.25"}}, {"description": Network(2, 2, 1).description}]  # fmt: skip
    cells = next(iter(state["answers"].values()))
    for change in corrected:
        found = one(node, widget, CARRIED, state, [change])
        assert found["cells"] == cells, change
        assert len(found["answers"]) == 1
    assert one(node, widget, CARRIED, state, [{}])["marks"]["net_h1"]["kind"] == "right"
    assert one(node, widget, CARRIED, state, corrected[:1])["marks"]["net_h1"]["kind"] == "wrong"
    assert "delta_o2" not in one(node, widget, CARRIED, state, corrected[-1:])["marks"]
    back = one(node, widget, CARRIED, state, [*corrected, {}])
    assert back["cells"] == cells and set(back["marks"]) == set(cells)
    assert back["answers"] == state["answers"]


def test_cells_that_were_emptied_can_be_had_back_before_anything_else_was_overwritten(node, widget):
    before = {"cells": {"net_h1": ["1", "checked"]}, "problem": "x"}
    assert one(node, widget, "state => settled(state).before", state_of(SOURCES, before=before)) == before


def test_sheets_of_other_networks_stay_when_one_is_corrected(node, widget):
    state = checked_cells(node, widget, SOURCES, net_h1="0.3775")
    others = {"other": {"net_h1": ["1", "checked"]}}
    found = one(node, widget, CARRIED, state | {"answers": others | state["answers"]}, [{"typed": {}}])
    assert found["answers"]["other"] == others["other"] and len(found["answers"]) == 2


# What is seen

VIEWS = [
    *({"view": "tables", "mode": mode} for mode in ("filled", "empty", "check")),
    *({"view": "steps", "step": step} for step in (0, 5, 10_000)),
    *({"view": "cards", "way": way} for way in ("paths", "deltas")),
    {"view": "training", "rounds": 5},
]
ALL = """state => {
  const now = settled(state), run = now.view === "training" && now.values ? trained(now, Infinity) : null;
  const chosen = [builder(now), wiringBox(now), numbersForm(now, "x"), wanted(now), undone(now)];
  const seen = [pictureOf(now), mainOf(now, "x", run), run ? VIEWS.training.readout(now, run) : "", footOf(now)];
  return [...chosen, ...seen, now.values ? ownKey(now) : "", ownSheet(now), still(state)].join("");
}"""


def test_no_network_shows_what_is_not_a_number(node, widget):
    asked = [[state_of(example, **view)] for example in EXAMPLES[:25] for view in VIEWS]
    for [state], html in zip(asked, many(node, widget, ALL, asked), strict=True):
        assert not STRAY.search(html), (state, STRAY.search(html))


INHERITED = ["constructor", "toString", "valueOf", "hasOwnProperty", "constructor_1", "sign"]
"""Names that every object of a page has, and one of a note; each may be the name of a weight."""


@pytest.fixture(scope="module")
def inherited():
    """An example whose weights are called so, with momentum and two examples."""
    lines = [[name, *ends] for name, ends in zip(INHERITED, ends_of(Network(2, 2, 1)), strict=True)]
    network = Network(2, 2, 1, connections=lines, examples=2, momentum=True)
    return random_example(Random(4), network)


def test_a_weight_may_have_a_name_that_every_object_has(node, widget, inherited):
    asked = [[state_of(inherited, weight=name, **view)] for view in VIEWS for name in INHERITED]
    empty = [[state_of(inherited, typed={}, **view)] for view in VIEWS]
    for [state], html in zip(asked + empty, many(node, widget, ALL, asked + empty), strict=True):
        assert not STRAY.search(html) and "native code" not in html, state["view"]
    values = "state => { const now = settled(state); return [now.values, trained(now, Infinity).after]; }"
    found, after = one(node, widget, values, state_of(inherited, rounds=1))
    expected = HandCalculation(inherited.network).values(inherited)
    assert {key: found[key] for key in expected} == pytest.approx(dict(expected), rel=1e-9, abs=1e-12)
    assert after["constructor"] == pytest.approx(expected["constructor_next"])
    told = typed(inherited)
    assert one(node, widget, "(d, t) => fromLink(linkOf(d, t))", *told.values()) == told


def test_a_sheet_is_judged_where_a_weight_has_such_a_name(node, widget, inherited):
    values = HandCalculation(inherited.network).values(inherited)
    texts = {key: f"{value:.6g}" for key, value in values.items() if key not in inherited.values}
    texts["net_h1_ex1"] = f"{-values['net_h1_ex1']:.6g}"
    cells = {key: [text, "checked"] for key, text in texts.items()}
    marks = "(state, cells) => marksOfSheet({ ...settled(state), cells })"
    found = one(node, widget, marks, state_of(inherited), cells)
    assert found["net_h1_ex1"]["says"] == "The size is right, the sign is not."
    assert found["constructor_next"]["kind"] != "wrong"


def test_no_junk_in_the_state_breaks_the_page(node, widget):
    junk = [None, 7, -1, 1e308, "x", [], {}, True, [[]], {"a": 1}, "__proto__", {"typed": 1, "cells": 2}]
    base = state_of(SOURCES)
    asked = [[base | {name: value}] for name in TRAITS for value in junk]
    for [state], html in zip(asked, many(node, widget, ALL, asked), strict=True):
        assert not STRAY.search(html), (state, STRAY.search(html))


def test_numbers_at_the_ends_are_shown_as_numbers_or_in_words(node, widget):
    texts = ["1000000", "-1000000", "0", "1e-300", "", "x", "1e308"]
    asked = []
    for example in EXAMPLES[:20]:
        places = typed(example)["typed"]
        for text in texts:
            asked += [[state_of(example, typed=dict.fromkeys(places, text), **view)] for view in VIEWS]
    for [state], html in zip(asked, many(node, widget, ALL, asked), strict=True):
        assert not STRAY.search(html), (state["description"], state["typed"]["eta"], STRAY.search(html))


def test_what_is_typed_is_never_read_as_markup(node, widget):
    evil = "<img src=x>"
    state = state_of(SOURCES, wiring=evil, typed=typed(SOURCES)["typed"] | {"eta": evil}, pasted={"inputs": evil})
    assert evil not in one(node, widget, ALL, state)


def test_the_numbers_of_the_sources_are_the_famous_ones_of_mazur():
    """The learning rate, the weights and the error of his example, which many know by heart."""
    mazur = presets()[0]
    assert mazur.values == SOURCES.values and mazur.network is SOURCES.network
    assert mazur.title.endswith("Mazur's")
    values = HandCalculation(mazur.network).values(mazur)
    assert round(values["E_total"], 9) == 0.298371109
    assert round(values["w5_next"], 8) == 0.35891648


# In Python


def test_an_example_that_the_page_cannot_hold_is_refused():
    refusal(lambda: OwnNetwork("SOURCES"))
    refusal(lambda: OwnNetwork(P, view="graph"))
    refusal(lambda: OwnNetwork(P, mode="solved"))
    large = Network(7, 2, 1)
    values = dict.fromkeys(large.given, 0.5)
    refusal(lambda: OwnNetwork(Example("wide", large, values)))


def test_a_viewer_without_widgets_reads_what_there_is():
    assert "2-2-2" in repr(OwnNetwork()) and "network P" in repr(OwnNetwork(P))


def test_a_number_that_is_not_short_keeps_all_its_digits():
    third = P.at(w1=1 / 3, w2=-1e-9)
    texts = typed(third)["typed"]
    assert float(texts["w:i1>h1"]) == 1 / 3
    assert texts["w:i2>h1"] == "−1e-09"
    assert np.isclose(float(texts["w:i2>h1"].replace("−", "-")), -1e-9)
