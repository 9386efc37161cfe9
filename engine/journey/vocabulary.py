"""Names that the journey language itself relies on: events of ours, profile attributes, event properties.

Event names follow the Segment e-commerce spec where it has one; the others are ours.
"""

from collections.abc import Mapping

from engine.journey.values import ValueKind

WAITING_ON_STOCK = "Waiting on Stock"
BACK_IN_STOCK = "Back in Stock"
LOW_STOCK = "Low Stock"
PRICE_DROPPED = "Price Dropped"
RESTOCK_EXPECTED = "Restock Expected"
PRODUCT_VIEWED = "Product Viewed"
PRODUCT_ADDED = "Product Added"
WISHLISTED = "Product Added to Wishlist"
CART_VIEWED = "Cart Viewed"
ORDER_COMPLETED = "Order Completed"
ORDER_REFUNDED = "Order Refunded"

CART_EVENTS = frozenset({PRODUCT_ADDED, CART_VIEWED, "Cart Updated", "Checkout Started"})
"""A journey that begins with one of these is about a cart. About the same variant a restock goes first."""
INVENTORY_EVENTS = frozenset({WAITING_ON_STOCK, BACK_IN_STOCK, LOW_STOCK, PRICE_DROPPED, RESTOCK_EXPECTED})
"""A journey that begins with one of these goes by what its sources say of stock and prices."""

MESSAGE_OPENED = "Message Opened"
LINK_CLICKED = "Link Clicked"
UNSUBSCRIBED = "Unsubscribed"
PROFILE_UPDATED = "Profile Updated"
SEGMENT_ENTERED = "Segment Entered"
SEGMENT_LEFT = "Segment Left"

IDENTIFIERS = frozenset({"external_id", "email", "phone"})
"""By these a person is found again; only the person and the shop's own events change them."""

TEXT_ATTRIBUTES = IDENTIFIERS | {"first_name", "last_name", "language", "country", "timezone"}
"""Attributes that every profile may have, and that hold text."""

TIMEZONE = "timezone"
"""The profile attribute that holds an IANA zone name (`Europe/Berlin`)."""

SEND_ID = "send_id"
"""The property by which a click or an open names the send that it answers."""

VARIANT_PATHS = ("sku", "products.sku")
"""Where an event may name variants by their SKU: itself, or one by one in the `products` of an order."""

PRODUCT_PATHS = ("product_id", "products.product_id")
"""Where an event may name products."""

_ITEM: Mapping[str, ValueKind] = {
    "sku": "text",
    "product_id": "text",
    "product": "text",
    "variant": "text",
    "source": "text",
}
_ORDER: Mapping[str, ValueKind] = {
    "order_id": "text",
    "total": "number",
    "currency": "text",
    "products.sku": "text",
    "products.product_id": "text",
    "products.quantity": "number",
    "products.price": "number",
}
_ANSWER: Mapping[str, ValueKind] = {
    "send_id": "text",
    "channel": "text",
    "message": "text",
    "journey_id": "text",
    "node": "text",
}
KNOWN_PROPERTIES: Mapping[str, Mapping[str, ValueKind]] = {
    WAITING_ON_STOCK: {**_ITEM, "interest": "text"},
    BACK_IN_STOCK: {**_ITEM, "quantity": "number", "restock_id": "text"},
    LOW_STOCK: {**_ITEM, "quantity": "number", "before": "number"},
    PRICE_DROPPED: {
        **_ITEM,
        "price": "number",
        "original_price": "number",
        "currency": "text",
        "percentage": "number",
    },
    RESTOCK_EXPECTED: {**_ITEM, "expected_at": "date"},
    PRODUCT_VIEWED: _ITEM,
    PRODUCT_ADDED: {**_ITEM, "quantity": "number", "price": "number"},
    WISHLISTED: _ITEM,
    CART_VIEWED: {"products.sku": "text", "products.product_id": "text"},
    ORDER_COMPLETED: _ORDER,
    ORDER_REFUNDED: _ORDER,
    MESSAGE_OPENED: _ANSWER,
    LINK_CLICKED: {**_ANSWER, "target": "text", "url": "text"},
    UNSUBSCRIBED: {"channel": "text"},
    PROFILE_UPDATED: {"set": "list"},
    SEGMENT_ENTERED: {"segment": "text", "name": "text"},
    SEGMENT_LEFT: {"segment": "text", "name": "text"},
}
"""The events that everybody has, and what each is known to say, before the first one came."""
