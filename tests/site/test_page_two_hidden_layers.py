"""The chapter *Two hidden layers* in a real browser: ten starts are trained anew, with the numbers of Python."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from backprop_lib.experiments.two_hidden import trained
from tests.site.panels import STRAY, handle
from tools.checks.browser import SITE, opened, violations

CHAPTER = (SITE / "notebooks" / "two-hidden-layers.html").as_uri()


def panel(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-ten-errors"))


def drawn(page):
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def words(box):
    drawn(box.page)
    return box.locator(".bp-readout").inner_text()


def ends(**reading):
    """The smallest and the largest final error, as they are printed."""
    last = trained(range(reading.pop("first", 0), reading.pop("last", 10)), **reading).loss[:, -1]
    return [f"{np.min(last):.3g}", f"{np.max(last):.3g}"]


def test_arrow_keys_move_the_rate_and_the_errors_are_pythons(page):
    box = panel(page)
    least, most = ends()
    assert f"lie between {least} and {most}" in words(box)
    handle(box, "learning rate").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    least, most = ends(learning_rate=10**-2.5)
    assert f"lie between {least} and {most}" in words(box)
    for _ in range(35):
        page.keyboard.press("ArrowRight")
    assert "Of the ten, all came below 0.0001, the first at epoch 14, the last at 16." in words(box)


def test_the_readings_of_the_text_are_switched_by_keyboard(page):
    box = panel(page)
    for name, reading in (("biases learn", {"learn_biases": True}), ("no ½ in the loss", {"half": False})):
        switch = box.get_by_role("checkbox", name=name)
        switch.focus()
        page.keyboard.press("Space")
        expect(switch).to_be_checked()
        last = trained([0], **reading).loss[0, -1]
        shown = f"{last:.3g}" if last >= 1e-4 else f"{last:.2e}".split("e")[0]
        assert shown in words(box).split("Start 1")[1]
        page.keyboard.press("Space")


def test_ten_others_come_with_the_button_and_in_the_end_the_first_ones_again(page):
    box = panel(page)
    button = box.get_by_role("button", name="draw ten others")
    button.focus()
    page.keyboard.press("Enter")
    least, most = ends(first=10, last=20)
    assert f"lie between {least} and {most}" in words(box) and "(seed 10)" in words(box)
    for _ in range(19):
        page.keyboard.press("Enter")
    expect(button).to_have_text("Seeds 0 to 9: draw ten others")
    assert "(seed 0)" in words(box)


def test_a_start_is_chosen_by_slider_and_by_pointing(page):
    box = panel(page)
    handle(box, "start shown thick").focus()
    page.keyboard.press("ArrowRight")
    assert "Start 2 (seed 1)" in words(box)
    drawing = box.locator('svg[data-part="ten-outputs"]')
    drawing.scroll_into_view_if_needed()
    place, dot = drawing.bounding_box(), drawing.locator("path.run").nth(7).get_attribute("d")
    x, y = map(float, re.match(r"M([\d.]+),([\d.]+)", dot).groups())
    scale = place["width"] / 300
    page.mouse.move(place["x"] + x * scale, place["y"] + y * scale)
    chosen = re.search(r"Start (\d+) \(seed", words(box))[1]
    assert chosen == "9"  # the eighth of the nine that are not thick
    expect(box.locator(".widget-readout").nth(1)).to_have_text(chosen)


def test_against_rate_times_epochs_the_axis_says_so(page):
    box = panel(page)
    box.get_by_role("checkbox", name="draw against").check()
    expect(box.locator('svg[data-part="ten-errors"]')).to_contain_text("η × epochs")


def test_what_a_reader_hears_is_what_the_readout_says(page):
    box = panel(page)
    handle(box, "learning rate").focus()
    page.keyboard.press("ArrowRight")
    drawn(page)
    expect(box.locator("[role=status]")).to_have_text(box.locator(".bp-readout").inner_text())


@pytest.mark.parametrize("key", ["Home", "End"])
def test_the_ends_of_the_rate_break_nothing(page, key):
    box = panel(page)
    for switch in box.get_by_role("checkbox").all():
        switch.check()
    handle(box, "learning rate").focus()
    page.keyboard.press(key)
    said = words(box)
    assert not STRAY.search(box.inner_html())
    assert ("the sigmoids are flat there" in said) == (key == "End")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_ten_runs_that_are_stuck_the_narrow_page_has_no_fault(site, browser, scheme):
    with opened(browser, CHAPTER, width=390, scheme=scheme) as (page, met):
        box = panel(page)
        handle(box, "learning rate").focus()
        page.keyboard.press("End")
        drawn(page)
        assert violations(page, box) + met == []


def test_without_script_there_are_ten_curves_and_their_numbers(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, met):
        still = page.locator(".bp-still", has=page.locator(".bp-ten-errors"))
        expect(still.locator(".bp-ten-errors path.run")).to_have_count(10)
        expect(still).to_contain_text("lie between {} and {}".format(*ends()))
        assert met == []
