"""Push subscriptions: a browser, or an app on a device, that may be reached, and whose it is.

The endpoint names it: a browser's is the address at its push service, an app's is `fcm:` and its device token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine.messages.addresses import APP_SCHEME
from engine.store.consents import Proof, record_unless_answered
from engine.store.ids import id_from
from engine.store.statements import Executor, affected, core, insert_into
from engine.store.tables import PushSubscription

_subscription = core(PushSubscription)
MOBILE_PUSH, DEVICE_TOKEN = "mobile_push", "device_token"
"""The channel that reaches an app, and what its proof of consent is called: that it handed its token over."""
PLATFORMS = {"ios": "iOS", "android": "Android"}


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser hands out when it subscribes (RFC 8030 endpoint, RFC 8291 keys), and what it calls itself."""

    endpoint: str
    p256dh: str
    auth: str
    user_agent: str | None = None


def app(token: str, platform: str | None) -> Browser:
    """An installation of the shop's app, which is reached by its token and says what it runs on."""
    named = PLATFORMS.get((platform or "").lower())
    return Browser(APP_SCHEME + token, p256dh="", auth="", user_agent=named)


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


async def keep_apps(executor: Executor, said: Sequence[tuple[str, str, str | None]], now: datetime) -> None:
    """These profiles use the app with this token on this platform; what is known of them already costs one question.

    An app that hands its token over was let to push by its user, which counts as her yes where she said nothing yet.
    """
    newest = {app(token, platform): profile for profile, token, platform in said}
    if not newest:
        return
    known = await executor.execute(
        select(_subscription.c.endpoint, _subscription.c.profile_id).where(
            _subscription.c.endpoint.in_(one.endpoint for one in newest), _subscription.c.removed_at.is_(None)
        )
    )
    kept = {(row.endpoint, row.profile_id) for row in known}
    for device, profile in newest.items():
        if (device.endpoint, profile) not in kept:
            await subscribe(executor, profile, device, now)
            await record_unless_answered(executor, profile, MOBILE_PUSH, Proof(DEVICE_TOKEN), now)
