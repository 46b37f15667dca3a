"""A province that opens some of its indicators, and releases of it, made in a second.

Here: its registry and its tables, some open, some closed, some simulated. Not here: what is asked of
the editions (``unit/test_edition`` and others). Past 200 lines by the registry.
"""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from kinhbac.release.edition_in_force import Edition, EditionRefused
from kinhbac.release.editions import publish_edition
from kinhbac.release.releases import Release, current_release
from tests.conftest import PUBLICATION, SCHOOL, Province, in_folder, write_tiny_registry
from tests.small_release import AS_OF, Row, cell, indicator, make_release

OPEN_SOURCE = """\
source: clinic
name: {vi: Trạm y tế, en: Clinics}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: false
published_by: The yearbook
access: open
delivery: {format: csv, frequency: month, expected_from: 2025-01, due_days: 5}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  births: {name: {vi: Số sinh, en: Births}, unit: person, column: Sinh, over_time: sum,
           over_areas: sum}
  births_at_clinic: {name: {vi: Sinh tại trạm, en: At clinic}, unit: person, column: Tram,
                     over_time: sum, over_areas: sum}
"""
DECLARED = """\
{key}:
  name: {{vi: "Chỉ số {key}, =1+1", en: "Indicator {key}"}}
  group: process
  {access}
  purpose: Shows where mothers are far from help.
  {formula}
  unit: {unit}
  frequency: month
  direction: neutral
"""
TERMS: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "born": ({"births": 1}, {}),
    "born_at_clinics": ({"births_at_clinic": 1}, {}),
    "clinic_rate": ({"births_at_clinic": 1}, {"births": 1}),
    "staff_absent": ({"births": 1}, {"pupils": 1}),
    "demo_births": ({"births": 1}, {}),
}
"""Indicator → its numerator and its denominator."""
CLOSED = {"staff_absent"}
SIMULATED = {"demo_births"}
OPEN = {"born", "born_at_clinics", "clinic_rate"}
"""What everybody is told of."""
SEXES = {"male": ("Nam", "Male"), "female": ("Nữ", "Female")}
MORE: dict[str, str] = {}
"""Indicator → further lines of its declaration."""
LATER = date(2026, 4, 20)
"""A day on which another release is sealed."""
OPENING = "open: {address: https://open.example/, down_to: commune}\n"
ELEMENTS = [
    {"data_element": key, "source": "clinic", "over_areas": "sum", "synthetic": False}
    for key in ("births", "births_at_clinic")
]
PARTS = [
    {"area": "24", "part": area, "part_kind": "commune", "distance": 1, "restated": False}
    for area in ("00001", "00002")
]
Tables = dict[str, list[Row]]


def declare(province: Province, opening: str = OPENING, closed: set[str] = CLOSED) -> None:
    """The registry, with ``closed`` indicators in it."""
    write_tiny_registry(province)
    province.write("clinic/source.yml", OPEN_SOURCE)
    province.write("school/source.yml", SCHOOL)
    contact = "contact: {email: data@bn.example}\n"
    licence = "https://creativecommons.org/licenses/by/4.0/"
    text = PUBLICATION.replace("free: {", f"free: {{document: {licence}, ", 1)
    province.write("publication.yml", text + contact + opening)
    path = province.sources / "vocabulary.yml"
    categories = ", ".join(f"{key}: {{vi: {vi}, en: {en}}}" for key, (vi, en) in SEXES.items())
    sex = f"{{name: {{vi: Giới, en: Sex}}, categories: {{{categories}}}}}"
    path.write_text(f"{path.read_text('utf-8')}breakdowns: {{sex: {sex}}}\n", encoding="utf-8")
    declared = []
    for key, (numerator, denominator) in TERMS.items():
        formula = f"numerator: {_operands(numerator)}"
        if denominator:
            formula += f"\n  denominator: {_operands(denominator)}"
        declared.append(
            DECLARED.format(
                key=key,
                access=f"access: {'internal' if key in closed else 'open'}",
                formula=formula,
                unit="percent" if denominator else "person",
            )
            + MORE.get(key, "")
        )
    province.write("clinic/indicators.yml", "".join(declared))


def _operands(operands: dict[str, float]) -> str:
    return "{" + ", ".join(f"{key}: {times:g}" for key, times in operands.items()) + "}"


def tables(closed: set[str] = CLOSED, **more: Any) -> Tables:
    """The tables of a release: three indicators are open and real, for the province and two
    communes; ``more`` are other rows of a table."""
    kinds = {key: "internal" if key in closed else "open" for key in TERMS}
    told: Tables = {
        "indicators": [
            indicator(
                key, name_vi=f"Chỉ số {key}, =1+1", name_en=f"Indicator {key}", access=access,
                sources="clinic", synthetic=key in SIMULATED,
                unit="percent" if TERMS[key][1] else "person", undescribed="", step="issued",
            )
            for key, access in kinds.items()
        ],
        "indicator_values": [
            cell("born", 30.0), cell("born", 10.0, "00001"), cell("born", 20.0, "00002"),
            cell("born", 1 / 3, period="2026-01"),
            cell("born", 99.0, period="2025-12", state="held", held=True),
            cell("born", None, period="2025-11", state="late"),
            cell("born", None, period="2026-03", state="not_yet_due"),
            cell("born_at_clinics", 12.0), cell("clinic_rate", 40.0),
            cell("staff_absent", 7.0), cell("demo_births", 5.0, synthetic=True),
        ],
        "indicator_terms": [
            term(key, operand, times, role=role)
            for key, formula in TERMS.items()
            for role, operands in zip(("numerator", "denominator"), formula, strict=True)
            for operand, times in operands.items()
        ],
        "data_elements": ELEMENTS,
        "area_parts": PARTS,
        "sign_offs": [{"indicator": "born", "signed_on": date(2026, 1, 5)}],
    }  # fmt: skip
    return told | more


PLACES = count(1)
"""One for each operand: no two of a formula stand at one place."""


def term(key: str, operand: str, times: float = 1.0, **more: Any) -> Row:
    """An operand of an indicator, by the name that formulas have for it."""
    plain = operand.removeprefix("previous_year(").removesuffix(")")
    return {
        "indicator": key, "version": 1, "role": "numerator", "operand": plain,
        "operand_kind": "data_element", "coefficient": times,
        "lag_months": 12 * (plain != operand), "place": next(PLACES), **more,
    }  # fmt: skip


def parted(category: str, value: float | None, **more: Any) -> Row:
    """A figure of born by sex."""
    vi, en = SEXES[category]
    told = {"category": category, "category_vi": vi, "category_en": en}
    return cell("born", value, breakdown="sex", **told, **more)


def release_of(province: Province, number: int, told: Tables, as_of: date = AS_OF) -> Release:
    """A release with these tables, in force."""
    make_release(province.data, number, told, as_of, province.registry.fingerprint)
    return in_force(province)


def in_force(province: Province) -> Release:
    release = current_release(province.data)
    assert release is not None
    return release


def publish(province: Province) -> Edition:
    """What is open of the release in force."""
    edition = publish_edition(province.registry, province.data, in_force(province))
    assert edition is not None
    return edition


SUPPRESSED = {"value": None, "state": "suppressed"}


def refused(province: Province, told: Tables, closed: set[str] = CLOSED) -> str:
    """Why a release with these tables is not opened; empty if it is."""
    declare(province, OPENING, closed)
    try:
        publish_edition(province.registry, province.data, release_of(province, 1, told))
    except EditionRefused as refusal:
        return str(refusal)
    return ""


def publish_once(root: Path) -> None:
    """A province with its first edition, for tests that read or copy it."""
    made = in_folder(root)
    declare(made)
    parts = [parted("male", 5.0), parted("female", 25.0)]
    publish_edition(made.registry, made.data, release_of(made, 1, tables(breakdown_values=parts)))


def texts_below(folder: Path) -> str:
    """All that its files say in letters, one after another."""
    kinds = {".html", ".md", ".txt", ".cff", ".json", ".jsonld", ".ttl", ".xml", ".csv"}
    paths = (path for path in sorted(folder.rglob("*")) if path.suffix in kinds)
    return "\n".join(
        path.read_text(encoding="utf-8") for path in paths if "assets" not in path.parts
    )
