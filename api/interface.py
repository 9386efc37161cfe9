"""The web interface: its built files, and its one page for every address that only the browser knows.

    /assets/NAME-HASH.js     never changes: kept by browsers for a year
    /favicon.svg             may change with the next version: asked for again
    /journeys/jny_1          index.html; the interface reads the address

It answers what no route took, so an API added later, or mounted beside it, always comes first.
"""

from pathlib import Path

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

BUILT = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_NOT_PAGES = ("/v1/", "/c/", "/o/", "/u/", "/storefront/", "/shop/", "/push/", "/metrics", "/healthz", "/readyz")
_MISSING = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Waitline</title>'
    "<h1>The web interface is not built</h1>"
    "<p>The API runs. To build its pages, type <code>make ui</code> in the repository and reload this page.</p></html>"
)


class Interface:
    """Serves the interface from the folder that `make ui` fills."""

    def __init__(self, folder: Path = BUILT) -> None:
        self._folder = folder
        self._files = StaticFiles(directory=folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request that no route took.

        Raises:
            HTTPException: 404, when it is neither a file nor a page of the interface.
        """
        if scope["type"] != "http":
            raise HTTPException(404)
        response = await to_thread.run_sync(self._respond, scope)
        await response(scope, receive, send)

    def _respond(self, scope: Scope) -> Response:
        path: str = scope["path"]
        if scope["method"] not in {"GET", "HEAD"} or path.startswith(_NOT_PAGES):
            raise HTTPException(404)
        name = path.strip("/")
        if self._is_public(name):
            return self._send(name, scope, _FOREVER if name.startswith("assets/") else _ASK_AGAIN)
        if "." in name.rpartition("/")[2]:
            raise HTTPException(404)
        if not (self._folder / "index.html").is_file():
            return HTMLResponse(_MISSING, 503)
        return self._send("index.html", scope, _ASK_AGAIN)

    def _is_public(self, name: str) -> bool:
        """A file of the build, and nothing beside or above it."""
        try:
            full_path, found = self._files.lookup_path(name)
        except (OSError, ValueError):
            return False
        hidden = any(part.startswith(".") for part in Path(name).parts)
        return bool(name) and not hidden and found is not None and Path(full_path).is_file()

    def _send(self, name: str, scope: Scope, caching: str) -> Response:
        full_path, found = self._files.lookup_path(name)
        if found is None:
            raise HTTPException(404)
        response = self._files.file_response(full_path, found, scope)
        response.headers["Cache-Control"] = caching
        return response
