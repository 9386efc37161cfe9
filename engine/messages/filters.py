"""The filters and tests of message templates: few, total, and none that can grow a text without end."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast
from urllib.parse import quote

from jinja2 import Undefined

from engine.messages.money import Money

MAX_TEXT = 20_000
_DATE_FORMAT = re.compile(r"(?:[^%]|%[aAbBdeHIjmMpSyYZ%])*")


class LimitExceeded(Exception):
    """A template tried to make something larger than a message may hold."""


def within_limit(text: str) -> str:
    """The text, unless it is longer than any text of a message may become."""
    if len(text) > MAX_TEXT:
        raise LimitExceeded(f"A text became longer than {MAX_TEXT} characters.")
    return text


def as_text(value: Any) -> str:
    """A value as a message prints it. Lists and mappings have no such form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, Mapping | Sequence):
        raise TypeError("A list or a group of fields cannot be printed; name one of its fields.")
    return str(value)


def _on_text(change: Callable[[str], str]) -> Callable[[Any], str]:
    def changed(value: Any) -> str:
        return change(as_text(value))

    return changed


def _default(value: Any, fallback: Any = "") -> Any:
    return fallback if value is None or value == "" or isinstance(value, Undefined) else value


def _truncate(value: Any, length: int = 80, end: str = "…") -> str:
    text = as_text(value)
    if len(text) <= length:
        return text
    room = max(0, length - len(end))
    kept = text[:room]
    cuts_a_word = not text[room].isspace() and " " in kept
    return (kept.rsplit(" ", 1)[0] if cuts_a_word else kept).rstrip() + end


def _replace(value: Any, old: str, new: str) -> str:
    text = as_text(value)
    if not old:
        raise ValueError("replace needs something to look for.")
    if len(text) + text.count(old) * (len(new) - len(old)) > MAX_TEXT:
        raise LimitExceeded(f"A text became longer than {MAX_TEXT} characters.")
    return text.replace(old, new)


def _join(values: Sequence[Any], separator: str = ", ") -> str:
    parts: list[str] = []
    size = 0
    for value in _items(values):
        parts.append(as_text(value))
        size += len(parts[-1]) + len(separator)
        if size > MAX_TEXT:
            raise LimitExceeded(f"A text became longer than {MAX_TEXT} characters.")
    return separator.join(parts)


def _items(values: Any) -> Sequence[Any]:
    _refuse_empty(values)
    if not isinstance(values, Sequence):
        raise TypeError("This needs a list.")
    return cast("Sequence[Any]", values)


def _refuse_empty(value: Any) -> None:
    if isinstance(value, Undefined):
        str(value)  # raises the error that names the field


def _first(values: Any) -> Any:
    return next(iter(_items(values)), "")


def _last(values: Any) -> Any:
    return next(iter(reversed(_items(values))), "")


def _round(value: Any, places: int = 0) -> float | int:
    rounded = round(float(value), max(0, min(places, 10)))
    return int(rounded) if places <= 0 else rounded


def _date(value: Any, form: str = "%d %B %Y") -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(as_text(value))
    if len(form) > 50 or not _DATE_FORMAT.fullmatch(form):
        raise ValueError(f"{form!r} is not a date format.")
    return moment.strftime(form)


def _money(value: Any, language: str = "en") -> str:
    _refuse_empty(value)
    if not isinstance(value, Money):
        raise TypeError("money needs an amount with a currency, such as product.price.")
    return value.written(language)


FILTERS: dict[str, Callable[..., Any]] = {
    "default": _default,
    "upper": _on_text(str.upper),
    "lower": _on_text(str.lower),
    "title": _on_text(str.title),
    "capitalize": _on_text(str.capitalize),
    "trim": _on_text(str.strip),
    "truncate": _truncate,
    "replace": _replace,
    "join": _join,
    "first": _first,
    "last": _last,
    "length": len,
    "round": _round,
    "int": int,
    "float": float,
    "abs": abs,
    "urlencode": _on_text(partial(quote, safe="")),
    "date": _date,
    "money": _money,
}
TESTS = frozenset(
    {"defined", "undefined", "none", "odd", "even", "divisibleby", "string", "number", "in", "==", "!="}
    | {"<", "<=", ">", ">="}
)
