"""Paging by key: the next page begins behind the last row of this one, however many rows came in between.

A cursor is the sort key of the last row that was seen: instants as ISO text, the rest as they are. It means nothing to
callers; the API carries it as an opaque text.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

Cursor = tuple[str | int, ...]


class StaleCursor(ValueError):
    """This cursor was not made by this list; start again without one."""

    code = "invalid_cursor"

    def __init__(self) -> None:
        super().__init__("This cursor was not made by this list; start again without one.")


def instant_of(cursor: Cursor, place: int) -> datetime:
    """The instant at this place of the cursor.

    Raises:
        StaleCursor: there is none.
    """
    try:
        instant = datetime.fromisoformat(str(cursor[place]))
    except (IndexError, ValueError):
        raise StaleCursor from None
    if instant.tzinfo is None:
        raise StaleCursor
    return instant


def before(columns: Sequence[ColumnElement[Any]], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows that sort before these values, compared column by column as a dictionary compares words."""
    return or_(
        *(
            and_(*(earlier == known for earlier, known in zip(columns, values[:place], strict=False)), column < value)
            for place, (column, value) in enumerate(zip(columns, values, strict=True))
        )
    )
