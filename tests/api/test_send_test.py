"""The test e-mail of the command line, by a real SMTP conversation."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.doubles.mail import MailInbox
from engine.store.inbox import CaughtMessage
from tests.guides import blocks
from tests.stack import Stack, free_port, until


@pytest.mark.spec("F-101")
async def test_a_test_email_leaves_by_the_smtp_server_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((documented,),) = (block.commands for block in blocks("docs/operators.md", "Sending e-mail"))
    program, *words = documented.split()
    assert program == "waitline"
    caught: list[CaughtMessage] = []

    async def keep(message: CaughtMessage) -> None:
        caught.append(message)

    inbox = MailInbox(keep)
    port = await inbox.start()
    try:
        monkeypatch.setenv("WAITLINE_HOME", str(tmp_path))
        monkeypatch.setenv("WAITLINE_SMTP_PORT", str(port))
        monkeypatch.setenv("WAITLINE_EMAIL_FROM", "Our shop <hello@shop.example>")
        result = await asyncio.to_thread(CliRunner().invoke, app, words)
    finally:
        await inbox.stop()

    assert (result.exit_code, result.stdout) == (
        0,
        f"127.0.0.1:{port} took it. Look into the inbox of you@example.org.\n",
    )
    (message,) = caught
    assert (message.to, message.subject) == ("you@example.org", "A test from Waitline")
    assert "hello@shop.example" in message.sender


def test_a_server_that_is_away_is_named_with_what_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("WAITLINE_HOME", str(tmp_path))
    monkeypatch.setenv("WAITLINE_SMTP_PORT", str(port))

    result = CliRunner().invoke(app, ["send-test-email", "ada@example.org"])

    assert result.exit_code == 1
    assert f"127.0.0.1:{port} did not take it" in " ".join(result.stderr.split())


@pytest.mark.spec("F-101")
async def test_without_smtp_settings_the_local_inbox_catches_what_a_journey_sends(tmp_path: Path) -> None:
    async with Stack(tmp_path / "home").running() as stack:
        ((sku,), *_) = stack.query(
            "SELECT v.sku FROM variant v JOIN stock_level l ON l.variant_id = v.id WHERE l.on_hand = 0 ORDER BY 1"
        )
        wish = {"variant": sku, "email": "ada@example.org", "consents": [{"channel": "email", "text_version": "1"}]}
        (await stack.shopper().post("/v1/waitlist", json=wish)).raise_for_status()
        (await stack.raise_stock(sku, 3)).raise_for_status()
        staff = await stack.staff()

        async def caught() -> list[dict[str, str]]:
            return (await staff.get("/v1/inbox", params={"channel": "email"})).json()["items"]

        (message,) = await until(caught, "the e-mail in the inbox")
    assert message["to"] == "ada@example.org"
    assert "is back" in message["subject"]
