/* Gives the controls of ipywidgets what a screen reader needs and the package leaves out: a slider's handle is named by its
   label and says the value shown beside it; the value, which can be typed over, is a named text box. */

const handleNames = { single: [""], range: [", lower end", ", upper end"] };

function keepEqual(handle, readout) {
  const say = () => {
    const shown = readout.textContent;
    if (shown && handle.getAttribute("aria-valuetext") !== shown) handle.setAttribute("aria-valuetext", shown);
  };
  new MutationObserver(say).observe(readout, { childList: true, characterData: true, subtree: true });
  // noUiSlider writes its own unrounded number after each move.
  new MutationObserver(say).observe(handle, { attributeFilter: ["aria-valuetext"] });
  say();
}

function nameSlider(slider) {
  const handles = slider.querySelectorAll(".noUi-handle");
  const label = slider.querySelector(".widget-label")?.textContent.trim() || "Value";
  const readout = slider.querySelector(".widget-readout");
  const ends = handles.length > 1 ? handleNames.range : handleNames.single;
  handles.forEach((handle, i) => {
    if (handle.ariaLabel) return;
    handle.ariaLabel = label + ends[i];
    if (readout) keepEqual(handle, readout);
  });
  if (readout && !readout.role) {
    readout.role = "textbox";
    readout.ariaLabel = `${label}, type a value`;
  }
}

function nameInput(control) {
  const input = control.querySelector("input:not([aria-label]), select:not([aria-label]), textarea:not([aria-label])");
  const label = control.querySelector(".widget-label")?.textContent.trim();
  if (input && label && !input.labels?.length) input.ariaLabel = label;
}

/* ipywidgets writes a tooltip that was never given as the word "null". */
function dropEmptyTooltips(root) {
  for (const element of root.querySelectorAll('[title="null"]')) element.removeAttribute("title");
}

function nameAll(root) {
  root.querySelectorAll(".widget-slider").forEach(nameSlider);
  root.querySelectorAll(".widget-text, .widget-textarea, .widget-dropdown, .widget-select").forEach(nameInput);
  dropEmptyTooltips(root);
}

/* Names the controls in `root`, now and as they arrive: the children of a box are drawn after it. */
export function nameControls(root) {
  nameAll(root);
  new MutationObserver(() => nameAll(root)).observe(root, { childList: true, subtree: true });
}
