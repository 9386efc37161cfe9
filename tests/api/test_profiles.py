"""Finding people, and what is known of one."""

from datetime import timedelta

import httpx
import pytest

from engine.store.ids import address_hash
from engine.store.tables import Consent, ConsentRecord, Event, Identity, PushSubscription, Suppression
from tests.api.world import NOON, World, at, both_databases

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


async def found(staff: httpx.AsyncClient, query: str) -> set[str]:
    answer = await staff.get("/v1/profiles", params={"query": query})
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


async def matches(staff: httpx.AsyncClient, query: str) -> list[tuple[str, str, str]]:
    """Who is found, in their order, and by what."""
    items = (await staff.get("/v1/profiles", params={"query": query})).json()["items"]
    return [(one["id"], one["match"]["kind"], one["match"]["text"]) for one in items]


async def ordered(world: World, profile_id: str, **properties: str | int) -> None:
    number = next(iter(properties.values()))
    order = Event(
        id=f"evt_{number}",
        name="Order Completed",
        profile_id=profile_id,
        properties=properties,
        at=NOON,
        received_at=NOON,
    )
    await world.add(order)


@both_databases
async def test_people_are_found_by_every_identifier_and_any_part_of_the_name(
    staff: httpx.AsyncClient, world: World
) -> None:
    await world.profile("prf_ada", external_id="customer-77", phone="+436601234567")
    await world.profile("prf_bo", first_name="Bo", last_name="Lindqvist", email=None, created_at=at(1))
    await world.profile("prf_oe", first_name="Öz", last_name="van der Berg", email=None, created_at=at(2))
    browser = PushSubscription(
        id="psh_1", profile_id="prf_bo", endpoint="https://push.example/Secret", p256dh="p", auth="a", created_at=NOON
    )
    await world.add(
        Identity(kind="phone", value="+436601234567", profile_id="prf_ada", created_at=NOON),
        Identity(kind="external_id", value="customer-77", profile_id="prf_ada", created_at=NOON),
        Identity(kind="anonymous_id", value="Device-1", profile_id="prf_bo", created_at=NOON),
        browser,
    )
    await ordered(world, "prf_ada", order_id="820982911946154508", order_number="#1042")
    await ordered(world, "prf_bo", order_id=7_000_001)

    ada, bo = "prf_ada", "prf_bo"
    assert await matches(staff, "ADA@shop.example") == [(ada, "email", "ada@shop.example")]
    assert await found(staff, "shop.exa") == {ada}
    for phone in ("+43 660 1234567", "+436601234567", "0660/123 45-67", "00436601234567", "+43660"):
        assert await matches(staff, phone) == [(ada, "phone", "+436601234567")], phone
    assert await matches(staff, "Customer-77") == [(ada, "external_id", "customer-77")]
    assert await matches(staff, "device-1") == [(bo, "anonymous_id", "Device-1")]
    assert await matches(staff, "devi") == [(bo, "anonymous_id", "Device-1")]
    assert await matches(staff, "https://push.example/Secret") == [(bo, "device", "psh_1")]
    assert await matches(staff, "psh_1") == [(bo, "device", "psh_1")]
    for order in ("1042", "#1042"):
        assert await matches(staff, order) == [(ada, "order", "#1042")]
    assert await matches(staff, "820982911946154508") == [(ada, "order", "820982911946154508")]
    assert await matches(staff, "7000001") == [(bo, "order", "7000001")]
    assert await found(staff, "prf_bo") == {bo}
    for part in ("ada lind", "a lin", "lind a", "Lin", "ind", "nd", "l"):
        assert ada in await found(staff, part), part
    assert await found(staff, "qvi") == {bo}
    assert await found(staff, "qv") == {bo}
    assert await found(staff, "özv") == set()
    for part in ("öz", "der b", "berg ÖZ"):
        assert await found(staff, part) == {"prf_oe"}, part
    assert await found(staff, "") == {ada, bo, "prf_oe"}
    assert await found(staff, "%") == set(), "a percent sign is a percent sign"
    assert await found(staff, "nobody") == set()


@both_databases
async def test_the_likeliest_comes_first_and_pages_follow_in_that_order(staff: httpx.AsyncClient, world: World) -> None:
    people = {
        "prf_part": ("Joanna", "Berg", None),
        "prf_begun": ("Annabel", "Berg", None),
        "prf_short": ("Ann", "Berg", None),
        "prf_last": ("Zoe", "Annan", None),
        "prf_mail": ("Zoe", "Berg", "anne@shop.example"),
        "prf_mail_part": ("Zoe", "Ek", "joanna@shop.example"),
        "prf_whole": ("Ann", None, None),
    }
    for age, (profile_id, (first, last, email)) in enumerate(people.items()):
        await world.profile(profile_id, first_name=first, last_name=last, email=email, created_at=at(age))

    in_order = ["prf_whole", "prf_short", "prf_last", "prf_begun", "prf_mail", "prf_part", "prf_mail_part"]
    assert [one for one, _, _ in await matches(staff, "ann")] == in_order
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await staff.get("/v1/profiles", params={"query": "ann", "limit": "3", **cursor})).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == in_order
    listed = (await staff.get("/v1/profiles", params={"limit": "3"})).json()["next"]
    answer = await staff.get("/v1/profiles", params={"query": "ann", "cursor": listed})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "strange", ["'; DROP TABLE profile; --", "<b>x</b>", "Ω/ß", "../..", "\\_%", "a" * 600, "() ( )"]
)
@both_databases
async def test_strange_searches_find_nobody_and_break_nothing(
    staff: httpx.AsyncClient, world: World, strange: str
) -> None:
    await world.profile()
    assert await found(staff, strange) == set()


async def test_a_merged_profile_is_not_listed_and_leads_on(staff: httpx.AsyncClient, world: World) -> None:
    await world.profile("prf_ada")
    await world.profile("prf_old", email=None, merged_into="prf_ada")

    assert await found(staff, "") == {"prf_ada"}
    assert await matches(staff, "prf_old") == [("prf_ada", "id", "prf_old")], "an id of long ago finds who she became"
    assert (await staff.get("/v1/profiles/prf_old")).json()["id"] == "prf_ada"


@both_databases
async def test_pages_follow_each_other_without_gap_or_repetition(staff: httpx.AsyncClient, world: World) -> None:
    for n in range(7):
        await world.profile(f"prf_{n}", email=None, created_at=NOON if n < 4 else at(n))

    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await staff.get("/v1/profiles", params={"limit": "3", **cursor})).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert seen == ["prf_6", "prf_5", "prf_4", "prf_3", "prf_2", "prf_1", "prf_0"]


@pytest.mark.parametrize("cursor", ["nonsense", "WzFd", "WyJ4IiwieSJd", "WyIyMDI3LTAxLTA1VDEyOjAwOjAwIiwieSJd", "e30"])
async def test_a_cursor_of_another_list_is_refused(staff: httpx.AsyncClient, cursor: str) -> None:
    answer = await staff.get("/v1/profiles", params={"cursor": cursor})

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_cursor"


@both_databases
async def test_the_list_shows_open_waits_and_the_last_event(staff: httpx.AsyncClient, world: World) -> None:
    await world.shop()
    await world.profile()
    await world.wait("wle_1", created_at=at(5))
    await world.wait("wle_2", variant_id="var_l", state="sent", created_at=at(3))

    [item] = (await staff.get("/v1/profiles")).json()["items"]

    assert item["open_waits"] == 1
    assert item["last_event_at"] == "2027-01-05T12:00:05Z"
    assert item["name"] == "Ada Lind"


async def test_a_profile_shows_what_it_waits_for_in_one_state_with_its_two_instants(
    staff: httpx.AsyncClient, world: World
) -> None:
    await world.shop()
    await world.profile()
    await world.wait("wle_1", created_at=at(1))
    await world.wait("wle_2", variant_id="var_l", state="sent", created_at=at(2), notified_at=at(60))

    waits = (await staff.get("/v1/profiles/prf_ada")).json()["waitlist"]

    assert [(wait["variant"]["title"], wait["state"]) for wait in waits] == [
        ("Fjell jacket, size L", "sent"),
        ("Fjell jacket, size M", "pending"),
    ]
    assert [(wait["created_at"], wait["notified_at"]) for wait in waits] == [
        ("2027-01-05T12:00:02Z", "2027-01-05T12:01:00Z"),
        ("2027-01-05T12:00:01Z", None),
    ]


@both_databases
async def test_a_profile_shows_its_consents_browsers_and_enrollments(staff: httpx.AsyncClient, world: World) -> None:
    await world.profile(language="de", country="AT")
    await world.journey()
    await world.enrollment("enr_1", until=NOON + timedelta(hours=1))
    await world.enrollment("enr_2", entered_at=at(9), status="ended", node="done", ended_at=at(10), exit_reason="goal")
    await world.add(
        Consent(profile_id="prf_ada", channel="email", topic="back_in_stock", granted=False, updated_at=at(2)),
        ConsentRecord(
            id="cns_1", profile_id="prf_ada", channel="email", topic="back_in_stock", granted=True, source="x", at=at(1)
        ),
        ConsentRecord(
            id="cns_2",
            profile_id="prf_ada",
            channel="email",
            topic="back_in_stock",
            granted=False,
            source="storefront",
            text_version="2027-01",
            at=at(2),
        ),
        PushSubscription(
            id="psh_1",
            profile_id="prf_ada",
            endpoint="https://push.example/secret",
            p256dh="p",
            auth="a",
            user_agent=FIREFOX,
            created_at=at(1),
        ),
        PushSubscription(
            id="psh_2",
            profile_id="prf_ada",
            endpoint="https://push.example/other",
            p256dh="p",
            auth="a",
            created_at=at(2),
            removed_at=at(3),
            removed_reason="gone",
        ),
    )

    answer = await staff.get("/v1/profiles/prf_ada")

    profile = answer.json()
    assert profile["locale"] == "de-AT"
    assert profile["consents"] == [
        {
            "channel": "email",
            "topic": "back_in_stock",
            "state": "revoked",
            "at": "2027-01-05T12:00:02Z",
            "source": "storefront",
            "text_version": "2027-01",
        }
    ]
    browsers = [(one["id"], one["service"], one["browser"], one["end_reason"]) for one in profile["push_subscriptions"]]
    assert browsers == [("psh_1", "push.example", "Firefox", None), ("psh_2", "push.example", None, "gone")]
    assert "secret" not in answer.text, "an endpoint is a capability and stays here"
    passages = [(one["id"], one["status"], one["node"], one["exit_reason"]) for one in profile["enrollments"]]
    assert passages == [("enr_2", "ended", "done", "goal"), ("enr_1", "active", "pause", None)]
    assert profile["enrollments"][1]["journey"] == {"id": "jny_1", "name": "Back in stock"}


async def test_an_unknown_profile_says_so(staff: httpx.AsyncClient) -> None:
    answer = await staff.get("/v1/profiles/prf_nobody")

    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_profile"


@both_databases
async def test_a_profile_says_which_of_its_addresses_are_suppressed_and_by_whom(
    staff: httpx.AsyncClient, world: World
) -> None:
    await world.profile("prf_ada", email="ada@shop.example", phone="+436601234567")
    await world.profile("prf_nobody", email=None)
    bounced = Suppression(channel="sms", address_hash=address_hash("+436601234567"), reason="bounced", at=NOON)
    await world.add(bounced)

    async def suppressed(profile_id: str = "prf_ada") -> list[int]:
        told = (await staff.get(f"/v1/profiles/{profile_id}")).json()["suppressed"]
        return [told["addresses"], told["by_staff"], told["otherwise"]]

    assert await suppressed() == [2, 0, 1]
    await staff.post("/v1/profiles/prf_ada/suppress", json={"reason": "She asked by phone"})
    assert await suppressed() == [2, 1, 1]
    await staff.post("/v1/profiles/prf_ada/allow-again", json={"reason": "She asked again"})
    assert await suppressed() == [2, 0, 1]
    assert await suppressed("prf_nobody") == [0, 0, 0]
