"""Fields that several requests have in common: what they may hold, and how they are brought into one form."""

from datetime import UTC, datetime
from typing import Annotated, cast
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, AwareDatetime, Field, StrictInt
from pydantic_core import PydanticCustomError

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
MOST_UNITS = 2_000_000_000


def _plausible(instant: datetime) -> datetime:
    if not _EARLIEST <= instant <= _LATEST:
        raise PydanticCustomError("instant_out_of_range", "The time must lie between the years 2000 and 2200")
    return instant.astimezone(UTC)


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        usable = False
    if not usable or any(character <= " " for character in url):
        raise PydanticCustomError("url", "An absolute http(s) address without credentials is needed")
    return url


def _mailbox(text: str) -> str:
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise PydanticCustomError("email", "{why}", {"why": str(error).rstrip(".")}) from None
    return cast(str, found.ascii_email).lower()


Instant = Annotated[AwareDatetime, AfterValidator(_plausible)]
"""An instant with its zone; it becomes UTC."""

Sku = Annotated[str, Field(min_length=1, max_length=255, examples=["FJELL-M"])]
SourceName = Annotated[str, Field(min_length=1, max_length=120, examples=["My Shop"])]
Units = Annotated[StrictInt, Field(ge=0, le=MOST_UNITS, examples=[3])]
Location = Annotated[str, Field(min_length=1, max_length=120, examples=["default"])]
WebAddress = Annotated[
    str, Field(max_length=2_000, examples=["https://shop.example/fjell"]), AfterValidator(_web_address)
]
Email = Annotated[str, Field(max_length=320, examples=["ada@example.org"]), AfterValidator(_mailbox)]
"""A mailbox, in lower case and with its domain in ASCII, so that one person is one person however she types it."""

Locale = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", examples=["de-AT"])]


def language_of(locale: str | None) -> str | None:
    """The language of a locale: `de` of `de-AT`."""
    return locale and locale.replace("_", "-").partition("-")[0].lower()


def region_of(locale: str | None) -> str | None:
    """The country of a locale, where it names one: `AT` of `de-AT`."""
    parts = (locale or "").replace("_", "-").split("-")[1:]
    return next((part.upper() for part in parts if len(part) == 2 and part.isalpha()), None)


def phone_number(typed: str, locale: str | None) -> str:
    """The phone number in E.164. One without a country code is read as people of the locale's country dial it.

    Raises:
        PydanticCustomError: it is not a number that anybody could have.
    """
    try:
        number = phonenumbers.parse(typed, region_of(locale))
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise PydanticCustomError("phone", "A phone number with its country code is needed, such as +44 20 7946 0000")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
