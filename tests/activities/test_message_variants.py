"""One message said in several ways: who gets which, for ever, and how it is known afterwards."""

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from engine.authoring.checking import document_problems
from engine.messages.rendered import RenderedEmail
from engine.messages.variants import MessageVariant, contents_of, slices_of, variant_for, variants_of
from engine.store.tables import Send
from tests.activities.post import PostOffice
from tests.builders import journey, node

MAIL: dict[str, Any] = {
    "channel": "email",
    "subject": "It is back",
    "blocks": [{"type": "text", "text": "Come."}],
    "variants": [
        {"id": "b", "title": "Hurry", "share": 30, "changes": {"subject": "Quick: it is back"}},
        {
            "id": "c",
            "share": 20,
            "changes": {"blocks": [{"type": "text", "text": "Do come."}, {"type": "product_card"}]},
        },
    ],
}


@pytest.mark.spec("F-132")
async def test_variants_inside_one_message_node_reach_their_shares_and_stay_with_each_person(post: PostOffice) -> None:
    await post.publish(messages={"mail": MAIL})
    people = [f"p{number}" for number in range(24)]
    said: dict[str, tuple[str, str]] = {}
    for name in people:
        await post.person(name, browsers=0)
        assert await post.reason(name, node_id="mail") == "sent"
        message = post.channels["email"].sent[-1][1]
        assert isinstance(message, RenderedEmail)
        said[name] = (message.subject, message.text.splitlines()[0])

    expected = {"a": ("It is back", "Come."), "b": ("Quick: it is back", "Come."), "c": ("It is back", "Do come.")}
    recorded = {row["profile_id"]: row["verdict"]["message_variant"] for row in await post.rows(Send)}
    assert {name: expected[recorded[f"prf_{name}"]] for name in people} == said
    assert set(recorded.values()) == {"a", "b", "c"}
    for name in people[:6]:
        assert await post.reason(name, node_id="mail", run="2") == "sent"
    again = {row["profile_id"]: row["verdict"]["message_variant"] for row in await post.rows(Send)}
    assert again == recorded, "who waits twice is told the same way twice"


def test_everybody_has_a_variant_by_the_shares() -> None:
    slices = slices_of(MAIL)
    counted = Counter(
        variant_for(slices, journey="jny_1", node="mail", profile=f"prf_{number}") for number in range(6_000)
    )

    assert {one: round(count / 6_000, 1) for one, count in counted.items()} == {"a": 0.5, "b": 0.3, "c": 0.2}
    assert contents_of("mail", MAIL)["mail#b"]["blocks"] == MAIL["blocks"]
    assert variants_of({"channel": "sms"}) == ()


@pytest.mark.parametrize(
    "variants",
    [
        [{"id": "b", "share": 60}, {"id": "c", "share": 50}],
        [{"id": "b", "share": 10}, {"id": "b", "share": 10}],
        [{"id": "a", "share": 10}],
        [{"id": "b", "share": -1}],
        "b",
    ],
)
def test_variants_that_do_not_fit_together_are_refused(variants: Any) -> None:
    with pytest.raises(ValidationError):
        contents_of("mail", {**MAIL, "variants": variants})


def test_what_is_wrong_with_a_variant_is_said_of_the_variant() -> None:
    def problems(changes: dict[str, Any]) -> list[tuple[str | None, str]]:
        broken = {**MAIL, "variants": [MessageVariant(id="b", share=10, changes=changes).model_dump()]}
        shape = journey(
            node("mail", "message", channel="email", message="mail"),
            paths=["entry > mail", "mail.sent > done", "mail.not_sent > done"],
            messages={"mail": broken},
        )
        return [(one.field, one.code) for one in document_problems(shape) if one.code.startswith("content")]

    assert problems({"subject": "Hi {{ profile.first_name }}"}) == [
        ("messages.mail.variants.b.subject", "content_missing_value")
    ]
    assert problems({"subjekt": "Hi"}) == [("messages.mail.variants.b.subjekt", "content_invalid")]
    assert problems({"subject": "Hi"}) == []
