"""kill -9 in the middle of a release: nobody is lost and nobody is told twice.

A push whose worker died before it could write down the answer may have arrived. It is not sent again; the ledger says
`unknown`, and staff see it. So each profile is notified exactly once, or is one of those few. The same on all channels,
with a Temporal that is killed too, on PostgreSQL: `tests.chaos.test_messages`.
"""

from pathlib import Path

import pytest

from engine.store.database import Database
from tests import population
from tests.fakes.push_endpoint import PushEndpoint
from tests.stack import SOURCE, Stack, until

WAITERS = 500
AT_ONCE = 40
pytestmark = pytest.mark.chaos


async def test_each_profile_is_notified_exactly_once_though_a_worker_is_killed(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(WAITERS)]
    async with PushEndpoint().running() as push, Stack(tmp_path / "home", demo="false").running() as stack:
        database = Database(f"sqlite+aiosqlite:///{stack.home / 'waitline.db'}", durability="process_kill")
        await population.settle(database, SOURCE, ["M"])
        await population.wait(database, SOURCE, {name: ("M", push.subscribe(name)) for name in names})
        await database.close()

        (await stack.raise_stock("M", WAITERS)).raise_for_status()
        await until(lambda: len(push.counts) >= WAITERS // 5, "the first hundred")
        assert len(push.counts) < WAITERS, "too fast to be interrupted"
        stack.kill("worker-0")
        await until(
            lambda: stack.query("SELECT count(*) FROM enrollment WHERE status = 'ended'")[0][0] == WAITERS,
            "the end of every enrollment",
            seconds=300,
        )

        assert set(push.counts.values()) == {1}, "nobody is told twice"
        states = dict(
            stack.query(
                "SELECT s.profile_id, o.state FROM send s JOIN send_outcome o ON o.send_id = s.id"
                " WHERE o.id = (SELECT max(id) FROM send_outcome WHERE send_id = s.id)"
            )
        )
        unknown = {profile for profile, state in states.items() if state == "unknown"}
        assert set(states.values()) <= {"accepted", "unknown"}
        assert {f"prf_{name}" for name in names} == set(states), "and nobody is lost"
        assert {f"prf_{name}" for name in push.counts} >= set(states) - unknown
        assert len(unknown) <= AT_ONCE, "only what was in flight may be unknown"
        assert dict(stack.query("SELECT state, count(*) FROM waitlist_entry GROUP BY 1")) == {
            state: n for state, n in (("sent", WAITERS - len(unknown)), ("failed", len(unknown))) if n
        }


async def test_what_was_accepted_survives_a_kill_of_everything(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "home", demo="false")
    async with PushEndpoint().running() as push, stack.running():
        database = Database(f"sqlite+aiosqlite:///{stack.home / 'waitline.db'}", durability="process_kill")
        await population.settle(database, SOURCE, ["M"])
        await population.wait(database, SOURCE, {"ada": ("M", push.subscribe("ada"))})
        await database.close()
        stack.kill("worker-0")
        (await stack.raise_stock("M", 3)).raise_for_status()
        await stack.kill_all()

        await stack.start()
        await until(lambda: push.counts["ada"] >= 1, "the push after the restart")
        await until(
            lambda: stack.query("SELECT state FROM waitlist_entry") == [("sent",)], "the wait to be closed as sent"
        )
        assert len({payload["tag"] for payload in push.payloads("ada")}) == 1
        temporal = await stack.temporal()

        async def is_found() -> bool:
            found = await temporal.count_workflows("WaitlineProfile = 'prf_ada' AND WaitlineStatus = 'active'")
            return found.count == 1

        await until(is_found, "Temporal to find the enrollment by whom it is about")
