"""Modules stay small enough to be one idea, and are named after it."""

from pathlib import Path

from tests.architecture.sources import PYTHON_FOLDERS, ROOT, interface_sources, modules, relative

PYTHON_LIMIT = 400
INTERFACE_LIMIT = 250
NAMES_THAT_SAY_NOTHING = {"utils", "util", "common", "helpers", "helper", "manager", "data", "info"}

MIGRATIONS = "engine/store/migrations/versions/"
"""A migration is a record: written once, never edited, read from top to bottom."""


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_python_modules_are_at_most_400_lines_long() -> None:
    written = [path for path in modules(*PYTHON_FOLDERS) if not relative(path).startswith(MIGRATIONS)]

    assert {relative(path): lines(path) for path in written if lines(path) > PYTHON_LIMIT} == {}


def test_interface_modules_are_at_most_250_lines_long() -> None:
    assert {relative(path): lines(path) for path in interface_sources() if lines(path) > INTERFACE_LIMIT} == {}


def test_every_module_and_folder_is_named_after_an_idea() -> None:
    nameless = [
        relative(path)
        for path in [*modules(*PYTHON_FOLDERS), *interface_sources()]
        if NAMES_THAT_SAY_NOTHING & {part.partition(".")[0].lower() for part in path.relative_to(ROOT).parts}
    ]

    assert nameless == []
