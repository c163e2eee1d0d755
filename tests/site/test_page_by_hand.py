"""The chapter *By hand* in a real browser: the worked network answers to hand and keyboard, with NumPy's numbers."""

import re

import pytest
from playwright.sync_api import expect

from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.explorables import ByHand
from backprop_lib.networks.network import SOURCES, P
from backprop_lib.readings.formula import shown
from backprop_lib.readings.iteration import Iteration
from tests.site.panels import STRAY
from tools.checks.browser import SITE, opened, violations

CHAPTER = (SITE / "notebooks" / "by-hand.html").as_uri()


def figure(page, view):
    """The worked network that starts with a view, by the name of its tab."""
    names = {"nudge": 0, "steps": 1, "paths": 2, "training": 3}
    page.locator(".bp-by-hand [role=tab]").first.wait_for()
    found = page.locator(".bp-by-hand", has=page.locator("[role=tab]")).nth(names[view])
    found.scroll_into_view_if_needed()
    return found


def drawn(page):
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def total(example):
    return example.value(example.network.total)[0]


def test_a_nudge_by_keyboard_moves_the_error_as_it_does_in_numpy(page):
    box = figure(page, "nudge")
    box.get_by_role("radio", name=re.compile(r"^w\s*8$")).check(force=True)
    box.locator('button[data-nudge="-1"]').press("Enter")
    expect(box.locator(".bp-readout")).to_contain_text(shown(total(P.at(w8=0.0))))
    expect(box.locator("svg").first).to_contain_text("→")
    box.locator("[data-reset]").press("Enter")
    expect(box.locator(".bp-readout")).to_contain_text(shown(total(P)))


def test_moves_between_two_frames_all_count(page):
    """A move goes on from what the ones before it have asked for, drawn or not."""
    page.evaluate(
        "document.querySelectorAll('.bp-by-hand [data-go=next]').forEach(next => { next.click(); next.click(); })"
    )
    expect(figure(page, "steps")).to_contain_text("Step 3 of")
    box = figure(page, "nudge")
    box.locator("summary").click()
    page.evaluate(
        """fields => fields.forEach(field => {
          field.value = "0.9";
          field.dispatchEvent(new Event("change", { bubbles: true }));
        })""",
        [field.element_handle() for field in (box.locator(f'.bp-all [data-number="{name}"]') for name in ("w1", "w2"))],
    )
    expect(box.locator(".bp-readout")).to_contain_text(shown(total(P.at(w1=0.9, w2=0.9))))


@pytest.mark.parametrize("typed", ["", "abc", "1e999", "--3", "1,000"])
def test_what_is_no_number_gets_a_hint_and_changes_nothing(page, typed):
    box = figure(page, "nudge")
    field = box.locator('[data-number="selected"]').first
    field.fill(typed)
    field.press("Enter")
    expect(box.locator(".bp-hint").first).not_to_be_empty()
    expect(box.locator(".bp-readout")).to_contain_text(shown(total(P)))
    assert not STRAY.search(box.inner_text())


def test_a_weight_of_absurd_size_saturates_and_says_so(page):
    box = figure(page, "nudge")
    box.get_by_role("radio", name=re.compile(r"^w\s*5$")).check(force=True)
    field = box.locator('[data-number="selected"]').first
    field.fill("500000")
    field.press("Enter")
    expect(box.locator(".bp-readout")).to_contain_text("saturated")
    assert not STRAY.search(box.inner_text())


def test_a_path_that_is_switched_off_makes_formula_and_nudge_disagree(page):
    box = figure(page, "paths")
    rows = box.locator(".bp-compare tbody tr")
    expect(rows.last).to_contain_text("yes")
    box.locator('[data-switch="1"]').press("Space")
    expect(rows.last).to_contain_text("no")
    worked = HandCalculation(P.network).derivation("w1").at(P.values)
    [_, two] = worked.derivation.result.rows
    tail = worked.values["d_out_h1_d_net_h1"] * worked.values["d_net_h1_d_w1"]
    alone = worked.values[two[0].key] * worked.values[two[1].key] * worked.values[two[2].key] * tail
    expect(box.locator(".bp-compare")).to_contain_text(shown(alone))
    expect(box.locator(".bp-compare")).to_contain_text(shown(worked.value, 4)[:-1])
    box.locator('[data-switch="1"]').press("Space")
    expect(rows.last).to_contain_text("yes")


def test_from_w5_to_w6_only_the_last_card_turns_over(page):
    box = figure(page, "paths")
    box.get_by_role("radio", name=re.compile(r"^w\s*5$")).check(force=True)
    drawn(page)
    box.get_by_role("radio", name=re.compile(r"^w\s*6$")).check(force=True)
    expect(box.locator(".bp-card.bp-turned")).to_have_count(1)
    turned = box.locator(".bp-card").evaluate_all("cards => cards.map(card => card.classList.contains('bp-turned'))")
    assert turned == [False, False, True]
    values = box.locator(".bp-card .bp-value").all_inner_texts()
    worked = HandCalculation(P.network).derivation("w6").at(P.values)
    expected = [shown(worked.values[factor.key]) for factor in worked.derivation.result.factors]
    assert [value.removeprefix("= ") for value in values] == expected


def test_the_calculation_is_stepped_through_by_arrow_keys_line_by_line(page):
    box, calculation = figure(page, "steps"), HandCalculation(SOURCES.network)
    values = calculation.values(SOURCES)
    step = box.locator(".bp-step")
    step.focus()
    for line in calculation.lines[1:8]:
        page.keyboard.press("ArrowRight")
        expect(step.locator(".bp-step-value")).to_have_text(f"= {shown(values[line.key])}")
    page.keyboard.press("End")
    expect(step.locator(".bp-step-value")).to_have_text(f"= {shown(values[calculation.lines[-1].key])}")
    page.keyboard.press("Home")
    expect(step.locator(".bp-step-value")).to_have_text(f"= {shown(values['net_h1'])}")


def test_ten_thousand_rounds_are_trained_anew_at_each_move_of_the_learning_rate(page):
    box = figure(page, "training")
    panel = page.locator(".bp-panel-box", has=page.locator(".bp-by-hand")).last
    handle = panel.locator(".noUi-handle").first
    network = SOURCES.network
    rounds = Iteration(network.updates(), {"E": network.total}, numba=False)
    handle.focus()
    step = ByHand(SOURCES, view="training").panel("learning_rate").children[0].children[0].step
    for presses in (2, 4):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        drawn(page)
        eta = SOURCES.values["eta"] * 10 ** (step * presses)
        errors = rounds({**SOURCES.values, "eta": eta}, 10_000)[0]["E"]
        expect(box.locator(".bp-readout")).to_contain_text(shown(errors[1000]))
        expect(box.locator(".bp-readout")).to_contain_text(shown(errors[10_000]))


def test_views_are_changed_by_arrow_keys_and_each_is_sound(page):
    box = figure(page, "nudge")
    box.locator("[role=tab]").first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        drawn(page)
        assert not STRAY.search(box.inner_text())
        assert box.locator("[role=tab][aria-selected=true]").count() == 1
        assert violations(page, box) == []


def test_without_script_the_chapter_has_its_numbers_and_folds_the_way_back(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, met):
        still = page.locator(".bp-lines").first
        expect(still.locator("details[open]")).to_have_count(2)
        expect(still.locator("details")).to_have_count(5)
        assert met == []
