"""The chapter *The sigmoid* in a real browser: what its own controls do."""

import pytest
from playwright.sync_api import expect

from backprop_lib import evaluate
from backprop_lib.explorables import sigmoid_chain_graph, sigmoid_graph
from tests.site.panels import STRAY, handle
from tools.checks.browser import SITE

GRAPH = sigmoid_graph()
CHAPTER = (SITE / "notebooks" / "sigmoid.html").as_uri()


def panel(page, part):
    return page.locator(".bp-panel-box", has=page.locator(f".bp-{part}"))


def bold(box):
    """The numbers of the readout, once what was asked for has been drawn."""
    box.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return box.locator(".bp-readout b").all_inner_texts()


def test_arrow_keys_move_the_point_and_the_numbers_are_numpys(page):
    box = panel(page, "area")
    handle(box, "net input").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    out, slope = evaluate([GRAPH["out"], GRAPH["slope"]], x=2.5)
    assert bold(box) == ["2.5", f"{out:.4g}", f"{slope:.4g}"]


def test_dragging_the_point_moves_its_slider(page):
    box = panel(page, "area")
    drawing = box.locator('svg[data-part="sigmoid"]')
    drawing.scroll_into_view_if_needed()
    place = drawing.bounding_box()
    page.mouse.move(place["x"] + place["width"] * 0.5, place["y"] + place["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 170 / 400, place["y"] + place["height"] * 0.6, steps=4)
    page.mouse.up()
    expect(box.locator(".widget-readout")).to_have_text("0.00")
    expect(box.locator(".bp-readout")).to_contain_text("the rectangle is a square")
    page.mouse.down()
    page.mouse.move(place["x"] - 50, place["y"])
    page.mouse.up()
    expect(box.locator(".widget-readout")).to_have_text("−6.00")


def test_the_axis_is_hidden_by_keyboard_and_the_slope_can_still_be_read(page):
    box = panel(page, "area")
    switch = box.get_by_role("checkbox", name="Hide the axis of x")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_be_checked()
    expect(switch).to_be_focused()
    expect(box.locator(".widget-readout")).to_be_hidden()
    expect(box.locator("svg").first).not_to_contain_text("net input x")
    handle(box, "net input").focus()
    page.keyboard.press("ArrowRight")
    out, slope = evaluate([GRAPH["out"], GRAPH["slope"]], x=2.05)
    assert bold(box) == [f"{out:.4g}", f"{slope:.4g}"]
    switch.focus()
    page.keyboard.press("Space")
    expect(box.locator(".widget-readout")).to_be_visible()
    expect(box.locator("svg").first).to_contain_text("net input x")


def test_the_first_curve_has_no_such_box_and_tells_of_a_nudge(page):
    box = page.locator(".bp-panel-box").first
    expect(box.locator(".bp-readout")).to_contain_text("Nudge x by 0.001")
    expect(box.get_by_role("checkbox")).to_have_count(0)


def test_a_row_of_sigmoids_grows_and_shrinks_by_keyboard(page):
    box = panel(page, "units")
    handle(box, "sigmoids").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    left = evaluate(sigmoid_chain_graph()["left_6"], x=0)
    assert bold(box) == ["6", f"{0.25**6:.3g}", f"{left:.3g}"]
    expect(box.locator(".widget-readout").first).to_have_text("6")
    page.keyboard.press("Home")
    assert bold(box)[0] == "1"


@pytest.mark.parametrize("ends", ["End End", "Home Home", "End Home"])
def test_sliders_at_their_ends_break_nothing(page, ends):
    for key, (part, label) in zip(ends.split(), [("area", "net input"), ("units", "sigmoids")], strict=True):
        box = panel(page, part)
        handle(box, label).focus()
        page.keyboard.press(key)
        bold(box)
        assert not STRAY.search(box.inner_html())
