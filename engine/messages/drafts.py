"""Drafts of short texts: ready-made ones by channel, tone and length, and the check that any draft has to pass.

A draft is a title and a body (an e-mail's subject and preheader; a text message has a body alone). The ready-made ones
need nobody's help. Where they come from somebody else, such as a language model, they are untrusted: whatever is no
template that a message may hold, names a tag that may be empty without a fallback, or is too long, is dropped.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field

from engine.messages.content import EmailContent, MessageContent, SmsContent, WebPushContent
from engine.messages.errors import MessageError
from engine.messages.fallbacks import tag_without_fallback
from engine.messages.render import problem_with
from engine.messages.templates import clean, one_line
from engine.model import Frozen

DraftChannel = Literal["web_push", "email", "sms"]
Tone = Literal["friendly", "urgent", "elegant"]
Length = Literal["short", "long"]
LONGEST_TITLE = 80
LONGEST_BODY = 300


class Draft(Frozen):
    """A text to begin with. The title of a text message is empty."""

    title: Annotated[str, Field(max_length=500)] = ""
    body: Annotated[str, Field(max_length=2_000)] = ""


class Brief(Frozen):
    """What a text is to be like. `about` is what its author says of it."""

    channel: DraftChannel
    tone: Tone = "friendly"
    length: Length = "short"
    about: Annotated[str, Field(max_length=1_000)] = ""


_NAME = "{{ profile.first_name | default('you') }}"
_ITEM = "{{ product.name }}"
_SIZE = "{{ variant.title }}"
_READY: Mapping[tuple[Tone, Length], tuple[tuple[str, str], ...]] = {
    ("friendly", "short"): (
        (f"{_ITEM} is back 🎉", f"In {_SIZE}, just as you asked."),
        ("Good news", f"{_ITEM} is here again."),
    ),
    ("friendly", "long"): (
        (
            f"{_ITEM} is back 🎉",
            f"We kept an eye on it for {_NAME}: {_ITEM} in {_SIZE} is in stock again. Have a look.",
        ),
        ("It came back", f"You asked us to tell you, and today we can: {_ITEM} in {_SIZE} is here again."),
    ),
    ("urgent", "short"): (
        (f"Be quick: {_ITEM}", f"{_SIZE} is back, and few are left."),
        ("Back, but not for long", f"{_ITEM} in {_SIZE} is in stock now."),
    ),
    ("urgent", "long"): (
        (
            f"Be quick: {_ITEM} is back",
            f"Many people waited for {_ITEM}. {_SIZE} is in stock now, as long as it lasts.",
        ),
        (
            "Back, but not for long",
            f"{_ITEM} in {_SIZE} sold out before. It is in stock now; we cannot hold it for you.",
        ),
    ),
    ("elegant", "short"): (
        (_ITEM, f"Available again in {_SIZE}."),
        ("Available again", f"{_ITEM}, {_SIZE}."),
    ),
    ("elegant", "long"): (
        (f"{_ITEM}, available again", f"The piece that you had your eye on has returned: {_ITEM} in {_SIZE}."),
        ("Worth the wait", f"{_ITEM} in {_SIZE} is with us once more. It would be our pleasure to send it to you."),
    ),
}


def ready_drafts(brief: Brief) -> tuple[Draft, ...]:
    """Drafts that need nobody's help; they say nothing that the data does not."""
    found = _READY[brief.tone, brief.length]
    if brief.channel == "sms":
        return tuple(Draft(body=f"{body} {{{{ link }}}}") for _, body in found)
    return tuple(Draft(title=title, body=body) for title, body in found)


def usable(drafts: Iterable[Draft], channel: DraftChannel) -> tuple[Draft, ...]:
    """The drafts that a message on this channel may hold, tidied."""
    tidied = (Draft(title=one_line(draft.title), body=clean(draft.body)) for draft in drafts)
    return tuple(draft for draft in tidied if _is_usable(draft, channel))


def _is_usable(draft: Draft, channel: DraftChannel) -> bool:
    if len(draft.title) > LONGEST_TITLE or not 0 < len(draft.body) <= LONGEST_BODY:
        return False
    if channel != "sms" and not draft.title:
        return False
    try:
        content = _content(draft, channel)
        return problem_with(content) is None and tag_without_fallback(content) is None
    except MessageError:
        return False


def _content(draft: Draft, channel: DraftChannel) -> MessageContent:
    match channel:
        case "web_push":
            return WebPushContent.model_validate(
                {"title": draft.title, "body": draft.body, "link": {"kind": "product"}}
            )
        case "email":
            block = {"type": "divider"}
            return EmailContent.model_validate({"subject": draft.title, "preheader": draft.body, "blocks": [block]})
        case "sms":
            return SmsContent.model_validate({"text": draft.body, "link": {"kind": "product"}})
