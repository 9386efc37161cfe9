"""Mobile push: from content to what Firebase Cloud Messaging hands to the shop's app (HTTP v1, `Message`).

    {"notification": {"title": …, "body": …, "image": …},
     "data": {"link": click link, "send_id": …, "variant": SKU},
     "android": {"notification": {"channel_id": …, "icon": …, "color": …}},
     "apns": {"payload": {"aps": {"sound": …, "category": …, "mutable-content": 1}}}}

Absent parts are left out. The app opens `data.link` when the notification is tapped, and `data.variant` names the item.
Device, life, priority and collapse key belong to the sending and are added there. Firebase refuses more than 4,096
bytes of notification and data.
"""

import json
from typing import Any

from engine.messages.content import MobilePushContent
from engine.messages.context import RenderContext
from engine.messages.destinations import CompiledLink, CompiledUtm
from engine.messages.errors import PayloadTooLarge
from engine.messages.rendered import RenderedMobilePush
from engine.messages.templates import MAX_LINE, MAX_PARAGRAPH, clean, compile_text, one_line
from engine.messages.web_push import BODY_TARGET, picture_address

MAX_MESSAGE_BYTES = 4_096
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class CompiledMobilePush:
    """A mobile push whose templates are ready to render."""

    def __init__(self, content: MobilePushContent) -> None:
        self._content = content
        self._title = compile_text(content.title, "title", limit=MAX_LINE)
        self._body = compile_text(content.body, "body", limit=MAX_PARAGRAPH)
        self._image = compile_text(content.image, "image") if content.image else None
        self._link = CompiledLink(content.link, BODY_TARGET)
        self._utm = CompiledUtm(content.utm)
        self._platforms = _platforms(content)

    def render(self, context: RenderContext) -> RenderedMobilePush:
        """The push for one profile; raises a `MessageError` when it cannot be made."""
        rendering = self._utm.rendering(context)
        values, content = rendering.values, self._content
        title = one_line(self._title.render(values))
        body = clean(self._body.render(values))
        image = picture_address(self._image, "image", values) if self._image is not None else ""
        link = self._link.resolve(rendering)
        sku = context.variant.get("sku")
        notification = {"title": title, "body": body, **({"image": image} if image else {})}
        data = {"link": link.href, "send_id": context.send_id, **({} if sku is None else {"variant": str(sku)})}
        size = len(_to_json({"notification": notification, "data": data}).encode())
        if size > MAX_MESSAGE_BYTES:
            raise PayloadTooLarge(size, MAX_MESSAGE_BYTES)
        return RenderedMobilePush(
            send_id=context.send_id,
            links=(link,),
            payload=_to_json({"notification": notification, "data": data, **self._platforms}),
            ttl=content.ttl,
            priority=content.priority,
            collapse_key=content.collapse_key,
            title=title,
            body=body,
            variant=sku,
        )


def _platforms(content: MobilePushContent) -> dict[str, Any]:
    """What is for one platform only. iOS shows a picture when the app is let to fetch it: `mutable-content`."""
    android = {} if content.android is None else content.android.model_dump(exclude_none=True)
    aps: dict[str, Any] = {} if content.apns is None else content.apns.model_dump(exclude_none=True)
    if content.image:
        aps["mutable-content"] = 1
    return {
        **({"android": {"notification": android}} if android else {}),
        **({"apns": {"payload": {"aps": aps}}} if aps else {}),
    }
