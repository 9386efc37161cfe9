"""Phone numbers as people type them. Only the edges of Waitline read these; inside, a number is E.164."""

import phonenumbers

from engine.messages.addresses import PhoneNumber


class NotAPhoneNumber(ValueError):
    """This is not a phone number that can exist; write it with its country code, such as +47 22 12 34 56."""

    code = "not_a_phone_number"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:40]!r} is not a phone number; write it with its country code: +47 22 12 34 56.")


def read_phone(text: str, region: str | None = None) -> PhoneNumber:
    """The number in E.164. `region` (ISO 3166, such as NO) is where numbers without a country code belong.

    Raises:
        NotAPhoneNumber: it cannot be one.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise NotAPhoneNumber(text) from None
    if not phonenumbers.is_possible_number(number):
        raise NotAPhoneNumber(text)
    return PhoneNumber(number=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
