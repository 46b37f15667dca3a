"""What has changed in the definitions since a release or a revision.

Here: two sets of definitions set side by side. Not here: what a definition is
(``registry/formulas``).
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.problems import Refused
from kinhbac.registry import Registry, load_registry
from kinhbac.registry.definitions.fingerprints import describe_definition
from kinhbac.release.contents import DEFINITIONS
from kinhbac.release.releases import Release, read_sealed, release_numbered

GIT = shutil.which("git") or "git"
Definitions = dict[str, dict[str, Any]]


class UnknownPoint(Refused):
    """There is no such release and no such revision."""


@dataclass(frozen=True, order=True)
class Difference:
    """One attribute of one indicator, then and now; None where it was not there."""

    indicator: str
    attribute: str
    then: str | None
    now: str | None


def compare_definitions(then: Definitions, now: Definitions) -> list[Difference]:
    """Every difference in formula, unit, frequency, span, source and owner."""
    found = []
    for key in sorted(then.keys() | now.keys()):
        if key not in then:
            found.append(Difference(key, "indicator", None, "declared"))
        elif key not in now:
            found.append(Difference(key, "indicator", "declared", None))
        else:
            found += [
                Difference(key, name, _said(then[key].get(name)), _said(now[key].get(name)))
                for name in sorted(then[key].keys() | now[key].keys())
                if _bare(then[key].get(name)) != _bare(now[key].get(name))
            ]
    return found


def definitions_of_registry(registry: Registry) -> Definitions:
    """What a sign-off binds, of every indicator."""
    return {key: describe_definition(registry, key) for key in registry.indicators}


def definitions_at(point: str, data: DataFolder) -> Definitions:
    """The definitions of a release (its number) or of a git revision.

    Raises UnknownPoint, and ProblemsFound if that revision's registry is broken by the
    rules of today, or the release is of a newer shape or not as it was sealed.
    """
    if point.isdecimal() and (release := release_numbered(data, int(point))):
        return _definitions_of(release)
    archive = subprocess.run(
        [GIT, "archive", "--format=tar", f"{_revision(point)}:./{SOURCES.name}"],
        cwd=SOURCES.parent,
        capture_output=True,
        check=True,
    ).stdout
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / SOURCES.name
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(target, filter="data")
        return definitions_of_registry(load_registry(target))


def _definitions_of(release: Release) -> Definitions:
    if DEFINITIONS in release.manifest.get("files", {}):
        kept: Definitions = json.loads(read_sealed(release, DEFINITIONS))
        return kept
    told: Definitions | None = release.manifest.get("definitions")  # where shape 1 kept them
    if told is None:
        number = release.number
        raise UnknownPoint(f"release {number} was published before definitions were kept in it")
    return told


def _revision(point: str) -> str:
    found = subprocess.run(
        [GIT, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{point}^{{commit}}"],
        cwd=SOURCES.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        raise UnknownPoint(f"«{point}» is no release in data/releases and no git revision")
    return found.stdout.strip()


def _bare(value: Any) -> Any:
    """Without what says nothing, so that a new attribute that is empty is no difference."""
    if isinstance(value, dict):
        return {name: _bare(own) for name, own in value.items() if own is not None}
    return [_bare(own) for own in value] if isinstance(value, list) else value


def _said(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
