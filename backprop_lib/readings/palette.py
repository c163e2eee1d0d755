"""The colours of the book by their roles, written here and nowhere else; style sheets only name a role.

The site gives `--bp-ROLE` for every role, one set for each scheme. What a notebook shows brings `--ROLE` along: the
site's colour, that of JupyterLab or VS Code, or a plain one.
"""

from __future__ import annotations

from collections.abc import Mapping

COLOURS = {
    "surface": ("#fcfcfa", "#14191d"),
    "panel": ("#f1f3f0", "#1d2429"),
    "raised": ("#ffffff", "#232b31"),
    "ink": ("#1c2328", "#e3e7e6"),
    "muted": ("#545f68", "#a6b0b6"),
    "line": ("#838d94", "#717c84"),
    "hair": ("#dcdfdb", "#313a41"),
    "accent": ("#0b5a73", "#6fc3dc"),
    "accent-soft": ("#e2eef2", "#16323c"),
    "warm": ("#b0440c", "#f0a163"),
    "warm-soft": ("#faeadf", "#3a2719"),
    "good": ("#1d6b3a", "#78ce95"),
    "bad": ("#b0203a", "#ff8f9c"),
    "focus": ("#1a5fd0", "#8ab8ff"),
    "shadow": ("#000000", "#000000"),
}
"""By role, light and dark. Text is ink, muted or a strong colour, with a contrast of 4.5 to its ground; a line has one
of 3."""

LIGHT, DARK = ({role: both[scheme] for role, both in COLOURS.items()} for scheme in (0, 1))
PRINTED = {"surface": "#ffffff", "ink": "#000000", "muted": "#444444", "line": "#777777", "hair": "#cccccc"}
PAPER = LIGHT | PRINTED
"""On paper, whatever the scheme on the screen."""

_HOSTS = {
    "ink": ("--jp-ui-font-color1", "--vscode-foreground"),
    "muted": ("--jp-ui-font-color2", "--vscode-descriptionForeground"),
    "surface": ("--jp-layout-color0", "--vscode-editor-background"),
    "panel": ("--jp-layout-color1", "--vscode-sideBar-background"),
}
"""What JupyterLab and VS Code call the colours that they choose themselves."""

_OF_NOTEBOOKS = (*_HOSTS, "line", "accent", "warm", "good", "bad", "focus")


def site_style() -> str:
    """The rules of the site: every role in each scheme, and on paper."""
    light, dark, paper = (_declared({f"bp-{role}": colour for role, colour in s.items()}) for s in (LIGHT, DARK, PAPER))
    return (
        f'html, html[data-theme="light"] {{ color-scheme: light; {light} }}\n'
        f'html[data-theme="dark"] {{ color-scheme: dark; {dark} }}\n'
        f"@media print {{ html[data-theme] {{ {paper} }} }}\n"
    )


def notebook_style(selector: str, alone: bool = False) -> str:
    """The rules for one kind of output, wherever it is shown.

    With `alone`, where no host says whether it is light or dark, it is as the reader's system is: for what has a ground
    of its own.
    """
    dark = 'body:is([data-jp-theme-light="false"], .vscode-dark, .vscode-high-contrast)'
    own = {role: DARK[role] for role in _OF_NOTEBOOKS if role not in _HOSTS}
    rules = f"{selector} {{ {_declared(_given(LIGHT))} }}\n{dark} {selector} {{ {_declared(own)} }}\n"
    if alone:
        system = f"body:not([data-jp-theme-light], .vscode-light) {selector}"
        rules += f"@media (prefers-color-scheme: dark) {{ {system} {{ {_declared(_given(DARK))} }} }}\n"
    return rules


def paper_style(selector: str) -> str:
    """The rules for what a notebook prints."""
    return f"@media print {{ {selector} {{ {_declared({role: PAPER[role] for role in _OF_NOTEBOOKS})} }} }}\n"


def _given(colours: Mapping[str, str]) -> dict[str, str]:
    """For each role the first colour that there is: the site's, the host's, ours."""
    found = {}
    for role in _OF_NOTEBOOKS:
        names = (f"--bp-{role}", *_HOSTS.get(role, ()))
        found[role] = "".join(f"var({name}, " for name in names) + colours[role] + ")" * len(names)
    return found


def _declared(values: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in values.items())
