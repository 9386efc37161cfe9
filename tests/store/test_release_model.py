"""Releases against a reference model: whatever happens, the same people are let in, in the same order, and never more
than the stock allows.

Hypothesis makes people wait, buy, give up and be told, moves the stock, lets time pass, and interrupts the release
before and after its commits. The store's own statements run on a real database beside a model of a few lines.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, create_engine, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool

from engine.stock.interest import InterestRule
from engine.stock.rules import ReleaseRule
from engine.stock.waiting import intent_of
from engine.store.lines import Line
from engine.store.release_steps import Terms, take_step
from engine.store.releases import Opening, Prepared, left_starting, release_id
from engine.store.statements import core
from engine.store.tables import Enrollment, Profile, Release, Segment, WaitlistEntry
from tests.store.shop import NOW

MINUTE = timedelta(minutes=1)
MOST = 3
WINDOW = timedelta(days=1)
HEAD_START = timedelta(hours=1)
PEOPLE = range(8)


def _rule(per_unit: float | None, batch: int | None, tiers: tuple[dict[str, str], ...]) -> ReleaseRule:
    pace = {} if batch is None else {"mode": "batches", "batch": batch, "every": "PT30M"}
    return ReleaseRule.model_validate({"per_unit": per_unit, "tiers": tiers, **pace})


RULES = st.builds(
    _rule,
    per_unit=st.sampled_from([None, 0.5, 1, 2]),
    batch=st.sampled_from([None, 1, 2, 4]),
    tiers=st.sampled_from([(), ({"segment": "vip", "head_start": "PT1H"},)]),
)


@dataclass
class Waiting:
    """A waitlist entry of the model."""

    id: str
    person: int
    since: datetime
    intent: int
    state: str = "pending"


@dataclass
class Reference:
    """What a release should do, written as plainly as possible. A release is on while `restocked_at` is set."""

    rule: ReleaseRule
    threshold: int
    entries: list[Waiting] = field(default_factory=list[Waiting])
    on_the_way: set[int] = field(default_factory=set[int])
    stock: int = 0
    restocked_at: datetime | None = None
    begun_at: datetime | None = None
    let_in: list[Waiting] = field(default_factory=list[Waiting])
    line: list[Waiting] | None = None
    tier: int = 0
    batch_left: int = 0
    pause_until: datetime = NOW

    def restock(self, now: datetime) -> None:
        self.restocked_at, self.begun_at, self.let_in, self.line = now, None, [], None
        self.tier, self.batch_left, self.pause_until = 0, 0, now

    def tier_of(self, entry: Waiting) -> int:
        return 0 if entry.person % 3 == 0 or not self.rule.tiers else 1

    def step(self, now: datetime) -> list[Waiting]:
        """Whom one step at this instant lets in."""
        assert self.restocked_at is not None
        self.begun_at = self.begun_at or now
        oldest = self.restocked_at - WINDOW
        fresh = [entry for entry in self.entries if entry.state == "pending" and entry.since >= oldest]
        line = sorted(fresh, key=lambda entry: (self.tier_of(entry), entry.intent, entry.since, entry.id))
        if self.stock < self.threshold:
            self.restocked_at = None
            return []
        if self.rule.tiers:  # the line of a release with tiers is the one that stood when it began
            self.line = line if self.line is None else self.line
            ahead = [entry for entry in [*self.line, *self.outstanding()] if self.tier_of(entry) == 0]
            self.tier = int(self.tier == 1 or not ahead or now >= self.begun_at + HEAD_START)
        if now < self.pause_until:
            return []
        room = MOST
        if self.rule.batch is not None:
            self.batch_left = self.batch_left or self.rule.batch
            room = min(room, self.batch_left)
        if self.rule.per_unit is not None:
            room = min(room, int(self.rule.per_unit * self.stock) - len(self.outstanding()))
        return self.take(line, room, now) if room > 0 else []

    def take(self, line: list[Waiting], room: int, now: datetime) -> list[Waiting]:
        taken = {entry.person for entry in self.let_in}
        chosen: list[Waiting] = []
        queue = line if self.line is None else self.line
        for entry in [entry for entry in queue if self.tier_of(entry) <= self.tier]:
            if len(chosen) == room and (self.line is not None or entry.person not in taken | self.on_the_way):
                break  # there is somebody behind them
            may_enter = entry.state == "pending" and entry.person not in taken | self.on_the_way
            if may_enter and entry.person not in {one.person for one in chosen}:
                chosen.append(entry)
            elif may_enter and self.line is None:
                room -= 1  # a second wait of the same person takes a place that nobody fills
            if self.line is not None:
                self.line.remove(entry)
        else:
            if self.tier == self.rule.last_tier:
                self.restocked_at = None
        self.let_in += chosen
        self.on_the_way |= {entry.person for entry in chosen}
        self.batch_left -= len(chosen) if self.rule.batch is not None else 0
        if self.rule.every is not None and self.batch_left == 0:
            self.pause_until = now + self.rule.every
        return chosen

    def outstanding(self) -> list[Waiting]:
        return [entry for entry in self.let_in if entry.state in {"pending", "sent"}]


class ReleasesMachine(RuleBasedStateMachine):
    """The store and the model, side by side."""

    migrated: Path

    @initialize(rule=RULES, threshold=st.sampled_from([1, 1, 3]))
    def begin(self, rule: ReleaseRule, threshold: int) -> None:
        self.engine = create_engine("sqlite://", poolclass=StaticPool)  # in memory: thousands of commits a run
        with closing(sqlite3.connect(self.migrated)) as migrated, self.engine.connect() as connection:
            migrated.backup(cast(sqlite3.Connection, connection.connection.dbapi_connection))
        self.model = Reference(rule, threshold)
        self.now, self.ids, self.restocks = NOW, count(), 0
        self.started: list[str] = []
        with self.engine.begin() as connection:
            condition = {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "vip"}
            vip = {"id": "vip", "name": "VIP", "condition": condition, "created_at": NOW, "updated_at": NOW}
            connection.execute(insert(core(Segment)), vip)
            for person in PEOPLE:
                row = {"id": f"prf_{person}", "attributes": {"tier": "vip"} if person % 3 == 0 else {}}
                connection.execute(insert(core(Profile)), {**row, "created_at": NOW, "updated_at": NOW})

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()

    @rule(person=st.sampled_from(PEOPLE), source=st.sampled_from(["explicit", "explicit", "wishlist", "view"]))
    def waits(self, person: int, source: Any) -> None:
        intent = intent_of(source)
        entry_id = f"wle_{next(self.ids):04d}"
        row = {"id": entry_id, "profile_id": f"prf_{person}", "variant_id": "var_M"}
        row |= {"source": source, "intent": intent, "state": "pending", "created_at": self.now}
        try:
            with self.engine.begin() as connection:
                connection.execute(insert(core(WaitlistEntry)), row)
        except IntegrityError:
            return  # she waits already
        if source != "view":  # which the journey does not want
            self.model.entries.append(Waiting(entry_id, person, self.now, intent))

    @rule(units=st.integers(0, 6))
    def stock_moves(self, units: int) -> None:
        before, self.model.stock = self.model.stock, units
        if before < self.model.threshold <= units and self.model.restocked_at is None:
            self.restocks += 1
            self.model.restock(self.now)

    @rule(minutes=st.sampled_from([1, 20, 40, 90, 1_500]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(person=st.sampled_from(PEOPLE), state=st.sampled_from(["purchased", "expired"]))
    def wait_ends(self, person: int, state: str) -> None:
        self.close(person, state, {"pending", "sent"} if state == "purchased" else {"pending"})

    @rule(person=st.sampled_from(PEOPLE), is_told=st.booleans())
    def enrollment_ends(self, person: int, is_told: bool) -> None:
        if person in self.model.on_the_way:
            self.model.on_the_way.remove(person)
            table = core(Enrollment)
            with self.engine.begin() as connection:
                open_ones = (table.c.profile_id == f"prf_{person}", table.c.ended_at.is_(None))
                connection.execute(update(table).where(*open_ones).values(ended_at=self.now, status="ended"))
            if is_told:
                self.close(person, "sent", {"pending"})

    def close(self, person: int, state: str, before: set[str]) -> None:
        for entry in self.model.entries:
            if entry.person == person and entry.state in before:
                entry.state = state
        table = core(WaitlistEntry)
        whose = (table.c.profile_id == f"prf_{person}", table.c.state.in_(before), table.c.source != "view")
        with self.engine.begin() as connection:
            connection.execute(update(table).where(*whose).values(state=state))

    @precondition(lambda self: self.model.restocked_at is not None)
    @rule(interruption=st.sampled_from([None, None, "before_commit", "after_commit"]))
    def release_goes_on(self, interruption: str | None) -> None:
        restocked_at = self.model.restocked_at
        assert restocked_at is not None
        opening = Opening("jny_test", 1, "var_M", f"rst_{self.restocks}", "var_M")
        interest = InterestRule(sources=frozenset({"explicit", "wishlist"}), window=WINDOW)
        line = Line("jny_test", opening.restock, restocked_at, ("var_M",), interest)
        terms = Terms(opening, line, self.model.rule, self.model.threshold)
        with self.engine.connect() as connection:
            self.start(connection, left_starting(connection, journey="jny_test", restock=opening.restock))
            connection.commit()
            step = take_step(connection, terms, available=self.model.stock, most=MOST, now=self.now)
            if interruption == "before_commit":
                connection.rollback()
                return
            connection.commit()
            if interruption is None:
                self.start(connection, step.prepared)
                connection.commit()
        chosen = self.model.step(self.now)
        assert [one.entry_id for one in step.prepared] == [entry.id for entry in chosen]
        assert (step.stopped is None) == (self.model.restocked_at is not None)
        if self.model.rule.per_unit is not None and chosen:
            assert len(self.model.outstanding()) <= self.model.rule.per_unit * self.model.stock

    def start(self, connection: Connection, prepared: Sequence[Prepared]) -> None:
        """What the release's activity does: each workflow is started once, because its id is taken after that."""
        table = core(Enrollment)
        for one in prepared:
            assert one.enrollment_id not in self.started
            self.started.append(one.enrollment_id)
            connection.execute(update(table).where(table.c.id == one.enrollment_id).values(status="waiting"))

    @invariant()
    def the_release_has_let_in_whom_the_model_has(self) -> None:
        if not hasattr(self, "engine") or self.restocks == 0:
            return
        table, releases = core(Enrollment), core(Release)
        release = release_id("jny_test", f"rst_{self.restocks}")
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(table.c.waitlist_entry_id, table.c.position)
                .where(table.c.release_id == release)
                .order_by(table.c.position)
            ).all()
            released = connection.scalar(select(releases.c.released).where(releases.c.id == release)) or 0
        assert [row.waitlist_entry_id for row in rows] == [entry.id for entry in self.model.let_in]
        assert [row.position for row in rows] == list(range(1, released + 1))


@pytest.mark.spec("F-009", "F-070", "F-072", "F-086")
def test_a_release_lets_in_whom_the_reference_model_lets_in(migrated_sqlite_file: Path) -> None:
    ReleasesMachine.migrated = migrated_sqlite_file
    run_state_machine_as_test(
        ReleasesMachine, settings=settings(max_examples=40, stateful_step_count=30, deadline=None)
    )
