"""API keys: how machines come in. A key is shown once, when it is made, and can be taken back at any time."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.errors import NotFound
from api.fields import Instant
from api.security import Caller, acting, staff
from api.services import Now, TheDatabase, TheServices
from engine.store import keys
from engine.store.keys import Scope
from engine.store.staff_changes import Change, remember

router = APIRouter(prefix="/v1/keys", tags=["Keys"])
Keeper = Annotated[Caller, Depends(staff("manage_keys"))]
KeyId = Annotated[str, Path(max_length=64, examples=["key_01kbjv0m8e5w3tq9z7c2r4x6yd"])]


class ApiKey(Answer):
    """A key by its name. `shown` is the key itself, for public write keys only."""

    id: Annotated[str, Field(examples=["key_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Annotated[str, Field(examples=["Shop"])]
    scope: Scope
    shown: str | None
    created_at: Instant
    last_used_at: Instant | None
    revoked_at: Instant | None


class ApiKeyList(Answer):
    """All keys, those that still open something first, the newest first."""

    items: list[ApiKey]


class NewApiKey(Body):
    """What the key is for, and how much it opens: write (public, for storefronts), server or admin."""

    name: Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S", examples=["Shop"])]
    scope: Scope


class MadeApiKey(Answer):
    """The key itself, this one time."""

    key: ApiKey
    plaintext: Annotated[str, Field(examples=["sk_2p9TSkU3c1MZ0aUKwMOkbqOYRBCmcMbC5LPOlCbZWnE"])]


@router.get("", dependencies=[Depends(staff("manage_keys"))])
async def list_keys(database: TheDatabase) -> ApiKeyList:
    """List the keys."""
    async with database.snapshot() as session:
        return ApiKeyList(items=[ApiKey.model_validate(key) for key in await keys.list_keys(session)])


@router.post("", status_code=201)
async def make_key(body: NewApiKey, database: TheDatabase, caller: Keeper, now: Now) -> MadeApiKey:
    """Make a key."""
    async with database.transaction() as session:
        key, plaintext = await keys.create_key(session, body.scope, name=body.name, now=now)
        told = {"name": body.name, "scope": body.scope}
        change = Change(by=acting(caller), action="key:new", subject_kind="key", subject_id=key.id, after=told)
        await remember(session, change, now)
    return MadeApiKey(key=ApiKey.model_validate(key), plaintext=plaintext)


@router.delete("/{key_id}", status_code=204)
async def revoke_key(key_id: KeyId, services: TheServices, caller: Keeper, now: Now) -> None:
    """Shut a key out: here at once, in other processes within five seconds."""
    async with services.database.transaction() as session:
        if not await keys.revoke_key(session, key_id, now=now):
            raise NotFound("No key that still opens anything has this id.")
        change = Change(by=acting(caller), action="key:revoke", subject_kind="key", subject_id=key_id)
        await remember(session, change, now)
    services.keys.forget()
