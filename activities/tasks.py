"""What workflows and activities hand each other: one input object each, so that fields can be added. Ids, never PII."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from engine.journey.decisions import AskFacts, ChangeWaitlist, Decision, Deliver, Perform, StartJourney, UpdateProfile
from engine.journey.facts import ActOutcome, DeliveryOutcome, EventFact
from engine.journey.migration import MigrationChoice
from engine.journey.state import EnrollmentState
from engine.model import Frozen


class EnrollmentTask(Frozen):
    """One profile's passage through one version of one journey. `id` is the workflow id.

    `entry` is frozen here: what the journey knows of its cause never changes under it. `state` is where an enrollment
    stands that goes on in a new run; None at its beginning. `is_test` when a tester began it. `workflow` is the type of
    workflow that walks it, where that is not ours.
    """

    id: str
    journey: str
    version: int
    profile: str
    key: str
    entry: EventFact
    variant: str | None = None
    waitlist_entry: str | None = None
    state: EnrollmentState | None = None
    is_test: bool = False
    workflow: str | None = None


class RecordTask(Frozen):
    """Store the trail that `state` carries, and the decision that the enrollment holds now.

    With `is_held_by_pause` nothing is done while the journey is paused; so with the tasks below.
    """

    enrollment: EnrollmentTask
    state: EnrollmentState
    decision: Decision
    is_held_by_pause: bool = False


class ParkTask(Frozen):
    """Record that a pause holds this enrollment where it stands."""

    enrollment: EnrollmentTask
    state: EnrollmentState


class DeliverTask(Frozen):
    """Carry out `decision` for an enrollment that stands in `state`, and record the step that follows."""

    enrollment: EnrollmentTask
    state: EnrollmentState
    decision: Deliver


class DeliverAnswer(Frozen):
    """The outcome, or the instant (aware UTC) from which it is worth trying again when there is none yet.

    Neither when `parked`: a pause or the kill switch holds the message.
    """

    outcome: DeliveryOutcome | None = None
    later: datetime | None = None
    parked: bool = False


class AskTask(Frozen):
    """Answer the questions of `decision` for this enrollment."""

    enrollment: EnrollmentTask
    decision: AskFacts
    is_held_by_pause: bool = False


class Answers(Frozen):
    """The answers under their keys, and when (aware UTC) they were true."""

    answers: Mapping[str, Any]
    at: datetime


class ActTask(Frozen):
    """Carry out one act on behalf of an enrollment."""

    enrollment: EnrollmentTask
    decision: UpdateProfile | ChangeWaitlist | StartJourney = Field(discriminator="kind")
    is_held_by_pause: bool = False


class PerformTask(Frozen):
    """Have a plugin do its step at the node of `decision`."""

    enrollment: EnrollmentTask
    decision: Perform


class Performed(Frozen):
    """What a plugin's step came to; nothing when a pause or the kill switch holds it."""

    outcome: ActOutcome | None = None


class Notice(Frozen):
    """What those inside a journey are told, or one of them by staff.

    `migrate`: move to `version` or leave, as `choice` says. `resume`: the journey goes on. `end`: leave. `cancel`,
    `skip` (the wait) and `move` (to `node`) are for one enrollment; then `id` is the audit's of who did it and why.
    """

    id: str
    kind: Literal["migrate", "resume", "end", "cancel", "skip", "move"]
    version: int | None = None
    node: str | None = None
    choice: MigrationChoice = MigrationChoice()


class NoticeTask(Frozen):
    """Tell everyone whom this notice concerns."""

    notice: str


class EventsTask(Frozen):
    """Read these events."""

    ids: tuple[str, ...]


class ArrivedEvents(Frozen):
    """Events that an enrollment listened for, oldest first."""

    events: tuple[EventFact, ...] = ()


class ReleaseTask(Frozen):
    """Let the next profiles that wait for `variant` into `journey`, because of `restock`.

    `item` is what the line is for where that is not the variant: its product, in a journey that matches products.
    `limit` bounds the batch. `pending` are restocks that came meanwhile and are released after it. A batch that is one
    of several `lanes` at a time leaves those alone whom another lane may be about to start.
    """

    journey: str
    variant: str
    restock: str
    limit: int
    pending: tuple[str, ...] = ()
    item: str | None = None
    lanes: int = 1


class ReleaseReport(Frozen):
    """How a batch went: enrollments started, and why the release stops, or None when there is more to do.

    A release that is `held` goes on at `until` (aware UTC), or when it is told of a change before; only then without
    `until`. `lanes` is how many batches may be under way at a time from now on.
    """

    started: int
    stopped: str | None = None
    held: bool = False
    until: datetime | None = None
    lanes: int = 1
