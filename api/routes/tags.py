"""Tags of journeys, and notes about them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.routes.journey_drafts import TagName
from api.routes.journeys import JourneyId
from api.security import Caller, acting, staff
from api.services import Now, TheDatabase
from engine.store import journey_notes
from engine.store import tags as tag_store

router = APIRouter(prefix="/v1", tags=["Journeys"])
MaySee = Depends(staff("see_journeys"))
MayEdit = Depends(staff("edit_journeys"))
Writer = Annotated[Caller, Depends(staff("write_notes"))]


class TagItem(Answer):
    """A tag and how many journeys carry it."""

    name: TagName
    journeys: Annotated[int, Field(examples=[2])]


class TagList(Answer):
    """Every tag."""

    items: list[TagItem]


class NewTag(Body):
    """A tag to be made."""

    name: TagName


class NoteItem(Answer):
    """A note about a journey or one of its nodes."""

    id: Annotated[str, Field(examples=["nte_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    node: Annotated[str | None, Field(examples=["push"])]
    text: str
    author: Annotated[str, Field(examples=["Ada"])]
    at: datetime


class NoteList(Answer):
    """Notes, newest first."""

    items: list[NoteItem]


class NewNote(Body):
    """A note to be written."""

    text: Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"\S")]
    node: Annotated[str | None, Field(max_length=120, description="The node that it is about.")] = None


@router.get("/tags", dependencies=[MaySee])
async def list_tags(database: TheDatabase) -> TagList:
    """List the tags."""
    async with database.snapshot() as session:
        return TagList(items=[TagItem.model_validate(tag) for tag in await tag_store.list_tags(session)])


@router.post("/tags", status_code=201, dependencies=[MayEdit])
async def create_tag(body: NewTag, database: TheDatabase, now: Now) -> TagList:
    """Make a tag; one that exists stays as it is."""
    async with database.transaction() as session:
        await tag_store.add_tags(session, [body.name], now)
        return TagList(items=[TagItem.model_validate(tag) for tag in await tag_store.list_tags(session)])


@router.delete("/tags/{tag}", status_code=204, dependencies=[MayEdit])
async def delete_tag(tag: Annotated[str, Path(max_length=60)], database: TheDatabase) -> Response:
    """Forget a tag. The journeys that carry it stay."""
    async with database.transaction() as session:
        await tag_store.delete_tag(session, tag)
    return Response(status_code=204)


@router.get("/journeys/{journey_id}/notes", dependencies=[MaySee])
async def list_notes(journey_id: JourneyId, database: TheDatabase) -> NoteList:
    """List what people wrote about a journey, newest first."""
    async with database.snapshot() as session:
        found = await journey_notes.read_notes(session, journey_id)
    return NoteList(items=[NoteItem.model_validate(note) for note in found])


@router.post("/journeys/{journey_id}/notes", status_code=201)
async def write_note(journey_id: JourneyId, body: NewNote, database: TheDatabase, caller: Writer, now: Now) -> NoteList:
    """Write a note."""
    async with database.transaction() as session:
        await journey_notes.add_note(session, journey_id, body.text, node=body.node, by=acting(caller), now=now)
        found = await journey_notes.read_notes(session, journey_id)
    return NoteList(items=[NoteItem.model_validate(note) for note in found])
