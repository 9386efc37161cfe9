"""The pictures that staff uploaded for messages: kept once, never changed, shown to whoever knows their address."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from engine.messages.pictures import PictureKind
from engine.store.errors import UnknownRecord
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Picture

_picture = core(Picture)


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture as it is served."""

    media_type: str
    content: bytes


async def keep_picture(executor: Executor, content: bytes, kind: PictureKind, *, by: str, now: datetime) -> str:
    """Keep a picture; its id, which is the same whenever the same picture comes."""
    picture_id = sha256(content).hexdigest()[:32]
    row = {
        "id": picture_id,
        "media_type": kind.media_type,
        "width": kind.width,
        "height": kind.height,
        "content": content,
        "uploaded_by": by,
        "uploaded_at": now,
    }
    await executor.execute(insert_into(Picture, executor).on_conflict_do_nothing(), [row])
    return picture_id


async def read_picture(executor: Executor, picture_id: str) -> KeptPicture:
    """A picture.

    Raises:
        UnknownRecord: nobody uploaded one of this id.
    """
    found = await executor.execute(select(_picture.c.media_type, _picture.c.content).where(_picture.c.id == picture_id))
    row = found.one_or_none()
    if row is None:
        raise UnknownRecord("picture", picture_id)
    return KeptPicture(row.media_type, row.content)
