"""Who may import whom: the floors of the house."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from kinhbac.data_folder import PROJECT

ANY = "any"
FLOORS = {
    "periods": "",
    "calendar": "",
    "data_folder": "",
    "digits": "",
    "database": "",
    "rows": "data_folder",
    "words": "data_folder digits periods rows",
    "problems": "words",
    "checksums": "problems",
    "queries": "",
    "loading": "",
    "rights": "",
    "side_by_side": "",
    "spelling": "",
    "text_file": "problems",
    "yaml_document": "problems spelling text_file",
    "yaml_models": "problems yaml_document",
    "csv_document": "problems spelling text_file",
    "documents": "data_folder digits words",
    "kept_results": "data_folder side_by_side",
    "taken_over": "checksums data_folder",
    "forecast": "data_folder digits kept_results periods",
    "disclosure": "data_folder database kept_results queries",
    "registry": "calendar csv_document data_folder digits periods problems rows spelling text_file words yaml_document yaml_models",
    "composite": "data_folder digits kept_results registry",
    "quality": "composite queries registry words",
    "power": "composite periods queries registry words",
    "ingest": "calendar data_folder database digits loading periods problems queries registry rows spelling words yaml_document yaml_models",
    "checks": "checksums data_folder database ingest loading periods problems queries registry rights rows side_by_side words",
    "reduction": "data_folder database periods problems queries registry",
    "dictionary": "checks data_folder rows",
    "forms": "documents ingest periods problems registry words",
    "scoreboard": "checks data_folder database digits documents forms periods power problems quality queries registry rights taken_over words",
    "exchange": "checksums data_folder database digits documents forms periods problems queries registry rights scoreboard taken_over words yaml_document yaml_models",
    "release": "checks checksums data_folder database documents exchange ingest problems queries registry rights rows scoreboard side_by_side taken_over words",
    "drafting": "data_folder exchange ingest periods problems registry spelling",
    "answers": "calendar data_folder database digits periods problems quality queries registry release spelling words",
    "interface": "answers calendar data_folder database documents exchange ingest periods problems queries registry release words",
    "library": "answers data_folder database documents interface problems release words",
    "kinhbac": "data_folder library periods problems registry release",
    "notices": "calendar data_folder database problems quality queries release words yaml_document",
    "stillness": "data_folder registry release",
    "upkeep": "calendar data_folder database problems release yaml_document yaml_models",
    "program": "checks data_folder release",
    "changes": "data_folder database program queries release",
    "night_report": "ingest release stillness",
    "night": ANY,
    "rebuilding": "calendar data_folder database digits ingest night problems queries registry release",
    "orchestration": "calendar checks data_folder ingest loading night night_report notices periods problems registry release rights stillness upkeep",
    "commands": ANY,
    "cli": "commands loading rights",
    "dbt_project": "composite disclosure forecast",
    "bench": "calendar checks cli composite data_folder database forecast ingest interface night orchestration periods power problems quality queries reduction registry release scoreboard upkeep",
}
"""Room → the rooms that it imports, all of which stand above it: nobody goes in circles.

A room is a module or folder of ``kinhbac``, or a folder beside it; ``kinhbac`` is the library as
others import it. The registry knows nobody but the ground floor. The night and the command
line may reach every room above them.
"""


def room_of(name: str) -> str:
    """The room of a module: ``registry`` of ``kinhbac.registry.model``."""
    package, _, inside = name.partition(".")
    return inside.partition(".")[0] or package if package == "kinhbac" else package


def imported(path: Path) -> set[str]:
    """The modules that a file imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} says «from .»"
            module = node.module or ""
            # «from kinhbac import registry» reaches a room, «import load_registry» the library.
            names |= {
                f"{module}.{alias.name}" if is_module(f"{module}.{alias.name}") else module
                for alias in node.names
            }
    return names


def is_module(name: str) -> bool:
    path = PROJECT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or path.is_dir()


def find_imports() -> dict[str, set[str]]:
    """Room → the other rooms that it imports."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in ("kinhbac", "orchestration", "dbt_project", "bench"):
        for path in (PROJECT / package).rglob("*.py"):
            name = path.relative_to(PROJECT).with_suffix("").as_posix().replace("/", ".")
            room = room_of(name.removesuffix(".__init__"))
            rooms = {room_of(other) for other in imported(path)}
            found[room] |= rooms & (FLOORS.keys() | find_rooms()) - {room}
    return found


def find_rooms() -> set[str]:
    """The modules and folders of ``kinhbac`` that hold code."""
    paths = (PROJECT / "kinhbac").iterdir()
    return {p.stem for p in paths if p.suffix == ".py" or (p / "__init__.py").exists()} - {
        "__init__"
    }


def test_every_room_has_its_place() -> None:
    others = {"kinhbac", "orchestration", "dbt_project", "bench"}
    assert FLOORS.keys() == find_rooms() | others


def test_rooms_import_what_the_table_says_and_nothing_else() -> None:
    found = find_imports()
    declared = {room: set(others.split()) for room, others in FLOORS.items() if others != ANY}
    undeclared = {room: found[room] - others for room, others in declared.items()}
    unused = {room: others - found[room] for room, others in declared.items()}
    assert not {room: rooms for room, rooms in undeclared.items() if rooms}, "not in the table"
    assert not {room: rooms for room, rooms in unused.items() if rooms}, "in the table for nothing"


def test_rooms_import_only_from_above() -> None:
    order = list(FLOORS)
    for room, others in find_imports().items():
        below = {other for other in others if order.index(other) > order.index(room)}
        assert not below, f"{room} imports {below}, which stand below it"
