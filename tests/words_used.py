"""Which entries of the catalogue the code asks for, found without running it.

Here: reading Python, templates, scripts and SQL for the entries that they name. Not here: what
follows from it (``unit/test_words``).

A mention is ``section.key``; ``section.*`` where the key is known only when the code runs. A
name that stands for a section (``{% set t = w.today %}``, ``const t = words.area;``) is followed
within its file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, nodes

from kinhbac.data_folder import DBT_PROJECT, PROJECT

ROOTS = {"w", "words", "WORDS", "words_of()"}
"""What the words of a language are called where they are used."""
READS_CATALOGUE = re.compile(
    r"kinhbac\.words|import WORDS|forms\.sentences|^def say\(", re.MULTILINE
)
RUN_TIME = "*"
SAID_IN_SQL = re.compile(r"""\bsay\(\s*words,\s*["\w]+,\s*"(\w+)\.(\w+)\"""")
CHOSEN_IN_SQL = re.compile(r"""word_for\(\s*words,\s*["\w]+,\s*"[^"]*",\s*"(\w+)\"""")
ASKED_IN_SQL = re.compile(r"words_of\(([^)]*)\)")
CHAIN_IN_SCRIPT = re.compile(r"\b\w+(?:\.\w+|\[[^\]]*\])+")
ALIAS_IN_SCRIPT = re.compile(r"const (\w+) = words\.(\w+);")


@dataclass
class Mentions:
    """Entries by the file that mentions them; ``names``: what stands for a section there."""

    found: dict[str, set[str]] = field(default_factory=dict)

    def add(self, path: Path, section: str, key: str) -> None:
        if section == RUN_TIME:  # a macro that is given a section
            return
        self.found.setdefault(f"{section}.{key}", set()).add(path.relative_to(PROJECT).as_posix())

    def follow(self, path: Path, chains: list[list[str]], names: dict[str, str]) -> None:
        """Note what each chain of attributes says of the catalogue."""
        for chain in chains:
            start = next((place for place, part in enumerate(chain) if part in ROOTS), None)
            if start is not None and chain[start] not in names and len(chain) > start + 1:
                section, rest = chain[start + 1], chain[start + 2 :]
                self.add(path, section, _key(rest[0]) if rest else "")
            elif chain[0] in names and len(chain) > 1:
                self.add(path, names[chain[0]], _key(chain[1]))


def _key(part: str) -> str:
    return RUN_TIME if part in ("get", "items") else part


@cache
def find_mentions() -> dict[str, set[str]]:
    """``section.key``, ``section.*``, or ``section.`` alone → the files that mention it."""
    mentions = Mentions()
    environment = Environment(autoescape=True)
    for path in sorted((PROJECT / "kinhbac").rglob("*")):
        if path.suffix in (".html", ".txt"):
            tree = environment.parse(path.read_text(encoding="utf-8"))
            names = dict(_set_in_template(tree))
            mentions.follow(path, list(_chains_of_template(tree)), names)
        elif path.suffix == ".py":
            _read_python(path, mentions)
    for path in sorted((PROJECT / "kinhbac").rglob("*.js")):
        _read_script(path, mentions)
    for folder in ("macros", "models"):
        for path in sorted((DBT_PROJECT / folder).rglob("*.sql")):
            _read_sql(path, mentions)
    return mentions.found


def _read_python(path: Path, mentions: Mentions) -> None:
    text = path.read_text(encoding="utf-8")
    if not READS_CATALOGUE.search(text):
        return
    tree = ast.parse(text)
    parts = {id(node.value) for node in ast.walk(tree) if isinstance(node, _PYTHON_PARTS)}
    chains = [
        _chain_of_python(node)
        for node in ast.walk(tree)
        if isinstance(node, _PYTHON_PARTS) and id(node) not in parts
    ]
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            chain, target = _chain_of_python(node.value), node.targets[0]
            if isinstance(target, ast.Name) and len(chain) > 1 and chain[-2] in ROOTS:
                names[target.id] = chain[-1]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            section, _, key = _written(node.args[0]).partition(".")
            mentions.add(path, section, key)
    mentions.follow(path, chains, names)


_PYTHON_PARTS = (ast.Attribute, ast.Subscript)


def _chain_of_python(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Attribute):
        return [*_chain_of_python(node.value), node.attr]
    if isinstance(node, ast.Subscript):
        return [*_chain_of_python(node.value), _written(node.slice)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return [f"{node.func.id}()"]
    return [node.id if isinstance(node, ast.Name) else ""]


def _written(node: ast.expr) -> str:
    """A constant text; of one put together at run time its beginning, and ``*``."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        return f"{node.values[0].value}{RUN_TIME}"
    return RUN_TIME


def _set_in_template(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    for node in tree.find_all(nodes.Assign):
        chain = _chain_of_template(node.node)
        if isinstance(node.target, nodes.Name) and len(chain) == 2 and chain[0] in ROOTS:
            yield node.target.name, chain[1]


def _chains_of_template(tree: nodes.Template) -> Iterator[list[str]]:
    kinds = (nodes.Getattr, nodes.Getitem)
    found = list(tree.find_all(kinds))
    parts = {id(node.node) for node in found}
    yield from (_chain_of_template(node) for node in found if id(node) not in parts)


def _chain_of_template(node: Any) -> list[str]:
    if isinstance(node, nodes.Getattr):
        return [*_chain_of_template(node.node), node.attr]
    if isinstance(node, nodes.Getitem):
        written = str(node.arg.value) if isinstance(node.arg, nodes.Const) else RUN_TIME
        return [*_chain_of_template(node.node), written]
    return [node.name if isinstance(node, nodes.Name) else ""]


def _read_script(path: Path, mentions: Mentions) -> None:
    text = path.read_text(encoding="utf-8")
    names = dict(ALIAS_IN_SCRIPT.findall(text))
    for found in CHAIN_IN_SCRIPT.findall(text):
        chain = [
            RUN_TIME if part.startswith("[") else part.strip(".") for part in _PART.findall(found)
        ]
        if chain[0] == "words" and len(chain) > 2:
            mentions.add(path, chain[1], chain[2])
        elif chain[0] in names:
            mentions.add(path, names[chain[0]], chain[1])


_PART = re.compile(r"^\w+|\.\w+|\[[^\]]*\]")


def _read_sql(path: Path, mentions: Mentions) -> None:
    text = path.read_text(encoding="utf-8")
    for section, key in SAID_IN_SQL.findall(text):
        mentions.add(path, section, key)
    for section in CHOSEN_IN_SQL.findall(text):
        mentions.add(path, section, RUN_TIME)
    for sections in ASKED_IN_SQL.findall(text):
        for section in re.findall(r'"(\w+)"', sections):
            mentions.add(path, section, "")
