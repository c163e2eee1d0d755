"""The chapter *Backpropagation* in a real browser: what its two explorables do."""

import re

import pytest
from playwright.sync_api import expect

from backprop_lib import evaluate, gradients, variables
from backprop_lib.checking.costs import forward_mode, layered, path_by_path, reverse_mode
from tests.site.panels import STRAY
from tools.checks.browser import SITE

CHAPTER = (SITE / "notebooks" / "backpropagation.html").as_uri()


def ledgers(page):
    return page.locator(".bp-panel-box", has=page.locator(".bp-three-ledgers"))


def sums(box):
    """The sums of the three ledgers, once what was asked for has been drawn."""
    box.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return [int(re.sub(r"\D", "", text)) for text in box.locator("tfoot td").all_inner_texts()]


def counted(width, depth, merged=0, turned=False):
    graph = layered(*[width] * depth, 1)
    ends = [f"a{k + 1}" for k in range(width)], [graph.edges[-1].of]
    order = [f"{'abcdef'[layer]}{row + 1}" for layer in range(depth - 2, 0, -1) for row in range(width)]
    sweeps = [mode(graph, *ends).multiplications for mode in (forward_mode, reverse_mode)]
    return [path_by_path(graph, *ends, order[:merged]).multiplications, *(sweeps[::-1] if turned else sweeps)]


def test_merging_by_keyboard_lets_the_first_ledger_fall_to_reverse_mode(page):
    box = ledgers(page)
    assert sums(box) == counted(3, 4)
    button = box.get_by_role("button", name="merge one node")
    button.focus()
    for merged in range(1, 7):
        page.keyboard.press("Enter")
        assert sums(box) == counted(3, 4, merged)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    assert sums(box) == counted(3, 4, 6)
    expect(box.locator(".bp-readout")).to_contain_text("has become reverse mode")
    box.get_by_role("button", name="undo one").click()
    assert sums(box) == counted(3, 4, 5)
    box.get_by_role("button", name="all paths in full").click()
    assert sums(box) == counted(3, 4)


def test_arrow_keys_change_the_graph_and_turning_it_round_changes_the_winner(page):
    box = ledgers(page)
    box.locator('.noUi-handle[aria-label^="layers"]').focus()
    page.keyboard.press("ArrowRight")
    assert sums(box) == counted(3, 5)
    switch = box.get_by_role("checkbox", name="turn the graph round")
    switch.focus()
    page.keyboard.press("Space")
    assert sums(box) == counted(3, 5, turned=True)
    expect(box.locator("caption", has=page.locator("xpath=..//*[@class='bp-least']"))).to_contain_text("Forward mode")
    box.get_by_role("button", name="merge all").click()
    expect(box.locator(".bp-readout")).to_contain_text("has become forward mode")
    expect(box.get_by_role("status")).to_contain_text("has become forward mode")


@pytest.mark.parametrize("ends", ["End End", "Home Home", "End Home", "Home End"])
def test_sliders_at_their_ends_break_nothing(page, ends):
    box = ledgers(page)
    box.get_by_role("button", name="merge all").click()
    for key, label in zip(ends.split(), ["nodes in a layer", "layers"], strict=True):
        box.locator(f'.noUi-handle[aria-label^="{label}"]').focus()
        page.keyboard.press(key)
        sums(box)
        assert not STRAY.search(box.inner_html())


def sweep(page):
    return page.locator(".bp-sweep").first


def test_a_sweep_by_keyboard_ends_with_the_gradients(page):
    box = sweep(page)
    following = box.get_by_role("button", name="next")
    following.focus()
    for _ in range(4):  # one more than there are reports
        page.keyboard.press("Enter")
    a, b = variables("a b")
    u = a * b
    slopes = evaluate(gradients(u * (u + a), [a, b]), a=2, b=-3)
    expect(box.locator(".bp-readout")).to_contain_text(
        f"∂L/∂a = {slopes[0]:g} and ∂L/∂b = {slopes[1]:g}".replace("-", "−")
    )
    expect(following).to_have_attribute("aria-disabled", "true")
    box.get_by_role("button", name="back").click()
    expect(box.locator(".bp-readout")).to_contain_text("May report now: u")


def test_a_node_that_speaks_too_early_is_refused_and_keeps_the_focus(page):
    box = sweep(page)
    box.locator('g[data-node="L"]').click()
    early = box.get_by_role("button", name="let u report")
    early.focus()
    page.keyboard.press("Enter")
    expect(box.locator(".bp-readout")).to_contain_text("Not yet: u may not report.")
    expect(early).to_be_focused()
    expect(box.get_by_role("status")).to_contain_text("v has not reported")
    box.get_by_role("button", name="let v report").click()
    expect(box.locator(".bp-readout")).to_contain_text("v reports −6 to u and −6 to a. May report now: u.")
    expect(early).to_be_focused()
    page.keyboard.press("Enter")
    expect(box.locator(".bp-readout")).to_contain_text("All have reported")
    box.get_by_role("button", name="start again").click()
    expect(box.locator(".bp-readout")).to_contain_text("The sweep begins at L")
