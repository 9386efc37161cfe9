"""The story behind ten calls to support: real workers live it, and leave behind what the answers are read from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from activities.errors import PermanentDeliveryFailure
from engine.journey.splits import place
from engine.store import lifecycle, waitlist
from engine.store.statements import core
from engine.store.tables import InboundDelivery, Profile, Release
from engine.store.waitlist import Closing
from tests.builders import journey, node
from tests.stack import until
from tests.workflows.stage import Stage

JOURNEY = "jny_test"
KEPT_OUT = next(f"hal{number}" for number in range(1_000) if place(JOURNEY, "keep", f"prf_hal{number}") < 500)
PEOPLE = ("tess", "nora", "cora", "quin", "boas", "exie", "wend", "otto", "soli", "paul", "rosa")


@dataclass(frozen=True)
class Call:
    """Who calls about which restock, and what she must be told: the finding that decided, and values that it read."""

    name: str
    sku: str
    reason: str
    question: str
    sentence: str
    read: Mapping[str, Any]


CALLS = (
    Call("nora", "M", "no_consent", "guard", "had never agreed to Push", {"topic": "back_in_stock"}),
    Call("wend", "M", "other_variant", "waiting", "was waiting for Linen shirt, Large", {"state": "pending"}),
    Call("soli", "S", "sold_out_before_turn", "line", "1 stood before", {"ahead": 1, "released": 1}),
    Call("cora", "M", "journey_cap", "guard", "1 messages of this journey within 30 days", {"counted": 1}),
    Call("quin", "M", "quiet_hours", "guard", "quiet hours for the person (Etc/GMT-12)", {"zone": "Etc/GMT-12"}),
    Call("boas", "M", "purchased", "waiting", "had bought it already", {"state": "purchased"}),
    Call("exie", "M", "interest_expired", "waiting", "as long as a wait lasts: 90 days", {"state": "expired"}),
    Call(KEPT_OUT, "M", "held_out", "passage", "is in the holdout", {"node": "keep"}),
    Call("paul", "XL", "journey_paused", "open", "The jacket's picture is wrong", {"changed_by": "Ada"}),
    Call("rosa", "XXL", "provider_refused", "provider", "410 no such endpoint", {"reason": "rejected"}),
)


async def live(stage: Stage) -> None:
    """Live through all of it."""
    now = stage.clock()
    quiet = {
        "opens": f"{now + timedelta(hours=9):%H:%M}",
        "closes": f"{now + timedelta(hours=14):%H:%M}",
        "mode": "drop",
    }
    settings = {
        "release": {"per_unit": 1},
        "guardrails": {"caps": [{"limit": 1, "window": "P30D"}], "quiet_hours": quiet},
    }
    shape = journey(
        node("keep", "holdout", share=5),
        node("push", "message", channel="web_push", message="push"),
        paths=["entry > keep > push", "push.sent > done", "push.not_sent > done"],
        settings=settings,
    )
    await stage.publish(shape)
    async with stage.database.connection() as connection:
        delivery = {"source_id": stage.shop.source, "delivery_id": "dlv_1", "received_at": now, "accepted": 1}
        await connection.execute(insert(core(InboundDelivery)), delivery)
    await stage.shop.add_variants(XS="Tiny", XL="Big", XXL="Huge")
    for name in PEOPLE:
        await stage.person(name, consent=name != "nora")
    await stage.person(KEPT_OUT)
    async with stage.database.connection() as connection:
        table = core(Profile)
        await connection.execute(
            update(table).where(table.c.id == "prf_quin").values(timezone="Etc/GMT-12", updated_at=now)
        )

    await stage.waits("cora", "XS")
    await stage.restock("XS", 5)
    await stage.finish("cora")

    async with stage.database.connection() as connection:  # exie began to wait 91 days ago
        wish = waitlist.Wish("prf_exie", "var_M", since=now - timedelta(days=91))
        await waitlist.open_entry(connection, wish, retention=timedelta(days=90), now=now - timedelta(days=91))
        await waitlist.expire_due(connection, stage.clock())
    for name in ("tess", "nora", "cora", "quin", "boas", KEPT_OUT):
        await stage.waits(name, "M")
    await stage.waits("wend", "L")
    async with stage.database.connection() as connection:
        await waitlist.close_waits(connection, "prf_boas", "var_M", Closing("purchased", stage.clock()))
    await stage.restock("M", 50)
    for name in ("tess", "nora", "cora", "quin", KEPT_OUT):
        await stage.finish(name)

    for name in ("otto", "soli"):
        await stage.waits(name, "S")
    await stage.shop.stock("S", 1, now=stage.clock())
    await stage.route()

    async def is_held() -> bool:
        return [row["status"] for row in await stage.rows(Release, variant_id="var_S")] == ["holding"]

    await until(is_held, "the release of the only S")
    await stage.stands("otto", "done", status="ended")
    await stage.restock("S", 0)

    await stage.waits("paul", "XL")
    await _change(stage, "paused", "The jacket's picture is wrong")
    await stage.shop.stock("XL", 5, now=stage.clock())
    await stage.route()
    await _change(stage, "active", "The picture is right again")

    await stage.waits("rosa", "XXL")
    stage.push.failures.append(PermanentDeliveryFailure("rejected", "410 no such endpoint"))
    await stage.restock("XXL", 5)
    await stage.finish("rosa")


async def _change(stage: Stage, status: Any, reason: str) -> None:
    async with stage.database.transaction() as session:
        await lifecycle.change_status(session, JOURNEY, status, by="Ada", now=stage.clock(), reason=reason)
    await stage.route()
