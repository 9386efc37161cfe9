"""Where in a source file a problem is: the same problems as on the canvas, each with its line.

A place is a path: `("nodes", "push", "timeout")`, `("messages", "letter", "subject")`, `("settings", "goals", "0")`.
A problem stands on the line of its own place, or else of the nearest thing around it.
"""

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import FrameType
from typing import Any, cast

from engine.journey.problems import Problem

Path = tuple[str, ...]


class CodeProblem(Problem):
    """A problem of a journey that is written as code, with its line (counted from 1)."""

    line: int | None = None

    def __str__(self) -> str:
        """`12: [outlet_open] left: “otherwise” leads nowhere; …`."""
        where = f"{self.line}: " if self.line else ""
        return f"{where}[{self.code}] {f'{self.node}: ' if self.node else ''}{self.sentence}"


def caller(depth: int) -> FrameType:
    """The frame of whoever called, so many calls up: it knows its file and line."""
    return sys._getframe(depth + 1)  # pyright: ignore[reportPrivateUsage]  # the cheap way; inspect reads whole stacks


@cache
def parameters_of(word: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """What a word of the builder takes, by name; looked up once, for a long journey says a word a hundred times."""
    return {name: one for name, one in inspect.signature(word).parameters.items() if name != "self"}


class InvalidJourney(Exception):
    """The journey cannot be published as it is written; correct the problems on the lines named."""

    def __init__(self, problems: Sequence[CodeProblem], file: str = "") -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{file}:{problem}" if file else str(problem) for problem in problems))


class Unreadable(Exception):
    """The text is not code that can be read; the problem says on which line and what to do."""

    def __init__(self, code: str, line: int | None, sentence: str) -> None:
        self.problem = CodeProblem(code=code, line=line, sentence=sentence)
        super().__init__(str(self.problem))


class Places:
    """The lines of a source file by path."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines

    def line(self, problem: Problem) -> int | None:
        """The line of the nearest place that is known."""
        field = tuple(problem.field.split(".")) if problem.field else ()
        path: Path = ("nodes", problem.node, *field) if problem.node else field
        if not problem.node and problem.edge:
            path = ("nodes", problem.edge.split(" ")[0].partition(".")[0])
        if path[:2] == ("graph", "nodes"):
            path = path[1:]
        if problem.node and field[:1] == ("messages",):
            path = field
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)

    def located(self, problem: Problem) -> CodeProblem:
        """The problem with its line."""
        return CodeProblem.model_validate({**problem.model_dump(), "line": self.line(problem)})


def row_name(row: Any, index: int) -> str:
    """What a row is called in a path: its id when it has one, so that it keeps its comments where it moves."""
    name = cast("dict[str, Any]", row).get("id") if isinstance(row, dict) else None
    return name if isinstance(name, str) else str(index)


def is_encodable(text: str) -> bool:
    """Whether the text can be written down in UTF-8: it holds no half of a pair."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
