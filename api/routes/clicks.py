"""Click links, one redirect from a message to where it leads, counted on the way; and the picture of opens."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.exc import DBAPIError

from api.errors import LinkUnknown
from api.programs import program_behind
from api.security import PUBLIC
from api.services import Services, TheServices
from engine.links import CLICK_PATH, OPEN_PATH, OPEN_TARGET, ForgedLink, read_click
from engine.store import clicks as click_store
from engine.store.clicks import SentLink

router = APIRouter(tags=["Clicks"], dependencies=[Depends(PUBLIC)])
_log: Any = structlog.get_logger(__name__)

Token = Annotated[str, Path(max_length=200, description="The signed token of one link of one message.")]
_PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
_SORRY = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Link not found</title>'
    "<h1>This link does not work any more</h1>"
    "<p>It may have been cut in two on its way. Open it again from the message that it came with.</p></html>"
)


@router.get(
    CLICK_PATH + "{token}",
    status_code=302,
    response_class=RedirectResponse,
    responses={302: {"description": "To where the link leads."}, 404: {"description": "The link is not one of ours."}},
)
async def follow_link(token: Token, request: Request, services: TheServices) -> Response:
    """Follow a link of a message. The click is recorded, once for each time it is followed by a person."""
    return await _follow(token, request, services)


@router.get(
    OPEN_PATH + "{token}.gif",
    response_class=Response,
    responses={200: {"description": "An invisible picture.", "content": {"image/gif": {}}}},
)
async def take_open(token: Token, request: Request, services: TheServices) -> Response:
    """Serve the invisible picture of an e-mail, and note that it was opened. Whatever the token, a picture comes."""
    try:
        opened = read_click(services.secret, token)
    except ForgedLink:
        opened = None
    if opened is not None and opened.target == OPEN_TARGET:
        try:
            async with services.database.connection() as connection:
                program = program_behind(request)
                await click_store.record_open(connection, opened.send_id, program, services.now())
        except DBAPIError:
            _log.exception("open_not_recorded", send=opened.send_id)
    return Response(_PIXEL, media_type="image/gif", headers={"Cache-Control": "no-store, private"})


@router.head(CLICK_PATH + "{token}", include_in_schema=False)
async def check_link(token: Token, request: Request, services: TheServices) -> Response:
    """Say where a link leads without counting a click."""
    return await _follow(token, request, services)


async def _follow(token: str, request: Request, services: Services) -> Response:
    link = await _find(token, services)
    if link is None:
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(_SORRY, 404)
        raise LinkUnknown
    try:
        await _record(link, program_behind(request), services)
    except DBAPIError:
        # A person who wants to buy must not be stopped because we could not count them.
        _log.exception("click_not_recorded", send=link.send_id, target=link.target)
    return RedirectResponse(link.url, 302, headers={"Cache-Control": "no-store"})


async def _find(token: str, services: Services) -> SentLink | None:
    try:
        click = read_click(services.secret, token)
    except ForgedLink:
        return None
    async with services.database.snapshot() as session:
        return await click_store.find_link(session, click.send_id, click.target)


async def _record(link: SentLink, program: str | None, services: Services) -> None:
    now = services.now()
    async with services.database.connection() as connection:
        if program is None:
            await click_store.record_click(connection, link, now)
        else:
            await click_store.record_check(connection, link, program, now)
