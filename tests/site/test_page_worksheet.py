"""Another network and the factor cards with blanks, in a real browser: typed, checked, kept, linked, printed."""

from __future__ import annotations

import contextlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from backprop_lib import evaluate
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import KINDS, another_network
from backprop_lib.graph.fold import inputs
from backprop_lib.networks.network import SOURCES
from tests.slipped import mistakes, slipped
from tools.checks.browser import SITE, opened, scrolls_sideways, served, violations

PAGE = "notebooks/by-hand.html"
FIRST = "?network=2-2-2&seed=1"
STRAY = re.compile(r"NaN|undefined|Infinity|\bnull\b|\[object")


@pytest.fixture(scope="module")
def address(site):
    with served() as home:
        yield home


@pytest.fixture(params=["http", "file"])
def home(request, address):
    """Where the site stands: for what depends on it, the address of the page and what a browser keeps for it."""
    return address if request.param == "http" else SITE.as_uri()


def visitor(browser, home, stack):
    met = []

    def start(query="?network=2-2-2&seed=1", **options):
        page, faults = stack.enter_context(opened(browser, f"{home}/{PAGE}{query}", **options))
        met.append(faults)
        return page

    return start, met


@pytest.fixture
def visit(browser, address):
    """`visit(query, …)`: the chapter at that address, in a fresh profile; afterwards it must have met no fault."""
    with contextlib.ExitStack() as stack:
        start, met = visitor(browser, address, stack)
        yield start
        assert all(faults == [] for faults in met), met


@pytest.fixture
def visit_anywhere(browser, home):
    """The same, over http and from a file."""
    with contextlib.ExitStack() as stack:
        start, met = visitor(browser, home, stack)
        yield start
        assert all(faults == [] for faults in met), met


def sheet(page):
    return page.locator(".bp-worksheet")


def cell(page, key):
    return sheet(page).locator(f'input[data-key="{key}"]')


def kind(page, key):
    return sheet(page).locator(f'.bp-answer:has(input[data-key="{key}"])')


def again(page, address):
    """An address opened in another tab of the same reader's browser."""
    tab = page.context.new_page()
    tab.goto(address)
    tab.wait_for_selector("html[data-widgets=ready]", state="attached")
    return tab


def part(page, letter):
    return sheet(page).locator(f'.bp-part[data-table="{letter}"]')


def numbers(example, nodes):
    computed = evaluate(list(nodes.values()), {name: example.values[name] for name in inputs(list(nodes.values()))})
    return dict(zip(nodes, computed, strict=True))


def key_of(shape="2-2-2", seed=1):
    """The key of a problem, by cell, in the order of the tables."""
    example = another_network(shape, seed)
    calculation = HandCalculation(example.network)
    right = numbers(example, {line.key: line.node for line in calculation.lines})
    cells = [
        cell.key for table in calculation.tables for _, row in table.rows for cell in row if cell.key and not cell.given
    ]
    return {key: right[key] for key in cells}


def test_a_whole_network_is_worked_out_by_keyboard(visit):
    page = visit(FIRST)
    right = key_of()
    cell(page, "net_h1").focus()
    for key, value in right.items():
        expect(cell(page, key)).to_be_focused()
        page.keyboard.insert_text(f"{value:.6g}".replace("-", "−"))
        page.keyboard.press("Enter")  # checks the cell, and goes on to the next one
        expect(kind(page, key)).to_have_attribute("data-kind", "right")
    expect(sheet(page).locator(".bp-progress")).to_contain_text(f"All {len(right)} are right")
    assert violations(page, sheet(page)) == []


@pytest.mark.parametrize("shape", KINDS)
def test_a_network_of_any_kind_is_filled_and_found_right(visit, shape):
    width, scheme = (390, "dark") if len(shape) % 2 else (1280, "light")
    page = visit(f"?network={shape}&seed=23", width=width, scheme=scheme)
    right = key_of(shape, 23)
    expect(sheet(page).get_by_role("combobox", name="Network")).to_have_value(shape)
    for key, value in right.items():
        cell(page, key).fill(f"{value:.6g}")
    for check in sheet(page).get_by_role("button", name="Check table").all():
        check.click()
    expect(sheet(page).locator(".bp-progress")).to_contain_text(f"All {len(right)} are right")
    sheet(page).locator(".bp-key summary").click()
    assert not STRAY.search(sheet(page).inner_text())
    assert violations(page, sheet(page)) + scrolls_sideways(page) == []


def test_a_slip_is_named_and_what_follows_leads_back_to_it(visit):
    page = visit(FIRST)
    example = another_network()
    calculation = HandCalculation(example.network)
    stale = next(told for told in mistakes(calculation) if "updated first" in told)
    wrong = numbers(example, slipped(calculation, mistakes(calculation)[stale]))
    cell(page, "arriving_h1").fill(f"{wrong['arriving_h1']:.5g}")
    cell(page, "delta_h1").fill(f"{wrong['delta_h1']:.5g}")
    part(page, "B").get_by_role("button", name="Check table B").click()
    hints = part(page, "B").locator(".bp-hints li")
    expect(hints.nth(0)).to_contain_text(stale)
    expect(hints.nth(1)).to_contain_text("follows from your number for what arrives at h1")
    expect(cell(page, "arriving_h1")).to_have_attribute("aria-invalid", "true")
    expect(part(page, "B").locator(".bp-count")).to_have_text("0 of 8 right")
    cell(page, "arriving_h1").fill("x")
    expect(kind(page, "arriving_h1")).to_have_attribute("data-kind", "")
    part(page, "B").get_by_role("button", name="Check table B").click()
    expect(hints.nth(0)).to_contain_text("“x” is not a number")
    expect(sheet(page).get_by_role("status").last).to_contain_text("0 of 2 right")
    assert violations(page, sheet(page)) == []
    assert not STRAY.search(sheet(page).inner_text())


def test_numbers_are_carried_over_and_can_be_shown(visit):
    page = visit(FIRST)
    right = key_of()
    slope = part(page, "B").locator("tr", has_text="h1").locator("output")
    expect(slope).to_have_text("from A")
    cell(page, "slope_h1").fill("0,2497")
    expect(slope).to_have_text("0,2497")
    cell(page, "out_o1").focus()
    part(page, "A").get_by_role("button", name="Show the output of o1").click()
    expect(cell(page, "out_o1")).to_have_value(f"{right['out_o1']:.6g}")
    expect(kind(page, "out_o1")).to_have_attribute("data-kind", "shown")
    expect(sheet(page).locator(".bp-progress")).to_contain_text("1 shown")
    sheet(page).locator(".bp-key summary").click()
    for value in right.values():
        expect(sheet(page).locator(".bp-key")).to_contain_text(f"{value:.6g}".replace("-", "−"))
    expect(cell(page, "slope_h1")).to_have_value("0,2497")


def test_nothing_typed_is_lost(visit_anywhere):
    page = visit_anywhere(FIRST)
    cell(page, "net_h1").fill("0.5")
    sheet(page).get_by_label("Network").select_option("3-2-1")
    expect(cell(page, "net_h1")).to_have_value("")
    cell(page, "net_h1").fill("0.6")
    sheet(page).get_by_role("textbox", name="Seed").fill("99")
    page.keyboard.press("Enter")
    expect(cell(page, "net_h1")).to_have_value("")
    sheet(page).get_by_role("textbox", name="Seed").fill("1")
    page.keyboard.press("Enter")
    expect(cell(page, "net_h1")).to_have_value("0.6")
    sheet(page).get_by_label("Network").select_option("2-2-2")
    expect(cell(page, "net_h1")).to_have_value("0.5")
    page = again(page, page.url)
    expect(cell(page, "net_h1")).to_have_value("0.5")
    sheet(page).get_by_role("button", name="Empty all cells").click()
    expect(cell(page, "net_h1")).to_have_value("")
    sheet(page).get_by_role("button", name="Undo").click()
    expect(cell(page, "net_h1")).to_have_value("0.5")


def test_a_browser_that_keeps_nothing_works_all_the_same(browser, address):
    context = browser.new_context()
    try:
        context.add_init_script("Storage.prototype.getItem = Storage.prototype.setItem = () => { throw new Error() }")
        page = context.new_page()
        page.goto(f"{address}/{PAGE}?network=3-2-1")
        cell(page, "net_h1").fill("0.5")
        sheet(page).get_by_label("Network").select_option("2-2-2")
        sheet(page).get_by_label("Network").select_option("3-2-1")
        expect(cell(page, "net_h1")).to_have_value("0.5")
    finally:
        context.close()


def test_an_address_names_the_problem(visit_anywhere):
    page = visit_anywhere("?network=3-2-1&seed=17#bp-worksheet")
    expect(sheet(page).locator("figcaption").first).to_have_text("Network 3-2-1, seed 17")
    page.wait_for_selector("html[data-settled]")
    expect(sheet(page)).to_be_in_viewport()
    assert 0 <= sheet(page).bounding_box()["y"] < 200
    given = sheet(page).locator(".bp-conventions")
    for name in ("i1", "i2", "i3", "t1", "eta"):
        expect(given).to_contain_text(f"= {another_network('3-2-1', 17).values[name]:g}")


def test_the_address_follows_and_the_link_leads_back(visit_anywhere):
    page = visit_anywhere(FIRST)
    sheet(page).get_by_label("Network").select_option("2-3-2")
    sheet(page).get_by_role("button", name="Another one").click()
    caption = sheet(page).locator("figcaption").first.inner_text()
    shape, seed = re.fullmatch(r"Network (\S+), seed (\d+)", caption).groups()
    link = sheet(page).get_by_role("link", name="Link to this problem").evaluate("a => a.href")
    asked = {"network": [shape], "seed": [seed]}
    assert shape == "2-3-2" and parse_qs(urlsplit(link).query) == asked
    assert parse_qs(urlsplit(page.url).query) == asked
    expect(sheet(again(page, link)).locator("figcaption").first).to_have_text(caption)


def test_a_bad_address_is_told_and_falls_back(visit_anywhere):
    page = visit_anywhere("?network=9-9-9&seed=abc")
    expect(sheet(page).locator("figcaption").first).to_have_text("Network 3-2-1, seed 1")
    notice = sheet(page).locator(".bp-hint")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("“9-9-9”")
    expect(notice).to_contain_text("“abc”")
    sheet(page).get_by_role("textbox", name="Seed").fill("-5")
    page.keyboard.press("Enter")
    expect(notice).to_contain_text("“-5” is no seed")
    expect(sheet(page).locator("figcaption").first).to_have_text("Network 3-2-1, seed 1")
    sheet(page).get_by_role("textbox", name="Seed").fill("5")
    page.keyboard.press("Enter")
    expect(notice).to_be_hidden()


OVERLAPS = """drawing => {
  const boxes = [...drawing.querySelectorAll("svg text")].map(text => [text.textContent, text.getBoundingClientRect()]);
  const apart = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) <= 1 ||
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) <= 3;
  const near = (a, k) => boxes.slice(k + 1).filter(([, b]) => !apart(a, b));
  return boxes.flatMap(([one, a], k) => near(a, k).map(([two]) => `${one} on ${two}`));
}"""


@pytest.mark.parametrize("shape", ["2-2-2", "3-2-1", "2-3-2", "softmax-2-2-3", "deep-2-2-2-1", "layer-bias-2-2-2"])
def test_no_label_of_the_diagram_stands_on_another(visit, shape):
    page = visit(f"?network={shape}", width=390)
    for seed in range(1, 13):
        sheet(page).get_by_role("textbox", name="Seed").fill(str(seed))
        page.keyboard.press("Enter")
        expect(sheet(page).locator("figcaption").first).to_have_text(f"Network {shape}, seed {seed}")
        assert sheet(page).locator(".bp-network").first.evaluate(OVERLAPS) == [], seed


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize(("shape", "scheme"), [("2-2-2", "dark"), ("3-2-1", "light"), ("2-3-2", "light")])
def test_the_sheet_and_its_key_are_printed_alone(visit_anywhere, home, shape, scheme):
    page = visit_anywhere(f"?network={shape}&seed=17", scheme=scheme)
    page.evaluate("window.print = () => {}")
    cell(page, "net_h1").fill("0.123")
    for what, most in (("sheet", 2 if shape == "2-3-2" else 1), ("key", 1)):
        for paper in ("A4", "Letter"):
            sheet(page).get_by_role("button", name=f"Print the {what}").click()
            page.emulate_media(media="print")
            alone = page.locator(".bp-paper")
            expect(alone).to_be_visible()
            expect(page.locator("main")).to_be_hidden()
            expect(page.locator("h1")).to_be_hidden()
            text = alone.inner_text()
            assert f"network {shape}, seed 17" in text
            assert (f"?network={shape}&seed=17" in text) == home.startswith("http")
            assert "0.123" not in text.split("A Forward")[1] or what == "key"
            printed = [f"{value:.6g}".replace("-", "−") for value in key_of(shape, 17).values()]
            assert all((number in text) == (what == "key") for number in printed if len(number) > 5)
            ink = alone.evaluate("e => getComputedStyle(e).color")
            assert ink == "rgb(0, 0, 0)"
            page.emulate_media(media="null")
            assert pages_of(page.pdf(format=paper)) <= most, (what, paper)
            expect(page.locator(".bp-paper")).to_have_count(0)  # after printing the page is as it was
    expect(page.locator("h1").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("h1").first).to_be_visible()


@pytest.fixture
def phone(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{address}/{PAGE}?network=2-3-2&seed=3#bp-worksheet")
    page.wait_for_selector("html[data-widgets=ready]", state="attached")
    yield page
    context.close()


def test_a_phone_can_type_a_negative_number_and_is_not_zoomed(phone):
    value = key_of("2-3-2", 3)["arriving_h1"]
    field = cell(phone, "arriving_h1")
    assert float(field.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 16
    field.tap()
    phone.keyboard.insert_text(f"{abs(value):.6g}")
    sign = part(phone, "B").get_by_role("button", name="change the sign")
    if value < 0:
        sign.tap()
    else:
        sign.tap()
        expect(field).to_have_value(f"−{value:.6g}")
        sign.tap()
    expect(field).to_be_focused()
    phone.keyboard.press("Enter")
    expect(kind(phone, "arriving_h1")).to_have_attribute("data-kind", "right")
    assert scrolls_sideways(phone) == []


def test_on_a_phone_every_field_and_button_is_large_enough_and_named(phone):
    for field in sheet(phone).locator("input:visible, button:visible, select:visible").all():
        box = field.bounding_box()
        assert box["height"] >= 32 and box["width"] >= 40
    shown = sheet(phone).locator(".bp-table td[data-column] input:visible").all()
    assert all(field.get_attribute("aria-label") for field in shown)
    heading = part(phone, "C").locator("td:has(input)").first
    assert heading.evaluate("e => getComputedStyle(e, '::before').content") == '"gradient"'


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_marked_sheet_has_no_fault(visit, width, scheme):
    page = visit("?network=2-3-2&seed=9", width=width, scheme=scheme)
    right = key_of("2-3-2", 9)
    for text, key in zip([f"{right['net_h1']:.6g}", "9", "x", "0.5", "1,234"], right, strict=False):
        cell(page, key).fill(text)
    part(page, "A").get_by_role("button", name="Check").click()
    sheet(page).locator(".bp-key summary").click()
    assert violations(page, sheet(page)) + scrolls_sideways(page) == []


def test_without_script_the_blank_sheet_stands_there_and_its_key_is_folded(visit_anywhere):
    page = visit_anywhere(script=False)
    expect(sheet(page).locator("svg").first).to_be_visible()
    expect(sheet(page).locator(".bp-table-C").first).to_be_visible()
    key = sheet(page).locator(".bp-sheet-key")
    expect(key).to_be_hidden()
    sheet(page).locator("summary").click()
    expect(key).to_be_visible()


# Factor cards


def cards(page, weight):
    return page.get_by_role("group", name=f"Factor cards of {weight}", exact=True).first


def test_a_blank_card_is_filled_and_its_number_goes_into_the_product(visit):
    page = visit()
    figure = cards(page, "w6")
    factor, product = figure.locator("input").all()
    worked = HandCalculation(SOURCES.network).derivation("w6").at(SOURCES.values)
    factor.focus()
    page.keyboard.insert_text(f"{SOURCES.values['w6']:g}")
    expect(figure.locator("[data-echo]")).to_have_text(f"{SOURCES.values['w6']:g}")
    page.keyboard.press("Enter")
    expect(figure.locator(".bp-hints")).to_contain_text("That is w6")
    out = worked.values["d_net_o1_d_w6"]
    factor.fill(f"{out:.6f}")
    page.keyboard.press("Enter")
    expect(product).to_be_focused()
    page.keyboard.insert_text(f"{worked.value:.5f}")
    figure.get_by_role("button", name="Check").click()
    expect(figure.locator(".bp-count")).to_have_text("2 of 2 right")
    expect(figure.locator(".bp-hints")).to_be_hidden()
    figure.get_by_role("button", name="Lock in").click()
    expect(figure.locator(".bp-worked")).to_be_focused()
    expect(figure.locator(".bp-worked")).to_contain_text(f"{worked.value:.6g}")
    expect(figure.locator(".bp-said")).to_contain_text(f"{out:.6f}")
    figure.get_by_role("button", name="Back to my answers").click()
    expect(figure.locator("input").first).to_have_value(f"{out:.6f}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_filled_and_locked_cards_have_no_fault(visit, width, scheme):
    page = visit(width=width, scheme=scheme)
    for k, figure in enumerate(page.locator(".bp-fading").all()):
        for field in figure.locator("input").all():
            field.fill("0.25" if k % 2 else "rubbish")
        figure.get_by_role("button", name="Lock in" if k % 3 == 0 else "Check").click()
        assert not STRAY.search(figure.inner_text())
        assert violations(page, figure) == []
    assert scrolls_sideways(page) == []


def test_without_script_blanks_are_blank_and_the_worked_cards_folded(visit):
    page = visit(script=False)
    figure = cards(page, "w6")
    expect(figure.locator(".bp-blank").first).to_be_visible()
    worked = figure.locator("details .bp-derivation")
    expect(worked).to_be_hidden()
    figure.locator("summary").click()
    expect(worked).to_be_visible()
