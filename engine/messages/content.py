"""What a marketer writes for each channel. Every text may hold merge tags (`{{ product.name }}`).

A journey document keeps these under `messages`, by name; `parse_messages` gives them their types.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, TypeAdapter, model_validator

from engine.messages.addresses import MAILBOX
from engine.messages.blocks import Block
from engine.messages.links import LinkTemplate, Utm
from engine.messages.origins import BUILT_IN, CUSTOM, brought_by
from engine.messages.variants import contents_of
from engine.model import Frozen

MAX_PUSH_TTL = timedelta(weeks=4)
Line = Annotated[str, Field(min_length=1, max_length=500)]
Paragraph = Annotated[str, Field(max_length=4_000)]
Mailbox = Annotated[str, Field(max_length=320, pattern=MAILBOX)]
Url = Annotated[str, Field(max_length=2_000)]


class PushAction(Frozen):
    """A button of a web push, with its own link."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    link: LinkTemplate


class WebPushContent(Frozen):
    """A browser notification. `link` is where a click on its body leads.

    The layout says which pictures it has: `icon` a small one, `icon_image` a large one below the text as well.
    `topic` lets a newer message replace an older one that has not been delivered yet (RFC 8030).
    """

    channel: Literal["web_push"] = "web_push"
    layout: Literal["icon", "icon_image"] = "icon"
    title: Line
    body: Paragraph = ""
    link: LinkTemplate
    icon: Url | None = None
    image: Url | None = None
    badge: Url | None = None
    actions: tuple[PushAction, ...] = Field(default=(), max_length=2)
    ttl: timedelta = Field(default=timedelta(hours=24), ge=timedelta(0), le=MAX_PUSH_TTL)
    urgency: Literal["very-low", "low", "normal", "high"] = "normal"
    topic: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")] | None = None
    utm: Utm | None = None

    @model_validator(mode="after")
    def _picture_for_layout(self) -> Self:
        if self.layout == "icon_image" and not self.image:
            raise ValueError("The layout with a large picture needs an image.")
        return self


class EmailContent(Frozen):
    """An e-mail, composed of blocks or written as HTML. A text version is made when none is given."""

    channel: Literal["email"] = "email"
    subject: Line
    preheader: Annotated[str, Field(max_length=500)] = ""
    from_name: Annotated[str, Field(max_length=200)] | None = None
    from_address: Mailbox | None = None
    reply_to: Mailbox | None = None
    blocks: tuple[Block, ...] = Field(default=(), max_length=100)
    html: Annotated[str, Field(max_length=200_000)] | None = None
    text: Annotated[str, Field(max_length=100_000)] | None = None
    utm: Utm | None = None

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if bool(self.blocks) == bool(self.html):
            raise ValueError("An e-mail has either blocks or HTML.")
        return self


class SmsContent(Frozen):
    """A text message. Its link, shortened, stands where the text says `{{ link }}`.

    `sender` is a phone number, a short code or an alphanumeric name; the workspace's sender when absent.
    """

    channel: Literal["sms"] = "sms"
    text: Annotated[str, Field(min_length=1, max_length=1_600)]
    sender: Annotated[str, Field(pattern=r"^(\+?[0-9]{3,15}|[A-Za-z0-9 ]{1,11}|MG[0-9a-f]{32})$")] | None = None
    link: LinkTemplate | None = None
    utm: Utm | None = None


class AndroidPart(Frozen):
    """What only Android knows: the app's notification channel, an icon that it carries, and the icon's colour."""

    channel_id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    icon: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,99}$")] | None = None
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = None


class ApnsPart(Frozen):
    """What only iOS knows: a sound that the app carries, and the category that says which buttons there are."""

    sound: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    category: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class MobilePushContent(Frozen):
    """A notification of the shop's own app. `link` is where a tap leads; the app opens it.

    `collapse_key` lets a newer message replace an older one that is still waiting or still shown.
    """

    channel: Literal["mobile_push"] = "mobile_push"
    title: Line
    body: Paragraph = ""
    link: LinkTemplate
    image: Url | None = None
    ttl: timedelta = Field(default=timedelta(hours=24), ge=timedelta(0), le=MAX_PUSH_TTL)
    priority: Literal["normal", "high"] = "high"
    collapse_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    android: AndroidPart | None = None
    apns: ApnsPart | None = None
    utm: Utm | None = None


class WebhookField(Frozen):
    """One field of a webhook's JSON body."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
    value: Paragraph


class WebhookContent(Frozen):
    """A call to one of the shop's own systems, with a flat JSON body."""

    channel: Literal["webhook"] = "webhook"
    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    fields: tuple[WebhookField, ...] = Field(default=(), max_length=100)


class CustomContent(Frozen):
    """What is written for a channel that a plugin brings: any settings, in whose texts merge tags may stand.

    Whether the plugin takes them is judged with the catalogue.
    """

    model_config = ConfigDict(extra="allow")

    channel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the author wrote; what holds nothing is not set."""
        return {name: value for name, value in (self.model_extra or {}).items() if value is not None}


BuiltInContent = Annotated[
    WebPushContent | MobilePushContent | EmailContent | SmsContent | WebhookContent, Field(discriminator="channel")
]
MessageContent = Annotated[
    Annotated[BuiltInContent, Tag(BUILT_IN)] | Annotated[CustomContent, Tag(CUSTOM)], Discriminator(brought_by)
]
_MESSAGES: TypeAdapter[dict[str, MessageContent]] = TypeAdapter(dict[str, MessageContent])


def parse_messages(messages: Mapping[str, Mapping[str, Any]]) -> dict[str, MessageContent]:
    """A document's `messages` with their types, each variant under a name of its own (`engine.messages.variants`).

    Raises pydantic's `ValidationError` naming each wrong field.
    """
    written = {key: one for name, raw in messages.items() for key, one in contents_of(name, raw).items()}
    return _MESSAGES.validate_python(written)
