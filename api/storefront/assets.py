"""Serve the storefront's scripts, to any shop's page and without credentials.

Shops on other origins load them as a script, as a module and by ``importScripts``, hence the CORS header. They are
revalidated at each use: an update reaches every shop within one page view.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Depends, Request, Response

from api.security import PUBLIC

SCRIPTS = Path(__file__).parent / "scripts"
HEADERS = {
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

router = APIRouter(prefix="/storefront", dependencies=[Depends(PUBLIC)], include_in_schema=False)


@router.get("/widget.js")
async def serve_widget(request: Request) -> Response:
    """The one script tag."""
    return _serve("widget.js", request)


@router.get("/panel.js")
async def serve_panel(request: Request) -> Response:
    """What the widget loads once a shopper wants to ask."""
    return _serve("panel.js", request)


@router.get("/pages.js")
async def serve_pages(request: Request) -> Response:
    """What the widget loads where it tells of the shop's pages."""
    return _serve("pages.js", request)


@router.get("/service-worker.js")
async def serve_service_worker(request: Request) -> Response:
    """What a shop's own service worker file imports."""
    return _serve("service-worker.js", request)


def _serve(name: str, request: Request) -> Response:
    content, etag = _script(name)
    headers = HEADERS | {"ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/javascript", headers=headers)


@lru_cache(maxsize=8)
def _script(name: str) -> tuple[bytes, str]:
    content = (SCRIPTS / name).read_bytes()
    return content, f'"{sha256(content).hexdigest()[:20]}"'
