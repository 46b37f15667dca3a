"""The open edition in force, and what the next one takes over from it.

Here: reading its manifest, whether its files are as they were sealed. Not here: making one
(``editions``), what stands in it (``exchange.edition``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from kinhbac.data_folder import DataFolder
from kinhbac.problems import Refused
from kinhbac.release.releases import MANIFEST
from kinhbac.taken_over import Former, read_sealed

FOLLOWS = (
    "Rule: an edition follows the one before. Remedy: let `open` lead to the last whole one of "
    "`editions`, or take it away to begin anew"
)


class EditionRefused(Refused):
    """What would be opened may not be: the message says what, why, and what to do."""


@dataclass(frozen=True)
class Edition:
    """One sealed, numbered open edition; ``release``: of which it was made.

    ``days``: of it and each one before it the number, the day, and how many indicators it held, the
    newest first.
    """

    number: int
    folder: Path
    release: int
    as_of: date
    made_of: str
    indicators: tuple[str, ...]
    days: tuple[tuple[int, date, int], ...]
    files: tuple[str, ...]
    origins: dict[str, str]

    @classmethod
    def of(cls, folder: Path, manifest: dict[str, Any]) -> Edition:
        """The edition that a manifest describes.

        Raises KeyError, TypeError, AttributeError or ValueError when it is no manifest of one.
        """
        return cls(
            number=int(manifest["edition"]),
            folder=folder,
            release=int(manifest["release"]),
            as_of=date.fromisoformat(manifest["as_of"]),
            made_of=str(manifest["made_of"]),
            indicators=tuple(manifest["indicators"]),
            days=tuple((n, date.fromisoformat(day), held) for n, day, held in manifest["editions"]),
            files=(MANIFEST, *manifest["files"]),
            origins=dict(manifest["origins"]),
        )

    @cached_property
    def former(self) -> Former:
        """What the next edition takes over from it, as far as it proves to be as it was sealed."""
        return Former(self.folder, self.origins, read_sealed(self.folder))

    @property
    def is_whole(self) -> bool:
        """Whether every file that was sealed is there, to the byte."""
        return all(map(self.former.prove, self.files))


def current_edition(data: DataFolder) -> Edition | None:
    """The open edition that readers see, or None before the first.

    Raises EditionRefused when ``open`` leads to none: nobody may take that for the time before the
    first.
    """
    if not (data.open.exists() or data.open.is_symlink()):
        return None
    folder = data.open.resolve()
    try:
        return Edition.of(folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EditionRefused(f"open: it leads to no edition ({error}). {FOLLOWS}") from error
