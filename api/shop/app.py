"""The shop's pages and its stock drawer, as one ASGI application whose paths all begin with ``/shop``."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from api.shop.catalog import PRODUCTS, ShopProduct, ShopVariant, find_product, find_variant, initial_stock
from api.shop.pictures import DRAWINGS
from api.shop.stock import ShopStock, WebhookFailed

HERE = Path(__file__).parent
MOST_ON_HAND = 10_000


class StockChange(BaseModel):
    """What the shop keeper's drawer sends."""

    model_config = ConfigDict(strict=True, extra="forbid")

    on_hand: int = Field(ge=0, le=MOST_ON_HAND)


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant as a page shows it."""

    sku: str
    title: str
    on_hand: int
    swatch: str

    @property
    def sold_out(self) -> bool:
        """Whether nothing is left to buy."""
        return self.on_hand == 0


def create_shop(
    *,
    base_url: str,
    write_key: str,
    webhook_secret: str,
    source: str = "demo-shop",
    browser_base_url: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Starlette:
    """Build the shop. Its server talks to Waitline at ``base_url``, its pages load the widget from ``browser_base_url``
    (empty: from the shop's own origin, as under ``waitline up``). Inside another application, add its ``routes``.
    """
    stock = ShopStock(
        initial_stock(),
        base_url=base_url,
        source=source,
        write_key=write_key,
        webhook_secret=webhook_secret,
        now=now,
    )
    shop = Shop(stock, write_key=write_key, widget_base=browser_base_url.rstrip("/"))
    return Starlette(
        routes=[
            Route("/shop", shop.show_front),
            Route("/shop/products/{handle}", shop.show_product),
            Route("/shop/pictures/{sku}.svg", shop.draw_picture),
            Route("/shop/stock/{sku}", shop.change_stock, methods=["PUT"]),
            Route("/shop/waitline-sw.js", shop.serve_worker),
            Mount("/shop/assets", StaticFiles(directory=HERE / "assets")),
        ]
    )


class Shop:
    """The shop's request handlers."""

    def __init__(self, stock: ShopStock, *, write_key: str, widget_base: str) -> None:
        self._stock = stock
        self._widget_base = widget_base
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            enable_async=True,
        )
        self._templates.filters["euro"] = _euro
        self._write_key = write_key

    async def show_front(self, _: Request) -> Response:
        """The front page: every product."""
        levels = await self._stock.levels([variant.sku for product in PRODUCTS for variant in product.variants])
        cards = [(product, _choices(product, levels)) for product in PRODUCTS]
        return await self._page("front.html", cards=cards, keeper=cards)

    async def show_product(self, request: Request) -> Response:
        """A product's page, with the variant of the address selected, or else the first that can be bought."""
        product = find_product(request.path_params["handle"])
        if product is None:
            return await self._page("missing.html", 404, keeper=[])
        choices = _choices(product, await self._stock.levels([variant.sku for variant in product.variants]))
        wanted = request.query_params.get("variant")
        first = next((choice for choice in choices if not choice.sold_out), choices[0])
        selected = next((choice for choice in choices if choice.sku == wanted), first)
        return await self._page(
            "product.html",
            product=product,
            choices=choices,
            selected=selected,
            states=[asdict(choice) for choice in choices],
            keeper=[(product, choices)],
        )

    async def draw_picture(self, request: Request) -> Response:
        """A variant's picture in its colour. Letters show it, too, and the frame of a letter is of no origin."""
        found = find_variant(request.path_params["sku"])
        if found is None:
            return PlainTextResponse("There is no such picture.", 404)
        product, variant = found
        drawn = DRAWINGS[product.drawing](_name(product, variant), variant.dye)
        headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(drawn, media_type="image/svg+xml", headers=headers)

    async def change_stock(self, request: Request) -> Response:
        """Set one variant's stock, as the drawer asks. JSON only, which no form on another site can send unasked."""
        sku = request.path_params["sku"]
        if request.headers.get("content-type", "").partition(";")[0] != "application/json" or not find_variant(sku):
            return JSONResponse({"problem": "There is no such variant."}, 404)
        try:
            change = StockChange.model_validate_json(await request.body())
        except ValidationError:
            return JSONResponse({"problem": f"A stock level is a whole number from 0 to {MOST_ON_HAND}."}, 422)
        try:
            delivery = await self._stock.set_level(sku, change.on_hand)
        except WebhookFailed as failure:
            return JSONResponse({"problem": str(failure)}, 502)
        return JSONResponse({"sku": sku, "on_hand": change.on_hand, "delivery_id": delivery})

    async def serve_worker(self, _: Request) -> Response:
        """The service worker file that a shop serves itself: one line that imports Waitline's."""
        line = f'importScripts("{self._widget_base}/storefront/service-worker.js");\n'
        return Response(line, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def _page(self, template: str, status: int = 200, **context: Any) -> Response:
        shared = {"write_key": self._write_key, "widget_base": self._widget_base}
        html = await self._templates.get_template(template).render_async(context | shared)
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def _choices(product: ShopProduct, levels: Mapping[str, int]) -> list[Choice]:
    return [Choice(variant.sku, variant.title, levels[variant.sku], variant.dye.base) for variant in product.variants]


def _name(product: ShopProduct, variant: ShopVariant) -> str:
    return f"{product.title}, {variant.title}"


def _euro(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"€ {whole}.{rest:02}" if rest else f"€ {whole}"
