"""Web push: from content to the JSON that our service worker shows.

    {"v": 1, "title": …, "body": …, "icon": …, "image": …, "badge": …, "tag": …, "ttl": seconds,
     "actions": [{"action": "action_1", "title": …}, …],
     "links": {"body": click link, "actions": [click link, …]},
     "variant": SKU, "send_id": …}

Absent fields are left out. The text is UTF-8 with nothing escaped that need not be, so that an emoji costs four bytes,
and the whole must fit into one encrypted record: 4,096 bytes less the 103 that encryption adds (RFC 8291).
"""

import json
from typing import Any

from engine.messages.content import WebPushContent
from engine.messages.context import RenderContext
from engine.messages.destinations import CompiledLink, CompiledUtm, Values
from engine.messages.errors import BadPicture, MissingValue, PayloadTooLarge
from engine.messages.links import absolute_host, escape_url, is_private_number
from engine.messages.rendered import RenderedWebPush
from engine.messages.templates import MAX_LINE, MAX_PARAGRAPH, Text, clean, compile_text, one_line

MAX_PAYLOAD_BYTES = 3_993
BODY_TARGET = "body"
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def action_target(position: int) -> str:
    """The name of the button at this position, from 0: `action_1`, `action_2`."""
    return f"action_{position + 1}"


class CompiledWebPush:
    """A web push whose templates are ready to render."""

    def __init__(self, content: WebPushContent) -> None:
        self._utm = CompiledUtm(content.utm)
        self._content = content
        self._title = compile_text(content.title, "title", limit=MAX_LINE)
        self._body = compile_text(content.body, "body", limit=MAX_PARAGRAPH)
        pictures = {"icon": content.icon, "badge": content.badge}
        if content.layout == "icon_image":
            pictures["image"] = content.image
        self._pictures = [(name, compile_text(url, name)) for name, url in pictures.items() if url]
        self._link = CompiledLink(content.link, BODY_TARGET)
        self._actions = [
            (compile_text(action.title, f"actions.{place}.title"), CompiledLink(action.link, action_target(place)))
            for place, action in enumerate(content.actions)
        ]

    def render(self, context: RenderContext) -> RenderedWebPush:
        """The push for one profile; raises a `MessageError` when it cannot be made."""
        rendering = self._utm.rendering(context)
        values = rendering.values
        content = self._content
        title = one_line(self._title.render(values))
        body = clean(self._body.render(values))
        link = self._link.resolve(rendering)
        actions = [(one_line(text.render(values)), action.resolve(rendering)) for text, action in self._actions]
        sku = context.variant.get("sku")
        payload: dict[str, Any] = {"v": 1, "title": title, "body": body}
        for name, text in self._pictures:
            address = picture_address(text, name, values)
            if address:
                payload[name] = address
        payload["tag"] = content.topic or context.send_id
        payload["ttl"] = int(content.ttl.total_seconds())
        payload["actions"] = [{"action": action.target, "title": text} for text, action in actions]
        payload["links"] = {"body": link.href, "actions": [action.href for _, action in actions]}
        if sku is not None:
            payload["variant"] = sku
        payload["send_id"] = context.send_id
        return RenderedWebPush(
            send_id=context.send_id,
            links=(link, *(action for _, action in actions)),
            payload=fitting(_to_json(payload)),
            ttl=content.ttl,
            urgency=content.urgency,
            topic=content.topic,
            title=title,
            body=body,
            variant=sku,
        )


def fitting(payload: str) -> str:
    """The payload, if a push service takes it; raises `PayloadTooLarge`."""
    size = len(payload.encode())
    if size > MAX_PAYLOAD_BYTES:
        raise PayloadTooLarge(size, MAX_PAYLOAD_BYTES)
    return payload


def picture_address(text: Text, field: str, values: Values) -> str:
    """The picture's absolute URL, or nothing when the product has none; raises `BadPicture` for anything else."""
    try:
        url = escape_url(one_line(text.render(values)))
    except MissingValue:
        return ""
    if url and ((host := absolute_host(url)) is None or is_private_number(host)):
        raise BadPicture(field, url)
    return url
