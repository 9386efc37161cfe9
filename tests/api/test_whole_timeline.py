"""A person's timeline holds everything about her, in one order of time; each kind can be looked at alone."""

import httpx
import pytest

from engine.store.database import Database
from engine.store.staff_changes import Change, remember
from engine.store.tables import ConsentRecord, Event, Staff
from engine.store.timeline import KINDS
from tests.api.test_timeline import timeline, told_story
from tests.api.world import NOON, World, at, both_databases

EVERYTHING = [
    ("consent", "Agreed: Push"),
    ("subscription", "Subscribed to push in a browser"),
    ("waitlist", "Waiting for Fjell jacket, size M"),
    ("event", "Product Viewed"),
    ("restock", "Restocked: 0 → 5"),
    ("enrollment", "Entered Back in stock"),
    ("enrollment", "Waiting at Delay"),
    ("enrollment", "Passed Delay"),
    ("send", "Push sent: Fjell jacket is back"),
    ("enrollment", "Passed Push"),
    ("enrollment", "Left Back in stock: completed"),
    ("waitlist", "Told about Fjell jacket, size M"),
    ("skip", "Not sent: quiet hours"),
    ("click", "Clicked the push"),
    ("order", "Order Completed"),
    ("order", "Order Refunded"),
    ("bounce", "E-mail bounced"),
    ("staff", "Kim: addresses suppressed"),
    ("consent", "Withdrew consent: Push"),
]


async def whole_story(world: World, database: Database) -> None:
    """The story, and all else that can happen to somebody; the skip is of a profile that was merged into hers."""
    await told_story(world)
    await world.profile("prf_old", email=None, merged_into="prf_ada")
    await world.send("snd_old", (at(64), "skipped", "quiet_hours"), enrollment_id="enr_old", profile_id="prf_old")
    await world.send("snd_2", (at(68), "bounced", "mailbox_full"), channel="email", node="mail")
    clicked = {"target": "body", "channel": "web_push", "message": "Fjell jacket is back", "enrollment_id": "enr_1"}
    happened = {"Product Viewed": 5, "Link Clicked": 65, "Order Completed": 66, "Order Refunded": 67}
    await world.add(
        *(
            Event(
                id=f"evt_{second}",
                name=name,
                profile_id="prf_ada",
                properties=clicked if name == "Link Clicked" else {"order_id": "NW-1042"},
                at=at(second),
                received_at=at(second),
            )
            for name, second in happened.items()
        ),
        ConsentRecord(
            id="cns_2",
            profile_id="prf_ada",
            channel="web_push",
            topic="back_in_stock",
            granted=False,
            source="preference_page",
            at=at(70),
        ),
        Staff(id="stf_kim", name="Kim", role="support", created_at=NOON),
    )
    async with database.connection() as connection:
        change = Change(by="stf_kim", action="suppress", subject_kind="profile", subject_id="prf_ada", reason="Asked.")
        await remember(connection, change, at(69))


@pytest.mark.spec("S-002")
@both_databases
async def test_everything_stands_in_one_order_of_time_and_each_kind_can_be_looked_at_alone(
    staff: httpx.AsyncClient, world: World, database: Database
) -> None:
    await whole_story(world, database)

    everything = await timeline(staff)

    assert [(item["kind"], item["title"]) for item in reversed(everything)] == EVERYTHING
    assert {kind for kind, _ in EVERYTHING} == set(KINDS)
    skip = next(item for item in everything if item["kind"] == "skip")
    assert (skip["reason"], skip["at"]) == ("quiet_hours", "2027-01-05T12:01:04Z")
    for kind in KINDS:
        assert await timeline(staff, kind=kind) == [item for item in everything if item["kind"] == kind], kind
    for begin in (0, 6, 18):
        rest = [item for item in everything if item["at"] <= everything[begin]["at"]]
        assert await timeline(staff, until=everything[begin]["at"]) == rest
    again = await timeline(staff, until="2027-01-05T13:01:02+01:00")
    assert again[0]["title"] == "Passed Delay", "an instant may be given in any zone"
    page = (await staff.get("/v1/profiles/prf_ada/timeline", params={"until": at(63).isoformat(), "limit": 3})).json()
    rest = await timeline(staff, until=at(63).isoformat(), cursor=page["next"])
    assert [*page["items"], *rest] == await timeline(staff, until=at(63).isoformat())
    assert (await staff.get("/v1/profiles/prf_ada/timeline", params={"until": "yesterday"})).status_code == 422
