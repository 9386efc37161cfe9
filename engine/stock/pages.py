"""What a page of the shop is: rules that map its address and its content to a type, and what they find there.

The first rule that fits decides. A rule gives a pattern for the path of the address (`*` stands for anything), a CSS
selector of which the page must have an element, or both. The widget on the shop's pages applies them
(`api/storefront/scripts/pages.js`), since only it sees a page; this module says what a rule is.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.model import Frozen

PageType = Literal["product", "cart", "wishlist", "purchase"]
MOST_RULES = 50


class PageRule(Frozen):
    """A page whose path fits `path`, and that has an element which `selector` finds, is of this type."""

    type: PageType
    path: Annotated[str | None, Field(min_length=1, max_length=500, pattern=r"^[/*]")] = None
    selector: Annotated[str | None, Field(min_length=1, max_length=500)] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.path is None and self.selector is None:
            raise PydanticCustomError("empty_rule", "A rule needs a path, a selector, or both")
        return self


USUAL_RULES = (
    PageRule(type="purchase", path="*/order-received*"),
    PageRule(type="purchase", path="*/thank*you*"),
    PageRule(type="purchase", path="*/orders/*/confirmation*"),
    PageRule(type="cart", path="*/cart*"),
    PageRule(type="cart", path="*/basket*"),
    PageRule(type="wishlist", path="*/wishlist*"),
    PageRule(type="product", selector="meta[property='og:type'][content='product']"),
    PageRule(type="product", selector="[itemtype$='schema.org/Product']"),
    PageRule(type="product", path="*/products/*"),
    PageRule(type="product", path="*/product/*"),
)
"""What most shops' pages look like; used where a source turns its pages on and has no rules of its own."""


class PageSettings(Frozen):
    """A source whose pages are read: by these rules, the first that fits first."""

    rules: tuple[PageRule, ...] = Field(default=USUAL_RULES, min_length=1, max_length=MOST_RULES)
