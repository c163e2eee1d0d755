"""The chapter *The chain rule* in a real browser: the nudge answers to hand and keyboard, with NumPy's numbers."""

import pytest
from playwright.sync_api import expect

from backprop_lib import evaluate
from backprop_lib.explorables import chain_graph
from tests.site.panels import STRAY, handle
from tools.checks.browser import SITE, opened, violations

CHAPTER = (SITE / "notebooks" / "chain-rule.html").as_uri()


def panel(page, differences=True):
    """The chain with the second picture; the one without it opens the chapter."""
    boxes = page.locator(".bp-panel-box", has=page.locator(".bp-chain"))
    return boxes.nth(1 if differences else 0)


def menu(box, computed, of):
    return box.get_by_role("combobox", name=f"{computed} =, a function of {of}", exact=True)


def drawn(page):
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def bold(box):
    """Ratio, what the slopes say, and the difference."""
    drawn(box.page)
    return box.locator(".bp-readout b").all_inner_texts()


def printed(value):
    return f"{value:.6g}".replace("-", "−")


def expected(inner, outer, bypass, x, h):
    graph = chain_graph(inner, outer, bypass)
    z, slope, _ = evaluate([graph["z"], graph["dz_dx"], graph["x"]], x=[x, x + h])
    return [printed((z[1] - z[0]) / h), printed(slope[0] if hasattr(slope, "__len__") else slope)]


def test_arrow_keys_move_x_and_shrink_the_nudge_and_the_numbers_are_numpys(page):
    box = panel(page)
    assert bold(box)[:2] == expected("line", "square", False, 0.5, 1)
    handle(box, "start x").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert bold(box)[:2] == expected("line", "square", False, 0.75, 1)
    handle(box, "nudge h").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(box.locator(".widget-readout").nth(1)).to_have_text("0.001")
    assert bold(box)[:2] == expected("line", "square", False, 0.75, 0.001)
    expect(box.locator('svg[data-part="differences"] circle')).to_have_count(4)


def test_dragging_the_point_moves_its_slider(page):
    box = panel(page)
    drawing = box.locator('svg[data-part="chain"]')
    drawing.scroll_into_view_if_needed()
    place = drawing.bounding_box()
    scale = place["width"] / 400
    page.mouse.move(place["x"] + 242 * scale, place["y"] + 16 * scale)
    page.mouse.down()
    page.mouse.move(place["x"] + 117 * scale, place["y"] + 16 * scale, steps=4)
    page.mouse.up()
    expect(box.locator(".widget-readout").first).to_have_text("−1.00")
    assert bold(box)[:2] == expected("line", "square", False, -1, 1)
    page.mouse.down()
    page.mouse.move(place["x"] - 50, place["y"])
    page.mouse.up()
    expect(box.locator(".widget-readout").first).to_have_text("−2.00")


def test_functions_are_chosen_from_menus_by_keyboard(page):
    box = panel(page)
    first, second = menu(box, "u", "x"), menu(box, "z", "u")
    first.select_option("square")
    second.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_have_value("logarithm")
    expect(second).to_be_focused()
    assert bold(box)[:2] == expected("square", "logarithm", False, 0.5, 1)
    expect(box.locator("svg").first).to_contain_text("z = ln(1 + u²)")


def test_the_second_path_is_switched_on_by_keyboard_and_adds_a_line(page):
    box = panel(page, differences=False)
    switch = box.get_by_role("checkbox", name="x also moves z directly")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_be_checked()
    expect(box.locator("svg").first).to_contain_text("two paths arrive, laid end to end")
    expect(menu(box, "v", "u")).to_be_visible()
    assert bold(box)[:2] == expected("line", "half", True, 0.5, 0.1)
    page.keyboard.press("Space")
    expect(box.locator("svg").first).not_to_contain_text("two paths")
    expect(menu(box, "z", "u")).to_be_visible()


def test_what_a_reader_hears_is_what_the_readout_says(page):
    box = panel(page)
    handle(box, "start x").focus()
    page.keyboard.press("ArrowLeft")
    drawn(page)
    expect(box.locator("[role=status]")).to_have_text(box.locator(".bp-readout").inner_text())


@pytest.mark.parametrize("ends", ["Home Home", "End Home", "Home End", "End End"])
def test_sliders_at_their_ends_break_nothing(page, ends):
    box = panel(page)
    box.get_by_role("checkbox").check()
    for key, label in zip(ends.split(), ["start x", "nudge h"], strict=True):
        handle(box, label).focus()
        page.keyboard.press(key)
        bold(box)
        assert not STRAY.search(box.inner_html())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_both_paths_and_the_smallest_nudge_the_page_has_no_fault(site, browser, scheme):
    with opened(browser, CHAPTER, width=390, scheme=scheme) as (page, met):
        box = panel(page)
        box.get_by_role("checkbox").check()
        handle(box, "nudge h").focus()
        page.keyboard.press("Home")
        drawn(page)
        assert violations(page, box) + met == []


def test_without_script_there_is_a_drawing_and_its_numbers(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, met):
        still = page.locator(".bp-still", has=page.locator(".bp-chain"))
        expect(still).to_have_count(2)
        expect(still.nth(1)).to_contain_text("ratio of " + expected("line", "square", False, 0.5, 1)[0])
        assert met == []
