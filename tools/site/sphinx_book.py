"""The Sphinx extension of this book: what Jupyter Book and its theme leave to be done.

While pages are written: each widget gets a still figure; a dropdown admonition becomes a `<details>`, which needs no
script; a page loads the style of mathematics and of widgets only if it holds some. After the build: one style sheet
and one icon font, cut to what the book uses; the library's wheel and the notebooks that install it, to download.

Listed in _config.yml as `tools.site.sphinx_book`. Beside it: mathematics.py and record_rows.py, and the parts that know
nothing of Sphinx: trim.py, stills.py, downloads.py, front_end.py.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata
from sphinx_design.dropdown import dropdown_main, dropdown_title

from backprop_lib.readings.palette import site_style
from tools.exports import downloads
from tools.site import front_end, stills, trim

LOGGER = logging.getLogger(__name__)
KATEX_SHEET, WIDGET_SHEET, OWN_SHEET, BOOK_SHEET = "katex/katex.css", "widgets.css", "book.css", "site.css"
# The theme's template links these itself; ours (web/templates/layout.html) links one sheet made of all.
THEME_SHEETS = ["basic.css", "styles/pydata-sphinx-theme.css"]
# What Sphinx and MyST-NB write that a screen reader stumbles over, and what it should be.
REPAIRS = [
    (' aria-label="Toggle hidden content"', ""),  # it would hide the words that stand there
]
# What brings buttons and menus to life, on a page that reads well before.
PATIENT_SCRIPTS = [
    *("doctools", "sphinx_highlight", r"clipboard\.min", "copybutton"),
    *("scripts/sphinx-book-theme", "design-tabs"),
]
# What the theme and the extensions copy and no page loads: it would be published all the same.
UNUSED_SCRIPTS = [
    *("scripts/fontawesome.js*", "scripts/bootstrap.js*", "scripts/*.map"),
    *("_sphinx_javascript_frameworks_compat.js", "jquery.js"),
]
UNUSED_FILES = [
    *("styles", "vendor", "locales", "images", "*.html", "*.png", OWN_SHEET),
    *("basic.css", "pygments.css", "mystnb.*.css", "copybutton.css", "sphinx-design.min.css", "graphviz.css"),
]


# --- folded admonitions -----------------------------------------------------------------------------------------------


def is_dropdown(node: nodes.Element) -> bool:
    """Whether a node is an admonition that was asked to fold."""
    return isinstance(node, nodes.Admonition) and "dropdown" in node.get("classes", [])


class FoldDropdowns(SphinxPostTransform):
    """Turn every admonition of class `dropdown` into sphinx-design's `<details>`, which opens without a script.

    Its nodes, and not its directive: a chapter stays readable where only MyST is known, as in JupyterLab, and a card's
    classes and icon would be loaded on every page.
    """

    default_priority = 20
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace each of them."""
        for admonition in [found for found in self.document.findall(nodes.Element) if is_dropdown(found)]:
            admonition.replace_self(self.fold(admonition))

    def fold(self, admonition: nodes.Element) -> dropdown_main:
        """What takes the place of one."""
        children = list(admonition.children)
        if children and isinstance(children[0], nodes.title):
            words = children.pop(0).children
        else:
            words = [nodes.Text(admonition.tagname.capitalize())]
        title = dropdown_title("", "", *words, classes=["admonition-title"])
        classes = ["admonition", "bp-folded", *(c for c in admonition["classes"] if c != "dropdown")]
        return dropdown_main("", title, *children, classes=classes, ids=admonition["ids"])


# --- the wheel --------------------------------------------------------------------------------------------------------


class WheelRole(SphinxRole):
    """`` {wheel}`text` ``: a link to the library's wheel, wherever the page stands and whatever the version."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        depth = self.env.docname.count("/")
        address = f"{'../' * depth}downloads/{downloads.wheel_name(Path(self.env.srcdir))}"
        link = f'<a class="reference download" download href="{address}">{html.escape(self.text)}</a>'
        return [nodes.raw("", link, format="html")], []


# --- pages ------------------------------------------------------------------------------------------------------------


def widget_state(app: Sphinx, pagename: str) -> dict[str, stills.Model]:
    """The state of the widgets on a page, as MyST-NB has stored it; an empty dict where there are none."""
    scripts = vars(app.env)["nb_metadata"].get(pagename, {}).get("js_files", {})
    if "ipywidgets_state" not in scripts:
        return {}
    state: dict[str, stills.Model] = json.loads(scripts["ipywidgets_state"][1]["body"])["state"]
    return state


def finish_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Complete a page's HTML and decide which style sheets it loads."""
    body, state = context.get("body", ""), widget_state(app, pagename)
    if state:
        body = stills.with_states(body, state)  # first, for a still stands just before its view
        try:
            body = stills.add_stills(body, state, front_end.node(), Path(app.srcdir) / "web" / "stills.mjs")
        except stills.StillError as problem:
            LOGGER.warning("%s", problem, location=pagename)
        context["script_files"] = [file for file in context["script_files"] if not holds_state(file)]
    for written, wanted in REPAIRS:
        body = body.replace(written, wanted)
    context["body"] = body
    report_missing_alternatives(body, pagename)
    choose_sheets(app, context, has_mathematics='class="katex' in body, has_widgets=bool(state))


def holds_state(script_file: object) -> bool:
    """Whether a script that MyST-NB adds to the end of a page is the state of all its widgets."""
    return getattr(script_file, "attributes", {}).get("type") == "application/vnd.jupyter.widget-state+json"


def images_without_alternative(body: str) -> list[str]:
    """The addresses of the images in `body` whose alternative text is missing or is only their own file name."""
    missing = []
    for tag in re.findall(r"<img\b[^>]*>", body):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        source, alternative = attributes.get("src", ""), attributes.get("alt")
        if alternative is None or (alternative and alternative.rsplit("/", 1)[-1] == source.rsplit("/", 1)[-1]):
            missing.append(source)
    return missing


def report_missing_alternatives(body: str, pagename: str) -> None:
    """An image that says nothing to a reader who cannot see it is a fault of the page; the author can mend it."""
    told = "the image %s has no alternative text: say what to see in it (`mystnb: image: alt:`)"
    for source in images_without_alternative(body):
        LOGGER.warning(told, source, location=pagename)


def choose_sheets(app: Sphinx, context: dict[str, Any], *, has_mathematics: bool, has_widgets: bool) -> None:
    """Link the book's sheet, and those of mathematics and widgets where needed; remember what the first is made of."""
    names = [str(getattr(sheet, "filename", sheet)).removeprefix("_static/") for sheet in context["css_files"]]
    own = {KATEX_SHEET, WIDGET_SHEET, OWN_SHEET, BOOK_SHEET}
    vars(app)["theme_sheets"] = [*THEME_SHEETS, *(name for name in names if name not in own)]
    wanted = [(WIDGET_SHEET, has_widgets), (KATEX_SHEET, has_mathematics), (BOOK_SHEET, True)]
    context["book_sheets"] = [name for name, needed in wanted if needed]


# --- the whole site ---------------------------------------------------------------------------------------------------


def rebuild_for_front_end(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Sphinx looks at pages only: write all again when a template, a script or this extension is newer."""
    built = Path(app.outdir) / "objects.inv"
    if not built.exists():
        return []
    sources = [Path(app.srcdir) / "web", Path(__file__).parents[1]]
    files = (file for folder in sources for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")
    newest = max(file.stat().st_mtime for file in files)
    return list(env.found_docs) if newest > built.stat().st_mtime else []


def finish_site(app: Sphinx, error: Exception | None) -> None:
    """After the last page: one style sheet, one icon font, downloads, and nothing that no page loads."""
    if error is not None or app.builder.format != "html" or not hasattr(app, "theme_sheets"):
        return
    out, root = Path(app.outdir), Path(app.srcdir)
    static = out / "_static"
    remove_files(static, UNUSED_SCRIPTS)  # first, for their words would keep rules that no page needs
    write_style(static, out, app.theme_sheets)
    remove_files(static, UNUSED_FILES)
    write_entrance(out, app.config)
    let_scripts_wait(out)
    try:
        downloads.prepare(root, out)
    except downloads.DownloadError as problem:
        LOGGER.warning("%s", problem)


def write_style(static: Path, out: Path, theme_sheets: Iterable[str]) -> None:
    """Write `site.css`: the theme's style cut to what the pages use, our colours and style, the icon font.

    Raises
    ------
    trim.TrimError
        For a style sheet that is missing, or cannot be read.
    """
    theme = [name.split("?")[0] for name in theme_sheets]  # some extensions add a query that tells versions apart
    own = site_style() + (static / OWN_SHEET).read_text(encoding="utf-8")
    content = sorted([*out.rglob("*.html"), *static.rglob("*.js")])
    style = trim.trimmed(theme, own, static, content, front_end.node())
    style += write_icons(static, trim.characters_drawn(style))
    (static / BOOK_SHEET).write_text(style, encoding="utf-8", newline="\n")
    link_versions(out, static, [BOOK_SHEET, KATEX_SHEET, WIDGET_SHEET])


def write_icons(static: Path, characters: set[str]) -> str:
    """Write the icon font with `characters` only; returns the rule that declares it."""
    font = trim.subset_font(static / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2", characters)
    name = f"icons.{_digest(font)}.woff2"
    for old in static.glob("icons.*.woff2"):
        old.unlink()
    (static / name).write_bytes(font)
    family = 'font-family:"Font Awesome 6 Free";font-weight:900;font-display:block'
    return f'@font-face{{{family};src:url("{name}") format("woff2")}}\n'


def link_versions(out: Path, static: Path, sheets: Iterable[str]) -> None:
    """Put the digest of each style sheet into the pages that link it, so that no browser keeps an old one."""
    digests = {name: _digest((static / name).read_bytes()) for name in sheets if (static / name).exists()}
    link = re.compile(rf'(_static/({"|".join(map(re.escape, digests))}))(\?v=\w*)?"')
    change_pages(out.rglob("*.html"), lambda text: link.sub(lambda m: f'{m[1]}?v={digests[m[2]]}"', text))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def change_pages(pages: Iterable[Path], change: Callable[[str], str]) -> None:
    """Write each page again that is another after a change of its text."""
    for page in pages:
        text = page.read_text(encoding="utf-8")
        if (changed := change(text)) != text:
            page.write_text(changed, encoding="utf-8", newline="\n")


def let_scripts_wait(out: Path) -> None:
    """Have the scripts of Sphinx and its extensions wait until a page is read: none of them is needed to show it.

    The search page is left alone, for it runs them while it is read.
    """
    script = re.compile(rf'<script (?!defer)(?=[^>]*src="[^"]*_static/(?:{"|".join(PATIENT_SCRIPTS)})\.js)')
    pages = (page for page in out.rglob("*.html") if page.name != "search.html")
    change_pages(pages, lambda text: script.sub("<script defer ", text))


def remove_files(folder: Path, patterns: Iterable[str]) -> None:
    """Remove from `folder` the files and folders that match one of `patterns`."""
    for path in {found for pattern in patterns for found in folder.glob(pattern)}:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def write_entrance(out: Path, config: Config) -> None:
    """The site's own address leads to the first page, which Jupyter Book places in a folder."""
    first = f"{config.root_doc}.html"
    if first == "index.html":
        return
    (out / "index.html").write_text(
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{config.html_title}</title>\n'
        f'<link rel="icon" href="_static/favicon.svg">\n'
        f'<meta http-equiv="refresh" content="0; url={first}">\n<main><p><a href="{first}">'
        f"{config.html_title}</a></p></main>\n",
        encoding="utf-8",
        newline="\n",
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect the parts above to Sphinx."""
    app.setup_extension("tools.site.record_rows")
    app.add_post_transform(FoldDropdowns)
    app.add_role("download-wheel", WheelRole())
    app.add_config_value("comments_config", {}, "")  # Jupyter Book sets it, for an extension that is not used here
    app.connect("env-get-outdated", rebuild_for_front_end)
    # After every extension has named its style sheets, and after the theme has written its own.
    app.connect("html-page-context", finish_page, priority=900)
    app.connect("build-finished", finish_site, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
