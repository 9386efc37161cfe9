"""The HTTP routes, one module a noun. `ROUTERS` lists them all; a new module adds its line here and nowhere else."""

from fastapi import APIRouter

from api.routes import clicks, description, evidence, health, inbox, journeys, profiles, session, twilio

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    journeys.router,
    profiles.router,
    evidence.router,
    inbox.router,
    clicks.router,
    twilio.router,
    description.router,
    health.router,
)
