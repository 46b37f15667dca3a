"""Lists of hashes in the form that ``sha256sum --check`` reads.

Here: writing such a list and reading one that may come from anywhere. Not here: which files it
must name, and whether they are so (``release.attestation``, ``release.verification``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kinhbac.problems import Problem

SUMS = "SHA256SUMS"
"""The name of such a list, as everybody calls it."""
LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
RULE = "a line is a SHA-256, two spaces and the path of a file below the folder, and none twice"
REMEDY = "put the list back from a copy"


def format_sums(hashes: Mapping[str, str], remark: str = "") -> str:
    """The list of ``hashes``, SHA-256 by path, in the order of the paths.

    ``remark`` is a line that ``sha256sum`` passes over. Raises ValueError for a path that would
    need more than a line.
    """
    if odd := [name for name in hashes if not _is_plain(name)]:
        raise ValueError(f"{SUMS} cannot name {odd}: {RULE}")
    lines = [f"# {remark}"] if remark else []
    lines += [f"{hashes[name]}  {name}" for name in sorted(hashes)]
    return "".join(f"{line}\n" for line in lines)


def read_sums(text: str) -> tuple[dict[str, str], list[Problem]]:
    """SHA-256 by path, and all lines that are none; a path never leads out of the folder."""
    hashes: dict[str, str] = {}
    problems = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        said = LINE.fullmatch(line)
        if said and _is_plain(said[2]) and said[2] not in hashes:
            hashes[said[2]] = said[1]
        else:
            problems.append(Problem("it names no file, or one again", RULE, REMEDY, line=number))
    return hashes, problems


def _is_plain(name: str) -> bool:
    """Whether a name is a path below a folder, written in the one way and without control signs."""
    inside = all(part not in ("", ".", "..") for part in name.split("/"))
    return inside and "\\" not in name and name.isprintable()
