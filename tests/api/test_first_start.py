"""The first start lets one administrator in, by a link that works once."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from api.standalone.first_start import first_sign_in_link
from api.standalone.home import with_kept_secrets
from engine.settings import Settings
from engine.store.database import Database
from engine.store.vault import CannotOpen
from tests.api.conftest import HandClock


async def test_the_link_of_the_first_start_signs_an_admin_in_and_is_not_made_again(
    client: httpx.AsyncClient, settings: Settings, database: Database, clock: HandClock
) -> None:
    link = await first_sign_in_link(settings, database, clock())
    assert link is not None
    address, _, token = link.partition("#")
    assert address == "http://waitline.example/sign-in"

    answer = await client.post("/v1/session", json={"token": token})

    assert answer.json()["staff"]["role"] == "admin"
    assert await first_sign_in_link(settings, database, clock()) is None


async def test_a_start_before_anybody_signed_in_replaces_the_link(
    client: httpx.AsyncClient, settings: Settings, database: Database, clock: HandClock
) -> None:
    first = await first_sign_in_link(settings, database, clock())
    second = await first_sign_in_link(settings, database, clock())
    assert first is not None
    assert second is not None

    outdated = await client.post("/v1/session", json={"token": first.partition("#")[2]})
    assert outdated.json()["code"] == "sign_in_link_spent"
    current = await client.post("/v1/session", json={"token": second.partition("#")[2]})
    assert current.status_code == 200


@pytest.mark.spec("R-007")
def test_the_key_that_push_services_know_us_by_is_kept_sealed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, secret_key=SecretStr("a secret"), vapid_private_key=None)
    file = tmp_path / "secrets" / "vapid_private_key.pem"

    made = with_kept_secrets(settings).vapid_private_key

    assert made is not None
    assert "PRIVATE KEY" in made.get_secret_value()
    assert file.read_text().startswith("sealed:")
    assert with_kept_secrets(settings).vapid_private_key == made, "the same key from now on"
    with pytest.raises(CannotOpen):
        with_kept_secrets(settings.model_copy(update={"secret_key": SecretStr("another secret")}))
    file.write_text(made.get_secret_value())
    assert with_kept_secrets(settings).vapid_private_key == made, "one that was kept before is read"
