"""Pictures for messages: uploaded by staff, shown wherever the message is read."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field

from api.answers import Answer
from api.errors import BodyTooLarge, UnsupportedMediaType
from api.security import PUBLIC, Caller, acting, staff
from api.services import TheServices
from engine.messages.pictures import LARGEST_PICTURE, LONGEST_SIDE, kind_of_picture
from engine.store import pictures

router = APIRouter(tags=["Messages"])

KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp")
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Disposition": "inline",
}
_BODY = {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS}}
_SHOWN = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS}


class PictureAnswer(Answer):
    """A picture that was uploaded; `url` is what messages hold."""

    id: Annotated[str, Field(examples=["5d41402abc4b2a76b9719d911017c592"])]
    url: Annotated[str, Field(examples=["https://waitline.example/pictures/5d41402abc4b2a76b9719d911017c592"])]
    media_type: Literal["image/png", "image/jpeg", "image/gif", "image/webp"]
    width: Annotated[int, Field(description="Pixels.")]
    height: int
    size: Annotated[int, Field(description="Bytes.")]


@router.post("/v1/pictures", status_code=201, openapi_extra={"requestBody": _BODY})
async def upload_picture(
    request: Request, services: TheServices, caller: Annotated[Caller, Depends(staff("edit_journeys"))]
) -> PictureAnswer:
    """Upload a picture: PNG, JPEG, GIF or WebP of at most 2 MB and 4,096 pixels a side. The bytes decide, not the name.

    Raises:
        BodyTooLarge: it is larger.
        UnsupportedMediaType: it is none of these.
    """
    content = await request.body()
    if len(content) > LARGEST_PICTURE:
        raise BodyTooLarge(f"A picture has at most {LARGEST_PICTURE >> 20} MB; make it smaller.")
    kind = kind_of_picture(content)
    if kind is None:
        raise UnsupportedMediaType(f"Send a PNG, JPEG, GIF or WebP picture of at most {LONGEST_SIDE} pixels a side.")
    async with services.database.transaction() as session:
        name = await pictures.keep_picture(session, content, kind, by=acting(caller), now=services.now())
    return PictureAnswer(
        id=name,
        url=f"{services.settings.resolved_public_url}/pictures/{name}",
        media_type=kind.media_type,
        width=kind.width,
        height=kind.height,
        size=len(content),
    )


@router.get(
    "/pictures/{picture_id}",
    dependencies=[Depends(PUBLIC)],
    response_class=Response,
    responses={200: {"description": "The picture.", "content": _SHOWN}},
)
async def show_picture(picture_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$")], services: TheServices) -> Response:
    """Show a picture. It never changes, so it may be kept for ever."""
    async with services.database.snapshot() as session:
        found = await pictures.read_picture(session, picture_id)
    return Response(found.content, media_type=found.media_type, headers=HEADERS)
