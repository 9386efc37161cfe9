"""Whether a message can be written for everyone: rendered for somebody of whom nothing is known that may be unknown.

What is always there: the name and address of the product, SKU and title of the variant, the name of the journey. All
else may be empty for somebody: each attribute of a profile, each property of the event, price and picture of a product.
Its tag needs a fallback.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.messages.content import MessageContent
from engine.messages.context import RenderContext
from engine.messages.errors import MessageError, MissingValue
from engine.messages.links import LinkPolicy
from engine.messages.render import compiled

_SOMEBODY = RenderContext(
    send_id="snd_" + "0" * 26,
    product={"name": "Product", "description": "", "url": "https://shop.example/product"},
    variant={"sku": "SKU", "title": "Variant", "options": {}, "available": 1},
    journey={"name": "Journey"},
    links={"unsubscribe": "https://shop.example/unsubscribe"},
    link_policy=LinkPolicy(allowed_domains=("shop.example",)),
)


def may_be_empty(root: str, name: str) -> bool:
    """Whether the field may have no value for somebody."""
    return name not in _SOMEBODY.tags()[root]


def tag_without_fallback(content: MessageContent, *, event: Iterable[str] = ()) -> MissingValue | None:
    """The first tag that may be empty and has no fallback; None when the message can be written for everyone.

    `event` names the properties that the entry event always carries. What else is wrong with the content is not looked
    for here.
    """
    try:
        compiled(content).render(replace(_SOMEBODY, event=dict.fromkeys(event, "Known")))
    except MissingValue as missing:
        return missing
    except MessageError:
        return None
    return None
