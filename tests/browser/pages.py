"""A shop's page with nothing on it but a buy button and the widget, on an origin of its own."""

from html import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.fakes.storefront_api import WRITE_KEY


def plain_shop(api: str) -> Starlette:
    """``/?sku=…&lang=…`` shows the widget of ``api``; other query parameters become data attributes of its tag."""

    async def page(request: Request) -> Response:
        query = dict(request.query_params)
        language = query.pop("lang", "en")
        attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in query.items())
        return HTMLResponse(
            f"""<!doctype html><html lang="{language}"><title>Shop</title><body><main>
            <button id="buy">Pre-order</button>
            <script src="{api}/storefront/widget.js" data-key="{WRITE_KEY}" {attributes} async></script>
            <p id="after">Free shipping</p></main></body></html>"""
        )

    async def worker(_: Request) -> Response:
        return Response(f'importScripts("{api}/storefront/service-worker.js");', media_type="text/javascript")

    return Starlette(routes=[Route("/", page), Route("/waitline-sw.js", worker)])
