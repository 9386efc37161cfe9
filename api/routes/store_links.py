"""Where a store adds an item to a cart or a wishlist, for the links of messages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from api.answers import Answer
from api.bodies import Body
from api.security import staff
from api.services import Now, TheDatabase
from engine.messages.store_links import Pattern, StoreLinks
from engine.store import sources
from engine.store.store_links import read_store_links, write_store_links

router = APIRouter(prefix="/v1/store-links", tags=["Sources"])
SourcePath = Annotated[str, Path(min_length=1, max_length=120, description="Id or name of the source.")]


class StoreLinksBody(StoreLinks, Body):
    """The patterns of a store: addresses with {sku}, {product_id}, {variant_id} or {url}; null for none."""


class StoreLinksItem(Answer):
    """The patterns of one store; null where its links lead to the product."""

    source: str
    wishlist: Pattern | None
    add_to_cart: Pattern | None


class StoreLinksList(Answer):
    """The patterns of every store."""

    items: list[StoreLinksItem]


@router.get("", dependencies=[Depends(staff("see_journeys"))])
async def list_store_links(database: TheDatabase) -> StoreLinksList:
    """List the stores with the patterns of their links."""
    async with database.snapshot() as session:
        kept = await read_store_links(session)
        known = await sources.list_sources(session)
    return StoreLinksList(items=[_item(one.name, kept.get(one.id, StoreLinks())) for one in known])


@router.put("/{source}", dependencies=[Depends(staff("manage_sources"))])
async def set_store_links(source: SourcePath, body: StoreLinksBody, database: TheDatabase, now: Now) -> StoreLinksItem:
    """Set the patterns of a store. Messages that are sent from now on follow them."""
    links = StoreLinks(wishlist=body.wishlist, add_to_cart=body.add_to_cart)
    async with database.transaction() as session:
        found = await sources.find_source(session, source)
        await write_store_links(session, found.id, links, now)
    return _item(found.name, links)


def _item(name: str, links: StoreLinks) -> StoreLinksItem:
    return StoreLinksItem(source=name, wishlist=links.wishlist, add_to_cart=links.add_to_cart)
