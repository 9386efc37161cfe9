"""Every block of code in every page is run by a test, which is named here; a new block without one fails."""

import ast
import re
import subprocess
from collections import Counter

import pytest

from tests.architecture.sources import PYTHON_FOLDERS, ROOT, modules, tree
from tests.guides import blocks, blocks_of, pages

DEVELOPERS = (
    "tests/api/test_developers_guide.py::test_every_block_of_the_guide_runs_in_order",
    "tests/fresh/test_developer.py::test_the_guide_alone_leads_from_the_wheel_to_a_diff_that_a_reviewer_expects",
)
JOURNEYS = "tests/engine/simulation/test_guide.py::test_every_example_can_be_read"
PICTURE = "tests/architecture/test_code_blocks.py::test_what_pictures_name_is_there"
"""A picture is nothing to be run: what can be wrong about it are its names."""
SHELL = "tests/architecture/test_code_blocks.py::test_make_makes_what_the_pages_say"
RUNNERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("CONTRIBUTING.md", "Set up"): (SHELL,),
    ("README.md", "Two commands"): (
        SHELL,
        "tests/fresh/test_make_run.py::test_one_command_leads_from_a_clone_to_the_first_push_in_five_minutes",
    ),
    ("README.md", "What you see"): (
        "tests/api/test_guides.py::test_the_request_of_the_readme_raises_the_level",
        "tests/api/test_developers_guide.py::test_the_lines_of_the_readme_begin_a_journey_and_bring_it_to_the_server",
    ),
    ("docs/architecture.md", "Architecture"): (PICTURE,),
    ("docs/architecture.md", "Decide, then do"): (PICTURE,),
    ("docs/architecture.md", "One restock, from the shop to the browser"): (PICTURE,),
    ("docs/developers.md", "Begin"): DEVELOPERS,
    ("docs/developers.md", "Test"): DEVELOPERS,
    ("docs/developers.md", "Plan and apply"): DEVELOPERS,
    ("docs/developers.md", "In CI"): DEVELOPERS[:1],
    ("docs/developers.md", "A journey as a workflow of your own"): DEVELOPERS,
    ("docs/developers.md", "A step of your own"): DEVELOPERS,
    ("docs/developers.md", "A channel of your own"): DEVELOPERS,
    ("docs/developers.md", "From a program"): DEVELOPERS,
    ("docs/journeys.md", "The document"): (
        "tests/architecture/test_documentation.py::test_the_journey_in_the_guide_has_no_problems",
    ),
    ("docs/journeys.md", "What starts a journey"): (
        JOURNEYS,
        "tests/engine/simulation/test_guide.py::test_the_trigger_of_the_guide_lets_in_its_sku_from_its_source_only",
        "tests/api/test_guides.py::test_the_call_of_the_guide_to_journeys_lets_a_profile_in",
    ),
    ("docs/journeys.md", "Nodes"): (JOURNEYS,),
    ("docs/journeys.md", "Conditions"): (JOURNEYS,),
    ("docs/journeys.md", "Settings"): (JOURNEYS,),
    ("docs/journeys.md", "Letting a line in"): (JOURNEYS,),
    ("docs/journeys.md", "Trying a journey"): (
        "tests/engine/simulation/test_guide.py::test_the_programs_of_the_guide_run",
    ),
    ("docs/messages.md", "The guard"): ("tests/api/test_guides.py::test_the_rules_of_the_guide_to_messages_are_rules",),
    ("docs/operators.md", "With containers"): (
        "tests/architecture/test_deployment.py::test_made_secrets_are_all_that_must_be_given",
    ),
    ("docs/operators.md", "Temporal"): (
        "tests/api/standalone/test_temporal.py"
        "::test_the_lines_of_the_guide_teach_a_namespace_the_attributes_and_find_enrollments_by_them",
    ),
    ("docs/operators.md", "Sending e-mail"): (
        "tests/api/test_send_test.py::test_a_test_email_leaves_by_the_smtp_server_of_the_settings",
    ),
    ("docs/sources.md", "Events: the clients of Segment and RudderStack"): (
        "tests/api/test_guides.py::test_the_clients_of_the_guide_to_sources_take_what_it_hands_them",
    ),
    ("docs/sources.md", "Product pages"): (
        "tests/api/test_guides.py::test_each_body_of_the_guide_to_sources_changes_a_source",
    ),
    ("docs/sources.md", "Several ways into one catalog"): (
        "tests/api/test_guides.py::test_each_body_of_the_guide_to_sources_changes_a_source",
    ),
    ("docs/support.md", "Hand out a proof"): (
        "tests/workflows/test_proofs.py::test_a_proof_is_checked_without_database_or_server",
    ),
    ("docs/support.md", "Decide it again"): (
        "tests/workflows/test_replaying.py::test_an_enrollment_is_decided_again_from_what_was_recorded",
    ),
}
"""Who runs the blocks below a heading of a page."""

KINDS: dict[tuple[str, str], Counter[str]] = {
    ("README.md", "What you see"): Counter({"": 2}),
    ("docs/journeys.md", "What starts a journey"): Counter({"json trigger": 2, "http": 1}),
    ("docs/journeys.md", "Trying a journey"): Counter({"python": 2}),
    ("docs/sources.md", "Product pages"): Counter({"http": 1, "json": 1}),
    ("docs/sources.md", "Events: the clients of Segment and RudderStack"): Counter({"python": 1, "js": 1}),
}
"""Where a heading has several blocks that different hands take: how many of which kind there are."""


def test_every_block_of_code_has_a_test_that_runs_it() -> None:
    written = {(block.page, block.heading): block.line for page in pages() for block in blocks_of(page)}

    assert {place: line for place, line in written.items() if place not in RUNNERS} == {}, "name who runs them"
    assert RUNNERS.keys() - written.keys() == set(), "these have no block any more"


@pytest.mark.parametrize(("page", "heading"), KINDS)
def test_no_block_slips_in_among_others(page: str, heading: str) -> None:
    kinds = Counter(f"{block.language} {block.role}".strip() for block in blocks(page, heading))
    assert kinds == KINDS[page, heading]


def test_who_runs_a_block_is_a_test_that_reads_its_page() -> None:
    for (page, heading), runners in RUNNERS.items():
        for runner in runners:
            path, _, name = runner.partition("::")
            module = tree(ROOT / path)
            functions = [node for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
            assert name in {function.name for function in functions}, runner
            reads = {node.value for node in ast.walk(module) if isinstance(node, ast.Constant)}
            assert page in reads or path.startswith("tests/fresh/test_make_run"), (runner, page, heading)


def test_make_makes_what_the_pages_say() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    written = blocks("README.md", "Two commands") + blocks("CONTRIBUTING.md", "Set up")
    lines = [line for block in written for line in block.commands]

    assert sorted(set(lines)) == ["make help", "make run", "make test"]
    assert {f"make {target}" for target in re.findall(r"^  make (\w+)", told, re.MULTILINE)} >= set(lines) - {
        "make help"
    }


def test_what_pictures_name_is_there() -> None:
    drawn = "".join(block.text for block in blocks_of("docs/architecture.md"))
    defined = {
        node.name
        for path in modules(*PYTHON_FOLDERS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    }
    classes = set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b|\bDeliver\b|\bPerform\b", drawn))
    places = set(re.findall(r"\b(?:engine|activities|workflows|api|ui)(?:\.\w+)*", drawn))

    assert {"EnrollmentWorkflow", "ReleaseWorkflow", "SleepUntil", "Deliver"} <= classes <= defined
    assert {"engine.store", "activities.relay", "workflows", "ui"} <= places
    for place in places:
        path = ROOT / place.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), place
