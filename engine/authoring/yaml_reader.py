"""Reading YAML strictly: JSON's values, each on its line; nothing that surprises, nothing that explodes.

What another reader would take silently is refused with its line: two keys of one name, anchors and aliases, tags, tabs.
Only `true`, `false`, `null` and numbers are more than text, so `no` is a word and `09:30` is a time of day.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, NamedTuple, cast

import yaml

from engine.authoring.places import Path, Unreadable, is_encodable, row_name
from engine.authoring.remarks import Remarks

LONGEST = 1_000_000
DEEPEST = 60
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_COMMENT = re.compile(r"(?:^|(?<=\s))(#.*?)\s*$")
_BROKEN = re.compile(r"[-+]?[0-9]+\.[0-9]*([eE][-+]?[0-9]+)?")


class Read(NamedTuple):
    """The value that a text writes, the line of each place in it, and its comments."""

    value: Any
    lines: Mapping[Path, int]
    remarks: Remarks


def read_values(source: str) -> Read:
    """The value that the text writes, with its places. A row of a list is called by its id where it has one.

    Raises:
        Unreadable: the text is not YAML, or holds what is refused.
    """
    if len(source) > LONGEST:
        raise Unreadable("code_too_long", None, "The text is longer than a million characters; split the journey.")
    reader = _Reader(source)
    try:
        value = reader.document()
        named = {_named(path, value): line for path, line in reader.lines.items()}
        fields = {line: _named(path, value) for line, path in reader.fields.items()}
        outermost: dict[int, Path] = {}
        for path, line in named.items():
            if path and len(path) < len(outermost.get(line, (*path, ""))):
                outermost[line] = path
        return Read(value, _places(reader.lines, value), _remarks(source, outermost, fields, reader.ends))
    except yaml.MarkedYAMLError as error:
        texts = source.splitlines() or [""]
        line = min(error.problem_mark.line + 1, len(texts)) if error.problem_mark else None
        text = texts[line - 1] if line else ""
        if "\t" in text[: len(text) - len(text.lstrip())] or "\\t" in str(error.problem):
            raise Unreadable("yaml_tab", line, "YAML is indented with spaces; replace the tab.") from None
        raise Unreadable("yaml_malformed", line, f"This is not YAML: {error.problem}. Correct it.") from None
    except UnicodeError:
        raise Unreadable("yaml_malformed", None, "The text holds half a character; write the whole of it.") from None
    except yaml.YAMLError as error:
        raise Unreadable("yaml_malformed", None, f"This is not YAML: {error}. Correct it.") from None


class _Reader:
    def __init__(self, source: str) -> None:
        self._events: Iterator[Any] = yaml.parse(source, Loader=_Loader)
        self.lines: dict[Path, int] = {}
        self.fields: dict[int, Path] = {}
        """The outermost field that begins on a line."""
        self.ends: dict[int, int] = {}
        """Where the last text on a line ends, and behind every line of a block its whole length."""

    def document(self) -> Any:
        found: Any = None
        for count, event in enumerate(self._contents()):
            if count:
                raise self._refused("yaml_two_documents", event, "One file holds one journey; remove the line ---.")
            found = self._value(event, ())
        return found

    def _contents(self) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                yield event

    def _value(self, event: Any, path: Path) -> Any:
        line = event.start_mark.line + 1
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refused("yaml_anchor", event, "Anchors and aliases are not read; write the part out.")
        if event.tag is not None and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            raise self._refused("yaml_tag", event, f"The tag “{event.tag}” is not read; remove it.")
        if len(path) > DEEPEST:
            raise self._refused("yaml_too_deep", event, "This is nested too deeply; flatten it.")
        match event:
            case yaml.ScalarEvent():
                self._ended(event)
                if not is_encodable(event.value):
                    raise self._refused("yaml_malformed", event, "This text holds half a character; write the whole.")
                return _scalar(event) if event.implicit[0] else event.value
            case yaml.SequenceStartEvent():
                return self._list(path)
            case _:
                return self._mapping(path)

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, str(len(found)))))
        return found

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
                raise self._refused("yaml_key", event, "The name of a field is a plain text; correct it.")
            name = str(event.value)
            if name in found:
                raise self._refused("yaml_key_twice", event, f"“{name}” stands here twice; keep one of them.")
            line = self._ended(event)
            self.fields.setdefault(line, (*path, name))
            self.lines[(*path, name)] = line
            found[name] = self._value(next(self._events), (*path, name))
        return found

    def _ended(self, event: Any) -> int:
        """Note where a text ends; the line on which it begins."""
        start: Any = event.start_mark
        end: Any = event.end_mark
        if event.style in {"|", ">"}:
            self.ends[start.line + 1] = start.column + 1
            self.ends |= dict.fromkeys(range(start.line + 2, end.line + 1), sys.maxsize)
        else:
            self.ends |= dict.fromkeys(range(start.line + 1, end.line + 1), sys.maxsize)
            self.ends[end.line + 1] = end.column
        return int(start.line) + 1

    @staticmethod
    def _refused(code: str, event: Any, sentence: str) -> Unreadable:
        return Unreadable(code, event.start_mark.line + 1, sentence)


def _places(lines: Mapping[Path, int], value: Any) -> Mapping[Path, int]:
    """The lines, with nodes called by their ids."""
    return {(*_named(path[:2], value), *path[2:]) if path[:1] == ("nodes",) else path: at for path, at in lines.items()}


def _remarks(source: str, upper: Mapping[int, Path], fields: Mapping[int, Path], ends: Mapping[int, int]) -> Remarks:
    """The comments: above the place below them, or right of the field on whose line they stand."""
    above: dict[Path, list[str]] = {}
    beside: dict[Path, str] = {}
    held: list[str] = []
    top: list[str] = []
    for number, line in enumerate(source.splitlines(), start=1):
        if number in upper and held:
            if len(upper[number]) == 1 and not above and not top and number == min(upper):
                top.extend(held)
            else:
                above.setdefault(upper[number], []).extend(held)
            held = []
        found = _COMMENT.search(line, min(ends.get(number, 0), len(line)))
        if found is None:
            continue
        if number in fields and fields[number] not in beside and line[: found.start()].strip():
            beside[fields[number]] = found[1]
        else:
            held.append(found[1])
    return Remarks(above, beside, top, held)


def _named(path: Path, value: Any) -> Path:
    names: list[str] = []
    for step in path:
        if isinstance(value, list):
            index = int(step)
            value = cast("list[Any]", value)[index]
            names.append(row_name(value, index))
        else:
            value = cast("dict[str, Any]", value)[step]
            names.append(step)
    return tuple(names)


def _scalar(event: Any) -> Any:
    text = str(event.value)
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text) and len(text) <= 300:
        return int(text)
    if _BROKEN.fullmatch(text) and isfinite(float(text)):
        return float(text)
    return text
