"""Journeys as people write them: making, naming, copying, saving drafts, going back, and what is still missing."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from api.answers import Answer
from api.bodies import Body
from api.errors import NotFound
from api.languages.asked import Sentence
from api.routes.journeys import Journey, JourneyId, VersionNumber
from api.security import Caller, acting, staff
from api.services import Now, TheAbilities, TheDatabase
from engine.authoring.checking import document_problems
from engine.journey.changes import changes
from engine.journey.readiness import readiness
from engine.journey.reading import read
from engine.journey.templates import templates
from engine.journey.version import JourneyDocument
from engine.store import drafts, tags
from engine.store import journeys as journey_store
from engine.store.errors import JourneyNotReady
from engine.store.publishing import published
from engine.store.statements import Executor
from engine.store.vocabulary import read_catalogue

router = APIRouter(prefix="/v1/journeys", tags=["Journeys"])
Editor = Annotated[Caller, Depends(staff("edit_journeys"))]
Author = Annotated[Caller, Depends(staff("edit_journeys", or_key="server"))]
"""Who writes drafts: people on the canvas, and deployments that keep journeys as code."""
MaySee = Depends(staff("see_journeys", or_key="server"))
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S", examples=["Back in stock"])]


def _storable(document: dict[str, Any]) -> dict[str, Any]:
    try:
        json.dumps(document, allow_nan=False)
    except ValueError:
        raise PydanticCustomError("not_json", "Numbers must be finite") from None
    return document


Document = Annotated[
    dict[str, Any],
    Field(description="The draft, as the canvas edits it. It may be half written."),
    AfterValidator(_storable),
]
Revision = Annotated[int, Field(ge=1, le=2_147_483_647, description="The revision that was read.", examples=[7])]
TagName = Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S", examples=["autumn"])]
Side = Annotated[str, Query(pattern=r"^(draft|live|[1-9][0-9]{0,8})$", examples=["live"])]


class NewJourney(Body):
    """A journey to be made: blank, from a template, or from a document."""

    name: Name
    template: Annotated[str | None, Field(max_length=60, examples=["back_in_stock"])] = None
    document: Document | None = None


class JourneyChange(Body):
    """What is to change about a journey; what is not named stays. `tags` are all that it carries afterwards."""

    name: Name | None = None
    tags: Annotated[list[TagName] | None, Field(max_length=50)] = None
    owner: Annotated[str | None, Field(max_length=64, description="Id of a staff member.")] = None


class JourneyCopy(Body):
    """The name of the copy."""

    name: Name


class Draft(Answer):
    """The draft of a journey at one revision."""

    document: Document
    revision: Annotated[int, Field(examples=[7])]
    saved_at: datetime
    saved_by: Annotated[str | None, Field(examples=["Ada"])]
    live_version: Annotated[int | None, Field(description="The version that new enrollments walk.", examples=[3])]


class DraftToSave(Body):
    """A draft, and the revision that it was made from."""

    document: Document
    revision: Revision


class DraftSaved(Answer):
    """The revision that the draft has now."""

    revision: Annotated[int, Field(examples=[8])]
    saved_at: datetime
    saved_by: Annotated[str | None, Field(examples=["Ada"])]


class VersionToRestore(Body):
    """The version whose document becomes the draft again."""

    version: VersionNumber


class ReadinessItem(Answer):
    """A line of the checklist; one that fails stands there once for each problem, with the place to click on."""

    code: Annotated[str, Field(examples=["messages"])]
    ok: bool
    blocking: bool
    title: Annotated[Sentence, Field(examples=["Every message is written"])]
    detail: Annotated[Sentence | None, Field(description="What is wrong, and what to do.")] = None
    problem: Annotated[str | None, Field(description="Code of the problem.", examples=["message_missing"])] = None
    node: str | None = None
    edge: str | None = None
    field: str | None = None


class Readiness(Answer):
    """The checklist before launch."""

    ready: Annotated[bool, Field(description="Whether nothing blocks the launch.")]
    items: list[ReadinessItem]


class JourneyDifference(Answer):
    """One difference between two documents."""

    part: Literal["name", "node", "edge", "message", "setting", "layout"]
    how: Literal["added", "removed", "changed"]
    what: Annotated[str, Field(examples=["pause"])]
    field: Annotated[str | None, Field(examples=["duration"])]
    before: Any
    after: Any


class JourneyDifferences(Answer):
    """Every difference; none when both mean the same journey."""

    changes: list[JourneyDifference]


@router.post("", status_code=201)
async def create_journey(body: NewJourney, database: TheDatabase, caller: Author, now: Now) -> Journey:
    """Make a journey: a draft that lets nobody in until it is published."""
    document = body.document if body.template is None else _template(body.template)
    async with database.transaction() as session:
        journey_id = await drafts.create_draft(session, body.name, document, by=acting(caller), now=now)
        return Journey.model_validate(await journey_store.read_journey(session, journey_id))


@router.patch("/{journey_id}")
async def change_journey(
    journey_id: JourneyId, body: JourneyChange, database: TheDatabase, caller: Editor, now: Now
) -> Journey:
    """Rename a journey, tag it, or give it to somebody."""
    async with database.transaction() as session:
        await journey_store.read_journey(session, journey_id)
        if body.name is not None:
            await drafts.rename(session, journey_id, body.name, by=acting(caller), now=now)
        if body.tags is not None:
            await tags.set_tags(session, journey_id, body.tags, now)
        if "owner" in body.model_fields_set:
            await drafts.give_to(session, journey_id, body.owner, by=acting(caller), now=now)
        return Journey.model_validate(await journey_store.read_journey(session, journey_id))


@router.delete("/{journey_id}")
async def archive_journey(journey_id: JourneyId, database: TheDatabase, caller: Editor, now: Now) -> Journey:
    """Put a journey away. What it did stays, and those who are inside go on; one that runs must be ended first."""
    async with database.transaction() as session:
        await drafts.archive(session, journey_id, by=acting(caller), now=now)
        return Journey.model_validate(await journey_store.read_journey(session, journey_id))


@router.post("/{journey_id}/duplicate", status_code=201)
async def duplicate_journey(
    journey_id: JourneyId, body: JourneyCopy, database: TheDatabase, caller: Editor, now: Now
) -> Journey:
    """Make a journey with the same draft and tags."""
    async with database.transaction() as session:
        copied = await drafts.duplicate(session, journey_id, body.name, by=acting(caller), now=now)
        return Journey.model_validate(await journey_store.read_journey(session, copied))


@router.get("/{journey_id}/draft", dependencies=[MaySee])
async def get_draft(journey_id: JourneyId, database: TheDatabase) -> Draft:
    """Read the draft."""
    async with database.snapshot() as session:
        return Draft.model_validate(await drafts.read_draft(session, journey_id))


@router.put("/{journey_id}/draft")
async def save_draft(
    journey_id: JourneyId, body: DraftToSave, database: TheDatabase, caller: Author, now: Now
) -> DraftSaved:
    """Save the draft. 409 `draft_conflict` carries the draft as somebody else saved it meanwhile."""
    async with database.transaction() as session:
        saved = await drafts.save_draft(session, journey_id, body.document, body.revision, by=acting(caller), now=now)
    return DraftSaved.model_validate(saved)


@router.post("/{journey_id}/restore")
async def restore_version(
    journey_id: JourneyId, body: VersionToRestore, database: TheDatabase, caller: Editor, now: Now
) -> Draft:
    """Make an old version the draft again."""
    async with database.transaction() as session:
        restored = await drafts.restore(session, journey_id, body.version, by=acting(caller), now=now)
    return Draft.model_validate(restored)


@router.get("/{journey_id}/readiness", dependencies=[MaySee])
async def get_journey_readiness(journey_id: JourneyId, database: TheDatabase, abilities: TheAbilities) -> Readiness:
    """Read what the draft still needs before it can be launched."""
    async with database.snapshot() as session:
        draft = await drafts.read_draft(session, journey_id)
        catalogue = await read_catalogue(session, journey=journey_id, abilities=abilities)
    found = readiness(document_problems(draft.document, catalogue))
    items: list[ReadinessItem] = []
    for line in found.items:
        if line.passed:
            items.append(ReadinessItem(code=line.code, ok=True, blocking=False, title=line.title))
        items.extend(
            ReadinessItem(
                code=line.code,
                ok=False,
                blocking=problem.is_blocking,
                title=line.title,
                detail=problem.sentence,
                problem=problem.code,
                node=problem.node,
                edge=problem.edge,
                field=problem.field,
            )
            for problem in line.problems
        )
    return Readiness(ready=found.ready, items=items)


@router.get("/{journey_id}/changes", dependencies=[MaySee])
async def get_changes(
    journey_id: JourneyId,
    database: TheDatabase,
    from_: Annotated[Side, Query(alias="from", description="A version's number, `live` or `draft`.")] = "live",
    to: Annotated[Side, Query(description="A version's number, `live` or `draft`.")] = "draft",
) -> JourneyDifferences:
    """Read what changed between two versions, or between one and the draft."""
    async with database.snapshot() as session:
        before, after = await _document(session, journey_id, from_), await _document(session, journey_id, to)
    return JourneyDifferences(changes=[JourneyDifference.model_validate(one) for one in changes(before, after)])


async def _document(session: Executor, journey_id: str, side: str) -> JourneyDocument:
    """The document at this side; an empty one where nothing is live yet.

    Raises:
        JourneyNotReady: the draft is half written, and cannot be compared yet.
    """
    draft = await drafts.read_draft(session, journey_id)
    number = draft.live_version if side == "live" else None if side == "draft" else int(side)
    if side == "draft":
        found = read(draft.document)
        if not isinstance(found, JourneyDocument):
            raise JourneyNotReady(found)
        return found
    if number is None:
        return JourneyDocument.model_validate(drafts.blank(str(draft.document.get("name"))))
    await journey_store.read_version(session, journey_id, number)
    return await published(session, journey_id, number)


def _template(template_id: str) -> dict[str, Any]:
    for template in templates():
        if template.id == template_id:
            return template.document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    raise NotFound(f"There is no template “{template_id}”; GET /v1/templates lists those that there are.")
