"""A node type: book loyalty points for whoever comes by, in the shop's own programme."""

import os
from datetime import timedelta

import httpx
from pydantic import Field

from engine.journey.custom import CustomNode, Later, Situation

TOO_MANY_REQUESTS = 429


class LoyaltyPoints(CustomNode):
    """Book loyalty points for the profile.

    It leaves by `booked`, or by `no_account` when the profile is no member of the programme. The programme's address is
    in LOYALTY_URL. It keeps the key of each booking, so that none counts twice however often it is tried.
    """

    type = "loyalty_points"
    label = "Loyalty points"
    outlets = ("booked", "no_account")

    points: int = Field(default=50, ge=1, le=10_000, description="How many points are booked.")
    reason: str = Field(default="", max_length=120, description="What the account says they are for.")

    async def run(self, situation: Situation) -> str | Later:
        """Book them, once."""
        member = situation.profile.get("loyalty_id")
        if not member:
            return "no_account"
        booking = {"member": member, "points": self.points, "reason": self.reason}
        async with httpx.AsyncClient() as programme:
            url = os.environ["LOYALTY_URL"]
            answer = await programme.post(f"{url}/bookings", json=booking, headers={"Idempotency-Key": situation.key})
        if answer.status_code == TOO_MANY_REQUESTS:
            return Later(timedelta(minutes=10), "programme_busy")
        answer.raise_for_status()
        return "booked"
