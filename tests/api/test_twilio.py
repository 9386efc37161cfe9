"""Twilio's callbacks: believed when they are signed, and only forwards."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select

from api.doubles.twilio import TwilioDouble
from api.twilio_signature import HEADER, TwilioSignature
from engine.settings import Settings
from engine.store.database import Database
from engine.store.ids import address_hash
from engine.store.inbox import CaughtMessage
from engine.store.statements import core
from engine.store.tables import Send, SendOutcome, Suppression
from tests.api.conftest import HandClock

STATUS = "/v1/providers/twilio/status"
INBOUND = "/v1/providers/twilio/inbound"
SEND = "snd_01kbjv0m8e5w3tq9z7c2r4x6yd"
ADA, SHOP = "+4722123456", "+15005550006"


class Twilio:
    """Calls the callbacks as Twilio would."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self._client = client
        self._base = settings.resolved_public_url
        self._signature = TwilioSignature(settings.twilio_auth_token.get_secret_value())

    async def call(self, path: str, *, signature: str | None = None, **form: str) -> httpx.Response:
        made = self._signature.of(self._base + path, form)
        headers = {HEADER: made if signature is None else signature}
        return await self._client.post(path, data=form, headers=headers)

    async def report(self, status: str, *, send_id: str | None = SEND, sid: str = "SM1", **more: str) -> httpx.Response:
        path = STATUS if send_id is None else f"{STATUS}?send_id={send_id}"
        return await self.call(path, MessageSid=sid, MessageStatus=status, **more)


@pytest.fixture
def twilio(client: httpx.AsyncClient, settings: Settings) -> Twilio:
    return Twilio(client, settings)


@pytest.fixture
async def send(database: Database, clock: HandClock) -> str:
    """A text message that was handed to Twilio."""
    async with database.connection() as connection:
        row = {
            "id": SEND,
            "enrollment_id": "enr_1",
            "journey_id": "jrn_1",
            "version": 1,
            "node": "text",
            "visit": 1,
            "channel": "sms",
            "address_hash": address_hash(ADA),
            "profile_id": "prf_1",
            "kind": "live",
            "verdict": {},
            "claimed_at": clock(),
        }
        await connection.execute(insert(core(Send)), row)
        accepted = {"send_id": SEND, "state": "accepted", "provider_id": "SM1", "detail": {}, "at": clock()}
        await connection.execute(insert(core(SendOutcome)), accepted)
    return SEND


async def ledger(database: Database) -> list[tuple[str, str | None]]:
    outcome = core(SendOutcome)
    async with database.snapshot() as session:
        rows = await session.execute(select(outcome.c.state, outcome.c.reason).order_by(outcome.c.id))
        return [(row.state, row.reason) for row in rows]


async def suppressed(database: Database) -> list[tuple[str, str]]:
    table = core(Suppression)
    async with database.snapshot() as session:
        return [(row.channel, row.address_hash) for row in await session.execute(select(table))]


@pytest.mark.spec("F-102")
@pytest.mark.parametrize("send_id", [SEND, None])
async def test_a_report_moves_the_ledger_found_by_our_id_or_by_twilios(
    twilio: Twilio, database: Database, send: str, send_id: str | None
) -> None:
    answer = await twilio.report("delivered", send_id=send_id)

    assert answer.status_code == 204
    assert await ledger(database) == [("accepted", None), ("delivered", None)]


@pytest.mark.spec("F-102", "F-173")
@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
async def test_reports_out_of_order_and_twice_never_lead_back(
    twilio: Twilio, database: Database, send: str, order: tuple[str, ...]
) -> None:
    for status in (*order, *order):
        await twilio.report(status)

    states = [state for state, _ in await ledger(database)]
    assert states[-1] == "opened"
    assert states == sorted(set(states), key=["accepted", "delivered", "opened"].index)


async def test_a_failure_keeps_twilios_code(twilio: Twilio, database: Database, send: str) -> None:
    await twilio.report("undelivered", ErrorCode="30003")

    assert (await ledger(database))[-1] == ("bounced", "twilio_30003")


async def test_a_report_on_nothing_of_ours_is_taken_and_changes_nothing(
    twilio: Twilio, database: Database, send: str
) -> None:
    for answer in (
        await twilio.report("delivered", send_id="snd_unknown"),
        await twilio.report("delivered", send_id=None, sid="SMunknown"),
        await twilio.report("receiving"),
    ):
        assert answer.status_code == 204
    assert len(await ledger(database)) == 1


@pytest.mark.spec("F-102")
@pytest.mark.parametrize("path", [STATUS, INBOUND])
@pytest.mark.parametrize("signature", ["", "forged", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_what_twilio_did_not_sign_is_refused(
    twilio: Twilio, database: Database, send: str, path: str, signature: str
) -> None:
    answer = await twilio.call(
        path, signature=signature, MessageSid="SM1", MessageStatus="delivered", From=ADA, Body="STOP"
    )

    assert answer.status_code == 401
    assert answer.json()["code"] == "wrong_signature"
    assert len(await ledger(database)) == 1
    assert await suppressed(database) == []


async def test_a_signature_holds_for_its_address_and_form_only(
    twilio: Twilio, client: httpx.AsyncClient, settings: Settings, send: str
) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    signer = TwilioSignature(settings.twilio_auth_token.get_secret_value())
    signature = signer.of(f"{settings.resolved_public_url}{STATUS}?send_id={SEND}", form)

    for path, sent in ((STATUS, form), (f"{STATUS}?send_id={SEND}", {**form, "MessageStatus": "delivered"})):
        answer = await client.post(path, data=sent, headers={HEADER: signature})
        assert answer.status_code == 401


@pytest.mark.parametrize(("form", "field"), [({}, "MessageSid"), ({"MessageSid": "SM1"}, "MessageStatus")])
async def test_a_form_without_what_matters_names_it(twilio: Twilio, form: dict[str, str], field: str) -> None:
    answer = await twilio.call(STATUS, **form)

    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == [field]


async def test_bytes_that_are_no_form_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(STATUS, content=b"\xff\xfe\x00", headers={HEADER: "x"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed_request"


@pytest.mark.spec("F-102")
async def test_stop_suppresses_the_number_and_start_lifts_it(twilio: Twilio, database: Database) -> None:
    stopped = await twilio.call(INBOUND, From=ADA, To=SHOP, Body=" Stop ")
    await twilio.call(INBOUND, From=ADA, To=SHOP, Body="STOP")
    assert (stopped.status_code, stopped.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert await suppressed(database) == [("sms", address_hash(ADA))]

    await twilio.call(INBOUND, From=ADA, To=SHOP, Body="when is it back?")
    await twilio.call(INBOUND, From=ADA, To=SHOP, Body="HELP")
    assert len(await suppressed(database)) == 1

    await twilio.call(INBOUND, From=ADA, To=SHOP, Body="start")
    assert await suppressed(database) == []


async def test_start_does_not_lift_what_somebody_else_decided(
    twilio: Twilio, database: Database, clock: HandClock
) -> None:
    row: dict[str, Any] = {"channel": "sms", "address_hash": address_hash(ADA), "reason": "complained", "at": clock()}
    async with database.connection() as connection:
        await connection.execute(insert(core(Suppression)), row)

    await twilio.call(INBOUND, From=ADA, To=SHOP, Body="STOP")
    await twilio.call(INBOUND, From=ADA, To=SHOP, Body="START")

    assert len(await suppressed(database)) == 1


@pytest.mark.spec("F-102")
async def test_the_double_signs_so_that_the_callback_believes_it(
    app: FastAPI, database: Database, settings: Settings, send: str
) -> None:
    async def forget(_: CaughtMessage) -> None:
        return

    token = settings.twilio_auth_token.get_secret_value()
    double = TwilioDouble(
        "ACtest",
        token,
        forget,
        inbound_url=f"{settings.resolved_public_url}{INBOUND}",
        pace=timedelta(0),
        transport=httpx.ASGITransport(app),
    )
    double.plan(ADA, "delivered", "sent", "delivered")
    network = httpx.ASGITransport(double.app)
    async with httpx.AsyncClient(transport=network, base_url="http://twilio", auth=("ACtest", token)) as sender:
        callback = f"{settings.resolved_public_url}{STATUS}?send_id={SEND}"
        form = {"To": ADA, "From": SHOP, "Body": "x", "StatusCallback": callback}
        assert (await sender.post("/2010-04-01/Accounts/ACtest/Messages.json", data=form)).status_code == 201
    await double.quiet()

    assert await double.reply(ADA, SHOP, "STOP") == 200
    assert [state for state, _ in await ledger(database)] == ["accepted", "delivered"]
    assert await suppressed(database) == [("sms", address_hash(ADA))]
    await double.close()
