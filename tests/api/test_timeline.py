"""One profile's timeline: everything, in order, in words, with the way back to what caused it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.cursors import to_text
from engine.store.database import Database
from engine.store.staff_changes import Change, remember
from engine.store.tables import ConsentRecord, Event, PushSubscription, Staff, WaitlistTransition
from tests.api.world import NOON, World, at, both_databases


async def timeline(staff: httpx.AsyncClient, profile: str = "prf_ada", **params: Any) -> list[dict[str, Any]]:
    answer = await staff.get(f"/v1/profiles/{profile}/timeline", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def told_story(world: World) -> None:
    """Ada agrees, subscribes, waits; five come in; the journey waits and tells her; she clicks."""
    await world.shop()
    await world.journey()
    await world.profile()
    await world.add(
        ConsentRecord(
            id="cns_1",
            profile_id="prf_ada",
            channel="web_push",
            topic="back_in_stock",
            granted=True,
            source="storefront",
            at=at(0),
        ),
        PushSubscription(
            id="psh_1", profile_id="prf_ada", endpoint="https://push.example/x", p256dh="p", auth="a", created_at=at(0)
        ),
    )
    await world.wait("wle_1", created_at=at(0))
    await world.restock(at(60))
    await world.enrollment(
        "enr_1", variant_id="var_m", restock_id="rst_1", entered_at=at(61), ended_at=at(62), status="ended"
    )
    await world.trail(
        "enr_1",
        (at(61), "entry", "entered", None, None),
        (at(61), "entry", "took", "next", "entry_event"),
        (at(61), "pause", "entered", None, None),
        (at(61), "pause", "waiting", None, None),
        (at(62), "pause", "took", "next", "delay_over"),
        (at(62), "push", "entered", None, None),
        (at(62), "push", "delivering", None, None),
        (at(63), "push", "took", "sent", "accepted"),
        (at(63), "done", "entered", None, None),
        (at(63), "done", "ended", None, "completed"),
    )
    await world.send("snd_1", (at(63), "accepted", None), rendering={"title": "Fjell jacket is back"})
    await world.add(
        WaitlistTransition(
            entry_id="wle_1", profile_id="prf_ada", variant_id="var_m", before="pending", after="sent", at=at(63)
        )
    )


@both_databases
async def test_the_story_of_a_restock_is_told_in_order(staff: httpx.AsyncClient, world: World) -> None:
    await told_story(world)

    items = await timeline(staff)

    assert [(item["kind"], item["title"]) for item in reversed(items)] == [
        ("consent", "Agreed: Push"),
        ("subscription", "Subscribed to push in a browser"),
        ("waitlist", "Waiting for Fjell jacket, size M"),
        ("restock", "Restocked: 0 → 5"),
        ("enrollment", "Entered Back in stock"),
        ("enrollment", "Waiting at Delay"),
        ("enrollment", "Passed Delay"),
        ("send", "Push sent: Fjell jacket is back"),
        ("enrollment", "Passed Push"),
        ("enrollment", "Left Back in stock: completed"),
        ("waitlist", "Told about Fjell jacket, size M"),
    ]
    assert [(item["node"], item["step"]) for item in items if item["title"] == "Passed Delay"] == [("pause", "Delay")]
    details = {item["title"]: item["detail"] for item in items}
    assert (details["Passed Delay"], details["Passed Push"]) == (None, "The message went out")
    german = (await staff.get("/v1/profiles/prf_ada/timeline", headers={"Accept-Language": "de"})).json()["items"]
    assert [item["detail"] for item in german if item["title"] == "Weitergegangen: Push"] == [
        "Die Nachricht ging hinaus"
    ]
    assert [item["title"] for item in reversed(german)] == [
        "Eingewilligt: Push",
        "Für Push angemeldet: ein Browser",
        "Wartet auf Fjell jacket, size M",
        "Nachgeliefert: 0 → 5",
        "Eingestiegen: Back in stock",
        "Wartet bei Wartezeit",
        "Weitergegangen: Wartezeit",
        "Push gesendet: Fjell jacket is back",
        "Weitergegangen: Push",
        "Ausgestiegen aus Back in stock: abgeschlossen",
        "Benachrichtigt über Fjell jacket, size M",
    ]
    sent = items[3]
    assert sent["at"] == "2027-01-05T12:01:03Z"
    assert sent["tone"] == "good"
    assert sent["journey"] == {"id": "jny_1", "name": "Back in stock"}
    assert sent["variant"] == {"sku": "FJELL-M", "title": "Fjell jacket, size M"}
    assert (sent["node"], sent["channel"], sent["enrollment_id"]) == ("push", "web_push", "enr_1")


@both_databases
@pytest.mark.spec("F-175")
async def test_one_click_each_leads_from_a_message_to_the_delivery_that_caused_it(
    staff: httpx.AsyncClient, world: World
) -> None:
    await told_story(world)
    [sent] = await timeline(staff, kind="send")
    assert list(sent["links"]) == ["enrollment", "restock", "inventory_movement", "source_delivery"]

    enrollment = (await staff.get(sent["links"]["enrollment"])).json()
    assert enrollment["id"] == "enr_1"
    assert [step["act"] for step in enrollment["trail"]][-3:] == ["took", "entered", "ended"]
    assert [(one["send_id"], one["state"]) for one in enrollment["outcomes"]] == [("snd_1", "accepted")]

    restock = (await staff.get(enrollment["links"]["restock"])).json()
    assert (restock["id"], restock["available_before"], restock["available_after"]) == ("rst_1", 0, 5)

    movement = (await staff.get(restock["links"]["inventory_movement"])).json()
    assert (movement["id"], movement["source_name"]) == ("mov_1", "nordlys")

    delivery = (await staff.get(movement["links"]["source_delivery"])).json()
    assert (delivery["delivery_id"], delivery["accepted"]) == ("dlv_1", 1)
    assert (await staff.get(sent["links"]["restock"])).json() == restock
    assert (await staff.get(sent["links"]["inventory_movement"])).json() == movement
    assert (await staff.get(sent["links"]["source_delivery"])).json() == delivery


@pytest.mark.spec("F-022")
@pytest.mark.parametrize(
    ("state", "title", "tone"),
    [
        ("sent", "Told about Fjell jacket, size M", "good"),
        ("failed", "Could not be told about Fjell jacket, size M", "bad"),
        ("expired", "Stopped waiting for Fjell jacket, size M: time ran out", "warn"),
        ("unsubscribed", "Stopped waiting for Fjell jacket, size M: unsubscribed", "warn"),
        ("purchased", "Stopped waiting for Fjell jacket, size M: bought it", "good"),
        ("held_out", "Deliberately not told about Fjell jacket, size M, for comparison", "neutral"),
    ],
)
async def test_each_state_of_waiting_is_shown_and_each_transition_is_in_the_timeline(
    staff: httpx.AsyncClient, world: World, state: str, title: str, tone: str
) -> None:
    await world.shop()
    await world.profile()
    await world.wait("wle_1", state=state)
    await world.add(
        WaitlistTransition(
            entry_id="wle_1", profile_id="prf_ada", variant_id="var_m", before="pending", after=state, at=at(9)
        )
    )

    [shown] = (await staff.get("/v1/profiles/prf_ada")).json()["waitlist"]
    assert shown["state"] == state
    ended, opened = await timeline(staff, kind="waitlist")
    assert (ended["title"], ended["tone"], ended["at"]) == (title, tone, "2027-01-05T12:00:09Z")
    assert ended["data"] == {"entry": "wle_1", "before": "pending", "state": state}
    assert opened["title"] == "Waiting for Fjell jacket, size M"
    assert opened["data"]["event"] == "Waiting on Stock"
    assert opened["data"]["source"] == "nordlys"


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        ("out_of_stock_at_send", "Not sent: out of stock at send"),
        ("no_consent", "Not sent: no consent"),
        ("kill_switch", "Not sent: all sending is stopped"),
    ],
)
async def test_a_skip_says_why_and_shows_what_the_guard_read(
    staff: httpx.AsyncClient, world: World, reason: str, title: str
) -> None:
    await world.shop()
    await world.journey()
    await world.profile()
    await world.enrollment("enr_1")
    await world.send("snd_1", (at(1), "skipped", reason), verdict={"available": 0}, address_hash="")

    [item] = await timeline(staff)

    assert (item["kind"], item["title"], item["tone"], item["reason"]) == ("skip", title, "warn", reason)
    assert item["data"]["verdict"] == {"available": 0}
    assert item["detail"] == "Push"


@both_databases
async def test_every_state_of_a_send_has_its_words(staff: httpx.AsyncClient, world: World) -> None:
    await world.journey()
    await world.profile()
    await world.enrollment("enr_1")
    states = ["queued", "accepted", "delivered", "opened", "clicked", "bounced", "failed", "expired", "unknown"]
    await world.send(
        "snd_1",
        *((at(n), state, None) for n, state in enumerate(states)),
        channel="email",
        variant_id=None,
        rendering={"subject": "It is back"},
    )
    await world.send(
        "snd_2",
        channel="sms",
        claimed_at=at(20),
        variant_id=None,
        rendering={"text": "Back: \x01link link\x01 " + "x" * 200},
    )

    titles = [item["title"] for item in reversed(await timeline(staff))]

    assert titles == [
        "E-mail delayed: It is back",
        "E-mail sent: It is back",
        "E-mail delivered: It is back",
        "E-mail opened: It is back",
        "E-mail bounced: It is back",
        "E-mail failed: It is back",
        "E-mail expired before it was delivered: It is back",
        "E-mail may or may not have arrived: It is back",
        "SMS being sent: Back: … " + "x" * 111 + "…",
    ]


async def test_a_removed_browser_shows_its_reason(staff: httpx.AsyncClient, world: World) -> None:
    await world.profile()
    await world.add(
        PushSubscription(
            id="psh_1",
            profile_id="prf_ada",
            endpoint="https://push.example/x",
            p256dh="p",
            auth="a",
            user_agent="Mozilla/5.0 Firefox/128.0",
            created_at=at(0),
            removed_at=at(1),
            removed_reason="gone",
        )
    )

    removed, added = await timeline(staff)

    assert added["title"] == "Subscribed to push in Firefox"
    assert removed["title"] == "Firefox can no longer be reached by push"
    assert removed["detail"] == "Removed: the browser's subscription no longer exists"
    assert (removed["reason"], removed["tone"]) == ("gone", "warn")


async def test_nobody_sees_what_happened_to_others(staff: httpx.AsyncClient, world: World) -> None:
    await told_story(world)
    await world.profile("prf_bo", email=None)

    assert await timeline(staff, "prf_bo") == []


@both_databases
@pytest.mark.parametrize("limit", [1, 2, 3, 200])
async def test_pages_give_every_row_once_in_one_order_even_at_one_instant(
    staff: httpx.AsyncClient, world: World, limit: int
) -> None:
    await told_story(world)
    same_instant = [
        Event(id=f"evt_{n}", name="Product Viewed", profile_id="prf_ada", at=NOON, received_at=NOON) for n in range(5)
    ]
    await world.add(*same_instant)

    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await staff.get("/v1/profiles/prf_ada/timeline", params={"limit": str(limit), **cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    everything = [item["id"] for item in await timeline(staff, limit=200)]
    assert seen == everything
    assert len(set(seen)) == len(seen) == 16


async def test_several_kinds_may_be_asked_for(staff: httpx.AsyncClient, world: World) -> None:
    await told_story(world)

    kinds = {item["kind"] for item in await timeline(staff, kind=["restock", "send"])}

    assert kinds == {"restock", "send"}


async def test_an_unknown_kind_is_named(staff: httpx.AsyncClient, world: World) -> None:
    await world.profile()

    answer = await staff.get("/v1/profiles/prf_ada/timeline", params={"kind": "gossip"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "query.kind.0"


@pytest.mark.parametrize("rest", [["two"], [], [4, "x"], [4], [5, "enr_1", 2**31], [5, 1, 1], [2, 7], [2, "a", "b"]])
async def test_a_cursor_that_does_not_fit_is_refused(
    staff: httpx.AsyncClient, world: World, rest: list[str | int]
) -> None:
    await world.profile()

    cursor = to_text((NOON.isoformat(), *rest))
    answer = await staff.get("/v1/profiles/prf_ada/timeline", params={"cursor": cursor})

    assert answer.json()["code"] == "invalid_cursor"


async def test_a_long_life_is_read_a_page_at_a_time(staff: httpx.AsyncClient, world: World) -> None:
    await world.profile()
    await world.add(
        *(
            Event(
                id=f"evt_{n:04}",
                name="Product Viewed",
                profile_id="prf_ada",
                at=NOON + timedelta(seconds=n),
                received_at=NOON,
            )
            for n in range(120)
        )
    )

    page = (await staff.get("/v1/profiles/prf_ada/timeline")).json()

    assert len(page["items"]) == 50
    assert page["items"][0]["id"] == "evt_0119"


@both_databases
async def test_what_staff_did_about_a_profile_stands_in_its_timeline(
    staff: httpx.AsyncClient, world: World, database: Database
) -> None:
    await world.profile()
    await world.add(Staff(id="stf_kim", name="Kim", role="support", created_at=NOON))
    async with database.connection() as connection:
        for number, reason in enumerate(["asked by phone", "asked again"]):
            change = Change(
                by="stf_kim",
                action="suppress",
                subject_kind="profile",
                subject_id="prf_ada",
                reason=reason,
                before={"suppressed": False},
                after={"suppressed": True},
            )
            await remember(connection, change, at(number))

    page = (await staff.get("/v1/profiles/prf_ada/timeline", params={"kind": "staff", "limit": "1"})).json()
    rest = {"kind": "staff", "cursor": page["next"]}
    older = (await staff.get("/v1/profiles/prf_ada/timeline", params=rest)).json()["items"]

    (newest,) = page["items"]
    assert (newest["kind"], newest["title"], newest["detail"]) == ("staff", "Kim: addresses suppressed", "asked again")
    assert newest["data"]["after"] == {"suppressed": True}
    assert [item["detail"] for item in older] == ["asked by phone"]
