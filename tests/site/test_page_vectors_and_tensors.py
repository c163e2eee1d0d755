"""The chapter *Vectors and tensors* in a real browser: its figure by keyboard, pointer and slider, and its formulas."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from backprop_lib.explorables.shapes import NUMBERS
from backprop_lib.networks.layers import Layers
from backprop_lib.networks.matrix_form import layer_form
from tests.site.panels import STRAY, handle
from tools.checks.browser import SITE

CHAPTER = (SITE / "notebooks" / "vectors-and-tensors.html").as_uri()


@pytest.fixture
def box(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-shapes"))


def readout(box):
    """The sentence below the figure, once what was asked for has been drawn."""
    box.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return box.locator(".bp-readout").inner_text()


def test_a_product_is_chosen_by_keyboard(page, box):
    assert "the wrong shape" in readout(box)
    box.get_by_role("radio", name="X times delta", exact=True).check()
    assert "there is no such product" in readout(box)
    box.get_by_role("radio", name="X times delta", exact=True).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(box.get_by_role("radio", name="X transposed times delta", exact=True)).to_be_checked()
    expect(box.get_by_role("radio", name="X transposed times delta", exact=True)).to_be_focused()
    assert "those of the gradient" in readout(box)


def test_another_gradient_brings_its_own_products(page, box):
    box.get_by_role("radio", name="b", exact=True).check()
    expect(box.get_by_role("radio", name=re.compile("ones"))).to_have_count(8)
    box.get_by_role("radio", name="ones transposed times delta", exact=True).check()
    assert "the shape of b, and its numbers are those of the gradient" in readout(box)
    box.get_by_role("radio", name="X", exact=True).check()
    expect(box.get_by_role("radio", name="W times delta", exact=True)).to_be_checked()


def test_a_click_on_a_cell_writes_out_its_sum_and_moves_the_sliders(page, box):
    box.get_by_role("radio", name="X transposed times delta", exact=True).check()
    readout(box)
    box.locator('[data-cell="2,3"]').click()
    assert "Row 2 of Xᵀ with column 3 of δ" in readout(box)
    assert [text.inner_text() for text in box.locator(".widget-readout").all()[-2:]] == ["2", "3"]
    inputs = np.array(NUMBERS["X"])[:4, 1]
    written = re.search("column 3 of δ: (.*) =", readout(box))[1]
    assert [term.split(" · ")[0].strip("()") for term in written.split(" + ")] == [
        f"{x:g}".replace("-", "−") for x in inputs
    ]


def test_pointing_at_a_cell_is_enough(page, box):
    box.get_by_role("radio", name="delta transposed times X", exact=True).check()
    readout(box)
    for row, column in ((3, 1), (1, 2)):
        box.locator(f'[data-cell="{row},{column}"]').hover()
        assert f"Row {row} of δᵀ with column {column} of X" in readout(box)


def test_square_matrices_fit_in_every_order(page, box):
    handle(box, "examples").focus()
    page.keyboard.press("ArrowLeft")
    handle(box, "inputs").focus()
    page.keyboard.press("ArrowRight")
    told = readout(box)
    assert "still its numbers are wrong" in told
    assert "8 can be formed and 8 have the shape of W" in told


@pytest.mark.parametrize("key", ["Home", "End"])
def test_sliders_at_their_ends_break_nothing(page, box, key):
    for label in ("examples", "inputs", "units", "look at row", "look at column"):
        handle(box, label).focus()
        page.keyboard.press(key)
        readout(box)
        assert not STRAY.search(box.inner_html())


def test_the_formulas_on_the_page_are_those_of_the_network(page):
    """Each display holds the LaTeX that the matrix form gives, as KaTeX keeps it for whoever copies it."""
    sources = " ".join(page.locator("annotation[encoding='application/x-tex']").all_text_contents())
    for equation in layer_form(Layers(2, 3, 1), 4).equations:
        assert equation.latex in sources, equation


def test_no_cell_of_code_that_is_shown_is_cut_off(page):
    """A reader at a desk sees every line of code that is not folded without scrolling sideways."""
    wide = page.evaluate(
        """() => [...document.querySelectorAll("main .cell_input pre")]
        .filter((e) => e.offsetParent && !e.closest("details") && e.scrollWidth > e.clientWidth + 1)
        .map((e) => e.textContent.slice(0, 60))"""
    )
    assert wide == []
