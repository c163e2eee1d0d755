"""Pages that open from a file, on a screen and on paper, and the one file of a class that a browser prints."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..networks.drawing import STYLE as NETWORK_STYLE
from ..networks.drawing import network_drawing
from ..networks.network import Network
from ..readings.derivation import STYLE as FORMULA_STYLE
from ..readings.palette import notebook_style, paper_style

STYLE = NETWORK_STYLE + FORMULA_STYLE + Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
"""What a sheet does on a screen: it keeps what was typed, and saves it as the row of a table."""

BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Programs that can print a page into a file."""

PATIENCE = 300
"""Seconds that printing may take."""


def page(title: str, bodies: Iterable[str], script: bool = False) -> str:
    """A whole page with one or more bodies, each on a sheet of its own."""
    colours = notebook_style(":root", alone=True) + paper_style(":root")
    inside = "\n".join(f'<main class="sheet">{body}</main>' for body in bodies)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{colours}{STYLE}</style></head>\n"
        f"<body>{inside}{f'<script>{SCRIPT}</script>' if script else ''}</body></html>\n"
    )


def picture(network: Network) -> str:
    """The network with the names of its weights."""
    names = {(c.source, c.target): c.name for c in network.weights}
    drawn = network_drawing(network.layers, weights=names, title=f"The network, {'-'.join(map(str, network.sizes))}")
    return f'<figure class="bp-network">{drawn.svg}</figure>'


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], caption: str = "", kind: str = "") -> str:
    """A table of markup, whose first column names its rows."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "".join(
        "<tr>" + "".join(f'<th scope="row">{c}</th>' if not k else f"<td>{c}</td>" for k, c in enumerate(row)) + "</tr>"
        for row in rows
    )
    title = f"<caption>{caption}</caption>" if caption else ""
    return f'<table class="{kind}">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def browser() -> str | None:
    """A program on this machine that can print pages, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def print_to(source: Path, target: Path) -> str:
    """Print a page into a PDF, the same bytes for the same page; returns what went wrong, nothing if all is well."""
    program = browser()
    if program is None:
        return f"No Chromium, Chrome or Edge was found here: open {source.name} in any browser and print it from there."
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "printed.pdf"
        command = [program, "--headless=new", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder}/profile"]
        if sys.platform == "linux":
            command.append("--no-sandbox")  # what it opens was written by this program a moment ago
        command += ["--no-pdf-header-footer", f"--print-to-pdf={made}", source.resolve().as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
            content = made.read_bytes()
        except (OSError, subprocess.SubprocessError) as problem:
            return f"{source.name} could not be printed ({type(problem).__name__}): print it from a browser."
    target.write_bytes(without_date(content))
    return ""


def without_date(pdf: bytes) -> bytes:
    """The file with a fixed date in place of the day on which it was made, of the same length."""
    return re.sub(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}", rb"\g<1>20000101000000", pdf)
