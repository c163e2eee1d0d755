"""The chapter *Linear and XOR* in a real browser: a reader trains the network by hand, keyboard and button."""

import re

import pytest
from playwright.sync_api import expect

from tests.site.panels import STRAY, handle
from tools.checks.browser import SITE, opened, violations

CHAPTER = (SITE / "notebooks" / "linear-and-xor.html").as_uri()


def panel(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-boundary"))


def press(box, name):
    box.get_by_role("button", name=name, exact=True).click()


def after(box, epochs):
    """Waits until the readout speaks of so many epochs."""
    words = f"{epochs} epoch" + ("" if epochs == 1 else "s")
    expect(box.locator(".bp-readout b").first).to_have_text(words)


def test_steps_go_on_and_the_slider_follows(page):
    box = panel(page)
    after(box, 60)
    press(box, "+1 epoch")
    after(box, 61)
    press(box, "+10")
    after(box, 71)
    expect(box.locator(".widget-readout").first).to_have_text("71")
    press(box, "Back to 0")
    after(box, 0)


def test_play_trains_until_pause(page):
    box = panel(page)
    press(box, "Play")
    expect(box.get_by_role("button", name="Pause")).to_be_visible()
    expect(box.locator(".bp-readout b").first).to_have_text(re.compile(r"^(6[3-9]|[7-9]\d|\d{3,}) epochs$"))
    press(box, "Pause")
    page.wait_for_timeout(150)
    held = box.locator(".bp-readout").inner_text()
    page.wait_for_timeout(400)
    assert box.locator(".bp-readout").inner_text() == held


def test_three_steps_ahead_and_four_back_without_waiting_are_one_back(page):
    """Also where the slider, which works in percentages, hands over an epoch that is not quite whole."""
    box = panel(page)
    press(box, "Back to 0")
    after(box, 0)
    for start, end in ((0, 0), (7, 6)):
        handle(box, "epochs").focus()
        for key in [*["ArrowRight"] * (start + 3), *["ArrowLeft"] * 4]:
            page.keyboard.press(key)
        after(box, end)


def test_an_epoch_typed_between_two_is_one_of_them(page):
    box = panel(page)
    field = box.get_by_role("textbox", name="epochs, type a value")
    field.fill("3.5")
    field.press("Enter")
    expect(box.locator(".bp-readout b").first).to_have_text(re.compile("^[34] epochs$"))


def test_the_slider_goes_far_ahead_by_keyboard_and_back(page):
    box = panel(page)
    handle(box, "epochs").focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    now = int(float(box.locator(".widget-readout").first.inner_text()))
    assert now > 70
    after(box, now)
    before = box.locator(".bp-readout").inner_text()
    page.keyboard.press("ArrowRight")
    after(box, now + 1)
    page.keyboard.press("ArrowLeft")
    after(box, now)
    assert box.locator(".bp-readout").inner_text() == before


def test_other_data_and_other_weights_start_the_same_length_of_training(page):
    box = panel(page)
    press(box, "+10")
    after(box, 70)
    first = box.locator(".bp-readout").inner_text()
    press(box, "Other weights")
    expect(box.locator(".bp-readout")).not_to_have_text(first)
    expect(box.locator(".bp-readout")).to_contain_text("start number 2")
    box.get_by_role("combobox", name="data").select_option("linear")
    expect(box.locator(".bp-readout")).to_contain_text("of 100 points")
    after(box, 70)


def test_what_a_reader_hears_is_what_the_readout_says(page):
    box = panel(page)
    press(box, "+10")
    after(box, 70)
    expect(box.locator("[role=status]")).to_have_text(box.locator(".bp-readout").inner_text())


@pytest.mark.parametrize("ends", ["Home", "End"])
def test_sliders_at_their_ends_break_nothing(page, ends):
    box = panel(page)
    press(box, "+10")
    for label in ("learning rate", "momentum", "units in hidden layer 1", "units in hidden layer 2"):
        handle(box, label).focus()
        page.keyboard.press(ends)
        after(box, 70)
        assert not STRAY.search(box.locator(".bp-explorable").inner_html())


def test_a_reader_who_wants_no_motion_steps(site, browser):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(CHAPTER)
    page.wait_for_selector("html[data-widgets=ready]", state="attached")
    box = panel(page)
    expect(box.get_by_role("button", name="Play")).to_be_hidden()
    press(box, "+10")
    after(box, 70)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_trained_network_has_no_fault(site, browser, scheme):
    with opened(browser, CHAPTER, width=390, scheme=scheme) as (page, met):
        box = panel(page)
        press(box, "+10")
        after(box, 70)
        assert violations(page, box) + met == []


def test_without_script_there_is_a_drawing_and_its_numbers(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, met):
        still = page.locator(".bp-still", has=page.locator(".bp-boundary"))
        expect(still).to_have_count(1)
        expect(still).to_contain_text("After 60 epochs")
        assert met == []
