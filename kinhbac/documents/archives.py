"""ZIP files that are the same bytes for the same content.

Here: packing. Not here: what is packed; the registry of a release (``release.contents``).
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files by their paths, in their order, none of them dated.

    >>> packed({"a.txt": b"a"}) == packed({"a.txt": b"a"})
    True
    """
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, content in files.items():
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def unpacked(archive: bytes) -> dict[str, bytes]:
    """The files of an archive, in its order."""
    with zipfile.ZipFile(BytesIO(archive)) as source:
        return {name: source.read(name) for name in source.namelist()}
