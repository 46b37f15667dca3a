"""The small site of an edition: an index, a page an indicator, in two languages, without scripts.

Here: what the pages say, and their files. Not here: their words (``kinhbac.words``), the scoreboard
of the whole release (``kinhbac.scoreboard``), whose style and fonts they share.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kinhbac.data_folder import hash_code
from kinhbac.exchange.edition.facts import Facts, Indicator
from kinhbac.exchange.edition.workbooks import meaning_of
from kinhbac.exchange.sdmx.components import WHOLE
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.registry.declared.identity import Identity
from kinhbac.scoreboard.assets import asset_files
from kinhbac.taken_over import NewFolder, fingerprint
from kinhbac.words.catalogue import CATALOGUE, CODES
from kinhbac.words.language import Language

HERE = Path(__file__).parent
ASSETS = ("style.css", "icon.svg")
FONTS = "fonts/"
BOTH: set[str] = {*CODES}
WIDTH, HEIGHT, FEWEST = 560, 150, 3
"""Of a drawing, and how many figures are worth one."""
SHOWN = 120
"""Rows of a table on a page; the rest stands in the files."""
Row = dict[str, Any]


def write_pages(facts: Facts, edition: int, target: NewFolder) -> None:
    """Write ``index.html`` and ``indicators/<indicator>.html``, those of the second language in a
    folder called after it."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    assets = {}
    for asset in asset_files():
        if asset.name in ASSETS or asset.name.startswith(FONTS):
            assets[asset.name] = f"assets/{asset.address}"
            origin = fingerprint(asset.content)
            target.write(assets[asset.name], origin, partial(bytes, asset.content))
    environment.globals["assets"] = assets
    identity = facts.selection.registry.identity
    code = f"{hash_code(HERE, CATALOGUE)}\n{assets}\n{identity!r}"
    pages = {"index.html": ("index.html", _index(facts, edition))}
    names = {row["area"]: row for row in facts.areas.iter_rows(named=True)}
    for one in facts.indicators:
        pages[f"indicators/{one.key}.html"] = ("indicator.html", _indicator(facts, one, names))
    for path, (template, context) in pages.items():
        said = json.dumps(context, ensure_ascii=False, default=str, sort_keys=True)
        origin = fingerprint(f"{code}\n{template}\n{said}")
        for language in CODES:
            place = path if language == identity.first_language else f"{language}/{path}"
            spoken = Language(language)
            render = partial(_render, environment, template, path, spoken, context, identity)
            target.write(place, origin, render)


def _render(
    environment: Environment,
    template: str,
    path: str,
    language: Language,
    context: Row,
    identity: Identity,
) -> bytes:
    up = "../" * path.count("/")
    second = next(code for code in CODES if code != language.code)
    first = language.code == identity.first_language
    here, other = (up, f"{up}{second}/{path}") if first else (f"../{up}", f"../{up}{path}")
    text = environment.get_template(template).render(
        context,
        lang=language,
        other=second,
        brand=getattr(identity.site, language.code),
        w=language.words,
        pages=up,
        root=here,
        to_other=other,
    )
    return text.encode()


def _index(facts: Facts, edition: int) -> Row:
    publication = facts.selection.publication
    ordered = sorted(facts.indicators, key=lambda one: GROUPS.index(one.row["indicator_group"]))
    return {
        "publication": publication.model_dump(include={"name", "description"}),
        "publisher": facts.publisher.model_dump(),
        "licences": [licence.model_dump() for licence in facts.licences.values()],
        "contact": publication.contact.model_dump() if publication.contact else None,
        "edition": edition,
        "as_of": facts.as_of,
        "indicators": [
            {
                "key": one.key,
                "name": one.name.model_dump(),
                "unit": one.unit.model_dump(include=BOTH),
                "group": one.row["indicator_group"],
                "decimals": one.row["decimals"],
                "span": one.row["span"],
                "newest": _newest(facts, one),
            }
            for one in ordered
        ],
    }


def _indicator(facts: Facts, one: Indicator, names: dict[str, Row]) -> Row:
    cells = _whole(one)
    newest = {cell["area"]: cell for cell in cells}  # of each area the last, in order of time
    home = _home(facts, cells)
    series = [cell for cell in reversed(cells) if cell["area"] == home]
    return {
        "key": one.key,
        "name": one.name.model_dump(),
        "unit": one.unit.model_dump(include=BOTH),
        "group": one.row["indicator_group"],
        "decimals": one.row["decimals"],
        "span": one.row["span"],
        "synthetic": one.row["synthetic"],
        "meaning": {code: meaning_of(facts, one, code) for code in CODES},
        "home": _name(names[home]) if home else None,
        "series": [_cell(cell, names) for cell in series[:SHOWN]],
        "line": _line(list(reversed(series))),
        "more_series": max(len(series) - SHOWN, 0),
        "newest": [_cell(cell, names) for cell in list(newest.values())[:SHOWN]],
        "more_newest": max(len(newest) - SHOWN, 0),
    }


def _whole(one: Indicator) -> list[Row]:
    """The cells that are not broken down, by area, then by time; ``old`` is said of the newest figure
    of an area, because one that was followed has no age."""
    cells = [cell for cell in one.cells.iter_rows(named=True) if cell["category"] == WHOLE]
    newest = {cell["area"]: cell["period_start"] for cell in cells if cell["value"] is not None}
    return [
        cell | {"old": cell["area"] in one.old_in and cell["period_start"] == newest[cell["area"]]}
        for cell in cells
    ]


def _home(facts: Facts, cells: list[Row]) -> str | None:
    """The area that stands for the indicator: the catalogue's, or else the one told most often."""
    area = facts.selection.publication.area
    counted = Counter(cell["area"] for cell in cells)
    if not counted or area in counted:
        return area if counted else None
    return str(min(counted, key=lambda key: (-counted[key], key)))


def _newest(facts: Facts, one: Indicator) -> Row | None:
    cells = _whole(one)
    home = _home(facts, cells)
    told = [cell for cell in cells if cell["area"] == home and cell["value"] is not None]
    return told[-1] if told else None


def _line(series: list[Row]) -> Row | None:
    """The series as lines of a drawing, one for each run of periods that have a value; none for
    fewer than three."""
    told = [cell for cell in series if cell["value"] is not None]
    if len(told) < FEWEST:
        return None
    low, high = (end(cell["value"] for cell in told) for end in (min, max))
    first, last = (told[place]["period_start"].toordinal() for place in (0, -1))
    runs: list[list[str]] = [[]]
    for cell in series:
        if cell["value"] is None:
            runs.append([])
            continue
        across = (cell["period_start"].toordinal() - first) / (last - first)
        up = (cell["value"] - low) / (high - low) if high > low else 0.5
        runs[-1].append(f"{across * WIDTH:.1f},{(1 - up) * HEIGHT:.1f}")
    ends = [_times(told[place]) for place in (0, -1)]
    lines = [" ".join(run) for run in runs if run]
    return {
        "lines": lines,
        "width": WIDTH,
        "height": HEIGHT,
        "low": low,
        "high": high,
        "ends": ends,
    }


def _times(cell: Row) -> Row:
    return {name: cell[name] for name in ("period_kind", "period_start")}


def _cell(row: Row, names: dict[str, Row]) -> Row:
    said = ("period_kind", "period_start", "value", "state", "old", "synthetic")
    told = {key: row[key] for key in said}
    return told | {"area": _name(names[row["area"]])}


def _name(area: Row) -> dict[str, str]:
    return {"vi": area["name_vi"], "en": area["name_en"] or area["name_vi"]}
