"""Where the prose of a MyST page is, and where the placeholders in it: the page divided into regions.

`tools.text.placeholders` fills what this module finds, and `tools.text.typed_numbers` searches the prose that is left.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

SHAPE = "{{ expression | format }}"
FORMATS = "a Python format such as .4f, .3g, ,d or .1%, or latex, or text"
FORMAT = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?\d*[,_]?(?:\.\d+)?[bcdeEfFgGnosxX%]?")


@dataclass(frozen=True)
class Region:
    """A stretch of a page: "prose", "placeholder", "code" (never filled) or "markup" (no reader sees it)."""

    kind: str
    start: int
    end: int
    in_math: bool = False


def split(source: str) -> tuple[str, str]:
    """Expression and format of one placeholder; ValueError(problem, advice) where it is malformed."""
    if not source.endswith("}}"):
        raise ValueError("it has no closing }} on its line.", f"write {SHAPE} on one line.")
    expression, bar, form = source[2:-2].rpartition(" | ")
    expression, form = expression.strip(), form.strip()
    if not (bar and expression and form):
        raise ValueError("it lacks an expression or a format.", f"write {SHAPE}, with spaces around the bar.")
    if form not in ("latex", "text") and not FORMAT.fullmatch(form):
        raise ValueError(f"'{form}' is not a format.", f"{FORMATS}.")
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError) as error:
        raise ValueError(
            f"its expression is not Python: {error.args[0]}.", "run the expression in a code cell first."
        ) from None
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if names <= set(dir(builtins)):
        raise ValueError("a number typed is not computed.", "name it in a code cell, and use the name here.")
    return expression, form


# Directives whose body is not read as prose; every other directive's body is.
CODE = [
    "code", "code-block", "code-cell", "raw-cell", "sourcecode", "literalinclude", "parsed-literal",
    "raw", "eval-rst", "mermaid", "toctree", "bibliography", "include",
]  # fmt: skip
BODIES = {"math": "math"} | dict.fromkeys(CODE, "code")
# Directives whose argument names something (a file, a label) instead of saying something.
NAMING = {"figure", "image", "include", "solution", "solution-start", "iframe", "embed", "glue"}
NAMING_ROLES = re.compile(
    r"cite.*|ref|eq|doc|numref|term|download|code|file|command|kbd|any|raw|index|(?:py|prf|math|std):\w+"
)

_CONTAINER = r"[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+|>)*[ \t]*"
_OPENER = re.compile(rf"{_CONTAINER}(?P<fence>(?P<char>[`~:])(?P=char){{2,}})(?P<info>.*)")
_CLOSER = re.compile(r"[ \t>]*(?P<fence>(?P<char>[`~:])(?P=char){2,})[ \t]*")
_DIRECTIVE = re.compile(r"\s*\{(?P<name>[\w:.+-]+)\}[ \t]*(?P<argument>.*)")
_DISPLAY = re.compile(rf"{_CONTAINER}(?:\$\$(?!.*(?<!\\)\$\$)|\\begin\{{(?P<name>[a-z]+\*?)\}})")
_OPTION = re.compile(r"[ \t>]*:[\w-]+:(?=\s|$)")
_SPOKEN_OPTION = re.compile(r"""(?:^|[\s{,:])["']?(?:alt|caption)["']?:(?=\s)""")
_MARKUP_LINE = re.compile(r"\s*(?:\([\w:. -]+\)=\s*$|\+\+\+|\[(?!\^)[^\]\n]+\]:\s|\{[.#\w][^{}]*\}\s*$)")
_NEW_BLOCK = re.compile(r"[ \t>]*(?:[-*+]\s|\d{1,9}[.)]\s|#{1,6}\s|\|)")
_TOKEN = re.compile(
    r"""(?P<escape>\\[!-/:-@\[-`{-~])
      | (?P<placeholder>\{\{(?=\s))
      | (?P<role>\{(?P<name>[\w:.+-]+)\}(?=`))
      | (?P<code>`+)
      | (?P<math>\$\$?)
      | (?P<target> \]\((?:<[^>\n]*>|(?:[^()\n]|\([^()\n]*\))*)\) | \]\[[^\]\n]*\] | \[\^[^\]\n]+\]
                  | </?[A-Za-z][^<>]*> | https?://[^\s<>)\]]+ | (?<=[)\]`])\{[^{}\n]*\} | &\#?\w+; )
    """,
    re.X,
)
_TEX_TOKEN = re.compile(r"\\.|(?P<placeholder>\{\{(?=\s))|(?P<math>\$\$?)", re.S)
_CLOSING_BRACES = re.compile(r"(?=\}\})")
_FRONT_MATTER = re.compile(r"---\r?\n\w[\w-]*:")
_EQUATION_LABEL = re.compile(r"[ \t]*\([\w:.-]+\)")


def regions(text: str) -> list[Region]:
    """The regions of a MyST page or Markdown cell, in order and without gaps.

    Our own reading of Markdown, since its parsers tell the line of a paragraph but not the place of a word.
    """
    found: list[Region] = []
    for block in _paragraphs(_blocks(text), text):
        if block.kind == "prose":
            scan = _in_math if block.in_math else _in_prose
            found += scan(text, block.start, block.end)
        else:
            found.append(block)
    return [region for region in found if region.start < region.end]


# A page is read twice: line by line for its blocks, then each paragraph for what stands inside its lines.


@dataclass
class _Fence:
    """An open fence: what closes it, what its body is, and whether its options may still follow."""

    char: str
    length: int
    body: str
    head: str = ""  # "options" just after the opening line, then "colons" or "yaml" as they are written
    spoken_indent: int | None = None  # in yaml, how far the alt text or caption being read is indented

    def closed_by(self, line: str) -> bool:
        closer = _CLOSER.fullmatch(line)
        return closer is not None and closer["char"] == self.char and len(closer["fence"]) >= self.length

    def holds_option(self, line: str) -> bool:
        """Whether the line is one of the options; the first that is not ends them."""
        rule = line.strip(" \t>") == "---"
        if self.head == "options":
            self.head = "yaml" if rule else "colons" if _OPTION.match(line) else ""
            return bool(self.head)
        if self.head == "yaml":
            self.head = "" if rule else "yaml"
            return True
        if self.head == "colons" and not _OPTION.match(line):
            self.head = ""
        return bool(self.head)

    def option(self, start: int, end: int, line: str) -> Iterator[Region]:
        """An option: markup, but for an alt text or a caption, which is prose."""
        indent = len(line) - len(line.lstrip())
        if self.spoken_indent is not None and indent > self.spoken_indent:
            yield Region("prose", start, end)
            return
        spoken = _SPOKEN_OPTION.search(line)
        self.spoken_indent = indent if spoken and self.head == "yaml" else None
        middle = start + spoken.end() if spoken else end
        yield Region("markup", start, middle)
        yield Region("prose", middle, end)


def _blocks(text: str) -> Iterator[Region]:
    """The page line by line: what each line belongs to."""
    fences: list[_Fence] = []
    inside, until = "", None  # a front matter, comment or displayed equation, and what ends it
    for start, end, line in _lines(text):
        if until is not None:
            closing = until.search(line)
            yield from _inside(inside, start, end, closing, text)
            until = None if closing else until
        elif (closed := _closed(fences, line)) is not None:
            del fences[closed:]
            yield Region("markup", start, end)
        elif fences and fences[-1].holds_option(line):
            yield from fences[-1].option(start, end, line)
        elif fences and fences[-1].body != "prose":
            is_math = fences[-1].body == "math"
            yield Region("prose" if is_math else "code", start, end, is_math)
        elif opened := _opened(line):
            fences.append(opened)
            yield from _opening_line(start, end, line)
        else:
            inside, until = _begins(text, start, line)
            is_math = inside == "math"
            yield Region("prose" if is_math else inside or _kind_of(line), start, end, is_math)


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line), line.rstrip("\r\n")
        start += len(line)


def _closed(fences: list[_Fence], line: str) -> int | None:
    """Which open fence the line closes, the outermost first, as in CommonMark."""
    return next((i for i, fence in enumerate(fences) if fence.closed_by(line)), None)


def _opened(line: str) -> _Fence | None:
    opener = _OPENER.fullmatch(line)
    if not opener or (opener["char"] == "`" and "`" in opener["info"]):
        return None
    directive = _DIRECTIVE.fullmatch(opener["info"])
    if directive:
        return _Fence(opener["char"], len(opener["fence"]), BODIES.get(directive["name"], "prose"), "options")
    # A bare row of colons only ever closes; it takes a name in braces to open.
    return None if opener["char"] == ":" else _Fence(opener["char"], len(opener["fence"]), "code")


def _opening_line(start: int, end: int, line: str) -> Iterator[Region]:
    opener = _OPENER.fullmatch(line)
    assert opener, "the line opens a fence"
    directive = _DIRECTIVE.fullmatch(line, opener.start("info"))
    says = directive is not None and directive["name"] not in NAMING | BODIES.keys()
    middle = start + directive.start("argument") if directive and says else end
    yield Region("markup", start, middle)
    yield Region("prose", middle, end)


def _begins(text: str, start: int, line: str) -> tuple[str, re.Pattern[str] | None]:
    """What of several lines the line begins ("" if nothing), and what ends it if it does not end at once."""
    display = _DISPLAY.match(line)
    if start == 0 and _FRONT_MATTER.match(text):
        return "markup", re.compile(r"^---\s*$")
    if line.lstrip().startswith("<!--"):
        return "code", None if "-->" in line else re.compile("-->")
    if display:
        name = display["name"]
        closing = re.compile(rf"\\end\{{{re.escape(name)}\}}" if name else r"(?<!\\)\$\$")
        return "math", None if closing.search(line, display.end()) else closing
    return "", None


def _inside(kind: str, start: int, end: int, closing: re.Match[str] | None, text: str) -> Iterator[Region]:
    if kind != "math":
        yield Region(kind, start, end)
        return
    after = start + closing.end() if closing else end
    label = _EQUATION_LABEL.match(text, after, end)
    yield Region("prose", start, after, in_math=True)
    yield Region("markup", after, label.end() if label else after)
    yield Region("prose", label.end() if label else after, end)


def _kind_of(line: str) -> str:
    if line.startswith("%"):
        return "code"  # a comment: never shown, so never filled
    return "markup" if _MARKUP_LINE.match(line) else "prose"


def _paragraphs(blocks: Iterator[Region], text: str) -> Iterator[Region]:
    """Lines of prose joined as far as a code span or a formula may reach."""
    held: Region | None = None
    for block in blocks:
        joins = block.kind == "prose" and not block.in_math and not _starts_paragraph(text[block.start : block.end])
        if held is not None and joins and held.end == block.start:
            held = Region("prose", held.start, block.end)
            continue
        if held is not None:
            yield held
        held = block if block.kind == "prose" and not block.in_math else None
        if held is None:
            yield block
    if held is not None:
        yield held


def _starts_paragraph(line: str) -> bool:
    return not line.strip(" \t>\r\n") or bool(_NEW_BLOCK.match(line))


def _in_prose(text: str, start: int, stop: int) -> Iterator[Region]:
    """A paragraph: its code, formulas, links, roles and placeholders, and the prose between them."""
    done = at = start
    while token := _TOKEN.search(text, at, stop):
        parts = list(_PARTS[str(token.lastgroup)](text, token, stop))
        at = parts[-1].end if parts else token.end()
        if parts:
            yield Region("prose", done, parts[0].start)
            yield from parts
            done = at
    yield Region("prose", done, stop)


def _in_math(text: str, start: int, stop: int) -> Iterator[Region]:
    """A formula: TeX and the placeholders in it."""
    for token in _TEX_TOKEN.finditer(text, start, stop):
        if token["placeholder"] and token.start() >= start:
            place = next(_placeholder(text, token, stop))
            yield Region("prose", start, place.start, in_math=True)
            yield Region("placeholder", place.start, place.end, in_math=True)
            start = place.end
    yield Region("prose", start, stop, in_math=True)


def _placeholder(text: str, token: re.Match[str], stop: int) -> Iterator[Region]:
    """From {{ to the first }} that makes a whole of it: an expression may hold braces of its own."""
    start, newline = token.start(), text.find("\n", token.start(), stop)
    line_end = stop if newline < 0 else newline
    ends = [braces.start() + 2 for braces in _CLOSING_BRACES.finditer(text, start + 2, line_end)]
    whole = (end for end in ends if _is_whole(text[start:end]))
    yield Region("placeholder", start, next(whole, ends[0] if ends else line_end))


def _is_whole(source: str) -> bool:
    try:
        split(source)
    except ValueError:
        return False
    return True


def _code_span(text: str, token: re.Match[str], stop: int) -> Iterator[Region]:
    closing = re.compile(rf"(?<!`){token['code']}(?!`)").search(text, token.end(), stop)
    if closing:
        yield Region("code", token.start(), closing.end())


def _role(text: str, token: re.Match[str], stop: int) -> Iterator[Region]:
    opening = re.compile("`+").match(text, token.end())
    assert opening, "the token ends before a backquote"
    closing = re.compile(rf"(?<!`){opening[0]}(?!`)").search(text, opening.end(), stop)
    if not closing:
        return
    yield Region("markup", token.start(), opening.end())
    if token["name"] == "math":
        yield from _in_math(text, opening.end(), closing.start())
    elif NAMING_ROLES.fullmatch(token["name"]):
        yield Region("code", opening.end(), closing.start())
    else:
        yield from _in_prose(text, opening.end(), closing.start())
    yield Region("markup", closing.start(), closing.end())


def _formula(text: str, token: re.Match[str], stop: int) -> Iterator[Region]:
    closing = _formula_end(text, token, stop)
    if closing is None:
        return
    yield from _in_math(text, token.start(), closing)
    label = _EQUATION_LABEL.match(text, closing, stop) if token[0] == "$$" else None
    yield Region("markup", closing, label.end() if label else closing)


def _formula_end(text: str, token: re.Match[str], stop: int) -> int | None:
    at = token.end()
    while other := _TEX_TOKEN.search(text, at, stop):
        at = other.end()
        if other["placeholder"]:
            at = next(_placeholder(text, other, stop)).end
        elif other["math"] and len(other["math"]) >= len(token["math"]):
            return other.start() + len(token["math"])
    return None


def _target(text: str, token: re.Match[str], stop: int) -> Iterator[Region]:
    yield Region("markup", token.start(), token.end())


_PARTS = {
    "escape": lambda text, token, stop: iter(()),  # only kept from being anything else
    "placeholder": _placeholder,
    "role": _role,
    "code": _code_span,
    "math": _formula,
    "target": _target,
}
