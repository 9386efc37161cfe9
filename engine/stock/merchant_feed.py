"""Product feeds as Google Merchant defines them, read piece by piece: the whole file is never in memory.

    <rss><channel> <item><g:id>FJELL-M</g:id> <g:item_group_id>fjell</g:item_group_id> <title>…</title> <link>…</link>
      <g:price>199.00 EUR</g:price> <g:availability>in_stock</g:availability> …</item> …

Atom (`feed`, `entry`) is read as well. An item that cannot be used is reported by the line where it begins, and the
others count. A file that breaks off gives all that came before. Entities and external parts are refused: nothing that
a feed needs is made of them, and a few lines of them can grow to gigabytes.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, Never, TypeAlias
from urllib.parse import urlsplit
from xml.parsers import expat

from pydantic_core import to_json

from engine.currencies import minor_unit_places

MOST_CHARACTERS = 100_000
"""In one item, an element counting as one more. Above that it is no item but an attack or a broken file."""
DEEPEST = 100
"""Elements within each other."""
LONGEST_TAG = 1 << 22
"""Bytes that are read without completing anything."""
MOST_NAMES = 1_000
"""Names of elements that are remembered."""
LONGEST_NAME = 255
LONGEST_ADDRESS = 2_000
UNCOUNTED = 1
"""Units that there are at least of what is in stock and not counted."""
Value: TypeAlias = "str | list[Value] | dict[str, Value]"
_PRICE = re.compile(
    r"(?P<a>\d{1,12}(?:[.,]\d{1,3})?)\s*(?P<c>[A-Z]{3})|(?P<d>[A-Z]{3})\s*(?P<b>\d{1,12}(?:[.,]\d{1,3})?)"
)
_AVAILABILITY: Mapping[str, int] = {"in_stock": UNCOUNTED, "out_of_stock": 0, "preorder": 0, "backorder": 0}
_QUANTITIES = ("quantity", "inventory", "quantity_to_sell_on_facebook", "sell_on_google_quantity")
ENDS_THE_FILE = frozenset({"entities", "not_xml"})
"""Codes of problems after which nothing more of the file is read."""
_ITEMS = frozenset({"item", "entry"})


class FeedItem(NamedTuple):
    """One variant as the feed describes it. `units` is None when the feed does not say, and a lower bound unless
    `is_counted`. Prices are minor units of `currency`. `digest` changes with any of it.
    """

    line: int
    id: str
    group: str
    title: str
    url: str
    digest: str
    description: str = ""
    image_url: str | None = None
    price: int | None = None
    original_price: int | None = None
    currency: str | None = None
    units: int | None = None
    is_counted: bool = False
    attributes: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """What is wrong with an item, or with the file from a line on. `code` is stable, `detail` says what to do."""

    line: int
    code: str
    detail: str
    item: str | None = None


_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][!-~]*)?")
"""What nearly every address looks like; the others are taken apart with more care."""


class _Entities(Exception):
    """The file defines entities, or loads parts from elsewhere."""


class _Bottomless(Exception):
    """The file nests its elements deeper than any feed does."""


class _Unusable(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class MerchantFeed:
    """Reads a feed: hand it the file in pieces, and it hands back what they completed."""

    def __init__(self, currency: str | None = None) -> None:
        self._currency = currency
        self._found: list[FeedItem | FeedProblem] = []
        self._seen: set[str] = set()
        self._path: list[tuple[str, dict[str, Value]]] = []
        self._fields: dict[str, Value] | None = None
        self._leaf: str | None = None
        self._text = ""
        self._depth = 0
        self._bytes = 0
        self._line = 0
        self._size = 0
        self._is_over = False
        self._names: dict[str, str] = {}
        self._parser = self._reading()

    def read(self, piece: bytes) -> list[FeedItem | FeedProblem]:
        """What this piece of the file completed, in its order."""
        self._attempt(piece, is_final=False)
        return self._taken()

    def finish(self) -> list[FeedItem | FeedProblem]:
        """What the end of the file completed; a problem when it ends too early."""
        self._attempt(b"", is_final=True)
        return self._taken()

    def _reading(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._data
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _checked_doctype
        parser.EntityDeclHandler = _refused
        parser.SkippedEntityHandler = _refused
        parser.UnparsedEntityDeclHandler = _refused
        parser.ExternalEntityRefHandler = _refused
        return parser

    def _attempt(self, piece: bytes, *, is_final: bool) -> None:
        if self._is_over:
            return
        self._bytes += len(piece)
        try:
            self._parser.Parse(piece, is_final)
            if self._bytes - self._parser.CurrentByteIndex > LONGEST_TAG:
                raise _Bottomless
        except _Bottomless:
            line = self._parser.CurrentLineNumber
            self._give_up("not_xml", f"From line {line} on no feed looks like this; what came before was read.", line)
        except _Entities:
            self._give_up("entities", "The feed defines entities or loads parts from elsewhere; write them out.")
        except expat.ExpatError as error:
            line = error.lineno
            self._give_up("not_xml", f"From line {line} on this is not XML; what came before was read.", line)

    def _give_up(self, code: str, detail: str, line: int | None = None) -> None:
        self._is_over = True
        self._found.append(FeedProblem(line or self._parser.CurrentLineNumber, code, detail))

    def _taken(self) -> list[FeedItem | FeedProblem]:
        found, self._found = self._found, []
        return found

    # What the parser calls. `_fields` is what the open element holds so far: the item, or one of its elements that
    # holds others; `_path` says which that is, and what is around it. `_leaf` is the open element that holds none yet.

    def _start(self, tag: str, _: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Bottomless
        name = self._names.get(tag) or self._named(tag)
        if self._fields is None:
            if name in _ITEMS:
                self._fields, self._size, self._line = {}, 0, self._parser.CurrentLineNumber
            return
        if self._leaf is not None:
            self._path.append((self._leaf, self._fields))
            self._fields = {}
        self._leaf, self._text = name, ""
        self._size += 1

    def _named(self, tag: str) -> str:
        name = tag.rpartition("}")[2].lower()
        if len(self._names) < MOST_NAMES:
            self._names[tag] = name
        return name

    def _data(self, text: str) -> None:
        if self._leaf is not None:
            self._size += len(text)
            if self._size <= MOST_CHARACTERS:
                self._text = self._text + text if self._text else text

    def _end(self, _: str) -> None:
        self._depth -= 1
        fields = self._fields
        if fields is None:
            return
        if self._leaf is not None:
            name, self._leaf = self._leaf, None
            self._keep(fields, name, self._text.strip())
        elif self._path:
            name, self._fields = self._path.pop()
            self._keep(self._fields, name, fields)
        else:
            self._fields = None
            self._complete(fields)

    def _keep(self, fields: dict[str, Value], name: str, value: Value) -> None:
        if self._size > MOST_CHARACTERS:
            return
        if name not in fields:
            fields[name] = value
        elif isinstance(known := fields[name], list):
            known.append(value)
        else:
            fields[name] = [known, value]

    def _complete(self, fields: dict[str, Value]) -> None:
        item_id = _text(fields, "id")
        try:
            if self._size > MOST_CHARACTERS:
                raise _Unusable("too_large", f"The item holds more than {MOST_CHARACTERS:,} characters; shorten it.")
            item = self._item(item_id, fields)
        except _Unusable as error:
            self._found.append(FeedProblem(self._line, error.code, str(error), (item_id or "")[:LONGEST_NAME] or None))
            return
        self._seen.add(item.id)
        self._found.append(item)

    def _item(self, item_id: str | None, fields: dict[str, Value]) -> FeedItem:
        title, link = _text(fields, "title"), _text(fields, "link")
        for name, value in (("id", item_id), ("title", title), ("link", link)):
            if not value:
                raise _Unusable("missing_field", f"The item has no {name}; add it.")
        assert item_id is not None
        assert title is not None
        assert link is not None
        if len(item_id) > LONGEST_NAME:
            raise _Unusable("bad_id", f"The id may have {LONGEST_NAME} characters.")
        if item_id in self._seen:
            raise _Unusable("duplicate_id", f"The id {item_id!r} came before in this feed; the first one counts.")
        if not _is_web_address(link):
            raise _Unusable("bad_link", "The link must be an absolute http(s) address.")
        price = self._price(_text(fields, "price"), "price")
        sale = self._price(_text(fields, "sale_price"), "sale_price")
        now = sale or price
        image = _text(fields, "image_link")
        units, is_counted = self._units(item_id, fields)
        return FeedItem(
            line=self._line,
            id=item_id,
            group=(_text(fields, "item_group_id") or item_id)[:LONGEST_NAME],
            title=title[:500],
            url=link,
            digest=hashlib.blake2b(to_json(fields), digest_size=16).hexdigest(),
            description=(_text(fields, "description") or _text(fields, "summary") or "")[:20_000],
            image_url=image if image and _is_web_address(image) else None,
            price=now[0] if now is not None else None,
            original_price=price[0] if price is not None and sale is not None else None,
            currency=now[1] if now is not None else None,
            units=units,
            is_counted=is_counted,
            attributes=_attributes(fields),
        )

    def _price(self, text: str | None, name: str) -> tuple[int, str] | None:
        if not text:
            return None
        price = _price(text)
        if price is None:
            raise _Unusable("bad_price", f"The {name} {text[:40]!r} is none; write it as '49.90 EUR'.")
        if self._currency is not None and price[1] != self._currency:
            raise _Unusable(
                "wrong_currency", f"The {name} is in {price[1]}, but this source sells in {self._currency}."
            )
        return price

    def _units(self, item_id: str, fields: dict[str, Value]) -> tuple[int | None, bool]:
        """Units, and whether they were counted. An availability that nobody knows is reported; the rest counts."""
        typed = _text(fields, "availability")
        known = None if typed is None else _AVAILABILITY.get(typed)
        if typed and known is None:
            known = _AVAILABILITY.get(re.sub(r"[\s_-]+", "_", typed.lower()))
        if typed and known is None:
            words = ", ".join(_AVAILABILITY)
            detail = f"The availability {typed[:40]!r} is not known; use one of {words}. Its stock was left as it is."
            self._found.append(FeedProblem(self._line, "unknown_availability", detail, item_id))
        counted = next((text for name in _QUANTITIES if (text := _text(fields, name)) and text.isdecimal()), None)
        if counted is not None and len(counted) <= 9 and known != 0:
            return int(counted), True
        return known, False


def _text(fields: Mapping[str, Value], name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, list):
        value = value[0]
    return value if isinstance(value, str) and value else None


@lru_cache(maxsize=1_000)  # many items cost the same
def _price(text: str) -> tuple[int, str] | None:
    """Minor units and their currency; None where this is no price."""
    found = _PRICE.fullmatch(text)
    if found is None:
        return None
    amount, currency = found["a"] or found["b"], found["c"] or found["d"]
    return int(Decimal(amount.replace(",", ".")).scaleb(minor_unit_places(currency))), currency


def _attributes(fields: Mapping[str, Value]) -> dict[str, Any]:
    """Everything that the feed says, under its own names, and the category under ours."""
    category = _text(fields, "product_type") or _text(fields, "google_product_category")
    return {**fields, "category": category} if category else dict(fields)


def _checked_doctype(_: str, system_id: str | None, public_id: str | None, *__: object) -> None:
    if system_id is not None or public_id is not None:
        raise _Entities


def _refused(*_: object) -> Never:
    raise _Entities


def _is_web_address(text: str) -> bool:
    if len(text) <= LONGEST_ADDRESS and _PLAIN_ADDRESS.fullmatch(text):
        return True
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_plain = len(text) <= LONGEST_ADDRESS and all(character > " " for character in text)
    return is_plain and parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.username is None
