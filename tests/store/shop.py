"""A small shop in the database: a source, a product in two sizes, and people, written down in a line each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from engine.stock.levels import Level
from engine.stock.waiting import WaitSource
from engine.store import stock, waitlist
from engine.store.database import Database
from engine.store.statements import core
from engine.store.stock import Observation, Reading
from engine.store.tables import Event, OutboxRow, Product, Profile, Source, Variant, WaitlistEntry

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
RETENTION = timedelta(days=90)


@dataclass(frozen=True)
class Shop:
    """Handles to the rows, and the acts that tests repeat."""

    database: Database
    source: str = "src_shop"
    product: str = "prd_shirt"

    async def set_up(self) -> "Shop":
        async with self.database.connection() as connection:
            await connection.execute(
                insert(core(Source)), {"id": self.source, "name": "My Shop", "kind": "api", "created_at": NOW}
            )
        await self.add_product(self.product, "shirt", "Linen shirt")
        await self.add_variants(S="Small", M="Medium", L="Large")
        return self

    async def add_source(self, source: str, name: str, retention_days: int | None = None) -> None:
        row = {"id": source, "name": name, "kind": "api", "retention_days": retention_days, "created_at": NOW}
        async with self.database.connection() as connection:
            await connection.execute(insert(core(Source)), row)

    async def add_product(self, product: str, external_id: str, title: str, source: str | None = None) -> None:
        row = {
            "id": product,
            "source_id": source or self.source,
            "external_id": external_id,
            "title": title,
            "url": f"https://shop.example/{external_id}",
            "updated_at": NOW,
        }
        async with self.database.connection() as connection:
            await connection.execute(insert(core(Product)), row)

    async def add_variants(self, *, product: str | None = None, source: str | None = None, **titles: str) -> None:
        """One variant a keyword: the SKU is the keyword, the id is `var_` and the SKU."""
        rows = [
            {
                "id": f"var_{sku}" if source is None else f"var_{source}_{sku}",
                "product_id": product or self.product,
                "source_id": source or self.source,
                "sku": sku,
                "title": title,
                "updated_at": NOW,
            }
            for sku, title in titles.items()
        ]
        async with self.database.connection() as connection:
            await connection.execute(insert(core(Variant)), rows)

    async def add_people(self, *names: str) -> None:
        """One profile a name: the id is `prf_` and the name."""
        rows = [
            {"id": f"prf_{name}", "email": f"{name}@example.org", "created_at": NOW, "updated_at": NOW}
            for name in names
        ]
        async with self.database.connection() as connection:
            await connection.execute(insert(core(Profile)), rows)

    async def wait_for(
        self,
        sku: str,
        name: str,
        source: WaitSource = "explicit",
        now: datetime = NOW,
        retention: timedelta | None = RETENTION,
    ) -> tuple[waitlist.OpenEntry, bool]:
        wish = waitlist.Wish(f"prf_{name}", f"var_{sku}", source)
        async with self.database.connection() as connection:
            return await waitlist.open_entry(connection, wish, retention=retention, now=now)

    async def stock(
        self,
        sku: str,
        on_hand: int,
        *,
        reserved: int = 0,
        location: str = "default",
        observed_at: datetime | None = None,
        now: datetime = NOW,
    ) -> Observation:
        seen = Reading(sku, Level(on_hand=on_hand, reserved=reserved), location, observed_at)
        async with self.database.connection() as connection:
            return await stock.observe(connection, seen, source_id=self.source, delivery_id="dlv_1", now=now)

    async def events(self, name: str) -> list[Event]:
        event = core(Event)
        async with self.database.snapshot() as session:
            rows = await session.execute(select(event).where(event.c.name == name).order_by(event.c.profile_id))
            return [Event(**row) for row in rows.mappings()]

    async def outbox(self, kind: str) -> list[OutboxRow]:
        row = core(OutboxRow)
        async with self.database.snapshot() as session:
            rows = await session.execute(select(row).where(row.c.kind == kind).order_by(row.c.id))
            return [OutboxRow(**found) for found in rows.mappings()]

    async def entries(self, sku: str) -> list[WaitlistEntry]:
        entry = core(WaitlistEntry)
        async with self.database.snapshot() as session:
            rows = await session.execute(
                select(entry).where(entry.c.variant_id == f"var_{sku}").order_by(entry.c.created_at, entry.c.id)
            )
            return [WaitlistEntry(**found) for found in rows.mappings()]
