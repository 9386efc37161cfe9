"""Every template is a sound journey that does what its summary says."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.journey.catalogue import Catalogue
from engine.journey.facts import EventFact
from engine.journey.templates import templates
from engine.journey.validation import problems
from engine.journey.version import JourneyVersion
from engine.messages.content import parse_messages
from engine.simulation.script import Reaction, Script, ScriptedOutcome, StockChange
from engine.simulation.simulator import Run, simulate
from tests.builders import NOON, event

BY_ID = {template.id: template for template in templates()}
IN_STOCK = {"SKU-1": 5}
UNREACHABLE = (ScriptedOutcome(status="skipped", reason="no_subscription"),)
NO_ADDRESS = (ScriptedOutcome(status="skipped", reason="no_address"),)


def happens(name: str, after: timedelta, **properties: Any) -> EventFact:
    return event(name, at=NOON + after, id_=f"{name}-{after}", **{"sku": "SKU-1", **properties})


def run(template: str, name: str = "Back in Stock", properties: Mapping[str, Any] | None = None, **script: Any) -> Run:
    """The template in this world; the variant is in stock unless the script says otherwise."""
    version = JourneyVersion(journey=template, number=1, document=BY_ID[template].document)
    entry = event(name, sku="SKU-1", product_id="P-1", **(properties or {}))
    return simulate(version, entry, Script.model_validate({"stock": IN_STOCK, **script}))


@pytest.mark.spec("J-011")
@pytest.mark.parametrize("template", templates(), ids=lambda template: template.id)
def test_a_template_is_valid_with_messages_that_can_be_rendered(template: Any) -> None:
    workspace = Catalogue(
        journey="new",
        segments=frozenset(need.removeprefix("segment:") for need in template.needs),
        channels=frozenset({"web_push", "email", "sms"}),
    )
    assert problems(template.document, workspace) == ()
    assert set(parse_messages(template.document.messages)) == set(template.document.messages)
    assert not template.document.layout, "the canvas lays out what nobody has moved by hand"
    assert template.summary.endswith(".")


@pytest.mark.spec("J-011", "F-098")
def test_there_is_a_template_for_every_usual_job() -> None:
    assert set(BY_ID) >= {
        "back_in_stock",
        "waiting_on_stock_confirmation",
        "vip_early_access",
        "second_reminder",
        "price_drop",
        "abandoned_cart",
        "low_stock_nudge",
        "course_seat_reopened",
    }
    assert len({template.title for template in templates()}) == len(templates())


@pytest.mark.spec("J-011", "F-091")
def test_back_in_stock_pushes_then_mails_those_who_did_not_click_while_some_are_left() -> None:
    assert run("back_in_stock").sent == ("push", "mail")
    assert run("back_in_stock").deliveries[1].at == NOON + timedelta(hours=2)
    clicks = (Reaction(node="push", after=timedelta(minutes=20)),)
    assert run("back_in_stock", reactions=clicks).sent == ("push",)
    gone = (StockChange(at=NOON + timedelta(hours=1), variant="SKU-1", units=0),)
    assert run("back_in_stock", stock_changes=gone).ended == "sold_out"
    bought = (happens("Order Completed", timedelta(hours=1), products=[{"sku": "SKU-1"}]),)
    assert run("back_in_stock", events=bought).ended == "goal:purchase"
    assert run("back_in_stock", deliveries={"push": UNREACHABLE}).sent == ("mail",)


@pytest.mark.spec("J-011")
def test_a_single_alert_is_one_message_on_the_first_channel_that_reaches() -> None:
    assert run("single_alert").sent == ("push",)
    assert run("single_alert", deliveries={"push": UNREACHABLE}).sent == ("mail",)
    assert run("single_alert", deliveries={"push": (ScriptedOutcome(status="failed"),)}).sent == ()


@pytest.mark.spec("J-011")
def test_a_confirmation_is_sent_at_once_to_who_asked() -> None:
    result = run("waiting_on_stock_confirmation", "Waiting on Stock", {"interest": "explicit"})
    assert result.sent == ("mail",)
    assert result.at == NOON
    by_text = run("waiting_on_stock_confirmation", "Waiting on Stock", deliveries={"mail": NO_ADDRESS})
    assert by_text.sent == ("text",)


@pytest.mark.spec("J-011", "F-087")
def test_the_loyal_hear_it_two_hours_before_everyone_else() -> None:
    loyal, other = run("vip_early_access", segments={"vip": True}), run("vip_early_access")
    assert [(outcome.node, outcome.at) for outcome in loyal.deliveries] == [("first", NOON)]
    assert [(outcome.node, outcome.at) for outcome in other.deliveries] == [("then", NOON + timedelta(hours=2))]
    gone = (StockChange(at=NOON + timedelta(minutes=90), variant="SKU-1", units=0),)
    assert run("vip_early_access", stock_changes=gone).ended == "sold_out"


@pytest.mark.spec("J-011")
def test_the_second_reminder_comes_a_day_later_unless_bought_sold_out_or_unsubscribed() -> None:
    result = run("second_reminder")
    assert result.sent == ("push", "again")
    assert result.at == NOON + timedelta(days=1)
    bought = (happens("Order Completed", timedelta(hours=23)),)
    assert run("second_reminder", events=bought).ended == "purchased"
    gone = (StockChange(at=NOON + timedelta(hours=23), variant="SKU-1", units=0),)
    assert run("second_reminder", stock_changes=gone).ended == "sold_out"
    assert run("second_reminder", events=(happens("Unsubscribed", timedelta(hours=1)),)).ended == "unsubscribed"
    other = (happens("Order Completed", timedelta(hours=1), sku="SKU-2"),)
    assert run("second_reminder", events=other).sent == ("push", "again")


@pytest.mark.spec("J-011")
def test_a_price_drop_is_told_unless_something_was_clicked_lately() -> None:
    assert run("price_drop", "Price Dropped", {"percentage": 25}).sent == ("push",)
    lately = (happens("Link Clicked", timedelta(days=-2)),)
    assert run("price_drop", "Price Dropped", {"percentage": 25}, events=lately).ended == "told_lately"
    long_ago = (happens("Link Clicked", timedelta(days=-4)),)
    assert run("price_drop", "Price Dropped", {"percentage": 25}, events=long_ago).sent == ("push",)


@pytest.mark.spec("J-011")
def test_an_abandoned_cart_is_written_about_by_day() -> None:
    result = run("abandoned_cart", "Product Added")
    assert result.sent == ("mail",)
    assert result.at == NOON + timedelta(hours=4)
    far_east = run("abandoned_cart", "Product Added", attributes={"timezone": "Asia/Tokyo"})
    assert far_east.at == NOON + timedelta(hours=12), "09:00 in Tokyo is midnight in UTC"
    bought = (happens("Order Completed", timedelta(hours=3)),)
    assert run("abandoned_cart", "Product Added", events=bought).ended == "purchased"
    shopping = (happens("Product Added", timedelta(hours=3), sku="SKU-2"),)
    assert run("abandoned_cart", "Product Added", events=shopping).ended == "still_shopping"
    assert run("abandoned_cart", "Product Added", stock={}).ended == "sold_out"


@pytest.mark.spec("J-011")
def test_low_stock_is_told_to_those_who_want_it() -> None:
    assert BY_ID["low_stock_nudge"].document.settings.threshold == 5, "a few are left, not none"
    assert run("low_stock_nudge", "Low Stock").ended == "not_interested"
    for name in ("Product Added", "Product Added to Wishlist"):
        assert run("low_stock_nudge", "Low Stock", events=(happens(name, timedelta(days=-10)),)).sent == ("push",)
    other = (happens("Product Added", timedelta(days=-1), sku="SKU-2"),)
    assert run("low_stock_nudge", "Low Stock", events=other).ended == "not_interested"


@pytest.mark.spec("J-011", "F-058")
def test_a_course_seat_is_told_at_a_decent_hour_while_it_is_free() -> None:
    assert run("course_seat_reopened").sent == ("text",)
    tokyo = {"timezone": "Asia/Tokyo"}
    night = run("course_seat_reopened", attributes=tokyo)
    assert night.at == NOON + timedelta(hours=11), "21:00 in Tokyo is too late; 08:00 there is 23:00 UTC"
    assert run("course_seat_reopened", stock={}).ended == "full_again"
    assert run("course_seat_reopened", deliveries={"text": NO_ADDRESS}).sent == ("mail",)
