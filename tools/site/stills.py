"""Still figures: what a page shows of an explorable where no script runs, on paper, and while the live one loads.

An explorable's ES module may export, beside `default`, a pure function `still(state)` that returns HTML. `state` is
the plain object of the model's traits. The build calls it in Node (web/stills.mjs) for every widget view of a page and
puts the result before that view; the page takes it away when the live figure has drawn (web/widgets.js).
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

VIEW = re.compile(
    r'<script[^>]*type="application/vnd\.jupyter\.widget-view\+json"[^>]*>(?P<view>.*?)</script>', re.DOTALL
)
REFERENCE = "IPY_MODEL_"
STYLE = "_css"
LONG = 200  # characters: to name the model that has a shorter text saves little
# What belongs to the machinery of widgets and says nothing about the figure.
MACHINERY = {"layout", "style", "tabbable", "tooltip"}


Model = dict[str, Any]
"""A widget's model as the page stores it: its module, its class, and its `state`."""
State = Mapping[str, Model]
"""All models of a page, by id."""


class StillError(Exception):
    """A still figure that could not be made: which model, and what its module said."""


def explorables_in(model_id: str, state: State) -> list[str]:
    """The ids of the anywidget models shown by the view of `model_id`, in the order in which they are shown."""
    found: list[str] = []
    waiting, seen = [model_id], set[str]()
    while waiting:
        current = waiting.pop(0)
        if current in seen or current not in state:
            continue
        seen.add(current)
        model = state[current]
        if model["model_module"] == "anywidget":
            found.append(current)
        children = model["state"].get("children", [])
        waiting[:0] = [child.removeprefix(REFERENCE) for child in children]
    return found


def traits(model_state: Mapping[str, Any]) -> dict[str, Any]:
    """The traits that `still` is given: the model's state without the machinery of widgets."""
    return {name: value for name, value in model_state.items() if not name.startswith("_") and name not in MACHINERY}


def draw(model_ids: Iterable[str], state: State, node: str, script: Path) -> dict[str, str]:
    """The still figures of `model_ids`, as a dict from id to HTML; a module without `still` has no entry.

    `node` is the path of Node, `script` that of web/stills.mjs. Raises StillError when a `still` fails.
    """
    wanted = [{"id": i, "esm": state[i]["state"]["_esm"], "state": traits(state[i]["state"])} for i in model_ids]
    if not wanted:
        return {}
    run = subprocess.run(
        [node, str(script)], input=json.dumps(wanted), capture_output=True, text=True, encoding="utf-8"
    )
    if run.returncode:
        raise StillError(run.stderr.strip())
    answers = json.loads(run.stdout)
    for model_id, answer in answers.items():
        if "error" in answer:
            raise StillError(f"the still figure of {_class_of(model_id, state)} failed: {answer['error']}")
    return {model_id: answer["html"] for model_id, answer in answers.items()}


def _class_of(model_id: str, state: State) -> str:
    return str(state[model_id]["state"].get("_anywidget_id", model_id))


def insert(body: str, pictures: Mapping[str, str], state: State) -> str:
    """`body` with the still figures of each widget view put before it, in a `<div class="bp-still">`."""

    def with_still(match: re.Match[str]) -> str:
        shown = [i for i in explorables_in(json.loads(match["view"])["model_id"], state) if i in pictures]
        return f'<div class="bp-still">{"".join(pictures[i] for i in shown)}</div>\n{match[0]}' if shown else match[0]

    return VIEW.sub(with_still, body)


def add_stills(body: str, state: State, node: str, script: Path) -> str:
    """`body`, the HTML of a page whose widgets have `state`, with its still figures in place."""
    views = [json.loads(match["view"])["model_id"] for match in VIEW.finditer(body)]
    shown = dict.fromkeys(i for view in views for i in explorables_in(view, state))
    return insert(body, draw(list(shown), state, node, script), state)


def groups(state: State) -> dict[str, list[str]]:
    """The models of `state` in groups that know of each other: a box and its children, a link and its two ends.

    Returns for each model's id the ids of its group, the same list for all of them.
    """
    group = {model_id: [model_id] for model_id in state}
    for model_id, model in state.items():
        for other in re.findall(rf'"{REFERENCE}(\w+)"', json.dumps(model["state"])):
            if other in group and group[other] is not group[model_id]:
                merged = group[model_id] + group[other]
                group.update(dict.fromkeys(merged, merged))
    return group


def without_repeats(model_id: str, model: Model, first: dict[tuple[str, str], str]) -> Model:
    """`model` without its style, and without each long text that an earlier model has for the same trait.

    `first` maps a trait and a text to the model that had it first; this one's are added. In the result, `same` names
    that model for each trait left out, and the page takes the text from there (web/shared-texts.js).
    """
    traits = {trait: value for trait, value in model["state"].items() if trait != STYLE}
    long = {trait: value for trait, value in traits.items() if isinstance(value, str) and len(value) >= LONG}
    holders = {trait: first.setdefault((trait, text), model_id) for trait, text in long.items()}
    same = {trait: holder for trait, holder in holders.items() if holder != model_id}
    own = {trait: value for trait, value in traits.items() if trait not in same}
    return {**model, "state": own} | ({"same": same} if same else {})


def with_states(body: str, state: State) -> str:
    """`body` with the state of each group of models, and its style, just before the first view that shows one of them.

    So the figures on the first screen can become live while the rest of the page is still being read. A style or a
    module that several figures have stands in the page once, with the first of them.
    """
    group_of, placed = groups(state), set[str]()
    first: dict[tuple[str, str], str] = {}

    def with_state(match: re.Match[str]) -> str:
        ids = group_of.get(json.loads(match["view"])["model_id"], [])
        if not ids or ids[0] in placed:
            return match[0]
        placed.add(ids[0])
        styles = {model_id: css for model_id in ids if (css := state[model_id]["state"].get(STYLE))}
        new = [css for model_id, css in styles.items() if first.setdefault((STYLE, css), model_id) == model_id]
        sheets = "".join(f"<style>{_inside(css)}</style>\n" for css in new)
        models = {model_id: without_repeats(model_id, state[model_id], first) for model_id in ids}
        stored = {"version_major": 2, "version_minor": 0, "state": models}
        text = _inside(json.dumps(stored, ensure_ascii=False))
        return f'{sheets}<script type="application/vnd.jupyter.widget-state+json">{text}</script>\n{match[0]}'

    return VIEW.sub(with_state, body)


def _inside(text: str) -> str:
    """`text` as it may stand in an element: nothing in it ends the element. JSON and CSS read `\\/` as `/`."""
    return text.replace("</", "<\\/")
