"""SMS: from content to a text, and what it costs.

A text whose every character is in the GSM 7-bit alphabet (3GPP TS 23.038) holds 160 of them, 153 a part when it takes
several; a few count twice. Any other character turns the whole text into UCS-2: 70, or 67 a part, where an emoji
counts twice. Parts never split a character that counts twice.
"""

from typing import Literal

from engine.messages.content import SmsContent
from engine.messages.context import TAG_ROOTS, RenderContext
from engine.messages.destinations import CompiledLink, CompiledUtm
from engine.messages.links import RenderedLink
from engine.messages.rendered import RenderedSms
from engine.messages.templates import clean, compile_text
from engine.model import Frozen

MAX_SMS_CHARACTERS = 1_600
LINK_TARGET = "link"
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
_SINGLE = {"GSM-7": 160, "UCS-2": 70}
_PART = {"GSM-7": 153, "UCS-2": 67}


class SmsLength(Frozen):
    """How long a text is: `units` of its alphabet, in `segments` that are each paid for."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def measure_sms(text: str) -> SmsLength:
    """The alphabet that the text needs and the number of segments that it takes."""
    if all(character in _GSM_BASIC or character in _GSM_EXTENDED for character in text):
        return _measured("GSM-7", [2 if character in _GSM_EXTENDED else 1 for character in text])
    return _measured("UCS-2", [2 if ord(character) > 0xFFFF else 1 for character in text])


def _measured(encoding: Literal["GSM-7", "UCS-2"], widths: list[int]) -> SmsLength:
    units = sum(widths)
    if units <= _SINGLE[encoding]:
        return SmsLength(encoding=encoding, units=units, segments=1)
    segments, room = 1, _PART[encoding]
    for width in widths:
        if width > room:
            segments, room = segments + 1, _PART[encoding]
        room -= width
    return SmsLength(encoding=encoding, units=units, segments=segments)


class CompiledSms:
    """An SMS whose templates are ready to render."""

    def __init__(self, content: SmsContent) -> None:
        self._content = content
        roots = TAG_ROOTS if content.link is None else (*TAG_ROOTS, "link")
        self._text = compile_text(content.text, "text", limit=MAX_SMS_CHARACTERS, roots=roots)
        self._link = content.link and CompiledLink(content.link, LINK_TARGET)
        self._utm = CompiledUtm(content.utm)

    def render(self, context: RenderContext) -> RenderedSms:
        """The SMS for one profile; raises a `MessageError` when it cannot be made."""
        rendering = self._utm.rendering(context)
        values = rendering.values
        links: tuple[RenderedLink, ...] = ()
        if self._link is not None:
            link = self._link.resolve(rendering)
            links = (link,)
            values["link"] = link.href
        text = clean(self._text.render(values))
        length = measure_sms(text)
        return RenderedSms(
            send_id=context.send_id,
            links=links,
            text=text,
            sender=self._content.sender,
            encoding=length.encoding,
            segments=length.segments,
        )
