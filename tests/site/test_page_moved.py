"""Every figure of the site, moved faster than it can draw: it ends as a fresh one would, and every control counts.

What moves it, and what its picture is, stands in moves.js. A new figure joins by being shown in a chapter.
"""

import contextlib
import json
from random import Random

import pytest

from tests.site.panels import handle
from tools.checks.browser import ROOT, SITE, opened

MOVES = (ROOT / "tests" / "site" / "moves.js").read_text(encoding="utf-8")
CHAPTERS = sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb") if "widget-view+json" in p.read_text("utf-8"))
MANY, SOME = 200, 30
SHAKE = "([k, count, seed]) => moves.shake(moves.figures[k], count, seed).then(() => moves.compared(moves.figures[k]))"
KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Tab", "Space"]


@pytest.fixture
def moved(site, browser):
    """`moved(name)`: a chapter with all that moves its figures; `moved.met` is the list of faults met on the way.

    `planted` are pairs of texts: in the modules of the figures the second takes the place of the first.
    """
    with contextlib.ExitStack() as stack:

        def start(name, planted=()):
            pairs = f"{json.dumps(planted)}.reduce((now, [from, to]) => now.replace(from, () => to), text)"
            address = name if "//" in name else (SITE / "notebooks" / f"{name}.html").as_uri()
            page, start.met = stack.enter_context(
                opened(browser, address, before=(f"planted = text => {pairs}", MOVES))
            )
            return page

        yield start


def names(page):
    """What the figures of a page are called, in their order."""
    return page.evaluate("moves.figures.map(moves.nameOf)")


def strayed(page, met, count=MANY, seed=1):
    """For each figure that was moved and does not show what a fresh one does, or met a fault: both."""
    found = {}
    for k, name in enumerate(names(page)):
        if (apart := page.evaluate(SHAKE, [k, count, seed + k])) or met:
            found[f"{name}, figure {k + 1}"] = [apart, *met]
            met.clear()
    return found


def idle(page):
    """For each figure the controls that move nothing that can be seen."""
    found = {
        f"{name}, figure {k + 1}": page.evaluate("k => moves.idle(moves.figures[k])", k)
        for k, name in enumerate(names(page))
    }
    return {name: controls for name, controls in found.items() if controls}


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_figure_moved_without_waiting_ends_as_a_fresh_one_would(moved, name):
    page = moved(name)
    assert strayed(page, moved.met) == {}


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_control_does_something_that_can_be_seen_from_the_start(moved, name):
    page = moved(name)
    assert idle(page) == {}
    assert moved.met == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_figure_typed_at_without_waiting_ends_as_a_fresh_one_would(moved, name):
    """With the keys of a real keyboard, at whatever has the focus within the figure."""
    page, dice = moved(name), Random(1)
    for k, kind in enumerate(names(page)):
        if kind == "Prediction":
            continue
        for key in dice.choices(KEYS, k=SOME):
            page.evaluate("k => moves.focused(moves.figures[k])", k)
            page.keyboard.press(key)
        assert page.evaluate("k => moves.compared(moves.figures[k])", k) is None, kind
        assert moved.met == [], kind


def test_every_kind_of_figure_is_moved(site, moved):
    from backprop_lib import explorables

    kinds = {
        kind.__name__
        for kind in (getattr(explorables, name) for name in explorables.__all__)
        if isinstance(kind, type) and issubclass(kind, explorables.Explorable)
    }
    assert {kind for name in CHAPTERS for kind in names(moved(name))} == kinds - {"Explorable"}


STALE = (
    "requestAnimationFrame(drawn)",
    "requestAnimationFrame((then => () => { waiting = 0; draw(then); })(stateOf(model, traits)))",
)
UNEVEN = ("Number(value.toPrecision(12))", "value"), ("Math.round(value)", "value")
UNFINISHED = ("unfinished: here.epoch < epoch", "unfinished: false")
OF_ITS_OWN = ("descent({ ...state, frame })", "descent({ ...state, frame, found: now?.found })")


@pytest.mark.parametrize(
    "name, planted",
    [
        ("linear-and-xor", [STALE]),
        ("sigmoid", [STALE]),
        ("one-weight", [OF_ITS_OWN]),
    ],
)
def test_a_planted_state_that_stays_behind_is_found(moved, name, planted):
    page = moved(name, planted)
    assert any(strayed(page, moved.met, seed=seed) for seed in range(1, 200, 50))


@pytest.mark.parametrize(
    "keys, planted", [(["Home", *["ArrowRight"] * 3], UNEVEN), (["End"], [UNFINISHED])], ids=["uneven", "unfinished"]
)
def test_a_planted_training_that_does_not_arrive_is_found(moved, keys, planted):
    """A slider's 3 that is not quite whole; a training that is not gone on with."""
    page = moved("linear-and-xor", planted)
    handle(page.locator(".bp-panel-box", has=page.locator(".bp-boundary")), "epochs").focus()
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(200)
    boundary = names(page).index("Boundary")
    assert page.evaluate("k => moves.compared(moves.figures[k])", boundary) or moved.met


@pytest.mark.parametrize(
    "name, planted, control",
    [
        ("linear-and-xor", ("momentum: state.momentum", "momentum: 0.9"), "momentum"),
        ("one-weight", ('"start", "x", "t"', '"start", "x"'), "target t"),
        ("perceptrons", ("swap: () => put(model, swapped(now()))", "swap: () => {}"), "Swap the sides"),
        ("sigmoid", ("put(model, { axis_hidden: box.checked })", "void 0"), "Hide the axis of x"),
    ],
)
def test_a_planted_control_that_does_nothing_is_found(moved, name, planted, control):
    page = moved(name, [planted])
    assert any(control in controls for controls in idle(page).values())


def test_a_figure_that_opens_where_its_controls_move_nothing_is_found(moved, plant):
    def start(text):
        return text.replace('"epoch": 60.0', '"epoch": 0.0').replace('"value": 60.0', '"value": 0.0')

    at_the_start = plant("notebooks/linear-and-xor.html", start)
    assert ["learning rate η", "momentum"] in [
        found[:2] for found in idle(moved(f"{SITE.as_uri()}/{at_the_start}")).values()
    ]
