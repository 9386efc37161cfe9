"""Links in messages: where they lead, whether they may, and what is added to them on the way.

    template ──render──► URL, or the fallback when it came out empty ──check──► allowed ──UTM──► destination
                                                                                                    │
                                              what is put into the message ◄── link_for(target, …) ◄┘

A *target* names a link within its message (`body`, `action_1`, `link_3`), so that each click is counted by itself.
Both empty means that the message has nowhere to lead: it is not sent, for the reason `no_link`.
"""

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import Field, model_validator

from engine.messages.errors import ForbiddenLink
from engine.model import Frozen

LinkFor = Callable[[str, str], str]
Parameters = tuple[tuple[str, str], ...]
MAX_URL_LENGTH = 2_000
REMEMBERED_URLS = 1_024  # everyone told about a restock gets the same few addresses
PRODUCT_URL = "{{ product.url }}"
WISHLIST_URL = "{{ product.wishlist_url }}"
CART_URL = "{{ product.add_to_cart_url }}"
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\<>\"`{|}^]|[^\x00-\x7f]")


class LinkTemplate(Frozen):
    """A link as written: a URL with merge tags, and the URL to use when that comes out empty.

    `kind` names one of the links that every item has instead: to the product, to the wishlist with it, to the cart with
    it. Where a store has no pattern for the last two, they lead to the fallback, or else to the product.
    In JSON a plain string stands for `{"url": …}`.
    """

    kind: Literal["custom", "product", "wishlist", "add_to_cart"] = "custom"
    url: Annotated[str, Field(max_length=MAX_URL_LENGTH)] = ""
    fallback: Annotated[str, Field(max_length=MAX_URL_LENGTH)] | None = None

    @property
    def candidates(self) -> tuple[tuple[str, str], ...]:
        """The URLs to try one after the other, each with the part of the link that it is."""
        ways = {"custom": [self.url], "product": [PRODUCT_URL], "wishlist": [WISHLIST_URL], "add_to_cart": [CART_URL]}
        named = [("link", url) for url in ways[self.kind]]
        if self.fallback is not None:
            named.append(("fallback", self.fallback))
        return (*named, *([("link", PRODUCT_URL)] if self.kind in {"wishlist", "add_to_cart"} else []))

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.kind == "custom" and "url" not in self.model_fields_set:
            raise ValueError("A link has a url, or a kind such as add_to_cart.")
        return self

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return {"url": value} if isinstance(value, str) else value


class Utm(Frozen):
    """The five campaign parameters. Each may hold merge tags; an empty one is left out."""

    source: Annotated[str, Field(max_length=200)] | None = None
    medium: Annotated[str, Field(max_length=200)] | None = None
    campaign: Annotated[str, Field(max_length=200)] | None = None
    term: Annotated[str, Field(max_length=200)] | None = None
    content: Annotated[str, Field(max_length=200)] | None = None


class RenderedLink(Frozen):
    """One link of a rendered message: `url` is where it ends, `href` is what the message carries (a click link)."""

    target: str
    url: str
    href: str


class LinkPolicy(Frozen):
    """Where links may lead.

    A link without merge tags was written by staff and only has to be an absolute https URL. One with merge tags
    carries data, so its host must also be one of `allowed_domains` or below one of them. Plain http is accepted for
    loopback names only, which browsers treat as secure.
    """

    allowed_domains: tuple[str, ...] = ()

    def check(self, url: str, *, target: str, is_dynamic: bool) -> str:
        """The URL, percent-encoded where it must be; raises `ForbiddenLink` when it may not be used."""
        url = escape_url(url)
        host = absolute_host(url)
        if host is None:
            raise ForbiddenLink(target, url, "It must be an absolute https URL.")
        if is_dynamic and not self.allows(host):
            raise ForbiddenLink(target, url, f"{host} is not among the allowed link domains.")
        return url

    def allows(self, host: str) -> bool:
        """Whether `host` is an allowed domain or a name below one."""
        return any(host == domain or host.endswith("." + domain) for domain in self.allowed_domains)


def escape_url(url: str) -> str:
    """The URL with every character that a URL may not hold percent-encoded (what is encoded stays as it is)."""
    url = url.strip()
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), url) if _UNSAFE.search(url) else url


@lru_cache(maxsize=REMEMBERED_URLS)
def absolute_host(url: str) -> str | None:
    """The host of an absolute https URL (http for loopback names), or None when it is not one."""
    if len(url) > MAX_URL_LENGTH:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    if not host or parts.username is not None:
        return None
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback_name(host)):
        return host
    return None


def is_loopback_name(host: str) -> bool:
    """Whether the name can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private_number(host: str) -> bool:
    """Whether the host is an address, not a name, of somebody's own network other than this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return not address.is_global and not address.is_loopback


@lru_cache(maxsize=REMEMBERED_URLS)
def add_utm(url: str, parameters: Parameters) -> str:
    """The URL with `utm_…` parameters appended to its query.

    Query and fragment stay byte for byte as they were; a parameter that the URL already carries is not repeated.
    """
    if not parameters:
        return url
    parts = urlsplit(url)
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = urlencode([(name, value) for name, value in parameters if name not in present])
    if not added:
        return url
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))
