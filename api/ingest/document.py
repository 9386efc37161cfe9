"""The body of a tracking call, as the clients of Segment and RudderStack send it.

A JSON object, whatever its content type says (browsers send text/plain, which needs no CORS preflight), perhaps packed
with gzip, perhaps with the write key inside. It is read once, however many parts of a request ask for it.
"""

import zlib
from dataclasses import dataclass
from typing import Any, cast

from fastapi import Request
from pydantic_core import from_json

from api.errors import BodyTooLarge, MalformedRequest, UnsupportedMediaType

LARGEST_CALL = 32 << 10
LARGEST_BATCH = 500 << 10
_SUSPICIOUS_TEXT = (rb"\u0000", rb"\ud", rb"\uD")
_SUSPICIOUS_NUMBERS = (b"0" * 19, b"0e00", b"0e+00")
_ANY_DIGIT = bytes.maketrans(b"123456789E", b"000000000e")
"""A number of any digits becomes one of zeros: looking for fixed bytes is thirty times as fast as a pattern."""


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object; `is_plain` when all of it can be stored as it is. `size` is in bytes, unpacked."""

    fields: dict[str, Any]
    size: int
    is_plain: bool = True


async def read_document(request: Request) -> Document:
    """The object in this request's body.

    Raises:
        MalformedRequest: it is none, or cannot be unpacked.
        BodyTooLarge: it is larger than a batch may be.
        UnsupportedMediaType: it is packed in another way.
    """
    known: Document | None = getattr(request.state, "tracking_document", None)
    if known is None:
        known = parse_document(_unpacked(await request.body(), request.headers.get("content-encoding", "")))
        request.state.tracking_document = known
    return known


async def key_in_body(request: Request) -> str | None:
    """The write key that the body brings along, if it does."""
    key: Any = (await read_document(request)).fields.get("writeKey")
    return key if isinstance(key, str) and key else None


def parse_document(raw: bytes) -> Document:
    """The object that these bytes hold."""
    if len(raw) > LARGEST_BATCH:
        raise BodyTooLarge(f"A batch may have {LARGEST_BATCH >> 10} kB; send it in smaller pieces.")
    try:
        given: Any = from_json(raw, allow_inf_nan=False)
    except ValueError:
        raise MalformedRequest("The body is not valid JSON; check it and send it again.") from None
    if not isinstance(given, dict):
        raise MalformedRequest("The body must be a JSON object; see GET /v1/openapi.json for its fields.")
    return Document(cast("dict[str, Any]", given), len(raw), _is_plain(raw))


def _is_plain(raw: bytes) -> bool:
    """Whether nothing stands here that may mean text or numbers that not every database takes. Hardly anything does."""
    digits = raw.translate(_ANY_DIGIT)
    return not any(text in raw for text in _SUSPICIOUS_TEXT) and not any(each in digits for each in _SUSPICIOUS_NUMBERS)


def _unpacked(raw: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "" | "identity":
            return raw
        case "gzip":
            return _gunzipped(raw)
        case _:
            raise UnsupportedMediaType("Send the body as it is, or packed with gzip.")


def _gunzipped(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = unpacking.decompress(raw, LARGEST_BATCH + 1)
    except zlib.error:
        raise MalformedRequest("The body is not packed with gzip, as Content-Encoding says.") from None
    if not unpacking.eof and len(text) <= LARGEST_BATCH:
        raise MalformedRequest("The packed body is cut off; send all of it.")
    return text
