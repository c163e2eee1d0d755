"""The chapter *The encoder* in a real browser: the network learns in the page, by hand, by keyboard, and by itself."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from backprop_lib import train
from backprop_lib.experiments.encoder import NETWORK, SIZE, outcome
from backprop_lib.explorables.hidden_code import shipped_start
from tests.site.panels import STRAY, handle
from tools.checks.browser import SITE, opened, scrolls_sideways, violations

CHAPTER = (SITE / "notebooks" / "encoder.html").as_uri()


def panel(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-cube"))


def button(box, name):
    return box.get_by_role("button", name=name)


def told(box):
    """The numbers of the readout, once what was asked for has been drawn."""
    box.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return box.locator(".bp-readout").inner_text()


def epoch(box):
    return int(re.search(r"After (\d+) epoch", told(box))[1])


def expected(rate, seed, epochs, start="small"):
    first = {name: np.reshape(values, NETWORK.shapes[name]) for name, values in shipped_start(start, seed).items()}
    run = train(NETWORK, np.eye(SIZE), np.eye(SIZE), first, learning_rate=SIZE * rate, epochs=epochs, progress=False)
    found = outcome(dict(run.parameters))
    return f"{found['cost']:.3g}", int(found["right"])


def says(box, rate, seed, epochs, start="small"):
    cost, right = expected(rate, seed, epochs, start)
    words = told(box)
    return f"After {epochs} epoch" in words and f"cost is {cost}." in words and f"right for {right} of 8" in words


def test_sliders_and_menu_retrain_the_network_by_keyboard(page):
    box = panel(page)
    assert says(box, 0.5, 0, 150)
    handle(box, "start number").focus()
    page.keyboard.press("ArrowRight")
    assert says(box, 0.5, 1, 150)
    handle(box, "learning rate").focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    assert says(box, 0.4, 1, 150)
    handle(box, "epoch").focus()
    page.keyboard.press("ArrowRight")
    assert says(box, 0.4, 1, 151)
    menu = box.get_by_role("combobox", name="first weights")
    menu.focus()
    page.keyboard.press("ArrowDown")
    expect(menu).to_have_value("large")
    assert says(box, 0.4, 1, 151, "large")


def test_the_buttons_step_and_start_over_and_the_slider_follows(page):
    box = panel(page)
    button(box, "One epoch").focus()
    page.keyboard.press("Enter")
    assert says(box, 0.5, 0, 151)
    expect(box.locator(".widget-readout").first).to_have_text("151")
    button(box, "Start over").click()
    assert says(box, 0.5, 0, 0)
    expect(box.locator(".widget-readout").first).to_have_text("0")


def test_it_plays_and_pauses_and_begins_again_at_the_end(page):
    box = panel(page)
    before = box.locator("svg[data-part=cube]").inner_html()
    button(box, "Play").click()
    page.wait_for_function("() => Number(document.querySelector('.bp-cube').closest('.bp-explorable')"
                           ".querySelector('.bp-readout').textContent.match(/After (\\d+)/)[1]) > 160")  # fmt: skip
    button(box, "Pause").click()
    expect(button(box, "Play")).to_be_visible()
    stopped = epoch(box)
    page.wait_for_timeout(200)
    assert epoch(box) == stopped > 160
    assert box.locator("svg[data-part=cube]").inner_html() != before
    assert says(box, 0.5, 0, stopped)
    handle(box, "epoch").focus()
    page.keyboard.press("End")
    assert epoch(box) == 1000
    button(box, "Play").click()
    page.wait_for_timeout(150)
    button(box, "Pause").click()
    assert 0 < epoch(box) < 1000


def test_where_motion_is_unwelcome_it_shows_few_pictures_and_does_not_turn(site, browser):
    with opened(browser, CHAPTER) as (page, met):
        page.emulate_media(reduced_motion="reduce")
        box = panel(page)
        corner = box.locator("svg[data-part=cube] circle.corner").first
        place = corner.get_attribute("cx")
        button(box, "Play").click()
        page.wait_for_function("() => document.querySelector('.bp-cube').closest('.bp-explorable')"
                               ".querySelector('.bp-readout').textContent.includes('After 175')")  # fmt: skip
        button(box, "Pause").click()
        assert (epoch(box) - 150) % 25 == 0
        assert corner.get_attribute("cx") == place
        assert met == []


def test_the_cube_is_turned_by_dragging(page):
    box = panel(page)
    cube = box.locator("svg[data-part=cube]")
    cube.scroll_into_view_if_needed()
    place = cube.bounding_box()
    middle = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + 0.25 * place["width"], middle)
    page.mouse.down()
    page.mouse.move(place["x"] + 0.5 * place["width"], middle, steps=4)
    page.mouse.up()
    expect(box.locator(".widget-readout").nth(3)).to_have_text("85")


def test_what_a_reader_hears_is_what_the_readout_says(page):
    box = panel(page)
    button(box, "One epoch").click()
    expect(box.locator("[role=status]")).to_have_text(box.locator(".bp-readout").inner_text())


@pytest.mark.parametrize("key", ["Home", "End"])
def test_sliders_at_their_ends_break_nothing(page, key):
    box = panel(page)
    for label in ("epoch", "learning rate", "start number", "turn the cube"):
        handle(box, label).focus()
        page.keyboard.press(key)
        told(box)
        assert not STRAY.search(box.inner_html())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_half_trained_and_on_a_phone_the_page_has_no_fault(site, browser, scheme):
    with opened(browser, CHAPTER, width=390, scheme=scheme) as (page, met):
        box = panel(page)
        button(box, "Start over").click()
        told(box)
        assert violations(page, box) + scrolls_sideways(page) + met == []
        for table in page.locator(".bp-heat:visible, .bp-codes").all():
            assert table.evaluate("box => box.querySelector('table').getBoundingClientRect().right <= innerWidth")


def test_without_script_there_is_a_picture_and_its_numbers(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, met):
        still = page.locator(".bp-still", has=page.locator(".bp-cube"))
        expect(still).to_have_count(1)
        expect(still).to_contain_text(f"the cost is {expected(0.5, 0, 150)[0]}.")
        expect(still.locator(".bp-codes tbody tr")).to_have_count(8)
        assert met == []
