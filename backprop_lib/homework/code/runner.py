"""What runs inside the sandbox: a student's cells, and then calls of the functions that they define.

It stands alone, since nothing of the library is in there: plain Python, a line of JSON for each request on standard
input, and a line for each reply on what was standard output. The student's code can change all of it, and forge any
reply; so it decides nothing. It is given numbers and gives values back, which the process outside judges.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Mapping
from typing import Any

LONGEST_ERROR = 300
MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)


def limit(limits: Mapping[str, int]) -> None:
    """Take resources from this process for good: without privileges, no limit can be raised again."""
    import resource

    for name, most in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            with contextlib.suppress(OSError, ValueError):  # one that this system does not let be set
                resource.setrlimit(kind, (most, most))


def compiled(source: str, name: str) -> Any:
    """The code of a cell, without the lines that only IPython understands if there are such."""
    try:
        return compile(source, name, "exec")
    except SyntaxError:
        return compile(MAGIC.sub(r"\1pass", source), name, "exec")


def plain(value: Any) -> Any:
    """What JSON can say of a value: an array becomes lists."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a value of type {type(value).__name__} was returned, which is neither a number nor a list")


def told(error: BaseException, cell: str) -> str:
    """An error in a line: where in a cell it was raised, what kind it is, and its words."""
    line, trace = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith("cell "):
            cell, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    words = " ".join(str(error).split())[:LONGEST_ERROR]
    return f"{cell}{f', line {line}' if line else ''}: {type(error).__name__}{f': {words}' if words else ''}"


def carry_out(request: Mapping[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """Run a cell, or call a function, and say what came of it."""
    if "limits" in request:
        limit(request["limits"])
        return {"value": None}
    cell = request.get("name", "")
    try:
        if "cell" in request:
            exec(compiled(request["cell"], cell), names)
            return {"value": None}
        if request["call"] not in names:
            return {"error": "there is no such function"}
        return {"value": plain(names[request["call"]](*request["arguments"]))}
    except BaseException as error:  # SystemExit and KeyboardInterrupt, too: the process goes on
        try:
            return {"error": told(error, cell)}
        except BaseException:  # whatever an error raises that is asked for its words
            return {"error": type(error).__name__}


def main() -> None:
    """Answer requests until there are no more."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):  # what is printed is read by nobody
        os.dup2(nothing, standard)
    sys.setrecursionlimit(1000)
    names: dict[str, Any] = {"__name__": "__main__"}
    for line in requests:
        request = json.loads(line)
        reply = carry_out(request, names)
        try:
            text = json.dumps({"id": request["id"], **reply})
        except BaseException as error:
            text = json.dumps({"id": request["id"], "error": type(error).__name__})
        replies.write(text.encode() + b"\n")
        replies.flush()


if __name__ == "__main__":
    main()
