"""What one profile receives, exactly, and how it is kept.

Between two people told about the same restock, a message often differs only in the send's id and in the click links
made from it. Both can be made again from the id, so the archive keeps marks in their place: one row then stands for
all of those sends, addressed by the hash of its content, and `restore` gives each back byte for byte.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from html import escape
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidationError

from engine.messages.links import LinkFor, RenderedLink
from engine.messages.origins import BUILT_IN, CUSTOM, brought_by
from engine.model import Frozen

_SEND_MARK = r"\u0001send\u0001"  # as it stands in JSON; no text of a message holds control characters


_OWN_TARGETS = ("unsubscribe", "open")


def _link_mark(target: str) -> str:
    return rf"\u0001link {target}\u0001"


class RenderedBase(Frozen):
    """What every rendered message has."""

    send_id: str
    links: tuple[RenderedLink, ...] = ()

    @cached_property
    def archived_text(self) -> str:
        """The message as JSON, with marks for the send's id and its click links."""
        text = self.model_dump_json()
        for link in sorted(self.links, key=lambda link: len(link.href), reverse=True):
            if link.href != link.url:
                text = text.replace(link.href, _link_mark(link.target))
        for target, address in self.own_addresses.items():
            text = text.replace(address, _link_mark(target))
        return text.replace(self.send_id, _SEND_MARK)

    @property
    def own_addresses(self) -> Mapping[str, str]:
        """The addresses in the message that are this send's own, beside its links, by target."""
        return {}

    @property
    def archived(self) -> dict[str, Any]:
        """The message as it is stored."""
        return json.loads(self.archived_text)

    @cached_property
    def content_hash(self) -> str:
        """The sha256 of what is stored, in hex."""
        return hashlib.sha256(self.archived_text.encode()).hexdigest()


class RenderedWebPush(RenderedBase):
    """A browser notification: `payload` is the JSON text that the service worker decrypts; the rest is for the service.

    `variant` is the SKU that the message is about.
    """

    channel: Literal["web_push"] = "web_push"
    payload: str
    ttl: timedelta
    urgency: Literal["very-low", "low", "normal", "high"] = "normal"
    topic: str | None = None
    title: str
    body: str
    variant: str | None = None


class RenderedMobilePush(RenderedBase):
    """A notification of the shop's app: `payload` is the JSON text that the app gets; the rest is for the provider.

    `variant` is the SKU that the message is about.
    """

    channel: Literal["mobile_push"] = "mobile_push"
    payload: str
    ttl: timedelta
    priority: Literal["normal", "high"] = "high"
    collapse_key: str | None = None
    title: str
    body: str
    variant: str | None = None


class RenderedEmail(RenderedBase):
    """An e-mail. Absent sender fields mean the workspace's own; `unsubscribe_url` becomes List-Unsubscribe.

    `open_url` is the invisible picture that tells when it is opened; absent where opens are not asked about.
    """

    channel: Literal["email"] = "email"
    subject: str
    preheader: str = ""
    from_name: str | None = None
    from_address: str | None = None
    reply_to: str | None = None
    html: str
    text: str
    unsubscribe_url: str | None = None
    open_url: str | None = None

    @property
    def own_addresses(self) -> Mapping[str, str]:
        """The way out at the end of the e-mail, and the invisible picture."""
        known = {"unsubscribe": self.unsubscribe_url, "open": self.open_url}
        return {target: address for target, address in known.items() if address is not None}


class RenderedSms(RenderedBase):
    """A text message and what it costs: `segments` of the alphabet `encoding`."""

    channel: Literal["sms"] = "sms"
    text: str
    sender: str | None = None
    encoding: Literal["GSM-7", "UCS-2"]
    segments: int


class RenderedWebhook(RenderedBase):
    """A call to one of the shop's systems; `body` is its JSON text."""

    channel: Literal["webhook"] = "webhook"
    url: str
    body: str


class RenderedCustom(RenderedBase):
    """A message on a channel that a plugin brings: `content` are its settings, every text as it is sent."""

    channel: str
    content: Mapping[str, Any]


RenderedMessage = Annotated[
    Annotated[
        Annotated[
            RenderedWebPush | RenderedMobilePush | RenderedEmail | RenderedSms | RenderedWebhook,
            Field(discriminator="channel"),
        ],
        Tag(BUILT_IN),
    ]
    | Annotated[RenderedCustom, Tag(CUSTOM)],
    Discriminator(brought_by),
]
_RENDERED: TypeAdapter[RenderedMessage] = TypeAdapter(RenderedMessage)


def hash_of_archived(archived: Mapping[str, Any]) -> str:
    """The hash that a message is stored under, from what is stored; databases may have put its fields in another order.

    Something that is no archived message at all has the hash of nothing.
    """
    try:
        text = _RENDERED.validate_python({**archived}).model_dump_json()
    except ValidationError:
        text = ""
    return hashlib.sha256(text.encode()).hexdigest()


def restore(archived: Mapping[str, Any], *, send_id: str, link_for: LinkFor) -> RenderedMessage:
    """The message of this send, exactly as it was sent."""
    text = json.dumps(archived, ensure_ascii=False)
    for link in archived["links"]:
        text = text.replace(_link_mark(link["target"]), link_for(link["target"], link["url"]))
    for target in _OWN_TARGETS:
        if _link_mark(target) in text:
            text = text.replace(_link_mark(target), link_for(target, ""))
    return _RENDERED.validate_json(text.replace(_SEND_MARK, send_id))


def showing_ends(message: RenderedMessage, ways: Mapping[str, str]) -> RenderedMessage:
    """The message with the addresses where its links end in place of the click links, which are the person's own.

    `ways` stand for the addresses of the send's own.
    """
    ends = [(link.href, link.url) for link in message.links if link.href != link.url]
    ends += [(address, ways[target]) for target, address in message.own_addresses.items()]
    shown = message.model_dump()
    for href, url in sorted(ends, key=lambda end: len(end[0]), reverse=True):
        for name, value in shown.items():
            if isinstance(value, str):
                shown[name] = value.replace(href, escape(url) if name == "html" else url)
    shown["links"] = [{"target": link.target, "url": link.url, "href": link.url} for link in message.links]
    return _RENDERED.validate_python(shown)
