"""What only a package decides and what takes seconds to make, kept for every data folder.

Here: files of the installation by the hash of their origin. Not here: what they are
(``assets``). A folder that cannot be written (an image, a package of the system) costs those
seconds on the first night and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from kinhbac.data_folder import MADE, hash_file, written_aside
from kinhbac.rights import share

log = logging.getLogger(__name__)


def keep(name: str, origin: str, make: Callable[[], bytes], folder: Path = MADE) -> bytes:
    """What ``make`` gives, from the installation if it was made from this origin before.

    A file is named by its origin and by its own hash, and believed only where both are true;
    what was made under this name from another origin gives way.
    """
    made_of = f"{name}.{sha256(origin.encode()).hexdigest()[:16]}"
    for path in folder.glob(f"{made_of}.*"):
        if path.suffix == f".{hash_file(path)}":
            return path.read_bytes()
    content = make()
    kept = folder / f"{made_of}.{sha256(content).hexdigest()}"
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            share(folder)
        with written_aside(kept) as aside:
            aside.write_bytes(content)
            share(aside)
        for path in folder.glob(f"{name}.*"):
            if path != kept:
                path.unlink(missing_ok=True)
    except OSError as refused:
        log.debug("%s cannot be written, so nothing is kept there: %s", folder, refused)
    return content
