"""What people did with the messages that they got: opens, clicks by link, complaints, and leaving.

Everything is first-party: click links and the picture are ours, reports are signed. Each is counted twice, how often in
all and by how many messages; what programs fetched is counted apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from engine.journey.vocabulary import LINK_CLICKED, MESSAGE_OPENED, UNSUBSCRIBED
from engine.store.clicks import LINK_CHECKED, MESSAGE_FETCHED
from engine.store.feedback import MESSAGE_BOUNCED, MESSAGE_COMPLAINED
from engine.store.sends import read_numbers
from engine.store.statements import Executor, core
from engine.store.tables import Event, Send, SendOutcome

_event, _send, _outcome = core(Event), core(Send), core(SendOutcome)


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened, and with how many messages."""

    total: int = 0
    unique: int = 0


@dataclass(frozen=True, slots=True)
class LinkCount:
    """Clicks of one link of the message at a node of a version."""

    journey_id: str
    version: int
    node: str
    target: str
    url: str
    clicks: Count


@dataclass(frozen=True, slots=True)
class Engagement:
    """The numbers. `by_programs` are link checks and fetched pictures; rates are per message that was sent."""

    sent: int
    opens: Count = Count()
    clicks: Count = Count()
    by_programs: Mapping[str, Count] = field(default_factory=dict[str, Count])
    bounces: Count = Count()
    complaints: Count = Count()
    unsubscribes: Count = Count()
    browsers_lost: int = 0
    links: tuple[LinkCount, ...] = ()

    def rate(self, count: Count) -> float:
        """How many of the messages that were sent, as a share."""
        return count.unique / self.sent if self.sent else 0.0


async def read_engagement(executor: Executor, journey: str | None = None) -> Engagement:
    """The numbers of one journey, or of all."""
    counts = {row.name: Count(row.total, row.distinct) for row in await executor.execute(_counted(journey))}
    numbers = await read_numbers(executor, journey)
    nothing = Count()
    return Engagement(
        sent=numbers.sent + counts.get(MESSAGE_BOUNCED, nothing).unique,
        opens=counts.get(MESSAGE_OPENED, nothing),
        clicks=counts.get(LINK_CLICKED, nothing),
        by_programs={
            "opens": counts.get(MESSAGE_FETCHED, nothing),
            "clicks": counts.get(LINK_CHECKED, nothing),
        },
        bounces=counts.get(MESSAGE_BOUNCED, nothing),
        complaints=counts.get(MESSAGE_COMPLAINED, nothing),
        unsubscribes=counts.get(UNSUBSCRIBED, nothing),
        browsers_lost=await _browsers_lost(executor, journey),
        links=await _links(executor, journey),
    )


def _said(name: str) -> ColumnElement[Any]:
    return _event.c.properties[name].as_string()


def _counted(journey: str | None) -> Select[*tuple[Any, ...]]:
    names = (
        MESSAGE_OPENED,
        LINK_CLICKED,
        MESSAGE_FETCHED,
        LINK_CHECKED,
        MESSAGE_BOUNCED,
        MESSAGE_COMPLAINED,
        UNSUBSCRIBED,
    )
    messages = func.count(func.distinct(_said("send_id"))).label("distinct")
    statement = select(_event.c.name, func.count().label("total"), messages).where(_event.c.name.in_(names))
    if journey is not None:
        statement = statement.where(_said("journey_id") == journey)
    return statement.group_by(_event.c.name)


async def _links(executor: Executor, journey: str | None) -> tuple[LinkCount, ...]:
    version = _event.c.properties["version"].as_integer()
    columns = (_said("journey_id"), version, _said("node"), _said("target"), _said("url"))
    labelled = [column.label(f"c{place}") for place, column in enumerate(columns)]
    statement = select(*labelled, func.count(), func.count(func.distinct(_said("send_id")))).where(
        _event.c.name == LINK_CLICKED
    )
    if journey is not None:
        statement = statement.where(_said("journey_id") == journey)
    rows: Sequence[Any] = (await executor.execute(statement.group_by(*labelled).order_by(*labelled))).all()
    return tuple(LinkCount(row[0], row[1], row[2], row[3], row[4], Count(total=row[5], unique=row[6])) for row in rows)


async def _browsers_lost(executor: Executor, journey: str | None) -> int:
    """Browsers whose push service said, to a message, that they no longer exist."""
    statement = (
        select(func.count())
        .select_from(_outcome.join(_send, _send.c.id == _outcome.c.send_id))
        .where(_outcome.c.state == "failed", _outcome.c.reason == "gone", _send.c.kind == "live")
    )
    if journey is not None:
        statement = statement.where(_send.c.journey_id == journey)
    return int(await executor.scalar(statement) or 0)
