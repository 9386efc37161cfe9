"""Why not? Ten customers call, one after the other; each answer comes from what real workers did and left behind."""

import shutil
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import insert, select, update

from activities.errors import PermanentDeliveryFailure
from api.app import create_app
from engine.journey.splits import place
from engine.settings import Settings
from engine.store import lifecycle, waitlist
from engine.store import staff as staff_store
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import InboundDelivery, Profile, Release, Restock
from engine.store.waitlist import Closing
from tests.builders import journey, node
from tests.stack import until
from tests.workflows.stage import Stage, staged

JOURNEY, JOINED = "jny_test", "jny_joined"
KEPT_OUT = next(f"hal{number}" for number in range(1_000) if place(JOURNEY, "keep", f"prf_hal{number}") < 500)
PEOPLE = ("tess", "nora", "cora", "quin", "boas", "exie", "wend", "otto", "soli", "paul", "rosa")


@dataclass
class Phone:
    """Somebody in support with the story behind her, and the pages' API before her."""

    stage: Stage
    api: httpx.AsyncClient

    async def ask(self, name: str, occasion: str, journey_id: str = JOURNEY) -> dict[str, Any]:
        """Why (not)? `occasion` is a SKU whose first restock is meant, or the id of an event."""
        wanted = {"journey": journey_id, "occasion": await self.restock_of(occasion)}
        answer = await self.api.get(f"/v1/profiles/prf_{name}/why", params=wanted)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def restock_of(self, sku: str) -> str:
        rows = await self.stage.rows(Restock, variant_id=f"var_{sku}")
        return str(min(rows, key=lambda row: row["at"])["id"]) if rows else sku


def the(answer: Mapping[str, Any], question: str) -> Mapping[str, Any]:
    """The finding about this question; the last one, where there are several."""
    return [one for one in answer["chain"] if one["question"] == question][-1]


@pytest.fixture(scope="module")
async def phone(migrated_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Phone]:
    """The whole story, told once, and its phone."""
    folder = tmp_path_factory.mktemp("why")
    shutil.copy(migrated_sqlite_file, folder / "waitline.db")
    database = Database(f"sqlite+aiosqlite:///{folder / 'waitline.db'}", durability="process_kill")
    async with staged(database) as stage:
        await _story(stage)
        settings = Settings.model_validate({"home": folder, "secret_key": "a secret for tests"})
        app = create_app(settings, database, now=stage.clock)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as api:
            async with database.transaction() as session:
                person = await staff_store.add_staff(session, name="Kim", role="support", now=stage.clock())
                token = await staff_store.create_link(session, person.id, now=stage.clock())
            assert (await api.post("/v1/session", json={"token": token})).status_code == 200
            yield Phone(stage, api)
    await database.close()


async def _story(stage: Stage) -> None:
    now = stage.clock()
    quiet = {
        "opens": f"{now + timedelta(hours=9):%H:%M}",
        "closes": f"{now + timedelta(hours=14):%H:%M}",
        "mode": "drop",
    }
    settings = {
        "release": {"per_unit": 1},
        "guardrails": {"caps": [{"limit": 1, "window": "P30D"}], "quiet_hours": quiet},
    }
    shape = journey(
        node("keep", "holdout", share=5),
        node("push", "message", channel="web_push", message="push"),
        paths=["entry > keep > push", "push.sent > done", "push.not_sent > done"],
        settings=settings,
    )
    await stage.publish(shape)
    async with stage.database.connection() as connection:
        delivery = {"source_id": stage.shop.source, "delivery_id": "dlv_1", "received_at": now, "accepted": 1}
        await connection.execute(insert(core(InboundDelivery)), delivery)
    await stage.shop.add_variants(XS="Tiny", XL="Big", XXL="Huge")
    for name in PEOPLE:
        await stage.person(name, consent=name != "nora")
    await stage.person(KEPT_OUT)
    async with stage.database.connection() as connection:
        table = core(Profile)
        await connection.execute(
            update(table).where(table.c.id == "prf_quin").values(timezone="Etc/GMT-12", updated_at=now)
        )

    await stage.waits("cora", "XS")
    await stage.restock("XS", 5)
    await stage.finish("cora")

    async with stage.database.connection() as connection:  # exie began to wait 91 days ago
        wish = waitlist.Wish("prf_exie", "var_M", since=now - timedelta(days=91))
        await waitlist.open_entry(connection, wish, retention=timedelta(days=90), now=now - timedelta(days=91))
        await waitlist.expire_due(connection, stage.clock())
    for name in ("tess", "nora", "cora", "quin", "boas", KEPT_OUT):
        await stage.waits(name, "M")
    await stage.waits("wend", "L")
    async with stage.database.connection() as connection:
        await waitlist.close_waits(connection, "prf_boas", "var_M", Closing("purchased", stage.clock()))
    await stage.restock("M", 50)
    for name in ("tess", "nora", "cora", "quin", KEPT_OUT):
        await stage.finish(name)

    for name in ("otto", "soli"):
        await stage.waits(name, "S")
    await stage.shop.stock("S", 1, now=stage.clock())
    await stage.route()

    async def is_held() -> bool:
        return [row["status"] for row in await stage.rows(Release, variant_id="var_S")] == ["holding"]

    await until(is_held, "the release of the only S")
    await stage.stands("otto", "done", status="ended")
    await stage.restock("S", 0)

    await stage.waits("paul", "XL")
    await _change(stage, "paused", "The jacket's picture is wrong")
    await stage.shop.stock("XL", 5, now=stage.clock())
    await stage.route()
    await _change(stage, "active", "The picture is right again")

    await stage.waits("rosa", "XXL")
    stage.push.failures.append(PermanentDeliveryFailure("rejected", "410 no such endpoint"))
    await stage.restock("XXL", 5)
    await stage.finish("rosa")


async def _change(stage: Stage, status: Any, reason: str) -> None:
    async with stage.database.transaction() as session:
        await lifecycle.change_status(session, JOURNEY, status, by="Ada", now=stage.clock(), reason=reason)
    await stage.route()


@pytest.mark.spec("S-003")
async def test_why_she_got_it(phone: Phone) -> None:
    answer = await phone.ask("tess", "M")

    assert (answer["outcome"], answer["reason"]) == ("told", None)
    assert answer["sentence"].startswith("Told by “A journey”. Push: accepted on ")
    assert [one["question"] for one in answer["chain"]] == [
        "known",
        "open",
        "trigger",
        "waiting",
        "line",
        "passage",
        "guard",
        "provider",
    ]
    assert the(answer, "line")["facts"]["position"] == 1
    assert the(answer, "guard")["facts"]["available"] == 50, "the guard's inputs as they were at that time"
    assert answer["computed"] == {"enters": True, "reason": None}
    assert answer["agrees"]
    for finding in answer["chain"]:
        for address in finding["links"].values():
            shown = await phone.api.get(address)
            assert shown.status_code == 200, f"{address} of {finding['question']}: {shown.text}"


@dataclass(frozen=True)
class Call:
    """Who calls about which restock, and what she must be told: the finding that decided, and values that it read."""

    name: str
    sku: str
    reason: str
    question: str
    sentence: str
    read: Mapping[str, Any]


CALLS = (
    Call("nora", "M", "no_consent", "guard", "had never agreed to Push", {"topic": "back_in_stock"}),
    Call("wend", "M", "other_variant", "waiting", "was waiting for Linen shirt, Large", {"state": "pending"}),
    Call("soli", "S", "sold_out_before_turn", "line", "1 stood before", {"ahead": 1, "released": 1}),
    Call("cora", "M", "journey_cap", "guard", "1 messages of this journey within 30 days", {"counted": 1}),
    Call("quin", "M", "quiet_hours", "guard", "quiet hours for the person (Etc/GMT-12)", {"zone": "Etc/GMT-12"}),
    Call("boas", "M", "purchased", "waiting", "had bought it already", {"state": "purchased"}),
    Call("exie", "M", "interest_expired", "waiting", "as long as a wait lasts: 90 days", {"state": "expired"}),
    Call(KEPT_OUT, "M", "held_out", "passage", "is in the holdout", {"node": "keep"}),
    Call("paul", "XL", "journey_paused", "open", "The jacket's picture is wrong", {"changed_by": "Ada"}),
    Call("rosa", "XXL", "provider_refused", "provider", "410 no such endpoint", {"reason": "rejected"}),
)
NEVER_ENTERED = frozenset({"other_variant", "sold_out_before_turn", "purchased", "interest_expired", "journey_paused"})


@pytest.mark.spec("S-003")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.reason)
async def test_why_not(phone: Phone, call: Call) -> None:
    answer = await phone.ask(call.name, call.sku)

    entered = call.reason not in NEVER_ENTERED
    assert (answer["outcome"], answer["reason"]) == ("not_told" if entered else "not_entered", call.reason)
    finding = the(answer, call.question)
    assert finding["holds"] is False
    assert call.sentence in finding["sentence"]
    assert answer["sentence"].endswith(finding["sentence"]), "the sentence is the finding that decided it"
    assert {key: finding["facts"][key] for key in call.read} == call.read
    assert answer["recorded"]["enters"] is entered
    assert answer["computed"]["enters"] is entered, "made again from history, the same"
    assert answer["agrees"]


async def test_the_occasions_to_ask_about_are_those_of_the_product_newest_first(phone: Phone) -> None:
    answer = await phone.api.get("/v1/profiles/prf_wend/occasions", params={"journey": JOURNEY})

    items = answer.json()["items"]
    assert [one["variant"]["sku"] for one in items] == ["XXL", "XL", "S", "M", "XS"]
    assert {one["enrollment_id"] for one in items} == {None}
    told = (await phone.api.get("/v1/profiles/prf_tess/occasions")).json()["items"]
    assert [one["variant"]["sku"] for one in told if one["enrollment_id"]] == ["M"]


async def test_a_day_stands_for_what_happened_on_it(phone: Phone) -> None:
    today = f"{phone.stage.clock():%Y-%m-%d}"
    answer = (await phone.api.get("/v1/profiles/prf_rosa/why", params={"journey": JOURNEY, "occasion": today})).json()
    assert answer["occasion"]["variant"]["sku"] == "XXL", "the newest of that day"

    answer = (
        await phone.api.get("/v1/profiles/prf_rosa/why", params={"journey": JOURNEY, "occasion": "2020-02-29"})
    ).json()
    assert (answer["outcome"], answer["reason"]) == ("not_entered", "nothing_happened")
    assert "29 February 2020" in answer["sentence"]


JOINED_GOLD = journey(
    node(
        "entry",
        "entry",
        trigger={
            "kind": "event",
            "event": "Joined",
            "where": {"kind": "property", "property": "plan", "op": "equals", "value": "gold"},
        },
    ),
    paths=["entry > done"],
    settings={
        "reentry": {"kind": "once"},
        "audience": {"condition": {"kind": "has_occurred", "event": "Order Completed", "at_least": 1}},
    },
    name="Gold welcome",
)


@pytest.mark.spec("S-003")
async def test_the_entry_of_people_who_never_entered_is_decided_again_from_history(phone: Phone) -> None:
    stage = phone.stage
    await stage.publish(JOINED_GOLD, JOINED)
    silver = await stage.happens("tess", "Joined", plan="silver")
    too_early = await stage.happens("tess", "Joined", plan="gold")
    await stage.happens("tess", "Order Completed", order_id="o-1")
    entered = await stage.happens("tess", "Joined", plan="gold")
    await stage.finish("tess")
    again = await stage.happens("tess", "Joined", plan="gold")

    wrong = await phone.ask("tess", silver, JOINED)
    assert wrong["reason"] == "trigger_condition"
    assert "plan is 'gold', and it was 'silver'" in wrong["sentence"], "the clause that failed, with the value"
    outside = await phone.ask("tess", too_early, JOINED)
    assert outside["reason"] == "not_in_audience"
    assert "“Order Completed” had occurred 0 times" in outside["sentence"], "history as it was then, not as it is now"
    inside = await phone.ask("tess", entered, JOINED)
    assert (inside["computed"]["enters"], inside["recorded"]["enters"]) == (True, True)
    twice = await phone.ask("tess", again, JOINED)
    assert twice["reason"] == "already_entered"
    assert all(one["agrees"] for one in (wrong, outside, inside, twice))


@pytest.mark.parametrize(
    "strange",
    ["../../etc", "rst_%00", "'; DROP TABLE profile; --", "<b>x</b>", "Ω/ß", "9999-99-99", "0001-01-01", "9999-12-31"],
)
async def test_strange_ids_are_unknown_and_nothing_else(phone: Phone, strange: str) -> None:
    asked = {"journey": JOURNEY, "occasion": strange}
    assert (await phone.api.get("/v1/profiles/prf_tess/why", params=asked)).status_code == 404
    asked = {"journey": strange, "occasion": await phone.restock_of("M")}
    assert (await phone.api.get("/v1/profiles/prf_tess/why", params=asked)).status_code == 404
    asked = {"journey": JOURNEY, "occasion": await phone.restock_of("M")}
    other = f"/v1/profiles/{quote(strange, safe='')}/why"
    assert (await phone.api.get(other, params=asked)).status_code == 404


async def test_a_merged_profile_answers_as_the_person_that_it_became(phone: Phone) -> None:
    stage = phone.stage
    await stage.shop.add_people("old")
    async with stage.database.connection() as connection:
        table = core(Profile)
        await connection.execute(update(table).where(table.c.id == "prf_old").values(merged_into="prf_nora"))
        assert await connection.scalar(select(table.c.merged_into).where(table.c.id == "prf_old")) == "prf_nora"

    assert (await phone.ask("old", "M"))["reason"] == "no_consent"
