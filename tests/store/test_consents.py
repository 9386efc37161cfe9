"""Consents and push subscriptions: what counts now, and the proof of how it came to be."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.store import consents, push_subscriptions
from engine.store.consents import Answer, Proof, truncate_ip
from engine.store.push_subscriptions import Browser
from engine.store.statements import core
from engine.store.tables import Consent, ConsentRecord, PushSubscription
from engine.store.tables.base import Table
from tests.store.shop import NOW, Shop

HOUR = timedelta(hours=1)
PROOF = Proof("waitlist", ip="203.0.113.77", page_url="https://shop.example/shirt")


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.add_people("ada", "ben")
    return shop


async def _rows(shop: Shop, model: type[Table]) -> list[Any]:
    table = core(model)
    async with shop.database.snapshot() as session:
        return list((await session.execute(select(table).order_by(*table.primary_key))).all())


async def _answer(shop: Shop, *answers: Answer, proof: Proof = PROOF, hours: int = 0) -> int:
    async with shop.database.connection() as connection:
        return await consents.record_answers(connection, "prf_ada", answers, proof, NOW + hours * HOUR)


async def test_an_answer_counts_and_its_proof_is_kept(shop: Shop) -> None:
    await _answer(shop, Answer("email", text_version="2026-11"))

    [standing] = await _rows(shop, Consent)
    assert (standing.profile_id, standing.channel, standing.topic) == ("prf_ada", "email", "back_in_stock")
    assert (standing.granted, standing.updated_at) == (True, NOW)
    [proof] = await _rows(shop, ConsentRecord)
    assert (proof.source, proof.text_version, proof.page_url) == ("waitlist", "2026-11", "https://shop.example/shirt")
    assert (proof.ip_truncated, proof.at) == ("203.0.113.0/24", NOW)


async def test_saying_the_same_under_the_same_words_adds_nothing(shop: Shop) -> None:
    yes = Answer("email", text_version="1")
    assert await _answer(shop, yes, Answer("sms")) == 2
    assert await _answer(shop, yes, hours=1) == 0
    assert await _answer(shop, Answer("email", text_version="2"), hours=2) == 1
    assert await _answer(shop, Answer("email", granted=False), hours=3) == 1
    assert await _answer(shop, yes, hours=4) == 1

    answers = [row.granted for row in sorted(await _rows(shop, ConsentRecord), key=lambda row: row.at)]
    assert answers.count(False) == 1
    assert [row.granted for row in await _rows(shop, Consent)] == [True, True]


@pytest.mark.parametrize(
    ("ip", "kept"),
    [
        ("198.51.100.23", "198.51.100.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:198.51.100.23", "198.51.100.0/24"),
        ("testclient", None),
        (None, None),
    ],
)
def test_no_address_is_kept_whole(ip: str | None, kept: str | None) -> None:
    assert truncate_ip(ip) == kept


async def test_a_browser_subscribes_moves_and_comes_back(shop: Shop) -> None:
    browser = Browser("https://push.example/1", "B" * 87, "a" * 22, "Firefox")

    async def subscribe(profile: str) -> tuple[str, bool]:
        async with shop.database.connection() as connection:
            return await push_subscriptions.subscribe(connection, profile, browser, NOW)

    first, is_news = await subscribe("prf_ada")
    assert is_news
    assert await subscribe("prf_ada") == (first, False)
    assert await subscribe("prf_ben") == (first, True)
    async with shop.database.connection() as connection:
        assert await push_subscriptions.remove(connection, browser.endpoint, "gone", NOW + HOUR)
        assert not await push_subscriptions.remove(connection, browser.endpoint, "gone", NOW + HOUR)
    [row] = await _rows(shop, PushSubscription)
    assert (row.profile_id, row.removed_at, row.removed_reason) == ("prf_ben", NOW + HOUR, "gone")

    assert await subscribe("prf_ben") == (first, True)
    [row] = await _rows(shop, PushSubscription)
    assert (row.removed_at, row.removed_reason, row.created_at) == (None, None, NOW)
