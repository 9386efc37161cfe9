"""Journeys as code: printing a document as Python and YAML, and reading either back without running anything."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.answers import Answer
from api.bodies import Body
from api.errors import FieldProblem, ValidationFailed
from api.routes.journey_drafts import Document, JourneyDifference
from api.routes.journey_lifecycle import Migration, Publisher
from api.routes.language import ProblemAnswer
from api.security import acting, staff
from api.services import Now, TheAbilities, TheDatabase
from engine.authoring.code import print_code, read_code
from engine.journey.problems import Problem
from engine.journey.reading import read
from engine.journey.version import JourneyDocument
from engine.store import code_plans, vocabulary
from engine.store.code_plans import Planned, Wish

router = APIRouter(
    prefix="/v1/journeys", tags=["Journey language"], dependencies=[Depends(staff("see_journeys", or_key="server"))]
)
applying = APIRouter(prefix="/v1/journeys", tags=["Journey language"])
Text = Annotated[str, Field(max_length=1_000_000)]


class CodeProblemAnswer(ProblemAnswer):
    """A problem, and the line on which it stands."""

    line: Annotated[int | None, Field(description="Counted from 1.", examples=[12])] = None


class DocumentToPrint(Body):
    """A document, and the code that it was until now: its comments stay with what they are about."""

    document: Document
    python: Annotated[Text | None, Field(description="The Python until now.")] = None
    yaml: Annotated[Text | None, Field(description="The YAML until now.")] = None


class PrintedCode(Answer):
    """The document as code; null while it is too unfinished to be printed, for the reasons given."""

    python: Annotated[str | None, Field(examples=['journey = Journey("Back in stock")\n'])]
    yaml: Annotated[str | None, Field(examples=["schema: 1\nname: Back in stock\n"])]
    problems: list[ProblemAnswer]


class CodeToRead(Body):
    """A journey as Python or as YAML: one of them."""

    python: Text | None = None
    yaml: Text | None = None
    journey: Annotated[str | None, Field(max_length=64, description="The id of the journey that it is of.")] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.python is None) == (self.yaml is None):
            raise PydanticCustomError("code_unclear", "Send the journey once: as `python` or as `yaml`")
        return self


class ReadCode(Answer):
    """The document that the code writes; null when it cannot be read. It may be unfinished: see the problems."""

    document: dict[str, Any] | None
    drawable: Annotated[bool, Field(description="Whether the canvas can show it: every step and field is a known one.")]
    problems: list[CodeProblemAnswer]


class JourneyAsCode(Body):
    """A journey as code has it."""

    document: Document
    seen: Annotated[int | None, Field(ge=1, description="The revision of the draft that the code last saw.")] = None


class JourneysAsCode(Body):
    """Journeys as code has them, and whether they are to be published."""

    items: Annotated[list[JourneyAsCode], Field(max_length=500)]
    publish: bool = False
    migration: Migration = Migration()


class JourneysToApply(JourneysAsCode):
    """The same; `overwrite` what people did on the canvas since the code last saw it."""

    overwrite: bool = False


class PlannedJourney(Answer):
    """What becomes of one journey."""

    name: str
    action: Literal["create", "update", "publish", "nothing"]
    journey: Annotated[str | None, Field(description="Its id; null as long as it does not exist.")]
    revision: Annotated[int | None, Field(description="Revision of the draft.")]
    version: Annotated[int | None, Field(description="The version that new enrollments walk.")]
    changes: list[JourneyDifference]
    problems: list[ProblemAnswer]
    enrollments: Annotated[int, Field(description="Enrollments under way that it touches.")]
    drifted_by: Annotated[str | None, Field(description="Who edited it on the canvas since the code last saw it.")]


class JourneyPlan(Answer):
    """What becomes of every journey, in the order in which they were sent."""

    items: list[PlannedJourney]


@router.post("/code")
async def print_journey(body: DocumentToPrint) -> PrintedCode:
    """Print a document as Python and as YAML. The same document is printed the same every time."""
    document = read(body.document)
    if not isinstance(document, JourneyDocument):
        return PrintedCode(python=None, yaml=None, problems=[ProblemAnswer(**_told(one)) for one in document])
    try:
        python = await to_thread.run_sync(print_code, document, "python", body.python or "")
        yaml = await to_thread.run_sync(print_code, document, "yaml", body.yaml or "")
    except RecursionError:
        too_deep = FieldProblem("document", "too_deep", "The document is nested too deeply; flatten it.")
        raise ValidationFailed(errors=[too_deep]) from None
    return PrintedCode(python=python, yaml=yaml, problems=[])


@router.post("/parse")
async def parse_journey(body: CodeToRead, database: TheDatabase, abilities: TheAbilities) -> ReadCode:
    """Read a journey from Python or YAML. Python is looked at and never run."""
    async with database.snapshot() as session:
        catalogue = await vocabulary.read_catalogue(session, journey=body.journey, abilities=abilities)
    language: Literal["python", "yaml"] = "yaml" if body.python is None else "python"
    found = await to_thread.run_sync(read_code, body.python or body.yaml or "", language, catalogue)
    drawable = isinstance(read(found.document), JourneyDocument)
    return ReadCode(
        document=found.document, drawable=drawable, problems=[CodeProblemAnswer(**_told(one)) for one in found.problems]
    )


@router.post("/plan")
async def plan_journeys(body: JourneysAsCode, database: TheDatabase, abilities: TheAbilities) -> JourneyPlan:
    """Read what applying journeys that are kept as code would change, and how many enrollments it touches."""
    async with database.snapshot() as session:
        planned = await code_plans.plan(
            session,
            _wishes(body),
            body.migration.choices,
            publish=body.publish,
            abilities=abilities,
        )
    return _plan(planned)


def _wishes(body: JourneysAsCode) -> list[Wish]:
    names = [str(one.document.get("name")) for one in body.items]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValidationFailed(errors=[FieldProblem("items", "journey_twice", f"Two are named “{twice[0]}”.")])
    if any(not isinstance(one.document.get("name"), str) or not one.document["name"].strip() for one in body.items):
        raise ValidationFailed(errors=[FieldProblem("items", "field_missing", "Every journey needs a name.")])
    return [Wish(one.document, one.seen) for one in body.items]


def _plan(planned: Sequence[Planned]) -> JourneyPlan:
    return JourneyPlan(
        items=[
            PlannedJourney(
                name=one.name,
                action=one.action,
                journey=one.journey,
                revision=one.revision,
                version=one.version,
                changes=[JourneyDifference.model_validate(each) for each in one.changes],
                problems=[ProblemAnswer(**_told(each)) for each in one.problems],
                enrollments=one.enrollments,
                drifted_by=one.drifted_by,
            )
            for one in planned
        ]
    )


@applying.post("/apply")
async def apply_journeys(
    body: JourneysToApply, database: TheDatabase, abilities: TheAbilities, caller: Publisher, now: Now
) -> JourneyPlan:
    """Make journeys be as code has them: all of them, or none. Applying the same again does nothing.

    409 `draft_conflict` when somebody edited one on the canvas since the code last saw it.
    """
    async with database.transaction() as session:
        done = await code_plans.apply(
            session,
            _wishes(body),
            body.migration.choices,
            publish=body.publish,
            overwrite=body.overwrite,
            by=acting(caller),
            now=now,
            abilities=abilities,
        )
    return _plan(done)


def _told(problem: Problem) -> dict[str, Any]:
    return {**problem.model_dump(exclude={"sentence"}), "message": problem.sentence}
