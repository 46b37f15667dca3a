"""Every word that people see stands in the catalogue once, is there when it is asked for, and is
asked for. ``make check`` asks this too.

Past 200 lines: every place that shows words is asked the same.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml

from kinhbac.answers.coverage import COUNTS
from kinhbac.checks.acceptance import read_suites
from kinhbac.commands.tables import Column
from kinhbac.data_folder import DBT_PROJECT, PROJECT
from kinhbac.dictionary import list_meanings
from kinhbac.exchange.catalogue.facts import read_vocabularies
from kinhbac.exchange.edition.history import SCHEMA
from kinhbac.exchange.edition.tables import AREAS, CELLS, INDICATORS
from kinhbac.exchange.edition.workbooks import COLUMNS as COLUMNS_OF_A_BOOK
from kinhbac.exchange.report_package.comparison import (
    ADDRESSED,
    CATALOGUES,
    CHANGES,
    NOT_COMPARED,
)
from kinhbac.exchange.report_package.contents import CONCERNS
from kinhbac.exchange.report_package.mapping import read_mapping as read_package_mapping
from kinhbac.exchange.sdmx.components import CROSS_DOMAIN, LISTS, OWN, WRITTEN
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.forms.cell_rules import ABSENCES, TYPES
from kinhbac.forms.workbook import HEADINGS
from kinhbac.ingest.turns import Standing
from kinhbac.notices.agencies import SECTIONS
from kinhbac.periods import PeriodKind
from kinhbac.quality.letter import GoodNews
from kinhbac.quality.six_words import SPEAKS
from kinhbac.registry.declared.contract import Delivery
from kinhbac.registry.declared.entries import GROUPS, VINTAGES, AreaKind
from kinhbac.registry.declared.limits import Direction
from kinhbac.registry.declared.operands import OverUnits
from kinhbac.registry.declared.process import OWNER, Step
from kinhbac.registry.declared.publication import ACCESS, Theme
from kinhbac.registry.declared.vocabulary import Power
from kinhbac.registry.json_schemas import json_schemas
from kinhbac.registry.tables.indicators import Covers
from kinhbac.release.worklists import COLUMNS
from kinhbac.scoreboard.pages.composite import STAGES as COMPOSITE_COLUMNS
from kinhbac.scoreboard.pages.matters import PARTS, RUNS
from kinhbac.scoreboard.pages.report import HEADLINES
from kinhbac.scoreboard.pages.source import CONCEPTS
from kinhbac.scoreboard.pages.today import JUDGEMENTS, TALLIES
from kinhbac.scoreboard.report_workbook import SHEETS
from kinhbac.words import catalogue
from kinhbac.words.catalogue import placeholders_of, read_catalogue
from kinhbac.words.meaning import read_meanings
from kinhbac.words.shapes import ShapeKind
from tests.words_used import RUN_TIME, find_mentions


def accepted(table: str, column: str) -> set[str]:
    """What the contract of a published table lets a column hold."""
    [path] = (DBT_PROJECT / "models" / "marts").rglob(f"{table}.yml")
    [model] = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    [test] = model["data_tests"]
    return set(test["sound"]["arguments"]["words"][column])


def attributes_of_a_package() -> set[str]:
    """Columns of a package of which a change is told by name."""
    messages = read_package_mapping().messages
    told = {key: {own.column for own in message.fields} for key, message in messages.items()}
    figures = told["indicator_data"] - NOT_COMPARED
    return figures.union(ADDRESSED, *(told[key] for key in ("indicator_set", *CATALOGUES)))


SDMX = read_mapping()
MEASURES = re.findall(
    r'^ +\("(\w+)", "\w+"',
    (DBT_PROJECT / "macros" / "quality.sql").read_text("utf-8"),
    re.MULTILINE,
)
MEANING = {"formula", "purpose", "sources", "valid"}
PERIOD_KINDS = {kind.value for kind in PeriodKind}
HALVES = {"first_half", "second_half"}
TOLD = PROJECT / "kinhbac" / "answers" / "explanation_text.py"
FAMILIES: dict[str, set[str]] = {
    "absence": set(ABSENCES),
    "access": set(ACCESS),
    "area_kind": set(get_args(AreaKind)),
    "area_level": {"red", "yellow", "none"},
    "among_kind": {
        "province", "commune", "former_province", "former_district", "former_commune",
    },
    "cause": {"new_data", "correction", "method", "border"},
    "cell": {*TYPES, "text"},
    "colour": accepted("warnings", "level"),
    "concern": set(CONCERNS),
    "command_column": set(get_args(Column)),
    "composite_column": set(COMPOSITE_COLUMNS),
    "coverage_count": set(COUNTS),
    "extract_standing": set(get_args(Standing)),
    "explanation_role": {"numerator", "denominator", "component"},
    "explanation_row": {*re.findall(r"_row\(\s*\"(\w+)\"", TOLD.read_text(encoding="utf-8"))},
    "contract_due": {
        f"{days}_{end}" for days in ("days", "working_days") for end in ("start", "end")
    },
    "by_chance": {"threshold", "pace", "change"},
    "judged_figure": {"threshold", "pace", "change"},
    "sees": {"commune", "province"},
    "side": {"fall", "rise", "nothing"},
    "coverage": accepted("needs", "state"),
    "deliveries": accepted("deliveries", "state"),
    "digest_section": set(SECTIONS),
    "edition_change": {
        "indicator_added", "indicator_withdrawn", "cell_added", "cell_corrected", "cell_withdrawn"
    },
    "edition_column": {*CELLS, *AREAS, *INDICATORS, *SCHEMA, *COLUMNS_OF_A_BOOK, *MEANING},
    "distribution": set(read_vocabularies()["distribution"]),
    "covers": set(get_args(Covers)),
    "direction": set(get_args(Direction)),
    "form_heading": set(HEADINGS),
    "frequency": PERIOD_KINDS,
    "group": set(GROUPS),
    "hold": accepted("holds", "cause"),
    "hold_remedy": accepted("holds", "cause"),
    "interval_of": accepted("composite_ranks", "interval_of"),
    "indicator": {"numerator", "denominator", "component"},
    "life": accepted("warnings", "life"),
    "nav": {"today", "catalogue", "areas", "compare", "composites", "deliveries", "coverage", "report"},
    "outlook": accepted("progress", "outlook"),
    "package_attribute": attributes_of_a_package(),
    "package_change": set(CHANGES),
    "period": PERIOD_KINDS,
    "period_kind": PERIOD_KINDS,
    "period_title": PERIOD_KINDS - {"half_year"} | HALVES,
    "progress_chance": {"below_one", "percent", "above_99"},
    "progress_ends": {
        "never_total", "between",
        *(f"{end}_{better}_is_better" for end in ("never", "certain") for better in ("higher", "lower")),
    },
    "progress_gap": accepted("progress", "outlook_gap"),
    "progress_met": {"since", "in", "between", "perhaps"},
    "progress_needed": {"must_add", "may_add", "must_be", "must_rise", "must_fall"},
    "publisher_type": set(read_vocabularies()["publisher"].values()),
    "question_state": accepted("anomalies", "state") - {"open"},
    "required_attribute": {*get_args(get_args(Step.model_fields["requires"].annotation)[0])} - {OWNER},
    "quality_act": accepted("quality", "word"),
    "quality_good": set(get_args(GoodNews)),
    "quality_level": accepted("quality", "level"),
    "quality_measure": set(MEASURES),
    "quality_standing": accepted("quality", "standing"),
    "quality_unit": accepted("quality", "unit"),
    "quality_unsaid": {
        *SPEAKS.values(), "asymmetry", "revisions_one_way", "revisions_sign_test",
        *(measure for measure in MEASURES if measure.startswith("problems")),
    },
    "quality_word": accepted("quality", "word"),
    "report": set(HEADLINES),
    "shape": set(get_args(ShapeKind)),
    "sims": set(CONCEPTS.values()),
    "sims_written": {concept.lower() for concept in WRITTEN},
    "source_due": set(get_args(Delivery.model_fields["due_in"].annotation)),
    "sender": accepted("sources", "sender"),
    "sender_short": accepted("deliveries", "sender"),
    "source_processed": {"table", "records"},
    "sdmx_concept": {*CROSS_DOMAIN, *OWN},
    "sdmx_confidentiality": {told.conf_status for told in SDMX.states.values()},
    "sdmx_decimals": {str(decimals) for decimals in range(7)},
    "sdmx_frequency": set(SDMX.frequencies.values()),
    "sdmx_list": {
        *LISTS.values(), "CROSS_DOMAIN_CONCEPTS", "CONCEPTS", "H_AREA", "H_INDICATOR",
        "DSD_INDICATORS", "DF_INDICATORS", "MSD_INDICATORS", "MDF_INDICATORS",
        "QUALITY_CONCEPTS", "QUALITY_PERIOD", "MSD_QUALITY", "MDF_QUALITY",
    },
    "sdmx_multiplier": {str(power) for power in get_args(Power)},
    "sdmx_status": {
        *(told.obs_status for told in SDMX.states.values()), *SDMX.vintages.values()
    },
    "report_column": {heading for columns in SHEETS.values() for heading, _ in columns.values()},
    "report_sheet": set(SHEETS),
    "state": {
        "value", "provisional", "held", "missing", "not_applicable", "suppressed", "not_yet_due",
        "late",
    },
    "step_mark": accepted("composite_steps", "mark"),
    "step_reason": accepted("composite_steps", "reason"),
    "status": {"none", *JUDGEMENTS} - {"no_limits"},
    "taken": {*get_args(OverUnits), "multiplied_by", "divided_by"},
    "theme": set(get_args(Theme)),
    "matter": {"red", "yellow", *RUNS},
    "periods": PERIOD_KINDS,
    "tally": set(TALLIES),
    "today": {f"part_{part.removesuffix('_points')}" for part in PARTS},
    "undescribed": {"licence", "contact", "theme", "unit_code"},
    "vintage": set(VINTAGES),
    "warning_closed": accepted("warnings", "closed_because"),
    "warning_rests_on": accepted("warnings", "data_state") - {"fresh"},
    "worklist_column": set(COLUMNS),
    "worklist_item": accepted("worklist", "item"),
    "worklist_remedy": accepted("worklist", "item"),
}  # fmt: skip
"""Entries of a section that are chosen by what a figure is when the code runs."""
OPEN_FAMILIES = {
    "composite_choice",
    "composite_mark",
    "composite_rule",
    "composite_stage",
    "share_of",
}
"""Sections whose keys methods and areas of a registry choose; a page shows a key without an
entry as it is."""


def entries() -> set[str]:
    return {f"{section}.{key}" for section, keys in read_catalogue().items() for key in keys}


def test_no_word_is_missing() -> None:
    """Each entry that code, a template, a script or SQL names is there, and so is each that a
    figure may choose."""
    mentioned = {name: files for name, files in find_mentions().items() if RUN_TIME not in name}
    asked = {name for name in mentioned if not name.endswith(".")}
    asked |= {f"{section}.{key}" for section, keys in FAMILIES.items() for key in keys}
    missing = sorted(asked - entries())
    assert not missing, {name: sorted(mentioned.get(name, {"FAMILIES"})) for name in missing}
    sections = {name.rstrip(".") for name in mentioned if name.endswith(".")}
    assert sections <= read_catalogue().keys()


def test_no_word_is_left_over() -> None:
    """An entry that nobody names and no figure chooses is to be taken out."""
    mentioned = find_mentions()
    chosen = {f"{section}.{key}" for section, keys in FAMILIES.items() for key in keys}
    left = entries() - mentioned.keys() - chosen
    assert not sorted(name for name in left if name.partition(".")[0] not in OPEN_FAMILIES)


def test_a_kind_of_anomaly_is_told_by_sql_catalogue_and_contract_alone() -> None:
    """A new kind touches four files: these three and its test."""
    found = (DBT_PROJECT / "models" / "judged" / "int_anomalies.sql").read_text(encoding="utf-8")
    kinds = set(re.findall(r"^select\n +'(\w+)'(?:,| as anomaly)", found, re.MULTILINE))
    assert "unit_slip" in kinds
    assert kinds <= accepted("worklist", "item")
    assert not {"anomalies", "worklist"} & read_suites().keys(), "a second list of kinds"


def test_it_is_known_which_words_a_figure_may_choose() -> None:
    mentioned = find_mentions()
    chosen = {name.removesuffix(f".{RUN_TIME}") for name in mentioned if RUN_TIME in name}
    assert chosen <= FAMILIES.keys() | OPEN_FAMILIES
    sections = {name.partition(".")[0] for name in mentioned}
    assert FAMILIES.keys() | OPEN_FAMILIES <= sections


VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
OF_THE_FIELD = {
    "kinhbac/commands/drafting.py",  # names in examples of what a person may type
    "kinhbac/drafting/",  # headers as sectors type them, and names in a registry that is drafted
    "kinhbac/composite/reference.py",  # the method that is nobody's, named as methods.yml would
    "kinhbac/forms/cell_rules.py",  # what a form offers for true and false, which the door reads
    "kinhbac/ingest/area_texts.py",  # areas as people write them
    "kinhbac/ingest/personal_kinds.py",  # what stands before a number of somebody
    "kinhbac/ingest/demonstration/formats.py",  # files as sectors write them
    "kinhbac/ingest/text.py",  # letters as sectors type them
    "kinhbac/ingest/values.py",  # words for true and false as sectors type them
    "kinhbac/ingest/titles.py",  # what a form or a title says of its period and the door reads
    "kinhbac/registry/",  # the same, and names of what the registry derives
    "kinhbac/spelling.py",  # names as people type them
    "kinhbac/scoreboard/static/indicator.js",  # the kind at the beginning of an area's name
    "kinhbac/scoreboard/static/page.js",  # letters that a search takes for one
}
"""Where Vietnamese is what the code reads, or a name of the registry, and no word of ours."""


def test_no_vietnamese_stands_beside_the_catalogue() -> None:
    found = {
        path.relative_to(PROJECT).as_posix()
        for room in ("kinhbac", "orchestration", "dbt_project/models", "dbt_project/macros")
        for path in (PROJECT / room).rglob("*")
        if path.suffix in (".py", ".sql", ".js", ".html", ".txt")
        and VIETNAMESE.search(_without_comments(path).replace("Hà Nội", ""))
    }
    known = {(path, place) for path in found for place in OF_THE_FIELD if path.startswith(place)}
    assert found == {path for path, _ in known}
    assert {place for _, place in known} == OF_THE_FIELD


def _without_comments(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return re.sub(r"--.*", "", re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))
    if path.suffix == ".js":
        return re.sub(r"(?<!:)//.*", "", text)
    if path.suffix == ".py":
        tree = ast.parse(text)
        docs = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        return "\n".join(
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs
        )
    return text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[today]\ntitle = {vi = "Hôm nay"}', "today.title: an entry has both languages"),
        ('[today]\ntitle = {vi = "{n} việc", en = "Tasks"}', "the same placeholders"),
    ],
)
def test_an_entry_is_whole_or_refused(
    content: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site.toml").write_text(content, encoding="utf-8")
    monkeypatch.setattr(catalogue, "CATALOGUE", tmp_path)
    with pytest.raises(ValueError, match=re.escape(said)):
        read_catalogue.__wrapped__()


def test_a_section_stands_in_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text('[today]\ntitle = {vi = "Nay", en = "Today"}')
    monkeypatch.setattr(catalogue, "CATALOGUE", tmp_path)
    with pytest.raises(ValueError, match=r"two\.toml"):
        read_catalogue.__wrapped__()


def test_every_placeholder_has_a_name() -> None:
    for section, keys in read_catalogue().items():
        for key, texts in keys.items():
            assert all(placeholders_of(text) for text in texts.values()), (section, key)


def test_what_editors_say_of_the_registry_is_told_in_vietnamese_too() -> None:
    """Every field of its JSON Schemas that has a meaning has it in both languages."""
    told = dict(_find_meanings(json_schemas()))
    assert read_meanings("registry").keys() == told.keys()
    for english, shown in told.items():
        assert shown.startswith(f"{read_meanings('registry')[english]}\n\n")


def _find_meanings(schema: object) -> Iterator[tuple[str, str]]:
    """What stands beside each field in English, without breaks of lines, and what editors show."""
    if isinstance(schema, dict):
        if isinstance(schema.get("description"), str):
            yield " ".join(schema["description"].split()), schema["markdownDescription"]
        for value in schema.values():
            yield from _find_meanings(value)
    elif isinstance(schema, list):
        for one in schema:
            yield from _find_meanings(one)


def test_the_meaning_of_every_column_is_told_in_vietnamese_too() -> None:
    """None is added in English alone, and none is kept that no column has any more."""
    assert read_meanings().keys() == list_meanings()
    same = {en for en, vi in read_meanings().items() if en == vi}
    assert not {text for text in same if re.search("[a-z]{3,} [a-z]{3,}", text)}
