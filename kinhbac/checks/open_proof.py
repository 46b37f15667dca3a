"""An open edition holds what is open and nothing else, proven from its files.

Here: an edition read as a stranger reads it (tables, workbooks, texts) and held against the release
that it was made of: what may be told, what may not be told, and what would follow from what is told.
Not here: writing it (``exchange.edition``), from which this knows nothing. The questions to its
figures stand beside this file; those to its files and texts are asked here. Past 200 lines because
each rule is a few lines and they are read as one list.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import duckdb
import numpy as np
import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from kinhbac.checks.proof import Breach, ask, breach_of
from kinhbac.database import open_in_memory
from kinhbac.queries import read_queries
from kinhbac.registry import Registry
from kinhbac.registry.declared.publication import Opening

PROOFS = read_queries(__file__)
"""Rule → the figures that break it."""
FILES = "a file is one that an edition has, of an open indicator"
COLUMNS = "a table has the columns of an edition and no more"
WORDS = "no text names what is not open"
ADDRESSES = "no address of a person or office stands in it that is not declared for it"
DIFFERENCE = "no closed indicator is a sum or difference of open ones"
READABLE = "every table of an edition can be read"
RULES = (*PROOFS, READABLE, FILES, COLUMNS, WORDS, ADDRESSES, DIFFERENCE)

CELLS = [
    "indicator", "area", "period_kind", "period_start", "period", "breakdown", "category", "value",
    "state", "vintage", "restated", "version", "published_on", "synthetic",
]  # fmt: skip
"""What may be said of a cell: nothing of targets, thresholds, holds, extracts, days that are due."""
COMMON = re.compile(
    r"(en/)?index\.html|assets/[\w./-]+|data/_(indicators|areas|changes)\.(csv|parquet)"
    r"|sdmx/(structure(-metadata|-2\.1)?|metadata)\.(xml|json)|catalogue/catalogue\.(ttl|jsonld)"
    r"|datapackage\.json|CHANGELOG\.md|LICENSE\.txt|CITATION\.cff|manifest\.json"
)
OF_AN_INDICATOR = re.compile(
    r"(?:(?:en/)?indicators/(\w+)\.html|data/(\w+)\.(?:csv|parquet|xlsx)|sdmx/data/(\w+)\.csv\.gz)"
)
SHEETS, WIDTH = 2, 7
"""Of a workbook: figures and what they are; columns of the figures."""
FIGURES = "data/[!_]*"
"""The tables of cells; the others begin with an underscore, as no key does."""
AT = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
BEFORE_AT = re.compile(r"[\w.+-]+$")
WORD = re.compile(r"\w+")
WITHIN_TEXT, WITHIN_LINE, WITHIN_FIELD = (
    re.compile(pattern) for pattern in (r"\w", r"[^<>\"'\n]", r"[^<>\"'\n,]")
)
"""What stands beside a word that is a part of more: of a key, of a name with commas, of a name."""
EXACT = 1e-9
TOLD = pl.Schema(
    {
        "form": pl.String(),
        "indicator": pl.String(),
        "area": pl.String(),
        "period": pl.String(),
        "breakdown": pl.String(),
        "category": pl.String(),
        "value": pl.Float64(),
        "state": pl.String(),
        "synthetic": pl.Boolean(),
    }
)
"""A cell as one of the forms tells it."""


def prove_open(folder: Path, sealed: Path, registry: Registry, opening: Opening) -> list[Breach]:
    """Hold the edition in ``folder`` against ``sealed``, the database of a release.

    No breach is the proof.
    """
    try:
        if strange := _find_columns(folder):
            return [breach_of(COLUMNS, strange)]  # what has other columns is not read any further
        told, areas = _read_told(folder), _read_areas(folder)
    except (OSError, ValueError, BadZipFile, CalamineError, pl.exceptions.PolarsError) as error:
        return [breach_of(READABLE, [f"{error}"])]
    with open_in_memory() as connection:
        quoted = sealed.as_posix().replace("'", "''")
        connection.execute(f"attach '{quoted}' as sealed (read_only)")
        open_ones = _lay_down(connection, told, areas)
        given = {"simulated": opening.simulated, "kinds": sorted(opening.area_kinds)}
        found = {
            FILES: _find_strange_files(folder, open_ones),
            DIFFERENCE: _find_sums(connection, registry, open_ones),
        }
        found |= _find_words(connection, folder, registry, opening)
        breaches = ask(connection, PROOFS, given)
    return [*breaches, *(breach_of(rule, places) for rule, places in found.items() if places)]


def _read_told(folder: Path) -> pl.DataFrame:
    """The cells as each form of the edition tells them."""
    forms = [_tables(folder, "csv"), _tables(folder, "parquet"), _workbooks(folder), _sdmx(folder)]
    return pl.concat(forms)


def _read_areas(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / "data" / "_areas.csv", infer_schema=False).select("area")


def _lay_down(
    connection: duckdb.DuckDBPyConnection, told: pl.DataFrame, areas: pl.DataFrame
) -> set[str]:
    """Tables for the questions: open indicators, sealed cells, what the edition tells."""
    connection.execute(
        "create temp table open_indicators as "
        "select indicator from sealed.indicators where published and access = 'open'"
    )
    connection.execute(
        "create temp table cells as select indicator, area, period, '_T' as breakdown, "
        "'_T' as category, value, state, synthetic from sealed.indicator_values "
        "semi join open_indicators using (indicator) union all "
        "select indicator, area, period, breakdown, category, value, state, synthetic "
        "from sealed.breakdown_values semi join open_indicators using (indicator)"
    )
    for name, rows in (("told", told), ("listed", areas)):
        connection.register(name, rows.to_arrow())
    connection.execute(
        "create temp table figures as select distinct indicator, area, period, breakdown, category "
        "from told where value is not null"
    )
    return {key for (key,) in connection.execute("from open_indicators").fetchall()}


def _tables(folder: Path, form: str) -> pl.DataFrame:
    """The cells as the tables for programs tell them."""
    paths = sorted(folder.glob(f"{FIGURES}.{form}"))
    kinds = {name: kind for name, kind in TOLD.items() if name != "form"}
    rows = (
        pl.scan_parquet(paths)
        if form == "parquet"
        else pl.scan_csv(
            paths, schema=pl.Schema({name: kinds.get(name, pl.String()) for name in CELLS})
        )
    )
    return rows.select(pl.lit(form).alias("form"), *kinds).cast(TOLD).collect()


def _workbooks(folder: Path) -> pl.DataFrame:
    """The cells as workbooks show them, by the place of each column; states are words there."""
    rows: list[tuple[object, ...]] = []
    for path in sorted(folder.glob(f"{FIGURES}.xlsx")):
        _, *lines = (
            CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
        )
        for area, _, _, period, broken, value, _ in lines:
            breakdown, _, category = str(broken or "_T: _T").partition(": ")
            figure = None if value == "" else value
            rows.append(
                ("xlsx", path.stem, area, period, breakdown, category, figure, "value", False)
            )
    return pl.DataFrame(rows, schema=TOLD, orient="row")


STATES = {"A": "value", "P": "provisional", "E": "provisional", "F": "provisional", "O": "missing",
          "M": "not_applicable", "Q": "suppressed"}  # fmt: skip
"""What an open cell may be in SDMX; any other code stays as it is, and is no state."""


def _sdmx(folder: Path) -> pl.DataFrame:
    """The cells as SDMX-CSV tells them: areas with their country, half-years as S1 and S2."""
    paths = sorted(folder.glob("sdmx/data/*.csv.gz"))
    if not paths:
        return pl.DataFrame(schema=TOLD)
    rows = pl.concat(
        pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema=False) for path in paths
    )
    parts = pl.col("BREAKDOWN").str.splitn("-", 2).struct
    whole = pl.col("BREAKDOWN") == "_T"
    return rows.select(
        pl.lit("sdmx").alias("form"),
        pl.col("INDICATOR").alias("indicator"),
        pl.col("REF_AREA").str.splitn("_", 2).struct.field("field_1").alias("area"),
        pl.col("TIME_PERIOD").str.replace("-S", "-H").alias("period"),
        parts.field("field_0").alias("breakdown"),
        pl.when(whole).then(pl.lit("_T")).otherwise(parts.field("field_1")).alias("category"),
        pl.col("OBS_VALUE").cast(pl.Float64).alias("value"),
        pl.when(pl.col("CONF_STATUS") == "N")
        .then(pl.lit("held"))
        .otherwise(pl.col("OBS_STATUS").replace(STATES))
        .alias("state"),
        (pl.col("SIMULATED") == "true").alias("synthetic"),
    )


def _find_columns(folder: Path) -> list[str]:
    """Tables of cells with other columns than theirs, and those that cannot be read."""
    strange = []
    for path in sorted(folder.glob(FIGURES)):
        if path.suffix == ".csv":
            with path.open(encoding="utf-8") as file:
                columns = file.readline().rstrip("\n").split(",")
        elif path.suffix == ".parquet":
            columns = list(pl.read_parquet_schema(path))
        elif path.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(path)
            if len(book.sheet_names) != SHEETS or book.get_sheet_by_index(0).width != WIDTH:
                strange.append(f"{path.name}: other sheets or columns")
            continue
        else:
            continue  # no file of an edition, and told as such
        if columns != CELLS:
            strange.append(
                f"{path.name}: {', '.join(set(columns) ^ set(CELLS)) or 'another order'}"
            )
    return strange


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file by its path in the edition."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix(), path


def _find_strange_files(folder: Path, open_ones: set[str]) -> list[str]:
    strange = []
    for name, path in _files(folder):
        found = OF_AN_INDICATOR.fullmatch(name)
        known = {key for key in found.groups() if key} <= open_ones if found else False
        if path.is_symlink() or not (known or COMMON.fullmatch(name)):
            strange.append(name)
    return strange


def _find_words(
    connection: duckdb.DuckDBPyConnection, folder: Path, registry: Registry, opening: Opening
) -> dict[str, list[str]]:
    """Texts that name what is closed, and addresses that nobody declared.

    A key of several words gives itself away wherever it stands. A key of one word, or a name, may be
    anybody's word, and counts where it is all that a field says.
    """
    hidden = sorted(_hidden_words(connection, registry, opening))
    declared = (agency.contact for agency in registry.agencies.values())
    common = registry.publication.contact if registry.publication else None
    addresses = {contact.email for contact in (common, *declared) if contact}
    texts = {
        name: "".join(_texts_of(path))
        for name, path in _files(folder)
        if not (name.startswith("assets/") or path.suffix == ".parquet")
    }
    # All words are looked for at once; whether one is a word of its own is asked where it is met.
    met = pl.Series(list(texts.values())).str.extract_many(hidden, overlapping=True)
    words, strangers = [], []
    for (name, text), found in zip(texts.items(), met.to_list(), strict=True):
        told = [word for word in sorted(set(found)) if _stands_alone(word, text)]
        words += [f"{name}: {word}" for word in told]
        strangers += [f"{name}: {one}" for one in sorted({*_addresses(text)} - addresses)]
    return {WORDS: words, ADDRESSES: strangers}


def _stands_alone(word: str, text: str) -> bool:
    """Whether a word is met that is no part of another one, or a name that fills its field."""
    key = "_" in word and WORD.fullmatch(word)
    ends = WITHIN_TEXT if key else WITHIN_LINE if "," in word else WITHIN_FIELD
    place = text.find(word)
    while place >= 0:
        around = text[max(place - 1, 0) : place] + text[place + len(word) : place + len(word) + 1]
        if not ends.search(around):
            return True
        place = text.find(word, place + 1)
    return False


def _addresses(text: str) -> Iterator[str]:
    """Addresses of mail, found from their middle: so each text is read once."""
    for found in AT.finditer(text):
        if name := BEFORE_AT.search(text[max(found.start() - 64, 0) : found.start()]):
            yield name[0] + found[0]


def _texts_of(path: Path) -> Iterable[str]:
    """What a file says, unpacked."""
    if path.suffix == ".gz":
        yield gzip.decompress(path.read_bytes()).decode(errors="replace")
    elif path.suffix == ".xlsx":
        with ZipFile(path) as archive:
            for name in archive.namelist():
                if not name.startswith(("xl/theme", "xl/styles")):
                    yield archive.read(name).decode(errors="replace")
    else:
        yield path.read_text(encoding="utf-8", errors="replace")


def _hidden_words(
    connection: duckdb.DuckDBPyConnection, registry: Registry, opening: Opening
) -> set[str]:
    """Keys and names of closed indicators, keys of closed sources and their data elements, names of
    areas below the level: those that are not also something open, or a sector or unit."""
    sectors, units = registry.vocabulary.sectors, registry.vocabulary.units
    known = {*sectors, *units, *(word for one in sectors.values() for word in (one.vi, one.en))}
    hidden: set[str] = set()
    rows = connection.execute(
        "select indicator, name_vi, name_en, access = 'open' from sealed.indicators union all "
        "select name_vi, name_vi, name_vi, kind in (select unnest($kinds)) from sealed.areas",
        {"kinds": sorted(opening.area_kinds)},
    ).fetchall()
    for *told, is_open in rows:
        (known if is_open else hidden).update(told)
    for key, source in registry.sources.items():
        is_open = source.access == "open"
        (known if is_open else hidden).update({key, *source.elements})
        if is_open:
            names = (element.name for element in source.elements.values())
            known.update(word for name in names for word in (name.vi, name.en))
    return hidden - known


def _find_sums(
    connection: duckdb.DuckDBPyConnection, registry: Registry, open_ones: set[str]
) -> list[str]:
    """Closed indicators that can be computed from open ones of the same frequency by adding and
    subtracting alone.

    Every indicator without a denominator or a method of its own is an equation between itself and
    its operands. What is told drops out of the equations; what they still decide follows from it.
    """
    terms = connection.execute(
        "select indicator, operand, lag_years, sum(coefficient) from sealed.indicator_terms "
        "group by all having bool_and(role in ('numerator', 'component'))"
    ).fetchall()
    ratios = connection.execute(
        "select distinct indicator from sealed.indicator_terms "
        "where role not in ('numerator', 'component')"
    ).fetchall()
    methods = {key for key, one in registry.indicators.items() if one.method}
    plain = {key for key, *_ in terms} - {key for (key,) in ratios} - methods
    found: list[str] = []
    for frequency in {one.frequency for one in registry.indicators.values()}:
        own = {
            key
            for key in plain
            if key in registry.indicators and registry.indicators[key].frequency == frequency
        }
        found += _decided([term for term in terms if term[0] in own], own, own & open_ones)
    return sorted(found)


def _decided(
    terms: list[tuple[str, str, int, float]], own: set[str], told: set[str]
) -> Iterator[str]:
    """Of ``own``, those not ``told`` that the equations fix once what is told is known."""
    unknown = [(key, 0) for key in sorted(own - told)]
    unknown += sorted(
        {(operand, lag) for _, operand, lag, _ in terms if operand not in told} - set(unknown)
    )
    place = {variable: column for column, variable in enumerate(unknown)}
    rows = sorted(own)
    equations = np.zeros((len(rows), len(unknown)))
    for key, operand, lag, coefficient in terms:
        if operand not in told:
            equations[rows.index(key), place[operand, lag]] += coefficient
    for key in own - told:
        equations[rows.index(key), place[key, 0]] -= 1
    if not equations.size:
        return
    _, sizes, directions = np.linalg.svd(equations)
    free = directions[(sizes > EXACT).sum() :]
    for key in sorted(own - told):
        if np.abs(free[:, place[key, 0]]).max(initial=0) < EXACT:
            yield key
