"""dbt's project as it is parsed: once for an installation, whatever the data folder.

Here: when it must be parsed anew, where that lies, which models and tests it holds. Not here:
running it (``dbt_run``), what is computed (``dbt_project``). The parse lies beside the code from
which it follows, as compiled Python does; no path of a data folder and no variable is part of it,
so the first night in a new folder finds it made. A few lines past 200 because when a parse is
valid, and making one, are one rule.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import Any

from kinhbac.checksums import SUMS, format_sums, read_sums
from kinhbac.data_folder import DBT_PROJECT, hash_code, hash_file
from kinhbac.problems import Refused
from kinhbac.rights import share

PARSING = [sys.executable, "-m", "kinhbac.checks.dbt_templates"]
log = logging.getLogger("kinhbac")
PARSES = DBT_PROJECT / "target"
MANIFEST, PARTIAL = "manifest.json", "partial_parse.msgpack"
TEMPLATES = "templates.bytecode"
MADE = (MANIFEST, PARTIAL, TEMPLATES)
FOLLOWS_FROM = ("dbt-core", "dbt-common", "dbt-duckdb", "jinja2")


class TransformationFailed(Refused):
    """dbt could not parse, build or test; the message carries what it printed."""


@dataclass(frozen=True)
class Column:
    """A column that a model's contract promises."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Model:
    """A model that leaves a table, or a view of others (``is_view``). ``reads`` names models and,
    for what the door laid down, the step that did, ``laid_down`` the tables themselves; what an
    ephemeral model reads is read by those that read it."""

    name: str
    group: str
    description: str
    reads: tuple[str, ...]
    laid_down: tuple[str, ...]
    columns: tuple[Column, ...]
    is_view: bool


@dataclass(frozen=True)
class DataTest:
    """A test of a table; ``beside`` is the model that leaves a table and is nearest to it."""

    key: str
    name: str
    table: str
    beside: str
    description: str
    blocking: bool


@dataclass(frozen=True)
class DbtProject:
    """A parsed project: the files of ``folder`` are read again by dbt, and one of them here."""

    folder: Path

    @property
    def partial_parse(self) -> Path:
        """The project as dbt reads it again without parsing."""
        return self.folder / PARTIAL

    @property
    def manifest(self) -> Path:
        """The project as everybody else reads it."""
        return self.folder / MANIFEST

    @property
    def models(self) -> list[Model]:
        """The models that leave a table, by name."""
        return sorted(
            (self._model(key) for key in self._nodes if self._leaves_a_table(key)),
            key=lambda model: model.name,
        )

    @property
    def tests(self) -> list[DataTest]:
        """The data tests: those that a night asks of its tables."""
        return [
            self._test(key) for key, node in self._nodes.items() if node["resource_type"] == "test"
        ]

    def meanings_of(self, model: str) -> dict[str, str]:
        """What a model's columns mean, by their names; under no name, what it means itself."""
        node = self._nodes[f"model.kinhbac.{model}"]
        columns = {name: column["description"] for name, column in node["columns"].items()}
        return {"": node["description"], **columns}

    @cached_property
    def _nodes(self) -> dict[str, dict[str, Any]]:
        manifest = json.loads(self.manifest.read_text(encoding="utf-8"))
        nodes: dict[str, dict[str, Any]] = manifest["nodes"]
        return nodes

    def _leaves_a_table(self, key: str) -> bool:
        node = self._nodes.get(key)  # a source is none
        if node is None or node["resource_type"] != "model":
            return False
        return str(node["config"]["materialized"]) != "ephemeral"

    def _upstream(self, key: str) -> set[str]:
        """Keys of tables, and of models that leave one."""
        found: set[str] = set()
        for parent in self._nodes[key]["depends_on"]["nodes"]:
            if parent.startswith("source.") or self._leaves_a_table(parent):
                found.add(parent)
            else:
                found |= self._upstream(parent)
        return found

    def _model(self, key: str) -> Model:
        node, upstream = self._nodes[key], self._upstream(key)
        tables = {parent.split(".")[-1] for parent in upstream if parent.startswith("source.")}
        # model.kinhbac.NAME, source.kinhbac.STEP.TABLE
        reads = tuple(sorted({parent.split(".")[2] for parent in upstream}))
        columns = tuple(
            Column(name, told["data_type"] or "", told["description"])
            for name, told in node["columns"].items()
        )
        group = node["config"].get("group") or ""
        description = node["description"] or _opening(node["raw_code"])
        is_view = node["config"]["materialized"] == "view"
        laid_down = tuple(sorted(tables))
        return Model(node["name"], group, description, reads, laid_down, columns, is_view)

    def _test(self, key: str) -> DataTest:
        node = self._nodes[key]
        parents = node["depends_on"]["nodes"]
        asked = node.get("attached_node") or (parents or ["warehouse"])[-1]
        tables = [name for name in (asked, *reversed(parents)) if self._leaves_a_table(name)]
        return DataTest(
            key,
            node["name"],
            asked.split(".")[-1],
            tables[0].split(".")[-1] if tables else "",
            node["description"],
            node["config"]["severity"].lower() == "error",
        )


def _opening(code: str) -> str:
    """The comment with which a model begins: its grain, and what it is for."""
    lines = takewhile(lambda line: line.startswith("--"), code.splitlines())
    return "\n".join(line.removeprefix("--").strip() for line in lines)


def parsed_project() -> DbtProject | None:
    """The parse of the project as it stands now; None when it has not been made."""
    folder = PARSES / f"parsed-{_state()}"
    if not folder.exists():
        return None
    try:
        return _project_in(folder)
    except LookupError:
        log.warning("dbt's parse in %s is not as it was made: it is made again", folder)
        return None


@cache
def _project_in(folder: Path) -> DbtProject:
    """One and the same for a folder, so that it is read once: what lies there never changes.

    Raises LookupError if it did.
    """
    if not _is_whole(folder):
        raise LookupError(folder)
    return DbtProject(folder)


def _is_whole(folder: Path) -> bool:
    """Whether its files are as they were made."""
    try:
        hashes, _ = read_sums((folder / SUMS).read_text(encoding="utf-8", errors="replace"))
        return all(hash_file(folder / name) == hashes.get(name) for name in MADE)
    except OSError:
        return False


def parse_project() -> DbtProject:
    """The parse of the project as it stands now, made if it is not there.

    Raises TransformationFailed if the project does not parse.
    """
    if parsed := parsed_project():
        return parsed
    if not os.access(PARSES if PARSES.exists() else PARSES.parent, os.W_OK):
        raise TransformationFailed(
            f"dbt's parse in {PARSES} is not there, or not as it was made, and nothing can be "
            "written there. Remedy: let whoever installed run «kinhbac prepare»."
        )
    if not PARSES.exists():
        PARSES.mkdir()
        share(PARSES)
    earlier = [path for path in PARSES.glob("parsed-*") if path.is_dir()]
    now = PARSES / f"parsed-{_state()}"
    with tempfile.TemporaryDirectory(dir=PARSES, prefix=".parse-") as aside:
        made = Path(aside) / "made"
        made.mkdir()
        for folder in filter(_is_whole, earlier):  # what did not change in it is not parsed again
            shutil.copyfile(folder / PARTIAL, made / PARTIAL)
        _parse(made)
        hashes = {name: hash_file(made / name) for name in MADE}
        (made / SUMS).write_text(format_sums(hashes), encoding="utf-8")
        if not _is_whole(now):
            shutil.rmtree(now, ignore_errors=True)
        share(made)
        with suppress(OSError):  # somebody else was sooner, with the same
            made.rename(now)
    for folder in earlier:
        if folder != now:
            shutil.rmtree(folder, ignore_errors=True)
    if (parsed := parsed_project()) is None:
        raise TransformationFailed(f"dbt parse: its result cannot be laid down in {PARSES}")
    return parsed


@cache
def _state() -> str:
    """What a parse follows from: the project's files, dbt itself and what compiles its templates."""
    told = [hash_code(DBT_PROJECT), *map(version, FOLLOWS_FROM), sys.implementation.cache_tag]
    return sha256(" ".join(told).encode()).hexdigest()[:16]


def _parse(target: Path) -> None:
    """Parse into ``target``, in surroundings that name no data folder."""
    surroundings = {name: value for name, value in os.environ.items() if name != "KINHBAC_DATA"}
    finished = subprocess.run(
        [*PARSING, target.as_posix()],
        env=surroundings | dbt_environment(target, target),
        capture_output=True,
        text=True,
    )
    if finished.returncode:
        raise TransformationFailed(f"dbt parse:\n{finished.stdout}")


def dbt_environment(target: Path, logs: Path) -> dict[str, str]:
    """Where dbt finds the project and lays down what it says; nothing is sent home."""
    return {
        "DBT_PROJECT_DIR": DBT_PROJECT.as_posix(),
        "DBT_PROFILES_DIR": DBT_PROJECT.as_posix(),
        "DBT_TARGET_PATH": target.as_posix(),
        "DBT_LOG_PATH": logs.as_posix(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
