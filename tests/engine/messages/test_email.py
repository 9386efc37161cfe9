"""E-mail: blocks and HTML become one message in two forms, with every link counted and every value escaped."""

import dataclasses
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.messages.content import EmailContent, parse_messages
from engine.messages.errors import ForbiddenLink, MissingValue, NoLink, TemplateProblem
from engine.messages.html_pieces import pieces_of
from engine.messages.render import problem_with, render
from engine.messages.rendered import RenderedEmail
from tests.engine.messages.conftest import EMOJI, make_context

BLOCKS: list[dict[str, Any]] = [
    {"type": "heading", "text": "Good news, {{ profile.first_name | default('friend') }}"},
    {"type": "text", "text": "It is back.\n\nIn your size."},
    {"type": "product_card"},
    {"type": "image", "src": "https://cdn.example/shop.jpg", "alt": "Our shop", "link": "https://shop.example/about"},
    {"type": "divider"},
    {"type": "button", "text": "See all", "link": "https://shop.example/all?a=1&b=2"},
]
PAGE = """<html><head><style>p { color: red }</style></head><body class="{{ 'a' }}">
<p>Hi {{ profile.first_name }} &amp; all,<br>it is <b>back</b>.</p>
<a class="x" href="{{ product.url }}">{{ product.name }}</a>
{% for item in event["items"] %}<a href='https://shop.example/?q="x"'></a>
<a title="{{ 1 > 0 }}" href="https://shop.example/{{ item.name }}">{{ item.name }}</a> {% endfor %}
<a href="mailto:help@shop.example">Mail</a> <a href="#top">Top</a> <a href="{{ links.unsubscribe }}">Stop</a>
</body></html>"""


def email(**changes: Any) -> EmailContent:
    fields: dict[str, Any] = {"channel": "email", "subject": "{{ product.name }} is back", **changes}
    if "html" not in fields:
        fields.setdefault("blocks", BLOCKS)
    (message,) = parse_messages({"restock": fields}).values()
    assert isinstance(message, EmailContent)
    return message


def sent(context: dict[str, dict[str, Any]] | None = None, **changes: Any) -> RenderedEmail:
    return render(email(**changes), make_context(**(context or {})))


class Page(HTMLParser):
    """What a reader of the HTML meets: its links and pictures, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.words = ""
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag == "img":
            self.pictures.append(values.get("src") or "")

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.spec("F-108")
def test_blocks_become_html_with_the_product_in_it() -> None:
    page = Page(sent().html)

    for words in ("Good news, Åsa", "It is back.", "Fjell jacket", "€149.00", "Buy now", "See all"):
        assert words in page.words
    assert page.pictures == ["https://cdn.example/fjell.jpg", "https://cdn.example/shop.jpg"]
    *links, unsubscribe = page.links
    assert [link.rpartition("-")[2] for link in links] == ["product_3", "product_3", "image_4", "button_6"]
    assert unsubscribe == "https://waitline.example/u/1"


def test_blocks_become_text_with_the_same_words_and_links() -> None:
    click = "https://waitline.example/c/snd_01kbjv0m8e5w3tq9z7c2r4x6yd"

    assert sent().text == (
        "Good news, Åsa\n\nIt is back.\n\nIn your size.\n\n"
        f"Fjell jacket · €149.00\nBuy now: {click}-product_3\n\n"
        f"Our shop: {click}-image_4\n\n---\n\nSee all: {click}-button_6\n\n"
        "Unsubscribe: https://waitline.example/u/1\n"
    )


def test_the_links_of_blocks_are_known_with_where_they_lead() -> None:
    assert [(link.target, link.url) for link in sent(utm={"source": "w"}).links] == [
        ("product_3", "https://shop.example/products/fjell?variant=FJELL-M&utm_source=w"),
        ("image_4", "https://shop.example/about?utm_source=w"),
        ("button_6", "https://shop.example/all?a=1&b=2&utm_source=w"),
    ]


def test_values_are_escaped_wherever_they_stand() -> None:
    hostile = {"profile": {"first_name": '<script>alert("1")</script>'}, "product": {"name": '"><img src=x>'}}

    page = Page(sent(hostile).html)

    assert "script" not in page.tags
    assert len(page.pictures) == 2
    assert '<script>alert("1")</script>' in page.words


def test_what_staff_write_in_a_block_is_text_not_markup() -> None:
    page = Page(sent(blocks=[{"type": "text", "text": "5 < 6 & <b>7</b>\nnext line"}]).html)

    assert "5 < 6 & <b>7</b>" in page.words
    assert "b" not in page.tags
    assert "br" in page.tags


def test_a_value_cannot_pretend_to_be_a_hole_of_the_layout() -> None:
    page = Page(sent({"profile": {"first_name": "wlslot0z wlif1z"}}).html)

    assert "Good news, wlslot0z wlif1z" in page.words


def test_a_product_without_a_picture_or_price_has_no_empty_frame() -> None:
    bare = sent({"product": {"image_url": None, "price": None}}, blocks=[{"type": "product_card"}])

    assert Page(bare.html).pictures == []
    assert "€" not in bare.html
    assert bare.text.startswith("Fjell jacket\nBuy now: ")


@pytest.mark.spec("F-106")
def test_emoji_stand_in_subject_html_and_text() -> None:
    message = sent({"product": {"name": EMOJI}}, subject=f"{EMOJI} {{{{ product.name }}}}")

    assert message.subject == f"{EMOJI} {EMOJI}"
    assert EMOJI in message.html
    assert EMOJI in message.text


def test_the_preheader_is_in_the_html_but_not_to_be_seen() -> None:
    hidden = re.compile(r'<div style="display:none[^"]*">For Åsa &amp; co</div>')

    for body in ({"blocks": BLOCKS}, {"html": PAGE}, {"html": "<p>No body element</p>"}):
        assert hidden.search(sent(preheader="For {{ profile.first_name }} & co", **body).html)


@pytest.mark.parametrize("field", ["subject", "from_name", "preheader"])
def test_no_value_can_add_a_header(field: str) -> None:
    hostile = {"profile": {"first_name": "Åsa\r\nBcc: everyone@example.org"}}

    message = sent(hostile, **{field: "{{ profile.first_name }}"})

    assert getattr(message, field) == "Åsa Bcc: everyone@example.org"


@pytest.mark.parametrize("field", ["from_address", "reply_to"])
@pytest.mark.parametrize("address", ["a@b.example\r\nBcc: c@d.example", "a b@c.example", "no-address", "a@b>c"])
def test_sender_addresses_are_addresses(field: str, address: str) -> None:
    with pytest.raises(ValidationError, match=field):
        email(**{field: address})


def test_the_links_of_html_are_counted_each_by_itself_and_others_left_alone() -> None:
    message = sent(html=PAGE)

    assert [(link.target, link.url) for link in message.links] == [
        ("link_1", "https://shop.example/products/fjell?variant=FJELL-M"),
        ("link_2", "https://shop.example/?q=%22x%22"),
        ("link_3", "https://shop.example/Hat"),
        ("link_2_2", "https://shop.example/?q=%22x%22"),
        ("link_3_2", "https://shop.example/Scarf"),
    ]
    hrefs = {link.href for link in message.links}
    assert [link for link in Page(message.html).links if link not in hrefs] == [
        "mailto:help@shop.example",
        "#top",
        "https://waitline.example/u/1",
    ]


def test_the_text_version_of_html_has_its_words_and_its_links_once() -> None:
    message = sent(html=PAGE)

    assert "color" not in message.text
    assert "Hi Åsa & all,\nit is back." in message.text
    for link in message.links:
        assert message.text.count(f"({link.href})") == 1


def test_html_escapes_values_and_keeps_markup() -> None:
    message = sent({"profile": {"first_name": "<i>Åsa</i>"}}, html=PAGE)

    assert "&lt;i&gt;Åsa&lt;/i&gt;" in message.html
    assert "<b>back</b>" in message.html
    assert "<i>Åsa</i>" in message.text


def test_links_of_html_follow_the_rules_of_links() -> None:
    with pytest.raises(ForbiddenLink):
        sent({"product": {"url": "https://evil.example/"}}, html='<a href="{{ product.url }}">x</a>')
    with pytest.raises(NoLink):
        sent(html='<a href="">x</a>')
    with pytest.raises(MissingValue) as problem:
        sent({"product": {"url": None}}, html='<p>\n<a href="{{ product.url }}">x</a>')
    assert (problem.value.line, problem.value.tag) == (2, "product.url")


@given(st.text(alphabet="<>/a b=\"'!-{}%#", max_size=60))
def test_pages_are_taken_apart_without_losing_anything(source: str) -> None:
    assert "".join(piece.source for piece in pieces_of(source)) == source


@pytest.mark.parametrize("html", ["<a " * 20_000, '<a href="' * 10_000, "{{" * 10_000, "<a href='{{ '" * 5_000])
def test_malformed_html_is_read_in_reasonable_time(html: str) -> None:
    problem = problem_with(email(html=html))

    assert problem is None or isinstance(problem, TemplateProblem)


def test_an_own_text_version_wins() -> None:
    for body in ({"blocks": BLOCKS}, {"html": PAGE}):
        assert sent(text="Just {{ product.name }}", **body).text == "Just Fjell jacket\n"


@pytest.mark.parametrize("body", [{"blocks": []}, {"blocks": BLOCKS, "html": PAGE}])
def test_an_email_has_either_blocks_or_html(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="either blocks or HTML"):
        email(**body)


def test_a_problem_in_a_block_names_the_block() -> None:
    problem = problem_with(email(blocks=[BLOCKS[0], {"type": "text", "text": "a\n{{ prodct }}"}]))

    assert isinstance(problem, TemplateProblem)
    assert (problem.field, problem.line) == ("blocks.1.text", 2)


def test_without_an_unsubscribe_address_there_is_no_empty_footer() -> None:
    bare = render(email(), dataclasses.replace(make_context(), links={}))

    assert "Unsubscribe" not in bare.html
    assert "Unsubscribe" not in bare.text
    assert bare.unsubscribe_url is None
