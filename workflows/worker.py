"""The worker: everything that carries journeys out, put together.

One process runs workflows, their activities and, when it leads, the outbox relay: an eager start only works for
workflows that the starting process can run itself.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.acting import Actor
from activities.asking import Asker
from activities.brakes import Brakes
from activities.channels.channel import Channels
from activities.channels.custom import PluginChannel
from activities.composing import Composer, MessageLibrary
from activities.delivering import Deliveries
from activities.entering import Door
from activities.feed_schedules import FeedSchedules
from activities.feeds import FeedImporter
from activities.gathering import Gatherer
from activities.housekeeping import Housekeeper
from activities.learning import Learner
from activities.listening import Listening
from activities.messaging import Messenger
from activities.names import release_queue
from activities.parking import Parking
from activities.performing import Performer
from activities.recording import Recorder
from activities.relay import Relay
from activities.release import Releaser
from activities.segment_watch import SegmentWatch
from activities.starting import Starter
from activities.telling import Teller
from activities.timekeeping import Timekeeper
from engine.settings import Settings
from engine.store.database import Database
from engine.store.desk import DeliveryDesk
from engine.store.vault import Vault
from engine.store.versions import VersionCatalogue
from workflows.enrollment import EnrollmentWorkflow
from workflows.feeds import FeedWorkflow
from workflows.in_place import InPlace
from workflows.notice import NoticeWorkflow
from workflows.payloads import skip_idle_passes
from workflows.plugins import load_plugins
from workflows.release import ReleaseWorkflow
from workflows.sealing import EnrollmentKeys, SealingConverter
from workflows.versions import VersionInterceptor

WORKFLOW_SLOTS = 120
CACHED_WORKFLOWS = 1_000
LOCAL_ACTIVITY_SLOTS = 200
ACTIVITY_SLOTS = 100
GRACE = timedelta(seconds=5)
BUILD = "waitline-1"
PASSED_THROUGH = ("engine", "activities", "pydantic", "pydantic_core", "annotated_types", "structlog")


def now() -> datetime:
    """The clock of production: aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker is made of, for those who run one and those who test one."""

    worker: Worker
    lane: Worker
    relay: Relay
    housekeeper: Housekeeper
    timekeeper: Timekeeper
    watch: SegmentWatch
    gatherer: Gatherer
    learner: Learner
    schedules: FeedSchedules
    versions: VersionCatalogue


async def connect(settings: Settings, database: Database) -> Client:
    """A client of the Temporal frontend, which seals what the server gets to see."""
    keys = EnrollmentKeys(Vault(settings.vault_secrets), database)
    return await Client.connect(
        settings.temporal_address, namespace=settings.temporal_namespace, data_converter=SealingConverter.over(keys)
    )


def sandboxed() -> WorkflowRunner:
    """The runner for tests: the sandbox, with our pure rooms and pydantic passed through."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def assemble(
    settings: Settings,
    client: Client,
    database: Database,
    channels: Channels,
    *,
    secret: str,
    clock: Callable[[], datetime] = now,
    runner: WorkflowRunner | None = None,
    cached_workflows: int = CACHED_WORKFLOWS,
    tagged: bool = False,
) -> Parts:
    """Put a worker together. Production runs without the sandbox, which costs half of the throughput.

    Where it carries out workflows that a developer wrote, which may block, each takes its steps in a thread.

    A worker that caches no workflows reads each one's history anew at every step. `tagged` enrollments can be found by
    search attributes, where the namespace knows these.
    """
    skip_idle_passes()
    versions = VersionCatalogue(database)
    starter = Starter(client, settings.task_queue, concurrency=settings.release_concurrency, tagged=tagged)
    desk = DeliveryDesk(database, on_settled=starter.step_recorded, is_crowded=starter.is_crowded)
    brakes = Brakes(database)
    composer = Composer(settings.resolved_public_url, secret, asks_opens=settings.open_pixel)
    plugins = load_plugins(settings)
    channels = {**channels, **{name: PluginChannel(one, clock=clock) for name, one in plugins.channels.items()}}
    messenger = Messenger(
        desk, versions, channels, composer=composer, library=MessageLibrary(), clock=clock, brakes=brakes
    )
    deliveries = Deliveries(messenger)
    releaser = Releaser(database, versions, starter, clock, lanes=settings.release_lanes)
    listening = Listening(desk, database, brakes)
    actor = Actor(database, versions, starter, clock, retention=settings.waitlist_retention, brakes=brakes)
    performer = Performer(database, versions, plugins.nodes, clock, brakes=brakes)
    importer = FeedImporter(
        database, clock, retention=settings.waitlist_retention, allow_private=settings.allow_private_endpoints
    )
    worker = Worker(
        client,
        task_queue=settings.task_queue,
        workflows=[EnrollmentWorkflow, FeedWorkflow, NoticeWorkflow, ReleaseWorkflow, *plugins.workflows.values()],
        activities=[
            Recorder(desk, brakes).record,
            listening.listen,
            listening.read_events,
            Asker(database, versions, clock, brakes).ask,
            actor.act,
            performer.perform,
            deliveries.deliver_now,
            deliveries.deliver_patiently,
            releaser.release_batch,
            Parking(desk, brakes, clock).park,
            Teller(database, starter, clock).tell,
            importer.import_feed,
        ],
        interceptors=[VersionInterceptor(versions.get)],
        workflow_task_executor=InPlace() if runner is None and not plugins.workflows else None,
        workflow_runner=runner or UnsandboxedWorkflowRunner(),
        max_cached_workflows=cached_workflows,
        max_concurrent_workflow_tasks=WORKFLOW_SLOTS,
        max_concurrent_local_activities=LOCAL_ACTIVITY_SLOTS,
        max_concurrent_activities=ACTIVITY_SLOTS,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
        graceful_shutdown_timeout=GRACE,
        build_id=BUILD,
    )
    lane = Worker(
        client,
        task_queue=release_queue(settings.task_queue),
        activities=[releaser.release_batch],
        max_concurrent_activities=1,
        graceful_shutdown_timeout=GRACE,
        build_id=BUILD,
    )
    door = Door(database, versions, starter, clock)
    watch = SegmentWatch(database, clock)
    return Parts(
        worker=worker,
        lane=lane,
        relay=Relay(database, versions, starter, clock, door=door, watch=watch),
        housekeeper=Housekeeper(database, clock),
        timekeeper=Timekeeper(database, clock),
        watch=watch,
        gatherer=Gatherer(database, versions, door, clock),
        learner=Learner(database),
        schedules=FeedSchedules(client, database, settings.task_queue),
        versions=versions,
    )


@asynccontextmanager
async def running(parts: Parts) -> AsyncGenerator[None]:
    """The worker and its relay, for as long as the block runs."""
    async with parts.worker, parts.lane:
        jobs = (
            parts.relay,
            parts.housekeeper,
            parts.timekeeper,
            parts.watch,
            parts.gatherer,
            parts.learner,
            parts.schedules,
        )
        beside = [asyncio.create_task(job.run()) for job in jobs]
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
