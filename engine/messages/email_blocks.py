"""An e-mail from blocks: MJML once, when the message is compiled; holes filled with escaped text for each profile."""

import html
import re
from collections.abc import Callable, Sequence
from typing import Literal

from mjml import mjml2html

from engine.messages import email_layout as layout
from engine.messages.blocks import (
    BackInStockBlock,
    Block,
    ButtonBlock,
    DividerBlock,
    GridItem,
    HeadingBlock,
    ImageBlock,
    ItemBlock,
    ProductCardBlock,
    ProductGridBlock,
    RawBlock,
    TextBlock,
)
from engine.messages.destinations import CompiledLink, Rendering
from engine.messages.email_html import CompiledHtml
from engine.messages.links import LinkTemplate, RenderedLink
from engine.messages.skeleton import Skeleton, shown_if, slot
from engine.messages.templates import MAX_PARAGRAPH, clean, compile_text, one_line
from engine.messages.web_push import picture_address

_BLANK_LINES = re.compile(r"\n{3,}")
Fill = Callable[[Rendering, list[RenderedLink]], str]


class CompiledBlocks:
    """A stack of blocks whose layout is fixed and whose values are yet to come."""

    def __init__(self, blocks: Sequence[Block], preheader: str) -> None:
        self._fills: list[Fill] = []
        self._about: Literal["own", "latest"] = "own"
        self._lines: list[str] = []
        preview = self._text(preheader, "preheader")
        self._multiline: set[int] = set()
        self._markup: set[int] = set()
        body = layout.sections(
            (self._drawn(block, f"blocks.{place}", place), isinstance(block, ProductGridBlock))
            for place, block in enumerate(blocks)
        )
        unsubscribe = self._add(lambda rendering, _links: rendering.context.links.get("unsubscribe", ""))
        self._lines.append(shown_if(unsubscribe, f"{layout.UNSUBSCRIBE}: {slot(unsubscribe)}"))
        self._html = Skeleton(mjml2html(layout.document(preview, body, layout.footer(unsubscribe)), fonts={}))
        self._plain = Skeleton("\n\n".join(self._lines))

    def render(self, rendering: Rendering) -> tuple[str, str, tuple[RenderedLink, ...]]:
        """HTML, text and links for one profile."""
        links: list[RenderedLink] = []
        filled = [fill(rendering, links) for fill in self._fills]
        escaped = [self._escaped(number, text) for number, text in enumerate(filled)]
        plain = _BLANK_LINES.sub("\n\n", self._plain.fill(filled)).strip() + "\n"
        return self._html.fill(escaped), plain, tuple(links)

    def _escaped(self, number: int, text: str) -> str:
        if number in self._markup:
            return text
        escaped = html.escape(text)
        return escaped.replace("\n", "<br>") if number in self._multiline else escaped

    def _drawn(self, block: Block, field: str, place: int) -> str:
        match block:
            case HeadingBlock():
                text = self._text(block.text, f"{field}.text")
                self._lines.append(slot(text))
                drawn = layout.heading(text, block.level, block.align)
            case TextBlock():
                text = self._text(block.text, f"{field}.text", is_multiline=True)
                self._lines.append(slot(text))
                drawn = layout.paragraph(text, block.align)
            case ImageBlock():
                drawn = self._image(block, field, place)
            case ButtonBlock():
                text = self._text(block.text, f"{field}.text")
                link = self._link(block.link, f"button_{place + 1}")
                self._lines.append(f"{slot(text)}: {slot(link)}")
                drawn = layout.button(text, link, block.align)
            case ProductCardBlock():
                drawn = self._item(block, field, f"product_{place + 1}")
            case BackInStockBlock():
                label = self._text(block.label, f"{field}.label")
                self._lines.append(slot(label))
                drawn = layout.label(label) + self._item(block, field, f"product_{place + 1}")
            case ProductGridBlock():
                items = [
                    self._grid_item(item, f"{field}.items.{number}", f"product_{place + 1}_{number + 1}")
                    for number, item in enumerate(block.items)
                ]
                drawn = layout.grid(items, block.columns)
            case RawBlock():
                drawn = self._raw(block, f"{field}.html", f"raw_{place + 1}_link")
            case DividerBlock():
                self._lines.append("---")
                drawn = layout.DIVIDER
        return drawn

    def _image(self, block: ImageBlock, field: str, place: int) -> str:
        source = self._picture(block.src, f"{field}.src")
        alt = self._text(block.alt, f"{field}.alt")
        link = None if block.link is None else self._link(block.link, f"image_{place + 1}")
        self._lines.append(slot(alt) if link is None else f"{slot(alt)}: {slot(link)}")
        return layout.image(source, alt, link, block.width)

    def _item(self, block: ItemBlock, field: str, target: str) -> str:
        self._about = block.item
        title = self._text(block.title, f"{field}.title")
        leads = "image" in block.show or "button" in block.show
        link = self._link(block.link, target) if leads else None
        card, line = "", ""
        if "image" in block.show:
            card += layout.image(self._picture(block.image, f"{field}.image"), title, link, block.image_width)
        if "title" in block.show:
            card += layout.product_title(title)
            line += slot(title)
        if "price" in block.show:
            price = self._text(block.price, f"{field}.price")
            card += layout.product_price(price)
            line += shown_if(price, " · " + slot(price))
        if "button" in block.show and link is not None:
            button = self._text(block.button, f"{field}.button")
            card += layout.button(button, link)
            line += f"\n{slot(button)}: {slot(link)}"
        self._lines.append(line)
        self._about = "own"
        return card

    def _grid_item(self, item: GridItem, field: str, target: str) -> tuple[int, str]:
        """The number of its title, on which all of it depends, and how it is drawn."""
        title = self._text(item.title, f"{field}.title")
        compiled, words = CompiledLink(item.link, target), compile_text(item.title, f"{field}.title")

        def fill(rendering: Rendering, links: list[RenderedLink]) -> str:
            if not one_line(words.render(rendering.values)):
                return ""
            links.append(compiled.resolve(rendering))
            return links[-1].href

        link = self._add(fill)
        image, price = self._picture(item.image, f"{field}.image"), self._text(item.price, f"{field}.price")
        self._lines.append(shown_if(title, f"{slot(title)}{shown_if(price, ' · ' + slot(price))}\n{slot(link)}"))
        return title, layout.grid_item(title, price, image, link)

    def _raw(self, block: RawBlock, field: str, link: str) -> str:
        part = CompiledHtml(block.html, None, None, field=field, link=link)

        def fill(rendering: Rendering, links: list[RenderedLink]) -> str:
            page, _, made = part.render(rendering)
            links.extend(made)
            return page

        markup, words = self._add(fill), self._add(lambda rendering, _links: part.render(rendering)[1].strip())
        self._markup.add(markup)
        self._lines.append(slot(words))
        return layout.raw(markup)

    def _add(self, fill: Fill) -> int:
        self._fills.append(fill)
        return len(self._fills) - 1

    def _text(self, source: str, field: str, *, is_multiline: bool = False) -> int:
        text = compile_text(source, field, limit=MAX_PARAGRAPH)
        tidy, item = clean if is_multiline else one_line, self._about
        number = self._add(lambda rendering, _links: tidy(text.render(rendering.about(item).values)))
        if is_multiline:
            self._multiline.add(number)
        return number

    def _picture(self, source: str, field: str) -> int:
        text, item = compile_text(source, field), self._about
        return self._add(lambda rendering, _links: picture_address(text, field, rendering.about(item).values))

    def _link(self, link: LinkTemplate, target: str) -> int:
        compiled, item = CompiledLink(link, target), self._about

        def fill(rendering: Rendering, links: list[RenderedLink]) -> str:
            links.append(compiled.resolve(rendering.about(item)))
            return links[-1].href

        return self._add(fill)
