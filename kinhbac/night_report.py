"""What a night brought, and the words in which the command line tells it.

Here: the counts to which the steps add, the summary. Not here: the steps (``night``), why a
publication is refused (``release.refusal``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from kinhbac.release.releases import Release
from kinhbac.stillness import Stillness

if TYPE_CHECKING:
    from kinhbac.ingest.reception import Reception

GROUPS = ("input", "process", "output", "impact", "composite")


@dataclass
class NightReport:
    """What the steps counted, and how the night ended.

    ``idle`` when the release in force already holds what would be published; ``refusal``
    says why it did not end well, ``edition_refused`` why nothing new is open to everybody;
    ``seconds`` are those of its parts.
    """

    accepted: int = 0
    refused: int = 0
    unchanged: int = 0
    idle: bool = False
    published: bool = False
    refusal: str = ""
    edition: str = ""
    edition_refused: str = ""
    notices: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def succeeded(self) -> bool:
        """Whether every step was taken."""
        return not self.refusal

    @property
    def outcome(self) -> Literal["published", "unchanged", "refused"]:
        """What the night came to, in a word."""
        if self.refusal:
            return "refused"
        return "published" if self.published else "unchanged"

    def count(self, reception: Reception) -> None:
        """Add what came of one source's extracts."""
        self.accepted += reception.accepted
        self.refused += reception.refused
        self.unchanged += reception.unchanged


def describe(report: NightReport, release: Release | None) -> str:
    """The summary: extracts, indicators and values by group, what is held, where to look.

    ``release`` is the one in force when the night had ended.
    """
    lines = [
        "",
        f"Extracts     {report.accepted} accepted, {report.refused} refused, "
        f"{report.unchanged} unchanged",
    ]
    if report.refusal:
        lines.append(report.refusal)
    if release:
        lines += _contents(release)
        word = "published" if report.published else "stays in force"
        if report.succeeded and not report.published:
            word += " (nothing has changed)"
        lines.append(f"Release      {release.number} {word}")
        if report.edition_refused:
            lines.append(report.edition_refused)
        elif report.edition:
            lines.append(f"Open data    edition {report.edition}")
        if report.notices:
            lines.append(f"Notices      {report.notices}")
        current = release.folder.parent.parent / "current"
        lines.append(f"Look here    {current / 'site' / 'index.html'}")
        lines.append(f"Query here   {current / 'warehouse.duckdb'}")
    lines.append("Time         " + ", ".join(f"{k} {v:.1f} s" for k, v in report.seconds.items()))
    return "\n".join(lines)


def describe_stillness(stillness: Stillness, seconds: float) -> str:
    """The summary of a night that had nothing to do, and why."""
    known = stillness.release.manifest["tables"]["extracts"]["rows"]
    report = NightReport(unchanged=known, idle=True, seconds={"whole": seconds})
    return f"{describe(report, stillness.release)}\nIdle         {stillness}"


def _contents(release: Release) -> list[str]:
    counts = release.manifest.get("summary")
    lines = _counts(counts) if counts else []  # a release of before does not know them
    warned = [check for check in release.manifest["checks"] if not check["passed"]]
    worklists = release.manifest["worklists"]
    lines.append(
        f"To do        {sum(worklists.values())} items for {len(worklists)} agencies "
        "(kinhbac worklist AGENCY)"
    )
    lines.append(f"Checks       {len(release.manifest['checks'])} asked, {len(warned)} warnings")
    return lines


def _counts(counts: dict[str, Any]) -> list[str]:
    lines = [
        f"{group:<12} {told['indicators']} indicators, {told['values']:,} values of "
        f"{told['cells']:,} cells"
        for group in GROUPS
        if (told := counts["groups"].get(group))
    ]
    lines.append(
        f"Held         {counts['held']:,} cells held; {counts['empty']:,} cells empty, each with "
        "its reason"
    )
    lines.append(
        f"Synthetic    {counts['synthetic']:,} values rest on demonstration data, marked in every "
        "table"
    )
    if counts["sent_back"]:
        lines.append(
            f"Sent back    {counts['sent_back']} definitions have changed since they were signed, "
            f"{counts['waiting']} more waiting for them; their values are not published "
            "(kinhbac check)"
        )
    return lines
