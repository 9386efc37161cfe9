"""A small web push service for demonstrations and tests on a machine without internet.

Browsers normally receive web push through their vendor's service. This one speaks the same two protocols, so that a
real Firefox (pointed at it by ``dom.push.serverURL``) and a real sender need nothing else::

    browser  ──WebSocket "push-notification"──►  hello, register, unregister, ack, ping
             ◄──────────────────────────────────  notification
    sender   ──HTTP POST /wpush/v2/TOKEN──────►  RFC 8030 (TTL, Urgency, Topic), RFC 8292 (VAPID)

What a browser has not acknowledged is kept in one SQLite file until its time to live runs out, so neither a closed
browser nor a restart of the service loses a message. Payloads arrive and stay encrypted (RFC 8291): the service
cannot read them.

It is written for one machine and a handful of browsers, and is no push service for the public: it knows no rate
limits, and whoever reaches its port may register.
"""

from api.push_service.app import create_push_service

__all__ = ["create_push_service"]
