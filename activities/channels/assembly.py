"""The senders of a process, made from the settings."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from activities.channels.channel import Channel, Channels
from activities.channels.email import EmailChannel
from activities.channels.google_tokens import ServiceAccount
from activities.channels.mobile_push import MobilePushChannel
from activities.channels.sms import SmsChannel, TwilioAccount
from activities.channels.smtp_pool import SmtpServer
from activities.channels.vapid import VapidKey
from activities.channels.web_push import WebPushChannel
from activities.channels.webhook import WebhookChannel
from activities.errors import ChannelNotSetUp
from engine.settings import Settings

TWILIO_STATUS_PATH = "/v1/providers/twilio/status"
TWILIO_INBOUND_PATH = "/v1/providers/twilio/inbound"
FCM_TOKEN_PATH = "/token"  # noqa: S105 - where the local double gives tokens, not one


def open_channels(settings: Settings) -> Channels:
    """Every channel that has a provider. Nothing connects before the first message.

    Raises:
        ChannelNotSetUp: the VAPID key is missing, or a secret cannot be read.
    """
    return {name: open_channel(settings, name) for name in sorted(settings.ready_channels)}


def open_channel(settings: Settings, name: str) -> Channel[Any, Any]:
    """The channel of this name; what the others need may be missing.

    Raises:
        ChannelNotSetUp: a setting is missing that this channel needs, or its secret cannot be read.
    """
    try:
        return _OPENERS[name](settings)
    except ValueError as error:
        raise ChannelNotSetUp(str(error)) from error


def _web_push(settings: Settings) -> WebPushChannel:
    if settings.vapid_private_key is None:
        raise ChannelNotSetUp("Web push needs a VAPID key; set WAITLINE_VAPID_PRIVATE_KEY and restart.")
    return WebPushChannel(
        VapidKey.from_text(settings.vapid_private_key.get_secret_value()),
        settings.vapid_subject,
        allow_private_endpoints=settings.allow_private_endpoints,
    )


def _mobile_push(settings: Settings) -> MobilePushChannel:
    if settings.fcm_service_account is None:
        raise ChannelNotSetUp(
            "Mobile push needs a Firebase service account; set WAITLINE_FCM_SERVICE_ACCOUNT and restart."
        )
    account = ServiceAccount.from_text(settings.fcm_service_account.get_secret_value())
    if settings.fcm_base_url is None:
        return MobilePushChannel(account)
    local = replace(account, token_url=settings.fcm_base_url.rstrip("/") + FCM_TOKEN_PATH)
    return MobilePushChannel(local, base_url=settings.fcm_base_url)


def _email(settings: Settings) -> EmailChannel:
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=password,
        security=settings.smtp_security,
    )
    return EmailChannel(server, settings.email_from)


def _sms(settings: Settings) -> SmsChannel:
    if "sms" not in settings.ready_channels:
        raise ChannelNotSetUp(
            "SMS needs a Twilio account; set WAITLINE_TWILIO_ACCOUNT_SID and WAITLINE_TWILIO_AUTH_TOKEN and restart."
        )
    account = TwilioAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        base_url=settings.twilio_base_url,
    )
    return SmsChannel(account, settings.sms_from, f"{settings.resolved_public_url}{TWILIO_STATUS_PATH}")


def _webhook(settings: Settings) -> WebhookChannel:
    if settings.webhook_secret is None:
        raise ChannelNotSetUp("Webhooks need a secret to be signed with; set WAITLINE_WEBHOOK_SECRET and restart.")
    return WebhookChannel(
        settings.webhook_secret.get_secret_value(), allow_private_endpoints=settings.allow_private_endpoints
    )


_OPENERS: Mapping[str, Callable[[Settings], Channel[Any, Any]]] = {
    "web_push": _web_push,
    "mobile_push": _mobile_push,
    "email": _email,
    "sms": _sms,
    "webhook": _webhook,
}


async def close_channels(channels: Channels) -> None:
    """Give up every kept connection."""
    for channel in channels.values():
        await channel.close()
