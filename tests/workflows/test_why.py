"""Why not? Ten customers call, one after the other; each answer comes from what real workers did and left behind."""

import re
import shutil
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select, update

from api.app import create_app
from engine.settings import Settings
from engine.store import staff as staff_store
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Profile, Restock
from tests.builders import journey, node
from tests.workflows.stage import Stage, staged
from tests.workflows.why_story import CALLS, JOURNEY, Call, live

JOINED = "jny_joined"
ENGLISH = re.compile(r"\b(the|was|were|had|has|of|and|not)\b", re.IGNORECASE)
PAUSED_FOR = "The jacket's picture is wrong"
"""What a colleague wrote stays as it was written."""


@dataclass
class Phone:
    """Somebody in support with the story behind her, and the pages' API before her."""

    stage: Stage
    api: httpx.AsyncClient

    async def ask(self, name: str, occasion: str, journey_id: str = JOURNEY, *, language: str = "en") -> dict[str, Any]:
        """Why (not)? `occasion` is a SKU whose first restock is meant, or the id of an event."""
        wanted = {"journey": journey_id, "occasion": await self.restock_of(occasion)}
        address = f"/v1/profiles/prf_{name}/why"
        answer = await self.api.get(address, params=wanted, headers={"Accept-Language": language})
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
        await live(stage)
        settings = Settings.model_validate({"home": folder, "secret_key": "a secret for tests"})
        app = create_app(settings, database, now=stage.clock)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as api:
            async with database.transaction() as session:
                person = await staff_store.add_staff(session, name="Kim", role="support", now=stage.clock())
                token = await staff_store.create_link(session, person.id, now=stage.clock())
            assert (await api.post("/v1/session", json={"token": token})).status_code == 200
            yield Phone(stage, api)
    await database.close()


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


async def test_every_answer_is_given_in_german_where_that_is_asked_for(phone: Phone) -> None:
    told = await phone.ask("tess", "M", language="de")
    assert told["sentence"].startswith("Benachrichtigt durch „A journey“. Push: angenommen am ")
    for name, sku in [("tess", "M"), *((call.name, call.sku) for call in CALLS)]:
        answer = await phone.ask(name, sku, language="de")
        said = [answer["sentence"], *(one["sentence"] for one in answer["chain"])]
        assert [one for one in said if ENGLISH.search(one.replace(PAUSED_FOR, ""))] == []


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
    assert "plan is “gold”, but it was “silver”" in wrong["sentence"], "the clause that failed, with the value"
    german = await phone.ask("tess", silver, JOINED, language="de")
    assert "plan ist „gold“, aber es war „silver“" in german["sentence"]
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
