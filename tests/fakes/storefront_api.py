"""The storefront's side of Waitline's HTTP contract, in memory: what the widget and the service worker talk to.

A test sets what is available and what the offer is, opens a page with the widget, and reads what was posted. For the
widget's own behaviour only; whether the real API holds the same contract is shown by the tests on the whole stack.
"""

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from starlette.routing import Route

from api.storefront import assets
from api.storefront.offer import StorefrontConfig

WRITE_KEY = "wk_test"
PAGE_SAYS = {
    "source": "My Shop",
    "sku": "JACKET-M",
    "product_id": "jacket",
    "name": "Wool jacket",
    "description": "Warm when wet.",
    "url": "https://shop.example/products/jacket",
    "image_url": "https://shop.example/jacket.jpg",
    "price": {"amount": "129.90", "currency": "EUR"},
}
"""What the widget tells of the page of a jacket."""


@dataclass
class StorefrontDouble:
    """One shop's offer, its variants' stock, and every request that came in."""

    config: StorefrontConfig
    available: dict[str, bool] = field(default_factory=dict)
    waitlist: list[dict[str, Any]] = field(default_factory=list)
    push_subscriptions: list[dict[str, Any]] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    refused_field: str | None = None

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
        app.include_router(assets.router)
        app.router.routes += [
            Route("/v1/storefront/config", self._config),
            Route("/v1/storefront/variants/{sku}", self._variant),
            Route("/v1/storefront/pages", self._page, methods=["POST"]),
            Route("/v1/track", self._call, methods=["POST"]),
            Route("/v1/page", self._call, methods=["POST"]),
            Route("/v1/waitlist", self._wait, methods=["POST"]),
            Route("/v1/push-subscriptions", self._subscribe, methods=["POST"]),
            Route("/v1/webhooks/inventory/{source}", self._webhook, methods=["POST"]),
        ]
        return app

    async def _config(self, request: Request) -> Response:
        return self._guard(request) or JSONResponse(self.config.model_dump(mode="json"))

    async def _variant(self, request: Request) -> Response:
        sku = request.path_params["sku"]
        if sku not in self.available:
            return JSONResponse({"title": "Unknown variant", "status": 404}, 404)
        state = {"sku": sku, "title": sku[-1], "product_title": "Wool jacket", "available": self.available[sku]}
        return self._guard(request) or JSONResponse(state | {"url": f"/products/{sku}", "image_url": None})

    async def _page(self, request: Request) -> Response:
        if refusal := self._guard(request):
            return refusal
        self.pages.append(await request.json())
        return JSONResponse({"sku": "JACKET-M", "is_new": True}, 202)

    async def _call(self, request: Request) -> Response:
        if refusal := self._guard(request):
            return refusal
        self.calls.append({"call": request.url.path.rpartition("/")[2], **await request.json()})
        return JSONResponse({"success": True, "accepted": 1, "new": 1, "dead_lettered": 0})

    async def _wait(self, request: Request) -> Response:
        if refusal := self._guard(request):
            return refusal
        if self.refused_field:
            errors = [{"field": self.refused_field, "code": "invalid", "detail": "It is not valid."}]
            return JSONResponse({"title": "Invalid", "status": 422, "errors": errors}, 422)
        self.waitlist.append(await request.json())
        return JSONResponse({"id": "w1", "state": "pending"}, 201)

    async def _subscribe(self, request: Request) -> Response:
        if refusal := self._guard(request):
            return refusal
        self.push_subscriptions.append(await request.json())
        return JSONResponse({"id": "s1"}, 201)

    async def _webhook(self, request: Request) -> Response:
        self.webhooks.append((dict(request.headers), await request.body()))
        report = await request.json()
        self.available[report["sku"]] = report["on_hand"] > 0
        return JSONResponse({"delivery_id": "d1", "accepted": 1, "dead_lettered": 0, "duplicate": False}, 202)

    def _guard(self, request: Request) -> Response | None:
        if request.headers.get("authorization") == f"Bearer {WRITE_KEY}":
            return None
        return JSONResponse({"title": "No write key", "status": 401}, 401)
