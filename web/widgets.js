/* Live figures on a page that has no kernel behind it.

   MyST-NB leaves in a page the state of all its widgets and, where each is shown, a small script that names one. Here those
   become live: sliders and boxes from @jupyter-widgets/controls, explorables from their own ES modules, tied by `jslink`.
   Nothing is ever fetched. The still figure that the build put beside a view (tools/site/sphinx_book.py) goes when the live one has
   drawn, and stays, with a word of explanation, when it has not. */
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as bool from "@jupyter-widgets/controls/lib/widget_bool";
import * as box from "@jupyter-widgets/controls/lib/widget_box";
import * as button from "@jupyter-widgets/controls/lib/widget_button";
import * as description from "@jupyter-widgets/controls/lib/widget_description";
import * as float from "@jupyter-widgets/controls/lib/widget_float";
import * as int from "@jupyter-widgets/controls/lib/widget_int";
import * as link from "@jupyter-widgets/controls/lib/widget_link";
import * as selection from "@jupyter-widgets/controls/lib/widget_selection";
import * as string from "@jupyter-widgets/controls/lib/widget_string";
import { Widget } from "@lumino/widgets";
import { AnyModel, AnyView } from "./front-end-module.js";
import { nameControls } from "./names.js";
import { OutputModel, OutputView } from "./output.js";
import { shareTexts } from "./shared-texts.js";

/* What a chapter may use. Left out for their weight: tabs and accordions, pickers of dates and colours, uploads, players of
   sound and film, game controllers, tags. To add one, import its file above and name it here. */
const classes = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": { ...bool, ...box, ...button, ...description, ...float, ...int, ...link, ...selection, ...string },
  "@jupyter-widgets/output": { OutputModel, OutputView },
  anywidget: { AnyModel, AnyView },
};

class BookManager extends ManagerBase {
  _get_comm_info() {
    return Promise.resolve({});
  }

  async _create_comm() {
    return { on_close() {}, on_msg() {}, close() {}, send() {} };
  }

  async loadClass(name, module) {
    const found = classes[module]?.[name];
    if (!found) throw new Error(`it uses ${name.replace(/(Model|View)$/, "")}, which these pages do not carry`);
    return found;
  }
}

/* The models that a view shows: itself, the children of a box, and theirs. */
function familyOf(id, state, seen = new Set()) {
  if (seen.has(id) || !state[id]) return seen;
  seen.add(id);
  for (const child of state[id].state.children ?? []) familyOf(child.replace("IPY_MODEL_", ""), state, seen);
  return seen;
}

function checkFamily(id, state) {
  if (!state[id]) throw new Error("its state is missing from the page");
  for (const member of familyOf(id, state)) {
    const { model_module: module, model_name: name } = state[member];
    if (!classes[module]?.[name]) throw new Error(`it uses ${name.replace(/Model$/, "")}, which these pages do not carry`);
  }
}

/* Kept when a view and all within it stand in the page. */
async function drawn(view) {
  await view.drawn;
  const children = view.children_views ? await Promise.all(view.children_views.views) : [];
  await Promise.all(children.map(drawn));
}

/* The still and the live figure share a place while the live one draws, so that nothing jumps. */
function makePlace(script) {
  const still = script.previousElementSibling?.matches(".bp-still") ? script.previousElementSibling : null;
  const place = document.createElement("div");
  place.className = "bp-figure bp-figure--starting";
  const live = document.createElement("div");
  live.className = "widget-subarea";
  script.before(place);
  if (still) place.append(still);
  place.append(live);
  return { place, still, live };
}

function explain(place, error) {
  const notice = document.createElement("p");
  notice.className = "bp-notice";
  notice.setAttribute("role", "status");
  const kept = place.querySelector(".bp-still") ? " What you see is its picture." : "";
  notice.textContent = `This figure could not start: ${error.message ?? error}.${kept} It runs in the downloaded notebook.`;
  place.append(notice);
}

async function show(script, manager, state) {
  const { place, still, live } = makePlace(script);
  try {
    const id = JSON.parse(script.textContent).model_id;
    checkFamily(id, state);
    const view = await manager.create_view(await manager.get_model(id));
    Widget.attach(view.luminoWidget, live);
    nameControls(live);
    await drawn(view);
    still?.remove();
  } catch (error) {
    console.warn("A figure could not start.", error);
    live.remove();
    explain(place, error);
  } finally {
    place.classList.remove("bp-figure--starting");
  }
}

/* The figures on the screen before those below it, and these before those above. At the top of a page that is their order, and
   measuring, which has the browser lay the page out first, is saved. */
function nearestFirst(views) {
  if (!scrollY && !location.hash) return views;
  const distance = (script) => {
    const top = (script.previousElementSibling ?? script.parentElement).getBoundingClientRect().top;
    return top >= 0 ? top : 1e6 - top;
  };
  return views.map((script) => [distance(script), script]).sort(([a], [b]) => a - b).map(([, script]) => script);
}

/* Kept when the browser has nothing better to do, and after a tenth of a second at the latest. */
function idle() {
  return new Promise((resolve) => (window.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 100 }) : setTimeout(resolve, 30)));
}

/* What has come whole: a script that is still being read has nothing after it. */
function present(kind) {
  const scripts = [...document.querySelectorAll(`script[type="application/vnd.jupyter.widget-${kind}+json"]`)];
  return scripts.filter((script) => script.nextSibling || document.readyState !== "loading");
}

const manager = new BookManager(), started = new Set();

/* Makes all figures live that the page holds so far. Each stands behind the state of its models, or behind a figure that shares it. */
async function showPresent() {
  const states = present("state").map((script) => ({ script, ...JSON.parse(script.textContent) }));
  shareTexts(states);
  for (const script of nearestFirst(present("view").filter((view) => !started.has(view)))) {
    started.add(script);
    const id = JSON.parse(script.textContent).model_id;
    const widgets = states.find(({ state }) => id in state) ?? { state: {} };
    if (widgets.script && !started.has(widgets.script)) {
      started.add(widgets.script);
      await manager.set_state({ ...widgets, state: knownModels(widgets.state) });
    }
    await show(script, manager, widgets.state);
    await idle(); // what the reader sees, or does, comes before the figures further down
  }
}

/* The figures on the first screen become live while the rest of the page is still being read. */
async function start() {
  await showPresent();
  if (document.readyState === "loading") await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve));
  await showPresent();
  document.documentElement.dataset.widgets = "ready";
}

/* A model the page cannot make is reported where its view stands, by `show`; others must not wait for it. */
function knownModels(state) {
  return Object.fromEntries(Object.entries(state).filter(([, model]) => classes[model.model_module]?.[model.model_name]));
}

start();
