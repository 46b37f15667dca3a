"""Thousands of faults, seeded: a file of each format that is read with one thing wrong in its bytes.

Here: the faults, the province in which they are tried, what must hold after each of them. Not here:
faults of every change (``tests/faults``), what a reader is given (``ingest.limits``). Run
``python -m bench.faults [TRIALS [SEED]]``; a trial that breaks a promise is printed with what makes
it again, and the exit code is 1. A trial is: one bit flipped, the end cut off, a piece repeated, or
a piece put in that a parser takes for something. Past 200 lines because what is promised of a
delivery and of the registry stands side by side.

What must hold of a delivery: the control source is published, the file is in the ledger or told as
a stray, no exception leaves the door, nothing is written outside the data folder, and nothing of
what the file says of people stands anywhere below it but in the landing zone and in ``raw``. Of a
file of the registry: it is read, or refused by its name in a problem, and nothing else.
"""

from __future__ import annotations

import io
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from bench.seeded import seeded
from kinhbac.data_folder import DataFolder
from kinhbac.ingest.landing_zone import find_strays
from kinhbac.night import COMPUTING, Night, run
from kinhbac.problems import ProblemsFound
from kinhbac.registry import load_registry
from tests.sheets import old_workbook, open_document

DAY = date(2026, 3, 20)
DOOR = tuple(step for step in COMPUTING if step.name in ("registry", "raw", "ledger"))
NAME, NUMBER = "Nguyen Thi Quaynhuan", "024300004711"
"""Of a person: what the contract leaves out, and what it keeps nobody's."""
FRAME = pl.DataFrame({
    "Ma": ["00001", "00002"], "Ten": [NAME, NAME], "SoDinhDanh": [NUMBER, NUMBER],
    "Sinh": [10, 30], "Tram": [9, 3],
})  # fmt: skip
PIECES = (
    b"\x00",
    b"\xff\xfe",
    b'"',
    b"{",
    b"]",
    b"\n",
    b"&#x0;",
    b"\xed\xa0\x80",
    b"9" * 400,
    b"PAR1",
)
REGISTRY = {
    "agencies.yml": "SYT: {name: {vi: Y tế, en: Health}, kind: department}\n",
    "vocabulary.yml": "sectors: {health: {vi: Y tế, en: Health}}\n"
    "units: {person: {vi: người, en: persons}}\n"
    "groupings: {settlement: {name: {vi: Loại, en: Kind}, categories: {ward: {vi: Phường, en: Ward}, "
    "rural: {vi: Xã, en: Rural}}}}\n",
    "areas.csv": "area,kind,code,name_vi,name_en,parent,valid_from,valid_to\n"
    "24,province,24,Tỉnh,Province,,2025-07-01,\n"
    "00001,commune,00001,Một,One,24,2025-07-01,\n"
    "00002,commune,00002,Hai,Two,24,2025-07-01,\n",
    "area_codes.csv": "code_system,code,area,valid_from,valid_to\n",
    "area_successions.csv": "predecessor,successor,share_of,share\n",
    "area_groups.csv": "grouping,area,area_group\n",
    "process.yml": "steps: {issued: {name: {vi: Ban hành, en: Issued}, requires: [formula], published: true}}\n",
    "rounds.yml": "{}\n",
    "needs.yml": "{}\n",
    "methods.yml": "points: {name: {vi: Điểm, en: Points}, based_on: faults, normalise: {by: score}}\n",
}
SOURCE = """\
source: {key}
name: {{vi: Nguồn, en: Source}}
sector: health
owner: [{{agency: SYT, from: 2025-07-01}}]
synthetic: true
delivery: {{format: {form}, frequency: month, due_days: 5}}
table: {{area: {{column: Ma, codes_as_of: 2025-07-01}}, ignored: [Ten], personal: [SoDinhDanh]}}
data_elements:
  births_{key}: {{name: {{vi: Sinh, en: Births}}, unit: person, column: Sinh, over_time: sum, over_areas: sum}}
  tram_{key}: {{name: {{vi: Trạm, en: At clinic}}, unit: person, column: Tram, over_time: sum, over_areas: sum}}
"""


def _open_document() -> bytes:
    def cell(value: object) -> str:
        if isinstance(value, int):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        said = f"<text:p>{value}</text:p>"
        return f'<table:table-cell office:value-type="string">{said}</table:table-cell>'

    rows = "".join(
        f"<table:table-row>{''.join(map(cell, row))}</table:table-row>"
        for row in [FRAME.columns, *FRAME.rows()]
    )
    return open_document(f'<table:table table:name="S">{rows}</table:table>')


def _packed(write: Callable[[io.BytesIO], object]) -> bytes:
    made = io.BytesIO()
    write(made)
    return made.getvalue()


def _goods() -> dict[str, tuple[str, bytes]]:
    """Format → suffix and a whole file; the manifest of a whole CSV is one of them."""
    records = FRAME.write_json().encode()
    return {
        "csv": ("csv", FRAME.write_csv().encode()),
        "json": ("json", records),
        "jsonl": ("jsonl", FRAME.write_ndjson().encode()),
        "parquet": ("parquet", _packed(FRAME.write_parquet)),
        "xlsx": ("xlsx", _packed(FRAME.write_excel)),
        "xls": ("xls", old_workbook({"S": [FRAME.columns, *FRAME.rows()]}, "a")),
        "ods": ("ods", _open_document()),
        "manifest": ("csv", b"vintage: final\nnote: lan 1\n"),
    }


def _declared() -> dict[str, bytes]:
    """The registry's own files, by their paths."""
    texts = {name: text for name, text in REGISTRY.items() if text != "{}\n"}
    texts["area_groups.csv"] += "settlement,00001,ward\nsettlement,00002,rural\n"
    texts["csv/source.yml"] = SOURCE.format(key="csv", form="csv")
    return {name: text.encode() for name, text in texts.items()}


def spoil(content: bytes, chance: random.Random) -> bytes:
    """The file with one thing wrong; the same for the same state of ``chance``."""
    spoilt = bytearray(content)
    at = chance.randrange(len(spoilt))
    match chance.choice(("flip", "flip", "flip", "cut", "repeat", "put")):
        case "flip":
            spoilt[at] ^= 1 << chance.randrange(8)
        case "cut":
            del spoilt[at:]
        case "repeat":
            spoilt[at:at] = spoilt[at : at + chance.randrange(1, 64)] * chance.randrange(1, 50)
        case _:
            spoilt[at:at] = chance.choice(PIECES)
    return bytes(spoilt)


class Province:
    """A control source and one source of each format, in a folder that is its own."""

    def __init__(self, root: Path) -> None:
        self.root, self.sources, self.data = root, root / "sources", DataFolder(root / "data")
        for name, text in REGISTRY.items():
            self._write(self.sources / name, text.encode())
        goods = _goods()
        for key in ("control", *goods):
            form = {"control": "csv", "manifest": "csv", "ods": "xlsx"}.get(key, key)
            text = SOURCE.format(key=key, form=form)
            self._write(self.sources / key / "source.yml", text.encode())
        self.registry = load_registry(self.sources)

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def judge(self, form: str, suffix: str, content: bytes) -> tuple[str, list[str]]:
        """How the file stands, and every promise that was broken."""
        shutil.rmtree(self.data.root, ignore_errors=True)
        csv = FRAME.write_csv().encode()
        self._write(self.data.landing / "control/2026-02/2026-03-03_a.csv", csv)
        landed = self.data.landing / form / "2026-02" / f"2026-03-03_a.{suffix}"
        if form == "manifest":
            self._write(landed, csv)
            landed = landed.with_name(f"{landed.name}.manifest.yml")
        self._write(landed, content)
        before = {path for path in self.root.rglob("*") if self.data.root not in path.parents}
        try:
            run(Night(self.registry, self.data, DAY, workers=1), DOOR)
        except Exception as error:  # whatever it is, it has left the door
            return "stopped", [f"it stopped the night: {type(error).__name__}: {error}"]
        broken = []
        rows = pl.read_parquet(self.data.tables / "extracts.parquet")
        control = rows.filter(source="control")
        if control["standing"].to_list() != ["in_force"] or control["held"].any():
            broken.append("the control source is not in force")
        own = rows.filter(source=form)["standing"].to_list()
        if not own and not find_strays(self.registry, self.data):
            broken.append("nobody names it")
        after = {path for path in self.root.rglob("*") if self.data.root not in path.parents}
        if after - before:
            broken.append(f"it wrote {after - before}")
        broken += [f"{path} tells of people" for path in self._leaks()]
        return (own or ["stray"])[0], broken

    def _leaks(self) -> Iterator[Path]:
        """What stands below the data folder, but in the landing zone and in raw, and names a person."""
        for path in self.data.root.rglob("*"):
            if {self.data.landing, self.data.raw} & {*path.parents} or not path.is_file():
                continue
            said = path.read_bytes()
            if path.suffix == ".parquet":
                said += pl.read_parquet(path).write_json().encode()
            if NAME.encode() in said or NUMBER.encode() in said:
                yield path.relative_to(self.data.root)

    def judge_registry(self, name: str, content: bytes) -> tuple[str, list[str]]:
        """How the registry stands with this file in it, and every promise that was broken."""
        path = self.sources / name
        whole = path.read_bytes()
        path.write_bytes(content)
        try:
            load_registry(self.sources)
        except ProblemsFound as error:
            named = name.removesuffix("source.yml") in f"{error}"
            return "refused", [] if named else [f"nobody names it: {error}"]
        except Exception as error:  # whatever it is, it has left the reading
            return "stopped", [f"it stopped the reading: {type(error).__name__}: {error}"]
        finally:
            path.write_bytes(whole)
        return "read", []


def main(trials: int, seed: int) -> int:
    """Try ``trials`` faults of each format; returns how many broke a promise."""
    failed = 0
    logging.getLogger("kinhbac").setLevel(logging.CRITICAL)  # each refusal is told there
    with tempfile.TemporaryDirectory() as folder:
        province = Province(Path(folder) / "province")
        for form, (suffix, good) in _goods().items():
            standing, broken = province.judge(form, suffix, good)
            if standing != "in_force" or broken:
                raise SystemExit(f"{form}: the whole file is {standing}: {broken}")
            judge = partial(province.judge, form, suffix)
            failed += try_faults(form, good, judge, trials, seed)
        for name, good in _declared().items():
            judge = partial(province.judge_registry, name)
            if (found := judge(good)) != ("read", []):
                raise SystemExit(f"{name}: the whole file is {found}")
            failed += try_faults(name, good, judge, trials, seed)
    print(f"{failed} broken promises")
    return failed


def try_faults(
    form: str,
    good: bytes,
    judge: Callable[[bytes], tuple[str, list[str]]],
    trials: int,
    seed: int,
) -> int:
    """How many of the faults of one file broke a promise; each of them is printed."""
    failed, stood, began = 0, Counter[str](), time.perf_counter()
    for number in range(trials):
        chance = seeded(seed, form, number)
        standing, broken = judge(spoil(good, chance))
        stood[standing] += 1
        for promise in broken:
            failed += 1
            print(f"{form}, seed {seed}, trial {number}: {promise}")
    spent = time.perf_counter() - began
    told = ", ".join(f"{count} {how}" for how, count in sorted(stood.items()))
    print(f"{form}: {trials} faults in {spent:.0f} s: {told}", flush=True)
    return failed


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(bool(main(*(given or [200]), *([] if len(given) > 1 else [1]))))
