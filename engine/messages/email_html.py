"""An e-mail written as HTML: its links counted, its preheader hidden at the top, its text version derived.

Each `<a href="…">` is rewritten, when the message is compiled, so that its address passes through the link rules:
`{% set waitline_url %}…{% endset %}{{ waitline_track("link_3", waitline_url) }}`. It stays where it was, so a link
inside a loop is made once for each round (`link_3`, `link_3_2`, …). Links to mail, phones, page anchors and the
ready-made `links.…` addresses are left alone.
"""

import html
import re

from engine.messages.destinations import Rendering
from engine.messages.errors import NoLink
from engine.messages.html_pieces import ElementPiece, Piece, TagPiece, TextPiece, has_merge_tag, pieces_of
from engine.messages.links import RenderedLink
from engine.messages.templates import MAX_HTML, clean, compile_checked, compile_text, one_line, parse

_UNTRACKED = re.compile(r"\s*(?:mailto:|tel:|sms:|#|\{\{-?\s*links\.)", re.IGNORECASE)
_PREHEADER = (
    '<div style="display:none;max-height:0;max-width:0;opacity:0;overflow:hidden;font-size:1px;line-height:1px">'
    "{{ waitline_preheader }}</div>"
)
_ENTITY = re.compile(r"&#?\w{1,31};")
_WHITE_SPACE = re.compile(r"[ \t\r\n]+")
_BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")
_BREAKS = frozenset({"p", "div", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "br", "hr"})
_SILENT = frozenset({"head", "style", "script", "title"})


class CompiledHtml:
    """An e-mail's HTML, and its text version, ready to render."""

    def __init__(
        self, source: str, text: str | None, preheader: str | None, *, field: str = "html", link: str = "link"
    ) -> None:
        """A `preheader` of None means none: the HTML is only a part of a page. `link` begins the names of its links."""
        tree = parse(source, field)
        self._preheader = compile_text(preheader or "", "preheader")
        page = _Page(source, link, is_part=preheader is None)
        self._dynamic = page.dynamic_links
        self._html = compile_checked(page.html, field, tree, limit=MAX_HTML, html=True)
        self._text = (
            compile_checked(page.text, field, tree, limit=MAX_HTML, html=False)
            if text is None
            else compile_text(text, "text", limit=MAX_HTML)
        )

    def render(self, rendering: Rendering) -> tuple[str, str, tuple[RenderedLink, ...]]:
        """HTML, text and links for one profile."""
        tracker = _Tracker(self._dynamic, rendering)
        values = rendering.values
        own = {
            **values,
            "waitline_preheader": one_line(self._preheader.render(values)),
            "waitline_track": tracker.track,
        }
        page = clean(self._html.render(own))
        tracker.start_over()
        text = _BLANK_LINES.sub("\n\n", clean(self._text.render(own))) + "\n"
        return page, text, tuple(tracker.links.values())


class _Tracker:
    """Makes the links of one rendering, in the order of the HTML; the text version then finds them made."""

    def __init__(self, dynamic: frozenset[str], rendering: Rendering) -> None:
        self.links: dict[str, RenderedLink] = {}
        self._rounds: dict[str, int] = {}
        self._dynamic = dynamic
        self._rendering = rendering

    def start_over(self) -> None:
        """Count the rounds of each link from the start again."""
        self._rounds.clear()

    def track(self, name: str, written: str) -> str:
        """The click link for an address that the template came to."""
        number = self._rounds[name] = self._rounds.get(name, 0) + 1
        target = name if number == 1 else f"{name}_{number}"
        if target not in self.links:
            url = one_line(without_entities(written))
            if not url:
                raise NoLink(target)
            self.links[target] = self._rendering.link(target, url, is_dynamic=name in self._dynamic)
        return self.links[target].href


class _Page:
    """The HTML with its links rewritten and its preheader in place, and the text that it says; both are templates."""

    def __init__(self, source: str, link: str, *, is_part: bool) -> None:
        self._link = link
        self._html: list[str] = []
        self._text: list[str] = []
        self._addresses: list[str] = []
        self._dynamic: set[str] = set()
        self._links = 0
        self._silent = 0
        self._has_preheader = is_part
        for piece in pieces_of(source):
            self._read(piece)

    @property
    def html(self) -> str:
        """The HTML template; the preheader comes first when there is no body element to put it into."""
        return "".join(self._html if self._has_preheader else [_PREHEADER, *self._html])

    @property
    def text(self) -> str:
        """The text template: links stand in brackets after their words."""
        return "".join(self._text)

    @property
    def dynamic_links(self) -> frozenset[str]:
        """The names of the links whose address holds merge tags."""
        return frozenset(self._dynamic)

    def _read(self, piece: Piece) -> None:
        if isinstance(piece, ElementPiece):
            self._read_element(piece)
            return
        self._html.append(piece.source)
        if isinstance(piece, TagPiece):
            self._text.append(piece.source)
        elif isinstance(piece, TextPiece) and not self._silent:
            self._text.append(_WHITE_SPACE.sub(" ", without_entities(piece.source)))

    def _read_element(self, element: ElementPiece) -> None:
        self._html.append(self._read_link(element) if element.name == "a" else element.source)
        name = element.name.removeprefix("/")
        if name in _SILENT:
            self._silent = max(0, self._silent + (1 if name == element.name else -1))
        elif name in _BREAKS:
            self._text.append("\n")
        match element.name:
            case "body" if not self._has_preheader:
                self._html.append(_PREHEADER)
                self._has_preheader = True
            case "li":
                self._text.append("\n- ")
            case "td":
                self._text.append(" ")
            case "img" if "alt" in element.attributes:
                self._text.append(without_entities(element.attributes["alt"].value))
            case "/a" if self._addresses and (address := self._addresses.pop()):
                self._text.append(f" ({address})")
            case _:
                pass

    def _read_link(self, element: ElementPiece) -> str:
        """The element with its address rewritten; the address is kept for the text."""
        href = element.attributes.get("href")
        if href is None or _UNTRACKED.match(href.value):
            self._addresses.append("" if href is None or href.value.startswith("#") else without_entities(href.value))
            return element.source
        self._links += 1
        name = f"{self._link}_{self._links}"
        if has_merge_tag(href.value):
            self._dynamic.add(name)
        tracked = f'{{% set waitline_url %}}{href.value}{{% endset %}}{{{{ waitline_track("{name}", waitline_url) }}}}'
        self._addresses.append(tracked)
        return f'{element.source[: href.start]}"{tracked}"{element.source[href.end :]}'


def without_entities(text: str) -> str:
    """The text with its complete entities (`&amp;`) replaced; an ampersand by itself stays, as in attributes."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)
