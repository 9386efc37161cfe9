"""A provider of single sign-on, as small as OpenID Connect allows, over HTTP on loopback.

Whoever comes to its authorization endpoint is `person`, who agrees at once. It checks what a real one checks: client,
secret, redirect address, that a code is used once, and that the verifier fits the challenge.
"""

import base64
import hashlib
import secrets
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from jwt.algorithms import ECAlgorithm

CLIENT, SECRET = "waitline", "a secret with : and %"


class IdentityProvider:
    """`issuer` is known once it is served. `claims` overrides what its ID tokens say; `tells_by_userinfo` is for the
    providers that keep addresses out of them.
    """

    def __init__(self) -> None:
        self.issuer = ""
        self.person: dict[str, Any] = {"sub": "u-1", "email": "ada@shop.example", "email_verified": True}
        self.claims: dict[str, Any] = {}
        self.tells_by_userinfo = False
        self.userinfo: dict[str, Any] | None = None
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self.change_key()
        self.app = FastAPI()
        self.app.get("/.well-known/openid-configuration")(self._discovery)
        self.app.get("/keys")(self._keys)
        self.app.get("/authorize")(self._authorize)
        self.app.post("/token")(self._token)
        self.app.get("/userinfo")(self._userinfo)

    def change_key(self) -> None:
        """Sign with a new key from now on."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._kid = secrets.token_hex(4)

    async def _discovery(self) -> dict[str, Any]:
        self.asked.append("discovery")
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return found | ({"userinfo_endpoint": f"{self.issuer}/userinfo"} if self.tells_by_userinfo else {})

    async def _keys(self) -> dict[str, Any]:
        key = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [key | {"kid": self._kid, "use": "sig", "alg": "ES256"}]}

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert {"openid", "email"} <= set(asked["scope"].split())
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self._codes.pop(form["code"], None)
        hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        encoded = base64.b64encode(b"waitline:a%20secret%20with%20%3A%20and%20%25").decode()
        is_right = (
            asked is not None
            and form["grant_type"] == "authorization_code"
            and asked["redirect_uri"] == form["redirect_uri"]
            and asked["code_challenge"] == challenge
            and request.headers.get("authorization") == f"Basic {encoded}"
        )
        if asked is None or not is_right:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        told = {"sub": self.person["sub"]} if self.tells_by_userinfo else self.person
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **told}
        token = jwt.encode(claims | self.claims, self._key, algorithm="ES256", headers={"kid": self._kid})
        return JSONResponse({"access_token": "an-access-token", "token_type": "Bearer", "id_token": token})

    async def _userinfo(self, request: Request) -> dict[str, Any]:
        assert request.headers["authorization"] == "Bearer an-access-token"
        return self.userinfo or self.person
