"""A mail server that delivers everything to the inbox: SMTP by aiosmtpd, in the event loop that it is started in."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default as modern
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from api.doubles import OnCaught
from engine.store.inbox import CaughtMessage

LARGEST_MAIL = 10 * 1024 * 1024
_TAKEN = "250 Taken into the inbox"
_UNREADABLE = "554 5.6.0 This is not a mail that can be read"


def utc_now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


class MailInbox:
    """The server. `on_mail` is awaited for each recipient before the sender is told that the mail was taken."""

    def __init__(self, on_mail: OnCaught, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._on_mail = on_mail
        self._clock = clock
        self._server: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; returns the port, which is a free one when 0 is asked for."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._conversation, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _conversation(self) -> SMTP:
        return SMTP(
            self,
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            ident="Waitline inbox",
            loop=asyncio.get_running_loop(),
        )

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd calls it so
        """Take one mail, once for each recipient."""
        raw = envelope.original_content
        if raw is None:
            return _UNREADABLE
        mail = message_from_bytes(raw, policy=modern)
        received_at = self._clock()
        for recipient in envelope.rcpt_tos:
            await self._on_mail(read_mail(mail, str(recipient), received_at))
        return _TAKEN


def read_mail(mail: EmailMessage, recipient: str, received_at: datetime) -> CaughtMessage:
    """The mail as the inbox shows it."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    headers: dict[str, Any] = {name: str(value) for name, value in mail.items()}
    return CaughtMessage(
        channel="email",
        to=recipient,
        sender=headers.get("From", ""),
        subject=headers.get("Subject"),
        text=_content(text) or "",
        html=_content(html),
        headers=headers,
        received_at=received_at,
    )


def _content(part: MIMEPart | None) -> str | None:
    """A part's text, with the line breaks that it was written with: mail travels with CRLF."""
    return None if part is None else str(part.get_content()).replace("\r\n", "\n")
