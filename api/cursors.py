"""Cursors as callers see them: opaque texts around the sort key of the last row that was sent."""

import base64
import binascii
import json
from typing import Annotated, Any, cast

from fastapi import Query

from api.errors import InvalidCursor
from engine.store.paging import Cursor

_LONGEST = 600

CursorText = Annotated[
    str | None,
    Query(max_length=_LONGEST, description="`next` of the page before; the first page without one."),
]
Limit = Annotated[int, Query(ge=1, le=200, description="Rows on a page, at most.")]


def to_text(cursor: Cursor | None) -> str | None:
    """The text that stands for this cursor."""
    if cursor is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(cursor, separators=(",", ":")).encode()).rstrip(b"=").decode()


def from_text(text: str | None) -> Cursor | None:
    """The cursor that this text stands for.

    Raises:
        InvalidCursor: it stands for none.
    """
    if text is None:
        return None
    try:
        value: Any = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise InvalidCursor from None
    if not isinstance(value, list) or not all(_is_key(part) for part in cast(list[Any], value)):
        raise InvalidCursor
    return tuple(cast(list[str | int], value))


def _is_key(part: object) -> bool:
    """Texts that any database takes, and whole numbers that fit into 64 bits."""
    if isinstance(part, str):
        return part.isascii() and part.isprintable()
    return type(part) is int and abs(part) < 2**63
