"""Quiet hours in a whole journey: put off by a timer, and judged anew when they are over."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.store.statements import core
from engine.store.tables import Consent
from tests.builders import journey, node
from tests.workflows.stage import Stage


@pytest.mark.spec("F-081")
async def test_a_message_waits_for_the_end_of_quiet_hours_and_everything_is_checked_again_then(stage: Stage) -> None:
    now = stage.clock()
    quiet = {"opens": f"{now - timedelta(hours=1):%H:%M}", "closes": f"{now + timedelta(hours=8):%H:%M}"}
    push = node("push", "message", channel="web_push", message="push")
    guardrails = {"quiet_hours": quiet, "caps": [{"limit": 1, "window": "P30D"}]}
    shape = journey(
        push, paths=["entry > push", "push.sent > done", "push.not_sent > done"], settings={"guardrails": guardrails}
    )
    await stage.publish(shape)
    for name in ("ada", "bob", "eve", "ida"):
        await stage.person(name)
        await stage.waits(name, "L" if name == "ida" else "M")
    await stage.restock("M", 3)
    await stage.restock("L", 3)
    for name in ("ada", "bob", "eve", "ida"):
        await stage.stands(name, "push")
    assert stage.push.sent == []

    async with stage.database.connection() as connection:
        await connection.execute(
            update(core(Consent)).where(core(Consent).c.profile_id == "prf_bob").values(granted=False)
        )
    await stage.waits("eve", "S")
    await stage.shop.stock("L", 0, now=stage.clock())
    await stage.pass_time(timedelta(hours=9))
    for name in ("ada", "bob", "eve", "ida"):
        await stage.finish(name)

    async def ends(name: str) -> tuple[str | None, str | None]:
        took = [row for row in await stage.trail(name) if row["act"] == "took"][-1]
        return took["outlet"], took["reason"]

    assert await ends("ada") == ("sent", "accepted")
    assert await ends("bob") == ("not_sent", "no_consent")
    assert await ends("ida") == ("not_sent", "out_of_stock_at_send")
    waited = next(row for row in await stage.trail("ada") if row["act"] == "waiting")
    assert waited["reason"] == "quiet_hours"
    assert waited["facts"]["verdict"]["quiet_until"] == waited["facts"]["until"], "the trail keeps what was read"
    sent_at = [row for row in await stage.trail("ada") if row["act"] == "took"][-1]["at"]
    assert timedelta(0) <= sent_at - (now + timedelta(hours=8)).replace(second=0, microsecond=0) < timedelta(minutes=5)

    await stage.restock("S", 5)
    await stage.finish("eve")
    assert await ends("eve") == ("not_sent", "journey_cap"), "the cap counts when the night is over, too"
