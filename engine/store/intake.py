"""Intake: what people did, taken in many at a time. Who did it, with which variant, written once, and what follows.

Everything happens in the caller's transaction: when it commits, the events, their outbox rows, the identities they
brought and the waits they opened or closed are on disk together.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from engine.store import catalog, events, interest, profiles_writing, push_subscriptions, visitors
from engine.store.events import NOTHING, NewEvent
from engine.store.identity import Identifiers
from engine.store.interest import Act
from engine.store.statements import Executor


class Device(NamedTuple):
    """An installation of the shop's app that pushes reach by this token, and what it runs on."""

    token: str
    platform: str | None = None


class Deed(NamedTuple):
    """Something that a visitor did (`name`), or something that she said of herself (`traits`), or both.

    `who` holds an external or an anonymous id. `names` are the SKUs or aliases that it is about. `device` is the app
    that told it, where pushes reach that.
    """

    who: Identifiers
    at: datetime
    name: str | None = None
    message_id: str | None = None
    names: Sequence[str] = ()
    properties: Mapping[str, Any] = NOTHING
    traits: Mapping[str, Any] = NOTHING
    device: Device | None = None


async def take_in(
    executor: Executor, deeds: Sequence[Deed], *, source_id: str, retention: timedelta | None, now: datetime
) -> list[bool]:
    """Store these deeds; whether each said something new. One whose message id came before has no effect."""
    profiles = await visitors.find_visitors(executor, [deed.who for deed in deeds], now)
    variants = await catalog.find_unique_variants(executor, [name for deed in deeds for name in deed.names])
    said = [(profile, deed.traits) for profile, deed in zip(profiles, deeds, strict=True) if deed.traits]
    await profiles_writing.update_traits_of_many(executor, said, now)
    apps = [(one, deed.device) for one, deed in zip(profiles, deeds, strict=True) if deed.device is not None]
    await push_subscriptions.keep_apps(executor, [(one, app.token, app.platform) for one, app in apps], now)
    given: list[NewEvent] = []
    acts: list[Act] = []
    for profile, deed in zip(profiles, deeds, strict=True):
        if deed.name is not None:
            named = [variants[name].id for name in deed.names if name in variants]
            about = named[0] if len(named) == 1 else None
            given.append(
                NewEvent(deed.name, profile, deed.at, deed.message_id, about, source_id, None, deed.properties)
            )
            acts.append(Act(deed.name, profile, named, deed.at))
    fresh = await events.record_each(executor, given, now)
    news = [act for act, is_new in zip(acts, fresh, strict=True) if is_new]
    await interest.notice(executor, news, retention=retention, now=now)
    new = iter(fresh)
    return [deed.name is None or next(new) for deed in deeds]
