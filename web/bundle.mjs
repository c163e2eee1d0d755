/* Builds what a page loads from here: the widget bundle, the book's own script, and KaTeX's style sheet with its fonts.

   node web/bundle.mjs OUT

   OUT receives widgets.js, widgets.css, book.js, book.css, katex/katex.css and katex/fonts/*.woff2. Nothing in OUT is ever committed.
   Prints one line a file: name, bytes, bytes gzipped. */
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const parts = join(here, "..", "node_modules");
const out = resolve(process.argv[2] ?? join(here, "..", "_build", "web", "static"));

/* What the widget packages ask for, and the little of it that a page without a kernel needs.
   @lumino/widgets: its compiled form is one file that cannot be taken apart; its TypeScript sources can, and the manager
   needs three of them, without docks, menus and drag and drop (200 kB less).
   jquery: only ever wraps one element, to empty it. sanitize-html: only ever cleans labels, which are plain text here. */
const replacements = {
  "@lumino/widgets": join(here, "stubs", "lumino-widgets.js"),
  jquery: join(here, "stubs", "jquery.js"),
  "sanitize-html": join(here, "stubs", "sanitize-html.js"),
};

async function buildScripts() {
  const shared = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning", absWorkingDir: join(here, "..") };
  await build({
    ...shared,
    entryPoints: [join(here, "widgets.js")],
    outfile: join(out, "widgets.js"),
    format: "iife",
    alias: replacements,
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    banner: { js: "/* Built from @jupyter-widgets (BSD-3-Clause), Lumino (BSD-3-Clause), noUiSlider, Backbone, Underscore, lodash (MIT), d3-format (ISC). */" },
    // Lumino's sources are written for a compiler that leaves class fields to the constructor.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false, experimentalDecorators: true } },
  });
  await build({ ...shared, entryPoints: [join(here, "book.js")], outfile: join(out, "book.js"), format: "iife" });
}

async function buildWidgetStyle() {
  const sheets = ["@jupyter-widgets/controls/css/widgets-base.css", "@jupyter-widgets/controls/css/nouislider.css"];
  await build({
    // A layer, so that the book's own rules prevail.
    stdin: { contents: sheets.map((s) => `@import "${s}" layer(widgets);`).join("\n"), loader: "css", resolveDir: join(here, "..") },
    bundle: true,
    minify: true,
    outfile: join(out, "widgets.css"),
    logLevel: "warning",
  });
}

/* KaTeX offers each font in three formats; every browser of the last ten years takes the first. */
async function copyKatex() {
  const katex = join(parts, "katex", "dist");
  const sheet = await readFile(join(katex, "katex.min.css"), "utf8");
  const lean = sheet.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)/g, "").replaceAll("font-display:block", "font-display:swap");
  if (/\.(?:woff|ttf)\)/.test(lean)) throw new Error("katex.min.css has changed its shape: a font fallback is left over; see copyKatex in web/bundle.mjs");
  await mkdir(join(out, "katex", "fonts"), { recursive: true });
  await writeFile(join(out, "katex", "katex.css"), lean);
  for (const font of await readdir(join(katex, "fonts"))) {
    if (font.endsWith(".woff2")) await cp(join(katex, "fonts", font), join(out, "katex", "fonts", font));
  }
}

async function report() {
  for (const name of ["widgets.js", "widgets.css", "book.js", "katex/katex.css"]) {
    const bytes = await readFile(join(out, name));
    console.log(`${name} ${bytes.length} bytes, ${gzipSync(bytes).length} gzipped`);
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([buildScripts(), buildWidgetStyle(), copyKatex(), cp(join(here, "book.css"), join(out, "book.css"))]);
await report();
