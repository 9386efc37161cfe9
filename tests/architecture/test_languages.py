"""Every sentence that the server says has its German, and is found again by its wording whatever its values are."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import pytest

from activities.performing import MISSING, REFUSED
from api.errors import STATUS_OF, ApiError
from api.languages.german import CATALOGUES, german
from api.languages.sentences import LONGEST, PLACE
from engine.guardrails.reasons import SkipReason
from engine.journey.admission import Refusal
from engine.journey.node_types import node_types
from engine.journey.templates import templates
from engine.store.timeline.words import reason_words
from tests.architecture.sources import ROOT, modules, relative, tree

SPEAKING = {
    "journeys": ("engine/journey", "engine/authoring/checking.py"),
    "messages": ("engine/messages",),
    "people": ("engine/store/timeline", "engine/store/why"),
    "sources": ("engine/stock/merchant_feed.py", "activities/feeds.py"),
    "refusals": ("engine/store/errors.py", "engine/store/paging.py", "engine/segments/errors.py", "api/passwords.py"),
}
"""What is translated of what, by catalogue: folders and modules whose texts people read."""
REFUSING = ("api/routes", "api/ingest", "api/fields.py", "api/people.py", "api/security.py", "api/problems.py")
"""Where requests are refused, with a sentence for the case at hand."""
MUTE = (
    "engine/journey/vocabulary.py",  # names of events, which are data
    "engine/journey/custom.py",  # what developers read about their plugins
    "engine/journey/plugin_faults.py",
    "engine/messages/custom.py",
    "engine/messages/drafts.py",  # what customers read
    "engine/messages/email_layout.py",
    "engine/messages/email_html.py",
    "engine/messages/email.py",
    "engine/messages/rendered.py",
    "api/routes/mail_services.py",  # what other services get to read, or nobody
    "api/routes/twilio.py",
    "api/routes/webhooks.py",
)
"""Modules among them whose texts no member of staff reads on a page."""
UNSAID = {
    "a delay that validated says how long",
    "a week without any of its weekdays",
    "two months without any of these days",
    "what cannot be read has blocking problems",
    "nobody's password",
    "{} asks nothing",
    "This version has no node {}; publish the journey again from a validated draft.",  # ends a run, never an answer
    "{}: {}",
    "Schedule Due",  # names of events
    "Entered by API",
    "Audience Launched",
    "Back in stock",  # what customers read
    "Buy now",
    "CSS pixels; the full width when absent.",  # documentation of the API
    "Percent of the people.",
    "<mj",
    " and {} more",  # a part that is kept as it is
    "There is no {{}}; a pattern may hold {sku}, {product_id}, {url}.",  # its braces would be places
    '"type": "{}"',
}
"""Texts in speaking modules that are no sentences of theirs: what a broken invariant says, names, pieces of markup."""
_HOLE = re.compile(r"\{\w*(?::\w+)?\}")
_PROSE = re.compile(r"[A-Za-z”}’…] +[A-Za-z“{(]")
SAMPLES = {"number": "7", "word": "a.b", "said": "takes no value", "maybe": "Köln", None: "„Öl“: 3, (x)"}


def shape(sentence: str) -> str:
    """The wording without the names of its places."""
    return _HOLE.sub("{}", sentence)


def prose(module: ast.Module) -> Iterator[str]:
    """Texts of a module that read like sentences: no docstrings, no patterns, no markup."""
    docstrings = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    inner = {id(value) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for value in node.values}
    for node in ast.walk(module):
        if id(node) in docstrings or id(node) in inner:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = (value.value if isinstance(value, ast.Constant) else "{}" for value in node.values)
            text = "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = shape(node.value)
        else:
            continue
        if _PROSE.search(text) and not re.search(r"[\[\\^<]|^Mapping|^dict", text):
            yield text


@pytest.mark.parametrize("catalogue", SPEAKING)
def test_every_sentence_has_its_german(catalogue: str) -> None:
    known = "\n".join(shape(sentence) for sentence in german().catalogue)
    paths = chain.from_iterable(modules(place) or [ROOT / place] for place in SPEAKING[catalogue])
    spoken = {(relative(path), text) for path in paths if relative(path) not in MUTE for text in prose(tree(path))}

    lacking = sorted((path, text) for path, text in spoken if text not in UNSAID and not stands_in(known, text))

    assert lacking == [], "write their German into api/languages/german"


def test_every_refusal_has_its_german() -> None:
    known = "\n".join(shape(sentence) for sentence in german().catalogue)
    titles = {kind.title for kind in kinds_of(ApiError)}
    titles |= {kind.code.replace("_", " ").capitalize() for kind in chain.from_iterable(map(kinds_of, STATUS_OF))}
    details = {kind().detail for kind in kinds_of(ApiError)}
    paths = chain.from_iterable(modules(place) or [ROOT / place] for place in REFUSING)
    cases = {text for path in paths if relative(path) not in MUTE for text in refused(tree(path))}

    assert sorted(title for title in titles if german().of(title) == title) == []
    assert sorted(details - german().catalogue.keys()) == []
    assert sorted(text for text in cases - UNSAID if not stands_in(known, text)) == []


def test_every_node_type_and_every_template_has_its_german() -> None:
    named = [(one.title, one.summary) for one in (*node_types(), *templates())]
    assert [name for names in named for name in names if name not in german().catalogue] == []


def test_every_reason_not_to_send_or_let_in_has_its_german() -> None:
    said = {reason: reason_words(reason) for reason in (*SkipReason, *get_args(Refusal), MISSING, REFUSED)}
    assert [reason for reason, words in said.items() if german().of(words) == words] == []


def kinds_of(kind: Any) -> Iterator[Any]:
    """This class of errors and all below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_of(below)


def refused(module: ast.Module) -> Iterator[str]:
    """Sentences given to an error or to a problem of a field, by themselves or by way of a variable `detail`."""
    raising = {kind.__name__ for kind in kinds_of(ApiError)} | {"FieldProblem", "PydanticCustomError"}
    for node in ast.walk(module):
        said: list[ast.expr] = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in raising:
            said = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "detail" for target in node.targets):
            said = [node.value]
        for text in said:
            yield from prose(ast.Module(body=[ast.Return(text)], type_ignores=[]))


def test_no_sentence_stands_in_two_catalogues() -> None:
    every = [sentence for file in CATALOGUES.glob("*.json") for sentence, _ in pairs(file)]
    assert sorted(set(every)) == sorted(every)


def test_german_says_the_same_of_the_same_values() -> None:
    for sentence, becomes in german().catalogue.items():
        kinds = {name: kind or None for name, kind in PLACE.findall(sentence)}
        needed = {name for name in kinds if not name.startswith("_")}
        assert becomes.strip(), sentence
        assert {name for name, _ in PLACE.findall(becomes)} == needed, sentence


def test_a_sentence_is_found_whatever_its_values_are() -> None:
    for sentence, becomes in german().catalogue.items():
        kinds = {name: kind or None for name, kind in PLACE.findall(sentence)}
        values = {name: SAMPLES[kind] for name, kind in kinds.items()}
        said = {name: german().of(value) if kinds[name] == "said" else value for name, value in values.items()}
        spoken = filled(sentence, values)
        assert german().of(spoken) == filled(becomes, said), sentence


def stands_in(known: str, text: str) -> bool:
    """Whether this is one of the sentences, or a part that one of them is joined from."""
    pieces = (re.escape(piece) for piece in text.split("{}"))
    return re.search(".*".join(pieces), known, re.IGNORECASE) is not None


def pairs(file: Path) -> list[tuple[str, str]]:
    """The sentences of a file as they stand there, repeated ones too."""
    found: list[tuple[str, str]] = json.loads(file.read_text(), object_pairs_hook=list)
    return found


@pytest.mark.parametrize("piece", [": ", "; ", ", ", ". ", "; a, b: ", " (a, ", "“a” of “b” ", " on 1 and "])
def test_what_strangers_nest_is_left_as_it_is(piece: str) -> None:
    nested = piece * (LONGEST // len(piece))
    assert german().of(nested) == nested
    assert german().of("a" * (LONGEST + 1)) == "a" * (LONGEST + 1)


def filled(sentence: str, values: Mapping[str, str]) -> str:
    """The sentence with these values in its places."""
    return PLACE.sub(lambda place: values[place[1]], sentence)
