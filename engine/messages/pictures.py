"""Pictures as bytes: what kind they are and how large, read from their first bytes and not from what somebody says.

PNG (ISO 15948), JPEG (ITU T.81), GIF (89a) and WebP (RFC 9649): what mail programs and browsers show.
"""

import struct
from dataclasses import dataclass
from typing import Literal

MediaType = Literal["image/png", "image/jpeg", "image/gif", "image/webp"]
LARGEST_PICTURE = 2 << 20
"""Bytes; push services give up on larger ones, and mail programs make people wait."""
LONGEST_SIDE = 4_096
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The markers behind which a JPEG tells its size."""


@dataclass(frozen=True, slots=True)
class PictureKind:
    """A kind of picture, and its sides in pixels."""

    media_type: MediaType
    width: int
    height: int


def kind_of_picture(content: bytes) -> PictureKind | None:
    """What kind of picture this is; None when it is none that messages may show."""
    try:
        found = _kind(content)
    except (struct.error, IndexError):
        return None
    return found if found and 0 < found.width <= LONGEST_SIDE and 0 < found.height <= LONGEST_SIDE else None


def _kind(content: bytes) -> PictureKind | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return PictureKind("image/png", *struct.unpack(">II", content[16:24]))
    if content.startswith((b"GIF87a", b"GIF89a")):
        return PictureKind("image/gif", *struct.unpack("<HH", content[6:10]))
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _webp(content)
    return None


def _jpeg(content: bytes) -> PictureKind | None:
    place = 2
    while content[place] == 0xFF:
        marker = content[place + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return PictureKind("image/jpeg", width, height)
        place += 2 + int(struct.unpack(">H", content[place + 2 : place + 4])[0])
    return None


def _webp(content: bytes) -> PictureKind | None:
    match content[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
        case b"VP8L" if content[20] == 0x2F:
            bits = int.from_bytes(content[21:25], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 " if content[23:26] == b"\x9d\x01\x2a":
            width, height = (side & 0x3FFF for side in struct.unpack("<HH", content[26:30]))
        case _:
            return None
    return PictureKind("image/webp", width, height)
