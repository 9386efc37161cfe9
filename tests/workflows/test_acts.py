"""What staff do for one person: done between two steps, once, with the reason in her timeline and in the audit."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from api.app import create_app
from engine.settings import Settings
from engine.store import staff as staff_store
from engine.store.staff import Role
from engine.store.statements import core
from engine.store.tables import Audit, OutboxRow, Send, SendOutcome, Suppression, WaitlistEntry
from tests.builders import node
from tests.workflows.running import PUSH, a_day_then_push, change, joined, launch
from tests.workflows.stage import Stage

WHY = {"reason": "She asked for it by phone."}


class Desk:
    """The API over the stage's database, for members of staff by role."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage = stage
        settings = Settings.model_validate({"home": folder, "secret_key": "a secret for tests"})
        self._app = create_app(settings, stage.database, now=stage.clock)
        self.opened: list[httpx.AsyncClient] = []

    async def signed_in(self, role: Role) -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://waitline.example")
        self.opened.append(client)
        async with self._stage.database.transaction() as session:
            person = await staff_store.add_staff(session, name="Kim", role=role, now=self._stage.clock())
            token = await staff_store.create_link(session, person.id, now=self._stage.clock())
        answer = await client.post("/v1/session", json={"token": token})
        client.headers["X-Waitline-CSRF"] = answer.json()["csrf"]
        return client


@pytest.fixture
async def desk(stage: Stage, tmp_path: Path) -> AsyncGenerator[Desk]:
    desk = Desk(stage, tmp_path)
    yield desk
    for client in desk.opened:
        await client.aclose()


async def newest(stage: Stage, name: str) -> str:
    return str((await stage.enrollments(name))[-1]["id"])


async def done(stage: Stage, api: httpx.AsyncClient, name: str, act: str, **more: Any) -> None:
    """Staff ask for it, and it is told to the enrollment; telling it again changes nothing."""
    answer = await api.post(f"/v1/enrollments/{await newest(stage, name)}/{act}", json={**WHY, **more})
    assert answer.status_code == 202, answer.text
    await stage.route()
    outbox = core(OutboxRow)
    async with stage.database.connection() as connection:
        await connection.execute(update(outbox).where(outbox.c.kind == "steered").values(routed_at=None))
    await stage.route()


@pytest.mark.spec("S-006")
async def test_staff_cancel_skip_and_move_and_each_act_is_told_with_its_reason(stage: Stage, desk: Desk) -> None:
    await launch(stage, a_day_then_push())
    support = await desk.signed_in("support")
    begun = stage.clock()
    for name in ("ada", "ben", "eve"):
        await stage.person(name)
        await stage.happens(name, "Joined")
        await stage.stands(name, "pause")

    await done(stage, support, "ada", "cancel")
    await done(stage, support, "ben", "skip-wait")
    await done(stage, support, "eve", "move", node="push")

    assert await stage.finish("ada") == "cancelled"
    assert await stage.finish("ben") == "completed"
    assert await stage.finish("eve") == "completed"
    assert await stage.path("ben") == ["entry", "pause", "push.sent", "done"]
    assert await stage.path("eve") == ["entry", "push.sent", "done"]
    assert stage.clock() - begun < timedelta(hours=12), "nobody waited for the day to pass"
    assert len(stage.push.sent) == 2
    audit = {row["subject_id"]: row for row in await stage.rows(Audit, reason=WHY["reason"])}
    assert {name: row["action"] for name, row in audit.items()} == {
        "prf_ada": "enrollment:cancel",
        "prf_ben": "enrollment:skip",
        "prf_eve": "enrollment:move",
    }
    assert audit["prf_eve"]["before"]["node"] == "pause"
    assert audit["prf_eve"]["after"]["node"] == "push"
    for name in ("ada", "ben", "eve"):
        noted = [row for row in await stage.trail(name) if row["facts"].get("audit") == audit[f"prf_{name}"]["id"]]
        assert len(noted) == 1, "once, however often it was told"
        page = await support.get(f"/v1/profiles/prf_{name}/timeline", params={"kind": "staff"})
        assert [(item["kind"], item["detail"]) for item in page.json()["items"]] == [("staff", WHY["reason"])]

    over = await support.post(f"/v1/enrollments/{await newest(stage, 'ada')}/cancel", json=WHY)
    assert (over.status_code, over.json()["code"]) == (409, "enrollment_over")


async def test_an_act_on_an_enrollment_that_is_yet_to_start_waits_for_it(stage: Stage, desk: Desk) -> None:
    pause = node("pause", "delay", duration="P1D")
    paths = ["entry > push", "push.sent > pause", "push.not_sent > pause", "pause > done"]
    await launch(stage, joined(PUSH, pause, paths=paths))
    support = await desk.signed_in("support")
    await stage.person("ada")
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")
    await stage.pass_time(timedelta(days=1, hours=1))
    await stage.stands("ada", "done", status="ended")
    (sent,) = await stage.rows(Send)
    assert (await support.post(f"/v1/messages/{sent['id']}/resend", json=WHY)).status_code == 202
    outbox = core(OutboxRow)
    async with stage.database.connection() as connection:  # the relay is yet to come to its start
        late = update(outbox).where(outbox.c.kind == "resent").values(due_at=stage.clock() + timedelta(hours=1))
        await connection.execute(late)

    answer = await support.post(f"/v1/enrollments/{await newest(stage, 'ada')}/cancel", json=WHY)
    assert answer.status_code == 202
    await stage.route()
    (asked,) = await stage.rows(OutboxRow, kind="steered")
    assert (asked["routed_at"], asked["attempts"]) == (None, 1)

    for _ in range(2):
        await stage.pass_time(timedelta(hours=2))
        await stage.route()
    await stage.until(lambda: exit_of(stage, "ada"), "cancelled")


async def exit_of(stage: Stage, name: str) -> str | None:
    """Why the person's newest enrollment ended."""
    return (await stage.enrollments(name))[-1]["exit_reason"]


@pytest.mark.spec("S-006")
async def test_a_message_is_sent_again_with_a_reason_if_the_guard_allows_it(stage: Stage, desk: Desk) -> None:
    await launch(stage, joined(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]))
    support = await desk.signed_in("support")
    await stage.person("ada")
    await stage.happens("ada", "Joined")
    await stage.finish("ada")
    (first,) = await stage.rows(Send)

    async def again() -> tuple[str, str | None]:
        """Send the first message once more; what became of the new one, and why."""
        answer = await support.post(f"/v1/messages/{first['id']}/resend", json=WHY)
        assert answer.status_code == 202, answer.text
        await stage.route()
        assert await stage.finish("ada") == "completed"
        begun = (await stage.enrollments("ada"))[-1]
        assert begun["key"] == f"again:{answer.json()['audit_id']}"
        (send,) = await stage.rows(Send, enrollment_id=begun["id"])
        (outcome,) = await stage.rows(SendOutcome, send_id=send["id"])
        return outcome["state"], outcome["reason"]

    assert await again() == ("accepted", None)
    assert [message.title for _, message in stage.push.sent] == ["Hello", "Hello"]
    assert await stage.path("ada") == ["push.sent", "done"]
    assert (await support.post("/v1/profiles/prf_ada/suppress", json=WHY)).status_code == 200
    assert await again() == ("skipped", "suppressed")
    assert len(stage.push.sent) == 2
    actions = sorted(row["action"] for row in await stage.rows(Audit, reason=WHY["reason"]))
    assert actions == ["message:resend", "message:resend", "suppress"]
    assert (await support.post("/v1/messages/snd_none/resend", json=WHY)).status_code == 404


async def test_a_wait_for_an_event_is_skipped_by_its_time_out_and_one_without_is_not(stage: Stage, desk: Desk) -> None:
    paid = {"events": [{"event": "Order Completed"}]}
    shape = joined(
        node("hope", "wait_until", timeout="P9D", **paid),
        node("ever", "wait_until", **paid),
        paths=["entry > hope", "hope.timed_out > ever", "hope.happened > done", "ever.happened > done"],
    )
    await launch(stage, shape)
    support = await desk.signed_in("support")
    await stage.person("ada")
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "hope")

    await done(stage, support, "ada", "skip-wait")

    await stage.stands("ada", "ever")
    refused = await support.post(f"/v1/enrollments/{await newest(stage, 'ada')}/skip-wait", json=WHY)
    assert (refused.status_code, refused.json()["code"]) == (409, "wait_not_skippable")
    missing = await support.post(f"/v1/enrollments/{await newest(stage, 'ada')}/move", json={**WHY, "node": "nowhere"})
    assert missing.status_code == 404
    await done(stage, support, "ada", "cancel")
    assert await stage.finish("ada") == "cancelled"


async def test_an_act_on_somebody_whom_a_pause_holds_is_heeded_and_the_pause_holds_on(stage: Stage, desk: Desk) -> None:
    await launch(stage, a_day_then_push())
    support = await desk.signed_in("support")
    for name in ("ada", "ben"):
        await stage.person(name)
        await stage.happens(name, "Joined")
        await stage.stands(name, "pause")
    await change(stage, "paused")
    await stage.pass_time(timedelta(days=2))
    for name in ("ada", "ben"):
        await stage.stands(name, "pause", status="parked")

    await done(stage, support, "ada", "cancel")
    await done(stage, support, "ben", "move", node="push")

    assert await stage.finish("ada") == "cancelled"
    await stage.stands("ben", "push", status="parked")
    assert stage.push.sent == []
    await change(stage, "active")
    assert await stage.finish("ben") == "completed"
    assert len(stage.push.sent) == 1


@pytest.mark.spec("S-006")
async def test_a_suppressed_person_gets_nothing_until_it_is_taken_back(stage: Stage, desk: Desk) -> None:
    await launch(stage, joined(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]))
    support = await desk.signed_in("support")
    await stage.person("ada", browsers=2)

    answer = await support.post("/v1/profiles/prf_ada/suppress", json=WHY)
    assert answer.json() == {"addresses": 3}, "two browsers and an e-mail address"
    await stage.happens("ada", "Joined")
    await stage.finish("ada")
    assert [row["reason"] for row in await stage.rows(SendOutcome)] == ["suppressed"]

    assert (await support.post("/v1/profiles/prf_ada/allow-again", json=WHY)).json() == {"addresses": 3}
    assert await stage.rows(Suppression) == []
    await stage.happens("ada", "Joined")
    await stage.finish("ada")
    assert len(stage.push.sent) == 2

    await stage.waits("ada", "M")
    (entry,) = await stage.entries("ada")
    assert (await support.post(f"/v1/waitlist-entries/{entry['id']}/close", json=WHY)).status_code == 204
    (closed,) = await stage.rows(WaitlistEntry, profile_id="prf_ada")
    assert (closed["state"], closed["reason"]) == ("unsubscribed", "by_staff")
    assert (await support.post(f"/v1/waitlist-entries/{entry['id']}/close", json=WHY)).status_code == 404
    audit = await stage.rows(Audit, subject_id="prf_ada")
    assert sorted(row["action"] for row in audit) == ["allow_again", "suppress", "waitlist:close"]


@pytest.mark.spec("S-006")
async def test_whoever_may_not_act_or_gives_no_reason_changes_nothing(stage: Stage, desk: Desk) -> None:
    await launch(stage, a_day_then_push())
    await stage.person("ada")
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")
    enrollment = await newest(stage, "ada")
    acts = {
        f"/v1/enrollments/{enrollment}/cancel": {},
        f"/v1/enrollments/{enrollment}/skip-wait": {},
        f"/v1/enrollments/{enrollment}/move": {"node": "push"},
        "/v1/messages/snd_1/resend": {},
        "/v1/profiles/prf_ada/suppress": {},
        "/v1/profiles/prf_ada/allow-again": {},
        "/v1/waitlist-entries/wle_1/close": {},
    }
    viewer, support = await desk.signed_in("viewer"), await desk.signed_in("support")
    for address, more in acts.items():
        assert (await viewer.post(address, json={**WHY, **more})).json()["code"] == "permission_missing"
        assert (await support.post(address, json=more)).status_code == 422
    await stage.route()
    assert await stage.rows(Audit, subject_kind="profile") == []
    await stage.stands("ada", "pause")
