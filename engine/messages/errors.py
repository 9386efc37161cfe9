"""What can go wrong between content and a message.

    MessageError
    ├── TemplateProblem      a template cannot be used: syntax, unknown tag, forbidden construct, or a limit
    │   └── MissingValue     a tag has no value for this profile and no fallback
    ├── NoLink               link and fallback both came out empty
    ├── ForbiddenLink        a link leads where it may not
    ├── BadPicture           a picture's address is not a public https URL
    └── PayloadTooLarge      the push payload would not fit into one message

Each says which field of the content it is about, so that the composer can point at it.
"""


class MessageError(Exception):
    """The message cannot be rendered."""

    code = "message_error"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


class TemplateProblem(MessageError):
    """The template cannot be used; correct the field at the line named."""

    code = "template_problem"

    def __init__(self, field: str, detail: str, *, line: int | None = None, tag: str | None = None) -> None:
        super().__init__(field, detail if line is None else f"line {line}: {detail}")
        self.line = line
        self.tag = tag


class MissingValue(TemplateProblem):
    """A tag has no value for this profile; add a fallback: {{ tag | default("…") }}."""

    code = "missing_value"


class NoLink(MessageError):
    """The link and its fallback are both empty; give the link a fallback."""

    code = "no_link"

    def __init__(self, target: str) -> None:
        super().__init__(target, "The link and its fallback are both empty; give the link a fallback.")


class ForbiddenLink(MessageError):
    """The link leads where it may not; correct it or allow its domain."""

    code = "forbidden_link"

    def __init__(self, target: str, url: str, detail: str) -> None:
        super().__init__(target, f"{url[:200]!r} cannot be used as a link. {detail}")
        self.url = url


class BadPicture(MessageError):
    """The picture's address is not an absolute, public https URL; correct the field or the product's data."""

    code = "bad_picture"

    def __init__(self, field: str, url: str) -> None:
        super().__init__(field, f"{url[:200]!r} is not an absolute, public https URL of a picture.")
        self.url = url


class PayloadTooLarge(MessageError):
    """The push payload is larger than a push service takes; shorten the texts or links."""

    code = "payload_too_large"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__("payload", f"The message takes {size} bytes; a push service takes {limit}. Shorten it.")
        self.size = size
        self.limit = limit
