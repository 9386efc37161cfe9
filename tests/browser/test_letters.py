"""The e-mail that is sent, looked at in Chromium: on a phone and on a wide screen, in light and in dark."""

from typing import Any, Literal

import pytest
from playwright.async_api import Page

from api.frames import framed
from tests.engine.messages.test_blocks import ALL_BLOCKS, sent

pytestmark = pytest.mark.browser
PREVIEW = "https://waitline.example"

LOOK = """() => {
    const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const parts = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const behind = (element) => {
        for (let one = element; one; one = one.parentElement) {
            const color = parts(getComputedStyle(one).backgroundColor);
            if (color.length === 3 || color[3] > 0) return color;
        }
        return [255, 255, 255];
    };
    const words = [...document.body.querySelectorAll("*")].filter((element) =>
        element.checkVisibility({ opacityProperty: true }) && element.getClientRects().length &&
        [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    const contrast = words.map((element) => {
        const [one, other] = [light(parts(getComputedStyle(element).color)), light(behind(element))].sort();
        return [element.textContent.trim(), (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
    });
    const place = (text) => words.find((element) => element.textContent.trim() === text)
        .closest(".mj-column-per-50").getBoundingClientRect();
    return {
        overflow: document.documentElement.scrollWidth - innerWidth,
        faint: contrast.filter(([, ratio]) => ratio < 4.5),
        words: contrast.length,
        sheet: light(behind(words.find((element) => element.textContent.trim() === "It is back."))),
        beside: Math.abs(place("Hat").top - place("Scarf & more").top) < 5,
        smallest: Math.min(...words.map((element) => parseFloat(getComputedStyle(element).fontSize))),
        tap: document.querySelector(".act a").getBoundingClientRect().height,
    };
}"""


@pytest.mark.spec("R-006")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_letter_of_every_block_is_readable_on_phones_and_wide_screens_and_in_our_frame(
    page: Page, scheme: Literal["light", "dark"]
) -> None:
    letter = sent(*ALL_BLOCKS)
    shown = framed(letter.html)
    in_a_frame = {"body": bytes(shown.body), "headers": dict(shown.headers)}
    await page.route("**/*", lambda route: route.abort())
    await page.route(f"{PREVIEW}/html", lambda route: route.fulfill(**in_a_frame))
    await page.emulate_media(color_scheme=scheme)
    for width, is_preview in ((320, False), (1200, False), (320, True), (1200, True)):
        await page.set_viewport_size({"width": width, "height": 800})
        if is_preview:
            await page.goto(f"{PREVIEW}/html", wait_until="domcontentloaded")
        else:
            await page.set_content(letter.html, wait_until="domcontentloaded")

        seen: dict[str, Any] = await page.evaluate(LOOK)

        assert seen["words"] > 10
        assert seen["overflow"] <= 0, f"nothing is wider than {width} pixels"
        assert seen["faint"] == [], "every word stands out from what is behind it (WCAG 2.2, 1.4.3)"
        assert (seen["sheet"] < 0.2) == (scheme == "dark")
        assert seen["beside"] == (width == 1200), "a grid's products stand side by side, on a phone one below the other"
        assert seen["smallest"] >= 12
        assert seen["tap"] >= 44, "a button can be hit by a thumb (WCAG 2.2, 2.5.5)"
