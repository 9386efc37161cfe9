"""The kill switch of the workspace: while it is on nothing is sent, and who was to be sent something waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select

from engine.store import notices
from engine.store.delivery import KILL_SWITCH
from engine.store.release_controls import tell_releases
from engine.store.staff_changes import Change, remember
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import Staff, WorkspaceSetting

_setting, _staff = core(WorkspaceSetting), core(Staff)


@dataclass(frozen=True, slots=True)
class KillSwitch:
    """Whether it is on, since when it is so, and who turned it and why. `by` is a name."""

    on: bool
    since: datetime | None = None
    by: str | None = None
    reason: str | None = None


async def read_switch(executor: Executor) -> KillSwitch:
    """How the switch stands; off when nobody ever touched it."""
    row = (
        await executor.execute(select(_setting.c.value, _setting.c.updated_at).where(_setting.c.name == KILL_SWITCH))
    ).one_or_none()
    if row is None:
        return KillSwitch(on=False)
    value = cast("Mapping[str, Any]", row.value)
    name = await executor.scalar(select(func.max(_staff.c.name)).where(_staff.c.id == value.get("by")))
    return KillSwitch(bool(value.get("on")), row.updated_at, name or value.get("by"), value.get("reason"))


async def turn_switch(executor: Executor, *, on: bool, reason: str, by: str, now: datetime) -> KillSwitch:
    """Turn the switch. When it goes off, everybody whom it held is told to go on."""
    before = await read_switch(executor)
    if before.on == on:
        return before
    value = {"on": on, "by": by, "reason": reason}
    statement = insert_into(WorkspaceSetting, executor)
    await executor.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"value": statement.excluded.value, "updated_at": statement.excluded.updated_at},
        ),
        {"name": KILL_SWITCH, "value": value, "updated_at": now},
    )
    change = Change(
        by=by,
        action="kill_switch:on" if on else "kill_switch:off",
        subject_kind="workspace",
        subject_id=KILL_SWITCH,
        reason=reason,
        before={"on": before.on},
        after={"on": on},
    )
    await remember(executor, change, now)
    if not on:
        await notices.give(executor, "resume", None, now)
        await tell_releases(executor, None, now)
    return await read_switch(executor)
