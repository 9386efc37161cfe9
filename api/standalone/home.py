"""The data folder of `waitline up`, and the secrets that are made once and kept in it."""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import SecretStr

from engine.settings import Settings
from engine.store.vault import PREFIX, Vault

FIREBASE = "firebase"
"""What the vault seals the account for that the local double of Firebase knows."""
VAPID = "vapid"
"""What the vault seals the private key for that push services know us by."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where everything of a standalone Waitline lives."""

    path: Path

    @property
    def temporal_file(self) -> Path:
        """Temporal's data."""
        return self.path / "temporal.db"

    @property
    def push_file(self) -> Path:
        """What the local push service holds for closed browsers."""
        return self.path / "push.db"

    @property
    def sign_in_link(self) -> str | None:
        """The first administrator's link, as long as it has not been used."""
        file = self.path / "sign-in-link"
        return file.read_text().strip() if file.exists() else None

    def keep_sign_in_link(self, link: str | None) -> None:
        """Leave the link for the supervisor to show, or take it away."""
        file = self.path / "sign-in-link"
        if link is None:
            file.unlink(missing_ok=True)
        else:
            file.touch(mode=0o600)
            file.write_text(link)

    @property
    def run(self) -> Path:
        """Logs and process files."""
        return self.path / "run"


def open_home(settings: Settings) -> Home:
    """The folder, made when it is new."""
    home = Home(settings.home.absolute())
    home.run.mkdir(parents=True, exist_ok=True)
    return home


def with_kept_secrets(settings: Settings) -> Settings:
    """The settings with every secret filled in: from the environment, or made once and kept in home."""
    keep = settings.home.absolute() / "secrets"
    keep.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.secret_key is None:
        secret = SecretStr(_kept(keep / "secret_key", lambda: secrets.token_urlsafe(32)))
        settings = settings.model_copy(update={"secret_key": secret})
    if settings.vapid_private_key is None:
        vault = Vault(settings.vault_secrets)
        kept = _kept(keep / "vapid_private_key.pem", lambda: vault.seal_text(_new_vapid_key().strip(), VAPID))
        key = vault.open_text(kept, VAPID) if kept.startswith(PREFIX) else kept  # made before there was a vault: plain
        settings = settings.model_copy(update={"vapid_private_key": SecretStr(key)})
    return settings


def local_firebase_account(settings: Settings) -> SecretStr:
    """The service account that the local double of Firebase knows, made once and kept in home."""
    vault = Vault(settings.vault_secrets)
    keep = settings.home.absolute() / "secrets"
    keep.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = _kept(keep / "local_firebase_account", lambda: vault.seal_text(new_firebase_account(), FIREBASE))
    return SecretStr(vault.open_text(kept, FIREBASE))


def _kept(file: Path, make: Callable[[], str]) -> str:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as opened:
        opened.write(made := make())
    return made.strip()


def _new_vapid_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def new_firebase_account() -> str:
    """A service account as Google writes one, with a key of its own, for a Firebase that is not there."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    known = {"type": "service_account", "project_id": "local", "client_email": "waitline@local.example"}
    return json.dumps({**known, "private_key": pem, "token_uri": "http://localhost/token"})
