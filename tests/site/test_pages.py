"""The built site in a real browser, over http and opened from a file: what a reader meets."""

from __future__ import annotations

import contextlib
import json
import re

import pytest
from playwright.sync_api import expect

from backprop_lib import evaluate
from backprop_lib.explorables import descent_graph, one_weight_error
from tools.checks.browser import SITE, Judged, opened, scrolls_sideways, violations

CHAPTER, LANDING = "notebooks/one-weight.html", "notebooks/index.html"
GRAPH = descent_graph(one_weight_error())


@pytest.fixture(params=["http", "file"])
def home(request, address):
    return address if request.param == "http" else SITE.as_uri()


@pytest.fixture
def visit(browser, home):
    """`visit(name, width=…, scheme=…, script=…)`: the page of that name, in a fresh profile; `visit.met` its faults."""
    with contextlib.ExitStack() as stack:

        def start(name, **options):
            page, start.met = stack.enter_context(opened(browser, f"{home}/{name}", **options))
            return page

        yield start


def panel(page, index=0):
    """The box of the explorable `OneWeight` with its sliders; the first on the page unless told."""
    return page.locator(".bp-panel-box", has=page.locator(".bp-stack")).nth(index)


def handle(box, label):
    return box.locator(f'.noUi-handle[aria-label^="{label}"]')


def trained(start, epochs, **given):
    """The weight and error that NumPy computes, from the graph that the page's program was read from."""
    w = start
    for _ in range(epochs):
        w = evaluate(GRAPH["w_next"], w=w, **given)
    return w, evaluate(GRAPH["E"], w=w, x=given["x"], t=given["t"])


def as_number(text):
    """A number as the page prints it: a true minus, powers of ten raised."""
    mantissa, _, power = text.replace("−", "-").partition(" × 10")
    return float(mantissa) * 10.0 ** int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)


def numbers_in_bold(box):
    """The numbers of the readout, once what was asked for has been drawn."""
    box.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return [as_number(text) for text in box.locator(".bp-readout b").all_inner_texts()]


def matches(shown, computed, digits):
    """Whether a printed number is the computed one, rounded to the digits printed."""
    return shown == pytest.approx(float(f"{computed:.{digits - 1}e}"), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answered_page_has_no_fault(browser, address, scheme):
    judged = Judged()
    for home in (address, SITE.as_uri()):
        with opened(browser, f"{home}/{CHAPTER}", scheme=scheme, width=390) as (page, met):
            answer_all(page)
            assert judged.violations(page) + scrolls_sideways(page) + met == []


def test_a_figure_whose_shared_module_is_missing_says_so_and_the_others_start(browser, plant):
    shared = r'"same": \{"_esm": "\w+"'
    assert re.search(shared, (SITE / CHAPTER).read_text(encoding="utf-8"))
    name = plant(CHAPTER, lambda text: re.sub(shared, '"same": {"_esm": "nowhere"', text, count=1))
    with opened(browser, f"{SITE.as_uri()}/{name}") as (page, _):
        expect(page.locator(".bp-notice")).to_have_count(1)
        expect(page.locator(".bp-notice")).to_contain_text("could not start")
        expect(page.locator(".bp-still")).to_have_count(1)


def test_the_first_address_leads_to_the_landing_page(visit):
    page = visit("index.html")
    page.wait_for_url("**/" + LANDING)
    expect(page.locator("h1")).to_contain_text("Backpropagation, Worked Out")


def test_arrow_keys_move_the_learning_rate_and_the_numbers_are_numpys(visit):
    page = visit(CHAPTER)
    box = panel(page)
    rate = handle(box, "learning rate")
    rate.focus()
    for presses in (4, 9):
        for _ in range(presses):
            page.keyboard.press("ArrowRight")
        eta = as_number(box.locator(".widget-readout").first.inner_text())
        expect(box.locator(".bp-readout b").first).to_have_text(f"{1 - eta:.2f}".replace("-", "−"))
        w, error = trained(0.0, 20, x=1, t=1, eta=eta)
        factor, shown_w, shown_error = numbers_in_bold(box)
        assert factor == pytest.approx(1 - eta, abs=0.005)
        assert matches(shown_w, w, 6)
        assert matches(shown_error, error, 3)
    assert eta == pytest.approx(0.5 + 13 * 0.05)


def test_a_pointer_moves_the_learning_rate(visit):
    page = visit(CHAPTER)
    box = panel(page)
    before = box.locator(".bp-readout").inner_text()
    rate = handle(box, "learning rate")
    rate.scroll_into_view_if_needed()
    place = rate.bounding_box()
    middle = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1], steps=5)
    page.mouse.up()
    eta = as_number(box.locator(".widget-readout").first.inner_text())
    assert eta > 0.5
    expect(box.locator(".bp-readout")).not_to_have_text(before)
    expect(box.locator(".bp-readout b").first).to_have_text(f"{1 - eta:.2f}".replace("-", "−"))


def test_dragging_the_picture_moves_the_first_weight_and_its_slider(visit):
    page = visit(CHAPTER)
    box = panel(page)
    drawing = box.locator('svg[data-part="steps"]')
    drawing.scroll_into_view_if_needed()
    place = drawing.bounding_box()
    page.mouse.move(place["x"] + place["width"] * 0.3, place["y"] + place["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.85, place["y"] + place["height"] * 0.5, steps=6)
    page.mouse.up()
    start = as_number(box.locator(".widget-readout").nth(1).inner_text())
    assert start > 1
    w, _ = trained(start, 20, x=1, t=1, eta=0.5)
    assert matches(numbers_in_bold(box)[1], w, 6)


def test_the_same_rate_diverges_once_the_input_grows(visit):
    page = visit(CHAPTER)
    box = panel(page)
    expect(box).not_to_contain_text("diverges")
    handle(box, "learning rate").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    handle(box, "input").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(box.locator(".bp-readout")).to_contain_text("it diverges")
    expect(box.locator(".bp-readout b").first).to_have_text("−1.40")
    assert matches(numbers_in_bold(box)[1], trained(0.0, 20, x=2, t=1, eta=0.6)[0], 3)


@pytest.mark.parametrize("ends", ["End End End End", "Home Home Home Home", "End Home End Home", "Home End Home End"])
def test_sliders_at_their_ends_break_nothing(visit, ends):
    page = visit(CHAPTER)
    box = panel(page)
    for label, key in zip(["learning rate", "first weight", "input", "target"], ends.split(), strict=True):
        handle(box, label).focus()
        page.keyboard.press(key)
        page.wait_for_timeout(60)
        assert not re.search("NaN|undefined|Infinity|null", box.inner_html())
    assert visit.met == []


def test_an_input_of_zero_says_that_nothing_moves(visit):
    page = visit(CHAPTER)
    box = panel(page)
    handle(box, "input").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(box.locator(".bp-readout")).to_contain_text("nothing moves")


def test_each_kind_of_behaviour_is_named_once_it_was_met(visit):
    page = visit(CHAPTER)
    box = panel(page)
    line = box.locator(".bp-factor")
    expect(line).to_contain_text("1 of 6")
    expect(line).not_to_contain_text("alternates")
    handle(box, "learning rate").focus()
    page.keyboard.press("Home")
    for k in range(51):
        if k:
            page.keyboard.press("ArrowRight")
        factor = f"{1 - k / 20:.2f}".replace("-", "−")
        expect(box.locator(".bp-readout b").first).to_have_text(factor)  # a kind is met when it was seen
    expect(line).to_contain_text("6 of 6")
    for name in ["stands still", "one side", "one step", "alternates", "swings for ever", "diverges"]:
        expect(line).to_contain_text(name)


def test_a_screen_reader_hears_the_slider_and_then_the_outcome(visit):
    page = visit(CHAPTER)
    box = panel(page)
    rate = handle(box, "learning rate")
    assert rate.get_attribute("aria-valuetext") == "0.50"
    rate.focus()
    page.keyboard.press("ArrowRight")
    expect(rate).to_have_attribute("aria-valuetext", "0.55")
    expect(box.locator("[role=status]")).to_contain_text("Each epoch multiplies")


def test_the_hunt_is_won_by_keyboard_and_the_nudge_tells_the_slope(visit):
    page = visit(CHAPTER)
    boxes = page.locator(".bp-panel-box", has=page.locator(".bp-field"))
    weight = handle(boxes.nth(0), "weight")
    weight.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(boxes.nth(0).locator(".bp-readout")).to_have_text("At w = 1 the error is 0.")
    expect(boxes.nth(1).locator(".bp-readout")).to_contain_text("Nudge w by 0.001")
    nudged = evaluate(GRAPH["E"], w=0.001, x=1, t=1) - evaluate(GRAPH["E"], w=0, x=1, t=1)
    assert numbers_in_bold(boxes.nth(1))[2] == pytest.approx(nudged / 0.001, abs=0.0005)


ROWS = "".join(f'<tr id="record-D{i}"><td>D{i}</td><td>0.{i}</td></tr>' for i in range(10, 90))
RECORD = f"""<p><a id="to-row" href="#record-D55">to the row</a></p>
<div class="cell"><div class="cell_output"><div class="output text_html">
<table><thead><tr><th>id</th><th>value</th></tr></thead><tbody>{ROWS}</tbody></table>
</div></div></div>"""


@pytest.mark.parametrize("scheme, width", [("light", 1280), ("dark", 390)])
def test_the_row_that_a_link_leads_to_is_marked_and_not_beneath_the_header(visit, plant, scheme, width):
    name = plant("book/notation.html", lambda text: text.replace("</h1>", "</h1>" + RECORD, 1))
    page = arrived(visit(f"{name}#record-D45", scheme=scheme, width=width))
    assert marked_rows(page) == ["D45"]
    page.evaluate(FOLLOW, "#record-D55")
    assert marked_rows(page) == ["D55"]
    assert violations(page) + visit.met == []


def marked_rows(page):
    """The rows that are framed and have a sign before their first cell, and are in sight with nothing above them."""
    return page.evaluate(
        """() => [...document.querySelectorAll("tbody tr")].filter(row => {
             const cell = row.cells[0], sign = getComputedStyle(cell, "::before").content;
             const { x, y } = cell.getBoundingClientRect(), uppermost = document.elementFromPoint(x + 2, y + 2);
             return getComputedStyle(row).outlineStyle === "solid" && sign.startsWith('"▸') && row.contains(uppermost);
           }).map(row => row.cells[0].textContent)"""
    )


def answer_all(page):
    """Answer every prediction on the page with "I don't know"."""
    for _ in range(page.locator("form.bp-prediction").count()):
        form = page.locator("form.bp-prediction").first
        form.get_by_text("I don't know").click()
        form.get_by_role("button", name="Lock in").click()
    assert page.locator("form.bp-prediction").count() == 0


def test_a_prediction_shows_the_outcome_only_once_locked_in(visit):
    page = visit(CHAPTER)
    form = page.locator("form.bp-prediction", has_text="halves the distance")
    expect(form).not_to_contain_text("What happens")
    form.get_by_role("button", name="Lock in").click()
    expect(form.get_by_role("alert")).to_contain_text("Choose one first")
    form.get_by_text("It runs away").focus()
    form.get_by_text("It runs away").click()
    form.get_by_role("button", name="Lock in").click()
    locked = page.locator(".bp-locked")
    expect(locked).to_contain_text("It runs away")
    expect(locked).to_contain_text("It gets there at the same speed")
    expect(locked).to_contain_text("Not what you predicted")
    expect(locked).to_be_focused()
    locked.get_by_role("button", name="Ask me again").click()
    expect(page.locator("form.bp-prediction", has_text="halves the distance")).to_be_visible()


def test_a_typed_prediction_takes_numbers_as_people_type_them(visit):
    page = visit(CHAPTER)
    form = page.locator("form.bp-prediction", has_text="What is ∂E/∂w?")
    for rubbish in ["", "minus three", "1..2"]:
        form.get_by_role("textbox").fill(rubbish)
        form.get_by_role("button", name="Lock in").click()
        expect(form.get_by_role("alert")).to_contain_text("number")
    form.get_by_role("textbox").fill(" −3,6 ")
    page.keyboard.press("Enter")
    expect(page.locator(".bp-locked")).to_contain_text("As you predicted")


def test_a_prediction_can_be_made_by_keyboard_alone(visit):
    page = visit(CHAPTER)
    page.locator("form.bp-prediction", has_text="halves the distance").locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".bp-locked")).to_contain_text("As you predicted")


def test_without_script_pictures_stand_still_and_answers_are_folded(visit):
    page = visit(CHAPTER, script=False)
    expect(page.locator(".bp-stack svg").first).to_be_visible()
    question = page.locator(".bp-prediction", has_text="halves the distance")
    expect(question.locator("summary")).to_be_visible()
    expect(question.get_by_text("Only the side changes")).to_be_hidden()
    question.locator("summary").click()
    expect(question.get_by_text("Only the side changes")).to_be_visible()
    assert page.locator(".katex-html").count() > 10


def test_the_live_picture_takes_the_place_of_the_still_one(visit):
    page = visit(CHAPTER)
    expect(page.locator(".bp-still")).to_have_count(0)
    expect(page.locator(".bp-stack")).to_have_count(1)


def test_solutions_are_folded_and_open_by_keyboard(visit):
    page = visit(CHAPTER)
    solution = page.locator("details", has_text="Solution 3").first
    expect(solution.get_by_text("counting epochs gives")).to_be_hidden()
    solution.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(solution.get_by_text("counting epochs gives")).to_be_visible()


def test_the_page_prints_with_its_pictures(visit):
    page = visit(CHAPTER)
    page.emulate_media(media="print")
    expect(page.locator(".bp-stack svg").first).to_be_visible()


def test_the_download_button_leads_to_the_notebook(visit):
    page = visit(CHAPTER)
    link = page.locator('a[href$="one-weight.ipynb"]').first
    target = link.evaluate("a => a.href")
    assert (SITE / "_sources" / "notebooks" / "one-weight.ipynb").exists()
    assert target.endswith("_sources/notebooks/one-weight.ipynb")
    cells = json.loads((SITE / "_sources/notebooks/one-weight.ipynb").read_text(encoding="utf-8"))["cells"]
    assert "pip install" in "".join(cells[0]["source"])


def test_the_wheel_can_be_downloaded_from_the_page_on_running(visit):
    page = visit("book/how-to.html")
    href = page.locator('a[href$=".whl"]').first.get_attribute("href")
    assert (SITE / "book" / href).resolve().is_file()


FOLLOW = """address => new Promise(ended => {
  addEventListener("scrollend", () => ended(), { once: true });  // the page glides there
  document.querySelector(`main a[href="${address}"], a[href="${address}"]`).click();
})"""


def arrived(page):
    """The page that was opened, laid out in full, its fonts there."""
    page.wait_for_selector("html[data-settled]")
    page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_an_address_and_a_link_lead_to_the_heading_they_name(visit, width):
    page = arrived(visit(CHAPTER + "#exercises", width=width))
    assert 0 <= page.locator("#exercises h2").first.bounding_box()["y"] < 200
    page.evaluate(FOLLOW, "#why-one-number-decides")
    assert 0 <= page.locator("#why-one-number-decides h2").bounding_box()["y"] < 200


DRIFT = "scrollBy({ top: -150, behavior: 'instant' })"
TOUCH = "dispatchEvent(new Event('wheel'))"


@pytest.mark.parametrize("cause, comes_back", [(DRIFT, True), (f"{TOUCH}; {DRIFT}", False)], ids=["drift", "reader"])
def test_a_page_that_drifts_while_it_loads_comes_back_to_its_heading_if_no_reader_moved_it(
    visit, plant, cause, comes_back
):
    script = f"<script>addEventListener('load', () => {{ {cause} }})</script></body>"
    name = plant(CHAPTER, lambda text: text.replace("</body>", script))
    page = arrived(visit(f"{name}#exercises"))
    beneath_the_header = pytest.approx(64, abs=3)
    assert (page.locator("#exercises").bounding_box()["y"] == beneath_the_header) is comes_back
