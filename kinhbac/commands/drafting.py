"""Adding to a registry: ``draft-source``, ``new``, ``init``.

Here: arguments, questions, printing. Not here: work (``kinhbac.drafting``, ``exchange.contracts``).
What is asked may be said by options instead, so that a program asks nothing. Past
200 lines because options, questions and examples are flat.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from kinhbac.commands import installation
from kinhbac.commands.completion import AGENCY, SOURCE
from kinhbac.commands.kinds import Command, Told, say, tell
from kinhbac.commands.spoken import Option, SpokenGroup, spoken
from kinhbac.problems import ProblemsFound, Refused, RefusedFor

FREQUENCY = click.Choice(["day", "month", "quarter", "half_year", "year"])
GROUP = click.Choice(["input", "process", "output", "impact"])
DIRECTION = click.Choice(["higher_is_better", "lower_is_better", "neutral"])
CONTRACTS = (".yml", ".yaml")
"""How names of contracts of others end; whatever else is drafted from is a delivered file."""


@click.command(
    "draft-source",
    cls=Command,
    examples=(
        "kinhbac draft-source bieu-01.xlsx sources/new_source --agency SYT --sector health",
        "kinhbac draft-source contract.yaml sources/new_source",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--agency", type=AGENCY, help="Who owns it.")
@click.option("--sector", help="A sector of vocabulary.yml.")
@click.option("--frequency", type=FREQUENCY, help="The kind of period that one file covers.")
@click.option("--object", "schema_object", help="Which one, where a contract has several.")
def draft_source(
    file: Path,
    folder: Path | None,
    agency: str | None,
    sector: str | None,
    frequency: str | None,
    schema_object: str | None,
) -> Told:
    """Draft a source.yml from a delivered FILE (CSV, workbook, JSON, Parquet), or from a contract in
    the Open Data Contract Standard: printed, or written into a new FOLDER."""
    if file.suffix.lower() in CONTRACTS:
        from kinhbac.exchange.contracts.draft import draft_source as draft_contract

        text = draft_contract(file, installation.today(), schema_object)
        return _lay_down(folder, text, None, [], [])
    return _draft_from_file(file, folder, agency, sector, frequency)


def _draft_from_file(
    file: Path,
    folder: Path | None,
    agency: str | None,
    sector: str | None,
    frequency: str | None,
) -> Told:
    from kinhbac.drafting.source_draft import Wishes, draft_from_file
    from kinhbac.exchange.contracts.guesses import slug
    from kinhbac.ingest.limits import Unreadable

    key = slug(folder.name) if folder else Wishes().source
    if folder and key != folder.name:
        raise Refused(
            f"«{folder.name}» is no key of a source. Rule: small letters without marks, digits and "
            f"«_». Remedy: {folder.with_name(key)}"
        )
    wishes = Wishes(key, agency, sector, frequency)
    try:
        draft = draft_from_file(file, installation.read_registry(), installation.today(), wishes)
    except Unreadable as error:
        raise RefusedFor(error.problem) from None
    return _lay_down(folder, draft.text, draft.observations, draft.to_say, draft.seen)


def _lay_down(
    folder: Path | None, text: str, observations: str | None, to_say: list[str], seen: list[str]
) -> Told:
    """Print a draft, or write it into a new folder and say what comes next."""
    from kinhbac.exchange.contracts.draft import write_draft

    try:
        written = write_draft(text, folder) if folder else None
    except FileExistsError:
        raise Refused(f"{folder} is there already: name a new folder.") from None
    if written and observations:
        written.with_name("observations.sql").write_text(observations, encoding="utf-8")
    if written is None:
        say(text, nl=False)
        for line in (observations or "").splitlines():
            say(f"# observations.sql: {line}")
    else:
        say(f"{written}")
        for line in seen:
            say(f"  {line}")
        for place in to_say:
            tell(f"  to be said: {place}")
        if seen and folder:
            tell(
                f"Next: confirm it line by line, kinhbac check, then kinhbac try {folder.name} FILE"
            )
    return Told({"file": written, "source_yml": text, "to_say": to_say, "seen": seen})


@click.group(cls=SpokenGroup)
def new() -> None:
    """Add a source, an indicator or a composite to the registry: asked for, or given as options."""


@new.command(
    "source",
    cls=Command,
    examples=(
        "kinhbac new source traffic --agency UBND --sector economy --from bieu-05.xlsx",
        "kinhbac new source traffic --agency UBND --sector economy --frequency quarter",
    ),
)
@click.argument("key")
@click.option(
    "--agency", type=AGENCY, prompt="Agency that owns it (key of agencies.yml)", cls=Option
)
@click.option("--sector", prompt="Sector (key of vocabulary.yml)", cls=Option)
@click.option("--frequency", type=FREQUENCY, help="The kind of period that one file covers.")
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A delivered file to draft it from.",
)
def new_source(
    key: str, agency: str, sector: str, frequency: str | None, file: Path | None
) -> Told:
    """Write the folder of a new source KEY, drafted from a file or as a form of one figure."""
    from kinhbac.drafting.indicator_draft import demand_key
    from kinhbac.drafting.source_draft import Wishes, without_file

    registry = installation.read_registry()
    demand_key(key)
    if agency not in registry.agencies:
        raise Refused(f"There is no agency «{agency}»; there are {', '.join(registry.agencies)}.")
    if sector not in registry.vocabulary.sectors:
        known = ", ".join(registry.vocabulary.sectors)
        raise Refused(f"There is no sector «{sector}»; there are {known}.")
    folder = registry.folder / key
    if file:
        return _draft_from_file(file, folder, agency, sector, frequency)
    text = without_file(Wishes(key, agency, sector, frequency), installation.today())
    return _lay_down(folder, text, None, ["unit"], ["a form of one figure a commune"])


def _written(path: Path, key: str) -> Told:
    say(f"{path}: {key}")
    tell("Next: kinhbac check says what it lacks to be published; kinhbac refresh computes it.")
    return Told({"file": path, "key": key})


def _add(source: str, key: str, said: dict[str, Any], comments: str) -> Told:
    from kinhbac.drafting.indicator_draft import add_indicator

    registry = installation.read_registry()
    try:
        called = installation.source_called(source, registry)
        path = add_indicator(registry, called, key, said, comments)
    except ProblemsFound as problems:
        raise RefusedFor(problems, "Nothing was written.") from None
    return _written(path, key)


_SOURCE = click.option(
    "--source",
    type=SOURCE,
    prompt="Source whose owner answers for it",
    help="Its folder.",
    cls=Option,
)
_NAME_VI = click.option("--name-vi", prompt="Name in Vietnamese", cls=Option)
_NAME_EN = click.option("--name-en", prompt="Name in English", cls=Option)
_PURPOSE = click.option("--purpose", prompt="Which decision does it serve", cls=Option)
_PURPOSE_VI = click.option("--purpose-vi", help="The same in Vietnamese.")
_UNIT = click.option("--unit", prompt="Unit (key of vocabulary.yml)", cls=Option)
_FREQUENCY = click.option("--frequency", type=FREQUENCY, prompt="Frequency", cls=Option)
_DIRECTION = click.option("--direction", type=DIRECTION, prompt="Direction", cls=Option)


@new.command(
    "indicator",
    cls=Command,
    examples=(
        "kinhbac new indicator beds --source health --name-vi 'Giường' --name-en Beds --purpose "
        "'Shows where beds are short.' --group input --numerator hospital_beds --unit bed "
        "--frequency month --direction neutral",
        "kinhbac new indicator beds_per_doctor --source health --name-vi 'Giường/bác sĩ' --name-en "
        "'Beds per doctor' --purpose 'Shows where doctors are short.' --group input --numerator "
        "hospital_beds --denominator doctors --unit ratio --frequency month --direction "
        "lower_is_better",
    ),
)
@click.argument("key")
@_SOURCE
@_NAME_VI
@_NAME_EN
@_PURPOSE
@_PURPOSE_VI
@click.option("--group", type=GROUP, prompt="Group", cls=Option)
@click.option("--numerator", prompt="Data element or indicator that is its numerator", cls=Option)
@click.option("--denominator", help="Left out: the figure of the numerator itself.")
@click.option("--scale", type=float, help="100 for percent.")
@_UNIT
@_FREQUENCY
@_DIRECTION
def new_indicator(key: str, source: str, name_vi: str, name_en: str, **options: Any) -> Told:
    """Write a new indicator KEY behind those of its source, if the registry stands it."""
    from kinhbac.drafting.indicator_draft import OF_INDICATORS

    fields = (
        "group", "numerator", "denominator", "scale", "unit", "frequency", "direction",
    )  # fmt: skip
    said: dict[str, Any] = {"name": {"vi": name_vi, "en": name_en}, "purpose": _purpose(options)}
    said |= {name: options[name] for name in fields if options[name] is not None}
    return _add(source, key, said, OF_INDICATORS)


@new.command(
    "composite",
    cls=Command,
    examples=(
        "kinhbac new composite two_rates --source health --name-vi 'Hai chỉ số' --name-en 'Two rates' "
        "--purpose 'Shows which communes need help.' --components 'a: 0.6, b: 0.4' --method "
        "min_max_mean --unit point --frequency month --direction higher_is_better",
        "kinhbac new composite commune_index --source one_stop --name-vi 'Chỉ số xã' --name-en "
        "'Commune index' --purpose 'Shows which communes need help.' --components "
        "'dossiers_on_time_rate: 0.6, overdue_tasks: 0.4' --unit point --frequency month "
        "--direction higher_is_better",
    ),
)
@click.argument("key")
@_SOURCE
@_NAME_VI
@_NAME_EN
@_PURPOSE
@_PURPOSE_VI
@click.option("--components", prompt="Components with their weights (a: 0.6, b: 0.4)", cls=Option)
@click.option("--method", help="A method of methods.yml; left out: the weighted sum.")
@_UNIT
@_FREQUENCY
@_DIRECTION
def new_composite(
    key: str, source: str, name_vi: str, name_en: str, components: str, **options: Any
) -> Told:
    """Write a new composite KEY behind the indicators of its source, if the registry stands it."""
    from kinhbac.drafting.indicator_draft import OF_COMPOSITES

    said: dict[str, Any] = {
        "name": {"vi": name_vi, "en": name_en},
        "group": "composite",
        "purpose": _purpose(options),
        "components": _weights(components),
    }
    fields = ("method", "unit", "frequency", "direction")
    said |= {name: options[name] for name in fields if options[name] is not None}
    return _add(source, key, said, OF_COMPOSITES)


def _purpose(options: dict[str, Any]) -> str | dict[str, str]:
    """In both languages; whoever was asked for the one is asked for the other."""
    english, vietnamese = options["purpose"], options["purpose_vi"]
    asked = click.get_current_context().get_parameter_source("purpose")
    if vietnamese is None and asked is ParameterSource.PROMPT:
        vietnamese = click.prompt(spoken("The same in Vietnamese"))
    return {"vi": vietnamese, "en": english} if vietnamese else str(english)


def _weights(text: str) -> dict[str, float]:
    weights = {}
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\w+)\s*[:=]\s*([0-9.]+)\s*", part)
        if not found:
            raise Refused(
                f"«{part.strip()}» is no component. Rule: a key and its weight, a: 0.6, b: 0.4. "
                "Remedy: write it so."
            )
        weights[found[1]] = float(found[2])
    return weights


@click.command(
    cls=Command,
    examples=(
        "kinhbac init ../hung_yen/sources --code 33 --name-vi 'Tỉnh Hưng Yên' --name-en 'Hung Yen'",
        "kinhbac init ../hung_yen/sources --code 33 --name-vi 'Tỉnh Hưng Yên' --name-en 'Hung Yen "
        "Province' --site-vi 'Phố Hiến' --site-en 'Pho Hien' --first-language vi",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--code", prompt="Code of the province (statistics office)", cls=Option)
@click.option("--name-vi", prompt="Name of the province in Vietnamese", cls=Option)
@click.option("--name-en", prompt="Name of the province in English", cls=Option)
@click.option("--site-vi", help="What the pages are called; the province's name if left out.")
@click.option("--site-en", help="The same in English.")
@click.option(
    "--first-language", type=click.Choice(["vi", "en"]), default="vi", show_default=True,
    help="In which its pages open.",
)  # fmt: skip
def init(
    folder: Path,
    code: str,
    name_vi: str,
    name_en: str,
    site_vi: str | None,
    site_en: str | None,
    first_language: Any,
) -> Told:
    """Lay down the registry of another province in a new FOLDER, to start with (docs/adopt.md)."""
    from kinhbac.drafting.registry_start import Province, lay_down_registry

    if not re.fullmatch(r"[0-9]{2}", code):
        raise Refused(
            f"«{code}» is no code of a province. Rule: two digits. Remedy: write 01 to 96."
        )
    province = Province(
        code, name_vi, name_en, site_vi or name_vi, site_en or name_en, first_language
    )
    try:
        files = lay_down_registry(province, folder)
    except ProblemsFound as problems:
        raise RefusedFor(problems, "Nothing was written.") from None
    tell(f"{folder}: {len(files)} files")
    sources, data = folder.resolve(), folder.resolve().parent / "data"
    tell(
        f"Next: export KINHBAC_SOURCES={sources} KINHBAC_DATA={data}; kinhbac check; kinhbac refresh"
    )
    return Told({"folder": folder, "files": files})


COMMANDS = (draft_source, new, init)
