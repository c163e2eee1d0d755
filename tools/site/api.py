"""The reference pages: what the library offers, read from the library itself.

A page asks for a table of names, `{api-table}`, or for all that their docstrings say, `{api-details}`; the argument is
a group of `backprop_lib.__all__` or a module. A new name appears by itself. Sphinx's autodoc reads the docstrings; what
they say of chapters and sources becomes links here. `faults` says what a docstring lacks.

Listed in _config.yml as `tools.site.api`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import cast

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig
from sphinx.directives import ObjectDescription
from sphinx.domains.python import PythonDomain
from sphinx.ext.autodoc.preserve_defaults import update_defvalue
from sphinx.ext.napoleon import Config
from sphinx.ext.napoleon.docstring import NumpyDocstring
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import signature as inspect_signature
from sphinx.util.inspect import stringify_signature
from sphinx.util.typing import ExtensionMetadata
from traitlets import HasTraits, TraitType

LOGGER = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
LIBRARY = "backprop_lib"
DATA = "py:data"
GROUPS = {
    "graph.functions": "Functions",
    "graph": "The graph",
    "readings": "Readings",
    "": "Networks and training",
}
"""The groups of `__all__`, by the first of these that begins the module in which a name is defined."""

# Napoleon's own settings, which its functions take in place of Sphinx's.
NAPOLEON = cast(SphinxConfig, Config(napoleon_use_ivar=True, napoleon_use_rtype=False))
INTRODUCED = re.compile(r"\s*(?:Introduced in the )?[Cc]hapter \*(?P<title>[^*]+)\*[.;]?")
CITED = re.compile(r"(?P<text>(?P<name>[A-Z]\w+)(?: et al\.)? \((?P<year>\d{4})\))")
SEE = re.compile(r"\bsee `(\w+)`")
PAGE_LABEL = re.compile(r"^\((?P<label>[\w-]+)\)=\n# (?P<title>.+)$", re.MULTILINE)
ANY_LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
TAKEN_TOGETHER = re.compile(r"^(?P<names>\w+(?:, \w+)+) : (?P<rest>.*\n(?:[ ].*\n)*)", re.MULTILINE)
DESCRIBED = re.compile(r"^:(?:param|ivar) (?:\\\*)*(\w+):", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A public name: the module that it is taken from and the one that defines it, what it names, its docstring."""

    module: str
    name: str
    item: object
    text: str
    defined_in: str = LIBRARY

    @property
    def address(self) -> str:
        """What a chapter imports, in full."""
        return f"{self.module}.{self.name}"

    @property
    def kind(self) -> str:
        """The directive that documents it."""
        if isinstance(self.item, type):
            return "autoexception" if issubclass(self.item, BaseException) else "autoclass"
        return "autofunction" if inspect.isroutine(self.item) else DATA

    @property
    def group(self) -> str:
        """Which of GROUPS it belongs to."""
        module = self.defined_in.removeprefix(f"{LIBRARY}.")
        return next(title for start, title in GROUPS.items() if module.startswith(start))

    @property
    def purpose(self) -> str:
        """The first line of its docstring."""
        return self.text.partition("\n")[0]

    @property
    def chapter(self) -> str | None:
        """The title of the chapter that introduces it, from its docstring, its model's, or that of its module."""
        module = inspect.getdoc(importlib.import_module(self.defined_in)) or ""
        texts = (self.text, *(other.text for other in self.model), module)
        found = (INTRODUCED.search(" ".join(text.split())) for text in texts)
        return next((chapter["title"] for chapter in found if chapter), None)

    @property
    def model(self) -> list[Entry]:
        """The public name, if any, that its docstring refers to for all that it does not say itself."""
        names = SEE.findall(self.text)
        return [entry for entry in entries(LIBRARY) if entry.name in names] if names else []


# --- what there is ----------------------------------------------------------------------------------------------------


def entries(module_name: str) -> list[Entry]:
    """What a module offers: the names of its `__all__`, or else all that it defines and documents."""
    module = importlib.import_module(module_name)
    listed = getattr(module, "__all__", None)
    found = [_entry(module, name) for name in listed or _own_names(module)]
    return [entry for entry in found if entry.text or (listed and entry.kind != DATA)]


def group(wanted: str) -> list[Entry]:
    """The names of one group of the library, or those of a module that are not in any group.

    Raises
    ------
    LookupError
        For what is neither.
    """
    public = entries(LIBRARY)
    if wanted in GROUPS.values():
        return [entry for entry in public if entry.group == wanted]
    try:
        found = entries(f"{LIBRARY}.{wanted}")
    except ModuleNotFoundError:
        raise LookupError(f"'{wanted}' is neither a module of {LIBRARY} nor one of {list(GROUPS.values())}") from None
    grouped = {id(entry.item) for entry in public}
    return [entry for entry in found if id(entry.item) not in grouped]


def _own_names(module: ModuleType) -> list[str]:
    """The public names that a module itself defines, in the order in which they stand there."""
    defined: list[str] = []
    for statement in ast.parse(inspect.getsource(module)).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                defined.append(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                defined.append(name)
    return [name for name in dict.fromkeys(defined) if not name.startswith("_")]


def _entry(module: ModuleType, name: str) -> Entry:
    """All that is known of a name; the docstring of data is the text that stands below it."""
    item = getattr(module, name)
    if isinstance(item, type) or inspect.isroutine(item):
        return Entry(module.__name__, name, item, inspect.cleandoc(item.__doc__ or ""), item.__module__)
    everywhere = [found for key, found in sorted(sys.modules.items()) if key.startswith(f"{LIBRARY}.")]
    for source in [found.__name__ for found in (module, *everywhere) if vars(found).get(name) is item]:
        if lines := ModuleAnalyzer.for_module(source).find_attr_docs().get(("", name)):
            return Entry(module.__name__, name, item, "\n".join(lines).strip(), source)
    return Entry(module.__name__, name, item, "")


# --- what a docstring lacks -------------------------------------------------------------------------------------------


def faults(entry: Entry, titles: dict[str, str]) -> list[str]:
    """What a reader of a name's docstring would miss, a sentence each.

    Parameters
    ----------
    entry : Entry
    titles : dict of str to str
        The label of each page, by its title: see `page_labels`.
    """
    if not entry.text.strip():
        return [f"{entry.name} has no docstring."]
    found = []
    if entry.chapter is None:
        found.append(f"{entry.name} does not say which chapter introduces it: Notes, “Introduced in the chapter *…*.”")
    elif entry.chapter not in titles:
        found.append(f"{entry.name} is introduced in the chapter “{entry.chapter}”, which the book does not have.")
    texts = [entry.text, *(other.text for other in entry.model)]
    if entry.kind != DATA:
        described = set[str]().union(*map(_described, texts))
        missing = [name for name in _parameters(entry.item) if name not in described]
        found += [f"{entry.name} does not say what its parameter `{name}` is." for name in missing]
    silent = entry.kind == "autofunction" and not any(":returns:" in _fields(text) for text in texts)
    if silent and _returns_something(entry.item):
        found.append(f"{entry.name} does not say what it returns.")
    return found


def _parameters(item: object) -> list[str]:
    """The names of the parameters that a caller may give."""
    assert callable(item)
    named = {"self", "cls"}
    return [name for name in inspect.signature(item).parameters if name not in named and not name.startswith("_")]


def _described(text: str) -> set[str]:
    """The names that a docstring describes: of parameters, of fields, of keywords taken together."""
    fields = _fields(text)
    # `values : mapping, or keywords` describes `**more` too.
    together = {"more"} if re.search(r"^:(?:var)?type .*\bkeywords\b", fields, re.MULTILINE) else set()
    return together | set(DESCRIBED.findall(fields))


def _fields(text: str) -> str:
    """The sections of a docstring as Napoleon reads them: `:param x: …`."""
    return "\n".join(NumpyDocstring(one_by_one(text.splitlines()), NAPOLEON).lines())


def _returns_something(item: object) -> bool:
    assert callable(item)
    return inspect.signature(item).return_annotation not in (None, "None", "NoReturn")


# --- links ------------------------------------------------------------------------------------------------------------


@cache
def page_labels(root: Path = ROOT) -> dict[str, str]:
    """The label of each page of the book that has one above its title, by title."""
    return {found["title"]: found["label"] for text in _pages(root) for found in PAGE_LABEL.finditer(text)}


@cache
def all_labels(root: Path = ROOT) -> frozenset[str]:
    """All labels of the book: of chapters, and of the works that it cites."""
    return frozenset(label for text in _pages(root) for label in ANY_LABEL.findall(text))


def _pages(root: Path) -> Iterator[str]:
    return (page.read_text(encoding="utf-8") for page in sorted((root / "book").glob("*.md")))


def linked(line: str, root: Path = ROOT) -> str:
    """A line of reStructuredText in which cited works lead to the references, and `see `name`` to that public name."""
    public = importlib.import_module(LIBRARY).__all__
    line = SEE.sub(lambda found: f"see :py:obj:`~{LIBRARY}.{found[1]}`" if found[1] in public else found[0], line)

    def link(found: re.Match[str]) -> str:
        label = f"{found['name'].lower()}{found['year']}"
        return f":ref:`{found['text']} <{label}>`" if label in all_labels(root) else found[0]

    return CITED.sub(link, line)


def one_by_one(lines: list[str]) -> list[str]:
    """The lines of a docstring with an entry for each name: Napoleon reads `x, t : float` for parameters only."""

    def apart(found: re.Match[str]) -> str:
        return "".join(f"{name} : {found['rest']}" for name in found["names"].split(", "))

    return TAKEN_TOGETHER.sub(apart, "\n".join([*lines, ""])).split("\n")[:-1]


def with_links(lines: list[str], chapter: str | None = None, root: Path = ROOT) -> list[str]:
    """The lines of a docstring as autodoc hands them on, its notes and its chapter as two more fields of its list.

    `chapter` is what introduces it where it does not say so itself.
    """
    text, *rest = re.split(r"^\.\. rubric:: Notes\n", "\n".join(lines), maxsplit=1, flags=re.MULTILINE)
    notes, onward = "", ""
    if rest:
        notes, mark, onward = rest[0].partition(".. rubric::")
        onward = mark + onward
    written = " ".join(notes.split())
    if own := INTRODUCED.search(written):
        chapter = own["title"]
    said = INTRODUCED.sub("", written).strip(" ;")
    fields = [f":Note: {said[0].upper()}{said[1:]}"] if said else []
    if chapter:
        label = page_labels(root).get(chapter)
        # A chapter that is not written yet stops the tests (see `faults`), and nobody's page.
        fields.append(f":Introduced in: :ref:`{chapter} <{label}>`" if label else f":Introduced in: {chapter}")
    if not fields:
        return [linked(line, root) for line in lines]
    return [linked(line, root) for line in [*text.rstrip().split("\n"), "", *fields, "", *onward.split("\n")]]


# --- pages ------------------------------------------------------------------------------------------------------------


class FromTheLibrary(SphinxDirective):
    """A directive whose argument is a group of names or a module; it stands for Markdown made from them."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """The nodes of the Markdown; a warning for an argument that names nothing."""
        try:
            found = group(self.arguments[0])
        except LookupError as problem:
            LOGGER.warning("%s", problem, location=self.get_location())
            return []
        for entry in found:
            if not entry.text:
                LOGGER.warning("%s has no docstring", entry.address, location=self.get_location())
        for part in (ROOT / LIBRARY).rglob("*.py"):  # a signature may name a type that stands in any of them
            self.env.note_dependency(str(part))
        holder = nodes.container()
        source, _ = self.get_source_info()
        self.state.nested_parse(StringList(self.written(found).splitlines(), source), self.content_offset, holder)
        return holder.children

    def written(self, found: list[Entry]) -> str:
        """The Markdown that stands for some names."""
        raise NotImplementedError


class ApiTable(FromTheLibrary):
    """``{api-table}``: a line for each name, with its purpose and its chapter."""

    def written(self, found: list[Entry]) -> str:
        """A table in Markdown."""
        if not found:
            return ""
        rows = [f"| {{py:obj}}`{e.name} <{e.address}>` | {_markdown(e.purpose)} | {_chapter_link(e)} |" for e in found]
        return "\n".join(["```{rst-class} bp-names\n```\n", "| name | what it is | chapter |", "|:--|:--|:--|", *rows])


class ApiDetails(FromTheLibrary):
    """``{api-details}``: for each name all that its docstring says."""

    def written(self, found: list[Entry]) -> str:
        """Autodoc's directives, one for each name."""
        asked = self.arguments[0]
        about = "" if asked in GROUPS.values() else _markdown(_purpose(importlib.import_module(f"{LIBRARY}.{asked}")))
        return "\n".join([about, "", "````{eval-rst}", *map(_directive, found), "````"])


def _directive(entry: Entry) -> str:
    """The directive for one name; autodoc would look for the docstring of data only where it is imported from."""
    if entry.kind == DATA:
        text = textwrap.indent("\n".join(with_links(entry.text.splitlines(), entry.chapter)), "   ")
        return f".. {DATA}:: {entry.name}\n   :module: {entry.module}\n\n{text}\n"
    return f".. {entry.kind}:: {entry.address}\n{'' if entry.kind == 'autofunction' else '   :members:'}\n"


def _purpose(module: ModuleType) -> str:
    """What a module is for: the first sentence or two of its docstring, up to an empty line."""
    return " ".join((inspect.getdoc(module) or "").partition("\n\n")[0].split())


def _markdown(line: str) -> str:
    return line.replace("|", "\\|").replace("*", "\\*")


def _chapter_link(entry: Entry) -> str:
    label = page_labels().get(entry.chapter or "")
    return f"{{ref}}`{label}`" if label else ""


def read_docstring(app: Sphinx, what: str, name: str, item: object, options: object, lines: list[str]) -> None:
    """Read the sections of a docstring, and make links of what it says of chapters and sources."""
    # Napoleon would take the words before a colon for a type where there can be no sections.
    if what not in ("attribute", "data", "property"):
        lines[:] = _fields("\n".join(lines)).split("\n")
    public = (entry.chapter for entry in entries(LIBRARY) if entry.address == name)
    lines[:] = with_links(lines, next(public, None))


def skip_member(app: Sphinx, what: str, name: str, item: object, skip: bool, options: object) -> bool | None:
    """Leave out the traits of a widget: what a reader gives are the parameters of its class."""
    return True if isinstance(item, TraitType) else None


def read_signature(
    app: Sphinx, what: str, name: str, item: object, options: object, signature: str | None, returned: str | None
) -> tuple[str, str | None] | None:
    """What a widget is made from, for its class gets a `__new__` from Traitlets which says nothing; and no `<…>`."""
    if isinstance(item, type) and issubclass(item, HasTraits):
        if not item.__init__.__module__.startswith(LIBRARY):
            return "", None
        update_defvalue(app, item.__init__, bound_method=True)
        made = inspect_signature(item.__init__, bound_method=True)
        return stringify_signature(made, show_return_annotation=False, unqualified_typehints=True), None
    # The default of a data class may be an object with no text that Python reads, and then Sphinx reads nothing.
    return (re.sub(r"<(?:[^<>]|<[^<>]*>)+>", "...", signature), returned) if signature else None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect the parts above to Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    # "Variables" are something else in this book.
    described = cast(type[ObjectDescription[object]], PythonDomain.directives["class"])
    next(field for field in described.doc_field_types if field.name == "variable").label = "Attributes"
    app.add_directive("api-table", ApiTable)
    app.add_directive("api-details", ApiDetails)
    app.connect("autodoc-process-docstring", read_docstring)
    app.connect("autodoc-process-signature", read_signature)
    app.connect("autodoc-skip-member", skip_member)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
