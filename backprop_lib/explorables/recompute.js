// A small graph whose inputs move. `once(values)` and `copies(values)` above are read from the graphs, and so is SPEC: their
// drawings, their operations in order, and for all that can be moved the operations that are done again.

const RUN = { once, copies };
const TITLES = { w: "w", w_1: "first copy of w", w_2: "second copy of w", x: "x", b: "b", t: "t", lambda_: "λ" };
const titleOf = (key, copied) => (copied && key === "w" ? "both copies of w" : TITLES[key]);
const plainly = html => html.replace(/<[^>]+>/g, "");
const listed = words => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

// The drawing with what `paint(key)` gives for each box: one more class, its two lines of numbers, a sign at its corner.
// Strings, so that the build can do it too, where there is no page.
function painted(svg, description, paint) {
  const line = (inside, row, text) => inside.replace(new RegExp(`(<text class="bp-${row}"[^>]*>)[^<]*`), (_, tag) => tag + escaped(text));
  return svg
    .replace(/(<desc[^>]*>)[^<]*/, (_, tag) => tag + escaped(description))
    .replace(/<g class="bp-node([^"]*)" data-node="([^"]*)"([^]*?)<\/g>/g, (_, kinds, key, inside) => {
      const { kind = "", was = "", is = "", sign = "" } = paint(key) ?? {};
      const [, x, y, width] = inside.match(/<rect[^>]* x="(\d+)" y="(\d+)" width="(\d+)"/).map(Number);
      return `<g class="bp-node${kinds}${kind && ` ${kind}`}" data-node="${key}"${line(line(inside, "value", was), "gradient", is)}` +
        `${sign && label(x + width, y + 5, sign, "badge")}</g>`;
    });
}

const graphPicture = (title, svg) => `<figure class="bp-drawing bp-graph"><figcaption>${escaped(title)}</figcaption>${svg}</figure>`;
