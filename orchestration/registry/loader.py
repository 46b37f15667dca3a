"""Reading the whole registry at once.

Here: which files there are, models from their data, all problems together. The only
module that opens ``sources/**/*.yml``. Not here: what one file may say (``schema``),
what several files must agree on (``rules``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orchestration.problems import Problem, ProblemsFound
from orchestration.registry.areas import read_areas
from orchestration.registry.model import Registry
from orchestration.registry.rules import find_breaches
from orchestration.registry.schema import (
    AGENCIES,
    INDICATORS,
    Indicator,
    Source,
    Vocabulary,
)
from orchestration.registry.yaml_document import YamlDocument, read_yaml

REMEDIES = {
    "extra_forbidden": "remove it, or correct its spelling",
    "missing": "write it",
    "literal_error": "choose one of the listed values",
    "enum": "choose one of the listed values",
}


def load_registry(folder: Path) -> Registry:
    """Read and prove the registry in ``folder``.

    Raises ProblemsFound with every problem of every file, each with file and line.
    """
    problems: list[Problem] = []
    documents: dict[str, YamlDocument] = {}

    def read(path: Path) -> YamlDocument:
        name = path.relative_to(folder.parent).as_posix()
        document = documents[name] = read_yaml(path, name)
        problems.extend(document.problems)
        return document

    shared = [folder / "agencies.yml", folder / "vocabulary.yml", folder / "areas.csv"]
    shared.append(folder / "area_codes.csv")
    absent = [path.name for path in shared if not path.exists()]
    if absent:
        raise ProblemsFound(
            "registry",
            [
                Problem(
                    f"{folder.name}/{name}",
                    None,
                    None,
                    None,
                    "the file is not there",
                    "a registry has agencies, a vocabulary, areas and their codes",
                    "write it, or correct the folder",
                )
                for name in absent
            ],
        )
    agencies = _validate(AGENCIES, read(shared[0]), problems) or {}
    vocabulary = _validate(TypeAdapter(Vocabulary), read(shared[1]), problems)
    areas, area_problems = read_areas(folder)
    problems += area_problems

    sources: dict[str, Source] = {}
    indicators: dict[str, Indicator] = {}
    indicator_source: dict[str, str] = {}
    for path in sorted(folder.glob("*/source.yml")):
        document = read(path)
        source = _validate(TypeAdapter(Source), document, problems)
        if source is None:
            continue
        if source.source != path.parent.name:
            problems.append(
                document.problem(
                    ("source",),
                    f"«{source.source}» stands in the folder «{path.parent.name}»",
                    "a folder is a source and has its name",
                    "rename one of the two",
                )
            )
        sources[path.parent.name] = source
    for path in sorted(folder.glob("*/indicators.yml")):
        document = read(path)
        declared: dict[str, Indicator] = _validate(INDICATORS, document, problems) or {}
        for key, indicator in declared.items():
            if key in indicators:
                first = f"{folder.name}/{indicator_source[key]}/indicators.yml"
                problems.append(
                    document.problem(
                        (key,),
                        f"the indicator is declared in {first} too",
                        "an indicator is declared once",
                        "remove or rename one of the two",
                    )
                )
                continue
            indicators[key] = indicator
            indicator_source[key] = path.parent.name
    if vocabulary is None:
        raise ProblemsFound("registry", sorted(problems, key=_place))
    registry = Registry(
        folder, agencies, vocabulary, areas, sources, indicators, indicator_source, documents
    )
    problems += find_breaches(registry)
    if problems:
        raise ProblemsFound("registry", sorted(problems, key=_place))
    return registry


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file, problem.line or 0


def _validate(adapter: TypeAdapter[Any], document: YamlDocument, problems: list[Problem]) -> Any:
    if document.data is None:
        return None
    try:
        return adapter.validate_python(document.data)
    except ValidationError as error:
        for detail in error.errors():
            loc = tuple(part for part in detail["loc"] if part != "[key]")
            problems.append(
                document.problem(
                    loc,
                    detail["msg"].removeprefix("Value error, "),
                    "the shape of the registry (sources/README.md)",
                    REMEDIES.get(detail["type"], "correct the value"),
                )
            )
        return None
