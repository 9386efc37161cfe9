"""Deciding again: the stored history of an enrollment gives the stored trail, and a doctored row is found."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from temporalio.client import Client, WorkflowHistory

from api.app import create_app
from engine.settings import Settings
from engine.store import staff as staff_store
from engine.store.errors import UnknownRecord
from engine.store.statements import core
from engine.store.tables import Send, TrailRow
from tests.architecture.sources import ROOT
from tests.builders import node
from tests.guides import blocks
from tests.workflows.running import JOURNEY, PUSH, joined, launch
from tests.workflows.stage import Stage
from workflows.replaying import replay


@pytest.mark.spec("S-005")
async def test_an_enrollment_is_decided_again_from_what_was_recorded(stage: Stage, tmp_path: Path) -> None:
    vip = {"kind": "attribute", "attribute": "vip", "op": "equals", "value": True}
    shape = joined(
        node("pause", "delay", duration="P1D"),
        PUSH,
        node("clicks", "wait_until", events=[{"event": "Message Clicked", "message": "push"}], timeout="P2D"),
        node("vips", "branch", ways=[{"id": "vip", "when": vip}]),
        paths=[
            "entry > pause > push",
            "push.sent > clicks",
            "push.not_sent > done",
            "clicks.happened > done",
            "clicks.timed_out > vips",
            "vips.vip > done",
            "vips.otherwise > done",
        ],
    )
    await launch(stage, shape)
    await stage.person("ada")
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")
    await stage.pass_time(timedelta(days=5))
    assert await stage.finish("ada") == "completed"
    enrollment = (await stage.enrollments("ada"))[-1]["id"]

    replayed = await replay(stage.client, stage.database, enrollment)

    assert (replayed.fault, replayed.differences) == (None, [])
    assert replayed.is_same
    assert (replayed.runs, replayed.steps) == (1, len(await stage.trail("ada")))
    exported = json.loads(json.dumps(replayed.histories[0]))
    assert WorkflowHistory.from_json(enrollment, exported).events, "what is exported can be read by Temporal again"

    ((documented,),) = (block.commands for block in blocks("docs/support.md", "Decide it again"))
    _, *words = documented.replace("enr_01kbjv0m8e5w3tq9z7c2r4x6yd", enrollment).split()
    assert enrollment in words
    said = await _command(stage, *words, folder=tmp_path)
    assert (said.returncode, "Every one of them comes out as it was recorded." in said.stdout) == (0, True), said
    (kept,) = json.loads((tmp_path / "history.json").read_text())["histories"]
    assert len(WorkflowHistory.from_json(enrollment, kept).events) == len(kept["events"])

    trail = core(TrailRow)
    async with stage.database.connection() as connection:
        timed_out = (trail.c.node == "clicks") & (trail.c.outlet == "timed_out")
        await connection.execute(update(trail).where(timed_out).values(outlet="happened"))
    timed_out_now = (trail.c.node == "clicks") & (trail.c.act == "took")
    doctored = await replay(stage.client, stage.database, enrollment)
    assert not doctored.is_same
    assert doctored.differences == [
        f"step {_seq(doctored.differences)} at clicks: outlet was happened, and is timed_out now"
    ]

    async with _staff(stage, tmp_path) as support:
        shown = (await support.post(f"/v1/enrollments/{enrollment}/replay")).json()
        assert (shown["history"], shown["is_same"], shown["differences"]) == ("kept", False, doctored.differences)
        assert (await support.post("/v1/enrollments/enr_unknown/replay")).status_code == 404
        proof = (await support.post("/v1/ledger/verification")).json()
        assert (proof["is_whole"], proof["findings"]) == (True, [])
        (sent,) = await stage.rows(Send)
        async with stage.database.connection() as connection:
            await connection.execute(update(trail).where(timed_out_now).values(outlet="timed_out"))
            await connection.execute(update(core(Send)).values(node="pusI"))
        shown = (await support.post(f"/v1/enrollments/{enrollment}/replay")).json()
        assert (shown["is_same"], shown["steps"], len(shown["histories"])) == (True, len(await stage.trail("ada")), 1)
        proof = (await support.post("/v1/ledger/verification")).json()
        assert [(one["fault"], one["send"]) for one in proof["findings"]] == [("changed", sent["id"])]
        async with stage.database.connection() as connection:
            await connection.execute(update(trail).where(timed_out_now).values(outlet="happened"))

    said = await _command(stage, "audit", "replay", enrollment)
    assert (said.returncode, "outlet was happened, and is timed_out now" in said.stderr.replace("\n", " ")) == (1, True)

    with pytest.raises(UnknownRecord):
        await replay(stage.client, stage.database, "enr_unknown")

    await _the_trail_suffices_without_a_history(stage, tmp_path, enrollment, sent["id"])


async def _the_trail_suffices_without_a_history(stage: Stage, folder: Path, enrollment: str, send: str) -> None:
    """Past Temporal's retention every question is answered but the replay, which says what is missing."""
    forgotten = "a-namespace-that-keeps-nothing"
    async with _staff(stage, folder, namespace=forgotten) as support:
        assert (await support.post(f"/v1/enrollments/{enrollment}/replay")).json() == {
            "history": "gone",
            "is_same": None,
            "runs": 0,
            "steps": 0,
            "forgotten": 0,
            "fault": None,
            "differences": [],
            "histories": [],
        }
        shown = (await support.get(f"/v1/enrollments/{enrollment}")).json()
        trail = await stage.trail("ada")
        assert [(one["seq"], one["node"], one["act"]) for one in shown["trail"]] == [
            (row["seq"], row["node"], row["act"]) for row in trail
        ]
        assert [one["facts"] for one in shown["trail"]] == [row["facts"] for row in trail]
        assert shown["exit_reason"] == "completed"
        message = (await support.get(f"/v1/messages/{send}")).json()
        assert message["rendering"]["title"] == "Hello", "as it was sent"
        occasions = (await support.get("/v1/profiles/prf_ada/occasions")).json()["items"]
        (occasion,) = [one for one in occasions if one["enrollment_id"] == enrollment]
        asked = {"journey": JOURNEY, "occasion": occasion["id"]}
        why = (await support.get("/v1/profiles/prf_ada/why", params=asked)).json()
        assert (why["outcome"], why["agrees"]) == ("told", True)
        told = (await support.get("/v1/profiles/prf_ada/timeline")).json()["items"]
        assert {"enrollment", "send"} <= {one["kind"] for one in told}
        for act in ("cancel", "skip-wait"):
            refused = await support.post(f"/v1/enrollments/{enrollment}/{act}", json={"reason": "She called"})
            assert 400 <= refused.status_code < 500, refused.text
    said = await _command(stage, "audit", "replay", enrollment, WAITLINE_TEMPORAL_NAMESPACE=forgotten)
    assert said.returncode == 2, said


@asynccontextmanager
async def _staff(stage: Stage, folder: Path, namespace: str | None = None) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody of support at the pages' API, which reads from the stage's Temporal server."""

    async def temporal() -> Client:
        if namespace is None:
            return stage.client
        return await Client.connect(stage.client.service_client.config.target_host, namespace=namespace)

    settings = Settings.model_validate({"home": folder, "secret_key": "a secret for tests"})
    app = create_app(settings, stage.database, now=stage.clock, temporal=temporal)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as client:
        async with stage.database.transaction() as session:
            person = await staff_store.add_staff(session, name="Kim", role="support", now=stage.clock())
            token = await staff_store.create_link(session, person.id, now=stage.clock())
        client.headers["X-Waitline-CSRF"] = (await client.post("/v1/session", json={"token": token})).json()["csrf"]
        yield client


async def _command(stage: Stage, *words: str, folder: Path = ROOT, **more: str) -> "subprocess.CompletedProcess[str]":
    """`waitline …`, as somebody types it beside this database and this Temporal server."""
    settings = {
        "WAITLINE_DATABASE_URL": stage.database.engine.url.render_as_string(hide_password=False),
        "WAITLINE_TEMPORAL_ADDRESS": stage.client.service_client.config.target_host,
        **more,
    }
    command = [sys.executable, "-m", "api.cli", *words]
    env = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    return await asyncio.to_thread(
        subprocess.run, command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def _seq(differences: list[str]) -> str:
    return differences[0].split()[1]
