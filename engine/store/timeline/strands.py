"""What one table adds to a timeline."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy import ColumnElement, Row, Select

from engine.store.holdings import JourneyName
from engine.store.timeline.items import Kind, TimelineItem
from engine.store.timeline.steps import Steps
from engine.store.variant_names import VariantName

Found = Row[*tuple[Any, ...]]
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class RestockOrigin:
    """A restock, and what told us of it."""

    id: str
    before: int
    after: int
    movement_id: str
    source_id: str
    source_name: str
    delivery_id: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """What the rows of one page refer to, by id."""

    variants: Mapping[str, VariantName]
    journeys: Mapping[str, JourneyName]
    restocks: Mapping[str, RestockOrigin]
    steps: Mapping[tuple[str, int], Steps]

    def step(self, row: Found) -> str:
        """What the node is called at which the row stands; its id where no version tells."""
        return self.steps.get((row.journey_id, row.version), {}).get(row.node, row.node)

    def variant(self, variant_id: str | None) -> VariantName | None:
        """The variant, when there is one."""
        return self.variants.get(variant_id) if variant_id else None

    def title(self, variant_id: str | None) -> str:
        """The variant in a sentence."""
        variant = self.variant(variant_id)
        return variant.title if variant else "a variant"

    def origins(self, enrollment_id: str | None, restock_id: str | None) -> dict[str, str]:
        """The way back from a message: enrollment, restock, inventory movement, source delivery."""
        links = {"enrollment": f"/v1/enrollments/{quote(enrollment_id, safe='')}"} if enrollment_id else {}
        restock = self.restocks.get(restock_id) if restock_id else None
        if restock is None:
            return links
        links["restock"] = f"/v1/restocks/{restock.id}"
        links["inventory_movement"] = f"/v1/stock-movements/{restock.movement_id}"
        if restock.delivery_id is not None:
            links["source_delivery"] = delivery_address(restock.source_id, restock.delivery_id)
        return links


def delivery_address(source_id: str, delivery_id: str) -> str:
    """Where the API shows a source's delivery; its id was chosen by the source and may hold anything."""
    return f"/v1/sources/{source_id}/deliveries/{quote(delivery_id, safe='')}"


class Strand(Protocol):
    """Rows of one table that belong to a profile.

    `rank` orders strands at the same instant. `query` selects the rows of some kinds with a label `at`, one label each
    of `key` (unique in the strand), and `variant_id`, `journey_id`, `restock_id` where the row refers to one.
    """

    rank: int
    kinds: frozenset[Kind]

    @property
    def at(self) -> ColumnElement[datetime]:
        """When the row happened."""
        ...

    @property
    def key(self) -> Sequence[ColumnElement[Any]]:
        """What orders rows of the same instant."""
        ...

    def query(self, people: Sequence[str], kinds: Collection[Kind]) -> Query:
        """The rows of these ids, under all of which the person was known, in no order yet."""
        ...

    def describe(self, row: Found, names: Names) -> TimelineItem:
        """The row in words."""
        ...
