"""The chapter *Frameworks* in a real browser: the program is changed by keyboard, and its numbers are PyTorch's."""

import numpy as np
import pytest
from playwright.sync_api import expect

from backprop_lib.witnesses import witness
from tests.site.panels import STRAY
from tools.checks.browser import SITE, opened, scrolls_sideways, violations

CHAPTER = (SITE / "notebooks" / "frameworks.html").as_uri()
SAID = witness("PyTorch").results["network P"]


def panel(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-program"))


def menu(box, name):
    return box.get_by_role("combobox", name=name, exact=True)


def drawn(page):
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def cells(box, row):
    """The book's digits, the program's, and the verdict."""
    drawn(box.page)
    line = box.locator(".bp-agreement tbody tr").nth(row)
    return [*line.locator(".bp-digits").all_inner_texts(), line.locator(".bp-agree").inner_text()]


def in_nine(value):
    return np.format_float_positional(value, precision=9, unique=False, fractional=False)


def test_at_first_the_program_is_the_books_and_all_digits_agree(page):
    box = panel(page)
    w1 = in_nine(SAID["half_squared_error"]["float64"]["W1"][0][0])
    assert cells(box, 1) == [w1, w1, "✓ 9 of 9"]
    expect(box.locator(".bp-line.changed")).to_have_count(0)
    expect(box.locator(".bp-readout")).to_contain_text("All 12 gradients of the first round agree")


def test_the_loss_is_chosen_by_keyboard_and_the_digits_are_pytorchs(page):
    box = panel(page)
    loss = menu(box, "the loss")
    loss.focus()
    page.keyboard.press("ArrowDown")
    expect(loss).to_have_value("sum")
    expect(loss).to_be_focused()
    assert cells(box, 1)[1:] == [in_nine(SAID["squares"]["float64"]["W1"][0][0]), "✗ × 2"]
    expect(box.locator(".bp-code:not([hidden]) .bp-line.changed")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    assert cells(box, 1)[2] == "✓ 9 of 9"
    expect(box.locator(".bp-readout")).to_contain_text("happens to be the half")
    page.keyboard.press("ArrowDown")
    assert cells(box, 1)[1] == in_nine(SAID["cross-entropies"]["float64"]["W1"][0][0])


def test_single_precision_strikes_the_last_digits_out(page):
    box = panel(page)
    menu(box, "precision").select_option("float32")
    book, program, verdict = cells(box, 1)
    assert verdict.startswith("≈") and book != program
    assert float(program) == pytest.approx(SAID["half_squared_error"]["float32"]["W1"][0][0], rel=1e-6)
    struck = box.locator(".bp-agreement tbody tr").nth(1).locator("s")
    assert struck.evaluate("e => getComputedStyle(e).textDecorationLine") == "line-through"


def test_zero_grad_is_left_out_by_keyboard_and_the_line_is_struck(page):
    box = panel(page)
    kept = box.get_by_role("checkbox", name="optimiser.zero_grad()")
    line = box.locator(".bp-kept code")
    assert line.evaluate("e => getComputedStyle(e).textDecorationLine") == "none"
    kept.focus()
    page.keyboard.press("Space")
    expect(kept).not_to_be_checked()
    assert line.evaluate("e => getComputedStyle(e).textDecorationLine") == "line-through"
    assert [cells(box, row)[2][0] for row in (0, 1, 2, 3)] == ["✓", "✓", "✓", "✗"]
    box.get_by_role("button", name="As in the book").click()
    expect(kept).to_be_checked()
    assert cells(box, 3)[2] == "✓ 9 of 9"


def test_a_matrix_that_is_not_turned_makes_another_network(page):
    box = panel(page)
    menu(box, "what is copied into a layer").select_option("W")
    assert cells(box, 0)[2][0] == "✗"
    expect(box.locator(".bp-readout")).to_contain_text("another network, and nothing said so")


def test_in_jax_what_is_chosen_is_kept_and_what_it_has_not_is_gone(page):
    box = panel(page)
    menu(box, "precision").select_option("float32")
    box.get_by_role("checkbox").uncheck()
    box.get_by_role("radio", name="PyTorch").focus()
    page.keyboard.press("ArrowRight")
    expect(box.get_by_role("radio", name="JAX")).to_be_checked()
    expect(menu(box, "precision")).to_have_value("float32")
    expect(box.get_by_role("checkbox")).to_have_count(0)
    assert cells(box, 3)[2][0] == "≈"
    page.keyboard.press("ArrowLeft")
    expect(box.get_by_role("checkbox")).not_to_be_checked()
    assert cells(box, 3)[2][0] == "✗"


def test_the_slider_and_the_network_stand_in_the_lines_of_the_program(page):
    box = panel(page)
    expect(box.locator("[data-package=PyTorch]")).to_contain_text("range(1000)")
    handle = box.locator(".noUi-handle")
    handle.focus()
    page.keyboard.press("End")
    expect(box.locator("[data-package=PyTorch]")).to_contain_text("range(10000)")
    menu(box, "network").select_option("sources")
    expect(box.locator("[data-package=PyTorch]")).to_contain_text("lr=0.5")
    *_, last = witness("PyTorch").history["the network of the sources"]["float64"]
    assert cells(box, 5)[1] == in_nine(last[1])
    handle.focus()
    page.keyboard.press("Home")
    expect(box.locator(".bp-readout")).to_contain_text("After 1 round o1")
    assert not STRAY.search(box.inner_html())


def test_what_a_reader_hears_is_what_the_readout_says(page):
    box = panel(page)
    menu(box, "the loss").select_option("entropies")
    drawn(page)
    expect(box.locator("[role=status]")).to_have_text(box.locator(".bp-readout").inner_text())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_everything_changed_a_narrow_page_has_no_fault(site, browser, scheme):
    with opened(browser, CHAPTER, width=390, scheme=scheme) as (page, met):
        box = panel(page)
        menu(box, "the loss").select_option("entropies")
        menu(box, "precision").select_option("float32")
        menu(box, "what is copied into a layer").select_option("W")
        box.get_by_role("checkbox").uncheck()
        drawn(page)
        assert violations(page, box) + scrolls_sideways(page) + met == []


def test_without_script_there_is_the_program_and_its_numbers(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, met):
        still = page.locator(".bp-still", has=page.locator(".bp-program"))
        expect(still).to_have_count(1)
        expect(still.locator(".bp-code")).to_contain_text("optimiser.zero_grad()")
        expect(still.locator(".bp-agreement")).to_contain_text("9 of 9")
        assert met == []


def test_the_programs_on_the_page_are_those_that_were_run(site, browser):
    with opened(browser, CHAPTER) as (page, met):
        blocks = page.locator("div.highlight-python pre").all_inner_texts()
        for line in (
            "loss(model(X), T).backward()",
            "slopes = jax.grad(error)(parameters, X, T, loss)",
            "nn.MSELoss(),",
        ):
            assert any(line in block for block in blocks), line
        assert met == []
