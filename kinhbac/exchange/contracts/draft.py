"""A ``source.yml`` to start from, drafted from somebody's contract.

Here: reading the contract, the draft as a whole, its text with what nobody has said yet. Not here:
who owns and delivers by the contract (``delivery_terms``), its columns (``reading``, ``guesses``). A
contract that this program wrote comes back whole. What another's does not say is guessed, so that
the draft has the shape of a source, and every guess is marked; what is said in the contract is
only ever data.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from kinhbac.data_folder import written_aside
from kinhbac.exchange.contracts.delivery_terms import Terms, read_delivery, read_head
from kinhbac.exchange.contracts.guesses import guess_layout
from kinhbac.exchange.contracts.reading import read_back
from kinhbac.exchange.contracts.terms import read_customs
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.registry.declared.contract import Source
from kinhbac.yaml_document import YamlDocument, parse_yaml, read_yaml
from kinhbac.yaml_models import validate

RULE = "a contract of the Open Data Contract Standard, version 3"
SHAPE = "the shape of a source (sources/README.md)"
MARK = "  # to be confirmed"
HEAD = "# yaml-language-server: $schema=../schema/source.schema.json\n"


def draft_source(path: Path, today: date, schema_object: str | None = None) -> str:
    """The text of a ``source.yml`` for one object of the contract in ``path``.

    Every guess is marked «to be confirmed». ``schema_object`` names the object where the contract
    has several. ``today``: first day of an owner of whom no other is known. Raises ProblemsFound
    when it is no such contract, does not say which object is meant, or says what no source may.
    """
    contract = _read(path)
    chosen = _choose(contract, path.name, schema_object)
    terms = Terms()
    read_head(contract, chosen, today, terms)
    read_delivery(contract, terms)
    customs = read_customs(contract.customProperties)
    if customs.get("layout") in ("table", "records"):
        terms.said |= read_back(contract, chosen, customs)
    else:
        layout = guess_layout(terms.said["source"], chosen.properties)
        terms.said |= layout.said
        terms.guessed |= layout.guessed
    return write_terms(terms, path.name)


def write_draft(text: str, folder: Path) -> Path:
    """Lay a draft down as ``source.yml`` of a new folder, and return its path.

    Raises FileExistsError when the folder is there already.
    """
    folder.mkdir(parents=True)
    path = folder / "source.yml"
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8")
    return path


def _read(path: Path) -> Any:
    from open_data_contract_standard.model import OpenDataContractStandard

    document = read_yaml(path, path.name)
    problems = list(document.problems)
    if not problems and not _is_contract(document):
        problems.append(
            document.problem(
                (), "it is no data contract", RULE, "give one: kind: DataContract, apiVersion: v3.…"
            )
        )
    document.data = _plain(document.data)
    contract = None
    if not problems:
        contract = validate(TypeAdapter(OpenDataContractStandard), document, problems, RULE)
    if problems:
        raise ProblemsFound(path.name, problems)
    return contract


def _is_contract(document: YamlDocument) -> bool:
    data = document.data
    version = str(data.get("apiVersion")) if isinstance(data, dict) else ""
    return version.startswith("v3.") and data.get("kind") == "DataContract"


def _plain(value: Any) -> Any:
    """Days as the standard has them, which is text; YAML reads them as days."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _choose(contract: Any, name: str, wanted: str | None) -> Any:
    objects = {one.name: one for one in contract.schema_ or () if one.name and one.properties}
    files = [one for one in objects.values() if one.physicalType != "view"] or [*objects.values()]
    if wanted is None and len(files) == 1:
        return files[0]
    if wanted in objects:
        return objects[wanted]
    found = f"it has no object «{wanted}»" if wanted else f"it has {len(files)} objects"
    known = ", ".join(objects) or "one that has properties, and there is none"
    rule = "a source is one object of a contract"
    raise ProblemsFound(name, [Problem(found, rule, f"name {known}", name)])


def write_terms(terms: Terms, name: str) -> str:
    """The draft as YAML, each guess marked at the end of its line, once it is proven to be one.

    ``name``: of what it was drafted from, for messages. Raises ProblemsFound.
    """
    text = yaml.dump(terms.said, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=10**6)
    document = parse_yaml(text, name)
    problems = list(document.problems)
    validate(TypeAdapter(Source), document, problems, SHAPE)
    if problems:
        raise ProblemsFound(f"{name}, drafted", problems)
    marks = {document.line_of(place): MARK for place in terms.guessed}
    for place, told in terms.notes.items():
        line = document.line_of(place)
        marks[line] = f"{marks.get(line) or '  #'}{': ' if line in marks else ' '}{told}"
    lines = enumerate(text.splitlines(), 1)
    return HEAD + "".join(f"{line}{marks.get(number, '')}\n" for number, line in lines)


class _Plain(yaml.SafeDumper):
    """Without anchors, which the registry does not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
