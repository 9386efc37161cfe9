"""The registry of node types: one module each, joined in the `Node` union by their `type`."""

from typing import Annotated

from pydantic import Field

from engine.journey.nodes.delay import Delay
from engine.journey.nodes.entry import Entry
from engine.journey.nodes.exit import Exit
from engine.journey.nodes.message import Message

Node = Annotated[Entry | Delay | Message | Exit, Field(discriminator="type")]

__all__ = ["Delay", "Entry", "Exit", "Message", "Node"]
