/* Sets mathematics at build time, for tools/site/mathematics.py: one JSON request a line in, one JSON answer a line out.

   Request: {latex, display}; answer: {html} or {error}. The HTML holds MathML too, for screen readers and for copying. */
import { createInterface } from "node:readline";
import katex from "katex";

for await (const line of createInterface({ input: process.stdin })) {
  const { latex, display } = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(latex, { displayMode: display, output: "htmlAndMathml", strict: "ignore" }) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
