"""In which form an answer is given: content negotiation.

Here: forms, their media types, which one a caller wants. Not here: writing them
(``tables``, ``sdmx_csv``, ``json_stat``).
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Literal

from kinhbac.interface.accepted import read_qualities
from kinhbac.interface.refusals import Refusal

Format = Literal["json", "csv", "sdmx-csv", "json-stat"]
JSON: Format = "json"
CSV: Format = "csv"
SDMX_CSV: Format = "sdmx-csv"
JSON_STAT: Format = "json-stat"
FORMATS: dict[Format, str] = {
    JSON: "application/json",
    CSV: "text/csv",
    SDMX_CSV: "application/vnd.sdmx.data+csv",
    JSON_STAT: "application/vnd.json-stat+json",
}
"""Form → media type, without its parameters. JSON-stat has registered none."""
CONTENT_TYPES: dict[Format, str] = {
    **FORMATS,
    CSV: "text/csv; charset=utf-8; header=present",
    SDMX_CSV: "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8",
}
"""What the header says."""
OF_TABLES = (JSON, CSV)
OF_FIGURES = (JSON, CSV, SDMX_CSV, JSON_STAT)


def choose_format(asked: Format | None, accept: str, offered: Sequence[Format]) -> Format:
    """The form to answer in: the one asked for by name, or the one that ``Accept`` prefers.

    Among equals the first that is offered. Raises Refusal (406) when none will do.

    >>> choose_format(None, "text/html, text/csv;q=0.9, */*;q=0.1", OF_TABLES)
    'csv'
    """
    if asked is not None:
        preferred = {asked: 1.0} if asked in offered else {}
    else:
        ranges = read_qualities(accept) or {"*/*": 1.0}
        preferred = {form: _quality(FORMATS[form], ranges) for form in offered}
    chosen = max(preferred, key=lambda form: preferred[form], default=None)
    if chosen is None or not preferred[chosen]:
        known = ", ".join(f"{form} ({FORMATS[form]})" for form in offered)
        raise Refusal(HTTPStatus.NOT_ACCEPTABLE, f"There is: {known}. Remedy: accept one of them.")
    return chosen


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    """The quality of the most specific range that a media type belongs to."""
    for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0
