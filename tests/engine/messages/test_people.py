"""What people type: phone numbers and replies, and the amounts that they read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.messages.addresses import EmailAddress, PhoneNumber, PushAddress
from engine.messages.money import Money
from engine.messages.phone import NotAPhoneNumber, read_phone
from engine.messages.replies import ReplyMeaning, read_reply


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("+47 22 12 34 56", None, "+4722123456"),
        ("22 12 34 56", "NO", "+4722123456"),
        ("0049 (0)30 123456", "FR", "+4930123456"),
        ("(415) 555-2671", "US", "+14155552671"),
    ],
)
def test_phone_numbers_become_e164(typed: str, region: str | None, number: str) -> None:
    assert read_phone(typed, region) == PhoneNumber(number=number)


@pytest.mark.parametrize("typed", ["", "hello", "22 12 34 56", "+999 1", "+47 1", "+1" + "5" * 40, "+47 22\n12 x"])
def test_what_is_no_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        read_phone(typed)


@pytest.mark.spec("F-102")
@pytest.mark.parametrize("word", ["STOP", "stop", " Stop. ", "STOPALL", "Unsubscribe!", "cancel", "END", "Quit\n"])
def test_stop_words_ask_to_stop(word: str) -> None:
    assert read_reply(word) is ReplyMeaning.STOP


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("START", ReplyMeaning.START),
        ("yes", ReplyMeaning.START),
        ("Unstop", ReplyMeaning.START),
        ("HELP", ReplyMeaning.HELP),
        ("info?", ReplyMeaning.HELP),
        ("please do not stop", ReplyMeaning.OTHER),
        ("stop sign", ReplyMeaning.OTHER),
        ("", ReplyMeaning.OTHER),
        ("👍", ReplyMeaning.OTHER),
    ],
)
def test_other_replies(text: str, meaning: ReplyMeaning) -> None:
    assert read_reply(text) is meaning


@given(st.text())
def test_any_reply_means_something(text: str) -> None:
    assert read_reply(text) in ReplyMeaning


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        (4990, "EUR", "en", "€49.90"),
        (4990, "EUR", "de-AT", "49,90\N{NO-BREAK SPACE}€"),
        (123456789, "USD", "en", "$1,234,567.89"),
        (123456789, "NOK", "nb", "1.234.567,89\N{NO-BREAK SPACE}NOK"),
        (-5, "GBP", "en", "-£0.05"),
        (1500, "JPY", "en", "¥1,500"),
        (1234, "KWD", "en", "1.234\N{NO-BREAK SPACE}KWD"),
    ],
)
def test_amounts_are_written_as_people_read_them(amount: int, currency: str, language: str, written: str) -> None:
    assert Money(amount=amount, currency=currency).written(language) == written


@pytest.mark.parametrize(
    "address",
    ["a@b.example", "å@bücher.example", "a.b+c@x.example"],
)
def test_mail_addresses(address: str) -> None:
    assert EmailAddress(address=address).address == address


@pytest.mark.parametrize("address", ["", "a", "a@", "@b", "a b@c.example", "a@b.example\nBcc: x@y", "a@b@c", "<a@b>"])
def test_what_is_no_mail_address(address: str) -> None:
    with pytest.raises(ValidationError):
        EmailAddress(address=address)


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "ftp://x.example/"},
        {"endpoint": "/relative"},
        {"endpoint": "https://user@x.example/"},
        {"endpoint": "https://x.example/" + "x" * 3000},
        {"p256dh": "A" * 87},
        {"p256dh": "B" * 20},
        {"auth": "short"},
    ],
)
def test_a_push_subscription_that_no_browser_makes_is_refused(changes: dict[str, str]) -> None:
    usual = {"endpoint": "https://push.example/1", "p256dh": "B" + "A" * 86, "auth": "A" * 22}
    PushAddress.model_validate(usual)

    with pytest.raises(ValidationError):
        PushAddress.model_validate({**usual, **changes})
