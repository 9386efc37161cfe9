"""Everything the HTTP API refuses, and how. The only place that knows HTTP statuses.

    ApiError
    ├── 400  MalformedRequest
    │        ├── InvalidCursor
    │        └── InvalidSignInToken
    ├── 401  Unauthenticated
    │        ├── CredentialsMissing
    │        ├── UnknownKey
    │        ├── SessionEnded
    │        ├── SignInLinkSpent
    │        ├── WrongPassword
    │        └── WrongSignature
    ├── 403  Forbidden
    │        ├── PermissionMissing
    │        ├── KeyTooWeak
    │        ├── CsrfMismatch
    │        └── ForeignOrigin
    ├── 404  NotFound
    │        ├── NoSuchRoute
    │        └── LinkUnknown
    ├── 405  MethodNotAllowed
    ├── 409  Conflict
    ├── 413  BodyTooLarge
    ├── 415  UnsupportedMediaType
    ├── 422  Unprocessable
    │        └── ValidationFailed
    ├── 429  TooManyRequests
    ├── 500  InternalError
    └── 503  Unavailable

A class's docstring is its default sentence and says what to do; `code` is stable and may be programmed against. Rooms
to the left raise their own errors and know no HTTP: `STATUS_OF` gives each of them its status, so that the error keeps
its own code and sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import ClassVar

from activities.errors import ChannelNotSetUp
from engine.journey.errors import JourneyError
from engine.segments.errors import SegmentError
from engine.store.errors import (
    AmbiguousVariant,
    ApprovalNeeded,
    DraftConflict,
    EnrollmentOver,
    JourneyNameTaken,
    JourneyNotEntered,
    JourneyNotReady,
    JourneyRunning,
    LastAdmin,
    LaunchRequestDecided,
    MemberEmailTaken,
    OwnLaunchRequest,
    ReleaseOver,
    SegmentInUse,
    SegmentNameTaken,
    StatusRefused,
    UnknownJourney,
    UnknownProfile,
    UnknownRecord,
    UnknownSegment,
    UnknownSource,
    UnknownVariant,
    WaitNotSkippable,
)
from engine.store.paging import StaleCursor
from engine.store.versions import UnknownVersion


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of a request that cannot be used. `field` is a path such as `items.0.sku` or `query.limit`."""

    field: str
    code: str
    detail: str


class ApiError(Exception):
    """The request was refused; see the code."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "Refused"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or " ".join(cleandoc(type(self).__doc__ or self.title).split())
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(self.detail)


class MalformedRequest(ApiError):
    """The request could not be read; send well-formed JSON with the header Content-Type: application/json."""

    status = 400
    code = "malformed_request"
    title = "Malformed request"


class InvalidCursor(MalformedRequest):
    """This cursor was not made by this list; start again without one."""

    code = "invalid_cursor"
    title = "Invalid cursor"


class InvalidSignInToken(MalformedRequest):
    """This is not a sign-in token; open the whole link that was printed, including what follows the # sign."""

    code = "invalid_sign_in_token"
    title = "Invalid sign-in token"


class Unauthenticated(ApiError):
    """Say who you are: sign in, or send a key in the header Authorization: Bearer KEY."""

    status = 401
    code = "unauthenticated"
    title = "Not authenticated"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, errors=errors, headers={"WWW-Authenticate": "Bearer", **(headers or {})})


class CredentialsMissing(Unauthenticated):
    """This address needs credentials: sign in, or send a key in the header Authorization: Bearer KEY."""

    code = "credentials_missing"


class UnknownKey(Unauthenticated):
    """This key is unknown or was revoked; make a new one on the page “Team” and use that."""

    code = "unknown_key"


class SessionEnded(Unauthenticated):
    """You are signed out, or your session has ended; sign in again."""

    code = "session_ended"


class SignInLinkSpent(Unauthenticated):
    """This sign-in link was used already or has expired; ask for a new one."""

    code = "sign_in_link_spent"


class WrongPassword(Unauthenticated):
    """E-mail address and password do not fit each other; try again, or ask an admin for a sign-in link."""

    code = "wrong_password"
    title = "Not signed in"


class WrongSignature(Unauthenticated):
    """The signature does not fit this body; sign the raw bytes with the secret of this source, at the current time."""

    code = "wrong_signature"
    title = "Wrong signature"


class Forbidden(ApiError):
    """You are known, but you may not do this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class PermissionMissing(Forbidden):
    """Your role does not include this; ask an admin to do it or to change your role."""

    code = "permission_missing"


class KeyTooWeak(Forbidden):
    """This key does not open this address; use a key with a wider scope, and keep that one on a server."""

    code = "key_too_weak"


class CsrfMismatch(Forbidden):
    """The header X-Waitline-CSRF does not fit this session; read its value from GET /v1/session and send it again."""

    code = "csrf_mismatch"


class ForeignOrigin(Forbidden):
    """Only Temporal's UI may ask this with a session; set WAITLINE_TEMPORAL_UI_ORIGIN to the origin that it has."""

    code = "foreign_origin"


class NotFound(ApiError):
    """There is no such thing, or no longer; check the id."""

    status = 404
    code = "not_found"
    title = "Not found"


class NoSuchRoute(NotFound):
    """Nothing lives at this address; GET /v1/openapi.json lists what does."""

    code = "no_such_route"


class LinkUnknown(NotFound):
    """This link is not one of ours, or it was cut; open it again from the message that it came with."""

    code = "link_unknown"


class MethodNotAllowed(ApiError):
    """This address exists but does not take this method; the header Allow lists those that it takes."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"


class Conflict(ApiError):
    """This does not fit the present state; read it again and decide anew."""

    status = 409
    code = "conflict"
    title = "Conflict"


class BodyTooLarge(ApiError):
    """The body is larger than this address takes; send it in smaller pieces."""

    status = 413
    code = "body_too_large"
    title = "Body too large"


class UnsupportedMediaType(ApiError):
    """This content type is not understood here; send JSON with the header Content-Type: application/json."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class Unprocessable(ApiError):
    """The request is well formed but cannot be carried out as it stands."""

    status = 422
    code = "unprocessable"
    title = "Cannot be processed"


class ValidationFailed(Unprocessable):
    """Some fields cannot be used; `errors` names each of them."""

    code = "validation_failed"
    title = "Validation failed"


class TooManyRequests(ApiError):
    """Too many attempts in a short time; wait as long as the header Retry-After says, then try again."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"


class InternalError(ApiError):
    """Something broke on our side and was logged; try again, and report it if it stays."""

    status = 500
    code = "internal_error"
    title = "Internal error"


class Unavailable(ApiError):
    """A part that this needs is not answering; try again in a moment."""

    status = 503
    code = "unavailable"
    title = "Unavailable"


STATUS_OF: Mapping[type[Exception], int] = {
    JourneyError: 422,
    AmbiguousVariant: 409,
    ApprovalNeeded: 409,
    ChannelNotSetUp: 409,
    DraftConflict: 409,
    JourneyNameTaken: 409,
    JourneyNotReady: 422,
    JourneyRunning: 409,
    LastAdmin: 409,
    LaunchRequestDecided: 409,
    MemberEmailTaken: 409,
    OwnLaunchRequest: 403,
    ReleaseOver: 409,
    EnrollmentOver: 409,
    WaitNotSkippable: 409,
    StatusRefused: 409,
    SegmentError: 422,
    JourneyNotEntered: 409,
    SegmentInUse: 409,
    SegmentNameTaken: 409,
    StaleCursor: InvalidCursor.status,
    UnknownJourney: 404,
    UnknownProfile: 404,
    UnknownRecord: 404,
    UnknownSegment: 404,
    UnknownSource: 404,
    UnknownVariant: 404,
    UnknownVersion: 404,
}
"""Errors of other rooms that may reach the edge, and the status each answers with. They carry their own `code`, and
their text is the sentence; a subclass that is listed itself wins over its parent."""
