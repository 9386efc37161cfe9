"""A proof of an enrollment: made from a real passage, checked where there is nothing of ours, and true to the byte."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from temporalio.client import Client
from typer.testing import CliRunner, Result

from api.app import create_app
from api.cli import app as command
from api.proving import prove
from engine.proofs.bundle import Contents, make
from engine.proofs.checking import check
from engine.settings import Settings
from engine.store import erasure
from engine.store import staff as staff_store
from engine.store.staff import Role
from engine.store.tables import Audit, Send, SendOutcome
from tests.architecture.sources import ROOT
from tests.guides import blocks
from tests.workflows.running import a_day_then_push, launch
from tests.workflows.stage import Stage

SECRET = "a-secret-for-tests"
EXAMPLE = "enr_01kbjv0m8e5w3tq9z7c2r4x6yd"
NOWHERE = {
    "WAITLINE_DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:9/nothing",
    "WAITLINE_TEMPORAL_ADDRESS": "127.0.0.1:9",
}


async def test_a_proof_is_checked_without_database_or_server(stage: Stage, tmp_path: Path) -> None:
    await launch(stage, a_day_then_push())
    await stage.person("ada")
    await stage.happens("ada", "Joined")
    await stage.stands("ada", "pause")
    await stage.pass_time(timedelta(days=2))
    assert await stage.finish("ada") == "completed"
    enrollment = (await stage.enrollments("ada"))[-1]["id"]

    ours, checking = blocks("docs/support.md", "Hand out a proof")
    export, show_key = ours.commands
    file = tmp_path / "proof.json"
    said = await waitline(stage, export.replace(EXAMPLE, enrollment).replace("proof.json", str(file)))
    assert said.exit_code == 0, said.output
    key = (await waitline(stage, show_key)).stdout.strip()
    assert key in said.stdout

    (check_it,) = checking.commands
    *words, _ = check_it.split()
    told = await asyncio.to_thread(elsewhere, [*words[1:], key], tmp_path)
    assert told.returncode == 0, told
    sentences = told.stdout
    assert "Every one of them is as it was signed." in sentences
    links = len(await stage.rows(Send)) + len(await stage.rows(SendOutcome))
    assert f"{links} rows of the send ledger" in sentences
    assert "1 message as archived" in sentences
    steps = len(await stage.trail("ada"))
    assert f"{steps} steps of the trail" in sentences
    assert f"{steps} steps, decided again" in sentences
    assert "taken from the file" not in sentences

    async with staff(stage, tmp_path, "viewer") as viewer:
        assert (await viewer.post(f"/v1/enrollments/{enrollment}/bundle")).status_code == 403
    async with staff(stage, tmp_path, "support") as support:
        assert (await support.post("/v1/enrollments/enr_unknown/bundle")).status_code == 404
        answer = await support.post(f"/v1/enrollments/{enrollment}/bundle")
        assert answer.headers["content-disposition"] == f"attachment; filename={enrollment}.proof.json"
        assert (await support.get("/v1/proof-keys")).json() == {"key": key, "earlier": []}
    proof = answer.content
    assert check(proof, key).faults == []
    by = [row["after"] for row in await stage.rows(Audit, action="export", subject_id="prf_ada")]
    assert by == [{"enrollment": enrollment}] * 2, "both stand in the audit"

    each_flipped_byte_is_named(proof)
    settings = Settings.model_validate({"home": tmp_path, "secret_key": SECRET})
    silent = await prove(settings, stage.database, nobody_answers, enrollment, by="Kim", now=stage.clock())
    assert silent["histories"] == {"state": "unreachable", "runs": []}
    assert check(json.dumps(silent).encode(), key).faults == []
    await a_forger_is_found(stage, proof, key, file)

    async with stage.database.transaction() as session:
        await erasure.erase(session, "prf_ada", by="Kim", reason="Case 4711", now=stage.clock())
    async with staff(stage, tmp_path, "support") as support:
        erased = await support.post(f"/v1/enrollments/{enrollment}/bundle")
    assert b"Hello" not in json.dumps({**erased.json(), "versions": []}).encode()
    write(file, erased.content)
    said = await waitline(stage, f"waitline audit check {file}")
    assert said.exit_code == 0, said.output
    assert "what was sent to her cannot be read any more" in said.stdout
    assert "not decided again: the person was erased" in said.stdout
    assert f"The key was taken from the file: {key}" in said.stdout, "and how to compare it"


def each_flipped_byte_is_named(proof: bytes) -> None:
    found = json.loads(proof)
    send = next(one for one in found["ledger"] if one["kind"] == "send")
    (rendering,) = found["renderings"]
    forged = "The signature: it is not of this manifest, by the key that the manifest names."
    flips = {
        ("trail", b'"trail":[', b'"outlet":"sent'): "The trail: step ",
        ("versions", b'"versions":[', b'"title":"Hello'): None,
        ("ledger", b'"ledger":[', b'"node":"pus'): (
            f"The ledger's send, link {send['link']} of {send['chain']}: it was changed; its hash is of another row."
        ),
        ("renderings", b'"renderings":[', b'"title":"Hello'): (
            f"The message {rendering['hash']}: it was changed; its hash is of another message."
        ),
        ("histories", b'"histories":{', b"EVENT_TYPE_WORKFLOW_EXECUTION_STARTE"): None,
        ("enrollment", b'"enrollment":{', b'"exit_reason":"complete'): "The trail: its end is not that",
    }
    for (part, section, text), also in flips.items():
        named, *others = check(flipped(proof, section, text)).faults
        assert named == f"The part “{part}” was changed since it was signed."
        assert len(others) == (also is not None), others
        assert all(one.startswith(also or "") for one in others), others
    public = found["manifest"]["key"]["x"][:9]
    for text in ('"made_at":"20', public, found["signature"][:9], found["signature"][:-9], found["signature"]):
        assert check(flipped(proof, b'{"manifest":', text.encode())).faults == [forged], text


def flipped(proof: bytes, section: bytes, text: bytes) -> bytes:
    """The proof with one bit changed, in the last byte of this text in this section."""
    place = proof.index(text, proof.index(section)) + len(text) - 1
    return proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]


async def a_forger_is_found(stage: Stage, proof: bytes, key: str, file: Path) -> None:
    """Who changes the trail and signs it anew has another key; and the histories decide otherwise."""
    found = json.loads(proof)
    contents = Contents.model_validate({name: found[name] for name in Contents.model_fields})
    doctored = [one if one.act != "delivering" else one.model_copy(update={"reason": "vip"}) for one in contents.trail]
    forged = make(contents.model_copy(update={"trail": tuple(doctored)}), Ed25519PrivateKey.generate(), stage.clock())
    text = json.dumps(forged).encode()
    write(file, text)

    said = await waitline(stage, f"waitline audit check {file}")
    assert (said.exit_code, "reason was vip, and is None now" in said.stderr.replace("\n", " ")) == (1, True), said
    assert check(text, key).faults == [
        f"The key: it is signed by {forged['manifest']['key']['x']}, not by the key that was given."
    ]
    extra = {**found, "remark": "This is not signed."}
    assert check(json.dumps(extra).encode()).faults == ["The part “remark” was added, and is not signed."]
    for none in ("{", "[]", '{"manifest": {}, "manifest": {}}', '{"manifest": NaN}'):
        write(file, none.encode())
        assert (await waitline(stage, f"waitline audit check {file}")).exit_code == 2, none


def write(file: Path, text: bytes) -> None:
    file.write_bytes(text)


async def nobody_answers() -> Client:
    raise RuntimeError("Nobody answers.")


async def waitline(stage: Stage, line: str) -> Result:
    """What the command says beside this database and this Temporal server."""
    environment = {
        "WAITLINE_DATABASE_URL": stage.database.engine.url.render_as_string(hide_password=False),
        "WAITLINE_TEMPORAL_ADDRESS": stage.client.service_client.config.target_host,
        "WAITLINE_HOME": str(Path(str(stage.database.engine.url.database)).parent),
        "WAITLINE_SECRET_KEY": SECRET,
    }
    return await asyncio.to_thread(CliRunner().invoke, command, line.split()[1:], env=environment)


def elsewhere(words: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """What the command says on a machine that has neither our database nor our secret."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WAITLINE_")}
    env: dict[str, Any] = {**kept, **NOWHERE, "WAITLINE_HOME": str(folder / "elsewhere"), "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "api.cli", *words]
    return subprocess.run(line, cwd=folder, env=env, capture_output=True, text=True, check=False)


@asynccontextmanager
async def staff(stage: Stage, folder: Path, role: Role) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody of this role at the pages' API, which reads from the stage's Temporal server."""

    async def temporal() -> Client:
        return stage.client

    settings = Settings.model_validate({"home": folder, "secret_key": SECRET})
    app = create_app(settings, stage.database, now=stage.clock, temporal=temporal)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://waitline.example") as client:
        async with stage.database.transaction() as session:
            person = await staff_store.add_staff(session, name="Kim", role=role, now=stage.clock())
            token = await staff_store.create_link(session, person.id, now=stage.clock())
        client.headers["X-Waitline-CSRF"] = (await client.post("/v1/session", json={"token": token})).json()["csrf"]
        yield client
