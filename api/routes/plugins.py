"""Plugins: what developers brought to this deployment, and what was set aside because it breaks."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from api.answers import Answer
from api.security import staff
from api.services import ThePlugins

router = APIRouter(
    prefix="/v1", tags=["Journey language"], dependencies=[Depends(staff("see_journeys", or_key="server"))]
)


class BroughtAnswer(Answer):
    """A node type, a channel or a workflow, by the name that journeys call it by."""

    kind: Literal["node", "channel", "workflow"]
    name: Annotated[str, Field(examples=["loyalty_points"])]
    label: Annotated[str, Field(examples=["Loyalty points"])]


class PluginAnswer(Answer):
    """A file of the plugins' folder, or an installed module."""

    place: Annotated[str, Field(examples=["plugins/loyalty_points.py"])]
    brings: list[BroughtAnswer]
    problem: Annotated[
        str | None, Field(description="Why it was set aside; null when it is at work.", examples=["SyntaxError: …"])
    ]


class PluginList(Answer):
    """Every plugin that was found when the API started; those that were set aside come first."""

    items: list[PluginAnswer]


@router.get("/plugins")
async def list_plugins(plugins: ThePlugins) -> PluginList:
    """List the plugins. A file that changed is read again when Waitline is restarted."""
    aside = [PluginAnswer(place=place, brings=[], problem=why) for place, why in plugins.set_aside.items()]
    at_work = [
        PluginAnswer(place=place, brings=[BroughtAnswer.model_validate(one) for one in brought], problem=None)
        for place, brought in plugins.brought.items()
    ]
    return PluginList(items=[*aside, *at_work])
