"""Taking events in: who did it, with which variant, written once, and what follows for the waitlist."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from api.ingest.inventory import storable
from api.ingest.tracking import IdentifyCall, TrackCall
from engine.store import catalog, events, identity, interest, profiles_writing
from engine.store.events import NewEvent
from engine.store.interest import Act
from engine.store.statements import Executor


async def take_calls(
    executor: Executor,
    calls: Sequence[TrackCall | IdentifyCall],
    *,
    source_id: str,
    sent_at: datetime | None,
    retention: timedelta | None,
    now: datetime,
) -> int:
    """Store these calls; how many said something new. A call whose messageId came before has no effect."""
    variants = await catalog.find_unique_variants(executor, _names(calls))
    new = 0
    for call in calls:
        visitor = (await identity.find_or_create(executor, call.identifiers, now)).visitor
        if isinstance(call, IdentifyCall):
            await profiles_writing.update_traits(executor, visitor, storable(call.traits), now)
            new += 1
            continue
        named = [variants[name] for name in call.names if name in variants]
        at = call.at(sent_at, now)
        event = NewEvent(
            name=call.event,
            profile_id=visitor,
            at=at,
            message_id=call.message_id,
            variant_id=named[0].id if len(named) == 1 else None,
            source_id=source_id,
            properties=storable(call.properties),
        )
        if await events.record(executor, [event], now):
            new += 1
            act = Act(event.name, visitor, [ref.id for ref in named], at)
            await interest.notice(executor, [act], retention=retention, now=now)
    return new


def _names(calls: Sequence[TrackCall | IdentifyCall]) -> list[str]:
    return [name for call in calls if isinstance(call, TrackCall) for name in call.names]
