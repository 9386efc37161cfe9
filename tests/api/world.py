"""Rows for the pages to show: a shop, people, journeys. Written straight into the tables, with chosen ids and times."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.store.database import Database
from engine.store.tables import (
    Enrollment,
    Event,
    Identity,
    InboundDelivery,
    Journey,
    NodeCounter,
    Product,
    Profile,
    PublishedVersion,
    Rendering,
    Restock,
    Send,
    SendOutcome,
    Source,
    StockMovement,
    TrailRow,
    Variant,
    WaitlistEntry,
)
from engine.store.tables.base import Table

both_databases = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""For tests whose statements must mean the same on SQLite and PostgreSQL."""

NOON = datetime(2027, 1, 5, 12, 0, tzinfo=UTC)
NOON_DAY = NOON.date()


def at(seconds: float) -> datetime:
    """This many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def document(name: str = "Back in stock") -> dict[str, Any]:
    """Entry, pause, push, e-mail when there is no browser, and an exit."""
    return {
        "schema": 1,
        "name": name,
        "graph": {
            "nodes": [
                {"id": "entry", "type": "entry", "trigger": {"kind": "event", "event": "Back in Stock"}},
                {"id": "pause", "type": "delay", "duration": "PT1H"},
                {"id": "push", "type": "message", "channel": "web_push", "message": "restock_push"},
                {"id": "mail", "type": "message", "channel": "email", "message": "restock_email"},
                {"id": "done", "type": "exit", "reason": "completed"},
            ],
            "edges": [
                {"source": "entry", "outlet": "next", "target": "pause"},
                {"source": "pause", "outlet": "next", "target": "push"},
                {"source": "push", "outlet": "sent", "target": "done"},
                {"source": "push", "outlet": "not_sent", "target": "mail"},
                {"source": "mail", "outlet": "sent", "target": "done"},
                {"source": "mail", "outlet": "not_sent", "target": "done"},
            ],
        },
        "messages": {},
        "settings": {},
        "layout": {},
    }


class World:
    """A database to fill."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, *rows: Table) -> None:
        """Write these rows, in this order."""
        async with self._database.transaction() as session:
            for row in rows:
                session.add(row)
                await session.flush()

    async def shop(self) -> None:
        """A source `nordlys` with one product in two variants: var_m (FJELL-M) and var_l (FJELL-L)."""
        await self.add(
            Source(id="src_1", name="nordlys", kind="api", created_at=NOON),
            Product(
                id="prd_1",
                source_id="src_1",
                external_id="fjell",
                title="Fjell jacket",
                url="https://shop.example/fjell",
                updated_at=NOON,
            ),
            *(
                Variant(
                    id=f"var_{size.lower()}",
                    product_id="prd_1",
                    source_id="src_1",
                    sku=f"FJELL-{size}",
                    title=size,
                    options={"Size": size},
                    updated_at=NOON,
                )
                for size in ("M", "L")
            ),
        )

    async def profile(self, profile_id: str = "prf_ada", **fields: Any) -> None:
        """A person, Ada Lind unless told otherwise."""
        known = {"first_name": "Ada", "last_name": "Lind", "email": "ada@shop.example", "created_at": NOON} | fields
        await self.add(Profile(id=profile_id, updated_at=NOON, **known))
        if known["email"]:
            await self.add(Identity(kind="email", value=known["email"], profile_id=profile_id, created_at=NOON))

    async def journey(self, journey_id: str = "jny_1", **fields: Any) -> None:
        """A journey with one published version."""
        known: dict[str, Any] = {
            "name": "Back in stock",
            "status": "active",
            "published_version": 1,
            "updated_at": NOON,
        } | fields
        await self.add(
            Journey(id=journey_id, draft=document(known["name"]), created_at=NOON, **known),
            PublishedVersion(
                journey_id=journey_id,
                number=1,
                document=document(known["name"]),
                published_at=NOON,
                published_by="waitline up",
            ),
        )

    async def count(self, journey_id: str, version: int, day: date = NOON_DAY, **nodes: dict[str, int]) -> None:
        """Counters of a day by node: `push={"entered": 3, "outlet:sent": 2}`."""
        await self.add(
            *(
                NodeCounter(journey_id=journey_id, version=version, node=node, counter=counter, day=day, n=n)
                for node, counters in nodes.items()
                for counter, n in counters.items()
            )
        )

    async def enrollment(self, enrollment_id: str, **fields: Any) -> None:
        """An enrollment of Ada in jny_1, standing at the pause."""
        known: dict[str, Any] = {
            "journey_id": "jny_1",
            "version": 1,
            "profile_id": "prf_ada",
            "key": enrollment_id,
            "status": "waiting",
            "node": "pause",
            "entered_at": NOON,
        } | fields
        await self.add(Enrollment(id=enrollment_id, **known))

    async def wait(self, entry_id: str = "wle_1", **fields: Any) -> None:
        """Ada waits for var_m, explicitly, with the event that says so."""
        known: dict[str, Any] = {
            "profile_id": "prf_ada",
            "variant_id": "var_m",
            "source": "explicit",
            "intent": 0,
            "state": "pending",
            "created_at": NOON,
            "expires_at": NOON + timedelta(days=90),
        } | fields
        await self.add(
            WaitlistEntry(id=entry_id, **known),
            Event(
                id=f"evt_{entry_id}",
                name="Waiting on Stock",
                profile_id=known["profile_id"],
                variant_id=known["variant_id"],
                waitlist_entry_id=entry_id,
                source_id="src_1",
                properties={"sku": "FJELL-M", "product": "Fjell jacket", "source": "nordlys", "interest": "explicit"},
                at=known["created_at"],
                received_at=known["created_at"],
            ),
        )

    async def restock(self, moment: datetime, entry_id: str = "wle_1") -> None:
        """var_m goes from 0 to 5 by delivery dlv_1, and Ada's entry gets its `Back in Stock`."""
        await self.add(
            InboundDelivery(source_id="src_1", delivery_id="dlv_1", received_at=moment, accepted=1),
            StockMovement(
                id="mov_1",
                variant_id="var_m",
                available_before=0,
                available_after=5,
                source_id="src_1",
                delivery_id="dlv_1",
                at=moment,
            ),
            Restock(
                id="rst_1", variant_id="var_m", movement_id="mov_1", available_before=0, available_after=5, at=moment
            ),
            Event(
                id="bis_1",
                name="Back in Stock",
                profile_id="prf_ada",
                variant_id="var_m",
                restock_id="rst_1",
                waitlist_entry_id=entry_id,
                source_id="src_1",
                delivery_id="dlv_1",
                properties={"sku": "FJELL-M", "quantity": 5},
                at=moment,
                received_at=moment,
            ),
        )

    async def trail(self, enrollment_id: str, *steps: tuple[datetime, str, str, str | None, str | None]) -> None:
        """Steps as (instant, node, act, outlet, reason), in order."""
        await self.add(
            *(
                TrailRow(
                    enrollment_id=enrollment_id,
                    seq=seq,
                    node=node,
                    visit=1,
                    act=act,
                    outlet=outlet,
                    reason=reason,
                    at=moment,
                )
                for seq, (moment, node, act, outlet, reason) in enumerate(steps)
            )
        )

    async def send(self, send_id: str, *outcomes: tuple[datetime, str, str | None], **fields: Any) -> None:
        """A send of enr_1 with outcomes as (instant, state, reason), and its rendering."""
        content = fields.pop("rendering", None)
        known: dict[str, Any] = {
            "enrollment_id": "enr_1",
            "journey_id": "jny_1",
            "version": 1,
            "node": "push",
            "visit": 1,
            "channel": "web_push",
            "address_hash": "a" * 32,
            "profile_id": "prf_ada",
            "variant_id": "var_m",
            "rendering_hash": None if content is None else f"hash-{send_id}",
            "claimed_at": outcomes[0][0] if outcomes else NOON,
        } | fields
        await self.add(Send(id=send_id, **known))
        if content is not None:
            await self.add(
                Rendering(hash=f"hash-{send_id}", channel=known["channel"], content=content, created_at=NOON)
            )
        await self.add(
            *(SendOutcome(send_id=send_id, state=state, reason=reason, at=when) for when, state, reason in outcomes)
        )
