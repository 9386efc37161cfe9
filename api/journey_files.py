"""The folder of journeys that are kept as code: one journey a file, Python or YAML, beside what the code last saw.

    journeys/
      back_in_stock.py       journey = Journey("Back in stock") …
      price_drop.yaml        name: Price drop …
      journey.schema.json    what editors complete YAML with
      .waitline.json         the revision of each draft that was seen last; commit it
      test_back_in_stock.py  tests are left alone, and so are names that begin with _

Python files are the author's own and are run, the second time on another day: what reads a clock or throws dice is
another journey each time. What they print goes to the errors, and leaves what is meant for programs alone.
"""

import json
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from api.other_clock import builtins_of_another_day
from engine.authoring.builder import Journey
from engine.authoring.code import Language, print_code, read_code
from engine.authoring.places import CodeProblem
from engine.authoring.schema import SCHEMA_FILE, schema_text
from engine.journey.catalogue import UNCHECKED, Catalogue
from engine.journey.version import JourneyDocument

SEEN_FILE = ".waitline.json"
LANGUAGES: dict[str, Language] = {".py": "python", ".yaml": "yaml", ".yml": "yaml"}


@dataclass(frozen=True, slots=True)
class JourneyFile:
    """A journey of a file, and what is wrong with it. Without a document the file could not be read."""

    path: Path
    name: str
    document: dict[str, Any] | None
    problems: tuple[CodeProblem, ...] = ()

    @property
    def blocking(self) -> list[str]:
        """What must be corrected, one line each: file, line, code and sentence."""
        return [f"{self.path}:{problem}" for problem in self.problems if problem.is_blocking]


def read_folder(folder: Path, catalogue: Catalogue = UNCHECKED) -> list[JourneyFile]:
    """Every journey of the folder, or of the one file; the catalogue says what plugins bring."""
    paths = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if _is_journey(path, folder))
    found = [journey for path in paths for journey in read_file(path, catalogue)]
    names = [journey.name for journey in found if journey.document is not None]
    return [_named_twice(journey) if names.count(journey.name) > 1 else journey for journey in found]


def read_file(path: Path, catalogue: Catalogue = UNCHECKED) -> Iterator[JourneyFile]:
    """The journeys of one file: as many as a Python file builds."""
    language = LANGUAGES.get(path.suffix)
    if language is None:
        yield _unreadable(path, "file_unknown", None, "A journey is a file that ends in .py, .yaml or .yml; rename it.")
    elif language == "yaml":
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            yield _unreadable(path, "file_not_utf8", None, "The file is not UTF-8; save it as UTF-8.")
            return
        read = read_code(text, "yaml", catalogue)
        name = str((read.document or {}).get("name") or path.stem)
        yield JourneyFile(path, name, read.document, read.problems)
    else:
        yield from _from_python(path, catalogue)


def write_journey(path: Path, document: dict[str, Any], catalogue: Catalogue = UNCHECKED) -> bool:
    """Print the document into its file, keeping the comments that stand there; whether anything changed.

    Raises:
        ValueError: the file is more Python than can be rewritten.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    language = LANGUAGES[path.suffix]
    if before and read_code(before, language).document is None:
        raise ValueError(f"{path} is more than can be rewritten; take the change over by hand (see: diff).")
    after = print_code(JourneyDocument.model_validate(document), language, before)
    if after == before:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(after, encoding="utf-8")
    if language == "yaml":
        (path.parent / SCHEMA_FILE).write_text(schema_text(catalogue), encoding="utf-8")
    return True


def file_name(name: str, suffix: str) -> str:
    """`back_in_stock.py` for “Back in stock”."""
    return (re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "journey") + suffix


def read_seen(folder: Path) -> dict[str, int]:
    """The revision of each journey's draft that the code last saw.

    Raises:
        ValueError: the file says something else, as it does with the marks of a merge in it.
    """
    path = _home(folder) / SEEN_FILE
    try:
        seen: Any = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError:
        seen = None
    if not isinstance(seen, dict) or not all(type(one) is int for one in cast("dict[str, Any]", seen).values()):
        raise ValueError(
            f"{path} is not what apply and export wrote, perhaps after a merge; take one side of it, or delete it."
        )
    return cast("dict[str, int]", seen)


def write_seen(folder: Path, seen: dict[str, int]) -> None:
    """Remember what was seen: all of it, or as it was."""
    path = _home(folder) / SEEN_FILE
    written = path.with_suffix(".new")
    written.write_text(json.dumps(dict(sorted(seen.items())), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    written.replace(path)


def _home(folder: Path) -> Path:
    return folder.parent if folder.is_file() else folder


def _is_journey(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    is_ours = not any(part.startswith(("_", ".")) for part in parts)
    return path.suffix in LANGUAGES and is_ours and not path.name.startswith(("test_", "conftest"))


def _from_python(path: Path, catalogue: Catalogue) -> Iterator[JourneyFile]:
    try:
        journeys = _run(path)
        again = _run(path, __builtins__=builtins_of_another_day())
    except (Exception, SystemExit) as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = frames[-1].lineno if frames else getattr(error, "lineno", None)
        told = f"The file raised {type(error).__name__}: {error}. Correct it."
        yield _unreadable(path, "python_raised", line, told)
        return
    if not journeys:
        yield _unreadable(
            path, "journey_none", None, "The file builds no journey; write journey = Journey(“its name”)."
        )
    if [each.document for each in journeys] != [each.document for each in again]:
        told = "The journey is another one when the file is run again, on another day; take the clock and the dice out."
        yield _unreadable(path, "journey_unsteady", None, told)
        return
    for journey in journeys:
        yield JourneyFile(path, journey.name, journey.document, journey.problems(catalogue))


def _run(path: Path, **given: Any) -> list[Journey]:
    """Run the file as a module of its own, with its folder in reach of its imports."""
    module = ModuleType(f"waitline_journeys.{path.stem}")
    vars(module).update(given, __file__=str(path))
    sys.path.insert(0, str(path.parent))
    try:
        with redirect_stdout(sys.stderr):
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(module))  # noqa: S102 - their own
    finally:
        sys.path.remove(str(path.parent))
    return [value for name, value in vars(module).items() if isinstance(value, Journey) and not name.startswith("_")]


def _unreadable(path: Path, code: str, line: int | None, sentence: str) -> JourneyFile:
    return JourneyFile(path, path.stem, None, (CodeProblem(code=code, line=line, sentence=sentence),))


def _named_twice(journey: JourneyFile) -> JourneyFile:
    sentence = f"Two journeys are named “{journey.name}”; rename one of them."
    problem = CodeProblem(code="journey_twice", sentence=sentence, line=1)
    return JourneyFile(journey.path, journey.name, journey.document, (problem, *journey.problems))
