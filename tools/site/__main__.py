"""The command: `python -m tools.site html`, or `serve`."""

import io
import sys

from tools.site.build import main

for stream in (sys.stdout, sys.stderr):
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8")
sys.exit(main(sys.argv[1:]))
