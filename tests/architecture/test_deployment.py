"""The container files say what the application understands, and wait for what they need."""

import re
import subprocess
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from activities.channels.vapid import VapidKey
from engine.settings import Settings
from tests.architecture.sources import ROOT
from tests.guides import blocks

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "waitline"}
JOBS = {"migrate", "temporal-schema", "temporal-namespace"}
"""Services that do one thing and end."""

A_SUBSTITUTION = re.compile(r"\$\{(\w+)(?::?[-?]([^}]*))?\}")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is in .env when the lines of the guide were typed."""
    (block,) = blocks("docs/operators.md", "With containers")
    beside = tmp_path_factory.mktemp("clone")
    (beside / "deploy").symlink_to(ROOT / "deploy")
    for command in block.commands:
        subprocess.run(command, cwd=beside, shell=True, check=True)
    return dict(line.split("=", 1) for line in (beside / ".env").read_text().splitlines())


def environment(service: dict[str, Any], secrets: dict[str, str]) -> dict[str, str]:
    """The service's variables as a container started with `secrets` sees them."""
    values = {name: value for name, value in service.get("environment", {}).items() if value is not None}
    return {
        name: A_SUBSTITUTION.sub(lambda m: secrets.get(m[1], m[2] or ""), str(value)) for name, value in values.items()
    }


def test_our_services_are_the_api_the_worker_and_the_migration() -> None:
    assert {name: service["command"] for name, service in OURS.items()} == {
        "api": ["api"],
        "worker": ["worker"],
        "migrate": ["migrate"],
    }


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    known = {f"WAITLINE_{field.upper()}" for field in Settings.model_fields}

    assert set(OURS[name]["environment"]) <= known


def test_variables_of_the_image_are_settings() -> None:
    known = {f"WAITLINE_{field.upper()}" for field in Settings.model_fields}

    assert set(re.findall(r"WAITLINE_\w+", (ROOT / "Dockerfile").read_text())) <= known


def test_the_settings_can_be_read_and_point_at_the_other_services(
    secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(OURS["api"], secrets).items():
        monkeypatch.setenv(name, value)
    settings = Settings()

    database = make_url(settings.resolved_database_url)
    assert (database.drivername, database.password) == ("postgresql+asyncpg", secrets["DATABASE_PASSWORD"])
    assert database.host in SERVICES
    assert settings.temporal_address.split(":")[0] in SERVICES
    assert settings.smtp_host in SERVICES
    assert settings.temporal_namespace == SERVICES["temporal-namespace"]["environment"]["TEMPORAL_NAMESPACE"]
    assert settings.task_queue in " ".join(OURS["worker"]["healthcheck"]["test"])
    assert not settings.allow_private_endpoints


def test_made_secrets_are_all_that_must_be_given(secrets: dict[str, str]) -> None:
    demanded = re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text())

    assert set(demanded) == set(secrets)


def test_made_secrets_are_strong_and_new_each_time(secrets: dict[str, str]) -> None:
    again = subprocess.run([ROOT / "deploy" / "make-secrets"], capture_output=True, text=True, check=True).stdout

    assert all(len(value) >= 43 and value not in again for value in secrets.values())
    assert len(VapidKey.from_text(secrets["WAITLINE_VAPID_PRIVATE_KEY"]).public_text) == 87


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - JOBS))
def test_what_keeps_running_has_a_health_check_and_restarts(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_job_is_waited_for_by_someone(name: str) -> None:
    waiting = [service.get("depends_on", {}).get(name, {}).get("condition") for service in SERVICES.values()]

    assert "service_completed_successfully" in waiting


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_starts_before_what_it_needs(name: str) -> None:
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if needed in JOBS else "service_healthy"

        assert how["condition"] == expected, f"{name} waits for {needed}"


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_open_to_this_machine_only_and_images_are_pinned(name: str) -> None:
    image = SERVICES[name]["image"]

    assert all(str(port).startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))
    assert image == "waitline" or (":" in image and not image.endswith(":latest"))


def test_the_image_runs_as_nobody_special_and_tells_its_health() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().rsplit("\nFROM ", 1)[1]

    assert "\nUSER waitline\n" in last_stage
    assert "\nHEALTHCHECK " in last_stage


def test_the_image_gets_every_folder_it_is_built_from() -> None:
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE))
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), flags=re.MULTILINE))

    wanted = {part.rstrip("/").split("/")[0] for group in copied for part in group.split()}
    assert wanted == allowed
