"""Somebody else's HTML is shown in frames only, and none of them runs anything."""

import re

import pytest

from tests.architecture.sources import ROOT

SOURCES = sorted((ROOT / "ui" / "src").rglob("*.ts*"))
HARMLESS = {'sandbox=""', 'sandbox="allow-same-origin"'}
"""No scripts, forms or ways out; the page may reach into the second kind, and nothing in it can reach the page."""


@pytest.mark.spec("R-006")
def test_every_frame_is_a_sandbox_without_scripts() -> None:
    frames = {
        (file.name, frame)
        for file in SOURCES
        for frame in re.findall(r"<iframe\b[^>]*?/?>", file.read_text(), re.DOTALL)
    }

    assert frames
    for file, frame in frames:
        assert set(re.findall(r'sandbox="[^"]*"', frame)) & HARMLESS, f"{file}: {frame}"


@pytest.mark.spec("R-006")
@pytest.mark.parametrize(
    "way", ["dangerouslySetInnerHTML", ".innerHTML =", ".outerHTML =", "insertAdjacentHTML", "document.write"]
)
def test_no_page_takes_html_in(way: str) -> None:
    assert [file.name for file in SOURCES if way in file.read_text()] == []
