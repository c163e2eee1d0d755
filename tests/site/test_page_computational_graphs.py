"""The chapter *Computational graphs* in a real browser: what its own controls do, by keyboard and by pointer."""

import re

import pytest
from playwright.sync_api import expect

from backprop_lib import evaluate
from backprop_lib.explorables import weight_decay_cost
from backprop_lib.explorables.recompute import START
from tests.site.panels import STRAY
from tools.checks.browser import SITE, opened, scrolls_sideways, violations

J = weight_decay_cost()
CHAPTER = (SITE / "notebooks" / "computational-graphs.html").as_uri()


def panel(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-choices"))


def question(page):
    return page.locator(".bp-what-changes")


def bold(box):
    """The numbers of the readout, once what was asked for has been drawn."""
    box.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return box.locator(".bp-readout b").all_inner_texts()


def cost(**moved):
    return f"{evaluate(J, START | moved):.4g}".replace("-", "−")


def test_arrow_keys_choose_what_moves_and_how_far(page):
    box = panel(page)
    assert bold(box) == ["8", cost(w=0.6)]
    radio = box.get_by_role("radio", name="w", exact=True)
    radio.focus()
    page.keyboard.press("ArrowRight")
    expect(box.get_by_role("radio", name="x", exact=True)).to_be_focused()
    assert bold(box) == ["6", cost(x=2.1)]
    box.locator(".noUi-handle").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert bold(box) == ["6", cost(x=2.4)]
    expect(box.locator('[data-node="x"]')).to_contain_text("2.4")
    page.keyboard.press("Home")
    assert bold(box) == ["6", cost(x=0)]


def test_a_click_on_an_input_of_the_graph_moves_that(page):
    box = panel(page)
    box.locator('[data-node="lambda_"]').click()
    expect(box.get_by_role("radio", name="λ")).to_be_checked()
    assert bold(box) == ["2", cost(lambda_=0.5)]
    box.locator('[data-node="f"]').click()
    expect(box.get_by_role("radio", name="λ")).to_be_checked()
    box.locator('[data-node="E"]').click()
    expect(box.get_by_role("radio", name="E")).to_be_checked()
    expect(box.locator(".bp-readout")).to_contain_text("λ cannot move it")
    expect(box.get_by_role("button", name="Start from here")).to_be_disabled()


def test_going_on_from_where_an_input_has_moved_to(page):
    box = panel(page)
    again = box.get_by_role("button", name="Start from here")
    again.click()
    expect(box.get_by_role("radio", name="w", exact=True)).to_be_focused()
    assert bold(box) == ["0", cost(w=0.6)]
    expect(again).to_be_disabled()
    expect(box.locator(".widget-readout")).to_have_text("+0.0")
    box.get_by_role("radio", name="t", exact=True).check()
    box.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    assert bold(box) == ["4", cost(w=0.6, t=3.1)]


def test_copies_of_the_weight_are_nudged_one_by_one_and_together(page):
    box = panel(page)
    switch = box.get_by_role("checkbox", name="A copy of w for each use")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_be_focused()
    assert bold(box) == ["8", cost(w=0.6)]
    rows = box.locator(".bp-way > :last-child")
    expect(rows.filter(has_text="?")).to_have_count(2)
    box.get_by_role("radio", name="first copy of w").check()
    assert bold(box)[0] == "6"
    expect(box.get_by_role("button", name="Start from here")).to_be_disabled()
    box.get_by_role("radio", name="second copy of w").check()
    assert bold(box)[0] == "3"
    changes = [float(text.replace("−", "-")) for text in rows.all_inner_texts()]
    assert changes[0] + changes[1] == pytest.approx(changes[2], abs=1e-9)
    assert changes[2] == pytest.approx(evaluate(J, START | {"w": 0.6}) - evaluate(J, START), rel=1e-3)
    switch.uncheck()
    expect(box.get_by_role("radio")).to_have_count(8)
    expect(box.get_by_role("radio", name="w", exact=True)).to_be_checked()
    expect(rows).to_have_count(0)


@pytest.mark.parametrize("key", ["Home", "End"])
def test_the_slider_at_its_ends_breaks_nothing(page, key):
    box = panel(page)
    box.get_by_role("checkbox").check()
    for radio in box.get_by_role("radio").all():
        radio.check()
        box.locator(".noUi-handle").focus()
        page.keyboard.press(key)
        bold(box)
        assert not STRAY.search(box.inner_html())


def test_the_question_is_answered_by_keyboard_in_three_rounds(page):
    ask = question(page)
    expect(ask.locator("figure .again")).to_have_count(0)
    for mover, count in (("w", 8), ("t", 4), ("λ", 2)):
        expect(ask).to_contain_text(f"{mover} moves.")
        boxes = ask.get_by_role("checkbox")
        expect(boxes).to_have_count(8)
        boxes.first.focus()
        for k in range(8):
            if k >= 8 - count:  # the last ones: right for w and λ, wrong for t
                page.keyboard.press("Space")
            page.keyboard.press("Tab")
        expect(ask.get_by_role("button", name="Lock in")).to_be_focused()
        page.keyboard.press("Enter")
        expect(ask).to_be_focused()
        expect(ask.locator("figure .again")).to_have_count(count)
        expect(ask.locator(".bp-verdict")).to_contain_text("✗" if mover == "t" else "✓")
        page.keyboard.press("Tab")
        for _ in range(3):  # past a drawing that scrolls, which can have the focus too
            if not ask.get_by_role("button").evaluate("button => button === document.activeElement"):
                page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(ask).to_contain_text("w moves.")
    expect(ask.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_nothing_marked_is_no_answer_and_a_click_on_a_box_marks_it(page):
    ask = question(page)
    ask.get_by_role("button", name="Lock in").click()
    expect(ask.get_by_role("alert")).to_contain_text("Mark at least one")
    ask.locator('[data-node="E"]').click()
    expect(ask.get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(ask.locator('[data-node="E"]')).to_have_class(re.compile("chosen"))
    ask.locator('[data-node="E"]').click()
    expect(ask.get_by_role("checkbox", checked=True)).to_have_count(0)
    ask.locator('[data-node="x"]').click()
    expect(ask.get_by_role("checkbox", checked=True)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_whatever_state_it_is_in_the_page_has_no_fault(site, browser, scheme, width):
    with opened(browser, (SITE / "notebooks" / "computational-graphs.html").as_uri(), width, scheme) as (page, met):
        ask, box = question(page), panel(page)
        ask.get_by_role("checkbox").first.check()
        assert violations(page, ask) == []
        ask.get_by_role("button", name="Lock in").click()
        box.get_by_role("radio", name="E").check()
        assert violations(page, ask) + violations(page, box) == []
        box.get_by_role("checkbox").check()
        box.get_by_role("radio", name="first copy of w").check()
        assert violations(page, box) + scrolls_sideways(page) + met == []
