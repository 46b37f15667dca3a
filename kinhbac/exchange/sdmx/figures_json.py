"""Figures in SDMX-JSON 2.0: series of observations, beside the codes that they use.

Here: one message of the lines of a sealed file. Not here: which files, and XML (``datasets``). The
library of SDMX writes structures and metadata in JSON, and no figures.

A message says what each of its codes is called, in both languages: who draws a chart of it needs
nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from kinhbac.exchange.sdmx.components import (
    DIMENSIONS,
    LISTS,
    MEASURE,
    MODEL,
    OF_OBSERVATION,
    OF_SERIES,
    OPTIONAL,
)

Line = Mapping[str, str]
Told = dict[str, Any]
SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/"
    "sdmx-json-data-schema.json"
)
TIME = "TIME_PERIOD"
KEY = tuple(dimension for dimension in DIMENSIONS if dimension != TIME)


class Spoken:
    """What concepts and codes are called, as ``structure.json`` of the release says it."""

    def __init__(self, structure: Told) -> None:
        content = structure["data"]
        self._concepts = _by_id(
            one for scheme in content["conceptSchemes"] for one in scheme["concepts"]
        )
        codes = {one["id"]: _by_id(one["codes"]) for one in content["codelists"]}
        self._codes = {concept: codes[key] for concept, key in LISTS.items()}
        [flow] = content["dataflows"]
        self.flow: Told = _names(flow)
        self.dataflow = f"{flow['agencyID']}:{flow['id']}({flow['version']})"
        self.maintainer: str = flow["agencyID"]

    def component(self, key: str) -> Told:
        """A component by its key, with its names."""
        return {"id": key, **_names(self._concepts[key])}

    def value(self, component: str, code: str) -> Told:
        """A code with its names; what has no list is its own name."""
        if component in self._codes:
            return {"id": code, **_names(self._codes[component][code])}
        if component == TIME:
            return {"id": code, "name": code}
        return {"value": code == "true"}


def write_figures(structure: Told, lines: Sequence[Line], message: str, prepared: date) -> bytes:
    """The message ``message`` of the lines of one sealed file; ``structure``: what
    ``structure.json`` beside it says."""
    spoken = Spoken(structure)
    places = {
        key: _places(line[key] for line in lines)
        for key in (*DIMENSIONS, *OF_SERIES, *OF_OBSERVATION)
    }
    flow = f"{MODEL}.datastructure.Dataflow={spoken.dataflow}"
    described = {**spoken.flow, "links": [{"urn": flow, "rel": "dataflow"}], "dataSets": [0]}
    figures = {
        "structure": 0,
        "action": "Information",
        "links": [{"urn": flow, "rel": "dataflow"}],
        "series": _series(lines, places),
    }
    whole = {
        "meta": {
            "schema": SCHEMA,
            "id": message,
            "prepared": datetime.combine(prepared, time(), UTC).isoformat(),
            "contentLanguages": ["vi", "en"],
            "sender": {"id": spoken.maintainer},
        },
        "data": {
            "structures": [described | _components(spoken, places)],
            "dataSets": [figures],
        },
    }
    return (json.dumps(whole, ensure_ascii=False) + "\n").encode()


def _by_id(items: Iterable[Told]) -> dict[str, Told]:
    return {one["id"]: one for one in items}


def _names(item: Told) -> Told:
    return {key: item[key] for key in ("name", "names") if key in item}


def _places(codes: Iterable[str]) -> dict[str, int]:
    """Each code that is used, and its place in the list of them; nothing has none."""
    return {code: place for place, code in enumerate(dict.fromkeys(filter(None, codes)))}


def _components(spoken: Spoken, places: Mapping[str, Mapping[str, int]]) -> Told:
    def with_values(key: str) -> Told:
        return {
            **spoken.component(key),
            "values": [spoken.value(key, code) for code in places[key]],
        }

    def attributes(keys: Iterable[str], relationship: Told) -> list[Told]:
        return [
            {**with_values(key), "isMandatory": key not in OPTIONAL, "relationship": relationship}
            for key in keys
            if places[key]
        ]

    ordered = {key: {**with_values(key), "keyPosition": at} for at, key in enumerate(DIMENSIONS)}
    number = {"dataType": "Double"}
    measure = {**spoken.component(MEASURE), "isMandatory": False, "format": number}
    return {
        "dimensions": {"series": [ordered[key] for key in KEY], "observation": [ordered[TIME]]},
        "measures": {"observation": [measure]},
        "attributes": {
            "series": attributes(OF_SERIES, {"dimensions": [*KEY]}),
            "observation": attributes(OF_OBSERVATION, {"observation": {}}),
        },
    }


def _series(lines: Sequence[Line], places: Mapping[str, Mapping[str, int]]) -> Told:
    """Key → attributes and observations, by the places of their codes."""
    series: dict[str, Told] = {}
    of_series = [key for key in OF_SERIES if places[key]]
    for line in lines:
        key = ":".join(str(places[dimension][line[dimension]]) for dimension in KEY)
        if key not in series:
            attributes = [places[one].get(line[one]) for one in of_series]
            series[key] = {"attributes": attributes, "observations": {}}
        figure = float(line[MEASURE]) if line[MEASURE] else None
        attributes = [places[one].get(line[one]) for one in OF_OBSERVATION]
        series[key]["observations"][str(places[TIME][line[TIME]])] = [figure, *attributes]
    return series
