"""Mobile push: what the shop's app gets."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from engine.messages.content import MobilePushContent, parse_messages
from engine.messages.errors import PayloadTooLarge
from engine.messages.render import render
from engine.messages.rendered import RenderedMobilePush
from tests.engine.messages.conftest import EMOJI, SEND_ID, make_context

RESTOCK = {
    "channel": "mobile_push",
    "title": "{{ product.name }} is back",
    "body": "Your size {{ variant.title }} is here for {{ product.price }}.",
    "link": "{{ product.url }}",
}


def rendered(changes: dict[str, Any] | None = None, **roots: dict[str, Any]) -> RenderedMobilePush:
    (message,) = parse_messages({"restock": {**RESTOCK, **(changes or {})}}).values()
    assert isinstance(message, MobilePushContent)
    return render(message, make_context(**roots))


def test_the_app_gets_the_words_the_picture_the_link_and_what_each_platform_knows() -> None:
    push = rendered(
        {
            "image": "{{ product.image_url }}",
            "android": {"channel_id": "restocks", "color": "#AA3300"},
            "apns": {"sound": "bell.caf"},
        }
    )

    assert json.loads(push.payload) == {
        "notification": {
            "title": "Fjell jacket is back",
            "body": "Your size M is here for €149.00.",
            "image": "https://cdn.example/fjell.jpg",
        },
        "data": {"link": f"https://waitline.example/c/{SEND_ID}-body", "send_id": SEND_ID, "variant": "FJELL-M"},
        "android": {"notification": {"channel_id": "restocks", "color": "#AA3300"}},
        "apns": {"payload": {"aps": {"sound": "bell.caf", "mutable-content": 1}}},
    }
    assert (push.title, push.body, push.priority) == (
        "Fjell jacket is back",
        "Your size M is here for €149.00.",
        "high",
    )
    (link,) = push.links
    assert link.target == "body"


def test_emoji_and_right_to_left_arrive_byte_for_byte_and_control_characters_do_not() -> None:
    push = rendered({"title": f"{EMOJI} שלום\u0007{{{{ profile.first_name }}}}"}, profile={"first_name": "A\r\nB"})

    assert f"{EMOJI} שלום" in push.payload
    assert not any(ord(character) < 32 for character in push.title)


def test_what_firebase_would_refuse_for_its_size_is_refused_before_it_is_sent() -> None:
    with pytest.raises(PayloadTooLarge):
        rendered({"body": "{{ profile.first_name }}"}, profile={"first_name": "🧥" * 1_100})


@pytest.mark.parametrize(
    "wrong",
    [{"collapse_key": "a b"}, {"ttl": "P29D"}, {"android": {"color": "red"}}, {"priority": "urgent"}, {"title": ""}],
)
def test_what_neither_platform_takes_is_refused_when_it_is_written(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse_messages({"restock": {**RESTOCK, **wrong}})
