"""E-mail: from content to subject, HTML, text and headers."""

from engine.messages.content import EmailContent
from engine.messages.context import RenderContext
from engine.messages.destinations import CompiledUtm
from engine.messages.email_blocks import CompiledBlocks
from engine.messages.email_html import CompiledHtml
from engine.messages.rendered import RenderedEmail
from engine.messages.templates import MAX_HTML, MAX_LINE, clean, compile_text, one_line


class CompiledEmail:
    """An e-mail whose layout is drawn and whose templates are ready to render."""

    def __init__(self, content: EmailContent) -> None:
        self._content = content
        self._utm = CompiledUtm(content.utm)
        self._subject = compile_text(content.subject, "subject", limit=MAX_LINE)
        self._preheader = compile_text(content.preheader, "preheader", limit=MAX_LINE)
        self._from_name = compile_text(content.from_name or "", "from_name", limit=MAX_LINE)
        if content.html is not None:
            self._body = CompiledHtml(content.html, content.text, content.preheader)
            self._text = None
        else:
            self._body = CompiledBlocks(content.blocks, content.preheader)
            self._text = None if content.text is None else compile_text(content.text, "text", limit=MAX_HTML)

    def render(self, context: RenderContext) -> RenderedEmail:
        """The e-mail for one profile; raises a `MessageError` when it cannot be made."""
        rendering = self._utm.rendering(context)
        values = rendering.values
        page, text, links = self._body.render(rendering)
        if self._text is not None:
            text = clean(self._text.render(values)) + "\n"
        open_url = context.links.get("open")
        return RenderedEmail(
            send_id=context.send_id,
            links=links,
            subject=one_line(self._subject.render(values)),
            preheader=one_line(self._preheader.render(values)),
            from_name=one_line(self._from_name.render(values)) or None,
            from_address=self._content.from_address,
            reply_to=self._content.reply_to,
            html=page if open_url is None else with_picture(page, open_url),
            text=text,
            unsubscribe_url=context.links.get("unsubscribe"),
            open_url=open_url,
        )


def with_picture(page: str, address: str) -> str:
    """The page with an invisible picture at its end."""
    body, end, rest = page.rpartition("</body>")
    picture = f'<img src="{address}" width="1" height="1" alt="" style="display:block;border:0">'
    return f"{body}{picture}{end}{rest}" if end else page + picture
