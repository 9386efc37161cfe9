"""A post office for tests: the real messenger over a real database, channels that listen, and a clock in the hand.

post = await PostOffice(database).opened()
await post.publish({"quiet_hours": {...}})
await post.person("ada")
outcome = await post.deliver("ada")
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from activities.brakes import Brakes
from activities.composing import Composer, MessageLibrary
from activities.messaging import Messenger
from activities.tasks import DeliverAnswer, DeliverTask, EnrollmentTask
from engine.journey.advance import advance, begin
from engine.journey.decisions import Deliver
from engine.journey.facts import EventFact, Facts
from engine.store import events
from engine.store.database import Database
from engine.store.delivery import GUARDRAILS
from engine.store.desk import DeliveryDesk
from engine.store.events import NewEvent
from engine.store.publishing import create_journey, publish, set_status
from engine.store.statements import core, insert_into
from engine.store.tables import (
    Consent,
    Enrollment,
    Product,
    Profile,
    PushSubscription,
    Send,
    SendOutcome,
    TrailRow,
    Variant,
    WorkspaceSetting,
)
from engine.store.versions import VersionCatalogue
from tests.builders import journey, node
from tests.store.shop import Shop
from tests.workflows.stage import MESSAGES, ListeningChannel

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
"""A Monday."""


@dataclass
class PostOffice:
    """The messenger of one worker, and what it needs."""

    database: Database
    now: datetime = NOON
    asks_opens: bool = False
    channels: dict[str, Any] = field(
        default_factory=lambda: {name: ListeningChannel(name) for name in ("web_push", "email", "sms")}
    )

    async def opened(self) -> "PostOffice":
        self.shop = await Shop(self.database).set_up()
        self.versions = VersionCatalogue(self.database)
        self.library = MessageLibrary()
        self.messenger = self.another_messenger()
        await self.shop.stock("M", 50, now=self.now)
        return self

    def another_messenger(self) -> Messenger:
        """What another worker would send with: a desk of its own, over the same database and channels."""
        secret = "a secret of at least some length"
        composer = Composer("https://waitline.example", secret, asks_opens=self.asks_opens)
        return Messenger(
            DeliveryDesk(self.database),
            self.versions,
            self.channels,
            composer=composer,
            library=self.library,
            clock=lambda: self.now,
            brakes=Brakes(self.database),
        )

    async def publish(
        self,
        guardrails: Mapping[str, Any] | None = None,
        *,
        journey_id: str = "jny_test",
        messages: Mapping[str, Any] | None = None,
    ) -> None:
        """An active journey: a push, and an e-mail behind it, whatever became of the push."""
        shape = journey(
            node("push", "message", channel="web_push", message="push"),
            node("mail", "message", channel="email", message="mail"),
            paths=[
                "entry > push",
                "push.sent > mail",
                "push.not_sent > mail",
                "mail.sent > done",
                "mail.not_sent > done",
            ],
            settings={"guardrails": dict(guardrails or {})},
            messages={**MESSAGES, **(messages or {})},
            name=journey_id,
        )
        await self.publish_shape(shape, journey_id=journey_id)

    async def publish_shape(
        self, shape: dict[str, Any], *, journey_id: str = "jny_test", messages: Mapping[str, Any] | None = None
    ) -> None:
        """An active journey of this shape."""
        if messages is not None:
            shape = {**shape, "messages": dict(messages)}
        async with self.database.connection() as connection:
            await create_journey(connection, journey_id, shape, self.now)
            await publish(connection, journey_id, by="a test", now=self.now)
            await set_status(connection, journey_id, "active", self.now)

    async def person(self, name: str = "ada", *, browsers: int = 1, **fields: Any) -> str:
        """A profile that consented to pushes and e-mail about what is back in stock."""
        await self.shop.add_people(name)
        profile = f"prf_{name}"
        async with self.database.connection() as connection:
            if fields:
                await connection.execute(update(core(Profile)).where(core(Profile).c.id == profile).values(**fields))
            for number in range(browsers):
                row = {
                    "id": f"psh_{name}_{number}",
                    "profile_id": profile,
                    "endpoint": f"https://push.example/{name}/{number}",
                    "p256dh": "B" + "A" * 86,
                    "auth": "A" * 22,
                    "created_at": self.now,
                }
                await connection.execute(insert(core(PushSubscription)), row)
        for channel in ("web_push", "email"):
            await self.consents(name, channel)
        return profile

    async def consents(self, name: str, channel: str, *, granted: bool = True, topic: str = "back_in_stock") -> None:
        row = {
            "profile_id": f"prf_{name}",
            "channel": channel,
            "topic": topic,
            "granted": granted,
            "updated_at": self.now,
        }
        async with self.database.connection() as connection:
            standing = insert_into(Consent, connection)
            await connection.execute(
                standing.on_conflict_do_update(
                    index_elements=["profile_id", "channel", "topic"], set_={"granted": granted}
                ),
                row,
            )

    async def price(self, sku: str = "M", **fields: Any) -> None:
        async with self.database.connection() as connection:
            table = core(Variant)
            await connection.execute(update(table).where(table.c.sku == sku).values(**fields))

    async def describe(self, **attributes: Any) -> None:
        """The shirt has these attributes."""
        async with self.database.connection() as connection:
            await connection.execute(update(core(Product)).values(attributes=attributes))

    async def happened(self, name: str, event: str, ago: timedelta = timedelta(0), **properties: Any) -> None:
        new = NewEvent(event, f"prf_{name}", self.now - ago, properties=properties)
        async with self.database.connection() as connection:
            await events.record(connection, [new], self.now)

    async def limits(self, **settings: Any) -> None:
        """What holds for the whole workspace from now on."""
        async with self.database.connection() as connection:
            row = insert_into(WorkspaceSetting, connection)
            await connection.execute(
                row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value}),
                {"name": GUARDRAILS, "value": settings, "updated_at": self.now},
            )

    async def task(
        self,
        name: str = "ada",
        *,
        run: str = "1",
        journey_id: str = "jny_test",
        node_id: str = "push",
        sku: str = "M",
        version: int = 1,
    ) -> DeliverTask:
        """An enrollment of the person that stands at its message, since now."""
        enrollment_id = f"enr_{journey_id}_{name}_{run}"
        walked = await self.versions.load(journey_id, version)
        entry = EventFact(id=f"evt_{enrollment_id}", name="Back in Stock", at=self.now, properties={"sku": sku})
        enrollment = EnrollmentTask(
            id=enrollment_id,
            journey=journey_id,
            version=version,
            profile=f"prf_{name}",
            key=run,
            entry=entry,
            variant=f"var_{sku}",
        )
        state = begin(walked, profile=enrollment.profile, key=run, entry=entry, now=self.now)
        state, decision = advance(walked, state, Facts(entry=entry), self.now)
        if node_id == "mail":
            message = walked.graph.node("mail")
            visits = {**state.visits, "mail": 1}
            decision = Deliver(node="mail", visit=1, channel="email", message="mail")
            state = state.model_copy(update={"node": message.id, "visits": visits, "pending": decision})
        assert isinstance(decision, Deliver)
        async with self.database.connection() as connection:
            row = insert_into(Enrollment, connection).on_conflict_do_nothing()
            standing = {
                "id": enrollment_id,
                "journey_id": journey_id,
                "version": version,
                "profile_id": enrollment.profile,
            }
            await connection.execute(
                row, {**standing, "key": run, "status": "active", "node": state.node, "entered_at": self.now}
            )
        return DeliverTask(enrollment=enrollment, state=state, decision=decision)

    async def deliver(self, name: str = "ada", **which: Any) -> DeliverAnswer:
        """What comes of the person's message, sent now."""
        return await self.messenger.deliver(await self.task(name, **which))

    async def reason(self, name: str = "ada", **which: Any) -> str:
        """`sent`, or why the message was not."""
        outcome = (await self.deliver(name, **which)).outcome
        assert outcome is not None
        return outcome.reason or outcome.status

    @property
    def sent(self) -> list[str]:
        """The keys of everything that a provider accepted."""
        return [key for channel in self.channels.values() for key, _ in channel.sent]

    async def rows(self, model: Any, **where: Any) -> list[Mapping[str, Any]]:
        table = core(model)
        statement = select(table).where(*(table.c[name] == value for name, value in where.items()))
        async with self.database.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(statement)).mappings()]

    async def verdicts(self) -> list[Mapping[str, Any]]:
        return [row["verdict"] for row in await self.rows(Send)]

    async def states(self) -> list[str]:
        return [row["state"] for row in sorted(await self.rows(SendOutcome), key=lambda row: row["id"])]

    async def trail(self, enrollment: str) -> list[Mapping[str, Any]]:
        return sorted(await self.rows(TrailRow, enrollment_id=enrollment), key=lambda row: row["seq"])
