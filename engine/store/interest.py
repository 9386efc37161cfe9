"""Interest at work: what people do opens waits for them, as far as a live journey wants that; buying closes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select, tuple_

from engine.stock.interest import (
    SOURCE_OF_EVENT,
    VIEWED,
    InterestRule,
    is_viewed_enough,
    is_wanted,
    longest_view_window,
)
from engine.stock.transitions import IN_STOCK, crossing
from engine.store import waitlist
from engine.store.prepared import Prepared
from engine.store.statements import Executor, core, in_chunks, insert_into
from engine.store.stock import Observation, available_now
from engine.store.tables import CartLine, Event, Journey, PublishedVersion
from engine.store.waitlist import Closing, Wish

ADDED = "Product Added"
REMOVED = "Product Removed"
ORDERED = "Order Completed"
_CONSEQUENTIAL = frozenset({ADDED, REMOVED, ORDERED, *SOURCE_OF_EVENT})
_cart = core(CartLine)
_event = core(Event)
_journey, _version = core(Journey), core(PublishedVersion)
_LIVE = Prepared(
    select(_version.c.document)
    .join_from(
        _journey,
        _version,
        (_version.c.journey_id == _journey.c.id) & (_version.c.number == _journey.c.published_version),
    )
    .where(_journey.c.status == "active")
)


class Act(NamedTuple):
    """Something that a profile did with variants: its event's name, time and what it named."""

    name: str
    profile_id: str
    variant_ids: Sequence[str]
    at: datetime


async def live_rules(executor: Executor) -> list[InterestRule]:
    """The rules of every journey that lets profiles in now."""
    documents = await _LIVE.ask(executor)
    settings: list[Mapping[str, Any]] = [row["document"].get("settings", {}) for row in documents]
    return [InterestRule.model_validate(one.get("interest", {})) for one in settings]


async def notice(executor: Executor, acts: Sequence[Act], *, retention: timedelta | None, now: datetime) -> int:
    """Draw the consequences of what people did; how many waits were opened. The events are stored already."""
    concerned = [act for act in acts if act.name in _CONSEQUENTIAL]
    rules = await live_rules(executor) if concerned else []
    wanted = {name for name, source in SOURCE_OF_EVENT.items() if is_wanted(rules, source)}
    opened = 0
    for act in concerned:
        if act.name == ORDERED:
            await _bought(executor, act)
        elif act.name == ADDED:
            await _into_cart(executor, act)
        elif act.name == REMOVED:
            await _out_of_cart(executor, act)
        elif act.name in wanted and (wishes := await _wishes(executor, act, rules, now)):
            answers = await waitlist.open_entries(executor, wishes, retention=retention, now=now)
            opened += sum(created for _, created in answers)
    return opened


async def notice_sold_out(
    executor: Executor, observations: Sequence[Observation | None], *, retention: timedelta | None, now: datetime
) -> int:
    """Open waits for those in whose carts a variant has just sold out, if a journey wants them; how many."""
    gone = {one.variant_id for one in observations if one is not None and crossing(one.before, one.after) == "down"}
    if not gone or not is_wanted(await live_rules(executor), "cart"):
        return 0
    opened = 0
    for variant_id in sorted(gone):
        owners = await executor.scalars(select(_cart.c.profile_id).where(_cart.c.variant_id == variant_id))
        wishes = [Wish(profile_id, variant_id, "cart") for profile_id in owners]
        answers = await waitlist.open_entries(executor, wishes, retention=retention, now=now)
        opened += sum(created for _, created in answers)
    return opened


async def _wishes(executor: Executor, act: Act, rules: Sequence[InterestRule], now: datetime) -> list[Wish]:
    wishes: list[Wish] = []
    for variant_id in act.variant_ids:
        if act.name == VIEWED and not await _is_view_interest(executor, act, variant_id, rules, now):
            continue
        wishes.append(Wish(act.profile_id, variant_id, SOURCE_OF_EVENT[act.name], act.at))
    return wishes


async def _is_view_interest(
    executor: Executor, act: Act, variant_id: str, rules: Sequence[InterestRule], now: datetime
) -> bool:
    """Whether the variant is out of stock and was looked at often enough."""
    if await available_now(executor, variant_id) >= IN_STOCK:
        return False
    views = await executor.scalars(
        select(_event.c.at).where(
            _event.c.profile_id == act.profile_id,
            _event.c.variant_id == variant_id,
            _event.c.name == VIEWED,
            _event.c.at >= now - longest_view_window(rules),
        )
    )
    return is_viewed_enough(rules, list(views), now)


async def _bought(executor: Executor, act: Act) -> None:
    for variant_id in act.variant_ids:
        await waitlist.close_waits(executor, act.profile_id, variant_id, Closing("purchased", act.at))
    await _out_of_cart(executor, act)


async def _into_cart(executor: Executor, act: Act) -> None:
    rows = [{"profile_id": act.profile_id, "variant_id": one, "at": act.at} for one in sorted(set(act.variant_ids))]
    if rows:
        insert = insert_into(CartLine, executor)
        newer = insert.on_conflict_do_update(
            index_elements=["profile_id", "variant_id"], set_={"at": insert.excluded.at}
        )
        await executor.execute(newer, rows)


async def _out_of_cart(executor: Executor, act: Act) -> None:
    keys = [(act.profile_id, variant_id) for variant_id in act.variant_ids]
    for chunk in in_chunks(keys):
        lines = tuple_(_cart.c.profile_id, _cart.c.variant_id).in_(chunk)
        hers = _cart.c.profile_id == act.profile_id  # SQLite finds no index for the tuple
        await executor.execute(delete(_cart).where(hers, lines, _cart.c.at <= act.at))
