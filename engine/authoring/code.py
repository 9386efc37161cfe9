"""A journey as code: reading Python or YAML into a document, and printing a document into the code that it was.

Reading never runs anything. What cannot be read is a problem with a line, like everything else that is wrong with it.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

from engine.authoring.checking import document_problems
from engine.authoring.places import CodeProblem, Places, Unreadable
from engine.authoring.python_parser import read_python, read_remarks, unknown_name
from engine.authoring.python_printer import print_python
from engine.authoring.remarks import NO_REMARKS, Remarks
from engine.authoring.words import Json
from engine.authoring.yaml_printer import print_yaml
from engine.authoring.yaml_reader import read_values
from engine.journey.catalogue import UNCHECKED, Catalogue
from engine.journey.problems import Problem
from engine.journey.version import JourneyDocument

Language = Literal["python", "yaml"]
_PARTS = ("schema", "name", "nodes", "edges", "messages", "settings", "layout", "notes")


class Code(NamedTuple):
    """What a text says: the document (None when it cannot be read at all), and what is wrong with it."""

    document: Json | None
    problems: tuple[CodeProblem, ...]


def read_code(source: str, language: Language, catalogue: Catalogue = UNCHECKED) -> Code:
    """The one journey that the text writes, finished or not, and its problems, each with its line."""
    try:
        return _from_python(source, catalogue) if language == "python" else _from_yaml(source, catalogue)
    except Unreadable as error:
        return Code(None, (error.problem,))


def keeping(document: Mapping[str, Any], draft: Mapping[str, Any]) -> dict[str, Any]:
    """The code's document, with what it leaves to the canvas: layout and notes."""
    kept = {name: draft[name] for name in ("layout", "notes") if not document.get(name) and draft.get(name)}
    return {**document, **kept}


def print_code(document: JourneyDocument, language: Language, before: str = "") -> str:
    """The document as code. The comments of `before`, the code that it was until now, stay with what they are about."""
    remarks = _remarks(before, language) if before else NO_REMARKS
    return print_python(document, remarks) if language == "python" else print_yaml(document, remarks)


def _remarks(source: str, language: Language) -> Remarks:
    try:
        return read_remarks(source) if language == "python" else read_values(source).remarks
    except Unreadable:
        return NO_REMARKS


def _from_python(source: str, catalogue: Catalogue) -> Code:
    journeys = read_python(source)
    if len(journeys) != 1:
        sentence = f"The text writes {len(journeys)} journeys; write exactly one: journey = Journey(“its name”)."
        return Code(None, (CodeProblem(code="journey_not_one", sentence=sentence, line=1),))
    places = Places(journeys[0].lines)
    return _checked(journeys[0].document, places, catalogue)


def _from_yaml(source: str, catalogue: Catalogue) -> Code:
    value, lines, _ = read_values(source)
    places = Places(lines)
    if not isinstance(value, dict):
        sentence = "A journey is written as fields: name, nodes, messages and settings; begin with its name."
        return Code(None, (CodeProblem(code="document_malformed", sentence=sentence, line=1),))
    raw = cast("Json", value)
    if "graph" in raw:  # the JSON document itself
        return _checked(raw, places, catalogue)
    unknown = [
        Problem(code="field_unknown", field=name, sentence=unknown_name(name, _PARTS))
        for name in raw
        if name not in _PARTS
    ]
    if unknown:
        return Code(None, tuple(places.located(problem) for problem in unknown))
    return _checked(unfolded(raw), places, catalogue)


def unfolded(raw: Mapping[str, Any]) -> Json:
    """The document whose nodes say themselves where they lead."""
    nodes: list[Any] = []
    edges: list[Any] = []
    rows = raw.get("nodes")
    for row in cast("list[Any]", rows) if isinstance(rows, list) else []:
        if not isinstance(row, dict):
            nodes.append(row)
            continue
        node = dict(cast("Json", row))
        to = node.pop("to", {})
        leads = cast("Json", to) if isinstance(to, dict) else {"next": to}
        edges.extend({"source": node.get("id"), "outlet": outlet, "target": target} for outlet, target in leads.items())
        nodes.append(node)
    more = raw.get("edges")
    spare = cast("list[Any]", more) if isinstance(more, list) else []
    graph: Json = {"nodes": nodes if isinstance(rows, list) else rows, "edges": [*edges, *spare]}
    rest = {name: value for name, value in raw.items() if name not in {"nodes", "edges"} and value is not None}
    return {"schema": 1, **rest, "graph": graph}


def _checked(document: Json, places: Places, catalogue: Catalogue) -> Code:
    problems = (places.located(_suggesting(problem)) for problem in document_problems(document, catalogue))
    return Code(document, tuple(problems))


def _suggesting(problem: Problem) -> Problem:
    """A field that does not exist is told with the nearest name that does."""
    name = (problem.field or "").rpartition(".")[2]
    if problem.code != "field_unknown":
        return problem
    near = get_close_matches(name, _field_names(), n=1)
    return problem.model_copy(update={"sentence": unknown_name(name, near)}) if near else problem


@lru_cache(maxsize=1)
def _field_names() -> tuple[str, ...]:
    """Every field name of the language."""
    schema = JourneyDocument.model_json_schema()
    models = (schema, *schema["$defs"].values())
    return tuple(sorted({name for model in models for name in model.get("properties", {})}))
