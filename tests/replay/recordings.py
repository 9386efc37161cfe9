"""Recorded histories: what real enrollments left in Temporal, with the version that they walked.

A recording is one JSON file in `histories/`: the journey document and the history as Temporal exports it. It is made
once, when a node type or a decision is new, and never again: today's code must replay it for ever.

    python -m tests.replay.record        records the stories that have no file yet
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from engine.journey.version import JourneyDocument, JourneyVersion

FOLDER = Path(__file__).parent / "histories"


@dataclass(frozen=True)
class Recording:
    """One workflow's history and the version that it began in; `later` are those that were published meanwhile."""

    name: str
    workflow_id: str
    version: JourneyVersion
    history: WorkflowHistory
    later: tuple[JourneyVersion, ...] = ()

    def at(self, number: int) -> JourneyVersion:
        """The version with this number."""
        return next(one for one in (self.version, *self.later) if one.number == number)

    @classmethod
    def read(cls, path: Path) -> "Recording":
        kept: dict[str, Any] = json.loads(path.read_text())
        version = JourneyVersion(
            journey=kept["journey"], number=kept["number"], document=JourneyDocument.model_validate(kept["document"])
        )
        history = WorkflowHistory.from_json(kept["workflow_id"], kept["history"])
        later = tuple(
            JourneyVersion(journey=kept["journey"], number=number, document=JourneyDocument.model_validate(document))
            for number, document in enumerate(kept.get("later", ()), start=kept["number"] + 1)
        )
        return cls(path.stem, kept["workflow_id"], version, history, later)

    def write(self, document: dict[str, Any]) -> None:
        FOLDER.mkdir(exist_ok=True)
        later = [one.document.model_dump(mode="json", by_alias=True) for one in self.later]
        kept = {
            **({"later": later} if later else {}),
            "journey": self.version.journey,
            "number": self.version.number,
            "document": document,
            "workflow_id": self.workflow_id,
            "history": self.history.to_json_dict(),
        }
        (FOLDER / f"{self.name}.json").write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


def recordings() -> list[Recording]:
    """Every recording, by name."""
    return [Recording.read(path) for path in sorted(FOLDER.glob("*.json"))]
