"""Strands of a profile itself: its consents, and its browsers coming and going."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from engine.messages.addresses import push_channel
from engine.store.holdings import app_name, browser_name, service_name
from engine.store.statements import core
from engine.store.tables import ConsentRecord, PushSubscription
from engine.store.timeline.items import Kind, TimelineItem
from engine.store.timeline.strands import Found, Names, Query
from engine.store.timeline.words import channel_name, reason_words

_record = core(ConsentRecord)
_subscription = core(PushSubscription)


class _Consents:
    """Each change of consent."""

    rank = 0
    kinds: frozenset[Kind] = frozenset({"consent"})
    at: ColumnElement[datetime] = _record.c.at
    key: Sequence[ColumnElement[Any]] = (_record.c.id,)

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:  # noqa: ARG002 - it has one kind
        """All of them."""
        return select(_record).where(_record.c.profile_id.in_(people))

    def describe(self, row: Found, names: Names) -> TimelineItem:  # noqa: ARG002 - it refers to nothing
        """Agreed, or withdrew."""
        channel = channel_name(row.channel)
        proof = {
            "topic": row.topic,
            "source": row.source,
            "text_version": row.text_version,
            "page_url": row.page_url,
            "ip": row.ip_truncated,
        }
        return TimelineItem(
            id=row.id,
            at=row.at,
            kind="consent",
            title=f"Agreed: {channel}" if row.granted else f"Withdrew consent: {channel}",
            tone="good" if row.granted else "warn",
            detail=f"About {row.topic.replace('_', ' ')}, said at {row.source}",
            channel=row.channel,
            data={"granted": row.granted, **{name: value for name, value in proof.items() if value is not None}},
        )


class _Subscriptions:
    """Browsers when they came."""

    rank = 1
    kinds: frozenset[Kind] = frozenset({"subscription"})
    at: ColumnElement[datetime] = _subscription.c.created_at
    key: Sequence[ColumnElement[Any]] = (_subscription.c.id,)

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:  # noqa: ARG002 - it has one kind
        """All that ever came."""
        return self._columns(_subscription.c.created_at).where(_subscription.c.profile_id.in_(people))

    def describe(self, row: Found, names: Names) -> TimelineItem:  # noqa: ARG002 - it refers to nothing
        """Subscribed."""
        return TimelineItem(
            id=f"{row.id}.added",
            at=row.at,
            kind="subscription",
            title=f"Subscribed to push in {_place(row)}",
            tone="good",
            channel=push_channel(row.endpoint),
            data=self._data(row),
        )

    def _columns(self, at: ColumnElement[datetime]) -> Query:
        return select(
            at.label("at"),
            _subscription.c.id,
            _subscription.c.endpoint,
            _subscription.c.user_agent,
            _subscription.c.removed_reason,
        )

    def _data(self, row: Found) -> dict[str, Any]:
        """The push service by its host; the endpoint itself is a capability and stays here."""
        return {"subscription": row.id, "service": service_name(row.endpoint)}


class _Removals(_Subscriptions):
    """Browsers when they went, and why."""

    rank = 6
    at: ColumnElement[datetime] = _subscription.c.removed_at

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:  # noqa: ARG002 - it has one kind
        """All that went."""
        return self._columns(_subscription.c.removed_at).where(
            _subscription.c.profile_id.in_(people), _subscription.c.removed_at.is_not(None)
        )

    def describe(self, row: Found, names: Names) -> TimelineItem:  # noqa: ARG002 - it refers to nothing
        """Removed."""
        return TimelineItem(
            id=f"{row.id}.removed",
            at=row.at,
            kind="subscription",
            title=f"{_place(row)[0].upper()}{_place(row)[1:]} can no longer be reached by push",
            tone="warn",
            detail=f"Removed: {reason_words(row.removed_reason)}",
            channel=push_channel(row.endpoint),
            reason=row.removed_reason,
            data=self._data(row),
        )


def _place(row: Found) -> str:
    """Where a push arrives, within a sentence."""
    return app_name(row.endpoint, row.user_agent) or browser_name(row.user_agent) or "a browser"


CONSENTS = _Consents()
ADDED = _Subscriptions()
REMOVED = _Removals()
