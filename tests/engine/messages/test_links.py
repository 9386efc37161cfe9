"""Links: where they may lead, what happens when they are empty, and what UTM parameters leave alone."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.messages.content import SmsContent
from engine.messages.errors import ForbiddenLink, NoLink
from engine.messages.links import LinkTemplate, Utm, add_utm, escape_url
from engine.messages.render import render
from engine.messages.rendered import RenderedLink
from tests.engine.messages.conftest import make_context


def led_to(url: str, fallback: str | None = None, utm: Utm | None = None, **context: object) -> RenderedLink:
    """The link that a message with this link carries."""
    content = SmsContent(text="{{ link }}", link=LinkTemplate(url=url, fallback=fallback), utm=utm)
    (link,) = render(content, make_context(**context)).links  # pyright: ignore[reportArgumentType]
    return link


@pytest.mark.spec("F-111")
@pytest.mark.parametrize(
    "url", ["https://anywhere.example/sale", "https://x.example:8443/a?b#c", "http://localhost:8/x"]
)
def test_a_static_link_is_an_absolute_https_url(url: str) -> None:
    assert led_to(url).url == url


@pytest.mark.spec("F-111")
@pytest.mark.parametrize(
    "url",
    [
        "/sale",
        "shop.example/sale",
        "//shop.example/sale",
        "http://shop.example/sale",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:///sale",
        "https://user:password@shop.example/",
        "https://shop.example:port/",
        "https://[::1/",
        "ftp://shop.example/",
    ],
)
def test_a_static_link_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenLink):
        led_to(url)


@pytest.mark.spec("F-112")
@pytest.mark.parametrize("host", ["shop.example", "www.shop.example", "a.b.shop.example", "SHOP.example"])
def test_a_dynamic_link_may_lead_to_an_allowed_domain_and_below_it(host: str) -> None:
    assert led_to("{{ product.url }}", product={"url": f"https://{host}/p"}).url == f"https://{host}/p"


@pytest.mark.spec("F-112")
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/p",
        "https://notshop.example/p",
        "https://shop.example.evil.example/p",
        "https://shop.example@evil.example/p",
        "https://evil.example\\@shop.example/p",
        "https://evil.example#@shop.example/",
        "https://evil.example?.shop.example",
        "http://shop.example/p",
        "/products/fjell",
        "javascript:alert('shop.example')",
    ],
)
def test_a_dynamic_link_may_not_lead_anywhere_else(url: str) -> None:
    with pytest.raises(ForbiddenLink):
        led_to("{{ product.url }}", product={"url": url})


@pytest.mark.spec("F-112")
def test_without_an_allowed_domain_no_dynamic_link_leads_anywhere() -> None:
    with pytest.raises(ForbiddenLink):
        led_to("{{ product.url }}", allowed=())


@pytest.mark.spec("F-113")
@pytest.mark.parametrize("empty", [None, "", "   "])
def test_an_empty_link_falls_back(empty: str | None) -> None:
    link = led_to("{{ product.url }}", "https://shop.example/new", product={"url": empty})

    assert link.url == "https://shop.example/new"


@pytest.mark.spec("F-113")
@pytest.mark.parametrize("fallback", [None, "", "{{ product.page | default('') }}"])
def test_a_message_whose_link_and_fallback_are_both_empty_is_not_sent(fallback: str | None) -> None:
    with pytest.raises(NoLink) as problem:
        led_to("{{ product.url }}", fallback, product={"url": None})

    assert problem.value.code == "no_link"


@pytest.mark.spec("F-113")
def test_a_wrong_link_does_not_fall_back_silently() -> None:
    with pytest.raises(ForbiddenLink):
        led_to("{{ product.url }}", "https://shop.example/new", product={"url": "https://evil.example/"})


@pytest.mark.spec("F-114")
def test_the_link_carries_the_exact_variant() -> None:
    link = led_to("{{ product.url }}", utm=Utm(source="waitline"))

    assert ("variant", "FJELL-M") in parse_qsl(urlsplit(link.url).query)


@pytest.mark.spec("F-117")
def test_five_parameters_are_appended_and_may_hold_tags() -> None:
    utm = Utm(source="waitline", medium="sms", campaign="{{ journey.name }}", term="{{ variant.sku }}", content="a&b=c")

    link = led_to("https://shop.example/p?size=M&q=a%20b#reviews", utm=utm)

    parts = urlsplit(link.url)
    assert parts.query.startswith("size=M&q=a%20b&")
    assert parts.fragment == "reviews"
    assert parse_qsl(parts.query)[2:] == [
        ("utm_source", "waitline"),
        ("utm_medium", "sms"),
        ("utm_campaign", "Back in stock"),
        ("utm_term", "FJELL-M"),
        ("utm_content", "a&b=c"),
    ]


@pytest.mark.spec("F-117")
def test_a_parameter_without_a_value_is_left_out_and_one_that_is_there_is_not_repeated() -> None:
    utm = Utm(source="waitline", campaign="{{ profile.tier }}", medium="")

    assert led_to("https://shop.example/?utm_source=feed", utm=utm).url == "https://shop.example/?utm_source=feed"


@pytest.mark.spec("F-117")
@given(
    query=st.text(alphabet="ab=&;%20+/?:@!$'()*,-._~", max_size=30),
    fragment=st.text(alphabet="ab=&%20/?!-", max_size=20),
    value=st.text(min_size=1, max_size=20),
)
def test_query_and_fragment_stay_byte_for_byte(query: str, fragment: str, value: str) -> None:
    url = "https://shop.example/p" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")

    parts = urlsplit(add_utm(url, (("utm_source", value.replace("\ud800", "x")),)))

    assert parts.query.startswith(query)
    assert parts.query.removeprefix(query).removeprefix("&").startswith("utm_source=")
    assert parts.fragment == fragment


@pytest.mark.spec("F-117")
def test_the_final_address_is_known_and_the_message_carries_a_click_link_to_it() -> None:
    link = led_to("https://shop.example/p", utm=Utm(source="waitline"))

    assert link.url == "https://shop.example/p?utm_source=waitline"
    assert link.href.startswith("https://waitline.example/c/")


def test_what_a_url_may_not_hold_is_percent_encoded_and_what_is_encoded_stays() -> None:
    assert escape_url(' https://x.example/å b%20c"<> ') == "https://x.example/%C3%A5%20b%20c%22%3C%3E"
