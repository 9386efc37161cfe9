"""Signing in by the provider of single sign-on: OpenID Connect, authorization code with PKCE.

    browser                      Waitline                                 provider
       │ GET /v1/session/oidc ─────►│  .well-known/openid-configuration ─────►│   once an hour
       │◄── there, with state, nonce, challenge; `Flow` in a sealed cookie    │
       │───────────────────────── she signs in there ────────────────────────►│
       │ …/callback?code&state ────►│  code, verifier, secret ───────────────►│
       │                            │◄── ID token: signed, for us, with the nonce, not expired
       │◄── session                 │

Sources: OpenID Connect Core 1.0 (3.1.2, 3.1.3), Discovery 1.0, RFC 7636 (PKCE), RFC 9700 (best practice).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self, cast
from urllib.parse import quote, urlencode

import httpx
import jwt

SECONDS = 10.0
FLOW_LIFETIME = timedelta(minutes=10)
KNOWN_FOR = timedelta(hours=1)
LEEWAY = timedelta(seconds=60)
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
_SEALED_BY = "HS256"


class SignOnFailed(Exception):
    """The provider of single sign-on did not answer as OpenID Connect asks for; the sentence says where."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What a browser on its way to the provider and back must bring along, so that nobody else's answer counts."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Self:
        """A fresh one."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))

    def sealed(self, secret: str, now: datetime) -> str:
        """As a cookie, which is good for ten minutes."""
        return jwt.encode({**asdict(self), "exp": now + FLOW_LIFETIME}, _purpose(secret), algorithm=_SEALED_BY)

    @classmethod
    def opened(cls, cookie: str, secret: str, now: datetime) -> Self | None:
        """Out of the cookie; None when it is not ours or too old."""
        try:
            held = jwt.decode(cookie, _purpose(secret), algorithms=[_SEALED_BY], options={"verify_exp": False})
            if now.timestamp() >= held["exp"]:
                return None
            return cls(held["state"], held["nonce"], held["verifier"])
        except (jwt.PyJWTError, KeyError):
            return None

    @property
    def challenge(self) -> str:
        """The verifier as the provider gets to see it first."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says of who signed in. `identity` is its own lasting name for her: issuer and subject."""

    identity: str
    email: str | None
    is_verified: bool


@dataclass(frozen=True, slots=True)
class _Provider:
    """What the provider says of itself, and the keys that it signs with."""

    facts: Mapping[str, Any]
    keys: jwt.PyJWKSet
    read_at: datetime


class SingleSignOn:
    """Asks one provider who somebody is."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str | None, *, callback: str, now: Callable[[], datetime]
    ) -> None:
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._secret = client_secret
        self._callback = callback
        self._now = now
        self._known: _Provider | None = None

    async def address(self, flow: Flow) -> str:
        """Where the browser is sent to.

        Raises:
            SignOnFailed: the provider does not say where that is.
        """
        async with _client() as client:
            provider = await self._provider(client)
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._callback,
            "scope": "openid email profile",
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = str(provider.facts["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def claims(self, code: str, flow: Flow) -> Claims:
        """Who came back with this code.

        Raises:
            SignOnFailed: the provider refused the code, or its answer cannot be trusted.
        """
        async with _client() as client:
            provider = await self._provider(client)
            tokens = await self._exchange(client, provider, code, flow)
            held = await self._verified(client, provider, str(tokens.get("id_token", "")))
            if not hmac.compare_digest(str(held.get("nonce", "")), flow.nonce):
                raise SignOnFailed("The ID token was made for another browser.")
            if "email" not in held and "userinfo_endpoint" in provider.facts:
                held = {**held, **await self._userinfo(client, provider, tokens, str(held["sub"]))}
        email = held.get("email")
        return Claims(
            identity=f"{self._issuer}|{held['sub']}",
            email=email.strip().lower() if isinstance(email, str) else None,
            is_verified=held.get("email_verified") in {True, "true"},
        )

    async def _exchange(self, client: httpx.AsyncClient, provider: _Provider, code: str, flow: Flow) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": flow.verifier,
        }
        auth: httpx.BasicAuth | None = None
        ways = provider.facts.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self._secret is not None and "client_secret_basic" in ways:
            auth = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._secret, safe=""))
        else:
            form["client_id"] = self._client_id
            if self._secret is not None:
                form["client_secret"] = self._secret
        return await _json(client, "POST", str(provider.facts["token_endpoint"]), data=form, auth=auth)

    async def _verified(self, client: httpx.AsyncClient, provider: _Provider, token: str) -> dict[str, Any]:
        """The ID token's claims. A key that is not known yet is looked for once: providers change them."""
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = _key(provider, kid)
            if key is None:
                key = _key(await self._provider(client, anew=True), kid)
            if key is None:
                raise SignOnFailed("The ID token is signed by a key that the provider does not list.")
            return jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._client_id,
                issuer=provider.facts["issuer"],
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise SignOnFailed(f"The ID token cannot be trusted: {error}") from None

    async def _userinfo(
        self, client: httpx.AsyncClient, provider: _Provider, tokens: Mapping[str, Any], subject: str
    ) -> dict[str, Any]:
        bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        told = await _json(client, "GET", str(provider.facts["userinfo_endpoint"]), headers=bearer)
        if told.get("sub") != subject:
            raise SignOnFailed("The provider tells of somebody else than the ID token.")
        return {name: told[name] for name in ("email", "email_verified") if name in told}

    async def _provider(self, client: httpx.AsyncClient, *, anew: bool = False) -> _Provider:
        now = self._now()
        if self._known is not None and not anew and now - self._known.read_at < KNOWN_FOR:
            return self._known
        facts = await _json(client, "GET", f"{self._issuer}/.well-known/openid-configuration")
        if str(facts.get("issuer", "")).rstrip("/") != self._issuer:
            raise SignOnFailed("The provider calls itself by another address than WAITLINE_OIDC_ISSUER.")
        missing = [name for name in ("authorization_endpoint", "token_endpoint", "jwks_uri") if not facts.get(name)]
        if missing:
            raise SignOnFailed(f"The provider does not say its {missing[0]}.")
        try:
            keys = jwt.PyJWKSet.from_dict(await _json(client, "GET", str(facts["jwks_uri"])))
        except jwt.PyJWTError as error:
            raise SignOnFailed(f"The provider's keys cannot be read: {error}") from None
        self._known = _Provider(facts, keys, now)
        return self._known


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=SECONDS, follow_redirects=False)


def _key(provider: _Provider, kid: str | None) -> jwt.PyJWK | None:
    """The key of this name; without a name, the only one that there is."""
    if kid is None:
        return provider.keys.keys[0] if len(provider.keys.keys) == 1 else None
    return next((key for key in provider.keys.keys if key.key_id == kid), None)


async def _json(client: httpx.AsyncClient, method: str, address: str, **sent: Any) -> dict[str, Any]:
    try:
        answer = await client.request(
            method, address, headers={"Accept": "application/json"} | sent.pop("headers", {}), **sent
        )
        body: Any = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SignOnFailed(f"The provider did not answer at {address}: {type(error).__name__}.") from None
    if not answer.is_success or not isinstance(body, dict):
        raise SignOnFailed(f"The provider answered {answer.status_code} at {address}.")
    return cast("dict[str, Any]", body)


def _purpose(secret: str) -> bytes:
    return hashlib.sha256(b"waitline/oidc-flow/1" + secret.encode()).digest()
