"""A chapter in a real JupyterLab: rendered as on the site, its sliders alive, its traits live in both directions."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
TOKEN = "book"
PANEL = "window.jupyterapp?.shell?.currentWidget"
SHOWN = "window.jupyterapp.shell.currentWidget"
PROBE = """
shown = OneWeight(E)
shown.panel()
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab that holds a copy of the notebooks, with settings of its own."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(home / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR")}
    own |= {"JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"), "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    options = ["--no-browser", "--allow-root", "--expose-app-in-browser", "--ServerApp.ip=127.0.0.1"]
    options += [f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={home}"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options], env=os.environ | own, stdout=log, stderr=log
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api?token={TOKEN}", server, home / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(address, server, log):
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def chapter(browser, lab):
    """The chapter *One weight*, opened and run from its first cell to its last."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{lab}/lab/tree/notebooks/one-weight.ipynb?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_function(f"{PANEL}?.sessionContext?.session?.kernel?.status === 'idle'")
    # Every cell is drawn, also those that have never been in sight.
    page.evaluate(f"{SHOWN}.content.notebookConfig = {{...{SHOWN}.content.notebookConfig, windowingMode: 'none'}}")
    run(page, "notebook:run-all-cells")
    yield page
    page.close()


def run(page, command):
    """Carry out one of JupyterLab's commands, and wait until the kernel has nothing left to do."""
    page.evaluate("command => window.jupyterapp.commands.execute(command)", command)
    settle(page)


def settle(page):
    page.wait_for_function(
        "!document.querySelector('.jp-Notebook .jp-InputPrompt')?.ownerDocument.body.innerText.includes('[*]:') && "
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'",
        timeout=60_000,
    )


def execute(page, code):
    """Run code in the chapter's kernel, in a new last cell, and return what that cell shows."""
    page.evaluate(
        """code => { const panel = window.jupyterapp.shell.currentWidget, cells = panel.content.model.sharedModel;
        cells.insertCell(cells.cells.length, { cell_type: 'code', source: code });
        panel.content.activeCellIndex = cells.cells.length - 1; }""",
        code,
    )
    run(page, "notebook:run-cell")
    return page.locator(".jp-Notebook .jp-CodeCell").last.locator(".jp-OutputArea")


def soon(page, code, text):
    """Whether `code` prints `text`, the tenth time at the latest: a slider's last moves may still be on their way."""
    return any(text in execute(page, code).inner_text() for _ in range(10))


def test_no_cell_fails(chapter):
    assert chapter.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").all_inner_texts() == []
    expect(chapter.locator(".bp-stack").first).to_be_visible()


def test_boxes_formulas_and_folds_are_rendered_and_not_shown_as_source(chapter):
    notebook = chapter.locator(".jp-Notebook")
    for source in (":::", "```{"):
        expect(notebook).not_to_contain_text(
            source, use_inner_text=True, timeout=20_000
        )  # cells are rendered one after the other
    expect(notebook).to_contain_text("What you will be able to do")
    assert chapter.locator(".jp-MarkdownCell .katex").count() > 20
    assert chapter.locator(".jp-MarkdownCell details", has_text="Solution 1").count() >= 1


def test_numbers_in_the_prose_are_filled_in(chapter):
    text = chapter.locator(".jp-Notebook").evaluate("notebook => notebook.textContent")
    assert "{{" not in text
    assert "0.9375" in text


def test_the_slider_moves_the_picture_and_python_sees_it(chapter):
    output = execute(chapter, PROBE)
    slider = output.locator(".noUi-handle").first
    slider.focus()
    for _ in range(3):
        chapter.keyboard.press("ArrowRight")
    expect(output.locator(".bp-readout b").first).to_have_text("0.35")
    assert soon(chapter, "print(round(shown.learning_rate, 2))", "0.65")


def test_a_trait_set_in_python_moves_the_picture_and_the_slider(chapter):
    execute(chapter, PROBE)
    number = chapter.locator(".jp-Notebook .jp-CodeCell").count() - 1
    execute(chapter, "shown.learning_rate, shown.x = 0.6, 2.0")
    output = chapter.locator(".jp-Notebook .jp-CodeCell").nth(number)
    expect(output.locator(".bp-readout b").first).to_have_text("−1.40")
    expect(output.locator(".bp-readout")).to_contain_text("it diverges")
    expect(output.locator(".widget-readout").first).to_have_text("0.60")


def test_a_guess_that_is_locked_in_is_known_to_python(chapter):
    output = execute(chapter, 'asked = Prediction("Up or down?", ["Up", "Down"], answer=1, outcome="Down.")\nasked')
    output.get_by_text("Up", exact=True).click()
    output.get_by_role("button", name="Lock in").click()
    expect(output).to_contain_text("Not what you predicted")
    expect(execute(chapter, "print('guessed', asked.guess)")).to_contain_text("guessed Up")


def test_a_graph_changed_by_the_student_changes_what_the_slider_computes(chapter):
    output = execute(chapter, "OneWeight((f - t) ** 2).panel()")
    expect(output.locator(".bp-readout b").first).to_have_text(re.compile(r"^0\.00$"))
