"""All tables. Importing this module registers every one of them in `SQLModel.metadata`."""

from engine.store.tables.audiences import AudienceRun, SegmentMember, WatchedSegment
from engine.store.tables.catalog import (
    Product,
    Restock,
    RestockExpectation,
    Source,
    StockLevel,
    StockMovement,
    Variant,
    VariantAlias,
)
from engine.store.tables.editing import Audit, JourneyNote, JourneyTag, JourneyTester, LaunchRequest, Notice, Tag
from engine.store.tables.events import DeadLetter, Event, InboundDelivery, OutboxRow, SpentToken
from engine.store.tables.feeds import FeedDigest, FeedImport
from engine.store.tables.journeys import (
    Enrollment,
    Journey,
    NodeCounter,
    PublishedVersion,
    Release,
    ReleaseExclusion,
    ReleasePlace,
    Segment,
    TrailRow,
)
from engine.store.tables.ledger import LedgerChain, Rendering, Send, SendOutcome
from engine.store.tables.people import (
    CartLine,
    Consent,
    ConsentRecord,
    Identity,
    Profile,
    PushSubscription,
    Suppression,
)
from engine.store.tables.pictures import Picture
from engine.store.tables.vocabulary import KnownEvent, KnownField
from engine.store.tables.waitlist import PENDING, WaitlistEntry, WaitlistTransition
from engine.store.tables.workspace import ApiKey, InboxMessage, SignInLink, Staff, StaffSession, WorkspaceSetting

__all__ = [
    "PENDING",
    "ApiKey",
    "AudienceRun",
    "Audit",
    "CartLine",
    "Consent",
    "ConsentRecord",
    "DeadLetter",
    "Enrollment",
    "Event",
    "FeedDigest",
    "FeedImport",
    "Identity",
    "InboundDelivery",
    "InboxMessage",
    "Journey",
    "JourneyNote",
    "JourneyTag",
    "JourneyTester",
    "KnownEvent",
    "KnownField",
    "LaunchRequest",
    "LedgerChain",
    "NodeCounter",
    "Notice",
    "OutboxRow",
    "Picture",
    "Product",
    "Profile",
    "PublishedVersion",
    "PushSubscription",
    "Release",
    "ReleaseExclusion",
    "ReleasePlace",
    "Rendering",
    "Restock",
    "RestockExpectation",
    "Segment",
    "SegmentMember",
    "Send",
    "SendOutcome",
    "SignInLink",
    "Source",
    "SpentToken",
    "Staff",
    "StaffSession",
    "StockLevel",
    "StockMovement",
    "Suppression",
    "Tag",
    "TrailRow",
    "Variant",
    "VariantAlias",
    "WaitlistEntry",
    "WaitlistTransition",
    "WatchedSegment",
    "WorkspaceSetting",
]
