"""Who is believed about a product: several ways lead into a source's catalog, and they may say different things.

    api       the shop's own system describes it
    webhook   the shop system reports it
    feed      the feed lists it
    pages     the shop's pages show it, and the widget on them reports what it read

For each attribute a source may say which ways go before which. Ways of one rank are believed by time: what was observed
later counts, and what is older never overwrites it. Anybody can open a page and report something else, so pages come
after all others unless the source names them. Whoever says nothing of an attribute leaves what another way said.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

CatalogWay = Literal["api", "webhook", "feed", "pages"]
CatalogAttribute = Literal["name", "description", "image", "link", "price", "options", "attributes"]
Priorities = Mapping[CatalogAttribute, tuple[CatalogWay, ...]]
NO_PRIORITIES: Priorities = {}


class Told(NamedTuple):
    """Which way told an attribute, and when it was observed."""

    by: CatalogWay
    at: datetime


def rank(attribute: CatalogAttribute, way: CatalogWay, priorities: Priorities) -> int:
    """The place of a way among those that tell this attribute; the lowest is believed."""
    order = priorities.get(attribute, ())
    if way in order:
        return order.index(way)
    return len(order) + (way == "pages")


class Statement(NamedTuple):
    """What was said of an attribute; of what is known without anybody's word, `told` is None."""

    value: Sequence[Any]
    told: Told | None


def counts(
    attribute: CatalogAttribute, said: Sequence[Any], told: Told, known: Statement, priorities: Priorities
) -> bool:
    """Whether what is said of an attribute now takes the place of what is known of it."""
    teller = known.told
    if teller is None or (is_empty(known.value) and teller.by != told.by):
        return True
    if is_empty(said) and teller.by != told.by:
        return False
    mine, theirs = rank(attribute, told.by, priorities), rank(attribute, teller.by, priorities)
    return mine < theirs or (mine == theirs and told.at >= teller.at)


def is_empty(value: Sequence[Any]) -> bool:
    """Whether these values of an attribute say nothing; a price says nothing without its amount, which is the first."""
    return value[0] in (None, "", {})
