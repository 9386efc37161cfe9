"""How an e-mail looks: MJML for each block, with slots where values will stand.

One column of 600 pixels at most, system fonts, and colours that have a dark twin for readers who prefer it.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from engine.messages.skeleton import closing, opening, slot

UNSUBSCRIBE = "Unsubscribe"
DIVIDER = '<mj-divider border-width="1px" border-color="#e5e7eb" padding="16px 24px" css-class="line" />'
_HEADING_SIZES = {1: "28px", 2: "22px", 3: "18px"}
_STYLE = """
a { color: #1d4ed8; }
@media (prefers-color-scheme: dark) {
  body, .page { background: #0b0f19 !important; }
  .sheet, .sheet > table { background: #161b26 !important; }
  .ink div, .ink td { color: #f3f4f6 !important; }
  .label div { color: #86efac !important; }
  .named a { color: #f3f4f6 !important; }
  .quiet div, .quiet a { color: #9ca3af !important; }
  .line p { border-top-color: #374151 !important; }
  .act td, .act a { background: #f3f4f6 !important; color: #111827 !important; }
  a { color: #93c5fd; }
}
"""


def document(preview: int, body: str, footer_section: str) -> str:
    """The whole e-mail around its blocks."""
    return f"""<mjml><mj-head><mj-preview>{slot(preview)}</mj-preview><mj-attributes>
<mj-all font-family="-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" />
<mj-text font-size="16px" line-height="1.5" color="#111827" padding="8px 24px" /></mj-attributes>
<mj-raw><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
</mj-raw><mj-style>{_STYLE}</mj-style></mj-head><mj-body background-color="#f3f4f6" css-class="page">
<mj-section padding="8px" /><mj-wrapper background-color="#ffffff" border-radius="12px" padding="16px 0"
css-class="sheet">{body}</mj-wrapper>{footer_section}</mj-body></mjml>"""


def sections(blocks: Iterable[tuple[str, bool]]) -> str:
    """The blocks one below the other; those that are sections themselves stand between the columns of the others."""
    drawn = ""
    for is_section, run in groupby(blocks, key=itemgetter(1)):
        inner = "".join(block for block, _ in run)
        drawn += inner if is_section else f'<mj-section padding="0"><mj-column>{inner}</mj-column></mj-section>'
    return drawn


def heading(text: int, level: int, align: str) -> str:
    """A heading; the level sets its size."""
    return (
        f'<mj-text font-size="{_HEADING_SIZES[level]}" font-weight="700" line-height="1.25" align="{align}" '
        f'css-class="ink">{slot(text)}</mj-text>'
    )


def paragraph(text: int, align: str) -> str:
    """Running text."""
    return f'<mj-text align="{align}" css-class="ink">{slot(text)}</mj-text>'


def image(source: int, alt: int, link: int | None, width: int | None) -> str:
    """A picture, left out when it has no address."""
    href = "" if link is None else f' href="{slot(link)}"'
    size = "" if width is None else f' width="{width}px"'
    drawn = f'<mj-image src="{slot(source)}" alt="{slot(alt)}" padding="8px 24px" border-radius="8px"{href}{size} />'
    return _if(source, drawn)


def button(text: int, link: int, align: str = "left") -> str:
    """A button."""
    return (
        f'<mj-button href="{slot(link)}" align="{align}" background-color="#111827" color="#ffffff" font-size="16px" '
        f'font-weight="600" border-radius="8px" inner-padding="14px 24px" padding="12px 24px" css-class="act">'
        f"{slot(text)}</mj-button>"
    )


def label(text: int) -> str:
    """A few words above an item, in capitals; left out when there are none."""
    drawn = (
        f'<mj-text font-size="12px" font-weight="700" letter-spacing="0.08em" text-transform="uppercase" '
        f'color="#166534" padding="8px 24px 0" css-class="label">{slot(text)}</mj-text>'
    )
    return _if(text, drawn)


def grid(items: Sequence[tuple[int, str]], columns: int) -> str:
    """Items in rows of `columns`; each is left out, with its column, when its first value is empty."""
    rows = [items[start : start + columns] for start in range(0, len(items), columns)]
    return "".join(_grid_row(row, 100 / columns) for row in rows)


def _grid_row(items: Sequence[tuple[int, str]], width: float) -> str:
    columns = (_if(title, f'<mj-column width="{width:.2f}%">{drawn}</mj-column>') for title, drawn in items)
    return f'<mj-section padding="0 12px" text-align="left">{"".join(columns)}</mj-section>'


def grid_item(title: int, price: int, source: int, link: int) -> str:
    """One product of a grid: its picture and name lead to it."""
    picture = (
        f'<mj-image src="{slot(source)}" alt="{slot(title)}" padding="8px 12px 4px" border-radius="8px" '
        f'href="{slot(link)}" />'
    )
    name = (
        f'<mj-text font-size="15px" font-weight="600" line-height="1.35" padding="4px 12px 0" css-class="ink named">'
        f'<a href="{slot(link)}" style="color:inherit;text-decoration:none">{slot(title)}</a></mj-text>'
    )
    cost = f'<mj-text font-size="14px" padding="2px 12px 12px" css-class="ink">{slot(price)}</mj-text>'
    return _if(source, picture) + name + _if(price, cost)


def raw(markup: int) -> str:
    """HTML that somebody else wrote."""
    return f'<mj-text padding="8px 24px" css-class="ink">{slot(markup)}</mj-text>'


def product_title(title: int) -> str:
    """The name of a product."""
    return f'<mj-text font-size="20px" font-weight="600" padding="8px 24px 4px" css-class="ink">{slot(title)}</mj-text>'


def product_price(price: int) -> str:
    """The price of a product, left out when it has none."""
    return _if(price, f'<mj-text font-size="16px" padding="0 24px 8px" css-class="ink">{slot(price)}</mj-text>')


def footer(unsubscribe: int) -> str:
    """The line below the sheet, for messages that can be unsubscribed from."""
    link = f'<a href="{slot(unsubscribe)}" style="color:#4b5563">{UNSUBSCRIBE}</a>'
    section = (
        '<mj-section padding="16px 0"><mj-column><mj-text align="center" font-size="13px" color="#4b5563" '
        f'css-class="quiet">{link}</mj-text></mj-column></mj-section>'
    )
    return _if(unsubscribe, section)


def _if(number: int, inner: str) -> str:
    return f"<mj-raw>{opening(number)}</mj-raw>{inner}<mj-raw>{closing(number)}</mj-raw>"
