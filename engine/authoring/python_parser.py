"""Reading a journey from Python without running it: the calls of the builder, literals and names for them.

A server must never run a stranger's Python, so only what can be understood by looking is read: imports of
`engine.authoring`, assignments, calls of its words with literals. Loops and arithmetic are for `waitline journeys`,
which runs the author's own files on the author's own machine.
"""

import ast
import inspect
import io
import tokenize
from collections.abc import Callable
from difflib import get_close_matches
from math import isfinite
from typing import Any, cast

from engine.authoring.builder import Journey
from engine.authoring.places import Path, Unreadable, is_encodable, parameters_of
from engine.authoring.remarks import Remarks
from engine.authoring.words import WORDS, Part

LONGEST = 1_000_000
DEEPEST = 30
MOST = 100_000
"""So many values at most may be repeated by naming them."""
_METHODS = frozenset(
    name for name, method in vars(Journey).items() if callable(method) and not name.startswith("_")
) - {"problems", "build", "stand_on"}


def read_python(source: str) -> list[Journey]:
    """Every journey that the source writes.

    Raises:
        Unreadable: it is not Python, or more Python than can be understood without running it.
    """
    reader = _Reader()
    try:
        for statement in _tree(source).body:
            reader.statement(statement)
    except RecursionError:
        raise _too_complex() from None
    names = [journey.name for journey in reader.journeys]
    for journey in reader.journeys:
        if names.count(journey.name) > 1:
            line = max(each.lines[("name",)] for each in reader.journeys if each.name == journey.name)
            raise Unreadable("journey_twice", line, f"Two journeys are named “{journey.name}”; rename one of them.")
    return reader.journeys


def read_remarks(source: str) -> Remarks:
    """The comments of the source, each beside the call that it is about.

    Raises:
        Unreadable: see `read_python`.
    """
    tree = _tree(source)
    starts = sorted((line, path) for journey in read_python(source) for path, line in _calls(journey).items())
    ends = {line: statement.end_lineno or 0 for statement in tree.body for line, _ in starts if _spans(statement, line)}
    upper: dict[Path, list[str]] = {}
    right: dict[Path, str] = {}
    top: list[str] = []
    bottom: list[str] = []
    first_code = min((each.lineno for each in tree.body if not _is_docstring(each)), default=0)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        before = [path for start, path in starts if start <= line <= ends.get(start, 0)]
        after = [path for start, path in starts if start > line]
        is_alone = not token.line[: token.start[1]].strip()
        if line < first_code:
            top.append(token.string)
        elif before and not is_alone and before[-1] not in right:
            right[before[-1]] = token.string
        elif (before and not after) or (before and _is_inside(tree, line, starts)):
            upper.setdefault(before[-1], []).append(token.string)
        elif after:
            upper.setdefault(after[0], []).append(token.string)
        else:
            bottom.append(token.string)
    docstring = ast.get_source_segment(source, tree.body[0]) if tree.body and _is_docstring(tree.body[0]) else None
    return Remarks(upper, right, top, bottom, docstring)


def _calls(journey: Journey) -> dict[Path, int]:
    """The lines of the calls themselves, without what stands inside them."""
    return {path: line for path, line in journey.lines.items() if path in journey.calls}


def _spans(statement: ast.stmt, line: int) -> bool:
    return statement.lineno <= line <= (statement.end_lineno or statement.lineno)


def _is_inside(tree: ast.Module, line: int, starts: list[tuple[int, Path]]) -> bool:
    """Whether the line is within a statement that makes no other call further down."""
    for statement in tree.body:
        if _spans(statement, line):
            return not any(start > line and _spans(statement, start) for start, _ in starts)
    return False


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _tree(source: str) -> ast.Module:
    if len(source) > LONGEST:
        raise Unreadable("code_too_long", None, "The text is longer than a million characters; split the journey.")
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise Unreadable("python_malformed", error.lineno, f"This is not Python: {error.msg}. Correct it.") from None
    except (ValueError, RecursionError, MemoryError):
        raise _too_complex() from None


def _too_complex() -> Unreadable:
    return Unreadable("python_malformed", None, "This is not Python that anyone could read; simplify it.")


def _size(value: Any, depth: int = 0) -> int:
    """How many values it holds, itself included; more than there may be where they are nested too deeply."""
    if depth > DEEPEST:
        return MOST + 1
    if isinstance(value, dict):
        return 1 + sum(_size(one, depth + 1) for one in cast("dict[str, Any]", value).values())
    return 1 + sum(_size(one, depth + 1) for one in cast("list[Any]", value)) if isinstance(value, list | tuple) else 1


class _Reader:
    def __init__(self) -> None:
        self.journeys: list[Journey] = []
        self._names: dict[str, Any] = {}
        self._left = MOST

    def statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.ImportFrom(module="engine.authoring" | "__future__", names=names):
                for each in names:
                    if each.asname is not None:
                        raise self._refused(statement, "Import the words by their own names.")
                    if statement.module == "engine.authoring" and each.name not in {"Journey", *WORDS}:
                        raise self._unknown(statement, each.name, {"Journey", *WORDS})
            case ast.Expr(value=ast.Constant(value=str())):
                pass
            case ast.Expr(value=value):
                self._value(value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._names[name] = self._value(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self._names[name] = self._value(value)
            case _:
                raise self._refused(
                    statement,
                    "Here only the builder's calls, literals and names for them are read; what needs running is for "
                    "`waitline journeys apply` on your own machine.",
                )

    def _value(self, node: ast.expr) -> Any:  # noqa: PLR0911 - one for each shape
        match node:
            case ast.Constant(value=str() | int() | float() | None as value):
                return self._plain(node, value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return -self._plain(node, value)
            case ast.List(elts=elements):
                return [self._value(each) for each in elements]
            case ast.Tuple(elts=elements):
                return tuple(self._value(each) for each in elements)
            case ast.Dict(keys=keys, values=values):
                return {self._key(node, key): self._value(each) for key, each in zip(keys, values, strict=True)}
            case ast.Name(id=name) if name in self._names:
                return self._again(node, self._names[name])
            case ast.Name(id=name):
                raise self._unknown(node, name, {*self._names, *WORDS, "Journey"})
            case ast.Call():
                return self._call(node)
            case _:
                raise self._refused(node, "Write a literal, or one of the builder's words, here.")

    def _plain(self, node: ast.expr, value: Any) -> Any:
        """A literal that JSON can say, too."""
        if isinstance(value, float) and not isfinite(value):
            raise self._refused(node, "Numbers must be finite.")
        if isinstance(value, str) and not is_encodable(value):
            raise self._refused(node, "This text holds half a character; write the whole of it.")
        return value

    def _again(self, node: ast.expr, value: Any) -> Any:
        """The value of a name. What is used over and over may not grow without bounds."""
        self._left -= _size(value)
        if self._left < 0:
            raise Unreadable("code_too_large", node.lineno, "This journey repeats itself too often; shorten it.")
        return value

    def _key(self, node: ast.expr, key: ast.expr | None) -> str:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value
        raise self._refused(node, "The keys of a dictionary are texts.")

    def _call(self, node: ast.Call) -> Any:
        match node.func:
            case ast.Name(id="Journey"):
                made = self._made(node, Journey)
                made.stand_on(node.lineno)
                self.journeys.append(made)
                return made
            case ast.Name(id=name) if name in WORDS:
                made = self._made(node, WORDS[name])
                if isinstance(made, Part):
                    made.line = node.lineno
                return made
            case ast.Name(id=name):
                raise self._unknown(node, name, {*WORDS, "Journey"})
            case ast.Attribute(value=held, attr=name):
                journey = self._value(held)
                if not isinstance(journey, Journey):
                    raise self._refused(node, "Only a journey's own calls can be read here.")
                if name not in _METHODS:
                    raise self._unknown(node, name, _METHODS)
                self._made(node, getattr(journey, name))
                journey.stand_on(node.func.end_lineno or node.lineno)
                return journey
            case _:
                raise self._refused(node, "Call one of the builder's words here.")

    def _made(self, node: ast.Call, word: Callable[..., Any]) -> Any:
        arguments = [self._value(each) for each in node.args]
        named: dict[str, Any] = {}
        known = parameters_of(getattr(word, "__func__", word))
        takes_any = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in known.values())
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self._refused(node, "Write the arguments one by one.")
            if keyword.arg not in known and not takes_any:
                raise self._unknown(keyword.value, keyword.arg, known)
            named[keyword.arg] = self._value(keyword.value)
        try:
            return word(*arguments, **named)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise Unreadable(
                "call_invalid", node.lineno, f"This call is not right: {error}. Look at its description and correct it."
            ) from None

    @staticmethod
    def _refused(node: ast.AST, sentence: str) -> Unreadable:
        return Unreadable("python_unreadable", getattr(node, "lineno", None), sentence)

    @staticmethod
    def _unknown(node: ast.AST, name: str, known: Any) -> Unreadable:
        return Unreadable("name_unknown", getattr(node, "lineno", None), unknown_name(name, known))


def unknown_name(name: str, known: Any) -> str:
    """A sentence about a name that does not exist, with the nearest that does."""
    near = get_close_matches(name, list(known), n=1)
    return f"There is no “{name}” here; {f'did you mean “{near[0]}”?' if near else 'correct it or remove it.'}"
