"""What the book promises about speed and weight, measured; every program on one thread, in float64."""

import os

# Read by the libraries below NumPy, PyTorch and JAX when they are first imported, so it stands here, before any import.
_THREADS = ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR", "NUMBA")
os.environ |= {f"{library}_NUM_THREADS": "1" for library in _THREADS}
os.environ |= {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}
