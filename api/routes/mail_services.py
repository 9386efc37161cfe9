"""Webhooks of mail services: deliveries, bounces, complaints and opens of what was sent through them.

Each is believed only when it is signed, and lately; it moves the ledger only forwards, and may come twice and in any
order.
"""

import json
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response

from api.errors import MalformedRequest, WrongSignature
from api.mail_signatures import AMAZON, is_from_mailgun, is_from_postmark, is_from_sendgrid, is_from_sns, is_timely
from api.security import PUBLIC
from api.services import Services, TheServices
from engine.messages.mail_reports import READERS, MailReport
from engine.store import mail_feedback
from engine.store.spent_tokens import spend

router = APIRouter(prefix="/v1/providers", tags=["Providers"], dependencies=[Depends(PUBLIC)])
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/json": {"schema": {}}}}}


async def _json(request: Request) -> Any:
    """The body as JSON.

    Raises:
        MalformedRequest: it is something else.
    """
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise MalformedRequest("The body is not JSON.") from None


Document = Annotated[Any, Depends(_json)]


@router.post("/sendgrid", status_code=204, openapi_extra=_BODY)
async def take_sendgrid_events(request: Request, document: Document, services: TheServices) -> Response:
    """Take SendGrid's events, signed with the key of its Event Webhook."""
    key, headers = services.settings.sendgrid_public_key, request.headers
    signature = headers.get("X-Twilio-Email-Event-Webhook-Signature", "")
    timestamp = headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
    if key is None or not is_from_sendgrid(key, signature, timestamp, await request.body(), services.now()):
        raise WrongSignature("The signature does not fit; set WAITLINE_SENDGRID_PUBLIC_KEY to the webhook's key.")
    events = cast("list[Any]", document) if isinstance(document, list) else [document]
    return await _take("sendgrid", [event for event in events if isinstance(event, dict)], services)


@router.post("/mailgun", status_code=204, openapi_extra=_BODY)
async def take_mailgun_event(document: Document, services: TheServices) -> Response:
    """Take an event of Mailgun, signed with the account's webhook signing key.

    Its signature covers a token and no body, so each token serves one event; that event again changes nothing.
    """
    key, body = services.settings.mailgun_signing_key, _object(document)
    signature = _object(body.get("signature"))
    if key is None or not is_from_mailgun(key.get_secret_value(), signature, services.now()):
        raise WrongSignature("The signature does not fit; set WAITLINE_MAILGUN_SIGNING_KEY to the account's key.")
    said = str(_object(body.get("event-data")).get("id") or json.dumps(body, sort_keys=True))
    return await _take("mailgun", body, services, token=(str(signature["token"]), said))


@router.post("/postmark", status_code=204, openapi_extra=_BODY)
async def take_postmark_record(request: Request, document: Document, services: TheServices) -> Response:
    """Take a record of Postmark, whose webhook address carries a password of ours."""
    secret = services.settings.postmark_secret
    authorization = request.headers.get("authorization", "")
    if secret is None or not is_from_postmark(secret.get_secret_value(), authorization):
        raise WrongSignature(
            "The password does not fit; give Postmark https://waitline:SECRET@… with WAITLINE_POSTMARK_SECRET."
        )
    now, body = services.now(), _object(document)
    if not all(is_timely(report.at or now, now) for report in READERS["postmark"](body)):
        raise WrongSignature("This record is older than Postmark tries for; it is not taken again.")
    return await _take("postmark", body, services)


@router.post("/ses", status_code=204, openapi_extra=_BODY)
async def take_ses_notification(document: Document, services: TheServices) -> Response:
    """Take a notification of Amazon SES by way of an SNS topic; the topic's own confirmation is answered."""
    topic, message = services.settings.ses_topic_arn, _object(document)
    if topic is None or not await is_from_sns(message, topic, services.fetch, services.now()):
        raise WrongSignature("The signature does not fit; set WAITLINE_SES_TOPIC_ARN to the topic that SES writes to.")
    if message["Type"] == "SubscriptionConfirmation":
        if AMAZON.fullmatch(str(message.get("SubscribeURL"))):
            await services.fetch(str(message["SubscribeURL"]))
        return Response(status_code=204)
    try:
        told = json.loads(str(message["Message"]))
    except (ValueError, RecursionError):
        raise MalformedRequest("The notification holds no JSON.") from None
    return await _take("ses", _object(told), services)


async def _take(service: str, body: Any, services: Services, *, token: tuple[str, str] | None = None) -> Response:
    """Carry the reports out; `token` is what the call was signed with, and what it says."""
    reports: list[MailReport] = READERS[service](body)
    now = services.now()
    async with services.database.connection() as connection:
        spent = "new" if token is None else await spend(connection, service, *token, now)
        if spent == "replayed":
            raise WrongSignature("This token was used for another event before; each serves one.")
        if spent == "repeated":
            return Response(status_code=204)
        for report in reports:
            await mail_feedback.take(connection, service, report, now)
    return Response(status_code=204)


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
