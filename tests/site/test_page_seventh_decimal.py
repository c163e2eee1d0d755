"""The chapter *A bug in the seventh decimal* in a real browser: the hunt by keyboard, by touch, and without script."""

import pytest
from playwright.sync_api import expect

from backprop_lib.by_hand.hypotheses import SUSPECTS, suspect
from backprop_lib.record import row
from tools.checks.browser import SITE, opened, scrolls_sideways, violations

CHAPTER = (SITE / "notebooks" / "seventh-decimal.html").as_uri()
CULPRIT = suspect("outputs_first")


def line_up(page):
    return page.locator(".bp-suspects", has=page.locator(".bp-board"))


def predict(box, name, guess):
    box.get_by_role("radio", name=name, exact=True).check()
    box.get_by_role("button", name=guess).click()


def numbered(one):
    return f"{SUSPECTS.index(one) + 1} {one.name}"


def test_the_hunt_can_be_done_by_keyboard(page):
    box = line_up(page)
    box.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(box.get_by_role("radio").nth(2)).to_be_focused()
    expect(box.locator(".bp-file-name")).to_have_text("3. Single precision")
    page.keyboard.press("Tab")
    expect(box.get_by_role("button", name="Less than half of it")).to_be_focused()
    page.keyboard.press("Enter")
    verdict = box.locator(".bp-verdict")
    expect(verdict).to_be_focused()
    expect(verdict).to_contain_text("✓ As you predicted")
    expect(box.locator(".bp-clue")).to_have_count(6)
    expect(box.locator(".bp-readout")).to_contain_text(f"1 of {len(SUSPECTS)} tested")
    expect(box.locator('[data-mark="single"]')).to_have_text("✗ 6 of 9")


def test_the_culprit_is_found_and_the_line_up_can_start_again(page):
    box = line_up(page)
    predict(box, numbered(CULPRIT), "Less than half of it")
    expect(box.locator(".bp-verdict")).to_contain_text("✗ You said: less than half of it")
    clue = box.locator(".bp-clue", has_text="error after one round")
    expect(clue.locator(".bp-digits")).to_have_text([row("D34").published] * 2)
    expect(clue.locator(".bp-digits").last).to_have_text(f"{CULPRIT.printed(1)['E']:.9f}")
    expect(box.locator(".bp-readout")).to_contain_text(CULPRIT.name)
    expect(box.locator(".shift")).to_have_count(1)
    box.get_by_role("button", name="Start again").click()
    expect(box.locator(".shift")).to_have_count(0)
    expect(box.locator(".bp-ask")).to_be_visible()
    expect(box.get_by_role("button", name="Start again")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_suspects_can_be_tested_on_a_phone(site, browser, scheme):
    with opened(browser, CHAPTER, width=390, scheme=scheme) as (page, met):
        box = line_up(page)
        for k, one in enumerate(SUSPECTS):
            predict(box, numbered(one), ["Less than half of it", "About as much", "test it"][k % 3])
        expect(box.locator(".shift")).to_have_count(len(SUSPECTS))
        expect(box.locator(".bp-readout")).to_contain_text("more than 4 of the 6 figures")
        assert violations(page, box) + scrolls_sideways(page) + met == []


def test_without_script_every_suspect_can_be_opened(site, browser):
    with opened(browser, CHAPTER, script=False) as (page, _):
        box = page.locator(".bp-still .bp-suspects")
        culprit = box.locator("li", has_text=CULPRIT.hypothesis)
        expect(culprit.locator(".bp-clues")).to_be_hidden()
        culprit.locator("summary").click()
        expect(culprit.locator(".bp-clues")).to_contain_text(row("D34").published)
