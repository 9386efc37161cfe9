"""The documentation says what is there: every word, setting, reason and record, and no link that leads nowhere."""

import json
import re
from pathlib import Path

import pytest

from engine.guardrails.verdicts import SkipReason
from engine.journey.validation import problems
from engine.settings import Settings
from tests.architecture.reference import drawn
from tests.architecture.sources import ROOT, relative
from tests.guides import blocks

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
RECORDS = sorted((DOCS / "decisions").glob("[0-9]*.md"))

WORDS = """
    journey · version · node · outlet · edge · entry · enrollment · trail · decision · fact · profile · attribute ·
    segment · event · wait · split · holdout · message · template · channel · send · send ledger · skip · suppression ·
    consent · frequency cap · quiet hours · goal · exit reason · product · variant · stock level · threshold · restock ·
    waitlist entry · release · tier · batch · push subscription
"""
"""The words that the architecture is written in."""

A_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ONE_PAGE = 70


def definitions() -> dict[str, str]:
    """Each word of the glossary and what it says about it."""
    text = (DOCS / "glossary.md").read_text()
    found = re.findall(r"^\*\*(.+?)\*\* — (.+?)(?:\n\n|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return {word: " ".join(meaning.split()) for word, meaning in found}


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """The cells of the table below a heading, by the code in the first of them."""
    section = (DOCS / page).read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in section.splitlines() if line[:3] == "| `"
    ]
    return {first.strip("` "): rest for first, *rest in cells}


@pytest.mark.parametrize("word", [word.strip() for word in WORDS.split("·")])
def test_every_word_is_defined_once_in_one_to_three_sentences(word: str) -> None:
    meaning = definitions()[word]

    assert meaning[0].isupper()
    assert len(meaning) > 30
    assert len(re.findall(r"[.!?](?:\s|$)", meaning)) in {1, 2, 3}


def test_no_word_is_defined_twice() -> None:
    words = re.findall(r"^\*\*(.+?)\*\* — ", (DOCS / "glossary.md").read_text(), flags=re.MULTILINE)

    assert sorted(words) == sorted(set(words))


def test_every_skip_reason_is_explained_and_no_other() -> None:
    assert set(rows("glossary.md", "Skip reasons")) == {str(reason) for reason in SkipReason}


def test_every_setting_is_documented_with_its_default_and_no_other() -> None:
    properties = Settings.model_json_schema()["properties"]
    defaults = {f"WAITLINE_{name.upper()}": as_written(value["default"]) for name, value in properties.items()}

    documented = {name: cells[0] for name, cells in rows("operators.md", "Settings").items()}

    assert documented == defaults


def as_written(default: object) -> str:
    """A default value as the operators' guide prints it."""
    if default is None:
        return "—"
    if default == "*" * 10:
        return "secret"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_pages_drawn_from_the_code_are_current() -> None:
    assert [relative(page) for page, text in drawn().items() if page.read_text() != text] == [], "run: make docs"


def test_the_journey_in_the_guide_has_no_problems() -> None:
    (example,) = blocks("docs/journeys.md", "The document")

    assert problems(json.loads(example.text)) == ()


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_to_files_that_exist(page: Path) -> None:
    targets = [link.partition("#")[0] for link in A_LINK.findall(page.read_text()) if "://" not in link]

    assert [target for target in targets if target and not (page.parent / target).exists()] == []


def test_decision_records_are_numbered_without_a_gap_and_listed() -> None:
    listed = re.findall(r"\]\(([0-9]{4}-[a-z0-9-]+\.md)\)", (DOCS / "decisions" / "README.md").read_text())

    assert [record.name for record in RECORDS] == sorted(set(listed))
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_record_fits_on_a_page_and_has_its_parts(record: Path) -> None:
    lines = record.read_text().splitlines()

    assert lines[0].startswith(f"# {record.name[:4]} ")
    assert lines[2].startswith("**Status:** ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
    assert len(lines) <= ONE_PAGE
