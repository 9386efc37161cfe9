"""Nothing reaches a person past the guard: the one place that sends asks it first, for every channel."""

import ast

import pytest

from activities.channels.channel import AmbiguityPolicy
from engine.guardrails.caps import PERSONAL_CHANNELS
from engine.store.database import Database
from engine.store.tables import Send
from tests.activities.post import PostOffice
from tests.architecture.sources import modules, relative, tree
from tests.workflows.stage import ListeningChannel

SENDERS = {
    "activities/messaging.py": "journeys, behind the guard",
    "activities/trial.py": "tests to oneself, to an address that staff type",
    "api/send_test.py": "the command that proves the SMTP settings",
}
"""Every module that may call a channel, and why."""


@pytest.mark.spec("F-085")
async def test_no_way_to_send_skips_the_consent_check(sqlite_database: Database) -> None:
    calling = {
        relative(path)
        for room in ("activities", "api", "workflows", "engine")
        for path in modules(room)
        if not relative(path).startswith("activities/channels/") and any(map(_sends, ast.walk(tree(path))))
    }
    assert calling <= set(SENDERS), "a new sender must ask the guard, or say here why it need not"
    assert "activities/messaging.py" in calling

    post = await PostOffice(sqlite_database).opened()
    post.channels |= {name: ListeningChannel(name, AmbiguityPolicy.REPEAT) for name in PERSONAL_CHANNELS}
    await post.publish()
    await post.publish({"topic": "price_drops"}, journey_id="jny_other")
    await post.person("ada", phone="+4915112345678")
    for channel in ("web_push", "email"):
        await post.consents("ada", channel, granted=False)
    for journey, node in (("jny_test", "push"), ("jny_test", "mail"), ("jny_other", "push"), ("jny_other", "mail")):
        assert await post.reason("ada", journey_id=journey, node_id=node) == "no_consent"

    assert post.sent == []
    assert {row["verdict"].get("consent") for row in await post.rows(Send)} == {False, None}, "no, or never asked"


def _sends(found: ast.AST) -> bool:
    return (
        isinstance(found, ast.Call)
        and isinstance(found.func, ast.Attribute)
        and found.func.attr == "send"
        and {keyword.arg for keyword in found.keywords} >= {"key", "expires_at"}
    )
