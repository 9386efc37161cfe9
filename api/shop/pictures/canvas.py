"""What every picture shares: its paper, its light, its shadow, and how it becomes an SVG document.

All pictures are 600 by 600 units, lit from the upper left, and made of flat shapes in three tones of one dye.
"""

from dataclasses import dataclass

SIZE = 600


@dataclass(frozen=True, slots=True)
class Dye:
    """One colour of cloth in three tones, and a second colour that goes with it. All are CSS colours."""

    base: str
    shade: str
    light: str
    accent: str


MOSS = Dye("#5f7a58", "#475e43", "#86a07c", "#e8b15a")
SLATE = Dye("#4f6478", "#394b5c", "#7890a5", "#e5d3b3")
RUST = Dye("#c0623c", "#98482a", "#dd8a63", "#f3dcb4")
SAND = Dye("#d8c09a", "#b89d74", "#efe0c4", "#9a5a3c")
PINE = Dye("#2f5d50", "#214439", "#528474", "#f0c274")
INK = Dye("#34405a", "#252e43", "#5b6a8b", "#e9806e")
CREAM = Dye("#f1e8d8", "#d6c8b0", "#fffaf0", "#4f6478")
BERRY = Dye("#96415a", "#732f44", "#bb6c84", "#f2d6c4")

PAPERS = {
    "dawn": ("#f6e7dc", "#eccfbe", "#fbf3ec"),
    "mist": ("#e3eaec", "#c9d6da", "#f4f7f8"),
    "meadow": ("#e6ebdc", "#cdd8bd", "#f5f7ee"),
    "dusk": ("#2e3a52", "#1f293d", "#47567a"),
}


def picture(title: str, paper: str, drawing: str, shadow: tuple[int, int, int] = (300, 520, 190)) -> str:
    """An SVG document: ``drawing`` on a paper, with the shadow (centre x, centre y, half width) it throws."""
    sheet, edge, glow = PAPERS[paper]
    x, y, width = shadow
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img">'
        f"<title>{title}</title><defs>"
        f'<radialGradient id="paper" cx=".38" cy=".3" r=".95"><stop offset="0" stop-color="{glow}"/>'
        f'<stop offset=".45" stop-color="{sheet}"/><stop offset="1" stop-color="{edge}"/></radialGradient>'
        '<radialGradient id="shadow"><stop offset="0" stop-opacity=".34"/><stop offset="1" stop-opacity="0"/>'
        "</radialGradient></defs>"
        f'<rect width="{SIZE}" height="{SIZE}" fill="url(#paper)"/>'
        f'<circle cx="300" cy="286" r="216" fill="{glow}" opacity=".55"/>'
        f'<ellipse cx="{x}" cy="{y}" rx="{width}" ry="{width // 8}" fill="url(#shadow)"/>'
        f"{drawing}</svg>"
    )


def shape(path: str, fill: str, **more: object) -> str:
    """A filled path."""
    return f'<path d="{path}" fill="{fill}"{_attributes(more)}/>'


def line(path: str, colour: str, width: float, **more: object) -> str:
    """A stroked path with round ends."""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"'
        f' stroke-linejoin="round"{_attributes(more)}/>'
    )


def box(  # noqa: PLR0917 - the order in which SVG itself names them
    x: float, y: float, width: float, height: float, fill: str, radius: float = 0, **more: object
) -> str:
    """A rectangle with rounded corners."""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{fill}"{_attributes(more)}/>'


def dot(x: float, y: float, radius: float, fill: str, **more: object) -> str:
    """A disc."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"{_attributes(more)}/>'


def group(drawing: str, **attributes: object) -> str:
    """Several shapes moved, clipped or faded together."""
    return f"<g{_attributes(attributes)}>{drawing}</g>"


def mirrored(drawing: str) -> str:
    """The same on the other side of the middle line."""
    return group(drawing, transform=f"matrix(-1 0 0 1 {SIZE} 0)")


def clip(name: str, path: str) -> str:
    """Define an outline that other shapes can be cut to, by ``clip_path=cut(name)``."""
    return f'<clipPath id="{name}"><path d="{path}"/></clipPath>'


def cut(name: str) -> str:
    """The reference to an outline made by :func:`clip`."""
    return f"url(#{name})"


def _attributes(more: dict[str, object]) -> str:
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
