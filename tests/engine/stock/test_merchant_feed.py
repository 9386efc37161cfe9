"""Product feeds: what is read of them, what is reported, and what they cannot do to us."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stock.merchant_feed import FeedItem, FeedProblem, MerchantFeed

HEAD = (
    '<?xml version="1.0"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>\n'
)
TAIL = "</channel></rss>"


def item(item_id: str, **fields: str) -> str:
    """One item on one line."""
    known = {
        "title": "Fjell jacket",
        "link": f"https://shop.example/{item_id}",
        "price": "199.00 EUR",
        "availability": "in_stock",
    } | fields
    inner = "".join(f"<g:{name}>{value}</g:{name}>" for name, value in known.items() if value)
    return f"<item><g:id>{item_id}</g:id>{inner}</item>\n"


def read(*items: str, currency: str | None = None, head: str = HEAD, tail: str = TAIL, size: int = 64) -> list[Any]:
    feed = MerchantFeed(currency)
    raw = (head + "".join(items) + tail).encode()
    found = [one for start in range(0, len(raw), size) for one in feed.read(raw[start : start + size])]
    return found + feed.finish()


def ids(found: list[Any]) -> list[str]:
    return [one.id for one in found if isinstance(one, FeedItem)]


def problems(found: list[Any]) -> list[tuple[int, str, str | None]]:
    return [(one.line, one.code, one.item) for one in found if isinstance(one, FeedProblem)]


def test_an_item_is_read_with_all_that_the_feed_says_of_it() -> None:
    shipping = "<g:shipping><g:country>NO</g:country><g:price>5.00 EUR</g:price></g:shipping>"
    [found] = read(
        item(
            "FJELL-M",
            item_group_id="fjell",
            sale_price="149.50 EUR",
            image_link="https://shop.example/fjell.jpg",
            product_type="Clothes &gt; Jackets",
            size="M",
            custom_label_0="winter",
        ).replace("</item>", f"{shipping}</item>")
    )
    assert (found.line, found.id, found.group, found.price, found.original_price) == (
        3,
        "FJELL-M",
        "fjell",
        14950,
        19900,
    )
    assert (found.currency, found.units, found.is_counted) == ("EUR", 1, False)
    assert found.attributes["category"] == "Clothes > Jackets"
    assert found.attributes["custom_label_0"] == "winter"
    assert found.attributes["shipping"] == {"country": "NO", "price": "5.00 EUR"}


@pytest.mark.parametrize(
    ("availability", "quantity", "units", "is_counted"),
    [
        ("in stock", "", 1, False),
        ("In_Stock", "7", 7, True),
        ("out_of_stock", "7", 0, False),
        ("out of stock", "", 0, False),
        ("preorder", "", 0, False),
        ("backorder", "", 0, False),
        ("", "", None, False),
    ],
)
def test_availability_is_understood_as_shops_write_it(
    availability: str, quantity: str, units: int | None, is_counted: bool
) -> None:
    [found] = read(item("A", availability=availability, quantity=quantity))
    assert (found.units, found.is_counted) == (units, is_counted)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (item("B", title=""), "missing_field"),
        (item("B", link=""), "missing_field"),
        (item("B", link="javascript:alert(1)"), "bad_link"),
        (item("B", price="about ten"), "bad_price"),
        (item("B", price="199.00 NOK"), "wrong_currency"),
        (item("A"), "duplicate_id"),
        (item("B" * 300), "bad_id"),
        (item("B", description="x" * 120_000), "too_large"),
        (item("B").replace("</item>", "<a/>" * 120_000 + "</item>"), "too_large"),
        ("<item><g:title>No id</g:title></item>\n", "missing_field"),
    ],
)
def test_a_bad_item_is_reported_by_its_line_and_the_rest_is_read(bad: str, code: str) -> None:
    found = read(item("A"), bad, item("C"), currency="EUR")
    assert ids(found) == ["A", "C"]
    assert [(line, found_code) for line, found_code, _ in problems(found)] == [(4, code)]


def test_an_unknown_availability_is_reported_and_the_rest_of_the_item_counts() -> None:
    found = read(item("A", availability="soonish"))
    assert problems(found) == [(3, "unknown_availability", "A")]
    assert [one.units for one in found if isinstance(one, FeedItem)] == [None]


def test_a_file_that_breaks_off_gives_what_came_before() -> None:
    found = read(item("A"), item("B"), "<item><g:id>C</g", tail="")
    assert ids(found) == ["A", "B"]
    assert [(line, code) for line, code, _ in problems(found)] == [(5, "not_xml")]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + HEAD[22:],
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1/steal.dtd">' + HEAD[22:],
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD[22:],
    ],
)
def test_entities_are_refused(head: str) -> None:
    found = read(item("A", title="&b;"), head=head)
    assert ids(found) == []
    assert problems(found) == [(1, "entities", None)]


@pytest.mark.parametrize(
    "endless",
    ["<item " + "x" * (5 << 20), "<item><" + "x" * (5 << 20), "<a>" * 200, "<item>" + "<a>" * 200],
    ids=["an attribute", "a name", "elements within each other", "elements within an item"],
)
def test_what_has_no_end_is_given_up_by_its_line_and_what_came_before_counts(endless: str) -> None:
    found = read(item("A"), endless, item("B"), size=1 << 18)
    assert ids(found) == ["A"]
    assert problems(found) == [(4, "not_xml", None)]


def test_the_digest_changes_with_anything_that_the_item_says() -> None:
    digests = {read(item("A", **change))[0].digest for change in ({}, {"price": "1 EUR"}, {"color": "red"}, {})}
    assert len(digests) == 3


@given(
    st.lists(
        st.one_of(st.text(max_size=30), st.sampled_from(["<item>", "</item>", "<g:id>", "&lt;", "]]>"])), max_size=12
    )
)
def test_nothing_breaks_the_reader(pieces: list[str]) -> None:
    found = read(item("A"), *pieces)
    assert ids(found)[:1] == ["A"]
    assert all(one.detail for one in found if isinstance(one, FeedProblem))
