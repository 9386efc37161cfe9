"""Segments: saved conditions, and for how many profiles a condition holds."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.errors import FieldProblem, ValidationFailed
from api.security import staff
from api.services import Now, TheDatabase
from engine.journey.checks import Place, check_condition
from engine.journey.conditions import Condition
from engine.journey.reading import read_condition
from engine.store import segments as segment_store
from engine.store import vocabulary
from engine.store.statements import Executor

router = APIRouter(prefix="/v1", tags=["Segments"])

SegmentId = Annotated[str, Path(max_length=64, examples=["seg_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
ConditionJson = Annotated[
    dict[str, Any],
    Field(
        description="A condition over profiles; see the journey guide.",
        examples=[{"kind": "has_occurred", "event": "Order Completed", "within": "P7D"}],
    ),
]
MaySee = Depends(staff("see_journeys"))
MayEdit = Depends(staff("edit_journeys"))


class SegmentBody(Body):
    """A segment to save."""

    name: Annotated[str, Field(min_length=1, max_length=120, examples=["Bought this week"])]
    condition: ConditionJson


class ConditionBody(Body):
    """A condition to count."""

    condition: ConditionJson


class SegmentAnswer(Answer):
    """A saved segment. Who is in it is asked anew each time."""

    id: str
    name: str
    condition: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class SegmentList(Answer):
    """Every segment, by name."""

    items: list[SegmentAnswer]


class CountAnswer(Answer):
    """For how many profiles a condition holds now."""

    count: Annotated[int, Field(examples=[318])]
    of: Annotated[int, Field(description="How many profiles there are.", examples=[10_412])]


@router.get("/segments", dependencies=[MaySee])
async def list_segments(database: TheDatabase) -> SegmentList:
    """List the segments."""
    async with database.snapshot() as session:
        items = await segment_store.list_segments(session)
    return SegmentList(items=[SegmentAnswer.model_validate(item) for item in items])


@router.post("/segments", status_code=201, dependencies=[MayEdit])
async def create_segment(body: SegmentBody, database: TheDatabase, now: Now) -> SegmentAnswer:
    """Save a condition as a segment."""
    async with database.transaction() as session:
        condition = await _checked(session, body.condition)
        saved = await segment_store.create_segment(session, body.name, condition, now)
    return SegmentAnswer.model_validate(saved)


@router.get("/segments/{segment_id}", dependencies=[MaySee])
async def get_segment(segment_id: SegmentId, database: TheDatabase) -> SegmentAnswer:
    """Read a segment."""
    async with database.snapshot() as session:
        return SegmentAnswer.model_validate(await segment_store.read_segment(session, segment_id))


@router.put("/segments/{segment_id}", dependencies=[MayEdit])
async def change_segment(segment_id: SegmentId, body: SegmentBody, database: TheDatabase, now: Now) -> SegmentAnswer:
    """Rename a segment or change its condition; whoever asks for it from now on asks the new one."""
    async with database.transaction() as session:
        condition = await _checked(session, body.condition)
        saved = await segment_store.change_segment(session, segment_id, body.name, condition, now)
    return SegmentAnswer.model_validate(saved)


@router.delete("/segments/{segment_id}", status_code=204, dependencies=[MayEdit])
async def delete_segment(segment_id: SegmentId, database: TheDatabase) -> None:
    """Delete a segment that no journey and no other segment names."""
    async with database.transaction() as session:
        await segment_store.delete_segment(session, segment_id)


@router.post("/conditions/count", dependencies=[MaySee])
async def count_condition(body: ConditionBody, database: TheDatabase, now: Now) -> CountAnswer:
    """Count the profiles for which a condition holds now."""
    async with database.snapshot() as session:
        condition = await _checked(session, body.condition)
        return CountAnswer.model_validate(await segment_store.count_profiles(session, condition, now))


async def _checked(executor: Executor, raw: dict[str, Any]) -> Condition:
    """The condition, when nothing about it is wrong.

    Raises:
        ValidationFailed: naming each clause that is.
    """
    found = read_condition(raw)
    if isinstance(found, tuple):
        wrong = found
    else:
        catalogue = await vocabulary.read_catalogue(executor)
        every = check_condition(found, Place(None, "condition"), catalogue)
        wrong = tuple(problem for problem in every if problem.is_blocking)
        if not wrong:
            return found
    raise ValidationFailed(errors=[FieldProblem(one.field or "condition", one.code, one.sentence) for one in wrong])
