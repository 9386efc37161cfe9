"""A channel: tell a channel of the shop's own Slack, by an incoming webhook."""

import os

import httpx
from pydantic import Field

from activities.errors import PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.messages.custom import CustomChannel

GONE, REFUSED, BROKEN, TOO_MANY_REQUESTS = 410, 400, 500, 429


class SlackMessage(CustomChannel):
    """Tell the team on Slack.

    The message goes to a channel of the shop's own Slack, whose incoming webhook is in SLACK_WEBHOOK_URL.
    """

    name = "slack"
    label = "Slack"

    text: str = Field(
        min_length=1, max_length=4_000, description="What is said; Slack's marks for bold and links work."
    )
    emoji: str = Field(default=":bell:", max_length=60, description="The picture beside it.")

    async def send(self, to: str, *, key: str) -> str | None:  # noqa: ARG002 - Slack knows no keys
        """Post it; an answer that does not come leaves it unknown, as Slack would show a second one."""
        said = {"text": self.text, "icon_emoji": self.emoji}
        try:
            async with httpx.AsyncClient() as slack:
                answer = await slack.post(os.environ["SLACK_WEBHOOK_URL"], json=said)
        except httpx.ConnectError as error:
            raise TemporaryDeliveryFailure("unreachable", str(error)) from error
        if answer.status_code == TOO_MANY_REQUESTS or answer.status_code >= BROKEN:
            raise TemporaryDeliveryFailure("provider_unavailable", answer.text[:200])
        if answer.status_code >= REFUSED:
            raise PermanentDeliveryFailure("refused", answer.text[:200], address_gone=answer.status_code == GONE)
        return None
