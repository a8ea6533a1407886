"""The house: imports go one way, each library has its room, and no module grows without end."""

import ast
from pathlib import Path

import pytest

import c2cd

HOUSE = Path(c2cd.__file__).parent
MODULES = sorted(HOUSE.rglob("*.py"))

# From the ground up: a room may use its own and those below it; rooms of one floor do not use each other.
FLOORS = [
    {"errors", "clock", "model", "validation"},
    {"config"},
    {"guard", "calls", "store", "switch", "logs"},
    {"web"},
    {"server", "systemd"},
    {"reloading"},
    {"daemon"},
    {"setup"},
    {"cli"},
    {"__main__"},
]
# The words of the domain are one room in four modules.
WORDS = FLOORS[0]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

ONLY = {
    "panoramisk": {"switch/wire.py"},
    "aiosqlite": {"store/"},
    "sqlite3": {"store/"},
    "starlette": {"web/", "server/"},
    "uvicorn": {"server/"},
    "httptools": {"server/"},
    "phonenumbers": {"guard/"},
    "re2": {"guard/"},
    "altcha": {"guard/challenge.py"},
    "click": {"cli/"},
    "uvloop": {"cli/main.py"},
    "prometheus_client": {"web/metrics.py"},
    "jsonschema": {"validation.py"},
}
LONGEST = 400
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}


def name(module: Path) -> str:
    """Give a module's path in the house."""
    return module.relative_to(HOUSE).as_posix()


def room_of(path: str) -> str:
    """Give the room that a module is in: its folder, or itself where it stands alone."""
    return path.partition("/")[0].removesuffix(".py")


def imports(module: Path) -> set[str]:
    """Give the dotted names that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are written in full"
            base = node.module or ""
            found |= {f"{base}.{alias.name}" for alias in node.names} if base == "c2cd" else {base}
    return found


def inner_imports(module: Path) -> set[str]:
    """Give the rooms that a module imports from."""
    return {dotted.split(".")[1] for dotted in imports(module) if dotted.startswith("c2cd.")}


def test_every_room_has_its_floor() -> None:
    """Each module belongs to a room that the order names, and each room that it names is there."""
    rooms = {room_of(name(module)) for module in MODULES} - {"__init__"}
    assert rooms == FLOOR.keys()


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_imports_go_one_way(module: Path) -> None:
    """A module uses its own room and those below it, never one beside or above."""
    room = room_of(name(module))
    for used in inner_imports(module) - {room}:
        beside = room in WORDS and used in WORDS
        below = room == "__init__" or FLOOR[used] < FLOOR[room]
        assert beside or below, f"{name(module)} imports c2cd.{used}"


def test_words_are_no_circle() -> None:
    """The words of the domain use each other in one direction."""
    uses = {word: set[str]() for word in WORDS}
    for module in MODULES:
        room = room_of(name(module))
        if room in WORDS:
            uses[room] |= inner_imports(module) - {room}
    while uses:
        grounded = {word for word, used in uses.items() if not used & uses.keys()}
        assert grounded, f"a circle of {sorted(uses)}"
        uses = {word: used for word, used in uses.items() if word not in grounded}


@pytest.mark.parametrize("library", ONLY)
def test_library_has_its_room(library: str) -> None:
    """A library is imported where the map says, and nowhere else; what the map says is true."""
    users = {
        name(module)
        for module in MODULES
        if any(dotted.partition(".")[0] == library for dotted in imports(module))
    }
    assert users
    assert all(user.startswith(tuple(ONLY[library])) for user in users), sorted(users)


def test_server_takes_only_types_from_starlette() -> None:
    """What serves the application knows starlette's types and nothing else of it."""
    modules = (HOUSE / "server").glob("*.py")
    used = {dotted for module in modules for dotted in imports(module) if dotted.startswith("starlette")}
    assert used <= {"starlette.types"}


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_module_can_be_read_at_once(module: Path) -> None:
    """A module is a page or four, says in its docstring what it is for, and has a telling name."""
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert ast.get_docstring(ast.parse(text))
    assert module.stem not in NAMELESS


def test_map_names_every_room() -> None:
    """The map in the package's docstring names every room."""
    assert c2cd.__doc__ is not None
    for room in FLOOR.keys() - {"__main__"}:
        assert room in c2cd.__doc__, room
