"""The tests: ``unit`` asks one function or file, ``night`` what nights do, ``pages`` a browser.

Here: one thread a process for linear algebra. Several processes test side by side, and their
arrays are small: threads would wait for each other's cores and triple what the numerics cost.
"""

from __future__ import annotations

import os

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # read when numpy is imported
    os.environ.setdefault(threads, "1")
