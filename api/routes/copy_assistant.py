"""Drafts for the texts of a message: ready-made ones always, others where a copy assistant is set up."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from activities.copywriting import open_assistant
from activities.errors import CopyAssistantFailed
from api.answers import Answer
from api.bodies import Body
from api.errors import Conflict, Unavailable
from api.security import staff
from api.services import TheServices, TheSettings
from engine.messages.drafts import Brief, Draft, DraftChannel, Length, Tone, ready_drafts, usable

router = APIRouter(prefix="/v1/copy-assistant", tags=["Messages"], dependencies=[Depends(staff("edit_journeys"))])


class AssistantAnswer(Answer):
    """Whether there is somebody to ask."""

    is_on: bool
    name: Annotated[str | None, Field(examples=["chat_completions"])]


class DraftRequest(Body):
    """What a text is to be like, and who is to draft it."""

    source: Annotated[Literal["ready_made", "assistant"], Field(description="Ready-made ones need nobody's help.")] = (
        "ready_made"
    )
    channel: DraftChannel
    tone: Tone = "friendly"
    length: Length = "short"
    about: Annotated[str, Field(max_length=1_000, description="What it is about, for the assistant.")] = ""


class DraftItem(Answer):
    """A draft: title and body, or subject and preheader; a text message has no title."""

    title: str
    body: str


class DraftList(Answer):
    """Drafts that a message may hold as they are."""

    items: list[DraftItem]


@router.get("")
async def get_copy_assistant(settings: TheSettings) -> AssistantAnswer:
    """Tell whether a copy assistant is set up. None is unless the settings name one."""
    return AssistantAnswer(is_on=settings.copy_assistant is not None, name=settings.copy_assistant)


@router.post("/drafts")
async def draft_texts(body: DraftRequest, services: TheServices) -> DraftList:
    """Draft texts. What an assistant writes is checked first; drafts that no message may hold are dropped.

    Raises:
        Conflict: the assistant is asked for, and there is none.
        Unavailable: it could not be asked, or wrote nothing that can be used.
    """
    brief = Brief(channel=body.channel, tone=body.tone, length=body.length, about=body.about)
    if body.source == "ready_made":
        return _answer(ready_drafts(brief))
    try:
        assistant = open_assistant(services.settings)
        if assistant is None:
            raise Conflict("No copy assistant is set up. Use ready-made drafts, or name one in the settings.")
        drafts = usable(await assistant.write(brief), brief.channel)
    except CopyAssistantFailed as failure:
        raise Unavailable(f"The copy assistant did not help. {failure}") from None
    if not drafts:
        raise Unavailable("The copy assistant wrote nothing that a message may hold; ask again, or say it otherwise.")
    return _answer(drafts)


def _answer(drafts: tuple[Draft, ...]) -> DraftList:
    return DraftList(items=[DraftItem(title=draft.title, body=draft.body) for draft in drafts])
