"""Tinde & Garn, the demo shop: pages, pictures, stock, and a shop keeper's drawer to change it.

It is an ordinary shop to Waitline. Its pages carry the widget's one script tag, its address serves the one-line service
worker file, and a changed stock level leaves it as a signed inventory webhook::

    shopper ──► product page ──► widget ──► POST /v1/waitlist
    keeper  ──► stock drawer ──► shop server ──signed webhook──► POST /v1/webhooks/inventory/demo-shop

Every path begins with ``/shop``, so that the same application runs by itself or inside another.
"""

from api.shop.app import create_shop

__all__ = ["create_shop"]
