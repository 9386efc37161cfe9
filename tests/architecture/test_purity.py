"""The engine decides from what it is handed: outside its store it asks no clock, environment, file or chance."""

import ast

import pytest

from tests.architecture.sources import modules, relative, tree

ASKS_THE_WORLD = (
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.",
    "random.",
    "secrets.",
    "socket.",
    "subprocess.",
    "threading.",
    "os.environ",
    "os.getenv",
    "os.urandom",
    "uuid.uuid1",
    "uuid.uuid4",
    "builtins.open",
    "builtins.input",
    "builtins.print",
)
"""Names that read or change the world; one that ends in a dot stands for the whole module."""

PURE = [path for path in modules("engine") if not relative(path).startswith(("engine/store/", "engine/settings.py"))]


def questions(module: ast.Module) -> list[str]:
    """Where the module asks the world something, as `line 3: datetime.datetime.now`."""
    known = _names(module)
    found = {
        (node.lineno, _dotted(node, known)) for node in ast.walk(module) if isinstance(node, ast.Attribute | ast.Name)
    }
    return [f"line {line}: {name}" for line, name in sorted(found) if _asks(name)]


def _asks(name: str) -> bool:
    return any(name.startswith(world) if world.endswith(".") else name == world for world in ASKS_THE_WORLD)


def _names(module: ast.Module) -> dict[str, str]:
    """What each imported name stands for: {"dt": "datetime", "now": "datetime.datetime.now"}."""
    known = {name: f"builtins.{name}" for name in ("open", "input", "print")}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
    return known


def _dotted(node: ast.expr, known: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, known)}.{node.attr}"
    return ""


def test_the_engine_asks_no_clock_environment_file_or_chance() -> None:
    asked = {relative(path): questions(tree(path)) for path in PURE}

    assert {path: found for path, found in asked.items() if found} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\nat = datetime.now(UTC)",
        "import datetime as dt\nat = dt.datetime.now()",
        "from time import monotonic\nat = monotonic()",
        "import os\nhome = os.environ['HOME']",
        "from random import choice\npick = choice([1, 2])",
        "import uuid\nid = uuid.uuid4()",
        "text = open('journey.json').read()",
    ],
)
def test_a_question_to_the_world_is_noticed(source: str) -> None:
    assert questions(ast.parse(source))


def test_time_as_a_value_is_no_question() -> None:
    assert not questions(ast.parse("from datetime import datetime, time\nat = datetime.combine(day, time.min)"))
