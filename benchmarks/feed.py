"""Importing a product feed: `python -m benchmarks.feed [items] [--postgres]`.

A feed of 20,000 items (or `items`) as shops write them, fetched over HTTP and imported three times: new, unchanged, and
with one item in a hundred changed. Prints seconds, and seconds of CPU of the process that imports, beside the bar.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from activities.feed_tasks import FeedTask
from activities.feeds import FeedImporter
from api.collector import calm_the_collector
from benchmarks.bars import Bars
from engine.store import sources
from engine.store.database import Database
from engine.store.schema import upgrade
from tests.postgres import PostgresServer

SOURCE = "Shop"
BAR_SECONDS = 5.0
"""For the first import of 20,000 items."""
HEAD = '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>'
ITEM = """<item><g:id>SKU-{n}</g:id><g:item_group_id>PRODUCT-{group}</g:item_group_id>
<title>Fjell jacket {group}</title><description>A jacket for every weather, number {group}.</description>
<link>https://shop.example/p/{group}?v={n}</link><g:image_link>https://shop.example/i/{group}.jpg</g:image_link>
<g:price>{price}.90 EUR</g:price><g:availability>in_stock</g:availability><g:quantity>{units}</g:quantity>
<g:brand>Fjell</g:brand><g:gtin>{gtin}</g:gtin><g:color>red</g:color><g:size>M</g:size><g:condition>new</g:condition>
<g:product_type>Outdoor &gt; Jackets</g:product_type></item>
"""


def feed(items: int, *, dearer: int = 0) -> bytes:
    """A feed with four variants a product; every `dearer`th item costs more than it did."""
    written = (
        ITEM.format(
            n=number,
            group=number // 4,
            price=60 if dearer and number % dearer == 0 else 49,
            units=number % 40 + 1,
            gtin=4_000_000_000_000 + number,
        )
        for number in range(items)
    )
    return f"{HEAD}{''.join(written)}</channel></rss>".encode()


@asynccontextmanager
async def serving(files: dict[str, bytes]) -> AsyncGenerator[str]:
    """A web server with these files; its address."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=files[request.path])

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def measure(url: str, items: int) -> list[tuple[str, int, float, float]]:
    """Import three times: what it was, how many items had changed, seconds, and seconds of CPU."""
    database = Database(url)
    await upgrade(database)
    importer = FeedImporter(database, lambda: datetime.now(UTC), retention=timedelta(days=90), allow_private=True)
    files = {"/same.xml": feed(items), "/changed.xml": feed(items, dearer=100)}
    found: list[tuple[str, int, float, float]] = []
    async with serving(files) as address:
        for name, file in (("new", "same"), ("unchanged", "same"), ("one in 100 changed", "changed")):
            async with database.transaction() as session:
                source = await sources.ensure_source(session, SOURCE, datetime.now(UTC), "feed")
                settings = {"currency": "EUR", "feed": {"url": f"{address}/{file}.xml"}}
                await sources.change_source(session, source.id, settings=settings)
            wall, cpu = time.perf_counter(), time.process_time()
            report = await importer.import_feed(FeedTask(source=source.id))
            found.append((name, report.changed, time.perf_counter() - wall, time.process_time() - cpu))
            assert report.items == items
    await database.close()
    return found


async def main() -> int:
    """Run what was asked for; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=int, nargs="?", default=20_000)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    calm_the_collector()  # as the worker does
    bars = Bars(f"a feed of {options.items:,} items")
    with tempfile.TemporaryDirectory(prefix="waitline-feed-") as folder, ExitStack() as stack:
        urls = {"SQLite": f"sqlite+aiosqlite:///{Path(folder) / 'waitline.db'}"}
        if options.postgres:
            urls["PostgreSQL"] = stack.enter_context(PostgresServer(synced=True)).new_database()
        for database, url in urls.items():
            for name, changed, wall, cpu in await measure(url, options.items):
                bars.at_most(
                    f"{database}: {name} ({changed:,} written)", wall, BAR_SECONDS * options.items / 20_000, "s"
                )
                bars.told(f"{database}: {name}, CPU", cpu, "s")
    return bars.show()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
