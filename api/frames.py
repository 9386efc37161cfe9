"""Somebody else's HTML for a frame: an e-mail with its styles, and with nothing else that it could do.

    <p style="color:red">   ──►   <p data-styled="0">  …  <style nonce="…">[data-styled="0"]{color:red}</style>
    <style>                 ──►   <style nonce="…">

E-mails carry their styles in their elements, where a policy could allow all of them ('unsafe-inline') or none. So they
are moved into a sheet that carries this answer's nonce, as the e-mail's own sheets do, and no policy of ours needs the
exception. A style that would not stay within its braces is left out. Besides, the answer is a sandbox: no scripts, no
forms, no origin.
"""

import re
import secrets
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate

from fastapi.responses import HTMLResponse

_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s/>=]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s>]+)))?"""
)
_OPENING = re.compile(r"<[^\s/>]+")
_UNRULY = re.compile(r"[{}]|/\*|\\$|<!--|-->")
_AS_STRONG = ":not(#_):not(#_):not(#_)"
"""Makes a rule of the sheet outweigh the e-mail's own, as a style in an element does."""


def framed(html: str) -> HTMLResponse:
    """The page for a frame of ours."""
    nonce = secrets.token_urlsafe(16)
    headers = {"Content-Security-Policy": preview_policy(nonce), "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(with_nonce(html, nonce), headers=headers)


def preview_policy(nonce: str) -> str:
    """What the page may do: show pictures and its own sheets."""
    return (
        f"sandbox; default-src 'none'; img-src data: https: http:; style-src 'nonce-{nonce}'; "
        "font-src data: https: http:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def with_nonce(html: str, nonce: str) -> str:
    """The page with its styles in sheets that carry the nonce; all else stays as it is written."""
    tags = _Tags()
    tags.feed(html)
    tags.close()
    starts = [0, *accumulate(len(line) for line in html.split("\n"))]
    styles: dict[str, int] = {}
    written: list[str] = []
    place = 0
    for name, source, (line, column) in tags.found:
        begin = starts[line - 1] + line - 1 + column
        written += [html[place:begin], _unstyled(source, styles)]
        if name == "style":
            written[-1] = _OPENING.sub(lambda tag: f'{tag[0]} nonce="{nonce}"', written[-1], count=1)
        place = begin + len(source)
    rules = [
        f'[data-styled="{number}"]{_AS_STRONG}{{\n{style}\n}}' for style, number in styles.items() if _is_ruly(style)
    ]
    sheet = "\n".join(rules).replace("</", r"<\/")
    return "".join([*written, html[place:], f'<style nonce="{nonce}">{sheet}</style>' if rules else ""])


class _Tags(HTMLParser):
    """The tags that may carry styles: name, source, line and column."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, str, tuple[int, int]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "style" or any(name == "style" for name, _ in attrs):
            self.found.append((tag, self.get_starttag_text() or "", self.getpos()))


def _unstyled(source: str, styles: dict[str, int]) -> str:
    """The tag with the number of its style in place of the style."""
    opening = _OPENING.match(source)
    place = opening.end() if opening else len(source)
    for attribute in _ATTRIBUTE.finditer(source, place):
        if attribute["name"].lower() == "style":
            style = unescape(attribute["double"] or attribute["single"] or attribute["bare"] or "")
            number = styles.setdefault(style, len(styles))
            return f'{source[: attribute.start()]}data-styled="{number}"{source[attribute.end() :]}'
    return source


def _is_ruly(style: str) -> bool:
    return _UNRULY.search(style) is None
