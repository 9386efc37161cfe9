"""What is held: the kill switch of the workspace, and journeys in which nobody goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection, select

from engine.store.delivery import KILL_SWITCH
from engine.store.statements import core
from engine.store.tables import Journey, WorkspaceSetting

Hold = Literal["kill_switch", "paused", "test_only"]
"""Why an enrollment does not go on at the moment: everything is stopped, or its journey is, or is for testers only."""
_journey, _setting = core(Journey), core(WorkspaceSetting)
_SWITCH = select(_setting.c.value).where(_setting.c.name == KILL_SWITCH)
_STATUSES = select(_journey.c.id, _journey.c.status).where(_journey.c.status.in_(("paused", "draft", "test")))


@dataclass(frozen=True, slots=True)
class Holds:
    """The kill switch, and the status of every journey that does not simply run."""

    kill_switch: bool = False
    statuses: Mapping[str, str] = field(default_factory=dict[str, str])

    def on(self, journey: str, *, is_test: bool) -> Hold | None:
        """Why an enrollment of this journey does not go on; None when it does."""
        return hold_on(self.statuses.get(journey, "active"), kill_switch=self.kill_switch, is_test=is_test)


def hold_on(status: str, *, kill_switch: bool, is_test: bool) -> Hold | None:
    """Why an enrollment of a journey with this status does not go on; None when it does.

    An ended journey holds nobody: those who are still inside were left there to finish.
    """
    if kill_switch:
        return "kill_switch"
    if status in {"paused", "draft"}:
        return "paused"
    return "test_only" if status == "test" and not is_test else None


def read_holds(connection: Connection) -> Holds:
    """How things stand now."""
    switch = connection.scalar(_SWITCH)
    statuses = {row.id: row.status for row in connection.execute(_STATUSES)}
    return Holds(bool(switch and switch.get("on")), statuses)
