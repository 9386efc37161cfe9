"""An e-mail written as HTML: its links counted, its preheader hidden at the top, its text version derived.

Each `<a href="…">` is rewritten, when the message is compiled, so that its address passes through the link rules:
`{% set waitline_url %}…{% endset %}{{ waitline_track("link_3", waitline_url) }}`. It stays where it was, so a link
inside a loop is made once for each round (`link_3`, `link_3_2`, …). Links to mail, phones, page anchors and the
ready-made `links.…` addresses are left alone.
"""

import html
import re
from html.parser import HTMLParser

from engine.messages.destinations import Rendering
from engine.messages.errors import NoLink
from engine.messages.links import RenderedLink
from engine.messages.templates import MAX_HTML, clean, compile_checked, compile_text, one_line, parse

_TAG = r"\{\{(?:(?!\}\}).)*\}\}|\{%(?:(?!%\}).)*%\}|\{\#(?:(?!\#\}).)*\#\}"
_IN_ELEMENT = rf"(?:{_TAG}|[^<>{{]|\{{(?![{{%#]))"
_ANCHOR = re.compile(
    rf"""(<a\b{_IN_ELEMENT}*?\shref\s*=\s*)"((?:{_TAG}|[^"{{]|\{{(?![{{%#]))*)\"""", re.IGNORECASE | re.DOTALL
)
_ANY_TAG = re.compile(_TAG, re.DOTALL)
_BODY = re.compile(rf"<body\b{_IN_ELEMENT}*>", re.IGNORECASE | re.DOTALL)
_UNTRACKED = re.compile(r"\s*(?:mailto:|tel:|sms:|#|\{\{\s*links\.)", re.IGNORECASE)
_PREHEADER = (
    '<div style="display:none;max-height:0;max-width:0;opacity:0;overflow:hidden;font-size:1px;line-height:1px">'
    "{{ waitline_preheader }}</div>"
)
_BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


class CompiledHtml:
    """An e-mail's HTML, and its text version, ready to render."""

    def __init__(self, source: str, text: str | None, preheader: str) -> None:
        tree = parse(source, "html")
        tracked, self._dynamic = with_tracked_links(source)
        self._preheader = compile_text(preheader, "preheader")
        self._html = compile_checked(with_preheader(tracked), "html", tree, limit=MAX_HTML, html=True)
        self._text = (
            compile_checked(plain_text(tracked), "html", tree, limit=MAX_HTML, html=False)
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
        text = _BLANK_LINES.sub("\n\n", self._text.render(own)).strip() + "\n"
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
            url = one_line(html.unescape(written))
            if not url:
                raise NoLink(target)
            self.links[target] = self._rendering.link(target, url, is_dynamic=name in self._dynamic)
        return self.links[target].href


def with_tracked_links(source: str) -> tuple[str, frozenset[str]]:
    """The HTML with its links rewritten, and the names of those that hold merge tags."""
    dynamic: set[str] = set()
    count = 0

    def rewrite(found: re.Match[str]) -> str:
        nonlocal count
        address = found[2]
        if _UNTRACKED.match(address):
            return found[0]
        count += 1
        name = f"link_{count}"
        if _ANY_TAG.search(address):
            dynamic.add(name)
        return (
            f'{found[1]}"{{% set waitline_url %}}{address}{{% endset %}}'
            f'{{{{ waitline_track("{name}", waitline_url) }}}}"'
        )

    return _ANCHOR.sub(rewrite, source), frozenset(dynamic)


def with_preheader(source: str) -> str:
    """The HTML with the hidden preheader right after `<body>`, or first when there is none."""
    body = _BODY.search(source)
    place = body.end() if body else 0
    return source[:place] + _PREHEADER + source[place:]


def plain_text(source: str) -> str:
    """The text version of an HTML template, itself a template: tags stay, elements go, links stand in brackets."""
    tags: list[str] = []

    def keep(found: re.Match[str]) -> str:
        tags.append(found[0])
        return f"\ue000{len(tags) - 1}\ue001"

    reader = _TextReader()
    reader.feed(_ANY_TAG.sub(keep, source))
    reader.close()
    return re.sub("\ue000([0-9]+)\ue001", lambda found: tags[int(found[1])], reader.text())


class _TextReader(HTMLParser):
    _BLOCKS = frozenset({"p", "div", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "br", "hr"})
    _SILENT = frozenset({"head", "style", "script", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0
        self._addresses: list[str] = []

    def text(self) -> str:
        """What has been read."""
        return "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where lines break, pictures' words, and where links lead."""
        attributes = dict(attrs)
        if tag in self._SILENT:
            self._silent += 1
        elif tag in self._BLOCKS:
            self._pieces.append("\n")
        elif tag == "li":
            self._pieces.append("\n- ")
        elif tag == "td":
            self._pieces.append(" ")
        elif tag == "img":
            self._pieces.append(attributes.get("alt") or "")
        elif tag == "a":
            self._addresses.append(attributes.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened."""
        if tag in self._SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self._BLOCKS:
            self._pieces.append("\n")
        elif tag == "a" and self._addresses:
            address = self._addresses.pop()
            if address and not address.startswith("#"):
                self._pieces.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        """Keep the words, with the white space that HTML would show."""
        if not self._silent:
            self._pieces.append(re.sub(r"[ \t\r\n]+", " ", data))
