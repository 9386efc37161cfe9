"""`waitline send-test-email`: whether e-mail leaves by the server that the settings name."""

from uuid import uuid4

from activities.channels.assembly import close_channels, open_channels
from activities.channels.channel import Accepted
from api.standalone.home import with_kept_secrets
from engine.messages.addresses import EmailAddress
from engine.messages.rendered import RenderedEmail
from engine.settings import Settings

TEXT = "This is a test from Waitline. If you can read it, e-mail leaves by the server that the settings name."


async def send_test_email(settings: Settings, to: str) -> Accepted:
    """Send one test e-mail through the configured SMTP server; what the server answered.

    Raises:
        DeliveryFailure: it was not accepted; the error says why.
        ValidationError: `to` is not an e-mail address.
    """
    channels = open_channels(with_kept_secrets(settings))
    message = RenderedEmail(send_id="test", subject="A test from Waitline", html=f"<p>{TEXT}</p>", text=TEXT)
    try:
        return await channels["email"].send(
            message, EmailAddress(address=to), key=f"test-{uuid4().hex}", expires_at=None
        )
    finally:
        await close_channels(channels)
