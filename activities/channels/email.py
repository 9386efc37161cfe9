"""E-mail over SMTP (RFC 5321).

    MAIL, RCPT, DATA refused with 4xx   later
    … with 5xx                          refused for good; a mailbox that does not exist is gone
    250 after the text                  accepted
    no answer after the text            ambiguous: the server may well be delivering it

SMTP knows no idempotency key. The Message-ID is made from the send's key, so that a person can find an ambiguous one
in the server's log, but servers do not refuse a second one: the policy is to record `unknown`.
"""

import hashlib
import re
from datetime import datetime
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

import aiosmtplib
from email_validator import validate_email

from activities.channels.channel import CONNECT_SECONDS, Accepted, AmbiguityPolicy, longest_try
from activities.channels.clock import Clock, utc_now
from activities.channels.smtp_pool import Deadline, SmtpPool, SmtpServer
from activities.errors import AmbiguousDelivery, DeliveryFailure, PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.messages.addresses import EmailAddress
from engine.messages.rendered import RenderedEmail

_ENHANCED_STATUS = re.compile(r"\b([245])\.([0-9]{1,3})\.([0-9]{1,3})\b")
_NO_SUCH_MAILBOX = frozenset({550, 551, 553})
_SERVER_BUSY = 421
_ADDRESS_SUBJECT = "1"


class EmailChannel:
    """Sends e-mail through one SMTP server. `sender` is the workspace's own, as `Name <address>`."""

    name = "email"
    ambiguity = AmbiguityPolicy.RECORD_UNKNOWN

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        *,
        connections: int = 4,
        connect_seconds: float = CONNECT_SECONDS,
        timeout_seconds: float = 30.0,
        clock: Clock = utc_now,
    ) -> None:
        self._pool = SmtpPool(server, size=connections)
        self._timeout_seconds = timeout_seconds
        self._connect_seconds = connect_seconds
        self._sender_name, self._sender_address = parseaddr(sender)
        self._clock = clock
        self.patience = longest_try(timeout_seconds)

    async def send(
        self, message: RenderedEmail, address: EmailAddress, *, key: str, expires_at: datetime | None
    ) -> Accepted:
        """Compose the e-mail and hand it to the server."""
        if expires_at is not None and expires_at <= self._clock():
            raise PermanentDeliveryFailure("expired", "The message expired before it was sent.")
        try:
            sender = with_ascii_domain(message.from_address or self._sender_address)
            recipient = with_ascii_domain(address.address)
        except ValueError as error:
            raise PermanentDeliveryFailure("invalid_address", str(error)) from error
        mail = self._composed(message, sender, recipient, key)
        connect_by = Deadline(self._connect_seconds)
        deadline = Deadline(self._timeout_seconds)
        is_written = False
        try:
            async with self._pool.connection(connect_by) as connection:
                await _open_envelope(connection, sender, recipient, connect_by)
                is_written = True
                answer = await connection.data(mail.as_bytes(), timeout=deadline.left)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _meaning(error, is_written=is_written) from error
        return Accepted(provider_id=str(mail["Message-ID"]), detail=answer.message)

    async def close(self) -> None:
        """Give up the kept connections."""
        await self._pool.close()

    def _composed(self, message: RenderedEmail, sender: str, recipient: str, key: str) -> EmailMessage:
        try:
            mail = EmailMessage(policy=SMTP if sender.isascii() and recipient.isascii() else SMTPUTF8)
            name = self._sender_name if message.from_name is None else message.from_name
            mail["From"] = _header(sender, name)
            mail["To"] = _header(recipient)
            mail["Subject"] = message.subject
            mail["Date"] = format_datetime(self._clock())
            mail["Message-ID"] = message_id(key, sender)
            mail["X-PM-Metadata-send-id"] = message.send_id  # Postmark hands it back; the others keep the Message-ID
            if message.reply_to is not None:
                mail["Reply-To"] = _header(with_ascii_domain(message.reply_to))
            if message.unsubscribe_url is not None:
                mail["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
                mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        except ValueError as error:
            raise PermanentDeliveryFailure("invalid_address", str(error)) from error
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        return mail


def with_ascii_domain(address: str) -> str:
    """The address with its domain in the form that every server understands (IDNA); `ValueError` when it has none."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    return f"{local}@{validate_email(f'any@{domain}', check_deliverability=False).ascii_domain}"


def _header(address: str, name: str = "") -> MailAddress:
    local, _, domain = address.rpartition("@")
    return MailAddress(display_name=name, username=local, domain=domain)


def message_id(key: str, sender: str) -> str:
    """The Message-ID of the send with this key."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"


async def _open_envelope(connection: aiosmtplib.SMTP, sender: str, recipient: str, deadline: Deadline) -> None:
    is_ascii = sender.isascii() and recipient.isascii()
    if not is_ascii and not connection.supports_extension("smtputf8"):
        raise PermanentDeliveryFailure("invalid_address", "The server takes no addresses outside of ASCII.")
    encoding = "ascii" if is_ascii else "utf-8"
    options = [] if is_ascii else ["SMTPUTF8", "BODY=8BITMIME"]
    try:
        await connection.mail(sender, options=options, encoding=encoding, timeout=deadline.left)
        await connection.rcpt(recipient, encoding=encoding, timeout=deadline.left)
    except ValueError as error:
        raise PermanentDeliveryFailure("invalid_address", str(error), address_gone=True) from error


def _meaning(error: Exception, *, is_written: bool) -> DeliveryFailure:
    """What an SMTP failure means, before and after the text was written."""
    match error:
        case aiosmtplib.SMTPRecipientRefused() | aiosmtplib.SMTPSenderRefused() | aiosmtplib.SMTPDataError():
            return _refusal(error, is_written=is_written)
        case aiosmtplib.SMTPAuthenticationError():
            return TemporaryDeliveryFailure("login_refused", f"{error.code} {error.message}")
        case aiosmtplib.SMTPResponseException() if is_written:
            return AmbiguousDelivery("malformed_answer", error.message)
        case TimeoutError() if is_written:
            return AmbiguousDelivery("timed_out", "The text was written, the answer did not come in time.")
        case _ if is_written:
            return AmbiguousDelivery("connection_lost", str(error))
        case _:
            return TemporaryDeliveryFailure("unreachable", str(error) or "The server did not answer in time.")


def _refusal(error: aiosmtplib.SMTPResponseException, *, is_written: bool) -> DeliveryFailure:
    detail = f"{error.code} {error.message}"
    if 400 <= error.code < 500:
        return TemporaryDeliveryFailure("server_busy" if error.code == _SERVER_BUSY else "deferred", detail)
    if not 500 <= error.code < 600:
        failure = AmbiguousDelivery if is_written else TemporaryDeliveryFailure
        return failure("malformed_answer", detail)
    if isinstance(error, aiosmtplib.SMTPRecipientRefused) and _is_mailbox_gone(error):
        return PermanentDeliveryFailure("mailbox_gone", detail, address_gone=True)
    return PermanentDeliveryFailure("refused", detail)


def _is_mailbox_gone(error: aiosmtplib.SMTPRecipientRefused) -> bool:
    """Whether the refusal is about the address itself; the enhanced status (RFC 3463) says so when there is one."""
    status = _ENHANCED_STATUS.search(error.message)
    return error.code in _NO_SUCH_MAILBOX if status is None else status[2] == _ADDRESS_SUBJECT
