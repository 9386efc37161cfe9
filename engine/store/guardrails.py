"""The workspace's guardrails, as people set them."""

from datetime import datetime

from sqlalchemy import select

from engine.guardrails.settings import NO_LIMITS, WorkspaceGuardrails
from engine.store.delivery import GUARDRAILS
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import WorkspaceSetting

_setting = core(WorkspaceSetting)


async def read_limits(executor: Executor) -> WorkspaceGuardrails:
    """What holds now."""
    value = await executor.scalar(select(_setting.c.value).where(_setting.c.name == GUARDRAILS))
    return NO_LIMITS if value is None else WorkspaceGuardrails.model_validate(value)


async def write_limits(executor: Executor, limits: WorkspaceGuardrails, now: datetime) -> None:
    """What holds from now on."""
    row = insert_into(WorkspaceSetting, executor)
    replaced = row.on_conflict_do_update(
        index_elements=["name"], set_={"value": row.excluded.value, "updated_at": row.excluded.updated_at}
    )
    written = limits.model_dump(mode="json", exclude_defaults=True)
    await executor.execute(replaced, [{"name": GUARDRAILS, "value": written, "updated_at": now}])
