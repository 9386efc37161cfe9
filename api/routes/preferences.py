"""Unsubscribing: one click from the mail program (RFC 8058), and a page for everything else. No login, no script.

    GET  /u/TOKEN               the preference page; looking at it changes nothing, so scanners do no harm
    POST /u/TOKEN               List-Unsubscribe=One-Click, as mail programs send it; or one button of the page

The pages are for people, so they speak HTML also where they refuse, and stand outside the API document.

The token names a send and is signed, so it opens the preferences of the person who got that message and no others.
"""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from api import preference_page
from api.errors import MalformedRequest
from api.security import PUBLIC
from api.services import Services, TheServices
from engine.links import UNSUBSCRIBE_PATH, UNSUBSCRIBE_TARGET, ForgedLink, read_click
from engine.store import consents, unsubscribing
from engine.store.consents import Answer, Proof
from engine.store.unsubscribing import SentTo, Standing

router = APIRouter(tags=["Preferences"], dependencies=[Depends(PUBLIC)])

Token = Annotated[str, Path(max_length=200, description="The signed token of one message.")]


@router.get(UNSUBSCRIBE_PATH + "style.css", response_class=Response, include_in_schema=False)
async def get_preference_style() -> Response:
    """The page's style, as a file, because no page of ours has styles inside."""
    return Response(preference_page.STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


@router.get(UNSUBSCRIBE_PATH + "{token}", response_class=HTMLResponse, include_in_schema=False)
async def show_preferences(token: Token, services: TheServices, done: Annotated[bool, Query()] = False) -> Response:
    """Show what the person who got this message hears about and waits for. Nothing changes by looking."""
    sent = await _find(token, services)
    if sent is None:
        return HTMLResponse(preference_page.lost(), 404)
    async with services.database.snapshot() as session:
        preferences = await unsubscribing.read_preferences(session, sent.profile_id)
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return HTMLResponse(preference_page.page(sent, preferences, UNSUBSCRIBE_PATH + token, done=done), headers=headers)


@router.post(
    UNSUBSCRIBE_PATH + "{token}",
    status_code=303,
    response_class=RedirectResponse,
    include_in_schema=False,
)
async def change_preferences(token: Token, request: Request, services: TheServices) -> Response:
    """Unsubscribe by one click, or do what one button of the preference page says. Saying it again changes nothing."""
    sent = await _find(token, services)
    if sent is None:
        return HTMLResponse(preference_page.lost(), 404)
    try:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise MalformedRequest("The body is not a form; send it as application/x-www-form-urlencoded.") from None
    is_one_click = form.get("List-Unsubscribe") == "One-Click"
    ip = request.client.host if request.client else None
    proof = Proof("one_click" if is_one_click else "preference_page", ip=ip, page_url=None)
    await _carry_out(services, sent, {"unsubscribe": "1"} if is_one_click else form, proof)
    if is_one_click:
        return PlainTextResponse("You are unsubscribed.")
    return RedirectResponse(f"{UNSUBSCRIBE_PATH}{token}?done=true", 303)


async def _carry_out(services: Services, sent: SentTo, form: dict[str, str], proof: Proof) -> None:
    now = services.now()
    async with services.database.connection() as connection:
        match form:
            case {"unsubscribe": _}:
                await unsubscribing.unsubscribe(connection, sent, proof, now)
            case {"close": entry_id}:
                await unsubscribing.close_wait(connection, sent.profile_id, entry_id, now)
            case {"withdraw": which}:
                if (standing := await _standing(services, sent, which)) is not None:
                    await unsubscribing.withdraw(connection, sent, standing, proof, now)
            case {"grant": which}:
                if (standing := await _standing(services, sent, which)) is not None:
                    answer = Answer(standing.channel, topic=standing.topic)
                    await consents.record_answers(connection, sent.profile_id, [answer], proof, now)
            case _:
                raise MalformedRequest("Say what to change: press one of the page's buttons.")


async def _standing(services: Services, sent: SentTo, which: str) -> Standing | None:
    """The answer called `channel:topic`. The page offers what was answered before; its forms make nothing else up."""
    async with services.database.snapshot() as session:
        preferences = await unsubscribing.read_preferences(session, sent.profile_id)
    return next((one for one in preferences.standings if one.name == which), None)


async def _find(token: str, services: Services) -> SentTo | None:
    try:
        link = read_click(services.secret, token)
    except ForgedLink:
        return None
    if link.target != UNSUBSCRIBE_TARGET:
        return None
    async with services.database.snapshot() as session:
        return await unsubscribing.find_send(session, link.send_id)
