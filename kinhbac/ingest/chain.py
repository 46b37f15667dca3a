"""The chain of a source: all that its ledger ever said, each line bound to the one before it.

Here: reading such a chain, adding to it, what is wrong with one. Not here: what the ledger says
(``ledger``, ``receipts``), whether the files beside it still say so (``ledger_proof``).

A line is ``<link> <file> <text>``: the link is the SHA-256 of the link before, of the file's name
and of the text, so that no line can be changed, cut out or put in without another link at the end;
and that one stands in the manifest of every release (Haber and Stornetta, «How to time-stamp a
digital document», 1991). The last line may be torn: by a kill, and what it says was never in force,
or by a disk, and the file of which it speaks says the rest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from kinhbac.data_folder import DataFolder

CHAIN = "chain"
"""Its name, in the folder of a source."""
FIRST = "0" * 64
"""What the first line is bound to."""
LONGEST = 1 << 16
"""Bytes from the end that are looked through at once for where the last line begins."""


@dataclass
class Chain:
    """What stands in a chain: every text of a file, the newest last, and all links in order.

    ``torn``: bytes behind the last whole line. ``broken``: the number of the first line that is
    not bound to the one before it; nothing after it is read.
    """

    said: dict[str, list[str]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    torn: int = 0
    broken: int | None = None

    @property
    def head(self) -> str:
        """The link that stands for all of it."""
        return self.links[-1] if self.links else FIRST


def chain_path(data: DataFolder, source: str) -> Path:
    """Where the chain of a source lies, beside the folders of its entries."""
    return data.raw / source / CHAIN


def read_chain(path: Path) -> Chain:
    """The chain at ``path``, every link proven; an empty one where there is none. To be looked at
    only: whoever asks again before it has changed is given the same."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return Chain()
    mark = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return _read_as_it_is(path, mark)


@lru_cache(maxsize=256)
def _read_as_it_is(path: Path, _mark: tuple[int, ...]) -> Chain:
    chain, content = Chain(), path.read_bytes()
    chain.torn = len(content) - (content.rfind(b"\n") + 1)
    for number, line in enumerate(_lines(content), 1):
        link, _, told = line.partition(b" ")
        if link.decode("ascii", "replace") != _bind(chain.head, told):
            chain.broken = number
            break
        file, _, text = told.decode("utf-8").partition(" ")
        chain.said.setdefault(file, []).append(text)
        chain.links.append(link.decode("ascii"))
    return chain


def mend_line(path: Path, number: int, file: str, text: str) -> bool:
    """Put ``text`` of ``file`` into a line that is broken, if that is what it said: its link, or
    what the next line is bound to, proves it. Returns whether it did."""
    lines = list(_lines(path.read_bytes()))
    before = lines[number - 2].partition(b" ")[0].decode("ascii") if number > 1 else FIRST
    told = f"{file} {text}".encode()
    link = _bind(before, told)
    own = lines[number - 1].partition(b" ")[0].decode("ascii", "replace")
    after = lines[number] if number < len(lines) else b""
    bound = after and after.partition(b" ")[0].decode("ascii", "replace") == _bind(
        link, after.partition(b" ")[2]
    )
    if own != link and not bound:
        return False
    lines[number - 1] = f"{link} ".encode() + told
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return True


def add_line(path: Path, file: str, text: str) -> None:
    """Let the chain say that ``file`` holds ``text``; neither has line breaks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as chain:
        last = _last_line(chain.seek(0, os.SEEK_END), chain.fileno())
        told = f"{file} {text}".encode()
        before = last.partition(b" ")[0].decode("ascii") if last else FIRST
        chain.write(f"{_bind(before, told)} ".encode() + told + b"\n")


def mend_end(path: Path, said: Mapping[str, str]) -> bool:
    """Complete a torn last line from what files say (``said``: file → text of a line), if it is the
    beginning of such a line; returns whether it was."""
    chain, content = read_chain(path), path.read_bytes()
    torn = content[len(content) - chain.torn :]
    for file, text in said.items():
        told = f"{file} {text}".encode()
        line = f"{_bind(chain.head, told)} ".encode() + told + b"\n"
        if line.startswith(torn):
            path.write_bytes(content[: len(content) - chain.torn] + line)
            return True
    return False


def find_heads(data: DataFolder) -> dict[str, str]:
    """Source → the link that stands for all that its ledger says, of every source that has one."""
    heads = {}
    for path in sorted(data.raw.glob(f"*/{CHAIN}")):
        with path.open("rb") as chain:
            last = _last_line(chain.seek(0, os.SEEK_END), chain.fileno(), cut=False)
        heads[path.parent.name] = last.partition(b" ")[0].decode("ascii", "replace")
    return heads


def _bind(before: str, told: bytes) -> str:
    return sha256(f"{before} ".encode() + told).hexdigest()


def _lines(content: bytes) -> Iterator[bytes]:
    """The whole lines."""
    return iter(content.split(b"\n")[:-1])


def _last_line(size: int, descriptor: int, cut: bool = True) -> bytes:
    """The last whole line; what a kill has left behind it is ``cut`` off."""
    seen, at = b"", size
    # The break that ends it, and the one before it, which may stand behind what is torn.
    while at and seen[: seen.rfind(b"\n") + 1].count(b"\n") < 2:
        step = min(LONGEST, at)
        at -= step
        seen = os.pread(descriptor, step, at) + seen
    whole = seen.rfind(b"\n") + 1
    if cut and whole < len(seen):
        os.ftruncate(descriptor, size - len(seen) + whole)
    return seen[:whole].rstrip(b"\n").rpartition(b"\n")[2]
