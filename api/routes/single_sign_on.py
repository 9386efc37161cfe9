"""The way to the provider of single sign-on and back. Browsers follow it, so that what fails is said by a page."""

import hmac
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import NotFound
from api.oidc import FLOW_LIFETIME, Claims, Flow, SignOnFailed, SingleSignOn
from api.routes.session import caller_of, is_secure, set_session_cookie
from api.security import PUBLIC
from api.services import Services, TheServices
from engine.store import staff as staff_store

START_PATH = "/v1/session/oidc"
CALLBACK_PATH = f"{START_PATH}/callback"
FLOW_COOKIE = "waitline_sign_on"
router = APIRouter(tags=["Session"])
_log: Any = structlog.get_logger(__name__)
Said = Annotated[str | None, Query(max_length=4_000)]


@router.get(START_PATH, dependencies=[Depends(PUBLIC)], include_in_schema=False)
async def go_to_provider(request: Request, services: TheServices) -> RedirectResponse:
    """Send the browser to the provider."""
    services.sign_in_attempts.count(caller_of(request))
    flow = Flow.begin()
    try:
        answer = RedirectResponse(await _provider(services).address(flow), 303)
    except SignOnFailed as failure:
        return _refused(services, "provider_failed", failure)
    answer.set_cookie(
        FLOW_COOKIE,
        flow.sealed(services.secret, services.now()),
        max_age=int(FLOW_LIFETIME.total_seconds()),
        path=START_PATH,
        httponly=True,
        samesite="lax",
        secure=is_secure(services),
    )
    return answer


@router.get(CALLBACK_PATH, dependencies=[Depends(PUBLIC)], include_in_schema=False)
async def come_from_provider(
    request: Request, services: TheServices, code: Said = None, state: Said = None, error: Said = None
) -> RedirectResponse:
    """Let the person in whom the provider names, when she is one of us."""
    provider = _provider(services)
    flow = Flow.opened(request.cookies.get(FLOW_COOKIE, ""), services.secret, services.now())
    if flow is None or not hmac.compare_digest((state or "").encode(), flow.state.encode()):
        return _refused(services, "took_too_long")
    if error is not None or code is None:
        return _refused(services, "provider_refused")
    try:
        claims = await provider.claims(code, flow)
    except SignOnFailed as failure:
        return _refused(services, "provider_failed", failure)
    async with services.database.transaction() as session:
        staff_id = await _whom(session, claims, trusted=services.settings.oidc_trusts_addresses)
        if staff_id is None:
            return _refused(services, "not_a_member")
        _, cookie = await staff_store.open_session(session, staff_id, way="oidc", now=services.now())
    answer = RedirectResponse("/journeys", 303)
    set_session_cookie(answer, services, cookie)
    answer.delete_cookie(FLOW_COOKIE, path=START_PATH)
    return answer


async def _whom(session: AsyncSession, claims: Claims, *, trusted: bool) -> str | None:
    """The member whom the provider names. Her address counts once, and only if the provider has verified it."""
    known = await staff_store.find_by_identity(session, claims.identity)
    if known is not None:
        return known.id
    if claims.email is None or not (claims.is_verified or trusted):
        return None
    person = await staff_store.find_by_email(session, claims.email)
    if person is None or person.oidc_identity is not None:
        return None
    await staff_store.keep_identity(session, person.id, claims.identity)
    return person.id


def _provider(services: Services) -> SingleSignOn:
    if services.single_sign_on is None:
        raise NotFound("There is no single sign-on here; sign in with your password or a link.")
    return services.single_sign_on


def _refused(services: Services, code: str, failure: SignOnFailed | None = None) -> RedirectResponse:
    """Back to the sign-in page, which says it in words; what the provider did wrong is for whoever runs this."""
    _log.warning("sign_on.refused", code=code, why=failure and str(failure))
    answer = RedirectResponse(f"/sign-in?refused={quote(code)}", 303)
    answer.delete_cookie(FLOW_COOKIE, path=START_PATH, secure=is_secure(services))
    return answer
