"""How a request says who it is about, and the browser that it may bring along."""

from typing import Annotated, Any, Self

from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import Request
from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from activities.channels.network import endpoint_problem
from activities.channels.push_encryption import decode_base64url
from api.bodies import Body
from api.errors import FieldProblem, KeyTooWeak, ValidationFailed
from api.security import Caller, KeyHolder
from engine.messages.addresses import MAX_ENDPOINT_LENGTH
from engine.store.consents import Proof
from engine.store.push_subscriptions import Browser

Identifier = Annotated[str, Field(min_length=1, max_length=255)]
LONGEST_USER_AGENT = 400


class ProfileRef(Body):
    """Who this is about: the shop's own id of a person, or the id that a browser made up for itself.

    Both together mean that this browser's visitor has logged in. `id` is Waitline's own, for server keys only.
    """

    external_id: Annotated[Identifier | None, Field(examples=["customer-77"])] = None
    anonymous_id: Annotated[Identifier | None, Field(examples=["7c9e6679f7425f5f"])] = None
    id: Annotated[Identifier | None, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])] = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.external_id or self.anonymous_id or self.id):
            raise PydanticCustomError("nobody", "One of external_id, anonymous_id and id is needed")
        return self


class PushKeys(Body):
    """The keys that only this browser can decrypt with (RFC 8291), base64url as browsers hand them out."""

    p256dh: Annotated[str, Field(pattern=r"^B[A-Za-z0-9_-]{86}=?$")]
    auth: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22}(==)?$")]

    @field_validator("p256dh")
    @classmethod
    def _is_a_point(cls, text: str) -> str:
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode_base64url(text))
        except ValueError:
            raise PydanticCustomError("not_a_key", "This is not a public key of the curve P-256") from None
        return text


class PushSubscriptionRef(Body):
    """A push subscription, as `PushSubscription.toJSON()` gives it in the browser."""

    endpoint: Annotated[
        str, Field(max_length=MAX_ENDPOINT_LENGTH, examples=["https://updates.push.services.mozilla.com/wpush/v2/gAAA"])
    ]
    keys: PushKeys
    expirationTime: Annotated[Any, Field(description="Browsers send it; it is not used.")] = None  # noqa: N815 - theirs

    def check_endpoint(self, field: str, *, allow_private: bool) -> None:
        """Refuse an endpoint that could lead into a private network; sending checks the very address again.

        Raises:
            ValidationFailed: naming the endpoint's field.
        """
        problem = endpoint_problem(self.endpoint, allow_private=allow_private)
        if problem is not None:
            raise ValidationFailed(errors=[FieldProblem(f"{field}.endpoint", "forbidden_endpoint", problem)])

    def browser(self, request: Request) -> Browser:
        """The browser behind it."""
        user_agent = request.headers.get("user-agent")
        return Browser(self.endpoint, self.keys.p256dh, self.keys.auth, user_agent and user_agent[:LONGEST_USER_AGENT])


def check_ref(ref: ProfileRef | None, caller: Caller) -> None:
    """Refuse Waitline's own ids from the public key: they appear in answers, and prove nothing about who sends them.

    Raises:
        KeyTooWeak: the caller holds the public key only.
    """
    if ref is not None and ref.id is not None and isinstance(caller, KeyHolder) and caller.scope == "write":
        raise KeyTooWeak("Naming a profile by its id needs a server key; send external_id or anonymous_id instead.")


def proof_of(request: Request, source: str, page_url: str | None = None) -> Proof:
    """Where an answer about consent came from."""
    return Proof(source, request.client.host if request.client else None, page_url)
