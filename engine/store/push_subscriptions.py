"""Push subscriptions: a browser that may be reached, and whose it is. The endpoint is the browser's name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine.store.ids import id_from
from engine.store.statements import Executor, affected, core, insert_into
from engine.store.tables import PushSubscription

_subscription = core(PushSubscription)


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser hands out when it subscribes (RFC 8030 endpoint, RFC 8291 keys), and what it calls itself."""

    endpoint: str
    p256dh: str
    auth: str
    user_agent: str | None = None


async def subscribe(executor: Executor, profile_id: str, browser: Browser, now: datetime) -> tuple[str, bool]:
    """This browser belongs to the profile and can be reached; the subscription's id, and whether it is news.

    A browser that belonged to another profile moves; one that had been removed comes back.
    """
    known = (
        await executor.execute(
            select(_subscription.c.profile_id, _subscription.c.removed_at).where(
                _subscription.c.endpoint == browser.endpoint
            )
        )
    ).one_or_none()
    insert = insert_into(PushSubscription, executor)
    row: dict[str, Any] = {
        "id": id_from("psh", browser.endpoint),
        "profile_id": profile_id,
        "endpoint": browser.endpoint,
        "p256dh": browser.p256dh,
        "auth": browser.auth,
        "user_agent": browser.user_agent,
        "created_at": now,
        "removed_at": None,
        "removed_reason": None,
    }
    changed = {name: insert.excluded[name] for name in row if name not in {"id", "endpoint", "created_at"}}
    await executor.execute(insert.on_conflict_do_update(index_elements=["endpoint"], set_=changed), [row])
    is_news = known is None or known.profile_id != profile_id or known.removed_at is not None
    return row["id"], is_news


async def remove(executor: Executor, endpoint: str, reason: str, now: datetime) -> bool:
    """This browser can no longer be reached; whether it could until now. The row stays and keeps the reason."""
    gone = update(_subscription).where(_subscription.c.endpoint == endpoint, _subscription.c.removed_at.is_(None))
    return affected(await executor.execute(gone.values(removed_at=now, removed_reason=reason))) > 0
