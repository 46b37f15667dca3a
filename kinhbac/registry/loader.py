"""Reading the whole registry at once.

Here: which files there are, models from their data, all problems together. The only
module that opens ``sources/**/*.yml`` and what stands beside them. Not here: what one file may
say (``declared``), what several files must agree on (``rules``), what SQL means
(``reduction``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from kinhbac.problems import Problem, ProblemsFound
from kinhbac.registry.areas.area_files import read_areas
from kinhbac.registry.declared.answers import ANSWERS, Answer
from kinhbac.registry.declared.assessment import ASSESSMENT
from kinhbac.registry.declared.contract import Source
from kinhbac.registry.declared.corrections import CORRECTIONS, Correction
from kinhbac.registry.declared.indicator import INDICATORS, Indicator
from kinhbac.registry.declared.methods import METHODS
from kinhbac.registry.declared.process import NEEDS, NO_STEPS, PROCESS, ROUNDS
from kinhbac.registry.declared.publication import PUBLICATION
from kinhbac.registry.declared.responses import RESPONSES, Response
from kinhbac.registry.declared.vocabulary import AGENCIES, NO_WORDS, VOCABULARY
from kinhbac.registry.declared.weighing import WEIGHING, Weighing
from kinhbac.registry.files import (
    OBSERVATIONS,
    PUBLICATION_FILE,
    QUALITY_FILE,
    SHARED,
    TODAY_FILE,
)
from kinhbac.registry.model import Registry
from kinhbac.registry.rules import find_breaches
from kinhbac.text_file import read_text
from kinhbac.yaml_document import YamlDocument, read_yaml
from kinhbac.yaml_models import validate_entries

SHAPE = "the shape of the registry (sources/README.md)"


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

    def parsed(adapter: TypeAdapter[Any], document: YamlDocument) -> Any:
        return validate_entries(adapter, document, problems, SHAPE)

    absent = [name for name in SHARED if not (folder / name).exists()]
    if absent:
        raise ProblemsFound(
            "registry",
            [
                Problem(
                    "the file is not there",
                    f"a registry has {', '.join(SHARED)}",
                    "write it, or correct the folder",
                    f"{folder.name}/{name}",
                )
                for name in absent
            ],
        )
    agencies = parsed(AGENCIES, read(folder / "agencies.yml")) or {}
    vocabulary = parsed(VOCABULARY, read(folder / "vocabulary.yml")) or NO_WORDS
    process = parsed(PROCESS, read(folder / "process.yml")) or NO_STEPS
    rounds = parsed(ROUNDS, read(folder / "rounds.yml")) or {}
    needs = parsed(NEEDS, read(folder / "needs.yml")) or {}
    methods = parsed(METHODS, read(folder / "methods.yml")) or {}
    path = folder / PUBLICATION_FILE
    publication = parsed(PUBLICATION, read(path)) if path.exists() else None
    path = folder / TODAY_FILE
    weighing = (parsed(WEIGHING, read(path)) if path.exists() else None) or Weighing()
    path = folder / QUALITY_FILE
    assessment = parsed(ASSESSMENT, read(path)) if path.exists() else None
    areas, tables = read_areas(folder)
    problems += (problem for table in tables.values() for problem in table.problems)

    sources: dict[str, Source] = {}
    indicators: dict[str, Indicator] = {}
    indicator_source: dict[str, str] = {}
    for path in sorted(folder.glob("*/source.yml")):
        document = read(path)
        source = parsed(TypeAdapter(Source), document)
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
        declared: dict[str, Indicator] = parsed(INDICATORS, document) or {}
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
    corrections: dict[str, dict[str, Correction]] = {
        path.parent.name: parsed(CORRECTIONS, read(path)) or {}
        for path in sorted(folder.glob("*/corrections.yml"))
    }
    responses: dict[str, dict[str, Response]] = {
        path.parent.name: parsed(RESPONSES, read(path)) or {}
        for path in sorted(folder.glob("*/responses.yml"))
    }
    answers: dict[str, dict[str, Answer]] = {
        path.parent.name: parsed(ANSWERS, read(path)) or {}
        for path in sorted(folder.glob("*/answers.yml"))
    }
    observations: dict[str, str] = {}
    for path in sorted(folder.glob(f"*/{OBSERVATIONS}")):
        name = path.relative_to(folder.parent).as_posix()
        text, unreadable = read_text(path, name)
        problems += unreadable
        observations[path.parent.name] = text
    registry = Registry(
        folder,
        agencies,
        vocabulary,
        areas,
        sources,
        indicators,
        indicator_source,
        process,
        rounds,
        needs,
        methods,
        corrections,
        responses,
        answers,
        observations,
        publication,
        weighing,
        assessment,
        documents,
        tables,
    )
    problems += find_breaches(registry)
    if problems:
        # What several names lead to is one mistake, told once.
        raise ProblemsFound("registry", sorted(dict.fromkeys(problems), key=_place))
    return registry


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file, problem.line or 0
