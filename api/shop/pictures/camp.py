"""Things for camp and home: a tent, an enamel mug, a lantern and a blanket."""

from api.shop.pictures.canvas import Dye, box, clip, cut, dot, group, line, mirrored, picture, shape


def tent(title: str, dye: Dye) -> str:
    """A lit two-person tent on a hill under stars."""
    stars = "".join(
        dot(x, y, radius, "#f7ecd0", opacity=".9")
        for x, y, radius in (
            (92, 96, 3),
            (160, 60, 2),
            (228, 112, 2.5),
            (410, 70, 3),
            (520, 150, 2.5),
            (470, 210, 2),
            (70, 190, 2),
            (330, 62, 2),
            (548, 70, 2),
            (120, 250, 2.5),
        )
    )
    firs = "".join(
        shape(
            (
                f"M{x} {y} l{w} {h} l-{w * 0.4:g} 0 l{w * 0.5:g} {h * 0.6:g} "
                f"l-{w * 2.2:g} 0 l{w * 0.5:g} -{h * 0.6:g} l-{w * 0.4:g} 0 Z"
            ),
            colour,
        )
        for x, y, w, h, colour in (
            (86, 296, 26, 62, "#25324a"),
            (48, 326, 22, 50, "#202b41"),
            (516, 288, 28, 68, "#25324a"),
            (560, 326, 22, 50, "#202b41"),
        )
    )
    fabric = "M300 168 C250 250 176 376 118 470 L482 470 C424 376 350 250 300 168 Z"
    drawing = (
        clip("tent", fabric)
        + stars
        + shape("M462 90 A34 34 0 1 1 424 132 A30 30 0 0 0 462 90 Z", "#f7e3b4")
        + firs
        + shape("M0 430 C120 392 220 400 300 410 C400 422 500 398 600 420 L600 600 L0 600 Z", "#33485a")
        + shape("M0 470 C150 440 300 468 420 462 C500 458 560 450 600 458 L600 600 L0 600 Z", "#2a3c4d")
        + line("M122 466 L52 500", "#c9d6da", 3)
        + line("M478 466 L548 500", "#c9d6da", 3)
        + shape(fabric, dye.base)
        + group(
            shape("M300 168 L482 470 L378 470 Z", dye.shade)
            + shape("M300 168 L222 470 L118 470 Z", dye.light, opacity=".55")
            + line("M196 340 C232 350 268 352 300 352", dye.shade, 3, opacity=".4"),
            clip_path=cut("tent"),
        )
        + '<radialGradient id="lit" cx=".5" cy=".8" r=".8"><stop offset="0" stop-color="#fff3c8"/>'
        '<stop offset=".6" stop-color="#f6c767"/><stop offset="1" stop-color="#d98b3c"/></radialGradient>'
        + shape("M300 226 L234 470 L366 470 Z", "url(#lit)")
        + shape("M300 226 L234 470 L262 470 C276 400 290 320 300 226 Z", dye.light)
        + shape("M300 226 C308 330 330 380 352 402 C350 420 358 446 366 470 L384 470 Z", dye.accent)
        + line("M352 402 C346 406 340 406 336 402", dye.shade, 4)
        + shape("M262 470 C280 448 318 444 344 470 Z", "#8a4a2e", opacity=".6")
        + line("M300 168 C250 250 176 376 118 470", dye.light, 5)
        + line("M300 168 C350 250 424 376 482 470", dye.shade, 5)
        + line("M300 168 L300 146", "#c9d6da", 5)
        + shape("M300 146 L330 154 L300 163 Z", dye.accent)
        + line("M52 500 l4 12 M548 500 l-4 12", "#c9d6da", 4)
    )
    return picture(title, "dusk", drawing, (300, 482, 210))


def mug(title: str, dye: Dye) -> str:
    """An enamel mug with a painted range of hills and a curl of steam."""
    body = "M170 236 L430 236 L420 474 C418 498 400 510 376 510 L224 510 C200 510 182 498 180 474 Z"
    steam = "".join(
        line(
            f"M{x} 190 C{x - 26} 162 {x + 26} 142 {x} 112 C{x - 16} 92 {x - 4} 78 {x + 4} 66", "#fff", 9, opacity=alpha
        )
        for x, alpha in ((248, ".5"), (302, ".75"), (354, ".45"))
    )
    specks = "".join(
        dot(x, y, radius, dye.shade, opacity=".55")
        for x, y, radius in (
            (204, 276, 3),
            (236, 304, 2),
            (388, 282, 3),
            (352, 262, 2),
            (296, 286, 2.5),
            (404, 330, 2),
            (196, 338, 2),
            (262, 268, 2),
            (322, 312, 2),
            (378, 318, 2.5),
        )
    )
    drawing = (
        clip("mug", body)
        + steam
        + line("M424 292 C520 276 524 430 416 424", dye.shade, 30)
        + line("M424 290 C514 276 518 424 416 420", dye.base, 22)
        + line("M440 300 C492 296 494 380 450 400", dye.light, 5, opacity=".7")
        + shape(body, dye.base)
        + group(
            specks
            + shape(
                (
                    "M150 452 C200 380 232 350 262 392 C290 340 330 320 362 384 "
                    "C384 360 410 372 450 430 L450 520 L150 520 Z"
                ),
                dye.accent,
            )
            + shape("M150 482 C220 430 270 440 320 470 C360 446 400 440 450 470 L450 520 L150 520 Z", dye.shade)
            + dot(238, 338, 22, dye.accent, opacity=".85")
            + shape("M352 220 L440 220 L440 520 L336 520 Z", "#000", opacity=".09")
            + shape("M186 250 L206 250 L212 490 L198 490 Z", "#fff", opacity=".28"),
            clip_path=cut("mug"),
        )
        + '<ellipse cx="300" cy="236" rx="134" ry="27" fill="#2c2a2d"/>'
        + f'<ellipse cx="300" cy="238" rx="120" ry="20" fill="{dye.light}"/>'
        + '<ellipse cx="300" cy="244" rx="110" ry="15" fill="#5a3826"/>'
        + '<ellipse cx="276" cy="241" rx="46" ry="5" fill="#8b5d40" opacity=".7"/>'
        + line("M184 486 C190 506 206 512 226 512 L374 512 C394 512 410 506 416 486", "#2c2a2d", 6)
    )
    return picture(title, "meadow", drawing, (304, 516, 170))


def lantern(title: str, dye: Dye) -> str:
    """A camp lantern that glows."""
    glass = "M218 228 L382 228 C398 280 398 360 382 412 L218 412 C202 360 202 280 218 228 Z"
    bar = line("M232 226 C214 282 214 358 232 414", dye.shade, 8)
    drawing = (
        '<radialGradient id="glow"><stop offset="0" stop-color="#ffe9a8" stop-opacity=".95"/>'
        '<stop offset=".5" stop-color="#ffce6b" stop-opacity=".36"/>'
        '<stop offset="1" stop-color="#ffce6b" stop-opacity="0"/></radialGradient>'
        + clip("glass", glass)
        + dot(300, 322, 262, "url(#glow)")
        + line("M196 214 C170 60 430 60 404 214", dye.shade, 9)
        + box(272, 90, 56, 22, dye.accent, 11)
        + shape(glass, "#fff0c2", opacity=".9")
        + group(
            dot(300, 336, 96, "#ffd97a")
            + dot(300, 346, 58, "#ffeeb5")
            + shape("M300 272 C334 316 336 348 326 368 C318 384 282 384 274 368 C264 348 272 320 300 272 Z", "#f5a53c")
            + shape("M301 314 C318 336 318 354 312 366 C306 376 290 374 287 364 C284 350 290 334 301 314 Z", "#fff6d8")
            + shape(
                "M226 240 L250 240 C240 300 240 350 250 404 L228 404 C216 350 216 290 226 240 Z", "#fff", opacity=".55"
            ),
            clip_path=cut("glass"),
        )
        + bar
        + mirrored(bar)
        + box(288, 372, 24, 40, dye.shade, 5)
        + shape("M236 176 C240 146 360 146 364 176 L376 204 L224 204 Z", dye.base)
        + shape("M300 152 C332 152 362 160 364 176 L376 204 L300 204 Z", "#000", opacity=".1")
        + box(204, 200, 192, 32, dye.shade, 12)
        + box(204, 198, 192, 24, dye.light, 12)
        + shape(
            "M208 408 L392 408 L410 474 C412 488 404 496 390 497 C330 502 270 502 210 497 C196 496 188 488 190 474 Z",
            dye.base,
        )
        + shape("M300 408 L392 408 L410 474 C412 488 404 496 390 497 C360 500 330 500 300 500 Z", "#000", opacity=".1")
        + box(200, 402, 200, 24, dye.light, 12)
        + dot(300, 458, 19, dye.shade)
        + dot(300, 456, 15, dye.accent)
        + line("M300 456 L307 446", dye.shade, 4)
    )
    return picture(title, "dusk", drawing, (300, 506, 180))


def blanket(title: str, dye: Dye) -> str:
    """A folded wool blanket with stripes and fringes, and a sprig on top."""

    def fold(y: int, inset: int) -> str:
        left, right = 106 + inset, 494 - inset
        outline = (
            f"M{left + 34} {y} L{right} {y} L{right} {y + 84} L{left + 34} {y + 84} "
            f"C{left - 12} {y + 84} {left - 12} {y} {left + 34} {y} Z"
        )
        name = f"fold{y}"
        fringe = "".join(
            line(f"M{right - 2} {y + at} q10 {3 + at % 3} 21 {at % 5 - 1}", dye.light, 4) for at in range(6, 82, 7)
        )
        stripes = "".join(
            box(x, y - 4, width, 92, colour)
            for x, width, colour in (
                (196, 14, dye.accent),
                (218, 34, dye.shade),
                (260, 14, dye.accent),
                (372, 10, dye.shade),
                (390, 26, dye.accent),
                (424, 10, dye.shade),
            )
        )
        weave = "".join(line(f"M90 {y + at} L510 {y + at}", "#fff", 1.5, opacity=".12") for at in range(5, 84, 6))
        return (
            clip(name, outline)
            + fringe
            + shape(outline, dye.base)
            + group(
                stripes
                + weave
                + shape(f"M80 {y + 52} L520 {y + 52} L520 {y + 90} L80 {y + 90} Z", "#000", opacity=".1")
                + shape(f"M80 {y} L520 {y} L520 {y + 12} L80 {y + 12} Z", "#fff", opacity=".16"),
                clip_path=cut(name),
            )
            + line(
                f"M{left + 34} {y + 42} C{left + 14} {y + 44} {left + 14} {y + 36} {left + 40} {y + 38}",
                dye.shade,
                4,
                opacity=".7",
            )
        )

    leaves = "".join(
        f'<ellipse cx="{x}" cy="{y}" rx="26" ry="11" fill="{colour}" transform="rotate({turn} {x} {y})"/>'
        for x, y, turn, colour in (
            (236, 196, -34, "#6f8a63"),
            (262, 168, -62, "#5d7853"),
            (292, 192, 24, "#86a07c"),
            (318, 160, -48, "#6f8a63"),
            (346, 182, 18, "#5d7853"),
            (368, 146, -30, "#86a07c"),
        )
    )
    drawing = (
        fold(412, 0)
        + fold(326, 10)
        + fold(240, 4)
        + group(
            line("M214 226 C262 206 316 180 382 138", "#4d6446", 6)
            + leaves
            + "".join(dot(x, y, 9, "#b5483a") for x, y in ((278, 216), (296, 222), (286, 204))),
            transform="rotate(23 300 190) translate(0 28)",
        )
    )
    return picture(title, "mist", drawing, (304, 504, 220))
