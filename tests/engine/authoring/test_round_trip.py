"""One journey, three faces: printed as Python or YAML and read again it is the same journey, and prints the same."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.authoring.builder import Journey
from engine.authoring.code import Language, print_code, read_code
from engine.authoring.lean import ordered
from engine.journey.templates import templates
from engine.journey.version import JourneyDocument
from tests.builders import journey, node
from tests.generated_journeys import generated

LANGUAGES: tuple[Language, ...] = ("python", "yaml")
SEEDS = st.integers(0, 10**9)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
CONTENTS = st.dictionaries(st.sampled_from(("subject", "text", "blocks", "ttl", "title", "a b")), JSON)


def document(raw: Any) -> JourneyDocument:
    return JourneyDocument.model_validate(raw)


def run(source: str) -> Journey:
    """What Python itself makes of the source."""
    names: dict[str, Any] = {}
    exec(compile(source, "journey.py", "exec"), names)
    return names["journey"]


def assert_identity(before: JourneyDocument) -> None:
    for language in LANGUAGES:
        printed = print_code(before, language)
        found = read_code(printed, language)
        assert found.document is not None, (found.problems, printed)
        after = document(found.document)
        assert ordered(after) == ordered(before), printed
        assert print_code(after, language) == printed
        if language == "python":
            assert ordered(document(run(printed).document)) == ordered(before), printed


@pytest.mark.spec("D-002")
@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_every_generated_journey_survives_python_and_yaml(seed: int) -> None:
    assert_identity(document(generated(seed)))


@pytest.mark.spec("D-002")
@pytest.mark.parametrize("template", templates(), ids=lambda each: each.id)
def test_every_template_survives_python_and_yaml(template: Any) -> None:
    assert_identity(template.document)


@pytest.mark.spec("D-002")
@given(SEEDS, st.data())
@settings(max_examples=40, deadline=None)
def test_half_drawn_journeys_survive_too(seed: int, data: st.DataObject) -> None:
    raw = generated(seed)
    names = [each["id"] for each in raw["graph"]["nodes"]] + ["nobody"]
    edges = raw["graph"]["edges"]
    del edges[data.draw(st.integers(0, len(edges))) :]
    outlets = ("next", "sent", "happened", "timed_out", "otherwise", "visits_over", "no_channel", "odd")
    for _ in range(data.draw(st.integers(0, 4))):
        source, outlet, target = (data.draw(st.sampled_from(each)) for each in (names, outlets, names))
        edges.append({"source": source, "outlet": outlet, "target": target})
    assert_identity(document(raw))


@pytest.mark.spec("D-002")
@given(CONTENTS, TEXTS.filter(bool))
@settings(max_examples=60, deadline=None)
def test_contents_of_any_kind_survive(content: Any, name: str) -> None:
    content |= {"channel": "email", "html": "<p>one</p>\n\n  <p>'two' \"three\"</p>\n"}
    push = node("push", "message", channel="email", message="m")
    settings = {"release": {"tiers": [{"share": 0.5, "name": "a: b # c"}]}, "zone": "Europe/Berlin"}
    raw = journey(
        push, paths=["entry > push", "push.sent > done"], messages={"m": content}, settings=settings, name=name
    )
    raw |= {"layout": {"push": {"x": 1.5, "y": -2}}, "notes": [{"id": "n1", "x": 0, "y": 1, "text": "yes\nno: 09:30"}]}
    assert_identity(document(raw))


@pytest.mark.spec("D-002")
def test_the_usual_formatter_and_linter_have_nothing_to_change(tmp_path: Path) -> None:
    shapes = [template.document for template in templates()] + [document(generated(seed)) for seed in range(60)]
    for index, shape in enumerate(shapes):
        (tmp_path / f"journey_{index}.py").write_text(print_code(shape, "python"))
    for width in ("88", "120"):
        for command in (["format", "--check"], ["check", "--select", "E4,E7,E9,F,I,UP", "--ignore", "E501"]):
            ran = subprocess.run(
                [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", width, str(tmp_path)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stdout[-2000:]


WITH_REMARKS = '''"""Tells them first."""

# Owned by the retention team.
from engine.authoring import Journey, email, hours, on

# Back in stock, as agreed in March.
journey = Journey("Back")
journey.enter(on("Back in Stock"), id="entry")
# Long enough for the stock count to settle.
journey.delay(hours(1), id="pause")  # was two
journey.message(
    "letter",
    "email",
    # Not everyone reads mail.
    id="mail",
    title="Tell them by e-mail, one and all, before it is gone again",
)
journey.exit(id="done")

# The words are Ada's.
journey.write("letter", email(subject="It is back", html="<p>Back</p>"))
# The end.
'''


@pytest.mark.spec("D-002")
def test_comments_and_ids_survive_an_edit_on_the_canvas_in_python_and_the_diff_is_small() -> None:
    raw = read_code(WITH_REMARKS, "python").document
    assert raw is not None
    raw["graph"]["nodes"][1]["duration"] = "PT3H"
    edited = print_code(document(raw), "python", WITH_REMARKS)
    moved = WITH_REMARKS.replace("    # Not everyone reads mail.\n", "").replace(
        "journey.message(", "# Not everyone reads mail.\njourney.message("
    )
    changed = [(old, new) for old, new in zip(moved.splitlines(), edited.splitlines(), strict=True) if old != new]
    assert changed == [
        ('journey.delay(hours(1), id="pause")  # was two', 'journey.delay(hours(3), id="pause")  # was two')
    ]
    assert print_code(document(raw), "python", edited) == edited


YAML_WITH_REMARKS = """# Owned by the retention team.
schema: 1
name: Back
nodes:
  # Whoever waits.
  - id: entry
    type: entry
    trigger:
      kind: event
      event: Back in Stock
    to: pause
  # Long enough for the stock count to settle.
  - id: pause  # names matter
    type: delay
    # Was two.
    duration: PT1H  # an hour
    to: mail
  - id: mail
    type: message
    channel: email
    message: letter
    to:
      sent: done
      not_sent: done
  - id: done
    type: exit
# The words are Ada's.
messages:
  letter:
    channel: email
    subject: It is back
    html: |
      <p>Back</p>
      # not a comment
# The end.
"""


@pytest.mark.spec("D-002")
def test_comments_and_ids_survive_an_edit_on_the_canvas_in_yaml_and_the_diff_is_small() -> None:
    raw = read_code(YAML_WITH_REMARKS, "yaml").document
    assert raw is not None
    assert print_code(document(raw), "yaml", YAML_WITH_REMARKS) == YAML_WITH_REMARKS
    bare = YAML_WITH_REMARKS.removeprefix("# Owned by the retention team.\n")
    assert print_code(document(raw), "yaml", bare) == bare
    raw["graph"]["nodes"][1]["duration"] = "PT3H"
    edited = print_code(document(raw), "yaml", YAML_WITH_REMARKS)
    assert edited == YAML_WITH_REMARKS.replace("PT1H", "PT3H")


@pytest.mark.parametrize("held", [{}, {"points": 20, "why": {"a b": [1, None, "x"]}}, {"set": "a", "self": True}])
def test_a_node_that_a_plugin_brings_survives_whatever_its_settings_and_ways_out_are_called(
    held: dict[str, Any],
) -> None:
    paths = ["entry > own", "own.gone > done", "own.next > other", "other.next > done"]
    nodes = (node("own", "raffle", max_visits=2, title="Draw", **held), node("other", "raffle"), node("done", "exit"))
    assert_identity(document(journey(*nodes, paths=paths)))
    assert_identity(document(journey(node("own", "raffle", **held), node("done", "exit"), paths=["entry > own"])))
