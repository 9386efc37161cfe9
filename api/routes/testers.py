"""Who tests a journey: the list, and the link by which people put themselves on it.

GET  /try/TOKEN     asks for the e-mail address; looking changes nothing
POST /try/TOKEN     puts the profile with this address on the journey's list, and makes one where there is none
"""

from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field, TypeAdapter, ValidationError

from api import tester_page
from api.answers import Answer
from api.fields import Email
from api.routes.journeys import JourneyId
from api.security import PUBLIC, Caller, acting, staff
from api.services import Now, Services, TheDatabase, TheServices
from engine.links import ForgedLink
from engine.store import journeys as journey_store
from engine.store import testers
from engine.store.errors import UnknownJourney
from engine.store.identity import Identifiers, find_or_create
from engine.tester_links import TEST_PATH, read_test_link, sign_test_link

router = APIRouter(tags=["Journeys"])
MayEdit = Depends(staff("edit_journeys"))
Editor = Annotated[Caller, MayEdit]
TesterId = Annotated[str, Path(max_length=64, examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
Token = Annotated[str, Path(max_length=200, description="The signed token of a journey's test link.")]
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


class TestLink(Answer):
    """A link that makes whoever opens it, and says who they are, a tester of the journey."""

    __test__ = False

    url: Annotated[str, Field(examples=["https://waitline.example/try/am55XzAx…"])]


class Tester(Answer):
    """A profile that the journey lets in while it is being tested."""

    profile_id: Annotated[str, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Annotated[str | None, Field(examples=["Ada Lind"])]
    added_at: datetime
    added_by: Annotated[str, Field(examples=["Ada", "test link"])]


class TesterList(Answer):
    """Testers, the newest first."""

    items: list[Tester]


@router.get("/v1/journeys/{journey_id}/test-link", dependencies=[MayEdit])
async def get_test_link(journey_id: JourneyId, services: TheServices) -> TestLink:
    """Read the journey's test link."""
    async with services.database.snapshot() as session:
        await journey_store.read_journey(session, journey_id)
    token = sign_test_link(services.secret, journey_id)
    return TestLink(url=f"{services.settings.resolved_public_url}{TEST_PATH}{token}")


@router.get("/v1/journeys/{journey_id}/testers", dependencies=[Depends(staff("see_people"))])
async def list_testers(journey_id: JourneyId, database: TheDatabase) -> TesterList:
    """List the testers of a journey."""
    async with database.snapshot() as session:
        await journey_store.read_journey(session, journey_id)
        found = await testers.list_testers(session, journey_id)
    return TesterList(items=[Tester.model_validate(one) for one in found])


@router.put("/v1/journeys/{journey_id}/testers/{profile_id}", status_code=204)
async def add_tester(
    journey_id: JourneyId, profile_id: TesterId, database: TheDatabase, caller: Editor, now: Now
) -> Response:
    """Put a profile on the list."""
    async with database.transaction() as session:
        await testers.add_tester(session, journey_id, profile_id, by=acting(caller), now=now)
    return Response(status_code=204)


@router.delete("/v1/journeys/{journey_id}/testers/{profile_id}", status_code=204, dependencies=[MayEdit])
async def remove_tester(journey_id: JourneyId, profile_id: TesterId, database: TheDatabase) -> Response:
    """Take a profile off the list."""
    async with database.transaction() as session:
        await testers.remove_tester(session, journey_id, profile_id)
    return Response(status_code=204)


@router.get(TEST_PATH + "{token}", dependencies=[Depends(PUBLIC)], response_class=HTMLResponse, include_in_schema=False)
async def show_test_page(token: Token, services: TheServices) -> HTMLResponse:
    """Ask whoever opened the link who they are. Nothing changes by looking."""
    journey = await _journey(token, services)
    if journey is None:
        return HTMLResponse(tester_page.lost(), 404)
    return HTMLResponse(tester_page.ask(journey[1], TEST_PATH + token), headers={"Cache-Control": "no-store"})


@router.post(
    TEST_PATH + "{token}", dependencies=[Depends(PUBLIC)], response_class=HTMLResponse, include_in_schema=False
)
async def join_test(token: Token, request: Request, services: TheServices) -> HTMLResponse:
    """Put the profile with this e-mail address on the journey's list."""
    journey = await _journey(token, services)
    if journey is None:
        return HTMLResponse(tester_page.lost(), 404)
    try:
        form = dict(parse_qsl((await request.body()).decode(), max_num_fields=20))
        email = _EMAIL.validate_python(form.get("email", ""))
    except (ValidationError, ValueError):
        page = tester_page.ask(journey[1], TEST_PATH + token, problem="Type a whole e-mail address.")
        return HTMLResponse(page, 422)
    now = services.now()
    async with services.database.transaction() as session:
        found = await find_or_create(session, Identifiers(email=email), now)
        await testers.add_tester(session, journey[0], found.addressee, by=testers.BY_LINK, now=now)
    return HTMLResponse(tester_page.joined(journey[1]), headers={"Cache-Control": "no-store"})


async def _journey(token: str, services: Services) -> tuple[str, str] | None:
    """Id and name of the journey whose test link this is."""
    try:
        journey_id = read_test_link(services.secret, token)
        async with services.database.snapshot() as session:
            return journey_id, (await journey_store.read_journey(session, journey_id)).name
    except (ForgedLink, UnknownJourney):
        return None
