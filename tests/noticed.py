"""A release small enough to count by hand, and machines that take its notices.

Here: the tables that notices read, a mailbox and a webhook on this machine. Not here: what is
asked of them. Past 200 lines by the columns of the tables.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from kinhbac.data_folder import DataFolder
from kinhbac.quality.six_words import SPEAKS
from kinhbac.release.releases import Release, current_release

Row = dict[str, Any]

TABLES = """
create table agencies (agency varchar, name_vi varchar, name_en varchar, kind varchar);
insert into agencies values
    ('SYT', 'Sở Y tế', 'Health', 'department'), ('STC', 'Sở Tài chính', 'Finance', 'department');
create table areas (area varchar, kind varchar, name_vi varchar);
insert into areas values
    ('24', 'province', 'Tỉnh Bắc Ninh'), ('00001', 'commune', 'Xã Một'),
    ('00002', 'commune', 'Xã Hai');
create table indicators (indicator varchar, name_vi varchar, covers varchar, span varchar);
insert into indicators values
    ('clinic_birth_rate', 'Tỷ lệ sinh tại trạm', 'to_date', 'year_to_date');
create table sources (source varchar, name_vi varchar, owner varchar, synthetic boolean);
insert into sources values ('clinic', 'Trạm y tế', 'SYT', true), ('budget', 'Ngân sách', 'STC', false);
create table extracts (source varchar, file varchar);
insert into extracts values
    ('clinic', 'clinic/2026-02/2026-03-03_a.csv'), ('clinic', 'clinic/2026-02/2026-03-03_a.csv'),
    ('budget', 'budget/2026/2026-03-04_b.xlsx');
create table holds (
    hold varchar, cause varchar, source varchar, owner varchar, subject varchar,
    data_elements varchar, indicators bigint, cells bigint
);
create table worklist (
    agency varchar, agency_vi varchar, item varchar, item_vi varchar, source varchar,
    place varchar, place_vi varchar, found varchar, found_vi varchar, expected varchar,
    expected_vi varchar, remedy varchar, remedy_vi varchar, since date
);
"""
WARNINGS = """
create table warnings (
    warning varchar, rule varchar, indicator varchar, indicator_group varchar, area varchar,
    source varchar, sector varchar, owner varchar, level varchar, worst_level varchar,
    life varchar, open boolean, period_kind varchar, first_period varchar,
    first_period_start date, last_period varchar, last_period_start date, figure double,
    limit_value double, value double, target double, data_state varchar, raised_on date,
    raised_in integer, reopened_on date, times_reopened integer, closed_on date,
    closed_in integer, closed_because varchar, acknowledged_by varchar, acknowledged_on date,
    action_vi varchar, action_en varchar, action_by varchar, action_decision varchar,
    action_decided_on date, action_due date, action_overdue boolean, close_reason varchar,
    text_vi varchar, text_en varchar, synthetic boolean
);
"""
QUALITY = """
alter table sources add column name_en varchar;
create table release_info (as_of date);
insert into release_info values ('2026-04-10');
create table quality (
    level varchar, subject varchar, word varchar, measure varchar, period_kind varchar,
    period_start date, numerator double, denominator double, value double, peer_median double,
    standing varchar, synthetic boolean
);
"""

LATE: Row = {
    "agency": "SYT",
    "item": "late_extract",
    "item_vi": "Chậm gửi",
    "source": "clinic",
    "place": "clinic/2026-03",
    "place_vi": "clinic/2026-03",
    "found": "nothing has been delivered for 2026-03",
    "found_vi": "chưa có số liệu của tháng 3/2026",
    "expected": "due on 05/04/2026",
    "remedy_vi": "Gửi tệp trích xuất của kỳ",
    "since": "2026-04-06",
}
REFUSED: Row = {
    "agency": "SYT",
    "item": "refused_extract",
    "item_vi": "Tệp bị từ chối",
    "source": "clinic",
    "place": "clinic/2026-02/2026-03-03_a.csv, line 2, Sinh",
    "place_vi": "clinic/2026-02/2026-03-03_a.csv, dòng 2, Sinh",
    "found": "«mười» is no number",
    "found_vi": "«mười» không phải là số",
    "remedy_vi": "Sửa ô rồi gửi lại tệp mới",
    "since": "2026-03-03",
}
HELD: Row = {
    "hold": "refused:clinic/2026-02",
    "cause": "refused",
    "source": "clinic",
    "owner": "SYT",
    "subject": "2026-02",
    "indicators": 3,
    "cells": 1200,
}


def warning(key: str = "low", **more: Any) -> Row:
    """An open red warning of the province, raised on 10 March, with ``more`` that differs."""
    row: Row = {
        "warning": key,
        "rule": "threshold",
        "indicator": "clinic_birth_rate",
        "area": "24",
        "source": "clinic",
        "owner": "SYT",
        "level": "red",
        "life": "raised",
        "open": True,
        "raised_on": "2026-03-10",
        "action_overdue": False,
        "text_vi": "Tỷ lệ sinh tại trạm của Tỉnh Bắc Ninh là 30%, dưới ngưỡng đỏ 50%",
        "synthetic": False,
    }
    return row | more


def counted(
    level: str, subject: str, measure: str, quarter: str, lacking: int, of: int, **more: Any
) -> Row:
    """A row of ``quality``: of ``of`` deliveries or cells so many lack."""
    row: Row = {
        "level": level,
        "subject": subject,
        "word": next(word for word, spoken in SPEAKS.items() if spoken == measure),
        "measure": measure,
        "period_kind": "quarter",
        "period_start": quarter,
        "numerator": of - lacking,
        "denominator": of,
        "value": (of - lacking) / of,
        "synthetic": False,
    }
    return row | more


def publish(data: DataFolder, number: int, **tables: list[Row]) -> Release:
    """A release with these rows; without ``warnings`` it is one from before there were any."""
    folder = data.releases / str(number)
    folder.mkdir(parents=True)
    with duckdb.connect((folder / "warehouse.duckdb").as_posix()) as db:
        db.execute(TABLES)
        if "warnings" in tables:
            db.execute(WARNINGS)
        if "quality" in tables:
            db.execute(QUALITY)
        for table, rows in tables.items():
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join("?" for _ in row)
                db.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))
    manifest = {"release": number, "as_of": "2026-04-10"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    data.current.unlink(missing_ok=True)
    data.current.symlink_to(folder)
    release = current_release(data)
    assert release is not None
    return release


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Mailbox:
    """A mail server that keeps what it takes; ``refuses`` addresses it does not take."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.refuses: set[str] = set()
        self.logins: list[tuple[str, str]] = []
        self.before_answering: Callable[[], None] = lambda: None

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((envelope.rcpt_tos, mail))
        self.before_answering()
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, way: str, data: Any) -> Any:
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=True)

    @property
    def received(self) -> list[str]:
        return [address for addresses, _ in self.mails for address in addresses]

    def text(self, place: int = -1, kind: str = "plain") -> str:
        body = self.mails[place][1].get_body((kind,))
        assert body is not None
        return str(body.get_content())

    @contextmanager
    def open(self, **options: Any) -> Iterator[Mailbox]:
        server = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        server.start()
        try:
            yield self
        finally:
            server.stop()


class Hook:
    """A webhook that keeps what it is sent and answers with ``status``."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.status = 204
        self.before_answering: Callable[[], None] = lambda: None
        self.port = 0

    @contextmanager
    def open(self) -> Iterator[Hook]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                hook.calls.append(json.loads(self.rfile.read(length)))
                hook.before_answering()
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests read what kinhbac says, not this."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def declare(data: DataFolder, text: str) -> Path:
    """Lay down ``notices.yml`` as an installation should."""
    data.root.mkdir(parents=True, exist_ok=True)
    data.notices_settings.write_text(text, encoding="utf-8")
    data.notices_settings.chmod(0o600)
    return data.notices_settings
