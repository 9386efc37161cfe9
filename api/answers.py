"""The base of every answer, and the shapes that several answers share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType

Channel = TypeAliasType(
    "Channel",
    Annotated[
        str,
        Field(
            description="web_push, mobile_push, email, sms, webhook, or one that a plugin brings.",
            examples=["web_push"],
            pattern=r"^[a-z][a-z0-9_]{0,30}$",
        ),
    ],
)
JourneyStatus = TypeAliasType("JourneyStatus", Literal["draft", "test", "active", "paused", "ended"])
WaitState = TypeAliasType(
    "WaitState", Literal["pending", "sent", "failed", "expired", "unsubscribed", "purchased", "held_out"]
)
WaitSource = TypeAliasType("WaitSource", Literal["explicit", "wishlist", "favorite", "view", "cart", "purchase"])


class Answer(BaseModel):
    """An answer, made from what a repository found. Fields that are always sent are required in its schema."""

    model_config = ConfigDict(frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True)


class Page(Answer):
    """One page of a list. `next` is the cursor of the next page, null on the last."""

    next: Annotated[
        str | None, Field(description="Send it as `cursor` to read on; null on the last page.", examples=["WyIyMDI3…"])
    ] = None


class Variant(Answer):
    """A variant by its SKU and in words."""

    sku: Annotated[str, Field(examples=["FJELL-M"])]
    title: Annotated[str, Field(examples=["Fjell jacket, size M"])]


class JourneyRef(Answer):
    """A journey by its name."""

    id: Annotated[str, Field(examples=["jny_01kbjv0m8e5w3tq9z7c2r4x6yd"])]
    name: Annotated[str, Field(examples=["Back in stock"])]
