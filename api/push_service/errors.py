"""Why the push service refuses a message. The statuses are the protocol itself (RFC 8030, RFC 8292).

::

    PushRefused
    ├── MalformedPush       400  a header is missing or makes no sense
    ├── Unauthorized        401  no VAPID token, or one that does not hold
    ├── WrongKey            403  the subscription is bound to another VAPID key
    ├── UnknownSubscription 410  there is no such subscription (any more)
    └── PayloadTooLarge     413  more than 4096 bytes
"""

from typing import ClassVar


class PushRefused(Exception):
    """The push service did not take the message; the class says why and the text says what to do."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "push_refused"


class MalformedPush(PushRefused):
    """A header of the push request is missing or makes no sense: correct it and send again."""

    code = "malformed_push"


class Unauthorized(PushRefused):
    """The subscription asks for a VAPID token and this request brought none that holds: sign a fresh one."""

    status = 401
    code = "unauthorized"


class WrongKey(PushRefused):
    """The subscription was made for another application server key: send with that key, or subscribe anew."""

    status = 403
    code = "wrong_key"


class UnknownSubscription(PushRefused):
    """No browser holds this subscription (any more): remove it and do not send to it again."""

    status = 410
    code = "unknown_subscription"


class PayloadTooLarge(PushRefused):
    """A push message is at most 4096 bytes, encryption included: send less and let the page fetch the rest."""

    status = 413
    code = "payload_too_large"
