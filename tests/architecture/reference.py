"""The parts of the documentation that are drawn from the code, so that they cannot fall behind it.

    docs/problems.md   every error that has a code
    docs/journeys.md   node types, triggers and the problems of a document, between markers in the text

python -m tests.architecture.reference   writes them anew
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from api.errors import STATUS_OF, ApiError
from engine.journey.nodes import BuiltIn
from engine.journey.triggers import Trigger
from engine.journey.validation import problems
from tests.architecture.sources import ROOMS, ROOT
from tests.engine.journey.broken import BROKEN, CATALOGUE, broken

PROBLEMS = ROOT / "docs" / "problems.md"
JOURNEYS = ROOT / "docs" / "journeys.md"

OPENING = """\
# Problem codes

Whatever refuses says so with a code that never changes and a sentence that says what to do. Over HTTP it is a problem
document (RFC 9457); in logs and in Temporal the same code appears. The problems of a journey that is being edited are
in the [journey guide](journeys.md#problems).

This page is drawn from the code: `make docs` writes it anew.
"""
TITLES = {
    "api": "At the edge: HTTP",
    "api.push_service": "In the local push service",
    "api.doubles": "In the doubles",
    "activities": "In activities",
    "workflows": "In workflows",
    "engine": "In the engine",
}


def drawn() -> dict[Path, str]:
    """Each page as it should be."""
    guide = JOURNEYS.read_text()
    for name, table in {
        "nodes": _kinds("type", BuiltIn),
        "triggers": _kinds("kind", Trigger),
        "problems": _broken(),
    }.items():
        start, end = f"<!-- drawn:{name} -->\n", f"<!-- /drawn:{name} -->"
        before, rest = guide.split(start)
        guide = before + start + table + end + rest.split(end)[1]
    return {PROBLEMS: _problem_page(), JOURNEYS: guide}


def _table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(titles)
    lines = [titles, ["---"] * len(titles), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _sentence(documented: type) -> str:
    """The first paragraph of the docstring."""
    return " ".join(cleandoc(documented.__doc__ or "").split("\n\n")[0].split())


def _problem_page() -> str:
    found = sorted(_errors(), key=lambda error: str(vars(error)["code"]))
    parts = [OPENING]
    for place, title in TITLES.items():
        rows = [
            (f"`{vars(error)['code']}`", _status(error), _sentence(error)) for error in found if _place(error) == place
        ]
        if rows:
            parts.append(f"## {title}\n\n{_table(('Code', 'HTTP', 'Meaning'), rows)}")
    return "\n".join(parts)


def _errors() -> set[type[Exception]]:
    """Every error of ours that has a code of its own."""
    for room in ROOMS:
        for module in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    return {each for each in _descendants(Exception) if each.__module__.startswith(ROOMS) and "code" in vars(each)}


def _descendants(error: type[Exception]) -> Iterator[type[Exception]]:
    for child in error.__subclasses__():
        yield child
        yield from _descendants(child)


def _place(error: type[Exception]) -> str:
    return max((place for place in TITLES if f"{error.__module__}.".startswith(f"{place}.")), key=len)


def _status(error: type[Exception]) -> str:
    if issubclass(error, ApiError):
        return str(error.status)
    return next((str(STATUS_OF[each]) for each in error.__mro__ if each in STATUS_OF), "—")


def _kinds(discriminator: str, union: Any) -> str:
    """A table of the members of a discriminated union."""
    members: tuple[type[BaseModel], ...] = get_args(get_args(union)[0])
    rows = [(f"`{member.model_fields[discriminator].default}`", _sentence(member)) for member in members]
    return _table((discriminator.capitalize(), "What it does"), rows)


def _broken() -> str:
    """A table of every problem that a broken journey of the tests has, with its sentence there."""
    found = {each.code: each for how, *_ in BROKEN for each in problems(broken(how), CATALOGUE)}
    rows = [(f"`{code}`", each.severity, each.sentence) for code, each in sorted(found.items())]
    return _table(("Code", "Severity", "For example"), rows)


if __name__ == "__main__":
    for page, text in drawn().items():
        page.write_text(text)
        sys.stdout.write(f"{page.relative_to(ROOT)} is written\n")
