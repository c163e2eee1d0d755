/* All that the widget packages ask of jQuery: to hold one element (see `replacements` in ../bundle.mjs). */
export default function wrap(element) {
  return { 0: element, length: 1 };
}
