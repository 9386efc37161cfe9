"""The HTTP routes, one module a noun. `ROUTERS` lists them all; a new module adds its line here and nowhere else."""

from fastapi import APIRouter

from api.routes import (
    catalog,
    clicks,
    dead_letters,
    description,
    events,
    evidence,
    health,
    inbox,
    journeys,
    profiles,
    push_subscriptions,
    session,
    sources,
    stock,
    storefront,
    twilio,
    variants,
    waitlist,
    webhooks,
    wishes,
)
from api.storefront import assets

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    journeys.router,
    profiles.router,
    evidence.router,
    storefront.router,
    assets.router,
    waitlist.router,
    wishes.router,
    events.router,
    push_subscriptions.router,
    stock.router,
    webhooks.router,
    sources.router,
    catalog.router,
    variants.router,
    dead_letters.router,
    inbox.router,
    clicks.router,
    twilio.router,
    description.router,
    health.router,
)
