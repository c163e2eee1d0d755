"""`python -m backprop_lib sweep.yml`: carry out a sweep that a file describes."""

import sys

from .experiments.configurations import main

if __name__ == "__main__":
    sys.exit(main())
