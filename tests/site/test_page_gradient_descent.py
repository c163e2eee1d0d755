"""The chapter *Gradient descent* in a real browser: the map answers to hand and keys, with the library's numbers."""

import pytest
from playwright.sync_api import expect

from backprop_lib.networks.surfaces import SURFACES, descend, with_momentum
from tests.site.panels import STRAY, handle
from tools.checks.browser import SITE, opened, violations

CHAPTER = (SITE / "notebooks" / "gradient-descent.html").as_uri()


def arrows(page):
    """The map with an arrow."""
    return page.locator(".bp-panel-box", has=page.locator(".bp-directions"))


def ways(page):
    """The map with a way on it."""
    return page.locator(".bp-panel-box", has=page.locator(".bp-errors"))


def menu(box, name):
    return box.get_by_role("combobox", name=name, exact=True)


def drawn(page):
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def bold(box):
    drawn(box.page)
    return box.locator(".bp-readout b").all_inner_texts()


def press(box, label, key, times=1):
    handle(box, label).focus()
    for _ in range(times):
        box.page.keyboard.press(key)


def end_of(surface, rate, share=0.0, start=(-1.5, 1.5), steps=30, batch=None):
    """Where the library's way ends, as the readout prints it."""
    way = descend(SURFACES[surface], start, with_momentum(rate, share), steps, batch)
    w1, w2 = (round(float(weight), 3) + 0.0 for weight in way[-1])  # + 0.0: no zero has a sign
    return f"({w1:.3f}, {w2:.3f})".replace("-", "−")


def grab(box):
    """The pointer on the map, pressed at a place; gives what moves it elsewhere."""
    drawing = box.locator('svg[data-part="map"]')
    drawing.scroll_into_view_if_needed()
    place = drawing.bounding_box()
    unit = place["width"] / 372

    def to(w1, w2):
        box.page.mouse.move(
            place["x"] + (34 + (w1 + 2) / 4 * 330) * unit, place["y"] + (10 + (2 - w2) / 4 * 330) * unit
        )

    return to


def test_arrow_keys_change_rate_momentum_and_steps_and_the_way_is_the_librarys(page):
    box = ways(page)
    assert bold(box) == ["30 steps", "5 epochs", end_of("six points", 0.3, batch=1), "0.191"]
    press(box, "learning rate", "ArrowLeft", 5)
    press(box, "momentum", "ArrowRight", 2)
    press(box, "steps", "ArrowRight")
    assert bold(box)[:3] == ["31 steps", "5.17 epochs", end_of("six points", 0.25, 0.1, steps=31, batch=1)]


def test_the_menus_change_surface_and_batch_and_a_surface_without_points_has_no_batch(page):
    box = ways(page)
    menu(box, "each step from").select_option("all")
    assert bold(box)[:3] == ["30 steps", "30 epochs", end_of("six points", 0.3)]
    menu(box, "surface").focus()
    page.keyboard.press("Home")
    expect(menu(box, "surface")).to_have_value("bowl")
    expect(menu(box, "each step from")).to_be_disabled()
    assert bold(box)[:2] == ["30 steps", end_of("bowl", 0.3)]
    expect(box.locator(".bp-answers")).to_have_count(0)
    menu(box, "surface").select_option("two points")
    expect(menu(box, "each step from")).to_be_enabled()
    assert bold(box)[:3] == ["30 steps", "30 epochs", end_of("two points", 0.3)]


def test_dragging_on_the_map_moves_the_start_and_its_sliders_but_not_out_of_the_map(page):
    box = ways(page)
    to = grab(box)
    to(-1.5, 1.5)
    page.mouse.down()
    to(0.5, -1.2)
    page.mouse.up()
    expect(box.locator(".widget-readout").nth(3)).to_have_text("0.50")
    expect(box.locator(".widget-readout").nth(4)).to_have_text("−1.20")
    assert bold(box)[2] == end_of("six points", 0.3, start=(0.5, -1.2), batch=1)
    page.mouse.down()
    to(2.3, -1.2)
    page.mouse.up()
    expect(box.locator(".widget-readout").nth(3)).to_have_text("2.00")
    to(0, 0)
    expect(box.locator(".widget-readout").nth(3)).to_have_text("2.00")


def test_a_rate_too_large_is_said_to_run_away(page):
    box = ways(page)
    menu(box, "surface").select_option("valley")
    press(box, "learning rate", "End")
    drawn(page)
    expect(box.locator(".bp-readout")).to_contain_text("run away")
    assert not STRAY.search(box.inner_html())


def test_the_arrow_is_turned_by_keyboard_and_no_direction_is_steeper_than_the_gradient(page):
    box = arrows(page)
    assert bold(box) == ["180°", "−1.5"]
    box.get_by_role("checkbox", name="Show the gradient").focus()
    page.keyboard.press("Space")
    assert bold(box) == ["180°", "−1.5", "(1.50, 5.00)", "5.22"]
    expect(box.locator('svg[data-part="map"]')).to_contain_text("−∇E")
    slopes = []
    for _ in range(20):
        press(box, "direction", "ArrowRight")
        slopes.append(float(bold(box)[1].replace("−", "-")))
    assert min(slopes) == pytest.approx(-5.22, abs=0.01) and slopes[-1] > min(slopes)


def test_the_point_of_the_arrow_is_dragged(page):
    box = arrows(page)
    to = grab(box)
    to(1.5, 0.5)
    page.mouse.down()
    to(-1, -0.25)
    page.mouse.up()
    expect(box.locator(".bp-readout")).to_contain_text("At w = (−1.00, −0.25)")


def test_what_a_reader_hears_is_what_the_readout_says(page):
    for box, label in ((arrows(page), "direction"), (ways(page), "steps")):
        press(box, label, "ArrowLeft")
        drawn(page)
        expect(box.locator("[role=status]")).to_have_text(box.locator(".bp-readout").inner_text())


@pytest.mark.parametrize("end", ["Home", "End"])
def test_sliders_at_their_ends_break_nothing(page, end):
    labels = ("learning rate", "momentum", "steps", "first weight w₁", "first weight w₂")
    for box, several in ((ways(page), labels), (arrows(page), ("direction", "weight w₁", "weight w₂"))):
        for label in several:
            press(box, label, end)
            drawn(page)
            assert not STRAY.search(box.inner_html()), label


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_figures_have_no_fault_on_a_phone(site, browser, scheme):
    with opened(browser, CHAPTER, width=390, scheme=scheme) as (page, met):
        arrows(page).get_by_role("checkbox").check()
        for key in ("two minima", "two points"):
            menu(ways(page), "surface").select_option(key)
            drawn(page)
            assert violations(page, ways(page)) + violations(page, arrows(page)) + met == []


def test_without_script_there_is_a_drawing_and_its_numbers(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, met):
        expect(page.locator(".bp-still", has=page.locator(".bp-directions"))).to_contain_text("its slope is −1.5")
        still = page.locator(".bp-still", has=page.locator(".bp-errors"))
        expect(still).to_contain_text(end_of("six points", 0.3, batch=1))
        assert met == []
