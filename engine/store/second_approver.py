"""Whether a second person must approve a launch before it takes effect: a rule of the whole workspace."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select

from engine.store.staff_changes import Change, remember
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import WorkspaceSetting

SECOND_APPROVER = "second_approver"
_setting = core(WorkspaceSetting)


async def is_needed(executor: Executor) -> bool:
    """Whether launches need a second person; not until an admin asks for it."""
    value = await executor.scalar(select(_setting.c.value).where(_setting.c.name == SECOND_APPROVER))
    return bool(cast("Mapping[str, Any]", value or {}).get("on"))


async def set_needed(executor: Executor, *, on: bool, by: str, now: datetime) -> None:
    """Ask for a second person from now on, or no more."""
    before = await is_needed(executor)
    row = insert_into(WorkspaceSetting, executor)
    replaced = row.on_conflict_do_update(
        index_elements=["name"], set_={"value": row.excluded.value, "updated_at": row.excluded.updated_at}
    )
    await executor.execute(replaced, [{"name": SECOND_APPROVER, "value": {"on": on}, "updated_at": now}])
    change = Change(
        by=by,
        action="second_approver:on" if on else "second_approver:off",
        subject_kind="workspace",
        subject_id=SECOND_APPROVER,
        before={"on": before},
        after={"on": on},
    )
    await remember(executor, change, now)
