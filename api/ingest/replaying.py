"""Dead letters, tried again as of when they came: inventory items, tracking calls and webhooks of shops."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from api.ingest.inventory import ITEM, parse_item
from api.ingest.shop_report import take_report
from api.ingest.shop_webhooks import SHOP, SHOPS, read_report
from api.ingest.tracking import CALL, parse_calls
from engine.store import deadletters, intake, interest, sources, stock
from engine.store.deadletters import KeptLetter
from engine.store.statements import Executor


async def replay(
    executor: Executor, letters: Sequence[KeptLetter], *, retention: timedelta | None, now: datetime
) -> list[str]:
    """Try these again; the ids of those that could be used, which are closed now."""
    used = [letter.id for letter in letters if await _is_usable(executor, letter, retention, now)]
    await deadletters.resolve(executor, used, now)
    return used


async def _is_usable(executor: Executor, letter: KeptLetter, retention: timedelta | None, now: datetime) -> bool:
    if SHOP in letter.payload:
        return await _replay_webhook(executor, letter, retention, now)
    if CALL in letter.payload:
        calls = parse_calls([letter.payload[CALL]], None, letter.received_at)
        await intake.take_in(executor, calls.usable, source_id=letter.source_id, retention=retention, now=now)
        return bool(calls.usable)
    reading = parse_item(letter.payload.get(ITEM), letter.received_at)
    if reading is None:
        return False
    observed = await stock.observe_all(
        executor, [reading], source_id=letter.source_id, delivery_id=letter.delivery_id, now=now
    )
    await interest.notice_sold_out(executor, observed, retention=retention, now=now)
    return observed[0] is not None


async def _replay_webhook(executor: Executor, letter: KeptLetter, retention: timedelta | None, now: datetime) -> bool:
    payload = letter.payload
    source = await sources.find_source(executor, letter.source_id)
    body: Any = payload.get("body")
    fields: Mapping[str, Any] = cast("Mapping[str, Any]", body) if isinstance(body, dict) else {}
    report = read_report(SHOPS[payload[SHOP]], payload["topic"], fields, payload.get("domain"), source)
    if report.unusable:
        return False
    async with executor.begin_nested() as attempt:
        receipt = await take_report(
            executor, report, source, delivery_id=letter.delivery_id or letter.id, retention=retention, now=now
        )
        if receipt.dead_lettered:
            await attempt.rollback()
    return receipt.dead_lettered == 0
