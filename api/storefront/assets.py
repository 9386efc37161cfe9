"""Serve the storefront's scripts, from any shop's page and without credentials."""

from collections.abc import Callable, Coroutine
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

SCRIPTS = Path(__file__).parent / "scripts"
NAMES = ("widget.js", "panel.js", "service-worker.js")


def storefront_assets() -> APIRouter:
    """Routes of ``/storefront/widget.js``, ``panel.js`` and ``service-worker.js``; anybody may call them.

    Shops on other origins load them as scripts, as a module and by ``importScripts``, hence the CORS header. They are
    revalidated at each use: an update reaches every shop within one page view.
    """
    router = APIRouter(prefix="/storefront", tags=["storefront"])
    for name in NAMES:
        router.add_api_route(f"/{name}", _serve(SCRIPTS / name), methods=["GET"], include_in_schema=False)
    return router


def _serve(script: Path) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    content = script.read_bytes()
    etag = f'"{sha256(content).hexdigest()[:20]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }

    async def serve(request: Request) -> Response:
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="text/javascript", headers=headers)

    return serve
