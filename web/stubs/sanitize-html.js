/* Labels in this book are plain text: mark-up in a label is shown, never interpreted (see `replacements` in ../bundle.mjs). */
const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export default (text) => text.replace(/[&<>"]/g, (character) => escapes[character]);
