"""The blocks of an e-mail, top to bottom. Every text in them is plain text with merge tags; markup is ours to write."""

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


class ProductCardBlock(Frozen):
    """A product: picture, title, price and a button, as far as `show` names them.

    `item` says which: `own` is the one that this enrollment is about, `latest` the one that was restocked last among
    all that the profile waited for. In both, `product` and `variant` mean that item in the block's own texts.
    """

    type: Literal["product_card"] = "product_card"
    item: Literal["own", "latest"] = "own"
    show: tuple[Literal["image", "title", "price", "button"], ...] = ("image", "title", "price", "button")
    image_width: int | None = Field(default=None, ge=16, le=600, description="CSS pixels; the full width when absent.")
    title: Annotated[str, Field(min_length=1, max_length=500)] = "{{ product.name }}"
    price: Annotated[str, Field(max_length=200)] = "{{ product.price | default('') }}"
    image: Annotated[str, Field(max_length=2_000)] = "{{ product.image_url | default('') }}"
    button: Annotated[str, Field(min_length=1, max_length=200)] = "Buy now"
    link: LinkTemplate = LinkTemplate(url="{{ product.url }}")


class DividerBlock(Frozen):
    """A thin line."""

    type: Literal["divider"] = "divider"


Block = Annotated[
    HeadingBlock | TextBlock | ImageBlock | ButtonBlock | ProductCardBlock | DividerBlock, Field(discriminator="type")
]
