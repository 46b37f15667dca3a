"""Notices arrive, once per change, never twice, at whom they concern, and give nothing away.

Past 200 lines: a question a way in which sending can go wrong.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from kinhbac.calendar import today
from kinhbac.cli import main
from kinhbac.data_folder import PROJECT, DataFolder
from kinhbac.notices.delivery import Delivery, describe, notify
from kinhbac.release.releases import current_release
from tests.noticed import HELD, LATE, REFUSED, Hook, Mailbox, declare, publish, warning


@pytest.fixture(autouse=True)
def _directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the machine is not asked for the loopback, and nobody waits to try again."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr("kinhbac.notices.delivery.PAUSES", ())


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox().open() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook().open() as opened:
        yield opened


def mail_to(box: Mailbox, address: str = "an@syt.example.invalid", tag: str = "SYT") -> str:
    sender = "kinhbac@bacninh.example.invalid"
    return f"  - mailto://127.0.0.1:{box.port}?from={sender}&to={address}&cto=2: {{tag: {tag}}}\n"


def call(opened: Hook, tag: str = "SYT", path: str = "notices") -> str:
    return f"  - json://127.0.0.1:{opened.port}/{path}?rto=2: {{tag: {tag}}}\n"


def run(data: DataFolder, again: str | None = None) -> Delivery:
    release = current_release(data)
    assert release is not None
    return notify(data, release, again)


def fates(delivery: Delivery) -> list[tuple[str, str]]:
    return [(told.recipient, told.fate) for told in delivery.told]


def command(data: DataFolder, *arguments: str) -> Result:
    return CliRunner().invoke(
        main, ["notify", *arguments], env={"KINHBAC_DATA": data.root.as_posix()}
    )


def test_a_mail_arrives_with_its_subject_text_and_page(data: DataFolder, mailbox: Mailbox) -> None:
    publish(data, 12, warnings=[warning()], worklist=[LATE], holds=[HELD])
    declare(data, "urls:\n" + mail_to(mailbox))
    assert fates(run(data)) == [("SYT", "sent")]
    [(addresses, mail)] = mailbox.mails
    assert addresses == ["an@syt.example.invalid"]
    assert mail["To"] == "an@syt.example.invalid"
    assert mail["From"] == "kinhbac@bacninh.example.invalid"
    assert mail["Subject"] == (
        "[kinhbac] Sở Y tế: 1 cảnh báo, 1 tệp chậm, 0 tệp bị từ chối, 1.200 ô tạm giữ "
        "(đợt công bố 12)"
    )
    for kind in ("plain", "html"):
        text = mailbox.text(kind=kind)
        assert "Tỷ lệ sinh tại trạm của Tỉnh Bắc Ninh là 30%, dưới ngưỡng đỏ 50%" in text
        assert "Trạm y tế, kỳ 03/2026" in text
        assert "Gửi tệp trích xuất của kỳ" in text
    assert "<h2>Cảnh báo (1)</h2>" in mailbox.text(kind="html")


def test_a_webhook_gets_the_same_as_text(data: DataFolder, hook: Hook) -> None:
    publish(data, 12, warnings=[warning()])
    declare(data, "urls:\n" + call(hook))
    run(data)
    [sent] = hook.calls
    assert sent["title"].startswith("[kinhbac] Sở Y tế: 1 cảnh báo")
    assert "1. Cảnh báo đỏ: Tỷ lệ sinh tại trạm của Tỉnh Bắc Ninh là 30%" in sent["message"]
    assert "<" not in sent["message"]


def test_everyone_is_told_his_own(data: DataFolder, mailbox: Mailbox) -> None:
    publish(data, 1, warnings=[warning(), warning("debt", owner="STC", text_vi="Nợ công")])
    declare(
        data,
        "urls:\n"
        + mail_to(mailbox)
        + mail_to(mailbox, "ba@stc.example.invalid", "stc")
        + mail_to(mailbox, "chu-tich@example.invalid", "leaders"),
    )
    run(data)
    assert len(mailbox.mails) == 3
    health, finance, leaders = (mailbox.text(place) for place in range(3))
    assert "Nợ công" not in health and "Nợ công" in finance
    assert "Nợ công" in leaders and "Tỷ lệ sinh tại trạm" in leaders


def test_a_second_run_and_a_new_release_without_a_change_send_nothing(
    data: DataFolder, mailbox: Mailbox, hook: Hook
) -> None:
    publish(data, 1, warnings=[warning()], worklist=[LATE], holds=[HELD])
    declare(data, "urls:\n" + mail_to(mailbox) + call(hook))
    run(data)
    assert fates(run(data)) == [("SYT", "unchanged"), ("SYT", "unchanged")]
    # A night later figures, counts and texts have moved by themselves; nothing has happened.
    moved = warning(text_vi="Tỷ lệ sinh tại trạm là 29%, 4 kỳ liên tiếp", figure=29.0)
    publish(data, 2, warnings=[moved], worklist=[LATE], holds=[HELD | {"cells": 1300}])
    run(data)
    assert len(mailbox.mails) == len(hook.calls) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"level": "yellow"},
        {"life": "acknowledged"},
        {"life": "reopened", "reopened_on": "2026-04-09"},
        {"action_overdue": True},
    ],
)
def test_a_changed_warning_is_told_once_and_marked(
    data: DataFolder, hook: Hook, change: dict[str, object]
) -> None:
    publish(data, 1, warnings=[warning(), warning("other", text_vi="Khác")])
    declare(data, "urls:\n" + call(hook))
    run(data)
    publish(data, 2, warnings=[warning(**change), warning("other", text_vi="Khác")])
    run(data)
    run(data)
    assert len(hook.calls) == 2
    text = hook.calls[1]["message"]
    assert text.count("[THAY ĐỔI]") == 1
    news, standing = text.split("Cảnh báo (1)")
    assert "[THAY ĐỔI] Cảnh báo" in news and "Khác" in standing


def test_new_items_come_first_and_what_is_gone_is_counted(data: DataFolder, hook: Hook) -> None:
    publish(data, 1, warnings=[warning()], worklist=[LATE])
    declare(data, "urls:\n" + call(hook))
    run(data)
    publish(data, 2, warnings=[warning()], worklist=[REFUSED])
    run(data)
    text = hook.calls[1]["message"]
    assert text.index("[MỚI] Tệp bị từ chối") < text.index("Cảnh báo đỏ")
    assert "1 mục của lần báo trước không còn." in text
    assert "[MỚI]" not in hook.calls[0]["message"]


def test_whoever_has_nothing_left_is_told_so_once_and_others_are_told_nothing(
    data: DataFolder, mailbox: Mailbox
) -> None:
    publish(data, 1, warnings=[warning()])
    declare(data, "urls:\n" + mail_to(mailbox) + mail_to(mailbox, "ba@stc.example.invalid", "STC"))
    run(data)
    publish(data, 2, warnings=[warning(open=False, life="closed")])
    run(data)
    run(data)
    assert mailbox.received == ["an@syt.example.invalid"] * 2
    assert mailbox.mails[1][1]["Subject"] == (
        "[kinhbac] Sở Y tế: không còn việc cần xử lý (đợt công bố 2)"
    )
    assert "1 mục của lần báo trước không còn." in mailbox.text()
    assert mailbox.text().count("Xem tất cả") == 1


def test_a_kill_after_the_message_left_does_not_send_it_twice(data: DataFolder, hook: Hook) -> None:
    publish(data, 1, warnings=[warning()])
    declare(data, "urls:\n" + call(hook))
    process = subprocess.Popen(
        [sys.executable, "-m", "kinhbac.cli", "notify"],
        cwd=PROJECT,
        env=os.environ | {"KINHBAC_DATA": data.root.as_posix()},
    )
    # The message has arrived; its sender dies before it hears so.
    hook.before_answering = lambda: os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    hook.before_answering = lambda: None
    for _ in range(2):
        delivery = run(data)
        assert fates(delivery) == [("SYT", "uncertain")]
        said = "\n".join(describe(delivery))
        assert "SYT, notices.yml:2 (json): one message may not have arrived" in said
        assert f"it was being sent on {today():%d/%m/%Y}" in said
    assert len(hook.calls) == 1
    # The next change is told as ever, and a person may have everything told anew.
    publish(data, 2, warnings=[warning(level="yellow")])
    assert fates(run(data)) == [("SYT", "uncertain"), ("SYT", "sent")]
    assert fates(run(data, again="SYT")) == [("SYT", "sent")]
    assert len(hook.calls) == 3


def test_a_server_that_fails_is_tried_again_and_the_others_hear_nothing_twice(
    data: DataFolder, mailbox: Mailbox, hook: Hook
) -> None:
    publish(data, 1, warnings=[warning()])
    absent = Mailbox()
    declare(
        data,
        "urls:\n" + mail_to(absent, "vang@syt.example.invalid") + mail_to(mailbox) + call(hook),
    )
    hook.status = 503
    mailbox.refuses = {"an@syt.example.invalid"}
    assert [fate for _, fate in fates(run(data))] == ["failed", "failed", "failed"]
    assert mailbox.mails == []
    hook.status = 204
    assert [fate for _, fate in fates(run(data))] == ["failed", "failed", "sent"]
    mailbox.refuses = set()
    with absent.open():
        assert [fate for _, fate in fates(run(data))] == ["sent", "sent", "unchanged"]
    assert len(mailbox.mails) == len(absent.mails) == 1
    assert len(hook.calls) == 2  # the refused one and the one that was taken


def test_a_server_that_is_busy_for_a_moment_is_asked_again_the_same_night(
    data: DataFolder, mailbox: Mailbox, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kinhbac.notices.delivery.PAUSES", (0.0, 0.0))
    publish(data, 1, warnings=[warning()])
    declare(data, "urls:\n" + call(hook) + mail_to(mailbox))
    hook.before_answering = lambda: vars(hook).update(status=204 if len(hook.calls) > 2 else 503)
    assert fates(run(data)) == [("SYT", "sent"), ("SYT", "sent")]
    assert len(hook.calls) == 3 and len(mailbox.mails) == 1


def test_a_failed_message_is_as_new_the_next_night(data: DataFolder, hook: Hook) -> None:
    publish(data, 1, warnings=[warning()])
    declare(data, "urls:\n" + call(hook))
    run(data)
    publish(data, 2, warnings=[warning(), warning("more", text_vi="Thêm")])
    hook.status = 500
    run(data)
    hook.status = 204
    run(data)
    assert "[MỚI] Cảnh báo đỏ: Thêm" in hook.calls[-1]["message"]


def test_a_server_that_takes_a_message_without_saying_so_gets_no_second_one(
    data: DataFolder, mailbox: Mailbox, hook: Hook
) -> None:
    publish(data, 1, warnings=[warning()])
    declare(data, "urls:\n" + mail_to(mailbox) + call(hook))
    mailbox.before_answering = hook.before_answering = lambda: time.sleep(3)
    assert [fate for _, fate in fates(run(data))] == ["uncertain", "uncertain"]
    mailbox.before_answering = hook.before_answering = lambda: None
    assert [fate for _, fate in fates(run(data))] == ["uncertain", "uncertain"]
    assert len(mailbox.mails) == len(hook.calls) == 1


def test_a_dead_server_is_waited_for_once_a_night_and_tried_again(data: DataFolder) -> None:
    publish(data, 1, warnings=[warning()])
    box = Mailbox()
    declare(
        data,
        "urls:\n" + "".join(mail_to(box, f"{name}@syt.example.invalid") for name in ("an", "ba")),
    )
    with socket.create_server(("127.0.0.1", box.port)):  # listens and says nothing
        told = run(data).told
    assert [one.fate for one in told] == ["failed", "failed"]
    assert "did not answer tonight" in told[1].why and "did not answer" not in told[0].why
    with box.open():
        assert [one.fate for one in run(data).told] == ["sent", "sent"]


def test_two_processes_do_not_send_twice(data: DataFolder, hook: Hook) -> None:
    publish(data, 1, warnings=[warning()])
    declare(data, "urls:\n" + call(hook))
    second: list[Delivery] = []
    hook.before_answering = lambda: second.append(run(data))
    assert fates(run(data)) == [("SYT", "sent")]
    assert second[0].busy and second[0].told == []
    assert len(hook.calls) == 1


def test_a_dry_run_prints_and_sends_and_writes_nothing(data: DataFolder, hook: Hook) -> None:
    publish(data, 1, warnings=[warning(), warning("debt", owner="STC", text_vi="Nợ công")])
    declare(data, "urls:\n" + call(hook))
    before = sorted(data.root.rglob("*"))
    result = command(data, "--dry-run")
    assert result.exit_code == 0
    assert "SYT: notices.yml:2 (json)" in result.output
    assert "STC: nobody is declared" in result.output and "Nợ công" in result.output
    assert "leaders: nobody is declared" in result.output
    assert "3 messages; a dry run sends none" in result.output
    assert hook.calls == [] and sorted(data.root.rglob("*")) == before
    run(data)
    assert "SYT:" not in command(data, "--dry-run").output


def test_without_a_file_nobody_is_told_and_that_is_said(data: DataFolder) -> None:
    publish(data, 1, warnings=[warning()])
    result = command(data)
    assert result.exit_code == 0
    assert "nobody is told: data/notices.yml names no recipient" in result.output
    assert not data.notices.exists()


SECRETS = ("robot", "gehe1m", "t0ken", "bearer-xyz", "an@syt", "path-secret", "invalid")


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # without TLS: it is this machine alone
def test_secrets_stay_in_the_settings(
    data: DataFolder, mailbox: Mailbox, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPRISE_TEMPLATE_SMTP_PASSWORD", "gehe1m")
    publish(data, 1, warnings=[warning()])
    login = Mailbox()
    declare(
        data,
        f"""\
template: [SMTP_PASSWORD, LACKING]
urls:
  - mailto://robot:${{SMTP_PASSWORD}}@127.0.0.1:{login.port}?from=k@example.invalid:
      - {{to: an@syt.example.invalid, tag: SYT}}
  - json://robot:gehe1m@127.0.0.1:{hook.port}/path-secret?+Authorization=bearer-xyz&-key=t0ken:
      tag: SYT
  - json://robot:${{LACKING}}@127.0.0.1/path-secret: {{tag: SYT}}
  - unknown://robot:gehe1m@example.invalid/path-secret: {{tag: SYT}}
  - mailto://robot:gehe1m@example.invalid/not an address@: {{tag: SYT}}
  - mailto://{mailbox.port}?smtp=127.0.0.1&from=k@example.invalid&to=an@syt.example.invalid:
      tag: mailto://robot:gehe1m@example.invalid
""",
    )
    with login.open(authenticator=login.authenticate, auth_require_tls=False, auth_required=True):
        result = command(data)
        again = command(data)
    assert login.logins == [("robot", "gehe1m")]
    assert "SYT, notices.yml:4 (mailto): sent" in result.output
    assert "SYT, notices.yml:5 (json): sent" in result.output
    assert "notices.yml:7: it needs APPRISE_TEMPLATE_LACKING" in result.output
    assert "notices.yml:8: Apprise cannot read this entry" in result.output
    assert result.exit_code == 1 and len(hook.calls) == 1
    ledger = "".join(path.read_text() + path.name for path in data.notices.glob("*.json"))
    assert len(list(data.notices.glob("*.json"))) == 2
    for secret in SECRETS:
        assert secret not in result.output + again.output + ledger


def test_a_new_password_or_mail_server_is_no_reason_to_tell_all_again(
    data: DataFolder, mailbox: Mailbox, hook: Hook
) -> None:
    publish(data, 1, warnings=[warning()])
    at_hook = f"  - json://robot:old@127.0.0.1:{hook.port}/notices: {{tag: SYT}}\n"
    declare(data, "urls:\n" + mail_to(mailbox) + at_hook)
    run(data)
    with Mailbox().open() as moved:
        declare(data, "urls:\n" + mail_to(moved) + at_hook.replace("old", "new"))
        assert [fate for _, fate in fates(run(data))] == ["unchanged", "unchanged"]
        assert moved.mails == []


def test_all_that_is_wrong_is_said_at_once_with_its_line(data: DataFolder, hook: Hook) -> None:
    publish(data, 1, warnings=[warning()])
    path = declare(
        data,
        "urls:\n"
        "  - json://127.0.0.1/one: {tag: [SYT, SYTT]}\n"
        "  - json://127.0.0.1/two\n"
        "  - nonsense\n"
        "  - mailto://mail.example.invalid?from=k@example.invalid:\n"
        "      - {to: 'a@example.invalid, b@example.invalid', tag: SYT}\n"
        "      - {to: a@example.invalid, cc: c@example.invalid, tag: SYT}\n" + call(hook),
    )
    path.chmod(0o644)
    delivery = run(data)
    found = [(problem.line, problem.found) for problem in delivery.problems]
    assert found == [
        (None, "others on this machine may open it"),
        (2, "unknown tag «sytt»"),
        (3, "it has no tag"),
        (4, "Apprise cannot read this entry, or a part of it"),
        (6, "it names 2 addresses"),
        (7, "it names 2 addresses"),
    ]
    assert len(hook.calls) == 1  # what is right is told all the same


@pytest.mark.parametrize(
    "text", ["urls: [\n", "urls: {a: b}\n", "- json://127.0.0.1\n", "", "urls:\n- a: *gehe1m\n"]
)
def test_a_file_that_is_no_settings_tells_nobody_and_says_so(data: DataFolder, text: str) -> None:
    publish(data, 1, warnings=[warning()])
    declare(data, text)
    result = command(data)
    assert result.exit_code == 1
    assert "warning: notices.yml" in result.output and "nobody is told" in result.output
    assert "gehe1m" not in result.output


def test_a_broken_entry_of_the_ledger_sends_nothing(data: DataFolder, hook: Hook) -> None:
    publish(data, 1, warnings=[warning()])
    declare(data, "urls:\n" + call(hook))
    run(data)
    [entry] = data.notices.glob("SYT.*.json")
    entry.write_text("{")
    delivery = run(data)
    assert fates(delivery) == [("SYT", "failed")]
    assert "Remedy: restore it, or remove it" in delivery.told[0].why
    assert len(hook.calls) == 1


def test_malicious_names_are_text(data: DataFolder, mailbox: Mailbox, hook: Hook) -> None:
    evil = "Số\r\nBcc: thief@example.invalid\r\n\r\n<script>alert(1)</script>\u202e{{ 7 * 7 }}"
    release = publish(data, 1, worklist=[LATE | {"item": "jump", "place_vi": evil, "found": evil}])
    with duckdb.connect((release.folder / "warehouse.duckdb").as_posix()) as db:
        db.execute("update agencies set name_vi = ? where agency = 'SYT'", [evil])
    declare(data, "urls:\n" + mail_to(mailbox) + call(hook))
    run(data)
    [(addresses, mail)] = mailbox.mails
    assert addresses == ["an@syt.example.invalid"]
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("[kinhbac] Số Bcc: thief@example.invalid <script>")
    page = mailbox.text(kind="html")
    assert "<script>" not in page and "&lt;script&gt;" in page
    for text in (page, mailbox.text(), hook.calls[0]["message"], hook.calls[0]["title"]):
        assert "\u202e" not in text and "{{ 7 * 7 }}" in text
        assert not any(line.startswith("Bcc:") for line in text.splitlines())


def test_the_command_says_what_failed_and_fails_itself(data: DataFolder) -> None:
    publish(data, 1, warnings=[warning()])
    declare(data, "urls:\n" + mail_to(Mailbox()))
    result = command(data)
    assert result.exit_code == 1
    assert "SYT, notices.yml:2 (mailto): failed: it is tried again next time" in result.output
    assert "0 sent, 1 failed (see kinhbac notify), 0 unchanged" in result.output
