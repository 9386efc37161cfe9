"""E-mail: what the mail looks like on the wire, and how connections are kept."""

import asyncio
from collections.abc import AsyncGenerator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern

import pytest

from activities.channels import smtp_pool
from activities.channels.email import message_id
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from api.doubles.mail import MailInbox
from engine.messages.addresses import EmailAddress
from engine.store.inbox import CaughtMessage
from tests.activities.channels.rigs import EMAIL, NOW, email_channel
from tests.fakes.scripted_smtp import HANG, ScriptedSmtp

ADA = EmailAddress(address="ada@example.org")


@pytest.fixture
async def smtp() -> AsyncGenerator[ScriptedSmtp]:
    async with ScriptedSmtp().running() as smtp:
        yield smtp


async def mail_on_the_wire(smtp: ScriptedSmtp, message: object = EMAIL, address: EmailAddress = ADA) -> EmailMessage:
    channel = email_channel(smtp.port)
    await channel.send(message, address, key="snd_1", expires_at=None)  # pyright: ignore[reportArgumentType]
    await channel.close()
    return message_from_bytes(smtp.mails[-1].text, policy=modern)


async def test_a_mail_has_both_forms_and_every_header_it_needs(smtp: ScriptedSmtp) -> None:
    message = EMAIL.model_copy(
        update={"from_name": "Åsas butikk", "from_address": "asa@shop.example", "reply_to": "help@shop.example"}
    )

    mail = await mail_on_the_wire(smtp, message)

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Subject"] == "🧥 is back"
    assert mail["From"] == "Åsas butikk <asa@shop.example>"
    assert (mail["To"], mail["Reply-To"]) == ("ada@example.org", "help@shop.example")
    assert mail["Date"].datetime == NOW
    assert smtp.mails[0].sender == "asa@shop.example"


async def test_without_a_sender_of_its_own_a_mail_comes_from_the_workspace(smtp: ScriptedSmtp) -> None:
    assert (await mail_on_the_wire(smtp))["From"] == "Shop <shop@shop.example>"


async def test_the_message_id_follows_from_the_key_and_is_what_the_channel_answers(smtp: ScriptedSmtp) -> None:
    channel = email_channel(smtp.port)

    accepted = [await channel.send(EMAIL, ADA, key=key, expires_at=None) for key in ("snd_1", "snd_1", "snd_2")]
    await channel.close()

    first, repeat, other = (message_from_bytes(mail.text, policy=modern)["Message-ID"] for mail in smtp.mails)
    assert first == repeat == message_id("snd_1", "shop@shop.example") != other
    assert [one.provider_id for one in accepted] == [first, repeat, other]


async def test_one_click_unsubscribe_is_offered_when_there_is_an_address_for_it(smtp: ScriptedSmtp) -> None:
    url = "https://waitline.example/u/" + "x" * 200

    mail = await mail_on_the_wire(smtp, EMAIL.model_copy(update={"unsubscribe_url": url}))

    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in await mail_on_the_wire(smtp)


@pytest.mark.parametrize(
    ("address", "on_the_wire"),
    [("åsa@bücher.example", "åsa@xn--bcher-kva.example"), ("asa@faß.example", "asa@xn--fa-hia.example")],
)
async def test_addresses_outside_of_ascii_arrive(smtp: ScriptedSmtp, address: str, on_the_wire: str) -> None:
    mail = await mail_on_the_wire(smtp, address=EmailAddress(address=address))

    assert smtp.mails[0].recipients == (on_the_wire,)
    assert mail["To"] == on_the_wire


async def test_a_server_without_smtputf8_cannot_reach_them(smtp: ScriptedSmtp) -> None:
    smtp.script("EHLO", "250 plain")

    with pytest.raises(PermanentDeliveryFailure, match="outside of ASCII"):
        await mail_on_the_wire(smtp, address=EmailAddress(address="åsa@bücher.example"))


@pytest.mark.parametrize("field", ["subject", "from_name"])
async def test_a_line_break_in_a_header_never_reaches_the_wire(smtp: ScriptedSmtp, field: str) -> None:
    message = EMAIL.model_copy(update={field: "Sale\r\nBcc: everyone@example.org"})

    with pytest.raises(PermanentDeliveryFailure):
        await mail_on_the_wire(smtp, message)
    assert smtp.mails == []


async def test_lines_that_are_dots_and_very_long_lines_arrive_as_they_were(smtp: ScriptedSmtp) -> None:
    text = "..\n.\n" + "x" * 3_000 + "\n🧥\n"

    mail = await mail_on_the_wire(smtp, EMAIL.model_copy(update={"text": text}))

    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == text


async def test_connections_are_kept_between_messages_and_few(smtp: ScriptedSmtp) -> None:
    channel = email_channel(smtp.port, connections=3)

    for _ in range(5):
        await channel.send(EMAIL, ADA, key="k", expires_at=None)
    assert smtp.connections == 1
    await asyncio.gather(*(channel.send(EMAIL, ADA, key="k", expires_at=None) for _ in range(20)))
    await channel.close()

    assert smtp.connections == 3
    assert len(smtp.mails) == 25


async def test_a_connection_that_the_server_closed_meanwhile_is_noticed_before_it_is_used(
    smtp: ScriptedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_pool, "TRUSTED_SECONDS", 0.0)
    channel = email_channel(smtp.port)
    await channel.send(EMAIL, ADA, key="a", expires_at=None)

    smtp.hang_up()
    await channel.send(EMAIL, ADA, key="b", expires_at=None)
    await channel.close()

    assert (len(smtp.mails), smtp.connections) == (2, 2)


@pytest.mark.parametrize(
    ("step", "answer", "failure", "reason", "gone"),
    [
        ("GREETING", "554 go away", TemporaryDeliveryFailure, "unreachable", False),
        ("GREETING", "%PDF-1.4", TemporaryDeliveryFailure, "unreachable", False),
        ("MAIL", "550 5.7.1 not from here", PermanentDeliveryFailure, "refused", False),
        ("MAIL", "452 4.3.1 disk full", TemporaryDeliveryFailure, "deferred", False),
        ("RCPT", "550 no such user", PermanentDeliveryFailure, "mailbox_gone", True),
        ("RCPT", "550 5.7.1 blocked by policy", PermanentDeliveryFailure, "refused", False),
        ("RCPT", "553 5.1.3 bad address", PermanentDeliveryFailure, "mailbox_gone", True),
        ("RCPT", "552 5.2.2 mailbox full", PermanentDeliveryFailure, "refused", False),
        ("RCPT", "299 what", TemporaryDeliveryFailure, "malformed_answer", False),
        ("DATA", "451 4.3.0 later", TemporaryDeliveryFailure, "deferred", False),
        ("TEXT", "451 4.3.0 later", TemporaryDeliveryFailure, "deferred", False),
        ("TEXT", "554 5.6.0 spam", PermanentDeliveryFailure, "refused", False),
        ("TEXT", "299 what", AmbiguousDelivery, "malformed_answer", False),
    ],
)
async def test_what_each_answer_means(
    smtp: ScriptedSmtp, step: str, answer: str, failure: type[Exception], *, reason: str, gone: bool
) -> None:
    smtp.script(step, answer)

    with pytest.raises(failure) as raised:
        await mail_on_the_wire(smtp)

    assert getattr(raised.value, "reason", None) == reason
    assert getattr(raised.value, "address_gone", False) is gone


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "MAIL", "RCPT"])
async def test_a_server_that_falls_silent_before_the_text_is_temporary(smtp: ScriptedSmtp, step: str) -> None:
    channel = email_channel(smtp.port, connect_seconds=0.1)
    smtp.script(step, HANG)

    with pytest.raises(TemporaryDeliveryFailure) as failure:
        await channel.send(EMAIL, ADA, key="k", expires_at=None)
    await channel.close()

    assert failure.value.reason == "unreachable"


async def test_as_long_as_no_text_was_written_nothing_is_ambiguous(smtp: ScriptedSmtp) -> None:
    channel = email_channel(smtp.port, connections=1, connect_seconds=0.1)
    for _ in range(5):
        smtp.script("MAIL", HANG)

    sends = [channel.send(EMAIL, ADA, key=str(number), expires_at=None) for number in range(5)]
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    await channel.close()

    assert {type(outcome) for outcome in outcomes} == {TemporaryDeliveryFailure}


@pytest.mark.spec("F-106")
async def test_emoji_arrive_in_the_inbox_as_they_were_written() -> None:
    caught: list[CaughtMessage] = []

    async def keep(message: CaughtMessage) -> None:
        caught.append(message)

    inbox = MailInbox(keep, clock=lambda: NOW)
    channel = email_channel(await inbox.start())
    family = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL} é 🧥"
    message = EMAIL.model_copy(update={"text": f"{family}\n", "html": f"<p>{family}</p>\n", "subject": family})

    await channel.send(message, ADA, key="snd_1", expires_at=None)
    await channel.close()
    await inbox.stop()

    (mail,) = caught
    assert (mail.subject, mail.text, mail.html) == (message.subject, message.text, message.html)
    assert (mail.channel, mail.to, mail.sender) == ("email", "ada@example.org", "Shop <shop@shop.example>")
    assert mail.received_at == NOW
    assert mail.headers["Message-ID"] == message_id("snd_1", "shop@shop.example")
