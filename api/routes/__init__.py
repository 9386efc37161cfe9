"""The HTTP routes, one module a noun. `ROUTERS` lists them all; a new module adds its line here and nowhere else."""

from fastapi import APIRouter

from api.routes import description, health, inbox, journeys, profiles, session

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    journeys.router,
    profiles.router,
    inbox.router,
    description.router,
    health.router,
)
