"""The modules of the explorables, run in Node: what they say is what NumPy computes, for every setting."""

import itertools
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import ipywidgets
import numpy as np
import pytest

from backprop_lib import GraphError, evaluate, gradient, variables
from backprop_lib.explorables import Hunt, OneWeight, Prediction, descent_graph, one_weight_error
from backprop_lib.graph import topological_order

STRAY = re.compile(r"NaN|undefined|Infinity|\bnull\b|\[object")
TRUE_MINUS = "\N{MINUS SIGN}"


def stills(node, explorable, states):
    """The still figures of an explorable, for many states at once."""
    return node(explorable._esm + "\nexport const answer = states => states.map(still);", states)


def call(node, explorable, function, *arguments):
    """What one function of a module returns, exported or not."""
    return node(f"{explorable._esm}\nexport const answer = data => {function}(...data);", arguments)


def grid(**choices):
    return [dict(zip(choices, chosen, strict=True)) for chosen in itertools.product(*choices.values())]


def readout(html):
    """The sentences below the picture, without markup."""
    return re.sub(r"<[^>]+>", "", html[html.index('<p class="bp-readout">') :])


def number(text):
    """A number as the book prints it, as an exact decimal: a true minus, powers of ten raised."""
    found = re.fullmatch(rf"({TRUE_MINUS}?\d+(?:\.\d+)?)(?: × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text)
    assert found, f"{text!r} is not printed as the book prints numbers"
    power = (found[2] or "0").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return Decimal(found[1].replace(TRUE_MINUS, "-")).scaleb(int(power))


def to_digits(value, digits):
    """A float at so many significant digits, rounded once and from its exact value."""
    return Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))


def to_places(value, places):
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def test_numbers_are_printed_at_their_digits_whatever_their_size(node):
    rng = np.random.default_rng(3)
    anything = rng.choice([-1, 1], 400) * 10 ** rng.uniform(-14, 14, 400)
    values = [*anything, 1e6, 999_999.6, 1e-4, 9.99999e-5, 0.5, 125]
    source = Hunt()._esm + "\nexport const answer = pairs => pairs.map(pair => shown(...pair));"
    for digits in (3, 4, 6):
        printed = node(source, [[value, digits] for value in values])
        assert [number(text) for text in printed] == [to_digits(value, digits) for value in values]
    assert node(source, [[0, 4], [-0.0, 4]]) == ["0", "0"]


def test_numbers_are_printed_at_their_places(node):
    source = Hunt()._esm + "\nexport const answer = values => values.map(value => fixed(value, 2));"
    values = [0, -0.001, 0.004, -0.006, 1.005, 1.125, -2.675, -21.5, 1e-9]
    printed = node(source, values)
    assert [number(text) for text in printed] == [to_places(value, 2) for value in values]
    assert printed[:2] == ["0.00", "0.00"]


# Gradient descent on one weight

STATES = [
    *grid(
        learning_rate=[0, 0.05, 0.5, 1.0, 1.25, 2.0, 2.05, 2.5],
        start=[-4, -0.05, 0, 1, 4],
        x=[-3, -1, -0.25, 0, 0.5, 1, 3],
        t=[-3, 0, 1, 3],
        epochs=[20],
    ),
    *grid(learning_rate=[0, 1.25, 2.5], start=[-4, 0, 4], x=[-3, 0, 3], t=[-3, 0, 3], epochs=[1, 200]),
]
ZONES = {
    "diverges": "every step lands further away: it diverges",
    "swings": "it swings between two weights for ever",
    "alternates": "it closes in from alternating sides",
    "one_step": "it arrives in one step",
    "one_side": "it closes in from one side",
    "stands": "nothing moves",
}


def exact_factor(state):
    """1 − ηx² for the decimals that the sliders show."""
    return 1 - Fraction(str(state["learning_rate"])) * Fraction(str(state["x"])) ** 2


def is_best(state):
    """Whether training starts at the best weight, where no rate moves anything."""
    w, x, t = (Fraction(str(state[name])) for name in ("start", "x", "t"))
    return x != 0 and w * x == t


def shown_places(factor):
    """Decimals of a printed factor: more where two would round it onto a border that it does not touch."""
    return 4 if round(factor, 2) == round(factor) != factor else 2


def zone(factor):
    if factor in (-1, 0, 1):
        return {-1: "swings", 0: "one_step", 1: "stands"}[int(factor)]
    return "diverges" if factor < -1 else "alternates" if factor < 0 else "one_side"


@pytest.fixture(scope="module")
def descents(node):
    return list(zip(STATES, stills(node, OneWeight(), STATES), strict=True))


def trajectories():
    """Weights and errors after each epoch, iterated with NumPy: arrays of shape (epochs, states)."""
    graph = descent_graph(one_weight_error())
    names = ("x", "t", "learning_rate", "start")
    x, t, eta, w = (np.array([state[name] for state in STATES], float) for name in names)
    weights, errors = [], []
    for _ in range(201):
        weights.append(w)
        errors.append(evaluate(graph["E"], w=w, x=x, t=t))
        w = evaluate(graph["w_next"], w=w, x=x, t=t, eta=eta)
    return np.array(weights), np.array(errors)


def test_no_setting_shows_what_is_not_a_number(descents):
    for state, html in descents:
        assert not STRAY.search(html), (state, STRAY.search(html))


def test_divergence_is_said_exactly_where_the_factor_is_beyond_one(descents):
    said = [("diverges" in html, abs(exact_factor(state)) > 1 and not is_best(state)) for state, html in descents]
    assert all(told == true for told, true in said)
    assert {true for _, true in said} == {True, False}


def test_the_readout_names_the_zone_that_the_factor_lies_in(descents):
    met = set()
    for state, html in descents:
        if is_best(state):
            assert "is the best weight: the slope there is 0, so nothing moves" in readout(html), state
            assert "kinds met: 0 of 6" in html, state
            continue
        expected = zone(exact_factor(state))
        met.add(expected)
        assert f"{ZONES[expected]}" in readout(html), state
    assert met == set(ZONES)


def test_the_readout_prints_what_numpy_computes(descents):
    weights, errors = trajectories()
    w_best = descent_graph(one_weight_error())["w_best"]
    for k, (state, html) in enumerate(descents):
        if state["x"] == 0:
            assert readout(html).startswith("With x = 0 ")
            continue
        if is_best(state):
            continue
        words = readout(html)
        factor = 1 - state["learning_rate"] * state["x"] ** 2
        places = shown_places(exact_factor(state))
        assert number(re.search(r"by (\S+); ", words)[1]) == to_places(factor, places), state
        best = evaluate(w_best, w=0, x=state["x"], t=state["t"])
        assert best == pytest.approx(state["t"] / state["x"], abs=1e-15)
        if "diverges" in words:
            found = re.search(r"After (\d+) epochs the weight is (.+), far from (.+)\.$", words)
            epochs, w, told_best = int(found[1]), found[2], found[3]
            assert number(w) == to_digits(weights[epochs, k], 3), state
            assert number(told_best) == to_digits(best, 4), state
        else:
            found = re.search(r"After (\d+) epochs w = (.+) \(best: (.+)\), E = (.+)\.$", words)
            epochs, w, told_best, E = int(found[1]), *found.groups()[1:]
            assert number(w) == to_digits(weights[epochs, k], 6), state
            assert number(told_best) == to_digits(best, 6), state
            assert number(E) == to_digits(errors[epochs, k], 3), state
        assert epochs == state["epochs"] or abs(weights[epochs + 1, k]) >= 1e100, state


def test_a_best_weight_of_zero_is_printed_as_zero(node):
    states = grid(learning_rate=[0.05], start=[-0.05, 0.35, 2.6], x=[-3, 0.75], t=[0], epochs=[1])
    for state, html in zip(states, stills(node, OneWeight(), states), strict=True):
        assert "(best: 0)" in readout(html), state


def test_the_description_read_aloud_prints_what_numpy_computes(descents):
    weights, errors = trajectories()
    for k, (state, html) in enumerate(descents):
        first = re.search(r"logarithmic scale\. It starts at (.+?); ", html)[1]
        assert number(first) == to_digits(errors[0, k], 4), state
        if last := re.search(r"after (\d+) epochs it is (.+?)\.\"", html):
            assert number(last[2]) == to_digits(errors[int(last[1]), k], 4), state
        assert number(re.search(r"The steps start at w = (.+?);", html)[1]) == to_digits(weights[0, k], 4), state


def test_an_error_of_ones_own_is_what_the_module_computes(node):
    w, x, t = variables("w x t")
    E = (w * x - t) ** 2 + 1
    state = {"learning_rate": 0.25, "start": 3, "x": 1, "t": 1, "epochs": 1}
    words = readout(stills(node, OneWeight(E), [state])[0])
    assert "by 0.50; it closes in from one side." in words
    assert "w = 2 (best: 1), E = 2." in words


def test_the_graph_of_a_descent_holds_the_slope_of_its_error():
    graph = descent_graph(one_weight_error())
    values = {"w": 0.5, "x": 2, "t": 3, "eta": 0.1}
    E, slope, w_next, w_best = evaluate([graph[key] for key in ("E", "slope", "w_next", "w_best")], values)
    assert (E, slope, w_best) == (2, -4, 1.5)
    assert w_next == pytest.approx(0.9)
    assert evaluate(graph["factor"], x=2, eta=0.1) == pytest.approx(0.6)


def test_an_error_in_other_variables_is_refused():
    w, x, target = variables("w x target")
    with pytest.raises(GraphError) as caught:
        OneWeight((w * x - target) ** 2)
    assert "'target'" in caught.value.given and "'t'" in caught.value.expected


def test_an_error_that_is_no_parabola_or_no_node_is_refused():
    w, x, t = variables("w x t")
    for error in ((w * x - t) ** 4, "E"):
        with pytest.raises(GraphError):
            OneWeight(error)


# The hunt before any formula


def test_the_hunt_prints_what_numpy_computes_and_nothing_stray(node):
    E = one_weight_error()
    states = grid(w=[-1, -0.05, 0, 1, 1.3, 3], x=[-3, -1, 0, 0.25, 1, 3], t=[-3, 0, 1, 3], nudge=[False, True])
    for state, html in zip(states, stills(node, Hunt(), states), strict=True):
        assert not STRAY.search(html), state
        words, w, x, t = readout(html), state["w"], state["x"], state["t"]
        error, nudged = evaluate(E, w=[w, w + 0.001], x=x, t=t)
        told = re.search(r"At w = (.+?) the error is (.+?)\.(?: |$)", words)
        assert (number(told[1]), number(told[2])) == (to_digits(w, 4), to_digits(error, 4)), state
        rate = re.search(r"changes by (.+); divided by the nudge, that is (.+)\.", words)
        assert bool(rate) == state["nudge"]
        if rate:
            assert number(rate[1]) == to_digits(nudged - error, 3), state
            assert number(rate[2]) == to_places((nudged - error) / 0.001, 4), state


def test_the_nudge_of_the_hunt_comes_close_to_the_slope(node):
    E = one_weight_error()
    slope = gradient(E, next(leaf for leaf in topological_order([E]) if leaf.name == "w"))
    state = {"w": 0.5, "x": 2, "t": 3, "nudge": True}
    rate = re.search(r"that is (.+)\.", readout(stills(node, Hunt(), [state])[0]))[1]
    assert float(number(rate)) == pytest.approx(evaluate(slope, w=0.5, x=2, t=3), abs=0.01)


# Predictions

QUESTION = {
    "question": "Which way?",
    "choices": ["up", "down"],
    "answer": 1,
    "outcome": "Down, since the slope is +.",
}


def prediction(**changes):
    return Prediction(**{**QUESTION, **changes})


def state_of(widget, **changes):
    names = ("question", "choices", "answer", "tolerance", "outcome", "code", "guess")
    return {name: getattr(widget, name) for name in names} | changes


TYPED = {
    "0.5": 0.5,
    "0,5": 0.5,
    f"{TRUE_MINUS}0.5": -0.5,
    f"{TRUE_MINUS}0,5": -0.5,
    "-3": -3,
    "+3": 3,
    "  12  ": 12,
    ".5": 0.5,
    "5.": 5,
    "3e-4": 3e-4,
    "2E3": 2000,
    f"3e{TRUE_MINUS}4": 3e-4,
    f"{TRUE_MINUS}3e{TRUE_MINUS}4": -3e-4,
    "0,5e3": 500,
    "0,1234": 0.1234,
}
RUBBISH = [
    "",
    "   ",
    "abc",
    "1.2.3",
    "1,2,3",
    "1,000.5",
    "1,000",  # a thousand, or one?
    "1e400",
    "--1",
    "0x10",
    "NaN",
    "Infinity",
    "e5",
    ".",
    ",",
    "1 2",
    "½",
    "5 %",
]


@pytest.mark.parametrize("text", TYPED, ids=ascii)
def test_a_number_is_read_as_people_type_it(node, text):
    assert call(node, prediction(), "typedNumber", text) == TYPED[text]


@pytest.mark.parametrize("text", RUBBISH, ids=ascii)
def test_rubbish_is_no_number(node, text):
    assert call(node, prediction(), "typedNumber", text) is None


def test_a_locked_choice_is_told_right_wrong_or_honest(node):
    widget = prediction()
    verdicts = {"down": "✓ As you predicted", "up": "✗ Not what you predicted", "I don't know": "Now you do"}
    for guess, verdict in verdicts.items():
        html = call(node, widget, "result", state_of(widget, guess=guess))
        assert verdict in html and QUESTION["outcome"] in html


def test_a_locked_number_is_right_within_its_tolerance(node):
    widget = prediction(choices=[], answer=-0.5, tolerance=0.05)
    for guess, right in {f"{TRUE_MINUS}0,52": True, "-0.46": True, "0.5": False, "-0.6": False}.items():
        html = call(node, widget, "result", state_of(widget, guess=guess))
        assert ("✓" in html) == right, guess
        assert f"{TRUE_MINUS}0.5" in html


def test_the_still_question_keeps_its_answer_folded_away(node):
    widget = prediction()
    before, after = stills(node, widget, [state_of(widget)])[0].split("<details>")
    assert "Which way?" in before and "up" in before and QUESTION["outcome"] not in before
    assert "<b>down</b>" in after and QUESTION["outcome"] in after


def test_the_still_of_a_number_prints_the_answer_with_a_true_minus(node):
    widget = prediction(choices=[], answer=-0.25)
    html = stills(node, widget, [state_of(widget)])[0]
    assert f"<b>{TRUE_MINUS}0.25</b>" in html
    assert not STRAY.search(html)


@pytest.mark.parametrize("view", ["still", "form", "result"])
def test_text_given_by_an_author_or_a_reader_is_escaped(node, view):
    nasty = '<img src=x onerror="alert(1)">&amp;'
    for choices, code in ((["up", nasty], False), ([nasty, "up"], True), ([], False)):
        widget = prediction(question=nasty, outcome=nasty, choices=choices, code=code, answer=0)
        html = call(node, widget, view, state_of(widget, guess=nasty))
        assert "<img" not in html
        assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;amp;" in html


def test_an_answer_that_is_not_among_the_choices_is_refused():
    for answer in (2, -1, 0.5, "down"):
        with pytest.raises(GraphError) as caught:
            prediction(answer=answer)
        assert repr(answer) in caught.value.given and "Which way?" in caught.value.given
        assert "from 0 to 1" in caught.value.expected
        assert "choices.index" in caught.value.hint


@pytest.mark.parametrize("empty", [{"question": " "}, {"outcome": ""}])
def test_a_question_without_words_is_refused(empty):
    with pytest.raises(GraphError, match=f"The {next(iter(empty))} of a prediction is"):
        prediction(**empty)


@pytest.mark.parametrize("wrong", [{"choices": "abc"}, {"choices": [1, 2]}, {"question": None}])
def test_choices_and_questions_that_are_no_sentences_are_refused(wrong):
    with pytest.raises(GraphError, match="of a prediction"):
        prediction(**wrong)


@pytest.mark.parametrize("answer", ["x", None, float("nan")])
def test_a_typed_question_wants_a_number_for_an_answer(answer):
    with pytest.raises(GraphError, match="The answer to"):
        prediction(choices=[], answer=answer)


def test_a_question_in_text_does_not_give_its_answer_away():
    assert QUESTION["outcome"] not in repr(prediction())
    assert "0.123" not in repr(prediction(choices=[], answer=0.123))


# Panels


def links_to(explorable):
    """For each trait of an explorable that is linked in the browser: the slider at the other end."""
    state = ipywidgets.Widget.get_manager_state()["state"]
    mine, by_trait = f"IPY_MODEL_{explorable.model_id}", {}
    for model in state.values():
        if model["model_name"] == "LinkModel" and model["state"]["target"][0] == mine:
            slider, value = model["state"]["source"]
            assert value == "value"
            by_trait[model["state"]["target"][1]] = state[slider.removeprefix("IPY_MODEL_")]["state"]
    return by_trait


@pytest.mark.parametrize("kind", [OneWeight, Hunt])
def test_every_slider_is_linked_in_the_browser_and_has_its_bounds(kind):
    explorable = kind()
    panel = explorable.panel()
    sliders = links_to(explorable)
    assert set(sliders) == {row.trait for row in kind.sliders}
    for row in kind.sliders:
        slider = sliders[row.trait]
        assert (slider["min"], slider["max"], slider["step"]) == (row.low, row.high, row.step)
        assert (slider["description"], slider["readout_format"]) == (row.label, row.readout)
        assert slider["value"] == getattr(explorable, row.trait)
    assert panel.children[-1] is explorable
    assert len(panel.children[0].children) == len(kind.sliders)


def test_the_bounds_of_the_sliders_are_those_of_the_chapter():
    bounds = {row.trait: (row.low, row.high) for row in OneWeight.sliders}
    assert bounds == {"learning_rate": (0, 2.5), "start": (-4, 4), "x": (-3, 3), "t": (-3, 3)}
    assert {row.trait: (row.low, row.high) for row in Hunt.sliders} == {"w": (-1, 3)}


def test_a_panel_shows_only_the_sliders_asked_for():
    explorable = OneWeight(learning_rate=1.5)
    panel = explorable.panel("learning_rate", "t")
    assert set(links_to(explorable)) == {"learning_rate", "t"}
    assert [slider.value for slider in panel.children[0].children] == [1.5, 1.0]


def test_a_slider_that_there_is_not_is_refused_with_a_hint():
    with pytest.raises(GraphError, match="'learning_rate', which looks like"):
        OneWeight().panel("learning_rat")


def test_a_value_that_its_slider_does_not_reach_is_refused():
    with pytest.raises(GraphError, match="from -4 to 4"):
        OneWeight(start=10).panel()
