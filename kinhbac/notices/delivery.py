"""Who is told tonight: once per change, never twice.

Here: what is due to whom by the ledger, sending it, saying what became of it. Not here: what
a digest says (``digest``, ``message``), how a message travels (``transport``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import sleep
from typing import Literal

from kinhbac.data_folder import DataFolder
from kinhbac.notices.agencies import read_digests
from kinhbac.notices.digest import Digest
from kinhbac.notices.ledger import AlreadySending, Ledger, LedgerUnreadable
from kinhbac.notices.letters import read_letter_digests
from kinhbac.notices.message import Message, write_message
from kinhbac.notices.settings import Declared, read_settings
from kinhbac.problems import Problem
from kinhbac.release.releases import Release

PAUSES = (2.0, 10.0)
"""Seconds before messages that failed are tried again: a server that is busy passes, and one that does
not answer at all is left for the next night."""
Fate = Literal["sent", "failed", "uncertain", "unchanged"]


@dataclass(frozen=True)
class Told:
    """What became of one recipient's digest at one service."""

    recipient: str
    place: str
    fate: Fate
    why: str = ""


@dataclass
class Delivery:
    """How an evening of notices ended."""

    settings: str
    declared: int
    problems: list[Problem]
    told: list[Told] = field(default_factory=list)
    busy: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether someone should look: not everyone was told, or the settings are wrong."""
        return bool(self.problems) or any(
            told.fate in ("failed", "uncertain") for told in self.told
        )

    @property
    def summary(self) -> str:
        """One line."""
        if self.busy:
            return "another process is sending them now"
        if not self.declared:
            words = f"nobody is told: {self.settings} names no recipient (docs/operations.md)"
        else:
            fates = Counter(told.fate for told in self.told)
            phrases = [f"{fates['sent']} sent"]
            if fates["failed"]:
                phrases.append(f"{fates['failed']} failed (see kinhbac notify)")
            if fates["uncertain"]:
                phrases.append(f"{fates['uncertain']} may not have arrived (see kinhbac notify)")
            words = ", ".join([*phrases, f"{fates['unchanged']} unchanged"])
        if self.problems:
            words += f"; {len(self.problems)} problems in {self.settings} (see kinhbac notify)"
        return words


def notify(data: DataFolder, release: Release, again: str | None = None) -> Delivery:
    """Send what is due of ``release``, to each service by itself.

    ``again`` names a recipient who is told everything once more, whatever the ledger says.
    What fails is tried again after each of ``PAUSES``. What fails still or is doubtful is said in the
    result, and raises nothing.
    """
    if not data.notices_settings.exists():
        return Delivery(_name(data), 0, [])
    digests = read_digests(release)
    declared, problems = read_settings(data.notices_settings, digests)
    delivery = Delivery(_name(data), len(declared), problems)
    ledger = Ledger(data.notices)
    if not declared:
        return delivery
    letters = {letter.recipient: letter for letter in read_letter_digests(release)}
    asked = [
        (one, digest)
        for one in declared
        for recipient in one.recipients
        for digest in (digests[recipient], letters.get(recipient))
        if digest
    ]
    told: list[list[Told]] = [[] for _ in asked]
    silent: set[tuple[str, int | None]] = set()
    try:
        with ledger.locked():
            waiting = [*range(len(asked))]
            for pause in (0.0, *PAUSES):
                if not waiting:
                    break
                sleep(pause)
                for number in waiting:
                    one, digest = asked[number]
                    earlier = [word for word in told[number] if word.fate != "failed"]
                    now = _tell(digest, one, ledger, again == digest.recipient, silent)
                    told[number] = [*earlier, *now]
                waiting = [
                    number
                    for number in waiting
                    if told[number][-1].fate == "failed"
                    and asked[number][0].service.server not in silent
                ]
    except AlreadySending:
        delivery.busy = True
    delivery.told += [word for words in told for word in words]
    return delivery


def _name(data: DataFolder) -> str:
    return f"{data.root.name}/{data.notices_settings.name}"


def _tell(
    digest: Digest,
    one: Declared,
    ledger: Ledger,
    again: bool,
    silent: set[tuple[str, int | None]],
) -> Iterator[Told]:
    def ended(fate: Fate, why: str = "") -> Told:
        return Told(digest.recipient, one.place, fate, why)

    try:
        entry = ledger.read(digest.entry, one.service.key)
    except LedgerUnreadable as error:
        yield ended("failed", str(error))
        return
    known = entry.told if entry and not again else {}
    due = digest.states != known
    if entry and entry.state == "sending" and not again:
        yield ended("uncertain", f"it was being sent on {entry.at:%d/%m/%Y} at {entry.at:%H:%M}")
    elif not due:
        yield ended("unchanged")
    if not due:
        return
    if one.service.server in silent:
        yield ended("failed", "its server did not answer tonight; it is tried again next time")
        return
    message = write_message(digest, known)
    ledger.write(digest.entry, one.service.key, "sending", digest.states)
    handed, is_silent = one.service.send(message)
    if is_silent:
        silent.add(one.service.server)
    if handed == "sent":
        ledger.write(digest.entry, one.service.key, "sent", digest.states)
        yield ended("sent", message.subject)
    elif handed == "failed":
        ledger.write(digest.entry, one.service.key, "failed", known)
        yield ended("failed", "it is tried again next time")
    else:
        yield ended("uncertain", "its server did not say whether it took it")


def preview(data: DataFolder, release: Release) -> Iterator[str]:
    """Every message that would be sent now, and to whom, as lines; writes and sends nothing.

    A recipient without a service is told nothing and is shown what would be said.
    """
    digests = read_digests(release)
    declared, problems = read_settings(data.notices_settings, digests)
    yield from (f"warning: {problem}" for problem in problems)
    ledger = Ledger(data.notices)
    messages = 0
    for digest in (*digests.values(), *read_letter_digests(release)):
        recipient = digest.recipient
        due: dict[Message, list[str]] = {}
        own = [one for one in declared if recipient in one.recipients]
        if not own and digest.sections:
            due[write_message(digest, {})] = ["nobody is declared"]
        for one in own:
            try:
                entry = ledger.read(digest.entry, one.service.key)
            except LedgerUnreadable as error:
                yield f"warning: {error}"
                continue
            known = entry.told if entry else {}
            if digest.states != known:
                due.setdefault(write_message(digest, known), []).append(one.place)
        for message, places in due.items():
            yield from (f"{recipient}: {', '.join(places)}", message.subject, "", message.text)
        messages += len(due)
    yield f"{messages} messages; a dry run sends none"


def describe(delivery: Delivery) -> Iterator[str]:
    """What was sent to whom, what failed, what may not have arrived; one line each."""
    for problem in delivery.problems:
        yield f"warning: {problem}"
    for told in delivery.told:
        match told.fate:
            case "sent":
                yield f"{told.recipient}, {told.place}: sent: {told.why}"
            case "failed":
                yield f"{told.recipient}, {told.place}: failed: {told.why}"
            case "uncertain":
                yield (
                    f"{told.recipient}, {told.place}: one message may not have arrived, and is not "
                    f"sent twice: {told.why}. Ask there; kinhbac notify --again {told.recipient}"
                )
    unchanged = {told.recipient: None for told in delivery.told if told.fate == "unchanged"}
    if unchanged:
        yield f"unchanged: {', '.join(unchanged)}"
    yield delivery.summary
