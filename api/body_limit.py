"""How large a request may be: refused by its declared length, and cut off at the limit when it declares none."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLarge
from api.problems import problem_response

LARGEST_BODY = 1 << 20
LARGER_BODIES: Mapping[str, int] = {"/v1/catalog/": 16 << 20, "/v1/pictures": 2 << 20, "/v1/temporal/": 4 << 20}
"""Addresses whose bodies may be larger, by the beginning of their paths."""


class BodyLimit:
    """Keeps bodies below their limit, in bytes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((size for start, size in LARGER_BODIES.items() if scope["path"].startswith(start)), LARGEST_BODY)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            await problem_response(BodyTooLarge())(scope, receive, send)
            return
        left = limit

        async def receive_within_limit() -> Message:
            nonlocal left
            message = await receive()
            if message["type"] == "http.request":
                left -= len(message.get("body", b""))
                if left < 0:
                    raise HTTPException(413)
            return message

        await self._app(scope, receive_within_limit, send)
