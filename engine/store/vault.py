"""The vault: seals what must not be read at rest, with AES-256-GCM under keys that follow from the operator's secret.

    secret ──HKDF──► key of a purpose ──HMAC with a salt──► key of one thing, gone for ever when its salt is deleted
                          └─► or an Ed25519 key that signs

    sealed = 4 bytes that name the secret · 12 bytes nonce · ciphertext and tag

The first secret seals and all of them open, so that a secret can be replaced without a flag day. What is sealed is
bound to what it is about: moved elsewhere, it does not open.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREFIX = "sealed:"
_NAME_BYTES = 4
_NONCE_BYTES = 12
_HEAD = _NAME_BYTES + _NONCE_BYTES


class CannotOpen(Exception):
    """This was sealed by a secret that is not set any more, or was changed; set the secret that sealed it, too."""

    code = "cannot_open"


class Cipher:
    """Seals and opens for one purpose, or for one thing."""

    __slots__ = ("_ciphers", "_first", "_keys")

    def __init__(self, keys: Sequence[tuple[bytes, bytes]]) -> None:
        self._keys = keys
        self._ciphers = {name: AESGCM(key) for name, key in keys}
        self._first = keys[0][0]

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """The plain bytes, to be opened for the same thing only."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._first + nonce + self._ciphers[self._first].encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """What was sealed.

        Raises:
            CannotOpen: by another secret, about another thing, or it was changed since.
        """
        cipher = self._ciphers.get(sealed[:_NAME_BYTES])
        if cipher is None:
            raise CannotOpen(CannotOpen.__doc__)
        try:
            return cipher.decrypt(sealed[_NAME_BYTES:_HEAD], sealed[_HEAD:], about)
        except (InvalidTag, ValueError):
            raise CannotOpen(CannotOpen.__doc__) from None

    def with_salt(self, salt: bytes) -> "Cipher":
        """The cipher of one thing, whose key cannot be made again without this salt."""
        return Cipher([(name, hmac.digest(key, salt, "sha256")) for name, key in self._keys])


class Vault:
    """Makes ciphers. `secrets` are the operator's: the newest first."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("A vault needs a secret.")
        self._secrets = tuple(secrets)

    def cipher(self, purpose: str) -> Cipher:
        """The cipher of this purpose."""
        return Cipher([(_name(secret), _key(secret, purpose)) for secret in self._secrets])

    def signing_keys(self, purpose: str) -> tuple[Ed25519PrivateKey, ...]:
        """The keys that sign for this purpose: the first signs, the others are those of earlier secrets."""
        return tuple(Ed25519PrivateKey.from_private_bytes(_key(secret, purpose)) for secret in self._secrets)

    def seal_text(self, text: str, purpose: str) -> str:
        """A text, sealed into a text."""
        return PREFIX + base64.b64encode(self.cipher(purpose).seal(text.encode(), purpose.encode())).decode()

    def open_text(self, sealed: str, purpose: str) -> str:
        """The text again.

        Raises:
            CannotOpen: it was not sealed by us, for this purpose.
        """
        try:
            held = base64.b64decode(sealed.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            raise CannotOpen(CannotOpen.__doc__) from None
        return self.cipher(purpose).open(held, purpose.encode()).decode()


def _name(secret: str) -> bytes:
    return hashlib.sha256(b"waitline/vault/name/1" + secret.encode()).digest()[:_NAME_BYTES]


def _key(secret: str, purpose: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=b"waitline/vault/1", info=purpose.encode())
    return derivation.derive(secret.encode())
