"""Webhook: from content to a flat JSON body."""

import json

from engine.messages.content import WebhookContent
from engine.messages.context import RenderContext
from engine.messages.rendered import RenderedWebhook
from engine.messages.templates import clean, compile_text

URL_TARGET = "url"


class CompiledWebhook:
    """A webhook whose templates are ready to render."""

    def __init__(self, content: WebhookContent) -> None:
        self._url = compile_text(content.url, "url")
        self._fields = [
            (field.name, compile_text(field.value, f"fields.{place}.value"))
            for place, field in enumerate(content.fields)
        ]

    def render(self, context: RenderContext) -> RenderedWebhook:
        """The call for one profile; raises a `MessageError` when it cannot be made."""
        values = context.tags()
        url = context.link_policy.check(self._url.render(values), target=URL_TARGET, is_dynamic=self._url.is_dynamic)
        body = {name: clean(text.render(values)) for name, text in self._fields}
        return RenderedWebhook(
            send_id=context.send_id,
            url=url,
            body=json.dumps({"send_id": context.send_id, **body}, ensure_ascii=False),
        )
