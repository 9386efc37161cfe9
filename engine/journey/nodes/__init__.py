"""The registry of node types: one module each, joined in the `Node` union by their `type`."""

from typing import Annotated

from pydantic import Field

from engine.journey.nodes.branch import Branch
from engine.journey.nodes.delay import Delay
from engine.journey.nodes.entry import Entry
from engine.journey.nodes.exit import Exit
from engine.journey.nodes.goal import Goal
from engine.journey.nodes.holdout import Holdout
from engine.journey.nodes.message import Message
from engine.journey.nodes.split import Split
from engine.journey.nodes.start_journey import StartJourney
from engine.journey.nodes.update_profile import UpdateProfile
from engine.journey.nodes.wait_until import WaitUntil
from engine.journey.nodes.waitlist import Waitlist

Node = Annotated[
    Entry
    | Delay
    | WaitUntil
    | Branch
    | Split
    | Holdout
    | Message
    | UpdateProfile
    | Waitlist
    | StartJourney
    | Goal
    | Exit,
    Field(discriminator="type"),
]

__all__ = [
    "Branch",
    "Delay",
    "Entry",
    "Exit",
    "Goal",
    "Holdout",
    "Message",
    "Node",
    "Split",
    "StartJourney",
    "UpdateProfile",
    "WaitUntil",
    "Waitlist",
]
