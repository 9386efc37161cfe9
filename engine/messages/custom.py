"""Messages on channels that developers bring: one Python class each, whose fields are what an author writes.

    class SlackMessage(CustomChannel):
        \"\"\"Tell a channel of the shop's Slack.\"\"\"

        name = "slack"
        label = "Slack message"
        text: str = Field(max_length=4_000, description="What it says; merge tags may stand in it.")

        async def send(self, to: str, *, key: str) -> str | None:
            ...

Every text of the class may hold merge tags. They are rendered for the profile, the class is made of what came out, and
`send` is called on it: after the guard, and after the ledger row was claimed, as for every other channel.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from engine.journey.catalogue import CustomType
from engine.journey.nodes.message import BUILT_IN_CHANNELS
from engine.journey.plugin_faults import idle, reserved, undocumented, unnamed
from engine.messages.content import CustomContent
from engine.messages.context import RenderContext
from engine.messages.rendered import RenderedCustom
from engine.messages.templates import Text, clean, compile_text
from engine.model import Frozen

CHANNEL_NAME = r"^[a-z][a-z0-9_]{0,30}$"
RESERVED_FIELDS = frozenset({"channel", "variants"})


class CustomChannel(Frozen):
    """The base class. Each field is a part of the message; its description and limits make the form and the problems.

    `address` names the attribute by which a profile is reached there. Such a channel reaches people: it asks for their
    consent, and caps and quiet hours count it. Without one it reaches a place of the shop's own, like a webhook.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    address: ClassVar[str | None] = None
    repeats: ClassVar[bool] = False
    """Whether the receiver takes each `key` once, so that a send whose answer was lost may be repeated."""
    seconds: ClassVar[float] = 15
    """How long one try of `send` may take."""

    async def send(self, to: str, *, key: str) -> str | None:
        """Hand the message over, once; the provider's name for it, if it has one.

        Raises one of the failures of `activities.errors`, which say whether a further try makes sense. Whatever else it
        raises means that nobody knows whether the message arrived.
        """
        raise NotImplementedError


class CompiledCustom:
    """A message on a plugin's channel whose templates are ready to render."""

    def __init__(self, content: CustomContent) -> None:
        self._channel = content.channel
        self._parts = {name: _compiled(value, name) for name, value in content.settings.items()}

    def render(self, context: RenderContext) -> RenderedCustom:
        """The message for one profile; raises a `MessageError` when it cannot be made."""
        values = context.tags()
        content = {name: _rendered(part, values) for name, part in self._parts.items()}
        return RenderedCustom(send_id=context.send_id, channel=self._channel, content=content)


class _Compiled:
    """A text within a message."""

    def __init__(self, text: Text) -> None:
        self.text = text


def _compiled(value: Any, place: str) -> Any:
    match value:
        case str():
            return _Compiled(compile_text(value, place))
        case list() | tuple():
            rows = cast("list[Any]", value)
            return [_compiled(one, f"{place}.{index}") for index, one in enumerate(rows)]
        case Mapping():
            fields = cast("Mapping[str, Any]", value)
            return {name: _compiled(one, f"{place}.{name}") for name, one in fields.items()}
        case _:
            return value


def _rendered(part: Any, values: dict[str, Any]) -> Any:
    match part:
        case _Compiled():
            return clean(part.text.render(values))
        case list():
            return [_rendered(one, values) for one in cast("list[Any]", part)]
        case dict():
            return {name: _rendered(one, values) for name, one in cast("dict[str, Any]", part).items()}
        case _:
            return part


def for_catalogue(model: type[CustomChannel]) -> CustomType:
    """What has to be known of the channel where documents are judged."""
    return CustomType(model=model)


def faults_of(model: type[CustomChannel]) -> list[str]:
    """What keeps the class from being a channel, in sentences for its developer."""
    if found := unnamed(model, "name", "label"):
        return found
    if not re.fullmatch(CHANNEL_NAME, model.name):
        found.append(f"Its name “{model.name}” is not one of small letters, digits and underscores; rename it.")
    if model.name in BUILT_IN_CHANNELS:
        found.append(f"There is a channel “{model.name}” already; give this one another name.")
    found += reserved(model, RESERVED_FIELDS, "A part of a message")
    found += idle(model.send, CustomChannel.send, "It sends nothing; write async def send(self, to, *, key).")
    no_words = "It has no docstring; say in one what the channel is, for those who write messages."
    return found + undocumented(model, CustomChannel, no_words)
