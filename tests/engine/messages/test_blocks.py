"""The larger blocks of an e-mail: the widget, a grid of products, and HTML of one's own."""

from dataclasses import replace
from typing import Any

import pytest

from engine.messages.content import parse_messages
from engine.messages.errors import ForbiddenLink, NoLink, TemplateProblem
from engine.messages.render import problem_with, render
from engine.messages.rendered import RenderedEmail
from tests.engine.messages.conftest import make_context, tags

ALL_BLOCKS: list[dict[str, Any]] = [
    {"type": "heading", "text": "Good news"},
    {"type": "text", "text": "It is back."},
    {"type": "image", "src": "https://cdn.example/shop.jpg", "alt": "Our shop"},
    {"type": "button", "text": "See all", "link": "https://shop.example/all"},
    {"type": "product_card"},
    {"type": "back_in_stock"},
    {
        "type": "product_grid",
        "items": [
            {
                "title": "Hat",
                "price": "€20",
                "image": "https://cdn.example/hat.jpg",
                "link": "https://shop.example/hat",
            },
            {"title": "Scarf & more", "link": {"kind": "product"}},
            {"title": "{{ event.second | default('') }}", "link": "{{ event.link | default('') }}"},
        ],
    },
    {"type": "divider"},
    {
        "type": "raw",
        "html": '<b>{{ profile.first_name }}</b> <a href="https://shop.example/{{ variant.sku }}">more</a>',
    },
]


def sent(*blocks: dict[str, Any], **roots: dict[str, Any]) -> RenderedEmail:
    message = parse_messages({"mail": {"channel": "email", "subject": "Back", "blocks": list(blocks)}})["mail"]
    rendered = render(message, replace(make_context(), **tags(**roots)))
    assert isinstance(rendered, RenderedEmail)
    return rendered


def test_every_block_is_drawn_for_wide_and_narrow_screens_without_asking_anybody_else() -> None:
    page = sent(*ALL_BLOCKS)

    for words in ("Good news", "It is back.", "See all", "Fjell jacket", "Back in stock", "Hat", "€20", "<b>Åsa</b>"):
        assert words in page.html
    assert "@media only screen and (min-width:480px)" in page.html
    assert "mj-column-per-50" in page.html, "the grid has columns that stand below one another on a phone"
    assert "prefers-color-scheme: dark" in page.html
    assert "fonts.googleapis" not in page.html
    assert "wlslot" not in page.html + page.text


def test_an_item_of_a_grid_without_a_title_is_left_out_with_its_link() -> None:
    page = sent(*ALL_BLOCKS)

    assert [link.target for link in page.links] == [
        "button_4",
        "product_5",
        "product_6",
        "product_7_1",
        "product_7_2",
        "raw_9_link_1",
    ]
    assert "Scarf &amp; more" in page.html
    assert "Hat · €20" in page.text
    with pytest.raises(NoLink):
        sent({"type": "product_grid", "items": [{"title": "Hat", "link": ""}]})


def test_links_of_raw_html_are_checked_and_counted_and_its_values_are_escaped() -> None:
    page = sent(ALL_BLOCKS[-1], profile={"first_name": "<i>Eve</i>"})

    assert "<b>&lt;i&gt;Eve&lt;/i&gt;</b>" in page.html
    (link,) = page.links
    assert (link.target, link.url) == ("raw_1_link_1", "https://shop.example/FJELL-M")
    assert link.href in page.html
    assert link.href in page.text
    with pytest.raises(ForbiddenLink):
        sent({"type": "raw", "html": '<a href="https://{{ variant.sku }}.evil.example">x</a>'})
    broken = parse_messages(
        {"mail": {"channel": "email", "subject": "x", "blocks": [{"type": "raw", "html": "{{ oops }}"}]}}
    )
    problem = problem_with(broken["mail"])
    assert isinstance(problem, TemplateProblem)
    assert problem.field == "blocks.0.html"


def test_text_of_a_person_never_passes_for_a_place_of_the_layout() -> None:
    page = sent({"type": "raw", "html": "{{ profile.first_name }}"}, profile={"first_name": "wlslot0z wlif1z"})

    assert "wlslot0z wlif1z" in page.html
