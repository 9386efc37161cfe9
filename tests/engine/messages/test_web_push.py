"""Web push: the JSON that the service worker reads, byte for byte."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from engine.messages.content import WebPushContent, parse_messages
from engine.messages.errors import BadPicture, PayloadTooLarge
from engine.messages.render import render
from engine.messages.web_push import MAX_PAYLOAD_BYTES
from tests.engine.messages.conftest import EMOJI, SEND_ID, make_context

RESTOCK = {
    "channel": "web_push",
    "title": "{{ product.name }} is back",
    "body": "Your size {{ variant.title }} is here for {{ product.price }}.",
    "link": "{{ product.url }}",
    "icon": "{{ product.image_url }}",
    "ttl": "PT4H",
}
BUTTONS = [
    {"title": "Buy now", "link": "{{ product.url }}"},
    {"title": "My list", "link": {"url": "https://shop.example/list"}},
]


def content(**changes: Any) -> WebPushContent:
    (message,) = parse_messages({"restock": {**RESTOCK, **changes}}).values()
    assert isinstance(message, WebPushContent)
    return message


def payload(message: WebPushContent, **roots: dict[str, Any]) -> dict[str, Any]:
    return json.loads(render(message, make_context(**roots)).payload)


@pytest.mark.spec("F-108", "F-115")
def test_the_payload_is_the_contract_of_the_service_worker() -> None:
    click = f"https://waitline.example/c/{SEND_ID}"

    assert payload(content(actions=BUTTONS, badge="https://cdn.example/badge.png")) == {
        "v": 1,
        "title": "Fjell jacket is back",
        "body": "Your size M is here for €149.00.",
        "icon": "https://cdn.example/fjell.jpg",
        "badge": "https://cdn.example/badge.png",
        "tag": SEND_ID,
        "ttl": 14_400,
        "actions": [{"action": "action_1", "title": "Buy now"}, {"action": "action_2", "title": "My list"}],
        "links": {"body": f"{click}-body", "actions": [f"{click}-action_1", f"{click}-action_2"]},
        "variant": "FJELL-M",
        "send_id": SEND_ID,
    }


@pytest.mark.spec("F-115")
def test_body_and_both_buttons_are_three_targets_with_their_own_links() -> None:
    links = render(content(actions=BUTTONS), make_context()).links

    assert [(link.target, link.url) for link in links] == [
        ("body", "https://shop.example/products/fjell?variant=FJELL-M"),
        ("action_1", "https://shop.example/products/fjell?variant=FJELL-M"),
        ("action_2", "https://shop.example/list"),
    ]
    assert len({link.href for link in links}) == 3


@pytest.mark.spec("F-115")
def test_a_third_button_is_refused() -> None:
    with pytest.raises(ValidationError, match="actions"):
        content(actions=[*BUTTONS, BUTTONS[0]])


@pytest.mark.spec("F-106")
def test_emoji_are_in_the_payload_byte_for_byte() -> None:
    message = content(title=f"{EMOJI} {{{{ product.name }}}}", body="{{ profile.first_name }}")

    written = render(message, make_context(product={"name": EMOJI}, profile={"first_name": EMOJI})).payload

    assert written.encode().count(EMOJI.encode()) == 3


@pytest.mark.spec("F-104")
def test_the_large_picture_belongs_to_the_second_layout_only() -> None:
    large = "https://cdn.example/large.jpg"

    assert payload(content(layout="icon_image", image=large))["image"] == large
    assert "image" not in payload(content(layout="icon", image=large))


@pytest.mark.spec("F-104")
def test_the_second_layout_needs_a_large_picture() -> None:
    with pytest.raises(ValidationError, match="needs an image"):
        content(layout="icon_image")


def test_a_product_without_a_picture_is_told_about_without_one() -> None:
    assert "icon" not in payload(content(), product={"image_url": None})


@pytest.mark.parametrize(
    "url", ["/fjell.jpg", "http://cdn.example/x.jpg", "javascript:alert(1)", "https://10.0.0.1/x.jpg"]
)
def test_a_picture_that_no_browser_should_load_is_named(url: str) -> None:
    with pytest.raises(BadPicture) as problem:
        payload(content(), product={"image_url": url})

    assert problem.value.field == "icon"


def test_a_payload_that_no_push_service_takes_is_refused_before_it_is_sent() -> None:
    def filled(length: int) -> str:
        return render(content(body="{{ profile.bio }}"), make_context(profile={"bio": "x" * length})).payload

    room = MAX_PAYLOAD_BYTES - len(filled(0).encode())
    assert len(filled(room).encode()) == MAX_PAYLOAD_BYTES
    with pytest.raises(PayloadTooLarge) as problem:
        filled(room + 1)
    assert problem.value.size == MAX_PAYLOAD_BYTES + 1


def test_the_size_is_counted_in_bytes_not_in_characters() -> None:
    with pytest.raises(PayloadTooLarge):
        payload(content(body="{{ profile.bio }}"), profile={"bio": "🧥" * 1000})


def test_a_hostile_name_stays_on_its_line_and_inside_its_string() -> None:
    written = payload(content(), product={"name": 'x", "v": 2, "title": "y\r\n\x00\ud800'})

    assert written["v"] == 1
    assert written["title"] == 'x", "v": 2, "title": "y is back'


def test_a_topic_names_both_the_message_and_the_notification() -> None:
    rendered = render(content(topic="restock_FJELL", urgency="high"), make_context())

    assert (rendered.topic, json.loads(rendered.payload)["tag"]) == ("restock_FJELL", "restock_FJELL")
    assert (rendered.ttl, rendered.urgency) == (timedelta(hours=4), "high")


@pytest.mark.parametrize("topic", ["", "x" * 33, "a b", "ø", "a/b"])
def test_a_topic_that_push_services_refuse_is_refused(topic: str) -> None:
    with pytest.raises(ValidationError, match="topic"):
        content(topic=topic)
