"""A network of one's own, in a real browser: typed in, pasted, worked out, checked, linked, trained, printed."""

from __future__ import annotations

import contextlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.mistakes import MISTAKES
from backprop_lib.networks.network import SOURCES, Example, Network
from tests.site.panels import STRAY
from tools.checks.browser import SITE, opened, scrolls_sideways, served, violations

PAGE = "notebooks/your-own-network.html"
PHONE = 390


@pytest.fixture(scope="module")
def address(site):
    with served() as home:
        yield home


@pytest.fixture
def visit(browser, address):
    """`visit(…)`: the chapter, in a fresh profile; afterwards it must have met no fault."""
    with contextlib.ExitStack() as stack:
        met = []

        def start(query="", home=address, **options):
            page, faults = stack.enter_context(opened(browser, f"{home}/{PAGE}{query}", **options))
            met.append(faults)
            return page

        yield start
        assert all(faults == [] for faults in met), met


def figure(page):
    return page.locator(".bp-own").first


def choose(page, label, value, within=None):
    (within or figure(page)).get_by_label(label, exact=True).select_option(value)


def layer(page, name):
    return figure(page).locator(".bp-layer", has=page.locator("legend", has_text=name))


def number(page, name):
    return figure(page).locator(f'[data-number="{name}"]')


def cell(page, key):
    return figure(page).locator(f'.bp-answer input[data-key="{key}"]')


def kind(page, key):
    return figure(page).locator(f'.bp-answer:has(input[data-key="{key}"])')


def group(page, title):
    return figure(page).locator(".bp-group", has=page.locator("legend", has_text=re.compile(f"^{title}")))


def tab(page, name):
    return figure(page).get_by_role("tab", name=name)


def check_own_sheet(page):
    tab(page, "Tables").click()
    figure(page).locator(".bp-chips label", has_text="check my sheet").click()


EXAM = Example(
    "exam",
    Network(2, 2, 2, activation=["tanh", "softmax"], loss="categorical_cross_entropy", examples=2),
    {
        **{"i1_ex1": 1.0, "i2_ex1": 0.5, "t1_ex1": 1.0, "t2_ex1": 0.0},
        **{"i1_ex2": -0.5, "i2_ex2": 1.0, "t1_ex2": 0.0, "t2_ex2": 1.0},
        **{"w1": 0.5, "w2": -0.3, "w3": 0.2, "w4": 0.4, "w5": 0.6, "w6": -0.1, "w7": -0.4, "w8": 0.8},
        **{"b_h1": 0.1, "b_h2": -0.2, "b_o1": 0.0, "b_o2": 0.05, "eta": 0.1},
    },
)


def type_the_exam(page):
    """As a student would, from paper: the network chosen, weights pasted or typed, all else typed."""
    choose(page, "Examples", "2")
    choose(page, "units", "2", layer(page, "Outputs"))
    choose(page, "activation", "tanh", layer(page, "Hidden"))
    choose(page, "activation", "softmax", layer(page, "Outputs"))
    choose(page, "biases", "unit", layer(page, "Hidden"))
    choose(page, "biases", "unit", layer(page, "Outputs"))
    choose(page, "Error", "categorical_cross_entropy")
    box = figure(page).get_by_label("the biases learn")
    box.check()
    for name, value in EXAM.values.items():
        number(page, name).fill(f"{value:g}".replace("-", "−").replace(".", ","))


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_an_exam_question_is_typed_in_and_a_sheet_brought_to_the_line_and_the_name_of_its_mistake(visit, width):
    page = visit(width=width)
    type_the_exam(page)
    expect(figure(page).locator(".bp-wanted")).to_have_count(0)
    right = HandCalculation(EXAM.network).values(EXAM)
    expect(figure(page).locator(".bp-sheet-error")).to_contain_text(f"{right['E_total']:.6g}")
    check_own_sheet(page)
    # The slope of tanh is taken at the net input: everything after it is worked correctly from there.
    wrong = dict(right)
    wrong["slope_h1_ex1"] = 1 - right["net_h1_ex1"] ** 2
    wrong["delta_h1_ex1"] = right["arriving_h1_ex1"] * wrong["slope_h1_ex1"]
    wrong["d_E_ex1_d_w1"] = wrong["delta_h1_ex1"] * right["i1_ex1"]
    keys = [
        *("net_h1_ex1", "out_h1_ex1", "slope_h1_ex1", "net_h2_ex1", "out_h2_ex1", "out_o1_ex1"),
        *("delta_o1_ex1", "delta_o2_ex1", "arriving_h1_ex1", "delta_h1_ex1", "d_E_ex1_d_w1"),
    ]
    for key in keys:
        cell(page, key).fill(f"{wrong[key]:.4g}")
    figure(page).locator('[data-table="0"]').get_by_role("button", name="Check my sheet").click()
    for key in keys:
        verdict = {"slope_h1_ex1": "wrong", "delta_h1_ex1": "follows", "d_E_ex1_d_w1": "follows"}.get(key, "right")
        expect(kind(page, key)).to_have_attribute("data-kind", verdict)
    hint = figure(page).locator(".bp-hints li").first
    expect(hint).to_contain_text("the slope of h1 in example 1")
    [told] = (row.told for row in MISTAKES if row.name == "slope of tanh at the net input")
    expect(hint).to_contain_text(told)
    expect(cell(page, "slope_h1_ex1")).to_have_attribute("aria-invalid", "true")
    assert violations(page, figure(page)) == []
    assert not scrolls_sideways(page)
    assert not STRAY.search(figure(page).inner_text())


def test_matrices_are_pasted_either_way_round(visit):
    page = visit()
    choose(page, "units", "3", layer(page, "Hidden"))
    box = group(page, "Weights inputs")
    box.locator("summary").click()
    area = box.locator("textarea")
    area.fill("[[0.1, 0.2],\n [0.3, 0.4],\n [0.5, 0.6]]")
    box.get_by_role("button", name="Take these numbers").click()
    expect(box.locator("[data-told]")).to_contain_text("can only be (out, in)")
    for name, text in {"w1": "0.1", "w2": "0.2", "w3": "0.3", "w6": "0.6"}.items():
        expect(number(page, name)).to_have_value(text)
    area.fill("0,1 0,2 x")
    box.get_by_role("button", name="Take these numbers").click()
    expect(box.locator("[data-told]")).to_contain_text("“x” is not a number")
    expect(number(page, "w1")).to_have_value("0.1")
    expect(area).to_have_value("0,1 0,2 x")
    assert violations(page, figure(page)) == []


def test_several_numbers_pasted_into_a_field_fill_its_group(visit):
    page = visit()
    number(page, "w1").evaluate(
        """box => { const data = new DataTransfer(); data.setData("text", "1 2\\n3 4");
        box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""
    )
    for name, text in {"w1": "1", "w3": "2", "w2": "3", "w4": "4"}.items():
        expect(number(page, name)).to_have_value(text)
    expect(figure(page).get_by_role("alert").first).to_contain_text("4 numbers taken, read as (in, out)")


def test_what_is_no_number_gets_a_sentence_and_stays_as_it_was_typed(visit):
    page = visit()
    for text, words in {"half": "is not a number", "1e308": "too large", "1.2.3": "is not a number"}.items():
        number(page, "w1").fill(text)
        expect(figure(page).locator('[data-says="w1"]')).to_contain_text(words)
        expect(figure(page).locator(".bp-wanted")).to_contain_text("To be mended")
        expect(number(page, "w1")).to_have_attribute("aria-invalid", "true")
        number(page, "w2").focus()
        expect(number(page, "w1")).to_have_value(text)
        assert not STRAY.search(figure(page).inner_text())
    number(page, "w1").fill("1/4")
    expect(figure(page).locator('[data-says="w1"]')).to_have_text("")
    expect(figure(page).locator(".bp-wanted")).to_have_count(0)


def test_what_was_typed_is_still_there_when_a_layer_was_cut_and_has_grown_again(visit):
    page = visit()
    number(page, "w2").fill("−7/9")
    choose(page, "units", "1", layer(page, "Inputs"))
    expect(number(page, "w5")).to_have_count(0)
    choose(page, "units", "2", layer(page, "Inputs"))
    expect(number(page, "w2")).to_have_value("−7/9")
    choose(page, "Start from", "1")
    expect(number(page, "w2")).to_have_value("−0.4")
    figure(page).get_by_role("button", name="Back to what was there").click()
    expect(number(page, "w2")).to_have_value("−7/9")


def test_a_loss_that_does_not_go_with_the_outputs_is_replaced_and_said(visit):
    page = visit()
    choose(page, "activation", "sigmoid", layer(page, "Outputs"))
    choose(page, "Error", "binary_cross_entropy")
    choose(page, "activation", "tanh", layer(page, "Outputs"))
    expect(figure(page).get_by_role("alert").first).to_contain_text("does not go with tanh")
    expect(figure(page).locator(".bp-why")).to_contain_text("outputs must lie between 0 and 1")
    options = figure(page).get_by_label("Error", exact=True).locator("option").all_inner_texts()
    assert not any("cross-entropy" in option for option in options)


def test_weights_are_called_as_the_sheet_calls_them(visit):
    page = visit()
    figure(page).locator("summary", has_text="Names and lines").click()
    area = figure(page).get_by_label("Names and lines of the weights")
    lines = area.input_value()
    area.fill(lines.replace("w1 ", "w13 ").replace("h2", "h9"))
    figure(page).get_by_role("button", name="Use these lines").click()
    expect(figure(page).get_by_role("alert").first).to_contain_text("no unit h9")
    expect(area).to_have_value(lines.replace("w1 ", "w13 ").replace("h2", "h9"))
    before = number(page, "w1").input_value()
    area.fill(lines.replace("w1 ", "w13 "))
    figure(page).get_by_role("button", name="Use these lines").click()
    expect(number(page, "w13")).to_have_value(before)
    expect(figure(page).locator(".bp-table").last).to_contain_text("w13")
    for lose in (
        lambda: figure(page).get_by_role("button", name="All lines, called").click(),
        lambda: choose(page, "Layers", "4"),
    ):
        lose()
        expect(number(page, "w13")).to_have_count(0)
        expect(figure(page).get_by_role("alert").first).to_contain_text("Back to what was there")
        figure(page).get_by_role("button", name="Back to what was there").click()
        expect(number(page, "w13")).to_have_value(before)


def linked(page):
    return figure(page).get_by_role("link", name="Link to this network").get_attribute("href")


def test_a_link_keeps_the_network_its_numbers_and_its_names(visit, address):
    page = visit()
    type_the_exam(page)
    number(page, "w1").fill("ein halb")
    page.wait_for_timeout(700)
    link = linked(page)
    assert parse_qs(urlsplit(page.url).query)["own"] == parse_qs(urlsplit(link).query)["own"]
    for home in (address, SITE.as_uri()):
        other = visit(link, home=home)
        expect(number(other, "w1")).to_have_value("ein halb")
        expect(number(other, "b_o2")).to_have_value("0,05")
        expect(layer(other, "Outputs").get_by_label("activation")).to_have_value("softmax")


def test_a_link_that_was_cut_or_altered_says_so_and_leaves_the_page_as_it_is(visit):
    link = linked(visit())
    code = parse_qs(urlsplit(link).query)["own"][0]
    for broken in (code[:-3], code[: len(code) // 2], code.replace("e", "f", 1), "", "x.y", "%00", "<b>"):
        page = visit(f"?own={broken}")
        expect(figure(page).get_by_role("alert").first).to_contain_text("cannot be followed")
        page.wait_for_timeout(700)
        assert parse_qs(urlsplit(page.url).query)["own"] == [code]
        expect(number(page, "w1")).to_have_value("0.5")
        assert not STRAY.search(figure(page).inner_text())


def test_answers_are_kept_by_the_browser_for_each_network(visit, address):
    page = visit()
    check_own_sheet(page)
    cell(page, "net_h1_ex1").fill("0,123")
    link = linked(page)
    tab_ = page.context.new_page()
    tab_.goto(f"{address}/{PAGE}{link}")
    tab_.wait_for_selector("html[data-widgets=ready]", state="attached")
    check_own_sheet(tab_)
    expect(cell(tab_, "net_h1_ex1")).to_have_value("0,123")
    number(tab_, "w1").fill("9")
    expect(cell(tab_, "net_h1_ex1")).to_have_value("0,123")
    choose(tab_, "Start from", "1")
    expect(cell(tab_, "net_h1")).to_have_value("")
    figure(tab_).get_by_role("button", name="Back to what was there").click()
    expect(cell(tab_, "net_h1_ex1")).to_have_value("0,123")
    tab_.wait_for_timeout(700)
    tab_.reload()
    check_own_sheet(tab_)
    expect(number(tab_, "w1")).to_have_value("9")
    expect(cell(tab_, "net_h1_ex1")).to_have_value("0,123")


def test_it_is_done_with_the_keyboard_alone(visit):
    page = visit()
    number(page, "i1_ex1").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("3")
    page.keyboard.press("Enter")
    expect(number(page, "i2_ex1")).to_be_focused()
    expect(number(page, "i1_ex1")).to_have_value("3")
    tab(page, "Tables").focus()
    page.keyboard.press("ArrowRight")
    expect(tab(page, "Step by step")).to_be_focused()
    page.keyboard.press("Tab")
    step = figure(page).locator(".bp-step")
    for _ in range(12):
        if page.evaluate("document.activeElement.matches('.bp-step')"):
            break
        page.keyboard.press("Tab")
    expect(step).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(step).to_contain_text("Step 2 of")
    expect(step).to_be_focused()
    page.keyboard.press("End")
    expect(step).to_contain_text("the new value of")
    expect(figure(page).get_by_role("status").last).to_contain_text("equals")


def test_steps_cards_and_training_show_the_numbers_of_the_graph(visit):
    page = visit()
    choose(page, "Start from", "0")
    values = HandCalculation(SOURCES.network).values(SOURCES)
    tab(page, "Cards").click()
    figure(page).locator('input[value="w1"]').check(force=True)
    expect(figure(page).locator(".bp-result")).to_contain_text(f"{values['d_E_total_d_w1']:.6g}")
    expect(figure(page).locator(".bp-path")).to_have_count(2)
    figure(page).locator(".bp-chips label", has_text="by way of deltas").click()
    expect(figure(page).locator("ol.bp-lines li").last).to_contain_text(f"{values['w1_next']:.6g}")
    tab(page, "Train").click()
    figure(page).get_by_role("button", name="10,000", exact=True).click()
    expect(figure(page).locator(".bp-readout")).to_contain_text("after 10,000 rounds it is 3.51", timeout=20_000)
    assert violations(page, figure(page)) == []
    figure(page).get_by_role("button", name="Go on from these numbers").click()
    expect(number(page, "w5")).not_to_have_value("0.4")


def test_the_largest_network_is_filled_and_trained_without_the_page_standing_still(visit):
    page = visit()
    choose(page, "Layers", "5")
    for name in ("Inputs", "Hidden 1", "Hidden 2", "Hidden 3", "Outputs"):
        choose(page, "units", "6", layer(page, name))
    choose(page, "Examples", "4")
    figure(page).get_by_role("button", name="Fill what is empty").click()
    expect(figure(page).locator(".bp-wanted")).to_have_count(0)
    tab(page, "Train").click()
    figure(page).get_by_role("button", name="10,000", exact=True).click()
    longest = page.evaluate(
        """async () => {
          let last = performance.now(), most = 0;
          for (let k = 0; k < 30; k++) {
            await new Promise(requestAnimationFrame);
            most = Math.max(most, performance.now() - last);
            last = performance.now();
          }
          return most;
        }"""
    )
    assert longest < 1000
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("sheet, words", [("Print the sheet", "Name"), ("Print the key", "Key")])
def test_the_sheet_and_the_key_are_printed_apart(visit, sheet, words):
    page = visit()
    page.evaluate("window.print = () => {}")
    figure(page).get_by_role("button", name=sheet).click()
    page.emulate_media(media="print")
    paper = page.locator(".bp-paper")
    expect(paper).to_be_visible()
    expect(paper).to_contain_text(words)
    expect(page.locator("main")).not_to_be_visible()
    values = HandCalculation(SOURCES.network).values(SOURCES)
    assert (sheet == "Print the key") == ("E" in words or "total" in paper.inner_text()), values["E_total"]


def test_the_lines_of_python_can_be_had(visit):
    page = visit()
    figure(page).locator("summary", has_text="Continue in Python").click()
    lines = figure(page).locator(".bp-python")
    expect(lines).to_contain_text("network = Network(")
    names = {}
    exec(lines.inner_text(), names)  # our own text
    assert names["example"].network.sizes == (2, 2, 1)
    figure(page).get_by_role("button", name="Copy").click()
    expect(figure(page).locator(".bp-copied")).to_contain_text(re.compile("Copied|Selected"))


def test_without_a_script_the_first_network_is_worked_out(visit):
    page = visit(script=False)
    expect(figure(page).locator("svg").first).to_be_visible()
    expect(figure(page).locator("table").last).to_contain_text("w6")


def test_light_and_dark_wide_and_narrow_have_no_fault(visit):
    for width in (PHONE, 1280):
        for scheme in ("light", "dark"):
            page = visit(width=width, scheme=scheme)
            for name in ("Step by step", "Cards", "Train", "Tables"):
                tab(page, name).click()
                page.wait_for_timeout(150)
                assert violations(page, figure(page)) == [], (width, scheme, name)
                assert not scrolls_sideways(page), (width, scheme, name)
