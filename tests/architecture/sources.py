"""The repository as these tests read it: where its rooms are, and its modules as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("engine", "activities", "workflows", "api")
PYTHON_FOLDERS = (*ROOMS, "tests", "benchmarks", "examples", "deploy")


def modules(*folders: str) -> list[Path]:
    """Every Python file below `folders`, in a steady order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def interface_sources() -> list[Path]:
    """Every TypeScript and style file of the interface that a person writes."""
    kinds = (".ts", ".tsx", ".css")
    return sorted(
        path for path in (ROOT / "ui" / "src").rglob("*") if path.suffix in kinds and not path.name.endswith(".d.ts")
    )


def relative(path: Path) -> str:
    """The path as it is written in the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(), str(path))


def imports(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Every dotted name that the module imports, with its line; relative imports do not occur in this repository."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
