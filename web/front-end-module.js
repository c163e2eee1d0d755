/* The browser's half of an anywidget: a model whose `_esm` is an ES module that draws it. Its style is in the page already.

   The contract is anywidget's (`export default {initialize, render}`, or a function that returns that object), so a module
   runs here as it does in JupyterLab. Written out rather than taken from the package because a page without a kernel needs two
   things the package keeps to itself: when a figure has drawn, and what went wrong when it has not. */
import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base";

/* A module is imported through a blob address, which works from a file as well as over http. */
async function importText(source) {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function loadFrontEnd(source) {
  const module = await importText(source);
  if (!module.default) throw new Error("its module has no default export");
  return typeof module.default === "function" ? module.default() : module.default;
}

/* What a module may do with its model; `owner` is remembered so that a view takes its listeners along when it goes. */
function modelFor(owner, model) {
  return {
    get: (name) => model.get(name),
    set: (name, value) => model.set(name, value),
    save_changes: () => model.save_changes(),
    send: () => {},
    on: (event, listener) => model.on(event, listener, owner),
    off: (event, listener) => model.off(event ?? null, listener ?? null, owner),
    widget_manager: model.widget_manager,
  };
}

const experimental = {
  invoke: () => Promise.reject(new Error("this page has no Python to ask")),
};

export class AnyModel extends DOMWidgetModel {
  defaults() {
    return { ...super.defaults(), _model_name: "AnyModel", _model_module: "anywidget", _view_name: "AnyView", _view_module: "anywidget" };
  }

  /* The module, loaded and initialised once however many views show it. */
  frontEnd() {
    this.loaded ??= loadFrontEnd(this.get("_esm")).then(async (frontEnd) => {
      await frontEnd.initialize?.({ model: modelFor(this, this), experimental });
      return frontEnd;
    });
    return this.loaded;
  }
}

export class AnyView extends DOMWidgetView {
  /* Sets `drawn`, a promise kept when the figure stands in the page and broken with the reason when it does not. */
  render() {
    super.render();
    this.ending = new AbortController();
    this.drawn = this.draw();
  }

  async draw() {
    const frontEnd = await this.model.frontEnd();
    await this.displayed; // a module may measure the element it draws into
    this.cleanUp = await frontEnd.render?.({ model: modelFor(this, this.model), el: this.el, signal: this.ending.signal, experimental });
  }

  remove() {
    this.ending.abort();
    this.model.off(null, null, this);
    if (typeof this.cleanUp === "function") this.cleanUp();
    return super.remove();
  }
}
