"""SMS: what is sent, and how many segments it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.messages.content import SmsContent, WebhookContent, WebhookField
from engine.messages.errors import NoLink, TemplateProblem
from engine.messages.links import LinkTemplate
from engine.messages.render import render
from engine.messages.sms import measure_sms
from tests.engine.messages.conftest import EMOJI, SEND_ID, make_context


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("ÆØÅ é ñ £ ¥ Ω @ \n", "GSM-7", 17, 1),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("€" * 76 + "a" + "€" * 76, "GSM-7", 305, 2),
        ("€" * 76 + "€" * 77, "GSM-7", 306, 3),
        ("á" + "a" * 69, "UCS-2", 70, 1),
        ("á" + "a" * 70, "UCS-2", 71, 2),
        ("á" + "a" * 133, "UCS-2", 134, 2),
        ("á" + "a" * 134, "UCS-2", 135, 3),
        ("🧥" * 35, "UCS-2", 70, 1),
        ("🧥" * 36, "UCS-2", 72, 2),
        ("🧥" * 67, "UCS-2", 134, 3),
        ("`", "UCS-2", 1, 1),
    ],
)
def test_segments_are_counted_as_networks_do(text: str, encoding: str, units: int, segments: int) -> None:
    measured = measure_sms(text)

    assert (measured.encoding, measured.units, measured.segments) == (encoding, units, segments)


@given(st.text(max_size=400), st.text(max_size=10))
def test_more_text_never_takes_fewer_segments(text: str, more: str) -> None:
    assert measure_sms(text + more).segments >= measure_sms(text).segments


def test_the_click_link_stands_where_the_text_says() -> None:
    content = SmsContent(
        text="{{ product.name }}: {{ link }}", link=LinkTemplate(url="{{ product.url }}"), sender="Shop"
    )

    message = render(content, make_context())

    assert message.text == f"Fjell jacket: https://waitline.example/c/{SEND_ID}-link"
    assert (message.sender, message.encoding, message.segments) == ("Shop", "GSM-7", 1)


@pytest.mark.spec("F-106")
def test_emoji_survive_and_cost_ucs_2() -> None:
    message = render(SmsContent(text=EMOJI), make_context())

    assert (message.text, message.encoding) == (EMOJI, "UCS-2")


@pytest.mark.spec("F-108")
def test_product_tags_work_in_texts() -> None:
    content = SmsContent(text="{{ product.name }} {{ product.price }} {{ product.image_url }}")

    assert render(content, make_context()).text == "Fjell jacket €149.00 https://cdn.example/fjell.jpg"


def test_a_text_without_a_link_knows_no_link_tag() -> None:
    with pytest.raises(TemplateProblem, match="no tag named 'link'"):
        render(SmsContent(text="{{ link }}"), make_context())


@pytest.mark.spec("F-113")
def test_a_text_whose_link_is_empty_is_not_sent() -> None:
    content = SmsContent(text="{{ link }}", link=LinkTemplate(url="{{ product.page }}"))

    with pytest.raises(NoLink):
        render(content, make_context())


def test_a_webhook_carries_its_fields_and_the_send() -> None:
    content = WebhookContent(
        url="https://crm.example/hooks", fields=(WebhookField(name="sku", value="{{ variant.sku }}"),)
    )

    message = render(content, make_context())

    assert message.url == "https://crm.example/hooks"
    assert message.body == f'{{"send_id": "{SEND_ID}", "sku": "FJELL-M"}}'
