"""What an observation and a report consist of: concepts, and the lists of their codes.

Here: their keys. Not here: what they are called (``words/sdmx.toml``), the artefacts
(``structures``, ``code_lists``). A concept or a list is the SDMX secretariat's own where it has
one, and the province's otherwise.
"""

from __future__ import annotations

from typing import get_args

from kinhbac.exchange.sdmx.content import Content
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.registry.declared.assessment import Measure
from kinhbac.registry.declared.contract import ReportConcept

SECRETARIAT = "SDMX"
WHOLE = "_T"
"""The code of a figure that is not broken down, as SDMX has it."""
DIMENSIONS = ("FREQ", "REF_AREA", "INDICATOR", "BREAKDOWN", "TIME_PERIOD")
MEASURE = "OBS_VALUE"
OF_SERIES = ("UNIT_MEASURE", "UNIT_MULT", "DECIMALS")
OF_OBSERVATION = ("OBS_STATUS", "CONF_STATUS", "SIMULATED")
OPTIONAL = {MEASURE, "DECIMALS"}
"""What an observation may lack: a figure that is missing or not told; decimals, which are said where
the method rounds."""
SAID = (
    "INDICATOR_GROUP",
    "SECTOR",
    "PURPOSE",
    "FORMULA",
    "UNIT_MEASURE",
    "UNIT_MULT",
    "DECIMALS",
    "FREQ",
    "DIRECTION",
    "OWNER",
    "DATA_SOURCE",
    "LEGAL_BASIS",
    "VALID_FROM",
    "VALID_TO",
    "SIMULATED",
)
"""What the metadata say of an indicator."""
WRITTEN = tuple(concept.upper() for concept in get_args(ReportConcept))
MEASURED = tuple(measure.upper() for measure in get_args(Measure))
QUALITY = (*WRITTEN, "QUALITY_PERIOD", *MEASURED)
"""What a quality report says of a source: concepts that people write, the quarter, its measures."""
QUALITY_FLOW = "MDF_QUALITY"
CROSS_DOMAIN = (
    "FREQ",
    "REF_AREA",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "CONF_STATUS",
    "UNIT_MEASURE",
    "UNIT_MULT",
    "DECIMALS",
)
"""Concepts of the SDMX secretariat."""
OWN = tuple(
    key for key in dict.fromkeys((*DIMENSIONS, *OF_OBSERVATION, *SAID)) if key not in CROSS_DOMAIN
)
"""Concepts of the province."""
LISTS = {
    "FREQ": "CL_FREQ",
    "REF_AREA": "CL_AREA",
    "INDICATOR": "CL_INDICATOR",
    "BREAKDOWN": "CL_BREAKDOWN",
    "OBS_STATUS": "CL_OBS_STATUS",
    "CONF_STATUS": "CL_CONF_STATUS",
    "UNIT_MEASURE": "CL_UNIT",
    "UNIT_MULT": "CL_UNIT_MULT",
    "DECIMALS": "CL_DECIMALS",
    "INDICATOR_GROUP": "CL_GROUP",
    "SECTOR": "CL_SECTOR",
    "DIRECTION": "CL_DIRECTION",
    "OWNER": "CL_AGENCY",
    "DATA_SOURCE": "CL_SOURCE",
}
"""Concept → the list of its codes; the version of a list of the secretariat stands in the mapping."""
MODEL = "urn:sdmx:org.sdmx.infomodel"


def urn_of_code(content: Content, concept: str, code: str) -> str:
    """What names a code of one of the province's lists."""
    own = read_mapping().versions["own"]
    return f"{MODEL}.codelist.Code={content.maintainer}:{LISTS[concept]}({own}).{code}"


def urn_of_metadataflow(content: Content, flow: str = "MDF_INDICATORS") -> str:
    """What names the flow that metadata belong to."""
    own = read_mapping().versions["own"]
    return f"{MODEL}.metadatastructure.Metadataflow={content.maintainer}:{flow}({own})"


def name_of_dataflow(content: Content) -> str:
    """What SDMX-CSV names as the structure of the figures."""
    return f"{content.maintainer}:DF_INDICATORS({read_mapping().versions['own']})"
