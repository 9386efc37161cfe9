"""Things to wear: a rain jacket, hiking boots, a backpack and a beanie."""

from api.shop.pictures.canvas import Dye, box, clip, cut, dot, group, line, mirrored, picture, shape


def jacket(title: str, dye: Dye) -> str:
    """A hooded rain jacket with a yoke in the lighter tone."""
    body = (
        "M226 178 C196 186 172 198 156 220 L176 310 L172 488 C172 498 178 504 188 505 C262 514 338 514 412 505"
        " C422 504 428 498 428 488 L424 310 L444 220 C428 198 404 186 374 178 Z"
    )
    sleeve = (
        "M160 214 C136 238 124 280 114 340 L98 452 C96 464 102 472 114 474 L146 480 C157 481 164 475 166 464"
        " L190 330 L196 236 Z"
    )
    cuff = "M101 432 L98 452 C96 464 102 472 114 474 L146 480 C157 481 164 475 166 464 L170 442 Z"
    arm = shape(sleeve, dye.base) + shape("M196 236 L190 330 L166 464 C176 400 178 300 180 250 Z", dye.shade)
    arm += shape(cuff, dye.shade)
    hood = "M224 190 C204 96 396 96 376 190 C380 214 348 232 300 234 C252 232 220 214 224 190 Z"
    opening = "M246 186 C244 130 356 130 354 186 C352 206 330 216 300 217 C270 216 248 206 246 186 Z"
    pocket = line("M214 414 L248 372", dye.shade, 13) + line("M216 410 L247 372", dye.accent, 3)
    drawing = (
        clip("body", body)
        + arm
        + mirrored(arm)
        + shape(body, dye.base)
        + group(
            shape("M120 160 L480 160 L480 252 C400 296 200 296 120 252 Z", dye.light)
            + line("M120 253 C200 297 400 297 480 253", dye.shade, 3, opacity=".5")
            + shape("M300 160 L460 160 L460 520 L300 520 Z", "#000", opacity=".07")
            + shape("M140 470 L460 470 L460 520 L140 520 Z", dye.shade, opacity=".55"),
            clip_path=cut("body"),
        )
        + shape(hood, dye.light)
        + shape("M300 120 C350 118 388 142 376 190 C380 214 348 232 300 234 Z", "#000", opacity=".07")
        + shape(opening, dye.shade)
        + shape("M262 200 C262 160 338 160 338 200 C326 212 274 212 262 200 Z", "#000", opacity=".28")
        + box(293, 214, 14, 292, dye.shade, 5)
        + line("M300 224 L300 500", dye.accent, 4, stroke_dasharray="1 8")
        + box(294, 238, 12, 24, dye.accent, 5)
        + line("M268 214 C266 240 264 252 266 272", dye.accent, 4)
        + line("M332 214 C334 240 336 250 334 264", dye.accent, 4)
        + dot(266, 275, 6, dye.shade)
        + dot(334, 267, 6, dye.shade)
        + pocket
        + mirrored(pocket)
        + shape("M352 340 L366 316 L380 340 Z", dye.accent)
        + shape("M366 340 L376 324 L386 340 Z", dye.light)
    )
    return picture(title, "mist", drawing, (300, 524, 170))


def boots(title: str, dye: Dye) -> str:
    """A pair of hiking boots, one before the other."""
    upper = (
        "M204 176 C204 164 212 156 224 156 L322 152 C332 152 338 158 339 168 L346 268 C352 300 380 316 418 328"
        " C458 341 482 366 484 404 L484 420 L192 420 L196 300 Z"
    )
    eyelets = [(330, 196), (334, 224), (338, 252), (350, 280), (374, 303)]
    laces = "".join(
        line(f"M{x} {y} L{x - 40 + index * 3} {y + 10 + index * 2}", dye.accent, 7) + dot(x, y, 5, dye.shade)
        for index, (x, y) in enumerate(eyelets)
    )
    lugs = "".join(box(x, 456, 30, 18, "#2b2623", 5) for x in range(196, 470, 44))
    boot = (
        shape("M306 160 L334 136 C344 130 352 134 353 144 L360 244 C362 272 362 288 352 296 Z", dye.accent)
        + shape("M326 142 L334 136 C344 130 352 134 353 144 L360 244 C362 272 362 288 352 296 Z", "#000", opacity=".1")
        + shape(upper, dye.base)
        + shape("M196 318 C232 330 250 366 250 420 L192 420 Z", dye.shade)
        + shape("M418 328 C458 341 482 366 484 404 L484 420 L392 420 C388 384 396 350 418 328 Z", dye.shade)
        + shape(
            "M226 196 L300 190 C306 262 318 306 372 336 C350 362 270 372 246 352 C226 320 222 260 226 196 Z", dye.light
        )
        + line("M236 206 L291 201 C298 268 312 308 356 336", dye.accent, 2.5, stroke_dasharray="6 7", opacity=".8")
        + laces
        + box(196, 146, 150, 34, dye.shade, 17)
        + line("M212 163 L330 160", dye.light, 3, stroke_dasharray="6 7", opacity=".7")
        + line("M206 168 C176 172 176 214 202 216", dye.accent, 8)
        + lugs
        + shape(
            (
                "M184 416 L490 412 C496 412 498 418 497 424 L492 446 "
                "C490 458 482 464 470 464 L206 464 C194 464 186 456 185 446 Z"
            ),
            "#3a332e",
        )
        + shape("M184 414 L491 411 C497 411 498 417 497 423 L495 432 L184 434 Z", "#f4ead8")
    )
    pair = group(boot, transform="translate(70 -34)") + group(
        shape(upper, "#000"), transform="translate(70 -34)", opacity=".18"
    )
    return picture(
        title,
        "dawn",
        group(pair + group(boot, transform="translate(-26 18)"), transform="translate(-28 22)"),
        (290, 506, 210),
    )


def backpack(title: str, dye: Dye) -> str:
    """A day pack with a lid, a front pocket and a rolled mat."""
    body = (
        "M196 220 C196 160 240 128 300 128 C360 128 404 160 404 220 L412 452 "
        "C412 480 394 498 366 498 L234 498 C206 498 188 480 188 452 Z"
    )
    side = shape("M192 330 L170 344 C160 350 156 360 157 372 L162 446 C163 462 174 470 190 466 Z", dye.shade)
    mat = "".join(
        (
            box(168, 462, 264, 62, dye.accent, 31),
            shape(
                (
                    "M401 462 C418 462 432 476 432 493 C432 510 418 524 401 524 "
                    "C384 524 374 510 374 493 C374 476 384 462 401 462 Z"
                ),
                "#000",
                opacity=".12",
            ),
            f'<circle cx="402" cy="493" r="18" fill="none" stroke="{dye.shade}" stroke-width="4" opacity=".6"/>',
            f'<circle cx="402" cy="493" r="8" fill="none" stroke="{dye.shade}" stroke-width="4" opacity=".6"/>',
            box(216, 458, 18, 70, dye.shade, 6),
            box(342, 458, 18, 70, dye.shade, 6),
        )
    )
    buckle = (
        box(229, 246, 16, 92, dye.shade, 5) + box(224, 314, 26, 32, dye.accent, 7) + box(230, 322, 14, 14, dye.shade, 3)
    )
    drawing = (
        clip("pack", body)
        + line("M262 136 C262 88 338 88 338 136", dye.shade, 14)
        + side
        + mirrored(side)
        + shape(body, dye.base)
        + group(shape("M300 100 L430 100 L430 520 L300 520 Z", "#000", opacity=".08"), clip_path=cut("pack"))
        + box(220, 350, 160, 122, dye.shade, 30)
        + box(220, 344, 160, 120, dye.light, 30)
        + line("M240 378 L360 378", dye.shade, 5)
        + line("M352 378 L362 392", dye.accent, 6)
        + shape(
            (
                "M192 232 C192 162 240 122 300 122 C360 122 408 162 408 232 L408 262 "
                "C408 274 400 282 388 283 C330 290 270 290 212 283 "
                "C200 282 192 274 192 262 Z"
            ),
            dye.light,
        )
        + shape(
            "M300 122 C360 122 408 162 408 232 L408 262 C408 274 400 282 388 283 C358 287 330 288 300 288 Z",
            "#000",
            opacity=".07",
        )
        + line("M222 206 C262 196 338 196 378 206", dye.shade, 5)
        + line("M378 206 L388 218", dye.accent, 6)
        + buckle
        + mirrored(buckle)
        + shape("M280 436 L300 402 L320 436 Z", dye.accent)
        + shape("M302 436 L314 416 L327 436 Z", dye.base)
        + mat
    )
    return picture(title, "meadow", drawing, (300, 532, 180))


def beanie(title: str, dye: Dye) -> str:
    """A ribbed beanie with a pompom and a patterned band."""
    dome = "M158 408 C150 240 214 168 300 168 C386 168 450 240 442 408 Z"
    cuff = (
        "M146 384 C146 372 154 364 166 363 C254 352 346 352 434 363 "
        "C446 364 454 372 454 384 L458 462 C458 476 450 484 436 486 "
        "C346 498 254 498 164 486 C150 484 142 476 142 462 Z"
    )
    ribs = "".join(line(f"M{x} 350 C{x} 400 {x} 450 {x} 500", dye.base, 7, opacity=".75") for x in range(154, 460, 21))
    stitches = "".join(
        line(f"M{x - 8} {y - 5} L{x} {y + 4} L{x + 8} {y - 5}", dye.light, 4, opacity=".34")
        for row, y in enumerate(range(186, 360, 16))
        for x in range(150 + (row % 2) * 11, 456, 22)
    )
    zigzag = "M130 318 " + " ".join(f"L{x} {318 - 26 * (index % 2)}" for index, x in enumerate(range(152, 480, 22)))
    diamonds = "".join(shape(f"M{x} 331 l8 9 l-8 9 l-8 -9 Z", dye.accent) for x in range(152, 470, 44))
    tuft = "".join(
        dot(300 + dx, 146 + dy, radius, colour)
        for dx, dy, radius, colour in (
            (-34, 12, 26, dye.shade),
            (34, 12, 26, dye.shade),
            (-22, -24, 27, dye.accent),
            (24, -22, 26, dye.accent),
            (0, 18, 32, dye.accent),
            (-38, -4, 22, dye.accent),
            (40, -4, 22, dye.accent),
            (0, -10, 34, dye.accent),
        )
    )
    strands = "".join(
        line(f"M{300 + x1} {140 + y1} q{x2} {y2} {x2 * 2} {y2 - 6}", "#fff", 4, opacity=".35")
        for x1, y1, x2, y2 in ((-30, -14, 6, -10), (-6, -30, 7, -6), (14, -8, 8, -7), (-22, 14, 8, -4), (24, 14, 6, -9))
    )
    drawing = (
        clip("dome", dome)
        + clip("cuff", cuff)
        + tuft
        + strands
        + shape(dome, dye.base)
        + group(
            stitches
            + shape("M120 276 L480 276 L480 366 L120 366 Z", dye.shade)
            + line(zigzag, dye.accent, 7)
            + diamonds
            + line("M130 280 L470 280", dye.light, 5)
            + shape("M330 150 C420 200 420 340 400 420 L470 420 L470 150 Z", "#000", opacity=".1"),
            clip_path=cut("dome"),
        )
        + shape(cuff, dye.light)
        + group(ribs + shape("M360 350 L470 350 L470 500 L352 500 Z", "#000", opacity=".07"), clip_path=cut("cuff"))
        + box(330, 412, 62, 42, dye.accent, 6)
        + shape("M345 444 L359 422 L373 444 Z", dye.shade)
    )
    return picture(title, "dawn", drawing, (300, 500, 190))
