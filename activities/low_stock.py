"""Routing stock that becomes less: `Low Stock` for the thresholds of the journeys that begin with it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.journey.vocabulary import LOW_STOCK
from engine.stock.transitions import crossing
from engine.store.database import Database
from engine.store.low_stock import record_low_stock
from engine.store.routing import Live
from engine.store.versions import VersionCatalogue


class LowStockRouter:
    """Routes downward movements of stock for the relay."""

    def __init__(self, database: Database, versions: VersionCatalogue, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._versions = versions
        self._clock = clock

    async def route(self, movement: str, payload: Mapping[str, Any], live: Sequence[Live]) -> int:
        """Tell of a movement downwards; how many events that makes. The events are routed like all others."""
        if payload["after"] >= payload["before"]:
            return 0
        thresholds: set[int] = set()
        for one in live:
            if one.entry_event == LOW_STOCK:
                threshold = (await self._versions.load(one.journey, one.version)).document.settings.threshold
                if crossing(payload["before"], payload["after"], threshold) == "down":
                    thresholds.add(threshold)
        async with self._database.connection() as connection:
            return await record_low_stock(connection, movement, payload, thresholds, self._clock())
