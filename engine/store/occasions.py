"""What previews look at: past events, and the newest product when nothing is named."""

from sqlalchemy import select

from engine.store.errors import UnknownRecord
from engine.store.routing import RoutedEvent
from engine.store.statements import Executor, core
from engine.store.tables import Event, Variant

_event, _variant = core(Event), core(Variant)


async def read_event(executor: Executor, event_id: str) -> RoutedEvent:
    """A past event.

    Raises:
        UnknownRecord: there is none with this id.
    """
    row = (
        await executor.execute(
            select(
                _event.c.id,
                _event.c.name,
                _event.c.profile_id,
                _event.c.variant_id,
                _event.c.waitlist_entry_id,
                _event.c.properties,
                _event.c.at,
            ).where(_event.c.id == event_id)
        )
    ).one_or_none()
    if row is None:
        raise UnknownRecord("event", event_id)
    return RoutedEvent(*row)


async def sample_variant(executor: Executor) -> str | None:
    """The variant that changed last; None while the catalog is empty."""
    return await executor.scalar(select(_variant.c.id).order_by(_variant.c.updated_at.desc(), _variant.c.id).limit(1))
