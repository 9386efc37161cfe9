"""Locks pin everything by content and say nothing about the machine that made them."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture.sources import ROOT, relative

PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
INTERFACE_LOCK = ROOT / "ui" / "package-lock.json"
AN_ADDRESS_OR_PLACE = re.compile(
    r"://|--index|--extra-index|--find-links|--trusted-host|/(?:home|root|work|opt|tmp|usr|Users)/"
)


def requirements(lock: Path) -> list[str]:
    """One string a requirement, its hashes with it."""
    text = re.sub(r"^\s*#.*$", "", lock.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip()]


def names(lock: Path) -> dict[str, str]:
    """The pinned version of each package, by its normal name."""
    pins = (requirement.split(" ")[0].split(";")[0].split("==") for requirement in requirements(lock))
    return {pin[0].lower(): pin[1] for pin in pins}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", [*PYTHON_LOCKS, INTERFACE_LOCK], ids=relative)
def test_a_lock_names_no_registry_and_no_path(lock: Path) -> None:
    text = lock.read_text()
    if lock == INTERFACE_LOCK:  # links that packages print about themselves are no place to download from
        text = json.dumps(without_funding(json.loads(text)))

    assert not AN_ADDRESS_OR_PLACE.search(text)


def without_funding(lock: dict[str, dict[str, dict[str, object]]]) -> object:
    return [{key: value for key, value in package.items() if key != "funding"} for package in lock["packages"].values()]


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=relative)
def test_every_python_package_is_pinned_with_its_hashes(lock: Path) -> None:
    loose = [each[:60] for each in requirements(lock) if "==" not in each.split(" ")[0] or "--hash=sha256:" not in each]

    assert requirements(lock)
    assert not loose


def test_every_interface_package_is_pinned_with_its_hash() -> None:
    packages = json.loads(INTERFACE_LOCK.read_text())["packages"]

    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_npm_is_told_to_keep_registries_out_of_its_lock() -> None:
    assert "omit-lockfile-registry-resolved=true" in (ROOT / "ui" / ".npmrc").read_text().splitlines()


def test_the_locks_hold_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    declared = {
        "run": project["project"]["dependencies"] + project["project"]["optional-dependencies"]["postgres"],
        "dev": [each for each in groups["dev"] if isinstance(each, str)] + groups["build"],
        "build": project["build-system"]["requires"],
    }

    for lock, wanted in declared.items():
        pins = names(ROOT / "requirements" / f"{lock}.txt")
        for requirement in map(Requirement, wanted):
            assert requirement.specifier.contains(pins[normal(requirement.name)]), f"{requirement} in {lock}.txt"


def test_locks_agree_where_they_meet() -> None:
    run, dev, build = (names(ROOT / "requirements" / f"{lock}.txt") for lock in ("run", "dev", "build"))

    assert run.items() <= dev.items()
    assert build.items() <= dev.items()
