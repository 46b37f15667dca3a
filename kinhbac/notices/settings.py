"""``notices.yml``: who is told, and how, in Apprise's own YAML format.

Here: reading it entry by entry, so that what is wrong is told with its line, all at once, and
nothing of a URL with it. Not here: what Apprise does with a URL (``transport``).
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kinhbac.notices.transport import NotUsable, Service, load_service
from kinhbac.problems import Problem
from kinhbac.yaml_document import Loc, read_yaml

SHARED = ("version", "asset", "tag", "tags", "groups", "template")
"""What the file says for all of its entries."""


@dataclass(frozen=True)
class Declared:
    """A service, whom it tells of what, and the line where that is written."""

    place: str
    recipients: tuple[str, ...]
    service: Service


def read_settings(path: Path, known: Collection[str]) -> tuple[list[Declared], list[Problem]]:
    """What ``path`` declares for ``known`` recipients, and all that is wrong there.

    No file declares nothing, and nothing is wrong with that. An entry that cannot be relied
    on is left out; the others are told.
    """
    if not path.exists():
        return [], []
    problems: list[Problem] = []

    def report(line: int | None, found: str, rule: str, remedy: str) -> None:
        problems.append(Problem(found, rule, remedy, path.name, line))

    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        report(
            None,
            "others on this machine may open it",
            "it holds addresses and passwords",
            f"chmod 600 {path.name}",
        )
    try:
        document = read_yaml(path, path.name)
    except OSError:
        report(None, "it cannot be opened", "kinhbac reads it", "give it to kinhbac's user")
        return [], problems
    for problem in document.problems:
        # Its own words may quote a key, which is a URL here: the line must do.
        report(
            problem.line,
            "this is no YAML that can be read",
            "plain YAML, no key twice, no anchors",
            "correct the syntax",
        )
    data = document.data if isinstance(document.data, dict) else {}
    if not isinstance(data.get("urls"), list) or "include" in data:
        if not document.problems:
            report(
                document.line_of(("include",)),
                "it is no list of URLs of its own",
                "Apprise's YAML format with `urls:` and without `include:`",
                "see «Notices» in docs/operations.md",
            )
        return [], problems
    shared = {key: data[key] for key in SHARED if key in data}
    names = {recipient.lower(): recipient for recipient in known}
    declared = []
    for loc, entry in _entries(data["urls"]):
        line = document.line_of(loc)
        try:
            service = load_service({**shared, "urls": [entry]})
        except NotUsable as error:
            problems.append(replace(error.problem, file=path.name, line=line))
            continue
        unknown = [tag for tag in service.tags if tag not in names]
        if unknown or not service.tags:
            report(
                line,
                f"unknown tag {', '.join(map(_quoted, unknown))}" if unknown else "it has no tag",
                "a tag is the code of an agency, or leaders",
                "correct it",
            )
        recipients = tuple(names[tag] for tag in service.tags if tag in names)
        declared.append(Declared(f"{path.name}:{line} ({service.scheme})", recipients, service))
    return declared, problems


def _quoted(tag: str) -> str:
    """A tag as it may be shown: what looks like no tag may be an address on the wrong line."""
    return f"«{tag}»" if tag.replace("-", "_").isidentifier() else "«…»"


def _entries(urls: list[Any]) -> Iterator[tuple[Loc, Any]]:
    """Each URL, or each item of the list under a URL, with its place in the file."""
    for number, entry in enumerate(urls):
        lists = [
            (url, items)
            for url, items in (entry.items() if isinstance(entry, dict) else ())
            if "://" in url and isinstance(items, list)
        ]
        if not lists:
            yield ("urls", number), entry
        for url, items in lists:
            for place, item in enumerate(items):
                yield ("urls", number, url, place), {**entry, url: [item]}
