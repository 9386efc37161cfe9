"""What people did with their messages: counted by first-party links and one picture, programs apart."""

from typing import Any

import httpx
import pytest

from activities.composing import Composer
from activities.errors import PermanentDeliveryFailure
from engine.links import OPEN_TARGET, unsubscribe_path
from engine.settings import Settings
from engine.store.database import Database
from tests.activities.post import PostOffice
from tests.api.world import both_databases

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
PROGRAM = {"User-Agent": "Mozilla/5.0 (compatible; GoogleImageProxy)"}
MAIL = {
    "channel": "email",
    "subject": "Back",
    "blocks": [
        {"type": "button", "text": "Shirt", "link": "https://shop.example/shirt"},
        {"type": "button", "text": "Others", "link": "https://shop.example/others"},
    ],
}


@pytest.fixture
async def post(database: Database) -> PostOffice:
    return await PostOffice(database).opened()


@pytest.fixture
def composer(settings: Settings) -> Composer:
    assert settings.secret_key is not None
    return Composer("", settings.secret_key.get_secret_value(), asks_opens=True)


async def mailed(post: PostOffice, *names: str) -> dict[str, str]:
    """An e-mail to each of these people; the ids of the sends."""
    await post.publish(messages={"mail": MAIL})
    sent: dict[str, str] = {}
    for name in names:
        await post.person(name)
        outcome = (await post.deliver(name, node_id="mail")).outcome
        assert outcome is not None
        assert outcome.send_id is not None
        sent[name] = outcome.send_id
    return sent


async def engagement(staff: httpx.AsyncClient, **which: str) -> dict[str, Any]:
    answer = await staff.get("/v1/messages/engagement", params=which)
    assert answer.status_code == 200, answer.text
    return answer.json()


@both_databases
@pytest.mark.spec("F-154")
@pytest.mark.spec("F-156")
async def test_opens_and_clicks_are_counted_in_all_and_by_message_and_programs_apart(
    client: httpx.AsyncClient, staff: httpx.AsyncClient, post: PostOffice, composer: Composer
) -> None:
    sent = await mailed(post, "ada", "bob", "eve", "ida")

    async def follow(name: str, target: str, headers: dict[str, str]) -> None:
        answer = await client.get(composer.link(sent[name], target), headers=headers)
        assert answer.status_code in {200, 302}

    for name, headers in (("ada", BROWSER), ("ada", BROWSER), ("bob", BROWSER), ("eve", PROGRAM)):
        await follow(name, OPEN_TARGET, headers)
    for name, target in (("ada", "button_1"), ("ada", "button_1"), ("ada", "button_2"), ("bob", "button_1")):
        await follow(name, target, BROWSER)
    await follow("eve", "button_1", {"User-Agent": "Slackbot-LinkExpanding 1.0"})

    numbers = await engagement(staff, journey="jny_test")

    assert numbers["sent"] == 4
    assert numbers["opens"] == {"total": 3, "unique": 2}
    assert numbers["clicks"] == {"total": 4, "unique": 2}
    assert numbers["by_programs"] == {"opens": {"total": 1, "unique": 1}, "clicks": {"total": 1, "unique": 1}}
    assert (numbers["rates"]["opens"], numbers["rates"]["clicks"]) == (0.5, 0.5)
    links = {(one["version"], one["node"], one["target"], one["url"]): one["clicks"] for one in numbers["links"]}
    assert links == {
        (1, "mail", "button_1", "https://shop.example/shirt"): {"total": 3, "unique": 2},
        (1, "mail", "button_2", "https://shop.example/others"): {"total": 1, "unique": 1},
    }
    assert (await engagement(staff, journey="jny_other"))["clicks"] == {"total": 0, "unique": 0}
    states = {name: (await staff.get(f"/v1/messages/{send}")).json()["status"] for name, send in sent.items()}
    assert states == {"ada": "clicked", "bob": "clicked", "eve": "accepted", "ida": "accepted"}


@pytest.mark.spec("F-158")
async def test_leaving_is_counted_by_journey_unsubscribes_and_lost_browsers(
    client: httpx.AsyncClient, staff: httpx.AsyncClient, post: PostOffice, settings: Settings
) -> None:
    sent = await mailed(post, "ada", "bob", "eve", "ida")
    for number, name in enumerate(("ada", "bob", "eve")):
        if number < 2:
            post.channels["web_push"].failures.append(PermanentDeliveryFailure("gone", address_gone=True))
        await post.deliver(name, node_id="push")
    assert settings.secret_key is not None
    for _ in range(2):
        way_out = unsubscribe_path(settings.secret_key.get_secret_value(), sent["ada"])
        await client.post(way_out, data={"List-Unsubscribe": "One-Click"})

    numbers = await engagement(staff, journey="jny_test")
    assert numbers["unsubscribes"] == {"total": 1, "unique": 1}
    assert numbers["sent"] == 5, "four e-mails and one push"
    assert numbers["rates"]["unsubscribes"] == 0.2
    assert numbers["browsers_lost"] == 2
    assert (await engagement(staff, journey="jny_other"))["unsubscribes"]["total"] == 0


@pytest.mark.spec("F-172")
async def test_everything_but_opens_works_without_the_picture(
    client: httpx.AsyncClient, staff: httpx.AsyncClient, post: PostOffice, composer: Composer
) -> None:
    sent = await mailed(post, "ada")
    rendering = (await staff.get(f"/v1/messages/{sent['ada']}")).json()["rendering"]
    assert rendering["open_url"] is None
    assert "/o/" not in rendering["html"]

    await client.get(composer.link(sent["ada"], "button_1"), headers=BROWSER)

    numbers = await engagement(staff)
    assert numbers["clicks"] == {"total": 1, "unique": 1}
    assert numbers["opens"] == {"total": 0, "unique": 0}
    forged = await client.get("/o/nonsense.gif", headers=BROWSER)
    assert (forged.status_code, forged.headers["content-type"]) == (200, "image/gif")
    assert (await engagement(staff))["opens"]["total"] == 0
