"""Routing what happens to stock: a movement becomes `Back in Stock` for those who wait, and releases.

    stock moved ──► up through a journey's threshold? ──► must it stay there first? ──no──► events, releases
         │                                                        │ yes
         │                                                        └──► later: still there, and never below? ──► the same
         └──► a release is held for stock ──► it is told

Each journey judges its own threshold, and may ask that the stock stays for a while (`stable_for`) before it believes
it. While only such journeys are concerned, nothing is announced before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.starting import Starter
from activities.tasks import ReleaseTask
from engine.journey.facts import EventFact
from engine.journey.nodes import Entry
from engine.journey.triggers import EventTrigger, is_triggered
from engine.journey.version import JourneyVersion
from engine.stock.rules import ReleaseRule, release_rule
from engine.stock.transitions import is_restock
from engine.store import expectations, outbox, routing
from engine.store.catalog import describe_variants
from engine.store.database import Database
from engine.store.listeners import Listener, listeners_to_restock
from engine.store.rearming import rearm
from engine.store.release_pages import held_releases
from engine.store.restocks import BACK_IN_STOCK, record_restock_events
from engine.store.routing import Live
from engine.store.versions import VersionCatalogue

STOCK_HELD = "stock_held"
"""The outbox kind of a restock that has to prove stable for a journey."""
Waiting = list[tuple[Listener, str, str]]
"""Who listens for a restock, each with the name and the id of the event that tells of it."""


@dataclass(frozen=True, slots=True)
class _Journey:
    """A live journey that begins with `Back in Stock`, and the part of its version that is about stock."""

    live: Live
    version: JourneyVersion
    rule: ReleaseRule

    @property
    def threshold(self) -> int:
        return self.version.document.settings.threshold

    @property
    def matches_products(self) -> bool:
        return self.version.document.settings.match == "product"

    @property
    def trigger(self) -> EventTrigger | None:
        for node in self.version.graph.nodes:
            if isinstance(node, Entry) and isinstance(node.trigger, EventTrigger):
                return node.trigger
        return None


class StockRouter:
    """Routes movements of stock for the relay."""

    def __init__(
        self, database: Database, versions: VersionCatalogue, starter: Starter, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._versions = versions
        self._starter = starter
        self._clock = clock

    async def route(self, movement: str, payload: Mapping[str, Any], live: Sequence[Live]) -> Waiting:
        """Route a movement. Who listens for the restock that it is: each with the event's name and id."""
        journeys = await self._journeys(live)
        variant, before, after = payload["variant_id"], payload["before"], payload["after"]
        crossed = [one for one in journeys if is_restock(before, after, one.threshold)]
        concerned = await self._triggered(crossed, variant, after)
        patient = [one for one in concerned if one.rule.stable_for is not None]
        await self._hold(movement, payload, patient)
        if any(not one.rule.is_plain for one in journeys):
            await self._tell_held(variant)
        at_once = [one for one in concerned if one.rule.stable_for is None]
        if at_once or (payload.get("restock_id") is not None and not patient):
            return await self._announce(movement, payload, at_once)
        return []

    async def route_held(self, movement: str, payload: Mapping[str, Any], live: Sequence[Live]) -> Waiting:
        """Route a restock that had to prove stable, if it did."""
        for one in await self._journeys(live):
            if one.live.journey == payload["journey"]:
                async with self._database.engine.connect() as connection:
                    stable = await routing.stayed(connection, movement, one.threshold)
                return await self._announce(movement, payload, [one]) if stable else []
        return []

    async def tell_expected(self, variant: str) -> None:
        """Tell everyone who waits for the variant when it is expected back."""
        last: str | None = ""
        while last is not None:
            async with self._database.connection() as connection:
                last = await expectations.tell_waiting(connection, variant, last, self._clock())

    async def tell(self, payload: Mapping[str, Any]) -> None:
        """Tell a release that somebody paused, resumed or stopped it."""
        await self._starter.tell_release(payload["journey"], payload["item"])

    async def _journeys(self, live: Iterable[Live]) -> list[_Journey]:
        found: list[_Journey] = []
        for one in live:
            if one.entry_event == BACK_IN_STOCK:
                version = await self._versions.load(one.journey, one.version)
                found.append(_Journey(one, version, release_rule(version.document.settings.release)))
        return found

    async def _triggered(self, journeys: Sequence[_Journey], variant: str, available: int) -> list[_Journey]:
        """Those whose trigger lets this variant's restocks in."""
        if all(one.trigger is None or one.trigger.where is None for one in journeys):
            return list(journeys)
        async with self._database.engine.connect() as connection:
            card = (await describe_variants(connection, [variant]))[variant]
        properties = {**card.event_properties, "quantity": available}
        event = EventFact(id="", name=BACK_IN_STOCK, at=self._clock(), properties=properties)
        return [one for one in journeys if one.trigger is not None and is_triggered(one.trigger, event)]

    async def _hold(self, movement: str, payload: Mapping[str, Any], journeys: Sequence[_Journey]) -> None:
        if not journeys:
            return
        now = self._clock()
        async with self._database.connection() as connection:
            for one in journeys:
                held = {name: payload.get(name) for name in ("variant_id", "restock_id")}
                fact = outbox.Fact(STOCK_HELD, movement, {**held, "journey": one.live.journey})
                assert one.rule.stable_for is not None
                await outbox.put_all(connection, [fact], now, due_at=now + one.rule.stable_for)

    async def _announce(self, movement: str, payload: Mapping[str, Any], journeys: Sequence[_Journey]) -> Waiting:
        """Write the events of a restock, and see to it that these journeys release it."""
        variant, restock = payload["variant_id"], payload.get("restock_id")
        by_product = any(one.matches_products for one in journeys)
        if any(one.rule.rearm == "on_every_restock" for one in journeys):
            await self._rearm(variant)

        async def announce(executor: AsyncConnection) -> tuple[str, Waiting, str | None]:
            told = restock or await routing.restock_of(executor, movement)
            await record_restock_events(executor, told, self._clock(), whole_product=by_product)
            product = await routing.product_of(executor, variant) if by_product else None
            return told, await listeners_to_restock(executor, told), product

        restock, waiting, product = await self._database.carry_out(announce)
        for one in journeys:
            item = product if one.matches_products else None
            task = ReleaseTask(journey=one.live.journey, variant=variant, restock=restock, limit=1, item=item)
            await self._starter.release(task)
        return waiting

    async def _rearm(self, variant: str) -> None:
        """Let who was told before wait anew, a portion a transaction."""
        while True:
            async with self._database.connection() as connection:
                if await rearm(connection, variant, self._clock()) == 0:
                    return

    async def _tell_held(self, variant: str) -> None:
        async with self._database.engine.connect() as connection:
            held = await held_releases(connection, variant)
        for journey, item in held:
            await self._starter.tell_release(journey, item)
