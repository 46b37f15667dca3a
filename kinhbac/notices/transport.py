"""Services that carry messages: mail, webhooks and whatever else Apprise knows.

Here: a service from its settings, and handing a message over. The only importer of Apprise, late
and with its log closed, because addresses, tokens and passwords are secrets: nothing of a
URL leaves this module but its scheme and a hash. Not here: the file of settings
(``settings``), what is sent to whom and when (``delivery``).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl, urlsplit

import yaml

from kinhbac.notices.message import Message
from kinhbac.problems import ProblemFound

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase
    from apprise.result import NotifyAttempt

MAIL = ("mailto", "mailtos")
PATIENCE = 60.0
"""Seconds for one message; Apprise gives up sooner on a server that does not answer."""
READ_TIMEOUT = 20.0
"""Seconds for a webhook's answer, unless its URL says otherwise (``rto``)."""

Handed = Literal["sent", "failed", "sending"]
"""What became of a message; ``sending``: it may have left, or not."""


class NotUsable(ProblemFound):
    """Settings that are no service."""


@dataclass(frozen=True)
class Service:
    """One way to reach one address.

    ``key`` is what the ledger calls it, ``tags`` name its recipients, ``server`` is the machine
    that takes its messages.
    """

    key: str
    scheme: str
    tags: tuple[str, ...]
    server: tuple[str, int | None]
    carrier: NotifyBase

    def send(self, message: Message) -> tuple[Handed, bool]:
        """Hand ``message`` over. Returns what became of it, and whether the server is silent."""
        from apprise import Apprise, NotifyFormat, NotifyType

        carriers = Apprise(asset=_asset())
        carriers.add(self.carrier)
        # Mail is HTML with its plain text; the others are told what they cannot misread.
        html = (
            self.carrier.schema in MAIL and self.carrier.resolve_format(None) == NotifyFormat.HTML
        )
        with carriers.notify(
            body=message.html if html else message.text,
            title=message.subject,
            body_format=NotifyFormat.HTML if html else NotifyFormat.TEXT,
            notify_type=NotifyType.SUCCESS if message.calm else NotifyType.WARNING,
        ) as result:
            attempts = [attempt for service in result for attempt in service.attempts]
            # The last attempt tells; a service marked optional would succeed in any case.
            return self._judge(attempts[-1]) if attempts else ("failed", False)

    def _judge(self, attempt: NotifyAttempt) -> tuple[Handed, bool]:
        from apprise.result import AppriseResultStatus

        silent = attempt.elapsed >= self.carrier.socket_connect_timeout
        if attempt.status == AppriseResultStatus.SUCCESS:
            return "sent", False
        # Who does not answer once he has the message may have taken it. Before that nothing
        # has left: Apprise says of mail when it came no further than the connection; a webhook
        # is read from for longer than it is connected to.
        if self.carrier.schema in MAIL:
            left = silent and not any("Connection error" in entry.message for entry in attempt)
        else:
            left = attempt.elapsed >= self.carrier.socket_read_timeout
        left = left or attempt.status == AppriseResultStatus.TIMEOUT
        return "sending" if left else "failed", silent


def load_service(settings: dict[str, Any]) -> Service:
    """The one service that ``settings`` (a configuration of Apprise) declare.

    What ``template:`` names is taken from the environment. Raises NotUsable.
    """
    from apprise import Apprise, AppriseConfig, NotifyBase

    doubts = _Doubts(logging.WARNING)
    waiting: list[Any] = []
    asset = _asset()
    log = logging.getLogger("apprise")
    log.addHandler(doubts)
    try:
        config = AppriseConfig(asset=asset)
        config.add_config(yaml.safe_dump(settings, allow_unicode=True), format="yaml")
        carriers = list(Apprise(config, asset=asset).find(report=waiting))
    finally:
        log.removeHandler(doubts)
    if waiting:
        names = sorted(f"APPRISE_TEMPLATE_{name.upper()}" for name in waiting[0].template_required)
        raise NotUsable(
            f"it needs {', '.join(names)}",
            "what `template:` names comes from the environment",
            "set it where kinhbac runs",
        )
    if len(carriers) != 1 or doubts.any:
        raise NotUsable(
            "Apprise cannot read this entry, or a part of it",
            "an entry is a URL with the settings of its service",
            "ask `apprise -vv --dry-run --config` with this file",
        )
    carrier = carriers[0]
    addresses = _addresses(carrier)
    if (found := len(addresses) if carrier.schema in MAIL else len(carrier)) != 1:
        raise NotUsable(
            f"it names {found} addresses",
            "one entry, one address: when one fails and is tried again, no other hears it twice",
            "give each address an entry of its own (`to:`)",
        )
    if carrier.socket_read_timeout == NotifyBase.socket_read_timeout:
        carrier.socket_read_timeout = READ_TIMEOUT
    server = str(getattr(carrier, "smtp_host", "") or carrier.host), carrier.port
    tags = tuple(sorted(str(tag) for tag in carrier.tags))
    return Service(_identify(carrier, addresses), carrier.schema, tags, server, carrier)


class _Doubts(logging.Handler):
    """Notices that Apprise warned of something, and keeps nothing of what it said."""

    any = False

    def emit(self, record: logging.LogRecord) -> None:
        self.any = True


def _asset() -> AppriseAsset:
    from apprise import AppriseAsset

    # Apprise logs what it reads, URLs among it; nobody is to hear that.
    log = logging.getLogger("apprise")
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    return AppriseAsset(
        app_id="kinhbac", app_desc="kinhbac", storage_mode="memory", service_timeout=PATIENCE
    )


def _addresses(carrier: NotifyBase) -> list[str]:
    """Everyone whom a mail goes to; empty for other services."""
    if carrier.schema not in MAIL:
        return []
    mail: Any = carrier
    return sorted({*(address for _, address in mail.targets), *mail.cc, *mail.bcc})


def _identify(carrier: Any, addresses: list[str]) -> str:
    """What the ledger calls a service: a hash of whom it reaches.

    A mailbox is its address: another server, sender or password is no other mailbox. The rest
    are their URL without password and without the options that all services have, so that
    neither a new password nor a new version of Apprise has everything told again.
    """
    from apprise import NotifyBase

    parts: list[object] = ["mail", *addresses]
    if not addresses:
        url = urlsplit(carrier.url())
        options = [p for p in parse_qsl(url.query) if p[0] not in NotifyBase.template_args]
        parts = [url.scheme, url.username, url.hostname, url.port, url.path, *sorted(options)]
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]
