"""The test kit: a made-up person on a journey, whom a test lets do things and wait, in virtual time.

    ada = enroll(journey, sku="M", first_name="Ada")
    ada.passes(hours=2)
    ada.does("Link Clicked", message="push")
    assert ada.path == ["entry", "push.sent", "click.happened", "done"]
    assert ada.sent == ["push"]

It walks with the interpreter that production uses, and leaves the trail that a real run would leave.
`engine.simulation.fixtures` gives it to pytest.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from engine.journey import custom as node_types
from engine.journey.catalogue import Catalogue
from engine.journey.custom import CustomNode, usual_way
from engine.journey.decisions import Decision
from engine.journey.facts import EventFact
from engine.journey.trail import TrailStep
from engine.journey.triggers import sample_entry
from engine.journey.validation import validated
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.journey.vocabulary import SEND_ID
from engine.messages import custom as channel_types
from engine.messages.custom import CustomChannel
from engine.simulation.script import Script, ScriptedOutcome
from engine.simulation.simulator import Run, Simulation

Plugin = type[CustomNode] | type[CustomChannel]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday; when a made-up person enters unless the test says otherwise."""


class MadeUpPerson:
    """One enrollment, walked as far as the test has let time pass."""

    def __init__(self, simulation: Simulation, at: datetime) -> None:
        self._simulation = simulation
        self._events = 0
        self.now = at
        self._run = simulation.run(at)

    def passes(self, span: timedelta | None = None, **units: float) -> "MadeUpPerson":
        """Let time pass: `passes(days=2)`, or a timedelta."""
        self.now += timedelta(**units) if span is None else span
        return self._walk()

    def does(self, event: str, *, message: str | None = None, **properties: Any) -> "MadeUpPerson":
        """Let an event of hers happen now. With `message` it answers what was last sent at that node."""
        self._events += 1
        answered = {} if message is None else {SEND_ID: self._last_send(message)}
        happened = EventFact(id=f"kit-{self._events}", name=event, at=self.now, properties={**properties, **answered})
        self._simulation.world.happen(happened)
        return self._walk()

    def has(self, **attributes: Any) -> "MadeUpPerson":
        """Give her attributes from now on; None takes one away."""
        for name, value in attributes.items():
            self._simulation.world.set_attribute(self.now, name, value)
        return self._walk()

    def stock(self, sku: str, units: int | None) -> "MadeUpPerson":
        """So many units of the variant can be bought from now on."""
        self._simulation.world.set_stock(self.now, sku, units)
        return self._walk()

    def enters(self, segment: str) -> "MadeUpPerson":
        """She becomes a member of the segment."""
        self._simulation.world.set_member(self.now, segment, member=True)
        return self._walk()

    def leaves(self, segment: str) -> "MadeUpPerson":
        """She is no longer a member of the segment."""
        self._simulation.world.set_member(self.now, segment, member=False)
        return self._walk()

    def next_at(
        self, node: str, status: Literal["sent", "skipped", "failed", "unknown"], reason: str | None = None
    ) -> "MadeUpPerson":
        """Deliveries at this node end like this from now on."""
        self._simulation.world.set_outcomes(node, ScriptedOutcome(status=status, reason=reason))
        return self

    @property
    def path(self) -> list[str]:
        """The nodes in order, each with the outlet it was left by where that is not `next`: `push.sent`."""
        return list(self._run.path)

    @property
    def sent(self) -> list[str]:
        """The message nodes that sent, in order."""
        return list(self._run.sent)

    @property
    def skips(self) -> dict[str, str]:
        """The message nodes that did not send, and the reason of each."""
        return {
            outcome.node: outcome.reason or outcome.status
            for outcome in self._run.deliveries
            if outcome.status in {"skipped", "failed", "unknown"}
        }

    @property
    def ended(self) -> str | None:
        """The exit reason; None while she is on the way."""
        return self._run.ended

    @property
    def waits_for(self) -> Decision:
        """What the enrollment holds for."""
        return self._run.decision

    @property
    def trail(self) -> Sequence[TrailStep]:
        """Every step, as a real run would have stored it."""
        return self._run.trail

    def _walk(self) -> "MadeUpPerson":
        self._run: Run = self._simulation.run(self.now)
        return self

    def _last_send(self, node: str) -> str | None:
        sends = [outcome.send_id for outcome in self._run.deliveries if outcome.node == node and outcome.send_id]
        assert sends, f"nothing was sent at {node!r} yet"
        return sends[-1]


def enroll(
    document: JourneyDocument | Mapping[str, Any] | str,
    *,
    at: datetime = NOON,
    attributes: Mapping[str, Any] | None = None,
    stock: Mapping[str, int] | None = None,
    segments: Mapping[str, bool] | None = None,
    outcomes: Mapping[str, tuple[ScriptedOutcome, ...]] | None = None,
    steps: Mapping[str, str] | None = None,
    plugins: Sequence[Plugin] = (),
    profile: str = "made-up",
    event: str | None = None,
    **properties: Any,
) -> MadeUpPerson:
    """Let a made-up person into the journey (JSON, its text, or a document), by an event with these properties.

    Without `event` it is the one that the journey's trigger asks for. Every message is sent, unless `outcomes` says how
    deliveries at a node end. `plugins` are the node types and channels of one's own that the journey uses; a step of
    theirs is left by the way that the type names, unless `steps` says by which, node by node.

    Raises:
        InvalidJourney: the document has problems; the error carries them.
    """
    checked = validated(json.loads(document) if isinstance(document, str) else document, catalogue_of(plugins))
    version = JourneyVersion(journey="kit", number=1, document=checked)
    sample = sample_entry(checked.graph.entry.trigger, at)
    name, said = event or sample.name, {**sample.properties, **properties}
    entry = EventFact(id="entry", name=name, at=at, properties=said)
    script = Script(attributes=attributes or {}, stock=stock or {}, segments=segments or {}, deliveries=outcomes or {})
    script = script.model_copy(update={"steps": steps or {}})
    usual = {one.type: usual_way(one) for one in plugins if issubclass(one, CustomNode)}
    return MadeUpPerson(Simulation(version, entry, script, profile=profile, steps=usual), at)


def catalogue_of(plugins: Sequence[Plugin]) -> Catalogue:
    """What these plugins bring, for whoever judges documents."""
    return Catalogue(
        node_types={one.type: node_types.for_catalogue(one) for one in plugins if issubclass(one, CustomNode)},
        channel_types={one.name: channel_types.for_catalogue(one) for one in plugins if issubclass(one, CustomChannel)},
    )
