/* Draws still figures at build time: `still(state)` of each explorable's module, called in Node by tools/site/stills.py.

   Reads from standard input a JSON list of {id, esm, state}; writes an object from id to {html} or {error}. A module that
   exports no `still` has no entry. */
import { text } from "node:stream/consumers";

const moduleAt = (source) => import(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);

async function draw({ esm, state }) {
  const { still } = await moduleAt(esm);
  if (still === undefined) return null;
  const html = await still(state);
  if (typeof html !== "string") throw new TypeError(`still() returned ${typeof html}, not a string of HTML`);
  return { html };
}

const answers = {};
for (const model of JSON.parse(await text(process.stdin))) {
  try {
    const answer = await draw(model);
    if (answer) answers[model.id] = answer;
  } catch (error) {
    answers[model.id] = { error: String(error) };
  }
}
process.stdout.write(JSON.stringify(answers));
