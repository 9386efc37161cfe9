"""The HTTP routes, one module a noun. `ROUTERS` lists them all; a new module adds its line here and nowhere else."""

from fastapi import APIRouter

from api.routes import health, session

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    health.router,
)
