"""Answering the questions of a journey from the database, as of now."""

from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from activities.brakes import Brakes
from activities.names import ASK_FACTS
from activities.tasks import Answers, AskTask
from engine.store.answers import Asked, read_known
from engine.store.database import Database
from engine.store.versions import VersionCatalogue


class Asker:
    """Carries out `AskFacts` decisions."""

    def __init__(
        self, database: Database, versions: VersionCatalogue, clock: Callable[[], datetime], brakes: Brakes
    ) -> None:
        self._database = database
        self._brakes = brakes
        self._versions = versions
        self._clock = clock

    @activity.defn(name=ASK_FACTS)
    async def ask(self, task: AskTask) -> Answers | None:
        """The answer to each question under its key; None when a pause holds the enrollment."""
        enrollment, wanted = task.enrollment, task.decision.questions
        if task.is_held_by_pause and await self._brakes.hold(enrollment.journey, is_test=enrollment.is_test):
            return None
        version = await self._versions.load(enrollment.journey, enrollment.version)
        asked = Asked(enrollment.profile, enrollment.entry, enrollment.variant, version.document.settings.zone)
        now = self._clock()
        async with self._database.snapshot() as session:
            known = await read_known(session, asked, wanted.values(), now)
        return Answers(answers={key: known.answer(question) for key, question in wanted.items()}, at=now)
