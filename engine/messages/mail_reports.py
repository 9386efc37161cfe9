"""What mail services tell about an e-mail afterwards, each in its own words, brought into one form.

    Amazon SES (by SNS)   eventType / notificationType: Delivery, Bounce, Complaint, Open
    SendGrid              event: delivered, bounce, dropped, blocked, spamreport, open, unsubscribe
    Mailgun               event-data.event: delivered, failed (severity), complained, opened, unsubscribed
    Postmark              RecordType: Delivery, Bounce, SpamComplaint, Open, SubscriptionChange

A bounce is hard when the address itself is at fault; a soft one moves the send and nothing else. Clicks are not read:
our own links count them. An e-mail is known by the Message-ID that we gave it, or by our send's id where the service
hands it back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

Kind = Literal["delivered", "bounced", "complained", "opened", "unsubscribed"]
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MailReport:
    """One thing that became of an e-mail. `is_hard` is only for bounces: the address will never work."""

    kind: Kind
    message_id: str | None = None
    send_id: str | None = None
    address: str | None = None
    reason: str | None = None
    is_hard: bool = False
    event_id: str | None = None
    at: datetime | None = None


def read_sendgrid(events: Sequence[Json]) -> list[MailReport]:
    """SendGrid's Event Webhook: a list of events."""
    kinds: Mapping[str, Kind] = {
        "delivered": "delivered",
        "bounce": "bounced",
        "blocked": "bounced",
        "dropped": "bounced",
        "spamreport": "complained",
        "open": "opened",
        "unsubscribe": "unsubscribed",
        "group_unsubscribe": "unsubscribed",
    }
    return [
        MailReport(
            kind=kinds[str(event["event"])],
            message_id=bracketed(event.get("smtp-id")),
            send_id=_text(event.get("send_id")),
            address=_text(event.get("email")),
            reason=_text(event.get("reason")) or _text(event.get("status")),
            is_hard=event["event"] == "bounce" and event.get("type", "bounce") == "bounce",
            event_id=_text(event.get("sg_event_id")),
            at=_moment(event.get("timestamp")),
        )
        for event in events
        if event.get("event") in kinds
    ]


def read_mailgun(body: Json) -> list[MailReport]:
    """Mailgun's webhook: one event."""
    data = _object(body.get("event-data"))
    kinds: Mapping[str, Kind] = {
        "delivered": "delivered",
        "failed": "bounced",
        "complained": "complained",
        "opened": "opened",
        "unsubscribed": "unsubscribed",
    }
    if data.get("event") not in kinds:
        return []
    status = _object(data.get("delivery-status"))
    headers = _object(_object(data.get("message")).get("headers"))
    return [
        MailReport(
            kind=kinds[str(data["event"])],
            message_id=bracketed(headers.get("message-id")),
            send_id=_text(_object(data.get("user-variables")).get("send_id")),
            address=_text(data.get("recipient")),
            reason=_text(data.get("reason")) or _text(status.get("message")),
            is_hard=data["event"] == "failed" and data.get("severity") == "permanent",
            event_id=_text(data.get("id")),
            at=_moment(data.get("timestamp")),
        )
    ]


def read_postmark(body: Json) -> list[MailReport]:
    """Postmark's webhook: one record."""
    kinds: Mapping[str, Kind] = {
        "Delivery": "delivered",
        "Bounce": "bounced",
        "SpamComplaint": "complained",
        "Open": "opened",
        "SubscriptionChange": "unsubscribed",
    }
    record = body.get("RecordType")
    if record not in kinds or (record == "SubscriptionChange" and body.get("SuppressSending") is not True):
        return []
    hard = {"HardBounce", "BadEmailAddress", "ManuallyDeactivated"}
    return [
        MailReport(
            kind=kinds[str(record)],
            send_id=_text(_object(body.get("Metadata")).get("send-id")),
            address=_text(body.get("Email")) or _text(body.get("Recipient")),
            reason=_text(body.get("Type")),
            is_hard=record == "Bounce" and body.get("Type") in hard,
            event_id=_text(body.get("ID")),
            at=_moment(next((body[name] for name in _POSTMARK_TIMES if name in body), None)),
        )
    ]


def read_ses(message: Json) -> list[MailReport]:
    """A notification of Amazon SES: one for each recipient that it names."""
    mail = _object(message.get("mail"))
    known = _object(mail.get("commonHeaders")).get("messageId")
    match str(message.get("eventType") or message.get("notificationType")):
        case "Delivery":
            kind, detail, people = "delivered", _object(message.get("delivery")), "recipients"
        case "Bounce":
            kind, detail, people = "bounced", _object(message.get("bounce")), "bouncedRecipients"
        case "Complaint":
            kind, detail, people = "complained", _object(message.get("complaint")), "complainedRecipients"
        case "Open":
            kind, detail, people = "opened", _object(message.get("open")), ""
        case _:
            return []
    found = detail.get(people) if people else mail.get("destination")
    recipients = cast("list[Any]", found) if isinstance(found, list) else []
    return [
        MailReport(
            kind=cast("Kind", kind),
            message_id=bracketed(known),
            address=_text(_object(one).get("emailAddress") if isinstance(one, Mapping) else one),
            reason=_text(detail.get("bounceSubType") or detail.get("complaintFeedbackType")),
            is_hard=detail.get("bounceType") == "Permanent",
            event_id=_text(detail.get("feedbackId")),
            at=_moment(detail.get("timestamp")),
        )
        for one in recipients
    ]


def bracketed(message_id: Any) -> str | None:
    """A Message-ID as its header has it, in angle brackets; services leave them out or keep them."""
    text = _text(message_id)
    return None if text is None else f"<{text.strip('<> ')}>"


READERS: Mapping[str, Callable[[Any], list[MailReport]]] = {
    "sendgrid": read_sendgrid,
    "mailgun": read_mailgun,
    "postmark": read_postmark,
    "ses": read_ses,
}
_POSTMARK_TIMES = ("DeliveredAt", "BouncedAt", "ReceivedAt", "ChangedAt")


def _object(value: Any) -> Json:
    return cast("Json", value) if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    return str(value)[:500] if isinstance(value, str | int) and not isinstance(value, bool) and str(value) else None


def _moment(value: Any) -> datetime | None:
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
