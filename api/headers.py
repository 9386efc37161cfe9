"""The headers that every answer carries, its language, and the last resort when a route breaks.

    request ──► Boundary ──► StorefrontCors ──► TemporalUiCors ──► BodyLimit ──► routes
                   │  security headers by area, and a problem document in place of a traceback

What a page may load depends on the area it belongs to; no policy allows inline scripts or styles. Letters in frames
have one of their own (`api.frames`).
"""

from collections.abc import Mapping
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import InternalError, MalformedRequest
from api.languages.asked import answering
from api.problems import problem_response

_log: Any = structlog.get_logger(__name__)

_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_INTERFACE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PREFERENCES = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_SHOP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_STOREFRONT = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-ancestors 'none'"

POLICIES: Mapping[str, str] = {
    "/v1/": _CLOSED,
    "/c/": _CLOSED,
    "/o/": _CLOSED,
    "/u/": _PREFERENCES,
    "/pictures/": _CLOSED,
    "/healthz": _CLOSED,
    "/readyz": _CLOSED,
    "/metrics": _CLOSED,
    "/shop": _SHOP,
    "/storefront/": _STOREFRONT,
    "/": _INTERFACE,
}
"""Content-Security-Policy by the beginning of the path; the first that fits counts. The service worker's own requests
follow the policy that its script was served with, which is why the storefront may connect."""

CROSS_ORIGIN = (
    "/storefront/",
    "/v1/storefront/",
    "/v1/waitlist",
    "/v1/push-subscriptions",
    "/v1/projects/",
)
"""What a shop on another origin calls from its pages, by the beginnings of its paths."""

TRACKING = frozenset(
    f"/v1/{path}"
    for name in ("track", "identify", "page", "screen", "group", "alias", "batch")
    for path in (name, name[0])
)
"""The tracking calls, by their whole paths."""

TEMPORAL_UI = "/v1/temporal/"
"""What the pages of Temporal's UI call, by the beginning of its paths."""

_UNSTORABLE = "The address holds a NUL character, which nothing here is named with; leave it out."


class Boundary:
    """The outermost layer: security headers on every answer, in the language asked for, and no traceback in any."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        respond = self._app if _is_storable(scope) else problem_response(MalformedRequest(_UNSTORABLE))

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        with answering(scope):
            try:
                await respond(scope, receive, send_with_headers)
            except Exception:
                _log.exception("request_failed", method=scope["method"], route=_route_of(scope))
                if started:
                    raise
                await problem_response(InternalError())(scope, receive, send_with_headers)

    def _add_headers(self, headers: MutableHeaders, path: str) -> None:
        policy = next(policy for start, policy in POLICIES.items() if path.startswith(start))
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        cross_origin = _crosses(path)
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if cross_origin else "same-origin")
        if not cross_origin:
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            headers.setdefault("X-Frame-Options", "DENY")
        if path.startswith("/v1/"):
            headers.setdefault("Cache-Control", "no-store")
        if self._secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")


class StorefrontCors:
    """Lets pages of any shop call the storefront's addresses, and those only. No cookies are involved there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            max_age=86_400,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, with CORS where it belongs."""
        crosses = scope["type"] == "http" and _crosses(scope["path"])
        await (self._open if crosses else self._app)(scope, receive, send)


class TemporalUiCors:
    """Lets the pages of Temporal's UI, on the one origin that was set, call what is theirs with the cookie."""

    def __init__(self, app: ASGIApp, *, origin: str | None) -> None:
        self._app = app
        self._open: ASGIApp = app
        if origin is not None:
            self._open = CORSMiddleware(
                app,
                allow_origins=[origin],
                allow_credentials=True,
                allow_methods=["POST"],
                allow_headers=["Content-Type", "X-Namespace"],
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, with CORS where it belongs."""
        is_theirs = scope["type"] == "http" and scope["path"].startswith(TEMPORAL_UI)
        await (self._open if is_theirs else self._app)(scope, receive, send)


def _crosses(path: str) -> bool:
    return path in TRACKING or path.startswith(CROSS_ORIGIN)


def _is_storable(scope: Scope) -> bool:
    """Whether path and query are free of NUL characters, which no text in a database may hold."""
    return "\x00" not in scope["path"] and b"%00" not in scope["query_string"]


def _route_of(scope: Scope) -> str:
    """The route's template rather than the path, which may hold what identifies a person."""
    return str(getattr(scope.get("route"), "path", "unknown"))
