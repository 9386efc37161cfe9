"""Rendered messages as they are kept: shared where they are alike, given back byte for byte."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.messages.content import MessageContent, parse_messages
from engine.messages.context import RenderContext
from engine.messages.render import render
from engine.messages.rendered import RenderedMessage, restore
from tests.engine.messages.conftest import click_link, make_context
from tests.engine.messages.test_email import BLOCKS, PAGE
from tests.engine.messages.test_web_push import BUTTONS, RESTOCK

MESSAGES: dict[str, MessageContent] = parse_messages(
    {
        "push": {**RESTOCK, "actions": BUTTONS},
        "blocks": {"channel": "email", "subject": "{{ product.name }}", "blocks": BLOCKS},
        "html": {"channel": "email", "subject": "{{ product.name }}", "html": PAGE},
        "sms": {"channel": "sms", "text": "{{ profile.first_name }} {{ link }}", "link": "{{ product.url }}"},
        "webhook": {"channel": "webhook", "url": "https://x.example/", "fields": [{"name": "a", "value": "b"}]},
    }
)
MARKS = st.text(alphabet="\x01\\u01 sendlinkbody_12waitline🧥é\"'&<", max_size=40)


def link_for(send_id: str) -> Any:
    return lambda target, url: click_link(target, url).replace("snd_01kbjv0m8e5w3tq9z7c2r4x6yd", send_id)


def context_of(send_id: str, name: str = "Åsa") -> RenderContext:
    context = make_context(profile={"first_name": name}, product={"name": name or "x"})
    ways = {"unsubscribe": link_for(send_id)("unsubscribe", "")}
    return replace(context, send_id=send_id, links=ways, link_for=link_for(send_id))


def rendered(message: str, context: RenderContext) -> RenderedMessage:
    return render(MESSAGES[message], context)  # pyright: ignore[reportCallIssue, reportArgumentType]


@pytest.mark.parametrize("message", MESSAGES)
def test_sends_that_say_the_same_share_their_content(message: str) -> None:
    first, second = (rendered(message, context_of(send_id)) for send_id in ("snd_" + "1" * 26, "snd_" + "2" * 26))

    assert first != second
    assert first.archived == second.archived
    assert first.content_hash == second.content_hash
    assert len(first.content_hash) == 64


@pytest.mark.parametrize("message", ["push", "blocks", "html", "sms"])
def test_sends_that_say_something_else_do_not(message: str) -> None:
    first, second = (rendered(message, context_of("snd_" + "1" * 26, name)) for name in ("Åsa", "Ola"))

    assert first.content_hash != second.content_hash


@pytest.mark.parametrize("message", MESSAGES)
@given(name=MARKS)
def test_what_was_kept_gives_back_exactly_what_was_sent(message: str, name: str) -> None:
    send_id = "snd_01kbjv0m8e5w3tq9z7c2r4x6yd"
    sent = rendered(message, context_of(send_id, name))

    assert restore(sent.archived, send_id=send_id, link_for=link_for(send_id)) == sent


def test_where_links_lead_can_be_read_from_what_is_kept() -> None:
    archived = rendered("push", context_of("snd_" + "1" * 26)).archived

    assert [(link["target"], link["url"]) for link in archived["links"]] == [
        ("body", "https://shop.example/products/fjell?variant=FJELL-M"),
        ("action_1", "https://shop.example/products/fjell?variant=FJELL-M"),
        ("action_2", "https://shop.example/list"),
    ]
