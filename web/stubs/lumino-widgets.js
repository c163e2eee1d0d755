/* The part of @lumino/widgets that ipywidgets' boxes and sliders stand on (see `replacements` in ../bundle.mjs). */
export { Widget } from "../../node_modules/@lumino/widgets/src/widget.ts";
export { Panel } from "../../node_modules/@lumino/widgets/src/panel.ts";
export { PanelLayout } from "../../node_modules/@lumino/widgets/src/panellayout.ts";
