"""The copy assistant: somebody who drafts texts. Optional, and off unless the settings name one.

A provider is a function from the settings to a `CopyAssistant`. The one that comes with Waitline speaks to whatever
understands OpenAI's chat completions: a hosted model, or one on a machine of one's own. Others are found by their entry
point in the group `waitline.copy_assistants`. What one writes is never used unchecked (`engine.messages.drafts`).
"""

import json
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Any, Protocol, cast

import aiohttp
from pydantic import TypeAdapter, ValidationError

from activities.errors import CopyAssistantFailed
from engine.messages.context import TAG_ROOTS
from engine.messages.drafts import Brief, Draft
from engine.settings import Settings

SECONDS = 30
LARGEST_ANSWER = 100_000
PLUGINS = "waitline.copy_assistants"
_DRAFTS: TypeAdapter[list[Draft]] = TypeAdapter(list[Draft])
_TASK = (
    "You write short marketing texts for people who asked a shop to tell them when a sold-out item is back. "
    'Answer with a JSON object {{"drafts": [{{"title": "…", "body": "…"}}, …]}} holding three drafts and nothing else. '
    "A text message has an empty title. You may use merge tags such as {{{{ product.name }}}} and "
    "{{{{ variant.title }}}}; a tag of profile needs a fallback: {{{{ profile.first_name | default('you') }}}}. "
    "Tags begin with one of: {roots}. Claim nothing about discounts, numbers left or deadlines."
)


class CopyAssistant(Protocol):
    """Somebody who drafts texts."""

    async def write(self, brief: Brief) -> Sequence[Draft]:
        """Drafts as the brief asks for them, not checked yet.

        Raises:
            CopyAssistantFailed: there were none to be had.
        """
        ...


class ChatCompletions:
    """An assistant behind an address that understands OpenAI's chat completions."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"{(settings.copy_assistant_url or '').rstrip('/')}/chat/completions"
        self._model = settings.copy_assistant_model
        self._key = settings.copy_assistant_key

    async def write(self, brief: Brief) -> Sequence[Draft]:
        """Ask the model once."""
        wanted = f"Channel: {brief.channel}. Tone: {brief.tone}. Length: {brief.length}. {brief.about}"
        messages = [
            {"role": "system", "content": _TASK.format(roots=", ".join(TAG_ROOTS))},
            {"role": "user", "content": wanted},
        ]
        headers = {"Authorization": f"Bearer {self._key.get_secret_value()}"} if self._key else {}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS), headers=headers) as session,
                session.post(
                    self._url,
                    json={"model": self._model, "messages": messages},
                    allow_redirects=False,
                    raise_for_status=True,
                ) as response,
            ):
                body = await response.content.read(LARGEST_ANSWER)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise CopyAssistantFailed(f"It could not be asked: {error or type(error).__name__}") from error
        return _drafts_in(body)


def _drafts_in(body: bytes) -> Sequence[Draft]:
    try:
        said = json.loads(body)["choices"][0]["message"]["content"]
        inner = said[said.index("{") : said.rindex("}") + 1]
        return _DRAFTS.validate_python(json.loads(inner)["drafts"])
    except (ValueError, LookupError, TypeError, AttributeError, ValidationError) as error:
        raise CopyAssistantFailed("It answered something else than drafts.") from error


def open_assistant(settings: Settings) -> CopyAssistant | None:
    """The assistant that the settings name; None when they name none.

    Raises:
        CopyAssistantFailed: they name one that is not installed.
    """
    if settings.copy_assistant is None:
        return None
    if settings.copy_assistant == "chat_completions":
        return ChatCompletions(settings)
    for plugin in entry_points(group=PLUGINS, name=settings.copy_assistant):
        made = cast("Callable[[Settings], CopyAssistant]", cast("Any", plugin).load())
        return made(settings)
    raise CopyAssistantFailed(f"No copy assistant is called {settings.copy_assistant!r}; correct the setting.")
