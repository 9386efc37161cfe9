"""Reading a document as it comes from outside: a typed document, or problems an author can act on.

The shapes are checked by the models; what they find is told here in the same words as every other problem, with the
node and the field where it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.journey.conditions import Condition, Criteria
from engine.journey.nodes import BUILT_IN, CUSTOM
from engine.journey.problems import Problem
from engine.journey.version import FORMAT, JourneyDocument
from engine.model import Frozen

_TAG_CODES = {"nodes": "node_type_unknown", "trigger": "trigger_unknown"}


def read(raw: Any) -> JourneyDocument | tuple[Problem, ...]:
    """The document, or everything that keeps this from being one."""
    if isinstance(raw, JourneyDocument):
        return raw
    if not isinstance(raw, Mapping):
        sentence = "A journey is a JSON object with a name, a graph and messages; this is something else."
        return (Problem(code="document_malformed", sentence=sentence),)
    try:
        return JourneyDocument.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        if any(detail["loc"] == ("schema",) for detail in details):
            return (_of_another_format(cast("Mapping[str, Any]", raw)["schema"]),)
        return tuple(dict.fromkeys(_problem(detail, cast("Mapping[str, Any]", raw)) for detail in details))


def _of_another_format(given: Any) -> Problem:
    """A document that another Waitline wrote: what else is wrong with it, only that one could say."""
    written = given if type(given) is int else "unknown"
    sentence = (
        f"This journey is written in format {written}, and this Waitline reads format {FORMAT}. Update Waitline, or "
        "export the journey again from one of this version."
    )
    return Problem(code="format_unknown", sentence=sentence, field="schema")


class _Holder(Frozen):
    condition: Criteria


def read_condition(raw: Any) -> Condition | tuple[Problem, ...]:
    """The condition over a profile that this JSON is, or everything that keeps it from being one."""
    holder = {"condition": raw}
    try:
        return _Holder.model_validate(holder).condition
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        return tuple(dict.fromkeys(_problem(detail, holder) for detail in details))


def _problem(detail: ErrorDetails, raw: Mapping[str, Any]) -> Problem:
    path = _path(detail["loc"], raw)
    node, field = _located(path, raw)
    code, sentence = told(detail, path)
    return Problem(code=code, sentence=sentence, node=node, field=field or None)


def _path(location: Sequence[int | str], raw: Any) -> list[int | str]:
    """The location inside the JSON: without the names of union members that the models put in between."""
    path: list[int | str] = []
    here, is_new = raw, True
    for step in location:
        if isinstance(here, Mapping):
            holder = cast("Mapping[str, Any]", here)
            if is_new and step in (holder.get("kind"), holder.get("type")):
                is_new = False
                continue
            if is_new and step in (BUILT_IN, CUSTOM) and _is_node(path):
                continue
            path.append(step)
            here, is_new = holder.get(str(step)), True
        elif isinstance(here, list | tuple) and isinstance(step, int):
            path.append(step)
            rows = cast("Sequence[Any]", here)
            here, is_new = (rows[step] if step < len(rows) else None), True
        else:
            break  # the rest names alternatives of a value, not places in it
    return path


def _is_node(path: list[int | str]) -> bool:
    return len(path) == 3 and path[:2] == ["graph", "nodes"]


def _located(path: list[int | str], raw: Mapping[str, Any]) -> tuple[str | None, str]:
    """The id of the node that the path leads into, and the rest of the path."""
    match path:
        case ["graph", "nodes", int(index), *rest]:
            found = raw["graph"]["nodes"][index]
            node_id = cast("Mapping[str, Any]", found).get("id") if isinstance(found, Mapping) else None
            if isinstance(node_id, str) and node_id:
                return node_id, ".".join(map(str, rest))
        case _:
            pass
    return None, ".".join(map(str, path))


def told(detail: ErrorDetails, path: Sequence[int | str]) -> tuple[str, str]:
    """The code and the sentence for what a model found."""
    context = detail.get("ctx", {})
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "this")
    match detail["type"]:
        case "missing":
            return "field_missing", f"“{detail['loc'][-1]}” is missing; fill it in."
        case "extra_forbidden":
            return "field_unknown", f"There is no field “{detail['loc'][-1]}” here; remove it or correct its name."
        case "union_tag_invalid" | "union_tag_not_found":
            return _tag(str(context.get("tag", "")), detail, path)
        case "literal_error":
            return "field_invalid", f"“{name}” must be {context.get('expected')}; choose one of them."
        case "history_in_where" | "clause_not_about_event" | "clause_needs_event" as code:
            return code, detail["msg"]
        case _:
            return "field_invalid", f"“{name}” is not right: {fault_of(detail)}"


def fault_of(detail: ErrorDetails) -> str:
    """What a model found, as the end of a sentence: in words of ours where we check it, else in pydantic's."""
    fault = detail["msg"].removeprefix("Value error, ")
    return f"{fault[:1].lower()}{fault[1:]}{'' if fault.endswith('.') else '.'}"


def kind_fault(detail: ErrorDetails, path: Sequence[int | str]) -> str | None:
    """The sentence for something that does not say what kind it is, or says one that there is not; else None."""
    context = detail.get("ctx", {})
    word, known = (str(context.get(each, "")).replace("'", "") for each in ("discriminator", "expected_tags"))
    tag = context.get("tag")
    name = next((step for step in reversed(path) if isinstance(step, str) and step != "of"), "document")
    index = path[-1] if path and isinstance(path[-1], int) else None
    match detail["type"], index:
        case "union_tag_not_found", None:
            return f"“{name}” does not say what it is; give it a “{word}”."
        case "union_tag_not_found", int(at):
            return f"Part {at + 1} of “{name}” does not say what it is; give it a “{word}”."
        case "union_tag_invalid", None:
            return f"There is no “{tag}” here; use one of {known}."
        case "union_tag_invalid", int(at):
            return f"Part {at + 1} of “{name}” has no known {word} “{tag}”; choose one of {known}."
        case _:
            return None


def _tag(tag: str, detail: ErrorDetails, path: Sequence[int | str]) -> tuple[str, str]:
    """A node type, trigger or clause that does not exist, with a word on the usual mix-ups."""
    names = [str(step) for step in path if isinstance(step, str)]
    place = names[-1] if names else ""
    code = _TAG_CODES.get(place, "clause_unknown" if place in _CLAUSES else "kind_unknown")
    if code == "clause_unknown" and tag in {"occurs", "event"}:
        return (
            "occurs_in_condition",
            "“occurs” starts a journey or ends a wait; a condition can only ask whether an event “has occurred … in "
            "the last …”.",
        )
    if code == "trigger_unknown" and tag == "has_occurred":
        return (
            "history_as_trigger",
            "“has occurred” looks back and cannot start a journey; let the event that “occurs” start it, and ask for "
            "the history in the audience or a branch.",
        )
    return code, kind_fault(detail, path) or fault_of(detail)


_CLAUSES = frozenset({"when", "where", "condition", "audience", "of"})
