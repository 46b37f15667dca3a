"""How the province publishes (``publication.yml``), and who may see what leaves.

Here: the shape of that file, and the words of access, theme and contact that agencies, sources,
units and indicators use. Not here: what follows from them together (``definitions.openness``),
the files that leave (``kinhbac.exchange``). What is said here holds where they say nothing. A
registry without this file lets nothing out, and nobody is asked to describe anything.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, model_validator

from kinhbac.registry.declared.entries import AgencyCode, AreaKind, Entry, Name, Slug

Access = Literal["open", "shared", "internal"]
ACCESS: tuple[Access, ...] = ("open", "shared", "internal")
"""Dữ liệu mở, dùng chung, dùng riêng; the stricter of two stands further on."""
Theme = Literal[
    "AGRI",
    "ECON",
    "EDUC",
    "ENER",
    "ENVI",
    "GOVE",
    "HEAL",
    "INTR",
    "JUST",
    "REGI",
    "SOCI",
    "TECH",
    "TRAN",
]
"""A data theme of the European catalogues, by which a sector is found from outside."""
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"{}|\\^`]+$", max_length=300)]
Level = Literal["province", "district", "commune"]
LEVELS: dict[Level, frozenset[AreaKind]] = {
    "province": frozenset({"province", "peer_province", "former_province"}),
    "district": frozenset({"former_district"}),
    "commune": frozenset({"commune", "former_commune"}),
}
"""Kinds of area by level, the largest first."""


class Contact(Entry):
    """Where to ask about data; a post of the office, never a person's own."""

    email: (
        Annotated[str, StringConstraints(pattern=r"^[^@\s<>\"{}|\\^`]+@[^@\s<>\"{}|\\^`]+$")] | None
    ) = None
    telephone: Annotated[str, StringConstraints(pattern=r"^\+[0-9 ]{6,20}$")] | None = Field(
        None, description="with the country's code: +84 222 …"
    )
    page: Address | None = None

    @model_validator(mode="after")
    def _reachable(self) -> Contact:
        if not (self.email or self.telephone or self.page):
            raise ValueError("write at least one of «email», «telephone», «page»")
        return self


class Licence(Entry):
    """Terms under which data may be used, and the document that says them in full."""

    name: Name
    document: Address | None = Field(None, description="address of its text")


class Keywords(Entry):
    """Words by which an indicator is found, beside those of its name, group and sector."""

    vi: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Service(Entry):
    """The interface that answers questions about the release in force."""

    address: Address
    description: Address = Field(description="address of its machine-readable description")


def _demand_folder(address: str) -> str:
    if not address.endswith("/"):
        raise ValueError("address names a folder and ends with «/»")
    return address


FolderAddress = Annotated[Address, AfterValidator(_demand_folder)]


class Opening(Entry):
    """What everybody may have: the open edition of each release (``data/open``)."""

    address: FolderAddress = Field(
        description="where the open edition can be fetched; ends with «/»"
    )
    down_to: Level = Field("province", description="the smallest areas of which figures are told")
    simulated: bool = Field(False, description="whether simulated figures are told, marked")
    withdrawn: bool = Field(False, description="take back what was opened, until it is false again")

    @property
    def area_kinds(self) -> frozenset[AreaKind]:
        """The kinds of area that are told of: those of the level and of all above it."""
        levels = list(LEVELS)
        told = levels[: levels.index(self.down_to) + 1]
        return frozenset().union(*(LEVELS[level] for level in told))


class Publication(Entry):
    """``publication.yml``: the catalogue, its licences, and what holds unless somebody says else."""

    name: Name
    description: Name
    publisher: AgencyCode = Field(description="the agency that publishes the catalogue")
    address: FolderAddress = Field(
        description="where the release in force can be fetched; ends with «/»"
    )
    area: str = Field(description="key of the area that the catalogue covers (areas.csv)")
    contact: Contact | None = Field(None, description="of agencies that declare none")
    licences: dict[Slug, Licence] = Field(min_length=1)
    licence: dict[Access, Slug] = Field(
        {}, description="access: licence of what is open, shared or internal and names no other"
    )
    service: Service | None = None
    open: Opening | None = Field(None, description="left out: nothing is published as open data")


PUBLICATION = TypeAdapter(Publication)
