"""A word to an outside monitor, which notices when none comes.

Here: one request to the address in ``KINHBAC_HEARTBEAT``, as healthchecks.io and what copies it
take them: ``/start``, the address itself, ``/fail``. Not here: telling agencies and leaders
(``notices``), which a monitor that is silent never delays for long.
"""

from __future__ import annotations

import logging
import os
from typing import Literal

log = logging.getLogger("kinhbac")
PATIENCE = 5.0
"""Seconds; a night does not wait longer for its monitor, and never fails for it."""
PATHS = {"start": "/start", "ended": "", "failed": "/fail"}


def beat(word: Literal["start", "ended", "failed"], said: str = "") -> None:
    """Tell the monitor that a night begins, has ended well, or has not; nothing without an
    address. ``said`` is what the night was refused for: no figures, no names of people."""
    address = os.environ.get("KINHBAC_HEARTBEAT", "").rstrip("/")
    if not address:
        return
    import requests  # only whoever has a monitor waits for it

    try:
        requests.post(address + PATHS[word], said.encode(), timeout=PATIENCE).raise_for_status()
    except requests.RequestException as error:  # its address is a secret: it is not repeated
        log.warning("KINHBAC_HEARTBEAT: the monitor was not told (%s)", type(error).__name__)
