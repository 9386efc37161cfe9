"""The guide to journeys says nothing that is not so: its examples are read, checked and run."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from engine.journey.conditions import Condition, Criteria
from engine.journey.nodes import BuiltIn
from engine.journey.settings import JourneySettings
from engine.journey.triggers import EventTrigger, Trigger, is_triggered
from tests.architecture.sources import ROOT
from tests.builders import event
from tests.guides import blocks_of

GUIDE = (ROOT / "docs" / "journeys.md").read_text()
READERS: dict[str, TypeAdapter[Any]] = {
    "trigger": TypeAdapter(Trigger),
    "node": TypeAdapter(BuiltIn),
    "condition": TypeAdapter[Condition](Criteria),
    "settings": TypeAdapter(JourneySettings),
}


def examples(language: str, role: str = "") -> list[str]:
    return [block.text for block in blocks_of("docs/journeys.md") if (block.language, block.role) == (language, role)]


@pytest.mark.parametrize("kind", sorted(READERS))
def test_every_example_can_be_read(kind: str) -> None:
    found = examples("json", kind)
    assert found
    for example in found:
        READERS[kind].validate_python(json.loads(example))


@pytest.mark.spec("F-093")
def test_the_trigger_of_the_guide_lets_in_its_sku_from_its_source_only() -> None:
    example, _ = examples("json", "trigger")
    trigger = EventTrigger.model_validate(json.loads(example))
    assert is_triggered(trigger, event("Back in Stock", sku="1234", source="My Shop"))
    assert not is_triggered(trigger, event("Back in Stock", sku="1234", source="Your Shop"))
    assert not is_triggered(trigger, event("Back in Stock", sku="1235", source="My Shop"))


@pytest.mark.spec("D-004")
def test_the_programs_of_the_guide_run() -> None:
    programs = examples("python")
    assert len(programs) == 2
    for program in programs:
        exec(compile(program, "docs/journeys.md", "exec"), {})


def test_every_setting_is_in_the_guide() -> None:
    section = GUIDE.split("\n## Settings\n")[1].split("\n## ")[0]
    elsewhere = {"guardrails", "interest", "release"}  # their rooms describe them
    for name in JourneySettings.model_fields.keys() - elsewhere:
        assert f"`{name}`" in section, name
