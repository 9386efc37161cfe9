"""The base of every frozen value in the engine."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value: equal by content, hashable where its fields are, strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="iso8601")
