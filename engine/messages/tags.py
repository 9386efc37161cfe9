"""The merge tags that an author may place, each with a value that somebody would read, and whether it may be empty."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.messages.context import RenderContext
from engine.messages.fallbacks import may_be_empty
from engine.messages.filters import as_text

TagGroup = Literal["profile", "event", "product", "journey"]
_GROUPS: Mapping[str, TagGroup] = {
    "profile": "profile",
    "event": "event",
    "product": "product",
    "variant": "product",
    "journey": "journey",
    "links": "journey",
}
LONGEST_SAMPLE = 80


@dataclass(frozen=True, slots=True)
class MergeTag:
    """A tag as it stands between the braces. A `nullable` one may be empty for somebody and needs a fallback."""

    group: TagGroup
    tag: str
    sample: str
    nullable: bool


def merge_tags(
    context: RenderContext, attributes: Mapping[str, Any], properties: Mapping[str, Any]
) -> tuple[MergeTag, ...]:
    """Every tag with its value in `context`; attributes and properties that are not in it have the values given.

    What cannot be printed as it is, such as a group of fields or one of a list's, is left out.
    """
    values = context.tags()
    values["profile"] = {**attributes, **{name: kept for name, kept in values["profile"].items() if kept is not None}}
    values["event"] = {**properties, **values["event"]}
    return tuple(_tags(values))


def _tags(values: Mapping[str, Mapping[str, Any]]) -> Iterable[MergeTag]:
    for root, group in _GROUPS.items():
        for name, value in values[root].items():
            if "." not in name and not isinstance(value, Mapping | list | tuple):
                sample = "" if value is None else as_text(value)[:LONGEST_SAMPLE]
                yield MergeTag(group, _spelled(root, name), sample, may_be_empty(root, name))


def _spelled(root: str, name: str) -> str:
    """The way to read a field whose name may hold spaces."""
    return f"{root}.{name}" if name.isidentifier() and not name.startswith("_") else f'{root}["{name}"]'
