"""Deliveries that an agency lays down over HTTP: whole and proven, in its own folder, or not at all.

Here: the one file of one request. Not here: who sends it (``tokens``), what is in it, which the door
judges the next night like any other. What is written is ``landing/<agency>/<source>/<period>/<file>``:
aside under a name that the door knows for a left-over, and under its own when its length and its
SHA-256 are those that were promised. Nothing is read out, and nothing that lies there is replaced: a
correction is another file. No link below the landing zone is followed.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from kinhbac.data_folder import flush, hash_file
from kinhbac.ingest.arrival import keep_promise
from kinhbac.ingest.landing_zone import LEFT_OVER
from kinhbac.ingest.limits import FILE
from kinhbac.interface.refusals import Refusal
from kinhbac.periods import Period

SLUG = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):", re.ASCII)
"""``Content-Digest`` of RFC 9530 with the one algorithm that is asked for."""
LONGEST_NAME = 120
STALLED = 60
"""Seconds that a sender may be silent."""
KEPT_FREE = 1 << 30
"""Bytes of the disk that are left to the nights."""
OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Upload:
    """What a request promises: where the file belongs below ``landing``, its bytes, their SHA-256.

    Raises Refusal for what no delivery can be.
    """

    agency: str
    source: str
    period: str
    file: str
    size: int
    digest: str

    def __post_init__(self) -> None:
        try:
            Period.parse(self.period)
        except ValueError as error:
            raise misnamed(f"«{self.period[:80]}» is no period", "2026-10, 2026-Q4 …") from error
        if not SLUG.fullmatch(self.source):
            raise misnamed("there is no such source", "the key of a contract")
        name = self.file
        odd = "/" in name or not name.isprintable() or len(name.encode()) > LONGEST_NAME
        if odd or LEFT_OVER.fullmatch(name):
            rule = f"what is no left-over of a program, at most {LONGEST_NAME} bytes"
            raise misnamed("the file cannot be called that", rule)

    @classmethod
    def promised(cls, agency: str, place: tuple[str, str, str], head: dict[str, str]) -> Upload:
        """By the headers of a request. Raises Refusal where they do not say what must be known."""
        length, said = head.get("content-length", ""), DIGEST.search(head.get("content-digest", ""))
        if not (length.isascii() and length.isdecimal()):
            detail = "How long the file is must be said. Remedy: send Content-Length."
            raise Refusal(HTTPStatus.LENGTH_REQUIRED, detail)
        if int(length) > FILE:
            detail = f"A file has at most {FILE} bytes. Remedy: deliver it in several periods."
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
        try:
            digest = base64.b64decode(said[1], validate=True).hex() if said else ""
        except binascii.Error:
            digest = ""
        if not digest:
            detail = "Its SHA-256 must be said. Remedy: send «Content-Digest: sha-256=:…base64…:»."
            raise Refusal(HTTPStatus.BAD_REQUEST, detail)
        return cls(agency, *place, int(length), digest)

    @property
    def place(self) -> str:
        """Where it belongs in the landing zone."""
        return f"{self.agency}/{self.source}/{self.period}/{self.file}"


async def keep_upload(landing: Path, upload: Upload, pieces: AsyncIterator[bytes]) -> bool:
    """Lay the file down; False when it lies there already with these bytes.

    Raises Refusal when it is not what was promised, another one has its name, or the disk is full.
    """
    landing.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(landing).free - upload.size < KEPT_FREE:
        raise Refusal(
            HTTPStatus.INSUFFICIENT_STORAGE, "The disk is full. Remedy: tell the operator."
        )
    with _opened(landing, upload) as folder:
        aside = f".{secrets.token_hex(8)}.part"
        try:
            await _write(folder, aside, upload, pieces)
            return await asyncio.to_thread(_put_in_place, folder, aside, upload)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(aside, dir_fd=folder)


@contextmanager
def _opened(landing: Path, upload: Upload) -> Iterator[int]:
    """The folder of its period, made where it is not there, as no link leads to it."""
    folder = os.open(landing, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in (upload.agency, upload.source, upload.period):
            with suppress(FileExistsError):
                os.mkdir(name, 0o700, dir_fd=folder)
            outer, folder = folder, os.open(name, OPEN_FOLDER, dir_fd=folder)
            os.close(outer)
        yield folder
    except OSError as error:
        detail = (
            f"It cannot be laid down ({os.strerror(error.errno or 0)}). Remedy: tell the operator."
        )
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error
    finally:
        os.close(folder)


async def _write(folder: int, aside: str, upload: Upload, pieces: AsyncIterator[bytes]) -> None:
    digest, size = sha256(), 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(aside, flags, 0o600, dir_fd=folder), "wb") as file:
        try:
            while True:
                piece = await asyncio.wait_for(anext(pieces, None), STALLED)
                if piece is None:
                    break
                size += len(piece)
                if size > upload.size:
                    break
                digest.update(piece)
                file.write(piece)
        except TimeoutError as error:
            raise Refusal(
                HTTPStatus.REQUEST_TIMEOUT, "Nothing came. Remedy: send again."
            ) from error
        if size != upload.size or digest.hexdigest() != upload.digest:
            detail = (
                "What came is not what was promised, by length or SHA-256. Remedy: send it again."
            )
            raise Refusal(HTTPStatus.BAD_REQUEST, detail)
        keep_promise(file.fileno(), upload.digest)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())


def _put_in_place(folder: int, aside: str, upload: Upload) -> bool:
    there = Path(f"/proc/self/fd/{folder}")
    try:
        os.link(aside, upload.file, src_dir_fd=folder, dst_dir_fd=folder)
    except FileExistsError as error:
        found = there / upload.file
        if found.is_file() and not found.is_symlink() and hash_file(found) == upload.digest:
            return False
        detail = "Another file has this name. Remedy: deliver a correction under a name of its own."
        raise Refusal(HTTPStatus.CONFLICT, detail) from error
    flush(there)
    return True


def misnamed(found: str, rule: str) -> Refusal:
    """The refusal of a delivery whose address names no place for it."""
    detail = f"A delivery goes to deliveries/<source>/<period>/<file>: {found}. Rule: {rule}."
    return Refusal(HTTPStatus.BAD_REQUEST, detail)
