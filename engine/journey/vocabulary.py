"""Names that the journey language itself relies on: events of ours, profile attributes, event properties.

Event names follow the Segment e-commerce spec where it has one; the others are ours.
"""

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

MESSAGE_OPENED = "Message Opened"
LINK_CLICKED = "Link Clicked"
UNSUBSCRIBED = "Unsubscribed"
PROFILE_UPDATED = "Profile Updated"
SEGMENT_ENTERED = "Segment Entered"
SEGMENT_LEFT = "Segment Left"

TIMEZONE = "timezone"
"""The profile attribute that holds an IANA zone name (`Europe/Berlin`)."""

SEND_ID = "send_id"
"""The property by which a click or an open names the send that it answers."""

VARIANT_PATHS = ("sku", "products.sku")
"""Where an event may name variants by their SKU: itself, or one by one in the `products` of an order."""

PRODUCT_PATHS = ("product_id", "products.product_id")
"""Where an event may name products."""
