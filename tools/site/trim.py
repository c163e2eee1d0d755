"""What a page need not load: the theme's style rules that match nothing in the book, and the icons nobody sees.

The theme's style sheets are 64 kB gzipped and its icon fonts 300 kB, of which the book uses a small part. Both are
cut to what the built pages and scripts name; generously, since a rule stays whenever its names occur as words.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it reports every table it touches

WORD = re.compile(r"[A-Za-z_][\w-]*")
ICON_NAME = re.compile(r"\bfa-[a-z0-9-]+")
ICON_RULE = re.compile(r"((?:\.fa-[\w-]+:before,?)+)\{content:\"\\([0-9a-f]+)\"\}")
ICON_CHARACTER = re.compile(r"[\ue000-\uf8ff]")
ESCAPED_CHARACTER = re.compile(r"\\([ef][0-9a-f]{3})\b")
NEGATION = re.compile(r":(?:not|where|is|has)\((?:[^()]|\([^()]*\))*\)")
NAMED = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
ATTRIBUTE = re.compile(r"\[[^\]]*\]")
VARIABLE_USE = re.compile(r"var\(\s*(--[\w-]+)")
# A variable that Bootstrap, the theme or sphinx-design declares, with its value and the semicolon after it.
TOOLKIT_VARIABLE = re.compile(
    r"""(?<=[{;\s])(?P<name>--(?:bs|pst|sd|sbt|fa)-[\w-]+)\s*:\s*
        (?:"[^"]*"|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|[^;{}"()])*
        (?:;|(?=\}))""",
    re.VERBOSE,
)
ADDRESS = re.compile(r"url\(\s*(['\"]?)(?!data:|#|/|[a-z]+:)([^'\")]+)\1\s*\)")


def words(texts: Iterable[str]) -> set[str]:
    """All words that occur in `texts` (pages and scripts): whatever could be the name of a class or an id."""
    return {word for text in texts for word in WORD.findall(text)}


# --- icons ------------------------------------------------------------------------------------------------------------


def icons_used(texts: Iterable[str]) -> set[str]:
    """The names of the Font Awesome icons that occur in `texts`, such as `fa-list`."""
    return {name for text in texts for name in ICON_NAME.findall(text)}


def icon_characters(sheet: str, names: set[str]) -> set[str]:
    """The characters that draw the icons called `names`, as the style sheet `sheet` assigns them."""
    rules = ICON_RULE.findall(sheet)
    return {chr(int(code, 16)) for selectors, code in rules if names & set(ICON_NAME.findall(selectors))}


def characters_drawn(sheet: str) -> set[str]:
    """The icon characters that the style sheet `sheet` writes itself (`content: "\\f0da"`, or the character)."""
    return set(ICON_CHARACTER.findall(sheet)) | {chr(int(code, 16)) for code in ESCAPED_CHARACTER.findall(sheet)}


def subset_font(font: Path, characters: Iterable[str]) -> bytes:
    """The bytes of a WOFF2 font with only `characters` of the file `font`; the same input gives the same bytes."""
    options = subset.Options(
        flavor="woff2", layout_features=[], hinting=False, desubroutinize=True, notdef_outline=True
    )
    reduced = TTFont(font, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(c) for c in characters])
    cutter.subset(reduced)
    reduced.flavor = "woff2"
    out = io.BytesIO()
    reduced.save(out)
    return out.getvalue()


# --- style sheets -----------------------------------------------------------------------------------------------------


def merge(sheets: Iterable[tuple[str, str]]) -> str:
    """One style sheet out of `sheets`, pairs of a path below a folder and its text; addresses start from there."""
    return "\n".join(_rebase(text, PurePosixPath(path).parent) for path, text in sheets)


def _rebase(text: str, folder: PurePosixPath) -> str:
    return ADDRESS.sub(lambda match: f'url("{normpath(folder / match[2])}")', text)


def keep_used(sheet: str, names: set[str], also_read_by: str = "") -> str:
    """The style sheet `sheet` without rules that need a class or an id not in `names` and without imports.

    The toolkits' variables go too, where neither it nor the style sheet `also_read_by` reads them.
    """
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return _drop_unused_variables(_kept_rules(rules, names), also_read_by)


def without_comments(sheet: str) -> str:
    """The style sheet `sheet` without its comments."""
    return re.sub(r"/\*.*?\*/\n*", "", sheet, flags=re.DOTALL)


def _kept_rules(rules: Iterable[Any], names: set[str]) -> str:
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in _split_selectors(rule.prelude) if _may_match(s, names)]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{_text(rule.content)}}}")
        elif rule.type == "at-rule":
            kept.append(_kept_at_rule(rule, names))
    return "\n".join(filter(None, kept))


def _kept_at_rule(rule: Any, names: set[str]) -> str:
    keyword, prelude = rule.lower_at_keyword, tinycss2.serialize(rule.prelude).strip()
    if rule.content is None or (keyword == "font-face" and "Font Awesome" in tinycss2.serialize(rule.content)):
        return ""  # imports are merged already; the icon font is declared anew
    if keyword in {"media", "supports", "container", "layer"}:
        inner = _kept_rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), names)
        return f"@{keyword} {prelude}{{{inner}}}" if inner else ""
    return f"@{keyword} {prelude}{{{_text(rule.content)}}}"


def _text(content: Iterable[Any]) -> str:
    """What some tokens say, without comments, on one line."""
    return re.sub(r"\s+", " ", tinycss2.serialize(t for t in content if t.type != "comment")).strip()


def _split_selectors(prelude: Iterable[Any]) -> list[str]:
    """The selectors of a rule, split at the commas between them (not at those inside brackets)."""
    parts = groupby(prelude, lambda token: bool(token == ","))
    return [_text(part) for is_comma, part in parts if not is_comma]


def _may_match(selector: str, names: set[str]) -> bool:
    """Whether all classes and ids that `selector` requires are in `names`; :not(), :is() … require nothing."""
    required = NAMED.findall(ATTRIBUTE.sub("", NEGATION.sub("", selector)).replace("\\", ""))
    return all(name in names for name in required)


def _drop_unused_variables(sheet: str, also_read_by: str) -> str:
    read = set(VARIABLE_USE.findall(sheet + also_read_by))
    slim = TOOLKIT_VARIABLE.sub(lambda m: m[0] if m["name"] in read else "", sheet)
    # What only a dropped variable has read may go in the next round.
    return sheet if slim == sheet else _drop_unused_variables(slim, also_read_by)


def read_texts(folder: Path, patterns: Iterable[str]) -> list[str]:
    """The contents of all files below `folder` whose names match one of `patterns`."""
    return [f.read_text(encoding="utf-8") for pattern in patterns for f in sorted(folder.rglob(pattern))]
