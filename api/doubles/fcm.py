"""Firebase Cloud Messaging, as a sender sees it: Google's token endpoint, and `messages:send` of its HTTP v1 API.

    POST /token                                   a token for a signed assertion (RFC 7523)
    POST /v1/projects/{project}/messages:send     caught, for a device whose token it does not refuse

A device whose token begins with `gone` is unregistered (404). Nothing else is refused that Firebase would take.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.doubles import OnCaught
from engine.store.inbox import CaughtMessage

GONE_PREFIX = "gone"
TOKEN_SECONDS = 3_600
_FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"


class FcmDouble:
    """One Firebase project. Assertions are checked against the public half of its service account's key."""

    def __init__(self, project: str, public_key: Any, on_push: OnCaught, *, clock: Callable[[], datetime]) -> None:
        self._project = project
        self._public_key = public_key
        self._on_push = on_push
        self._clock = clock
        self._tokens: set[str] = set()
        self.app = Starlette(
            routes=[
                Route("/token", self._grant, methods=["POST"]),
                Route("/v1/projects/{project}/messages:send", self._send, methods=["POST"]),
            ]
        )

    async def _grant(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        try:
            jwt.decode(
                form.get("assertion", [""])[0],
                self._public_key,
                algorithms=["RS256"],
                options={"verify_aud": False, "require": ["iss", "scope", "aud", "exp"]},
            )
        except jwt.PyJWTError as error:
            return JSONResponse({"error": "invalid_grant", "error_description": str(error)}, status_code=400)
        token = secrets.token_urlsafe(32)
        self._tokens.add(token)
        return JSONResponse({"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"})

    async def _send(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self._tokens:
            return _problem(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if request.path_params["project"] != self._project:
            return _problem(404, "NOT_FOUND", "Requested entity was not found.")
        message: dict[str, Any] = (await request.json())["message"]
        device, notification = str(message["token"]), message.get("notification", {})
        if device.startswith(GONE_PREFIX):
            return _problem(404, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED")
        await self._on_push(
            CaughtMessage(
                "mobile_push",
                device,
                self._project,
                notification.get("title"),
                "\n\n".join(filter(None, (notification.get("body"), message.get("data", {}).get("link")))),
                None,
                message,
                self._clock(),
            )
        )
        return JSONResponse({"name": f"projects/{self._project}/messages/{secrets.token_hex(8)}"})


def utc_now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


def _problem(status: int, word: str, message: str, code: str | None = None) -> JSONResponse:
    details = [] if code is None else [{"@type": _FCM_ERROR, "errorCode": code}]
    error = {"code": status, "message": message, "status": word, "details": details}
    return JSONResponse({"error": error}, status_code=status)
