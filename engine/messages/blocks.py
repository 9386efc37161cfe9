"""The blocks of an e-mail, top to bottom. Texts are plain with merge tags; markup is ours, but for `raw`."""

from typing import Annotated, Literal

from pydantic import Field

from engine.messages.links import LinkTemplate
from engine.model import Frozen

Align = Literal["left", "center", "right"]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Url = Annotated[str, Field(min_length=1, max_length=2_000)]


class HeadingBlock(Frozen):
    """A line in large type."""

    type: Literal["heading"] = "heading"
    text: Annotated[str, Field(min_length=1, max_length=500)]
    level: Literal[1, 2, 3] = 1
    align: Align = "left"


class TextBlock(Frozen):
    """Paragraphs; a blank line starts a new one."""

    type: Literal["text"] = "text"
    text: Text
    align: Align = "left"


class ImageBlock(Frozen):
    """A picture, optionally a link."""

    type: Literal["image"] = "image"
    src: Url
    alt: Annotated[str, Field(max_length=500)]
    link: LinkTemplate | None = None
    width: int | None = Field(default=None, ge=16, le=600, description="CSS pixels; the full width when absent.")


class ButtonBlock(Frozen):
    """A call to action."""

    type: Literal["button"] = "button"
    text: Annotated[str, Field(min_length=1, max_length=200)]
    link: LinkTemplate
    align: Align = "left"


class ItemBlock(Frozen):
    """A block about one item: picture, title, price and a button, as far as `show` names them.

    `item` says which: `own` is the one that this enrollment is about, `latest` the one that was restocked last among
    all that the profile waited for. In both, `product` and `variant` mean that item in the block's own texts.
    """

    item: Literal["own", "latest"] = "own"
    show: tuple[Literal["image", "title", "price", "button"], ...] = ("image", "title", "price", "button")
    image_width: int | None = Field(default=None, ge=16, le=600, description="CSS pixels; the full width when absent.")
    title: Annotated[str, Field(min_length=1, max_length=500)] = "{{ product.name }}"
    price: Annotated[str, Field(max_length=200)] = "{{ product.price | default('') }}"
    image: Annotated[str, Field(max_length=2_000)] = "{{ product.image_url | default('') }}"
    button: Annotated[str, Field(min_length=1, max_length=200)] = "Buy now"
    link: LinkTemplate = LinkTemplate(url="{{ product.url }}")


class ProductCardBlock(ItemBlock):
    """A product."""

    type: Literal["product_card"] = "product_card"


class BackInStockBlock(ItemBlock):
    """The item that came back, below a line that says so: the back-in-stock widget."""

    type: Literal["back_in_stock"] = "back_in_stock"
    item: Literal["own", "latest"] = "latest"
    label: Annotated[str, Field(max_length=200)] = "Back in stock"


class GridItem(Frozen):
    """One product of a grid. An item whose title comes out empty is left out."""

    title: Annotated[str, Field(min_length=1, max_length=500)]
    price: Annotated[str, Field(max_length=200)] = ""
    image: Annotated[str, Field(max_length=2_000)] = ""
    link: LinkTemplate


class ProductGridBlock(Frozen):
    """Products side by side, one below the other on a phone."""

    type: Literal["product_grid"] = "product_grid"
    columns: Literal[2, 3] = 2
    items: Annotated[tuple[GridItem, ...], Field(min_length=1, max_length=12)]


class RawBlock(Frozen):
    """HTML of one's own, with merge tags. Its links are checked and counted like all others."""

    type: Literal["raw"] = "raw"
    html: Annotated[str, Field(min_length=1, max_length=100_000)]


class DividerBlock(Frozen):
    """A thin line."""

    type: Literal["divider"] = "divider"


Block = Annotated[
    HeadingBlock
    | TextBlock
    | ImageBlock
    | ButtonBlock
    | ProductCardBlock
    | BackInStockBlock
    | ProductGridBlock
    | RawBlock
    | DividerBlock,
    Field(discriminator="type"),
]
