"""Twilio's callbacks: what became of a text message, and what phones answer.

Both are open to anyone who can sign with the account's token. A report is believed as far as it leads forward, so that
late, repeated and disordered ones do no harm.
"""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import SecretStr

from api import errors
from api.errors import FieldProblem, MalformedRequest, ValidationFailed
from api.security import PUBLIC
from api.services import Now, TheDatabase, TheSettings
from api.twilio_signature import HEADER, TwilioSignature
from engine.messages.replies import ReplyMeaning, read_reply
from engine.messages.status import SendState, twilio_state
from engine.store import feedback, unsubscribing
from engine.store.feedback import Report

router = APIRouter(prefix="/v1/providers/twilio", tags=["Providers"], dependencies=[Depends(PUBLIC)])

_FORM = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}
    },
}
_NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
Form = Mapping[str, str]


async def _signed_form(request: Request, settings: TheSettings) -> Form:
    """The form, when Twilio signed it for this address.

    Raises:
        MalformedRequest: it is not a form.
        WrongSignature: it was not signed with the account's token.
    """
    try:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    except ValueError:
        raise MalformedRequest("The body is not a form; send it as application/x-www-form-urlencoded.") from None
    query = f"?{request.url.query}" if request.url.query else ""
    called = f"{settings.resolved_public_url}{request.url.path}{query}"
    token: SecretStr = settings.twilio_auth_token
    if not TwilioSignature(token.get_secret_value()).holds(request.headers.get(HEADER, ""), called, form):
        raise errors.WrongSignature(
            "The signature does not fit; Twilio must call the address under which Waitline is public, with its token."
        )
    return form


SignedForm = Annotated[Form, Depends(_signed_form)]


@router.post("/status", status_code=204, openapi_extra={"requestBody": _FORM})
async def take_sms_status(
    form: SignedForm,
    database: TheDatabase,
    now: Now,
    send_id: Annotated[str | None, Query(max_length=64, description="Our send, as named to Twilio.")] = None,
) -> Response:
    """Take Twilio's report on a message."""
    provider_id, status = _required(form, "MessageSid"), _required(form, "MessageStatus")
    state = twilio_state(status)
    if state is not None:
        code = form.get("ErrorCode")
        reason = f"twilio_{code}" if code and state in {SendState.BOUNCED, SendState.FAILED} else None
        report = Report(provider_id, state, now, send_id=send_id, reason=reason, detail={"twilio_status": status})
        async with database.connection() as connection:
            await feedback.record_report(connection, report)
    return Response(status_code=204)


@router.post(
    "/inbound",
    openapi_extra={"requestBody": _FORM},
    response_class=Response,
    responses={200: {"description": "TwiML that says nothing.", "content": {"text/xml": {}}}},
)
async def take_sms_reply(form: SignedForm, database: TheDatabase, now: Now) -> Response:
    """Take what a phone answered: STOP suppresses its number, START lifts that again."""
    number, meaning = _required(form, "From"), read_reply(form.get("Body", ""))
    if meaning is ReplyMeaning.STOP:
        async with database.connection() as connection:
            await feedback.suppress_phone(connection, number, now)
            await unsubscribing.tell_unsubscribed_phone(connection, number, form.get("Body", ""), now)
    elif meaning is ReplyMeaning.START:
        async with database.connection() as connection:
            await feedback.allow_phone(connection, number)
    return Response(_NO_ANSWER, media_type="text/xml")


def _required(form: Form, name: str) -> str:
    value = form.get(name)
    if not value:
        raise ValidationFailed(errors=[FieldProblem(name, "missing", "This field is required.")])
    return value
