"""The push service's memory: who subscribed, and which messages wait for them. One SQLite file.

A *user agent* (uaid) is one browser profile; a *channel* is its name for one subscription; the *token* is what the
sender knows, as the last part of the endpoint's address. Instants are stored as seconds since the epoch.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

SCHEMA = """
create table if not exists user_agents (uaid text primary key);
create table if not exists subscriptions (
    token text primary key,
    uaid text not null references user_agents on delete cascade,
    channel text not null,
    vapid_key text,
    unique (uaid, channel)
);
create table if not exists messages (
    id text primary key,
    token text not null references subscriptions on delete cascade,
    topic text,
    encoding text,
    body blob not null,
    ttl integer not null,
    position integer not null,
    expires_at real not null
);
create index if not exists messages_by_subscription on messages (token, topic);
create index if not exists messages_by_expiry on messages (expires_at);
"""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A browser's standing permission to be reached; ``vapid_key`` None means that any sender may."""

    token: str
    uaid: str
    channel: str
    vapid_key: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """One encrypted push message on its way to one channel; ``ttl`` is the life it was sent with, in seconds."""

    id: str
    channel: str
    body: bytes
    encoding: str | None
    ttl: int


class Mailbox:
    """Subscriptions and undelivered messages, in the SQLite file at ``database``."""

    def __init__(self, database: Path | str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._db = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        self._db.executescript("pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file; what it holds is there at the next start."""
        self._db.close()

    def knows(self, uaid: str) -> bool:
        """Whether this user agent said hello before and was not forgotten."""
        return self._db.execute("select 1 from user_agents where uaid = ?", (uaid,)).fetchone() is not None

    def remember(self, uaid: str) -> None:
        """Take in a user agent that was handed its name just now."""
        self._db.execute("insert into user_agents values (?)", (uaid,))

    def subscribe(self, subscription: Subscription) -> None:
        """Store a subscription; the same channel subscribed again gets the new token in place of the old."""
        self._db.execute(
            "insert or replace into subscriptions (token, uaid, channel, vapid_key) values (?, ?, ?, ?)",
            (subscription.token, subscription.uaid, subscription.channel, subscription.vapid_key),
        )

    def unsubscribe(self, uaid: str, channel: str) -> None:
        """Forget a subscription with all that waited for it; sends to it are refused from now on."""
        self._db.execute("delete from subscriptions where uaid = ? and channel = ?", (uaid, channel))

    def find(self, token: str) -> Subscription | None:
        """The subscription that a sender's address names."""
        row = self._db.execute("select token, uaid, channel, vapid_key from subscriptions where token = ?", (token,))
        found = row.fetchone()
        return Subscription(*found) if found else None

    def keep(self, token: str, message: Message, topic: str | None) -> None:
        """Keep a message until it is acknowledged or expires; it takes the place of a waiting one on its topic."""
        now = self._clock()
        self._db.execute("begin immediate")
        try:
            self._db.execute("delete from messages where expires_at <= ?", (now.timestamp(),))
            if topic is not None:
                self._db.execute("delete from messages where token = ? and topic = ?", (token, topic))
            self._db.execute(
                "insert into messages (id, token, topic, encoding, body, ttl, position, expires_at)"
                " values (?, ?, ?, ?, ?, ?, (select coalesce(max(position), 0) + 1 from messages), ?)",
                (
                    message.id,
                    token,
                    topic,
                    message.encoding,
                    message.body,
                    message.ttl,
                    (now + timedelta(seconds=message.ttl)).timestamp(),
                ),
            )
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def waiting(self, uaid: str) -> list[Message]:
        """What still waits for this user agent, oldest first, without what has expired."""
        rows = self._db.execute(
            "select m.id, s.channel, m.body, m.encoding, m.ttl from messages m join subscriptions s using (token)"
            " where s.uaid = ? and m.expires_at > ? order by m.position",
            (uaid, self._clock().timestamp()),
        )
        return [Message(*row) for row in rows.fetchall()]

    def acknowledge(self, uaid: str, message: str) -> None:
        """Drop a message that its user agent has taken over."""
        self._db.execute(
            "delete from messages where id = ? and token in (select token from subscriptions where uaid = ?)",
            (message, uaid),
        )

    def cancel(self, message: str) -> bool:
        """Drop a message at its sender's wish; false when it was not waiting (any more)."""
        return self._db.execute("delete from messages where id = ?", (message,)).rowcount > 0
