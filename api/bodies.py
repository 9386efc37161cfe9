"""The base of every request body: frozen, strict about unknown fields, and free of text that no database takes."""

from typing import Any, LiteralString, cast

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

UNSTORABLE_TEXT: LiteralString = "Text must not hold NUL characters or half surrogate pairs"


class Body(BaseModel):
    """A request body. Unknown fields are refused by name; NUL characters and half surrogate pairs anywhere are, too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unstorable_text(cls, given: Any) -> Any:
        if holds_unstorable_text(given):
            raise PydanticCustomError("unstorable_text", UNSTORABLE_TEXT)
        return given


def is_storable(text: str) -> bool:
    """Whether every database and every channel can carry this text."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def holds_unstorable_text(value: Any) -> bool:
    """Whether any text in this JSON is not storable."""
    if isinstance(value, str):
        return not is_storable(value)
    if isinstance(value, dict):
        held = cast(dict[Any, Any], value)
        return any(holds_unstorable_text(key) or holds_unstorable_text(one) for key, one in held.items())
    if isinstance(value, list):
        return any(holds_unstorable_text(one) for one in cast(list[Any], value))
    return False
