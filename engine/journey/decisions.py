"""What an enrollment wants done next: one decision a step, carried out by whoever runs the interpreter.

`advance` stops at the first node that needs the world and says so with exactly one of these values. The workflow, the
simulator and the test kit each carry them out in one exhaustive `match`; a new kind of act is a new decision here,
never a rule in the workflow.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.journey.questions import Question
from engine.model import Frozen


class SleepUntil(Frozen):
    """Call `advance` again at this instant (aware UTC), not before."""

    kind: Literal["sleep_until"] = "sleep_until"
    node: str
    visit: int
    until: datetime


class WaitFor(Frozen):
    """Call `advance` again when one of these events arrives for this profile, or at `until` (never, when None).

    Events count from `since` on: one that came between then and now arrives at once, unless its id is among those that
    were `heard` already.
    """

    kind: Literal["wait_for"] = "wait_for"
    node: str
    visit: int
    events: tuple[str, ...]
    until: datetime | None = None
    since: datetime | None = None
    heard: tuple[str, ...] = ()


class AskFacts(Frozen):
    """Answer these questions now and call `advance` again with the answers under their keys."""

    kind: Literal["ask_facts"] = "ask_facts"
    node: str
    visit: int
    questions: Mapping[str, Question]


class Deliver(Frozen):
    """Guard, claim and send one message now; come back with its outcome, or with a later time to try again."""

    kind: Literal["deliver"] = "deliver"
    node: str
    visit: int
    channel: str
    message: str


class UpdateProfile(Frozen):
    """Set these attributes on the profile (None removes one) and come back."""

    kind: Literal["update_profile"] = "update_profile"
    node: str
    visit: int
    attributes: Mapping[str, Any]


class ChangeWaitlist(Frozen):
    """Put the profile on the waitlist of this variant, or close its open entry with this state, and come back."""

    kind: Literal["change_waitlist"] = "change_waitlist"
    node: str
    visit: int
    change: Literal["add", "remove"]
    variant: str | None
    source: str | None = None
    state: str | None = None


class StartJourney(Frozen):
    """Let the profile into another journey, once for this node and visit, and come back without waiting for it."""

    kind: Literal["start_journey"] = "start_journey"
    node: str
    visit: int
    journey: str
    properties: Mapping[str, Any]


class Perform(Frozen):
    """Have the plugin that brings the node's type do its step, and come back with the way out that it answers with."""

    kind: Literal["perform"] = "perform"
    node: str
    visit: int


class HandBack(Frozen):
    """Nothing leads on from here: the journey's own workflow, which is written in Python, says what comes next.

    `outlet` is the way out by which the node was left.
    """

    kind: Literal["hand_back"] = "hand_back"
    node: str
    visit: int
    outlet: str


class End(Frozen):
    """The enrollment is over, for this reason."""

    kind: Literal["end"] = "end"
    node: str
    reason: str


Decision = Annotated[
    SleepUntil
    | WaitFor
    | AskFacts
    | Deliver
    | UpdateProfile
    | ChangeWaitlist
    | StartJourney
    | Perform
    | HandBack
    | End,
    Field(discriminator="kind"),
]
