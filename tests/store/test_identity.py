"""Identity: who a request means, and what happens when two profiles turn out to be one person."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.store import consents, merging, push_subscriptions
from engine.store.errors import UnknownProfile
from engine.store.identity import Found, Identifiers, find_or_create
from engine.store.push_subscriptions import Browser
from engine.store.statements import core
from engine.store.tables import Consent, Event, Profile, PushSubscription
from tests.store.shop import NOW, Shop

HOUR = timedelta(hours=1)


async def _who(shop: Shop, **identifiers: Any) -> Found:
    async with shop.database.connection() as connection:
        return await find_or_create(connection, Identifiers(**identifiers), NOW)


async def _one(shop: Shop, **identifiers: Any) -> str:
    found = await _who(shop, **identifiers)
    assert found.addressee == found.visitor
    return found.visitor


async def _profile(shop: Shop, profile_id: str) -> Any:
    table = core(Profile)
    async with shop.database.snapshot() as session:
        return (await session.execute(select(table).where(table.c.id == profile_id))).one()


async def _subscribe(shop: Shop, profile_id: str, endpoint: str) -> None:
    async with shop.database.connection() as connection:
        await push_subscriptions.subscribe(connection, profile_id, Browser(endpoint, "B" * 87, "a" * 22), NOW)


async def _owners(shop: Shop) -> dict[str, str]:
    table = core(PushSubscription)
    async with shop.database.snapshot() as session:
        rows = await session.execute(select(table.c.endpoint, table.c.profile_id))
        return {row.endpoint: row.profile_id for row in rows}


@pytest.mark.parametrize(
    "identifiers",
    [
        {"anonymous_id": "a-1"},
        {"external_id": "42"},
        {"email": "ada@example.org"},
        {"phone": "+4930123456"},
        {"anonymous_id": "a-1", "email": "ada@example.org"},
        {"external_id": "42", "anonymous_id": "a-1", "email": "ada@example.org", "phone": "+4930123456"},
    ],
)
async def test_the_same_identifiers_mean_the_same_profile_however_many_ask_at_once(
    shop: Shop, identifiers: dict[str, str]
) -> None:
    answers = await asyncio.gather(*(_one(shop, **identifiers) for _ in range(12)))
    assert len(set(answers)) == 1
    assert await _one(shop, **identifiers) == answers[0]
    async with shop.database.snapshot() as session:
        assert await session.scalar(select(func.count()).select_from(core(Profile))) == 1


async def test_a_profile_keeps_what_it_was_told(shop: Shop) -> None:
    profile_id = await _one(shop, external_id="42", email="ada@example.org", phone="+4930123456", language="de")
    profile = await _profile(shop, profile_id)
    assert (profile.external_id, profile.email, profile.phone, profile.language) == (
        "42",
        "ada@example.org",
        "+4930123456",
        "de",
    )
    assert await _one(shop, id=profile_id) == profile_id


async def test_an_address_that_nobody_has_is_adopted_by_the_browser_that_typed_it(shop: Shop) -> None:
    browser = await _one(shop, anonymous_id="a-1")
    assert await _one(shop, anonymous_id="a-1", email="ada@example.org") == browser
    assert await _one(shop, email="ada@example.org") == browser


async def test_knowing_an_address_does_not_let_a_strangers_device_into_its_owners_profile(shop: Shop) -> None:
    owner = await _one(shop, email="ada@example.org")

    stranger = await _who(shop, anonymous_id="evil", email="ada@example.org")
    assert stranger.addressee == owner
    assert stranger.visitor != owner

    device = await _who(shop, endpoint="https://push.example/evil", email="ada@example.org")
    assert device.addressee == owner
    assert device.visitor != owner
    await _subscribe(shop, device.visitor, "https://push.example/evil")
    assert await _who(shop, endpoint="https://push.example/evil", email="ada@example.org") == device


async def test_a_browser_from_which_two_people_write_keeps_their_addresses_apart(shop: Shop) -> None:
    ada = await _one(shop, anonymous_id="family", email="ada@example.org")
    ben = await _who(shop, anonymous_id="family", email="ben@example.org")

    assert ben.visitor == ada
    assert ben.addressee != ada
    assert (await _profile(shop, ben.addressee)).email == "ben@example.org"
    assert (await _profile(shop, ada)).email == "ada@example.org"


async def test_a_browser_is_known_by_its_push_subscription(shop: Shop) -> None:
    first = await _one(shop, endpoint="https://push.example/1")
    await _subscribe(shop, first, "https://push.example/1")

    assert await _one(shop, endpoint="https://push.example/1") == first
    assert await _one(shop, endpoint="https://push.example/1", anonymous_id="a-9") == first
    assert await _one(shop, anonymous_id="a-9") == first


async def test_a_visitor_who_logs_in_for_the_first_time_keeps_her_profile(shop: Shop) -> None:
    visitor = await _one(shop, anonymous_id="a-1")
    assert await _one(shop, external_id="42", anonymous_id="a-1") == visitor
    assert (await _profile(shop, visitor)).external_id == "42"


async def test_two_people_who_log_in_on_one_browser_stay_two(shop: Shop) -> None:
    ada = await _one(shop, external_id="ada", anonymous_id="a-1")
    ben = await _one(shop, external_id="ben", anonymous_id="a-1")
    assert ada != ben
    assert await _one(shop, external_id="ada", anonymous_id="a-1") == ada


async def test_an_unknown_id_of_ours_is_refused(shop: Shop) -> None:
    with pytest.raises(UnknownProfile):
        await _who(shop, id="prf_nobody")


async def test_a_login_brings_what_the_browser_held_and_doubles_nothing(shop: Shop) -> None:
    known = await _one(shop, external_id="42", email="ada@example.org")
    browser = await _one(shop, anonymous_id="a-1")
    await _subscribe(shop, known, "https://push.example/phone")
    await _subscribe(shop, browser, "https://push.example/laptop")
    older, _ = await shop.wait_for("M", browser.removeprefix("prf_"))
    younger, _ = await shop.wait_for("M", known.removeprefix("prf_"), now=NOW + HOUR)
    only_here, _ = await shop.wait_for("L", browser.removeprefix("prf_"))

    assert await _one(shop, external_id="42", anonymous_id="a-1") == known

    assert await _owners(shop) == {"https://push.example/phone": known, "https://push.example/laptop": known}
    [waiting] = await shop.entries("M")
    assert (waiting.id, waiting.profile_id, waiting.created_at) == (older.id, known, NOW)
    assert [(entry.id, entry.profile_id) for entry in await shop.entries("L")] == [(only_here.id, known)]
    events = await shop.events("Waiting on Stock")
    assert {event.profile_id for event in events} == {known}
    assert younger.id not in {event.waitlist_entry_id for event in events}
    assert await _one(shop, anonymous_id="a-1") == known
    assert await _one(shop, id=browser) == known
    async with shop.database.snapshot() as session:
        assert await merging.all_ids(session, known) == [known, browser]


async def test_logins_at_once_merge_once(shop: Shop) -> None:
    known = await _one(shop, external_id="42")
    browser = await _one(shop, anonymous_id="a-1")
    await shop.wait_for("M", browser.removeprefix("prf_"))

    answers = await asyncio.gather(*(_one(shop, external_id="42", anonymous_id="a-1") for _ in range(8)))

    assert set(answers) == {known}
    assert [entry.profile_id for entry in await shop.entries("M")] == [known]


async def test_of_two_answers_to_one_question_the_newer_counts_after_a_merge(shop: Shop) -> None:
    known = await _one(shop, external_id="42")
    browser = await _one(shop, anonymous_id="a-1")
    said = [
        (known, "email", False, NOW),
        (browser, "email", True, NOW + HOUR),
        (known, "sms", False, NOW + HOUR),
        (browser, "sms", True, NOW),
        (browser, "web_push", True, NOW),
    ]
    for profile_id, channel, granted, at in said:
        async with shop.database.connection() as connection:
            answer = consents.Answer(channel, granted)
            await consents.record_answers(connection, profile_id, [answer], consents.Proof("test"), at)

    await _one(shop, external_id="42", anonymous_id="a-1")

    table = core(Consent)
    async with shop.database.snapshot() as session:
        rows = await session.execute(select(table.c.profile_id, table.c.channel, table.c.granted))
        assert {tuple(row) for row in rows} == {
            (known, "email", True),
            (known, "sms", False),
            (known, "web_push", True),
        }


async def test_who_was_merged_leads_on_through_a_second_merge(shop: Shop) -> None:
    first = await _one(shop, anonymous_id="a-1")
    second = await _one(shop, anonymous_id="a-2")
    last = await _one(shop, external_id="42")
    async with shop.database.connection() as connection:
        await merging.merge(connection, first, second, NOW)
        await merging.merge(connection, second, last, NOW)
        await merging.merge(connection, second, last, NOW)
        assert await merging.current_id(connection, first) == last
        assert await merging.current_id(connection, "prf_nobody") is None
        assert await connection.scalar(select(func.count()).select_from(core(Event))) == 0
