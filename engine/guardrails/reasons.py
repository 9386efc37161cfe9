"""Why a message was deliberately not sent: every reason, by name."""

from enum import StrEnum


class SkipReason(StrEnum):
    """Why a message was deliberately not sent."""

    KILL_SWITCH = "kill_switch"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    PURCHASED = "purchased"
    INTEREST_EXPIRED = "interest_expired"
    HELD_OUT = "held_out"
    ALREADY_NOTIFIED = "already_notified"
    OUT_OF_STOCK_AT_SEND = "out_of_stock_at_send"
    NO_CONSENT = "no_consent"
    NO_SUBSCRIPTION = "no_subscription"
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    TTL = "ttl"
    NO_LINK = "no_link"
    PRODUCT_FILTER = "product_filter"
    RECENT_PURCHASE = "recent_purchase"
    RECENT_RETURN = "recent_return"
    RECENTLY_NOTIFIED = "recently_notified"
    JOURNEY_CAP = "journey_cap"
    CHANNEL_CAP = "channel_cap"
    QUIET_HOURS = "quiet_hours"
    STALE_INVENTORY = "stale_inventory"
    RESTOCK_FIRST = "restock_first"
