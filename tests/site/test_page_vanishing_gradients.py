"""The chapter *Vanishing gradients* in a real browser: menus, sliders and buttons answer, by hand and by keyboard."""

import pytest
from playwright.sync_api import expect

from backprop_lib.experiments.vanishing import STARTS, expected_deltas
from tests.site.panels import STRAY, handle
from tools.checks.browser import SITE, opened, violations

CHAPTER = (SITE / "notebooks" / "vanishing-gradients.html").as_uri()


def panel(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-deltas"))


def words(box):
    box.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return box.locator(".bp-readout").inner_text()


def theory(activation, start, depth):
    """What theory leaves to the first layer, as the page prints it."""
    mantissa, power = f"{expected_deltas(activation, STARTS[start][1], depth)[0]:.1e}".split("e")
    if int(power) >= -4:
        return f"{float(f'{mantissa}e{power}'):.2g}"
    return f"{mantissa} × 10" + str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def test_menus_and_the_slider_answer_to_the_keyboard_with_the_numbers_of_theory(page):
    box = panel(page)
    assert "the first of 20 hidden layers gets" in words(box)
    assert f"theory says {theory('sigmoid', 'glorot', 20)}." in words(box)
    activation = box.get_by_role("combobox", name="activation")
    activation.focus()
    page.keyboard.press("ArrowDown")
    expect(activation).to_have_value("tanh")
    expect(activation).to_be_focused()
    box.get_by_role("combobox", name="start").select_option("plain")
    handle(box, "hidden layers").focus()
    page.keyboard.press("ArrowRight")
    assert f"theory says {theory('tanh', 'plain', 21)}." in words(box)


def test_larger_weights_make_vanishing_deltas_explode(page):
    box = panel(page)
    box.get_by_role("combobox", name="activation").select_option("relu")
    assert "at least 1" in words(box)
    handle(box, "all weights times").focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    assert "at most 100 times" in words(box)


def test_other_weights_give_other_networks_and_the_same_theory(page):
    box = panel(page)
    before = words(box)
    button = box.get_by_role("button", name="Other weights")
    button.focus()
    page.keyboard.press("Enter")
    after = words(box)
    expect(button).to_be_focused()
    assert before != after and before.split("theory says")[1][:12] == after.split("theory says")[1][:12]


def test_a_line_is_kept_and_forgotten(page):
    box = panel(page)
    box.get_by_role("button", name="Keep this line").click()
    expect(box.locator("svg").first).to_contain_text("theory: sigmoid, Glorot")
    box.get_by_role("combobox", name="activation").select_option("selu")
    expect(box.locator("svg").first).to_contain_text("theory: sigmoid, Glorot")
    box.get_by_role("button", name="Forget the line").click()
    expect(box.locator("svg").first).not_to_contain_text("theory: sigmoid")


def test_what_a_reader_hears_is_what_the_readout_says(page):
    box = panel(page)
    handle(box, "hidden layers").focus()
    page.keyboard.press("ArrowLeft")
    words(box)
    expect(box.locator("[role=status]")).to_have_text(box.locator(".bp-readout").inner_text())


@pytest.mark.parametrize("ends", ["Home Home", "End Home", "Home End", "End End"])
def test_sliders_at_their_ends_break_nothing(page, ends):
    box = panel(page)
    for key, label in zip(ends.split(), ["hidden layers", "all weights times"], strict=True):
        handle(box, label).focus()
        page.keyboard.press(key)
        words(box)
        assert not STRAY.search(box.inner_html())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_a_kept_line_and_fifty_layers_the_page_has_no_fault(site, browser, scheme):
    with opened(browser, CHAPTER, width=390, scheme=scheme) as (page, met):
        box = panel(page)
        box.get_by_role("button", name="Keep this line").click()
        box.get_by_role("combobox", name="start").select_option("he")
        handle(box, "hidden layers").focus()
        page.keyboard.press("End")
        words(box)
        assert violations(page, box) + met == []


def test_without_script_there_is_a_drawing_and_its_numbers(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, met):
        still = page.locator(".bp-still", has=page.locator(".bp-deltas"))
        expect(still).to_have_count(1)
        expect(still).to_contain_text(f"theory says {theory('sigmoid', 'glorot', 20)}.")
        assert met == []
