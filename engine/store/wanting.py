"""Who wants a variant: those whom a change of its stock or its price concerns."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine.journey.vocabulary import WISHLISTED
from engine.store.statements import Executor, core
from engine.store.tables import PENDING, CartLine, Enrollment, Event, Profile, WaitlistEntry

WANTED_FOR = timedelta(days=90)
LISTED = (WISHLISTED, "Product Favorited")
_cart, _event, _enrollment, _profile, _entry = (
    core(model) for model in (CartLine, Event, Enrollment, Profile, WaitlistEntry)
)


async def who_want(executor: Executor, variant_id: str, now: datetime) -> frozenset[str]:
    """The owners of a cart that holds it, and those who put it on a list in the last 90 days."""
    carts = await executor.execute(select(_cart.c.profile_id).where(_cart.c.variant_id == variant_id))
    listed = await executor.execute(
        select(_event.c.profile_id).where(
            _event.c.name.in_(LISTED),
            _event.c.variant_id == variant_id,
            _event.c.at >= now - WANTED_FOR,
            _event.c.profile_id.is_not(None),
        )
    )
    return frozenset(carts.scalars()) | frozenset(listed.scalars())


async def who_wait(executor: Executor, variant_id: str) -> frozenset[str]:
    """Those with an open waitlist entry for it."""
    waiting = select(_entry.c.profile_id).where(_entry.c.variant_id == variant_id, _entry.c.state == PENDING)
    return frozenset((await executor.execute(waiting)).scalars())


async def who_listen(executor: Executor, variant_id: str, event: str) -> frozenset[str]:
    """The people whose enrollments about it listen for this event."""
    rows = await executor.execute(
        select(func.coalesce(_profile.c.merged_into, _profile.c.id), _enrollment.c.listens)
        .join_from(_enrollment, _profile, _profile.c.id == _enrollment.c.profile_id)
        .where(_enrollment.c.listens.is_not(None), _enrollment.c.variant_id == variant_id)
    )
    return frozenset(person for person, listens in rows if event in listens)
