"""The guard at the moment of a send: every rule, on real rows, and what the ledger keeps of its answer."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activities.errors import PermanentDeliveryFailure
from engine.store.tables import Send, Suppression
from tests.activities.post import PostOffice

NIGHT = {"opens": "21:00", "closes": "08:00"}


def local(text: str, zone: str) -> datetime:
    """This clock time in the zone, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.spec("F-076")
async def test_fifty_parallel_enrollments_never_exceed_the_journeys_cap(post_everywhere: PostOffice) -> None:
    post = post_everywhere
    await post.publish({"caps": [{"limit": 2, "window": "P1D"}]})
    await post.person("ada", browsers=2)
    tasks = [await post.task("ada", run=str(number)) for number in range(50)]
    workers = [post.messenger, *(post.another_messenger() for _ in range(4))]

    answers = await asyncio.gather(*(workers[place % 5].deliver(task) for place, task in enumerate(tasks)))

    outcomes = [answer.outcome for answer in answers if answer.outcome is not None]
    assert sorted(one.status for one in outcomes) == ["sent"] * 2 + ["skipped"] * 48
    assert {one.reason for one in outcomes if one.status == "skipped"} == {"journey_cap"}
    assert len(post.sent) == 4, "two messages to two browsers each"
    skipped = next(row for row in await post.rows(Send, address_hash="") if row["verdict"]["counted"] == 2)
    assert skipped["verdict"]["cap"] == {"limit": 2, "window": "P1D"}

    post.now += timedelta(days=1, seconds=1)
    assert await post.reason("ada", run="tomorrow") == "sent"


@pytest.mark.spec("F-077")
async def test_a_channels_cap_is_counted_across_journeys_and_claimed_at_once(post_everywhere: PostOffice) -> None:
    post = post_everywhere
    for number in range(5):
        await post.publish(journey_id=f"jny_{number}")
    await post.limits(caps=[{"limit": 3, "window": "P7D", "channels": ["web_push"]}])
    await post.person("ada")
    tasks = [await post.task("ada", run=str(run), journey_id=f"jny_{run % 5}") for run in range(20)]
    workers = [post.messenger, post.another_messenger()]

    answers = await asyncio.gather(*(workers[place % 2].deliver(task) for place, task in enumerate(tasks)))

    assert len(post.channels["web_push"].sent) == 3
    assert sum(one.outcome.reason == "channel_cap" for one in answers if one.outcome) == 17
    assert await post.reason("ada", run="0", journey_id="jny_0", node_id="mail") == "sent", "e-mail is not capped"


@pytest.mark.spec("F-078")
async def test_a_cap_may_span_channels(post: PostOffice) -> None:
    await post.publish()
    await post.limits(caps=[{"limit": 3, "channels": ["web_push", "email", "sms"]}])
    await post.person("ada")

    reasons = [await post.reason("ada", run=str(run), node_id=node) for run in range(3) for node in ("push", "mail")]

    assert reasons == ["sent", "sent", "sent", "channel_cap", "channel_cap", "channel_cap"]


async def test_what_a_provider_refused_does_not_use_a_cap_up(post: PostOffice) -> None:
    await post.publish({"caps": [{"limit": 1}]})
    await post.person("ada")
    post.channels["web_push"].failures.append(PermanentDeliveryFailure("refused_400"))

    assert [await post.reason("ada", run=str(run)) for run in range(3)] == ["refused_400", "sent", "journey_cap"]


@pytest.mark.spec("F-080")
@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        ("Europe/Berlin", "2027-03-01T20:59", None),
        ("Europe/Berlin", "2027-03-01T21:00", "2027-03-02T08:00"),
        ("Europe/Berlin", "2027-03-02T07:59", "2027-03-02T08:00"),
        ("Europe/Berlin", "2027-03-02T08:00", None),
        ("Europe/Berlin", "2027-03-27T23:00", "2027-03-28T08:00"),  # the clocks go forward in this night
        ("Europe/Berlin", "2027-10-30T23:00", "2027-10-31T08:00"),  # and back in this one
        ("America/New_York", "2027-03-13T22:00", "2027-03-14T08:00"),
        (None, "2027-03-01T22:00", "2027-03-02T08:00"),  # no zone of its own: the workspace's
    ],
)
async def test_quiet_hours_are_those_of_the_profiles_zone(
    post: PostOffice, zone: str | None, now: str, until: str | None
) -> None:
    await post.publish({"quiet_hours": NIGHT})
    await post.limits(zone="Pacific/Auckland")
    await post.person("ada", timezone=zone)
    clock = zone or "Pacific/Auckland"
    post.now = local(now, clock)

    outcome = (await post.deliver("ada")).outcome

    assert outcome is not None
    if until is None:
        assert outcome.status == "sent"
    else:
        assert (outcome.status, outcome.reason) == ("later", "quiet_hours")
        assert outcome.until == local(until, clock)


@pytest.mark.spec("F-082")
async def test_quiet_hours_may_drop_a_message_and_the_enrollment_goes_on_unsent(post: PostOffice) -> None:
    await post.publish({"quiet_hours": {**NIGHT, "mode": "drop"}})
    await post.person("ada", timezone="Europe/Berlin")
    post.now = local("2027-03-01T23:00", "Europe/Berlin")

    assert await post.reason("ada") == "quiet_hours"

    took = [step for step in await post.trail("enr_jny_test_ada_1") if step["act"] == "took"]
    assert (took[-1]["outlet"], took[-1]["reason"]) == ("not_sent", "quiet_hours")
    assert post.sent == []
    (verdict,) = await post.verdicts()
    assert verdict["quiet_until"] == "2027-03-02T07:00:00+00:00"
    assert verdict["zone"] == "Europe/Berlin"


@pytest.mark.spec("F-083")
@pytest.mark.parametrize(
    ("country", "now", "until"),
    [
        ("DE", "2027-03-01T20:30", "2027-03-02T08:00"),  # the country's evening begins before the journey's
        ("SE", "2027-03-01T20:30", None),
        ("DE", "2027-03-07T12:00", "2027-03-08T08:00"),  # a Sunday, and the nights around it
        ("SE", "2027-03-02T07:30", "2027-03-02T08:00"),
    ],
)
async def test_a_countrys_hours_hold_where_they_are_stricter(
    post: PostOffice, country: str, now: str, until: str | None
) -> None:
    evening = {"opens": "20:00", "closes": "07:00"}
    sunday = {"opens": "00:00", "closes": "00:00", "weekdays": ["sun"]}
    await post.publish({"quiet_hours": NIGHT})
    await post.limits(countries={"DE": {"hours": [evening, sunday], "source": "a rule of the house"}})
    await post.person("ada", timezone="Europe/Berlin", country=country)
    post.now = local(now, "Europe/Berlin")

    outcome = (await post.deliver("ada")).outcome

    assert outcome is not None
    assert (outcome.status, outcome.until) == (
        ("sent", None) if until is None else ("later", local(until, "Europe/Berlin"))
    )


@pytest.mark.parametrize(
    ("ago", "bought", "reason"),
    [
        (13, {"products": [{"sku": "L", "product_id": "shirt"}]}, "recent_purchase"),
        (13, {"products": [{"sku": "M"}]}, "recent_purchase"),
        (15, {"products": [{"sku": "M", "product_id": "shirt"}]}, "sent"),
        (1, {"products": [{"sku": "HAT", "product_id": "hat"}]}, "sent"),
        (1, {"sku": "HAT", "product_id": "hat"}, "sent"),
    ],
)
@pytest.mark.spec("F-073")
async def test_recent_purchasers_of_the_same_product_are_left_out(
    post: PostOffice, ago: int, bought: dict[str, Any], reason: str
) -> None:
    await post.publish({"recent_purchase": {}})
    await post.person("ada")
    await post.happened("ada", "Order Completed", timedelta(days=ago), **bought)
    await post.happened("ada", "Order Refunded", timedelta(days=ago), **bought)

    assert await post.reason("ada") == reason


@pytest.mark.spec("F-074")
async def test_recent_returners_of_the_same_product_are_left_out(post: PostOffice) -> None:
    await post.publish({"recent_return": {"within": "P30D"}})
    for name, sku, days in (("ada", "M", 29), ("bob", "M", 31), ("eve", "HAT", 1)):
        await post.person(name)
        await post.happened(name, "Order Refunded", timedelta(days=days), products=[{"sku": sku}])
        await post.happened(name, "Order Completed", timedelta(days=1), products=[{"sku": "M"}])

    assert [await post.reason(name) for name in ("ada", "bob", "eve")] == ["recent_return", "sent", "sent"]
    assert any("returned_at" in verdict for verdict in await post.verdicts())


@pytest.mark.spec("F-075")
async def test_who_was_told_of_any_restock_lately_is_left_out(post: PostOffice) -> None:
    await post.publish({"recently_notified": "PT48H"})
    await post.shop.stock("L", 5, now=post.now)
    await post.person("ada")

    assert await post.reason("ada", run="1", sku="L") == "sent"
    post.now += timedelta(hours=47)
    assert await post.reason("ada", run="2") == "recently_notified"
    post.now += timedelta(hours=2)
    assert await post.reason("ada", run="3") == "sent"
    assert await post.reason("ada", run="3", node_id="mail") == "sent", "its own enrollment is not another message"


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"kind": "not", "of": {"kind": "category", "any_of": ["outlet", "Sale"]}}, "product_filter"),
        ({"kind": "category", "any_of": ["shirts"]}, "sent"),
        ({"kind": "not", "of": {"kind": "on_sale"}}, "product_filter"),
        ({"kind": "original_price", "at_least": 1000}, "sent"),
        ({"kind": "original_price", "at_least": 1000, "currency": "NOK"}, "product_filter"),
    ],
)
async def test_product_filters_hold_at_the_send(post: PostOffice, condition: dict[str, Any], reason: str) -> None:
    await post.publish({"products": condition})
    await post.person("ada")
    await post.describe(category="shirts", categories=["outlet"])
    await post.price(price_minor=900, original_price_minor=1200, currency="EUR")

    assert await post.reason("ada") == reason
    (verdict,) = await post.verdicts()
    assert verdict["item"]["original_price"] == 1200


@pytest.mark.spec("F-140")
async def test_a_push_lives_for_the_rest_of_its_time_and_not_longer(post: PostOffice) -> None:
    """Due at 10:00 with two hours to live."""
    await post.publish({"quiet_hours": {"opens": "09:00", "closes": "10:45"}}, messages={"push": _two_hours()})
    await post.person("ada")
    await post.person("bob")
    post.now = datetime.fromisoformat("2027-03-01T10:00:00+00:00")
    early, late = await post.task("ada"), await post.task("bob")

    first = await post.messenger.deliver(early)
    assert first.outcome is not None
    post.now = first.outcome.until or post.now
    assert post.now.strftime("%H:%M") == "10:45"
    again = await post.messenger.deliver(early)
    post.now = datetime.fromisoformat("2027-03-01T12:00:00+00:00")
    expired = await post.messenger.deliver(late)

    assert again.outcome is not None
    assert expired.outcome is not None
    assert again.outcome.status == "sent"
    (expires_at,) = post.channels["web_push"].expiries
    assert expires_at is not None
    assert expires_at.strftime("%H:%M") == "12:00", "75 minutes are left, which the channel puts into the TTL header"
    assert (expired.outcome.status, expired.outcome.reason) == ("skipped", "ttl")


def _two_hours() -> dict[str, Any]:
    return {"channel": "web_push", "title": "Back", "link": "{{ product.url }}", "ttl": "PT2H"}


async def test_consent_counts_for_its_own_topic(post: PostOffice) -> None:
    await post.publish({"topic": "price_drops"})
    await post.person("ada")

    assert await post.reason("ada", run="1") == "no_consent"
    await post.consents("ada", "web_push", topic="price_drops")
    assert await post.reason("ada", run="2") == "sent"
    assert [verdict["topic"] for verdict in await post.verdicts()] == ["price_drops"] * 2


@pytest.mark.parametrize(
    ("node", "failure", "reason"),
    [("mail", "mailbox_gone", "mailbox_gone"), ("mail", "suppressed", "asked_to_stop")],
)
async def test_an_address_that_is_gone_or_asked_to_stop_is_not_written_to_again(
    post: PostOffice, node: str, failure: str, reason: str
) -> None:
    await post.publish()
    await post.person("ada")
    post.channels["email"].failures.append(PermanentDeliveryFailure(failure, address_gone=True))

    assert [await post.reason("ada", run=run, node_id=node) for run in ("1", "2")] == [failure, "suppressed"]
    assert [row["reason"] for row in await post.rows(Suppression)] == [reason]
    assert post.sent == []
