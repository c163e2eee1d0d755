"""Ask independent programs about the book's networks, and keep the answers: `python -m tools.execution.witnesses`.

None of them is installed with the book. One that is found is asked; what others said before stays in the file.
"""

from __future__ import annotations

import json
import re
import sys

from backprop_lib.witnesses import FILE, PROGRAMS
from backprop_lib.witnesses.asking import ask, present


def main() -> int:
    """Ask every witness that is installed, and write the file."""
    stored = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    if not present():
        print(f"None of {', '.join(PROGRAMS)} is installed: install one beside the book, and run this again.")
        return 1
    for package in present():
        stored[package] = ask(package)
        print(f"{package} {stored[package]['version']}: asked")
    text = json.dumps(stored, indent=1, sort_keys=True)
    rows = re.sub(r"\[[^\[\]]*\]", lambda row: "[" + " ".join(row[0][1:-1].split()) + "]", text)
    FILE.write_text(rows + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
