/* Cuts the theme's style to what the book uses: called by tools/site/trim.py when all pages are written.

   node web/trim.mjs STATIC CONTENT… < ENTRY

   ENTRY is a style sheet in the folder STATIC that imports those of the theme into layers, and goes on with the book's own.
   Of what is imported, the rules stay that may match something in the files CONTENT, whose words may all be names: of
   elements, classes, ids, attributes. The book's own rules stay as they are. Writes one sheet. */
import { text } from "node:stream/consumers";
import { build, transform } from "esbuild";
import { PurgeCSS } from "purgecss";

const [folder, ...content] = process.argv.slice(2);
const entry = await text(process.stdin);
const imports = /@import[^;]*;/g;
const own = entry.replace(imports, "");

const theme = await build({
  stdin: { contents: entry.match(imports).join("\n"), resolveDir: folder, loader: "css" },
  bundle: true,
  write: false,
  // The theme's fonts are those of its icons, which are declared anew.
  loader: { ".woff2": "empty", ".ttf": "empty", ".png": "dataurl" },
  logLevel: "warning",
});
const [used] = await new PurgeCSS().purge({
  content,
  css: [{ raw: theme.outputFiles[0].text.replace(/@font-face\s*\{[^}]*\}/g, "") }],
  keyframes: true,
  variables: true,
  safelist: {
    // A selector that names only states and parts, such as ::-moz-focus-inner, may match anything.
    standard: [/^::?[\w-]+$/],
    variables: own.match(/--[\w-]+/g) ?? [],
  },
});
process.stdout.write((await transform(used.css + own, { loader: "css", minify: true, logLevel: "warning" })).code);
