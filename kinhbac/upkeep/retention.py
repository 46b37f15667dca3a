"""Room on the disk: what is taken away of old releases, and what never is.

Here: the policy, what it lets go today, letting it go. Not here: the database of the release
before, which goes with every night (``release.warehouse``).

Of a release only what people look at goes: its pages, and a database that somebody had made anew.
All figures, evidence and lists of hashes stay, so that every answer about a former day stays the
same. A release whose pages have gone says so in a file of its own (``PRUNED``), which whoever
proves it reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kinhbac.data_folder import DataFolder, take_away, written_aside
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.release.attestation import PAGES, PRUNED
from kinhbac.release.releases import SCRIPT, WAREHOUSE, Release, current_release, release_numbered
from kinhbac.yaml_document import read_yaml
from kinhbac.yaml_models import validate

RULE = "how long a release can be looked at is told in days and months"
SHIPPED = Path(__file__).with_name("retention.yml")


class Policy(BaseModel):
    """For how long all of a release is kept: of every one in days, of the last one of each month in
    months."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every_release_days: int = Field(ge=1)
    month_ends_months: int = Field(ge=0)


@dataclass(frozen=True)
class LetGo:
    """Something of a release that the policy lets go: ``freed`` are the bytes that nothing else
    shares."""

    release: int
    path: Path
    freed: int


def read_policy(data: DataFolder) -> Policy:
    """The policy of this data folder, or the one that is shipped. Raises ProblemsFound."""
    path = data.retention if data.retention.exists() else SHIPPED
    document = read_yaml(path, path.name)
    problems: list[Problem] = [*document.problems]
    policy = validate(TypeAdapter(Policy), document, problems, RULE)
    if problems:
        raise ProblemsFound(path.as_posix(), problems)
    assert isinstance(policy, Policy)
    return policy


def find_let_go(data: DataFolder, policy: Policy, day: date) -> list[LetGo]:
    """What ``policy`` lets go on ``day``, the oldest release first; nothing of the one in force."""
    current = current_release(data)
    releases = [*_releases(data)]
    last_of_month = {(each.as_of.year, each.as_of.month): each.number for each in releases}
    recent = day - timedelta(days=policy.every_release_days)
    months = day.year * 12 + day.month - policy.month_ends_months
    gone = []
    for release in releases:
        month = release.as_of.year, release.as_of.month
        ends_month = last_of_month[month] == release.number
        kept = release.as_of >= recent or (ends_month and month[0] * 12 + month[1] > months)
        if not kept and current and release.number != current.number:
            gone += [LetGo(release.number, path, _weigh(path)) for path in _shown(release)]
    return gone


def let_go(gone: list[LetGo], day: date) -> None:
    """Take it away; what a kill leaves half taken away is taken away by whoever asks again."""
    for each in gone:
        if each.path.name == PAGES:
            note = f"Its pages were taken away on {day.isoformat()}; its figures stay.\n"
            with written_aside(each.path.parent / PRUNED) as aside:
                aside.write_text(note, encoding="utf-8")
                aside.chmod(0o444)
        take_away(each.path)


def _releases(data: DataFolder) -> Iterator[Release]:
    folders = data.releases.iterdir() if data.releases.is_dir() else ()
    for number in sorted(int(path.name) for path in folders if path.name.isdecimal()):
        if release := release_numbered(data, number):
            yield release


def _shown(release: Release) -> Iterator[Path]:
    """What people look at; the database only where it can be made again."""
    if (pages := release.folder / PAGES).is_dir():
        yield pages
    if (release.folder / SCRIPT).exists() and (database := release.folder / WAREHOUSE).exists():
        yield database


def _weigh(path: Path) -> int:
    """Bytes that go with ``path``: those of files that have no other name."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    found = [file.lstat() for file in files]
    return sum(each.st_size for each in found if each.st_nlink == 1)
