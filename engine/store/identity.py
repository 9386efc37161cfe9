"""Identity: which profiles a request means, made when there are none, exactly once however many ask at once.

Identifiers differ in what they prove:

    our own id, external_id    the shop says who this is (after a login)
    anonymous_id, endpoint     this browser, whoever sits before it
    email, phone               typed by anybody: they say where to write, and nothing about who is typing

So a request may mean two profiles. The *visitor* is the named person, or else the browser; what her device needs (a
push subscription) is hers. The *addressee* owns the address that was typed, and what is to be written there is hers.
They are the same profile unless the address is already known to belong to somebody else, or the visitor has another
one: then nothing is joined, because knowing an address must not let a stranger's device into its owner's profile.

A visitor who logs in brings along what her browser's profile holds; `engine.store.merging` does that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import delete, select, update

from engine.store.errors import UnknownProfile
from engine.store.ids import new_id
from engine.store.merging import current_id, merge
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Identity, Profile, PushSubscription

IdentityKind = Literal["external_id", "anonymous_id", "email", "phone"]
Key: TypeAlias = tuple[IdentityKind, str]
_profile = core(Profile)
_identity = core(Identity)
_subscription = core(PushSubscription)


class Identifiers(NamedTuple):
    """What a request says about a person. Addresses are normalised already; `endpoint` is a push subscription's."""

    id: str | None = None
    external_id: str | None = None
    anonymous_id: str | None = None
    email: str | None = None
    phone: str | None = None
    endpoint: str | None = None
    language: str | None = None

    @property
    def browser(self) -> Key | None:
        """The name that the browser made up for itself."""
        return ("anonymous_id", self.anonymous_id) if self.anonymous_id else None

    @property
    def addresses(self) -> list[Key]:
        """The addresses that were typed, the deciding one first."""
        typed: Sequence[tuple[IdentityKind, str | None]] = (("email", self.email), ("phone", self.phone))
        return [(kind, value) for kind, value in typed if value]


@dataclass(frozen=True, slots=True)
class Found:
    """The profiles that a request means; mostly they are the same."""

    addressee: str
    visitor: str


async def find_or_create(executor: Executor, identifiers: Identifiers, now: datetime) -> Found:
    """The profiles that these identifiers mean.

    Raises:
        UnknownProfile: our own id was given, and there is no such profile.
    """
    visitor = await _visitor(executor, identifiers, now)
    addressee, is_new = await _addressee(executor, identifiers, visitor, now)
    if visitor is None:
        is_stranger = identifiers.endpoint is not None and not is_new
        visitor = await _create(executor, None, identifiers, now) if is_stranger else addressee
    for key in identifiers.addresses[1:]:
        await _adopt(executor, addressee, key, now)
    return Found(addressee, visitor)


async def _visitor(executor: Executor, identifiers: Identifiers, now: datetime) -> str | None:
    """The person or browser that asks; None when all that is known of her is an address that she typed."""
    if identifiers.id is not None:
        known = await current_id(executor, identifiers.id)
        if known is None:
            raise UnknownProfile(identifiers.id)
        return known
    if identifiers.external_id is not None:
        return await _person(executor, identifiers, now)
    browser = await _browser(executor, identifiers, now)
    if browser is None and (identifiers.browser is not None or not identifiers.addresses):
        browser = await _create(executor, identifiers.browser, identifiers, now)
    return browser


async def _person(executor: Executor, identifiers: Identifiers, now: datetime) -> str:
    """The person that the shop names. A browser that has no name yet is hers: it takes the name, or merges into her."""
    name: Key = ("external_id", identifiers.external_id or "")
    person = await _owner(executor, name)
    browser = await _owner(executor, identifiers.browser) if identifiers.browser else None
    if browser is None:
        person = person or await _create(executor, name, identifiers, now)
        if identifiers.browser is not None:
            await _claim(executor, person, identifiers.browser, now)
    elif not await _has_name(executor, browser):
        person = person or await _claim(executor, browser, name, now)
        await merge(executor, browser, person, now)
        await _fill(executor, person, {"external_id": identifiers.external_id, "language": identifiers.language}, now)
    return person or await _create(executor, name, identifiers, now)


async def _browser(executor: Executor, identifiers: Identifiers, now: datetime) -> str | None:
    """The profile of this browser, by the id that it made up or by its push subscription."""
    owner = await _owner(executor, identifiers.browser) if identifiers.browser else None
    if owner is None and identifiers.endpoint is not None:
        owner = await executor.scalar(
            select(_subscription.c.profile_id).where(_subscription.c.endpoint == identifiers.endpoint)
        )
        if owner is not None and identifiers.browser is not None:
            await _claim(executor, owner, identifiers.browser, now)
    return owner


async def _addressee(
    executor: Executor, identifiers: Identifiers, visitor: str | None, now: datetime
) -> tuple[str, bool]:
    """Whose the typed address is (its owner, the visitor who adopts it, or somebody new), and whether she is new."""
    if not identifiers.addresses:
        assert visitor is not None, "without an address there is always a visitor"
        return visitor, False
    key = identifiers.addresses[0]
    owner = await _owner(executor, key)
    if owner is not None:
        return owner, False
    if visitor is not None and await _adopt(executor, visitor, key, now):
        return visitor, False
    return await _create(executor, key, identifiers, now), True


async def _owner(executor: Executor, key: Key) -> str | None:
    kind, value = key
    owner = select(_identity.c.profile_id).where(_identity.c.kind == kind, _identity.c.value == value)
    return await executor.scalar(owner)


async def _has_name(executor: Executor, profile_id: str) -> bool:
    named = select(_identity.c.value).where(_identity.c.profile_id == profile_id, _identity.c.kind == "external_id")
    return await executor.scalar(named.limit(1)) is not None


async def _claim(executor: Executor, profile_id: str, key: Key, now: datetime) -> str:
    """Take an identifier that belongs to nobody; whose it is now. Waits for a rival's transaction to end."""
    kind, value = key
    row = {"kind": kind, "value": value, "profile_id": profile_id, "created_at": now}
    await executor.execute(insert_into(Identity, executor).on_conflict_do_nothing(), [row])
    return await _owner(executor, key) or profile_id


async def _create(executor: Executor, key: Key | None, identifiers: Identifiers, now: datetime) -> str:
    """A new profile that is known by `key`; the profile of whoever was faster, if somebody was."""
    profile_id = new_id("prf")
    row: dict[str, Any] = {
        "id": profile_id,
        "language": identifiers.language,
        "attributes": {},
        "created_at": now,
        "updated_at": now,
    }
    if key is not None and key[0] != "anonymous_id":
        row[key[0]] = key[1]
    await executor.execute(insert_into(Profile, executor), [row])
    if key is None:
        return profile_id
    owner = await _claim(executor, profile_id, key, now)
    if owner != profile_id:
        await executor.execute(delete(_profile).where(_profile.c.id == profile_id))
    return owner


async def _adopt(executor: Executor, profile_id: str, key: Key, now: datetime) -> bool:
    """Let the profile have this address, if it has none of its kind; whether it has it now."""
    kind, value = key
    has = await executor.scalar(select(_profile.c[kind]).where(_profile.c.id == profile_id))
    if has is not None:
        return has == value
    if await _claim(executor, profile_id, key, now) != profile_id:
        return False
    await _fill(executor, profile_id, {kind: value}, now)
    return True


async def _fill(executor: Executor, profile_id: str, values: dict[str, str | None], now: datetime) -> None:
    """Write what is known now and was not before."""
    for name, value in values.items():
        if value is not None:
            await executor.execute(
                update(_profile)
                .where(_profile.c.id == profile_id, _profile.c[name].is_(None))
                .values({name: value, "updated_at": now})
            )
