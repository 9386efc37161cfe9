"""Who may call what. Every route declares it with one `Access`, and this module is the only place that decides.

    credential                                        caller
    none ............................................ Anyone
    Authorization: Bearer KEY, or Basic KEY: ........ KeyHolder(scope: write < server < admin)
    cookie waitline_session (+ X-Waitline-CSRF) ..... StaffMember(role)

Audiences, from open to narrow:

    PUBLIC          whoever comes; nothing is looked up
    WRITE_KEY       the public key of the storefront, or any stronger one
    WRITE_KEY_ANYWHERE   the same, which may stand in the body
    SERVER_KEY      a key that stays on a server, or an admin key
    LOOPBACK_OR_SERVER_KEY   the same, or whoever calls from this machine
    staff(NAME)     a signed-in person whose role includes the permission, or an admin key
    staff(NAME, or_key="server")   the same, or a server key
    TEMPORAL_UI     staff who may see people, asking from Temporal's UI, or an admin key

A stronger key opens what a weaker one opens. A session is a cookie that browsers send by themselves, so a request that
changes something must also repeat the session's CSRF value, which another site cannot read.

The pages of Temporal's UI live on an origin of their own and know no such value. What is theirs to call changes nothing
and is answered to them alone: browsers name the origin of every POST, no page can feign it, and it must be the one that
the operator set. A key is sent by no browser of itself, so with one the origin does not matter.
"""

import base64
import binascii
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from api import errors
from api.ingest.document import key_in_body
from api.services import Services, services_of
from engine.store import staff as staff_store
from engine.store.keys import Scope
from engine.store.staff import Role, Way
from engine.store.tables import StaffSession

SESSION_COOKIE = "waitline_session"
CSRF_HEADER = "X-Waitline-CSRF"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_STRENGTH: Mapping[Scope, int] = {"write": 1, "server": 2, "admin": 3}

Permission = Literal[
    "see_journeys",
    "edit_journeys",
    "launch_journeys",
    "write_notes",
    "stop_everything",
    "see_people",
    "act_for_people",
    "export_people",
    "erase_people",
    "see_inbox",
    "see_catalog",
    "see_waitlists",
    "see_dead_letters",
    "settle_dead_letters",
    "manage_sources",
    "manage_staff",
    "manage_keys",
]

_EVERYONE: frozenset[Role] = frozenset({"admin", "marketer", "developer", "support", "viewer"})
PERMISSIONS: Mapping[Permission, frozenset[Role]] = {
    "see_journeys": _EVERYONE,
    "edit_journeys": frozenset({"admin", "marketer", "developer"}),
    "launch_journeys": frozenset({"admin", "marketer", "developer"}),
    "write_notes": frozenset({"admin", "marketer", "developer", "support"}),
    "stop_everything": frozenset({"admin", "marketer", "developer"}),
    "see_people": frozenset({"admin", "marketer", "developer", "support"}),
    "act_for_people": frozenset({"admin", "marketer", "support"}),
    "export_people": frozenset({"admin", "support"}),
    "erase_people": frozenset({"admin", "support"}),
    "see_inbox": frozenset({"admin", "marketer", "developer", "support"}),
    "see_catalog": _EVERYONE,
    "see_waitlists": frozenset({"admin", "marketer", "developer", "support"}),
    "see_dead_letters": frozenset({"admin", "developer", "support"}),
    "settle_dead_letters": frozenset({"admin", "developer"}),
    "manage_sources": frozenset({"admin", "developer"}),
    "manage_staff": frozenset({"admin"}),
    "manage_keys": frozenset({"admin"}),
}
"""Which roles include which permission. A viewer sees numbers and drawings, but no person."""


def permissions_of(role: Role) -> list[Permission]:
    """What this role includes."""
    return [permission for permission, roles in PERMISSIONS.items() if role in roles]


@dataclass(frozen=True, slots=True)
class Anyone:
    """A caller who did not say who they are."""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A machine with a key."""

    key_id: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A signed-in person, and the session that says so."""

    staff_id: str
    name: str
    role: Role
    csrf: str
    way: Way


Caller = Anyone | KeyHolder | StaffMember


def acting(caller: Caller) -> str:
    """Who does this, for the record: the id of a staff member or of a key."""
    match caller:
        case StaffMember(staff_id=staff_id):
            return staff_id
        case KeyHolder(key_id=key_id):
            return key_id
        case Anyone():
            return "anyone"


class Access:
    """The declaration of a route, and the dependency that enforces it.

    `key` is the weakest scope that is let in (None: no key is), `permission` what a signed-in person needs (None: no
    person is let in, unless `any_staff`). Public routes have neither. `loopback` lets in who calls from this machine.
    `in_body` lets the key stand in a tracking call's body, too, as browsers send it. `temporal_ui` is for what the
    pages of Temporal's UI read by POST: there is no such address unless their origin is set.
    """

    def __init__(
        self,
        *,
        public: bool = False,
        key: Scope | None = None,
        permission: Permission | None = None,
        any_staff: bool = False,
        loopback: bool = False,
        in_body: bool = False,
        temporal_ui: bool = False,
    ) -> None:
        self.public = public
        self.in_body = in_body
        self.temporal_ui = temporal_ui
        self.loopback = loopback
        self.key: Scope | None = key
        self.permission: Permission | None = permission
        self.staff = any_staff or permission is not None

    async def __call__(self, request: Request) -> Caller:
        """The caller, when they may come in.

        Raises:
            Unauthenticated: they brought no credential that holds.
            Forbidden: they did, and it is not enough.
            NotFound: nobody said where Temporal's UI is.
        """
        if self.public or (self.loopback and _is_loopback(request)):
            return Anyone()
        services = services_of(request)
        if self.temporal_ui and services.settings.temporal_ui_origin is None:
            raise errors.NotFound(
                "Set WAITLINE_TEMPORAL_UI_ORIGIN to the origin of Temporal's UI to read payloads there."
            )
        plaintext = read_key(request)
        if plaintext is None and self.in_body:
            plaintext = await key_in_body(request)
        if plaintext is not None:
            return await self._admit_key(services, plaintext)
        cookie = request.cookies.get(SESSION_COOKIE)
        if self.staff and cookie:
            return await self._admit_staff(services, request, cookie)
        raise errors.CredentialsMissing

    async def _admit_key(self, services: Services, plaintext: str) -> KeyHolder:
        key = await services.keys.find(plaintext)
        if key is None:
            raise errors.UnknownKey
        needed: Scope = self.key or "admin"
        if _STRENGTH[key.scope] < _STRENGTH[needed]:
            raise errors.KeyTooWeak(f"This address needs a key of scope {needed}; this one has the scope {key.scope}.")
        return KeyHolder(key.id, key.scope)

    async def _admit_staff(self, services: Services, request: Request, cookie: str) -> StaffMember:
        async with services.database.snapshot() as session:
            found = await staff_store.find_session(session, cookie, now=services.now())
        if found is None:
            raise errors.SessionEnded
        person, signed_in = found
        if self.temporal_ui:
            _check_origin(request, services)
        else:
            _check_csrf(request, signed_in)
        role: Role = person.role  # pyright: ignore[reportAssignmentType]  # the column only ever holds roles
        if self.permission is not None and role not in PERMISSIONS[self.permission]:
            raise errors.PermissionMissing(
                f"The role {role} does not include {self.permission}; ask an admin to do it or to change your role."
            )
        way: Way = signed_in.way  # pyright: ignore[reportAssignmentType]  # the column only ever holds ways
        return StaffMember(person.id, person.name, role, signed_in.csrf, way)


PUBLIC = Access(public=True)
WRITE_KEY = Access(key="write")
WRITE_KEY_ANYWHERE = Access(key="write", in_body=True)
SERVER_KEY = Access(key="server")
LOOPBACK_OR_SERVER_KEY = Access(key="server", loopback=True)
ANY_STAFF = Access(any_staff=True)
TEMPORAL_UI = Access(permission="see_people", temporal_ui=True)


def staff(permission: Permission, *, or_key: Scope | None = None) -> Access:
    """Staff whose role includes `permission`; with `or_key`, also machines with a key of at least that scope."""
    return Access(permission=permission, key=or_key)


def read_key(request: Request) -> str | None:
    """The key in the header Authorization: `Bearer KEY`, or `Basic` with the key as the user name."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    match scheme.lower():
        case "":
            return None
        case "bearer":
            return value.strip()
        case "basic":
            try:
                return base64.b64decode(value, validate=True).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                raise errors.UnknownKey from None
        case _:
            raise errors.Unauthenticated("Use the header Authorization with Bearer KEY, or Basic with KEY as the user.")


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _check_csrf(request: Request, signed_in: StaffSession) -> None:
    if request.method in _SAFE_METHODS:
        return
    sent = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(), signed_in.csrf.encode()):
        raise errors.CsrfMismatch


def _check_origin(request: Request, services: Services) -> None:
    if request.headers.get("origin") != services.settings.temporal_ui_origin:
        raise errors.ForeignOrigin
