"""The chapter *Perceptrons* in a real browser: a line is dragged by pointer and by keys, and moved by the rule."""

import re

import pytest
from playwright.sync_api import expect

from tests.site.panels import STRAY, handle
from tools.checks.browser import SITE, opened, violations

CHAPTER = (SITE / "notebooks" / "perceptrons.html").as_uri()


def hunt(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-board"))


def rule(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-looks"))


def press(box, name):
    box.get_by_role("button", name=name, exact=True).click()


def says(box, words):
    expect(box.locator(".bp-readout")).to_contain_text(words)


def choose(box, key):
    box.get_by_role("combobox", name="function").select_option(key)


def weights(box):
    """What the sliders of a box stand at."""
    return [float(text.replace("−", "-")) for text in box.locator(".widget-readout").all_inner_texts()]


def drag(box, end, to):
    """An end of the line, by the pointer, to a place given in parts of the picture's width and height."""
    page, grip = box.page, box.locator(".bp-handle").nth(end)
    grip.scroll_into_view_if_needed()
    from_, picture = grip.bounding_box(), box.locator("[data-part=plane]").bounding_box()
    page.mouse.move(from_["x"] + from_["width"] / 2, from_["y"] + from_["height"] / 2)
    page.mouse.down()
    page.mouse.move(picture["x"] + to[0] * picture["width"], picture["y"] + to[1] * picture["height"], steps=8)
    page.mouse.up()


def test_an_end_that_is_dragged_turns_the_line_until_all_points_are_on_their_sides(page):
    box = hunt(page)
    says(box, "3 of 4 points")
    first = box.locator(".bp-handle").first
    before = first.get_attribute("style")
    drag(box, 0, (0.97, 0.58))
    says(box, "all four points are on their sides")
    says(box, "Done: 1 of 16")
    assert first.get_attribute("style") != before
    expect(box.locator(".bp-board figcaption")).to_have_text("The sixteen functions: 1 done")
    expect(first).to_be_focused()


def test_arrow_keys_move_an_end_and_the_focus_stays(page):
    box = hunt(page)
    first = box.locator(".bp-handle").first
    first.focus()
    said = box.locator(".bp-readout").inner_text()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(40)
    expect(box.locator(".bp-readout")).not_to_have_text(said)
    expect(first).to_be_focused()
    assert first.get_attribute("aria-valuetext").startswith("x₁ = 1.")
    page.keyboard.press("Tab")
    expect(box.locator(".bp-handle").nth(1)).to_be_focused()


def test_a_focus_that_has_gone_elsewhere_is_not_taken_back(page):
    box = hunt(page)
    box.locator(".bp-handle").first.focus()
    handle(box, "bias").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    expect(handle(box, "bias")).to_be_focused()


def test_a_function_is_chosen_on_the_board_and_in_the_menu(page):
    box = hunt(page)
    box.locator('[data-node="0011"]').click()
    says(box, "x₁, with net")
    expect(box.get_by_role("combobox", name="function")).to_have_value("0011")
    says(box, "Done: 1 of 16")
    choose(box, "1100")
    says(box, "0 of 4 points")
    press(box, "Swap the sides")
    says(box, "all four points are on their sides")
    says(box, "Done: 2 of 16")
    assert weights(box) == [-1, 0, 0.5]


def test_the_rule_settles_and_says_so(page):
    box = rule(page)
    says(box, "Nothing has been looked at yet")
    for _ in range(10):
        if box.get_by_role("button", name="Next correction").get_attribute("aria-disabled") == "true":
            break
        press(box, "Next correction")
        page.wait_for_timeout(60)
    says(box, "it has settled")
    says(box, "4 of 4 points")
    press(box, "Start again")
    says(box, "Nothing has been looked at yet")


def test_from_weights_of_0_the_table_is_that_of_the_page(page):
    """The first epoch of OR, which stands in the text."""
    box = rule(page)
    press(box, "All weights 0")
    for count in range(1, 5):
        press(box, "Next point")
        says(box, f"Look {count}: ")
    shown = [re.split(r"\s*\t\s*", row) for row in box.locator(".bp-looks tbody tr").all_inner_texts()[:4]]
    text = [row.split("\t") for row in page.locator("main table").first.locator("tbody tr").all_inner_texts()]
    for seen, told in zip(shown, text, strict=True):
        _, point, target, net, out, w1, w2, b = seen
        assert [point, target, net, out[0], f"{w1}, {w2}, {b}"] == [cell.strip() for cell in told]


def test_run_moves_it_until_it_settles_and_pause_holds_it(page):
    box = rule(page)
    press(box, "Run")
    says(box, "Look")
    press(box, "Pause")
    page.wait_for_timeout(100)
    held = box.locator(".bp-readout").inner_text()
    page.wait_for_timeout(700)
    assert box.locator(".bp-readout").inner_text() == held
    press(box, "Run")
    expect(box.locator(".bp-readout")).to_contain_text("it has settled", timeout=20_000)
    expect(box.get_by_role("button", name="Run")).to_have_attribute("aria-disabled", "true")


def test_a_line_that_is_dragged_while_it_learns_is_a_new_start(page):
    box = rule(page)
    press(box, "Next correction")
    says(box, "1 correction")
    drag(box, 0, (0.5, 0.03))
    says(box, "Nothing has been looked at yet")
    assert weights(box)[0] == 0


def test_on_xor_it_never_settles(page):
    box = rule(page)
    choose(box, "0110")
    handle(box, "points looked at").focus()
    page.keyboard.press("End")
    says(box, "It has not settled.")
    says(box, "for XOR")


@pytest.mark.parametrize("ends", ["Home", "End"])
def test_sliders_at_their_ends_break_nothing(page, ends):
    for box in (hunt(page), rule(page)):
        for grip in box.locator(".noUi-handle").all():
            grip.focus()
            page.keyboard.press(ends)
            page.wait_for_timeout(50)
            assert not STRAY.search(box.locator(".bp-explorable").inner_html())


def test_what_a_reader_hears_is_what_the_readout_says(page):
    box = rule(page)
    press(box, "Next point")
    expect(box.locator("[role=status]")).to_have_text(box.locator(".bp-readout").inner_text())


def test_a_reader_who_wants_no_motion_steps(site, browser):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(CHAPTER)
    page.wait_for_selector("html[data-widgets=ready]", state="attached")
    box = rule(page)
    expect(box.get_by_role("button", name="Run")).to_be_hidden()
    press(box, "Next point")
    says(box, "Look 1: ")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_a_line_is_dragged_and_the_moved_figures_have_no_fault(site, browser, scheme):
    with opened(browser, CHAPTER, width=390, scheme=scheme) as (page, met):
        box = hunt(page)
        drag(box, 0, (0.97, 0.58))
        says(box, "all four points are on their sides")
        press(rule(page), "Next correction")
        says(rule(page), "1 correction")
        assert violations(page, box) + violations(page, rule(page)) + met == []


def test_without_script_there_is_a_drawing_and_its_numbers(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, _):
        expect(page.locator(".bp-still .bp-plane")).to_have_count(2)
        expect(page.locator(".bp-still .bp-readout").first).to_contain_text("3 of 4 points")
        expect(page.locator(".bp-handle")).to_have_count(0)
