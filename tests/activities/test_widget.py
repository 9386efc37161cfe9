"""The back-in-stock widget of e-mails, and the same data as merge tags where there are no blocks."""

from datetime import timedelta
from typing import Any

import pytest

from engine.authoring.checking import document_problems
from engine.messages.rendered import RenderedEmail, RenderedSms, RenderedWebPush
from tests.activities.post import PostOffice
from tests.builders import journey, node

CARD: dict[str, Any] = {"type": "product_card"}


def mail(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"channel": "email", "subject": "Back", "blocks": list(blocks)}


async def sent_mail(post: PostOffice, *blocks: dict[str, Any], sku: str = "M", run: str = "1") -> RenderedEmail:
    """The e-mail that Ada gets."""
    await post.publish(messages={"mail": mail(*blocks)}, journey_id=f"jny_{run}")
    assert await post.reason("ada", node_id="mail", journey_id=f"jny_{run}", sku=sku) == "sent"
    message = post.channels["email"].sent[-1][1]
    assert isinstance(message, RenderedEmail)
    return message


@pytest.mark.spec("F-121")
async def test_the_block_draws_the_restocked_product_as_its_settings_say(post: PostOffice) -> None:
    await post.person("ada")
    await post.price(price_minor=4990, currency="EUR", image_url="https://shop.example/shirt.jpg")

    whole = await sent_mail(post, CARD)
    for shown in ("https://shop.example/shirt.jpg", "Linen shirt", "49.90", "Buy now"):
        assert shown in whole.html
    (link,) = whole.links
    assert (link.target, link.url) == ("product_1", "https://shop.example/shirt")
    assert link.href in whole.html

    settings = {"show": ["image", "title", "button"], "button": "Get it", "image_width": 240}
    configured = await sent_mail(post, CARD | settings, run="2")
    assert "Get it" in configured.html
    assert "Buy now" not in configured.html
    assert "49.90" not in configured.html
    assert 'width="240"' in configured.html
    title_only = await sent_mail(post, CARD | {"show": ["title"]}, run="3")
    assert "Linen shirt" in title_only.html
    assert title_only.links == ()
    assert "shirt.jpg" not in title_only.html


@pytest.mark.spec("F-120")
async def test_the_block_shows_the_item_restocked_last_or_the_enrollments_own(post: PostOffice) -> None:
    """Ada waits for three coats, which come back one after the other; her enrollment is about the first."""
    await post.person("ada")
    for number, size in enumerate(("one", "two", "three"), start=1):
        await post.shop.add_product(f"prd_{size}", f"coat-{size}", f"Coat {size}")
        await post.shop.add_variants(product=f"prd_{size}", **{f"C{number}": size})
        await post.shop.wait_for(f"C{number}", "ada", now=post.now)
    for number in (1, 2, 3):
        post.now += timedelta(hours=1)
        await post.shop.stock(f"C{number}", 5, now=post.now)
    await post.shop.wait_for("M", "ada", now=post.now + timedelta(hours=1))

    latest = await sent_mail(post, CARD | {"item": "latest"}, sku="C1", run="1")
    assert "Coat three" in latest.html
    assert "Coat one" not in latest.html
    assert [link.url for link in latest.links] == ["https://shop.example/coat-three"]
    own = await sent_mail(post, CARD | {"item": "own"}, sku="C1", run="2")
    assert "Coat one" in own.html
    assert "Coat three" not in own.html
    both = await sent_mail(
        post, {"type": "text", "text": "{{ product.name }}"}, CARD | {"item": "latest"}, sku="C2", run="3"
    )
    assert "Coat two" in both.html, "outside of the block, product means the enrollment's own"


@pytest.mark.spec("F-122")
async def test_pushes_and_text_messages_have_the_same_data_as_merge_tags_and_no_block(post: PostOffice) -> None:
    await post.person("ada", phone="+436601234567")
    await post.consents("ada", "sms")
    push = {
        "channel": "web_push",
        "title": "{{ product.name }}",
        "body": "{{ variant.title }}",
        "link": "{{ product.url }}",
    }
    text = {"channel": "sms", "text": "{{ product.name }}: {{ link }}", "link": "{{ product.url }}"}
    for channel, content in (("web_push", push), ("sms", text)):
        shape = journey(
            node("push", "message", channel=channel, message="it"),
            paths=["entry > push", "push.sent > done", "push.not_sent > done"],
            messages={"it": content},
            name=channel,
        )
        await post.publish_shape(shape, journey_id=f"jny_{channel}")
        assert await post.reason("ada", journey_id=f"jny_{channel}") == "sent"
        with_block = shape | {"messages": {"it": content | {"blocks": [CARD]}}}
        assert "content_invalid" in {problem.code for problem in document_problems(with_block)}

    (_, pushed), (_, texted) = post.channels["web_push"].sent[0], post.channels["sms"].sent[0]
    assert isinstance(pushed, RenderedWebPush)
    assert isinstance(texted, RenderedSms)
    assert pushed.title == "Linen shirt"
    assert [link.url for link in pushed.links] == [link.url for link in texted.links] == ["https://shop.example/shirt"]
    assert texted.text == f"Linen shirt: {texted.links[0].href}"
