"""What a shop puts on its pages: the widget, its panel and the service worker, and the words they show.

``scripts/`` holds plain ES2020 that browsers load as it is, without a build. The widget reads what it may offer and
every text from ``GET /v1/storefront/config`` (:mod:`api.storefront.offer`), so that the words a shopper agreed to are
known by their version.
"""
