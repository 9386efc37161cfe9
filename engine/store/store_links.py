"""The address patterns of the stores: kept as one workspace setting, read with all else that a delivery asks for."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select

from engine.messages.store_links import StoreLinks
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import WorkspaceSetting

STORE_LINKS = "store_links"
_BY_SOURCE: TypeAdapter[dict[str, StoreLinks]] = TypeAdapter(dict[str, StoreLinks])
_setting = core(WorkspaceSetting)


def links_from(settings: Mapping[str, Any]) -> Mapping[str, StoreLinks]:
    """The patterns by the id of their source, from the workspace's settings by name."""
    return _parsed(json.dumps(settings[STORE_LINKS])) if STORE_LINKS in settings else {}


@lru_cache(maxsize=8)
def _parsed(text: str) -> Mapping[str, StoreLinks]:
    return _BY_SOURCE.validate_json(text)


async def read_store_links(executor: Executor) -> Mapping[str, StoreLinks]:
    """The patterns of every store that has some, by the id of its source."""
    kept = await executor.scalar(select(_setting.c.value).where(_setting.c.name == STORE_LINKS))
    return {} if kept is None else _BY_SOURCE.validate_python(kept)


async def write_store_links(executor: Executor, source_id: str, links: StoreLinks, now: datetime) -> None:
    """Set the patterns of one store."""
    others = dict(await read_store_links(executor))
    value = _BY_SOURCE.dump_python({**others, source_id: links}, mode="json", exclude_none=True)
    insert = insert_into(WorkspaceSetting, executor)
    newer = {"value": insert.excluded.value, "updated_at": insert.excluded.updated_at}
    row = {"name": STORE_LINKS, "value": value, "updated_at": now}
    await executor.execute(insert.on_conflict_do_update(index_elements=["name"], set_=newer), [row])
