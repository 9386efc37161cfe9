"""The API describes itself."""

from typing import Any

from fastapi import APIRouter, Depends, Request

from api.openapi import describe
from api.security import PUBLIC

router = APIRouter(prefix="/v1", tags=["Description"], dependencies=[Depends(PUBLIC)])


@router.get("/openapi.json")
async def get_openapi(request: Request) -> dict[str, Any]:
    """Read the OpenAPI document of this API."""
    return describe(request.app)
