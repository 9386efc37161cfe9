"""All tables. Importing this module registers every one of them in `SQLModel.metadata`."""

from engine.store.tables.catalog import Product, Restock, Source, StockLevel, StockMovement, Variant, VariantAlias
from engine.store.tables.events import DeadLetter, Event, InboundDelivery, OutboxRow
from engine.store.tables.journeys import Enrollment, Journey, NodeCounter, PublishedVersion, Release, Segment, TrailRow
from engine.store.tables.ledger import Rendering, Send, SendOutcome
from engine.store.tables.people import (
    CartLine,
    Consent,
    ConsentRecord,
    Identity,
    Profile,
    PushSubscription,
    Suppression,
)
from engine.store.tables.waitlist import WaitlistEntry, WaitlistTransition
from engine.store.tables.workspace import ApiKey, InboxMessage, SignInLink, Staff, StaffSession, WorkspaceSetting

__all__ = [
    "ApiKey",
    "CartLine",
    "Consent",
    "ConsentRecord",
    "DeadLetter",
    "Enrollment",
    "Event",
    "Identity",
    "InboundDelivery",
    "InboxMessage",
    "Journey",
    "NodeCounter",
    "OutboxRow",
    "Product",
    "Profile",
    "PublishedVersion",
    "PushSubscription",
    "Release",
    "Rendering",
    "Restock",
    "Segment",
    "Send",
    "SendOutcome",
    "SignInLink",
    "Source",
    "Staff",
    "StaffSession",
    "StockLevel",
    "StockMovement",
    "Suppression",
    "TrailRow",
    "Variant",
    "VariantAlias",
    "WaitlistEntry",
    "WaitlistTransition",
    "WorkspaceSetting",
]
