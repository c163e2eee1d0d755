"""Write the record as a table: `python -m backprop_lib.record --csv FILE`; - for standard output."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path

from . import COLUMNS, table


def main(arguments: list[str]) -> int:
    """Write the record where the arguments say; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m backprop_lib.record",
        description="Work out the record of the sources and write it as a table with a row for each claim.",
    )
    parser.add_argument("--csv", metavar="FILE", required=True, help="where to write it; - for standard output")
    target = parser.parse_args(arguments).csv
    rows = table()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([COLUMNS, *rows])
    # On standard output stands the table alone, so what is said of it goes elsewhere.
    said = sys.stdout
    if target == "-":
        sys.stdout.write(text.getvalue())
        said = sys.stderr
    else:
        try:
            Path(target).write_text(text.getvalue(), encoding="utf-8", newline="\n")
        except OSError as problem:
            print(f"The record could not be written to {target}: {problem.strerror}.", file=sys.stderr)
            return 1
    print(rows, file=said)
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
