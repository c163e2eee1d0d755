/* An `Output` widget as a page can show it: what was captured when the chapter was executed. */
import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base";

const joined = (text) => (Array.isArray(text) ? text.join("") : (text ?? ""));

function asText(text) {
  const element = document.createElement("pre");
  element.textContent = joined(text);
  return element;
}

function asMarkup(markup) {
  const element = document.createElement("div");
  element.innerHTML = joined(markup);
  return element;
}

function asImage(data, alternative) {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  image.alt = joined(alternative) || "Figure";
  return image;
}

/* The richest form first, as a notebook chooses. */
function show(output) {
  if (output.text !== undefined) return asText(output.text);
  const data = output.data ?? {};
  if (data["text/html"]) return asMarkup(data["text/html"]);
  if (data["image/svg+xml"]) return asMarkup(data["image/svg+xml"]);
  if (data["image/png"]) return asImage(data["image/png"], data["text/plain"]);
  return asText(data["text/plain"]);
}

export class OutputModel extends DOMWidgetModel {
  defaults() {
    return { ...super.defaults(), _model_name: "OutputModel", _view_name: "OutputView", msg_id: "", outputs: [] };
  }
}

export class OutputView extends DOMWidgetView {
  render() {
    super.render();
    this.listenTo(this.model, "change:outputs", this.draw);
    this.draw();
  }

  draw() {
    this.el.replaceChildren(...this.model.get("outputs").map(show));
  }
}
