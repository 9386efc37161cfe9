"""Trying a journey: one person walks it in virtual time, in a world that the caller writes down."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.answers import Answer, Channel
from api.bodies import Body
from api.errors import FieldProblem, ValidationFailed
from api.fields import Instant
from api.languages.asked import Sentence
from api.security import staff
from api.services import Now, TheAbilities, TheDatabase, ThePlugins
from api.trials import Happening, Trial, run_trial
from engine.authoring.checking import document_problems
from engine.journey.facts import EventFact
from engine.journey.reading import read
from engine.journey.version import JourneyDocument
from engine.store import vocabulary
from engine.store.person import read_event, read_person
from engine.store.segments import saved_conditions

router = APIRouter(prefix="/v1/journeys", tags=["Journey language"], dependencies=[Depends(staff("edit_journeys"))])
Name = Annotated[str, Field(min_length=1, max_length=120)]
LONGEST = timedelta(days=5 * 366)


class TrialEvent(Body):
    """An event that happens."""

    name: Name
    properties: Annotated[dict[str, Any], Field(default_factory=dict)]


class MadeUpPerson(Body):
    """Somebody who is only written down here."""

    attributes: Annotated[dict[str, Any], Field(default_factory=dict)]


class ScriptLine(Body):
    """Something that happens, at an instant or this long after the entry.

    With `node`, an event happens this long after a message was sent at that node, and answers it.
    """

    at: Instant | None = None
    after: Annotated[timedelta | None, Field(ge=timedelta(0), le=LONGEST, examples=["PT30M"])] = None
    node: Annotated[str | None, Field(max_length=63, examples=["push"])] = None
    event: TrialEvent | None = None
    stock: Annotated[dict[str, int | None] | None, Field(max_length=50, examples=[{"FJELL-M": 3}])] = None
    attributes: Annotated[dict[str, Any] | None, Field(max_length=50)] = None
    segments: Annotated[dict[str, bool] | None, Field(max_length=50, examples=[{"seg_vip": True}])] = None

    @model_validator(mode="after")
    def _when(self) -> Self:
        if (self.at is None) == (self.after is None):
            raise PydanticCustomError("when_unclear", "Say when it happens in one way: `at` or `after`")
        if self.node is not None and (self.event is None or self.after is None):
            raise PydanticCustomError("answer_unclear", "What answers a message is an `event`, and comes `after` it")
        return self


class TrialBody(Body):
    """A journey, a person, what lets her in, and what happens afterwards."""

    document: dict[str, Any]
    profile: Annotated[
        Annotated[str, Field(max_length=64)] | MadeUpPerson | None, Field(description="An id, or somebody made up.")
    ] = None
    event: Annotated[TrialEvent | None, Field(description="What lets her in.")] = None
    event_id: Annotated[str | None, Field(max_length=64, description="The same, as it once happened.")] = None
    script: Annotated[list[ScriptLine], Field(default_factory=list, max_length=200)]
    now: Instant | None = None


class StepAnswer(Answer):
    """One step of the trail."""

    seq: int
    node: str
    visit: int
    act: str
    at: datetime
    outlet: str | None
    reason: str | None
    facts: dict[str, Any]


class TrialSend(Answer):
    """A message that would have been sent, as this person would see it."""

    node: str
    at: datetime
    channel: Channel
    status: Annotated[str, Field(examples=["sent"])]
    rendering: Annotated[dict[str, Any] | None, Field(description="Null when it cannot be rendered; see `problem`.")]
    problem: Sentence | None


class TrialAnswer(Answer):
    """How it went. `refusal` says why the journey would not have let her in; nothing is walked then."""

    refusal: Annotated[str | None, Field(examples=["not_in_audience"])]
    steps: list[StepAnswer]
    sends: list[TrialSend]
    ended: bool
    exit_reason: Annotated[str | None, Field(examples=["completed"])]
    waits_until: Annotated[datetime | None, Field(description="Where it still waits: until when.")]


@router.post("/simulate")
async def simulate_journey(
    body: TrialBody, database: TheDatabase, abilities: TheAbilities, plugins: ThePlugins, now: Now
) -> TrialAnswer:
    """Walk a person through a journey in virtual time; nothing is stored and nothing is sent."""
    now = body.now or now
    async with database.snapshot() as session:
        document = _valid(body.document, await vocabulary.read_catalogue(session, abilities=abilities))
        segments = await saved_conditions(session)
        entry = None if body.event_id is None else await read_event(session, body.event_id)
        person = await read_person(session, body.profile, now) if isinstance(body.profile, str) else None
    if body.event is not None:
        entry = EventFact(id="trial", name=body.event.name, at=now, properties=body.event.properties)
    made_up = body.profile.attributes if isinstance(body.profile, MadeUpPerson) else {}
    trial = Trial(
        document=document,
        profile="trial" if person is None else person.id,
        attributes=made_up if person is None else person.attributes,
        events=() if person is None else person.events,
        segments=segments,
        entry=entry,
        script=[_happening(line, now) for line in body.script],
        now=now,
        steps=plugins.steps,
    )
    return TrialAnswer.model_validate(await to_thread.run_sync(run_trial, trial))


def _happening(line: ScriptLine, now: datetime) -> Happening:
    return Happening(
        at=line.at or now + (line.after or timedelta()),
        after=line.after,
        node=line.node,
        event=None if line.event is None else (line.event.name, line.event.properties),
        stock=line.stock or {},
        attributes=line.attributes or {},
        segments=line.segments or {},
    )


def _valid(raw: dict[str, Any], catalogue: vocabulary.Catalogue) -> JourneyDocument:
    """The document, when nothing of its own blocks it. What else is not set up stops a launch, not a walk in thought.

    Raises:
        ValidationFailed: naming each place that has to be put right first.
    """
    described = catalogue.model_copy(update={"bare": (), "channels": None, "workflows": None})
    wrong = [problem for problem in document_problems(raw, described) if problem.is_blocking]
    document = read(raw)
    if wrong or not isinstance(document, JourneyDocument):
        places = [(".".join(filter(None, ("document", one.node, one.field))), one) for one in wrong]
        raise ValidationFailed(errors=[FieldProblem(place, one.code, one.sentence) for place, one in places])
    return document
