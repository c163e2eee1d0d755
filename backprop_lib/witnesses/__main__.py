"""Compare what is installed here with the file: `python -m backprop_lib.witnesses`."""

import sys

from .asking import main

if __name__ == "__main__":
    sys.exit(main())
