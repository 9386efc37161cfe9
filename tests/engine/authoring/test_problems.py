"""What is wrong with a journey in code is told in the editor's words, on the line where it stands."""

import inspect
import time
from itertools import pairwise
from pathlib import Path

import pytest

import engine
from engine import authoring
from engine.authoring import InvalidJourney, Journey, hours, on, stock, way, web_push
from engine.authoring.checking import document_problems
from engine.authoring.code import Language, print_code, read_code
from engine.authoring.words import WORDS
from engine.journey.version import JourneyDocument
from tests.builders import Json, node

BROKEN = """from engine.authoring import Journey, goal, hours, on, stock, way

journey = Journey("Broken")
journey.enter(on("Back in Stock"))
journey.branch(
    way("some", stock("at_least", 1), to="nowhere"),
    way("some", stock("at_least", 2)),
    id="left",
    otherwise=None,
)
journey.message("letter", "email", id="mail")
journey.delay(hours(0), id="pause")
journey.exit()
journey.settings(
    goals=[goal("buy", "Order Completed"), goal("buy", "Order Completed")],
)
journey.write("letter", {"channel": "sms", "text": "hello"})
"""
BROKEN_YAML = """name: Broken
nodes:
  - {id: entry, type: entry, trigger: {kind: event, event: Back in Stock}, to: pause}
  - id: pause
    type: delay
    duration: PT0S
    to: done
  - id: mail
    type: message
    channel: email
    message: letter
  - id: done
    type: exit
"""


def told(source: str, language: Language) -> dict[str, int | None]:
    return {problem.code: problem.line for problem in read_code(source, language).problems}


@pytest.mark.spec("D-001")
def test_the_builder_reads_like_the_journey_and_rejoins_by_name() -> None:
    journey = Journey("Back in stock")
    journey.enter(on("Back in Stock"))
    journey.branch(way("some", stock("at_least", 1)), otherwise="gone").message("hello", "web_push", not_sent="gone")
    journey.delay(hours(2)).delay(hours(3), next="done").exit("sold_out", id="gone").exit(id="done")
    journey.write("hello", web_push(title="It is back", link="{{ product.url }}"))

    document = journey.build()

    assert [each.id for each in document.graph.nodes] == [
        "entry",
        "branch",
        "hello",
        "delay",
        "delay_2",
        "gone",
        "done",
    ]
    assert [(each.source, each.outlet, each.target) for each in document.graph.edges] == [
        ("entry", "next", "branch"),
        ("branch", "some", "hello"),
        ("branch", "otherwise", "gone"),
        ("hello", "sent", "delay"),
        ("hello", "not_sent", "gone"),
        ("delay", "next", "delay_2"),
        ("delay_2", "next", "done"),
    ]


@pytest.mark.spec("D-001")
def test_an_invalid_journey_raises_the_editor_s_problems_with_the_lines_when_python_runs_it() -> None:
    names: Json = {}
    exec(compile(BROKEN, "broken.py", "exec"), names)
    with pytest.raises(InvalidJourney) as raised:
        names["journey"].build()

    found = raised.value.problems
    editors = [problem for problem in document_problems(names["journey"].document) if problem.is_blocking]
    assert [(each.code, each.node, each.sentence) for each in found] == [
        (each.code, each.node, each.sentence) for each in editors
    ]
    lines = {problem.code: problem.line for problem in found}
    assert (
        lines.items()
        >= {
            "edge_target_unknown": 5,
            "outlet_twice": 7,
            "delay_too_short": 12,
            "goal_twice": 15,
            "message_channel": 11,
        }.items()
    )
    assert "broken.py:12: [delay_too_short] pause: " in str(raised.value)


@pytest.mark.spec("D-001")
def test_an_editor_can_complete_every_word_with_its_types_and_description() -> None:
    methods = [each for name, each in vars(Journey).items() if callable(each) and not name.startswith("_")]
    for word in (*methods, *WORDS.values()):
        parameters = inspect.signature(word).parameters.values()
        assert [each.name for each in parameters if each.annotation is each.empty and each.name != "self"] == [], word
        assert inspect.signature(word).return_annotation is not inspect.Signature.empty, word
        assert word.__doc__, word
    assert set(WORDS) < set(authoring.__all__)
    assert (Path(engine.__file__).parent / "py.typed").exists()


@pytest.mark.spec("D-001")
def test_the_same_lines_are_found_without_running_it() -> None:
    names: Json = {}
    exec(compile(BROKEN, "broken.py", "exec"), names)
    assert read_code(BROKEN, "python").problems == names["journey"].problems()


def test_problems_in_yaml_stand_on_their_lines() -> None:
    found = told(BROKEN_YAML, "yaml")
    assert (found["delay_too_short"], found["outlet_open"], found["message_missing"]) == (6, 8, 11)


@pytest.mark.parametrize(
    ("source", "code", "line", "says"),
    [
        ("name: A\nname: B\n", "yaml_key_twice", 2, "name"),
        ("a: &x [1]\nb: [*x, *x]\n", "yaml_anchor", 1, "write the part out"),
        ("name: *x\n", "yaml_anchor", 1, "write the part out"),
        ("name: !!python/object:os.system x\n", "yaml_tag", 1, "remove it"),
        ("nodes:\n\t- id: a\n", "yaml_tab", 2, "spaces"),
        ("name: A\nnods: []\n", "field_unknown", 2, "did you mean “nodes”"),
        ("name: [", "yaml_malformed", 1, "not YAML"),
        ("- just\n- a list\n", "document_malformed", 1, "begin with its name"),
        ("", "document_malformed", 1, "begin with its name"),
        ("name: A\n---\nname: B\n", "yaml_two_documents", 3, "one journey"),
        ("a: " + "[" * 100 + "]" * 100, "yaml_too_deep", 1, "flatten"),
        ('name: "\\ud800"\n', "yaml_malformed", 1, "This"),
        ("name: a\ud800b", "yaml_malformed", None, "half a character"),
        ("name: a\x00b", "yaml_malformed", None, "not YAML"),
    ],
)
def test_yaml_that_surprises_is_refused_by_name_and_line(source: str, code: str, line: int | None, says: str) -> None:
    read = read_code(source, "yaml")
    assert read.document is None
    assert [(problem.code, problem.line) for problem in read.problems] == [(code, line)]
    assert says in read.problems[0].sentence


def test_a_field_that_does_not_exist_is_told_with_the_nearest_that_does() -> None:
    found = read_code(BROKEN_YAML.replace("duration:", "durration:"), "yaml").problems
    assert [(each.line, each.sentence) for each in found if each.code == "field_unknown"] == [
        (6, "There is no “durration” here; did you mean “duration”?")
    ]


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("import os\nos.remove('x')\n", "python_unreadable", 1),
        ("journey = __import__('os')\n", "name_unknown", 1),
        ("from engine.authoring import Journey\nj = Journey('a')\nj.__init__('b')\n", "name_unknown", 3),
        ("from engine.authoring import Journey\nj = Journey('a')\nj.lines.clear()\n", "python_unreadable", 3),
        ("from engine.authoring import Jurney\n", "name_unknown", 1),
        ("from engine.authoring import Journey\nj = Journey('a')\nj.dellay()\n", "name_unknown", 3),
        ("from engine.authoring import Journey\nj = Journey('a')\nj.delay(lenght=3)\n", "name_unknown", 3),
        ("from engine.authoring import Journey\nj = Journey('a')\nj.enter()\n", "call_invalid", 3),
        ("from engine.authoring import Journey\nj = Journey('a')\nj.branch('x')\n", "call_invalid", 3),
        (
            "from engine.authoring import Journey\nj = Journey('a')\nfor x in [1]:\n    j.exit()\n",
            "python_unreadable",
            3,
        ),
        ("from engine.authoring import Journey\nJourney('a')\nJourney('a')\n", "journey_twice", 3),
        ("x = 1\n", "journey_not_one", 1),
        ("x = (\n", "python_malformed", 1),
        ("x = " + "-" * 100_000 + "1\n", "python_malformed", None),
        ("from engine.authoring import Journey\nJourney('a')" + ".exit()" * 5_000, "python_malformed", None),
        ("a = [1, 1]\n" + "a = [a, a]\n" * 60, "code_too_large", 15),
        ("x = 1e999\n", "python_unreadable", 1),
        ("x = -1e999\n", "python_unreadable", 1),
        ("x = '\\ud800'\n", "python_unreadable", 1),
        ("a = []\n" + "a = [a]\n" * 60, "code_too_large", 33),
        ("from engine.authoring import Journey\nJourney('a').layout({'x': (1, 2, 3)})\n", "call_invalid", 2),
        ("from engine.authoring import Journey\nJourney('a').exit(id=[1])\n", "call_invalid", 2),
        ("x = 10 ** 10 ** 10\n", "python_unreadable", 1),
    ],
)
def test_python_is_never_run_and_what_needs_running_is_refused(source: str, code: str, line: int | None) -> None:
    read = read_code(source, "python")
    assert read.document is None
    assert [(problem.code, problem.line) for problem in read.problems] == [(code, line)]


def test_a_journey_of_200_nodes_is_read_checked_and_printed_quickly() -> None:
    pauses = [node(f"pause{index}", "delay", duration="PT1H", title="A pause") for index in range(198)]
    names = ["entry", *(each["id"] for each in pauses), "done"]
    edges = [{"source": a, "outlet": "next", "target": b} for a, b in pairwise(names)]
    entry = node("entry", "entry", trigger={"kind": "event", "event": "Back in Stock"})
    raw = {"schema": 1, "name": "Long", "graph": {"nodes": [entry, *pauses, node("done", "exit")], "edges": edges}}
    document = JourneyDocument.model_validate(raw)
    spent: dict[str, float] = {}
    for language in ("python", "yaml"):
        source = print_code(document, language)
        begun = time.process_time()
        read = read_code(source, language)
        print_code(JourneyDocument.model_validate(read.document), language)
        spent[language] = time.process_time() - begun
        assert read.problems == ()
    assert max(spent.values()) < 1.0, (
        spent
    )  # 100 ms where nobody else computes; a machine under load is ten times slower


LETTER = {"channel": "email", "subject": "Back"}
BLOCKS = "heading, text, image, button, product_card, back_in_stock, product_grid, raw, divider"
CLAUSE = {"kind": "event", "event": "Seen", "where": {"kind": "all", "of": [{"of": []}]}}


@pytest.mark.parametrize(
    ("content", "trigger", "place", "sentence"),
    [
        (
            {**LETTER, "blocks": [{"type": "divider"}, {"type": "banner"}]},
            None,
            "messages.letter.blocks.1",
            f"Part 2 of “blocks” has no known type “banner”; choose one of {BLOCKS}.",
        ),
        (
            {**LETTER, "blocks": [{"text": "Hello"}]},
            None,
            "messages.letter.blocks.0",
            "Part 1 of “blocks” does not say what it is; give it a “type”.",
        ),
        ({"subject": "Back"}, None, "messages.letter", "“message” does not say what it is; give it a “channel”."),
        (None, {"event": "Seen"}, "trigger", "“trigger” does not say what it is; give it a “kind”."),
        (None, CLAUSE, "trigger.where.of.0", "Part 1 of “where” does not say what it is; give it a “kind”."),
    ],
)
def test_what_does_not_say_its_kind_is_told_with_its_place_and_what_to_do(
    content: Json | None, trigger: Json | None, place: str, sentence: str
) -> None:
    entry = node("entry", "entry", trigger=trigger or {"kind": "event", "event": "Seen"})
    document = {"name": "By hand", "graph": {"nodes": [entry], "edges": []}, "messages": {"letter": content or LETTER}}

    assert (place, sentence) in {(one.field, one.sentence) for one in document_problems(document)}
