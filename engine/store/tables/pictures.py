"""Pictures that staff uploaded for messages."""

from datetime import datetime

from sqlmodel import Field, LargeBinary

from engine.store.columns import Instant
from engine.store.tables.base import Table


class Picture(Table, table=True):
    """A picture, named by the hash of what it is: the same one uploaded twice is one row. It is never changed."""

    id: str = Field(primary_key=True)
    media_type: str
    width: int
    height: int
    content: bytes = Field(sa_type=LargeBinary)
    uploaded_by: str
    uploaded_at: datetime = Field(sa_type=Instant)
