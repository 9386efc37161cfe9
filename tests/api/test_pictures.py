"""Pictures for messages: what may be uploaded, and how it is shown."""

import struct
import zlib
from typing import Any

import httpx
import pytest

from engine.messages.pictures import PictureKind, kind_of_picture
from tests.activities.post import PostOffice
from tests.api.conftest import Doors


def png(width: int = 2, height: int = 1) -> bytes:
    """A black picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(b"\x00" * (height * (width * 3 + 1)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x0b\x08\x00\x20\x00\x30" + b"\x00" * 8
GIF = b"GIF89a\x05\x00\x06\x00\x00"
LOSSY = b"RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00\x00\x00\x00\x9d\x01\x2a\x07\x00\x08\x00"
LOSSLESS = b"RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f" + (8 | 9 << 14).to_bytes(4, "little")
LARGE = b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\x00" * 8 + b"\x0a\x00\x00\x0b\x00\x00"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(3, 4), PictureKind("image/png", 3, 4)),
        (JPEG, PictureKind("image/jpeg", 48, 32)),
        (GIF, PictureKind("image/gif", 5, 6)),
        (LOSSY, PictureKind("image/webp", 7, 8)),
        (LOSSLESS, PictureKind("image/webp", 9, 10)),
        (LARGE, PictureKind("image/webp", 11, 12)),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"\xff\xd8\xff", None),
        (GIF[:8], None),
        (b"", None),
        (png(5_000, 1), None),
    ],
)
def test_the_bytes_tell_what_kind_of_picture_it_is(content: bytes, kind: PictureKind | None) -> None:
    assert kind_of_picture(content) == kind


@pytest.mark.spec("F-105")
async def test_the_rich_image_is_an_address_an_uploaded_file_or_an_attribute_of_the_product(
    staff: httpx.AsyncClient, client: httpx.AsyncClient, database: Any, doors: Doors
) -> None:
    post = await PostOffice(database).opened()
    await post.price(image_url="https://cdn.shop.example/shirt.jpg")
    headers = {"Content-Type": "image/png"}

    uploaded = await staff.post("/v1/pictures", content=png(), headers=headers)

    assert uploaded.status_code == 201, uploaded.text
    picture = uploaded.json()
    assert (picture["media_type"], picture["width"], picture["height"]) == ("image/png", 2, 1)
    assert (await staff.post("/v1/pictures", content=png(), headers=headers)).json() == picture, "kept once"
    shown = await client.get(f"/pictures/{picture['id']}")
    assert (shown.content, shown.headers["content-type"]) == (png(), "image/png")
    assert shown.headers["cross-origin-resource-policy"] == "cross-origin"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert (await client.get(f"/pictures/{'0' * 32}")).status_code == 404

    push = {"channel": "web_push", "layout": "icon_image", "title": "Back", "link": {"kind": "product"}}
    uploaded_url = f"https://waitline.example/pictures/{picture['id']}"
    assert picture["url"].partition(":")[2] == uploaded_url.partition(":")[2]
    for image, sent in (
        ("https://cdn.shop.example/static.png", "https://cdn.shop.example/static.png"),
        (uploaded_url, uploaded_url),
        ("{{ product.image_url }}", "https://cdn.shop.example/shirt.jpg"),
    ):
        answer = await staff.post(
            "/v1/messages/preview", json={"message": {**push, "image": image}, "variant_id": "var_M"}
        )
        assert f'"image":"{sent}"' in answer.json()["rendering"]["payload"]

    wrong = await staff.post("/v1/pictures", content=b"<svg/>", headers={"Content-Type": "image/png"})
    assert (wrong.status_code, wrong.json()["code"]) == (415, "unsupported_media_type")
    large = await staff.post("/v1/pictures", content=png() + b"\x00" * (2 << 20), headers=headers)
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    viewer = await doors.signed_in("viewer")
    assert (await viewer.post("/v1/pictures", content=png(), headers=headers)).status_code == 403
