"""The senders of a process, made from the settings."""

from typing import Any

from activities.channels.channel import Channel, Channels
from activities.channels.email import EmailChannel
from activities.channels.sms import SmsChannel, TwilioAccount
from activities.channels.smtp_pool import SmtpServer
from activities.channels.vapid import VapidKey
from activities.channels.web_push import WebPushChannel
from activities.channels.webhook import WebhookChannel
from engine.settings import Settings

TWILIO_STATUS_PATH = "/v1/providers/twilio/status"
TWILIO_INBOUND_PATH = "/v1/providers/twilio/inbound"


def open_channels(settings: Settings) -> Channels:
    """Every channel that the settings can serve. Nothing connects before the first message.

    Raises:
        ValueError: the VAPID key is missing, or a secret cannot be read.
    """
    if settings.vapid_private_key is None:
        raise ValueError("Web push needs a VAPID key; set WAITLINE_VAPID_PRIVATE_KEY.")
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    channels: dict[str, Channel[Any, Any]] = {
        "web_push": WebPushChannel(
            VapidKey.from_text(settings.vapid_private_key.get_secret_value()),
            settings.vapid_subject,
            allow_private_endpoints=settings.allow_private_endpoints,
        ),
        "email": EmailChannel(
            SmtpServer(
                host=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_username,
                password=password,
                security=settings.smtp_security,
            ),
            settings.email_from,
        ),
        "sms": SmsChannel(
            TwilioAccount(
                account_sid=settings.twilio_account_sid,
                auth_token=settings.twilio_auth_token.get_secret_value(),
                base_url=settings.twilio_base_url,
            ),
            settings.sms_from,
            f"{settings.resolved_public_url}{TWILIO_STATUS_PATH}",
        ),
    }
    if settings.webhook_secret is not None:
        channels["webhook"] = WebhookChannel(
            settings.webhook_secret.get_secret_value(), allow_private_endpoints=settings.allow_private_endpoints
        )
    return channels


async def close_channels(channels: Channels) -> None:
    """Give up every kept connection."""
    for channel in channels.values():
        await channel.close()
