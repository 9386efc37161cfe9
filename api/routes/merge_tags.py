"""The merge tags that messages may hold, with the values that somebody would read there."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.answers import Answer
from api.routes.message_trials import PREVIEW_ID
from api.security import staff
from api.services import TheServices
from engine.messages.tags import merge_tags
from engine.store.delivery import read_scene
from engine.store.occasions import sample_variant
from engine.store.vocabulary import FieldSummary, read_vocabulary

router = APIRouter(prefix="/v1/merge-tags", tags=["Messages"], dependencies=[Depends(staff("see_journeys"))])


class MergeTagItem(Answer):
    """A merge tag; a nullable one may be empty for somebody, and takes a fallback along."""

    group: Literal["profile", "event", "product", "journey"]
    tag: Annotated[str, Field(examples=["product.price"])]
    sample: Annotated[str, Field(examples=["€149.00"])]
    nullable: bool


class MergeTagList(Answer):
    """Every merge tag, by group."""

    items: list[MergeTagItem]


@router.get("")
async def list_merge_tags(
    services: TheServices,
    event: Annotated[str | None, Query(max_length=120, description="The event that the journey begins with.")] = None,
    journey: Annotated[str, Query(max_length=120, description="What `journey.name` says.")] = "Preview",
) -> MergeTagList:
    """List the merge tags with values: those of somebody made up and of the newest product, or such as came in."""
    async with services.database.snapshot() as session:
        known = await read_vocabulary(session)
        variant = await sample_variant(session)
    world = await services.database.run(lambda connection: read_scene(connection, None, variant), writes=False)
    context = services.composer.context(world, send_id=PREVIEW_ID, journey=journey, event={})
    context = replace(context, links=services.composer.sample_ways)
    properties = next((one.properties for one in known.events if one.name == event), ())
    found = merge_tags(context, _samples(known.attributes), _samples(properties))
    return MergeTagList(items=[MergeTagItem.model_validate(one) for one in found])


def _samples(fields: tuple[FieldSummary, ...]) -> dict[str, Any]:
    return {field.name: next(iter(field.samples), None) for field in fields if field.type != "list"}
