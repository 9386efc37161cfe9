"""Printing a journey as YAML: its nodes from top to bottom, each with where it leads, then its messages and settings.

    nodes:
      - id: push
        type: message
        channel: web_push
        message: back_push
        to:
          sent: done
          not_sent: mail

`to` of a node with one way on is the id itself. Edges that no node can carry, as a half-drawn journey may have, stand
under `edges`. The same journey is printed the same every time.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from engine.authoring.lean import lean
from engine.authoring.places import Path, row_name
from engine.authoring.remarks import NO_REMARKS, Remarks
from engine.journey.version import JourneyDocument

SCHEMA_LINE = "# yaml-language-server: $schema=journey.schema.json"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[ ./-][A-Za-z0-9_]+)*")
_NOT_PLAIN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def print_yaml(document: JourneyDocument, remarks: Remarks = NO_REMARKS) -> str:
    """The journey as YAML, with the comments that it had."""
    return "".join(f"{line}\n" for line in _lines(folded(lean(document)), remarks))


def folded(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A lean document with its edges folded into its nodes."""
    spare: list[Any] = []
    leads: dict[str, dict[str, str]] = {node["id"]: {} for node in raw["graph"]["nodes"]}
    for edge in raw["graph"].get("edges", ()):
        own = leads.get(edge["source"])
        if own is None or edge["outlet"] in own:
            spare.append(edge)
        else:
            own[edge["outlet"]] = edge["target"]
    nodes: list[dict[str, Any]] = []
    for node in raw["graph"]["nodes"]:
        to = leads.pop(node["id"], {})
        simple: Any = to["next"] if to.keys() == {"next"} else to
        nodes.append({**node, "to": simple} if to else dict(node))
    found: dict[str, Any] = {"schema": 1, "name": raw["name"], "nodes": nodes}
    if spare:
        found["edges"] = spare
    return found | {name: raw[name] for name in ("messages", "settings", "layout", "notes") if raw.get(name)}


def _lines(raw: Mapping[str, Any], remarks: Remarks) -> Iterator[str]:
    top = (SCHEMA_LINE,) if remarks.top is None else remarks.top
    yield from top
    yield from _mapping(raw, "", (), remarks)
    yield from remarks.bottom


def _mapping(raw: Mapping[str, Any], indent: str, path: Path, remarks: Remarks) -> Iterator[str]:
    for name, value in raw.items():
        here = (*path, name)
        yield from (f"{indent}{comment}" for comment in remarks.above(here))
        yield from _field(f"{indent}{_text(name)}:", value, indent, here, remarks)


def _field(head: str, value: Any, indent: str, path: Path, remarks: Remarks) -> Iterator[str]:
    beside = remarks.beside(path)
    end = f"  {beside}" if beside else ""
    match value:
        case dict() if value:
            yield f"{head}{end}"
            yield from _mapping(cast("dict[str, Any]", value), f"{indent}  ", path, remarks)
        case list() if value:
            rows = cast("list[Any]", value)
            if all(not isinstance(one, dict | list) for one in rows) and sum(len(str(one)) + 4 for one in rows) < 90:
                yield f"{head} [{', '.join(_scalar(one) for one in rows)}]{end}"
            else:
                yield f"{head}{end}"
                yield from _rows(rows, f"{indent}  ", path, remarks)
        case str() if _is_block(value):
            yield f"{head} |{'' if value.endswith(chr(10)) else '-'}{end}"
            yield from (f"{indent}  {line}".rstrip() for line in value.removesuffix("\n").split("\n"))
        case _:
            yield f"{head} {_scalar(value)}{end}"


def _rows(rows: list[Any], indent: str, path: Path, remarks: Remarks) -> Iterator[str]:
    for index, row in enumerate(rows):
        here = (*path, row_name(row, index))
        yield from (f"{indent}{comment}" for comment in remarks.above(here))
        if isinstance(row, dict) and row:
            for count, line in enumerate(_mapping(cast("dict[str, Any]", row), f"{indent}  ", here, remarks)):
                yield f"{indent}- {line[len(indent) + 2 :]}" if count == 0 else line
        else:
            yield f"{indent}- {_scalar(row)}"


def _scalar(value: Any) -> str:  # noqa: PLR0911 - one for each kind of value
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case float():
            text = repr(value)
            return text if "." in text else text.replace("e", ".0e")
        case dict():
            return "{" + ", ".join(f"{_text(name)}: {_scalar(one)}" for name, one in _items(value)) + "}"
        case list():
            return "[" + ", ".join(_scalar(one) for one in cast("list[Any]", value)) + "]"
        case _:
            return str(value)


def _is_block(text: str) -> bool:
    """Whether a text of several lines can stand as it is."""
    if "\n" not in text:
        return False
    lines = text.removesuffix("\n").split("\n")
    is_plain = all(line.isprintable() and line == line.rstrip() for line in lines)
    return is_plain and bool(lines[-1]) and lines[0][:1].strip() != ""


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    yield from cast("dict[str, Any]", value).items()


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
        return text
    return f'"{"".join(_escaped(letter) for letter in text)}"'


def _escaped(letter: str) -> str:
    if letter in {'"', "\\"}:
        return f"\\{letter}"
    if letter == "\n":
        return "\\n"
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
